package printer

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// Pauses between two looks at an idle printer. In the network a look takes its
// only connection for some milliseconds, so it is seldom.
const (
	lookNear  = 3 * time.Second
	lookFar   = 30 * time.Second
	lookQueue = 15 * time.Second
	// lookOpen is for an open drawer.
	lookOpen = time.Second
	// leastPause and mostPause bound the pauses between tries at a device that
	// cannot be reached.
	leastPause = time.Second
	mostPause  = 30 * time.Second
)

// Watch looks at the printer whenever it is idle, until ctx ends, and tells its
// status after each look and each change, so that trouble is known before a sale
// and its end as soon as it is mended.
func (p *Printer) Watch(ctx context.Context, tell func(Status)) {
	if p.target.kind == none || p.target.kind == file {
		p.report(ctx, tell)
		return
	}
	pause := time.Duration(0)
	vain := time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.changed:
		case <-p.clk.After(pause):
			vain = p.lookIdle(ctx, vain)
			select {
			case <-p.changed: // by this look
			default:
			}
		}
		status := p.Status()
		tell(status)
		pause = p.pause(status, vain)
	}
}

// report tells what jobs show, of what cannot be looked at.
func (p *Printer) report(ctx context.Context, tell func(Status)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.changed:
			tell(p.Status())
		}
	}
}

// pause is the time until the next look.
func (p *Printer) pause(s Status, vain time.Duration) time.Duration {
	p.mu.Lock()
	lost := !p.reach
	p.mu.Unlock()
	switch {
	case p.target.kind == queued:
		return lookQueue
	case lost && s.State == Trouble:
		return vain
	case s.Drawer == DrawerOpen && p.target.kind != network:
		return lookOpen
	case s.State == Trouble:
		return lookNear
	case p.target.kind == network:
		return lookFar
	}
	return lookNear
}

// lookIdle looks at the printer unless a job has it, and returns how long to
// wait if it cannot be reached.
func (p *Printer) lookIdle(ctx context.Context, vain time.Duration) time.Duration {
	select {
	case <-p.turn:
	default:
		return vain // the job sees for itself
	}
	defer p.pass()
	look, cancel := context.WithTimeout(ctx, p.target.limit(0))
	defer cancel()
	if p.target.kind == queued {
		p.lookAtQueue(look)
		return 0
	}
	p.mu.Lock()
	if p.looking = cancel; p.waiting > 0 {
		cancel()
	}
	before, reach := p.status, p.reach
	p.mu.Unlock()
	r := p.own(look, func(ctx context.Context, s *session) Result {
		_, r := p.before(ctx, s)
		return r
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looking = func() {}
	if r.Err != nil && look.Err() == context.Canceled { // a job came, which sees for itself
		p.status, p.reach = before, reach
		return 0
	}
	switch {
	case p.reach:
		return 0
	case errors.Is(r.Err, fs.ErrPermission):
		return mostPause // nothing but a person mends that
	}
	return min(max(2*vain, leastPause), mostPause)
}
