package moneyback

import (
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/followup"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/order"
)

// byWallet is a presenter in sight at a desk with one payment of $20.00 by PayPal,
// of which some is held for refunds, and back.
func byWallet(t *testing.T, offer order.WalletOffer, held, back int64) (*apptest.Desk, *Presenter, *[]followup.Task) {
	t.Helper()
	desk := apptest.NewDesk(false)
	desk.SignInAs(0)
	desk.SetWallets(offer)
	now := desk.Clock.Now()
	pay := func(id string, as order.PaymentAs, held, back int64) order.QRPayment {
		return order.QRPayment{ID: id, As: as, Amount: usd(2000), Fee: usd(88), At: now, Held: usd(held), Back: usd(back), Elsewhere: usd(0)}
	}
	desk.PutCode(order.QR{ID: "CODE01", Version: 1, State: order.QRPaid, Order: "o", Provider: "paypal", Asked: usd(2000), Operator: "op1", Created: now, Since: now,
		Payments: []order.QRPayment{pay("PAID", order.Adopted, held, back), pay("TWICE", order.Stray, 0, 0)}})
	p := New(desk, bridge.InlineRun, desk.Clock)
	tasks := &[]followup.Task{}
	p.Work = func(task followup.Task) { *tasks = append(*tasks, task) }
	p.Apply(desk.Snapshot())
	return desk, p, tasks
}

func TestWalletAmounts(t *testing.T) {
	paypal := apptest.PayPal
	bounded, whole := paypal, paypal
	bounded.RefundFor, whole.Parts = 180*24*time.Hour, false
	for name, tt := range map[string]struct {
		offer      order.WalletOffer
		held, back int64
		later      time.Duration
		press      string
		amount     string
		say        string
		ready      bool
	}{
		"all":               {paypal, 0, 0, 0, "", "$20.00", "PayPal keeps its fee of $0.88.", true},
		"a part":            {paypal, 0, 0, 0, "500", "$5.00", "all of it or a part", true},
		"pending holds":     {paypal, 500, 0, 0, "", "$15.00", "PayPal pays it back", true},
		"more than is left": {paypal, 500, 0, 0, "1501", "$15.01", "Only $15.00 is left", false},
		"nothing entered":   {paypal, 0, 0, 0, "0", "$0.00", "Enter how much", false},
		"all on its way":    {paypal, 2000, 500, 0, "1", "", "$15.00 is on its way back", false},
		"all back":          {paypal, 2000, 2000, 0, "1", "", "All of this payment was given back", false},
		"within its time":   {bounded, 0, 0, 179 * 24 * time.Hour, "", "$20.00", "PayPal pays it back", true},
		"too late":          {bounded, 0, 0, 181 * 24 * time.Hour, "1", "", "pays back for 180 days", false},
		"no parts":          {whole, 0, 0, 0, "1", "$20.00", "the whole only", true},
		"switched off":      {order.WalletOffer{Name: "other"}, 0, 0, 0, "1", "", "not set up here any more", false},
	} {
		desk, p, _ := byWallet(t, tt.offer, tt.held, tt.back)
		desk.Clock.Advance(tt.later)
		p.OpenCode("CODE01", "PAID")
		p.Show()
		for _, r := range tt.press {
			p.Press(caps.Of(byte(r)))
		}
		v := p.View().Amount
		if v.Amount != tt.amount || !strings.Contains(v.Say, tt.say) || v.Main.Ready != tt.ready {
			t.Errorf("%s: %s, ready %v, %q", name, v.Amount, v.Main.Ready, v.Say)
		}
		if p.Enter(); (p.View().Stage == Reasoning) != tt.ready {
			t.Errorf("%s: at stage %d", name, p.View().Stage)
		}
	}
}

// A payment by wallet is found, and a part of it is given back for a reason,
// once; of a code that was paid twice, the payment that was asked for.
func TestWalletGoesBack(t *testing.T) {
	for payment, open := range map[string]func(*Presenter){
		"PAID": func(p *Presenter) {
			p.Begin()
			p.Show()
			p.Paste("20.00")
			p.Choose(0)
		},
		"TWICE": func(p *Presenter) { p.OpenCode("CODE01", "TWICE") },
	} {
		desk, p, tasks := byWallet(t, apptest.PayPal, 500, 0)
		open(p)
		p.Show()
		for _, r := range "700" {
			p.Press(caps.Of(byte(r)))
		}
		p.Enter()
		p.Enter()
		if len(*tasks) != 0 || p.View().Reason.Problem == "" {
			t.Errorf("%s: given back without a reason", payment)
		}
		p.Rune('2')
		p.Enter()
		if len(*tasks) != 1 {
			t.Fatalf("%s: %d tasks", payment, len(*tasks))
		}
		task := (*tasks)[0]
		r, err := task.GiveBack(t.Context())
		if err != nil || task.Wallet != "PayPal" || r.Of != "CODE01" || r.Payment != payment || r.Amount != usd(700) || r.Reason != "Wrong amount" || r.State != order.RefundDone {
			t.Errorf("%s: %+v, %v", payment, r, err)
		}
		if len(desk.RefundsMade()) != 1 {
			t.Errorf("%s: %d refunds", payment, len(desk.RefundsMade()))
		}
	}
}
