package order

import (
	"errors"
	"testing"
	"time"
)

// TestEveryPairOfCodes decides each state and event on purpose: what is missing
// is not allowed.
func TestEveryPairOfCodes(t *testing.T) {
	until := t0.Add(15 * time.Minute)
	events := map[string]QREvent{
		"made":        QRMade{"r", "https://pay", until},
		"not made":    QRNotMade{"no"},
		"pending":     QRSeen{Started: t0},
		"failed late": QRSeen{Started: until.Add(QRMargin), Failed: true},
		"paid":        QRSeen{Started: t0, Paid: asked},
		"paid late":   QRSeen{Started: until.Add(time.Hour), Dead: true, Paid: asked},
		"paid half":   QRSeen{Started: t0, Paid: half},
		"dead":        QRSeen{Started: t0, Dead: true},
		"over soon":   QRSeen{Started: until.Add(QRMargin - 1)},
		"over":        QRSeen{Started: until.Add(QRMargin)},
		"given up":    QRGivenUp{},
		"money back":  QRMoneyBack{},
	}
	watched := func(s, end QRState) map[string]QRState {
		return map[string]QRState{"pending": s, "failed late": s, "paid": QRPaid, "paid late": QRPaid, "paid half": QRLate,
			"dead": end, "over soon": s, "over": end}
	}
	allowed := map[QRState]map[string]QRState{QRCreating: watched(QRCreating, QRExpired), QRShown: watched(QRShown, QRExpired),
		QRClosing: watched(QRClosing, QRCancelled), QRLate: {"money back": QRRefunded}}
	allowed[QRCreating]["made"], allowed[QRCreating]["not made"] = QRShown, QRRefused
	allowed[QRCreating]["given up"], allowed[QRShown]["given up"] = QRClosing, QRClosing
	for _, s := range QRStates {
		for name, ev := range events {
			q := BeginQR(QR{ID: "Q", Order: "O", Asked: asked, Remote: "r", Until: until}, t0)
			q.State = s
			o := Order{ID: "O", Version: 1, State: Open, Amount: asked}
			o2, q2, err := StepQR(o, q, ev, t0)
			want, ok := allowed[s][name]
			if !ok {
				if !errors.Is(err, ErrNotAllowed) || q2 != q || o2 != o {
					t.Errorf("%s × %s: got %s, %v; want it refused", s, name, q2.State, err)
				}
				continue
			}
			if err != nil || q2.State != want || q2.Version != q.Version+1 {
				t.Errorf("%s × %s: got %s, version %d, %v; want %s", s, name, q2.State, q2.Version, err, want)
			}
			if (q2.State == QRPaid) != (o2.State == PaidOther && o2.PaidBy == q2.ID && o2.Version == 2) {
				t.Errorf("%s × %s: code %s, order %s", s, name, q2.State, o2.State)
			}
			if _, ask := NextQR(q2); ask == (q2.State.Final() || q2.State == QRLate) {
				t.Errorf("%s × %s: asked about again: %t", s, name, ask)
			}
		}
	}
}

// TestCodeGivenUpBeforeItWasMade: it may be made all the same, and is then
// taken away under the name that the provider gave it.
func TestCodeGivenUpBeforeItWasMade(t *testing.T) {
	q := BeginQR(QR{ID: "Q", Asked: asked}, t0)
	o := Order{State: Open}
	step := func(ev QREvent) {
		t.Helper()
		var err error
		if o, q, err = StepQR(o, q, ev, t0); err != nil {
			t.Fatal(err)
		}
	}
	step(QRGivenUp{})
	other := q
	step(QRMade{"r", "x", t0})
	if q.State != QRClosing || q.Remote != "r" {
		t.Errorf("%s, remote %q", q.State, q.Remote)
	}
	if _, r, err := StepQR(o, other, QRNotMade{"no"}, t0); err != nil || r.State != QRRefused {
		t.Errorf("%s, %v", r.State, err)
	}
}

// TestLatePaymentGoesBack: an order that was paid otherwise, or given up, takes
// no further money.
func TestLatePaymentGoesBack(t *testing.T) {
	for _, s := range []OrderState{PaidCard, PaidOther, Held, Abandoned} {
		q := BeginQR(QR{ID: "Q", Asked: asked}, t0)
		o := Order{State: s}
		if o2, q2, err := StepQR(o, q, QRSeen{Paid: asked}, t0); err != nil || q2.State != QRLate || o2 != o {
			t.Errorf("%s: %s, %v", s, q2.State, err)
		}
	}
}

func TestNextLookAtCode(t *testing.T) {
	q := BeginQR(QR{ID: "Q", Asked: asked}, t0)
	if due, ask := NextQR(q); !ask || due != t0 {
		t.Errorf("first asked for at %v, %t", due, ask)
	}
	for _, tt := range []struct {
		state QRState
		tries int
		after time.Duration // of the last look
		pause time.Duration
	}{{QRCreating, 1, 0, time.Second}, {QRCreating, 9, 0, 5 * time.Minute}, {QRShown, 1, time.Second, 2 * time.Second},
		{QRShown, 30, 2 * time.Minute, 5 * time.Second}, {QRClosing, 300, time.Hour, time.Minute}} {
		q.State, q.Tries, q.LastTry = tt.state, tt.tries, t0.Add(tt.after)
		if due, ask := NextQR(q); !ask || due.Sub(q.LastTry) != tt.pause {
			t.Errorf("%s after %v: in %v", tt.state, tt.after, due.Sub(q.LastTry))
		}
	}
}
