// Package bill is the screen on which a sale is paid in parts, by any mix of
// ways, and undone as a whole where it is not paid to the end.
package bill

import (
	"context"
	"slices"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/keys"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal. NewOrderID and CheckAmount
// return at once.
type Desk interface {
	NewOrderID() string
	CheckAmount(a money.Amount) error
	Bill(ctx context.Context, id string) (engine.BillView, error)
	CancelBill(ctx context.Context, id, reason string) error
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again.
	Changed func()
	// Card, Cash, OnFile and Wallet pay the next part. Back leaves a bill of which
	// nothing is paid for the sale as it was, Leave any other.
	Card, Cash, OnFile, Wallet func(engine.Charge)
	Back, Leave                func()
	// Ask asks whether to cancel.
	Ask func()

	asked   order.Bill
	view    engine.BillView // its ID is "" before the first part
	minor   int64           // typed; 0: the share of what is left
	parts   int             // in how many equal parts what is left is paid
	paid    int             // how many parts were paid when that was counted
	busy    bool
	problem string
	since   time.Time // when the bill came to its end
	loading bool
	begun   bool // a part was asked for
	offer   order.Offer
	wallets []order.WalletOffer
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	pay := func(engine.Charge) {}
	return &Presenter{desk: desk, run: run, clock: c, parts: 1, Changed: func() {}, Card: pay, Cash: pay, OnFile: pay, Wallet: pay,
		Back: func() {}, Leave: func() {}, Ask: func() {}}
}

// Begin shows a bill, new or unfinished.
func (p *Presenter) Begin(b order.Bill, s engine.Snapshot) {
	p.asked, p.view = b, engine.BillView{}
	p.minor, p.parts, p.paid, p.busy, p.problem, p.loading, p.begun = 0, 1, 0, false, "", false, false
	p.Apply(s)
	p.paid = p.count(order.LegPaid)
}

// ID is the bill that is shown.
func (p *Presenter) ID() string { return p.asked.ID }

// Apply takes a snapshot. A bill that is not in it any more has come to its end.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.offer, p.wallets = s.Offer, s.Wallets
	if p.asked.ID == "" {
		return
	}
	i := slices.IndexFunc(s.Bills, func(b engine.BillView) bool { return b.ID == p.asked.ID })
	if i >= 0 {
		p.take(s.Bills[i])
	} else if (p.begun || p.view.ID != "") && !p.view.State.Final() {
		p.load()
	}
	p.Changed()
}

// load reads a bill that came to its end.
func (p *Presenter) load() {
	if p.loading {
		return
	}
	p.loading = true
	id := p.asked.ID
	p.run(func(ctx context.Context) func() {
		view, err := p.desk.Bill(ctx, id)
		return func() {
			p.loading = false
			if err == nil && p.asked.ID == id {
				p.take(view)
			}
			p.Changed()
		}
	})
}

// take takes what has become of the bill. The share of what is left grows by
// the part that was paid meanwhile.
func (p *Presenter) take(view engine.BillView) {
	if view.Version < p.view.Version {
		return
	}
	if view.State.Final() && !p.view.State.Final() {
		p.since = p.clock.Now()
	}
	p.view, p.asked = view, view.Bill
	if paid := p.count(order.LegPaid); paid > p.paid {
		p.parts, p.paid, p.minor = max(1, p.parts-(paid-p.paid)), paid, 0
	}
}

func (p *Presenter) count(states ...order.LegState) (n int) {
	for _, l := range p.view.Parts {
		if slices.Contains(states, l.State) {
			n++
		}
	}
	return n
}

// left is what can be asked for.
func (p *Presenter) left() money.Amount {
	if p.view.ID == "" {
		return p.asked.Total()
	}
	return p.view.Left
}

// amount is the next part.
func (p *Presenter) amount() money.Amount {
	left := p.left()
	if p.minor > 0 {
		return money.New(p.minor, left.Currency)
	}
	// What does not divide is in the first parts.
	return money.New((left.Minor+int64(p.parts)-1)/int64(p.parts), left.Currency)
}

// Press takes a key of the pad.
func (p *Presenter) Press(c caps.Cap) {
	if p.open() {
		p.minor, p.problem = entry.Roll(p.minor, c), ""
		p.Changed()
	}
}

// mostParts is in how many parts what is left can be divided.
const mostParts = 20

// Divide has what is left paid in equal parts.
func (p *Presenter) Divide(parts int) {
	if p.open() && parts >= 1 && parts <= mostParts {
		p.minor, p.parts, p.problem = 0, parts, ""
		p.Changed()
	}
}

// open reports that parts can be paid.
func (p *Presenter) open() bool {
	return !p.busy && (p.view.ID == "" || p.view.State == order.BillOpen)
}

// PayCard pays the next part by a card, PayCash in cash, PayOnFile by a card that
// was left on file.
func (p *Presenter) PayCard() { p.pay(p.View().Ready, p.Card) }

// ToCard does what PayCard does, for a card that was swiped here.
func (p *Presenter) ToCard() { p.PayCard() }

// PayCash is as PayCard says.
func (p *Presenter) PayCash() { p.pay(p.View().Counts, p.Cash) }

// PayOnFile is as PayCard says.
func (p *Presenter) PayOnFile() { p.pay(p.View().OnFile, p.OnFile) }

// PayWallet is as PayCard says.
func (p *Presenter) PayWallet() { p.pay(p.View().Wallet && p.View().Ready, p.Wallet) }

func (p *Presenter) pay(may bool, way func(engine.Charge)) {
	if !may {
		return
	}
	bill := p.asked
	p.begun = true
	way(engine.Charge{Order: p.desk.NewOrderID(), Amount: p.amount(), Bill: &bill})
}

// Quit leaves the screen.
func (p *Presenter) Quit() {
	switch {
	case p.busy:
	case p.untouched():
		p.Back()
	default:
		p.Leave()
	}
}

// untouched reports that no money of the bill stands or may yet stand.
func (p *Presenter) untouched() bool {
	return p.view.ID == "" || p.view.State == order.BillOpen && p.view.Paid.Minor == 0 && p.view.Pending.Minor == 0
}

// AskCancel asks before all of it is undone. Of what nothing is paid, nothing
// is undone.
func (p *Presenter) AskCancel() {
	switch {
	case !p.open():
	case p.untouched():
		p.Quit()
	default:
		p.Ask()
	}
}

// Cancel undoes all of it.
func (p *Presenter) Cancel() {
	if !p.open() || p.untouched() {
		return
	}
	p.busy, p.problem = true, ""
	id := p.asked.ID
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := p.desk.CancelBill(context.WithoutCancel(ctx), id, "")
		return func() {
			p.busy, p.problem = false, text.Of(err)
			p.Changed()
		}
	})
}

// calm is how long Enter is not taken after the bill came to its end.
const calm = 700 * time.Millisecond

// Enter pays the next part by card; at the end it leaves.
func (p *Presenter) Enter() {
	switch {
	case !p.view.State.Final():
		p.PayCard()
	case p.clock.Now().Sub(p.since) >= calm:
		p.Quit()
	}
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		p.Enter()
	case keys.Cash:
		p.PayCash()
	case keys.OnFile:
		p.PayOnFile()
	case keys.Wallet:
		p.PayWallet()
	case keys.GiveBack:
		p.AskCancel()
	case keys.Escape, keys.Sale:
		p.Quit()
	case keys.Left:
		p.Divide(p.parts - 1)
	case keys.Right:
		p.Divide(p.parts + 1)
	case keys.Erase:
		p.Press(caps.Erase)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if digit, ok := keys.Digit(r); ok {
		p.Press(caps.Of(digit))
	}
}
