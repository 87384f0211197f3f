package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// ErrSealed says that a sealed file did not open. A wrong passphrase and a
// changed file look the same from here.
var ErrSealed = errors.New("the sealed secrets do not open")

// sealedForm is the file: the values as JSON, sealed with XChaCha20-Poly1305
// under a key from argon2id, or under a stored key where there is no salt.
// Whoever changes any of it gets a file that does not open. An older copy of
// the whole file does; nothing here can tell.
type sealedForm struct {
	Version int    `json:"version"`
	Params  Params `json:"argon2id,omitzero"`
	Salt    []byte `json:"salt,omitempty"`
	Nonce   []byte `json:"nonce"`
	Data    []byte `json:"data"`
}

// header is authenticated with the data. Parameters and salt need not be in
// it: with others the key is another one.
func (f sealedForm) header() []byte { return fmt.Appendf(nil, "paydesk secrets %d", f.Version) }

// sealedStore keeps secrets in one sealed file, written anew with each change.
type sealedStore struct {
	path string
	key  []byte

	mu     sync.Mutex
	form   sealedForm // without nonce and data
	values map[string][]byte
}

// openSealed opens the sealed file of live mode, or begins one.
func openSealed(path string, ask Ask, o options) (Secrets, error) {
	form, err := readForm(path)
	begin := errors.Is(err, os.ErrNotExist)
	if err != nil && !begin {
		return nil, err
	}
	passphrase, err := passphraseFor(begin, ask, o)
	if err != nil {
		return nil, err
	}
	defer clear(passphrase)
	if begin {
		form = sealedForm{Version: 1, Params: o.params, Salt: make([]byte, saltLen)}
		rand.Read(form.Salt)
	} else if !form.Params.within() || len(form.Salt) < saltLen {
		return nil, damaged(path)
	}
	s := &sealedStore{path: path, key: form.Params.key(passphrase, form.Salt), form: form}
	return s.opened(begin, "check the passphrase and try again; if it is right the file was changed, so put %s back from a backup: %w")
}

func passphraseFor(begin bool, ask Ask, o options) ([]byte, error) {
	passphrase := []byte(o.getenv(PassphraseVariable))
	if len(passphrase) == 0 {
		if ask == nil {
			return nil, fmt.Errorf("this machine has no keyring that works: set %s to the passphrase of the sealed file and start again", PassphraseVariable)
		}
		prompt := "Passphrase of the sealed secrets"
		if begin {
			prompt = fmt.Sprintf("Choose a passphrase of at least %d characters for the sealed secrets", minPassphrase)
		}
		var err error
		if passphrase, err = ask(prompt); err != nil {
			return nil, fmt.Errorf("ask for the passphrase: %w", err)
		}
		if begin {
			again, err := ask("The same passphrase again")
			if err != nil {
				return nil, fmt.Errorf("ask for the passphrase: %w", err)
			}
			if !bytes.Equal(again, passphrase) {
				return nil, errors.New("the two passphrases differ: start again and type the same one twice")
			}
		}
	}
	if begin && len(passphrase) < minPassphrase {
		return nil, fmt.Errorf("choose a passphrase of at least %d characters", minPassphrase)
	}
	return passphrase, nil
}

// openTraining opens the file of training mode with the key beside it, or
// begins both.
func openTraining(dir string) (Secrets, error) {
	keyPath, path := filepath.Join(dir, trainingKey), filepath.Join(dir, trainingFile)
	key, err := os.ReadFile(keyPath)
	if errors.Is(err, os.ErrNotExist) {
		key = make([]byte, keyLen)
		rand.Read(key)
		err = writeFile(keyPath, key)
	}
	if err == nil && len(key) != keyLen {
		err = damaged(keyPath)
	}
	if err != nil {
		return nil, err
	}
	form, err := readForm(path)
	begin := errors.Is(err, os.ErrNotExist)
	if err != nil && !begin {
		return nil, err
	}
	if begin {
		form = sealedForm{Version: 1}
	}
	s := &sealedStore{path: path, key: key, form: form}
	return s.opened(begin, "the training secrets were changed: remove %s and start again: %w")
}

func damaged(path string) error {
	return fmt.Errorf("%s is damaged: put it back from a backup, or remove it and enter the secrets anew: %w", path, ErrSealed)
}

func readForm(path string) (sealedForm, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return sealedForm{}, err
	}
	var form sealedForm
	if json.Unmarshal(data, &form) != nil || form.Version != 1 {
		return sealedForm{}, damaged(path)
	}
	return form, nil
}

func (s *sealedStore) opened(begin bool, sentence string) (Secrets, error) {
	if err := s.load(begin, sentence); err != nil {
		return nil, err
	}
	return s, nil
}

// load opens the values, or writes an empty file so that the passphrase is
// settled from now on. The sentence takes the path and ErrSealed.
func (s *sealedStore) load(begin bool, sentence string) error {
	s.values = make(map[string][]byte)
	if begin {
		return s.save(s.values)
	}
	aead, err := chacha20poly1305.NewX(s.key)
	if err != nil {
		return fmt.Errorf("prepare the seal: %w", err)
	}
	if len(s.form.Nonce) != aead.NonceSize() {
		return damaged(s.path)
	}
	plain, err := aead.Open(nil, s.form.Nonce, s.form.Data, s.form.header())
	if err != nil {
		return fmt.Errorf(sentence, s.path, ErrSealed)
	}
	defer clear(plain)
	if json.Unmarshal(plain, &s.values) != nil {
		return damaged(s.path)
	}
	return nil
}

// save writes the values and keeps them when they are on the disk.
func (s *sealedStore) save(values map[string][]byte) error {
	plain, err := json.Marshal(values)
	if err != nil {
		return fmt.Errorf("write secrets: %w", err)
	}
	defer clear(plain)
	aead, err := chacha20poly1305.NewX(s.key)
	if err != nil {
		return fmt.Errorf("prepare the seal: %w", err)
	}
	form := s.form
	form.Nonce = make([]byte, aead.NonceSize())
	rand.Read(form.Nonce)
	form.Data = aead.Seal(nil, form.Nonce, plain, form.header())
	data, err := json.Marshal(form)
	if err != nil {
		return fmt.Errorf("write secrets: %w", err)
	}
	if err := writeFile(s.path, append(data, '\n')); err != nil {
		return err
	}
	s.values = values
	return nil
}

// Get implements Secrets.
func (s *sealedStore) Get(name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.values[name]
	if !ok {
		return nil, ErrNoSecret
	}
	return slices.Clone(value), nil
}

// Set implements Secrets.
func (s *sealedStore) Set(name string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	values := maps.Clone(s.values)
	values[name] = slices.Clone(value)
	return s.save(values)
}

// Delete implements Secrets.
func (s *sealedStore) Delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.values[name]; !ok {
		return nil
	}
	values := maps.Clone(s.values)
	delete(values, name)
	return s.save(values)
}
