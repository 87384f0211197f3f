package order

import (
	"slices"
	"time"

	"paydesk/terminal/money"
)

// RefundEvent is something that happened to a refund. The set is closed.
type RefundEvent interface{ refundEvent() }

// The events of refunds.
type (
	// RefundReplied: the provider answered the request, or did not.
	RefundReplied struct{ Answer RefundAnswer }
	// RefundSeen: the provider was asked about it.
	RefundSeen struct{ Answer RefundAnswer }
	// RefundParked: a supervisor lets the day go on without it.
	RefundParked struct{ By string }
)

func (RefundReplied) refundEvent() {}
func (RefundSeen) refundEvent()    {}
func (RefundParked) refundEvent()  {}

// BeginRefund makes a refund of a payment that is about to be asked for, never
// of more than is left of it: the code holds its amount from now on. Both must
// be in the journal before the provider hears of it.
func BeginRefund(q QR, r Refund, now time.Time) (QR, Refund, error) {
	i := slices.IndexFunc(q.Payments, func(p QRPayment) bool { return p.ID == r.Payment })
	if i < 0 {
		return q, r, ErrNotFound
	}
	p := q.Payments[i]
	switch {
	case r.Amount.Currency != p.Amount.Currency || r.Amount.Minor <= 0:
		return q, r, ErrBadAmount
	case r.Amount.Minor > p.Left().Minor:
		return q, r, ErrTooMuch
	}
	r.Version, r.State, r.Of, r.Order, r.Provider, r.Test = 1, RefundSending, q.ID, q.Order, q.Provider, q.Test
	r.Whole = r.Amount == p.Amount
	r.Created, r.Since, r.QuietSince, r.Sends = now, now, now, 1
	return q.held(i, r.Amount.Minor, 0), r, nil
}

// held is the code with another sum held of a payment, and paid back of it.
func (q QR) held(i int, more, back int64) QR {
	q.Payments = slices.Clone(q.Payments)
	p := &q.Payments[i]
	p.Held = money.New(p.Held.Minor+more, p.Amount.Currency)
	p.Back = money.New(p.Back.Minor+back, p.Amount.Currency)
	q.Version++
	return q
}

// StepRefund applies an event that happened at now. It returns the changed
// copies, or ErrNotAllowed and the arguments as they were; the code changes
// where the refund is done or came to nothing. Where Sends grew, it is to be
// sent, once the result is in the journal.
func StepRefund(q QR, r Refund, ev RefundEvent, now time.Time) (QR, Refund, error) {
	if r.State.Final() {
		return q, r, ErrNotAllowed
	}
	was := r
	switch ev := ev.(type) {
	case RefundReplied:
		if r.State != RefundSending && r.State != RefundUnknown {
			return q, r, ErrNotAllowed
		}
		r.QuietSince = now
		r.told(ev.Answer, now)
	case RefundSeen:
		r.looked(ev.Answer, now)
	case RefundParked:
		r.Parked = ev.By
	}
	r.Version++
	if !r.State.Final() || was.State.Final() {
		return q, r, nil
	}
	i := slices.IndexFunc(q.Payments, func(p QRPayment) bool { return p.ID == r.Payment })
	switch {
	case i < 0:
		return q, was, ErrNotFound
	case r.State == RefundDone:
		return q.held(i, 0, r.Amount.Minor), r, nil
	}
	return q.held(i, -r.Amount.Minor, 0), r, nil
}

func (r *Refund) to(s RefundState, now time.Time) {
	if r.State != s {
		r.State, r.Since, r.Tries, r.LastTry = s, now, 0, time.Time{}
	}
}

// told takes up an answer that says what became of it; any other leaves it
// unknown.
func (r *Refund) told(a RefundAnswer, now time.Time) {
	r.Message = a.Message
	switch {
	case !a.Answered, a.Missing, a.State != RefundDone && a.State != RefundPending && a.State != RefundRefused:
		r.to(RefundUnknown, now)
		return
	}
	if a.Remote != "" {
		r.Remote = a.Remote
	}
	if a.Fee.Currency != "" {
		r.Fee = a.Fee
	}
	r.to(a.State, now)
}

func (r *Refund) looked(a RefundAnswer, now time.Time) {
	quiet := !a.Started.Before(r.QuietSince.Add(QRMargin))
	switch {
	case a.Answered && !a.Missing:
		r.told(a, now)
	case a.Missing && r.State != RefundPending && r.Repeats:
		r.Sends++ // the same request once more
		r.QuietSince = now
		r.to(RefundUnknown, now)
	case a.Missing && r.State != RefundPending && quiet:
		r.to(RefundAbsent, now)
		return
	case r.State == RefundSending:
		r.to(RefundUnknown, now)
	}
	if !r.State.Final() {
		r.Tries++
		r.LastTry = now
	}
}

// Request is the refund as the provider is asked for it, or about it.
func (r Refund) Request(q QR, known []string) RefundRequest {
	return RefundRequest{Provider: r.Provider, ID: r.ID, Remote: r.Remote, Payment: r.Payment, Reference: q.ID, Code: q.Remote,
		Amount: r.Amount, Whole: r.Whole, Reason: r.Reason, Created: r.Created, Known: known}
}

// NextRefund says when the provider is to be asked about a refund. A pending one
// takes days.
func NextRefund(r Refund) (due time.Time, ask bool) {
	switch {
	case r.State.Final():
		return time.Time{}, false
	case r.State == RefundPending:
		pause := time.Hour
		if r.Tries < 5 {
			pause = time.Minute << (2 * r.Tries)
		}
		if r.Tries == 0 {
			return r.Since.Add(pause), true
		}
		return r.LastTry.Add(pause), true
	case r.Tries == 0:
		return r.Since.Add(2 * time.Second), true
	}
	return r.LastTry.Add(backOff(r.Tries)), true
}
