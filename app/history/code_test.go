package history

import (
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/slip"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func dollars(minor int64) money.Amount { return money.New(minor, money.USD) }

// coded is a list with one code in a state, with what came by it.
func coded(t *testing.T, state order.QRState, payments ...order.QRPayment) (*apptest.Desk, *Presenter) {
	t.Helper()
	desk, p := begin(0)
	desk.SignInAs(0)
	desk.SetWallets(apptest.PayPal)
	p.RefundCode = func(string, string) {}
	now := desk.Clock.Now()
	desk.PutCode(order.QR{ID: "K7P2Q00001200AQ01", Version: 1, State: state, Order: "o", Provider: "paypal", Takes: true, Asked: dollars(2450), Remote: "EC-8LW31823YV0163058",
		Until: now.Add(time.Hour), Operator: "op1", Created: now, Since: now, Payments: payments})
	p.Apply(desk.Snapshot())
	p.Choose(0)
	return desk, p
}

func came(id string, as order.PaymentAs, minor, fee, held, back int64) order.QRPayment {
	p := order.QRPayment{ID: id, As: as, Amount: dollars(minor), At: apptest.Start, Held: dollars(held), Back: dollars(back), Elsewhere: dollars(0)}
	if fee > 0 {
		p.Fee = dollars(fee)
	}
	return p
}

func said(d *Detail) string {
	var all []string
	for _, l := range append(slices.Clone(d.Facts), d.Story...) {
		all = append(all, l.At+": "+l.Words)
	}
	return strings.Join(all, "\n")
}

// A payment by wallet is told with fee and net, under the provider's name of it,
// and can be given back and its receipt shown.
func TestPaidCode(t *testing.T) {
	desk, p := coded(t, order.QRPaid, came("5TY05013RG002845M", order.Adopted, 2450, 115, 1200, 500))
	refund := order.Refund{ID: "R1", State: order.RefundDone, Of: "K7P2Q00001200AQ01", Payment: "5TY05013RG002845M", Provider: "paypal", Amount: dollars(500), Reason: "Faulty goods",
		Approved: "op3", Created: desk.Clock.Now().Add(time.Minute)}
	pending := refund
	pending.ID, pending.State, pending.Amount, pending.Approved = "R2", order.RefundPending, dollars(700), ""
	c, _ := desk.Code(t.Context(), "K7P2Q00001200AQ01")
	desk.PutCode(c.QR, refund, pending)
	p.Apply(desk.Snapshot())
	v := p.View()
	if len(v.Rows) != 3 || v.Detail == nil {
		t.Fatalf("%d rows, %+v", len(v.Rows), v.Detail)
	}
	for _, want := range []string{"Money came: $24.50, on 12 May 10:42", "Fee: $1.15, which leaves $23.35", "Payment there: 5TY05013RG002845M",
		"Since then: Returned: $5.00 – Faulty goods", "Since then: On its way back: $7.00", "Paid by phone"} {
		if got := said(v.Detail); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if v.Detail.Word != "$7.00 is on its way back" || !slices.Equal(v.Detail.Acts, []Act{ActRefund, ActReceipt}) {
		t.Errorf("%q, %v", v.Detail.Word, v.Detail.Acts)
	}
	var code, paid string
	p.RefundCode = func(c, p string) { code, paid = c, p }
	p.Do(ActRefund)
	if code != "K7P2Q00001200AQ01" || paid != "5TY05013RG002845M" {
		t.Errorf("gives %q of %q back", paid, code)
	}
	want := []slip.Paper{{Document: order.DocumentWallet, ID: code}, {Document: order.DocumentRefund, ID: "R1"}, {Document: order.DocumentApproval, ID: "R1"}, {Document: order.DocumentRefund, ID: "R2"}}
	if got := p.papers(); !slices.Equal(got, want) {
		t.Errorf("papers %v", got)
	}
	// The row of a refund tells the same story.
	p.Choose(0)
	if d := p.View().Detail; d == nil || d.Word != "On its way back" || d.Amount != "$7.00" || !strings.Contains(said(d), "Fee: $1.15") {
		t.Errorf("%+v", d)
	}
}

func TestActsOfCodes(t *testing.T) {
	for name, tt := range map[string]struct {
		state    order.QRState
		payments []order.QRPayment
		acts     []Act
		say      string
	}{
		"being made":    {order.QRCreating, nil, []Act{ActLook, ActGiveUp}, "is being asked for the code"},
		"waits":         {order.QRShown, nil, []Act{ActLook, ActGiveUp, ActReceipt}, "can be paid at PayPal until 12 May 11:42"},
		"being taken":   {order.QRTaking, nil, []Act{ActLook}, "asked to move the money"},
		"expired":       {order.QRExpired, nil, nil, ""},
		"nothing left":  {order.QRPaid, []order.QRPayment{came("a", order.Adopted, 2450, 0, 2450, 2450)}, []Act{ActReceipt}, ""},
		"paid late":     {order.QRExpired, []order.QRPayment{came("a", order.Stray, 2450, 0, 0, 0)}, []Act{ActAttend, ActRefund, ActReceipt}, "no sale waited for it"},
		"late and kept": {order.QRExpired, []order.QRPayment{came("a", order.Accepted, 2450, 0, 0, 0)}, []Act{ActRefund, ActReceipt}, ""},
	} {
		_, p := coded(t, tt.state, tt.payments...)
		d := p.View().Detail
		if d == nil || !slices.Equal(d.Acts, tt.acts) || !strings.Contains(d.Say, tt.say) {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// A code that waits is ended once somebody says so, and looked at when asked.
func TestEndsACode(t *testing.T) {
	desk, p := coded(t, order.QRShown)
	p.Do(ActLook)
	p.Do(ActGiveUp)
	p.Apply(desk.Snapshot())
	if d := p.View().Detail; desk.Count("LookAtCode") != 1 || d.Word != "Cancelled" || len(d.Acts) != 0 {
		t.Errorf("%+v after %q", d, desk.Calls())
	}
	p.Do(ActGiveUp)
	if desk.Count("GiveUpCode") != 1 {
		t.Error("ended twice")
	}
}

// Payments by wallet and what went back of them are found by their kind, in words
// and by the filter.
func TestFindsCodes(t *testing.T) {
	desk, p := coded(t, order.QRPaid, came("a", order.Adopted, 2450, 0, 700, 700))
	desk.PutCode(order.QR{ID: "K7P2Q00001201AQ02", State: order.QRExpired, Provider: "paypal", Asked: dollars(990), Created: desk.Clock.Now()},
		order.Refund{ID: "R1", State: order.RefundDone, Of: "K7P2Q00001200AQ01", Provider: "paypal", Amount: dollars(700), Created: desk.Clock.Now()})
	desk.Put(desk.Sale(engine.Charge{Order: "s", Amount: dollars(700)}, "Visa", "1111", order.Approved))
	p.Apply(desk.Snapshot())
	for words, want := range map[string]int{"wallet": 2, "qr": 2, "refund": 1, "wallet paid": 1, "card": 1, "24.50": 1} {
		p.Leave()
		if typed(p, words); len(p.View().Rows) != want {
			t.Errorf("%q finds %d, want %d", words, len(p.View().Rows), want)
		}
	}
	p.Leave()
	p.Pick(FilterKind)
	for i, r := range p.View().Rows {
		if r.Sentence == "Back by phone" {
			p.Choose(i)
			break
		}
	}
	if v := p.View(); len(v.Rows) != 1 || v.Rows[0].Key != "R1" {
		t.Errorf("%+v", v.Rows)
	}
}
