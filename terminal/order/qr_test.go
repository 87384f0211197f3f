package order

import (
	"errors"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/money"
)

var codeUntil = t0.Add(15 * time.Minute)

// codeIn is a code of an open order; takes is how its provider moves money.
func codeIn(s QRState, takes bool) (Order, QR) {
	q := BeginQR(QR{ID: "Q", Order: "O", Provider: "p", Asked: asked, Takes: takes, Cancels: !takes, Until: codeUntil, Patience: t0.Add(5 * time.Minute)}, t0)
	o := Order{ID: "O", Version: 1, State: Open, Amount: asked}
	q.State = s
	if s != QRCreating && s != QRRefused {
		q.Remote, q.Text = "r", "https://pay"
	}
	if takes && (s == QRTaking || s == QRClosing) { // what shows no money is given up at once
		q.Sends, q.Lost = 1, 1
	}
	if s == QRPaid {
		q.Payments = []QRPayment{{ID: "p", As: Adopted, Amount: asked, At: t0}}
		o.State, o.PaidBy = PaidOther, "Q"
	}
	return o, q
}

func came(id string, amount money.Amount) Received { return Received{ID: id, Amount: amount, At: t0} }

// TestEveryPairOfCodes decides each state and event on purpose, for a provider
// that moves the money by itself and one that waits to be asked: what is missing
// is not allowed.
func TestEveryPairOfCodes(t *testing.T) {
	see := func(s CodeSeen) QREvent { return QRSeen{Seen: s} }
	soon, late := t0.Add(time.Minute), codeUntil.Add(QRMargin)
	events := map[string]QREvent{
		"made":         QRAnswered{CodeAnswer{Made: true, Remote: "r", Text: "https://pay", Until: codeUntil}},
		"made nothing": QRAnswered{CodeAnswer{Made: true, Remote: "r"}},
		"refused":      QRAnswered{CodeAnswer{Refused: true}},
		"no answer":    QRAnswered{},
		"nothing yet":  see(CodeSeen{Started: soon}),
		"failed late":  see(CodeSeen{Started: late, Failed: true}),
		"missing":      see(CodeSeen{Started: soon, Missing: true}),
		"missing long": see(CodeSeen{Started: t0.Add(QRMargin), Missing: true}),
		"approved":     see(CodeSeen{Started: soon, Approved: true, Payer: "x"}),
		"pending late": see(CodeSeen{Started: late, Pending: true}),
		"paid":         see(CodeSeen{Started: soon, Payments: []Received{came("a", asked)}}),
		"paid dead":    see(CodeSeen{Started: late, Dead: true, Payments: []Received{came("a", asked)}}),
		"paid half":    see(CodeSeen{Started: soon, Payments: []Received{came("a", half)}}),
		"dead":         see(CodeSeen{Started: soon, Dead: true}),
		"over soon":    see(CodeSeen{Started: late.Add(-1)}),
		"over":         see(CodeSeen{Started: late}),
		"slow clock":   see(CodeSeen{Started: late, At: late.Add(-time.Hour)}),
		"took nothing": QRSeen{Seen: CodeSeen{Started: soon}, Took: true},
		"took silence": QRSeen{Seen: CodeSeen{Started: soon, Failed: true}, Took: true},
		"took pending": QRSeen{Seen: CodeSeen{Started: soon, Pending: true}, Took: true},
		"took":         QRSeen{Seen: CodeSeen{Started: soon, Payments: []Received{came("a", asked)}}, Took: true},
		"told to end":  QRSeen{Seen: CodeSeen{Started: soon}, Ended: true},
		"found":        QRFound{[]Received{came("a", asked)}},
		"found none":   QRFound{},
		"given up":     QRGivenUp{},
		"accepted":     QRAccepted{Payment: "a", By: "sup", Reason: "kept"},
		"parked":       QRParked{By: "sup"},
		"restarted":    Restarted{},
		"restored":     Restored{},
		"clock moved":  ClockMoved{},
	}
	watched := func(s, end QRState) map[string]QRState {
		m := map[string]QRState{"paid": QRPaid, "paid dead": QRPaid, "took": QRPaid, "found": QRPaid, "dead": end, "over": end}
		for _, same := range []string{"nothing yet", "failed late", "missing", "missing long", "approved", "pending late", "paid half", "over soon",
			"slow clock", "took nothing", "took silence", "took pending", "told to end", "parked", "restarted", "restored", "clock moved"} {
			m[same] = s
		}
		return m
	}
	// what of a code that ended is worth a line: money
	ended := func(s QRState) map[string]QRState {
		return map[string]QRState{"paid": s, "paid dead": s, "paid half": s, "took": s, "found": s}
	}
	for _, takes := range []bool{false, true} {
		allowed := map[QRState]map[string]QRState{}
		for _, s := range QRStates {
			allowed[s] = ended(s)
			if !s.Final() {
				allowed[s] = watched(s, QRExpired)
			}
		}
		maps.Copy(allowed[QRCreating], map[string]QRState{"made": QRShown, "made nothing": QRCreating, "refused": QRRefused, "no answer": QRCreating, "given up": QRClosing})
		maps.Copy(allowed[QRShown], map[string]QRState{"given up": QRClosing})
		maps.Copy(allowed[QRTaking], map[string]QRState{"given up": QRClosing, "took nothing": QRShown})
		allowed[QRClosing] = watched(QRClosing, QRCancelled)
		if takes {
			maps.Copy(allowed[QRCreating], map[string]QRState{"given up": QRCancelled})
			maps.Copy(allowed[QRShown], map[string]QRState{"given up": QRCancelled, "approved": QRTaking})
			maps.Copy(allowed[QRClosing], map[string]QRState{"missing long": QRCancelled, "over soon": QRCancelled, "slow clock": QRCancelled, "took nothing": QRCancelled})
		}
		for _, s := range QRStates {
			for name, ev := range events {
				o, q := codeIn(s, takes)
				now := t0.Add(30 * time.Minute)
				o2, q2, err := StepQR(o, q, ev, now)
				want, ok := allowed[s][name]
				if !ok {
					if !errors.Is(err, ErrNotAllowed) || !reflect.DeepEqual(q2, q) || o2 != o {
						t.Errorf("takes %t, %s × %s: got %s, %v; want it refused", takes, s, name, q2.State, err)
					}
					continue
				}
				if err != nil || q2.State != want || q2.Version != q.Version+1 {
					t.Errorf("takes %t, %s × %s: got %s, version %d, %v; want %s", takes, s, name, q2.State, q2.Version, err, want)
				}
				if (q2.State == QRPaid) != (o2.State == PaidOther && o2.PaidBy == q2.ID) || (o2 != o) != (o2.Version == o.Version+1) {
					t.Errorf("takes %t, %s × %s: code %s, order %+v", takes, s, name, q2.State, o2)
				}
				if q2.Sends > q.Sends && (q2.State != QRTaking || !takes) {
					t.Errorf("takes %t, %s × %s: taken while %s", takes, s, name, q2.State)
				}
				if act, _ := NextQR(q2); (act == QRDoNothing) != q2.State.Final() {
					t.Errorf("takes %t, %s × %s: then %s", takes, s, name, act)
				}
			}
		}
	}
}

// TestStrays: what is not exactly what an open order waits for is a stray.
func TestStrays(t *testing.T) {
	back := came("a", asked)
	back.Refunded = half
	for name, tt := range map[string]struct {
		order    func(*Order)
		code     QRState
		received Received
	}{
		"paid by card":   {func(o *Order) { o.State = PaidCard }, QRShown, came("a", asked)},
		"given up":       {func(o *Order) { o.State = Abandoned }, QRClosing, came("a", asked)},
		"held":           {func(o *Order) { o.State = Held }, QRShown, came("a", asked)},
		"stored":         {func(o *Order) { o.Stored = "S" }, QRClosing, came("a", asked)},
		"another order":  {func(o *Order) { o.ID = "O2" }, QRShown, came("a", asked)},
		"half":           {func(o *Order) {}, QRShown, came("a", half)},
		"other money":    {func(o *Order) {}, QRShown, came("a", money.New(asked.Minor, money.EUR))},
		"part went back": {func(o *Order) {}, QRShown, back},
		"expired":        {func(o *Order) {}, QRExpired, came("a", asked)},
		"cancelled":      {func(o *Order) {}, QRCancelled, came("a", asked)},
	} {
		o, q := codeIn(tt.code, false)
		tt.order(&o)
		o2, q2, err := StepQR(o, q, QRSeen{Seen: CodeSeen{Started: t0, Payments: []Received{tt.received}}}, t0)
		if strays := q2.Strays(); err != nil || o2 != o || len(strays) != 1 || q2.Settled() {
			t.Errorf("%s: order %s, strays %+v, %v", name, o2.State, strays, err)
			continue
		}
		_, q3, err := StepQR(o2, q2, QRAccepted{Payment: "a", By: "sup", Reason: "kept"}, t0)
		if err != nil || len(q3.Strays()) != 0 || q3.Payments[0].As != Accepted || q3.Settled() != tt.code.Final() {
			t.Errorf("%s: accepted %+v, %v", name, q3.Payments, err)
		}
		if _, _, err := StepQR(o2, q3, QRAccepted{Payment: "a", By: "sup"}, t0); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("%s: accepted twice: %v", name, err)
		}
	}
	o, q := codeIn(QRShown, false)
	_, q, _ = StepQR(o, q, QRSeen{Seen: CodeSeen{Started: t0, Payments: []Received{came("a", asked), came("b", asked)}}}, t0)
	if p, ok := q.Paid(); !ok || p.ID != "a" || len(q.Strays()) != 1 || q.Strays()[0].ID != "b" {
		t.Errorf("paid twice: %+v", q.Payments)
	}
}

// TestTaking: the money of a code is asked for once the customer agreed, again
// after a pause while nobody knows, and never once it was given up.
func TestTaking(t *testing.T) {
	o, q := codeIn(QRShown, true)
	step := func(ev QREvent, now time.Time) {
		t.Helper()
		var err error
		if o, q, err = StepQR(o, q, ev, now); err != nil {
			t.Fatal(err)
		}
	}
	agreed := func(at time.Time) { step(QRSeen{Seen: CodeSeen{Started: at, Approved: true, Payer: "x"}}, at) }
	at := t0.Add(time.Minute)
	if agreed(at); q.State != QRTaking || q.Sends != 1 || q.Payer != "x" || q.Request().Sends != 1 {
		t.Fatalf("agreed: %+v", q)
	}
	if agreed(at); q.Sends != 1 {
		t.Errorf("asked again while the first is on its way")
	}
	step(QRSeen{Seen: CodeSeen{Started: at, Failed: true}, Took: true}, at.Add(time.Minute))
	if agreed(at.Add(time.Minute)); q.Sends != 1 {
		t.Errorf("asked again without a pause")
	}
	if agreed(at.Add(time.Minute + time.Second)); q.Sends != 2 || q.State != QRTaking {
		t.Errorf("not asked again: %+v", q)
	}
	declined := at.Add(2 * time.Minute)
	if step(QRSeen{Seen: CodeSeen{Started: at}, Took: true}, declined); q.State != QRShown || q.Lost != 1 {
		t.Errorf("declined: %+v", q)
	}
	if step(QRGivenUp{}, declined); q.State != QRClosing {
		t.Errorf("a request got no answer, and the code is %s", q.State)
	}
	if agreed(declined.Add(time.Minute)); q.Sends != 2 || q.State != QRClosing {
		t.Errorf("agreed after it was given up: %+v", q)
	}
	step(QRSeen{Seen: CodeSeen{Started: declined.Add(QRMargin - 1), Missing: true}}, declined.Add(QRMargin))
	if q.State != QRClosing {
		t.Errorf("ended while the request may be carried out")
	}
	if step(QRSeen{Seen: CodeSeen{Started: declined.Add(QRMargin)}}, declined.Add(QRMargin)); q.State != QRCancelled {
		t.Errorf("not ended: %s", q.State)
	}
}

// TestNotTaken: what is not to be paid, or no longer, or may have been paid
// otherwise, is not taken though the customer agrees.
func TestNotTaken(t *testing.T) {
	agree := QRSeen{Seen: CodeSeen{Started: t0, Approved: true}}
	for name, change := range map[string]func(*Order, *QR){
		"not shown":    func(_ *Order, q *QR) { q.State = QRCreating },
		"paid by card": func(o *Order, _ *QR) { o.State = PaidCard },
		"stored":       func(o *Order, _ *QR) { o.Stored = "S" },
		"restored":     func(_ *Order, q *QR) { q.Restored = true },
		"by itself":    func(_ *Order, q *QR) { q.Takes = false },
		"closing":      func(_ *Order, q *QR) { q.State = QRClosing },
	} {
		o, q := codeIn(QRShown, true)
		change(&o, &q)
		if _, q2, err := StepQR(o, q, agree, t0); err != nil || q2.Sends > 0 || q2.State == QRTaking {
			t.Errorf("%s: %s, %d, %v", name, q2.State, q2.Sends, err)
		}
	}
}

// TestStaleDeath: that a code is dead counts only if it was asked about after the
// last request to move its money, or said in answer to that.
func TestStaleDeath(t *testing.T) {
	for _, tt := range []struct {
		started time.Time
		took    bool
		want    QRState
	}{{t0, false, QRTaking}, {t0, true, QRExpired}, {t0.Add(time.Minute), false, QRExpired}} {
		o, q := codeIn(QRTaking, true)
		q.QuietSince = t0.Add(time.Minute)
		if _, q, _ = StepQR(o, q, QRSeen{Seen: CodeSeen{Started: tt.started, Dead: true}, Took: tt.took}, t0.Add(time.Hour)); q.State != tt.want {
			t.Errorf("from %v, took %t: %s, want %s", tt.started, tt.took, q.State, tt.want)
		}
	}
}

// TestCodeOfAnOlderJournal is not given up unseen, not taken, and asked for as
// one that is there.
func TestCodeOfAnOlderJournal(t *testing.T) {
	late := codeUntil.Add(time.Hour)
	for _, takes := range []bool{false, true} {
		for _, s := range []QRState{QRCreating, QRShown, QRTaking, QRClosing} {
			o, q := codeIn(s, takes)
			o, q, err := StepQR(o, q, Restored{}, late)
			if err != nil || q.State != s || !q.Restored || !q.Request().Again {
				t.Fatalf("%s: %+v, %v", s, q, err)
			}
			if s != QRClosing {
				if o, q, err = StepQR(o, q, QRGivenUp{}, late); err != nil || q.State != QRClosing {
					t.Fatalf("%s: given up it is %s, %v", s, q.State, err)
				}
			}
			if MayPay(o, nil, []QR{q}, false) != ErrConsent {
				t.Errorf("%s: another tender may begin unwarned", s)
			}
			if o2, q2, _ := StepQR(o, q, QRSeen{Seen: CodeSeen{Started: late, Payments: []Received{came("a", asked)}}}, late); q2.State != QRPaid || o2.PaidBy != "Q" {
				t.Errorf("%s: what was paid is %s", s, q2.State)
			}
			if _, q2, _ := StepQR(o, q, QRAnswered{CodeAnswer{Refused: true}}, late); q2.State == QRRefused {
				t.Errorf("%s: a refusal ended it", s)
			}
		}
	}
	_, q := codeIn(QRCreating, false)
	if _, q, _ = StepQR(Order{}, q, Restored{}, late); q.State != QRCreating {
		t.Fatal(q.State)
	}
	if _, q, _ = StepQR(Order{}, q, QRAnswered{CodeAnswer{Refused: true}}, late); q.State != QRClosing {
		t.Errorf("refused, it is %s", q.State)
	}
	_, q = codeIn(QRShown, true)
	_, q, _ = StepQR(Order{}, q, Restored{}, t0)
	if act, at := NextQR(q); act != QRDoGiveUp || !at.Equal(t0) {
		t.Errorf("one that is not going to be taken: %s at %v", act, at)
	}
}

// TestCodeGivenUpBeforeItWasMade: it may be made all the same, and is then taken
// away under the name that the provider gave it.
func TestCodeGivenUpBeforeItWasMade(t *testing.T) {
	o, q := codeIn(QRCreating, false)
	step := func(ev QREvent) {
		t.Helper()
		var err error
		if o, q, err = StepQR(o, q, ev, t0); err != nil {
			t.Fatal(err)
		}
	}
	step(QRGivenUp{})
	if act, _ := NextQR(q); act != QRDoLook || MayPay(o, nil, []QR{q}, false) != nil {
		t.Errorf("%s; another tender: %v", act, MayPay(o, nil, []QR{q}, false))
	}
	step(QRAnswered{CodeAnswer{Made: true, Remote: "r", Text: "x"}})
	if act, _ := NextQR(q); q.State != QRClosing || q.Remote != "r" || q.Text != "" || act != QRDoEnd {
		t.Errorf("%s, remote %q, text %q, then %s", q.State, q.Remote, q.Text, act)
	}
	if step(QRSeen{Seen: CodeSeen{Started: t0}, Ended: true}); !q.Told {
		t.Error("not told")
	}
	if act, _ := NextQR(q); act != QRDoLook {
		t.Errorf("then %s", act)
	}
}

func TestMayPay(t *testing.T) {
	clear := Attempt{State: Quarantine, Clean: softLooks}
	unseen := QR{State: QRClosing}
	for _, tt := range []struct {
		attempts       []Attempt
		codes          []QR
		plain, consent error
	}{
		{nil, []QR{{State: QRCreating}}, ErrInProgress, ErrInProgress},
		{nil, []QR{{State: QRShown, Text: "x"}}, ErrInProgress, ErrInProgress},
		{nil, []QR{{State: QRTaking, Text: "x"}}, ErrInProgress, ErrInProgress},
		{nil, []QR{{State: QRClosing, Text: "x"}}, ErrConsent, nil},
		{nil, []QR{{State: QRClosing, Restored: true}}, ErrConsent, nil},
		{nil, []QR{unseen}, nil, nil},
		{nil, []QR{{State: QRExpired}, {State: QRCancelled}, {State: QRRefused}}, nil, nil},
		{nil, []QR{{State: QRShown}, {State: QRClosing, Text: "x"}}, ErrInProgress, ErrInProgress},
		{nil, []QR{{State: QRClosing, Text: "x"}, {State: QRShown}}, ErrInProgress, ErrInProgress},
		{[]Attempt{clear}, nil, ErrConsent, nil},
		{[]Attempt{clear}, []QR{{State: QRClosing, Text: "x"}}, ErrConsent, nil},
		{[]Attempt{clear}, []QR{{State: QRShown}}, ErrInProgress, ErrInProgress},
		{[]Attempt{{State: Unknown}}, []QR{unseen}, ErrInProgress, ErrInProgress},
	} {
		o := Order{State: Open}
		if got := MayPay(o, tt.attempts, tt.codes, false); got != tt.plain {
			t.Errorf("%v %v: %v, want %v", tt.attempts, tt.codes, got, tt.plain)
		}
		if got := MayPay(o, tt.attempts, tt.codes, true); got != tt.consent {
			t.Errorf("%v %v with consent: %v, want %v", tt.attempts, tt.codes, got, tt.consent)
		}
	}
	for _, o := range []Order{{State: PaidOther}, {State: Abandoned}, {State: Open, Stored: "S"}} {
		if MayPay(o, nil, nil, true) == nil {
			t.Errorf("%+v may be paid", o)
		}
	}
}

func TestNextQR(t *testing.T) {
	for _, tt := range []struct {
		name   string
		state  QRState
		change func(*QR)
		act    QRAction
		after  time.Duration // of t0
	}{
		{"new", QRCreating, nil, QRDoCreate, 0},
		{"no answer", QRCreating, func(q *QR) { q.Tries, q.LastTry = 3, t0 }, QRDoCreate, 4 * time.Second},
		{"never answered", QRCreating, func(q *QR) { q.Tries, q.LastTry = 9, t0.Add(time.Minute) }, QRDoGiveUp, 5 * time.Minute},
		{"on paper", QRCreating, func(q *QR) { q.Patience, q.Tries, q.LastTry = time.Time{}, 9, t0.Add(time.Minute) }, QRDoCreate, 6 * time.Minute},
		{"on paper, over", QRCreating, func(q *QR) { q.Patience, q.Tries, q.LastTry = time.Time{}, 9, codeUntil }, QRDoGiveUp, 15 * time.Minute},
		{"shown", QRShown, nil, QRDoLook, 0},
		{"looked at", QRShown, func(q *QR) { q.Tries, q.LastTry = 1, t0 }, QRDoLook, 1500 * time.Millisecond},
		{"for long", QRShown, func(q *QR) { q.Tries, q.LastTry = 100, t0.Add(4*time.Minute) }, QRDoLook, 4*time.Minute + 5*time.Second},
		{"for too long", QRShown, func(q *QR) { q.Tries, q.LastTry = 100, t0.Add(5*time.Minute-1) }, QRDoGiveUp, 5 * time.Minute},
		{"paper for long", QRShown, func(q *QR) { q.Patience, q.Tries, q.LastTry = time.Time{}, 9, t0.Add(time.Hour) }, QRDoLook, 61 * time.Minute},
		{"paper for days", QRShown, func(q *QR) { q.Patience, q.Tries, q.LastTry = time.Time{}, 9, t0.Add(2*time.Hour) }, QRDoLook, 125 * time.Minute},
		{"no answers", QRShown, func(q *QR) { q.Tries, q.Fails, q.LastTry = 5, 5, t0 }, QRDoLook, 16 * time.Second},
		{"no answers at all", QRShown, func(q *QR) { q.Tries, q.Fails, q.LastTry = 50, 50, t0 }, QRDoLook, time.Minute},
		{"just taken", QRTaking, nil, QRDoLook, 2 * time.Second},
		{"taken long ago", QRTaking, func(q *QR) { q.Tries, q.LastTry = 1, t0.Add(time.Hour) }, QRDoLook, 61 * time.Minute},
		{"given up", QRClosing, func(q *QR) { q.Cancels = true }, QRDoEnd, 0},
		{"not told yet", QRClosing, func(q *QR) { q.Cancels, q.Tries, q.LastTry = true, 4, t0 }, QRDoEnd, 8 * time.Second},
		{"told", QRClosing, func(q *QR) { q.Cancels, q.Told, q.Tries, q.LastTry = true, true, 1, t0 }, QRDoLook, 1500 * time.Millisecond},
		{"nameless", QRClosing, func(q *QR) { q.Cancels, q.Remote = true, "" }, QRDoLook, 0},
		{"cannot be told", QRClosing, nil, QRDoLook, 0},
	} {
		_, q := codeIn(tt.state, false)
		q.Cancels = false
		if tt.change != nil {
			tt.change(&q)
		}
		if act, at := NextQR(q); act != tt.act || at.Sub(t0) != tt.after {
			t.Errorf("%s: %s after %v, want %s after %v", tt.name, act, at.Sub(t0), tt.act, tt.after)
		}
	}
}

// TestClockMovedUnderACode: nothing waits for an hour because the clock was set
// back, nothing is concluded because it was set forward, and somebody who stands
// in front of the code has as much time as before.
func TestClockMovedUnderACode(t *testing.T) {
	for _, by := range []time.Duration{-time.Hour, time.Hour} {
		o, q := codeIn(QRShown, false)
		q.Tries, q.LastTry = 7, t0.Add(time.Second)
		now := t0.Add(by)
		_, q2, err := StepQR(o, q, ClockMoved{}, now)
		act, at := NextQR(q2)
		if err != nil || act != QRDoLook || at.Sub(now) != 1500*time.Millisecond || q2.Patience.Sub(now) != 5*time.Minute {
			t.Errorf("by %v: %s in %v, patience %v, %v", by, act, at.Sub(now), q2.Patience.Sub(now), err)
		}
		_, q = codeIn(QRClosing, false)
		q.Remote, q.Until = "", t0.Add(24*time.Hour)
		_, q, _ = StepQR(o, q, ClockMoved{}, now)
		if _, q, _ = StepQR(o, q, QRSeen{Seen: CodeSeen{Started: now, Missing: true}}, now); q.State != QRClosing {
			t.Errorf("by %v: a code that may be on its way is %s", by, q.State)
		}
	}
	o, q := codeIn(QRShown, false)
	if _, q2, _ := StepQR(o, q, Restarted{}, t0.Add(time.Hour)); !q2.Patience.Equal(q.Patience) || !q2.Request().Again {
		t.Errorf("restarted: patience %v", q2.Patience)
	}
	if _, q2, _ := StepQR(o, q, Restarted{}, t0.Add(-time.Hour)); q2.Patience.Sub(t0.Add(-time.Hour)) != 5*time.Minute {
		t.Errorf("restarted with the clock behind: patience %v", q2.Patience)
	}
}

func TestPaidBackElsewhere(t *testing.T) {
	for _, tt := range []struct{ held, back, elsewhere, refunded, want int64 }{
		{0, 0, 0, 0, 0},
		{0, 0, 0, 500, 500},
		{0, 0, 500, 200, 200}, // it says otherwise by now
		{300, 0, 0, 300, 0},   // it may be ours
		{300, 0, 0, 500, 200},
		{300, 0, 200, 200, 200}, // ours may not be there yet
		{300, 300, 0, 0, 0},     // it is behind
		{300, 300, 200, 200, 200},
		{300, 300, 0, 500, 200},
	} {
		o, q := codeIn(QRPaid, false)
		p := &q.Payments[0]
		p.Held, p.Back, p.Elsewhere = money.New(tt.held, money.USD), money.New(tt.back, money.USD), money.New(tt.elsewhere, money.USD)
		r := Received{ID: "p", Amount: asked, At: t0, Refunded: money.New(tt.refunded, money.USD)}
		_, q, err := StepQR(o, q, QRFound{[]Received{r}}, t0)
		if got := q.Payments[0].Elsewhere.Minor; got != tt.want || (err == nil) != (got != tt.elsewhere) {
			t.Errorf("%+v: %d, %v", tt, got, err)
		}
	}
}

func TestSameBut(t *testing.T) {
	o, q := codeIn(QRShown, false)
	for ev, want := range map[QREvent]bool{Restarted{}: false, QRGivenUp{}: false, QRParked{By: "sup"}: false} {
		if _, q2, err := StepQR(o, q, ev, t0.Add(time.Second)); err != nil || q2.SameBut(q) != want {
			t.Errorf("%T: %t, %v", ev, !want, err)
		}
	}
	for name, tt := range map[string]struct {
		seen CodeSeen
		want bool
	}{"nothing": {CodeSeen{}, true}, "silence": {CodeSeen{Failed: true}, true}, "why": {CodeSeen{Failed: true, Message: "busy"}, false},
		"pending": {CodeSeen{Pending: true}, false}, "half": {CodeSeen{Payments: []Received{came("a", half)}}, false}} {
		if _, q2, err := StepQR(o, q, QRSeen{Seen: tt.seen}, t0.Add(time.Second)); err != nil || q2.SameBut(q) != tt.want {
			t.Errorf("%s: %t, %v", name, !tt.want, err)
		}
	}
}

func TestAlarmingQR(t *testing.T) {
	for _, tt := range []struct {
		q    QR
		want bool
	}{{QR{State: QRShown, Tries: 50}, false}, {QR{State: QRShown, Fails: AlarmTries}, true}, {QR{State: QRCreating, Tries: AlarmTries}, true},
		{QR{State: QRPaid, Payments: []QRPayment{{As: Stray, Amount: asked}}}, true}, {QR{State: QRPaid, Payments: []QRPayment{{As: Adopted, Amount: asked}}}, false}} {
		if got := AlarmingQR(tt.q); got != tt.want {
			t.Errorf("%+v: %t", tt.q, got)
		}
	}
}

// TestNet: the fee counts where it is known.
func TestNet(t *testing.T) {
	p := QRPayment{Amount: asked, Fee: money.New(250, money.USD)}
	if p.Net() != money.New(1000, money.USD) || (QRPayment{Amount: asked}).Net() != asked || (QRPayment{Amount: asked, Fee: money.New(1, money.EUR)}).Net() != asked {
		t.Errorf("net %v", p.Net())
	}
}

// TestCodesAtRandom steps codes and refunds of one order through whatever may
// happen to them, in any order.
func TestCodesAtRandom(t *testing.T) {
	for seed := range uint64(4000) {
		r := rand.New(rand.NewPCG(seed, 7))
		now := t0
		o := Order{ID: "O", Version: 1, State: Open, Amount: asked}
		var codes []QR
		var refunds []Refund
		for i := range 2 {
			q := BeginQR(QR{ID: string(rune('A' + i)), Order: "O", Asked: asked, Takes: r.IntN(2) == 0, Cancels: r.IntN(2) == 0, Until: t0.Add(time.Hour)}, t0)
			codes = append(codes, q)
		}
		for range 60 {
			now = now.Add(time.Duration(r.Int64N(int64(8 * time.Minute))))
			i := r.IntN(2)
			q := codes[i]
			if r.IntN(30) == 0 && o.State == Open {
				o.State = PaidCard
			}
			if len(q.Payments) > 0 && r.IntN(3) == 0 {
				refund(t, r, &codes[i], &refunds, now)
				continue
			}
			o2, q2, err := StepQR(o, q, anyEvent(r, now), now)
			if err != nil {
				continue
			}
			switch {
			case q.State.Final() && q2.State != q.State:
				t.Fatalf("seed %d: %s became %s", seed, q.State, q2.State)
			case o.State != Open && o2 != o:
				t.Fatalf("seed %d: order %s changed", seed, o.State)
			case q2.Sends > q.Sends && (q.State != QRShown && q.State != QRTaking || q2.State != QRTaking || !q.Takes || o.State != Open):
				t.Fatalf("seed %d: taken in %s", seed, q.State)
			case len(q2.Payments) < len(q.Payments):
				t.Fatalf("seed %d: a payment is lost", seed)
			}
			o, codes[i] = o2, q2
		}
		adopted := 0
		for _, q := range codes {
			for _, p := range q.Payments {
				if p.As == Adopted {
					adopted++
				}
				var held, back int64
				for _, f := range refunds {
					if f.Of == q.ID && f.Payment == p.ID && (!f.State.Final() || f.State == RefundDone) {
						held += f.Amount.Minor
					}
					if f.Of == q.ID && f.Payment == p.ID && f.State == RefundDone {
						back += f.Amount.Minor
					}
				}
				if p.Held.Minor != held || p.Back.Minor != back || p.Held.Minor > p.Amount.Minor {
					t.Fatalf("seed %d: held %d and back %d of %d; refunds hold %d, %d", seed, p.Held.Minor, p.Back.Minor, p.Amount.Minor, held, back)
				}
			}
			if (q.State == QRPaid) != slices.ContainsFunc(q.Payments, func(p QRPayment) bool { return p.As == Adopted }) {
				t.Fatalf("seed %d: %s with %+v", seed, q.State, q.Payments)
			}
		}
		if adopted > 1 || (adopted == 1) != (o.State == PaidOther) {
			t.Fatalf("seed %d: %d adopted, order %s", seed, adopted, o.State)
		}
	}
}

// refund begins or steps a refund at random.
func refund(t *testing.T, r *rand.Rand, q *QR, refunds *[]Refund, now time.Time) {
	p := q.Payments[r.IntN(len(q.Payments))]
	q2, f, err := BeginRefund(*q, Refund{ID: string(rune('a' + len(*refunds))), Payment: p.ID, Amount: money.New(1+r.Int64N(asked.Minor), money.USD), Repeats: r.IntN(2) == 0}, now)
	if err == nil {
		*q, *refunds = q2, append(*refunds, f)
	} else if !errors.Is(err, ErrTooMuch) {
		t.Fatal(err)
	}
	for i, f := range *refunds {
		if f.Of != q.ID || r.IntN(2) == 0 {
			continue
		}
		a := RefundAnswer{Started: now.Add(-time.Duration(r.Int64N(int64(time.Hour)))), Answered: r.IntN(3) > 0, NotSent: r.IntN(2) == 0, Missing: r.IntN(4) == 0,
			State: RefundStates[r.IntN(len(RefundStates))]}
		var ev RefundEvent = RefundSeen{a}
		if r.IntN(2) == 0 {
			ev = RefundReplied{a}
		}
		if q2, f, err := StepRefund(*q, f, ev, now); err == nil {
			*q, (*refunds)[i] = q2, f
		}
	}
}

func anyEvent(r *rand.Rand, now time.Time) QREvent {
	seen := CodeSeen{Started: now.Add(-time.Duration(r.Int64N(int64(20 * time.Minute)))), Failed: r.IntN(4) == 0, Missing: r.IntN(4) == 0,
		Dead: r.IntN(12) == 0, Approved: r.IntN(2) == 0, Pending: r.IntN(5) == 0}
	for _, id := range []string{"x", "y", "z"} {
		if r.IntN(10) == 0 {
			seen.Payments = append(seen.Payments, Received{ID: id, Amount: []money.Amount{asked, asked, half}[r.IntN(3)], At: now,
				Refunded: money.New(r.Int64N(2)*r.Int64N(300), money.USD)})
		}
	}
	switch r.IntN(12) {
	case 0, 1:
		return QRAnswered{CodeAnswer{Made: r.IntN(3) > 0, Refused: r.IntN(9) == 0, Remote: "r", Text: "x"}}
	case 2:
		return QRGivenUp{}
	case 3:
		return QRFound{seen.Payments}
	case 4:
		return QRAccepted{Payment: "x", By: "sup"}
	case 5:
		return []QREvent{Restarted{}, ClockMoved{}, Restored{}, QRParked{By: "sup"}}[r.IntN(4)]
	}
	return QRSeen{Seen: seen, Took: r.IntN(4) == 0, Ended: r.IntN(6) == 0}
}
