package engine_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

func inDrawer(minor int64) order.Count { return order.Count{Total: usd(minor)} }

// counting is a desk whose shop counts its drawer, of which no shift is open.
func counting(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.cfg.CountDrawer, d.cfg.DrawerLimit = true, usd(500)
	d.cfg.Printer, d.cfg.Drawer = true, true
	d.Configure(d.cfg)
	d.must(d.OpenShift(background, inDrawer(0)))
	d.must(d.CountShift(background, inDrawer(0)))
	d.must(d.CloseShift(background, ""))
	d.tape.take()
	return d
}

func (d *desk) must(s order.Shift, err error) order.Shift {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// now is the shift that is shown, which has to be the one that is kept.
func (d *desk) now() order.Shift {
	d.t.Helper()
	kept, err := d.journal.LastShift(background)
	if err != nil {
		d.t.Fatal(err)
	}
	v := d.Snapshot().Shift
	switch {
	case v.Now == nil && kept.State != order.ShiftClosed, v.Now != nil && (v.Now.ID != kept.ID || v.Now.Version != kept.Version):
		d.t.Errorf("the shift that is shown is %+v, and the one that is kept %+v", v.Now, kept)
	case v.Now == nil && (v.Last == nil || v.Last.ID != kept.ID):
		d.t.Errorf("the last shift is shown as %+v", v.Last)
	}
	return kept
}

// sellings are the ways in which a shop sells, gives cash back or opens its drawer.
// Each is made ready by what was sold before.
func sellings(d *desk, n int) map[string]func() error {
	id := func(s string) string { return fmt.Sprint(s, n) }
	held, err := d.Charge(background, engine.Charge{Order: id("held"), Amount: usd(2000), Kind: order.KindAuth}, testCard(d.t))
	if err != nil {
		d.t.Fatal(err)
	}
	cash, err := d.TakeCash(background, id("had"), usd(500), usd(500))
	if err != nil {
		d.t.Fatal(err)
	}
	bill := order.Bill{ID: id("bill"), Goods: usd(1000), Tax: usd(0), Tip: usd(0)}
	return map[string]func() error{
		"card": func() error { _, err := d.charge(id("card")); return err },
		"hold": func() error {
			_, err := d.Charge(background, engine.Charge{Order: id("hold"), Amount: usd(2000), Kind: order.KindAuth}, testCard(d.t))
			return err
		},
		"cash":    func() error { _, err := d.TakeCash(background, id("cash"), usd(500), usd(500)); return err },
		"bill":    func() error { _, err := d.TakeCashFor(background, bill, id("leg"), usd(400), usd(400)); return err },
		"capture": func() error { _, err := d.Capture(background, held.Number, usd(2000)); return err },
		"code": func() error {
			_, err := d.ShowCode(background, engine.Charge{Order: id("code"), Amount: usd(2000)}, "wally", false)
			return err
		},
		"cash back": func() error { _, err := d.ReturnCash(background, cash.ID, usd(100), "wrong price"); return err },
		"no sale":   func() error { return d.open(background, "change") },
		"cash in": func() error {
			_, err := d.MoveCash(background, engine.CashMove{Kind: order.MoveIn, Amount: usd(100), Reason: "change"})
			return err
		},
		"stored": func() error {
			d.SetHost(d.clock.Now(), "away")
			defer d.SetHost(time.Time{}, "")
			_, err := d.StoreSale(background, engine.Charge{Order: id("stored"), Amount: usd(2000)}, testCard(d.t))
			return err
		},
	}
}

// Nothing is sold in whatever way while no shift is open, nor while one is being
// counted; and nothing of it is sent or kept.
func TestNothingIsSoldWithoutAShift(t *testing.T) {
	d := counting(t)
	d.cfg.Wallets = []order.WalletOffer{{Name: "wally", Title: "Wally", Currencies: []money.Currency{money.USD}, Takes: true, Cancels: true, Parts: true}}
	d.cfg.Offline = order.OfflineLimits{Enabled: true, PerSale: usd(100000), Total: usd(1000000), Count: 100, Age: 24 * time.Hour}
	d.Configure(d.cfg)
	for _, states := range []struct {
		name        string
		shut, again func()
	}{
		{"closed",
			func() { d.must(d.CountShift(background, inDrawer(0))); d.must(d.CloseShift(background, "a test")) },
			func() { d.must(d.OpenShift(background, inDrawer(10000))) }},
		{"being counted", func() { d.must(d.CountShift(background, inDrawer(0))) }, func() { d.must(d.ResumeShift(background)) }},
	} {
		if d.now().State == order.ShiftClosed {
			d.must(d.OpenShift(background, inDrawer(10000)))
		}
		all := sellings(d, len(states.name))
		states.shut()
		d.runAll(order.JobDrawer)
		for name, sell := range all {
			d.tape.take()
			if err := sell(); err == nil {
				t.Errorf("%s while the shift is %s", name, states.name)
			} else if got := problem(t, err); got != engine.ProblemShift {
				t.Errorf("%s while the shift is %s: %s, want %s", name, states.name, got, engine.ProblemShift)
			}
			if did := d.tape.take(); len(did) > 0 {
				t.Errorf("%s while the shift is %s did %q", name, states.name, did)
			}
		}
		if d.Snapshot().Shift.Ready || d.MaySell() == nil {
			t.Errorf("something can be sold while the shift is %s", states.name)
		}
		states.again()
		if !d.Snapshot().Shift.Ready || d.MaySell() != nil {
			t.Error("nothing can be sold in an open shift")
		}
		for name, sell := range all {
			if err := sell(); err != nil {
				t.Errorf("%s in an open shift: %v", name, err)
			}
		}
	}
}

// Voids, returns to cards and what the terminal settles by itself need no shift.
func TestWhatNeedsNoShift(t *testing.T) {
	d := counting(t)
	d.must(d.OpenShift(background, inDrawer(0)))
	first, second := d.mustCharge("o1", order.Approved), d.mustCharge("o2", order.Approved)
	d.host.sale = noAnswer
	lost := d.mustCharge("o3", order.Unknown)
	d.must(d.CountShift(background, inDrawer(0)))
	d.must(d.CloseShift(background, ""))
	if _, err := d.Void(background, first.Number, "x"); err != nil {
		t.Error(err)
	}
	if _, err := d.Return(background, second.Number, usd(100), "x"); err != nil {
		t.Error(err)
	}
	d.host.find = func(n string) order.Finding {
		return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}}
	}
	for range 3 {
		if d.stored(lost.Number).State == order.Unknown {
			d.due()
		}
	}
	if got := d.stored(lost.Number); got.State == order.Unknown {
		t.Errorf("a payment is not settled while no shift is open: %s", got.State)
	}
}

// A shift that is not counted opens with the first sale, in one commit with it,
// and holds what is sold until it is closed by one that is counted.
func TestShiftOpensByItself(t *testing.T) {
	d := counting(t)
	d.cfg.CountDrawer = false
	d.Configure(d.cfg)
	if v := d.Snapshot().Shift; v.Now != nil || !v.Ready || v.Counted {
		t.Fatalf("%+v", v)
	}
	d.journal.set(func() {
		d.journal.before = func(entries []order.Entry) error {
			if entries[0].Kind == "shift.open" && entries[len(entries)-1].Kind != "attempt.sending" {
				t.Errorf("the shift opens alone: %v", entries)
			}
			return nil
		}
	})
	d.mustCharge("o1", order.Approved)
	s := d.now()
	if s.Number != 3 || !s.Uncounted || s.State != order.ShiftOpen || !s.Float.Total.IsZero() || s.OpenedBy != "sue" {
		t.Errorf("%+v", s)
	}
	if _, err := d.TakeCash(background, "o2", usd(700), usd(700)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.MoveCash(background, engine.CashMove{Kind: order.MoveOut, Amount: usd(5000), Reason: "to the safe"}); err != nil {
		t.Errorf("what is in a drawer that nobody counts is not known: %v", err)
	}
	_, err := d.CountShift(background, inDrawer(1))
	wantProblem(t, err, engine.ProblemShift)
	d.journal.set(func() { d.journal.before = nil })
	d.cfg.CountDrawer = true
	d.Configure(d.cfg)
	if v := d.Snapshot().Shift; v.Ready || v.Now == nil {
		t.Errorf("a drawer that is counted from now on: %+v", v)
	}
	_, err = d.charge("o3")
	wantProblem(t, err, engine.ProblemShift)
	d.must(d.OpenShift(background, inDrawer(1000)))
	if now := d.now(); now.Number != 4 || now.Uncounted {
		t.Errorf("%+v", now)
	}
	before, err := d.journal.Shift(background, s.ID)
	if err != nil || before.State != order.ShiftClosed || before.Drawer.Sales != usd(700) || before.Drawer.Out != usd(5000) || before.Drawer.Expected != usd(-4300) {
		t.Errorf("%+v, %v", before, err)
	}
}

// A drawer is of one currency.
func TestShiftOfAnotherCurrency(t *testing.T) {
	d := counting(t)
	d.must(d.OpenShift(background, inDrawer(1000)))
	d.cfg.Currency = money.EUR
	d.Configure(d.cfg)
	_, err := d.TakeCash(background, "o1", money.New(100, money.EUR), money.New(100, money.EUR))
	wantProblem(t, err, engine.ProblemShift)
	d.must(d.CountShift(background, inDrawer(1000)))
	d.must(d.CloseShift(background, ""))
	_, err = d.OpenShift(background, inDrawer(1000))
	wantProblem(t, err, engine.ProblemCount)
	d.cfg.CountDrawer = false
	d.Configure(d.cfg)
	for i, unit := range []money.Currency{money.EUR, money.USD} {
		d.cfg.Currency = unit
		d.Configure(d.cfg)
		if _, err := d.TakeCash(background, fmt.Sprint("u", i), money.New(100, unit), money.New(100, unit)); err != nil {
			t.Error(err)
		}
		if s := d.now(); s.Number != 4+i || s.Float.Total.Currency != unit {
			t.Errorf("%+v", s)
		}
	}
}

// A count is kept before anybody is told what should be there.
func TestCountIsBlind(t *testing.T) {
	d := counting(t)
	d.must(d.OpenShift(background, inDrawer(10000)))
	if _, err := d.TakeCash(background, "o1", usd(500), usd(500)); err != nil {
		t.Fatal(err)
	}
	var told []engine.ShiftView
	defer d.Watch(func(s engine.Snapshot) { told = append(told, s.Shift) })()
	d.journal.set(func() { d.journal.before = failOn("shift.counted", errDisk) })
	s, err := d.CountShift(background, inDrawer(10400))
	wantProblem(t, err, engine.ProblemStorage)
	if !s.Off.IsZero() || !s.Drawer.Expected.IsZero() {
		t.Errorf("a count that was not kept tells %+v", s)
	}
	for _, v := range append(told, d.Snapshot().Shift) {
		if v.Now.State != order.ShiftOpen || !v.Now.Off.IsZero() || !v.Now.Drawer.Expected.IsZero() {
			t.Errorf("a count that was not kept is shown: %+v", v.Now)
		}
	}
	d.journal.set(func() { d.journal.before = nil })
	s = d.must(d.CountShift(background, inDrawer(10400)))
	if s.Off != usd(-100) || s.Drawer.Expected != usd(10500) || s.State != order.ShiftCounting {
		t.Errorf("%+v", s)
	}
	s = d.must(d.CountShift(background, inDrawer(10500)))
	if s = d.must(d.ResumeShift(background)); len(s.Counts) != 2 || !s.Drawer.Expected.IsZero() || d.now().State != order.ShiftOpen {
		t.Errorf("%+v", s)
	}
}

// No act of a shift is half done: where its commit fails all is as before, also
// for a program that begins anew, and it can be done again.
func TestShiftSurvives(t *testing.T) {
	d := counting(t)
	for _, act := range []struct {
		kind string
		do   func() error
	}{
		{"shift.open", func() error { _, err := d.OpenShift(background, inDrawer(10000)); return err }},
		{"cash.taken", func() error { _, err := d.TakeCash(background, "o1", usd(500), usd(500)); return err }},
		{"move.in", func() error {
			_, err := d.MoveCash(background, engine.CashMove{Kind: order.MoveIn, Amount: usd(100), Reason: "change"})
			return err
		}},
		{"move.out", func() error {
			_, err := d.MoveCash(background, engine.CashMove{Kind: order.MoveOut, Amount: usd(200), Reason: "stamps"})
			return err
		}},
		{"shift.counted", func() error { _, err := d.CountShift(background, inDrawer(10300)); return err }},
		{"shift.resumed", func() error { _, err := d.ResumeShift(background); return err }},
		{"shift.counted", func() error { _, err := d.CountShift(background, inDrawer(10401)); return err }},
		{"shift.closed", func() error { _, err := d.CloseShift(background, "a cent too much"); return err }},
	} {
		before, err := d.journal.LastShift(background)
		if err != nil {
			t.Fatal(err)
		}
		hit := false
		d.journal.set(func() {
			d.journal.before = func(entries []order.Entry) error {
				if slices.ContainsFunc(entries, func(e order.Entry) bool { return e.Kind == act.kind }) {
					hit = true
					return errDisk
				}
				return nil
			}
		})
		if err := act.do(); err == nil || !hit {
			t.Errorf("%s that cannot be saved: %v", act.kind, err)
		}
		d.journal.set(func() { d.journal.before = nil })
		d.restart()
		d.signIn("sue")
		if now := d.now(); now.ID != before.ID || now.Version != before.Version {
			t.Errorf("%s that was not saved: %+v, want %+v", act.kind, now, before)
		}
		if err := act.do(); err != nil {
			t.Fatalf("%s for a second time: %v", act.kind, err)
		}
		d.restart()
		d.signIn("sue")
	}
	if s := d.now(); s.State != order.ShiftClosed || s.Drawer.Expected != usd(10400) || s.Off != usd(1) || s.Reason != "a cent too much" || len(s.Counts) != 2 {
		t.Errorf("%+v", s)
	}
}

// Whatever is done and however often the program dies: what should be in the
// drawer is the float and the cash of the shift, and of no other one.
func TestDrawerProperty(t *testing.T) {
	for seed := range uint64(8) {
		d := counting(t)
		dice := rand.New(rand.NewPCG(seed, 3))
		for round := range 3 {
			want := dice.Int64N(10000)
			d.must(d.OpenShift(background, inDrawer(want)))
			var cash []order.Cash
			for i := range 25 {
				amount := 50 + dice.Int64N(3000)
				var err error
				switch dice.IntN(8) {
				case 0, 1:
					var c order.Cash
					c, err = d.TakeCash(background, fmt.Sprint("c", round, "-", i), usd(amount), usd(amount+dice.Int64N(500)))
					cash, want = append(cash, c), want+amount
				case 2:
					if len(cash) > 0 {
						c := cash[len(cash)-1]
						cash = cash[:len(cash)-1]
						part := 1 + dice.Int64N(c.Amount.Minor)
						_, err = d.ReturnCash(background, c.ID, usd(part), "back")
						want -= part
					}
				case 3:
					_, err = d.MoveCash(background, engine.CashMove{Kind: order.MoveIn, Amount: usd(amount), Reason: "in"})
					want += amount
				case 4:
					_, err = d.MoveCash(background, engine.CashMove{Kind: order.MoveOut, Amount: usd(amount), Reason: "out"})
					if amount > want {
						wantProblem(t, err, engine.ProblemTooMuch)
						err = nil
					} else {
						want -= amount
					}
				case 5:
					_, err = d.charge(fmt.Sprint("k", round, "-", i))
				case 6:
					d.restart()
					d.signIn("sue")
				case 7:
					d.must(d.CountShift(background, inDrawer(want)))
					d.must(d.ResumeShift(background))
				}
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
			if s := d.must(d.CountShift(background, inDrawer(want))); !s.Off.IsZero() {
				t.Fatalf("seed %d, shift %d: expected %s, want %s", seed, s.Number, s.Drawer.Expected, usd(want))
			}
			d.must(d.CloseShift(background, ""))
		}
	}
}

// Cash that is taken while the drawer is counted is either in what should be
// there, or not taken.
func TestCashAndCountDoNotOverlap(t *testing.T) {
	d := counting(t)
	for round := range 4 {
		d.must(d.OpenShift(background, inDrawer(0)))
		var all sync.WaitGroup
		took := make(chan error, 20)
		for i := range 20 {
			all.Go(func() {
				_, err := d.TakeCash(background, fmt.Sprint("o", round, "-", i), usd(100), usd(100))
				took <- err
			})
		}
		s, err := d.CountShift(background, inDrawer(0))
		all.Wait()
		close(took)
		good := int64(0)
		for err := range took {
			if err == nil {
				good++
			} else if got := problem(t, err); got != engine.ProblemShift {
				t.Error(err)
			}
		}
		if err != nil || s.Drawer.Expected != usd(100*good) {
			t.Errorf("expected %s, and %d sales of $1.00 went through: %v", s.Drawer.Expected, good, err)
		}
		d.must(d.CloseShift(background, "a test"))
	}
}

// The same where each of the two comes while the other is being saved.
func TestCashAndCountOneInTheOther(t *testing.T) {
	d := counting(t)
	d.must(d.OpenShift(background, inDrawer(0)))
	during := func(kind string, do func()) (wait func()) {
		var once sync.Once
		done := make(chan struct{})
		d.journal.set(func() {
			d.journal.before = func(entries []order.Entry) error {
				if slices.ContainsFunc(entries, func(e order.Entry) bool { return e.Kind == kind }) {
					once.Do(func() { go func() { do(); close(done) }() })
				}
				return nil
			}
		})
		return func() { <-done }
	}
	var s order.Shift
	var err error
	wait := during("cash.taken", func() { s, err = d.CountShift(background, inDrawer(0)) })
	if _, err := d.TakeCash(background, "o1", usd(300), usd(300)); err != nil {
		t.Fatal(err)
	}
	if wait(); err != nil || s.Drawer.Expected != usd(300) {
		t.Errorf("%+v, %v", s, err)
	}
	d.must(d.ResumeShift(background))
	wait = during("shift.counted", func() { _, err = d.TakeCash(background, "o2", usd(100), usd(100)) })
	s = d.must(d.CountShift(background, inDrawer(300)))
	if wait(); s.Drawer.Expected != usd(300) {
		t.Errorf("%+v", s)
	}
	wantProblem(t, err, engine.ProblemShift)
}

// Two who open a shift at once open one.
func TestOneShiftAtATime(t *testing.T) {
	d := counting(t)
	var all sync.WaitGroup
	opened := make(chan error, 10)
	for range 10 {
		all.Go(func() { _, err := d.OpenShift(background, inDrawer(100)); opened <- err })
	}
	all.Wait()
	close(opened)
	good := 0
	for err := range opened {
		if err == nil {
			good++
		} else {
			wantProblem(t, err, engine.ProblemShift)
		}
	}
	if s := d.now(); good != 1 || s.Number != 3 {
		t.Errorf("%d opened one, the newest is %d", good, s.Number)
	}
}

func TestCloseShift(t *testing.T) {
	d := counting(t)
	d.must(d.OpenShift(background, inDrawer(10000)))
	_, err := d.CloseShift(background, "")
	wantProblem(t, err, engine.ProblemShift)
	d.must(d.CountShift(background, inDrawer(9600)))
	_, err = d.CloseShift(background, " \n ")
	wantProblem(t, err, engine.ProblemReason)
	_, err = d.CloseShift(background, "by card 4111 1111 1111 1111")
	wantProblem(t, err, engine.ProblemReason)
	d.signIn("cas")
	s := d.must(d.CloseShift(background, "  given\nout "))
	if s.Reason != "given out" || s.ClosedBy != "cas" || s.Approved != "" || s.Off != usd(-400) {
		t.Errorf("%+v", s)
	}
	d.must(d.OpenShift(background, inDrawer(10000)))
	d.must(d.CountShift(background, inDrawer(10501)))
	_, err = d.CloseShift(background, "found")
	wantProblem(t, err, engine.ProblemApproval)
	d.signIn("sue")
	if s = d.must(d.CloseShift(background, "found")); s.Approved != "sue" {
		t.Errorf("a supervisor closes alone, and answers for it: %+v", s)
	}
	_, err = d.OpenShift(background, order.Count{Total: usd(100), Pieces: []order.Piece{{Face: 25, Count: 3}}})
	wantProblem(t, err, engine.ProblemCount)
	d.SignOut(background)
	_, err = d.OpenShift(background, inDrawer(100))
	wantProblem(t, err, engine.ProblemSignIn)
}

func TestHandOverToWhoSignsIn(t *testing.T) {
	d := counting(t)
	_, err := d.HandOver(background, nil)
	wantProblem(t, err, engine.ProblemShift)
	d.must(d.OpenShift(background, inDrawer(10000)))
	_, err = d.HandOver(background, nil)
	wantProblem(t, err, engine.ProblemShift)
	d.signIn("cas")
	counted := inDrawer(9900)
	s := d.must(d.HandOver(background, &counted))
	if h := s.Hands[0]; s.Holder != "cas" || h.From != "sue" || h.Off != usd(-100) || h.Counted.By != "cas" || counted.By != "" {
		t.Errorf("%+v", s)
	}
	d.signIn("sue")
	if s = d.must(d.HandOver(background, nil)); s.Holder != "sue" || len(s.Hands) != 2 || d.now().Holder != "sue" {
		t.Errorf("%+v", s)
	}
}

func TestMoveCash(t *testing.T) {
	d := counting(t)
	move := func(kind order.MoveKind, minor int64, reason string) (order.Move, error) {
		return d.MoveCash(background, engine.CashMove{Kind: kind, Amount: usd(minor), Reason: reason})
	}
	_, err := move(order.MoveIn, 100, "change")
	wantProblem(t, err, engine.ProblemShift)
	d.must(d.OpenShift(background, inDrawer(10000)))
	for _, tt := range []struct {
		kind   order.MoveKind
		minor  int64
		reason string
		want   string
	}{
		{order.MoveIn, 100, " ", engine.ProblemReason},
		{order.MoveIn, 100, "4111111111111111", engine.ProblemReason},
		{order.MoveIn, 100, "41111111\u200b11111111", engine.ProblemReason},
		{order.MoveIn, 100, "\x1b\x07", engine.ProblemReason},
		{order.MoveIn, 0, "change", engine.ProblemCurrency},
		{order.MoveOut, 10001, "stamps", engine.ProblemTooMuch},
		{order.MoveIn, order.MostCash + 1, "a bar code", engine.ProblemTooMuch},
		{"SIDEWAYS", 1, "stamps", engine.ProblemNotAllowed},
	} {
		_, err := move(tt.kind, tt.minor, tt.reason)
		wantProblem(t, err, tt.want)
	}
	m, err := move(order.MoveOut, 10000, " to\nthe\x1b \u202esa\xfffe\x07")
	if err != nil || m.Reason != "to the safe" || m.Shift != d.now().ID || m.Operator != "sue" || m.Approved != "" {
		t.Errorf("%+v, %v", m, err)
	}
	if kicked := d.runAll(order.JobDrawer); len(kicked) != 1 {
		t.Errorf("the drawer was opened %d times", len(kicked))
	}
	// Whoever lacks the right does not learn by it how much there is.
	d.signIn("cas")
	for _, minor := range []int64{1, 1000000} {
		_, err := move(order.MoveOut, minor, "stamps")
		wantProblem(t, err, engine.ProblemApproval)
		var p *engine.Problem
		if errors.As(err, &p) && p.Ask.Right != staff.MoveCash {
			t.Errorf("%+v", p.Ask)
		}
	}
	if _, err := move(order.MoveIn, 100, "change"); err != nil {
		t.Error(err)
	}
}

// A journal that was put back with an open shift goes on with it; the next count
// tells what is missing.
func TestShiftOfARestoredJournal(t *testing.T) {
	d := counting(t)
	d.must(d.OpenShift(background, inDrawer(10000)))
	d.journal.set(func() { d.journal.old = true })
	d.restart()
	d.signIn("sue")
	if s := d.must(d.CountShift(background, inDrawer(12000))); s.Off != usd(2000) {
		t.Errorf("%+v", s)
	}
	d.must(d.CloseShift(background, "sales since the copy"))
}

// What is given back of a sale from before the shop's currency was changed does not
// keep the drawer from being counted.
func TestCashBackInAnotherCurrency(t *testing.T) {
	d := counting(t)
	d.must(d.OpenShift(background, inDrawer(1000)))
	c, err := d.TakeCash(background, "o1", usd(500), usd(500))
	if err != nil {
		t.Fatal(err)
	}
	d.must(d.CountShift(background, inDrawer(1500)))
	d.must(d.CloseShift(background, ""))
	d.cfg.Currency = money.EUR
	d.Configure(d.cfg)
	d.must(d.OpenShift(background, order.Count{Total: money.New(2000, money.EUR)}))
	if _, err := d.ReturnCash(background, c.ID, usd(500), "wrong price"); err != nil {
		t.Fatal(err)
	}
	if s := d.must(d.CountShift(background, order.Count{Total: money.New(2000, money.EUR)})); !s.Off.IsZero() {
		t.Errorf("off by %s", s.Off)
	}
}

// What was mistyped can be added up: a shift comes to its end whatever was entered.
func TestNoAmountKeepsAShiftOpen(t *testing.T) {
	d := counting(t)
	_, err := d.OpenShift(background, inDrawer(order.MostCash+1))
	wantProblem(t, err, engine.ProblemTooMuch)
	d.must(d.OpenShift(background, inDrawer(order.MostCash)))
	for i := range 10 {
		_, _ = d.MoveCash(background, engine.CashMove{Kind: order.MoveIn, Amount: usd(math.MaxInt64 / 2), Reason: "a bar code"})
		_, err := d.TakeCash(background, fmt.Sprint("o", i), usd(100), usd(math.MaxInt64/2))
		wantProblem(t, err, engine.ProblemTooMuch)
		_, _ = d.TakeCash(background, fmt.Sprint("p", i), usd(math.MaxInt64/2), usd(math.MaxInt64/2))
	}
	_, err = d.CountShift(background, inDrawer(math.MaxInt64))
	wantProblem(t, err, engine.ProblemTooMuch)
	if s := d.must(d.CountShift(background, inDrawer(order.MostCash))); !s.Off.IsZero() {
		t.Errorf("off by %s", s.Off)
	}
}
