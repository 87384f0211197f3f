package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// deed is an act that needs a right, on a desk that is ready for it.
type deed struct {
	name string
	ask  engine.Ask
	// ready brings about what the act is about, and returns its number.
	ready func(d *desk) string
	do    func(ctx context.Context, d *desk, number string) error
	// approved is who the journal says approved it.
	approved func(d *desk, number string) string
}

func follow(_ order.FollowUp, err error) error { return err }
func settle(_ order.Stored, err error) error   { return err }

// deeds are the acts that somebody may approve.
var deeds = []deed{
	{"void", engine.Ask{Right: staff.Void, Amount: usd(2000), Why: engine.AskRight},
		func(d *desk) string { return d.mustCharge("o1", order.Approved).Number },
		func(ctx context.Context, d *desk, n string) error { return follow(d.Void(ctx, n, "x")) }, followApproved},
	{"return", engine.Ask{Right: staff.Refund, Amount: usd(700), Why: engine.AskRight},
		func(d *desk) string { return d.mustCharge("o1", order.Approved).Number },
		func(ctx context.Context, d *desk, n string) error { return follow(d.Return(ctx, n, usd(700), "x")) }, followApproved},
	{"issue a card", engine.Ask{Right: staff.IssueCards, Amount: usd(500), Why: engine.AskRight},
		func(d *desk) string {
			d.host.sale = func(n string, a money.Amount) order.Evidence {
				e := approved(n, a)
				e.TransCode = "ITC"
				return e
			}
			s, err := d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000), Payments: 2}, testCard(d.t))
			if err != nil {
				d.t.Fatal(err)
			}
			return s.Number
		},
		func(ctx context.Context, d *desk, n string) error {
			return follow(d.IssueCard(ctx, n, usd(500), order.IssueTerms{}))
		}, followApproved},
	{"cash out", engine.Ask{Right: staff.MoveCash, Amount: usd(700), Why: engine.AskRight},
		func(d *desk) string { return d.now().ID },
		func(ctx context.Context, d *desk, _ string) error {
			_, err := d.MoveCash(ctx, engine.CashMove{Kind: order.MoveOut, Amount: usd(700), Reason: "to the safe"})
			return err
		},
		func(d *desk, n string) string {
			moves, err := d.journal.MovesOf(background, n)
			if err != nil || len(moves) == 0 {
				d.t.Fatal(moves, err)
			}
			return moves[len(moves)-1].Approved
		}},
	{"a drawer that is off", engine.Ask{Right: staff.MoveCash, Amount: usd(700), Why: engine.AskLimit},
		func(d *desk) string {
			d.must(d.OpenShift(background, inDrawer(1000)))
			return d.must(d.CountShift(background, inDrawer(300))).ID
		},
		func(ctx context.Context, d *desk, _ string) error {
			_, err := d.CloseShift(ctx, "nobody knows")
			return err
		},
		func(d *desk, n string) string {
			s, err := d.journal.Shift(background, n)
			if err != nil {
				d.t.Fatal(err)
			}
			return s.Approved
		}},
	{"park", engine.Ask{Right: staff.ParkUnknown, Amount: usd(2000), Why: engine.AskRight},
		func(d *desk) string {
			d.host.sale = noAnswer
			return d.mustCharge("o1", order.Unknown).Number
		},
		func(ctx context.Context, d *desk, n string) error { return d.Park(ctx, n, "x") },
		func(d *desk, n string) string { return d.stored(n).Parked }},
	{"park a void", engine.Ask{Right: staff.ParkUnknown, Amount: usd(2000), Why: engine.AskRight},
		func(d *desk) string {
			d.host.follow = lostFollow
			f, err := d.Void(background, d.mustCharge("o1", order.Approved).Number, "")
			if err != nil {
				d.t.Fatal(err)
			}
			return f.ID
		},
		func(ctx context.Context, d *desk, n string) error { return d.Park(ctx, n, "x") },
		func(d *desk, n string) string { return d.followUp(n).Parked }},
	{"give back in review", engine.Ask{Right: staff.Void, Amount: usd(2000), Why: engine.AskRight},
		func(d *desk) string {
			d.host.sale = func(n string, a money.Amount) order.Evidence { return approved("another", a) }
			return d.mustCharge("o1", order.Review).Number
		},
		func(ctx context.Context, d *desk, n string) error { return d.GiveBack(ctx, n) }, nil},
	{"close the batch", engine.Ask{Right: staff.CloseBatch, Subject: "batch-1", Amount: usd(2000), Why: engine.AskRight},
		func(d *desk) string {
			d.mustCharge("o1", order.Approved)
			d.host.close = closedAnswer
			return ""
		},
		func(ctx context.Context, d *desk, _ string) error { _, err := d.CloseBatch(ctx); return err }, nil},
	{"withdraw", engine.Ask{Right: staff.Void, Amount: usd(2000), Why: engine.AskRight}, storeOne,
		func(ctx context.Context, d *desk, n string) error { return settle(d.WithdrawStored(ctx, n, "x")) }, endedBy},
	{"write off", engine.Ask{Right: staff.Void, Amount: usd(2000), Why: engine.AskRight}, storeOne,
		func(ctx context.Context, d *desk, n string) error { return settle(d.WriteOffStored(ctx, n, "x")) }, endedBy},
	{"return cash", engine.Ask{Right: staff.Refund, Amount: usd(700), Why: engine.AskRight},
		func(d *desk) string {
			c, err := d.TakeCash(background, "o1", usd(2000), usd(2000))
			if err != nil {
				d.t.Fatal(err)
			}
			return c.ID
		},
		func(ctx context.Context, d *desk, n string) error {
			back, err := d.ReturnCash(ctx, n, usd(700), "x")
			if by := d.Snapshot().Operator; err == nil && by.ID == "cas" && back.Approved != "sue" {
				return errors.New("the cash does not name who approved it")
			}
			return err
		}, nil},
}

func followApproved(d *desk, number string) string { return d.detail(number).Follows[0].Approved }

func storeOne(d *desk) string {
	d.away()
	return d.mustStore("o1").ID
}

func endedBy(d *desk, id string) string {
	s, err := d.journal.Journal.Stored(background, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return s.EndedBy
}

// approve has somebody approve it.
func (d *desk) approve(a engine.Ask, by string) context.Context {
	d.t.Helper()
	g, err := d.Approve(background, a, by, []byte("4711"))
	if err != nil {
		d.t.Fatal(err)
	}
	return engine.WithGrant(background, g)
}

// askedFor is what a problem asks for.
func askedFor(t *testing.T, err error) engine.Ask {
	t.Helper()
	wantProblem(t, err, engine.ProblemApproval)
	var p *engine.Problem
	if !errors.As(err, &p) || p.Ask == nil {
		t.Fatalf("%v asks for nothing", err)
	}
	return *p.Ask
}

// TestApproval: each act is refused to a cashier, done with an approval, and the
// story tells whose; supervisor and owner need none.
func TestApproval(t *testing.T) {
	for _, tt := range deeds {
		for _, role := range []staff.Role{staff.Cashier, staff.Supervisor, staff.Owner} {
			t.Run(tt.name+" by a "+string(role), func(t *testing.T) {
				d := awayDesk(t)
				d.back()
				d.person("who", role)
				number := tt.ready(d)
				d.signIn("who")
				if role != staff.Cashier {
					if err := tt.do(background, d, number); err != nil {
						t.Errorf("%s: %v", role, err)
					}
					return
				}
				d.signIn("cas")
				d.tape.take()
				want := tt.ask
				if want.Subject == "" {
					want.Subject = number
				}
				got := askedFor(t, tt.do(background, d, number))
				if got != want || len(d.tape.take()) != 0 {
					t.Errorf("asks for %+v, want %+v", got, want)
				}
				ctx := d.approve(got, "sue")
				if err := tt.do(ctx, d, number); err != nil {
					t.Fatal(err)
				}
				if tt.approved != nil && tt.approved(d, number) != "sue" {
					t.Errorf("approved by %q", tt.approved(d, number))
				}
				if err := tt.do(ctx, d, number); err == nil {
					t.Error("done again")
				}
			})
		}
	}
}

// TestStoryTellsWhoApproved: at the event where it was needed, and there alone.
func TestStoryTellsWhoApproved(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.signIn("cas")
	f, err := d.Void(d.approve(askedFor(t, follow(d.Void(background, sale.Number, ""))), "sue"), sale.Number, "")
	wantDone(t, f, err)
	if f.Operator != "cas" || f.Approved != "sue" {
		t.Errorf("voided by %q, approved by %q", f.Operator, f.Approved)
	}
	for _, line := range d.detail(sale.Number).Story {
		if want := map[string]string{"void.sending": "sue"}[line.Kind]; line.Approved != want {
			t.Errorf("%s approved by %q, want %q", line.Kind, line.Approved, want)
		}
	}
}

// TestReturnLimit: a cashier returns up to it alone, all returns of one payment
// together.
func TestReturnLimit(t *testing.T) {
	for _, tt := range []struct {
		limit, before, amount int64
		by                    string
		want                  string // why it needs approval
	}{
		{0, 0, 1, "cas", engine.AskRight},
		{1000, 0, 999, "cas", ""},
		{1000, 0, 1000, "cas", ""},
		{1000, 0, 1001, "cas", engine.AskLimit},
		{1000, 600, 400, "cas", ""},
		{1000, 600, 401, "cas", engine.AskLimit},
		{1000, 600, 401, "sue", ""},
		{0, 0, 2000, "sue", ""},
	} {
		d := newDesk(t)
		d.cfg.ReturnLimit = usd(tt.limit)
		d.Configure(d.cfg)
		sale := d.mustCharge("o1", order.Approved)
		cash, err := d.TakeCash(background, "o2", usd(2000), usd(2000))
		if err != nil {
			t.Fatal(err)
		}
		acts := map[string]func(amount int64) error{
			"card": func(amount int64) error { return follow(d.Return(background, sale.Number, usd(amount), "x")) },
			"cash": func(amount int64) error { _, err := d.ReturnCash(background, cash.ID, usd(amount), "x"); return err },
		}
		for what, act := range acts {
			d.signIn("sue")
			if tt.before > 0 {
				if err := act(tt.before); err != nil {
					t.Fatal(err)
				}
			}
			d.signIn(tt.by)
			got := ""
			if err := act(tt.amount); err != nil {
				ask := askedFor(t, err)
				if got = ask.Why; ask.Right != staff.Refund || ask.Amount != usd(tt.amount) {
					t.Errorf("%s, %+v: asks for %+v", what, tt, ask)
				}
			}
			if got != tt.want {
				t.Errorf("%s, %+v: got %q", what, tt, got)
			}
		}
	}
}

// TestApproverIsChecked: by the right, by the PIN, and by one count of wrong PINs
// for both doors, which survives a restart.
func TestApproverIsChecked(t *testing.T) {
	d := newDesk(t)
	ask := engine.Ask{Right: staff.Void, Subject: "N1", Amount: usd(100), Why: engine.AskRight}
	approve := func(a engine.Ask, by, pin string) error {
		typed := []byte(pin)
		_, err := d.Approve(background, a, by, typed)
		if !zero(typed) {
			t.Errorf("the PIN was left as %q", typed)
		}
		return err
	}
	d.SignOut(background)
	wantProblem(t, approve(ask, "sue", "4711"), engine.ProblemSignIn)
	d.signIn("cas")
	d.tape.take()
	wantProblem(t, approve(ask, "cas", "4711"), engine.ProblemRight)
	wantProblem(t, approve(ask, "nobody", "4711"), engine.ProblemNotFound)
	d.person("own", staff.Owner)
	for _, right := range []staff.Right{staff.Sell, staff.Unlock, staff.ManageStaff, staff.ChangeSettings, staff.ExportData, ""} {
		ask := ask
		ask.Right = right
		wantProblem(t, approve(ask, "own", "4711"), engine.ProblemRight)
	}
	if lines := d.tape.take(); slices.Contains(lines, "verify") {
		t.Errorf("a PIN was looked at: %v", lines)
	}
	for i := range 5 {
		want := engine.ProblemPIN
		if i == 4 {
			want = engine.ProblemLocked
		}
		if i%2 == 0 {
			wantProblem(t, approve(ask, "sue", "0000"), want)
		} else {
			wantProblem(t, d.SignIn(background, "sue", []byte("0000")), want)
		}
	}
	if at := d.Snapshot().Operator; at == nil || at.ID != "cas" {
		t.Errorf("at the desk: %v", at)
	}
	d.restart()
	d.signIn("cas")
	wantProblem(t, approve(ask, "sue", "4711"), engine.ProblemLocked)
	wantProblem(t, d.SignIn(background, "sue", []byte("4711")), engine.ProblemLocked)
	d.clock.Advance(time.Minute)
	if err := approve(ask, "sue", "4711"); err != nil || d.operator("sue").Failures != 0 {
		t.Errorf("%v, %d failures", err, d.operator("sue").Failures)
	}
	all, err := d.Approvers(background, ask)
	if err != nil || len(all) != 2 || all[0].ID != "own" || all[1].ID != "sue" || all[0].PINHash != "" {
		t.Errorf("approvers %v, %v", all, err)
	}
}

// TestApprovalIsDurable: without a record of it there is no approval; and one is
// not given to somebody who has left meanwhile.
func TestApprovalIsDurable(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.signIn("cas")
	ask := askedFor(t, follow(d.Void(background, sale.Number, "")))
	for _, kind := range []string{"operator.pin-tried", "operator.pin-right", "approval.given"} {
		d.journal.set(func() { d.journal.before = failOn(kind, order.ErrFull) })
		g, err := d.Approve(background, ask, "sue", []byte("4711"))
		wantProblem(t, err, engine.ProblemDisk)
		d.journal.set(func() { d.journal.before = nil })
		askedFor(t, follow(d.Void(engine.WithGrant(background, g), sale.Number, "")))
	}
	d.pins.look = func() { d.SignOut(background) }
	_, err := d.Approve(background, ask, "sue", []byte("4711"))
	wantProblem(t, err, engine.ProblemSignIn)
}

// TestPINIsNowhere: neither a right nor a wrong one is in what was said or kept.
func TestPINIsNowhere(t *testing.T) {
	d := newDesk(t)
	d.pins.right = "90817263"
	sale := d.mustCharge("o1", order.Approved)
	if err := d.SignIn(background, "cas", []byte(d.pins.right)); err != nil {
		t.Fatal(err)
	}
	ask := askedFor(t, follow(d.Void(background, sale.Number, "")))
	_, wrong := d.Approve(background, ask, "sue", []byte("36271809"))
	wantProblem(t, wrong, engine.ProblemPIN)
	if _, err := d.Approve(background, ask, "sue", []byte(d.pins.right)); err != nil {
		t.Fatal(err)
	}
	said := wrong.Error() + d.log.String()
	files, err := filepath.Glob(filepath.Join(d.journal.Dir(), "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err == nil {
			said += string(data)
		}
	}
	for _, pin := range []string{"90817263", "36271809"} {
		if strings.Contains(said, pin) {
			t.Errorf("the PIN %s was kept", pin)
		}
	}
	if !strings.Contains(said, `"asker":"cas","approver":"sue","right":"void","subject":"`+sale.Number+`"`) {
		t.Error("the approval is not in the journal")
	}
}

// TestBankWantsSupervisor: the bank's D0006 leads to the same question, for a
// charge and for what is done about one; with the approval it is made anew.
func TestBankWantsSupervisor(t *testing.T) {
	answers := func(code, text string) func(r order.FollowRequest) order.Evidence {
		return func(r order.FollowRequest) order.Evidence {
			e, no := did(r), false
			e.Status, e.Processed, e.Code, e.Message = "Transaction - Declined", &no, code, text
			return e
		}
	}
	override := answers("D0006", "Supervisor Override Required")
	d := newDesk(t)
	held := d.hold("o1")
	d.signIn("cas")
	capture := func(ctx context.Context) (order.FollowUp, error) { return d.Capture(ctx, held.Number, usd(2000)) }
	d.host.follow = override
	first, err := capture(background)
	if err != nil || first.State != order.FollowRefused {
		t.Fatal(first, err)
	}
	ask := askedFor(t, engine.FollowProblem(first))
	if want := (engine.Ask{Right: staff.Override, Subject: held.Number, Amount: usd(2000), Why: engine.AskBank}); ask != want {
		t.Errorf("asks for %+v, want %+v", ask, want)
	}
	// What became of another act says nothing about this one.
	d.signIn("sue")
	d.host.follow = answers("D2999", "Other Error")
	if f, err := d.Void(background, held.Number, ""); err != nil || f.State != order.FollowRefused {
		t.Fatal(f.State, err)
	}
	d.signIn("cas")
	d.host.follow = did
	if got := askedFor(t, follow(capture(background))); got != ask {
		t.Errorf("then asks for %+v", got)
	}
	again, err := capture(d.approve(ask, "sue"))
	if wantDone(t, again, err); again.ID == first.ID || again.Approved != "sue" {
		t.Errorf("done as %s, approved by %q", again.ID, again.Approved)
	}
	// One that needs an approval anyway asks for one, and tells that the bank wants it.
	d.host.follow = override
	back := func(ctx context.Context) (order.FollowUp, error) { return d.Return(ctx, held.Number, usd(300), "x") }
	refused, err := back(d.approve(askedFor(t, follow(back(background))), "sue"))
	if err != nil || refused.State != order.FollowRefused {
		t.Fatal(refused, err)
	}
	ask = askedFor(t, engine.FollowProblem(refused))
	if got := askedFor(t, follow(back(background))); got != ask || ask.Right != staff.Refund || ask.Why != engine.AskBank {
		t.Errorf("asks for %+v, then for %+v", ask, got)
	}
	// A supervisor who does it again is the approval.
	d.signIn("sue")
	d.host.follow = did
	f, err := back(background)
	wantDone(t, f, err)
	// A check moves no money: the card is not accepted.
	d.host.follow = override
	f, err = d.CheckCard(background, testCard(t))
	if p := engine.FollowProblem(f); err != nil || p == nil || p.Ask != nil {
		t.Errorf("check: %+v, %v", p, err)
	}
}

// TestAboveOfflineLimits: one stored sale above a limit of amount or number, with
// a PIN even from a supervisor; never when nothing may be stored at all.
func TestAboveOfflineLimits(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(d *desk)
		want string
	}{
		{"too much for one", func(d *desk) { d.cfg.Offline.PerSale = usd(1999) }, ""},
		{"too much in all", func(d *desk) { d.cfg.Offline.Total = usd(2500) }, ""},
		{"too many", func(d *desk) { d.cfg.Offline.Count = 1 }, ""},
		{"too much, and too old", func(d *desk) { d.cfg.Offline.PerSale = usd(1999); d.clock.Advance(24 * time.Hour) }, engine.ProblemOffline},
		{"too much, and the wrong card", func(d *desk) { d.cfg.Offline.PerSale = usd(1999); d.cfg.Offline.Brands = []string{"Amex"} }, engine.ProblemOffline},
		{"too much, and switched off", func(d *desk) { d.cfg.Offline.PerSale = usd(1999); d.cfg.Offline.Enabled = false }, engine.ProblemOffline},
	} {
		for _, by := range []string{"cas", "sue"} {
			t.Run(tt.name+", "+by, func(t *testing.T) {
				d := awayDesk(t)
				d.mustStore("o0")
				d.signIn(by)
				tt.set(d)
				d.Configure(d.cfg)
				c := engine.Charge{Order: "o1", Amount: usd(2000)}
				ask := engine.Ask{Right: staff.ExceedOffline, Subject: "o1", Amount: usd(2000), Why: engine.AskLimit}
				if tt.want == "" {
					_, err := d.StoreOffer(background, c)
					if got := askedFor(t, err); got != ask {
						t.Errorf("offered with %+v", got)
					}
					_, err = d.StoreSale(background, c, testCard(t))
					if got := askedFor(t, err); got != ask {
						t.Errorf("asks for %+v", got)
					}
				}
				s, err := d.StoreSale(d.approve(ask, "sue"), c, testCard(t))
				if tt.want != "" {
					wantProblem(t, err, tt.want)
				} else if err != nil || s.ApprovedBy != "sue" || s.Operator != by {
					t.Errorf("%+v, %v", s, err)
				}
			})
		}
	}
}
