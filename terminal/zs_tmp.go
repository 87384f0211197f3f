package terminal

import (
	"context"
	"slices"
	"time"

	"paydesk/terminal/order"
)

func (t *Terminal) Day() order.Days { return t.days(t.Settings()) }
func (t *Terminal) Zs(ctx context.Context, from, to order.Day) ([]order.ZReport, error) {
	all, err := t.journal.Zs(ctx, time.Time{}, t.Now().AddDate(1, 0, 0))
	return slices.DeleteFunc(all, func(z order.ZReport) bool { return z.Day < from || z.Day > to }), err
}
func (t *Terminal) Period(ctx context.Context, from, to order.Day, by string) ([]order.Stretch, error) {
	return nil, nil
}
