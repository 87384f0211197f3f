// Package status is the bar at the top of every screen: how the parts of the
// terminal are, what is in the open batch, who is signed in, what time it is.
package status

import (
	"strings"
	"time"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Chip is one part of the terminal.
type Chip struct {
	Name  string
	Shape look.Shape
	Tint  look.Colour
	// Text is the sentence of its state.
	Text string
	// Printer: it is that of the printer.
	Printer bool
}

// View is what the bar shows.
type View struct {
	Shop     string
	Chips    [3]Chip
	Batch    string
	Operator string
	Clock    string
	// Alert is how many things need attention; "" is none.
	Alert string
}

// Of is the view of a snapshot at a moment.
func Of(s engine.Snapshot, now time.Time) View {
	v := View{
		Shop:  s.Shop,
		Chips: [3]Chip{chip("host", s.Host), chip("journal", s.Journal), chip("printer", s.Printer)},
		Clock: text.Clock(now),
	}
	v.Chips[2].paper(s)
	differs(&v.Chips[0], s.Recon)
	if !s.OfflineSince.IsZero() {
		v.Chips[0] = away(s, now)
	}
	if v.Shop == "" {
		v.Shop = text.Get("app.name")
	}
	v.Batch = text.Get("status.batch", text.Count("status.sales", s.Batch.Sales), text.Money(s.Batch.Total))
	if s.Batch.Sales+s.Batch.Returns == 0 {
		v.Batch = text.Get("status.batch.empty")
	}
	if s.Batch.Closing {
		v.Batch = text.Get("status.batch.closing")
	}
	if s.Shift.Counted && s.Operator != nil {
		switch now := s.Shift.Now; {
		case now == nil:
			v.Batch = text.Get("status.shift.none")
		case now.State == order.ShiftCounting:
			v.Batch = text.Get("status.shift.counting")
		}
	}
	if s.Operator != nil {
		v.Operator = s.Operator.Name
	}
	return v
}

// differs is what the comparison with the bank's records says about it. Money
// that is not where the journal has it is trouble.
func differs(c *Chip, r engine.ReconView) {
	for _, f := range r.Findings {
		if f.Alarm {
			c.Name, c.Shape, c.Tint = text.Get("status.differs"), look.Alert, look.TintDeclined
			c.Text = text.Count("status.found", r.Differences)
			return
		}
	}
	if r.Trouble != "" {
		c.Text += "\n" + text.Get("status.found.not", r.Trouble)
	}
}

// paper adds what the printer alone has: that no sale waits for it, and the
// drawer behind it.
func (c *Chip) paper(s engine.Snapshot) {
	c.Printer = true
	if s.Printer.Health == engine.HealthTrouble {
		c.Text += "\n" + text.Get("counter.waits")
	}
	if s.Drawer == engine.DrawerOpen {
		c.Text += "\n" + text.Get("counter.drawer.shut")
		if s.Printer.Health == engine.HealthGood {
			c.Name, c.Shape, c.Tint = text.Get("status.drawer"), look.Tray, look.TintPart
		}
	}
}

// stored is what waits for the bank beside the most that may, such as
// "3 / 20, $112.50 / $500.00".
func stored(r order.OfflineRoom) string {
	return text.Number(r.Unsent.Count) + " / " + text.Number(r.Limits.Count) + ", " + text.Money(r.Unsent.Total) + " / " + text.Money(r.Limits.Total)
}

// away is the bank that cannot be reached: since when, and what still works.
func away(s engine.Snapshot, now time.Time) Chip {
	since := Since(s.OfflineSince, now)
	c := Chip{Name: text.Get("status.away", since), Shape: look.Alert, Tint: look.TintDeclined}
	c.Text = text.Get("status.away.text", since)
	if room := s.Stored.Room; room.Limits.Enabled {
		c.Text += "\n" + text.Get("status.away.store", text.Money(room.Limits.PerSale), stored(room))
	}
	c.Text = strings.TrimSpace(c.Text + "\n" + text.Say(s.Host.Text))
	return c
}

// Since is the time of a moment, with its day where that is not today.
func Since(t, now time.Time) string {
	t = t.In(now.Location())
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return text.Moment(t)
	}
	return text.Clock(t)
}

func chip(name string, p engine.Part) Chip {
	c := Chip{Name: text.Get("status." + name), Text: text.Say(p.Text)}
	switch p.Health {
	case engine.HealthGood:
		c.Shape, c.Tint = look.Check, look.TintApproved
	case engine.HealthTrouble:
		c.Shape, c.Tint = look.Alert, look.TintDeclined
	case engine.HealthOff:
		c.Shape, c.Tint = look.Unsure, look.TintNotCharged
	default:
		c.Shape, c.Tint = look.Clock, look.TintChecking
	}
	if c.Text == "" {
		c.Text = text.Get("status.health." + string(p.Health))
	}
	return c
}
