package app

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/theme"
	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// real is the window over a terminal in training. What the terminal tells waits
// in a queue for the test's goroutine, which is the window's.
type real struct {
	*shell
	desk  *terminal.Terminal
	clock *clock.Virtual // of the window alone
	queue chan func()
}

func newReal(t *testing.T) *real {
	t.Helper()
	desk, err := terminal.Open(t.Context(), terminal.Options{Dir: t.TempDir(), Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := desk.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := desk.Set(t.Context(), "day.drawer", settings.DrawerNone); err != nil { // what counting is like has tests of its own
		t.Fatal(err)
	}
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	r := &real{desk: desk, clock: clock.NewVirtual(apptest.Start), queue: make(chan func(), 1000)}
	post := func(f func()) { r.queue <- f }
	r.shell = newShell(desk, bridge.Runner(context.Background(), post), r.clock, "")
	w := test.NewWindow(nil)
	t.Cleanup(w.Close)
	open(w, r.shell, usual, false)
	stop := desk.Watch(bridge.New(post, r.shell.apply).Push)
	t.Cleanup(stop)
	r.shell.start()
	r.press(keys.Escape) // the assistant of a new terminal is put off
	return r
}

// until plays what the terminal tells until something is so.
func (r *real) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !so() {
		select {
		case f := <-r.queue:
			f()
		case <-ctx.Done():
			t.Fatalf("%s: not so at %s", what, r.at)
		}
	}
}

func (r *real) typed(signs string) {
	for _, s := range signs {
		r.root.TypedRune(s)
	}
	r.reader.Settle()
}

func (r *real) press(names ...keys.Key) {
	for _, k := range names {
		r.root.TypedKey(&fyne.KeyEvent{Name: fyne.KeyName(k)})
	}
}

func (r *real) arrive(t *testing.T, place nav.Place) {
	t.Helper()
	r.until(t, string(place), func() bool { return r.at == place })
}

// A sale in parts through the window, the terminal and the host: cash and a card
// pay, then all of it goes back, and the next sale is charged to the card that
// the first left on file.
func TestBillAtTheTerminal(t *testing.T) {
	r := newReal(t)
	r.until(t, "somebody to sign in", func() bool { return len(r.signin.View().Tiles) > 0 })
	r.typed(terminal.TrainingPIN)
	r.press(keys.Enter)
	r.arrive(t, nav.Sale)
	r.typed("10000")
	r.press(keys.Split)
	r.typed("2500")
	r.press(keys.Cash, keys.Cash, keys.Enter)
	r.until(t, "cash", func() bool { return r.cash.View().Taken && r.cash.View().Left != "" })
	r.press(keys.Sale)
	r.typed("4000")
	r.press(keys.Enter)
	r.typed("41111111111111111231123")
	r.press(keys.Enter)
	r.until(t, "a part", func() bool { return r.at == nav.Outcome && r.outcome.View().Buttons[0].Words == "Collect $35.00" })
	r.press(keys.Another)
	r.arrive(t, nav.Bill)
	if v := r.bill.View(); v.Paid != "$65.00" || v.Left != "$35.00" || len(v.Legs) != 2 {
		t.Errorf("%+v", v)
	}
	r.press(keys.GiveBack, keys.GiveBack)
	r.until(t, "all back", func() bool { return r.bill.View().Final })
	b, err := r.desk.Bill(t.Context(), r.bill.ID())
	if err != nil || b.State != order.BillCancelled || b.Paid.Minor != 0 || b.Parts[0].Cash.Left().Minor != 0 || b.Parts[1].Sale.Standing.As != order.StandsVoided {
		t.Errorf("%+v, %v", b, err)
	}
	r.clock.Advance(time.Second)
	r.press(keys.Enter)
	r.arrive(t, nav.Sale)
	r.typed("700")
	r.press(keys.OnFile)
	r.until(t, "a card on file", func() bool { return len(r.onFile.View().Rows) > 0 })
	r.press(keys.Down, keys.Enter)
	r.clock.Advance(time.Second)
	r.press(keys.Enter)
	r.until(t, "paid", func() bool { return r.at == nav.Outcome && r.outcome.View().Buttons[0].Words == "New sale" })
	if v := r.outcome.View(); v.Word != "APPROVED" || v.Amount != "$7.00" || len(r.desk.Snapshot().Bills) != 0 {
		t.Errorf("%+v", v)
	}
}
