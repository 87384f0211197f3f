// Package sale is the screen on which the amount is entered and the way to
// pay chosen.
package sale

import (
	"strings"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
)

// Desk is what the screen needs of the terminal. Neither call blocks.
type Desk interface {
	NewOrderID() string
	CheckAmount(a money.Amount) error
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk Desk
	// Changed is called when View is to be shown again.
	Changed func()
	// Card is called with the order for which a card is to be entered.
	Card func(engine.Charge)
	// History is called to see the transactions, Attention to see what the strip
	// tells of.
	History   func()
	Attention func()

	minor    int64
	rest     bool // the amount is what a part payment left over
	notice   string
	snapshot engine.Snapshot
}

// New makes a presenter.
func New(desk Desk) *Presenter {
	return &Presenter{desk: desk, Changed: func() {}, Card: func(engine.Charge) {}, History: func() {}, Attention: func() {}}
}

// View is what the screen shows.
type View struct {
	Label  string
	Amount string
	Empty  bool // nothing entered: the amount is shown faintly
	// Ready: a card may be charged. Otherwise Reason says why not, and Wrong
	// whether that is a mistake and not just the beginning.
	Ready  bool
	Reason string
	Wrong  bool
	// Strip tells of earlier payments that are being settled, Notice of
	// something that needs attention.
	Strip     string
	StripKind look.Kind
	Notice    string
}

// mostDigits bounds what can be entered; the shop's own limit is lower.
const mostDigits = 10

// View is the present view.
func (p *Presenter) View() View {
	v := View{Label: text.Get("sale.label"), Amount: p.amount().Display(), Empty: p.minor == 0, Notice: p.attention()}
	if p.rest {
		v.Label = text.Get("sale.rest")
	}
	switch err := p.desk.CheckAmount(p.amount()); {
	case p.snapshot.Operator == nil:
		v.Reason = text.Get("sale.signin")
	case p.minor == 0:
		v.Reason = text.Get("sale.enter")
	case err != nil:
		v.Reason, v.Wrong = text.Of(err), true
	default:
		v.Ready = true
	}
	v.Strip, v.StripKind = p.strip()
	return v
}

func (p *Presenter) amount() money.Amount {
	currency := p.snapshot.Currency
	if !currency.Known() {
		currency = money.USD
	}
	return money.New(p.minor, currency)
}

// strip tells of earlier payments. Money that is missing comes first, then what
// a person must look at.
func (p *Presenter) strip() (string, look.Kind) {
	checking, alarms := 0, 0
	for _, s := range p.snapshot.Live {
		if s.Alarm {
			alarms++
		} else if !s.Stored {
			checking++
		}
	}
	for _, f := range p.snapshot.Recon.Findings {
		if f.Alarm {
			alarms++
		}
	}
	stored := p.snapshot.Stored
	switch {
	case stored.MissingCount > 0:
		return text.Count("sale.missing", stored.MissingCount, stored.MissingTotal.Display()), look.KindMissing
	case alarms > 0:
		return text.Count("sale.alarm", alarms), look.KindReview
	case checking > 0:
		return text.Count("sale.checking", checking), look.KindChecking
	case stored.Room.Unsent.Count > 0:
		return text.Count("sale.stored", stored.Room.Unsent.Count, stored.Room.Unsent.Total.Display()), look.KindStored
	}
	return "", ""
}

// attention is the first sentence of a part that is in trouble.
func (p *Presenter) attention() string {
	if p.notice != "" {
		return p.notice
	}
	host := p.snapshot.Host
	if !p.snapshot.OfflineSince.IsZero() {
		host = engine.Part{Health: engine.HealthTrouble, Text: text.Get("sale.away")}
		if room := p.snapshot.Stored.Room; room.Limits.Enabled && room.Left > 0 && room.LeftTotal.Minor > 0 {
			host.Text = text.Get("sale.away.store", room.Limits.PerSale.Display())
		}
	}
	for _, part := range []engine.Part{p.snapshot.Journal, host, p.snapshot.Printer} {
		if part.Health == engine.HealthTrouble && part.Text != "" {
			return part.Text
		}
	}
	return ""
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	p.Changed()
}

// Press takes a key of the pad or of the keyboard. Cents roll in from the
// right.
func (p *Presenter) Press(c caps.Cap) {
	p.notice = ""
	switch digit, ok := c.Digit(); {
	case ok:
		p.push(int64(digit - '0'))
	case c == caps.Zeros:
		p.push(0)
		p.push(0)
	case c == caps.Erase:
		p.minor /= 10
	}
	if p.minor == 0 {
		p.rest = false
	}
	p.Changed()
}

func (p *Presenter) push(digit int64) {
	if next := p.minor*10 + digit; len(strings.TrimLeft(money.New(next, "").Decimal(), "0")) <= mostDigits {
		p.minor = next
	}
}

// Clear takes the amount back.
func (p *Presenter) Clear() {
	p.minor, p.rest, p.notice = 0, false, ""
	p.Changed()
}

// Start begins with an amount: what a part payment left over.
func (p *Presenter) Start(rest money.Amount) {
	p.minor, p.rest = rest.Minor, true
	p.Changed()
}

// Idle reports whether nothing has been entered.
func (p *Presenter) Idle() bool { return p.minor == 0 }

// Tell shows a sentence until the next key.
func (p *Presenter) Tell(sentence string) {
	p.notice = sentence
	p.Changed()
}

// ToCard does what Charge does, for a card that was swiped here.
func (p *Presenter) ToCard() { p.Charge() }

// Charge goes on to the card, if the amount allows it.
func (p *Presenter) Charge() {
	if p.View().Ready {
		p.Card(engine.Charge{Order: p.desk.NewOrderID(), Amount: p.amount()})
	}
}
