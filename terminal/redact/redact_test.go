package redact_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/redact"
)

func TestText(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", ""},
		{"paid with 4111111111111111.", "paid with ****************."},
		{"4111 1111 1111 1111", "**** **** **** ****"},
		{"4111-1111-1111-1111", "****-****-****-****"},
		{"4111 - 1111 - 1111 - 1111", "**** - **** - **** - ****"},
		{"371449635392376", "***************"},
		{`{"pan":"4012000098765439"}`, `{"pan":"****************"}`},
		{"4111111111111111 4012000098765439", "**************** ****************"},
		{"x4111111111111111x", "x****************x"},
		{"%B4111111111111111^EXAMPLE/ANN^3112101?", "%B****************^EXAMPLE/ANN^3112101?"},
		{"éé4111111111111111éé", "éé****************éé"},
		{"amount 12.50, code 200, 45s", "amount 12.50, code 200, 45s"},
		{"2026-11-21 07:08:49", "2026-11-21 07:08:49"},
		{"AB3Z9MWQ25WG00AZ0", "AB3Z9MWQ25WG00AZ0"},
		{"10000000009", "10000000009"}, // eleven digits
		{"111111111111", "111111111111"},
	}
	for _, tt := range tests {
		if got := redact.Text(tt.text); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
	for _, long := range []string{"99" + "4111111111111111" + "77", strings.Repeat("7", 30) + "4012000098765439"} {
		if got := redact.Text(long); strings.Contains(got, "4111111") || strings.Contains(got, "401200") {
			t.Errorf("Text(%q) = %q: a number inside a longer run", long, got)
		}
	}
}

type logValuer struct{ text string }

func (l logValuer) LogValue() slog.Value { return slog.StringValue(l.text) }

func TestHandler(t *testing.T) {
	const pan = "4012000098765439"
	var out bytes.Buffer
	plain := slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(g []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(g) == 0 {
			return slog.Attr{}
		}
		return a
	}})
	log := slog.New(redact.New(plain, "extra"))
	tests := []struct {
		name string
		do   func()
		want string
	}{
		{"message", func() { log.Info("sale of " + pan) }, `level=INFO msg="sale of ****************"`},
		{"known keys", func() { log.Info("m", "attempt", "A1", "count", 3, "duration", time.Second) }, `level=INFO msg=m attempt=A1 count=3 duration=1s`},
		{"unknown key", func() { log.Info("m", "password", "hunter2") }, `level=INFO msg=m password=[hidden]`},
		{"extra key", func() { log.Info("m", "extra", "yes") }, `level=INFO msg=m extra=yes`},
		{"number in a value", func() { log.Info("m", "reason", "bad "+pan) }, `level=INFO msg=m reason="bad ****************"`},
		{"as a number", func() { log.Info("m", "id", 4012000098765439) }, `level=INFO msg=m id=****************`},
		{"as a key", func() { log.Info("m", pan, 1) }, `level=INFO msg=m ****************=[hidden]`},
		{"error", func() { log.Info("m", "error", fmt.Errorf("host: %w", errors.New(pan))) }, `level=INFO msg=m error="host: ****************"`},
		{"log valuer", func() { log.Info("m", "reason", logValuer{pan}) }, `level=INFO msg=m reason=****************`},
		{"struct", func() { log.Info("m", "reason", struct{ P string }{pan}) }, `level=INFO msg=m reason={****************}`},
		{"bytes", func() { log.Info("m", "reason", []byte(pan)) }, `level=INFO msg=m reason="16 bytes"`},
		{"group", func() { log.Info("m", slog.Group("card", "secret", "x", "last4", "5439", "reason", pan)) },
			`level=INFO msg=m card.secret=[hidden] card.last4=5439 card.reason=****************`},
		{"with", func() { log.With("password", "x", "mode", pan).WithGroup("g").Info("m", "secret", 1, "code", 2) },
			`level=INFO msg=m password=[hidden] mode=**************** g.secret=[hidden] g.code=2`},
		{"level", func() { log.Debug("not shown") }, ``},
	}
	for _, tt := range tests {
		out.Reset()
		tt.do()
		if got := strings.TrimSpace(out.String()); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestWriterPutsPiecesTogether(t *testing.T) {
	var out bytes.Buffer
	w := redact.NewWriter(&out)
	for _, piece := range []string{"paid 4111", "1111", "11111111", "\nnext 40120000", "98765439"} {
		if n, err := fmt.Fprint(w, piece); err != nil || n != len(piece) {
			t.Fatalf("Write = %d, %v", n, err)
		}
	}
	if got, want := out.String(), "paid ****************\n"; got != want {
		t.Errorf("before Close %q, want %q", got, want)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "paid ****************\nnext ****************"; got != want {
		t.Errorf("after Close %q, want %q", got, want)
	}
}

func TestWriterHoldsNoEndlessLine(t *testing.T) {
	var out bytes.Buffer
	w := redact.NewWriter(&out)
	for range 100 {
		fmt.Fprint(w, strings.Repeat("x", 1000)+"4111")
		fmt.Fprint(w, "111111111111")
	}
	if out.Len() == 0 {
		t.Error("100 kB without an end of line are held back")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "4111") || out.Len() != 100*1016 {
		t.Errorf("a number got through, or bytes are lost: %d", out.Len())
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriterPassesErrorsOn(t *testing.T) {
	if _, err := fmt.Fprintln(redact.NewWriter(failing{}), "x"); err == nil {
		t.Error("an error of the writer behind is lost")
	}
}

// luhnRun finds a card number the slow way: it takes the digits of each run
// and tries every window, doubling as the standard says.
func luhnRun(text string) string {
	var run []byte
	gap := 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i < len(text) && text[i] >= '0' && text[i] <= '9':
			run, gap = append(run, text[i]), 0
			for n := 12; n <= 19 && n <= len(run); n++ {
				if luhn(run[len(run)-n:]) {
					return string(run[len(run)-n:])
				}
			}
		case i < len(text) && (text[i] == ' ' || text[i] == '-') && gap < 3:
			gap++
		default:
			run, gap = run[:0], 0
		}
	}
	return ""
}

func luhn(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return sum%10 == 0
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"4111111111111111", "4111 1111-1111 1111", "99499740000000057123", "\xff1", strings.Repeat("123 ", 20)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := redact.Text(text)
		if number := luhnRun(got); number != "" {
			t.Errorf("Text(%q) = %q still has %s", text, got, number)
		}
		if len(got) != len(text) || (luhnRun(text) == "" && got != text) {
			t.Errorf("Text(%q) = %q changed more than it must", text, got)
		}
		if again := redact.Text(got); again != got {
			t.Errorf("a second time changes %q to %q", got, again)
		}
	})
}
