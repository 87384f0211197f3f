package drill

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"paydesk/sync/journal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// crash is what a dying program throws.
type crash struct{}

// mustDie ends the program where it stands.
func mustDie() { panic(crash{}) }

var errDisk = errors.New("input/output error")

// store is the real journal on a disk that fails, under a program that may die
// before or after any commit. It remembers what it was given, so that the
// journal can be held against it.
type store struct {
	*journal.Journal
	w    *world
	calm bool
	// failed: no commit succeeds until the next start. full: there is no room,
	// but for the outcomes that the ballast still takes.
	failed  bool
	full    bool
	ballast int

	memory
	commits int
}

func newStore(w *world, j *journal.Journal) *store {
	return &store{Journal: j, w: w, calm: true, memory: newMemory()}
}

// Commit implements engine.Journal.
func (s *store) Commit(ctx context.Context, entries ...order.Entry) error {
	if s.failed {
		return errDisk
	}
	if s.fault("killed before a commit", 4) {
		mustDie()
	}
	if s.full && !s.roomFor(entries) {
		s.w.count("disk full")
		return order.ErrFull
	}
	if s.fault("disk error, nothing written", 1) {
		s.failed = true
		return errDisk
	}
	if err := s.Journal.Commit(ctx, entries...); err != nil {
		return err
	}
	s.remember(ctx, entries)
	if s.fault("disk error, all written", 1) {
		s.failed = true
		return errDisk
	}
	if s.fault("killed after a commit", 4) {
		mustDie()
	}
	return nil
}

func (s *store) fault(name string, percent int) bool {
	if s.calm || s.w.rnd.IntN(100) >= percent {
		return false
	}
	s.w.count(name)
	return true
}

// roomFor reports whether the ballast takes an outcome on a full disk.
func (s *store) roomFor(entries []order.Entry) bool {
	for _, e := range entries {
		switch o := e.Object.(type) {
		case order.Attempt:
			if o.Version > 1 && s.ballast > 0 {
				s.ballast--
				return true
			}
		case order.FollowUp:
			if o.Version > 1 && s.ballast > 0 {
				s.ballast--
				return true
			}
		case order.QR: // beside a refund it says what that holds
			began := slices.ContainsFunc(entries, func(e order.Entry) bool { r, ok := e.Object.(order.Refund); return ok && r.Version == 1 })
			if o.Version > 1 && o.State != order.QRTaking && !began && s.ballast > 0 {
				s.ballast--
				return true
			}
		case order.Refund:
			if o.Version > 1 && s.ballast > 0 {
				s.ballast--
				return true
			}
		}
	}
	return false
}

// Room implements engine.Journal.
func (s *store) Room() error {
	switch {
	case s.failed:
		return errDisk
	case s.full:
		return order.ErrFull
	}
	return nil
}

// remember keeps what was committed, and checks what may never change.
func (s *store) remember(ctx context.Context, entries []order.Entry) {
	s.commits++
	for _, e := range entries {
		s.w.tell("  journal: %s %s %s", e.Kind, e.Subject, e.Actor)
		switch o := e.Object.(type) {
		case order.Attempt:
			before, known := s.attempts[o.Number]
			if !known {
				s.w.checkBegun(o)
				s.of[o.Order] = append(s.of[o.Order], o.Number)
			}
			s.w.checkAttempt(before, o)
			s.attempts[o.Number] = o
		case order.Order:
			s.w.checkOrder(s.orders[o.ID], o)
			s.orders[o.ID] = o
		case order.FollowUp:
			before, known := s.follows[o.ID]
			if !known {
				s.about[o.Of] = append(s.about[o.Of], o.ID)
			}
			s.w.checkFollow(before, o)
			s.follows[o.ID] = o
		case order.Stored:
			s.w.checkStored(s.stored[o.ID], o)
			s.w.stored.note(s.stored[o.ID], o)
			s.stored[o.ID] = o
			s.w.checkCard(ctx, o)
		case order.Reconciliation:
			s.w.found = o.Found
			s.w.tell("    found %+v %s", o.Found, o.Trouble)
		case order.Job:
			s.jobs[o.ID] = o
		case order.Batch:
			s.w.checkClosing(entries, s.batches[o.ID], o)
			s.batches[o.ID] = o
			s.w.checkBatch(o)
		case order.Bill:
			s.w.noteBill(s.bills[o.ID], o)
			s.bills[o.ID] = o
		case order.Cash:
			if o.Version == 1 {
				s.w.stored.Cash++
			}
			s.cash[o.ID] = o
		case order.QR:
			s.w.noteCode(s.codes[o.ID], o)
			s.codes[o.ID] = o
		case order.Refund:
			if before, known := s.refunds[o.ID]; known && before.State.Final() {
				s.w.fail(10, "refund %s was %s and becomes %s", o.ID, before.State, o.State)
			}
			s.w.wallets.noteRefund(s.refunds[o.ID], o)
			s.refunds[o.ID] = o
		case order.CashBack:
			s.backs[o.ID] = o
		}
	}
	s.w.checkBills()
}

// followsOf lists the follow-ups of an attempt, oldest first.
func (s *store) followsOf(number string) (all []order.FollowUp) {
	for _, id := range s.about[number] {
		all = append(all, s.follows[id])
	}
	return all
}

// same holds what the journal reads back against what it was given.
func (s *store) same(ctx context.Context) {
	compare(s, s.attempts, func(id string) (any, error) { return s.Journal.Attempt(ctx, id) })
	compare(s, s.orders, func(id string) (any, error) { return s.Journal.Order(ctx, id) })
	compare(s, s.follows, func(id string) (any, error) { return s.Journal.FollowUp(ctx, id) })
	compare(s, s.stored, func(id string) (any, error) { return s.Journal.Stored(ctx, id) })
	compare(s, s.jobs, func(id string) (any, error) { return s.Journal.Job(ctx, id) })
	compare(s, s.bills, func(id string) (any, error) { return s.Journal.Bill(ctx, id) })
	compare(s, s.cash, func(id string) (any, error) { return s.Journal.Cash(ctx, id) })
	compare(s, s.codes, func(id string) (any, error) { return s.Journal.QR(ctx, id) })
	compare(s, s.refunds, func(id string) (any, error) { return s.Journal.Refund(ctx, id) })
	compare(s, s.batches, func(id string) (any, error) { return s.Journal.Batch(ctx, id) })
}

func compare[T any](s *store, all map[string]T, read func(id string) (any, error)) {
	for id, want := range all {
		got, err := read(id)
		a, err1 := json.Marshal(got)
		b, err2 := json.Marshal(want)
		if err := errors.Join(err, err1, err2); err != nil || string(a) != string(b) {
			s.w.fail(8, "the journal has %s of %s, and was given %s (%v)", a, id, b, err)
		}
	}
}

var _ engine.Journal = (*store)(nil)
