package order

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestBusinessDays: days begin at their cut-off hour by the wall clock, also where
// the clock leaves that hour out, or shows it twice.
func TestBusinessDays(t *testing.T) {
	for _, tt := range []struct {
		zone   string
		cutoff time.Duration
		day    Day
		begins string // in UTC
		// first is the wall clock's then.
		first string
	}{
		{"", 0, "2026-05-04", "2026-05-04T00:00:00Z", "00:00"},
		{"Europe/Berlin", 4 * time.Hour, "2026-05-04", "2026-05-04T02:00:00Z", "04:00"},
		{"Europe/Berlin", 4 * time.Hour, "2026-03-29", "2026-03-29T02:00:00Z", "04:00"},
		{"Europe/Berlin", 150 * time.Minute, "2026-03-29", "2026-03-29T01:00:00Z", "03:00"},    // 02:30 is left out
		{"Europe/Berlin", 150 * time.Minute, "2026-10-25", "2026-10-25T00:30:00Z", "02:30"},    // the first of two
		{"America/New_York", 150 * time.Minute, "2026-03-08", "2026-03-08T07:00:00Z", "03:00"}, // left out
		{"America/New_York", 90 * time.Minute, "2026-11-01", "2026-11-01T05:30:00Z", "01:30"},  // the first of two
		{"America/New_York", 150 * time.Minute, "2026-11-01", "2026-11-01T07:30:00Z", "02:30"},
		{"Australia/Lord_Howe", 130 * time.Minute, "2026-10-04", "2026-10-03T15:30:00Z", "02:30"}, // half an hour is left out
		{"Australia/Lord_Howe", 105 * time.Minute, "2026-04-05", "2026-04-04T14:45:00Z", "01:45"}, // and half an hour comes twice
		{"America/Santiago", 0, "2026-09-06", "2026-09-06T04:00:00Z", "01:00"},                    // midnight is left out
		{"Pacific/Apia", 0, "2011-12-30", "2011-12-30T10:00:00Z", "00:00"},                        // the whole day is
	} {
		days := Days{Cutoff: tt.cutoff}
		if tt.zone != "" {
			days.Zone = zone(t, tt.zone)
		}
		at, err := days.Begins(tt.day)
		if got := at.UTC().Format(time.RFC3339); err != nil || got != tt.begins || at.Format("15:04") != tt.first {
			t.Errorf("%s, %s: begins %s (%s), %v; want %s (%s)", tt.zone, tt.day, got, at.Format("15:04"), err, tt.begins, tt.first)
		}
	}
}

// TestDaysFollowEachOther: through a year of any clock, each moment is of the day
// that began last, and each day ends where the next one begins.
func TestDaysFollowEachOther(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Asia/Kathmandu"} {
		for _, cutoff := range []time.Duration{0, 90 * time.Minute, 150 * time.Minute, 4 * time.Hour, 23*time.Hour + 59*time.Minute} {
			days := Days{Zone: zone(t, name), Cutoff: cutoff}
			last := Day("")
			for at := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2012; at = at.Add(17 * time.Minute) {
				d := days.Of(at)
				if d < last {
					t.Fatalf("%s %s: %s is of %s, behind %s", name, cutoff, at, d, last)
				}
				last = d
				begin, err1 := days.Begins(d)
				end, err2 := days.Ends(d)
				if err1 != nil || err2 != nil || at.Before(begin) || !at.Before(end) {
					t.Fatalf("%s %s: %s is of %s, which is from %s to %s (%v, %v)", name, cutoff, at, d, begin, end, err1, err2)
				}
			}
		}
	}
	for _, bad := range []Day{"", "2026-2-1", "2026-02-30", "tomorrow"} {
		if _, err := (Days{}).Begins(bad); err == nil {
			t.Errorf("%q is taken for a day", bad)
		}
	}
	berlin := Days{Zone: zone(t, "Europe/Berlin")}
	if h := berlin.Hour(time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)); h != 2 {
		t.Errorf("hour %d", h)
	}
}
