package day

import (
	"context"
	"fmt"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// wallets: codes that are paid at once, late, and not at all, with a provider that
// loses answers.
func (d *desk) wallets(ctx context.Context) error {
	if err := d.disturb(ctx, gateway, rule{"NVP SetExpressCheckout", 1, "drop after"}, rule{"NVP DoExpressCheckoutPayment", 1, "drop after"},
		rule{"POST razorpay/v1/payment_links", 1, "drop after"}); err != nil {
		return err
	}
	right := 0
	var paid []engine.CodeView
	for _, p := range []struct {
		provider, button string
		want             order.QRState
	}{{"paypal", "pay", order.QRPaid}, {"razorpay", "pay", order.QRPaid}, {"razorpay", "late", order.QRPaid}, {"paypal", "", order.QRCancelled}} {
		v, err := d.term.ShowCode(ctx, engine.Charge{Order: d.term.NewOrderID(), Amount: d.price()}, p.provider, false)
		if err != nil {
			return err
		}
		if v, err = d.codeIn(ctx, v.ID, order.QRShown); err != nil {
			return err
		}
		if p.button != "" {
			err = d.press(ctx, v, p.button)
		} else {
			err = d.term.GiveUpCode(ctx, v.ID)
		}
		if err == nil {
			v, err = d.codeIn(ctx, v.ID, "")
		}
		if err != nil {
			return err
		}
		if v.State == p.want {
			right++
		}
		if pay, ok := v.Paid(); ok {
			d.net[order.TenderWallet] += pay.Amount.Minor
			paid = append(paid, v)
		}
	}
	d.check(ofWallets, "Codes that were paid counted once, and one that was given up did not count.", right == 4, fmt.Sprintf("%d / 4", right), "")
	return d.refund(ctx, paid)
}

// codeIn waits until a code is in a state, or at its end.
func (d *desk) codeIn(ctx context.Context, id string, want order.QRState) (v engine.CodeView, err error) {
	err = d.until(ctx, "code "+id, func(engine.Snapshot) (bool, error) {
		v, err = d.term.Code(ctx, id)
		return v.State == want || v.State.Final(), err
	})
	return v, err
}

// refund pays a part of a wallet's payment back, whose answer is lost.
func (d *desk) refund(ctx context.Context, paid []engine.CodeView) error {
	if len(paid) == 0 {
		return nil
	}
	if err := d.disturb(ctx, gateway, rule{"NVP RefundTransaction", 1, "drop after"}); err != nil {
		return err
	}
	if err := d.signIn(ctx, second, secondPIN); err != nil {
		return err
	}
	p, _ := paid[0].Paid()
	r, err := d.term.RefundCode(ctx, paid[0].ID, p.ID, usd(2_50), "a part was cold")
	if err == nil {
		err = d.until(ctx, "refund "+r.ID, func(engine.Snapshot) (bool, error) {
			r, err = d.term.Journal().Refund(ctx, r.ID)
			return r.State.Final(), err
		})
	}
	if err != nil {
		return err
	}
	if r.State == order.RefundDone {
		d.net[order.TenderWallet] -= 2_50
	}
	d.check(ofWallets, "Money went back to a wallet once, although the provider's answer was lost.", r.State == order.RefundDone, r.Amount.String(), string(r.State))
	return d.disturb(ctx, gateway)
}
