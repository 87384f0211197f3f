package id_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/id"
)

var start = time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)

func timePart(number string) string { return number[5:13] }

func TestNumberHasItsParts(t *testing.T) {
	s := &id.Source{Nonce: "AB3Z9", Clock: clock.NewVirtual(start), Rand: bytes.NewReader([]byte{0, 10, 35, 36, 1})}
	if got, want := s.New(), "AB3Z9"+"MWQ25WG0"+"0AZ0"; got != want {
		t.Errorf("New = %q, want %q", got, want)
	}
	s = &id.Source{Nonce: "AAAAA", Clock: clock.NewVirtual(time.UnixMilli(35)), Rand: bytes.NewReader(make([]byte, 4))}
	if got, want := s.New(), "AAAAA0000000Z0000"; got != want {
		t.Errorf("New = %q, want %q", got, want)
	}
}

func TestValid(t *testing.T) {
	tests := []struct {
		number, nonce string
	}{
		{"AAAAA0000000Z0000", "AAAAA"},
		{"", ""}, {"AAAAA0000000Z000", ""}, {"AAAAA0000000Z00000", ""},
		{"aaaaa0000000Z0000", ""}, {"AAAAA0000000Z00-0", ""}, {"ÄAAA0000000Z0000", ""},
	}
	for _, tt := range tests {
		if got, want := id.Valid(tt.number), tt.nonce != ""; got != want {
			t.Errorf("Valid(%q) = %v, want %v", tt.number, got, want)
		}
		if got := id.Nonce(tt.number); got != tt.nonce {
			t.Errorf("Nonce(%q) = %q, want %q", tt.number, got, tt.nonce)
		}
	}
}

// The time part rises with every number, though the clock stands still, goes
// back or jumps.
func TestTimePartRises(t *testing.T) {
	c := clock.NewVirtual(start)
	s := &id.Source{Nonce: "AB3Z9", Clock: c}
	before := s.New()
	for i, step := range []time.Duration{0, 0, -time.Hour, time.Millisecond, 2 * time.Hour, -3 * time.Hour, 0} {
		c.Advance(step)
		n := s.New()
		if !id.Valid(n) {
			t.Fatalf("%q is not valid", n)
		}
		if timePart(n) <= timePart(before) {
			t.Errorf("step %d: time part %s does not follow %s", i, timePart(n), timePart(before))
		}
		before = n
	}
}

func TestResumeContinuesAfterTheJournal(t *testing.T) {
	late := &id.Source{Nonce: "AB3Z9", Clock: clock.NewVirtual(start)}
	newest := late.New()
	s := &id.Source{Nonce: "AB3Z9", Clock: clock.NewVirtual(start.Add(-24 * time.Hour))}
	s.Resume("garbage")
	s.Resume("ZZZZZ" + "ZZZZZZZZ" + "0000")
	s.Resume(newest)
	if n := s.New(); timePart(n) <= timePart(newest) || timePart(n)[0] == 'Z' {
		t.Errorf("after Resume(%s): %s", newest, n)
	}
}

func TestNoNumberTwice(t *testing.T) {
	// A source of randomness that always says the same, and then fails: the
	// time part alone must keep numbers apart.
	for name, r := range map[string]*bytes.Reader{"same": bytes.NewReader(make([]byte, 1<<16)), "failing": bytes.NewReader(nil)} {
		s := &id.Source{Nonce: "AB3Z9", Clock: clock.NewVirtual(start), Rand: &lockedReader{r: r}}
		var mu sync.Mutex
		var wg sync.WaitGroup
		seen := make(map[string]bool)
		for range 8 {
			wg.Go(func() {
				for range 500 {
					n := s.New()
					mu.Lock()
					if seen[timePart(n)] || !id.Valid(n) {
						t.Errorf("%s: %s again or not valid", name, n)
					}
					seen[timePart(n)] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	}
}

type lockedReader struct {
	mu sync.Mutex
	r  *bytes.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}

func TestNewNonce(t *testing.T) {
	// 252 and above are thrown away, or 0 to 3 would come too often.
	got, err := id.NewNonce(bytes.NewReader([]byte{252, 255, 0, 9, 10, 35, 251}))
	if want := "09AZZ"; err != nil || got != want {
		t.Errorf("NewNonce = %q, %v, want %q", got, err, want)
	}
	if _, err := id.NewNonce(iotest.ErrReader(errors.New("no randomness"))); err == nil {
		t.Error("NewNonce hides a failing source")
	}
	a, _ := id.NewNonce(nil)
	b, _ := id.NewNonce(nil)
	if len(a) != 5 || a == b || strings.ToUpper(a) != a {
		t.Errorf("nonces %q and %q, want two different ones of five", a, b)
	}
}

func FuzzValid(f *testing.F) {
	f.Add("AAAAA0000000Z0000")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if id.Valid(text) != (id.Nonce(text) != "") {
			t.Errorf("Valid and Nonce disagree on %q", text)
		}
		s := &id.Source{Nonce: "AB3Z9", Clock: clock.NewVirtual(start)}
		s.Resume(text)
		if n := s.New(); !id.Valid(n) {
			t.Errorf("after Resume(%q): %q is not valid", text, n)
		}
	})
}
