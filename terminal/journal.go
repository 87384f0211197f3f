package terminal

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"paydesk/receipts/proof"
	"paydesk/sync/journal"
	"paydesk/terminal/settings"
	"paydesk/terminal/vault"
)

// openJournal opens the journal and, under its lock, the secrets: only one
// process may make the installation's key. Beside the journal only receipts are
// signed with it.
func (t *Terminal) openJournal() (*journal.Journal, error) {
	return journal.Open(journal.Options{Dir: t.dir, Clock: t.opt.Clock, Mode: t.opt.Mode, Key: func() (ed25519.PrivateKey, error) {
		var err error
		if t.secrets, err = vault.Open(t.dir, vault.Mode(t.opt.Mode), t.opt.Ask); err != nil {
			return nil, err
		}
		key, err := vault.InstallationKey(t.secrets)
		t.sign = func(s proof.Statement) string { return proof.Sign(key, s) }
		return key, err
	}})
}

// What the journal's own commands hand out.
type (
	JournalReport = journal.Report
	JournalHead   = journal.Head
	PutBack       = journal.PutBack
)

// History is a journal opened for reading, beside a running terminal.
type History = journal.Journal

// OpenHistory opens the journal of a mode for reading only.
func OpenHistory(dir string, mode settings.Mode) (*History, error) {
	return journal.OpenReader(filepath.Join(dir, string(mode)))
}

// RestoreJournal puts a backup in the place of a mode's journal. No terminal
// may be running with it.
func RestoreJournal(ctx context.Context, dir string, mode settings.Mode, file string, leaveStored bool) (PutBack, error) {
	return journal.Restore(ctx, journal.Options{Dir: filepath.Join(dir, string(mode)), Mode: mode, LeaveStored: leaveStored}, file)
}

// SalvageJournal makes a journal of what can be read of a mode's damaged one.
// No terminal may be running with it.
func SalvageJournal(ctx context.Context, dir string, mode settings.Mode) (PutBack, error) {
	return journal.Salvage(ctx, journal.Options{Dir: filepath.Join(dir, string(mode)), Mode: mode})
}

// ExportJournal writes the events of a journal into a file that must not be
// there yet, all or nothing.
func ExportJournal(ctx context.Context, j *History, path string) (rep JournalReport, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return rep, fmt.Errorf("%s is there already: name a file that is not", path)
	}
	if err != nil {
		return rep, fmt.Errorf("the file cannot be made (%w): check the folder and the rights on it", err)
	}
	rep, err = j.Export(ctx, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		err = errors.Join(fmt.Errorf("the export failed and was removed: %w", err), os.Remove(path))
	}
	return rep, err
}

// VerifyExport checks an exported journal, whosever it is.
func VerifyExport(r io.Reader) (JournalReport, error) { return journal.VerifyExport(r) }
