package terminal

import (
	"context"
	"os"
	"path/filepath"

	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/vault"
)

// setupKey is where the journal keeps that the assistant was there: beside the
// settings, of which it is none.
const setupKey = "setup.done"

// NeedsSetup reports whether nobody has set the terminal up: a live one has no
// operator or no host yet, a training one has never seen the assistant's end.
func (t *Terminal) NeedsSetup() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.opt.Mode == settings.Training {
		return !t.setUp
	}
	return len(t.names) == 0 || t.settings.Host.BaseURL == "" || t.settings.Host.DeviceGUID == ""
}

// Unstaffed reports whether nobody can sign in.
func (t *Terminal) Unstaffed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.names) == 0
}

// FinishSetup keeps that the assistant need not be offered again.
func (t *Terminal) FinishSetup(ctx context.Context) error {
	err := t.journal.Commit(ctx, order.Entry{Kind: "setting.changed", Subject: setupKey, Actor: t.actor(),
		Object: settings.Change{Key: setupKey, New: "done"}})
	if err != nil {
		return told("storage", err)
	}
	t.mu.Lock()
	t.setUp = true
	t.mu.Unlock()
	return nil
}

// Mode is training or live.
type Mode = settings.Mode

// TryOpen reports, as a *engine.Problem, why a terminal can't be opened. The
// secrets are tried first: without them nothing is left behind that a later
// start would take for a terminal.
func TryOpen(ctx context.Context, opt Options) error {
	dir := filepath.Join(opt.Dir, string(opt.Mode))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return told("open", err)
	}
	if _, err := vault.Open(dir, vault.Mode(opt.Mode), opt.Ask); err != nil {
		return told("open", err)
	}
	t, err := Open(ctx, opt)
	if err == nil {
		err = t.Close()
	}
	return told("open", err)
}
