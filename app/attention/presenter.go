// Package attention is the screen with everything that is not as it should be
// yet: what the terminal is settling, and where a person is needed. Nothing here
// can force the outcome of a payment.
package attention

import (
	"cmp"
	"context"
	"slices"

	"paydesk/app/approve"
	"paydesk/app/bridge"
	"paydesk/app/payment"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Operators(ctx context.Context) ([]staff.Operator, error)
	Keep(ctx context.Context, number string) error
	GiveBack(ctx context.Context, number string) error
	Park(ctx context.Context, id, reason string) error
	Look(ctx context.Context, number string) error
	WithdrawStored(ctx context.Context, id, reason string) (order.Stored, error)
	WriteOffStored(ctx context.Context, id, reason string) (order.Stored, error)
	SettleJob(ctx context.Context, id string, printed bool) error
	RefundCode(ctx context.Context, id, payment string, amount money.Amount, reason string) (order.Refund, error)
	AcceptStray(ctx context.Context, id, payment, reason string) error
	LookAtCode(ctx context.Context, id string) error
	PaymentLog(ctx context.Context, q order.NoticeQuery) (order.NoticePage, error)
	Settings() settings.Settings
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	do    approve.Do
	clock clock.Clock
	// Changed is called when View is to be shown again, Back to leave. Open leads
	// to the story of a payment, Collect to a sale of what is owed.
	Changed func()
	Back    func()
	Open    func(number string)
	Collect func(order.Stored)
	// GoOn leads to a bill that is not finished.
	GoOn func(order.Bill)
	// Counter leads to the things on the counter.
	Counter func()
	// Log leads to what waits in the payment log.
	Log func()
	// Receipt shows documents, beginning with the first.
	Receipt func(papers ...slip.Paper)

	shown    bool
	items    []Item
	chosen   string // key of the chosen item
	asked    Act    // what is asked about; "" is nothing
	busy     Act    // what is being done
	problem  string
	said     string // what came of what was done
	names    map[string]string
	notices  []order.Notice // of the payment log, that wait for a person
	snapshot engine.Snapshot
}

// New makes a presenter. do does what may need somebody's approval.
func New(desk Desk, run bridge.Run, do approve.Do, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, do: do, clock: c, Changed: func() {}, Back: func() {}, Open: func(string) {}, Collect: func(order.Stored) {}, GoOn: func(order.Bill) {}, Counter: func() {}, Log: func() {}, Receipt: func(...slip.Paper) {}}
}

// Row is an item as it is shown in the list.
type Row struct {
	Item
	// Age is how long it has been so.
	Age string
}

// View is what the screen shows.
type View struct {
	Count   string
	Rows    []Row
	Chosen  int // -1: none
	Empty   string
	Problem string
	// Said is what came of what was done, where that was no problem.
	Said string
	// Say is what there is to know of the chosen item; Facts are number, operator
	// and time in a line.
	Say, Facts string
	Acts       []Act
	MayOpen    bool
	Asked      Act
	Busy       bool
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Chosen: -1, Problem: p.problem, Said: p.said, Asked: p.asked, Busy: p.busy != ""}
	now := p.clock.Now()
	for n, i := range p.items {
		r := Row{Item: i}
		if !i.Since.IsZero() {
			r.Age = text.Get("attention.age", payment.Span(now.Sub(i.Since)))
		}
		if v.Rows = append(v.Rows, r); i.Key == p.chosen {
			v.Chosen = n
		}
	}
	v.Count = text.Count("attention.count", Count(p.snapshot)+len(p.notices))
	if len(v.Rows) == 0 {
		v.Count, v.Empty = "", text.Get("attention.none")
	}
	if v.Chosen >= 0 {
		i := v.Rows[v.Chosen]
		v.Say, v.Acts, v.MayOpen = i.Say, i.Acts, i.Number != ""
		if i.Parked != "" {
			v.Say += " " + text.Get("say.parked", p.name(i.Parked))
		}
		if v.Facts = i.facts; i.Operator != "" {
			v.Facts = text.Get("attention.facts", cmp.Or(i.Number, i.Key), text.Moment(i.Since.In(now.Location())), p.name(i.Operator))
		}
	}
	return v
}

func (p *Presenter) name(id string) string { return cmp.Or(p.names[id], id) }

// Show begins with the first item, or the one of a payment if Choose was called
// with it.
func (p *Presenter) Show() {
	p.shown, p.asked, p.problem, p.said = true, "", "", ""
	p.refresh()
	p.ReadLog()
	p.run(func(ctx context.Context) func() {
		people, err := p.desk.Operators(ctx)
		if err != nil {
			return nil // their ids are shown instead
		}
		return func() {
			p.names = map[string]string{}
			for _, o := range people {
				p.names[o.ID] = o.Name
			}
			p.Changed()
		}
	})
}

// Hide stops following the terminal.
func (p *Presenter) Hide() { p.shown, p.chosen = false, "" }

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	changed := s.Changed != p.snapshot.Changed
	p.snapshot = s
	p.refresh()
	if changed && p.shown {
		p.ReadLog()
	}
}

// Tick is called once a second: what is left of a time is told anew.
func (p *Presenter) Tick() {
	if p.shown {
		p.refresh()
	}
}

// refresh makes the items anew. The choice stays on its item, and where that is
// settled, on the place.
func (p *Presenter) refresh() {
	at := max(0, p.index())
	p.items = slices.Concat(Items(p.snapshot, p.clock.Now()), noticeItems(p.notices))
	if p.index() < 0 {
		if p.chosen, p.asked = "", ""; len(p.items) > 0 {
			p.chosen = p.items[min(at, len(p.items)-1)].Key
		}
	}
	if i := p.index(); p.asked != "" && !slices.Contains(p.items[i].Acts, p.asked) {
		p.asked = ""
	}
	p.Changed()
}

func (p *Presenter) index() int {
	return slices.IndexFunc(p.items, func(i Item) bool { return i.Key == p.chosen })
}

// Choose marks an item.
func (p *Presenter) Choose(n int) {
	if n >= 0 && n < len(p.items) {
		p.chosen, p.problem, p.said = p.items[n].Key, "", ""
		p.Changed()
	}
}

// ChooseNumber marks the item of a payment, if there is one.
func (p *Presenter) ChooseNumber(number string) {
	p.Choose(slices.IndexFunc(p.items, func(i Item) bool { return number != "" && i.Number == number }))
}

// Move marks the next item, or the one before.
func (p *Presenter) Move(by int) { p.Choose(min(max(0, p.index()+by), len(p.items)-1)) }

// Story opens the payment of the marked item.
func (p *Presenter) Story() {
	if i := p.index(); i >= 0 && p.items[i].Number != "" {
		p.Open(p.items[i].Number)
	}
}

// Ask begins an act, if it is offered: what changes something asks once before.
func (p *Presenter) Ask(act Act) {
	i := p.index()
	switch {
	case i < 0 || p.asked != "" || p.busy != "" || !slices.Contains(p.items[i].Acts, act):
	case act == ActCollect:
		p.Collect(p.items[i].stored)
	case act == ActGoOn:
		p.GoOn(p.items[i].bill)
	case act == ActLater:
		p.Receipt(slip.Paper{Document: order.DocumentPayLater, ID: p.items[i].bill.ID})
	case act == ActLog:
		p.Log()
	case act == ActCounter:
		p.Counter()
	case act == ActPayBack:
		p.perform(act, p.items[i], p.items[i].Word)
	case act == ActLook || act == ActAsk || act == ActPrinted || act == ActArrived:
		p.perform(act, p.items[i], "")
	default:
		p.asked = act
		p.Changed()
	}
}

// Nth begins the act with the place.
func (p *Presenter) Nth(n int) {
	if i := p.index(); i >= 0 && n < len(p.items[i].Acts) {
		p.Ask(p.items[i].Acts[n])
	}
}

// Drop takes the question away.
func (p *Presenter) Drop() {
	p.asked = ""
	p.Changed()
}

// Act does the act after the question, for the reason where one is needed: once.
func (p *Presenter) Act(reason string) {
	act, i := p.asked, p.index()
	p.asked = ""
	if act != "" && i >= 0 && slices.Contains(p.items[i].Acts, act) {
		p.perform(act, p.items[i], reason)
	}
	p.Changed()
}

func (p *Presenter) perform(act Act, i Item, reason string) {
	p.busy, p.problem, p.said = act, "", ""
	p.Changed()
	var refund order.Refund
	p.do(func(ctx context.Context) (err error) {
		switch act {
		case ActTakeBack, ActGiveBack:
			err = p.desk.GiveBack(ctx, i.Number)
		case ActKeep:
			err = p.desk.Keep(ctx, i.Number)
		case ActPark:
			err = p.desk.Park(ctx, i.doubt, reason)
		case ActLook:
			err = p.desk.Look(ctx, i.Number)
		case ActPrinted, ActArrived, ActReprint:
			err = p.desk.SettleJob(ctx, i.job.ID, act != ActReprint)
		case ActWithdraw:
			_, err = p.desk.WithdrawStored(ctx, i.stored.ID, reason)
		case ActWriteOff:
			_, err = p.desk.WriteOffStored(ctx, i.stored.ID, reason)
		case ActPayBack:
			refund, err = p.desk.RefundCode(ctx, i.code.ID, i.paid.ID, i.paid.Left(), reason)
		case ActAccept:
			err = p.desk.AcceptStray(ctx, i.code.ID, i.paid.ID, reason)
		case ActAsk:
			err = p.desk.LookAtCode(ctx, i.code.ID)
		}
		return err
	}, func(err error) {
		p.busy, p.problem, p.said = "", text.Of(err), ""
		if err == nil && refund.ID != "" {
			p.said = refundSaid(refund, i.Card)
		}
		p.Changed()
	})
}
