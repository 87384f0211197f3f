package engine

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// What keeps a batch open is whatever can still change what the host has in it,
// or what the day comes to: a payment or follow-up by card without an end, a sale
// that the bank was not asked for, a code that is shown, a refund in doubt, a bill
// of which a part is paid, and a receipt that nobody has. What does neither is
// left out: a code on paper, which is paid on whatever day that may be; a refund
// that the provider has taken; a bill of which nothing is paid; a mail; a sale
// that the bank refused, which is listed as uncollected. What a supervisor parked
// was carried forward before, and is named with the closing.

// blockersShown is how many blockers a snapshot holds.
const blockersShown = 50

// What is to be done about blockers.
var (
	doWaitBank     = Sentence{Format: "The bank is being asked. Wait for its answer."}
	doWaitEnd      = Sentence{Format: "The terminal asks the bank what became of it. Wait, it comes to its end by itself."}
	doAnswer       = Sentence{Format: "The bank approved a part of it. Keep that or give it back."}
	doDecide       = Sentence{Format: "The bank's answer does not fit. Look at it and decide, or let a supervisor carry it forward."}
	doWaitBack     = Sentence{Format: "It is being taken back. Wait until the bank has confirmed it."}
	doGiveUp       = Sentence{Format: "This code can still be paid. Give it up, or wait until it is paid or has run out."}
	doWaitProvider = Sentence{Format: "The provider is being asked. Wait for its answer."}
	doStray        = Sentence{Format: "Money came by this code that pays nothing. Pay it back or accept it."}
	doFinishBill   = Sentence{Format: "A part of this bill is paid. Take the rest, or cancel the bill."}
	doWaitBill     = Sentence{Format: "This bill is being cancelled. Wait until its payments are taken back."}
	doPrint        = Sentence{Format: "It is not printed yet. See to the printer, or mark it as not needed."}
	doSayPrinted   = Sentence{Format: "It may be printed or not. Look, and say which."}
	doWaitForward  = Sentence{Format: "The bank was not asked for this sale yet. Wait until it is, or let a supervisor carry it forward."}
	doWaitClosing  = Sentence{Format: "The last closing has no answer yet. The terminal asks the bank for it. Wait."}
	doWaitCharge   = Sentence{Format: "Something is being done with it just now. Wait until that is over."}
)

// blockerList gathers blockers, up to a limit; 0 is none.
type blockerList struct {
	all         []Blocker
	limit, more int
}

// full counts one that finds no place any more.
func (l *blockerList) full() bool {
	if l.limit == 0 || len(l.all) < l.limit {
		return false
	}
	l.more++
	return true
}

func (l *blockerList) add(b Blocker) {
	if !l.full() {
		l.all = append(l.all, b)
	}
}

// Blockers lists all that keeps the batch from being closed, what is nearest to
// the money first.
func (e *Engine) Blockers() []Blocker {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.blockers(0, false).all
}

// blockers is Blockers for who holds the lock; with busy also what has a call
// under way this very moment, which no snapshot shows.
func (e *Engine) blockers(limit int, busy bool) *blockerList {
	l := &blockerList{limit: limit}
	for _, b := range e.batches {
		l.add(Blocker{BlockBatch, b.ID, b.ID, b.Local.SaleAmount, doWaitClosing, false})
	}
	known := map[string]bool{closeLock: true}
	for _, a := range e.liveInOrder() {
		known[a.Order], known[a.Number] = true, true
		if wire := busy && (e.busy[a.Order] || e.busy[a.Number]); a.Parked == "" || wire {
			l.add(attemptBlocker(a, wire))
		}
	}
	for _, f := range e.followsInOrder() {
		known[followLock(f)] = true
		if wire := busy && e.busy[followLock(f)]; f.Parked == "" || wire {
			l.add(followBlocker(f, wire))
		}
	}
	if busy {
		for _, id := range slices.Sorted(maps.Keys(e.busy)) {
			if !known[id] {
				l.add(Blocker{BlockPayment, id, id, money.Amount{}, doWaitCharge, false})
			}
		}
	}
	e.walletBlockers(l)
	for _, f := range inOrder(e.bills.open, func(f order.BillFacts) (time.Time, string) { return f.Bill.Created, f.Bill.ID }) {
		paid, pending, _ := f.Paid()
		if f.Bill.State == order.BillCancelling {
			l.add(Blocker{BlockBill, f.Bill.ID, billName(f.Bill), f.Bill.Total(), doWaitBill, true})
		} else if paid.Minor+pending.Minor > 0 {
			l.add(Blocker{BlockBill, f.Bill.ID, billName(f.Bill), f.Bill.Total(), doFinishBill, true})
		}
	}
	for _, s := range e.stored.waiting {
		if s.State == order.StoredWaiting { // one that is on its way has an attempt
			l.add(Blocker{BlockStored, s.ID, s.ID, s.Amount, doWaitForward, true})
		}
	}
	e.jobs.block(l)
	return l
}

func (e *Engine) liveInOrder() []order.Attempt {
	return inOrder(e.live, func(a order.Attempt) (time.Time, string) { return a.Created, a.Number })
}

func (e *Engine) followsInOrder() []order.FollowUp {
	return inOrder(e.follows, func(f order.FollowUp) (time.Time, string) { return f.Created, f.ID })
}

func (e *Engine) codesInOrder() []order.QR {
	return inOrder(e.codes.open, func(q order.QR) (time.Time, string) { return q.Created, q.ID })
}

func (e *Engine) refundsInOrder() []order.Refund {
	return inOrder(e.codes.refunds, func(r order.Refund) (time.Time, string) { return r.Created, r.ID })
}

func billName(b order.Bill) string { return cmp.Or(b.Label(), b.ID) }

// inOrder are the values of a map by a time and a name.
func inOrder[V any](m map[string]V, by func(V) (time.Time, string)) []V {
	return slices.SortedFunc(maps.Values(m), func(a, b V) int {
		at, name := by(a)
		at2, name2 := by(b)
		return cmp.Or(at.Compare(at2), cmp.Compare(name, name2))
	})
}

// attemptBlocker is a payment by card without an end. What is on the wire is
// never carried forward: nobody can say on which side of the closing it falls.
func attemptBlocker(a order.Attempt, wire bool) Blocker {
	b := Blocker{BlockPayment, a.Number, a.Number, a.Asked, doWaitEnd, !wire}
	switch a.State {
	case order.Sending:
		b.Do, b.MayCarry = doWaitBank, false
	case order.PartApproved:
		b.Do = doAnswer
	case order.Review:
		b.Do = doDecide
	case order.Reversing, order.OrphanReturn:
		b.Kind, b.Do = BlockReversal, doWaitBack
	}
	return b
}

func followBlocker(f order.FollowUp, wire bool) Blocker {
	b := Blocker{BlockFollow, f.ID, cmp.Or(f.Of, f.ID), f.Amount, doWaitEnd, !wire}
	switch f.State {
	case order.FollowSending:
		b.Do, b.MayCarry = doWaitBank, false
	case order.FollowReview:
		b.Do = doDecide
	}
	return b
}

// walletBlockers are the codes and refunds among the blockers. They are in no
// batch of the host, but in what the day comes to.
func (e *Engine) walletBlockers(l *blockerList) {
	for _, q := range e.codesInOrder() {
		b := codeBlocker(q)
		switch {
		case q.Parked != "", q.State == order.QRShown && q.Patience.IsZero() && len(q.Strays()) == 0:
			continue
		case len(q.Strays()) > 0:
			b.Do = doStray
		case q.State == order.QRCreating, q.State == order.QRTaking:
			b.Do, b.MayCarry = doWaitProvider, q.Tries > 0 // the first request may be on the wire
		case q.State == order.QRClosing:
			b.Do = doWaitProvider
		}
		l.add(b)
	}
	for _, r := range e.refundsInOrder() {
		if r.Parked == "" && r.State != order.RefundPending {
			l.add(refundBlocker(r))
		}
	}
}

func codeBlocker(q order.QR) Blocker {
	return Blocker{BlockCode, q.ID, order.WalletTitle(q.Provider) + " " + q.ID, q.Asked, doGiveUp, true}
}

func refundBlocker(r order.Refund) Blocker {
	return Blocker{BlockRefund, r.ID, order.WalletTitle(r.Provider) + " " + r.ID, r.Amount, doWaitProvider, r.State != order.RefundSending}
}

// block are the receipts that nobody has in the hand, on paper or as a file.
func (b *jobBook) block(l *blockerList) {
	for _, list := range [][]*order.Job{b.asking, b.waiting} {
		for _, j := range list {
			if j.Kind != order.JobPrint && j.Kind != order.JobPDF || l.full() {
				continue
			}
			do := doPrint
			if j.State == order.JobUnsure {
				do = doSayPrinted
			}
			l.all = append(l.all, Blocker{BlockPaper, j.ID, j.Subject, money.Amount{}, do, true})
		}
	}
}

// parked names what a supervisor parked before, and has no end yet: a closing goes
// on without it, too.
func (e *Engine) parked() (all []order.Carried) {
	e.mu.Lock()
	defer e.mu.Unlock()
	note := func(b Blocker, by string) {
		if by != "" {
			all = append(all, order.Carried{Kind: string(b.Kind), ID: b.ID, Text: b.Name, Amount: b.Amount, By: by, At: e.now()})
		}
	}
	for _, a := range e.liveInOrder() {
		note(attemptBlocker(a, false), a.Parked)
	}
	for _, f := range e.followsInOrder() {
		note(followBlocker(f, false), f.Parked)
	}
	for _, q := range e.codesInOrder() {
		note(codeBlocker(q), q.Parked)
	}
	for _, r := range e.refundsInOrder() {
		note(refundBlocker(r), r.Parked)
	}
	return all
}
