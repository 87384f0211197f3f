package cardentry

import (
	"context"
	"strconv"
	"time"

	"paydesk/app/text"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// offer is what the terminal says about storing the sale while the bank is
// away. The zero value is a bank that can be reached.
type offer struct {
	away   bool
	unsent order.Unsent
	known  bool // room and err are the answer to the question
	room   order.OfflineRoom
	err    error
	since  time.Time // when it was shown
}

// calm is how long a new offer must have been shown: whoever pressed the button
// while it still said charge has not been asked.
const calm = 700 * time.Millisecond

// good reports that a press of the button stores the sale. What the limits
// leave runs out with time; the terminal has the last word.
func (o offer) good(now time.Time) bool {
	return o.away && o.known && o.err == nil && (o.room.Until.IsZero() || now.Before(o.room.Until))
}

// The limits are near their end below these.
const (
	fewLeft  = 3
	lateFrom = 2 * time.Hour
)

// near reports whether the limits are near their end.
func (o offer) near(now time.Time) bool {
	return o.room.Left <= fewLeft || o.room.LeftTotal.Minor < o.room.Limits.PerSale.Minor ||
		!o.room.Until.IsZero() && o.room.Until.Sub(now) < lateFrom
}

// Apply takes a snapshot: the bank may have gone or come back. What can be done
// meanwhile is asked for anew whenever it may have changed.
func (p *Presenter) Apply(s engine.Snapshot) {
	if away := !s.OfflineSince.IsZero(); p.busy || p.check || !away {
		if p.offer.away && !away {
			p.offer = offer{}
			p.Changed()
		}
		return
	}
	if p.offer.away && p.offer.unsent == s.Stored.Room.Unsent {
		return
	}
	p.offer = offer{away: true, unsent: s.Stored.Room.Unsent}
	charge, asked := p.charge, p.offer.unsent
	p.Changed()
	p.run(func(ctx context.Context) func() {
		room, err := p.desk.StoreOffer(ctx, charge)
		return func() {
			if p.charge == charge && p.offer.away && p.offer.unsent == asked {
				p.offer.known, p.offer.room, p.offer.err, p.offer.since = true, room, err, p.clock.Now()
				p.Changed()
			}
		}
	})
}

// Tick is called once a minute: what is left of the limits is told anew.
func (p *Presenter) Tick() {
	if p.offer.away {
		p.Changed()
	}
}

// away puts the offer into the view.
func (p *Presenter) away(v *View, now time.Time) {
	o := p.offer
	switch {
	case !o.away || !o.known:
	case o.good(now):
		left := text.Get("card.store.left", text.Count("card.store.sales", o.room.Left), text.Money(o.room.LeftTotal))
		if !o.room.Until.IsZero() {
			left = text.Get("card.store.for", left, span(o.room.Until.Sub(now)))
		}
		v.Away = text.Get("card.store", text.Money(o.room.Limits.PerSale), left)
		v.Store, v.Late = true, o.near(now)
		v.Charge = text.Get("card.store.button", text.Money(p.charge.Amount))
	case o.room.Limits.Enabled && text.Code(o.err) == engine.ProblemOffline:
		v.Away, v.Late = text.Get("card.away.limits", text.Of(o.err)), true
	default:
		v.Away = text.Get("card.away")
	}
}

// span is a time in hours and minutes.
func span(d time.Duration) string {
	hours, minutes := strconv.Itoa(int(d/time.Hour)), strconv.Itoa(int(d%time.Hour/time.Minute))
	if d < time.Hour {
		return text.Get("card.store.minutes", minutes)
	}
	return text.Get("card.store.hours", hours, minutes)
}

// store stores the sale. The form is cleared already.
func (p *Presenter) store(payment Payment, c *card.Card) {
	p.Changed()
	p.run(func(ctx context.Context) func() {
		// The window may close meanwhile; the sale is stored all the same.
		stored, err := p.desk.StoreSale(context.WithoutCancel(ctx), payment.Charge, c)
		c.Clear()
		return func() { p.Stored(payment, stored, err) }
	})
}
