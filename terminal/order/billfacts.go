package order

import (
	"cmp"
	"slices"
	"time"

	"paydesk/terminal/money"
)

// LegState is what has become of a leg.
type LegState string

// The states of a leg.
const (
	// LegPending: it may become a charge.
	LegPending LegState = "PENDING"
	LegPaid    LegState = "PAID"
	// LegFailed: nothing stands, and nothing can turn up any more.
	LegFailed LegState = "FAILED"
	// LegBacking: it is being undone.
	LegBacking LegState = "BACKING"
	// LegBack: it was paid, and all of it went back.
	LegBack LegState = "BACK"
	// LegStuck: it needs a person.
	LegStuck LegState = "STUCK"
)

// LegFacts is what a journal has of a leg: its order, the attempts and their
// follow-ups, stored sales, codes of wallets and their refunds, each oldest first,
// and the cash that paid it.
type LegFacts struct {
	Order    Order
	Attempts []Attempt
	Follows  []FollowUp
	Stored   []Stored
	QRs      []QR
	Refunds  []Refund
	Cash     *Cash
}

// BillFacts is a bill with what a journal has of its legs, in their order.
type BillFacts struct {
	Bill Bill
	Legs []LegFacts
}

// With is the facts after an object was committed. What does not belong to them
// changes nothing.
func (f BillFacts) With(object any) BillFacts {
	if b, ok := object.(Bill); ok {
		return f.as(b)
	}
	f.Legs = slices.Clone(f.Legs)
	for i := range f.Legs {
		f.Legs[i] = f.Legs[i].with(object)
	}
	return f
}

// as is the facts of another version of the bill, which may have other legs.
func (f BillFacts) as(b Bill) BillFacts {
	legs := make([]LegFacts, len(b.Legs))
	for i, l := range b.Legs {
		legs[i].Order.ID = l.Order
		if at := slices.IndexFunc(f.Legs, func(known LegFacts) bool { return known.Order.ID == l.Order }); at >= 0 {
			legs[i] = f.Legs[at]
		}
	}
	return BillFacts{b, legs}
}

func (l LegFacts) with(object any) LegFacts {
	switch o := object.(type) {
	case Order:
		if o.ID == l.Order.ID {
			l.Order = o
		}
	case Attempt:
		if o.Order == l.Order.ID {
			l.Attempts = put(l.Attempts, o, func(a Attempt) string { return a.Number })
		}
	case FollowUp:
		if slices.ContainsFunc(l.Attempts, func(a Attempt) bool { return a.Number == o.Of }) {
			l.Follows = put(l.Follows, o, func(f FollowUp) string { return f.ID })
		}
	case Stored:
		if o.Order == l.Order.ID {
			l.Stored = put(l.Stored, o, func(s Stored) string { return s.ID })
		}
	case QR:
		if o.Order == l.Order.ID {
			l.QRs = put(l.QRs, o, func(q QR) string { return q.ID })
		}
	case Refund:
		if slices.ContainsFunc(l.QRs, func(q QR) bool { return q.ID == o.Of }) {
			l.Refunds = put(l.Refunds, o, func(r Refund) string { return r.ID })
		}
	case Cash:
		if o.Order == l.Order.ID {
			l.Cash = &o
		}
	}
	return l
}

// put is the list with an object in the place of its earlier version, or behind
// all others.
func put[T any](list []T, object T, id func(T) string) []T {
	list = slices.Clone(list)
	if i := slices.IndexFunc(list, func(old T) bool { return id(old) == id(object) }); i >= 0 {
		list[i] = object
		return list
	}
	return append(list, object)
}

// Adopted is the attempt that paid the leg, with what stands of it.
func (l LegFacts) Adopted() (Attempt, Standing, bool) {
	i := slices.IndexFunc(l.Attempts, func(a Attempt) bool { return a.State == Approved })
	if i < 0 {
		return Attempt{}, Standing{}, false
	}
	a := l.Attempts[i]
	return a, Stand(a, ByAttempt(l.Follows)[a.Number]), true
}

// Wallet is the code that paid the leg, with the payment that did. What else came
// by codes of the leg is not the bill's.
func (l LegFacts) Wallet() (QR, QRPayment, bool) {
	for _, q := range l.QRs {
		if p, ok := q.Paid(); ok {
			return q, p, true
		}
	}
	return QR{}, QRPayment{}, false
}

// waiting is the code of the leg that may yet pay it. With consent, one that was
// given up does not count.
func (l LegFacts) waiting(consent bool) (QR, bool) {
	i := slices.IndexFunc(l.QRs, func(q QR) bool {
		return !q.State.Final() && (q.State != QRClosing || !consent && !q.unseen())
	})
	if i < 0 {
		return QR{}, false
	}
	return l.QRs[i], true
}

// undoing is the void or return of an attempt that is not at its end.
func (l LegFacts) undoing(number string) (FollowUp, bool) {
	i := slices.IndexFunc(l.Follows, func(f FollowUp) bool {
		return f.Of == number && !f.State.Final() && (f.Act == Void || f.Act == Return)
	})
	if i < 0 {
		return FollowUp{}, false
	}
	return l.Follows[i], true
}

// money is what stands for the leg, and what may yet stand, or yet go: see flows.
func (l LegFacts) money(consent, same bool) (paid, pending int64) {
	paid, going, coming := l.flows(consent, same)
	return paid, going + coming
}

// flows are what stands for the leg; what is going back of that, and stands again
// where that comes to nothing; and what may yet come: by a card that is being
// charged, a code that may be paid, a stored sale that the bank has not paid. With
// consent, an attempt that is SoftClear does not count; for another try of the
// same leg, neither does a code that was given up.
func (l LegFacts) flows(consent, same bool) (paid, going, coming int64) {
	if l.Cash != nil {
		paid = l.Cash.Left().Minor
	}
	a, s, adopted := l.Adopted()
	if adopted && s.As != StandsVoided {
		paid = a.Approved.Minor - s.Returned.Minor
		if _, under := l.undoing(a.Number); under {
			paid, going = 0, paid
		}
	}
	_, p, wallet := l.Wallet()
	if wallet {
		paid, going = p.Left().Minor, p.Held.Minor-p.Back.Minor
	}
	_, waiting := l.waiting(consent && same)
	if !adopted && !wallet && l.Cash == nil && (waiting ||
		slices.ContainsFunc(l.Attempts, func(a Attempt) bool { return !a.State.Dead() && !(consent && a.SoftClear()) })) {
		coming = l.Order.Amount.Minor
	}
	if s, ok := l.Owing(); ok { // beside what it paid in part, which may be going back
		coming += max(0, min(s.Amount.Minor-s.Approved.Minor, l.Order.Amount.Minor-paid-going-coming))
	}
	return paid, going, coming
}

// Owing is the stored sale of the leg of which the bank has not paid all, so far
// or at all, and which nobody gave up.
func (l LegFacts) Owing() (Stored, bool) {
	i := slices.IndexFunc(l.Stored, func(s Stored) bool { return s.State.Sealed() || s.State == Uncollected || s.State == Collected })
	if i < 0 {
		return Stored{}, false
	}
	return l.Stored[i], true
}

// credited is what counts as paid: what stands, and what was stored, since the
// goods go for it.
func (l LegFacts) credited() int64 {
	paid, _, coming := l.flows(false, false)
	if _, ok := l.Owing(); ok {
		paid += coming
	}
	return paid
}

// Paid, Pending and Left add up to the bill's total: what stands, what may yet
// stand, and what is still to be asked for.
func (f BillFacts) Paid() (paid, pending, left money.Amount) {
	total := f.Bill.Total()
	paid, pending = money.New(0, total.Currency), money.New(0, total.Currency)
	for _, l := range f.Legs {
		p, w := l.money(false, false)
		paid.Minor += p
		pending.Minor += w
	}
	left = money.New(max(0, total.Minor-paid.Minor-pending.Minor), total.Currency)
	return paid, pending, left
}

// Split reports that no payment alone makes the total.
func (f BillFacts) Split() bool {
	total := f.Bill.Total().Minor
	return !slices.ContainsFunc(f.Legs, func(l LegFacts) bool { return l.credited() >= total })
}

// Part reports that a payment, by the number of its attempt or the id of its
// stored sale, code or cash, is one of several that make the total.
func (f BillFacts) Part(id string) bool {
	i := slices.IndexFunc(f.Legs, func(l LegFacts) bool {
		return l.Cash != nil && l.Cash.ID == id || slices.ContainsFunc(l.Attempts, func(a Attempt) bool { return a.Number == id }) ||
			slices.ContainsFunc(l.Stored, func(s Stored) bool { return s.ID == id }) || slices.ContainsFunc(l.QRs, func(q QR) bool { return q.ID == id })
	})
	return i >= 0 && f.Legs[i].credited() < f.Bill.Total().Minor
}

// Paying are the legs that money stands for, or stood before it went back, and
// those that were stored.
func (f BillFacts) Paying() []LegFacts {
	return slices.DeleteFunc(slices.Clone(f.Legs), func(l LegFacts) bool {
		_, _, adopted := l.Adopted()
		_, owing := l.Owing()
		_, _, wallet := l.Wallet()
		return !adopted && !owing && !wallet && l.Cash == nil
	})
}

// Idle reports that no money of the bill stands, and none can turn up.
func (f BillFacts) Idle() bool {
	paid, pending, _ := f.Paid()
	return paid.Minor == 0 && pending.Minor == 0
}

// Add puts a leg into the bill, or takes up one whose order is tried again.
// What stands or may yet stand never exceeds the total with it. asked is the
// bill as it is wanted now: its texts count, and its amounts as long as nothing
// stands.
func (f BillFacts) Add(asked Bill, leg Leg, consent bool) (Bill, error) {
	b := f.Bill
	if b.State != BillOpen {
		return b, ErrBillClosed
	}
	var taken int64
	for _, l := range f.Legs {
		paid, pending := l.money(consent, l.Order.ID == leg.Order)
		switch {
		case l.Order.ID != leg.Order:
		case paid > 0:
			return b, ErrOrderClosed
		case pending > 0:
			return b, ErrInProgress
		}
		taken += paid + pending
	}
	was := [...]money.Amount{b.Goods, b.Tax, b.Tip}
	b.Goods, b.Tax, b.Tip = asked.Goods, whole(asked.Tax, asked.Goods.Currency), whole(asked.Tip, asked.Goods.Currency)
	if taken > 0 && was != [...]money.Amount{b.Goods, b.Tax, b.Tip} {
		return f.Bill, ErrBillTotal
	}
	b.Number, b.Note, b.Customer = asked.Number, asked.Note, asked.Customer
	switch {
	case leg.Amount.Currency != b.Goods.Currency || leg.Amount.Minor <= 0:
		return b, ErrBillAmount
	case leg.Amount.Minor > b.Total().Minor-taken:
		return b, ErrBillOver
	}
	b.Legs = slices.Clone(b.Legs)
	if i := b.index(leg.Order); i >= 0 {
		b.Legs[i] = leg
	} else {
		b.Legs = append(b.Legs, leg)
	}
	b.Version++
	return b, nil
}

// NewBill is the bill with its first leg.
func NewBill(asked Bill, leg Leg, operator string, now time.Time) (Bill, error) {
	asked.State, asked.Version, asked.Legs = BillOpen, 0, nil
	asked.Operator, asked.Created, asked.Since = operator, now, now
	asked.Reason, asked.EndedBy = "", ""
	return BillFacts{Bill: asked}.Add(asked, leg, false)
}

// whole is an amount, or none in that currency.
func whole(a money.Amount, c money.Currency) money.Amount {
	if a == (money.Amount{}) {
		a.Currency = c
	}
	return a
}

// Settle is the bill as its legs have made it: paid once all of it is, and
// cancelled once all that was paid is back. It reports whether that is news; the
// version is still the old one then.
func (f BillFacts) Settle(now time.Time) (Bill, bool) {
	b := f.Bill
	if b.State.Final() {
		return b, false
	}
	var credited int64
	ended := true
	legs := slices.Clone(b.Legs)
	for i, l := range f.Legs {
		credited += l.credited()
		state := l.State(f.Bill)
		ended = ended && (state == LegBack || state == LegFailed)
		if a, _, ok := l.Adopted(); ok && len(l.Stored) == 0 {
			legs[i].Amount = a.Approved
		}
	}
	news := !slices.Equal(legs, b.Legs)
	b.Legs = legs
	switch {
	case b.State == BillOpen && credited >= b.Total().Minor:
		b.State, b.Since = BillPaid, now
	case b.State == BillCancelling && ended:
		b.State, b.Since = BillCancelled, now
	default:
		return b, news
	}
	return b, true
}

// State is what has become of the leg of a bill.
func (l LegFacts) State(b Bill) LegState {
	undo := b.State == BillCancelling
	open := slices.IndexFunc(l.Attempts, func(a Attempt) bool { return a.State != Approved && !a.State.Dead() })
	if a, s, ok := l.Adopted(); ok && (open < 0 || s.As != StandsVoided) {
		return l.adoptedState(b, a, s)
	}
	if q, p, ok := l.Wallet(); ok {
		if state := l.walletState(b, q, p); open < 0 || state != LegBack {
			return state
		}
	}
	code, waiting := l.waiting(false)
	switch {
	case open >= 0 && l.Attempts[open].State == Review:
		return LegStuck
	case open >= 0 && undo && l.Attempts[open].Decision == Reverse:
		return LegBacking
	case open >= 0:
		return LegPending
	case waiting && l.Cash == nil && undo && code.State == QRClosing:
		return LegBacking
	case waiting && l.Cash == nil:
		return LegPending
	case l.Cash != nil && l.Cash.Left().Minor == 0:
		return LegBack
	case l.Cash != nil && undo:
		return LegBacking
	case l.Cash != nil:
		return LegPaid
	}
	s, owing := l.Owing()
	switch {
	case owing && s.State == Uncollected:
		return LegStuck
	case owing && s.State == Collected && !undo:
		return LegPaid
	case owing && s.State != Collected && undo:
		return LegBacking
	case owing && s.State != Collected:
		return LegPending
	}
	return LegFailed
}

func (l LegFacts) adoptedState(b Bill, a Attempt, s Standing) LegState {
	f, under := l.undoing(a.Number)
	switch {
	case s.As == StandsVoided, s.As == StandsReturned:
		return LegBack
	case under && f.State == FollowReview:
		return LegStuck
	case under:
		return LegBacking
	case b.State != BillCancelling:
		return LegPaid
	case s.Target.GUID == "" || l.refused(b, a.Number):
		return LegStuck
	}
	return LegBacking
}

// walletState is the state of a leg that a payment of a code paid.
func (l LegFacts) walletState(b Bill, q QR, p QRPayment) LegState {
	switch under := p.Held.Minor > p.Back.Minor; {
	case under:
		return LegBacking
	case p.Left().Minor == 0:
		return LegBack
	case b.State != BillCancelling:
		return LegPaid
	}
	last := RefundState("")
	for _, r := range l.refundsOf(q, p) {
		if r.Bill == b.ID {
			last = r.State
		}
	}
	if last == RefundRefused {
		return LegStuck
	}
	return LegBacking
}

// refundsOf are the refunds of a payment in the order in which they were begun: by
// a clock that was set they may stand in another.
func (l LegFacts) refundsOf(q QR, p QRPayment) []Refund {
	all := slices.DeleteFunc(slices.Clone(l.Refunds), func(r Refund) bool { return r.Of != q.ID || r.Payment != p.ID })
	slices.SortStableFunc(all, func(a, b Refund) int { return cmp.Compare(a.Turn, b.Turn) })
	return all
}
