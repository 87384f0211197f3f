// Package id makes the numbers of attempts: 17 upper-case base-36 characters,
// of which five name the installation, eight are milliseconds since 1970 and
// four are random. A number is never made twice, not even when the clock is
// set back or a backup is restored, since a reversal by number must never hit
// an older sale.
package id

import (
	"crypto/rand"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"paydesk/terminal/clock"
)

const (
	nonceLen  = 5
	timeLen   = 8
	randomLen = 4

	// Len is the length of a number in characters.
	Len = nonceLen + timeLen + randomLen

	alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// Source makes numbers. It is safe for many goroutines; do not copy it once
// in use.
type Source struct {
	Nonce string      // from NewNonce, kept with the journal; new after a restore
	Clock clock.Clock // for the time part
	Rand  io.Reader   // for the random part; nil is the system's

	mu   sync.Mutex
	last int64 // time part of the newest number, in milliseconds
}

// New makes the next number. Its time part is the present millisecond, or one
// more than that of the number before where the clock has not moved on.
func (s *Source) New() string {
	s.mu.Lock()
	s.last = max(s.Clock.Now().UnixMilli(), s.last+1)
	millis := s.last
	s.mu.Unlock()
	tail, err := randomText(s.Rand, randomLen)
	if err != nil {
		// The time part alone keeps numbers of one process apart, and the
		// system's source does not fail: it ends the process first.
		tail = rand.Text()[:randomLen]
	}
	part := strings.ToUpper(strconv.FormatInt(millis, 36))
	return s.Nonce + strings.Repeat("0", max(0, timeLen-len(part))) + part + tail
}

// Resume makes every later number greater than one made before, which is the
// newest in the journal: so the clock may have been set back between two
// starts. Numbers of other installations and other texts are ignored.
func (s *Source) Resume(number string) {
	if !Valid(number) || Nonce(number) != s.Nonce {
		return
	}
	millis, err := strconv.ParseInt(number[nonceLen:nonceLen+timeLen], 36, 64)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.last = max(s.last, millis)
	s.mu.Unlock()
}

// NewNonce draws the nonce of an installation; a nil reader is the system's
// source of randomness.
func NewNonce(r io.Reader) (string, error) {
	nonce, err := randomText(r, nonceLen)
	if err != nil {
		return "", fmt.Errorf("draw an installation nonce: %w", err)
	}
	return nonce, nil
}

// Valid reports whether a text has the form of a number.
func Valid(number string) bool { return len(number) == Len && inAlphabet(number) }

// Nonce is the installation's part of a number, "" if it is not one.
func Nonce(number string) string {
	if !Valid(number) {
		return ""
	}
	return number[:nonceLen]
}

func inAlphabet(s string) bool {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

// randomText draws characters with equal chances: bytes from the last
// incomplete run of 36 are thrown away.
func randomText(r io.Reader, n int) (string, error) {
	if r == nil {
		r = rand.Reader
	}
	const limit = 256 / len(alphabet) * len(alphabet)
	text, buf := make([]byte, 0, n), make([]byte, 1)
	for tries := 0; len(text) < n; tries++ {
		if tries > 1000 {
			return "", io.ErrNoProgress
		}
		if _, err := io.ReadFull(r, buf); err != nil {
			return "", err
		}
		if int(buf[0]) < limit {
			text = append(text, alphabet[int(buf[0])%len(alphabet)])
		}
	}
	return string(text), nil
}
