package order

import (
	"errors"
	"testing"
	"time"

	"paydesk/terminal/money"
)

// orphaned plays an attempt from its reversal to the answer "settled".
func orphaned(t *testing.T) (Order, Attempt) {
	t.Helper()
	o, a := inState(Reversing)
	return must(t, o, a, ReversalReplied{ReversalSettled}, t0)
}

func must(t *testing.T, o Order, a Attempt, ev Event, now time.Time) (Order, Attempt) {
	t.Helper()
	o, a, err := Step(o, a, ev, now)
	if err != nil {
		t.Fatal(err)
	}
	return o, a
}

// TestOrphanGoesBack: what the host has is read first, then returned; a return
// that was not carried out is followed by a look and another one, and no two
// are ever on their way.
func TestOrphanGoesBack(t *testing.T) {
	o, a := orphaned(t)
	now := t0
	expect := func(want Action) {
		t.Helper()
		act, at := Next(a)
		if act != want {
			t.Fatalf("next is %s, want %s", act, want)
		}
		if at.After(now) {
			now = at
		}
	}
	look := func(hits ...Evidence) { o, a = must(t, o, a, Probed{Finding{Started: now, Hits: hits}}, now) }
	expect(DoQuery)
	look()
	expect(DoQuery)
	look(partial)
	expect(DoReturn)
	if a.Owed != half || a.GUID != "g" {
		t.Fatalf("owes %v of %q, want %v", a.Owed, a.GUID, half)
	}
	for i, end := range []FollowUp{{State: FollowNotSent}, {State: FollowAbsent}, {State: FollowRefused, Cause: CauseDeclined}} {
		o, a = must(t, o, a, ReturnBegun{"R"}, now)
		expect(DoNothing)
		if _, _, err := Step(o, a, ReturnBegun{"S"}, now); !errors.Is(err, ErrNotAllowed) {
			t.Fatal("two returns at once")
		}
		if _, _, err := Step(o, a, ReturnEnded{FollowUp{ID: "R", State: FollowUnknown}}, now); !errors.Is(err, ErrNotAllowed) {
			t.Fatal("a return in doubt was taken for ended")
		}
		end.ID = "R"
		o, a = must(t, o, a, ReturnEnded{end}, now)
		expect(DoQuery)
		look(partial)
		before := now
		expect(DoReturn)
		if waited := now.Sub(before); (end.State == FollowRefused) != (waited >= refusedPause) {
			t.Errorf("try %d: waited %v after %s", i, waited, end.State)
		}
	}
	o, a = must(t, o, a, ReturnBegun{"R"}, now)
	other, again := must(t, o, a, ReturnEnded{FollowUp{ID: "R", State: FollowRefused, Cause: CauseNotSettled}}, now)
	if again.State != Reversing || again.GUID != "g" || other != o {
		t.Errorf("not settled after all: %s of %q", again.State, again.GUID)
	}
	if _, a = must(t, o, a, ReturnEnded{FollowUp{ID: "R", State: FollowDone}}, now); a.State != Returned || !a.State.Dead() {
		t.Errorf("in the end %s", a.State)
	}
}

// TestTwoRowsGoBackOneByOne: a host that has a number twice loses both rows.
func TestTwoRowsGoBackOneByOne(t *testing.T) {
	second := with(approval(), func(e *Evidence) { e.GUID = "g2" })
	o, a := inState(Unknown)
	o, a = must(t, o, a, Probed{Finding{Started: t0, Hits: []Evidence{approval(), second}}}, t0)
	if a.State != Review {
		t.Fatalf("two charges lead to %s", a.State)
	}
	o, a = must(t, o, a, GivenBack{}, t0)
	o, a = must(t, o, a, ReversalReplied{ReversalDone}, t0)
	if a.State != Quarantine {
		t.Fatalf("after the first one %s", a.State)
	}
	o, a = must(t, o, a, Probed{Finding{Started: t0, Hits: []Evidence{voided, second}}}, t0)
	if a.State != Reversing || a.GUID != "g2" {
		t.Fatalf("the second one: %s of %q", a.State, a.GUID)
	}
	o, a = must(t, o, a, ReversalReplied{ReversalDone}, t0)
	gone := with(voided, func(e *Evidence) { e.GUID = "g2" })
	if _, a = must(t, o, a, Probed{Finding{Started: t0, Hits: []Evidence{voided, gone}}}, t0); a.State != Reversed {
		t.Errorf("in the end %s", a.State)
	}
}

// TestStoredIsAdoptedLater: nobody waits for a stored sale, so that a charge
// which the search shows late is kept; without an authorisation code it is not.
func TestStoredIsAdoptedLater(t *testing.T) {
	o, a := inState(Unknown)
	a.Stored = true
	probe := func(after time.Duration, hits ...Evidence) State {
		_, b := must(t, o, a, Probed{Finding{Started: t0.Add(after), Hits: hits}}, t0.Add(after))
		return b.State
	}
	if got := probe(SearchLag - 1); got != Unknown {
		t.Errorf("not shown yet: %s", got)
	}
	if got := probe(SearchLag); got != Reversing {
		t.Errorf("not there: %s", got)
	}
	if got := probe(0, approval()); got != Approved {
		t.Errorf("found: %s", got)
	}
	if got := probe(0, partial); got != Approved {
		t.Errorf("found in part: %s", got)
	}
	if got := probe(0, with(approval(), func(e *Evidence) { e.AuthCode = "" })); got != Unknown {
		t.Errorf("found without an authorisation: %s", got)
	}
	a.LastTry, a.Tries = t0, 20
	if act, at := Next(a); act == DoGiveUp && at.Before(t0.Add(2*SearchLag)) {
		t.Errorf("given up at %v", at)
	}
}

func TestSoftClear(t *testing.T) {
	o, a := inState(Quarantine)
	for i, tt := range []struct {
		at    time.Duration
		clear bool
	}{{SoftHorizon - 1, false}, {SoftHorizon, false}, {SoftHorizon + time.Minute, true}} {
		o, a = must(t, o, a, Probed{Finding{Started: t0.Add(tt.at)}}, t0.Add(tt.at))
		if a.SoftClear() != tt.clear {
			t.Errorf("look %d at %v: clear is %t", i, tt.at, a.SoftClear())
		}
	}
	if _, a = must(t, o, a, Restored{}, t0); a.SoftClear() || a.Clean != 0 {
		t.Error("clear in another state")
	}
}

func TestMayTakeBack(t *testing.T) {
	follow := func(act Act, s FollowState, c Cause, minor int64) FollowUp {
		return FollowUp{Act: act, State: s, Cause: c, Amount: money.New(minor, money.USD)}
	}
	dead := Absent
	for _, tt := range []struct {
		name    string
		state   State
		row     Evidence
		closed  bool
		follows []FollowUp
		act     Act
		minor   int64
	}{
		{"open batch", dead, approval(), false, nil, Void, 1250},
		{"closed batch", dead, approval(), true, nil, Return, 1250},
		{"in part", Declined, partial, false, nil, Void, 625},
		{"settled meanwhile", dead, approval(), false, []FollowUp{follow(Void, FollowRefused, CauseSettled, 1250)}, Return, 1250},
		{"not settled yet", dead, approval(), true, []FollowUp{follow(Return, FollowRefused, CauseNotSettled, 1250)}, Void, 1250},
		{"returned in part", dead, approval(), true, []FollowUp{follow(Return, FollowDone, "", 300)}, Return, 950},
		{"returned", dead, approval(), true, []FollowUp{follow(Return, FollowDone, "", 1250)}, "", 0},
		{"voided, shown late", dead, approval(), false, []FollowUp{follow(Void, FollowDone, "", 1250)}, "", 0},
		{"on its way", dead, approval(), false, []FollowUp{follow(Void, FollowUnknown, "", 1250)}, "", 0},
		{"voided", dead, voided, false, nil, "", 0},
		{"declined", dead, refusal, false, nil, "", 0},
		{"somebody else's", dead, stranger, false, nil, "", 0},
		{"approved", Approved, approval(), false, nil, "", 0},
		{"in doubt", Quarantine, approval(), false, nil, "", 0},
	} {
		_, a := inState(tt.state)
		act, amount, err := MayTakeBack(a, tt.follows, tt.row, tt.closed)
		if act != tt.act || (tt.act != "") != (err == nil) || err == nil && amount.Minor != tt.minor {
			t.Errorf("%s: got %q of %v, %v; want %q of %d", tt.name, act, amount, err, tt.act, tt.minor)
		}
	}
}

// TestOrphanTwice: where the host settled two rows under one number, each is
// returned in turn, with a look between, and nothing is done without a pause.
func TestOrphanTwice(t *testing.T) {
	o, a := orphaned(t)
	first, second := approval(), approval()
	second.GUID = "g2"
	zero := money.New(0, first.Amount.Currency)
	a.Twice = true
	o, a = must(t, o, a, Probed{Finding{Started: t0, Hits: []Evidence{first, second}}}, t0)
	if a.State != OrphanReturn || a.GUID != first.GUID || a.Owed != *first.Effective {
		t.Fatalf("%s, owes %v of %q", a.State, a.Owed, a.GUID)
	}
	o, a = must(t, o, a, ReturnBegun{"R"}, t0)
	o, a = must(t, o, a, ReturnEnded{FollowUp{ID: "R", State: FollowDone}}, t0)
	if act, at := Next(a); a.State != Quarantine || act != DoQuery || !at.After(t0) {
		t.Fatalf("behind the first return: %s, then %s at %v", a.State, act, at)
	}
	first.Effective = &zero
	o, a = must(t, o, a, Probed{Finding{Started: t0, Hits: []Evidence{first, second}}}, t0)
	if a.State != Reversing || a.GUID != "g2" {
		t.Errorf("the second row: %s of %q", a.State, a.GUID)
	}
}

// TestClockMoved: a clock that was set proves nothing, so every horizon and
// every pause begins anew.
func TestClockMoved(t *testing.T) {
	o, a := inState(Quarantine)
	a.Clean, a.Tries, a.LastTry = 2, 4, t0
	later := t0.Add(24 * time.Hour)
	o, a = must(t, o, a, ClockMoved{}, later)
	if a.SoftClear() || !a.QuietSince.Equal(later) || !a.Since.Equal(later) || !a.LastTry.Equal(later) {
		t.Errorf("in quarantine: %+v", a)
	}
	if _, a = must(t, o, a, Probed{Finding{Started: later.Add(HardHorizon - 1)}}, later); a.State != Quarantine {
		t.Errorf("a look before the new horizon: %s", a.State)
	}
	f := FollowUp{Act: Return, State: FollowUnknown, QuietSince: t0, Since: t0}
	f, err := StepFollow(f, ClockMoved{}, later)
	if err != nil || !f.QuietSince.Equal(later) {
		t.Errorf("a return: %+v, %v", f, err)
	}
}

// TestRestoredIsNotGivenUp: what an older journal has as undecided may have been
// shown as approved since. Only the host's word ends it, never a wait.
func TestRestoredIsNotGivenUp(t *testing.T) {
	for _, before := range []State{Sending, Unknown, PartApproved, Review} {
		o, a := inState(before)
		o, a = must(t, o, a, Restored{}, t0)
		for i := range 40 {
			act, at := Next(a)
			if act != DoQuery {
				t.Fatalf("%s, look %d: next is %s", before, i, act)
			}
			o, a = must(t, o, a, Probed{Finding{Started: at, Failed: true}}, at)
		}
		if _, _, err := Step(o, a, WaitOver{Cancelled: true}, t0); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("%s: the wait was over, %v", before, err)
		}
		probe := func(f Finding) State {
			_, b := must(t, o, a, Probed{f}, t0.Add(time.Hour))
			return b.State
		}
		silent := with(approval(), func(e *Evidence) { e.Processed = nil })
		for name, tt := range map[string]struct {
			f    Finding
			want State
		}{
			"found":           {Finding{Started: t0, Hits: []Evidence{approval()}}, Approved},
			"not shown yet":   {Finding{Started: t0.Add(SearchLag - 1)}, Unknown},
			"not there":       {Finding{Started: t0.Add(SearchLag)}, Reversing},
			"without outcome": {Finding{Started: t0, Hits: []Evidence{silent}}, Review},
			"cannot look":     {Finding{Started: t0, Impossible: true}, Review},
		} {
			if got := probe(tt.f); got != tt.want {
				t.Errorf("%s, %s: %s, want %s", before, name, got, tt.want)
			}
		}
	}
	o, a := inState(Reversing)
	o, a = must(t, o, a, Restored{}, t0)
	if _, a = must(t, o, a, WaitOver{}, t0); a.State != Reversing {
		t.Errorf("decided before: %s", a.State)
	}
}

// TestOrphanLookIsVoidDuringReturn: a look that was under way when the return
// began may already show what the return did. It must not end the attempt, which
// the return could then never reach.
func TestOrphanLookIsVoidDuringReturn(t *testing.T) {
	o, a := inState(OrphanReturn)
	o, a = must(t, o, a, ReturnBegun{"R"}, t0)
	for _, hits := range [][]Evidence{{voided}, {partial}, {voided, voided}, nil} {
		if _, b, err := Step(o, a, Probed{Finding{Started: t0, Hits: hits}}, t0); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("a look at %d rows led to %s", len(hits), b.State)
		}
	}
}

// TestOrphanLooksAnew: what was owed before a reversal is not what is returned
// behind it, since an older journal that was put back may not know of a return.
func TestOrphanLooksAnew(t *testing.T) {
	o, a := inState(OrphanReturn)
	o, a = must(t, o, a, Restored{}, t0)
	o, a = must(t, o, a, WaitOver{}, t0)
	o, a = must(t, o, a, ReversalReplied{ReversalSettled}, t0)
	if act, _ := Next(a); act != DoQuery {
		t.Fatalf("next is %s", act)
	}
	if _, a = must(t, o, a, Probed{Finding{Started: t0, Hits: []Evidence{voided}}}, t0); a.State != Reversed {
		t.Errorf("returned already, and yet %s", a.State)
	}
}
