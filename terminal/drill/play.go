package drill

import (
	"context"
	"errors"
	"slices"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// firstStart starts the program on an empty journal.
func (w *world) firstStart() {
	w.run("first start", func(ctx context.Context) error {
		return w.store.Commit(ctx, order.Entry{Kind: "operator.added", Subject: operator.ID, Actor: order.ActorTerminal, Object: operator})
	})
	w.restart()
	w.store.calm = false
}

// serve begins with a customer: a sale, a hold, a bill, or a code.
func (w *world) serve() {
	s := w.customer()
	switch w.rnd.IntN(6) {
	case 0, 1:
		s.kind = order.KindAuth
	case 2, 3:
		w.ask(s)
	}
	if w.rnd.IntN(4) == 0 && s.kind != order.KindAuth {
		w.showFor(s)
		return
	}
	w.charge(s)
}

// play plays two orders from the first press to their end.
func (w *world) play() {
	w.firstStart()
	for range 2 {
		w.serve()
	}
	for i := 0; i < 32 && w.bad == nil; i++ {
		w.clock.Advance(time.Duration(w.rnd.IntN(3000)) * time.Millisecond)
		w.act(w.sales[w.rnd.IntN(len(w.sales))])
	}
	w.quiet()
	w.finish()
}

// act is one thing that happens: mostly the program goes on by itself.
func (w *world) act(s *sale) {
	if w.rnd.IntN(3) == 0 {
		w.wallet(s)
		return
	}
	switch n := w.rnd.IntN(100); {
	case n < 12:
		w.charge(s)
	case n < 20:
		w.decide(w.rnd.IntN(3))
	case n < 22:
		w.run("give up", func(ctx context.Context) error { return w.engine.AbandonOrder(ctx, s.id) })
	case n < 24:
		w.park()
	case n < 34:
		w.follow(s)
	case n < 37:
		w.closeDay()
	case n < 40:
		w.host.settle()
		w.check()
	case n < 44:
		w.compare()
	case n < 47:
		w.jobs()
	case n < 50:
		w.jump()
	case n < 53:
		w.away()
	case n < 56:
		w.endStored()
	case n < 58:
		w.count("killed while idle")
		w.restart()
	case n < 60:
		if w.rnd.IntN(4) == 0 && !w.whole {
			w.backup()
		}
	case n < 61:
		if w.restore(); w.restored && w.rnd.IntN(2) == 0 {
			w.compare() // and the host is lost again at once
			w.away()
		}
	case n < 62:
		w.store.full, w.store.ballast = !w.store.full, 2
	case n < 68 && w.host.deaf:
		w.back()
	case n < 80 && w.waits():
		w.forwardSoon()
	case n < 88 && len(w.engine.Snapshot().Bills) > 0:
		w.goOn()
	default:
		w.step()
	}
}

// customer is somebody with a card and something to pay.
func (w *world) customer() *sale {
	s := &sale{id: w.numbers.New(), amount: money.New([]int64{2000, 2000, 450}[w.rnd.IntN(3)], money.USD), last4: []string{"1111", "1111", "4444"}[w.rnd.IntN(3)]}
	w.sales = append(w.sales, s)
	return s
}

// charge presses the button for an order, perhaps once more.
func (w *world) charge(s *sale) {
	w.consent = w.rnd.IntN(2) == 0
	w.run("charge", func(ctx context.Context) error { return w.press(ctx, s) })
	w.consent = false
}

func (w *world) press(ctx context.Context, s *sale) error {
	return w.pay(s, func(c engine.Charge, cd *card.Card) error {
		_, err := w.engine.Charge(ctx, c, cd)
		return err
	})
}

// pay hands over a card, or names one on file.
func (w *world) pay(s *sale, with func(engine.Charge, *card.Card) error) error {
	c := engine.Charge{Order: s.id, Amount: s.amount, Kind: s.kind, Consent: w.consent, Bill: s.bill}
	if file := w.onFile(); file != "" && w.rnd.IntN(3) == 0 {
		c.OnFile = file
		return with(c, nil)
	}
	cd, err := newCard(s.last4)
	if err != nil {
		return err
	}
	err = with(c, cd)
	if cd.PAN() != nil {
		w.fail(7, "the card outlived the charge")
	}
	return err
}

// onFile is the newest payment that left its card with the host.
func (w *world) onFile() string {
	for _, s := range slices.Backward(w.sales) {
		if number := w.store.orders[s.id].PaidBy; w.store.attempts[number].Token != "" {
			return number
		}
	}
	return ""
}

// decide is what the person at the counter may do meanwhile.
func (w *world) decide(what int) {
	for _, live := range w.engine.Snapshot().Live {
		if w.bad != nil {
			return
		}
		w.run("decide", func(ctx context.Context) error {
			switch {
			case live.State == order.PartApproved && what == 0:
				return w.engine.Keep(ctx, live.Number)
			case live.State == order.PartApproved, live.State == order.Review:
				return w.engine.GiveBack(ctx, live.Number)
			case live.State == order.Unknown && what == 2:
				return w.engine.StopWaiting(ctx, live.Number)
			}
			return nil
		})
	}
}

func (w *world) park() {
	for _, live := range w.engine.Snapshot().Live {
		w.parked = true
		w.run("park", func(ctx context.Context) error { return w.engine.Park(ctx, live.Number, "the day must end") })
		return
	}
}

// follow is what is done about an order that is paid or held.
func (w *world) follow(s *sale) {
	number := w.store.orders[s.id].PaidBy
	if _, code := w.store.codes[number]; number == "" || code {
		w.step()
		return
	}
	part := money.New([]int64{400, 700, 1000, 2000}[w.rnd.IntN(4)], money.USD)
	what := w.rnd.IntN(5)
	w.run("follow-up", func(ctx context.Context) (err error) {
		switch {
		case w.store.orders[s.id].State == order.PaidOther:
			_, err = w.engine.ReturnCash(ctx, number, part, "not as ordered")
		case what == 0:
			_, err = w.engine.Void(ctx, number, "")
		case what == 1 && s.kind == order.KindAuth:
			_, err = w.engine.Capture(ctx, number, part)
		default:
			_, err = w.engine.Return(ctx, number, part, "")
		}
		return err
	})
}

// compare holds the journal against the host's records.
func (w *world) compare() {
	w.run("compare", func(ctx context.Context) error {
		_, err := w.recon.Compare(ctx, order.WhyAsked, time.Time{}, time.Time{})
		if errors.Is(err, order.ErrNotAllowed) {
			return nil
		}
		return err
	})
}

func (w *world) jobs() {
	for _, job := range sorted(w.engine.PendingJobs(order.JobPDF)) {
		if w.bad == nil {
			w.run("receipt", func(ctx context.Context) error { return w.engine.RunJob(ctx, job.ID) })
		}
	}
}

// jump sets the terminal's clock, forth and back, or right again.
func (w *world) jump() {
	const day = 24 * time.Hour
	if w.store.full {
		return // it could not be made durable
	}
	to := []time.Duration{time.Hour, -time.Hour, day, -day, time.Unix(0, 0).Sub(w.clock.real()), 31 * day, 0}[w.rnd.IntN(7)]
	if w.whole {
		to = []time.Duration{10 * time.Minute, -10 * time.Minute, 0}[w.rnd.IntN(3)]
	}
	w.count("clock set")
	w.clock.Set(w.clock.real().Add(to))
	// That it was set is durable before the program dies: see the README.
	calm := w.store.calm
	w.store.calm = true
	for _, work := range w.due() {
		if !work.Due.After(w.clock.Now()) {
			w.run("clock", func(ctx context.Context) error { return work.do(ctx, work.ID) })
		}
	}
	w.store.calm = calm
}

// longest is the longest that anything may have to wait: a look at what a
// person must decide comes every hour.
const longest = time.Hour + time.Minute

// step does one thing that is due, waiting for it.
func (w *world) step() bool {
	work := w.due()
	if len(work) == 0 {
		return false
	}
	next := work[0]
	wait := next.Due.Sub(w.clock.Now())
	w.still++
	if wait > 0 {
		w.clock.Advance(wait)
		w.still = 0
	}
	switch {
	case wait > longest:
		w.fail(10, "%s waits for %v", next.ID, wait)
	case w.still > 100:
		w.fail(10, "%s is worked at again and again without a pause", next.ID)
	}
	w.run("resolve", func(ctx context.Context) error { return next.do(ctx, next.ID) })
	return true
}

// quiet ends all faults, lets everything come to its end, and then what the
// host still had under way. What turns up behind the horizon is found by the
// comparison.
func (w *world) quiet() {
	w.host.calm, w.store.calm, w.store.full = true, true, false
	w.back()
	w.restart()
	w.calmAt = w.clock.real()
	w.endBills()
	w.endCodes()
	w.drain()
	w.clock.Set(w.clock.real()) // somebody sets it right
	w.engine.MindClock()
	for _, l := range w.host.late {
		if wait := l.at.Sub(w.clock.real()); wait > 0 {
			w.clock.Advance(wait)
		}
	}
	w.host.tick()
	w.check()
	for range 3 {
		if w.bad != nil {
			return
		}
		w.clock.Advance(order.SearchLag + time.Minute)
		before := w.store.commits
		w.compare()
		w.compareWallets()
		w.drain()
		if w.store.commits == before+1 && len(w.found) == 0 {
			break
		}
	}
	w.jobs()
	w.forward()
}

// drain works until nothing is under way any more.
func (w *world) drain() {
	steps := 300 + 200*len(w.store.codes) // a code is looked at every few seconds
	for i := 0; w.bad == nil; i++ {
		w.decide(w.rnd.IntN(2))
		if w.step() {
			if i > steps {
				w.fail(10, "it does not come to its end")
			}
			continue
		}
		sent, next := w.forward()
		if wait := next.Sub(w.clock.Now()); !sent && !next.IsZero() {
			w.clock.Advance(max(wait, time.Second))
			if wait > longest {
				w.fail(10, "a stored sale waits for %v", wait)
			}
		}
		if waiting, _ := w.engine.StoredSales(); len(waiting) == 0 && len(w.due()) == 0 {
			return
		}
		if i > steps {
			w.fail(10, "the stored sales do not come to their end")
		}
	}
}
