package order

import "time"

// Undo is what takes back the leg of a bill that is being cancelled, as far as
// that needs nobody's answer: the objects that change, each as it is then, in
// the order in which they are to be committed. Cash goes back whole; id is that
// of the CashBack. Codes that may be paid are given up; the order is given up with
// them, so that what comes by one later is stray and not the bill's. What was sent
// to the host is taken back by the rules of attempts; what it approved by a void or
// return, and what came by a code by a refund: see UndoAt.
func (l LegFacts) Undo(b Bill, id string, now time.Time) (changed []any) {
	o := l.Order
	for _, s := range l.Stored {
		var ev StoredEvent = StoredWithdrawn{By: b.EndedBy, Reason: b.Reason}
		if s.State == Uncollected {
			ev = StoredWrittenOff{By: b.EndedBy, Reason: b.Reason} // no goods went for it
		}
		o2, s2, err := StepStored(o, s, ev, now)
		if err != nil {
			continue
		}
		if changed = append(changed, s2); o2 != o {
			changed, o = append(changed, o2), o2
		}
	}
	if o2, err := Abandon(o); err == nil {
		changed, o = append(changed, o2), o2
	}
	for _, q := range l.QRs {
		if _, q2, err := StepQR(o, q, QRGivenUp{}, now); err == nil {
			changed = append(changed, q2)
		}
	}
	for _, a := range l.Attempts {
		var ev Event = WaitOver{Cancelled: true}
		switch a.State {
		case Unknown:
		case PartApproved:
			ev = GivenBack{}
		default:
			continue
		}
		if _, a2, err := Step(o, a, ev, now); err == nil {
			changed = append(changed, a2)
		}
	}
	if l.Cash != nil {
		back := CashBack{ID: id, Amount: l.Cash.Left(), Reason: b.Reason, Operator: b.EndedBy, At: now}
		if c, back, err := GiveCash(*l.Cash, back); err == nil {
			changed = append(changed, c, back)
		}
	}
	return changed
}

// UndoAt is when the terminal goes on taking back the leg of a bill that is
// being cancelled, zero for at once, and the number of the payment that is to be
// voided or returned then, "" where Undo has something. For a leg that was paid by
// wallet it is the id of the code, of which all that is left is to be refunded:
// BeginRefund of Wallet's payment with the bill's id as Refund.Bill. It is false
// while that waits for the host, the provider or a person, or is done. A void that
// the host refused because the batch is closed is followed by a return, any other
// refusal by another try much later, in case somebody mends what is wrong.
func (l LegFacts) UndoAt(b Bill) (number string, at time.Time, ok bool) {
	if b.State != BillCancelling {
		return "", at, false
	}
	if len(l.Undo(b, "?", b.Since)) > 0 {
		return "", at, true
	}
	if q, p, ok := l.Wallet(); ok {
		return l.refundAt(b, q, p)
	}
	a, s, adopted := l.Adopted()
	if !adopted || s.As == StandsVoided || s.Left.Minor == 0 || s.Target.GUID == "" {
		return "", at, false
	}
	tries := 0
	for _, f := range l.Follows {
		switch {
		case f.Of != a.Number:
		case !f.State.Final() && (f.Act != Issue || f.State != FollowReview):
			return "", at, false
		case f.Bill == b.ID:
			tries++
			at = f.Since.Add(backOff(tries))
			if f.turnedDown() {
				at = f.Since.Add(refusedPause)
			}
		}
	}
	return a.Number, at, true
}

// refundAt is UndoAt for what came by a code. The pause is counted from the newest
// refund, whoever began it: the times of those before may be of a clock that was
// set since.
func (l LegFacts) refundAt(b Bill, q QR, p QRPayment) (id string, at time.Time, ok bool) {
	tries := 0
	var newest Refund
	for _, r := range l.refundsOf(q, p) {
		if newest = r; !r.State.Final() {
			return "", at, false
		}
		if r.Bill == b.ID {
			tries++
		}
	}
	switch {
	case p.Left().Minor == 0:
		return "", at, false
	case tries > 0 && newest.State == RefundRefused:
		at = newest.Since.Add(refusedPause)
	case tries > 0:
		at = newest.Since.Add(backOff(tries))
	}
	return q.ID, at, true
}

// turnedDown reports a refusal that the other way of taking back may not mend.
func (f FollowUp) turnedDown() bool {
	return f.State == FollowRefused && f.Cause != CauseSettled && f.Cause != CauseNotSettled
}

// refused reports that the host refused the last try to undo a payment.
func (l LegFacts) refused(b Bill, number string) (yes bool) {
	for _, f := range l.Follows {
		if f.Of == number && f.Bill == b.ID {
			yes = f.turnedDown()
		}
	}
	return yes
}
