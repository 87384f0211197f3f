package drill

import (
	"context"
	"slices"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// drops does not write the objects that it is asked about, and says it did.
type drops struct {
	*store
	what func(object any) bool
}

func (d drops) Commit(ctx context.Context, entries ...order.Entry) error {
	kept := slices.DeleteFunc(slices.Clone(entries), func(e order.Entry) bool { return d.what(e.Object) })
	if len(kept) == 0 {
		return nil
	}
	return d.store.Commit(ctx, kept...)
}

// changes writes codes otherwise than it is told to.
type changes struct {
	*store
	code func(q *order.QR)
}

func (c changes) Commit(ctx context.Context, entries ...order.Entry) error {
	entries = slices.Clone(entries)
	for i, e := range entries {
		if q, ok := e.Object.(order.QR); ok {
			q.Payments = slices.Clone(q.Payments)
			c.code(&q)
			entries[i].Object = q
		}
	}
	return c.store.Commit(ctx, entries...)
}

// forgetsCodes starts without the codes of the run before, forgetsRefunds without
// the refunds.
type forgetsCodes struct{ *store }

func (f forgetsCodes) Unfinished(ctx context.Context) (order.Unfinished, error) {
	u, err := f.store.Unfinished(ctx)
	u.QRs = nil
	return u, err
}

type forgetsRefunds struct{ *store }

func (f forgetsRefunds) Unfinished(ctx context.Context) (order.Unfinished, error) {
	u, err := f.store.Unfinished(ctx)
	u.Refunds = nil
	return u, err
}

// forgetsOthers does not know of an order's earlier codes.
type forgetsOthers struct{ *store }

func (f forgetsOthers) QRsOf(context.Context, string) ([]order.QR, error) { return nil, nil }

// The providers below stand for a client that does its work wrong.

type takesApprovalForPaid struct{ *purse }

func (p takesApprovalForPaid) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	s := p.purse.Status(ctx, r)
	if s.Approved {
		s.Payments = []order.Received{{ID: "approval of " + r.Reference, Amount: r.Amount, At: p.now()}}
	}
	return s
}

type namesTwice struct{ *purse }

func (p namesTwice) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	s := p.purse.Status(ctx, r)
	for _, one := range s.Payments {
		one.ID = "txn of " + one.ID
		s.Payments = append(s.Payments, one)
	}
	return s
}

type mixesCodes struct{ *purse }

func (p mixesCodes) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	s := p.purse.Status(ctx, r)
	for _, pay := range p.pays {
		if pay.code.provider == r.Provider && pay.amount == r.Amount {
			s.Payments = append(s.Payments, p.received(pay, ""))
		}
	}
	return s
}

type takesSilenceForDead struct{ *purse }

func (p takesSilenceForDead) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	p.purse.Status(ctx, r)
	return order.CodeSeen{Dead: true}
}

func (p takesSilenceForDead) List(context.Context, string, time.Time, time.Time, func(string) bool) order.CodeList {
	return order.CodeList{}
}

type refundsTwice struct{ *purse }

func (p refundsTwice) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	if a := p.purse.Refund(ctx, r); a.Answered {
		return a
	}
	return p.purse.Refund(ctx, r)
}

type refusesSilence struct{ *purse }

func (p refusesSilence) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	a := p.purse.Refund(ctx, r)
	if !a.Answered {
		a = order.RefundAnswer{Answered: true, State: order.RefundRefused}
	}
	return a
}

type findsNoRefund struct{ *purse }

func (p findsNoRefund) FindRefund(context.Context, order.RefundRequest) order.RefundAnswer {
	return order.RefundAnswer{Answered: true, Missing: true}
}

type takesPendingForDone struct{ *purse }

func (p takesPendingForDone) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	a := p.purse.Refund(ctx, r)
	if a.State == order.RefundPending {
		a.State = order.RefundDone
	}
	return a
}

// walletMistakes are those of TestMistakes that are about codes.
func walletMistakes() map[string]ports {
	journal := func(f func(*store) engine.Journal) ports { return ports{journal: f} }
	purses := func(f func(*purse) engine.Wallets) ports { return ports{wallets: f} }
	dropped := func(what func(object any) bool) ports {
		return journal(func(s *store) engine.Journal { return drops{s, what} })
	}
	changed := func(code func(q *order.QR)) ports {
		return journal(func(s *store) engine.Journal { return changes{s, code} })
	}
	state := func(s order.QRState) func(any) bool {
		return func(o any) bool { q, ok := o.(order.QR); return ok && q.State == s }
	}
	return map[string]ports{
		"a code that is asked for unwritten": dropped(state(order.QRCreating)),
		"money taken before it is written":   dropped(state(order.QRTaking)),
		"a paid code that is not written":    dropped(state(order.QRPaid)),
		"a refund that is sent unwritten": dropped(func(o any) bool {
			r, ok := o.(order.Refund)
			return ok && r.Version == 1
		}),
		"codes that are forgotten":   journal(func(s *store) engine.Journal { return forgetsCodes{s} }),
		"refunds that are forgotten": journal(func(s *store) engine.Journal { return forgetsRefunds{s} }),
		"a code beside another one":  journal(func(s *store) engine.Journal { return forgetsOthers{s} }),
		"strays that nobody is told of": changed(func(q *order.QR) {
			for i := range q.Payments {
				if q.Payments[i].As == order.Stray {
					q.Payments[i].As = order.Accepted
				}
			}
		}),
		"refunds that hold nothing": changed(func(q *order.QR) {
			for i := range q.Payments {
				q.Payments[i].Held = q.Payments[i].Back
			}
		}),
		"consent taken for payment":         purses(func(p *purse) engine.Wallets { return takesApprovalForPaid{p} }),
		"a payment of two names":            purses(func(p *purse) engine.Wallets { return namesTwice{p} }),
		"another code's payment":            purses(func(p *purse) engine.Wallets { return mixesCodes{p} }),
		"silence taken for death":           purses(func(p *purse) engine.Wallets { return takesSilenceForDead{p} }),
		"a refund sent again":               purses(func(p *purse) engine.Wallets { return refundsTwice{p} }),
		"silence taken for a refusal":       purses(func(p *purse) engine.Wallets { return refusesSilence{p} }),
		"refunds that are never found":      purses(func(p *purse) engine.Wallets { return findsNoRefund{p} }),
		"a refund on its way taken for one": purses(func(p *purse) engine.Wallets { return takesPendingForDone{p} }),
	}
}
