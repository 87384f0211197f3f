// Package cardentry is the screen on which a card is typed. What is typed
// stays in the bytes of the form until the charge takes them over or the
// screen is left, and is cleared then.
package cardentry

import (
	"context"

	"paydesk/app/bridge"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	// Charge blocks until the outcome is durable. It takes the card over.
	Charge(ctx context.Context, c engine.Charge, card *card.Card) (engine.Sale, error)
	// StoreOffer tells whether the sale could be stored while the bank is away.
	StoreOffer(ctx context.Context, c engine.Charge) (order.OfflineRoom, error)
	// StoreSale stores it, and takes the card over.
	StoreSale(ctx context.Context, c engine.Charge, card *card.Card) (order.Stored, error)
	// CheckCard asks whether the card is good, and takes it over.
	CheckCard(ctx context.Context, card *card.Card) (order.FollowUp, error)
}

// Payment is what may be shown of a payment that is under way.
type Payment struct {
	engine.Charge
	Brand, Last4 string
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again.
	Changed func()
	// Cancel is called when the person steps back; nothing was sent.
	Cancel func(engine.Charge)
	// Started is called when a charge goes out, Ended with its outcome.
	Started func(Payment)
	Ended   func(Payment, engine.Sale, error)
	// Stored is called with what became of a sale that was to be stored.
	Stored func(Payment, order.Stored, error)
	// Check is called for a card that is only to be checked; what it is given
	// does so, once, and blocks until the outcome is durable.
	Check func(brand, last4 string, do func(context.Context) (order.FollowUp, error))

	charge engine.Charge
	check  bool // there is no charge
	form   form
	// swiped is the card where it was swiped and not typed.
	swiped *card.Card
	// busy is set by the first press of Charge, for good: the next charge
	// begins with Show.
	busy  bool
	offer offer
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{
		desk: desk, run: run, clock: c, busy: true, Changed: func() {}, Cancel: func(engine.Charge) {},
		Started: func(Payment) {}, Ended: func(Payment, engine.Sale, error) {},
		Stored: func(Payment, order.Stored, error) {}, Check: func(string, string, func(context.Context) (order.FollowUp, error)) {},
	}
}

// View is what the screen shows.
type View struct {
	Title  string
	Charge string
	Ready  bool
	Busy   bool
	// Reason says what is missing while the charge is not ready.
	Reason string
	// Away says, while the bank is away, what becomes of the sale; Late that the
	// limits for that are near their end. Store: it is stored, not charged.
	Away        string
	Late, Store bool
	Fields      [fields]FieldView
	Chosen      Field
	// Swiped is the card in place of the fields, all but that of the code.
	Swiped *SwipedView
}

// FieldView is one field. Sign gives the signs that are shown, one at a time:
// there is no text of them.
type FieldView struct {
	Count   int
	Sign    func(i int) (sign rune, gap bool)
	Problem string
	Badge   string
	Right   bool
}

// View is the present view.
func (p *Presenter) View() View {
	amount := text.Money(p.charge.Amount)
	v := View{Title: text.Get("card.title", amount), Charge: text.Get("card.charge", amount), Busy: p.busy, Chosen: p.form.chosen}
	switch {
	case p.check:
		v.Title, v.Charge = text.Get("card.check.title"), text.Get("card.check.button")
	case p.charge.Kind == order.KindAuth:
		v.Title, v.Charge = text.Get("card.hold.title", amount), text.Get("card.hold", amount)
	}
	now := p.clock.Now()
	p.away(&v, now)
	for f := range fields {
		v.Fields[f] = p.form.view(f, now)
	}
	if p.swiped != nil {
		v.Swiped = p.viewSwiped(now)
	}
	bad, whole := p.firstWrong(now)
	v.Ready = !p.busy && whole
	if !whole {
		v.Reason = text.Get("card.reason." + string(fieldNames[bad]))
		if v.Fields[bad].Problem != "" && !p.form.fieldEmpty(bad) {
			v.Reason = text.Get("card.check." + string(fieldNames[bad]))
		}
		if v.Swiped != nil && bad == Expiry {
			v.Reason = v.Swiped.Problem
		}
	}
	return v
}

// Show begins with an empty form.
func (p *Presenter) Show(c engine.Charge) {
	p.wipe()
	p.charge, p.check, p.busy, p.offer = c, false, false, offer{}
	p.Changed()
}

// ShowCheck begins with an empty form for a card that is only to be checked.
func (p *Presenter) ShowCheck() {
	p.Show(engine.Charge{})
	p.check = true
	p.Changed()
}

// Hide clears what was typed or swiped.
func (p *Presenter) Hide() {
	p.wipe()
	p.busy = true
	p.Changed()
}

func (p *Presenter) wipe() {
	p.form.wipe()
	p.swiped.Clear()
	p.swiped = nil
}

// Lock clears what was typed, while nobody is at the desk. The payment stays.
func (p *Presenter) Lock() {
	if !p.busy {
		p.wipe()
		p.Changed()
	}
}

// Cleared reports that no byte of a card is left in the form.
func (p *Presenter) Cleared() bool { return p.form.empty() && p.swiped == nil }

// Press takes a key of the pad.
func (p *Presenter) Press(c caps.Cap) {
	if p.busy {
		return
	}
	if digit, ok := c.Digit(); ok {
		p.form.add(rune(digit), p.clock.Now())
	} else if c == caps.Erase {
		p.form.erase()
	}
	p.Changed()
}

// Rune takes a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if !p.busy {
		p.form.add(r, p.clock.Now())
		p.Changed()
	}
}

// Choose goes to a field.
func (p *Presenter) Choose(f Field) {
	if !p.busy && p.swiped == nil && f >= 0 && f < fields {
		p.form.choose(f)
		p.Changed()
	}
}

// Move goes some fields on, or back. One step right after the form went on by
// itself is not taken: the person who types Tab behind each field means it.
func (p *Presenter) Move(by int) {
	if p.busy {
		return
	}
	if by > 0 && p.form.stepped && p.form.fieldEmpty(p.form.chosen) {
		p.form.stepped = false
		return
	}
	p.Choose((p.form.chosen + Field(by) + fields) % fields)
}

// Enter charges if the form is whole; otherwise it goes to what is missing.
func (p *Presenter) Enter() {
	if p.busy {
		return
	}
	bad, whole := p.firstWrong(p.clock.Now())
	if whole {
		p.Charge()
		return
	}
	if !p.form.stepped {
		p.form.left[p.form.chosen] = true
	}
	p.form.stepped = false
	if p.swiped == nil {
		p.form.chosen = bad
	}
	p.Changed()
}

// Back steps back. Nothing was sent.
func (p *Presenter) Back() {
	if !p.busy {
		p.wipe()
		p.busy = true
		p.Cancel(p.charge)
	}
}

// Charge sends the payment, or stores it where that was offered: once, however
// often it is pressed.
func (p *Presenter) Charge() {
	if p.busy {
		return
	}
	store := p.offer.good(p.clock.Now())
	if store && p.clock.Now().Sub(p.offer.since) < calm {
		return
	}
	c, bad, ok := p.card(p.clock.Now())
	if !ok {
		p.form.left[bad] = true
		p.Choose(bad)
		p.Changed()
		return
	}
	p.busy = true
	p.wipe()
	if p.check {
		p.Changed()
		p.Check(c.Brand().String(), c.Last4(), func(ctx context.Context) (order.FollowUp, error) {
			defer c.Clear()
			return p.desk.CheckCard(ctx, c)
		})
		return
	}
	payment := Payment{Charge: p.charge, Brand: c.Brand().String(), Last4: c.Last4()}
	if store {
		p.store(payment, c)
		return
	}
	p.Changed()
	p.Started(payment)
	p.run(func(ctx context.Context) func() {
		// The window may close meanwhile; the payment goes on to its end.
		sale, err := p.desk.Charge(context.WithoutCancel(ctx), payment.Charge, c)
		c.Clear()
		return func() { p.Ended(payment, sale, err) }
	})
}
