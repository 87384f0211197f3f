package terminal

import (
	"context"
	"errors"
	"path/filepath"

	"paydesk/sync/journal"
	"paydesk/terminal/clock"
	"paydesk/terminal/settings"
)

// RebuildJournal makes the projections of a mode's journal anew from its
// events. No terminal may be open with it.
func RebuildJournal(ctx context.Context, dir string, mode settings.Mode) error {
	dir = filepath.Join(dir, string(mode))
	there, err := journal.OpenReader(dir) // rather than make a new one
	if err != nil {
		return err
	}
	if err := there.Close(); err != nil {
		return err
	}
	j, err := journal.Open(journal.Options{Dir: dir, Mode: mode, Clock: clock.Real{}})
	if err != nil {
		return err
	}
	return errors.Join(j.Rebuild(ctx), j.Close())
}
