package printer

import (
	"context"
	"errors"
)

var errNoQueue = errors.New("this system has no print queues")

// enqueue hands a PDF to the system's print queue, which keeps it until it is
// on paper.
func (p *Printer) enqueue(ctx context.Context, pdf []byte) Result {
	ctx, cancel := context.WithTimeout(ctx, p.target.limit(len(pdf)))
	defer cancel()
	if !p.take(ctx) {
		return Result{Text: busy, Err: ctx.Err()}
	}
	defer p.pass()
	if r := p.lookAtQueue(ctx); r.Err != nil {
		return r
	}
	if err := p.openers.Queue.Print(ctx, p.target.name, pdf); err != nil {
		return p.keep(Result{Text: err.Error(), Err: err})
	}
	return p.keep(Result{Proof: Sent, Sent: len(pdf)})
}

// lookAtQueue keeps how the queue is.
func (p *Printer) lookAtQueue(ctx context.Context) Result {
	if p.openers.Queue == nil {
		return p.keep(Result{Text: openText(p.target, errNoQueue), Err: errNoQueue})
	}
	if err := p.openers.Queue.Ready(ctx, p.target.name); err != nil {
		return p.keep(Result{Text: err.Error(), Err: err})
	}
	return p.keep(Result{})
}
