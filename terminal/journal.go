package terminal

import (
	"crypto/ed25519"
	"path/filepath"

	"paydesk/sync/journal"
	"paydesk/terminal/settings"
	"paydesk/terminal/vault"
)

// openJournal opens the journal and, under its lock, the secrets: only one
// process may make the installation's key.
func (t *Terminal) openJournal() (*journal.Journal, error) {
	return journal.Open(journal.Options{Dir: t.dir, Clock: t.opt.Clock, Mode: t.opt.Mode, Key: func() (ed25519.PrivateKey, error) {
		var err error
		if t.secrets, err = vault.Open(t.dir, vault.Mode(t.opt.Mode), t.opt.Ask); err != nil {
			return nil, err
		}
		return vault.InstallationKey(t.secrets)
	}})
}

// History is a journal opened for reading, beside a running terminal.
type History = journal.Journal

// OpenHistory opens the journal of a mode for reading only.
func OpenHistory(dir string, mode settings.Mode) (*History, error) {
	return journal.OpenReader(filepath.Join(dir, string(mode)))
}
