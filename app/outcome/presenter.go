// Package outcome is the screen that says what became of a payment, so that
// nobody can misread it from two metres away.
package outcome

import (
	"context"
	"slices"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	Keep(ctx context.Context, number string) error
	GiveBack(ctx context.Context, number string) error
	AbandonOrder(ctx context.Context, orderID string) error
	CancelBill(ctx context.Context, id, reason string) error
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
	// same order, Rest to go on with a bill of which something is missing.
	NewSale  func()
	TryAgain func(engine.Charge)
	Rest     func(order.Bill)
	// Receipt shows documents, beginning with the first.
	Receipt func(papers ...slip.Paper)
	History func()
	// Tell shows a sentence on the next screen.
	Tell func(sentence string)

	payment cardentry.Payment
	sale    engine.Sale
	bill    engine.BillView // ID is "" where the payment is all, or all is paid
	stored  order.Stored    // ID is "" where nothing was stored
	code    engine.CodeView // ID is "" where nothing was paid by phone
	failed  error           // the terminal refused; there is no sale
	late    bool            // it is told after an interruption
	shown   time.Time
	// warned is the act that was chosen once: its warning is being read.
	warned   Act
	operator *staff.Operator
	jobs     []order.Job
	asking   bool
	dirty    bool
	busy     bool
	problem  string
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{
		desk: desk, run: run, clock: c, Changed: func() {}, NewSale: func() {}, TryAgain: func(engine.Charge) {},
		Rest: func(order.Bill) {}, Receipt: func(...slip.Paper) {}, History: func() {}, Tell: func(string) {},
	}
}

// View is what the screen shows.
type View struct {
	Look     look.Look
	Word     string
	Amount   string
	Sentence string
	// Bank is what the bank said, Card which card it was.
	Bank    string
	Card    string
	Buttons []Button
	// Decide: a person has to choose, so no button is the one that Enter does.
	Decide   bool
	Jobs     []slip.JobLine
	Question *slip.Question
	Busy     bool
	Problem  string
}

// Kind is what the screen tells.
func (p *Presenter) Kind() look.Kind {
	switch code := text.Code(p.failed); {
	case code == engine.ProblemUnsaved, code == engine.ProblemInProgress, code == engine.ProblemConsent:
		return look.KindChecking // a charge may stand behind it
	case p.failed != nil:
		return look.KindProblem
	}
	if p.stored.ID != "" {
		return look.OfStored(p.stored.State)
	}
	if p.code.ID != "" {
		return look.OfCode(p.code.QR)
	}
	return look.OfState(p.sale.State)
}

// View is the present view.
func (p *Presenter) View() View {
	kind := p.Kind()
	v := View{
		Look: look.Of(kind), Word: text.Get("outcome.word." + string(kind)), Amount: text.Money(p.payment.Amount),
		Card: p.payment.Brand + " •••• " + p.payment.Last4, Buttons: p.buttons(kind), Busy: p.busy, Problem: p.problem,
	}
	if held := p.sale.Kind == order.KindAuth; held && kind == look.KindApproved {
		v.Word = text.Get("outcome.word.held")
	}
	v.Sentence = p.sentence(kind)
	if p.stored.ID != "" {
		p.viewStored(&v)
		return v
	}
	if p.code.ID != "" {
		p.viewCode(&v)
		return v
	}
	if p.warned != "" {
		v.Sentence = warning(p.warned)
	}
	v.Decide = kind == look.KindPart || p.warned != "" || text.Code(p.failed) == engine.ProblemConsent
	switch kind {
	case look.KindApproved:
		v.Amount = text.Money(p.sale.Approved)
		if p.sale.AuthCode != "" {
			v.Card = text.Get("outcome.code", v.Card, p.sale.AuthCode)
		}
		v.Jobs, v.Question = slip.Lines(p.jobs)
	case look.KindPart:
		v.Amount = text.Get("outcome.of", text.Money(p.sale.Approved), text.Money(p.sale.Asked))
	case look.KindDeclined, look.KindNotCharged:
		v.Bank = p.bank()
	case look.KindReview, look.KindReturning:
		v.Bank = text.Get("outcome.number", p.sale.Number)
	}
	if p.late {
		v.Bank = text.Get("outcome.late", text.Clock(p.sale.Created.Local()))
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
		return text.Get("outcome.tell.code", text.Say(said.Customer), said.Code)
	case known:
		return text.Get("outcome.tell", text.Say(said.Customer))
	case p.sale.Message != "":
		return text.Get("outcome.bank", p.sale.Message)
	}
	return ""
}

func (p *Presenter) sentence(kind look.Kind) string {
	said, known := order.Said(p.sale.Attempt)
	switch {
	case p.failed != nil:
		return text.Of(p.failed)
	case known && said.Final():
		return text.Get("outcome.said", text.Say(said.Cashier))
	case known:
		return text.Say(said.Cashier)
	case kind == look.KindApproved && p.bill.Left.Minor > 0:
		return text.Get("outcome.approved.rest", text.Money(p.bill.Left))
	case kind == look.KindApproved && p.sale.Kind == order.KindAuth:
		return text.Get("outcome.held")
	case kind == look.KindApproved && p.sale.Warned:
		return text.Get("outcome.approved.warned")
	case kind == look.KindApproved:
		return text.Get("outcome.approved")
	case kind == look.KindPart:
		return text.Get("outcome.part", text.Money(p.rest()))
	case kind == look.KindNotCharged && p.sale.State == order.Reversed && p.sale.Cause != order.CauseGivenBack:
		return text.Get("outcome.reversed")
	case kind == look.KindNotCharged && text.Has("outcome.cause."+string(p.sale.Cause)):
		return text.Get("outcome.cause." + string(p.sale.Cause))
	case p.sale.SoftClear():
		return text.Get("outcome.quiet")
	case p.sale.State == order.Quarantine:
		return text.Get("outcome.watching")
	case kind == look.KindReturning && p.sale.Cause == order.CauseRefused:
		return text.Get("outcome.returning.refused")
	case kind == look.KindReview && p.mayUndo():
		return text.Get("outcome.review.supervisor")
	case kind == look.KindTakingBack && (p.sale.Cause == order.CauseGivenBack || p.sale.Cause == order.CauseCancelled):
		return text.Get("outcome.takingback." + string(p.sale.Cause))
	}
	return text.Get("outcome." + string(kind))
}

// rest is what a part payment leaves over.
func (p *Presenter) rest() money.Amount {
	rest, _ := p.sale.Asked.Sub(p.sale.Approved)
	return rest
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

// Charge is the payment that is told of.
func (p *Presenter) Charge() engine.Charge { return p.payment.Charge }

// ShowProblem tells why the terminal refused.
func (p *Presenter) ShowProblem(payment cardentry.Payment, err error) {
	p.begin(payment)
	p.failed = err
	p.Changed()
}

func (p *Presenter) begin(payment cardentry.Payment) {
	p.payment, p.sale, p.stored, p.failed, p.shown = payment, engine.Sale{}, order.Stored{}, nil, p.clock.Now()
	p.bill, p.code = engine.BillView{}, engine.CodeView{}
	p.jobs, p.busy, p.problem, p.late, p.warned = nil, false, "", false, ""
}

// Apply takes a snapshot: the sale may have gone on, and its receipts too.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.operator = s.Operator
	p.follow(s)
	if p.stored.ID != "" {
		p.applyStored(s)
		return
	}
	if p.code.ID != "" {
		p.applyCode(s)
		return
	}
	if p.sale.Number == "" {
		p.Changed()
		return
	}
	if sale, ok := s.Find(p.sale.Number); ok && sale.Version > p.sale.Version {
		p.sale = sale
		// What was warned of may be gone with the old state.
		if !slices.Contains(p.offered(p.Kind()), p.warned) {
			p.warned = ""
		}
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
