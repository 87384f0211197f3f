package settings

import (
	"time"

	"paydesk/terminal/money"
)

// Day says when a business day ends and how its cash is counted. Rounding is not
// among it: there is one rule, half away from zero, on each ticket.
type Day struct {
	// Drawer is "counted", where a shift opens with a counted float, or "none",
	// where it opens by itself with its first sale.
	Drawer string `toml:"drawer"`
	// Limit is the difference of a drawer above which a supervisor answers for it,
	// as decimal text.
	Limit string `toml:"limit"`
	// Cutoff is when a business day begins, CloseAt when the batch is closed by
	// itself, empty: never; both as 04:00 by the clock of Zone, which is the name
	// of a time zone such as Europe/Berlin; empty: this computer's.
	Cutoff  string `toml:"cutoff"`
	CloseAt string `toml:"close_at"`
	Zone    string `toml:"zone"`
}

// The values of Day.Drawer.
const (
	DrawerCounted = "counted"
	DrawerNone    = "none"
)

// Rounding names the one rule of rounding, as reports and screens print it.
const Rounding = "half away from zero, per ticket"

func (d *Day) entries() []entry {
	return []entry{
		{"day.drawer", &d.Drawer},
		{"day.limit", &d.Limit},
		{"day.cutoff", &d.Cutoff},
		{"day.close_at", &d.CloseAt},
		{"day.zone", &d.Zone},
	}
}

// Clock is a time of the day as settings write it; false for any other text.
func Clock(text string) (time.Duration, bool) {
	t, err := time.Parse("15:04", text)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil && len(text) == 5
}

// Location is the time zone of the shop. It fails only on settings that Validate
// would refuse.
func (d Day) Location() (*time.Location, error) {
	if d.Zone == "" {
		return time.Local, nil
	}
	return time.LoadLocation(d.Zone)
}

func (c *checker) day(d Day, unit money.Currency) {
	c.oneOf(d.Drawer, "day.drawer", DrawerCounted, DrawerNone)
	limit, err := money.Parse(d.Limit, unit)
	c.require(err == nil && limit.Minor >= 0, "day.limit", "write an amount such as 5.00; 0 asks a supervisor about any difference.")
	_, ok := Clock(d.Cutoff)
	c.require(ok, "day.cutoff", "write a time of the day such as 04:00.")
	_, ok = Clock(d.CloseAt)
	c.require(ok || d.CloseAt == "", "day.close_at", "write a time of the day such as 23:30, or leave it empty.")
	_, err = d.Location()
	c.require(err == nil && d.Zone != "Local", "day.zone", "write the name of a time zone such as Europe/Berlin, or leave it empty for this computer's.")
}
