package history

import (
	"context"

	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// BatchStage is how far the closing of the batch is.
type BatchStage int

// The stages.
const (
	BatchIdle BatchStage = iota
	BatchAsked
	BatchBusy
	BatchTold
)

// Batch is the question before the batch is closed, or what came of it.
type Batch struct {
	Stage       BatchStage
	Shape       look.Shape
	Title, Text string
	// Slip is the batch whose slip can be shown; "" is none.
	Slip string
}

// AskClose asks once whether the batch is to be closed.
func (p *Presenter) AskClose() {
	if !p.View().MayEnd {
		return
	}
	b := p.snapshot.Batch
	p.batch = Batch{
		Stage: BatchAsked, Shape: look.NoShape, Title: text.Get("batch.ask"),
		Text: text.Get("batch.ask.text", text.Count("status.sales", b.Sales), text.Money(b.Total)),
	}
	p.Changed()
}

// DropBatch takes the question or the answer away.
func (p *Presenter) DropBatch() {
	p.batch = Batch{}
	p.Changed()
}

// Close closes the batch after the question: once.
func (p *Presenter) Close() {
	if p.batch.Stage != BatchAsked {
		return
	}
	p.batch = Batch{Stage: BatchBusy, Shape: look.Clock, Title: text.Get("batch.busy"), Text: text.Get("batch.busy.text")}
	p.Changed()
	p.run(func(ctx context.Context) func() {
		batch, err := p.desk.CloseBatch(context.WithoutCancel(ctx))
		return func() {
			p.batch = told(batch, err)
			p.Changed()
		}
	})
}

// told is the result of a closing in words.
func told(b order.Batch, err error) Batch {
	out := Batch{Stage: BatchTold, Shape: look.Alert, Title: text.Get("batch.open")}
	if err == nil && b.State == order.BatchClosed {
		out.Slip = b.ID
	}
	switch {
	case err != nil:
		out.Text = text.Of(err)
	case b.State == order.BatchClosed && b.Host == nil:
		out.Shape, out.Title = look.Check, text.Get("batch.closed")
		out.Text = text.Get("batch.nocount", counts(b.Local))
	case b.State == order.BatchClosed && b.Matches():
		out.Shape, out.Title = look.Check, text.Get("batch.closed")
		out.Text = text.Get("batch.match", counts(b.Local), counts(*b.Host))
	case b.State == order.BatchClosed:
		out.Title = text.Get("batch.differs")
		out.Text = text.Get("batch.differ", counts(b.Local), counts(*b.Host))
	case b.State == order.BatchUnknown || b.State == order.BatchClosing:
		out.Shape, out.Title = look.Clock, text.Get("batch.unknown")
		out.Text = text.Get("batch.unknown.text")
	default:
		out.Text = text.Get("batch.refused", b.Message)
	}
	return out
}

func counts(t order.Totals) string {
	words := text.Get("batch.counts", text.Count("status.sales", t.Sales), text.Money(t.SaleAmount))
	if t.Returns > 0 {
		words = text.Get("batch.returns", words, text.Count("batch.refunds", t.Returns), text.Money(t.ReturnAmount))
	}
	return words
}

// ShowSlip shows the slip of the batch that was closed.
func (p *Presenter) ShowSlip() {
	if id := p.batch.Slip; id != "" {
		p.DropBatch()
		p.Receipt(slip.Paper{Document: order.DocumentBatch, ID: id})
	}
}
