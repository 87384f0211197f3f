package order

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"paydesk/terminal/money"
)

var acts = []Act{Void, Return, Capture, Check, Issue}

func followIn(act Act, s FollowState) FollowUp {
	f := BeginFollow(FollowUp{ID: "F", Act: act, Of: number, Device: "dev", Amount: asked,
		Target: Target{GUID: "g", Number: number, Device: "dev"}}, t0)
	if act == Issue {
		f.Terms = &IssueTerms{Code: "CODE"}
	}
	f.State, f.QuietSince = s, t0
	return f
}

// doneBy is a whole answer that the act was done.
func doneBy(act Act) Evidence {
	e := Evidence{Stage: Answered, HTTP: 200, Body: BodySale, Status: "Transaction - Approved", Processed: &yes,
		Code: "A0000", GUID: "f", Device: "DEV", Target: "G", Amount: &asked, Batch: "b"}
	switch act {
	case Return:
		e.Code = "A0014"
	case Check:
		e.Target, e.Amount = "", nil
	case Issue:
		e.Body, e.Status, e.Target, e.Device, e.Code, e.Processed = BodyCard, CardActive, "CODE", "", "", nil
	}
	return e
}

func text(status int, message string) Evidence {
	return Evidence{Stage: Answered, HTTP: status, Body: BodyError, Message: message}
}

// TestEveryPairOfFollowUps decides each state and event of each act on purpose:
// "" means that the event is not allowed there.
func TestEveryPairOfFollowUps(t *testing.T) {
	late := t0.Add(HardHorizon)
	refused := func(act Act) Evidence {
		return with(doneBy(act), func(e *Evidence) {
			e.Body, e.Status, e.Processed, e.Code = BodySale, "Transaction - Declined", &no, "D2012"
		})
	}
	other := func(act Act) Evidence { return with(doneBy(act), func(e *Evidence) { e.Target = "another" }) }
	hits := func(at time.Time, rows ...Evidence) FollowEvent {
		return FollowProbed{Finding{Started: at, Hits: rows}}
	}
	events := map[string]func(Act) FollowEvent{
		"done":           func(a Act) FollowEvent { return FollowReplied{doneBy(a)} },
		"refused":        func(a Act) FollowEvent { return FollowReplied{refused(a)} },
		"not-connected":  func(Act) FollowEvent { return FollowReplied{Evidence{Stage: NotConnected}} },
		"silence":        func(Act) FollowEvent { return FollowReplied{silence} },
		"mismatch":       func(a Act) FollowEvent { return FollowReplied{other(a)} },
		"duplicate":      func(Act) FollowEvent { return FollowReplied{text(400, "It was done already")} },
		"restarted":      func(Act) FollowEvent { return Restarted{} },
		"found":          func(a Act) FollowEvent { return hits(t0, doneBy(a)) },
		"found refused":  func(a Act) FollowEvent { return hits(t0, refused(a)) },
		"found other":    func(a Act) FollowEvent { return hits(t0, other(a)) },
		"found unsure":   func(a Act) FollowEvent { return hits(t0, with(doneBy(a), func(e *Evidence) { e.HTTP = 202 })) },
		"found two":      func(a Act) FollowEvent { return hits(t0, doneBy(a), doneBy(a)) },
		"none early":     func(Act) FollowEvent { return hits(late.Add(-1)) },
		"none late":      func(Act) FollowEvent { return hits(late) },
		"no look":        func(Act) FollowEvent { return FollowProbed{Finding{Started: late, Failed: true}} },
		"cannot look":    func(Act) FollowEvent { return FollowProbed{Finding{Started: late.Add(-1), Impossible: true}} },
		"cannot look, l": func(Act) FollowEvent { return FollowProbed{Finding{Started: late, Impossible: true}} },
		"sent again":     func(Act) FollowEvent { return SentAgain{} },
		"parked":         func(Act) FollowEvent { return Parked{"sup"} },
		"restored":       func(Act) FollowEvent { return Restored{} },
		"clock moved":    func(Act) FollowEvent { return ClockMoved{} },
	}
	const (
		D, R, N, U, A, V = FollowDone, FollowRefused, FollowNotSent, FollowUnknown, FollowAbsent, FollowReview
	)
	sending := map[string]FollowState{"done": D, "refused": R, "not-connected": N, "silence": U, "mismatch": V, "duplicate": U, "restarted": U, "restored": U}
	unknown := map[string]FollowState{"found": D, "found refused": R, "found other": V, "found unsure": U, "found two": V,
		"none early": U, "none late": A, "no look": U, "cannot look": U, "cannot look, l": V, "parked": U, "restored": U, "clock moved": U}
	review := map[string]FollowState{"found": D, "found refused": R, "found other": V, "found unsure": V, "found two": V,
		"none early": V, "none late": V, "no look": V, "cannot look": V, "cannot look, l": V, "parked": V, "restored": U, "clock moved": V}
	// What differs from the rule above: a check moved nothing, a card cannot be
	// asked for, one of two voids is enough, and a check needs no target.
	but := map[Act]map[FollowState]map[string]FollowState{
		Void: {FollowUnknown: {"found two": D}},
		Check: {FollowSending: {"silence": A, "duplicate": A, "restarted": A, "restored": A},
			FollowUnknown: {"restored": A}, FollowReview: {"restored": A}},
		Issue: {FollowSending: {"silence": V, "duplicate": V, "restarted": V, "refused": V, "restored": V},
			FollowUnknown: {"found refused": R, "restored": V}, FollowReview: {"restored": V}},
	}
	pairs := 0
	for _, act := range acts {
		for _, s := range FollowStates {
			for name, ev := range events {
				pairs++
				f := followIn(act, s)
				want, ok := map[FollowState]map[string]FollowState{FollowSending: sending, FollowUnknown: unknown, FollowReview: review}[s][name]
				if special, has := but[act][s][name]; has {
					want = special
				}
				g, err := StepFollow(f, ev(act), t0.Add(time.Hour))
				if !ok {
					if !errors.Is(err, ErrNotAllowed) || g != f {
						t.Errorf("%s %s × %s: got %s, %v; want it refused", act, s, name, g.State, err)
					}
					continue
				}
				if err != nil || g.State != want {
					t.Errorf("%s %s × %s: got %s, %v; want %s", act, s, name, g.State, err, want)
					continue
				}
				if g.Version != f.Version+1 {
					t.Errorf("%s %s × %s: version went from %d to %d", act, s, name, f.Version, g.Version)
				}
				if next, _ := NextFollow(g); next == DoNothing && !g.State.Final() && act != Issue {
					t.Errorf("%s %s × %s: nothing would ever happen to it again", act, s, name)
				}
				if next, _ := NextFollow(g); next == DoSend && act != Void {
					t.Errorf("%s %s × %s: it would be sent twice", act, s, name)
				}
			}
		}
	}
	if want := len(acts) * len(FollowStates) * len(events); pairs != want {
		t.Errorf("%d pairs, want %d", pairs, want)
	}
}

// TestVoidIsSentAgain: three times, each time after a look that found it
// undone; what is refused then counts only once the earlier ones are dead.
func TestVoidIsSentAgain(t *testing.T) {
	now := t0
	step := func(f FollowUp, ev FollowEvent) FollowUp {
		t.Helper()
		g, err := StepFollow(f, ev, now)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	none := func() FollowEvent { return FollowProbed{Finding{Started: now}} }
	f := step(followIn(Void, FollowSending), FollowReplied{silence})
	for i := range maxSends {
		if _, err := StepFollow(f, SentAgain{}, now); err == nil {
			t.Fatal("sent again before a look")
		}
		f = step(f, none())
		act, due := NextFollow(f)
		if act != DoSend || !due.After(now) {
			t.Fatalf("after %d sends: %s at %v", i, act, due)
		}
		now = due
		f = step(f, SentAgain{})
		if f.State != FollowSending || f.Sends != i+1 {
			t.Fatalf("%s, sent %d times again", f.State, f.Sends)
		}
		f = step(f, FollowReplied{silence})
	}
	f = step(f, none())
	if act, _ := NextFollow(f); act != DoQuery {
		t.Errorf("sent a fifth time: %s", act)
	}
	f.Sends = 1
	f = step(f, SentAgain{})
	for _, answer := range []Evidence{text(400, "Transaction already settled"), {Stage: NotConnected}} {
		g := step(f, FollowReplied{answer})
		if g.State != FollowUnknown || g.QuietSince != now {
			t.Errorf("%+v leads to %s at once", answer, g.State)
		}
		begun := now
		now = now.Add(HardHorizon - 1)
		if h := step(g, none()); h.State != FollowUnknown {
			t.Errorf("%s while an earlier one may be on its way", h.State)
		}
		now = begun.Add(HardHorizon)
		h := step(g, none())
		if want := map[Stage]FollowState{Answered: FollowRefused, NotConnected: FollowAbsent}[answer.Stage]; h.State != want {
			t.Errorf("in the end %s, want %s", h.State, want)
		}
		now = begun
	}
}

// TestDoneBefore: "already" is believed once the search must show what stands.
func TestDoneBefore(t *testing.T) {
	for _, tt := range []struct {
		after time.Duration
		want  FollowState
	}{{0, FollowUnknown}, {SearchLag - 1, FollowUnknown}, {SearchLag, FollowRefused}} {
		f, err := StepFollow(followIn(Return, FollowSending), FollowReplied{text(400, "The sale was returned already")}, t0)
		if err != nil {
			t.Fatal(err)
		}
		if f, err = StepFollow(f, FollowProbed{Finding{Started: t0.Add(tt.after)}}, t0.Add(tt.after)); err != nil || f.State != tt.want {
			t.Errorf("after %v: %s, %v; want %s", tt.after, f.State, err, tt.want)
		}
		if tt.want == FollowRefused && f.Cause != CauseDuplicate {
			t.Errorf("cause %q", f.Cause)
		}
	}
	// The looks do not miss the moments from which on they prove something.
	f := followIn(Return, FollowUnknown)
	seen := map[time.Duration]bool{}
	for range 40 {
		_, due := NextFollow(f)
		seen[due.Sub(t0)] = true
		f.Tries, f.LastTry = f.Tries+1, due
	}
	if !seen[SearchLag] || !seen[HardHorizon] {
		t.Errorf("looks at %v", seen)
	}
}

// TestReviewWithoutALook ends by itself when the account can be asked again.
func TestReviewWithoutALook(t *testing.T) {
	late := t0.Add(2 * HardHorizon)
	for _, tt := range []struct {
		found Finding
		want  FollowState
	}{
		{Finding{Started: late, Hits: []Evidence{doneBy(Return)}}, FollowDone},
		{Finding{Started: late}, FollowAbsent},
		{Finding{Started: late, Impossible: true}, FollowReview},
		{Finding{Started: late, Hits: []Evidence{doneBy(Return), doneBy(Return)}}, FollowReview},
	} {
		f := followIn(Return, FollowReview)
		f.Cause = CauseNoLook
		if g, err := StepFollow(f, FollowProbed{tt.found}, late); err != nil || g.State != tt.want {
			t.Errorf("%+v: %s, %v; want %s", tt.found, g.State, err, tt.want)
		}
	}
}

func TestClassifyFollow(t *testing.T) {
	const (
		D, R, N, U, V = FollowDone, FollowRefused, FollowNotSent, FollowUnknown, FollowReview
	)
	change := func(act Act, f func(*Evidence)) Evidence { return with(doneBy(act), f) }
	declined := func(code string) Evidence {
		return change(Return, func(e *Evidence) { e.Status, e.Processed, e.Code = "Transaction - Declined", &no, code })
	}
	tests := []struct {
		name  string
		act   Act
		e     Evidence
		state FollowState
		cause Cause
	}{
		{"with warning", Return, change(Return, func(e *Evidence) { e.Status += " - Warning" }), D, ""},
		{"part", Return, change(Return, func(e *Evidence) { e.Code = "A0002" }), U, CauseUnsure},
		{"other code", Return, change(Return, func(e *Evidence) { e.Code = "E0911" }), U, CauseUnsure},
		{"pending", Capture, change(Capture, func(e *Evidence) { e.HTTP = 202 }), U, CauseUnsure},
		{"not processed", Void, change(Void, func(e *Evidence) { e.Processed = &no }), U, CauseUnsure},
		{"no guid", Return, change(Return, func(e *Evidence) { e.GUID = "" }), U, CauseUnsure},
		{"the sale alone", Capture, change(Capture, func(e *Evidence) { e.GUID, e.Made = "", "s" }), D, ""},
		{"other device", Void, change(Void, func(e *Evidence) { e.Device = "x" }), V, CauseMismatch},
		{"other number", Return, change(Return, func(e *Evidence) { e.Number = "x" }), V, CauseMismatch},
		{"own number", Return, change(Return, func(e *Evidence) { e.Number = "F" }), D, ""},
		{"number of the sale", Return, change(Return, func(e *Evidence) { e.Number = number }), D, ""},
		{"other amount", Return, change(Return, func(e *Evidence) { e.Amount = &half }), V, CauseMismatch},
		{"amount of the sale", Void, change(Void, func(e *Evidence) { e.Amount = &half }), D, ""},
		{"captured less", Capture, change(Capture, func(e *Evidence) { e.Effective = &half }), V, CauseMismatch},
		{"card of another sale", Issue, change(Issue, func(e *Evidence) { e.Target = "OTHER" }), V, CauseMismatch},
		{"card over another amount", Issue, change(Issue, func(e *Evidence) { e.Amount = &half }), V, CauseMismatch},
		{"card not active", Issue, change(Issue, func(e *Evidence) { e.Status = "Card - Pending" }), U, CauseUnsure},
		{"card without its code", Issue, change(Issue, func(e *Evidence) { e.Target = "" }), U, CauseUnsure},
		{"a sale is no card", Issue, doneBy(Void), U, CauseUnreadable},
		{"a card is no return", Return, change(Return, func(e *Evidence) { e.Body = BodyCard }), U, CauseUnreadable},
		{"page", Void, Evidence{Stage: Answered, HTTP: 200, Body: BodyOther}, U, CauseUnreadable},
		{"500", Void, text(500, "Transaction already settled"), U, CauseUnreadable},
		{"redirect", Void, text(307, "Sale has not been settled"), U, CauseUnreadable},
		{"settled", Void, text(400, "“Transaction already settled”"), R, CauseSettled},
		{"not settled", Return, text(400, "Sale has not been settled"), R, CauseNotSettled},
		{"settled, of a return", Return, text(400, "Transaction already settled"), U, CauseDuplicate},
		{"captured already", Void, text(400, "The AuthOnly cannot be voided because it has been captured already"), U, CauseDuplicate},
		{"captured before", Capture, text(400, "There is an approved Capture for this AuthOnly already"), U, CauseDuplicate},
		{"too much", Return, text(400, "Original Amount exceeded"), R, CauseBadRequest},
		{"too old", Return, text(400, "You can't return a sale run more than 180 days ago"), R, CauseBadRequest},
		{"text of another call", Void, text(400, "Original Amount exceeded"), U, CauseUnsure},
		{"unknown text", Return, text(400, "Something"), U, CauseUnsure},
		{"login", Return, text(401, "Authorization has been denied"), R, CauseLogin},
		{"too busy", Return, text(429, "Invalid Device GUID"), U, CauseUnsure},
		{"declined", Return, declined("D2012"), R, CauseDeclined},
		{"system", Return, declined("E0911"), U, CauseUnsure},
		{"no connection", Return, Evidence{Stage: NotConnected}, N, CauseNoConnect},
		{"nothing", Return, Evidence{}, U, CauseNoAnswer},
	}
	for _, code := range []string{"D0001", "D0004", "D0005", "D0007", "D0008", "D0090", "D0091"} {
		tests = append(tests, tests[0])
		tt := &tests[len(tests)-1]
		tt.name, tt.e, tt.state, tt.cause = code, declined(code), U, CauseDuplicate
	}
	for _, tt := range tests {
		if got := ClassifyFollow(followIn(tt.act, FollowSending), tt.e); got.State != tt.state || got.Cause != tt.cause {
			t.Errorf("%s: got %s (%s), want %s (%s)", tt.name, got.State, got.Cause, tt.state, tt.cause)
		}
	}
}

// TestVoidedSaleProvesTheVoid: the row of the sale tells, whatever its code.
func TestVoidedSaleProvesTheVoid(t *testing.T) {
	row := with(voided, func(e *Evidence) { e.GUID, e.Number, e.Target, e.Code = "", "", "g", "A0002" })
	f, err := StepFollow(followIn(Void, FollowUnknown), FollowProbed{Finding{Started: t0, Hits: []Evidence{row}}}, t0)
	if err != nil || f.State != FollowDone {
		t.Errorf("%s, %v", f.State, err)
	}
}

func TestWitnessOfAnOldJournal(t *testing.T) {
	var b Batch
	if err := json.Unmarshal([]byte(`{"id":"B","witness":"guid-1"}`), &b); err != nil || b.Witness != (Witness{GUID: "guid-1"}) {
		t.Errorf("got %+v, %v", b.Witness, err)
	}
	b.Witness = Witness{Act: Return, GUID: "r", Number: "n", Device: "d"}
	data, err := json.Marshal(b)
	var again Batch
	if err != nil || json.Unmarshal(data, &again) != nil || again.Witness != b.Witness {
		t.Errorf("%s gives %+v, %v", data, again.Witness, err)
	}
}

// paidAs is an approved attempt of $12.50.
func paidAs(kind Kind) Attempt {
	_, a := inState(Approved)
	a.Kind, a.Approved, a.GUID, a.Batch, a.TransCode, a.Payments = kind, asked, "g", "b", "CODE", 2
	return a
}

func followed(act Act, s FollowState, minor int64) FollowUp {
	f := followIn(act, s)
	f.Amount, f.Made, f.Batch = money.New(minor, money.USD), "made", "b2"
	return f
}

func TestMayFollow(t *testing.T) {
	sale, hold := paidAs(KindSale), paidAs(KindAuth)
	settledVoid := followed(Void, FollowRefused, 1250)
	settledVoid.Cause = CauseSettled
	nameless := followed(Capture, FollowDone, 900)
	nameless.Made = ""
	capture := []FollowUp{followed(Capture, FollowDone, 900)}
	made := Target{GUID: "made", Device: "dev"}
	own := func(a Attempt) Target { return Target{a.Kind, "g", number, "dev"} }
	list := func(f ...FollowUp) []FollowUp { return f }
	for _, tt := range []struct {
		name    string
		a       Attempt
		earlier []FollowUp
		known   Settlement
		act     Act
		minor   int64
		target  Target
		want    error
	}{
		{"void", sale, nil, SettleUnknown, Void, 1250, own(sale), nil},
		{"void, not known", sale, nil, SettleUnknown, Void, 1250, own(sale), nil},
		{"void, settled", sale, nil, SettleClosed, Void, 1250, Target{}, ErrSettled},
		{"void of a part", sale, nil, SettleUnknown, Void, 625, Target{}, ErrBadAmount},
		{"void twice", sale, list(followed(Void, FollowDone, 1250)), SettleUnknown, Void, 0, Target{}, ErrVoided},
		{"void, refused before", sale, list(followed(Void, FollowRefused, 1250)), SettleUnknown, Void, 1250, own(sale), nil},
		{"void after a return", sale, list(followed(Return, FollowDone, 100)), SettleUnknown, Void, 1150, Target{}, ErrReturned},
		{"void under way", sale, list(followed(Void, FollowUnknown, 1250)), SettleUnknown, Return, 1, Target{}, ErrFollowing},
		{"void in review", sale, list(followed(Void, FollowReview, 1250)), SettleUnknown, Return, 1, Target{}, ErrFollowing},
		{"void of a hold", hold, nil, SettleClosed, Void, 1250, own(hold), nil},
		{"void of a captured hold", hold, capture, SettleUnknown, Void, 900, made, nil},
		{"return", sale, nil, SettleClosed, Return, 1250, own(sale), nil},
		{"return of a part", sale, nil, SettleUnknown, Return, 1, own(sale), nil},
		{"return, the host said settled", sale, list(settledVoid), SettleUnknown, Return, 1250, own(sale), nil},
		{"void, the host said settled", sale, list(settledVoid), SettleUnknown, Void, 1250, Target{}, ErrSettled},
		{"return of the rest", sale, list(followed(Return, FollowDone, 1000)), SettleClosed, Return, 250, own(sale), nil},
		{"return of more than the rest", sale, list(followed(Return, FollowDone, 1000)), SettleClosed, Return, 251, Target{}, ErrTooMuch},
		{"return after all", sale, list(followed(Return, FollowDone, 1250)), SettleClosed, Return, 1, Target{}, ErrTooMuch},
		{"return of nothing", sale, nil, SettleClosed, Return, 0, Target{}, ErrBadAmount},
		{"return after a lost one", sale, list(followed(Return, FollowUnknown, 100)), SettleClosed, Return, 1, Target{}, ErrFollowing},
		{"return after one that is absent", sale, list(followed(Return, FollowAbsent, 1250)), SettleClosed, Return, 1250, own(sale), nil},
		{"return of a void", sale, list(followed(Void, FollowDone, 1250)), SettleClosed, Return, 1250, Target{}, ErrVoided},
		{"return of a hold", hold, nil, SettleClosed, Return, 1, Target{}, ErrHeld},
		{"return of a captured hold", hold, capture, SettleClosed, Return, 900, made, nil},
		{"return of more than captured", hold, capture, SettleClosed, Return, 901, Target{}, ErrTooMuch},
		{"nameless capture", hold, list(nameless), SettleClosed, Return, 1, Target{}, ErrNoTarget},
		{"capture", hold, nil, SettleUnknown, Capture, 1250, own(hold), nil},
		{"capture of a part", hold, nil, SettleUnknown, Capture, 900, own(hold), nil},
		{"capture of more", hold, nil, SettleUnknown, Capture, 1251, Target{}, ErrTooMuch},
		{"capture twice", hold, capture, SettleUnknown, Capture, 100, Target{}, ErrCaptured},
		{"capture of a sale", sale, nil, SettleUnknown, Capture, 100, Target{}, ErrNotHeld},
		{"capture of a void", hold, list(followed(Void, FollowDone, 1250)), SettleUnknown, Capture, 100, Target{}, ErrVoided},
		{"capture after refusal", hold, list(followed(Capture, FollowRefused, 1250)), SettleUnknown, Capture, 1250, own(hold), nil},
		{"issue", sale, list(followed(Issue, FollowDone, 100)), SettleUnknown, Issue, 100, own(sale), nil},
		{"issue beside one in doubt", sale, list(followed(Issue, FollowReview, 100)), SettleUnknown, Issue, 100, own(sale), nil},
		{"issue too often", sale, list(followed(Issue, FollowDone, 1), followed(Issue, FollowReview, 1)), SettleUnknown, Issue, 1, Target{}, ErrNoneToIssue},
		{"issue of more", sale, nil, SettleUnknown, Issue, 1251, Target{}, ErrTooMuch},
		{"issue of a hold", hold, nil, SettleUnknown, Issue, 1, Target{}, ErrHeld},
		{"issue in a shop", with2(sale, func(a *Attempt) { a.Payments = 0 }), nil, SettleUnknown, Issue, 1, Target{}, ErrNotIssuable},
		{"not approved", with2(sale, func(a *Attempt) { a.State = Declined }), nil, SettleUnknown, Void, 1250, Target{}, ErrNotPaid},
		{"check", sale, nil, SettleUnknown, Check, 1250, Target{}, errNoSuchAct},
	} {
		got, err := MayFollow(tt.a, tt.earlier, tt.known, tt.act, money.New(tt.minor, money.USD))
		if !errors.Is(err, tt.want) || got != tt.target {
			t.Errorf("%s: got %+v, %v; want %+v, %v", tt.name, got, err, tt.target, tt.want)
		}
	}
	if _, err := MayFollow(sale, nil, SettleUnknown, Return, money.New(100, money.EUR)); !errors.Is(err, ErrBadAmount) {
		t.Errorf("another currency: %v", err)
	}
}

func with2(a Attempt, change func(*Attempt)) Attempt {
	change(&a)
	return a
}

func TestStand(t *testing.T) {
	sale, hold := paidAs(KindSale), paidAs(KindAuth)
	list := func(f ...FollowUp) []FollowUp { return f }
	for _, tt := range []struct {
		name                     string
		a                        Attempt
		follows                  []FollowUp
		as                       Stands
		captured, returned, left int64
		batch                    string
	}{
		{"sale", sale, nil, StandsPaid, 0, 0, 1250, "b"},
		{"voided", sale, list(followed(Void, FollowDone, 1250)), StandsVoided, 0, 0, 0, "b"},
		{"part", sale, list(followed(Return, FollowDone, 300)), StandsPart, 0, 300, 950, "b"},
		{"on its way", sale, list(followed(Return, FollowUnknown, 300)), StandsPaid, 0, 0, 950, "b"},
		{"returned", sale, list(followed(Return, FollowDone, 300), followed(Return, FollowDone, 950)), StandsReturned, 0, 1250, 0, "b"},
		{"hold", hold, nil, StandsHeld, 0, 0, 1250, ""},
		{"released", hold, list(followed(Void, FollowDone, 1250)), StandsVoided, 0, 0, 0, ""},
		{"being captured", hold, list(followed(Capture, FollowSending, 900)), StandsHeld, 0, 0, 0, ""},
		{"captured", hold, list(followed(Capture, FollowDone, 900)), StandsCaptured, 900, 0, 900, "b2"},
		{"captured, part", hold, list(followed(Capture, FollowDone, 900), followed(Return, FollowDone, 300)), StandsPart, 900, 300, 600, "b2"},
		{"captured, returned", hold, list(followed(Capture, FollowDone, 900), followed(Return, FollowDone, 900)), StandsReturned, 900, 900, 0, "b2"},
		{"captured, voided", hold, list(followed(Capture, FollowDone, 900), followed(Void, FollowDone, 900)), StandsVoided, 900, 0, 0, "b2"},
	} {
		s := Stand(tt.a, tt.follows)
		if s.As != tt.as || s.Captured.Minor != tt.captured || s.Returned.Minor != tt.returned || s.Left.Minor != tt.left || s.Batch != tt.batch {
			t.Errorf("%s: got %+v", tt.name, s)
		}
	}
	if s := Stand(with2(sale, func(a *Attempt) { a.State = Reversed }), nil); s.As != StandsNot || s.Left.Minor != 0 {
		t.Errorf("a reversed sale stands as %+v", s)
	}
}

// TestHold: a hold goes the way of a sale, needs no echo of its number, and
// leaves the order held.
func TestHold(t *testing.T) {
	o, a := inState(Sending)
	a.Kind = KindAuth
	answer := with(approval(), func(e *Evidence) { e.Number, e.TransCode = "", "CODE" })
	o2, a2, err := Step(o, a, Replied{answer}, t0)
	if err != nil || a2.State != Approved || o2.State != Held || o2.PaidBy != number || a2.TransCode != "CODE" {
		t.Errorf("got %s, order %s, %q, %v", a2.State, o2.State, a2.TransCode, err)
	}
	if err := MayStart(o2, []Attempt{a2}, false); !errors.Is(err, ErrOrderClosed) {
		t.Errorf("a held order may be charged: %v", err)
	}
	if _, a2, _ = Step(o, a, Replied{stranger}, t0); a2.State != Review {
		t.Errorf("another number: %s", a2.State)
	}
	a.Kind = KindSale
	if _, a2, _ = Step(o, a, Replied{answer}, t0); a2.State != Unknown {
		t.Errorf("a sale without its number: %s", a2.State)
	}
}

// FuzzClassifyFollow: whatever comes, nothing is done without a whole yes, and
// nothing is refused but by an answer of the service itself.
func FuzzClassifyFollow(f *testing.F) {
	f.Add(0, 200, "sale", "Transaction - Approved", "A0000", "", "f", true)
	f.Add(1, 400, "error", "", "", "Transaction already settled", "", false)
	f.Add(2, 422, "error", "", "D0004", "", "", false)
	f.Add(4, 200, "card", "Card - Active", "", "", "g", true)
	f.Fuzz(func(t *testing.T, act, status int, body, said, code, message, guid string, processed bool) {
		if act < 0 {
			return
		}
		u := followIn(acts[act%len(acts)], FollowSending)
		e := Evidence{Stage: Answered, HTTP: status, Body: Body(body), Status: said, Code: code, Message: message, GUID: guid, Processed: &processed}
		switch v := ClassifyFollow(u, e); v.State {
		case FollowDone:
			if u.Act == Issue || status < 200 || status > 299 || status == 202 || !processed || guid == "" || (code != "A0000" && code != "A0014") {
				t.Errorf("%s done by %+v", u.Act, e)
			}
		case FollowRefused:
			if status < 200 || status > 499 || (status > 299 && status < 400) {
				t.Errorf("%s refused by %+v", u.Act, e)
			}
		case FollowUnknown:
		default:
			t.Errorf("%s %s by %+v", u.Act, v.State, e)
		}
	})
}

// FuzzWitness: what is read is written back the same.
func FuzzWitness(f *testing.F) {
	f.Add([]byte(`"guid"`))
	f.Add([]byte(`{"act":"RETURN","guid":"g","device":"d"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var w, again Witness
		if json.Unmarshal(data, &w) != nil {
			return
		}
		written, err := json.Marshal(w)
		if err != nil || json.Unmarshal(written, &again) != nil || again != w {
			t.Errorf("%q gives %+v, then %s and %+v", data, w, written, again)
		}
	})
}
