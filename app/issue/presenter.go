// Package issue is the screen on which an agency pays a supplier: a card is
// issued out of what a sale brought.
package issue

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
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Desk is what the screen needs of the terminal.
type Desk interface {
	List(ctx context.Context, q order.Query) (engine.Listing, error)
	Detail(ctx context.Context, number string) (engine.Detail, error)
	IssueCard(ctx context.Context, number string, amount money.Amount, terms order.IssueTerms) (order.FollowUp, error)
}

// Stage is how far somebody is.
type Stage int

// The stages.
const (
	Choosing Stage = iota // out of which sale
	Amounts               // how much
	Terms                 // for whom, and within which bounds
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
	// Work issues the card.
	Work func(followup.Task)

	stage    Stage
	direct   bool // opened with a sale chosen
	shown    bool
	typing   bool // the keyboard on the screen is shown
	sales    []engine.Sale
	loading  int // the newest question; answers to older ones are dropped
	read     bool
	problem  string
	number   string // of the chosen sale
	pointed  string // of the one that is marked in the list
	detail   *engine.Detail
	sum      entry.Sum
	terms    terms
	snapshot engine.Snapshot
}

// New makes a presenter.
func New(desk Desk, run bridge.Run, c clock.Clock) *Presenter {
	return &Presenter{desk: desk, run: run, clock: c, Changed: func() {}, Back: func() {}, Home: func() {}, Work: func(followup.Task) {}, terms: newTerms()}
}

// FieldView is a field of the form.
type FieldView struct {
	Label, Words, Empty, Problem string
	Chosen, Off                  bool
}

// FormView is the form.
type FormView struct {
	Title  string
	Fields [fields]FieldView
	// Valid are the times that a card can be good for, Chosen which of them.
	Valid  []string
	Chosen int
	Typing bool
	Main   step.Act
}

// View is what the screen shows.
type View struct {
	Stage  Stage
	List   step.PickView
	Amount step.AmountView
	Form   FormView
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Stage: p.stage}
	switch p.stage {
	case Choosing:
		v.List = p.list()
	case Amounts:
		v.Amount = p.amounts()
	case Terms:
		v.Form = p.form()
	}
	return v
}

// Begin lists the sales that can pay for a card.
func (p *Presenter) Begin() { p.begin(Choosing, "") }

// Open goes straight to one of them.
func (p *Presenter) Open(number string) { p.begin(Amounts, number) }

func (p *Presenter) begin(stage Stage, number string) {
	p.stage, p.number, p.direct, p.typing, p.problem, p.read = stage, number, stage != Choosing, false, "", false
	p.sales, p.detail = nil, nil
	p.sum.Propose(money.Amount{})
	p.terms.clear()
	p.Changed()
	if p.shown {
		p.load()
	}
}

// Show is called when the screen comes into sight, with what was entered in it.
func (p *Presenter) Show() {
	p.shown = true
	p.load()
}

// Hide stops following the terminal.
func (p *Presenter) Hide() { p.shown, p.typing = false, false }

// Apply takes a snapshot; what it changes is read again.
func (p *Presenter) Apply(s engine.Snapshot) {
	changed := s.Changed != p.snapshot.Changed
	p.snapshot = s
	if p.shown && changed {
		p.load()
	}
	p.Changed()
}

// The list goes so far back, and reads so many sales to find those that can
// pay for a card.
const (
	recent = 60 * 24 * time.Hour
	page   = 500
	parts  = 20
	listed = 60
)

func (p *Presenter) load() {
	p.loading++
	mine, number, q := p.loading, p.number, order.Query{Kinds: order.AttemptKinds, States: []order.State{order.Approved}, From: p.clock.Now().Add(-recent), Limit: page}
	p.run(func(ctx context.Context) func() {
		var detail engine.Detail
		var sales []engine.Sale
		var err error
		if number != "" {
			detail, err = p.desk.Detail(ctx, number)
		} else {
			sales, err = payers(ctx, p.desk, q)
		}
		return func() {
			if mine != p.loading {
				return
			}
			if p.problem = text.Of(err); err == nil {
				p.take(sales, detail)
			}
			p.Changed()
		}
	})
}

func (p *Presenter) take(sales []engine.Sale, detail engine.Detail) {
	p.read = true
	if p.number == "" {
		p.sales = sales
		return
	}
	p.detail = &detail
	if p.sum.Amount().Minor == 0 {
		_, _, left := p.balance()
		p.sum.Propose(left)
	}
}

// payers are the sales that can pay for one more card, newest first.
func payers(ctx context.Context, desk Desk, q order.Query) (found []engine.Sale, err error) {
	for range parts {
		list, err := desk.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, i := range list.Items {
			s := *i.Sale
			if s.TransCode != "" && s.Standing.Issued < s.Payments && s.Standing.Left.Minor > 0 && s.Standing.As != order.StandsHeld {
				found = append(found, s)
			}
		}
		if q.Before = list.Next; q.Before == "" || len(found) >= listed {
			break
		}
	}
	return found[:min(listed, len(found))], nil
}

func (p *Presenter) list() step.PickView {
	v := step.PickView{Title: text.Get("issue.title"), Problem: p.problem, Chosen: p.mark()}
	for _, s := range p.sales {
		row := step.SaleRow(s, p.clock.Now())
		row.Word = text.Get("issue.cards", strconv.Itoa(s.Standing.Issued), strconv.Itoa(s.Payments))
		v.Rows = append(v.Rows, row)
	}
	switch {
	case len(v.Rows) > 0:
	case !p.read && p.problem == "":
		v.Empty = text.Get("step.loading")
	case p.problem == "":
		v.Empty = text.Get("issue.none")
	}
	return v
}

// balance is what the chosen sale brought, what cards were issued out of it,
// and what is left.
func (p *Presenter) balance() (brought, issued, left money.Amount) {
	return order.Issuable(p.detail.Attempt, p.detail.Follows)
}

func (p *Presenter) amounts() step.AmountView {
	v := step.AmountView{Title: text.Get("issue.title"), Say: text.Get("step.loading")}
	if p.problem != "" {
		v.Say, v.Wrong = p.problem, true
	}
	if p.detail == nil || p.detail.Number != p.number {
		return v
	}
	d, amount := p.detail, p.sum.Amount()
	brought, issued, left := p.balance()
	v.Title = text.Get("issue.of", d.Brand+" •••• "+d.Last4)
	v.Facts = []step.Fact{
		{Name: text.Get("issue.fact.code"), Value: d.TransCode},
		{Name: text.Get("issue.fact.cards"), Value: text.Get("issue.cards", strconv.Itoa(d.Standing.Issued), strconv.Itoa(d.Payments))},
		{Name: text.Get("issue.fact.brought"), Value: text.Money(brought)},
		{Name: text.Get("issue.fact.issued"), Value: text.Money(issued)},
		{Name: text.Get("issue.fact.left"), Value: text.Money(left)},
	}
	v.Label, v.Amount, v.Pad = text.Get("issue.label"), text.Money(amount), true
	v.Main = step.Act{Words: text.Get("issue.on"), Hint: keys.Enter}
	switch may := slices.Contains(d.Acts, order.Issue); {
	case p.problem != "":
	case !may:
		v.Say, v.Wrong, v.Pad = text.Get("issue.wrong.not"), true, false
	case amount.Minor <= 0:
		v.Say, v.Wrong = text.Get("issue.wrong.zero"), true
	case amount.Minor > left.Minor:
		v.Say, v.Wrong = text.Get("issue.wrong.most", text.Money(left)), true
	default:
		v.Say, v.Main.Ready = text.Get("issue.say"), true
	}
	return v
}

func (p *Presenter) form() FormView {
	v := FormView{Title: text.Get("issue.form", text.Money(p.sum.Amount())), Valid: validWords(), Chosen: p.terms.valid, Typing: p.typing}
	for f := range fields {
		name := fieldNames[f]
		v.Fields[f] = FieldView{Label: text.Get("issue.field." + name), Words: p.terms.lines[f].Raw(), Problem: p.terms.said(f), Chosen: f == p.terms.chosen}
		if f == MCC {
			v.Fields[f].Empty = text.Get("issue.empty.mcc")
		}
	}
	if p.terms.single() {
		v.Fields[Uses].Off, v.Fields[Uses].Words, v.Fields[Uses].Problem = true, "", ""
		v.Fields[Uses].Empty = text.Get("issue.empty.uses")
	}
	_, wrong := p.terms.firstWrong()
	v.Main = step.Act{Words: text.Get("issue.do", text.Money(p.sum.Amount())), Ready: !wrong, Hint: keys.Enter}
	return v
}

// Choose opens a sale of the list.
func (p *Presenter) Choose(i int) {
	if p.stage == Choosing && i >= 0 && i < len(p.sales) {
		p.begin(Amounts, p.sales[i].Number)
		p.direct = false
	}
}
