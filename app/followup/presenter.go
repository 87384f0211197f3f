// Package followup is for the two screens of what is done about a payment: the
// wait for the bank's word, and what became of it.
package followup

import (
	"context"
	"strconv"
	"time"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Task is something to be done about a payment or a card.
type Task struct {
	Act order.Act
	// Release: it is a hold that is voided.
	Release bool
	// Cash goes back out of the drawer: no bank is asked.
	Cash bool
	Of   string
	// Wallet is the provider's name where a payment by code goes back, Payment
	// which one of the code.
	Wallet, Payment string
	Amount          money.Amount
	Brand, Last4    string
	// From is where it was begun.
	From nav.Place
	// Do does it and blocks until the outcome is durable.
	Do func(context.Context) (order.FollowUp, error)
	// GiveBack is Do for a payment by code.
	GiveBack func(context.Context) (order.Refund, error)
}

// taskOf is the task of a follow-up that the terminal ended by itself.
func taskOf(f order.FollowUp) Task {
	t := Task{Act: f.Act, Of: f.Of, Amount: f.Amount, Brand: f.Brand, Last4: f.Last4,
		Release: f.Act == order.Void && f.Target.Kind == order.KindAuth, From: nav.MoneyBack}
	switch {
	case t.Release || t.Act == order.Capture:
		t.From = nav.Holds
	case t.Act == order.Issue:
		t.From = nav.Issue
	}
	return t
}

// name is the task in the catalogue's keys.
func (t Task) name() string {
	switch {
	case t.Release:
		return "release"
	case t.Cash:
		return "cash"
	case t.Payment != "":
		return "wallet"
	}
	return map[order.Act]string{order.Void: "void", order.Return: "return", order.Capture: "capture",
		order.Check: "verify", order.Issue: "issue"}[t.Act]
}

func (t Task) amount() string {
	if t.Act == order.Check {
		return ""
	}
	return text.Money(t.Amount)
}

func (t Task) card() string {
	if t.Wallet != "" {
		return t.Wallet
	}
	if t.Last4 == "" {
		return ""
	}
	return t.Brand + " •••• " + t.Last4
}

// Working is the wait, without its looks. All methods are for the window's
// goroutine.
type Working struct {
	clock clock.Clock
	// Changed is called when View is to be shown again.
	Changed func()

	task   Task
	since  time.Time
	active bool
}

// NewWorking makes a wait for nothing.
func NewWorking(c clock.Clock) *Working { return &Working{clock: c, Changed: func() {}} }

// WorkingView is what the wait shows.
type WorkingView struct{ Title, Amount, Card, Seconds, Text string }

// View is the present view.
func (w *Working) View() WorkingView {
	seconds := max(0, int(w.clock.Now().Sub(w.since)/time.Second))
	return WorkingView{Title: text.Get("working.title." + w.task.name()), Amount: w.task.amount(), Card: w.task.card(),
		Seconds: text.Get("working.seconds", strconv.Itoa(seconds)), Text: w.text()}
}

func (w *Working) text() string {
	if w.task.Wallet != "" {
		return text.Get("working.text.wallet", w.task.Wallet)
	}
	return text.Get("working.text")
}

// Start begins to wait for a task.
func (w *Working) Start(t Task) {
	w.task, w.since, w.active = t, w.clock.Now(), true
	w.Changed()
}

// Stop ends the wait.
func (w *Working) Stop() { w.active = false }

// Tick is called once a second.
func (w *Working) Tick() {
	if w.active {
		w.Changed()
	}
}

// Done is what became of a task, without its looks. All methods are for the
// window's goroutine.
type Done struct {
	clock clock.Clock
	// Changed is called when View is to be shown again.
	Changed func()
	// NewSale begins anew, Again goes back to where the task was begun, as it was
	// left; From does so to begin another; History lists the transactions.
	NewSale, History func()
	Again, From      func(Task)
	// Receipt shows documents, beginning with the first.
	Receipt func(papers ...slip.Paper)
	// Seen is called when the news of a follow-up are being looked at.
	Seen func(id string)

	task     Task
	followup order.FollowUp
	refund   order.Refund // of a payment by code
	failed   error        // nothing is known beyond it
	late     bool
	shown    time.Time
}

// NewDone makes an outcome of nothing.
func NewDone(c clock.Clock) *Done {
	return &Done{clock: c, Changed: func() {}, NewSale: func() {}, History: func() {}, Again: func(Task) {}, From: func(Task) {}, Receipt: func(...slip.Paper) {}, Seen: func(string) {}}
}

// Show tells what a task came to.
func (d *Done) Show(t Task, f order.FollowUp, err error) {
	d.task, d.followup, d.refund, d.failed, d.late, d.shown = t, f, order.Refund{}, err, false, d.clock.Now()
	if err == nil {
		d.task.Amount = f.Amount
	}
	d.Changed()
}

// ShowLate tells what the terminal found out by itself.
func (d *Done) ShowLate(f order.FollowUp) {
	d.Show(taskOf(f), f, nil)
	d.late = true
	d.Changed()
}

// ID is the follow-up that is told of; "" where there is none.
func (d *Done) ID() string {
	if d.failed != nil {
		return ""
	}
	return d.followup.ID
}

// Apply takes a snapshot: the terminal may know more by now.
func (d *Done) Apply(s engine.Snapshot) {
	for _, list := range [][]order.FollowUp{s.Follows, s.FollowNews} {
		for _, f := range list {
			if f.ID != "" && f.ID == d.ID() && f.Version >= d.followup.Version {
				d.followup = f
			}
		}
	}
	d.followRefund(s)
	d.Changed()
	for _, f := range s.FollowNews {
		if f.ID == d.ID() {
			d.Seen(f.ID)
		}
	}
}

// kind is how the outcome looks.
func (d *Done) kind() look.Kind {
	switch code := text.Code(d.failed); {
	case code == engine.ProblemUnsaved, code == engine.ProblemInProgress:
		return look.KindChecking // something may stand behind it
	case d.failed != nil:
		return look.KindProblem
	}
	if d.task.Payment != "" {
		return d.refundKind()
	}
	switch d.followup.State {
	case order.FollowDone:
		return look.KindApproved
	case order.FollowRefused:
		return look.KindDeclined
	case order.FollowNotSent, order.FollowAbsent:
		return look.KindNotCharged
	case order.FollowSending, order.FollowUnknown:
		return look.KindChecking
	}
	return look.KindReview
}

// DoneView is what the outcome shows.
type DoneView struct {
	Look         look.Look
	Word, Amount string
	Card         string
	// Sentence says what it means and what to do, Next what the terminal does by
	// itself, Late that it had been interrupted.
	Sentence, Next, Late string
	Buttons              []Button
}

// View is the present view.
func (d *Done) View() DoneView {
	kind := d.kind()
	v := DoneView{Look: look.Of(kind), Amount: d.task.amount(), Card: d.task.card(), Word: text.Get("done.word." + d.word(kind)), Buttons: d.buttons(kind)}
	switch p := engine.FollowProblem(d.followup); {
	case d.failed != nil:
		v.Sentence = text.Of(d.failed)
	case d.task.Payment != "":
		v.Sentence = d.refundSay()
	case p != nil:
		v.Sentence = text.Of(p)
	default:
		v.Sentence = text.Get("done.say." + d.task.name())
	}
	if d.failed == nil {
		v.Next = d.next()
	}
	if d.late {
		begun := d.followup.Created
		if d.task.Payment != "" {
			begun = d.refund.Created
		}
		v.Late = text.Get("done.late", text.Clock(begun.In(d.clock.Now().Location())))
	}
	return v
}

func (d *Done) word(kind look.Kind) string {
	switch kind {
	case look.KindApproved:
		return d.task.name()
	case look.KindReturning:
		return "onway"
	case look.KindDeclined:
		if d.task.Act == order.Check {
			return "not-good"
		}
		return "refused"
	case look.KindChecking:
		return "checking"
	case look.KindReview:
		return "review"
	}
	return "not-done"
}

// next is what the terminal does by itself.
func (d *Done) next() string {
	act, _ := order.NextFollow(d.followup)
	switch {
	case d.task.Payment != "":
		return d.refundNext()
	case d.followup.State.Final():
		return ""
	case act == order.DoNothing:
		return text.Get("done.next.person")
	case d.followup.Act == order.Void:
		return text.Get("done.next.again")
	}
	return text.Get("done.next.ask")
}

// Act is something that can be done now.
type Act string

// The acts.
const (
	ActNew     Act = "new"
	ActAgain   Act = "again"
	ActFrom    Act = "from"
	ActHistory Act = "history"
	ActReceipt Act = "receipt"
)

var actKeys = map[Act]keys.Key{ActReceipt: keys.Receipt, ActNew: keys.Sale, ActAgain: keys.Another, ActFrom: keys.Another, ActHistory: keys.History}

// Button is an act with its words. The first is the one that Enter does.
type Button struct {
	Act   Act
	Words string
	Key   keys.Key
}

func (d *Done) buttons(kind look.Kind) []Button {
	acts := []Act{ActNew, ActHistory}
	switch kind {
	case look.KindApproved, look.KindReturning:
		acts = []Act{ActNew, ActFrom}
	case look.KindDeclined, look.KindNotCharged, look.KindProblem:
		acts = []Act{ActAgain, ActNew}
	}
	var buttons []Button
	if len(d.papers()) > 0 {
		acts = append(acts, ActReceipt)
	}
	for _, act := range acts {
		buttons = append(buttons, Button{act, d.words(act), actKeys[act]})
	}
	return buttons
}

// papers are the documents of what was done.
func (d *Done) papers() []slip.Paper {
	switch {
	case d.task.Payment != "":
		return d.refundPapers()
	case d.failed != nil || d.followup.ID == "" || d.followup.State != order.FollowDone:
		return nil
	case d.task.Cash:
		return []slip.Paper{{Document: order.DocumentCashBack, ID: d.followup.ID}}
	}
	return slip.OfFollow(d.followup)
}

func (d *Done) words(act Act) string {
	place := d.task.From
	if d.task.Act == order.Check {
		place = nav.Menu // the card is gone
	}
	switch {
	case act == ActFrom, act == ActAgain && d.task.Act == order.Check:
		return text.Get("done.act." + string(place))
	case act == ActAgain && d.followup.Cause == order.CauseSettled && d.failed == nil:
		return text.Get("done.act.return")
	case act == ActAgain && d.followup.Cause == order.CauseNotSettled && d.failed == nil:
		return text.Get("done.act.void")
	}
	return text.Get("done.act." + string(act))
}

// calm is how long Enter is not taken after an outcome appears: whoever still
// hammers at the key must not dismiss the answer unread.
const calm = 700 * time.Millisecond

// Enter does the first act.
func (d *Done) Enter() {
	if d.clock.Now().Sub(d.shown) >= calm {
		d.Do(d.View().Buttons[0].Act)
	}
}

// Key does the act of a key, if it is offered.
func (d *Done) Key(k keys.Key) bool {
	for _, b := range d.View().Buttons {
		if b.Key == k {
			d.Do(b.Act)
			return true
		}
	}
	return false
}

// Do does an act.
func (d *Done) Do(act Act) {
	switch act {
	case ActNew:
		d.NewSale()
	case ActAgain:
		d.Again(d.task)
	case ActFrom:
		d.From(d.task)
	case ActHistory:
		d.History()
	case ActReceipt:
		d.Receipt(d.papers()...)
	}
}
