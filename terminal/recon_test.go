package terminal_test

import (
	"context"
	"testing"

	"paydesk/sync/journal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// TestRestoredTerminal: a terminal on a journal from a backup compares by itself
// and sells again; what the backup does not have is shown.
func TestRestoredTerminal(t *testing.T) {
	dir := t.TempDir()
	term := open(t, dir, settings.Training)
	signIn(t, term)
	charge(t, term, "4111111111111111")
	backup, err := term.Journal().Backup(background, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	gone := charge(t, term, "4111111111111111")
	opt := journal.Options{Dir: term.Dir(), Mode: settings.Training}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Restore(background, opt, backup.Path); err != nil {
		t.Fatal(err)
	}
	term = open(t, dir, settings.Training)
	signIn(t, term)
	until(t, term, "the comparison", func(s engine.Snapshot) bool { return len(s.Recon.Findings) > 0 })
	f := term.Snapshot().Recon.Findings[0]
	if f.What != order.HostOnly || f.Number != gone.Number || f.Origin != order.OriginEarlier || !f.Alarm {
		t.Errorf("found %+v", f)
	}
	until(t, term, "the end of the lock", func(engine.Snapshot) bool { return !term.Journal().Restored() })
	charge(t, term, "4111111111111111")
	got, err := term.Reconcile(context.Background(), term.Now(), term.Now())
	if err != nil || !got.Complete {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestCloseCompares: a closing has the host compared before it.
func TestCloseCompares(t *testing.T) {
	term := training(t)
	charge(t, term, "4111111111111111")
	if _, err := term.CloseBatch(background); err != nil {
		t.Fatal(err)
	}
	r, err := term.Journal().Reconciliation(background)
	if err != nil || !r.Complete || r.Counts.Local != 1 || r.Counts.Differences != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
