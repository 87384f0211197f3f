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

// Of is the business day of a moment.
func (d Days) Of(t time.Time) Day {
	t = t.In(d.zone())
	wall := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
	if wall < d.Cutoff {
		year, month, day := t.Date()
		t = time.Date(year, month, day-1, 12, 0, 0, 0, time.UTC)
	}
	return Day(t.Format(time.DateOnly))
}

// Begins is the first moment of a business day: when the wall clock first shows
// its cut-off hour, or where that hour is left out, when the clock jumps over it.
func (d Days) Begins(day Day) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a day: write it as 2026-11-22", day)
	}
	year, month, date := t.Date()
	minutes := int(d.Cutoff / time.Minute)
	return time.Date(year, month, date, minutes/60, minutes%60, 0, 0, d.zone()), nil
}

// Hour is the hour of a moment by the shop's clock, 0 to 23.
func (d Days) Hour(t time.Time) int { return t.In(d.zone()).Hour() }

func (d Days) zone() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}
