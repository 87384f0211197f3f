package attention

import (
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// code is one of PayPal over $10.00 in a state, with what came by it.
func code(desk *apptest.Desk, id string, state order.QRState, payments ...order.QRPayment) order.QR {
	if len(desk.Snapshot().Wallets) == 0 {
		desk.SetWallets(apptest.PayPal)
	}
	now := desk.Clock.Now()
	q := order.QR{ID: id, Version: 1, State: state, Order: "o" + id, Provider: "paypal", Asked: usd(1000), Operator: "op1", Created: now, Since: now, Payments: payments}
	desk.PutCode(q)
	return q
}

func stray(id string, minor int64) order.QRPayment {
	return order.QRPayment{ID: id, As: order.Stray, Amount: usd(minor), At: apptest.Start, Held: usd(0), Back: usd(0), Elsewhere: usd(0)}
}

// Money that nothing waited for comes first, each with why it did; then codes
// and refunds of which nobody knows. What settles itself is not listed.
func TestWalletItems(t *testing.T) {
	desk, p := begin()
	sale(desk, order.Review, order.DoQuery, 0)
	code(desk, "waits", order.QRShown)
	code(desk, "late", order.QRExpired, stray("L", 1000))
	code(desk, "other", order.QRExpired, stray("A", 1500))
	adopted := stray("P", 1000)
	adopted.As = order.Adopted
	code(desk, "twice", order.QRPaid, adopted, stray("T", 1000))
	closing := code(desk, "closing", order.QRClosing)
	closing.Tries = 2
	closing.LastTry = desk.Clock.Now()
	desk.PutCode(closing)
	code(desk, "soon", order.QRClosing)
	desk.PutCode(closing, order.Refund{ID: "R1", State: order.RefundUnknown, Of: "twice", Provider: "paypal", Amount: usd(300), Created: desk.Clock.Now()},
		order.Refund{ID: "R2", State: order.RefundPending, Of: "twice", Provider: "paypal", Amount: usd(200), Created: desk.Clock.Now()})
	silent := code(desk, "silent", order.QRShown)
	silent.Fails = mostFails
	desk.PutCode(silent)
	desk.Change(func(s *engine.Snapshot) {
		s.WalletCheck.Missing = []order.WalletFinding{{Code: "gone", Payment: "G", Provider: "paypal", Amount: usd(700), At: desk.Clock.Now()}}
	})
	p.takes(desk)
	v := p.View()
	var words []string
	for _, r := range v.Rows {
		words = append(words, r.Word+" "+r.Amount)
	}
	want := []string{"Paid late $10.00", "Another amount $15.00 of $10.00", "Paid twice $10.00", "Needs a look $9.99", "Being ended $10.00", "Waits for payment $10.00", "Not listed there $7.00", "Refund not known $3.00"}
	if !slices.Equal(words, want) {
		t.Errorf("got  %q\nwant %q", words, want)
	}
	if got := Count(desk.Snapshot()); got != len(want) {
		t.Errorf("%d are counted", got)
	}
	for id, waits := range map[string]bool{"late": true, "twice": true, "closing": true, "silent": true, "waits": false, "soon": false, "nobody": false} {
		if Waits(desk.Snapshot(), id) != waits {
			t.Errorf("%s waits: %v", id, !waits)
		}
	}
}

// One press gives it back, once, whole, with what was wrong as the reason; what
// came of it is said.
func TestPaysBackWithOnePress(t *testing.T) {
	for name, tt := range map[string]struct {
		state order.RefundState
		said  string
	}{
		"done":    {order.RefundDone, "PayPal paid it back"},
		"on way":  {order.RefundPending, "on its way"},
		"refused": {order.RefundRefused, "did not pay it back"},
		"unknown": {order.RefundUnknown, "do not pay it back again"},
	} {
		desk, p := begin()
		desk.OnRefund = func(r *order.Refund) error {
			r.State = tt.state
			return nil
		}
		code(desk, "late", order.QRExpired, stray("L", 1000))
		p.takes(desk)
		p.Ask(ActPayBack)
		if p.View().Asked != "" {
			t.Fatalf("%s: asks", name)
		}
		p.takes(desk)
		if tt.state != order.RefundRefused { // of which all is left
			p.Ask(ActPayBack)
		}
		made := desk.RefundsMade()
		if len(made) != 1 || made[0].Amount != usd(1000) || made[0].Payment != "L" || made[0].Reason != "Paid late" || !strings.Contains(p.View().Said, tt.said) {
			t.Errorf("%s: %+v, %q", name, made, p.View().Said)
		}
	}
}

// A person who may not is told so, and nothing is said to be done.
func TestPayBackRefused(t *testing.T) {
	desk, p := begin()
	code(desk, "late", order.QRExpired, stray("L", 1000))
	p.takes(desk)
	desk.Fail = func(method string) error {
		if method == "RefundCode" {
			return &engine.Problem{Text: "Ask a supervisor."}
		}
		return nil
	}
	p.Ask(ActPayBack)
	if v := p.View(); v.Problem != "Ask a supervisor." || v.Said != "" || len(v.Rows) != 1 {
		t.Errorf("%+v", v)
	}
}

// To keep it asks before, and needs a reason.
func TestAccepts(t *testing.T) {
	desk, p := begin()
	code(desk, "late", order.QRExpired, stray("L", 1000))
	p.takes(desk)
	p.Ask(ActAccept)
	if p.View().Asked != ActAccept || desk.Count("AcceptStray") != 0 {
		t.Fatal("kept at once")
	}
	p.Act("Goods were given")
	p.takes(desk)
	c, _ := desk.Code(t.Context(), "late")
	if paid := c.Payments[0]; paid.As != order.Accepted || paid.By != "op1" || paid.Reason != "Goods were given" || len(p.View().Rows) != 0 {
		t.Errorf("%+v, %d rows", paid, len(p.View().Rows))
	}
}

// What waits in the payment log is listed, where there is one, and leads there.
func TestNoticesWait(t *testing.T) {
	desk, p := begin()
	desk.PutNotices(order.Notice{ID: "n", State: order.NoticeReview, Why: order.WhyNobody, Kind: order.NoticePayment, Provider: "paypal", PayerName: "Ada Example",
		Gross: usd(4250), Created: desk.Clock.Now().Add(-time.Minute)})
	if p.ReadLog(); len(p.View().Rows) != 0 {
		t.Fatal("read where no messages come in")
	}
	for _, set := range [][2]string{{"wallets.listen.address", "127.0.0.1:8790"}, {"wallets.ipn.receivers", "shop@example.com"}, {"wallets.ipn.enabled", "true"}} {
		if err := desk.Set(t.Context(), set[0], set[1]); err != nil {
			t.Fatal(err)
		}
	}
	p.ReadLog()
	v := p.View()
	if len(v.Rows) != 1 || v.Rows[0].Amount != "$42.50" || v.Rows[0].Card != "Ada Example" || v.Count != "1 needs attention" || !strings.Contains(v.Say, "Match it") {
		t.Fatalf("%+v", v)
	}
	went := 0
	p.Log = func() { went++ }
	if p.Ask(ActLog); went != 1 || p.Waiting() != 1 {
		t.Errorf("went %d times", went)
	}
}
