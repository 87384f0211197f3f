package counter

import (
	"context"
	"time"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/payment"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/receipts"
	"paydesk/terminal/order"
)

// Waiter is a job that is not at its end, with what its document tells.
type Waiter struct {
	order.Job
	// Amount is the document's, "" where it has none.
	Amount string
}

// mostRead is how many documents are looked at for their amount: after an hour
// without a printer hundreds may wait.
const mostRead = 40

// read reads the jobs anew. What changes meanwhile is read afterwards.
func (p *Presenter) read() {
	if p.reading {
		p.more = true
		return
	}
	p.reading, p.more = true, false
	p.run(func(ctx context.Context) func() {
		jobs, err := p.desk.Spool(ctx)
		var waiters []Waiter
		for i, j := range jobs {
			w := Waiter{Job: j}
			if i < mostRead && j.Kind != order.JobDrawer {
				w.look(ctx, p.desk)
			}
			waiters = append(waiters, w)
		}
		return func() {
			p.reading = false
			if err != nil {
				p.tell(text.Of(err), true)
			} else {
				p.jobs = waiters
				p.row = min(p.row, max(0, len(p.rows())-1))
			}
			p.Changed()
			if p.more {
				p.read()
			}
		}
	})
}

// look reads what the document tells. Without it the row tells less.
func (w *Waiter) look(ctx context.Context, desk Desk) {
	d, err := desk.Slip(ctx, w.Document, w.Subject, w.Copy)
	if err != nil {
		return
	}
	for _, b := range d.Blocks {
		if total, ok := b.(receipts.Total); ok {
			w.Amount = total.Amount
			return
		}
	}
}

// item is the job as a row.
func (w Waiter) item(now time.Time) form.Item {
	line := slip.Line(w.Job)
	i := form.Item{Name: slip.Name(w.Document), Say: line.Words, Shape: line.Shape, Tint: look.TintChecking}
	if w.Kind == order.JobDrawer {
		i.Name = text.Get("slip.drawer")
	}
	if w.Amount != "" {
		i.Name += "  " + w.Amount
	}
	if line.Shape == look.Alert || line.Shape == look.Cross {
		i.Tint = look.TintDeclined
	}
	if w.Trouble != "" && w.State != order.JobUnsure {
		i.Say += "\n" + text.Say(w.Trouble)
	}
	if !w.Queued.IsZero() && now.After(w.Queued) {
		i.Value = payment.Span(now.Sub(w.Queued))
	}
	return i
}

// askJob asks what is to be done about a job.
func (p *Presenter) askJob(w Waiter) {
	leave := Choice{Words: text.Get("act.leave")}
	drop := Choice{Words: text.Get("counter.drop"), Do: func() { p.drop(w, func() {}) }}
	other := Choice{Words: text.Get("counter.address"), Do: func() {
		p.drop(w, func() { p.Address(slip.Paper{Document: w.Document, ID: w.Subject}) })
	}}
	q := &Question{Title: slip.JobName(w.Job), Text: w.item(p.clock.Now()).Say, Shape: slip.Line(w.Job).Shape}
	switch {
	case w.State == order.JobUnsure && w.Kind == order.JobMail:
		q.Text = slip.Ask(w.Job)
		q.Choices = []Choice{leave, {Words: text.Get("slip.yes.mail"), Do: func() { p.settle(w, true) }}, other}
	case w.State == order.JobUnsure:
		q.Text = slip.Ask(w.Job) + "\n" + text.Get("counter.ask.copy")
		q.Choices = []Choice{leave, {Words: text.Get("slip.yes"), Do: func() { p.settle(w, true) }}, {Words: text.Get("counter.no"), Do: func() { p.settle(w, false) }}}
	case w.State == order.JobSending:
		q.Choices = []Choice{leave}
	case w.Kind == order.JobMail:
		q.Choices = []Choice{leave, other, drop}
	default:
		q.Choices = []Choice{leave, drop}
	}
	p.asked = q
}

func (p *Presenter) settle(w Waiter, printed bool) {
	said := text.Get("counter.settled")
	if !printed {
		said = text.Get("slip.again")
	}
	p.start(text.Get("prefs.working"), said, func(ctx context.Context) error { return p.desk.SettleJob(ctx, w.ID, printed) }, p.read)
}

func (p *Presenter) drop(w Waiter, then func()) {
	p.start(text.Get("prefs.working"), text.Get("counter.dropped"), func(ctx context.Context) error { return p.desk.DropJob(ctx, w.ID) }, func() {
		p.read()
		then()
	})
}
