package order

import (
	"testing"
	"time"

	"paydesk/terminal/money"
)

// A payment counts in the stretch of time in which it became the shop's, by the
// terminal's clock: neither a provider's clock, nor a payment before the report
// that was seen behind it, nor one that was accepted a day later, leaves it out of
// every report.
func TestTakenOnce(t *testing.T) {
	report := time.Date(2026, 5, 4, 23, 59, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		received time.Time
		state    OrderState
		accept   bool
	}{
		"seen behind the report":        {report.Add(-2 * time.Second), Open, false},
		"the clock is an hour ahead":    {report.Add(-time.Hour), Open, false},
		"the provider tells no time":    {time.Time{}, Open, false},
		"late, accepted on another day": {report.Add(-12 * time.Hour), PaidOther, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := money.New(2000, "USD")
			now := report.Add(time.Second)
			o := Order{ID: "o", State: tt.state, Amount: a}
			q := BeginQR(QR{ID: "q", Order: "o", Provider: "wally", Asked: a}, report.Add(-time.Minute))
			q.State, q.Text = QRShown, "text"
			seen := QRSeen{Seen: CodeSeen{Started: now, Payments: []Received{{ID: "p", Amount: a, At: tt.received}}}}
			_, q, err := StepQR(o, q, seen, now)
			if err != nil {
				t.Fatal(err)
			}
			if tt.accept {
				if _, q, err = StepQR(o, q, QRAccepted{Payment: "p", By: "sue", Reason: "hers"}, now); err != nil {
					t.Fatal(err)
				}
			}
			got, err := TakenByWallet([]QR{q}, nil, report)
			if err != nil || len(got) != 1 || got[0].Payments != 1 || got[0].Amount != a {
				t.Errorf("got %+v, %v", got, err)
			}
			if q.Payments[0].At.IsZero() {
				t.Error("no time")
			}
			if got, _ := TakenByWallet([]QR{q}, nil, now.Add(time.Second)); len(got) != 0 {
				t.Errorf("counted in the next one, too: %+v", got)
			}
		})
	}
}

// What went back of a stray payment before it was accepted counts with it.
func TestTakenBackBefore(t *testing.T) {
	report := time.Date(2026, 5, 4, 23, 59, 0, 0, time.UTC)
	q := QR{ID: "q", Provider: "wally", Payments: []QRPayment{{ID: "p", As: Accepted, Amount: money.New(2000, "USD"), At: report.Add(-time.Hour),
		Kept: report.Add(time.Minute), Held: money.New(500, "USD"), Back: money.New(500, "USD")}}}
	back := Refund{ID: "r", State: RefundDone, Of: "q", Payment: "p", Amount: money.New(500, "USD"), Since: report.Add(-time.Minute)}
	got, err := TakenByWallet([]QR{q}, []Refund{back}, report)
	if err != nil || len(got) != 1 || got[0].Refunded.Minor != 500 || got[0].Amount.Minor != 2000 {
		t.Errorf("got %+v, %v", got, err)
	}
}
