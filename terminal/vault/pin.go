package vault

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Params is the price of one argon2id computation (RFC 9106).
type Params struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultParams costs a terminal's processor 100 to 200 ms, well above the
// floor of the OWASP Password Storage Cheat Sheet (19 MiB, two passes).
var DefaultParams = Params{MemoryKiB: 64 << 10, Passes: 3, Threads: 1}

// within keeps a hash or file that somebody changed from asking for all
// memory of the machine.
func (p Params) within() bool {
	return p.MemoryKiB >= 8 && p.MemoryKiB <= 1<<20 && p.Passes >= 1 && p.Passes <= 20 && p.Threads >= 1 && p.Threads <= 16
}

func (p Params) key(password, salt []byte) []byte {
	return argon2.IDKey(password, salt, p.Passes, p.MemoryKiB, p.Threads, keyLen)
}

const (
	keyLen  = 32
	saltLen = 16
	// pepperName is where the pepper lies among the secrets.
	pepperName = "pin-pepper"
)

// ErrHash says that a stored PIN hash is not one of this package's.
var ErrHash = errors.New("the stored PIN cannot be read: have the owner set a new PIN for this operator")

// Hasher hashes and verifies PINs. It is safe for many goroutines, each of
// which takes the memory of its parameters.
type Hasher struct {
	pepper []byte
	params Params
}

// HasherOption changes a Hasher.
type HasherOption func(*Hasher)

// WithParams sets what new hashes cost; verifying takes what the hash says.
func WithParams(p Params) HasherOption { return func(h *Hasher) { h.params = p } }

// NewHasher makes a Hasher with the pepper among the secrets, and puts one
// there at the first start. Without the pepper a stolen journal says nothing
// about the PINs in it, although there are only a million of six digits.
func NewHasher(secrets Secrets, options ...HasherOption) (*Hasher, error) {
	pepper, err := secrets.Get(pepperName)
	if errors.Is(err, ErrNoSecret) {
		pepper = make([]byte, keyLen)
		rand.Read(pepper)
		err = secrets.Set(pepperName, pepper)
	}
	if err != nil {
		return nil, err
	}
	h := &Hasher{pepper: pepper, params: DefaultParams}
	for _, o := range options {
		o(h)
	}
	return h, nil
}

// Hash makes the text to store for a PIN: parameters, salt and hash.
func (h *Hasher) Hash(pin []byte) string {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.params.MemoryKiB, h.params.Passes, h.params.Threads, encode(salt), encode(h.params.key(h.peppered(pin), salt)))
}

// Verify reports whether the PIN is the one that was hashed, in a time that
// tells nothing about either. The error is ErrHash.
func (h *Hasher) Verify(stored string, pin []byte) (bool, error) {
	var version int
	var p Params
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, ErrHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, ErrHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.MemoryKiB, &p.Passes, &p.Threads); err != nil || !p.within() {
		return false, ErrHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || err2 != nil || len(salt) < 8 || len(want) != keyLen {
		return false, ErrHash
	}
	return subtle.ConstantTimeCompare(p.key(h.peppered(pin), salt), want) == 1, nil
}

func (h *Hasher) peppered(pin []byte) []byte {
	mac := hmac.New(sha256.New, h.pepper)
	mac.Write(pin)
	return mac.Sum(nil)
}
