package order

import (
	"fmt"
	"time"
)

// Day is a business day, as YYYY-MM-DD: text of it sorts by time.
type Day string

// Month is the month of a day, as YYYY-MM.
func (d Day) Month() string { return string(d)[:min(len(d), 7)] }

// Days tells business days apart. The zero value is UTC from midnight on.
type Days struct {
	// Zone is the shop's; nil is UTC.
	Zone *time.Location
	// Cutoff is how long after midnight by the wall clock a day begins: what is
	// sold before belongs to the day before.
	Cutoff time.Duration
}

// Of is the business day of a moment: the last one that has begun by then.
func (d Days) Of(t time.Time) Day {
	year, month, date := t.In(d.zone()).Date()
	for t.Before(d.begins(year, month, date)) {
		date--
	}
	return Day(time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// Begins is the first moment of a business day: when the wall clock first shows
// its cut-off hour, or where that hour is left out, when the clock jumps over it.
func (d Days) Begins(day Day) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a day: write it as 2026-11-22", day)
	}
	return d.begins(t.Date()), nil
}

// Ends is the first moment behind a business day.
func (d Days) Ends(day Day) (time.Time, error) {
	begin, err := d.Begins(day)
	if err != nil {
		return begin, err
	}
	t, _ := time.Parse(time.DateOnly, string(day))
	return d.begins(t.AddDate(0, 0, 1).Date()), nil
}

// begins looks through the stretches of one offset from UTC each, from a time on
// that is before it wherever the shop is.
func (d Days) begins(year int, month time.Month, date int) time.Time {
	wall := time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Add(d.Cutoff)
	for from := wall.AddDate(0, 0, -2).In(d.zone()); ; {
		_, offset := from.Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(d.zone())
		if at.Before(from) {
			at = from // the clock jumped over it
		}
		_, end := from.ZoneBounds()
		if end.IsZero() || at.Before(end) {
			return at
		}
		from = end
	}
}

// At is the moment of a business day at which the wall clock shows a time: one
// before the cut-off hour is in the night behind it. A time that the clock leaves
// out is a moment beside it, one that it shows twice the first or the second.
func (d Days) At(day Day, wall time.Duration) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a day: write it as 2026-11-22", day)
	}
	year, month, date := t.Date()
	if wall < d.Cutoff {
		date++
	}
	minutes := int(wall / time.Minute)
	return time.Date(year, month, date, minutes/60, minutes%60, 0, 0, d.zone()), nil
}

// Around are the last moment until now, and the first behind it, at which the
// wall clock of some business day shows a time.
func (d Days) Around(now time.Time, wall time.Duration) (last, next time.Time) {
	year, month, date := now.In(d.zone()).Date()
	for add := -2; add <= 2; add++ {
		day := Day(time.Date(year, month, date+add, 12, 0, 0, 0, time.UTC).Format(time.DateOnly))
		at, _ := d.At(day, wall) // it was just written
		if !at.After(now) {
			last = at
		} else if next.IsZero() {
			next = at
		}
	}
	return last, next
}

// Hour is the hour of a moment by the shop's clock, 0 to 23.
func (d Days) Hour(t time.Time) int { return t.In(d.zone()).Hour() }

func (d Days) zone() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}
