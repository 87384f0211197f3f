package approve

import (
	"context"
	"errors"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/staff"
)

var refund = engine.Ask{Right: staff.Refund, Subject: "K7P2Q00001000AB00", Amount: money.New(8000, money.USD), Why: engine.AskLimit}

func needs(a engine.Ask) error {
	return &engine.Problem{Code: engine.ProblemApproval, Text: "Let a supervisor approve it.", Ask: &a}
}

// rig is a presenter whose work needs an approval the first time.
type rig struct {
	*Presenter
	desk  *apptest.Desk
	works int
	ended []error
	// answers are what the work comes to, one after the other; then nil.
	answers []error
}

func begin(answers ...error) *rig {
	r := &rig{desk: apptest.NewDesk(false), answers: answers}
	r.Presenter = New(r.desk, bridge.InlineRun, r.desk.Clock)
	return r
}

func (r *rig) work(context.Context) (err error) {
	if r.works++; r.works <= len(r.answers) {
		err = r.answers[r.works-1]
	}
	return err
}

func (r *rig) done(err error) { r.ended = append(r.ended, err) }

func (r *rig) pin(digits string) {
	for _, d := range digits {
		r.Rune(d)
	}
	r.Presenter.Key(keys.Enter)
}

func TestWorkThatNeedsNobody(t *testing.T) {
	other := errors.New("other")
	for _, want := range []error{nil, other, &engine.Problem{Code: engine.ProblemRight}} {
		r := begin(want)
		r.Do(r.work, r.done)
		if r.Words().Open || r.works != 1 || len(r.ended) != 1 || r.ended[0] != want {
			t.Errorf("%v: %+v", want, r)
		}
	}
}

func TestApproved(t *testing.T) {
	r := begin(needs(refund))
	r.Do(r.work, r.done)
	want := View{Open: true, Act: "Give money back", Amount: "$80.00", Of: "Payment K7P2Q00001000AB00", Why: "It is above the limit that the owner set."}
	if got := r.Words(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if v := r.View(); len(v.Tiles) != 2 || v.Tiles[1].Name != "Olu" || len(r.ended) != 0 {
		t.Errorf("%+v, ended %v", v, r.ended)
	}
	r.Presenter.Key(keys.Down)
	r.pin("1234")
	if r.Words().Open || r.works != 2 || len(r.ended) != 1 || r.ended[0] != nil || r.desk.Count("Approve op3") != 1 {
		t.Errorf("works %d, ended %v, calls %v", r.works, r.ended, r.desk.Calls())
	}
	r.pin("1234")
	if r.works != 2 || len(r.ended) != 1 {
		t.Error("one approval did two works")
	}
}

// What fails with an approval, too, is told; nobody is asked twice.
func TestTheSecondTryIsTold(t *testing.T) {
	r := begin(needs(refund), needs(refund))
	r.Do(r.work, r.done)
	r.pin("1234")
	if r.Words().Open || r.works != 2 || len(r.ended) != 1 || r.ended[0] != r.answers[1] {
		t.Errorf("works %d, ended %v", r.works, r.ended)
	}
}

func TestWrongPINAndLockOut(t *testing.T) {
	r := begin(needs(refund))
	r.Do(r.work, r.done)
	r.pin("9999")
	if v := r.View(); v.Problem != "That PIN is not right. 4 tries are left." || !r.Words().Open {
		t.Errorf("%+v", v)
	}
	for range 4 {
		r.pin("9999")
	}
	if v := r.View(); !v.Locked || v.Problem != "Too many wrong PINs for Maria. Wait 1:00, or choose another name." {
		t.Errorf("%+v", v)
	}
	r.pin("1234")
	if r.works != 1 {
		t.Error("approved by somebody who is locked out")
	}
	r.Cancel()
	if r.Words().Open || len(r.ended) != 1 || r.ended[0] != r.answers[0] || r.works != 1 {
		t.Errorf("cancelled: works %d, ended %v", r.works, r.ended)
	}
	r.Cancel()
	if len(r.ended) != 1 {
		t.Error("cancelled twice")
	}
}

// While the PIN is checked nothing is cancelled, and a second work that needs
// an approval is not mixed up with the first.
func TestOneAtATime(t *testing.T) {
	r := begin(needs(refund), needs(refund))
	r.Do(r.work, r.done)
	r.Do(r.work, r.done)
	if len(r.ended) != 1 || !r.Words().Open {
		t.Fatalf("the second: %v", r.ended)
	}
	// Nobody may approve it: the sentence is all there is.
	alone := begin(needs(refund))
	alone.desk.People = alone.desk.People[1:2]
	alone.Do(alone.work, alone.done)
	if alone.Words().Open || len(alone.ended) != 1 {
		t.Errorf("nobody could approve it: %v", alone.ended)
	}
	var held []func(context.Context) func()
	p := New(r.desk, func(work func(context.Context) func()) { held = append(held, work) }, r.desk.Clock)
	p.Do(func(context.Context) error { return needs(refund) }, r.done)
	bridge.InlineRun(held[0])
	for _, d := range "1234" {
		p.Rune(d)
	}
	for range 5 {
		p.Presenter.Key(keys.Enter)
		p.Cancel()
	}
	if len(held) != 2 || !p.Words().Open || p.View().Dots != 0 {
		t.Errorf("%d works held, %+v", len(held), p.View())
	}
}

// Every right that may be lent has words.
func TestEveryAskHasWords(t *testing.T) {
	for _, right := range []staff.Right{staff.Void, staff.Refund, staff.IssueCards, staff.CloseBatch, staff.ParkUnknown, staff.Override,
		staff.ExceedOffline, staff.Unlinked, staff.OpenDrawer} {
		r := begin(needs(engine.Ask{Right: right, Why: engine.AskRight}))
		r.Do(r.work, r.done)
		if v := r.Words(); !right.Approvable() || v.Act == "Something only a supervisor may do" || v.Act == "" || v.Amount != "" || v.Of != "" {
			t.Errorf("%s: %+v", right, v)
		}
	}
}
