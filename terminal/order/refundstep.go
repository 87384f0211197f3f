package order

import (
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/money"
)

// RefundEvent is something that happened to a refund: one of the types below, or
// Restarted, Restored or ClockMoved. The set is closed.
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
func (Restarted) refundEvent()     {}
func (Restored) refundEvent()      {}
func (ClockMoved) refundEvent()    {}

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
	r.Whole, r.Turn = r.Amount == p.Amount, q.Version
	r.Created, r.Since, r.QuietSince, r.Sends, r.Restored = now, now, now, 1, false
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
	was := r
	if r.State.Final() || !r.apply(ev, now) {
		return q, was, fmt.Errorf("%w (%T while %s)", ErrNotAllowed, ev, was.State)
	}
	r.Version++
	if !r.State.Final() {
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

func (r *Refund) apply(ev RefundEvent, now time.Time) bool {
	switch ev := ev.(type) {
	case RefundReplied:
		if r.State == RefundPending {
			return false
		}
		r.QuietSince = now
		r.replied(ev.Answer, now)
	case RefundSeen:
		r.looked(ev.Answer, now)
	case RefundParked:
		r.Parked = ev.By
	case Restarted:
		r.anew(now)
	case Restored:
		r.Restored = true
		r.anew(now)
	case ClockMoved:
		r.anew(now)
	default:
		return false
	}
	return true
}

// anew begins every wait again: until now a request may have left.
func (r *Refund) anew(now time.Time) {
	if r.State == RefundSending {
		r.State = RefundUnknown
	}
	r.Since, r.QuietSince, r.LastTry, r.Tries = now, now, now, 1
}

func (r *Refund) to(s RefundState, now time.Time) {
	if r.State != s {
		r.State, r.Since, r.Tries, r.LastTry = s, now, 0, time.Time{}
	}
}

// replied takes up the answer to the request. The only one that ever left, and
// did not arrive, came to nothing. That a repeated one is refused says nothing of
// those before, which nobody answered: it is waited for those.
func (r *Refund) replied(a RefundAnswer, now time.Time) {
	if !a.Answered && a.NotSent && r.Sends == 1 && r.State == RefundSending {
		r.Message = a.Message
		r.to(RefundAbsent, now)
		return
	}
	if a.Answered && a.State == RefundRefused && r.Sends > 1 {
		r.Denied = true
		a.Answered = false
	}
	r.told(a, now)
}

// told takes up an answer that says what became of it; any other leaves it
// unknown, or pending where that was said before.
func (r *Refund) told(a RefundAnswer, now time.Time) {
	r.Message = a.Message
	if !a.Answered || a.Missing || a.State != RefundDone && a.State != RefundPending && a.State != RefundRefused {
		if r.State != RefundPending {
			r.to(RefundUnknown, now)
		}
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

// looked takes up what the provider says when it is asked. That it knows no such
// refund proves nothing as long as a request may be on its way; where the provider
// knows repeats, it is sent once more then, unless the journal was put back: it
// may have been refused since, and made anew under another number.
func (r *Refund) looked(a RefundAnswer, now time.Time) {
	again := r.Repeats && !r.Restored && !r.Denied
	switch {
	case a.Answered && !a.Missing:
		r.told(a, now)
	case a.Missing && r.State != RefundPending && again:
		r.Sends++
		r.QuietSince = now
		r.to(RefundUnknown, now)
	case a.Missing && r.State != RefundPending && !a.Started.Before(r.QuietSince.Add(QRMargin)):
		r.to(RefundAbsent, now)
		if r.Denied {
			r.to(RefundRefused, now)
		}
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
// takes days. It goes by the times of the refund: after the clock was set it is
// right once ClockMoved was applied.
func NextRefund(r Refund) (due time.Time, ask bool) {
	pause, from := 2*time.Second, r.Since
	if r.Tries > 0 {
		pause, from = backOff(r.Tries), r.LastTry
	}
	if r.State == RefundPending {
		pause = time.Minute << (2 * min(r.Tries, 2))
		if r.Tries > 2 {
			pause = time.Hour
		}
	}
	if r.State.Final() {
		return time.Time{}, false
	}
	return from.Add(pause), true
}

// AlarmingRefund reports whether a person should be told that the provider does
// not say what became of a refund.
func AlarmingRefund(r Refund, now time.Time) bool {
	switch r.State {
	case RefundSending, RefundUnknown:
		return r.Tries >= AlarmTries || now.Sub(r.Since) >= AlarmAfter
	}
	return false
}
