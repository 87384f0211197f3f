package terminal

import (
	"context"
	"io"

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
	return told(ProblemExport, statement.Movements(w, format, t.Day(), t.operatorName, t.MovementsOf(ctx, r.From, r.To)))
}
