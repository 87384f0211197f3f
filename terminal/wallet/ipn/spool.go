package ipn

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// MaxWaiting is how many messages wait for PayPal's word at most. PayPal sends
// what is turned away again, for four days (reference, 4).
const MaxWaiting = 1000

// ErrWaiting: so many messages wait that no more are taken.
var ErrWaiting = errors.New("too many messages wait for PayPal's word")

const (
	suffix = ".ipn"
	half   = ".part"
)

// Spool keeps messages as they came, a file each, from before PayPal is told that
// they arrived until all that they say is in the journal. It is safe for many
// goroutines.
type Spool struct {
	Dir   string // only this program's user can read it
	Clock clock.Clock

	mu sync.Mutex
}

// Keep stores a body durably and returns its name. One that waits already is
// kept once.
func (s *Spool) Keep(body []byte) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return "", err
	}
	waiting, err := s.list()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	name := hex.EncodeToString(sum[:])
	if slices.Contains(waiting, name) {
		return name, nil
	}
	if len(waiting) >= MaxWaiting {
		return "", ErrWaiting
	}
	return name, s.write(name, body)
}

// write makes the file whole before it has its name, and the name durable.
func (s *Spool) write(name string, body []byte) error {
	temporary := filepath.Join(s.Dir, name+half)
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Chtimes(temporary, time.Time{}, s.Clock.Now())
	}
	if err == nil {
		err = os.Rename(temporary, filepath.Join(s.Dir, name+suffix))
	}
	if err != nil {
		_ = os.Remove(temporary)
		return err
	}
	return syncDir(s.Dir)
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // there a folder cannot be synced, and need not be
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sweep removes what a crash left half written: PayPal was not told that it
// arrived.
func (s *Spool) sweep() {
	halves, _ := filepath.Glob(filepath.Join(s.Dir, "*"+half)) // the pattern is right
	for _, path := range halves {
		_ = os.Remove(path)
	}
}

// List names the messages that wait. Only they have a name that is a hash.
func (s *Spool) List() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list()
}

func (s *Spool) list() (names []string, err error) {
	files, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), suffix); ok && len(name) == 2*sha256.Size {
			names = append(names, name)
		}
	}
	return names, err
}

// Read is a message and when it came.
func (s *Spool) Read(name string) (body []byte, came time.Time, err error) {
	path := filepath.Join(s.Dir, name+suffix)
	info, err := os.Stat(path)
	if err != nil {
		return nil, came, err
	}
	body, err = os.ReadFile(path)
	return body, info.ModTime(), err
}

// Drop removes a message that is in the journal. One that a crash leaves here is
// found in the journal, and dropped then.
func (s *Spool) Drop(name string) error {
	err := os.Remove(filepath.Join(s.Dir, name+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
