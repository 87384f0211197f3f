// Package outcome is the screen that says what became of a payment, so that
// nobody can misread it from two metres away.
package outcome

import (
	"context"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Keep(ctx context.Context, number string) error
	GiveBack(ctx context.Context, number string) error
	AbandonOrder(ctx context.Context, orderID string) error
	Detail(ctx context.Context, number string) (engine.Detail, error)
	SettleJob(ctx context.Context, jobID string, printed bool) error
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again.
	Changed func()
	// NewSale is called to begin anew, TryAgain to charge another card for the
	// same order, Rest to collect what a part payment left over.
	NewSale  func()
	TryAgain func(engine.Charge)
	Rest     func(money.Amount)
	Receipt  func(number string)
	History  func()
	// Tell shows a sentence on the next screen.
	Tell func(sentence string)

	payment cardentry.Payment
	sale    engine.Sale
	failed  error // the terminal refused; there is no sale
	late    bool  // it is told after an interruption
	shown   time.Time
	jobs    []order.Job
	asking  bool
	dirty   bool
	busy    bool
	problem string
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{
		desk: desk, run: run, clock: c, Changed: func() {}, NewSale: func() {}, TryAgain: func(engine.Charge) {},
		Rest: func(money.Amount) {}, Receipt: func(string) {}, History: func() {}, Tell: func(string) {},
	}
}

// Act is something that can be done.
type Act string

// The acts.
const (
	ActNewSale  Act = "new"
	ActTryAgain Act = "again"
	ActRest     Act = "rest"
	ActKeep     Act = "keep"
	ActGiveBack Act = "giveback"
	ActReceipt  Act = "receipt"
	ActHistory  Act = "history"
)

var actKeys = map[Act]keys.Key{
	ActNewSale: keys.Sale, ActTryAgain: keys.Another, ActRest: keys.Another, ActKeep: keys.Keep,
	ActGiveBack: keys.GiveBack, ActReceipt: keys.Receipt, ActHistory: keys.History,
}

// Button is an act with its words. The first of a view is the one that Enter
// does, unless the view waits for a decision.
type Button struct {
	Act   Act
	Words string
	Key   keys.Key
}

// View is what the screen shows.
type View struct {
	Look     look.Look
	Word     string
	Amount   string
	Sentence string
	// Bank is what the bank said, Card which card it was.
	Bank     string
	Card     string
	Buttons  []Button
	Jobs     []slip.JobLine
	Question *slip.Question
	Busy     bool
	Problem  string
}

// Kind is what the screen tells.
func (p *Presenter) Kind() look.Kind {
	switch code := text.Code(p.failed); {
	case code == engine.ProblemUnsaved, code == engine.ProblemInProgress:
		return look.KindChecking // a charge may stand behind it
	case p.failed != nil:
		return look.KindProblem
	}
	return look.OfState(p.sale.State)
}

// View is the present view.
func (p *Presenter) View() View {
	kind := p.Kind()
	v := View{
		Look: look.Of(kind), Word: text.Get("outcome.word." + string(kind)), Amount: p.payment.Amount.Display(),
		Card: p.payment.Brand + " •••• " + p.payment.Last4, Buttons: p.buttons(kind), Busy: p.busy, Problem: p.problem,
	}
	v.Sentence = p.sentence(kind)
	switch kind {
	case look.KindApproved:
		v.Amount = p.sale.Approved.Display()
		if p.sale.AuthCode != "" {
			v.Card = text.Get("outcome.code", v.Card, p.sale.AuthCode)
		}
		v.Jobs, v.Question = slip.Lines(p.jobs)
	case look.KindPart:
		v.Amount = text.Get("outcome.of", p.sale.Approved.Display(), p.sale.Asked.Display())
	case look.KindDeclined, look.KindNotCharged:
		v.Bank = p.bank()
	case look.KindReview:
		v.Bank = text.Get("outcome.number", p.sale.Number)
	}
	if p.late {
		v.Bank = text.Get("outcome.late", p.sale.Created.Local().Format("15:04"))
	}
	return v
}

// bank is what may be told the customer, with the bank's code; its own words
// where nobody here knows what they mean.
func (p *Presenter) bank() string {
	said, known := order.Said(p.sale.Attempt)
	switch {
	case p.failed != nil:
		return ""
	case known && said.Code != "":
		return text.Get("outcome.tell.code", said.Customer, said.Code)
	case known:
		return text.Get("outcome.tell", said.Customer)
	case p.sale.Message != "":
		return text.Get("outcome.bank", p.sale.Message)
	}
	return ""
}

func (p *Presenter) sentence(kind look.Kind) string {
	rest, some := p.rest()
	said, known := order.Said(p.sale.Attempt)
	switch {
	case p.failed != nil:
		return text.Of(p.failed)
	case known && said.Final():
		return text.Get("outcome.said", said.Cashier)
	case known:
		return said.Cashier
	case kind == look.KindApproved && some:
		return text.Get("outcome.approved.rest", rest.Display())
	case kind == look.KindApproved && p.sale.Warned:
		return text.Get("outcome.approved.warned")
	case kind == look.KindApproved:
		return text.Get("outcome.approved")
	case kind == look.KindPart:
		return text.Get("outcome.part", rest.Display())
	case kind == look.KindNotCharged && p.sale.State == order.Reversed && p.sale.Cause != order.CauseGivenBack:
		return text.Get("outcome.reversed")
	case kind == look.KindNotCharged && text.Has("outcome.cause."+string(p.sale.Cause)):
		return text.Get("outcome.cause." + string(p.sale.Cause))
	case p.sale.State == order.Quarantine:
		return text.Get("outcome.watching")
	case kind == look.KindTakingBack && (p.sale.Cause == order.CauseGivenBack || p.sale.Cause == order.CauseCancelled):
		return text.Get("outcome.takingback." + string(p.sale.Cause))
	}
	return text.Get("outcome." + string(kind))
}

// rest is what a part payment leaves over.
func (p *Presenter) rest() (money.Amount, bool) {
	rest, err := p.sale.Asked.Sub(p.sale.Approved)
	return rest, err == nil && rest.Minor > 0 && p.sale.Approved.Minor > 0
}

func (p *Presenter) buttons(kind look.Kind) []Button {
	var acts []Act
	_, some := p.rest()
	switch {
	case kind == look.KindApproved && some:
		acts = []Act{ActRest, ActNewSale, ActReceipt}
	case kind == look.KindApproved:
		acts = []Act{ActNewSale, ActReceipt}
	case kind == look.KindPart:
		acts = []Act{ActKeep, ActGiveBack}
	case kind == look.KindDeclined, kind == look.KindNotCharged, kind == look.KindProblem && p.mayTry():
		acts = []Act{ActTryAgain, ActNewSale}
	default:
		acts = []Act{ActNewSale, ActHistory}
	}
	var buttons []Button
	for _, act := range acts {
		b := Button{Act: act, Words: text.Get("outcome.act." + string(act)), Key: actKeys[act]}
		if said, known := order.Said(p.sale.Attempt); act == ActTryAgain && known && text.Has("outcome.act.again."+string(said.Lead)) {
			b.Words = text.Get("outcome.act.again." + string(said.Lead))
		}
		if rest, _ := p.rest(); act == ActKeep || act == ActRest {
			b.Words = text.Get("outcome.act."+string(act), p.sale.Approved.Display(), rest.Display())
		}
		buttons = append(buttons, b)
	}
	return buttons
}

// mayTry reports whether the same order may be charged after a refusal.
func (p *Presenter) mayTry() bool {
	code := text.Code(p.failed)
	return code != engine.ProblemInProgress && code != engine.ProblemOrderClosed && code != engine.ProblemClosing
}

// Show tells of a sale.
func (p *Presenter) Show(payment cardentry.Payment, sale engine.Sale) {
	p.begin(payment)
	p.sale = sale
	p.load()
	p.Changed()
}

// ShowLate tells what became of a sale that had been interrupted, by a lost
// answer or by the end of the program.
func (p *Presenter) ShowLate(sale engine.Sale) {
	p.Show(cardentry.Payment{Charge: engine.Charge{Order: sale.Order, Amount: sale.Asked}, Brand: sale.Brand, Last4: sale.Last4}, sale)
	p.late = true
	p.Changed()
}

// Number is the sale that is told of; "" where there is none.
func (p *Presenter) Number() string { return p.sale.Number }

// ShowProblem tells why the terminal refused.
func (p *Presenter) ShowProblem(payment cardentry.Payment, err error) {
	p.begin(payment)
	p.failed = err
	p.Changed()
}

func (p *Presenter) begin(payment cardentry.Payment) {
	p.payment, p.sale, p.failed, p.shown = payment, engine.Sale{}, nil, p.clock.Now()
	p.jobs, p.busy, p.problem, p.late = nil, false, "", false
}

// Apply takes a snapshot: the sale may have gone on, and its receipts too.
func (p *Presenter) Apply(s engine.Snapshot) {
	if p.sale.Number == "" {
		return
	}
	if sale, ok := s.Find(p.sale.Number); ok && sale.Version > p.sale.Version {
		p.sale = sale
	}
	p.load()
	p.Changed()
}

// load reads how far the receipts are. One question at a time; a change that
// comes meanwhile is asked for afterwards.
func (p *Presenter) load() {
	if p.sale.State != order.Approved {
		return
	}
	if p.asking {
		p.dirty = true
		return
	}
	p.asking, p.dirty = true, false
	number := p.sale.Number
	p.run(func(ctx context.Context) func() {
		detail, err := p.desk.Detail(ctx, number)
		return func() {
			p.asking = false
			if err == nil && p.sale.Number == number {
				p.jobs = detail.Jobs
				p.Changed()
			}
			if p.dirty {
				p.load()
			}
		}
	})
}

// calm is how long Enter is not taken after an outcome appears: whoever still
// hammers at the key for the charge must not dismiss the answer unread.
const calm = 700 * time.Millisecond

// Enter does the first act, unless a person has to decide.
func (p *Presenter) Enter() {
	if p.Kind() == look.KindPart || p.clock.Now().Sub(p.shown) < calm {
		return
	}
	p.Do(p.View().Buttons[0].Act)
}

// Key does the act of a key, if it is offered.
func (p *Presenter) Key(k keys.Key) bool {
	for _, b := range p.View().Buttons {
		if b.Key == k {
			p.Do(b.Act)
			return true
		}
	}
	return false
}

// Do does an act, if it is offered and none is under way.
func (p *Presenter) Do(act Act) {
	offered := false
	for _, b := range p.View().Buttons {
		offered = offered || b.Act == act
	}
	if !offered || p.busy {
		return
	}
	switch act {
	case ActReceipt:
		p.Receipt(p.sale.Number)
	case ActHistory:
		p.History()
	case ActTryAgain:
		p.TryAgain(p.payment.Charge)
	case ActRest:
		rest, _ := p.rest()
		p.Rest(rest)
	case ActNewSale:
		p.giveUp()
		p.NewSale()
	case ActKeep:
		rest, _ := p.rest()
		p.decide(p.desk.Keep, func() { p.Rest(rest) })
	case ActGiveBack:
		p.decide(p.desk.GiveBack, func() {})
	}
}

// giveUp closes the order of a payment that did not come about. Whatever turns
// up for it later is taken back by the terminal.
func (p *Presenter) giveUp() {
	if p.Kind() == look.KindApproved || p.sale.Number == "" {
		return
	}
	id := p.payment.Order
	p.run(func(ctx context.Context) func() {
		err := p.desk.AbandonOrder(ctx, id)
		if err == nil {
			return nil
		}
		return func() { p.Tell(text.Of(err)) }
	})
}

func (p *Presenter) decide(do func(context.Context, string) error, then func()) {
	p.busy, p.problem = true, ""
	number := p.sale.Number
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := do(ctx, number)
		return func() {
			p.busy, p.problem = false, text.Of(err)
			p.Changed()
			if err == nil {
				then()
			}
		}
	})
}

// Answer says whether the copy in question came out.
func (p *Presenter) Answer(printed bool) {
	question := p.View().Question
	if question == nil || p.busy {
		return
	}
	p.busy, p.problem = true, ""
	p.Changed()
	p.run(func(ctx context.Context) func() {
		err := p.desk.SettleJob(ctx, question.Job, printed)
		return func() {
			p.busy, p.problem = false, text.Of(err)
			p.load()
			p.Changed()
		}
	})
}
