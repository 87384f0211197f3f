package shift

import (
	"context"
	"slices"
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// rig is a presenter of a shop that counts its drawer.
type rig struct {
	*Presenter
	desk *apptest.Desk
	did  []string
}

func begin(t *testing.T, open bool) *rig {
	t.Helper()
	r := &rig{desk: apptest.NewDesk(false)}
	r.desk.Counts()
	if err := r.desk.Set(t.Context(), "printer.target", "/dev/usb/lp0"); err != nil {
		t.Fatal(err)
	}
	if err := r.desk.Set(t.Context(), "printer.drawer", "true"); err != nil {
		t.Fatal(err)
	}
	r.desk.SignInAs(0)
	if open {
		if _, err := r.desk.OpenShift(t.Context(), order.Count{Total: usd(15000)}); err != nil {
			t.Fatal(err)
		}
	}
	r.Presenter = New(r.desk, apptest.Plain(bridge.InlineRun), bridge.InlineRun)
	for name, to := range map[string]*func(){"back": &r.Back, "drawer": &r.Drawer, "out": &r.SignOut, "day": &r.Day, "sell": &r.Sell} {
		*to = func() { r.did = append(r.did, name) }
	}
	r.Receipt = func(papers ...slip.Paper) { r.did = append(r.did, papers[0].Document+" "+papers[0].ID) }
	r.Apply(r.desk.Snapshot())
	r.Show()
	r.desk.Watch(r.Apply)
	return r
}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// do presses keys and types what is none.
func (r *rig) do(what string) {
	named := map[string]keys.Key{"enter": keys.Enter, "esc": keys.Escape, "f5": keys.Undo, "f6": keys.Keep, "f8": keys.Receipt, "f10": keys.Save, "up": keys.Up,
		"down": keys.Down, "left": keys.Left, "right": keys.Right, "erase": keys.Erase}
	for word := range strings.FieldsSeq(what) {
		if k, ok := named[word]; ok {
			r.Presenter.Key(k)
			continue
		}
		for _, sign := range word {
			r.Rune(sign)
		}
	}
}

// last is the last call that changed something.
func (r *rig) last() string {
	calls := slices.DeleteFunc(r.desk.Calls(), func(c string) bool { return c == "Operators" })
	return calls[len(calls)-1]
}

// What is counted adds up, however it is typed; nothing is opened before anything
// was counted.
func TestCount(t *testing.T) {
	for _, tt := range []struct{ keys, total, call string }{
		{"2 f10", "$200.00", "OpenShift USD 200.00 1"},
		{"2 enter 12 enter down 3 f10", "$830.00", "OpenShift USD 830.00 3"},
		{"2 erase f10", "$0.00", "OpenShift USD 0.00 0"},
		{"+ + right - f10", "$200.00", "OpenShift USD 200.00 1"},
		{"- left f10", "$0.00", "OpenShift USD 0.00 0"},
		{"99999 f10", "$999,900.00", "OpenShift USD 999900.00 1"},
		{"5 down up 7 f10", "$700.00", "OpenShift USD 700.00 1"}, // who comes back types anew
		{"f5 15000 enter", "$150.00", "OpenShift USD 150.00 0"},
		{"2 f5 f10", "$200.00", "OpenShift USD 200.00 0"}, // what was counted goes with it
		{"2 f5 f5 f10", "$200.00", "OpenShift USD 200.00 1"},
	} {
		r := begin(t, false)
		r.do("enter f10")
		if r.desk.Count("OpenShift USD 0.00 0") != 0 || r.View().Count.Ready {
			t.Fatal("opened without a count")
		}
		r.Show()
		i := strings.LastIndex(tt.keys, " ")
		r.do(tt.keys[:i])
		if got := r.View().Count.Total; got != tt.total {
			t.Errorf("%s: %s, want %s", tt.keys, got, tt.total)
		}
		r.do(tt.keys[i:])
		if r.last() != tt.call || !slices.Equal(r.did, []string{"sell"}) {
			t.Errorf("%s: %s, %v", tt.keys, r.last(), r.did)
		}
	}
}

// Enter goes through every kind, and opens at the last.
func TestEnterThroughAllKinds(t *testing.T) {
	r := begin(t, false)
	for range r.View().Count.Pieces {
		if r.desk.Snapshot().Shift.Now != nil {
			t.Fatal("opened too soon")
		}
		r.do("1 enter")
	}
	if r.desk.Snapshot().Shift.Now == nil {
		t.Error("not opened")
	}
}

// What was left of the last shift is told, and not filled in.
func TestAsItWasLeft(t *testing.T) {
	r := begin(t, false)
	last := order.Shift{Counts: []order.Count{{Total: usd(9)}, {Total: usd(15000)}}}
	r.desk.Change(func(n *engine.Snapshot) { n.Shift.Last = &last })
	if v := r.View().Count; !strings.Contains(v.Hint, "$150.00") || v.Total != "$0.00" || v.Ready {
		t.Errorf("%+v", v)
	}
}

// Nobody is told what should be in the drawer before the count is in the journal.
func TestBlind(t *testing.T) {
	r := begin(t, true)
	r.desk.Expected = order.Drawer{Float: usd(15000), Sales: usd(4321), Expected: usd(19321)}
	r.do("5")
	if v := r.View(); r.Stage() != Closing || v.Result != nil || strings.Contains(v.Count.Hint+v.Count.Title, "193") {
		t.Fatalf("stage %v, %+v", r.Stage(), v.Count)
	}
	r.desk.Fail = func(string) error { return &engine.Problem{Text: "The disk is full."} }
	r.do("f5 19321 enter")
	if v := r.View(); v.Result != nil || v.Count.Problem != "The disk is full." || v.Count.Total != "$193.21" {
		t.Fatalf("a count that is not kept: %+v", v)
	}
	r.desk.Fail = nil
	r.do("enter")
	if v := r.View().Result; v == nil || v.Word != "The drawer agrees" || v.Shape != look.Check || v.Rows[2].Value != "$193.21" || !strings.Contains(v.Said, "Maria") {
		t.Fatalf("%+v", v)
	}
	r.do("enter")
	if r.desk.Count("CloseShift ") != 1 || r.Stage() != Ended {
		t.Errorf("%v, stage %v", r.desk.Calls(), r.Stage())
	}
	r.do("f8 enter")
	if !slices.Equal(r.did, []string{"shift shift-1", "day"}) {
		t.Errorf("%v", r.did)
	}
	r.do("f5")
	if r.Stage() != Opening {
		t.Errorf("stage %v, want the next shift", r.Stage())
	}
}

// A difference is closed with a reason; it can be counted again, or sold on.
func TestDifference(t *testing.T) {
	for _, tt := range []struct {
		off       int64
		word, sum string
	}{{-300, "Missing", "$3.00"}, {250, "Too much", "$2.50"}} {
		r := begin(t, true)
		r.desk.Expected.Expected = usd(10000)
		r.do("5 f5")
		for _, c := range usd(10000 + tt.off).Decimal() {
			r.Rune(c)
		}
		r.do("enter")
		if v := r.View().Result; v == nil || v.Word != tt.word || v.Amount != tt.sum || v.Shape != look.Alert {
			t.Fatalf("%+v", v)
		}
		r.do("f5 f5 10000 esc")
		if r.Stage() != Told {
			t.Fatal("Escape leaves the count for nowhere")
		}
		r.do("enter esc enter")
		if r.desk.Count("CloseShift ") != 0 || r.Stage() != Reason {
			t.Fatalf("closed without a reason: %v", r.desk.Calls())
		}
		r.do("2")
		if r.last() != "CloseShift A sale was not entered" || r.Stage() != Ended {
			t.Errorf("%s", r.last())
		}
	}
	r := begin(t, true)
	r.desk.Expected.Expected = usd(10000)
	r.do("5 2 f10 enter 5 enter")
	if r.Stage() != Own || r.View().Page.Form.Now().Problem == "" {
		t.Fatalf("stage %v", r.Stage())
	}
	r.do("4111111111111111 enter")
	if r.Stage() != Own {
		t.Error("a card number is taken for a reason")
	}
	r.do("esc esc f6")
	if r.last() != "ResumeShift" || !slices.Equal(r.did, []string{"sell"}) || r.desk.Snapshot().Shift.Now.State != order.ShiftOpen {
		t.Errorf("%s, %v", r.last(), r.did)
	}
}

// A shift that was counted before the program ended is told at once.
func TestCountedBefore(t *testing.T) {
	r := begin(t, true)
	r.desk.Expected.Expected = usd(100)
	if _, err := r.desk.CountShift(t.Context(), order.Count{Total: usd(100)}); err != nil {
		t.Fatal(err)
	}
	r.Hide()
	r.Show()
	if r.Stage() != Told || r.View().Result == nil {
		t.Errorf("stage %v", r.Stage())
	}
	r.do("esc")
	if !slices.Equal(r.did, []string{"back"}) || r.desk.Snapshot().Shift.Now.State != order.ShiftCounting {
		t.Errorf("%v", r.did)
	}
}

func TestCashMoves(t *testing.T) {
	r := begin(t, true)
	r.do("1 enter")
	if r.Stage() != Amount || r.View().Page.Form.Now().Problem == "" {
		t.Fatal("nothing was put in")
	}
	r.do("5000 enter esc 6000 enter 1")
	if r.last() != "MoveCash IN USD 60.00 Change from the bank" || r.View().Page.Note != "$60.00 put in." {
		t.Errorf("%s, %q", r.last(), r.View().Page.Note)
	}
	r.desk.Fail = func(string) error {
		return &engine.Problem{Text: "That is more than should be in the drawer. Take less out."}
	}
	r.do("2 40000 enter 6 Tea")
	if v := r.View().Page; !strings.Contains(v.Title, "$400.00") || v.Form == nil {
		t.Errorf("%+v", v)
	}
	r.do("enter")
	if v := r.View().Page; r.last() != "MoveCash OUT USD 400.00 Tea" || !v.NoteWrong || r.Stage() != Own {
		t.Errorf("%s, %+v", r.last(), v)
	}
	r.do("esc esc esc 3 esc")
	if !slices.Equal(r.did, []string{"drawer", "back"}) {
		t.Errorf("%v", r.did)
	}
}

// The one who has the drawer signs out; whoever signs in takes it over, counted or
// not.
func TestHandOver(t *testing.T) {
	r := begin(t, true)
	r.do("4 f5 enter")
	if !slices.Equal(r.did, []string{"out"}) || r.desk.Count("HandOver") != 0 {
		t.Fatalf("%v", r.did)
	}
	r.desk.SignInAs(0) // the same again: nothing is to be taken over
	if r.Stage() != Home {
		t.Errorf("stage %v", r.Stage())
	}
	r.desk.SignInAs(1)
	if v := r.View().Page; r.Stage() != Hand || !strings.Contains(v.Right[0].Name, "Maria") {
		t.Fatalf("stage %v, %+v", r.Stage(), v)
	}
	r.do("f5 3 esc f5 3 f10")
	now := *r.desk.Snapshot().Shift.Now
	if now.Holder != "op2" || now.Hands[0].Counted.Total != usd(30000) || r.View().Page.Note != "The drawer was handed over." {
		t.Errorf("%+v", now)
	}
	r.desk.SignInAs(2)
	r.do("4 enter")
	if now := *r.desk.Snapshot().Shift.Now; now.Holder != "op3" || now.Hands[1].Counted != nil {
		t.Errorf("%+v", now)
	}
}

// However often a key is pressed, one count is kept, and what is under way is not
// left.
func TestOnce(t *testing.T) {
	r := begin(t, true)
	var held []func()
	run := func(work func(context.Context) func()) { held = append(held, func() { bridge.InlineRun(work) }) }
	r.Presenter = New(r.desk, apptest.Plain(run), run)
	r.Back = func() { t.Error("left") }
	r.Apply(r.desk.Snapshot())
	r.desk.Watch(r.Apply)
	r.do("5 7 f10 f10 f10 esc 8 f5")
	if v := r.View().Count; v == nil || v.Ready || v.Total != "$700.00" {
		t.Fatalf("%+v", v)
	}
	for _, work := range held {
		work()
	}
	if r.desk.Count("CountShift USD 700.00") != 1 || r.Stage() != Told {
		t.Errorf("%v", r.desk.Calls())
	}
}

// A shop that counts no drawer moves cash all the same.
func TestNotCounted(t *testing.T) {
	r := begin(t, false)
	r.desk.Change(func(n *engine.Snapshot) { n.Shift.Counted = false })
	r.Hide()
	r.Show()
	if v := r.View().Page; r.Stage() != Home || len(v.Left) != 3 || v.Right[0].Name != "No shift is open" {
		t.Errorf("%+v", v)
	}
	r.Count()
	if r.Stage() != Home {
		t.Error("counts what nobody counts")
	}
}
