package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// hourDesk is a desk whose batch is closed at an hour, with a host that closes
// whatever is open.
func hourDesk(t *testing.T, zoneName string, at time.Duration) *desk {
	t.Helper()
	d := newDesk(t)
	d.cfg.Days = order.Days{Zone: zone(t, zoneName), Cutoff: 4 * time.Hour}
	d.cfg.CloseAt = at
	d.Configure(d.cfg)
	d.host.close = closedAnswer
	return d
}

// tick is one look at the clock.
func (d *desk) tick() order.Batch {
	d.t.Helper()
	b, err := d.CloseDue(background)
	if err != nil && problem(d.t, err) == "" {
		d.t.Fatal(err)
	}
	return b
}

// batches makes the host's batch of the sales from now on.
func (d *desk) inBatch(name string) {
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		e := approved(n, a)
		e.Batch = name
		return e
	}
	d.host.close = func() order.BatchAnswer {
		a := closedAnswer()
		a.GUID = name
		return a
	}
}

// The batch is closed at its hour, once, with nobody signed in; an empty one is
// not, and a late one is when the computer wakes up.
func TestCloseDue(t *testing.T) {
	d := hourDesk(t, "Europe/Berlin", 23*time.Hour+30*time.Minute)
	due := time.Date(2026, 5, 4, 21, 30, 0, 0, time.UTC)
	if got := d.Snapshot().Closing.Due; !got.Equal(due) {
		t.Errorf("due %s, want %s", got, due)
	}
	d.clock.Advance(due.Sub(noon) + time.Minute)
	if b := d.tick(); b.ID != "" {
		t.Errorf("an empty batch was closed: %+v", b)
	}
	d.clock.Advance(12 * time.Hour)
	d.mustCharge("o1", order.Approved)
	d.printed()
	d.SignOut(background)
	d.clock.Advance(due.AddDate(0, 0, 1).Sub(d.clock.Now()) - time.Second)
	if b := d.tick(); b.ID != "" {
		t.Fatal("closed before its hour")
	}
	d.clock.Advance(time.Second)
	b := d.tick()
	if b.State != order.BatchClosed || !b.Auto || b.Followed || b.Operator != order.ActorTerminal || b.Approved != "" {
		t.Fatalf("closed %+v", b)
	}
	// Not twice: neither what is sold behind it on that day, nor by the next look.
	d.signIn("sue")
	d.inBatch("batch-2")
	d.mustCharge("o2", order.Approved)
	d.printed()
	for range 10 {
		d.clock.Advance(time.Hour)
		if b := d.tick(); b.ID != "" {
			t.Fatalf("closed twice on one day: %+v", b)
		}
	}
	// The computer slept over two closings: it makes up for them once.
	d.clock.Advance(48 * time.Hour)
	if b := d.tick(); b.State != order.BatchClosed || b.GUID != "batch-2" {
		t.Errorf("behind a sleep: %+v", b)
	}
	d.tick()
	if n := count(d.tape.take(), "close"); n != 2 {
		t.Errorf("closed %d times, want 2", n)
	}
}

// By the wall clock of the shop, whatever that does: each business day of a year
// with sales is closed once, also where the hour is left out or comes twice.
func TestCloseDueAcrossTheYear(t *testing.T) {
	for _, at := range []time.Duration{23*time.Hour + 30*time.Minute, 2*time.Hour + 30*time.Minute, time.Hour + 30*time.Minute, 0, 4 * time.Hour} {
		days := order.Days{Zone: zone(t, "America/New_York"), Cutoff: 4 * time.Hour}
		// Every second of it would be 31 million: every ten minutes will do.
		var last time.Time
		closed := map[order.Day]int{}
		begin := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
		for now := begin; now.Before(begin.AddDate(1, 0, 0)); now = now.Add(10 * time.Minute) {
			was, next := days.Around(now, at)
			if was.After(now) || !next.After(now) || next.Sub(was) < 22*time.Hour || next.Sub(was) > 26*time.Hour {
				t.Fatalf("at %s: the last was %s, the next is %s", now, was, next)
			}
			if !was.Equal(last) {
				closed[days.Of(was.Add(-time.Second))]++
			}
			last = was
		}
		if len(closed) < 364 {
			t.Errorf("%s: closed on %d days of 365", at, len(closed))
		}
		for day, n := range closed {
			if n != 1 {
				t.Errorf("%s: %s was closed %d times", at, day, n)
			}
		}
	}
}

// What is open keeps the batch open at its hour too: nothing is carried forward by
// itself, the snapshot says what it is, and it is tried again.
func TestCloseDueWaits(t *testing.T) {
	d := hourDesk(t, "UTC", 13*time.Hour)
	d.mustCharge("o1", order.Approved)
	d.clock.Advance(2 * time.Hour)
	if b := d.tick(); b.ID != "" {
		t.Fatalf("closed without its paper: %+v", b)
	}
	v := d.Snapshot().Closing
	if !strings.Contains(v.Trouble, "not printed") || v.Say.String() != v.Trouble || !v.Due.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v", v)
	}
	d.printed()
	if b := d.tick(); b.ID != "" {
		t.Error("tried again at once")
	}
	d.clock.Advance(3 * time.Minute)
	if b := d.tick(); b.State != order.BatchClosed || len(b.Carried) != 0 {
		t.Errorf("closed %+v", b)
	}
	if v := d.Snapshot().Closing; v.Trouble != "" || !v.Due.Equal(noon.Add(25*time.Hour)) {
		t.Errorf("behind it: %+v", v)
	}
}

// The host's refusals put it off, longer each time; one whose answer was lost is
// asked for again only when it cannot arrive any more.
func TestCloseDueRefused(t *testing.T) {
	d := hourDesk(t, "UTC", 13*time.Hour)
	d.mustCharge("o1", order.Approved)
	d.printed()
	d.host.close = func() order.BatchAnswer { return order.BatchAnswer{Answered: true, Message: "Settlement InProgress."} }
	d.host.batchOf = func(string) order.BatchAnswer { return order.BatchAnswer{Answered: true} }
	d.clock.Advance(2 * time.Hour)
	for range 6 * 60 * 4 {
		d.tick()
		d.clock.Advance(15 * time.Second)
	}
	if n := count(d.tape.take(), "close"); n < 8 || n > 12 {
		t.Errorf("asked %d times in six hours", n)
	}
	if got := d.Snapshot().Closing.Trouble; !strings.Contains(got, "Settlement InProgress") {
		t.Errorf("trouble %q", got)
	}
	d.clock.Advance(time.Hour)
	d.host.close = func() order.BatchAnswer { return order.BatchAnswer{} }
	if b := d.tick(); b.State != order.BatchUnknown {
		t.Fatalf("%+v", b)
	}
	d.tape.take()
	d.due()
	lost := d.batch()
	d.restart()
	for d.clock.Now().Before(lost.Asked.Add(order.HardHorizon - time.Minute)) {
		d.tick()
		d.clock.Advance(15 * time.Second)
	}
	if n := count(d.tape.take(), "close"); n != 0 {
		t.Errorf("closed again %d times while the first may arrive", n)
	}
	d.host.close = closedAnswer
	d.clock.Advance(2 * time.Minute)
	if b := d.tick(); b.State != order.BatchClosed {
		t.Errorf("%+v", b)
	}
}

// Without an hour, without the call, or with a journal that is not compared yet,
// nothing is closed.
func TestCloseDueIdle(t *testing.T) {
	for name, set := range map[string]func(*desk){
		"never":    func(d *desk) { d.cfg.CloseAt = -1 },
		"no call":  func(d *desk) { d.cfg.Offer = order.Offer{Dialect: order.DialectCurrent} },
		"put back": func(d *desk) { d.journal.set(func() { d.journal.old = true }) },
	} {
		d := hourDesk(t, "UTC", 13*time.Hour)
		d.mustCharge("o1", order.Approved)
		d.printed()
		set(d)
		d.Configure(d.cfg)
		d.clock.Advance(48 * time.Hour)
		if b := d.tick(); b.ID != "" || count(d.tape.take(), "close") != 0 {
			t.Errorf("%s: closed %+v", name, b)
		}
		if due := d.Snapshot().Closing.Due; due.IsZero() != (name != "put back") {
			t.Errorf("%s: due %s", name, due)
		}
	}
}

// What the service closed by itself is found out and recorded in the same form.
func TestFollowSettlement(t *testing.T) {
	for _, offer := range []order.Offer{{}, {Dialect: order.DialectCurrent}} {
		d := newDesk(t)
		d.cfg.Offer, d.cfg.CloseAt = offer, -1
		d.Configure(d.cfg)
		sale := d.mustCharge("o1", order.Approved)
		d.tape.take()
		d.host.batchOf = func(guid string) order.BatchAnswer {
			if guid != sale.GUID {
				t.Errorf("asked for %s", guid)
			}
			return order.BatchAnswer{Answered: true, GUID: "batch-1"}
		}
		for range 4 * 60 * 24 { // a day
			if got, err := d.FollowSettlement(background); err != nil || len(got) != 0 {
				t.Fatal(got, err)
			}
			d.clock.Advance(15 * time.Second)
		}
		if n := count(d.tape.take(), "batch-of"); n < 40 || n > 65 {
			t.Errorf("asked %d times a day", n)
		}
		d.host.batchOf = func(string) order.BatchAnswer { return closedAnswer() }
		d.clock.Advance(time.Hour)
		got, err := d.FollowSettlement(background)
		if err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		b := got[0]
		if b.State != order.BatchClosed || !b.Followed || !b.Matches() || b.GUID != "batch-1" || b.Device != "dev" || b.Operator != order.ActorTerminal {
			t.Errorf("%+v", b)
		}
		jobs, err := d.journal.Jobs(background, b.ID)
		if err != nil || len(jobs) != 1 || jobs[0].Document != engine.DocumentBatch {
			t.Errorf("slips %+v, %v", jobs, err)
		}
		if s := d.Snapshot().Batch; s.Sales != 0 || s.GUID != "" || s.Closing {
			t.Errorf("still open: %+v", s)
		}
		d.clock.Advance(2 * time.Hour)
		if got, err := d.FollowSettlement(background); err != nil || len(got) != 0 {
			t.Errorf("recorded twice: %+v, %v", got, err)
		}
		if count(d.tape.take(), "close") != 0 {
			t.Error("closed what was to be followed")
		}
	}
}

// A payment that the service put into another batch tells that the last one is
// closed: its totals are its own, whatever is sold behind it.
func TestFollowBehindAnotherBatch(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.batchOf = func(string) order.BatchAnswer { return order.BatchAnswer{Answered: true} }
	_, _ = d.FollowSettlement(background) // and it is put off for an hour
	d.inBatch("batch-2")
	d.mustCharge("o2", order.Approved)
	d.mustCharge("o3", order.Approved)
	d.host.batchOf = func(guid string) order.BatchAnswer {
		if guid == "guid-N000001" {
			return closedAnswer()
		}
		return order.BatchAnswer{Answered: true}
	}
	got, err := d.FollowSettlement(background)
	if err != nil || len(got) != 1 || got[0].GUID != "batch-1" || got[0].Local.Sales != 1 || !got[0].Matches() {
		t.Fatalf("%+v, %v", got, err)
	}
	if s := d.Snapshot().Batch; s.GUID != "batch-2" || s.Sales != 2 {
		t.Errorf("open %+v", s)
	}
}

// It waits for what is being settled, and for a closing that is under way.
func TestFollowWaits(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.batchOf = func(string) order.BatchAnswer { return closedAnswer() }
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		if got, err := d.FollowSettlement(background); err != nil || len(got) != 0 {
			t.Errorf("under a sale: %+v, %v", got, err)
		}
		return noAnswer(n, a)
	}
	d.mustCharge("o2", order.Unknown)
	if got, err := d.FollowSettlement(background); err != nil || len(got) != 0 {
		t.Errorf("while a sale is in doubt: %+v, %v", got, err)
	}
	if err := d.Park(background, d.Snapshot().Live[0].Number, "x"); err != nil {
		t.Fatal(err)
	}
	d.host.close = func() order.BatchAnswer {
		d.clock.Advance(2 * time.Hour)
		if got, err := d.FollowSettlement(background); err != nil || len(got) != 0 {
			t.Errorf("under a closing: %+v, %v", got, err)
		}
		return closedAnswer()
	}
	if _, err := d.CloseBatch(background); err != nil {
		t.Fatal(err)
	}
}

// The desk closes while the settlement is being looked at: one of the two records
// it, never both.
func TestFollowMeetsAClosing(t *testing.T) {
	d := newDesk(t)
	d.mustCharge("o1", order.Approved)
	d.host.close = func() order.BatchAnswer { return order.BatchAnswer{Answered: true, Message: "No open batch"} }
	inner := false
	d.host.batchOf = func(string) order.BatchAnswer {
		if !inner {
			inner = true
			if b, err := d.CloseBatch(background); err != nil || !b.Followed {
				t.Errorf("the closing found %+v, %v", b, err)
			}
		}
		return closedAnswer()
	}
	got, err := d.FollowSettlement(background)
	if err != nil || len(got) != 0 {
		t.Errorf("recorded a second time: %+v, %v", got, err)
	}
	all, err := d.journal.Batches(context.Background(), time.Unix(0, 0), noon.AddDate(1, 0, 0))
	if err != nil || len(all) != 1 {
		t.Errorf("%d closings, %v", len(all), err)
	}
}
