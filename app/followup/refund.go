package followup

import (
	"slices"

	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/app/payment"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// ShowRefund tells what a task came to that gives a payment by code back.
func (d *Done) ShowRefund(t Task, r order.Refund, err error) {
	d.Show(t, order.FollowUp{Amount: t.Amount}, err)
	d.refund = r
	d.Changed()
}

// ShowLateRefund tells how a refund ended that nobody waited for any more; wallet
// is what people call its provider.
func (d *Done) ShowLateRefund(r order.Refund, wallet string) {
	d.ShowRefund(Task{Act: order.Return, Of: r.Of, Wallet: wallet, Payment: r.Payment, Amount: r.Amount, From: nav.MoneyBack}, r, nil)
	d.late = true
	d.Changed()
}

// Refund is the refund that is told of; its id is "" where there is none.
func (d *Done) Refund() order.Refund { return d.refund }

// followRefund takes up what became of the refund since.
func (d *Done) followRefund(s engine.Snapshot) {
	for _, r := range slices.Concat(s.Refunds, s.RefundNews) {
		if r.ID != "" && r.ID == d.refund.ID && r.Version >= d.refund.Version {
			d.refund = r
		}
	}
}

func (d *Done) refundKind() look.Kind {
	kind, _ := payment.RefundWord(d.refund)
	if kind == look.KindReturned {
		return look.KindApproved // this went well
	}
	return kind
}

// refundSay says what the state of the refund means, and what the provider said.
func (d *Done) refundSay() string {
	say := text.Get("walletback.done."+payment.Kebab(string(d.refund.State)), d.task.Wallet)
	if d.refund.State == order.RefundRefused {
		say = payment.Lines(say, text.Say(d.refund.Message))
	}
	return say
}

func (d *Done) refundNext() string {
	if d.refund.State == order.RefundSending || d.refund.State == order.RefundUnknown {
		return text.Get("walletback.done.next", d.task.Wallet)
	}
	return ""
}

func (d *Done) refundPapers() []slip.Paper {
	if d.failed != nil {
		return nil
	}
	return slip.OfRefund(d.refund)
}
