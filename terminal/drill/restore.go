package drill

import (
	"context"
	"maps"
	"os"
	"slices"

	"paydesk/sync/journal"
	"paydesk/terminal/id"
	"paydesk/terminal/order"
)

// copied is a backup of the journal, with what it was given until then.
type copied struct {
	file string
	memory
}

// memory is what a journal was given.
type memory struct {
	attempts map[string]order.Attempt
	orders   map[string]order.Order
	follows  map[string]order.FollowUp
	stored   map[string]order.Stored
	jobs     map[string]order.Job
	batches  map[string]order.Batch
	bills    map[string]order.Bill
	cash     map[string]order.Cash
	backs    map[string]order.CashBack
	codes    map[string]order.QR
	refunds  map[string]order.Refund
	of       map[string][]string // numbers of the attempts of an order
	about    map[string][]string // follow-ups of an attempt
}

func newMemory() memory {
	return memory{map[string]order.Attempt{}, map[string]order.Order{}, map[string]order.FollowUp{}, map[string]order.Stored{},
		map[string]order.Job{}, map[string]order.Batch{}, map[string]order.Bill{}, map[string]order.Cash{}, map[string]order.CashBack{},
		map[string]order.QR{}, map[string]order.Refund{}, map[string][]string{}, map[string][]string{}}
}

func (m memory) clone() memory {
	lists := func(all map[string][]string) map[string][]string {
		c := map[string][]string{}
		for k, list := range all {
			c[k] = slices.Clone(list)
		}
		return c
	}
	return memory{maps.Clone(m.attempts), maps.Clone(m.orders), maps.Clone(m.follows), maps.Clone(m.stored),
		maps.Clone(m.jobs), maps.Clone(m.batches), maps.Clone(m.bills), maps.Clone(m.cash), maps.Clone(m.backs), maps.Clone(m.codes), maps.Clone(m.refunds), lists(m.of), lists(m.about)}
}

// backup copies the journal while the program runs.
func (w *world) backup() {
	if w.copied != nil {
		_ = os.Remove(w.copied.file) // a backup never replaces another
	}
	saved, err := w.store.Journal.Backup(context.Background(), w.maker.copies)
	if err != nil {
		w.fail(8, "no backup: %v", err)
		return
	}
	w.copied = &copied{saved.Path, w.store.memory.clone()}
	w.tell("> backup")
}

// restore puts the backup in the journal's place: all that came later is
// forgotten here, and not at the host.
func (w *world) restore() {
	if w.copied == nil || w.restored || w.store.full {
		return
	}
	ctx := context.Background()
	w.count("an older journal put back")
	err := w.store.Journal.Close()
	if err == nil {
		opt := w.maker.options(w.clock, again)
		opt.LeaveStored = true // somebody was told, and has no other choice
		_, err = journal.Restore(ctx, opt, w.copied.file)
	}
	if err == nil {
		w.store.Journal, err = journal.Open(w.maker.options(w.clock, again))
	}
	if err != nil {
		w.fail(8, "the backup cannot be put back: %v", err)
		return
	}
	w.store.memory, w.restored = w.copied.memory, true
	w.numbers = &id.Source{Nonce: again, Clock: w.clock, Rand: w.numbers.Rand}
	w.restart()
}
