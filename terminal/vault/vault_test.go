package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"paydesk/terminal/clock"
)

// cheap keeps tests quick.
var cheap = Params{MemoryKiB: 64, Passes: 1, Threads: 1}

const passphrase = "correct horse battery"

// fakeRing is a keyring in memory. It fails with err, and answers only when
// hang is closed where there is one.
type fakeRing struct {
	mu     sync.Mutex
	values map[string]string
	err    error
	hang   chan struct{}
}

func (f *fakeRing) enter() (func(), error) {
	if f.hang != nil {
		<-f.hang
	}
	f.mu.Lock()
	return f.mu.Unlock, f.err
}

func (f *fakeRing) Get(service, user string) (string, error) {
	leave, err := f.enter()
	defer leave()
	text, ok := f.values[service+"/"+user]
	if err == nil && !ok {
		err = keyring.ErrNotFound
	}
	return text, err
}

func (f *fakeRing) Set(service, user, secret string) error {
	leave, err := f.enter()
	defer leave()
	if err == nil {
		f.values[service+"/"+user] = secret
	}
	return err
}

func (f *fakeRing) Delete(service, user string) error {
	leave, err := f.enter()
	defer leave()
	if _, ok := f.values[service+"/"+user]; err == nil && !ok {
		err = keyring.ErrNotFound
	}
	delete(f.values, service+"/"+user)
	return err
}

// atOnce is a clock on which every wait is over.
type atOnce struct{ *clock.Virtual }

func (a atOnce) After(time.Duration) <-chan time.Time { return a.Virtual.After(0) }

func working() *fakeRing { return &fakeRing{values: map[string]string{}} }

func missing() *fakeRing {
	return &fakeRing{values: map[string]string{}, err: errors.New("no message bus")}
}

// with opens with a ring and, from the environment, a passphrase.
func with(r ring, phrase string) options {
	return options{ring: r, clock: clock.NewVirtual(time.Time{}), wait: time.Second, params: cheap,
		getenv: func(string) string { return phrase }}
}

func mustOpen(t *testing.T, dir string, mode Mode, o options) Secrets {
	t.Helper()
	s, err := open(dir, mode, nil, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return s
}

// Every implementation keeps the contract of Secrets, and keeps the values
// when it is opened again.
func TestSecretsContract(t *testing.T) {
	r := working()
	stores := map[string]func(dir string) (Secrets, error){
		"keyring":  func(dir string) (Secrets, error) { return open(dir, Live, nil, with(r, "")) },
		"sealed":   func(dir string) (Secrets, error) { return open(dir, Live, nil, with(missing(), passphrase)) },
		"training": func(dir string) (Secrets, error) { return Open(dir, Training, nil) },
	}
	for name, reopen := range stores {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := reopen(dir)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Get("password"); !errors.Is(err, ErrNoSecret) {
				t.Errorf("Get of nothing: %v, want ErrNoSecret", err)
			}
			if err := s.Delete("password"); err != nil {
				t.Errorf("Delete of nothing: %v", err)
			}
			value := []byte("p\x00ss\xff")
			for _, err := range []error{s.Set("password", []byte("old")), s.Set("password", value), s.Set("other", nil)} {
				if err != nil {
					t.Fatalf("Set: %v", err)
				}
			}
			if s, err = reopen(dir); err != nil {
				t.Fatalf("open again: %v", err)
			}
			got, err := s.Get("password")
			if err != nil || !bytes.Equal(got, value) {
				t.Fatalf("Get = %q, %v, want %q", got, err, value)
			}
			clear(got)
			if again, _ := s.Get("password"); !bytes.Equal(again, value) {
				t.Error("Get gives the same memory twice")
			}
			if err := s.Delete("password"); err != nil {
				t.Errorf("Delete: %v", err)
			}
			if _, err := s.Get("password"); !errors.Is(err, ErrNoSecret) {
				t.Errorf("Get after Delete: %v, want ErrNoSecret", err)
			}
			if got, err := s.Get("other"); err != nil || len(got) != 0 {
				t.Errorf("Get(other) = %q, %v", got, err)
			}
		})
	}
}

func TestFoldersDoNotShareTheKeyring(t *testing.T) {
	r := working()
	a, b := mustOpen(t, t.TempDir(), Live, with(r, "")), mustOpen(t, t.TempDir(), Live, with(r, ""))
	if err := a.Set("password", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get("password"); !errors.Is(err, ErrNoSecret) {
		t.Errorf("the other folder: %v, want ErrNoSecret", err)
	}
	for key := range r.values {
		if strings.Contains(key, "probe") {
			t.Errorf("the probe is still there: %s", key)
		}
	}
}

func TestKeyringThatHangs(t *testing.T) {
	r := working()
	r.hang = make(chan struct{})
	defer close(r.hang)
	o := with(r, "")
	o.clock = atOnce{clock.NewVirtual(time.Time{})}
	_, err := open(t.TempDir(), Live, nil, o)
	if err == nil || !strings.Contains(err.Error(), PassphraseVariable) {
		t.Errorf("open = %v, want the sentence about the passphrase", err)
	}
}

// A keyring in use that goes away must not be replaced by an empty file: the
// pepper in it would be lost, and with it every PIN.
func TestLostKeyringIsAnError(t *testing.T) {
	dir := t.TempDir()
	mustOpen(t, dir, Live, with(working(), passphrase))
	_, err := open(dir, Live, nil, with(missing(), passphrase))
	if err == nil || !strings.Contains(err.Error(), "unlock the keyring") {
		t.Errorf("open = %v, want the sentence about the keyring", err)
	}
	if exists(filepath.Join(dir, sealedFile)) {
		t.Error("a sealed file was begun")
	}
}

func TestSealedFileStays(t *testing.T) {
	dir := t.TempDir()
	if err := mustOpen(t, dir, Live, with(missing(), passphrase)).Set("password", []byte("x")); err != nil {
		t.Fatal(err)
	}
	got, err := mustOpen(t, dir, Live, with(working(), passphrase)).Get("password")
	if err != nil || string(got) != "x" {
		t.Errorf("with a keyring installed later: %q, %v, want the value in the file", got, err)
	}
}

func TestSealedFileRefuses(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, Live, with(missing(), passphrase))
	if err := s.Set("password", []byte("hunter2-hunter2")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, sealedFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(good, []byte("hunter2")) || bytes.Contains(good, []byte("password")) {
		t.Fatalf("the file gives away what it seals: %s", good)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, want 0600", info.Mode().Perm())
	}
	tests := map[string]struct {
		phrase string
		file   []byte
	}{
		"wrong passphrase": {"correct horse batterz", good},
		"data changed":     {passphrase, flip(good, `"data":"`)},
		"nonce changed":    {passphrase, flip(good, `"nonce":"`)},
		"salt changed":     {passphrase, flip(good, `"salt":"`)},
		"cut off":          {passphrase, good[:len(good)/2]},
		"empty":            {passphrase, nil},
		"other version":    {passphrase, bytes.Replace(good, []byte(`"version":1`), []byte(`"version":2`), 1)},
		"greedy":           {passphrase, bytes.Replace(good, []byte(`"MemoryKiB":64`), []byte(`"MemoryKiB":4000000000`), 1)},
		"short nonce":      {passphrase, bytes.Replace(good, []byte(`"nonce":"`), []byte(`"nonce":"","x":"`), 1)},
	}
	for name, tt := range tests {
		if err := os.WriteFile(path, tt.file, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := open(dir, Live, nil, with(missing(), tt.phrase))
		if s != nil || !errors.Is(err, ErrSealed) || !strings.Contains(err.Error(), "put ") {
			t.Errorf("%s: %v, %v, want a sentence about ErrSealed", name, s, err)
		}
		if left, _ := os.ReadFile(path); !bytes.Equal(left, tt.file) {
			t.Errorf("%s: the file was overwritten", name)
		}
	}
}

// flip changes the character behind a mark to another of the alphabet.
func flip(data []byte, mark string) []byte {
	out := bytes.Clone(data)
	at := bytes.Index(out, []byte(mark)) + len(mark)
	if out[at] == 'A' {
		out[at] = 'B'
	} else {
		out[at] = 'A'
	}
	return out
}

func TestTrainingFileTampered(t *testing.T) {
	for _, name := range []string{trainingFile, trainingKey} {
		dir := t.TempDir()
		if _, err := Open(dir, Training, nil); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Training, nil); !errors.Is(err, ErrSealed) || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("%s: %v, want a sentence about ErrSealed", name, err)
		}
	}
}

func TestChoosingAPassphrase(t *testing.T) {
	asking := func(answers ...string) Ask {
		return func(string) ([]byte, error) {
			if len(answers) == 0 {
				return nil, errors.New("nobody answers")
			}
			answer := answers[0]
			answers = answers[1:]
			return []byte(answer), nil
		}
	}
	tests := []struct {
		name string
		ask  Ask
		want string
	}{
		{"nobody there", nil, PassphraseVariable},
		{"short", asking("short", "short"), "at least 12"},
		{"two different", asking(passphrase, passphrase+"!"), "differ"},
		{"gone", asking(passphrase), "nobody answers"},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		if _, err := open(dir, Live, tt.ask, with(missing(), "")); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q in it", tt.name, err, tt.want)
		}
		if exists(filepath.Join(dir, sealedFile)) {
			t.Errorf("%s: a file was begun", tt.name)
		}
	}
	dir := t.TempDir()
	if _, err := open(dir, Live, asking(passphrase, passphrase), with(missing(), "")); err != nil {
		t.Fatal(err)
	}
	if _, err := open(dir, Live, asking(passphrase), with(missing(), "")); err != nil {
		t.Errorf("open with one answer: %v", err)
	}
}

func TestOpenRefusesOtherModes(t *testing.T) {
	if _, err := Open(t.TempDir(), "demo", nil); err == nil {
		t.Error("Open took a mode that does not exist")
	}
}

// A write that fails leaves the values and the file as they were.
func TestFailedWriteChangesNothing(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, Live, with(missing(), passphrase)).(*sealedStore)
	if err := s.Set("password", []byte("old")); err != nil {
		t.Fatal(err)
	}
	blocked := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(blocked, "by-a-folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := s.path
	s.path = blocked // a rename cannot replace a folder that is not empty
	if err := s.Set("password", []byte("new")); err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Errorf("Set = %v, want a sentence", err)
	}
	if got, _ := s.Get("password"); string(got) != "old" {
		t.Errorf("Get = %q, want the old value", got)
	}
	s.path = path
	left, err := filepath.Glob(filepath.Join(dir, "*.new-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
