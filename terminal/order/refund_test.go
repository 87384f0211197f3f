package order

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"paydesk/terminal/money"
)

// refundIn is half of a payment on its way back.
func refundIn(t *testing.T, s RefundState, repeats bool) (QR, Refund) {
	t.Helper()
	_, q := codeIn(QRPaid, false)
	q, r, err := BeginRefund(q, Refund{ID: "R", Payment: "p", Amount: half, Repeats: repeats}, t0)
	if err != nil {
		t.Fatal(err)
	}
	r.State = s
	return q, r
}

func TestBeginRefund(t *testing.T) {
	_, q := codeIn(QRPaid, false)
	for _, tt := range []struct {
		name, payment   string
		amount          money.Amount
		held, elsewhere int64
		want            error
		whole           bool
	}{
		{"all", "p", asked, 0, 0, nil, true},
		{"half", "p", half, 0, 0, nil, false},
		{"the other half", "p", half, 625, 0, nil, false},
		{"more than the rest", "p", half, 626, 0, ErrTooMuch, false},
		{"all, and some went back", "p", asked, 0, 1, ErrTooMuch, false},
		{"a cent too much", "p", money.New(asked.Minor+1, money.USD), 0, 0, ErrTooMuch, false},
		{"nothing", "p", zero, 0, 0, ErrBadAmount, false},
		{"less", "p", money.New(-1, money.USD), 0, 0, ErrBadAmount, false},
		{"other money", "p", money.New(1, money.EUR), 0, 0, ErrBadAmount, false},
		{"another payment", "x", half, 0, 0, ErrNotFound, false},
	} {
		q.Payments[0].Held, q.Payments[0].Elsewhere = money.New(tt.held, money.USD), money.New(tt.elsewhere, money.USD)
		q2, r, err := BeginRefund(q, Refund{ID: "R", Payment: tt.payment, Amount: tt.amount, Restored: true}, t0)
		if err != tt.want || r.Whole != tt.whole {
			t.Errorf("%s: %+v, %v; want %v", tt.name, r, err, tt.want)
		}
		if held := q2.Payments[0].Held.Minor; err == nil && (held != tt.held+tt.amount.Minor || q2.Version != q.Version+1 || r.Of != "Q" || r.Order != "O" || r.Sends != 1 || r.Restored) ||
			err != nil && !reflect.DeepEqual(q2, q) || q.Payments[0].Held.Minor != tt.held {
			t.Errorf("%s: holds %d, %+v", tt.name, held, r)
		}
	}
}

// TestEveryPairOfRefunds decides each state and event on purpose, for a provider
// that knows repeats and one that does not; what is missing is not allowed. A
// state with a plus is sent once more.
func TestEveryPairOfRefunds(t *testing.T) {
	answer := func(s RefundState) RefundAnswer {
		return RefundAnswer{Started: t0, Answered: true, State: s, Remote: "r"}
	}
	missing := func(after time.Duration) RefundEvent {
		return RefundSeen{RefundAnswer{Started: t0.Add(after), Answered: true, Missing: true}}
	}
	events := map[string]RefundEvent{
		"done": RefundReplied{answer(RefundDone)}, "pending": RefundReplied{answer(RefundPending)}, "refused": RefundReplied{answer(RefundRefused)},
		"strange": RefundReplied{answer(RefundAbsent)}, "silence": RefundReplied{RefundAnswer{State: RefundDone}},
		"not sent": RefundReplied{RefundAnswer{NotSent: true}},
		"is done":  RefundSeen{answer(RefundDone)}, "is pending": RefundSeen{answer(RefundPending)}, "is refused": RefundSeen{answer(RefundRefused)},
		"is strange": RefundSeen{answer("LOST")}, "no look": RefundSeen{RefundAnswer{Started: t0.Add(time.Hour)}},
		"missing": missing(QRMargin - 1), "missing long": missing(QRMargin),
		"parked": RefundParked{"sup"}, "restarted": Restarted{}, "restored": Restored{}, "clock moved": ClockMoved{},
	}
	waiting := map[string]RefundState{"done": RefundDone, "pending": RefundPending, "refused": RefundRefused, "strange": RefundUnknown, "silence": RefundUnknown,
		"not sent": RefundUnknown, "is done": RefundDone, "is pending": RefundPending, "is refused": RefundRefused, "is strange": RefundUnknown, "no look": RefundUnknown,
		"missing": RefundUnknown, "missing long": RefundAbsent, "parked": RefundUnknown, "restarted": RefundUnknown, "restored": RefundUnknown, "clock moved": RefundUnknown}
	sending := map[string]RefundState{"not sent": RefundAbsent, "parked": RefundSending}
	pending := map[string]RefundState{"is done": RefundDone, "is pending": RefundPending, "is refused": RefundRefused}
	for _, name := range []string{"is strange", "no look", "missing", "missing long", "parked", "restarted", "restored", "clock moved"} {
		pending[name] = RefundPending
	}
	for name, s := range waiting {
		if _, set := sending[name]; !set {
			sending[name] = s
		}
	}
	allowed := map[RefundState]map[string]RefundState{RefundSending: sending, RefundUnknown: waiting, RefundPending: pending}
	for _, repeats := range []bool{false, true} {
		for _, s := range RefundStates {
			for name, ev := range events {
				q, r := refundIn(t, s, repeats)
				q2, r2, err := StepRefund(q, r, ev, t0.Add(time.Hour))
				want, ok := allowed[s][name]
				if !ok {
					if !errors.Is(err, ErrNotAllowed) || r2 != r || !reflect.DeepEqual(q2, q) {
						t.Errorf("repeats %t, %s × %s: got %s, %v; want it refused", repeats, s, name, r2.State, err)
					}
					continue
				}
				again := repeats && s != RefundPending && (name == "missing" || name == "missing long")
				if again {
					want = RefundUnknown
				}
				if err != nil || r2.State != want || r2.Version != r.Version+1 || (r2.Sends > r.Sends) != again {
					t.Errorf("repeats %t, %s × %s: got %s, %d sent, %v; want %s", repeats, s, name, r2.State, r2.Sends, err, want)
				}
				held, back := half.Minor, int64(0)
				switch want {
				case RefundDone:
					back = held
				case RefundRefused, RefundAbsent:
					held = 0
				}
				if p := q2.Payments[0]; p.Held.Minor != held || p.Back.Minor != back || (q2.Version > q.Version) != want.Final() {
					t.Errorf("repeats %t, %s × %s: holds %d, %d back", repeats, s, name, p.Held.Minor, p.Back.Minor)
				}
				if _, ask := NextRefund(r2); ask == r2.State.Final() {
					t.Errorf("repeats %t, %s × %s: asked about %t", repeats, s, name, ask)
				}
			}
		}
	}
}

// TestRefundOfAnOlderJournal is looked for to the end, and never sent again: it
// may have been made anew under another number.
func TestRefundOfAnOlderJournal(t *testing.T) {
	for _, repeats := range []bool{false, true} {
		q, r := refundIn(t, RefundSending, repeats)
		late := t0.Add(48 * time.Hour)
		q, r, err := StepRefund(q, r, Restored{}, late)
		if err != nil || r.State != RefundUnknown || !r.Restored {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, tt := range []struct {
			after time.Duration
			want  RefundState
		}{{time.Minute, RefundUnknown}, {QRMargin, RefundAbsent}} {
			q, r, err = StepRefund(q, r, RefundSeen{RefundAnswer{Started: late.Add(tt.after), Answered: true, Missing: true}}, late.Add(tt.after))
			if err != nil || r.State != tt.want || r.Sends != 1 {
				t.Errorf("repeats %t, after %v: %s, %d sent, %v", repeats, tt.after, r.State, r.Sends, err)
			}
		}
		if q.Payments[0].Held.Minor != 0 {
			t.Error("it holds what did not go back")
		}
	}
}

// TestSentTwice: that a second request did not leave says nothing of the first.
func TestSentTwice(t *testing.T) {
	q, r := refundIn(t, RefundUnknown, true)
	q, r, err := StepRefund(q, r, RefundSeen{RefundAnswer{Started: t0, Answered: true, Missing: true}}, t0)
	if err != nil || r.Sends != 2 {
		t.Fatal(r, err)
	}
	if _, r, err := StepRefund(q, r, RefundReplied{RefundAnswer{NotSent: true}}, t0); err != nil || r.State != RefundUnknown {
		t.Errorf("%s, %v", r.State, err)
	}
	refused := RefundReplied{RefundAnswer{Answered: true, State: RefundRefused, Message: "no"}}
	if q, r, err = StepRefund(q, r, refused, t0); err != nil || r.State != RefundUnknown {
		t.Fatalf("refused: %s, %v", r.State, err)
	}
	missing := RefundSeen{RefundAnswer{Started: t0.Add(QRMargin - 1), Answered: true, Missing: true}}
	if q, r, err = StepRefund(q, r, missing, t0); err != nil || r.State != RefundUnknown || r.Sends != 2 {
		t.Errorf("refused, and not there: %s, %d sent, %v", r.State, r.Sends, err)
	}
	missing.Answer.Started = t0.Add(QRMargin)
	if q, r, err = StepRefund(q, r, missing, t0); err != nil || r.State != RefundRefused || q.Payments[0].Held.Minor != 0 {
		t.Errorf("refused, and not there for long: %s, %v", r.State, err)
	}
}

func TestNextRefund(t *testing.T) {
	for _, tt := range []struct {
		state RefundState
		tries int
		pause time.Duration
	}{
		{RefundSending, 0, 2 * time.Second}, {RefundUnknown, 0, 2 * time.Second}, {RefundUnknown, 1, time.Second}, {RefundUnknown, 9, 5 * time.Minute},
		{RefundPending, 0, time.Minute}, {RefundPending, 1, 4 * time.Minute}, {RefundPending, 2, 16 * time.Minute}, {RefundPending, 3, time.Hour}, {RefundPending, 99, time.Hour},
	} {
		_, r := refundIn(t, tt.state, false)
		from := r.Since
		if tt.tries > 0 {
			r.Tries, r.LastTry = tt.tries, t0.Add(time.Minute)
			from = r.LastTry
		}
		if due, ask := NextRefund(r); !ask || due.Sub(from) != tt.pause {
			t.Errorf("%s, %d tries: after %v", tt.state, tt.tries, due.Sub(from))
		}
		stuck := tt.state != RefundPending
		if got := AlarmingRefund(r, t0.Add(AlarmAfter)); got != stuck {
			t.Errorf("%s: alarm %t", tt.state, got)
		}
		if got := AlarmingRefund(r, t0); got != (stuck && tt.tries >= AlarmTries) {
			t.Errorf("%s, %d tries: alarm %t", tt.state, tt.tries, got)
		}
	}
}
