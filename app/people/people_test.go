package people

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

func open(training bool) (*Presenter, *apptest.Desk) {
	d := apptest.NewDesk(training)
	p := New(d, apptest.Plain(bridge.InlineRun), bridge.InlineRun, d.Clock)
	p.Ask = func(_ string, yes func()) { yes() }
	p.Apply(engine.Snapshot{Training: training, Operator: &d.People[2]})
	p.Begin()
	return p, d
}

func (p *Presenter) press(names ...keys.Key) {
	for _, k := range names {
		p.Key(k)
	}
}

func (p *Presenter) types(words string) {
	for _, r := range words {
		p.Rune(r)
	}
}

func did(d *apptest.Desk, call string) bool { return slices.Contains(d.Calls(), call) }

func TestAdd(t *testing.T) {
	p, d := open(false)
	p.press(keys.Down, keys.Down, keys.Down, keys.Enter)
	p.types("  Ann " + strings.Repeat("n", 10_000))
	if f := p.View().Form; f == nil || f.Now().Problem == "" || len(f.Now().Value()) > 40 {
		t.Fatal("a long name is not cut, or nothing says so")
	}
	p.press(keys.Save) // the PIN is missing
	for range 40 {
		p.form.Choose(0)
		p.press(keys.Erase)
	}
	p.types("Ann")
	p.press(keys.Enter, keys.Down, keys.Enter)
	for _, tt := range []struct{ pin, says string }{{"12", "4 to 8"}, {"1234", "guess"}, {"1111", "guess"}} {
		p.form.Choose(2)
		p.form.Now().Wipe()
		p.types(tt.pin)
		p.press(keys.Enter)
		if got := p.form.Now().Problem; !strings.Contains(got, tt.says) {
			t.Errorf("PIN %s: %q", tt.pin, got)
		}
	}
	p.form.Now().Wipe()
	p.types("4711")
	p.press(keys.Enter)
	p.types("4712")
	p.press(keys.Enter)
	if p.form.Now().Problem == "" || len(p.people) != 3 {
		t.Error("two PINs that differ are taken")
	}
	p.press(keys.Erase)
	p.types("1")
	p.press(keys.Enter)
	if !did(d, "AddOperator Ann supervisor 4711") || len(p.people) != 4 || p.View().Form != nil {
		t.Errorf("%v", d.Calls())
	}
}

func TestChange(t *testing.T) {
	p, d := open(true)
	p.press(keys.Enter, keys.Enter)
	p.types(" B")
	p.press(keys.Enter, keys.Down, keys.Enter)
	if !did(d, "ChangeOperator op1 Maria B owner") {
		t.Errorf("%v", d.Calls())
	}
	p.press(keys.Down, keys.Enter)
	p.types("1234") // in training any PIN may be chosen
	p.press(keys.Enter)
	p.types("1234")
	p.press(keys.Enter)
	if !did(d, "SetPIN op1 1234") || p.View().NoteWrong {
		t.Errorf("%v", d.Calls())
	}
	p.press(keys.Down, keys.Enter)
	if !did(d, "RetireOperator op1") || len(p.people) != 2 {
		t.Errorf("%v", d.Calls())
	}
}

func TestUnlockAndLastOwner(t *testing.T) {
	p, d := open(false)
	d.People[1].Failures, d.People[1].LockedUntil = 5, d.Clock.Now().Add(5*time.Minute)
	p.Begin()
	if item := p.View().Left[1]; !strings.Contains(item.Problem, "10:47") {
		t.Errorf("the lock-out is not told: %+v", item)
	}
	p.press(keys.Down, keys.Enter, keys.Down, keys.Down, keys.Enter)
	if !did(d, "UnlockOperator op2") || p.View().Left[1].Problem != "" {
		t.Errorf("%v", d.Calls())
	}
	p.press(keys.Escape, keys.Down, keys.Enter, keys.Down, keys.Down, keys.Enter)
	if v := p.View(); !v.NoteWrong || len(p.people) != 3 {
		t.Errorf("the last owner went: %q", v.Note)
	}
	p.Begin()
	p.press(keys.Down, keys.Down, keys.Enter, keys.Enter, keys.Tab, keys.Up, keys.Save)
	if f := p.View().Form; f == nil || f.Now().Key != FieldRole || f.Now().Problem == "" {
		t.Error("the last owner's role is changed, or the sentence is elsewhere")
	}
}

// Leaving forgets PINs; nothing of a cancelled work is heard.
func TestLeaving(t *testing.T) {
	p, d := open(false)
	p.press(keys.Enter, keys.Down, keys.Enter)
	p.types("4711")
	pin := p.form.Field(FieldPIN)
	p.Hide()
	if pin.Len() != 0 {
		t.Error("the PIN is still there")
	}
	if p.Begin(); p.View().Form == nil {
		t.Error("what was begun is lost")
	}
	p.press(keys.Escape)
	d.Fail = func(string) error { return context.Canceled }
	p.Begin()
	if v := p.View(); !v.NoteWrong {
		t.Errorf("a journal that can't be read is not told: %+v", v)
	}
	p.Apply(engine.Snapshot{Operator: &staff.Operator{Role: staff.Cashier, Active: true}})
	p.note = ""
	if p.View().Note == "" {
		t.Error("nothing says that a cashier can only read")
	}
}
