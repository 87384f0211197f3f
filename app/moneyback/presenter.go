// Package moneyback is the one way to give money back: the payment is found,
// the terminal says how its money can go back and why so, and how much is left.
package moneyback

import (
	"context"
	"slices"
	"strconv"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/entry"
	"paydesk/app/followup"
	"paydesk/app/keys"
	"paydesk/app/step"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	List(ctx context.Context, q order.Query) (engine.Listing, error)
	// MoneyBackPlan may ask the host.
	MoneyBackPlan(ctx context.Context, number string) (engine.Plan, error)
	Void(ctx context.Context, number, reason string) (order.FollowUp, error)
	Return(ctx context.Context, number string, amount money.Amount, reason string) (order.FollowUp, error)
	ReturnCash(ctx context.Context, id string, amount money.Amount, reason string) (order.CashBack, error)
	RefundCode(ctx context.Context, id, payment string, amount money.Amount, reason string) (order.Refund, error)
}

// Stage is how far somebody is.
type Stage int

// The stages.
const (
	Finding   Stage = iota // which payment
	Amounts                // how much of it
	Reasoning              // why
)

// The most letters of what is searched for, and of a reason.
const (
	mostFind   = 60
	mostReason = 100
)

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	desk  Desk
	run   bridge.Run
	clock clock.Clock
	// Changed is called when View is to be shown again, Back to leave,
	// Home to begin a sale.
	Changed func()
	Back    func()
	Home    func()
	// Work gives the money back.
	Work func(followup.Task)

	stage    Stage
	direct   bool // opened with a payment chosen
	shown    bool
	typing   bool // the keyboard on the screen is shown
	search   *entry.Line
	items    []engine.Item
	loading  int // the newest question; answers to older ones are dropped
	read     bool
	problem  string
	number   string // of the chosen payment
	payment  string // of the chosen code, where one is asked for
	plan     *engine.Plan
	planning int
	sum      entry.Sum
	reason   *entry.Line
	pressed  bool // somebody wanted to go on without a reason
	snapshot engine.Snapshot
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Back: func() {}, Home: func() {}, Work: func(followup.Task) {},
		search: entry.NewLine(mostFind, nil), reason: entry.NewLine(mostReason, nil)}
}

// View is what the screen shows.
type View struct {
	Stage  Stage
	List   step.PickView
	Amount step.AmountView
	Reason step.WordsView
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Stage: p.stage}
	switch p.stage {
	case Finding:
		v.List = p.list()
	case Amounts:
		v.Amount = p.amounts()
	case Reasoning:
		v.Reason = p.reasons()
	}
	return v
}

// Begin looks for a payment.
func (p *Presenter) Begin() {
	p.search.Clear()
	p.begin(Finding, "", "")
}

// Open goes straight to a payment.
func (p *Presenter) Open(number string) { p.begin(Amounts, number, "") }

func (p *Presenter) begin(stage Stage, number, payment string) {
	p.payment = payment
	p.stage, p.number, p.direct, p.typing, p.problem, p.read = stage, number, stage != Finding, false, "", false
	p.items, p.plan, p.pressed = nil, nil, false
	p.sum.Propose(money.New(0, p.snapshot.Unit()))
	p.reason.Clear()
	p.Changed()
	if p.shown {
		p.Show()
	}
}

// Show is called when the screen comes into sight, with what was entered in it.
func (p *Presenter) Show() {
	p.shown = true
	if p.stage == Finding {
		p.load()
		return
	}
	// What was tried may have changed what is possible: it is looked at anew.
	p.stage = Amounts
	p.ask()
}

// Hide stops following the terminal.
func (p *Presenter) Hide() { p.shown, p.typing = false, false }

// Apply takes a snapshot; what it changes is read again.
func (p *Presenter) Apply(s engine.Snapshot) {
	changed := s.Changed != p.snapshot.Changed
	p.snapshot = s
	switch {
	case !p.shown || !changed:
	case p.stage == Finding:
		p.load()
	case p.plan == nil || p.plan.Why == order.BackPending:
		p.ask()
	}
	p.Changed()
}

func (p *Presenter) load() {
	p.loading++
	mine, typed, c, now := p.loading, p.search.Text(), p.snapshot.Unit(), p.clock.Now()
	p.run(func(ctx context.Context) func() {
		items, err := find(ctx, p.desk, typed, c, now)
		return func() {
			if mine != p.loading {
				return
			}
			if p.problem = text.Of(err); err == nil {
				p.items, p.read = items, true
			}
			p.Changed()
		}
	})
}

// ask has the terminal say how the money can go back.
func (p *Presenter) ask() {
	p.planning++
	mine, number, first := p.planning, p.number, p.sum.Amount().Minor == 0
	p.plan, p.problem = nil, ""
	p.Changed()
	p.run(func(ctx context.Context) func() {
		plan, err := p.desk.MoneyBackPlan(ctx, number)
		return func() {
			if mine != p.planning || p.number != number {
				return
			}
			if p.problem = text.Of(err); err == nil {
				p.another(&plan)
				p.plan = &plan
				if left := p.sum.Amount(); first || !plan.Part || left.Minor > plan.Left.Minor {
					p.sum.Propose(plan.Left)
				}
			}
			p.Changed()
		}
	})
}

func (p *Presenter) list() step.PickView {
	v := step.PickView{Title: text.Get("moneyback.title"), Find: true, Search: p.search.Raw(), Typing: p.typing, Problem: p.problem,
		Chosen: slices.IndexFunc(p.items, p.is)}
	for _, i := range p.items {
		if i.Sale != nil {
			v.Rows = append(v.Rows, step.SaleRow(*i.Sale, p.clock.Now()))
		} else if i.Cash != nil {
			v.Rows = append(v.Rows, step.CashRow(*i.Cash, p.clock.Now()))
		} else if i.Code != nil {
			v.Rows = append(v.Rows, step.CodeRow(*i.Code, p.clock.Now()))
		}
	}
	switch {
	case len(v.Rows) > 0:
		if len(v.Rows) == page && v.Problem == "" {
			v.Problem = text.Get("step.more")
		}
	case !p.read && p.problem == "":
		v.Empty = text.Get("step.loading")
	case p.problem == "" && p.search.Text() == "":
		v.Empty = text.Get("moneyback.none")
	case p.problem == "":
		v.Empty = text.Get("moneyback.notfound")
	}
	return v
}

func (p *Presenter) is(i engine.Item) bool { return i.ID() == p.number }

func (p *Presenter) amounts() step.AmountView {
	v := step.AmountView{Title: text.Get("moneyback.title"), Label: text.Get("moneyback.label"), Say: text.Get("moneyback.asking")}
	if p.problem != "" {
		v.Say, v.Wrong = p.problem, true
		v.Main = step.Act{Words: text.Get("moneyback.again"), Ready: true, Hint: keys.Enter}
	}
	if p.plan == nil {
		return v
	}
	plan, amount := *p.plan, p.sum.Amount()
	v.Title = text.Get("moneyback.of", tender(plan))
	if plan.Legs > 0 {
		v.Facts = append(v.Facts, step.Fact{Name: text.Get("moneyback.fact.leg"), Value: text.Get("moneyback.leg", strconv.Itoa(plan.Leg), strconv.Itoa(plan.Legs))})
	}
	fact := func(key string, a money.Amount) {
		v.Facts = append(v.Facts, step.Fact{Name: text.Get(key), Value: text.Money(a)})
	}
	v.Facts = append(v.Facts, step.Fact{Name: text.Get("moneyback.fact.when"), Value: p.when(plan.Created)})
	fact("moneyback.fact.paid", plan.Paid)
	if paid, ok := paidBy(plan); ok && paid.Fee.Minor > 0 && plan.Legs == 0 {
		fact("moneyback.fact.fee", paid.Fee)
	}
	if plan.Returned.Minor > 0 {
		fact("moneyback.fact.returned", plan.Returned)
	}
	if plan.Pending.Minor > 0 {
		key := "moneyback.fact.pending"
		if plan.Code != nil {
			key = "moneyback.fact.onway"
		}
		fact(key, plan.Pending)
	}
	fact("moneyback.fact.left", plan.Left)
	v.Pad = plan.Part
	if v.Say, v.Wrong = p.why(plan, amount); plan.Act == "" {
		v.Label = ""
		return v
	}
	v.Amount = text.Money(amount)
	v.Main = step.Act{Words: text.Get("moneyback.on"), Ready: plan.By(amount) != "", Hint: keys.Enter}
	return v
}

// why says how the money goes back and why so, or what is wrong with the
// amount.
func (p *Presenter) why(plan engine.Plan, amount money.Amount) (words string, wrong bool) {
	switch {
	case plan.Act == "":
	case amount.Minor <= 0:
		return text.Get("moneyback.wrong.zero"), true
	case amount.Minor > plan.Left.Minor:
		return text.Get("moneyback.wrong.most", text.Money(plan.Left)), true
	case plan.Why == order.BackUnsure && amount != plan.Left:
		return text.Get("moneyback.why.unsure.part"), false
	}
	if plan.Code != nil {
		return p.whyWallet(plan), false
	}
	return text.Get("moneyback.why." + string(plan.Why)), false
}

// tender is how it was paid.
func tender(plan engine.Plan) string {
	switch {
	case plan.Code != nil:
		return plan.Code.Title
	case plan.Sale == nil:
		return text.Get("step.cash")
	}
	return plan.Sale.Brand + " •••• " + plan.Sale.Last4
}

func (p *Presenter) when(t time.Time) string {
	return text.Moment(t.In(p.clock.Now().Location()))
}

// Choose opens a payment of the list.
func (p *Presenter) Choose(i int) {
	if p.stage == Finding && i >= 0 && i < len(p.items) {
		p.begin(Amounts, p.items[i].ID(), "")
		p.direct = false
	}
}

// Move marks the next payment of the list, or the one before.
func (p *Presenter) Move(by int) {
	if n := len(p.items); p.stage == Finding && n > 0 {
		p.number = p.items[min(max(0, slices.IndexFunc(p.items, p.is)+by), n-1)].ID()
		p.Changed()
	}
}

// Step goes one stage back, or leaves.
func (p *Presenter) Step() {
	switch {
	case p.typing:
		p.typing = false
	case p.stage == Reasoning:
		p.stage = Amounts
	case p.stage == Amounts && !p.direct:
		p.stage, p.problem = Finding, ""
		p.load()
	case p.stage == Finding && p.search.Len() > 0:
		p.search.Clear()
		p.load()
	default:
		p.Back()
		return
	}
	p.Changed()
}

// Field shows or hides the keyboard on the screen.
func (p *Presenter) Field() {
	p.typing = !p.typing
	p.Changed()
}

// Press takes a key of the pad.
func (p *Presenter) Press(c caps.Cap) {
	if p.stage == Amounts && p.plan != nil && p.plan.Part {
		p.problem = ""
		p.sum.Press(c)
		p.Changed()
	}
}

// Enter does the main thing of the stage.
func (p *Presenter) Enter() {
	v := p.View()
	switch {
	case p.stage == Finding && p.typing:
		p.typing = false
		p.Changed()
	case p.stage == Finding && len(p.items) == 1:
		p.Choose(0)
	case p.stage == Finding:
		p.Choose(slices.IndexFunc(p.items, p.is))
	case p.stage == Amounts && p.plan == nil:
		if p.problem != "" {
			p.ask()
		}
	case p.stage == Amounts && v.Amount.Main.Ready:
		p.stage, p.typing, p.pressed = Reasoning, false, false
		p.Changed()
	case p.stage == Reasoning:
		p.give()
	}
}
