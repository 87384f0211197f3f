package vault

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"

	"paydesk/terminal/clock"
)

// ring is the part of a keyring that is used.
type ring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// systemRing is the operating system's keyring: Keychain, Credential Manager
// or the Secret Service.
type systemRing struct{}

func (systemRing) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemRing) Set(service, user, secret string) error   { return keyring.Set(service, user, secret) }
func (systemRing) Delete(service, user string) error        { return keyring.Delete(service, user) }

// service is how the entries are called in the keyring.
const service = "Paydesk"

// maxSecret is what the Windows Credential Manager takes, less the encoding.
const maxSecret = 1800

var errNoAnswer = errors.New("the keyring does not answer: unlock it, or restart the desktop session, and try again")

// keyringStore keeps secrets in a keyring. Names carry the data folder, so
// two terminals of one user do not share secrets.
type keyringStore struct {
	ring   ring
	clock  clock.Clock
	wait   time.Duration
	folder string
}

func (k *keyringStore) user(name string) string { return name + " (" + k.folder + ")" }

// do waits for one answer of the keyring, since a message bus without the
// service behind it may never give one. The goroutine of a call without an
// answer stays until there is one.
func (k *keyringStore) do(call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-k.clock.After(k.wait):
		return errNoAnswer
	}
}

// probe stores, reads and removes a value: a keyring that can only be read
// is of no use.
func (k *keyringStore) probe() error {
	return k.do(func() error {
		user, want := k.user("probe"), rand.Text()
		if err := k.ring.Set(service, user, want); err != nil {
			return err
		}
		got, err := k.ring.Get(service, user)
		if err == nil && got != want {
			err = errors.New("the keyring gives back something else than it was given")
		}
		return errors.Join(err, k.ring.Delete(service, user))
	})
}

// Get implements Secrets.
func (k *keyringStore) Get(name string) ([]byte, error) {
	// The buffer takes an answer that comes after the wait.
	answer := make(chan string, 1)
	err := k.do(func() error {
		text, err := k.ring.Get(service, k.user(name))
		answer <- text
		return err
	})
	if errors.Is(err, keyring.ErrNotFound) {
		return nil, ErrNoSecret
	}
	if err != nil {
		return nil, wrapRing("read", err)
	}
	value, err := base64.StdEncoding.DecodeString(<-answer)
	if err != nil {
		return nil, fmt.Errorf("the keyring entry %q was changed by another program: remove it there and enter the secret again", k.user(name))
	}
	return value, nil
}

// Set implements Secrets.
func (k *keyringStore) Set(name string, value []byte) error {
	if len(value) > maxSecret {
		return fmt.Errorf("this secret is too long for the keyring: use at most %d characters", maxSecret)
	}
	text := base64.StdEncoding.EncodeToString(value)
	return wrapRing("written", k.do(func() error { return k.ring.Set(service, k.user(name), text) }))
}

// Delete implements Secrets.
func (k *keyringStore) Delete(name string) error {
	err := k.do(func() error { return k.ring.Delete(service, k.user(name)) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return wrapRing("changed", err)
}

func wrapRing(done string, err error) error {
	if err == nil || errors.Is(err, errNoAnswer) {
		return err
	}
	return fmt.Errorf("unlock the keyring and try again; it could not be %s: %w", done, err)
}
