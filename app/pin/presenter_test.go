package pin

import (
	"context"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

func begin(desk *apptest.Desk) *Presenter {
	p := New(bridge.InlineRun, desk.Clock)
	p.List, p.Try = desk.Operators, desk.SignIn
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
	p.Key(keys.Down)
	enter(p, "123")
	if v := p.View(); v.Ready || v.Dots != 3 || v.Chosen != 1 || len(v.Tiles) != 3 {
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
	for _, b := range p.digits[:cap(p.digits)] {
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

// Five wrong PINs lock one person out, for a minute that is counted down; the
// others go on. The lock-out is the journal's: it is there after a restart.
func TestLockOut(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := begin(desk)
	for range 5 {
		enter(p, "9999")
		p.Enter()
	}
	told := 0
	p.Changed = func() { told++ }
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{
		{0, "Too many wrong PINs for Maria. Wait 1:00, or choose another name."},
		{1500 * time.Millisecond, "Too many wrong PINs for Maria. Wait 0:59, or choose another name."},
		{58 * time.Second, "Too many wrong PINs for Maria. Wait 0:01, or choose another name."},
	} {
		desk.Clock.Advance(tt.after)
		p.Tick()
		if v := p.View(); v.Problem != tt.want || !v.Locked {
			t.Errorf("got %q, want %q", v.Problem, tt.want)
		}
	}
	enter(p, "1234")
	p.Enter()
	if v := p.View(); v.Dots != 0 || desk.Count("SignIn") != 5 {
		t.Errorf("tried while locked: %+v", v)
	}
	if v := begin(desk).View(); !v.Locked {
		t.Error("a restart ends the lock-out")
	}
	p.Key(keys.Down)
	if v := p.View(); v.Locked || v.Problem != "" {
		t.Errorf("somebody else is locked out: %+v", v)
	}
	p.Key(keys.Up)
	desk.Clock.Advance(2 * time.Second)
	p.Tick()
	before := told
	p.Tick()
	if v := p.View(); v.Locked || told != before {
		t.Errorf("still locked, or drawn without need: %+v", v)
	}
	enter(p, "1234")
	p.Enter()
	if desk.Snapshot().Operator == nil {
		t.Error("not signed in after the lock-out")
	}
}

// Whoever was chosen last is chosen again, wherever the name stands now.
func TestTheLastOneIsChosenAgain(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := begin(desk)
	p.Choose(2)
	desk.People = desk.People[1:]
	p.Show()
	if v := p.View(); v.Chosen != 1 || v.Tiles[1].Name != "Olu" {
		t.Errorf("%+v", v)
	}
}
