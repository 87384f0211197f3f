package followup

import (
	"paydesk/app/look"
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

// followRefund takes up what became of the refund since. One that is at its end
// is in no snapshot any more, and the story of its payment tells.
func (d *Done) followRefund(s engine.Snapshot) {
	for _, r := range s.Refunds {
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
