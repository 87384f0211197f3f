package terminal

import (
	"context"
	"io"
	"iter"

	"paydesk/terminal/order"
	"paydesk/terminal/staff"
	"paydesk/terminal/statement"
)

// StatementRequest asks for what moved on some business days, the last among them.
type StatementRequest struct {
	From, To order.Day
	// By is "day" or "month" for what each comes to; "" is each movement.
	By     string
	Format string // csv or json
}

// WriteStatement writes a statement. It may be done as often as somebody likes.
func (t *Terminal) WriteStatement(ctx context.Context, r StatementRequest, w io.Writer) error {
	if err := t.May(staff.SeeHistory); err != nil {
		return err
	}
	format := statement.Format(r.Format)
	if r.By != "" {
		list, err := t.Period(ctx, r.From, r.To, r.By)
		if err != nil {
			return err
		}
		return told(ProblemExport, statement.Stretches(w, format, list))
	}
	days := t.Day()
	for _, day := range []order.Day{r.From, r.To} {
		if _, err := days.Begins(day); err != nil {
			return told(ProblemExport, err)
		}
	}
	return told(ProblemExport, statement.Movements(w, format, days, t.operatorName, within(days, r.From, r.To, t.journal.Movements(ctx, 0, 0))))
}

// within leaves out what is of other business days.
func within(days order.Days, from, to order.Day, movements iter.Seq2[order.Movement, error]) iter.Seq2[order.Movement, error] {
	return func(yield func(order.Movement, error) bool) {
		for m, err := range movements {
			if day := days.Of(m.At); err == nil && (day < from || day > to) {
				continue
			}
			if !yield(m, err) {
				return
			}
		}
	}
}
