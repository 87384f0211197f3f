package sandbox

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// AutoClose is the hour of the day at which every open batch is closed. The
// zero value closes none.
type AutoClose struct {
	Hour int            // 0 to 23
	Zone *time.Location // whose clock; nil is off
}

func (a AutoClose) check() error {
	if a.Zone != nil && (a.Hour < 0 || a.Hour > 23) {
		return fmt.Errorf("batches cannot be closed at %d o'clock: choose an hour from 0 to 23", a.Hour)
	}
	return nil
}

// after is the first closing after a moment.
func (a AutoClose) after(t time.Time) time.Time {
	year, month, day := t.In(a.Zone).Date()
	due := time.Date(year, month, day, a.Hour, 0, 0, 0, a.Zone)
	if !due.After(t) {
		due = time.Date(year, month, day+1, a.Hour, 0, 0, 0, a.Zone)
	}
	return due
}

// closeDue closes the batches whose hour has come, as of that hour. Every
// request does so before anything else, so nobody can see a batch that should
// be closed as open: not with a clock that jumps, and not after a restart.
func (h *Host) closeDue(ctx context.Context) error {
	if h.opt.AutoClose.Zone == nil {
		return nil
	}
	type batch struct {
		guid   string
		opened time.Time
	}
	now := h.clock.Now()
	return h.ledger.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		list, err := collect(ctx, tx, func(r *sql.Rows) (b batch, err error) {
			return b, r.Scan(&b.guid, timeCell{&b.opened})
		}, `SELECT guid, opened FROM batches WHERE closed IS NULL`)
		if err != nil {
			return err
		}
		for _, b := range list {
			due := h.opt.AutoClose.after(b.opened)
			if due.After(now) {
				continue
			}
			if _, err := tx.ExecContext(ctx, `UPDATE batches SET closed = ? WHERE guid = ?`, due.UnixNano(), b.guid); err != nil {
				return err
			}
		}
		return nil
	})
}
