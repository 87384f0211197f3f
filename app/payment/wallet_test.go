package payment

import (
	"testing"

	"paydesk/app/look"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func paid(id string, as order.PaymentAs, minor, held, back int64) order.QRPayment {
	return order.QRPayment{ID: id, As: as, Amount: usd(minor), Held: usd(held), Back: usd(back), Elsewhere: usd(0)}
}

// Whatever became of a code is told in words; money that waits for a person
// comes before all else.
func TestCodeWord(t *testing.T) {
	for name, tt := range map[string]struct {
		state    order.QRState
		nobodys  bool
		payments []order.QRPayment
		kind     look.Kind
		word     string
	}{
		"waits":          {order.QRShown, false, nil, look.KindChecking, "Waits for payment"},
		"being ended":    {order.QRClosing, false, nil, look.KindChecking, "Being ended"},
		"expired":        {order.QRExpired, false, nil, look.KindNotCharged, "Expired"},
		"refused":        {order.QRRefused, false, nil, look.KindNotCharged, "Code refused"},
		"paid":           {order.QRPaid, false, []order.QRPayment{paid("a", order.Adopted, 1000, 0, 0)}, look.KindApproved, "Paid"},
		"a part back":    {order.QRPaid, false, []order.QRPayment{paid("a", order.Adopted, 1000, 300, 300)}, look.KindApproved, "Returned $3.00 of $10.00"},
		"on its way":     {order.QRPaid, false, []order.QRPayment{paid("a", order.Adopted, 1000, 500, 300)}, look.KindReturning, "$2.00 is on its way back"},
		"all back":       {order.QRPaid, false, []order.QRPayment{paid("a", order.Adopted, 1000, 1000, 1000)}, look.KindNotCharged, "Returned $10.00"},
		"late":           {order.QRCancelled, false, []order.QRPayment{paid("a", order.Stray, 1000, 0, 0)}, look.KindReview, "Paid late"},
		"late, and back": {order.QRCancelled, false, []order.QRPayment{paid("a", order.Stray, 1000, 1000, 1000)}, look.KindNotCharged, "Returned $10.00"},
		"kept":           {order.QRCancelled, false, []order.QRPayment{paid("a", order.Accepted, 1000, 0, 0)}, look.KindApproved, "Paid"},
		"another amount": {order.QRShown, false, []order.QRPayment{paid("a", order.Stray, 999, 0, 0)}, look.KindReview, "Another amount"},
		"twice":          {order.QRPaid, false, []order.QRPayment{paid("a", order.Adopted, 1000, 0, 0), paid("b", order.Stray, 1000, 0, 0)}, look.KindReview, "Paid twice"},
		"nobody's":       {order.QRExpired, true, []order.QRPayment{paid("a", order.Stray, 1000, 0, 0)}, look.KindReview, "Not from a sale"},
	} {
		q := order.QR{ID: "q", State: tt.state, Order: "o", Asked: usd(1000), Payments: tt.payments}
		if tt.nobodys {
			q.Order = ""
		}
		if kind, word := CodeWord(q); kind != tt.kind || word != tt.word {
			t.Errorf("%s: %s %q, want %s %q", name, kind, word, tt.kind, tt.word)
		}
	}
}

// Every state of a refund has its own words, and only what is done looks so.
func TestRefundWord(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range order.RefundStates {
		kind, word := RefundWord(order.Refund{State: s})
		if seen[word] || (kind == look.KindReturned) != (s == order.RefundDone) {
			t.Errorf("%s: %s %q", s, kind, word)
		}
		seen[word] = true
	}
}

func TestKept(t *testing.T) {
	p := paid("a", order.Adopted, 1000, 0, 0)
	if got := Kept("PayPal", p); got != "" {
		t.Errorf("of a fee that is not known: %q", got)
	}
	p.Fee = usd(59)
	if got, want := Kept("PayPal", p), "PayPal keeps its fee of $0.59."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
