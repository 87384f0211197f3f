package approve

import (
	"context"
	"errors"

	"paydesk/app/bridge"
	"paydesk/app/pin"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

// Desk is what the panel needs of the terminal.
type Desk interface {
	// Approvers are those who may approve it, without their secrets.
	Approvers(ctx context.Context, a engine.Ask) ([]staff.Operator, error)
	// Approve checks and clears the PIN of whoever approves it.
	Approve(ctx context.Context, a engine.Ask, operatorID string, pin []byte) (engine.Grant, error)
}

// Presenter is the panel without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	*pin.Presenter
	desk Desk
	run  bridge.Run

	// asked is what waits for an approval, nil where nothing does.
	asked *asked
}

// asked is work that needs an approval.
type asked struct {
	ask    engine.Ask
	grant  engine.Grant
	failed error
	work   func(context.Context) error
	done   func(error)
}

// New makes a presenter that asks for nothing.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	p := &Presenter{Presenter: pin.New(run, c), desk: desk, run: run}
	p.Done = p.again
	return p
}

// View is what the panel says; the names and the pad are those of package pin.
type View struct {
	Open bool
	// Act is what is to be approved, Amount how much of it, "" where there is
	// none, Of which payment it is about, Why it needs approval.
	Act, Amount, Of, Why string
}

// Words is the present view.
func (p *Presenter) Words() View {
	if p.asked == nil {
		return View{}
	}
	a := p.asked.ask
	v := View{Open: true, Act: text.Get("approve.act.other"), Why: text.Of(p.asked.failed)}
	if key := "approve.act." + string(a.Right); text.Has(key) {
		v.Act = text.Get(key)
	}
	if key := "approve.why." + a.Why; text.Has(key) {
		v.Why = text.Get(key)
	}
	if a.Amount.Minor != 0 {
		v.Amount = text.Money(a.Amount)
	}
	if a.Subject != "" && a.Right != staff.MoveCash { // a shift has no number that people know
		v.Of = text.Get("approve.of", a.Subject)
	}
	return v
}

// Do is the Do of package approve that asks. While one thing waits for an
// approval, another that needs one fails as if nobody could be asked.
func (p *Presenter) Do(work func(context.Context) error, done func(error)) {
	p.run(func(ctx context.Context) func() {
		err := work(ctx)
		problem := (*engine.Problem)(nil)
		if !errors.As(err, &problem) || problem.Ask == nil {
			return func() { done(err) }
		}
		ask := *problem.Ask
		people, listed := p.desk.Approvers(ctx, ask)
		return func() {
			if p.asked != nil || (listed == nil && len(people) == 0) {
				done(err)
				return
			}
			p.open(&asked{ask: ask, failed: err, work: work, done: done})
			p.Take(people, listed)
		}
	})
}

func (p *Presenter) open(a *asked) {
	p.asked = a
	p.List = func(ctx context.Context) ([]staff.Operator, error) { return p.desk.Approvers(ctx, a.ask) }
	p.Try = func(ctx context.Context, id string, pin []byte) (err error) {
		a.grant, err = p.desk.Approve(ctx, a.ask, id, pin)
		return err
	}
}

// again does the work once more, with the approval.
func (p *Presenter) again() {
	a := p.shut()
	p.run(func(ctx context.Context) func() {
		err := a.work(engine.WithGrant(ctx, a.grant))
		return func() { a.done(err) }
	})
}

// Cancel leaves the work undone. While a PIN is being checked it does nothing.
func (p *Presenter) Cancel() {
	if p.asked == nil || p.View().Busy {
		return
	}
	a := p.shut()
	a.done(a.failed)
}

func (p *Presenter) shut() *asked {
	a := p.asked
	p.asked = nil
	p.Hide()
	p.Take(nil, nil)
	return a
}
