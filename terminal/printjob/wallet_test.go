package printjob_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func (s *fakeSource) QR(_ context.Context, id string) (order.QR, error) {
	return only(s.code, s.code.ID, id)
}

func (s *fakeSource) QRsOf(_ context.Context, orderID string) ([]order.QR, error) {
	if s.code.Order == orderID && s.code.ID != "" {
		return []order.QR{s.code}, nil
	}
	return nil, nil
}

func (s *fakeSource) Refund(_ context.Context, id string) (order.Refund, error) {
	return only(s.refund, s.refund.ID, id)
}

// withCode is the bench with a code of its order, of 20.00, in a state.
func withCode(state order.QRState) func(*bench) {
	return func(b *bench) {
		b.source.code = order.QR{ID: "CODE0000000000001", Order: b.source.order.ID, State: state, Provider: "paypal", Asked: usd(2000), Operator: "op-1",
			Text: "https://pay.example/EC-1", Created: noon, Until: noon.Add(3 * time.Hour), Deduct: true}
		if state == order.QRPaid {
			b.source.code.Payments = []order.QRPayment{{ID: "8RM57414KW761861W", As: order.Adopted, Amount: usd(2000), Fee: usd(119), At: noon.Add(time.Minute)}}
		}
	}
}

// withRefund is the paid code with a refund of 5.00 of it.
func withRefund(state order.RefundState) func(*bench) {
	return func(b *bench) {
		withCode(order.QRPaid)(b)
		b.source.code.Payments[0].Held = usd(500)
		b.source.refund = order.Refund{ID: "REFUND00000000001", State: state, Of: "CODE0000000000001", Payment: "8RM57414KW761861W", Amount: usd(500),
			Reason: "Too cold", Operator: "op-1", Approved: "op-2", Created: noon, Message: "Too old."}
	}
}

func TestWalletDocuments(t *testing.T) {
	paid := job(order.DocumentWallet, "CODE0000000000001", "customer")
	back := func(copyName string) order.Job { return job(order.DocumentRefund, "REFUND00000000001", copyName) }
	later := job(order.DocumentCode, "CODE0000000000001", "customer")
	for _, tt := range []struct {
		name       string
		set        func(*bench)
		job        order.Job
		want, none []string
	}{
		{"paid", withCode(order.QRPaid), paid, []string{"WALLET SALE", "PAID", "TOTAL", "$20.00", "PayPal", "8RM57414KW761861W"}, []string{"fee", "Net", "TEST"}},
		{"paid, for the shop", withCode(order.QRPaid), job(order.DocumentWallet, "CODE0000000000001", "merchant"), []string{"Provider's fee", "$1.19", "Net", "$18.81"}, nil},
		{"fee not deducted", func(b *bench) { withCode(order.QRPaid)(b); b.source.code.Deduct = false },
			job(order.DocumentWallet, "CODE0000000000001", "merchant"), []string{"$1.19"}, []string{"Net"}},
		{"fee not known", func(b *bench) { withCode(order.QRPaid)(b); b.source.code.Payments[0].Fee = money.Amount{} },
			job(order.DocumentWallet, "CODE0000000000001", "merchant"), []string{"$20.00"}, []string{"fee", "Net"}},
		{"test mode", func(b *bench) { withCode(order.QRPaid)(b); b.source.code.Test = true }, paid, []string{"TEST MODE - NO REAL MONEY"}, nil},
		{"refund", withRefund(order.RefundDone), back("customer"),
			[]string{"REFUND", "REFUNDED", "$5.00", "Was paid", "$20.00", "Still paid", "$15.00", "CODE0000000000001", "Too cold"}, []string{"Ann of op-2"}},
		{"refund on its way", withRefund(order.RefundPending), back("merchant"), []string{"ON ITS WAY", "TO BE REFUNDED", "Ann of op-2"}, nil},
		{"refund refused", withRefund(order.RefundRefused), back("merchant"), []string{"REFUSED", "Too old.", "Asked"}, []string{"REFUNDED"}},
		{"refund in doubt", withRefund(order.RefundUnknown), back("customer"), []string{"NOT CONFIRMED", "has not answered"}, []string{"REFUNDED", "Too old"}},
		{"to be paid", withCode(order.QRShown), later, []string{"PAY BY PHONE", "NOT PAID", "TO PAY", "$20.00", "Pay until", "https://pay.example/EC-1"}, []string{"TOTAL"}},
		{"part of a bill", func(b *bench) {
			withBill(true)(b)
			leg := b.source.legs["leg-3"]
			leg.Order.PaidBy = "CODE0000000000001"
			b.source.legs["leg-3"] = leg
			withCode(order.QRPaid)(b)
			b.source.code.Order, b.source.code.Payments[0].Amount = "leg-3", usd(1000)
		}, job(order.DocumentBill, "BILL0000000000001", "customer"), []string{"Payment 3 of 3", "PayPal", "8RM57414KW761861W"}, []string{"Cash", "Still to pay"}},
		{"paid meanwhile", withCode(order.QRPaid), later, []string{"WALLET SALE", "TOTAL"}, []string{"NOT PAID", "https"}},
	} {
		b := newBench(t)
		tt.set(b)
		b.wantSlip(t, tt.name, tt.job, tt.want, tt.none)
	}
}

// What nobody paid has no receipt, and what cannot be paid any more no code.
func TestNoWalletDocument(t *testing.T) {
	for _, state := range order.QRStates {
		b := newBench(t)
		withCode(state)(b)
		_, err := b.Document(context.Background(), job(order.DocumentWallet, "CODE0000000000001", "customer"))
		if got, want := errors.Is(err, order.ErrNotFound), state != order.QRPaid; got != want {
			t.Errorf("receipt of %s: %v", state, err)
		}
		_, err = b.Document(context.Background(), job(order.DocumentCode, "CODE0000000000001", "customer"))
		if got, want := errors.Is(err, order.ErrNotFound), state != order.QRPaid && state != order.QRShown; got != want {
			t.Errorf("code of %s: %v", state, err)
		}
	}
}
