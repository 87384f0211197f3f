package engine

import (
	"cmp"
	"slices"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// storedShown is how many stored sales of each list a snapshot holds.
const storedShown = 50

// storedBook is the engine's picture of the stored sales that are not at their
// end. There may be thousands of them, so that what a commit changes is all
// that is touched.
type storedBook struct {
	// waiting are stored or being forwarded, missing uncollected; oldest first.
	waiting, missing []*order.Stored
	byID             map[string]*order.Stored
	ofKey            map[string]int // waiting ones by the key that they need
	// unsent and owed are the sums of the two lists in minor units: the journal
	// has one currency.
	unsent, owed int64
}

func newStoredBook() storedBook {
	return storedBook{byID: map[string]*order.Stored{}, ofKey: map[string]int{}}
}

// put takes up a stored sale as it was committed.
func (b *storedBook) put(s order.Stored) {
	if old := b.byID[s.ID]; old != nil {
		b.take(old)
	}
	if s.State.Final() {
		return
	}
	b.byID[s.ID] = &s
	list := &b.missing
	if s.State.Sealed() {
		list = &b.waiting
		b.ofKey[s.Key]++
		b.unsent += s.Amount.Minor
	} else {
		b.owed += s.Owed().Minor
	}
	at, _ := slices.BinarySearchFunc(*list, &s, older)
	*list = slices.Insert(*list, at, &s)
}

func (b *storedBook) take(s *order.Stored) {
	delete(b.byID, s.ID)
	list := &b.missing
	if s.State.Sealed() {
		list = &b.waiting
		if b.ofKey[s.Key]--; b.ofKey[s.Key] == 0 {
			delete(b.ofKey, s.Key)
		}
		b.unsent -= s.Amount.Minor
	} else {
		b.owed -= s.Owed().Minor
	}
	if at, found := slices.BinarySearchFunc(*list, s, older); found {
		*list = slices.Delete(*list, at, at+1)
	}
}

func older(a, b *order.Stored) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// sum is what the limits count.
func (b *storedBook) sum(c money.Currency) order.Unsent {
	u := order.Unsent{Count: len(b.waiting), Total: money.New(b.unsent, c)}
	if u.Count > 0 {
		u.Oldest = b.waiting[0].Created
	}
	return u
}

func first(list []*order.Stored, n int) []order.Stored {
	list = list[:min(len(list), n)]
	all := make([]order.Stored, len(list))
	for i, s := range list {
		all[i] = *s
	}
	return all
}

// storedView is what a snapshot shows of them. The caller holds the lock.
func (e *Engine) storedView() StoredView {
	b := &e.stored
	return StoredView{Room: e.cfg.Offline.Room(b.sum(e.cfg.Currency), e.now()),
		Waiting: first(b.waiting, storedShown), Missing: first(b.missing, storedShown),
		MissingCount: len(b.missing), MissingTotal: money.New(b.owed, e.cfg.Currency)}
}

// StoredSales lists all stored sales that are not at their end: those that wait
// or are being forwarded, and those that the bank did not pay; oldest first.
func (e *Engine) StoredSales() (waiting, missing []order.Stored) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return first(e.stored.waiting, len(e.stored.waiting)), first(e.stored.missing, len(e.stored.missing))
}

// storedByID gives a stored sale that is not at its end.
func (e *Engine) storedByID(id string) (order.Stored, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.stored.byID[id]
	if s == nil {
		return order.Stored{}, false
	}
	return *s, true
}
