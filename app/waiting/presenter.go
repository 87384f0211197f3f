// Package waiting is the screen between the charge and its outcome. Nothing
// leads away from it but the outcome.
package waiting

import (
	"context"
	"strconv"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	StopWaiting(ctx context.Context, number string) error
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Ended when the payment
	// is past waiting.
	Changed func()
	Ended   func(engine.Sale)

	active   bool
	payment  cardentry.Payment
	started  time.Time
	earlier  map[string]bool // numbers of the order's attempts before this one
	sale     engine.Sale     // Number is "" until it is known
	stopping bool
	problem  string
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Ended: func(engine.Sale) {}}
}

// View is what the screen shows.
type View struct {
	Title, Amount, Card string
	// Seconds tells how long it has been.
	Seconds string
	// Text says what to do, or not to do, meanwhile.
	Text string
	// Unknown: the answer is lost and the bank is being asked.
	Unknown  bool
	CanStop  bool
	Stopping bool
	Problem  string
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{
		Amount: text.Money(p.payment.Amount), Card: p.payment.Brand + " •••• " + p.payment.Last4,
		Title: text.Get("waiting.title"), Text: text.Get("waiting.text"), Stopping: p.stopping, Problem: p.problem,
	}
	if p.sale.State == order.Unknown {
		v.Unknown = true
		v.CanStop = !p.stopping
		v.Title, v.Text = text.Get("waiting.unknown"), text.Get("waiting.unknown.text")
	}
	if p.stopping {
		v.Text = text.Get("waiting.stopping")
	}
	elapsed := max(0, int(p.clock.Now().Sub(p.started)/time.Second))
	v.Seconds = text.Get("waiting.seconds", strconv.Itoa(elapsed))
	return v
}

// Start begins to wait for a payment. The snapshot is the one before it: what
// it holds of the order are earlier attempts.
func (p *Presenter) Start(payment cardentry.Payment, before engine.Snapshot) {
	earlier := map[string]bool{}
	for _, s := range candidates(before) {
		if s.Order == payment.Order {
			earlier[s.Number] = true
		}
	}
	*p = Presenter{
		desk: p.desk, run: p.run, clock: p.clock, Changed: p.Changed, Ended: p.Ended,
		active: true, payment: payment, started: p.clock.Now(), earlier: earlier,
	}
	p.Changed()
}

// Active reports whether a payment is being waited for.
func (p *Presenter) Active() bool { return p.active }

// Payment is what is being waited for.
func (p *Presenter) Payment() cardentry.Payment { return p.payment }

// Hide stops waiting; the payment itself goes on.
func (p *Presenter) Hide() { p.active = false }

// Tick is called once a second.
func (p *Presenter) Tick() {
	if p.active {
		p.Changed()
	}
}

// Apply looks for the payment in a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	if !p.active {
		return
	}
	if sale, ok := p.find(s); ok {
		p.Take(sale)
	}
}

// candidates are the sales that a snapshot tells of.
func candidates(s engine.Snapshot) []engine.Sale {
	if s.Last == nil {
		return s.Live
	}
	return append(s.Live[:len(s.Live):len(s.Live)], *s.Last)
}

// find looks by number once it is known, and by order until then.
func (p *Presenter) find(s engine.Snapshot) (engine.Sale, bool) {
	if p.sale.Number != "" {
		return s.Find(p.sale.Number)
	}
	for _, sale := range candidates(s) {
		if sale.Order == p.payment.Order && !p.earlier[sale.Number] {
			return sale, true
		}
	}
	return engine.Sale{}, false
}

// Take takes what became of the payment. States never go back: an older
// version that arrives late is dropped.
func (p *Presenter) Take(sale engine.Sale) {
	if !p.active || sale.Version < p.sale.Version {
		return
	}
	p.sale = sale
	if sale.State == order.Sending || sale.State == order.Unknown {
		p.Changed()
		return
	}
	p.active = false
	p.Ended(sale)
}

// Stop takes the payment back because the customer cannot wait.
func (p *Presenter) Stop() {
	if !p.active || !p.View().CanStop {
		return
	}
	p.stopping, p.problem = true, ""
	number := p.sale.Number
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := p.desk.StopWaiting(ctx, number)
		return func() {
			if err != nil {
				p.stopping, p.problem = false, text.Of(err)
			}
			p.Changed()
		}
	})
}
