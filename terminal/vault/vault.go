// Package vault keeps what must not lie open: the secrets of the terminal
// (host password, keys) in the operating system's keyring or in a sealed
// file, and the PINs of operators as hashes.
package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"paydesk/terminal/clock"
)

// Mode says what is at stake.
type Mode string

// The two modes, as in the settings.
const (
	Live     Mode = "live"
	Training Mode = "training"
)

// ErrNoSecret says that nothing is stored under a name.
var ErrNoSecret = errors.New("no such secret is stored on this terminal")

// Secrets stores small secrets by name. Implementations are safe for many
// goroutines of one process; one process at a time may use a folder.
type Secrets interface {
	// Get gives a copy that belongs to the caller. The error is ErrNoSecret
	// where nothing is stored, else a sentence for the person.
	Get(name string) ([]byte, error)
	// Set stores a value durably, in place of one before.
	Set(name string, value []byte) error
	// Delete removes a value; there need not be one.
	Delete(name string) error
}

// Ask gets a passphrase from a person who reads the prompt. It is nil where
// nobody can be asked.
type Ask func(prompt string) ([]byte, error)

// PassphraseVariable names the environment variable that spares the question
// for the passphrase of the sealed file.
const PassphraseVariable = "PAYDESK_PASSPHRASE"

const (
	sealedFile   = "secrets.sealed"
	keyringMark  = "secrets.in-keyring"
	trainingFile = "training-secrets.sealed"
	trainingKey  = "training-secrets.key"

	minPassphrase = 12
)

// options is what tests replace.
type options struct {
	ring   ring
	clock  clock.Clock
	wait   time.Duration // for one answer of the keyring
	getenv func(string) string
	params Params
}

// Open finds the secrets that belong to a data folder.
//
// In live mode that is the keyring of the operating system where one works,
// else a file sealed with a passphrase, which comes from the environment or
// from ask. Once chosen, it stays: a keyring that is out of reach for a day
// is an error, not a reason to start an empty file.
//
// In training mode it is a file with its key beside it. That keeps it from
// being read in passing, no more, and is enough only because training has no
// secret of worth.
func Open(dir string, mode Mode, ask Ask) (Secrets, error) {
	return open(dir, mode, ask, options{
		ring: systemRing{}, clock: clock.Real{}, wait: 2 * time.Second, getenv: os.Getenv, params: DefaultParams,
	})
}

func open(dir string, mode Mode, ask Ask, o options) (Secrets, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	switch mode {
	case Training:
		return openTraining(absolute)
	case Live:
	default:
		return nil, fmt.Errorf("choose live or training as mode, not %q", mode)
	}
	if exists(filepath.Join(absolute, sealedFile)) {
		return openSealed(filepath.Join(absolute, sealedFile), ask, o)
	}
	store := &keyringStore{ring: o.ring, clock: o.clock, wait: o.wait, folder: absolute}
	mark := filepath.Join(absolute, keyringMark)
	if err := store.probe(); err == nil {
		if !exists(mark) {
			const text = "The secrets of this terminal are in the keyring of the user who runs it.\n"
			if err := writeFile(mark, []byte(text)); err != nil {
				return nil, err
			}
		}
		return store, nil
	}
	if exists(mark) {
		return nil, fmt.Errorf("the keyring with this terminal's secrets does not answer: sign in to the desktop as the usual user, "+
			"unlock the keyring and start again; or remove %s to enter the secrets anew", mark)
	}
	return openSealed(filepath.Join(absolute, sealedFile), ask, o)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
