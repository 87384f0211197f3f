package span

import (
	"testing"

	"paydesk/app/keys"
	"paydesk/terminal/order"
)

func TestPresets(t *testing.T) {
	for _, tt := range []struct {
		today order.Day
		want  []Span
	}{
		{"2026-11-22", []Span{{"2026-11-22", "2026-11-22"}, {"2026-11-16", "2026-11-22"}, {"2026-11-01", "2026-11-22"}, {"2026-10-01", "2026-10-31"}}},
		{"2026-01-01", []Span{{"2026-01-01", "2026-01-01"}, {"2025-12-29", "2026-01-01"}, {"2026-01-01", "2026-01-01"}, {"2025-12-01", "2025-12-31"}}},
		{"2028-03-27", []Span{{"2028-03-27", "2028-03-27"}, {"2028-03-27", "2028-03-27"}, {"2028-03-01", "2028-03-27"}, {"2028-02-01", "2028-02-29"}}},
	} {
		for i, p := range Presets {
			if got := p.Of(tt.today); got != tt.want[i] {
				t.Errorf("%s, %s: %v, want %v", tt.today, p.Name, got, tt.want[i])
			}
		}
	}
	if got := Month("2026-03-31", -12); got != "2025-03-01" {
		t.Errorf("a year before: %s", got)
	}
}

func TestChooser(t *testing.T) {
	c := NewChooser()
	c.Span = Span{"2026-11-16", "2026-11-22"}
	chosen := 0
	c.Chosen = func() { chosen++ }
	c.Open("2026-11-22")
	if v := c.Page(); v.RightAt != 1 || len(v.Right) != 5 {
		t.Fatalf("%+v", v)
	}
	c.Key(keys.Down)
	c.Key(keys.Enter)
	if c.IsOpen() || chosen != 1 || c.Span != (Span{"2026-11-01", "2026-11-22"}) {
		t.Fatalf("chose %v", c.Span)
	}
	c.Open("2026-11-22")
	c.Pick(4)
	for _, typed := range []string{"2026-13-01", "22.11.2026", "1999-01-01", "x"} {
		c.Paste(typed)
		if c.Key(keys.Enter); c.form.At() != 0 || c.form.Now().Problem == "" {
			t.Errorf("%s is a day", typed)
		}
		for range typed {
			c.Key(keys.Erase)
		}
	}
	for _, r := range "20260301" {
		c.Rune(r)
	}
	c.Key(keys.Enter)
	c.Paste("2026-02-01")
	if c.Key(keys.Enter); !c.IsOpen() || c.form.Now().Problem == "" {
		t.Error("the last day may be before the first")
	}
	for range "2026-02-01" {
		c.Key(keys.Erase)
	}
	if c.Key(keys.Enter); c.IsOpen() || c.Span != (Span{"2026-03-01", "2026-11-22"}) {
		t.Errorf("chose %v", c.Span)
	}
	c.Open("2026-11-22")
	c.Pick(4)
	c.Key(keys.Escape)
	if c.Key(keys.Escape); c.IsOpen() || chosen != 2 {
		t.Error("Escape stays")
	}
}
