package terminal

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a shop's zone is named in the settings, and Windows has no list of them

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// hourEvery is how often the terminal looks whether its batch is to be closed, or
// was. What is due it asks its own memory.
const hourEvery = 15 * time.Second

// mindHour closes the batch at the hour of the settings, and finds out what the
// service closed by itself.
func (t *Terminal) mindHour(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.opt.Clock.After(hourEvery):
			t.closeByClock(ctx)
		}
	}
}

func (t *Terminal) closeByClock(ctx context.Context) {
	closed, err := t.Engine.FollowSettlement(ctx)
	if err != nil && ctx.Err() == nil {
		t.opt.Log.Warn("what the service closed is not known", "err", err)
	}
	b, err := t.Engine.CloseDue(ctx)
	var known *engine.Problem
	if err != nil && !errors.As(err, &known) && ctx.Err() == nil {
		t.opt.Log.Warn("closing by the clock failed", "err", err)
	}
	if b.State == order.BatchClosed || len(closed) > 0 {
		t.reconciler.Ask(order.WhyAfterClose)
	}
}

// paperWait is how long a closing waits for the slip of what was done just before
// it.
const paperWait = 5 * time.Second

// paperOut waits for receipts that are on their way to printer or disk.
func (t *Terminal) paperOut(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, paperWait)
	defer cancel()
	news := make(chan struct{}, 1)
	stop := t.Watch(func(engine.Snapshot) {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	defer stop()
	soon := func(j order.Job) bool {
		paper := j.Kind == order.JobPrint || j.Kind == order.JobPDF
		return paper && (j.State == order.JobSending || j.State == order.JobQueued && j.Due.Sub(t.Now()) < paperWait)
	}
	for slices.ContainsFunc(t.Snapshot().Jobs, soon) {
		select {
		case <-news:
		case <-ctx.Done():
			return
		}
	}
}

// BatchHistory lists the closings of some business days, oldest first, with those
// that came to nothing; an empty day is no bound.
func (t *Terminal) BatchHistory(ctx context.Context, from, to order.Day) ([]order.Batch, error) {
	if err := t.Engine.May(staff.SeeHistory); err != nil {
		return nil, err
	}
	days, begin, end := t.days(t.Settings()), time.Unix(0, 0), t.Now().AddDate(1, 0, 0)
	var err error
	if from != "" {
		if begin, err = days.Begins(from); err != nil {
			return nil, errPeriod
		}
	}
	if to != "" {
		if end, err = days.Ends(to); err != nil {
			return nil, errPeriod
		}
	}
	if !begin.Before(end) {
		return nil, errPeriod
	}
	return t.journal.Batches(ctx, begin, end)
}

// BatchRecord is the closing of an id, or the newest one of a batch that the host
// calls so; an unambiguous beginning is enough.
func (t *Terminal) BatchRecord(ctx context.Context, name string) (order.Batch, error) {
	if b, err := t.journal.Batch(ctx, name); !errors.Is(err, order.ErrNotFound) {
		return b, err
	}
	all, err := t.BatchHistory(ctx, "", "")
	if err != nil {
		return order.Batch{}, err
	}
	found := slices.DeleteFunc(all, func(b order.Batch) bool { return !strings.HasPrefix(strings.ToLower(b.GUID), strings.ToLower(name)) })
	if name == "" || len(found) == 0 || found[0].GUID != found[len(found)-1].GUID {
		return order.Batch{}, told("not-found", errors.New("there is no closing of this name: paydesk batch list shows them"))
	}
	return found[len(found)-1], nil
}
