package engine

import (
	"context"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Wallets are the providers of codes. Every call ends by its context's deadline.
// It returns what the provider said and never judges it.
type Wallets interface {
	Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer
	Status(ctx context.Context, r order.CodeRequest) order.CodeSeen
	Take(ctx context.Context, r order.CodeRequest) order.CodeSeen
	Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen
	Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer
	FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer
	List(ctx context.Context, provider string, from, to time.Time, known func(payment string) bool) order.CodeList
}

// CodeView is a code with what the screens need beside it.
type CodeView struct {
	order.QR
	// Title is what people call the provider, Note the order's.
	Title, Note string
	// Refunds are those of its payments that are not at their end.
	Refunds []order.Refund
	// NextAt is when the provider is asked next.
	NextAt time.Time
	// Alarm: a person should be told.
	Alarm bool
}

// ShowCode begins a payment by wallet: its intent is durable when it returns, and
// the snapshot's Codes tell from then on. later is for a code on paper: the desk
// does not give it up, and its slip is printed once it is there.
func (e *Engine) ShowCode(ctx context.Context, c Charge, provider string, later bool) (CodeView, error) {
	return CodeView{}, nil
}

// GiveUpCode records that a code is not to be paid any more. It is done when
// the snapshot's state of it is final; with consent of Charge another tender may
// be taken before.
func (e *Engine) GiveUpCode(ctx context.Context, id string) error { return nil }

// LookAtCode asks the provider now.
func (e *Engine) LookAtCode(ctx context.Context, id string) error { return nil }

// Code reads a code, at its end or not.
func (e *Engine) Code(ctx context.Context, id string) (CodeView, error) { return CodeView{}, nil }

// RefundCode pays a payment by wallet back, in whole or in part. It returns when
// the outcome is durable, or that it is not known yet. A reason is needed.
func (e *Engine) RefundCode(ctx context.Context, id, payment string, amount money.Amount, reason string) (order.Refund, error) {
	return order.Refund{}, nil
}

// AcceptStray keeps a payment that no order waited for. It needs a supervisor and
// a reason.
func (e *Engine) AcceptStray(ctx context.Context, id, payment, reason string) error { return nil }

// HintCode tells that a provider has news of a code, by our reference or the
// provider's name: it is looked at now. It returns at once.
func (e *Engine) HintCode(provider, reference, remote string) {}

// ReconcileWallets holds what the providers received against the journal: what
// the journal does not know becomes a stray payment. It reports how many.
func (e *Engine) ReconcileWallets(ctx context.Context, from time.Time) (found int, err error) {
	return 0, nil
}

// PendingCodes lists the codes and refunds that have a next action, for the
// scheduler that calls ResolveCode; CodesWake is signalled when there is
// something new.
func (e *Engine) PendingCodes() []Work { return nil }

// ResolveCode does the next action for a code or a refund.
func (e *Engine) ResolveCode(ctx context.Context, id string) error { return nil }

// CodesWake is signalled when PendingCodes has something new.
func (e *Engine) CodesWake() <-chan struct{} { return nil }
