package wallettest

import (
	"time"

	"paydesk/terminal/order"
)

// went checks how much of a payment went back, by the system's word.
func (d *Desk) went(r order.CodeRequest, want int64) {
	d.t.Helper()
	seen := d.look(r)
	if len(seen.Payments) != 1 || seen.Payments[0].Refunded.Minor != want {
		d.t.Errorf("got %+v, want %d paid back", seen.Payments, want)
	}
}

// given checks that a refund is done or on its way.
func (d *Desk) given(a order.RefundAnswer) {
	d.t.Helper()
	if !a.Answered || a.Missing || a.State != order.RefundDone && a.State != order.RefundPending || a.Remote == "" {
		d.t.Errorf("got %+v, want a refund", a)
	}
}

// refunded: in parts and whole, never twice, never beyond the payment.
func refunded(d *Desk) {
	r, p := d.paid()
	whole := p.Amount.Minor
	if d.Offer().Parts {
		part := whole / 4
		one, two := d.refund(r, p, part), d.refund(r, p, part)
		if a := d.FindRefund(ctx, one); !a.Answered || !a.Missing {
			d.t.Errorf("look for one that was not made: got %+v, want it missing", a)
		}
		first := d.Refund(ctx, one)
		d.given(first)
		d.went(r, part)
		two.Known = []string{first.Remote}
		d.given(d.Refund(ctx, two)) // as large, and another
		d.went(r, 2*part)
		if d.Offer().Repeats {
			if again := d.Refund(ctx, one); again.Remote != first.Remote {
				d.t.Errorf("asked again: got %+v, want %+v", again, first)
			}
			d.went(r, 2*part)
		}
		one.Remote = first.Remote
		if found := d.FindRefund(ctx, one); found.Remote != first.Remote || !found.Answered || found.Missing {
			d.t.Errorf("looked for: got %+v, want %+v", found, first)
		}
		beyond := d.refund(r, p, whole-part)
		if a := d.Refund(ctx, beyond); !a.Answered || a.State != order.RefundRefused {
			d.t.Errorf("beyond the payment: got %+v, want a refusal", a)
		}
		d.went(r, 2*part)
		d.given(d.Refund(ctx, d.refund(r, p, whole-2*part)))
		d.went(r, whole)
	}
	r, p = d.paid()
	d.given(d.Refund(ctx, d.refund(r, p, whole)))
	d.went(r, whole)
	if a := d.Refund(ctx, d.refund(r, p, whole)); !a.Answered || a.State != order.RefundRefused {
		d.t.Errorf("a second time under another number: got %+v, want a refusal", a)
	}
	d.went(r, whole)
}

// refundLost: whatever answer is lost, the refund is found, and made once.
func refundLost(d *Desk) {
	r, p := d.paid()
	d.each(func() { d.given(d.Refund(ctx, d.refund(r, p, p.Amount.Minor))) }, func(n int, x trouble) {
		r, p := d.paid()
		back := d.refund(r, p, p.Amount.Minor)
		d.line.suffer(nth(n, x))
		if a := d.Refund(ctx, back); a.Answered && a.State == order.RefundRefused || a.NotSent {
			d.t.Errorf("answer %d lost: got %+v", n, a)
		}
		d.line.suffer(nil)
		d.Clock.Advance(2 * time.Second)
		found := d.FindRefund(ctx, back)
		if found.Answered && found.Missing && d.Offer().Repeats {
			found = d.Refund(ctx, back)
		}
		d.given(found)
		if d.Offer().Repeats {
			d.given(d.Refund(ctx, back))
		}
		d.went(r, p.Amount.Minor)
	})
}

// listed: what was received is found without any code of ours.
func listed(d *Desk) {
	if !d.Offer().Lists {
		d.t.Skip("nothing lists")
	}
	from := d.Clock.Now()
	r, p := d.paid()
	d.shown()
	d.Clock.Advance(time.Minute)
	nobody := func(string) bool { return false }
	l := d.List(ctx, from, d.Clock.Now(), nobody)
	if l.Failed || len(l.Payments) != 1 || l.Payments[0].ID != p.ID || l.Payments[0].Amount != p.Amount ||
		l.Payments[0].Reference != r.Reference && l.Payments[0].Remote != r.Remote {
		d.t.Errorf("got %+v, want %+v of %s", l, p, r.Reference)
	}
	if l := d.List(ctx, from.Add(-time.Hour), from.Add(-time.Minute), nobody); l.Failed || len(l.Payments) > 0 {
		d.t.Errorf("before: got %+v, want none", l)
	}
	if l := d.List(ctx, from, d.Clock.Now(), func(id string) bool { return id == p.ID }); l.Failed {
		d.t.Errorf("known: got %+v", l)
	}
}
