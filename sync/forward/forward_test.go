package forward_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/sync/forward"
	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// fakeClock tells the test when the forwarder waits on it.
type fakeClock struct {
	*clock.Virtual
	waits chan time.Duration
}

func (c fakeClock) After(d time.Duration) <-chan time.Time {
	after := c.Virtual.After(d)
	c.waits <- d
	return after
}

// fakeDesk keeps the stored sales as the engine does, and what was asked of it.
type fakeDesk struct {
	clock fakeClock
	wake  chan struct{}
	rests chan struct{}

	mu      sync.Mutex
	waiting []order.Stored
	seen    map[string]time.Time // by what is alike
	out     map[string]order.Stored
	sent    map[string]bool // with its clear answer
	held    map[string]bool
	free    bool
	log     []string

	answer func(id string) bool
	refuse func(id string) (error, bool) // of an intent
}

func newDesk(sales ...order.Stored) *fakeDesk {
	return &fakeDesk{clock: fakeClock{clock.NewVirtual(noon), make(chan time.Duration)}, wake: make(chan struct{}, 1), rests: make(chan struct{}, 1000),
		waiting: sales, seen: map[string]time.Time{}, out: map[string]order.Stored{}, sent: map[string]bool{}, held: map[string]bool{}, free: true,
		answer: func(string) bool { return true }, refuse: func(string) (error, bool) { return nil, false }}
}

func stored(id, last4 string) order.Stored {
	return order.Stored{ID: id, State: order.StoredWaiting, Brand: "Visa", Last4: last4, Amount: money.New(2000, money.USD), Created: noon}
}

func alike(s order.Stored) string { return order.Alike(s.Brand, s.Last4, s.Amount) }

func (d *fakeDesk) StoredWaiting() iter.Seq2[order.Stored, time.Time] {
	return func(yield func(order.Stored, time.Time) bool) {
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, s := range d.waiting {
			if !yield(s, d.seen[alike(s)]) {
				return
			}
		}
	}
}

func (d *fakeDesk) ForwardFree() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.free
}

func (d *fakeDesk) note(format string, args ...any) {
	d.log = append(d.log, fmt.Sprintf(format, args...))
}

func (d *fakeDesk) Forward(_ context.Context, over, next []string) (ready []string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note("commit %s+%s", strings.Join(over, ""), strings.Join(next, ""))
	for _, id := range over {
		s := d.out[id]
		delete(d.out, id)
		if d.held[id] || !d.sent[id] {
			s.Tries, s.LastTry = s.Tries+1, d.clock.Now()
			d.waiting = append([]order.Stored{s}, d.waiting...)
		}
		delete(d.held, id)
	}
	for _, id := range next {
		if err, refused := d.refuse(id); refused {
			return ready, err
		}
		i := slices.IndexFunc(d.waiting, func(s order.Stored) bool { return s.ID == id })
		s := d.waiting[i]
		d.waiting = slices.Delete(slices.Clone(d.waiting), i, i+1)
		d.out[id] = s
		d.seen[alike(s)] = d.clock.Now()
		ready = append(ready, id)
	}
	return ready, nil
}

func (d *fakeDesk) ForwardSend(id string) bool {
	d.mu.Lock()
	d.note("send %s", id)
	answer := d.answer
	d.mu.Unlock()
	clear := answer(id)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent[id] = clear
	d.seen[alike(d.out[id])] = d.clock.Now()
	return clear
}

func (d *fakeDesk) ForwardHold(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note("hold %s", id)
	d.held[id] = true
}

func (d *fakeDesk) ForwardRest(context.Context) error {
	d.rests <- struct{}{}
	return nil
}

func (d *fakeDesk) ForwardWake() <-chan struct{} { return d.wake }

func (d *fakeDesk) setFree(free bool) {
	d.mu.Lock()
	d.free = free
	d.mu.Unlock()
	d.wake <- struct{}{}
}

func (d *fakeDesk) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	log := d.log
	d.log = nil
	return log
}

// sends are the sales that went out, in order.
func sends(log []string) (ids []string) {
	for _, line := range log {
		if id, ok := strings.CutPrefix(line, "send "); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// start runs the forwarder until the test ends, or stop is called.
func (d *fakeDesk) start(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		forward.Runner{Desk: d, Clock: d.clock, Log: slog.New(slog.DiscardHandler)}.Run(ctx)
	}()
	stop = func() {
		cancel()
		for {
			select {
			case <-done:
				return
			case <-d.clock.waits:
			}
		}
	}
	t.Cleanup(stop)
	return stop
}

func soon[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing happens")
	}
	return v
}

// While one is on the wire, the one before is recorded and the next prepared.
func TestOldestFirstAndOverlapped(t *testing.T) {
	d := newDesk(stored("A", "1111"), stored("B", "2222"), stored("C", "3333"))
	ready := map[string]chan struct{}{"B": make(chan struct{}), "C": make(chan struct{})}
	d.refuse = func(id string) (error, bool) {
		if c := ready[id]; c != nil {
			close(c)
		}
		return nil, false
	}
	d.answer = func(id string) bool {
		// Each comes back only when the next is prepared.
		if c := ready[string(id[0]+1)]; c != nil {
			soon(t, c)
		}
		return true
	}
	d.start(t)
	soon(t, d.rests)
	log := d.take()
	if got := sends(log); !slices.Equal(got, []string{"A", "B", "C"}) {
		t.Errorf("sent %v", got)
	}
	for _, want := range []string{"commit +A", "commit +B", "commit A+C", "commit B+", "commit C+"} {
		if !slices.Contains(log, want) {
			t.Errorf("no %q in %v", want, log)
		}
	}
}

func TestAlikeAreKeptApart(t *testing.T) {
	d := newDesk(stored("A", "1111"), stored("B", "1111"), stored("C", "2222"))
	d.start(t)
	soon(t, d.rests)
	if wait := soon(t, d.clock.waits); wait != order.AlikePause || wait < 61*time.Second {
		t.Errorf("waits %v", wait)
	}
	if got := sends(d.take()); !slices.Equal(got, []string{"A", "C"}) {
		t.Errorf("sent %v", got)
	}
	d.clock.Advance(order.AlikePause)
	soon(t, d.rests)
	if got := sends(d.take()); !slices.Equal(got, []string{"B"}) {
		t.Errorf("then %v", got)
	}
}

// A host that is quicker than the disk gets more at a time, and of those that are
// alike still only one.
func TestManyInOneCommit(t *testing.T) {
	var sales []order.Stored
	for i := range 20 {
		sales = append(sales, stored(fmt.Sprintf("%c", 'a'+i), fmt.Sprint(1000+i)))
	}
	sales = append(sales, stored("X", "1111"), stored("Y", "1111"))
	d := newDesk(sales...)
	d.refuse = func(string) (error, bool) {
		<-time.After(time.Millisecond)
		return nil, false
	}
	d.start(t)
	soon(t, d.rests)
	log := d.take()
	got := strings.Join(sends(log), "")
	if got != "abcdefghijklmnopqrstX" {
		t.Errorf("sent %s", got)
	}
	if commits := len(log) - len(got); commits >= len(got) {
		t.Errorf("%d commits for %d sales", commits, len(got))
	}
}

// An exchange without a clear answer stops the others, for longer each time.
func TestBackOff(t *testing.T) {
	d := newDesk(stored("A", "1111"), stored("B", "2222"))
	clear := false
	d.answer = func(string) bool { return clear }
	stop := d.start(t)
	var waits []time.Duration
	for range 4 {
		soon(t, d.rests)
		wait := soon(t, d.clock.waits)
		waits = append(waits, wait)
		d.clock.Advance(wait)
	}
	for i, least := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
		if waits[i] < least {
			t.Errorf("pause %d is %v", i, waits[i])
		}
	}
	for i, line := range d.take() {
		if id, ok := strings.CutPrefix(line, "send "); ok && id != "A" && i < 4 {
			t.Errorf("%s was tried after A got no answer", id)
		}
	}
	stop()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.out) != 0 || len(d.waiting) != 2 {
		t.Errorf("on its way %v, waiting %v", d.out, d.waiting)
	}
}

func TestLiveSalesComeFirst(t *testing.T) {
	d := newDesk(stored("A", "1111"), stored("B", "2222"), stored("C", "3333"))
	d.free = false
	stop := d.start(t)
	soon(t, d.rests)
	if log := d.take(); len(log) != 0 {
		t.Errorf("did %v while a card was charged", log)
	}
	d.answer = func(id string) bool {
		if id == "A" {
			d.mu.Lock()
			d.free = false // a customer comes
			d.mu.Unlock()
			d.wake <- struct{}{}
		}
		return true
	}
	recorded := make(chan struct{})
	d.refuse = func(string) (error, bool) { return nil, false }
	go func() {
		defer close(recorded)
		for { // until A is recorded
			d.mu.Lock()
			_, out := d.out["A"]
			done := d.sent["A"] && !out
			d.mu.Unlock()
			if done {
				return
			}
			<-time.After(time.Millisecond)
		}
	}()
	d.setFree(true)
	soon(t, recorded)
	if got := sends(d.take()); !slices.Equal(got, []string{"A"}) {
		t.Errorf("sent %v while a card was charged", got)
	}
	stop() // the intent of B is in the journal: nothing of it left
	log := d.take()
	if !slices.Contains(log, "hold B") || !slices.Contains(log, "commit B+") || len(sends(log)) != 0 {
		t.Errorf("at the end %v", log)
	}
}

// What cannot be prepared is left for later, and does not make it spin.
func TestNotReady(t *testing.T) {
	for _, err := range []error{nil, errors.New("the disk is full")} {
		d := newDesk(stored("A", "1111"))
		d.refuse = func(string) (error, bool) { return err, true }
		d.start(t)
		soon(t, d.rests)
		if wait := soon(t, d.clock.waits); wait < time.Second {
			t.Errorf("waits %v", wait)
		}
		if log := d.take(); len(log) != 1 {
			t.Errorf("did %v", log)
		}
	}
}
