package engine_test

import (
	"context"
	"sync"
	"testing"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func TestWatchersGetTheNewestAndOnlyForward(t *testing.T) {
	d := newDesk(t)
	var mu sync.Mutex
	var last, calls, stopped uint64
	stop := d.Watch(func(s engine.Snapshot) {
		mu.Lock()
		defer mu.Unlock()
		if s.Version <= last {
			t.Errorf("version %d behind %d", s.Version, last)
		}
		last = s.Version
		calls++
	})
	other := d.Watch(func(engine.Snapshot) { stopped++ })
	other()
	var busy sync.WaitGroup
	for i := range 8 {
		busy.Go(func() {
			for range 50 {
				d.SetPrinter(engine.Part{Health: engine.HealthTrouble, Text: string(rune('a' + i))})
			}
		})
	}
	busy.Wait()
	mu.Lock()
	if now := d.Snapshot().Version; last != now {
		t.Errorf("the watcher has version %d, the newest is %d", last, now)
	}
	before := calls
	mu.Unlock()
	stop()
	stop()
	d.SetPrinter(engine.Part{Health: engine.HealthOff})
	if calls != before || stopped != 0 {
		t.Errorf("a watcher that was stopped got %d more, the other %d", calls-before, stopped)
	}
}

func TestSnapshots(t *testing.T) {
	d := newDesk(t)
	before := d.Snapshot()
	if before.Shop != "Shop" || before.Currency != money.USD || before.Batch.Total != usd(0) || before.Last != nil {
		t.Errorf("%+v", before)
	}
	d.SetPrinter(before.Printer) // nothing new
	if got := d.Snapshot().Version; got != before.Version {
		t.Errorf("version %d, want %d still", got, before.Version)
	}
	d.host.sale = noAnswer
	one := d.mustCharge("o1", order.Unknown)
	two := d.mustCharge("o2", order.Unknown)
	s := d.Snapshot()
	if s.Changed <= before.Changed || len(s.Live) != 2 || len(before.Live) != 0 {
		t.Errorf("changed %d → %d, live %d", before.Changed, s.Changed, len(s.Live))
	}
	for _, sale := range []engine.Sale{one, two} {
		if got, ok := s.Find(sale.Number); !ok || got.Number != sale.Number {
			t.Errorf("find %s = %v, %t", sale.Number, got, ok)
		}
	}
	if _, ok := s.Find("nobody"); ok {
		t.Error("found nobody")
	}
	d.cfg.Shop = "Another shop"
	d.Configure(d.cfg)
	if d.Snapshot().Shop != "Another shop" || s.Shop != "Shop" {
		t.Error("a snapshot was altered, or the new one was not made")
	}
}

// What was brought to its end without anybody at the screen is news until
// somebody has seen it.
func TestNews(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	if news := d.Snapshot().News; len(news) != 0 {
		t.Fatalf("a sale that was seen is news: %v", news)
	}
	d.host.sale = noAnswer
	sale := d.mustCharge("o2", order.Unknown)
	d.host.find = func(n string) order.Finding {
		return order.Finding{Hits: []order.Evidence{approved(n, usd(2000))}}
	}
	d.due()
	if news := d.Snapshot().News; len(news) != 1 || news[0].Number != sale.Number || news[0].State != order.Approved {
		t.Fatalf("news %v", news)
	}
	d.Acknowledge("nobody")
	d.Acknowledge(sale.Number)
	if news := d.Snapshot().News; len(news) != 0 {
		t.Errorf("news %v after they were seen", news)
	}
	d.host.sale = partly
	part := d.mustCharge("o3", order.PartApproved)
	d.restart()
	if news := d.Snapshot().News; len(news) != 1 || news[0].Number != part.Number {
		t.Errorf("news %v: a question that was open is asked again", news)
	}
}

func TestCloseWaitsForTheSale(t *testing.T) {
	d := newDesk(t)
	inside, leave, closed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		close(inside)
		<-leave
		return approved(n, a)
	}
	done := make(chan error, 1)
	go func() {
		_, err := d.charge("o1")
		done <- err
	}()
	<-inside
	go func() {
		d.Close(background)
		close(closed)
	}()
	for { // until the closing has begun: before it, the order is under way
		if _, err := d.charge("o1"); problem(t, err) == engine.ProblemClosing {
			break
		}
	}
	_, err := d.charge("o2")
	wantProblem(t, err, engine.ProblemClosing)
	select {
	case <-closed:
		t.Error("closed under a sale")
	default:
	}
	close(leave)
	<-closed
	if err := <-done; err != nil {
		t.Errorf("the sale that was under way: %v", err)
	}
	if n := d.host.sales.Load(); n != 1 {
		t.Errorf("%d sales", n)
	}
}

// patientHost answers when the engine has lost its patience.
type patientHost struct {
	*fakeHost
	inside chan struct{}
}

func (h patientHost) Charge(ctx context.Context, _ order.CardRequest, _ *card.Card) order.Evidence {
	close(h.inside)
	<-ctx.Done()
	return order.Evidence{Stage: order.NoAnswer}
}

// A sale that outlasts the patience of Close ends as unknown, durably.
func TestCloseEndsWhatDoesNotEnd(t *testing.T) {
	d := newDesk(t)
	host := patientHost{d.host, make(chan struct{})}
	d.acquirer = host
	d.restart()
	d.signIn("sue")
	done := make(chan engine.Sale, 1)
	go func() {
		sale, err := d.charge("o1")
		if err != nil {
			t.Error(err)
		}
		done <- sale
	}()
	<-host.inside
	ctx, cancel := context.WithCancel(background)
	cancel()
	d.Close(ctx)
	if sale := <-done; d.stored(sale.Number).State != order.Unknown {
		t.Errorf("%s, want UNKNOWN", d.stored(sale.Number).State)
	}
	d.Close(ctx) // again
}
