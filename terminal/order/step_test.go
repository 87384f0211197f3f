package order

import (
	"errors"
	"testing"
	"time"

	"paydesk/terminal/money"
)

var (
	t0     = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	asked  = money.New(1250, money.USD)
	half   = money.New(625, money.USD)
	zero   = money.New(0, money.USD)
	yes    = true
	no     = false
	number = "AB12C0MB4X9QZ7TEST"[:17]
)

func inState(s State) (Order, Attempt) {
	o := Order{ID: "O", Version: 1, State: Open, Amount: asked}
	a := Begin(Attempt{Number: number, Order: "O", Asked: asked, Device: "dev"}, t0)
	a.State = s
	switch s {
	case Reversing, Quarantine, Reversed, Absent, Returned:
		a.Decision = Reverse
	case OrphanReturn:
		a.Decision, a.GUID, a.Owed = Reverse, "g", asked
	case Approved:
		a.Decision = Adopt
		o.State, o.PaidBy = PaidCard, number
	}
	a.QuietSince = t0
	return o, a
}

func approval() Evidence {
	return Evidence{Stage: Answered, HTTP: 200, Body: BodySale, Status: "Transaction - Approved", Processed: &yes,
		Code: "A0000", GUID: "g", Device: "DEV", Number: number, Amount: &asked, Effective: &asked, AuthCode: "TAS356", Batch: "b"}
}

func with(e Evidence, change func(*Evidence)) Evidence {
	change(&e)
	return e
}

var (
	partial  = with(approval(), func(e *Evidence) { e.Code, e.Effective = "A0002", &half })
	refusal  = with(approval(), func(e *Evidence) { e.Status, e.Processed, e.Code = "Transaction - Declined", &no, "D2012" })
	voided   = with(approval(), func(e *Evidence) { e.Effective = &zero })
	silence  = Evidence{Stage: NoAnswer}
	stranger = with(approval(), func(e *Evidence) { e.Number = "somebody else's" })
)

// TestEveryPair decides each pair of state and event on purpose: "" means that
// the event is not allowed there.
func TestEveryPair(t *testing.T) {
	events := map[string]Event{
		"approved":       Replied{approval()},
		"part":           Replied{partial},
		"declined":       Replied{refusal},
		"silence":        Replied{silence},
		"not-connected":  Replied{Evidence{Stage: NotConnected}},
		"mismatch":       Replied{stranger},
		"bad request":    Replied{Evidence{Stage: Answered, HTTP: 400, Body: BodyError, Message: "Invalid Device GUID"}},
		"restarted":      Restarted{},
		"found":          Probed{Finding{Started: t0, Hits: []Evidence{approval()}}},
		"found part":     Probed{Finding{Started: t0, Hits: []Evidence{partial}}},
		"found declined": Probed{Finding{Started: t0, Hits: []Evidence{refusal}}},
		"found voided":   Probed{Finding{Started: t0, Hits: []Evidence{voided}}},
		"found twice":    Probed{Finding{Started: t0, Hits: []Evidence{approval(), approval()}}},
		"absent early":   Probed{Finding{Started: t0.Add(HardHorizon - 1)}},
		"absent late":    Probed{Finding{Started: t0.Add(HardHorizon)}},
		"no look":        Probed{Finding{Started: t0.Add(HardHorizon), Failed: true}},
		"cannot look":    Probed{Finding{Started: t0.Add(HardHorizon), Impossible: true}},
		"wait over":      WaitOver{},
		"cancelled":      WaitOver{Cancelled: true},
		"rev done":       ReversalReplied{ReversalDone},
		"rev nothing":    ReversalReplied{ReversalNothing},
		"rev settled":    ReversalReplied{ReversalSettled},
		"rev silence":    ReversalReplied{ReversalNoAnswer},
		"kept":           Kept{},
		"given back":     GivenBack{},
		"return begun":   ReturnBegun{"R"},
		"return ended":   ReturnEnded{FollowUp{ID: "R", State: FollowDone}},
		"parked":         Parked{"sup"},
		"restored":       Restored{},
		"clock moved":    ClockMoved{},
		"both voided":    Probed{Finding{Started: t0, Hits: []Evidence{voided, voided}}},
		"found another":  Probed{Finding{Started: t0, Hits: []Evidence{stranger}}},
	}
	allowed := map[State]map[string]State{
		Sending: {"approved": Approved, "part": PartApproved, "declined": Declined, "silence": Unknown,
			"not-connected": NotSent, "mismatch": Review, "bad request": Refused, "restarted": Unknown, "restored": Unknown},
		Unknown: {"found": Approved, "found part": PartApproved, "found declined": Declined, "found voided": Reversed,
			"found twice": Review, "both voided": Reversed, "found another": Review, "absent early": Reversing, "absent late": Reversing,
			"no look": Unknown, "cannot look": Reversing, "wait over": Reversing, "cancelled": Reversing, "parked": Unknown, "clock moved": Unknown, "restored": Unknown},
		Reversing: {"rev done": Reversed, "rev nothing": Quarantine, "rev settled": OrphanReturn, "rev silence": Reversing,
			"parked": Reversing, "clock moved": Reversing, "restored": Unknown},
		Quarantine: {"found": Reversing, "found part": Reversing, "found declined": Reversed, "found voided": Reversed,
			"found twice": Reversing, "both voided": Reversed, "found another": Review, "absent early": Quarantine, "absent late": Absent,
			"no look": Quarantine, "cannot look": Quarantine, "parked": Quarantine, "clock moved": Quarantine, "restored": Unknown},
		PartApproved: {"kept": Approved, "given back": Reversing, "clock moved": PartApproved, "restored": Unknown},
		OrphanReturn: {"found": OrphanReturn, "found part": OrphanReturn, "found declined": Reversed, "found voided": Reversed,
			"found twice": OrphanReturn, "both voided": Reversed, "found another": Review, "absent early": OrphanReturn, "absent late": OrphanReturn,
			"no look": OrphanReturn, "cannot look": OrphanReturn, "return begun": OrphanReturn, "parked": OrphanReturn, "clock moved": OrphanReturn, "restored": Unknown},
		// What the host says without contradiction ends a review, one row at a time.
		Review: {"found": Approved, "found part": PartApproved, "found declined": Declined, "found voided": Reversed,
			"found twice": Review, "both voided": Reversed, "found another": Review, "absent early": Review, "absent late": Review,
			"no look": Review, "cannot look": Review, "given back": Reversing, "parked": Review, "clock moved": Review, "restored": Unknown},
	}
	for _, s := range States {
		for name, ev := range events {
			o, a := inState(s)
			o2, a2, err := Step(o, a, ev, t0.Add(time.Hour))
			want, ok := allowed[s][name]
			if !ok {
				if !errors.Is(err, ErrNotAllowed) || a2 != a || o2 != o {
					t.Errorf("%s × %s: got %s, %v; want it refused", s, name, a2.State, err)
				}
				continue
			}
			if err != nil || a2.State != want {
				t.Errorf("%s × %s: got %s, %v; want %s", s, name, a2.State, err, want)
				continue
			}
			checkInvariants(t, s, name, o2, a, a2)
		}
	}
}

func checkInvariants(t *testing.T, s State, name string, o2 Order, a, a2 Attempt) {
	t.Helper()
	if a2.Version != a.Version+1 {
		t.Errorf("%s × %s: version went from %d to %d", s, name, a.Version, a2.Version)
	}
	if a.Decision != Undecided && a2.Decision != a.Decision {
		t.Errorf("%s × %s: the decision %s became %s", s, name, a.Decision, a2.Decision)
	}
	paid := o2.State == PaidCard && o2.PaidBy == a2.Number
	if (a2.State == Approved) != paid || (a2.State == Approved) != (a2.Decision == Adopt) {
		t.Errorf("%s × %s: state %s, decision %q, order %s", s, name, a2.State, a2.Decision, o2.State)
	}
	if a2.State.Dead() && a2.Approved.Minor != 0 {
		t.Errorf("%s × %s: a dead attempt stands for %v", s, name, a2.Approved)
	}
	if act, _ := Next(a2); !a2.State.Final() && a2.State != PartApproved && a2.State != Sending && a2.Return == "" && act == DoNothing {
		t.Errorf("%s × %s: nothing would ever happen to it again", s, name)
	}
}

// TestLateApprovalOfClosedOrder: a charge that turns up for an order that is
// paid or given up goes back, and the order stays as it is.
func TestLateApprovalOfClosedOrder(t *testing.T) {
	for _, s := range []OrderState{PaidCard, Abandoned} {
		for _, ev := range []Event{Replied{approval()}, Replied{partial}, Probed{Finding{Started: t0, Hits: []Evidence{approval()}}}} {
			o, a := inState(Sending)
			if _, probe := ev.(Probed); probe {
				o, a = inState(Unknown)
			}
			o.State = s
			o2, a2, err := Step(o, a, ev, t0)
			if err != nil || a2.State != Reversing || a2.Decision != Reverse || o2 != o {
				t.Errorf("%s order, %T: got %s %s, order %s, %v", s, ev, a2.State, a2.Decision, o2.State, err)
			}
		}
	}
}

func TestKeepPartOfClosedOrderGoesBack(t *testing.T) {
	o, a := inState(PartApproved)
	o.State = Abandoned
	if _, a2, err := Step(o, a, Kept{}, t0); err != nil || a2.State != Reversing {
		t.Errorf("got %s, %v", a2.State, err)
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		name  string
		e     Evidence
		state State
		cause Cause
	}{
		{"approved", approval(), Approved, CauseNone},
		{"approved, 201", with(approval(), func(e *Evidence) { e.HTTP = 201 }), Approved, CauseNone},
		{"approved, en dash", with(approval(), func(e *Evidence) { e.Status = "Transaction – Approved" }), Approved, CauseNone},
		{"approved with warning", with(approval(), func(e *Evidence) { e.Status += " - Warning" }), Approved, CauseNone},
		{"no effective amount", with(approval(), func(e *Evidence) { e.Effective = nil }), Approved, CauseNone},
		{"approved, 202", with(approval(), func(e *Evidence) { e.HTTP = 202 }), Unknown, CauseUnsure},
		{"approved, not processed", with(approval(), func(e *Evidence) { e.Processed = &no }), Unknown, CauseUnsure},
		{"approved, processed not said", with(approval(), func(e *Evidence) { e.Processed = nil }), Unknown, CauseUnsure},
		{"approved, other code", with(approval(), func(e *Evidence) { e.Code = "E0910" }), Unknown, CauseUnsure},
		{"approved, no number", with(approval(), func(e *Evidence) { e.Number = "" }), Unknown, CauseUnsure},
		{"approved, no device", with(approval(), func(e *Evidence) { e.Device = "" }), Unknown, CauseUnsure},
		{"approved, no amount", with(approval(), func(e *Evidence) { e.Amount = nil }), Unknown, CauseUnsure},
		{"approved, no guid", with(approval(), func(e *Evidence) { e.GUID = "" }), Unknown, CauseUnsure},
		{"other number", stranger, Review, CauseMismatch},
		{"other device", with(approval(), func(e *Evidence) { e.Device = "x" }), Review, CauseMismatch},
		{"other amount", with(approval(), func(e *Evidence) { e.Amount = &half }), Review, CauseMismatch},
		{"declined, other number", with(refusal, func(e *Evidence) { e.Number = "x" }), Review, CauseMismatch},
		{"partial", partial, PartApproved, CauseNone},
		{"partial by amount alone", with(partial, func(e *Evidence) { e.Code = "A0000" }), PartApproved, CauseNone},
		{"partial without amount", with(partial, func(e *Evidence) { e.Effective = nil }), Unknown, CauseUnsure},
		{"more than asked", with(approval(), func(e *Evidence) { m := money.New(1251, money.USD); e.Effective = &m }), Review, CauseMismatch},
		{"approved of nothing", voided, Review, CauseMismatch},
		{"declined", refusal, Declined, CauseDeclined},
		{"declined but processed", with(refusal, func(e *Evidence) { e.Processed = &yes }), Unknown, CauseUnsure},
		{"system code", with(refusal, func(e *Evidence) { e.Code = "E0911" }), Unknown, CauseUnsure},
		{"declined without code", with(refusal, func(e *Evidence) { e.Code = "" }), Unknown, CauseUnsure},
		{"created local", with(refusal, func(e *Evidence) { e.Status = "Transaction - Created - Local" }), Unknown, CauseUnsure},
		{"no connection", Evidence{Stage: NotConnected}, NotSent, CauseNoConnect},
		{"no answer", silence, Unknown, CauseNoAnswer},
		{"stage missing", Evidence{}, Unknown, CauseNoAnswer},
		{"html 200", Evidence{Stage: Answered, HTTP: 200, Body: BodyOther}, Unknown, CauseUnreadable},
		{"redirect", Evidence{Stage: Answered, HTTP: 307, Body: BodyError}, Unknown, CauseUnreadable},
		{"500", Evidence{Stage: Answered, HTTP: 500, Body: BodyError, Message: "Invalid Device GUID"}, Unknown, CauseUnreadable},
		{"500 with decline", Evidence{Stage: Answered, HTTP: 500, Body: BodyError, Code: "D2012"}, Unknown, CauseUnreadable},
		{"502 page", Evidence{Stage: Answered, HTTP: 502, Body: BodyOther}, Unknown, CauseUnreadable},
		{"sale body in 500", with(approval(), func(e *Evidence) { e.HTTP = 500 }), Unknown, CauseUnreadable},
		{"login", Evidence{Stage: Answered, HTTP: 401, Body: BodyError, Message: "Authorization has been denied"}, Refused, CauseLogin},
		{"known refusal", Evidence{Stage: Answered, HTTP: 400, Body: BodyError, Message: "Invalid Device GUID"}, Refused, CauseBadRequest},
		{"unknown refusal", Evidence{Stage: Answered, HTTP: 400, Body: BodyError, Message: "Something"}, Unknown, CauseUnsure},
		{"408", Evidence{Stage: Answered, HTTP: 408, Body: BodyError, Message: "Invalid Device GUID"}, Unknown, CauseUnsure},
		{"429", Evidence{Stage: Answered, HTTP: 429, Body: BodyError, Message: "Slow down"}, Unknown, CauseUnsure},
		{"422 decline", Evidence{Stage: Answered, HTTP: 422, Body: BodyError, Code: "D2026"}, Declined, CauseDeclined},
		{"422 system", Evidence{Stage: Answered, HTTP: 422, Body: BodyError, Code: "E0912"}, Unknown, CauseUnsure},
	}
	_, a := inState(Sending)
	for _, tt := range tests {
		got := Classify(a, tt.e)
		if got.State != tt.state || got.Cause != tt.cause {
			t.Errorf("%s: got %s (%s), want %s (%s)", tt.name, got.State, got.Cause, tt.state, tt.cause)
		}
	}
}

// TestDuplicateCodeInOwnRow: the answer "duplicate" says nothing of this
// number; the host's own row of it does.
func TestDuplicateCodeInOwnRow(t *testing.T) {
	o, a := inState(Unknown)
	row := with(refusal, func(e *Evidence) { e.Code = "D0008" })
	if _, a2, err := Step(o, a, Probed{Finding{Hits: []Evidence{row}}}, t0); err != nil || a2.State != Declined {
		t.Errorf("got %s, %v; want DECLINED", a2.State, err)
	}
}

func TestMayStart(t *testing.T) {
	for _, s := range States {
		o, a := inState(s)
		o.State = Open
		dead := s == Declined || s == Refused || s == NotSent || s == Reversed || s == Absent || s == Returned
		for _, consent := range []bool{false, true} {
			if err := MayStart(o, []Attempt{a}, consent); (err == nil) != dead {
				t.Errorf("after %s: got %v, want started %t", s, err, dead)
			}
		}
		a.Clean = softLooks
		want := map[bool]error{false: ErrConsent, true: nil}
		for _, consent := range []bool{false, true} {
			if err := MayStart(o, []Attempt{a}, consent); s == Quarantine && !errors.Is(err, want[consent]) {
				t.Errorf("after long quiet, consent %t: got %v, want %v", consent, err, want[consent])
			}
		}
		_, unknown := inState(Unknown)
		if err := MayStart(o, []Attempt{a, unknown}, true); s == Quarantine && !errors.Is(err, ErrInProgress) {
			t.Errorf("beside one in doubt: got %v", err)
		}
	}
	if err := MayStart(Order{State: PaidCard}, nil, true); !errors.Is(err, ErrOrderClosed) {
		t.Errorf("paid order: got %v", err)
	}
}

// TestNextTimes walks the schedule of an attempt that nobody answers for.
func TestNextTimes(t *testing.T) {
	o, a := inState(Unknown)
	a.Since = t0
	var looks []time.Duration
	for act, at := Next(a); act == DoQuery; act, at = Next(a) {
		looks = append(looks, at.Sub(t0))
		o, a, _ = Step(o, a, Probed{Finding{Started: at, Failed: true}}, at)
	}
	want := []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second}
	if len(looks) != len(want) || looks[4] != want[4] {
		t.Errorf("looks at %v, want %v", looks, want)
	}
	if act, at := Next(a); act != DoGiveUp || at.Sub(t0) != WaitFor {
		t.Errorf("then %s at %v, want give-up at %v", act, at.Sub(t0), WaitFor)
	}
	_, a = inState(Quarantine)
	looks = nil
	for a.State == Quarantine && len(looks) < 20 {
		_, at := Next(a)
		looks = append(looks, at.Sub(t0))
		_, a, _ = Step(o, a, Probed{Finding{Started: at}}, at)
	}
	if a.State != Absent || len(looks) != 5 || looks[4] != HardHorizon {
		t.Errorf("quarantine looks at %v and ends %s", looks, a.State)
	}
}

func TestReversalIsResentForEver(t *testing.T) {
	o, a := inState(Reversing)
	a.Since = t0
	now := t0
	for range 100 {
		act, at := Next(a)
		if act != DoReverse || at.Sub(now) > 5*time.Minute {
			t.Fatalf("after %d tries: %s at %v", a.Tries, act, at)
		}
		now = at
		o, a, _ = Step(o, a, ReversalReplied{ReversalNoAnswer}, now)
	}
	if !Alarming(a, now) {
		t.Error("nobody was told")
	}
}

func TestBatchSteps(t *testing.T) {
	b := Batch{State: BatchClosing, Version: 1, Asked: t0}
	totals := Totals{Sales: 1, SaleAmount: asked, ReturnAmount: zero}
	b.Local = totals
	u, err := StepBatch(b, BatchAnswer{}, t0)
	if err != nil || u.State != BatchUnknown {
		t.Fatalf("silence: got %s, %v", u.State, err)
	}
	if due, ask := NextBatch(u); !ask || due.Sub(t0) != time.Second {
		t.Errorf("asked again at %v, %t", due, ask)
	}
	c, err := StepBatch(u, BatchAnswer{Answered: true, Closed: true, GUID: "g", Totals: &totals}, t0)
	if err != nil || c.State != BatchClosed || !c.Matches() {
		t.Errorf("closed: got %+v, %v", c, err)
	}
	if _, err := StepBatch(c, BatchAnswer{Answered: true}, t0); !errors.Is(err, ErrNotAllowed) {
		t.Errorf("a closed batch moved: %v", err)
	}
	n, err := StepBatch(u, BatchAnswer{Answered: true}, t0)
	if err != nil || n.State != BatchNotClosed {
		t.Errorf("open still: got %s, %v", n.State, err)
	}
	// An answer that was lost: the request may arrive as long as one lives.
	for after, late := range map[time.Duration]bool{0: true, HardHorizon - 1: true, HardHorizon: false, -HardHorizon: false} {
		if got := LateClose(n, t0.Add(after)); got != late {
			t.Errorf("%s later it may arrive: %t, want %t", after, got, late)
		}
	}
	for _, b := range []Batch{c, u} {
		if LateClose(b, t0) {
			t.Errorf("a closing that is %s may arrive late", b.State)
		}
	}
	unsent, err := StepBatch(b, BatchAnswer{Unsent: true}, t0)
	if err != nil || unsent.State != BatchNotClosed || LateClose(unsent, t0) {
		t.Errorf("never sent: %+v, %v", unsent, err)
	}
	if again, err := StepBatch(u, BatchAnswer{Unsent: true}, t0); err != nil || again.State != BatchUnknown {
		t.Errorf("sent before: %s, %v", again.State, err)
	}
}
