package drill

import (
	"context"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestHistories plays many histories. PAYDESK_HISTORIES sets their number,
// PAYDESK_SEED the seed.
func TestHistories(t *testing.T) {
	histories := number("PAYDESK_HISTORIES", 2000)
	if testing.Short() {
		histories = 100
	}
	r, err := Run(context.Background(), Options{Seed: uint64(number("PAYDESK_SEED", 1)), Histories: histories, Jobs: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Faults)) {
		t.Logf("%8d × %s", r.Faults[name], name)
	}
	for _, v := range r.Violations {
		t.Errorf("%+v", v)
	}
	t.Logf("%d histories, %d a second, %d orders, %d commits, %d faults, log hash %s", r.Histories, r.PerSecond(), r.Orders, r.Commits, r.Fired, r.Hash)
	t.Log(r.Stored)
	t.Log(r.Bills)
	t.Log(r.Wallets)
	if r.Bills.Paid < histories/50 || r.Bills.Undone < histories/50 {
		t.Errorf("too few bills to prove anything: %v", r.Bills)
	}
	if c := r.Wallets; c.Paid < histories/4 || c.Strays < histories/8 || c.Takes < histories/8 || c.Back < histories/8 {
		t.Errorf("too few codes to prove anything: %v", c)
	}
	if r.Stored.Histories < histories/4 {
		t.Errorf("stored sales are forwarded in %d of %d histories: too few to prove anything", r.Stored.Histories, histories)
	}
	if r.Fired < 3*histories {
		t.Errorf("only %d faults in %d histories: the plan is too kind to prove anything", r.Fired, histories)
	}
}

// TestSameSeed is invariant 12: the log depends on the seed alone, and not on
// how many histories are played at once.
func TestSameSeed(t *testing.T) {
	play := func(seed uint64, jobs int) string {
		r, err := Run(context.Background(), Options{Seed: seed, Histories: 40, Jobs: jobs, Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		return r.Hash
	}
	one, three, other := play(5, 1), play(5, 3), play(6, 1)
	if one != three {
		t.Errorf("one at a time %s, three at a time %s", one, three)
	}
	if one == other {
		t.Error("two seeds give the same log")
	}
}

// TestStory replays one history in words.
func TestStory(t *testing.T) {
	var story strings.Builder
	if _, err := Run(context.Background(), Options{Seed: 1, First: 3, Histories: 1, Story: &story}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(story.String(), "journal: attempt.sending") {
		t.Errorf("the story is %q", story.String())
	}
}

// liar acknowledges outcomes that it does not write.
type liar struct{ *store }

func (l liar) Commit(ctx context.Context, entries ...order.Entry) error {
	for _, e := range entries {
		if a, ok := e.Object.(order.Attempt); ok && a.State == order.Approved {
			return nil
		}
	}
	return l.store.Commit(ctx, entries...)
}

// lazy writes an intent only when the next entry comes.
type lazy struct {
	*store
	behind *[]order.Entry
}

func (l lazy) Commit(ctx context.Context, entries ...order.Entry) error {
	if len(*l.behind) > 0 {
		late := *l.behind
		*l.behind = nil
		if err := l.store.Commit(ctx, late...); err != nil {
			return err
		}
	}
	if a, ok := entries[len(entries)-1].Object.(order.Attempt); ok && a.State == order.Sending {
		*l.behind = entries
		return nil
	}
	return l.store.Commit(ctx, entries...)
}

// forgetful loses the decision to take a charge back.
type forgetful struct{ *store }

func (f forgetful) Commit(ctx context.Context, entries ...order.Entry) error {
	for i, e := range entries {
		if a, ok := e.Object.(order.Attempt); ok && a.State == order.Reversing {
			a.Decision = order.Undecided
			entries[i].Object = a
		}
	}
	return f.store.Commit(ctx, entries...)
}

// forgetsStored starts without the stored sales of the run before.
type forgetsStored struct{ *store }

func (f forgetsStored) Unfinished(ctx context.Context) (order.Unfinished, error) {
	u, err := f.store.Unfinished(ctx)
	u.Stored = nil
	return u, err
}

// forgetsBills starts without the bills of the run before.
type forgetsBills struct{ *store }

func (f forgetsBills) Unfinished(ctx context.Context) (order.Unfinished, error) {
	u, err := f.store.Unfinished(ctx)
	u.Bills = nil
	return u, err
}

// losesEnds does not write that a bill is paid.
type losesEnds struct{ *store }

func (l losesEnds) Commit(ctx context.Context, entries ...order.Entry) error {
	return l.store.Commit(ctx, slices.DeleteFunc(slices.Clone(entries), func(e order.Entry) bool {
		b, ok := e.Object.(order.Bill)
		return ok && b.State == order.BillPaid
	})...)
}

// The hosts below stand for a client that does its work wrong.

type sendsTwice struct{ *host }

func (h sendsTwice) Charge(ctx context.Context, q order.CardRequest, c *card.Card) order.Evidence {
	h.host.Charge(ctx, q, c)
	return h.host.Charge(ctx, q, c)
}

type resendsFollow struct{ *host }

func (h resendsFollow) Follow(ctx context.Context, q order.FollowRequest, c *card.Card) order.Evidence {
	if e := h.host.Follow(ctx, q, c); e.Stage == order.Answered {
		return e
	}
	return h.host.Follow(ctx, q, c)
}

type declinesSilence struct{ *host }

func (h declinesSilence) Charge(ctx context.Context, q order.CardRequest, c *card.Card) order.Evidence {
	e := h.host.Charge(ctx, q, c)
	if e.Stage == order.NoAnswer {
		e.Stage = order.NotConnected
	}
	return e
}

type reversesAnything struct{ *host }

func (h reversesAnything) Reverse(ctx context.Context, q order.CardRequest) order.ReversalAnswer {
	h.host.Reverse(ctx, q)
	return order.ReversalDone
}

type mixesCards struct{ *host }

func (h mixesCards) Charge(ctx context.Context, q order.CardRequest, c *card.Card) order.Evidence {
	if c != nil {
		c, _ = newCard("4444")
	}
	return h.host.Charge(ctx, q, c)
}

type findsNothing struct{ *host }

func (h findsNothing) Find(ctx context.Context, q order.CardRequest) order.Finding {
	h.host.Find(ctx, q)
	return order.Finding{}
}

type approvesAll struct{ *host }

func (h approvesAll) Charge(ctx context.Context, q order.CardRequest, c *card.Card) order.Evidence {
	yes := true
	h.host.Charge(ctx, q, c)
	return order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved", Processed: &yes,
		Code: "A0000", GUID: "guid-" + q.Number, Device: q.Device, Number: q.Number, Amount: &q.Amount, Effective: &q.Amount, Batch: "batch-0"}
}

type closesAgain struct{ *host }

func (h closesAgain) CloseBatch(ctx context.Context, device string) order.BatchAnswer {
	if a := h.host.CloseBatch(ctx, device); a.Answered {
		return a
	}
	return h.host.CloseBatch(ctx, device)
}

type believesClosed struct{ *host }

func (h believesClosed) BatchOf(ctx context.Context, w order.Witness) order.BatchAnswer {
	a := h.host.BatchOf(ctx, w)
	a.Closed = a.Answered
	return a
}

// TestMistakes plays histories with a part that does its work wrong, and wants
// each to be caught.
func TestMistakes(t *testing.T) {
	journal := func(f func(*store) engine.Journal) ports { return ports{journal: f} }
	acquirer := func(f func(*host) engine.Acquirer) ports { return ports{host: f} }
	mistakes := walletMistakes()
	maps.Copy(mistakes, map[string]ports{
		"a commit that is not written": journal(func(s *store) engine.Journal { return liar{s} }),
		"an intent written too late": journal(func(s *store) engine.Journal {
			return lazy{s, &[]order.Entry{}}
		}),
		"stored sales that are forgotten":   journal(func(s *store) engine.Journal { return forgetsStored{s} }),
		"bills that are forgotten":          journal(func(s *store) engine.Journal { return forgetsBills{s} }),
		"a bill's end that is lost":         journal(func(s *store) engine.Journal { return losesEnds{s} }),
		"another customer's card":           acquirer(func(h *host) engine.Acquirer { return mixesCards{h} }),
		"a decision that is lost":           journal(func(s *store) engine.Journal { return forgetful{s} }),
		"a sale sent twice":                 acquirer(func(h *host) engine.Acquirer { return sendsTwice{h} }),
		"a follow-up sent again":            acquirer(func(h *host) engine.Acquirer { return resendsFollow{h} }),
		"silence taken for no connection":   acquirer(func(h *host) engine.Acquirer { return declinesSilence{h} }),
		"any reversal taken for done":       acquirer(func(h *host) engine.Acquirer { return reversesAnything{h} }),
		"a search that finds nothing":       acquirer(func(h *host) engine.Acquirer { return findsNothing{h} }),
		"a close that is sent again":        acquirer(func(h *host) engine.Acquirer { return closesAgain{h} }),
		"any batch taken for closed":        acquirer(func(h *host) engine.Acquirer { return believesClosed{h} }),
		"any answer taken for an approval":  acquirer(func(h *host) engine.Acquirer { return approvesAll{h} }),
		"a clock that is believed when set": {steady: func(w *wall) time.Duration { return w.Now().Sub(start) }},
	})
	for name, p := range mistakes {
		t.Run(name, func(t *testing.T) {
			for first := 0; first < 2000; first += 50 {
				r, err := Run(context.Background(), Options{Seed: 3, First: first, Histories: 50, Jobs: 2, ports: p})
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Violations) > 0 {
					t.Logf("%d of %d histories: %+v", len(r.Violations), 50, r.Violations[0])
					return
				}
			}
			t.Error("not caught in 2000 histories")
		})
	}
}
