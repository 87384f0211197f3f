package drill

import (
	"context"
	"fmt"
	"slices"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// onWire is invariant 3: no number on the wire without its intent in the
// journal, and none twice.
func (w *world) onWire(q order.CardRequest) {
	a, err := w.store.Journal.Attempt(context.Background(), q.Number)
	if err != nil || a.State != order.Sending || a.Asked != q.Amount || a.Device != q.Device {
		w.fail(3, "number %s is on the wire while the journal has %s, %v", q.Number, a.State, err)
	}
	if w.host.sent[q.Number] {
		w.fail(3, "number %s is on the wire a second time", q.Number)
	}
	w.host.sent[q.Number] = true
}

// reversed and followOnWire are invariant 4: nothing is taken back on the wire
// before the journal says so.
func (w *world) reversed(number string) {
	if a, err := w.store.Journal.Attempt(context.Background(), number); err != nil || a.Decision != order.Reverse {
		w.fail(4, "number %s is being reversed while the journal has %s %q, %v", number, a.State, a.Decision, err)
	}
}

func (w *world) followOnWire(q order.FollowRequest) {
	f, err := w.store.Journal.FollowUp(context.Background(), q.Number)
	if err != nil || f.State != order.FollowSending || f.Amount != q.Amount || f.Target != q.Target {
		w.fail(4, "%s %s is on the wire while the journal has %s, %v", q.Act, q.Number, f.State, err)
	}
}

// look is invariant 2, at every picture that a screen could show.
func (w *world) look(s engine.Snapshot) {
	w.lookAtCodes(s)
	if s.Last == nil || s.Last.State != order.Approved {
		return
	}
	w.shown++
	a, err := w.store.Journal.Attempt(context.Background(), s.Last.Number)
	if err != nil || a.State != order.Approved {
		w.fail(2, "%s is shown approved while the journal has %s, %v", s.Last.Number, a.State, err)
	}
	if len(w.store.about[a.Number]) > 0 {
		return // checkPaid holds it against the host
	}
	if rows := w.host.live(a.Number); len(rows) == 0 || rows[0].effective != s.Last.Approved {
		w.fail(2, "%s is shown approved for %v, and the host has %d rows", a.Number, s.Last.Approved, len(rows))
	}
}

// checkBegun is invariant 1 before it is too late: no attempt begins while an
// earlier one of its order could become a charge, unless the cashier consents
// to one that has been quiet for long.
func (w *world) checkBegun(a order.Attempt) {
	if held := w.store.orders[a.Order].Stored; (held != "") != a.Stored {
		w.fail(6, "attempt %s begins (of a stored sale: %t) while its order is held by %q", a.Number, a.Stored, held)
	}
	if !a.Stored {
		w.mayBegin(a.Number, a.Order)
	}
	for _, number := range w.store.of[a.Order] {
		earlier := w.store.attempts[number]
		switch {
		case earlier.State.Dead():
		case w.consent && earlier.SoftClear():
			w.consented(a.Order)
		default:
			w.fail(1, "attempt %s begins while %s is %s", a.Number, number, earlier.State)
		}
	}
}

func (w *world) consented(id string) {
	for _, s := range w.sales {
		if s.id == id {
			s.consented = true
		}
	}
}

// checkAttempt is invariants 4 and 10 at each commit.
func (w *world) checkAttempt(before, now order.Attempt) {
	switch {
	case before.State.Final() && (before.State != now.State || before.Approved != now.Approved):
		w.fail(10, "attempt %s was %s and becomes %s", now.Number, before.State, now.State)
	case before.Decision != order.Undecided && before.Decision != now.Decision:
		w.fail(4, "the decision about %s was %s and becomes %s", now.Number, before.Decision, now.Decision)
	case now.State == order.Approved && now.Decision != order.Adopt:
		w.fail(4, "attempt %s is approved without the decision", now.Number)
	}
}

func (w *world) checkOrder(before, now order.Order) {
	if before.ID != "" && before.State != order.Open && (before.State != now.State || before.PaidBy != now.PaidBy) {
		w.fail(10, "order %s was %s and becomes %s", now.ID, before.State, now.State)
	}
	_, code := w.store.codes[now.PaidBy]
	if now.State == order.PaidOther && before.State == order.Open && !code {
		w.mayBegin("cash "+now.PaidBy, now.ID)
	}
	if now.State == order.PaidOther && before.Stored != "" {
		w.fail(6, "order %s is paid otherwise while stored sale %s holds it", now.ID, before.Stored)
	}
	for _, number := range w.store.of[now.ID] {
		if a := w.store.attempts[number]; now.State == order.PaidOther && before.State == order.Open && !code && !a.State.Dead() {
			w.fail(1, "order %s is paid in cash while %s is %s", now.ID, number, a.State)
		}
	}
}

func (w *world) checkFollow(before, now order.FollowUp) {
	if before.ID != "" && before.State.Final() {
		w.fail(10, "%s %s was %s and becomes %s", now.Act, now.ID, before.State, now.State)
	}
}

// checkBatch is invariant 11 for a batch that was closed: both count the same,
// but for what the journal does not know to be paid.
func (w *world) checkBatch(b order.Batch) {
	if b.State != order.BatchClosed || b.Matches() || w.parked || w.restored {
		return
	}
	var n int
	if _, err := fmt.Sscanf(b.GUID, "batch-%d", &n); err != nil {
		w.fail(11, "batch %q is closed, and the host has none of that name", b.GUID)
		return
	}
	if known := w.host.totals(n, w.strange); known != b.Local {
		w.fail(11, "%s is closed with %+v here and %+v at the host, %+v of it known", b.GUID, b.Local, b.Host, known)
	}
}

// strange is what the host has and the journal does not count: it was listed
// for a person, or is on its way back.
func (w *world) strange(r *row) bool {
	return r.twice || r.beyond || w.store.attempts[r.number].State != order.Approved
}

// check holds journal and host against each other after every step.
func (w *world) check() {
	for _, s := range w.sales {
		charges := 0
		for _, number := range w.store.of[s.id] {
			a := w.store.attempts[number]
			if a.State == order.Approved {
				w.checkPaid(a)
			}
			w.checkFollows(a)
			for _, r := range w.host.live(number) {
				excused := r.twice || r.beyond || r.pair && a.Decision == order.Reverse || s.consented && a.Decision == order.Reverse
				if !excused {
					charges++
				}
			}
		}
		if charges > 1 {
			w.fail(1, "order %s is charged %d times", s.id, charges)
		}
	}
	w.checkBook()
	w.checkListed()
	w.checkWallets()
}

// checkPaid is invariants 1, 2 and 5 for an approved attempt: what stands, and
// what was paid back, captured and undone of it at the host.
func (w *world) checkPaid(a order.Attempt) {
	own := a.GUID
	made := map[string]bool{}
	var captured, returned int64
	gone := false
	for _, e := range w.host.entries {
		switch {
		case e.of != own && !made[e.of]:
		case e.act == order.Capture:
			captured += e.amount.Minor
			made["sale-"+e.guid] = true
		case e.act == order.Return:
			returned += e.amount.Minor
		default:
			gone = true
		}
	}
	whole := a.Approved.Minor
	if a.Kind == order.KindAuth {
		whole = captured
	}
	if len(made) > 1 || captured > a.Approved.Minor || returned > whole || gone && returned > 0 {
		w.fail(5, "payment %s of %v: captured %d in %d, returned %d, voided %t", a.Number, a.Approved, captured, len(made), returned, gone)
	}
	if left := w.host.stands(a.GUID); !gone && (left == nil || a.Kind == order.KindSale && left.Minor != a.Approved.Minor-returned) {
		w.fail(1, "payment %s is approved for %v, and the host has %v of it", a.Number, a.Approved, left)
	}
}

// checkFollows is invariant 5: each follow-up was done once at most, and is in
// the journal as what it is.
func (w *world) checkFollows(a order.Attempt) {
	if w.restored {
		return // another of the same amount may be taken for it
	}
	for _, f := range w.store.followsOf(a.Number) {
		times := w.host.did[f.ID]
		done := times > 0
		if f.Act == order.Void {
			left := w.host.stands(f.Target.GUID)
			done = left != nil && left.Minor == 0
		}
		switch {
		case times > 1 && f.Act != order.Void, f.State == order.FollowDone && !done,
			f.State.Final() && f.State != order.FollowDone && times > 0:
			w.fail(5, "%s %s of %s is %s (%s), and the host did it %d times", f.Act, f.ID, f.Of, f.State, f.Cause, times)
		}
	}
}

// finish checks what must be true at the end of a history.
func (w *world) finish() {
	ctx := context.Background()
	open, err := w.store.Journal.Unfinished(ctx)
	if err != nil {
		w.fail(8, "the journal cannot be read: %v", err)
	}
	for _, a := range open.Attempts {
		w.fail(10, "attempt %s stays %s (%s)", a.Number, a.State, a.Cause)
	}
	for _, f := range open.Follows {
		w.fail(10, "%s %s stays %s (%s)", f.Act, f.ID, f.State, f.Cause)
	}
	for _, b := range open.Batches {
		w.fail(10, "batch %s stays %s", b.ID, b.State)
	}
	for _, s := range w.sales {
		w.checkEnd(s)
	}
	w.checkReceipts()
	w.checkBillEnds()
	w.checkWalletEnds(open)
	w.checkSealed(ctx)
	w.checkTotals(ctx)
	w.store.same(ctx)
}

// checkEnd is invariant 1 at the end: one charge if the order is paid, none
// otherwise.
func (w *world) checkEnd(s *sale) {
	o := w.store.orders[s.id]
	paid := o.State == order.PaidCard || o.State == order.Held
	for _, number := range w.store.of[s.id] {
		a := w.store.attempts[number]
		if (a.State == order.Approved) != (paid && o.PaidBy == number) {
			w.fail(1, "order %s is %s by %q, and attempt %s is %s", s.id, o.State, o.PaidBy, number, a.State)
		}
		live := w.host.live(number)
		for _, r := range live {
			switch {
			case a.State == order.Approved && len(live) == 1, a.State == order.Approved && !r.twice:
			case (r.twice || w.restored) && w.listed(r):
			default:
				w.fail(1, "order %s is %s, attempt %s is %s, and %v stands at the host", s.id, o.State, number, a.State, r.effective)
			}
		}
	}
}

// listed reports that a person was told of the host's row: of a second one, or
// of one from before an older journal was put back.
func (w *world) listed(r *row) bool {
	found, err := w.store.Journal.Reconciliation(context.Background())
	return err == nil && slices.ContainsFunc(found.Found, func(m order.Mismatch) bool {
		return m.GUID == r.guid || m.What == order.Twice && m.Number == r.number
	})
}

// checkReceipts is invariant 9. Of a stored sale the customer has the slip that
// says so: nobody is there for another. What pays a part of a bill has its place
// on the receipt of the whole bill, once that is paid.
func (w *world) checkReceipts() {
	originals, copies := map[string]int{}, map[string]int{}
	for _, j := range w.store.jobs {
		if j.Reprint > 0 {
			copies[j.Subject]++
		}
		if j.Reprint == 0 && j.Document != order.DocumentApproval && j.Kind != order.JobDrawer {
			originals[j.Subject]++
		}
	}
	for number, a := range w.store.attempts {
		if w.restored && originals[number] == 0 && copies[number] == 1 {
			continue // the journal that was there before may have printed the original
		}
		if want := map[bool]int{true: 1}[a.State == order.Approved && !a.Stored && !w.part(a.Order, a.Approved)]; originals[number] != want {
			w.fail(9, "attempt %s is %s and has %d receipts", number, a.State, originals[number])
		}
	}
	for id, s := range w.store.stored {
		if want := map[bool]int{true: 1}[!w.part(s.Order, s.Amount)]; originals[id] != want {
			w.fail(9, "stored sale %s has %d slips", id, originals[id])
		}
	}
	if w.restored {
		return
	}
	for id, f := range w.store.follows {
		moved := f.State == order.FollowDone && (f.Act == order.Void || f.Act == order.Return || f.Act == order.Capture)
		if want := map[bool]int{true: 1}[moved && f.Operator != order.ActorTerminal]; originals[id] != want {
			w.fail(9, "%s %s is %s and has %d slips", f.Act, id, f.State, originals[id])
		}
	}
	for id, q := range w.store.codes {
		if want := map[bool]int{true: 1}[q.State == order.QRPaid && !w.part(q.Order, q.Asked)]; w.receiptsOf(id, order.DocumentWallet) != want {
			w.fail(9, "code %s is %s and has %d receipts", id, q.State, w.receiptsOf(id, order.DocumentWallet))
		}
	}
	for id, b := range w.store.bills {
		if want := map[bool]int{true: 1}[b.State == order.BillPaid && !w.paidByOne(b)]; originals[id] != want {
			w.fail(9, "bill %s is %s and has %d receipts", id, b.State, originals[id])
		}
	}
}

// receiptsOf counts the originals of a document.
func (w *world) receiptsOf(id, document string) (n int) {
	for _, j := range w.store.jobs {
		if j.Subject == id && j.Document == document && j.Reprint == 0 {
			n++
		}
	}
	return n
}

// part reports that an amount is a part of what a bill comes to.
func (w *world) part(orderID string, amount money.Amount) bool {
	b, of := w.store.bills[w.store.orders[orderID].Bill]
	return of && amount.Minor < b.Total().Minor
}

// paidByOne reports that one payment of a bill is the whole of it, whatever
// became of that since: it made the bill a paid one at once.
func (w *world) paidByOne(b order.Bill) bool {
	whole := func(orderID string, amount money.Amount) bool {
		return w.store.orders[orderID].Bill == b.ID && amount.Minor >= b.Total().Minor
	}
	for _, a := range w.store.attempts {
		if a.State == order.Approved && whole(a.Order, a.Approved) {
			return true
		}
	}
	for _, s := range w.store.stored {
		if whole(s.Order, s.Amount) {
			return true
		}
	}
	for _, q := range w.store.codes {
		if q.State == order.QRPaid && whole(q.Order, q.Asked) {
			return true
		}
	}
	for _, c := range w.store.cash {
		if whole(c.Order, c.Amount) {
			return true
		}
	}
	return false
}

// checkTotals is invariant 11 for the open batch, and invariant 8: the chain
// holds.
func (w *world) checkTotals(ctx context.Context) {
	sum, err := w.store.Journal.OpenBatch(ctx)
	if err != nil {
		w.fail(8, "the open batch cannot be added up: %v", err)
	}
	if sum.GUID == "" || w.restored {
		return // what the journal forgot is listed
	}
	var n int
	if _, err := fmt.Sscanf(sum.GUID, "batch-%d", &n); err != nil {
		w.fail(11, "the open batch is %q: %v", sum.GUID, err)
	}
	if host := w.host.totals(n, w.strange); host != sum.Totals {
		w.fail(11, "%s: the terminal counts %+v, the host %+v", sum.GUID, sum.Totals, host)
	}
}
