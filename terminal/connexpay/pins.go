package connexpay

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// pins are the hashes of the public keys that are trusted.
type pins [][sha256.Size]byte

// errPin: the certificate is good and the key is not the known one.
var errPin = &Problem{"The payment host proves itself with another key than those in host.pins, so nothing was sent. Ask the payment service whether it changed its certificate; if it did, put the new pin into host.pins, or empty it.", nil}

// ParsePin reads one pin, "sha256/" and 44 letters of base64.
func ParsePin(text string) (pin [sha256.Size]byte, err error) {
	encoded, ok := strings.CutPrefix(text, "sha256/")
	sum, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if !ok || err != nil || len(sum) != sha256.Size {
		return pin, &Problem{`A pin in host.pins cannot be read. Write it as "sha256/" and the 44 letters of the key's hash.`, err}
	}
	return [sha256.Size]byte(sum), nil
}

func parsePins(texts []string) (pins, error) {
	var all pins
	for _, text := range texts {
		pin, err := ParsePin(text)
		if err != nil {
			return nil, err
		}
		all = append(all, pin)
	}
	return all, nil
}

// verify comes after the usual check of the certificate and before the first
// byte of a request.
func (p pins) verify(s tls.ConnectionState) error {
	if len(p) == 0 {
		return nil
	}
	for _, chain := range s.VerifiedChains {
		for _, cert := range chain {
			if slices.Contains(p, sha256.Sum256(cert.RawSubjectPublicKeyInfo)) {
				return nil
			}
		}
	}
	return errPin
}

// SkewLimit is how far the clocks may differ before a person is told.
const SkewLimit = 2 * time.Minute

// skew is how far the host's clock is ahead of this computer's.
type skew struct {
	mu    sync.Mutex
	ahead time.Duration
	known bool
}

func (s *skew) note(date string, now time.Time) {
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead, s.known = at.Sub(now).Round(time.Second), true
}

// Skew is how far the host's clock is ahead of this computer's, by the newest
// answer, to a second or two. It is not known before the first answer.
func (c *Client) Skew() (ahead time.Duration, known bool) {
	c.skew.mu.Lock()
	defer c.skew.mu.Unlock()
	return c.skew.ahead, c.skew.known
}
