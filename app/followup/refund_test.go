package followup

import (
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Every end of a refund is told in words of its own, by the provider's name, and
// offers what can be done then.
func TestRefunds(t *testing.T) {
	for state, tt := range map[order.RefundState]struct {
		kind   look.Kind
		word   string
		say    string
		first  Act
		papers int
	}{
		order.RefundDone:    {look.KindApproved, "RETURNED", "PayPal paid it back", ActNew, 1},
		order.RefundPending: {look.KindReturning, "ON ITS WAY", "on its way to the customer", ActNew, 1},
		order.RefundRefused: {look.KindDeclined, "REFUSED", "Nothing was returned.\nThe balance is too low.", ActAgain, 0},
		order.RefundUnknown: {look.KindChecking, "CHECKING", "do not pay it back again", ActNew, 0},
		order.RefundAbsent:  {look.KindNotCharged, "NOT DONE", "You may do it again", ActAgain, 0},
	} {
		d := NewDone(clock.NewVirtual(apptest.Start))
		task := Task{Act: order.Return, Of: "CODE", Payment: "PAID", Wallet: "PayPal", Amount: money.New(500, money.USD), From: nav.MoneyBack}
		d.ShowRefund(task, order.Refund{ID: "R", State: state, Version: 2, Amount: task.Amount, Message: "The balance is too low."}, nil)
		v := d.View()
		if v.Look.Kind != tt.kind || v.Word != tt.word || !strings.Contains(v.Sentence, tt.say) || v.Amount != "$5.00" || v.Card != "PayPal" || v.Buttons[0].Act != tt.first || len(d.papers()) != tt.papers {
			t.Errorf("%s: %+v with %d papers", state, v, len(d.papers()))
		}
	}
}

// What is known of it later is told; what could not be begun says why.
func TestRefundGoesOn(t *testing.T) {
	d := NewDone(clock.NewVirtual(apptest.Start))
	task := Task{Act: order.Return, Of: "CODE", Payment: "PAID", Wallet: "PayPal", Amount: money.New(500, money.USD)}
	d.ShowRefund(task, order.Refund{ID: "R", State: order.RefundUnknown, Version: 2}, nil)
	d.Apply(engine.Snapshot{Refunds: []order.Refund{{ID: "R", State: order.RefundPending, Version: 3}}})
	if v := d.View(); v.Word != "ON ITS WAY" {
		t.Errorf("%+v", v)
	}
	d.Apply(engine.Snapshot{Refunds: []order.Refund{{ID: "other", State: order.RefundUnknown, Version: 9}}})
	if v := d.View(); v.Word != "ON ITS WAY" {
		t.Errorf("took up another: %+v", v)
	}
	d.ShowRefund(task, order.Refund{}, &engine.Problem{Text: "Only $1.00 is left."})
	if v := d.View(); v.Look.Kind != look.KindProblem || v.Sentence != "Only $1.00 is left." || v.Next != "" || len(d.papers()) != 0 {
		t.Errorf("%+v", v)
	}
}
