// Package wallet is the one door to the systems that customers pay by with a
// phone: a small interface that each of them satisfies in a package of its own,
// and the door that finds the one that is asked for. Providers hold no state of
// payments and never judge: they return what their system said, and the rules of
// package order decide what that means.
package wallet

import (
	"context"
	"net/http"
	"time"

	"paydesk/terminal/order"
)

// Provider is a system that makes codes to be paid by phone. All methods are
// safe for many goroutines and end by their context's deadline. None returns
// secrets or personal data of the customer in a message.
type Provider interface {
	// Offer is what it can do, as it is set up here.
	Offer() order.WalletOffer
	// Create asks for a code. Where the request was made before (Again), the
	// provider is asked for that one first, unless it knows a repeat by our
	// reference.
	Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer
	// Status reads the code and its payments. A payment counts only with our
	// reference and in the mode that is set up; any other answer is Failed.
	Status(ctx context.Context, r order.CodeRequest) order.CodeSeen
	// Take moves the money of a code that the customer agreed to; only where the
	// offer says Takes. A request with equal Reference is one to the provider.
	Take(ctx context.Context, r order.CodeRequest) order.CodeSeen
	// Cancel ends a code, and reads it once more; only where the offer says
	// Cancels.
	Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen
	// Refund pays back; FindRefund asks what became of that.
	Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer
	FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer
	// List reads what was received from a time on, before another; only where
	// the offer says Lists. What known reports needs no second look.
	List(ctx context.Context, from, to time.Time, known func(payment string) bool) order.CodeList
	// Decode reads a notification. It checks the signature where there is one,
	// and fails without one that is right. What it returns says only which code
	// to look at.
	Decode(h http.Header, body []byte) (Hint, error)
	// Check tries the keys without moving money. Its error is a sentence that
	// says what to do.
	Check(ctx context.Context) error
}

// Hint is what a notification is about. It is evidence of nothing.
type Hint struct {
	// Event tells the notification from all others; a second one with it says
	// nothing new.
	Event string
	// Kind is the provider's name of what happened.
	Kind string
	// Reference is ours, Remote the provider's name of the code; one of them may
	// be "".
	Reference, Remote string
}
