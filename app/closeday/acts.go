package closeday

import (
	"context"
	"maps"
	"slices"

	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// start does work of a step; then hears that it went well, and the report so far
// is read anew.
func (p *Presenter) start(of Place, work func(ctx context.Context, far func(done, total int64)) error, then func()) {
	if p.task.Busy() {
		return
	}
	p.doing, p.done, p.total = of, 0, 0
	p.task.Start(func(ctx context.Context, tell func(func())) error {
		told := int64(-1)
		return work(ctx, func(done, total int64) {
			if share := done * 100 / max(1, total); share != told {
				told = share
				tell(func() {
					p.done, p.total = done, total
					p.Changed()
				})
			}
		})
	}, func(err error) {
		if err != nil {
			p.tell(text.Of(err), true)
		} else {
			p.said, p.wrong = "", false
			then()
		}
		p.read()
	})
	if p.task.Busy() {
		p.tell("", false)
	}
}

// Stop ends a comparison before its end. Nothing is kept of it.
func (p *Presenter) Stop() {
	if p.task.Busy() && p.doing == Proof {
		p.task.Cancel()
		p.tell(text.Get("closeday.proof.stopped"), false)
	}
}

// Close closes the batch at the bank, without what it is to go on without. What is
// asked once is not taken back by leaving the screen.
func (p *Presenter) Close() {
	asked := engine.Closing{Carry: slices.Sorted(maps.Keys(p.carry))}
	if len(asked.Carry) > 0 {
		asked.Reason = p.reason
	}
	var b order.Batch
	p.start(Batch, func(ctx context.Context, _ func(done, total int64)) (err error) {
		b, err = p.desk.CloseBatchWith(context.WithoutCancel(ctx), asked)
		return err
	}, func() {
		if b.State == order.BatchNotClosed {
			p.said, p.wrong = text.Get("batch.refused", b.Message), true
			return
		}
		if b.State == order.BatchClosed {
			p.carry, p.reason, p.at = map[string]engine.Blocker{}, "", Proof
		}
	})
}

// Compare compares each closed batch that was not compared yet with the bank; all
// of them where each was.
func (p *Presenter) Compare() {
	var batches []string
	for _, b := range p.closed() {
		if _, ok := p.proofOf(b.ID); !ok {
			batches = append(batches, b.ID)
		}
	}
	if len(batches) == 0 {
		for _, b := range p.closed() {
			batches = append(batches, b.ID)
		}
	}
	p.start(Proof, func(ctx context.Context, far func(done, total int64)) error {
		for _, id := range batches {
			if _, err := p.desk.Prove(ctx, id, func(done, total int) { far(int64(done), int64(total)) }); err != nil {
				return err
			}
		}
		return nil
	}, func() {})
}

// Write writes the Z report.
func (p *Presenter) Write() {
	var z order.ZReport
	p.start(Z, func(ctx context.Context, far func(done, total int64)) (err error) {
		z, err = p.desk.WriteZ(context.WithoutCancel(ctx), far)
		return err
	}, func() { p.z, p.x = &z, &order.ZReport{From: z.To, Since: z.At} })
}

// Print prints the Z report once more.
func (p *Presenter) Print() {
	id := p.z.ID
	p.start(Z, func(ctx context.Context, _ func(done, total int64)) error {
		return p.desk.PrintAgain(ctx, order.DocumentZ, id, order.CopyMerchant)
	}, func() { p.said = text.Get("slip.again") })
}
