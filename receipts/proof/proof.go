// Package proof is for receipts that prove themselves: what a receipt says, its
// place in the journal, and the installation's signature over both, in a text
// short enough for the code on the paper. It reads no clock, disk or network.
//
// A code is a prefix and bytes, each written as two letters:
//
//	version     1 byte, 1
//	kind        1 byte: which of kinds, plus 128 for a training terminal's
//	key         4 bytes: the beginning of the SHA-256 of the public key
//	previous    16 bytes: the beginning of the journal's head
//	time        unsigned varint, seconds since 1970
//	amount      unsigned varint, minor units
//	currency    3 capital letters
//	id          1 byte of length, printable ASCII
//	tender      1 byte of length, UTF-8
//	last four   1 byte of length, 0 or 4, digits
//	signature   64 bytes: Ed25519 (RFC 8032) over domain and all bytes before
//
// A statement has one encoding and no other. The page that checks receipts
// (page.html) reads the same bytes.
package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"paydesk/terminal/money"
)

// Statement is what is signed of a receipt.
type Statement struct {
	// Document and ID say which receipt it is, as a print job does.
	Document, ID string
	// Act is what was done, where the document alone does not say: see kinds.
	Act string
	// Amount is what was paid, or given back; it is not negative.
	Amount money.Amount
	Tender string // as the receipt names it, such as "Visa" or "CASH"
	Last4  string // "" without a card
	At     time.Time
	// Previous is the head of the journal's chain before the event that the
	// receipt tells of: it ties the receipt to all that came before. The code
	// has its first PreviousLen bytes.
	Previous []byte
	// Training: no real money moved. It is signed too.
	Training bool
}

// PreviousLen is how many bytes of a head are in a code.
const PreviousLen = 16

// domain keeps a signature from meaning anything elsewhere: the same key signs
// heads of the journal.
const domain = "paydesk receipt v1\n"

const (
	version  = 1
	training = 128
	keyLen   = 4
	// maxText bounds an id or a tender, in bytes.
	maxText = 40
	// lastSecond ends the year 9999.
	lastSecond = 253402300799
)

// kinds are the receipts that a code can tell of, by their number in it, from
// 1: document and act. On each of them money moved, or is held: a slip of what
// was declined, or is not authorised yet, has no code that might pass for one of
// a payment. New ones are added at the end.
var kinds = [][2]string{{"sale", ""}, {"sale", "hold"}, {"cash", ""}, {"cash-back", ""}, {"bill", ""},
	{"follow", "void"}, {"follow", "return"}, {"follow", "capture"}}

// What is wrong with a code.
var (
	// ErrForm: the text is no code of a receipt, or not all of one.
	ErrForm = errors.New("this is not the code of a receipt, or a part of it is missing")
	// ErrStranger: none of the keys has signed it.
	ErrStranger = errors.New("this code was signed by another terminal")
	// ErrChanged: a key says that it signed it, and did not.
	ErrChanged = errors.New("this code was changed")
)

// KeyID is by which a code names the key that signed it.
type KeyID [keyLen]byte

// IDOf names a key.
func IDOf(key ed25519.PublicKey) (id KeyID) {
	sum := sha256.Sum256(key)
	copy(id[:], sum[:])
	return id
}

// Signed is a statement as it was read, with the signature. Nothing in it may
// be believed before Verify.
type Signed struct {
	Statement
	Key  KeyID
	body []byte
	sig  []byte
}

// Sign makes the code of a receipt. It is "" for a statement that cannot be
// made: one of a document that has none, without a place in the journal, or with a
// text that is too long.
func Sign(key ed25519.PrivateKey, s Statement) string {
	body, ok := s.encode(IDOf(key.Public().(ed25519.PublicKey)))
	if !ok {
		return ""
	}
	return Spell(prefix, append(body, ed25519.Sign(key, message(body))...))
}

// Link is a code as the address of the page that checks it; what is behind the
// sign # is never sent to a server.
func Link(page, code string) string {
	if page == "" || code == "" {
		return code
	}
	return page + "#" + code
}

// Verify reports whether one of the keys signed it: ErrStranger where none of
// them says so, ErrChanged where one says so and did not.
func (s Signed) Verify(keys ...ed25519.PublicKey) error {
	err := ErrStranger
	for _, key := range keys {
		if len(key) != ed25519.PublicKeySize || IDOf(key) != s.Key {
			continue
		}
		if ed25519.Verify(key, message(s.body), s.sig) {
			return nil
		}
		err = ErrChanged
	}
	return err
}

func message(body []byte) []byte { return append([]byte(domain), body...) }

func (s Statement) encode(key KeyID) ([]byte, bool) {
	kind := 1 + slices.Index(kinds, [2]string{s.Document, s.Act})
	at := s.At.Unix()
	if kind == 0 || s.ID == "" || !s.sound() || len(s.Previous) < PreviousLen || at < 0 || at > lastSecond {
		return nil, false
	}
	if s.Training {
		kind += training
	}
	b := append([]byte{version, byte(kind)}, key[:]...)
	b = append(b, s.Previous[:PreviousLen]...)
	b = binary.AppendUvarint(b, uint64(at))
	b = binary.AppendUvarint(b, uint64(s.Amount.Minor))
	b = append(b, s.Amount.Currency...)
	for _, text := range []string{s.ID, s.Tender, s.Last4} {
		b = append(append(b, byte(len(text))), text...)
	}
	return b, true
}

// sound reports whether amount and texts are such as a code can hold. It bounds
// what a code can show, too.
func (s Statement) sound() bool {
	plain := func(text string, from, to rune) bool {
		return !strings.ContainsFunc(text, func(r rune) bool { return r < from || r > to })
	}
	return s.Amount.Minor >= 0 && len(s.Amount.Currency) == 3 && plain(string(s.Amount.Currency), 'A', 'Z') &&
		len(s.ID) <= maxText && plain(s.ID, '!', '~') &&
		len(s.Tender) <= maxText && utf8.ValidString(s.Tender) && !strings.ContainsFunc(s.Tender, func(r rune) bool { return !unicode.IsPrint(r) }) &&
		(s.Last4 == "" || len(s.Last4) == 4 && plain(s.Last4, '0', '9'))
}

// decode reads what encode wrote, and nothing else.
func decode(b []byte) (Signed, error) {
	if len(b) < ed25519.SignatureSize {
		return Signed{}, ErrForm
	}
	cut := len(b) - ed25519.SignatureSize
	s := Signed{body: b[:cut], sig: b[cut:]}
	r := reader{rest: s.body, ok: true}
	head := r.take(2 + keyLen + PreviousLen)
	at, minor := r.number(), r.number()
	currency := r.take(3)
	id, tender, last4 := r.text(), r.text(), r.text()
	if !r.ok || len(r.rest) > 0 || at > lastSecond || minor>>63 > 0 {
		return Signed{}, ErrForm
	}
	kind := int(head[1] &^ training)
	if head[0] != version || kind == 0 || kind > len(kinds) {
		return Signed{}, ErrForm
	}
	copy(s.Key[:], head[2:])
	s.Statement = Statement{Document: kinds[kind-1][0], Act: kinds[kind-1][1], ID: id, Tender: tender, Last4: last4, At: time.Unix(int64(at), 0),
		Amount:   money.New(int64(minor), money.Currency(currency)),
		Previous: bytes.Clone(head[2+keyLen:]), Training: head[1]&training != 0}
	// One encoding: what reads the same in another way is no code.
	if again, ok := s.encode(s.Key); !ok || !bytes.Equal(again, s.body) {
		return Signed{}, ErrForm
	}
	return s, nil
}

// reader takes fields off the front; ok is false once one was not there.
type reader struct {
	rest []byte
	ok   bool
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.ok, r.rest = false, nil
		return make([]byte, n)
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

func (r *reader) number() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.ok = false
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) text() string { return string(r.take(int(r.take(1)[0]))) }
