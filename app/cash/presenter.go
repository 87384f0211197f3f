// Package cash is the screen on which notes and coins are taken, and which tells
// the change.
package cash

import (
	"context"
	"slices"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	TakeCashWith(ctx context.Context, c engine.Charge, tendered money.Amount) (order.Cash, error)
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again.
	Changed func()
	// Cancel steps back: nothing was taken. Done leaves the change.
	Cancel, Done func()
	// Taken is called when the money is in the journal.
	Taken func(engine.Charge)
	// Receipt shows the receipt of cash that was taken.
	Receipt func(papers ...slip.Paper)

	charge  engine.Charge
	minor   int64
	picked  bool // a quick amount: the next digit begins anew
	busy    bool
	problem string
	// taken is what was taken; its ID is "" until then. left is what the bill
	// still lacks.
	taken  order.Cash
	left   money.Amount
	drawer engine.DrawerState // where the printer tells
	shut   string             // why the drawer stayed shut
	since  time.Time
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Cancel: func() {}, Done: func() {}, Receipt: func(...slip.Paper) {}, Taken: func(engine.Charge) {}}
}

// View is what the screen shows.
type View struct {
	Due, Given string
	Empty      bool
	// Change is what goes back. Where too little was given, Reason says what is
	// missing, and Wrong whether that is a mistake and not just the beginning.
	Change, Reason string
	Wrong, Ready   bool
	Busy           bool
	Quick          []Quick
	Problem        string
	// Taken: the change is told until somebody leaves it. Left is what is still
	// to be paid of the bill, or "".
	Taken     bool
	NoChange  bool
	Said      string
	Left      string
	NextWords string
}

// Quick is an amount to press.
type Quick struct {
	Words  string
	Chosen bool
}

// View is the present view.
func (p *Presenter) View() View {
	due, given := p.charge.Amount, p.given()
	v := View{Due: text.Money(due), Given: text.Money(given), Empty: p.minor == 0, Busy: p.busy, Problem: p.problem}
	if p.taken.ID != "" {
		change := p.taken.Change()
		v.Taken, v.NoChange, v.Change = true, change.Minor == 0, text.Money(change)
		v.Said = text.Get("cash.said", text.Money(p.taken.Tendered), text.Money(p.taken.Amount))
		v.NextWords = text.Get("cash.new")
		switch {
		case p.shut != "":
			v.Said += " " + text.Say(p.shut)
		case p.drawer == engine.DrawerOpen:
			v.Said += " " + text.Get("counter.drawer.shut")
		}
		if p.left.Minor > 0 {
			v.Left, v.NextWords = text.Get("cash.left", text.Money(p.left)), text.Get("cash.next")
		}
		return v
	}
	switch missing := due.Minor - given.Minor; {
	case p.minor == 0:
		v.Reason = text.Get("cash.enter")
	case missing > 0:
		v.Reason, v.Wrong = text.Get("cash.missing", text.Money(money.New(missing, due.Currency))), true
	default:
		v.Change, v.Ready = text.Money(money.New(-missing, due.Currency)), !p.busy
	}
	for i, a := range quick(due) {
		q := Quick{Words: text.Money(a), Chosen: a == given}
		if i == 0 {
			q.Words = text.Get("cash.exact")
		}
		v.Quick = append(v.Quick, q)
	}
	return v
}

func (p *Presenter) given() money.Amount { return money.New(p.minor, p.charge.Amount.Currency) }

// Begin begins to take an amount.
func (p *Presenter) Begin(c engine.Charge) {
	p.charge, p.minor, p.picked, p.busy, p.problem, p.taken, p.left = c, 0, false, false, "", order.Cash{}, money.Amount{}
	p.Changed()
}

// Charge is what is being paid.
func (p *Presenter) Charge() engine.Charge { return p.charge }

// Apply takes a snapshot: it knows what the bill lacks.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.left, p.drawer, p.shut = money.Amount{}, s.Drawer, s.DrawerTrouble
	for _, b := range s.Bills {
		if p.charge.Bill != nil && b.ID == p.charge.Bill.ID && b.State == order.BillOpen {
			p.left = money.New(b.Left.Minor+b.Pending.Minor, b.Left.Currency)
		}
	}
	p.Changed()
}

// Press takes a key of the pad.
func (p *Presenter) Press(c caps.Cap) {
	if p.busy || p.taken.ID != "" {
		return
	}
	if p.picked && c != caps.Erase {
		p.minor = 0
	}
	p.picked = false
	p.set(entry.Roll(p.minor, c))
}

// Quick takes one of the amounts that are offered.
func (p *Presenter) Quick(i int) {
	if all := quick(p.charge.Amount); !p.busy && p.taken.ID == "" && i >= 0 && i < len(all) {
		p.picked = true
		p.set(all[i].Minor)
	}
}

func (p *Presenter) set(minor int64) {
	p.minor, p.problem = minor, ""
	p.Changed()
}

// next goes to the next quick amount, or the one before.
func (p *Presenter) next(by int) {
	at := slices.IndexFunc(p.View().Quick, func(q Quick) bool { return q.Chosen })
	if at < 0 {
		at, by = 0, 0
	}
	p.Quick(at + by)
}

// Take takes the money, once, however often it is pressed.
func (p *Presenter) Take() {
	if !p.View().Ready {
		return
	}
	p.busy, p.problem = true, ""
	c, given := p.charge, p.given()
	p.Changed()
	p.run(func(ctx context.Context) func() {
		taken, err := p.desk.TakeCashWith(context.WithoutCancel(ctx), c, given)
		return func() {
			p.busy, p.problem = false, text.Of(err)
			if err == nil {
				p.taken, p.since = taken, p.clock.Now()
				p.Taken(c)
			}
			p.Changed()
		}
	})
}

// calm is how long Enter is not taken after the change appears: whoever still
// presses the key for the money must not dismiss the change unread.
const calm = 700 * time.Millisecond

// Enter takes the money, or leaves the change.
func (p *Presenter) Enter() {
	switch {
	case p.taken.ID == "":
		p.Take()
	case p.clock.Now().Sub(p.since) >= calm:
		p.Done()
	}
}

// Leave leaves the change.
func (p *Presenter) Leave() {
	if p.taken.ID != "" {
		p.Done()
	}
}

// Back steps back, where nothing was taken.
func (p *Presenter) Back() {
	if !p.busy && p.taken.ID == "" {
		p.Cancel()
	}
}

// Paper shows the receipt.
func (p *Presenter) Paper() {
	if p.taken.ID != "" {
		papers := []slip.Paper{{Document: order.DocumentCash, ID: p.taken.ID}}
		if b := p.charge.Bill; b != nil && p.left.Minor == 0 && p.charge.Amount != b.Total() { // others paid parts of it
			papers = append(papers, slip.Paper{Document: order.DocumentBill, ID: b.ID})
		}
		p.Receipt(papers...)
	}
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		p.Enter()
	case keys.Erase:
		p.Press(caps.Erase)
	case keys.Escape:
		p.Back()
	case keys.Sale:
		p.Leave()
	case keys.Receipt:
		p.Paper()
	case keys.Cash:
		p.Quick(0)
	case keys.Left:
		p.next(-1)
	case keys.Right:
		p.next(1)
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
