package pole

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

// glass plays a display. It shows what it is sent as the command set says, and
// notes what it would not have understood.
type glass struct {
	set string // "cd5220" or "escpos"

	mu       sync.Mutex
	rows     [2][Columns]byte
	x, y     int
	strings  bool // the CD5220's string mode
	pending  []byte
	wrong    []string
	writes   int
	broken   error // every write fails
	changed  chan struct{}
	closed   int
	deadline bool // writes wait for their context
}

func newGlass(set string) *glass {
	g := &glass{set: set, changed: make(chan struct{}, 1000)}
	g.clear()
	return g
}

func (g *glass) clear() {
	for y := range g.rows {
		copy(g.rows[y][:], strings.Repeat(" ", Columns))
	}
	g.x, g.y, g.strings = 0, 0, false
}

// lengths of the commands by their first two bytes, in each set.
var lengths = map[string]map[string]int{
	"cd5220": {"\x1B\x40": 2, "\x1B\x11": 2, "\x1B\x5F": 3, "\x1B\x2A": 3, "\x1B\x51": 0, "\x1B\x6C": 4},
	"escpos": {"\x1B\x40": 2, "\x1F\x01": 2, "\x1F\x43": 3, "\x1F\x58": 3, "\x1F\x24": 4},
}

// feed takes one byte.
func (g *glass) feed(b byte) {
	if len(g.pending) == 0 && b != 0x1B && b != 0x1F {
		g.sign(b)
		return
	}
	g.pending = append(g.pending, b)
	if len(g.pending) < 2 {
		return
	}
	length, known := lengths[g.set][string(g.pending[:2])]
	switch {
	case !known:
		g.wrong = append(g.wrong, string(g.pending))
	case length == 0: // a line up to its carriage return
		if b != '\r' {
			return
		}
		g.line(g.pending[2:])
	case len(g.pending) < length:
		return
	default:
		g.command(g.pending)
	}
	g.pending = nil
}

func (g *glass) sign(b byte) {
	switch {
	case b == 0x0C:
		g.clear()
	case b == '\r': // to the line's begin
		g.x = 0
	case b < ' ' || b > '~':
		g.wrong = append(g.wrong, string(b))
	case g.strings:
		g.wrong = append(g.wrong, "text in string mode")
	default:
		g.rows[g.y][g.x] = b
		if g.x++; g.x == Columns {
			g.x, g.y = 0, 1-g.y
		}
	}
}

func (g *glass) line(text []byte) {
	y := int(text[0] - 'A')
	if text = text[1 : len(text)-1]; len(text) != Columns || y < 0 || y > 1 {
		g.wrong = append(g.wrong, "a line of other than 20 signs: "+string(text))
		return
	}
	g.strings = true
	copy(g.rows[y][:], text)
}

func (g *glass) command(c []byte) {
	switch {
	case g.strings:
		g.wrong = append(g.wrong, "a command in string mode")
	case c[0] == 0x1B && c[1] == 0x40:
		g.clear()
	case c[0] == 0x1F && c[1] == 0x24:
		g.x, g.y = int(c[2])-1, int(c[3])-1
	}
}

// Write implements Port.
func (g *glass) Write(ctx context.Context, data []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.writes++
	defer func() { g.changed <- struct{}{} }()
	if g.deadline {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if g.broken != nil {
		return 0, g.broken
	}
	for _, b := range data {
		g.feed(b)
	}
	return len(data), nil
}

// Close implements Port.
func (g *glass) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed++
	return nil
}

func (g *glass) read() (text string, writes int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return string(g.rows[0][:]) + "|" + string(g.rows[1][:]), g.writes
}

// stand is a display that runs on a virtual clock.
type stand struct {
	*Display
	*glass
	clk   *clock.Virtual
	told  chan error
	opens chan error // each try takes one
	stop  func()
}

func newStand(t *testing.T, set string) *stand {
	t.Helper()
	s := &stand{glass: newGlass(set), clk: clock.NewVirtual(time.Unix(1e9, 0)), told: make(chan error, 100), opens: make(chan error)}
	d, err := New(func(ctx context.Context) (Port, error) {
		select {
		case err := <-s.opens:
			return s.glass, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}, set, s.clk)
	if err != nil {
		t.Fatal(err)
	}
	s.Display = d
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		d.Run(ctx, func(err error) { s.told <- err })
		close(done)
	}()
	s.stop = func() { cancel(); <-done }
	t.Cleanup(s.stop)
	return s
}

// pass lets time pass until the display is written to, and fails where it is
// before least or not until most.
func (s *stand) pass(t *testing.T, least, most time.Duration) {
	t.Helper()
	const step = 50 * time.Millisecond
	for passed := time.Duration(0); ; passed += step {
		select {
		case <-s.changed:
			if passed < least {
				t.Fatalf("written after %v, want %v at least", passed, least)
			}
			return
		case <-time.After(3 * time.Millisecond):
		}
		if passed > most {
			t.Fatalf("not written within %v", most)
		}
		s.clk.Advance(step)
	}
}

func view(top, bottom string) View { return View{Rows: [2]Row{{Text: top}, {"Total", bottom}}} }

var welcome = [2]Row{{Text: "Corner Shop"}, {Text: "Welcome"}}

// Both command sets come to the same picture, and what comes fast is shown at
// most four times a second, the newest last.
func TestShows(t *testing.T) {
	for set := range dialects {
		t.Run(set, func(t *testing.T) {
			s := newStand(t, set)
			for _, stale := range "\x1B\x1F" { // it was left inside a command
				s.feed(byte(stale))
			}
			s.wrong = nil
			s.Show(view("One", "$1.00"))
			s.opens <- nil
			<-s.changed
			if got, _ := s.read(); got != "        One         |Total          $1.00" {
				t.Errorf("%q", got)
			}
			s.wrong = nil // of what it was left in
			for _, amount := range []string{"$2.00", "$3.00", "1.234,50 €", "₹4.00"} {
				s.Show(view("Café Übel", amount))
			}
			s.pass(t, pace-100*time.Millisecond, pace)
			got, writes := s.read()
			if got != "     Cafe Ubel      |Total         Rs4.00" || writes != 2 {
				t.Errorf("%q after %d writes", got, writes)
			}
			s.stop()
			if got, _ := s.read(); strings.TrimSpace(got) != "|" || s.closed != 1 || len(s.wrong) > 0 {
				t.Errorf("left %q, closed %d times, not understood: %q", got, s.closed, s.wrong)
			}
		})
	}
}

// The end of a sale is gone within ten seconds, though it is told again and
// again; an amount that is to be paid stays.
func TestGoesBackToIdle(t *testing.T) {
	s := newStand(t, "cd5220")
	over := View{Rows: [2]Row{{Text: "Thank you"}, {"Paid", "$5.00"}}, Over: true, Idle: welcome}
	s.Show(over)
	s.opens <- nil
	<-s.changed
	s.pass(t, 7*time.Second, 10*time.Second)
	s.Show(over)
	const idle = "    Corner Shop     |      Welcome       "
	if got, _ := s.read(); got != idle {
		t.Errorf("%q", got)
	}
	s.pass(t, 9*time.Second, 11*time.Second) // the refresh
	if got, _ := s.read(); got != idle {
		t.Errorf("%q", got)
	}
	s.Show(view("", "$5.00"))
	s.pass(t, 0, time.Second)
	s.pass(t, 9*time.Second, 11*time.Second)
	if got, _ := s.read(); !strings.HasSuffix(got, "$5.00") {
		t.Errorf("%q", got)
	}
}

// A display that is gone holds nobody up, is told of once, and is tried again
// after 1, 2, 4 and at most 30 seconds; then it shows what is newest.
func TestComesBack(t *testing.T) {
	s := newStand(t, "escpos")
	s.Show(view("One", "$1.00"))
	s.opens <- nil
	<-s.changed
	gone := errors.New("unplugged")
	s.glass.mu.Lock()
	s.broken = gone
	s.glass.mu.Unlock()
	s.Show(view("Two", "$2.00"))
	s.pass(t, 0, time.Second)
	for _, wait := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
		s.Show(view("Three", wait.String()))
		const step = 250 * time.Millisecond
		for passed := time.Duration(0); ; passed += step {
			select {
			case s.opens <- gone:
				if passed < wait*time.Second-step {
					t.Errorf("tried after %v, want %v", passed, wait*time.Second)
				}
			case <-time.After(3 * time.Millisecond):
				if passed > wait*time.Second+step {
					t.Fatalf("not tried within %v", wait*time.Second)
				}
				s.clk.Advance(step)
				continue
			}
			break
		}
	}
	s.glass.mu.Lock()
	s.broken = nil
	s.glass.mu.Unlock()
	s.Show(view("Four", "$4.00"))
	for opened := false; !opened; {
		select {
		case s.opens <- nil:
			opened = true
		case <-time.After(3 * time.Millisecond):
			s.clk.Advance(time.Second)
		}
	}
	<-s.changed
	if got, _ := s.read(); got != "        Four        |Total          $4.00" {
		t.Errorf("%q", got)
	}
	if err := <-s.told; !errors.Is(err, gone) {
		t.Errorf("told %v", err)
	}
	if err := <-s.told; err != nil || len(s.told) > 0 {
		t.Errorf("told %v and %d more", err, len(s.told))
	}
}

// A display that takes nothing holds nobody up.
func TestStuckDisplay(t *testing.T) {
	s := newStand(t, "cd5220")
	s.deadline = true
	s.Show(view("One", "$1.00"))
	s.opens <- nil
	for i := range 1000 {
		s.Show(view("More", strings.Repeat("1", i%9)))
	}
	s.stop()
}

func TestLines(t *testing.T) {
	for _, tt := range []struct {
		row  Row
		want string
	}{
		{Row{}, "                    "},
		{Row{"Total", "$12.50"}, "Total         $12.50"},
		{Row{"Noch zu zahlen, bitte", "1.234,56 €"}, "Noch zu 1.234,56 EUR"},
		{Row{"Total", "1\u202f234,56\u00a0€"}, "Total   1 234,56 EUR"},
		{Row{"Total", strings.Repeat("9", 21)}, "       Total        "},
		{Row{"Total", strings.Repeat("9", 20)}, "99999999999999999999"},
		{Row{Text: "Ñandú & Söhne — Straße"}, "Nandu & Sohne - Stra"},
		{Row{Text: "कोने की दुकान"}, "                    "},
		{Row{Text: "a\x1B\x0Cb\nc\td"}, "      a b c d       "},
		{Row{"¥1", "₹1,00,000.00"}, "JPY1   Rs1,00,000.00"},
	} {
		if got := tt.row.line(); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.row, got, tt.want)
		}
	}
}

// FuzzLine: every line is twenty signs that are no commands.
func FuzzLine(f *testing.F) {
	f.Add("Total", "1.234,56 €")
	f.Add("ﷺ\x00\x1B\x40", "½¼㎏")
	f.Fuzz(func(t *testing.T, text, amount string) {
		got := Row{text, amount}.line()
		if len(got) != Columns || bytes.ContainsFunc([]byte(got), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q", got)
		}
	})
}

func TestUnknownDialect(t *testing.T) {
	if _, err := New(nil, "star", clock.Real{}); err == nil {
		t.Error("no error")
	}
}
