package vault

import (
	"errors"
	"strings"
	"testing"
)

func newHasher(t *testing.T, s Secrets) *Hasher {
	t.Helper()
	h, err := NewHasher(s, WithParams(cheap))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestPINVerifies(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Training, options{})
	h := newHasher(t, s)
	a, b := h.Hash([]byte("4711")), h.Hash([]byte("4711"))
	if a == b {
		t.Error("one PIN gives the same hash twice")
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=64,t=1,p=1$") || strings.Contains(a, "4711") {
		t.Errorf("hash = %q", a)
	}
	// After a restart, with another price for new hashes, old ones still hold.
	later, err := NewHasher(s)
	if err != nil {
		t.Fatal(err)
	}
	for pin, want := range map[string]bool{"4711": true, "4712": false, "": false, "47110": false} {
		if got, err := later.Verify(a, []byte(pin)); err != nil || got != want {
			t.Errorf("Verify(%q) = %v, %v, want %v", pin, got, err, want)
		}
	}
}

// A journal without the pepper says nothing about a PIN.
func TestPepperMatters(t *testing.T) {
	a := newHasher(t, mustOpen(t, t.TempDir(), Training, options{}))
	b := newHasher(t, mustOpen(t, t.TempDir(), Training, options{}))
	if got, err := b.Verify(a.Hash([]byte("4711")), []byte("4711")); got || err != nil {
		t.Errorf("Verify with another pepper = %v, %v, want false", got, err)
	}
}

func TestVerifyRefusesOtherTexts(t *testing.T) {
	h := newHasher(t, mustOpen(t, t.TempDir(), Training, options{}))
	good := h.Hash([]byte("4711"))
	for _, bad := range []string{
		"", "4711", "$argon2i" + good[9:], strings.Replace(good, "v=19", "v=18", 1),
		strings.Replace(good, "m=64", "m=4000000000", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "p=1", "p=300", 1), good[:len(good)-4], good + "$", good + "!",
	} {
		if got, err := h.Verify(bad, []byte("4711")); got || !errors.Is(err, ErrHash) {
			t.Errorf("Verify(%q) = %v, %v, want ErrHash", bad, got, err)
		}
	}
}

func TestDefaultParams(t *testing.T) {
	if want := (Params{65536, 3, 1}); DefaultParams != want {
		t.Errorf("DefaultParams = %v, want %v", DefaultParams, want)
	}
}

// brokenSecrets fails on everything.
type brokenSecrets struct{}

var errBroken = errors.New("broken")

func (brokenSecrets) Get(string) ([]byte, error) { return nil, errBroken }
func (brokenSecrets) Set(string, []byte) error   { return errBroken }
func (brokenSecrets) Delete(string) error        { return errBroken }

// A pepper that cannot be read must not be replaced by a new one.
func TestNewHasherPassesErrorsOn(t *testing.T) {
	if _, err := NewHasher(brokenSecrets{}); !errors.Is(err, errBroken) {
		t.Errorf("NewHasher: %v, want %v", err, errBroken)
	}
}

func BenchmarkVerify(b *testing.B) {
	h := &Hasher{pepper: make([]byte, keyLen), params: DefaultParams}
	stored := h.Hash([]byte("4711"))
	for b.Loop() {
		if ok, err := h.Verify(stored, []byte("4711")); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
