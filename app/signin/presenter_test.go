package signin

import (
	"context"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

func begin(desk Desk) *Presenter {
	p := New(desk, bridge.InlineRun, "hint")
	p.Show()
	return p
}

func enter(p *Presenter, digits string) {
	for i := range len(digits) {
		p.Press(caps.Of(digits[i]))
	}
}

func TestSignIn(t *testing.T) {
	desk := apptest.NewDesk(true)
	p := begin(desk)
	done := 0
	p.Done = func() { done++ }
	p.Move(1)
	enter(p, "123")
	if v := p.View(); v.Ready || v.Dots != 3 || v.Chosen != 1 || v.Hint != "hint" || len(v.Tiles) != 3 {
		t.Errorf("%+v", v)
	}
	p.Enter()
	if p.View().Problem == "" || desk.Count("SignIn") != 0 {
		t.Error("a short PIN was tried, or nothing was said")
	}
	enter(p, "4")
	p.Enter()
	if done != 1 || desk.Snapshot().Operator.ID != "op2" || p.View().Dots != 0 {
		t.Errorf("done %d, %+v", done, desk.Snapshot().Operator)
	}
}

func TestWrongPINSaysSo(t *testing.T) {
	p := begin(apptest.NewDesk(false))
	enter(p, "9999")
	p.Enter()
	if v := p.View(); v.Problem != "That PIN is not right. 4 tries are left." || v.Dots != 0 || v.Busy {
		t.Errorf("%+v", v)
	}
	enter(p, "1")
	if v := p.View(); v.Problem != "" {
		t.Errorf("the sentence stays: %q", v.Problem)
	}
}

func TestPINIsOneTryAtATime(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := begin(desk)
	var held []func(context.Context) func()
	p.run = func(work func(context.Context) func()) { held = append(held, work) }
	enter(p, "1234")
	for range 10 {
		p.Enter()
	}
	enter(p, "5")
	p.Clear()
	p.Choose(2)
	if v := p.View(); len(held) != 1 || !v.Busy || v.Dots != 0 || v.Chosen != 0 {
		t.Errorf("%d tries, %+v", len(held), v)
	}
	bridge.InlineRun(held[0])
	if desk.Snapshot().Operator == nil || p.View().Busy {
		t.Error("not signed in")
	}
}

func TestEraseClearAndLimit(t *testing.T) {
	p := begin(apptest.NewDesk(false))
	enter(p, "123456789012")
	if got := p.View().Dots; got != staff.MaxPIN {
		t.Errorf("%d digits taken, want %d", got, staff.MaxPIN)
	}
	p.Press(caps.Erase)
	p.Press(caps.None)
	if got := p.View().Dots; got != staff.MaxPIN-1 {
		t.Errorf("%d digits after erase", got)
	}
	p.Hide()
	for _, b := range p.pin[:cap(p.pin)] {
		if b != 0 {
			t.Error("the PIN is left in memory")
		}
	}
	p.Press(caps.Erase)
	p.Choose(-1)
	p.Choose(99)
}

func TestNobodyAndTrouble(t *testing.T) {
	desk := apptest.NewDesk(false)
	desk.People = []staff.Operator{{ID: "x", Name: "Gone", Active: false}}
	p := begin(desk)
	if v := p.View(); len(v.Tiles) != 0 || v.Problem == "" || v.Ready {
		t.Errorf("%+v", v)
	}
	p.Enter()
	desk.Fail = func(string) error { return &engine.Problem{Text: "The journal cannot be read."} }
	p.Show()
	if got := p.View().Problem; got != "The journal cannot be read." {
		t.Errorf("problem %q", got)
	}
}
