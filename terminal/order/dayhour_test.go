package order

import (
	"testing"
	"time"
)

// An hour of the settings is a moment of each business day, also of those on which
// the clock leaves it out or shows it twice.
func TestHourOfADay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	d := Days{Zone: berlin, Cutoff: 4 * time.Hour}
	half := 30 * time.Minute
	for _, tt := range []struct {
		day  Day
		wall time.Duration
		want []string // any of them, in UTC
	}{
		{"2026-11-22", 23*time.Hour + half, []string{"2026-11-22T22:30"}},
		{"2026-11-22", 4 * time.Hour, []string{"2026-11-22T03:00"}},
		{"2026-11-22", 3*time.Hour + half, []string{"2026-11-23T02:30"}}, // in the night behind it
		{"2026-03-28", 2*time.Hour + half, []string{"2026-03-29T01:30", "2026-03-29T00:30"}},
		{"2026-10-24", 2*time.Hour + half, []string{"2026-10-25T00:30", "2026-10-25T01:30"}},
		{"2026-12-31", 0, []string{"2026-12-31T23:00"}},
	} {
		at, err := d.At(tt.day, tt.wall)
		got, found := at.UTC().Format("2006-01-02T15:04"), false
		for _, want := range tt.want {
			found = found || got == want
		}
		if err != nil || !found || d.Of(at) != tt.day {
			t.Errorf("%s at %s: %s of the day %s, %v; want %v", tt.day, tt.wall, got, d.Of(at), err, tt.want)
		}
		if last, next := d.Around(at, tt.wall); !last.Equal(at) || !next.After(at) {
			t.Errorf("around %s: %s and %s", got, last, next)
		}
		if last, next := d.Around(at.Add(-1), tt.wall); !next.Equal(at) || !last.Before(at) {
			t.Errorf("before %s: %s and %s", got, last, next)
		}
	}
	for _, day := range []Day{"", "2026-13-01", "yesterday"} {
		if _, err := d.At(day, 0); err == nil {
			t.Errorf("%q is a day", day)
		}
		if _, err := d.Ends(day); err == nil {
			t.Errorf("%q ends", day)
		}
	}
	if end, err := d.Ends("2026-03-28"); err != nil || end.UTC().Format("2006-01-02T15:04") != "2026-03-29T02:00" {
		t.Errorf("the day ends %s, %v", end, err)
	}
}
