package money_test

import (
	"testing"

	"paydesk/terminal/money"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]money.Rate{"0": 0, "8.25": 8250, "100": 100000, "10.000": 10000, "0.001": 1, "7.5": 7500, "020": 20000} {
		if got, err := money.ParseRate(text); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".5", "5.", "-1", "100.001", "101", "1e2", "8,25", "8.2501", "1000", "8 ", "8%", "٣"} {
		if got, err := money.ParseRate(text); err == nil {
			t.Errorf("ParseRate(%q) = %d, want an error", text, got)
		}
	}
}

func TestRateText(t *testing.T) {
	for rate, want := range map[money.Rate]string{0: "0%", 8250: "8.25%", 100000: "100%", 1: "0.001%", 15000: "15%"} {
		if got := rate.String(); got != want {
			t.Errorf("%d is %q, want %q", rate, got, want)
		}
	}
}

func TestRateOf(t *testing.T) {
	tests := []struct {
		rate        money.Rate
		minor, want int64
	}{
		{8250, 1000, 83}, {8250, 1254, 103}, {15000, 1250, 188}, {15000, -1250, -188}, {0, 999, 0}, {100000, 999, 999},
		{50000, 1, 1}, {49999, 1, 0}, {100000, 1<<63 - 1, 1<<63 - 1}, {100000, -(1<<63 - 1), -(1<<63 - 1)},
	}
	for _, tt := range tests {
		if got := tt.rate.Of(money.New(tt.minor, money.USD)); got != money.New(tt.want, money.USD) {
			t.Errorf("%s of %d = %d, want %d", tt.rate, tt.minor, got.Minor, tt.want)
		}
	}
}

// FuzzParseRate: nothing breaks it, what it takes is inside its bounds and
// reads back the same.
func FuzzParseRate(f *testing.F) {
	f.Add("8.25")
	f.Add("100.000")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := money.ParseRate(text)
		if err != nil {
			return
		}
		said := r.String()
		if back, err := money.ParseRate(said[:len(said)-1]); err != nil || back != r || r < 0 || r > 100000 {
			t.Errorf("%q is %d, written %q, read back %d, %v", text, r, said, back, err)
		}
	})
}
