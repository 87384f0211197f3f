// Package qrshow is the screen of a payment by phone: the code that the customer
// scans, how far the payment is, and every other way on while it is not paid.
package qrshow

import (
	"context"
	"slices"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	ShowCode(ctx context.Context, c engine.Charge, provider string, later bool) (engine.CodeView, error)
	GiveUpCode(ctx context.Context, id string) error
	LookAtCode(ctx context.Context, id string) error
	Code(ctx context.Context, id string) (engine.CodeView, error)
}

// wish is what is to happen once a code that was given up is at its end.
type wish int

const (
	wishNothing wish = iota
	wishBack         // to where the payment was begun
	wishOther        // another way to pay
	wishPaper        // the same wallet, by a code on paper
)

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Started with what is
	// being paid, Failed where nothing of it came about after all.
	Changed func()
	Started func(engine.Charge)
	Failed  func(engine.Charge, error)
	// Paid is called once with the code that was paid.
	Paid func(engine.Charge, engine.CodeView)
	// Card and Cash pay the same order otherwise. Back leaves a payment of which
	// nothing came, Leave one of which something may yet come, Done a code on
	// paper.
	Card, Cash, Back, Leave, Done func(engine.Charge)
	// Ask asks before something that can't be undone: whether to give a code up
	// that may be paid, or to take another payment beside it.
	Ask func(question Question)
	// Receipt shows documents.
	Receipt func(papers ...slip.Paper)

	charge  engine.Charge
	offer   order.WalletOffer
	code    engine.CodeView // ID is "" until it is in the journal
	later   bool            // it is for paper
	turn    int             // of asking for a code
	failed  error           // there is no code
	wish    wish
	told    bool // what became of it was told
	busy    bool // it is being given up
	looking bool
	loading bool
	problem string
	stage   Stage
	since   time.Time // of the stage
}

// Question is asked before something that can't be undone. Kind is a part of the
// catalogue's keys.
type Question struct {
	Kind, Provider string
	Yes            func()
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	pay := func(engine.Charge) {}
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Started: pay, Failed: func(engine.Charge, error) {},
		Paid: func(engine.Charge, engine.CodeView) {}, Card: pay, Cash: pay, Back: pay, Leave: pay, Done: pay,
		Ask: func(Question) {}, Receipt: func(...slip.Paper) {}}
}

// Begin asks a wallet for a code.
func (p *Presenter) Begin(c engine.Charge, o order.WalletOffer) {
	p.charge, p.offer = c, o
	p.show(false)
}

// show asks for a code, in place of any that was there.
func (p *Presenter) show(later bool) {
	p.code, p.later, p.failed, p.wish, p.told, p.busy, p.problem = engine.CodeView{}, later, nil, wishNothing, false, false, ""
	p.turn++
	c, provider, turn := p.charge, p.offer.Name, p.turn
	p.charge.Consent = false
	p.changed()
	p.Started(c)
	p.run(func(ctx context.Context) func() {
		code, err := p.desk.ShowCode(context.WithoutCancel(ctx), c, provider, later)
		return func() {
			if turn != p.turn {
				return
			}
			if err != nil {
				p.failed = err
				p.Failed(c, err)
				p.changed()
				return
			}
			p.take(code)
		}
	})
}

// Resume shows a code that is there already; the next snapshot tells how it is.
func (p *Presenter) Resume(c engine.Charge, code engine.CodeView) {
	p.turn++
	p.charge, p.later, p.failed, p.wish, p.told, p.busy, p.problem = c, code.Patience.IsZero(), nil, wishNothing, false, false, ""
	p.offer, p.code = order.WalletOffer{Name: code.Provider, Title: code.Title, Test: code.Test}, code
	p.changed()
}

// Code is the code that is shown; its ID is "" while there is none.
func (p *Presenter) Code() engine.CodeView { return p.code }

// Charge is what is being paid.
func (p *Presenter) Charge() engine.Charge { return p.charge }

// UnderWay reports that somebody may be paying at this moment.
func (p *Presenter) UnderWay() bool {
	return slices.Contains([]Stage{Making, Scan, Deciding, Taking, Closing}, p.Stage())
}

// Apply takes a snapshot. A code that is not in it any more has come to its end.
func (p *Presenter) Apply(s engine.Snapshot) {
	if p.code.ID == "" {
		p.Changed()
		return
	}
	i := slices.IndexFunc(s.Codes, func(c engine.CodeView) bool { return c.ID == p.code.ID })
	switch {
	case i >= 0:
		p.take(s.Codes[i])
	case s.Code != nil && s.Code.ID == p.code.ID:
		p.take(*s.Code)
	case !p.code.State.Final():
		p.load()
	}
	p.Changed()
}

// load reads a code that came to its end while another one was news.
func (p *Presenter) load() {
	if p.loading {
		return
	}
	p.loading = true
	id := p.code.ID
	p.run(func(ctx context.Context) func() {
		code, err := p.desk.Code(ctx, id)
		return func() {
			p.loading = false
			if err == nil && p.code.ID == id {
				p.take(code)
			}
		}
	})
}

// take takes what has become of the code, and does what was wished for once it
// is at its end.
func (p *Presenter) take(code engine.CodeView) {
	if p.code.ID == code.ID && code.Version < p.code.Version {
		return
	}
	first := p.code.ID == ""
	p.code = code
	p.changed()
	switch {
	case p.told:
	case code.State == order.QRPaid:
		p.told = true
		p.Paid(p.charge, code)
	case code.State.Final():
		p.told = true
		p.ended()
	case first && p.wish != wishNothing: // it was given up before it was there
		p.giveUp(p.wish)
	}
}

// ended goes on where a code came to its end unpaid.
func (p *Presenter) ended() {
	switch p.wish {
	case wishBack:
		p.Back(p.charge)
	case wishPaper:
		p.show(true)
	}
}

// giveUp gives the code up, for what is to come after it.
func (p *Presenter) giveUp(w wish) {
	p.wish, p.problem = w, ""
	if p.code.ID == "" || p.code.State == order.QRClosing {
		p.changed()
		return
	}
	p.work(p.desk.GiveUpCode, &p.busy, func() { p.wish = wishNothing })
}

// work has something done about the code; the snapshot tells what came of it.
// flag is set meanwhile; failed happens where it did not work.
func (p *Presenter) work(do func(context.Context, string) error, flag *bool, failed func()) {
	id := p.code.ID
	*flag = true
	p.changed()
	p.run(func(ctx context.Context) func() {
		err := do(context.WithoutCancel(ctx), id)
		return func() {
			*flag = false
			if p.code.ID != id {
				return
			}
			if p.problem = text.Of(err); err != nil {
				failed()
			}
			p.changed()
		}
	})
}

// changed shows the view again, and notes when its stage began.
func (p *Presenter) changed() {
	if now := p.Stage(); now != p.stage {
		p.stage, p.since = now, p.clock.Now()
	}
	p.Changed()
}

// Tick is called once a second: the countdown goes on.
func (p *Presenter) Tick() { p.Changed() }
