package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// ledger is a host that remembers what it charged.
type ledger struct {
	mu      sync.Mutex
	charged map[string]money.Amount
	voided  map[string]bool
	// lose is called before a charge and behind it; true loses the request, or
	// the answer.
	lose func(behind bool) bool
}

func (l *ledger) sale(n string, a money.Amount) order.Evidence {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lose(false) {
		return order.Evidence{Stage: order.NoAnswer}
	}
	l.charged[n] = a
	if l.lose(true) {
		return order.Evidence{Stage: order.NoAnswer}
	}
	return approved(n, a)
}

func (l *ledger) find(n string) order.Finding {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, found := l.charged[n]
	switch {
	case !found:
		return order.Finding{}
	case l.voided[n]:
		return order.Finding{Hits: []order.Evidence{granted(n, a, usd(0))}}
	}
	return order.Finding{Hits: []order.Evidence{approved(n, a)}}
}

func (l *ledger) reverse(n string) order.ReversalAnswer {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, found := l.charged[n]; !found {
		return order.ReversalNothing
	}
	l.voided[n] = true
	return order.ReversalDone
}

func (l *ledger) live() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.charged) - len(l.voided)
}

// finish lets time pass and everything go its way until the stored sale is at
// its end, as the scheduler and the forwarder would.
func (d *desk) finish(id string) {
	d.t.Helper()
	for range 200 {
		s, err := d.journal.Stored(background, id)
		if err != nil {
			d.t.Fatal(err)
		}
		if !s.State.Sealed() {
			return
		}
		for _, w := range d.PendingPayments() {
			if !w.Due.After(d.clock.Now()) {
				if err := d.ResolvePayment(background, w.ID); err != nil {
					d.t.Fatal(err)
				}
			}
		}
		if at, due := order.NextStored(s); due && !at.After(d.clock.Now()) {
			d.forward(id)
		}
		d.clock.Advance(30 * time.Second)
	}
	d.t.Fatal("the stored sale comes to no end")
}

var errDied = errors.New("the program died")

// TestStoredSurvivesDeath kills the program before and after each commit of the
// storing and the forwarding, and in the middle of the exchange, while the host
// loses nothing, the request or the answer.
func TestStoredSurvivesDeath(t *testing.T) {
	for _, loss := range []string{"nothing", "request", "answer"} {
		for commit := range 7 {
			for _, behind := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s lost, commit %d, behind it %t", loss, commit, behind), func(t *testing.T) {
					d := awayDesk(t)
					die(d, loss, commit, behind, func() { _, _ = d.store("o1") })
				})
			}
		}
	}
}

// TestStoredOnFileSurvivesDeath is the same of a card on file, which is stored
// by one commit.
func TestStoredOnFileSurvivesDeath(t *testing.T) {
	for _, loss := range []string{"nothing", "request", "answer"} {
		for commit := range 4 {
			for _, behind := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s lost, commit %d, behind it %t", loss, commit, behind), func(t *testing.T) {
					d, first := filed(t, true)
					die(d, loss, commit, behind, func() { _, _ = d.storeFiled("o1", first) })
				})
			}
		}
	}
}

func die(d *desk, loss string, commit int, behind bool, store func()) {
	t := d.t
	once := true
	l := &ledger{charged: map[string]money.Amount{}, voided: map[string]bool{}, lose: func(behind bool) bool {
		hit := once && (loss == "request" && !behind || loss == "answer" && behind)
		once = once && !hit
		return hit
	}}
	d.host.sale, d.host.find, d.host.reverse = l.sale, l.find, l.reverse
	left, dead := commit, false
	d.journal.set(func() {
		d.journal.before = func([]order.Entry) error {
			if dead || left == 0 && !behind {
				dead = true
				return errDied
			}
			return nil
		}
		d.journal.behind = func([]order.Entry) {
			if left--; left == -1 && behind {
				dead = true
			}
		}
	})
	store()
	d.back()
	stored, _ := d.StoredSales()
	for _, s := range stored {
		if ready, err := d.Forward(background, nil, []string{s.ID}); len(ready) == 1 && err == nil {
			d.ForwardSend(s.ID)
			_, _ = d.Forward(background, ready, nil)
		}
	}
	d.journal.set(func() { d.journal.before, d.journal.behind = nil, nil })
	d.restart()
	u, err := d.journal.Unfinished(background)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range u.Stored {
		if s.Charged == "" {
			d.kept(s.ID, s.State)
		} else {
			d.unsealed(s.ID, s.State)
		}
		d.finish(s.ID)
	}
	if err := d.ForwardRest(background); err != nil || len(d.secrets.values) != 0 {
		t.Errorf("%d keys left, %v", len(d.secrets.values), err)
	}
	o, err := d.journal.Order(background, "o1")
	switch {
	case errors.Is(err, order.ErrNotFound) && l.live() == 0: // it was never stored
	case err != nil, o.State != order.PaidCard, o.Stored != "", l.live() != 1:
		t.Errorf("order %+v, %v; %d charges at the host", o, err, l.live())
	}
	if _, err := d.journal.Verify(background); err != nil {
		t.Error(err)
	}
	d.traces()
}

// some is a list of one, or of none.
func some(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

// While one is on the wire, the end of the one before and the intent of the one
// behind are one commit.
func TestForwardTogether(t *testing.T) {
	d := awayDesk(t)
	var s []order.Stored
	for i := range 3 {
		s = append(s, d.mustStore(fmt.Sprint("o", i)))
	}
	d.back()
	steps := func(over, next string, want bool) {
		t.Helper()
		ready, err := d.Forward(background, some(over), some(next))
		if err != nil || (len(ready) == 1) != want {
			t.Fatalf("forward %q, %q: %v, %v", over, next, ready, err)
		}
	}
	steps("", s[0].ID, true)
	d.ForwardSend(s[0].ID)
	d.tape.take()
	commits := 0
	d.journal.set(func() { d.journal.behind = func([]order.Entry) { commits++ } })
	steps(s[0].ID, s[1].ID, true)
	if got := d.tape.take(); commits != 1 || !slices.Contains(got, "commit stored.approved") || !slices.Contains(got, "commit attempt.sending") {
		t.Errorf("%d commits: %v", commits, got)
	}
	d.kept(s[0].ID, order.StoredApproved)
	d.kept(s[1].ID, order.StoredForwarding)
	// It is not sent after all, and nothing of it left.
	d.ForwardHold(s[1].ID)
	steps(s[1].ID, "", false)
	if a := d.stored(d.kept(s[1].ID, order.StoredWaiting).Number); a.State != order.NotSent || d.host.sales.Load() != 1 {
		t.Errorf("held back: %s, %d sent", a.State, d.host.sales.Load())
	}
	if work := d.PendingPayments(); len(work) != 0 {
		t.Errorf("pending %v", work)
	}
	// An outcome that finds no place is asked of the host later, not sent again.
	steps("", s[2].ID, true)
	d.ForwardSend(s[2].ID)
	d.journal.set(func() { d.journal.before = failOn("attempt.approved", order.ErrFull) })
	if _, err := d.Forward(background, some(s[2].ID), nil); err == nil {
		t.Error("an outcome was lost without a word")
	}
	d.journal.set(func() { d.journal.before = nil })
	d.host.find = func(n string) order.Finding { return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}} }
	d.due()
	d.due()
	d.kept(s[2].ID, order.StoredApproved)
}

func TestLiveSalesComeFirst(t *testing.T) {
	d := awayDesk(t)
	s := d.mustStore("o1")
	d.back()
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		if d.ForwardFree() {
			t.Error("forwarding is free while a card is being charged")
		}
		return approved(n, a)
	}
	d.mustCharge("live", order.Approved)
	if !d.ForwardFree() {
		t.Error("forwarding is not free behind the charge")
	}
	d.host.sale = approved
	// The same card and amount: the host could take the one for the other.
	for stored, alike := range d.StoredWaiting() {
		if stored.ID != s.ID || !alike.Equal(d.clock.Now()) {
			t.Errorf("%s was last seen at %v", stored.ID, alike)
		}
	}
	d.restart()
	for _, alike := range d.StoredWaiting() {
		if !alike.Equal(d.clock.Now()) {
			t.Errorf("after a restart: %v", alike)
		}
	}
	// One that went out behind the intent holds it back, too, be it at the same
	// time by a coarse clock.
	d.signIn("cas")
	d.clock.Advance(2 * time.Minute)
	if ready, err := d.Forward(background, nil, some(s.ID)); len(ready) != 1 || err != nil {
		t.Fatal(ready, err)
	}
	d.mustCharge("live2", order.Approved)
	sent := d.host.sales.Load()
	if !d.ForwardSend(s.ID) || d.host.sales.Load() != sent {
		t.Error("it was sent a moment behind its like")
	}
	if _, err := d.Forward(background, some(s.ID), nil); err != nil {
		t.Fatal(err)
	}
	d.kept(s.ID, order.StoredWaiting)
	d.clock.Advance(order.AlikePause)
	d.forward(s.ID)
	d.kept(s.ID, order.StoredApproved)
}

// TestForwardingWaitsForNews: a program that has just begun does not know how
// the host is, and does not try it with a stored sale.
func TestForwardingWaitsForNews(t *testing.T) {
	d := awayDesk(t)
	d.mustStore("o1")
	d.restart()
	if d.ForwardFree() {
		t.Error("forwarding is free before anything is known of the host")
	}
	d.back()
	if !d.ForwardFree() {
		t.Error("forwarding is not free with the host there")
	}
}

// TestUnsentIsNotAlike: what never left this machine is not what the host may
// take the next one for; what went out before it still is.
func TestUnsentIsNotAlike(t *testing.T) {
	d := awayDesk(t)
	s := d.mustStore("o1")
	d.back()
	alike := func() (at time.Time) {
		for _, at = range d.StoredWaiting() {
		}
		return at
	}
	unsent := func(string, money.Amount) order.Evidence { return order.Evidence{Stage: order.NotConnected} }
	d.host.sale = unsent
	d.forward(s.ID)
	if d.kept(s.ID, order.StoredWaiting); !alike().IsZero() {
		t.Errorf("unsent, and last seen at %v", alike())
	}
	d.host.sale = approved
	d.mustCharge("live", order.Approved)
	charged := d.clock.Now()
	d.clock.Advance(time.Second)
	d.host.sale = unsent
	d.mustCharge("live2", order.NotSent)
	if !alike().Equal(charged) {
		t.Errorf("last seen at %v, want %v", alike(), charged)
	}
}

func TestStoredIsDecided(t *testing.T) {
	d := awayDesk(t)
	a, b := d.mustStore("o1"), d.mustStore("o2")
	d.signIn("cas")
	_, err := d.WithdrawStored(background, a.ID, "")
	wantProblem(t, err, engine.ProblemApproval)
	_, err = d.WriteOffStored(background, a.ID, "x")
	wantProblem(t, err, engine.ProblemApproval)
	d.signIn("sue")
	_, err = d.WithdrawStored(background, "nobody", "")
	wantProblem(t, err, engine.ProblemNotFound)
	if s, err := d.WithdrawStored(background, a.ID, "paid in cash"); err != nil || s.State != order.Withdrawn || s.EndedBy != "sue" {
		t.Errorf("%+v, %v", s, err)
	}
	d.kept(a.ID, order.Withdrawn)
	if c, err := d.TakeCash(background, "o1", usd(2000), usd(5000)); err != nil || c.Change() != usd(3000) {
		t.Errorf("%+v, %v", c, err)
	}
	d.back()
	d.host.sale = declined
	d.forward(b.ID)
	_, err = d.WithdrawStored(background, b.ID, "")
	wantProblem(t, err, engine.ProblemNotAllowed)
	_, err = d.WriteOffStored(background, b.ID, "")
	wantProblem(t, err, engine.ProblemNotAllowed)
	_, err = d.CollectStored(background, b.ID, "o9")
	wantProblem(t, err, engine.ProblemNotFound)
	if s, err := d.CollectStored(background, b.ID, "o1"); err != nil || s.State != order.Collected || s.CollectedBy != "o1" {
		t.Errorf("%+v, %v", s, err)
	}
	if v := d.Snapshot().Stored; v.MissingCount != 0 || v.MissingTotal.Minor != 0 || v.Room.Unsent.Count != 0 {
		t.Errorf("%+v", v)
	}
	o, err := d.journal.Order(background, "o1")
	if err != nil || o.Collects != b.ID || o.State != order.PaidOther {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestTakeCash(t *testing.T) {
	d := awayDesk(t)
	d.tape.take()
	c, err := d.TakeCash(background, "o1", usd(1250), usd(2000))
	if err != nil || c.Change() != usd(750) {
		t.Fatalf("%+v, %v", c, err)
	}
	if got := d.tape.take(); !slices.Equal(got, []string{"commit order.paid-other", "commit cash.taken", "commit job.queued", "commit job.queued"}) {
		t.Errorf("steps %v", got)
	}
	if o, err := d.journal.Order(background, "o1"); err != nil || o.State != order.PaidOther || o.PaidBy != c.ID {
		t.Errorf("%+v, %v", o, err)
	}
	for _, tt := range []struct {
		order            string
		amount, tendered money.Amount
		want             string
	}{
		{"o1", usd(1250), usd(2000), engine.ProblemOrderClosed},
		{"o2", usd(1250), usd(1249), engine.ProblemNotAllowed},
		{"o2", usd(0), usd(0), engine.ProblemCurrency},
		{"o2", money.New(1250, money.EUR), money.New(1250, money.EUR), engine.ProblemCurrency},
		{"doubt", usd(2000), usd(2000), engine.ProblemInProgress},
		{"declined", usd(1000), usd(2000), engine.ProblemNotAllowed},
	} {
		if tt.order == "doubt" {
			d.back()
			d.host.sale = noAnswer
			d.mustCharge("doubt", order.Unknown)
			d.host.sale = declined
			d.mustCharge("declined", order.Declined)
		}
		_, err := d.TakeCash(background, tt.order, tt.amount, tt.tendered)
		wantProblem(t, err, tt.want)
	}
	if _, err := d.TakeCash(background, "declined", usd(2000), usd(2000)); err != nil {
		t.Error(err)
	}
	d.SignOut(background)
	_, err = d.TakeCash(background, "o3", usd(100), usd(100))
	wantProblem(t, err, engine.ProblemSignIn)
}

var _ engine.Journal = (*journal.Journal)(nil)
