package vault

import (
	"crypto/hpke"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/order"
)

// The cards of stored sales are sealed with HPKE (RFC 9180) to a public key, so
// that taking a sale needs no secret, and a stolen machine whose keyring is
// locked reveals nothing. The hybrid KEM keeps what is copied today closed to
// the machines of tomorrow; a card number outlives its sale by years.
//
// Destroying works on two levels. Each sealed card has a key of its own, which
// HPKE derives for it and wraps in the row: with the row, which the journal
// overwrites, it is gone. What a disk keeps of overwritten rows, in spare
// blocks that no program reaches, dies with the private key: a key pair seals
// for a day at most, and is removed from the secrets as soon as no stored sale
// needs it.

// errUnopened: the row was changed, or belongs to another sale.
var errUnopened = errors.New("the stored card was changed on the disk and cannot be used: ask the customer to pay again, or write the sale off")

// Cards seals the cards of stored sales, and opens them for forwarding. It is
// safe for many goroutines.
type Cards struct {
	secrets Secrets

	mu   sync.Mutex
	open map[string]hpke.PrivateKey // private keys in use
}

// NewCards seals with keys among the secrets.
func NewCards(secrets Secrets) *Cards {
	return &Cards{secrets: secrets, open: map[string]hpke.PrivateKey{}}
}

var (
	kem  = hpke.MLKEM768X25519()
	kdf  = hpke.HKDFSHA256()
	aead = hpke.AES256GCM()
)

const (
	sealInfo = "paydesk stored card 1"
	// The plaintext: length of the number, the number, year and month of expiry.
	panLen   = 19
	plainLen = 1 + panLen + 3
)

func keyName(id string) string { return "stored-cards-" + id }

// NewKey makes a key pair, puts its private half among the secrets and returns
// the public one.
func (c *Cards) NewKey(id string) ([]byte, error) {
	k, err := kem.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make a key for stored cards: %w", err)
	}
	private, err := k.Bytes()
	if err != nil {
		return nil, fmt.Errorf("make a key for stored cards: %w", err)
	}
	defer clear(private)
	if err := c.secrets.Set(keyName(id), private); err != nil {
		return nil, err
	}
	return k.PublicKey().Bytes(), nil
}

// DestroyKey removes a private key for ever. There need not be one.
func (c *Cards) DestroyKey(id string) error {
	c.mu.Lock()
	delete(c.open, id)
	c.mu.Unlock()
	return c.secrets.Delete(keyName(id))
}

// Lock forgets the private keys that were fetched to open cards.
func (c *Cards) Lock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.open)
}

// Seal seals number and expiry of a card for one stored sale: with its id,
// device, amount and key. The security code is never sealed (PCI DSS 3.3.1).
func (c *Cards) Seal(public []byte, s order.Stored, cd *card.Card) ([]byte, error) {
	pan, expiry := cd.PAN(), cd.Expiry()
	if len(pan) == 0 || len(pan) > panLen {
		return nil, errors.New("there is no card number to be stored: enter the card again")
	}
	var plain [plainLen]byte
	defer clear(plain[:])
	plain[0] = byte(len(pan))
	copy(plain[1:], pan)
	binary.BigEndian.PutUint16(plain[1+panLen:], uint16(expiry.Year))
	plain[plainLen-1] = byte(expiry.Month)
	pk, err := kem.NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("the key for stored cards cannot be used: %w", err)
	}
	enc, sender, err := hpke.NewSender(pk, kdf, aead, []byte(sealInfo))
	if err != nil {
		return nil, fmt.Errorf("seal a card: %w", err)
	}
	text, err := sender.Seal(sealedFor(s), plain[:])
	if err != nil {
		return nil, fmt.Errorf("seal a card: %w", err)
	}
	return append(enc, text...), nil
}

// Open opens the card of a stored sale. Its owner clears it. The private key is
// fetched for it, and kept until Lock. The error is a sentence.
func (c *Cards) Open(s order.Stored, sealed []byte) (*card.Card, error) {
	k, err := c.private(s.Key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < encLen {
		return nil, errUnopened
	}
	recipient, err := hpke.NewRecipient(sealed[:encLen], k, kdf, aead, []byte(sealInfo))
	if err != nil {
		return nil, errUnopened
	}
	plain, err := recipient.Open(sealedFor(s), sealed[encLen:])
	if err != nil || len(plain) != plainLen || int(plain[0]) > panLen {
		return nil, errUnopened
	}
	defer clear(plain)
	pan := make([]byte, plain[0])
	copy(pan, plain[1:])
	expiry := card.Expiry{Year: int(binary.BigEndian.Uint16(plain[1+panLen:])), Month: time.Month(plain[plainLen-1])}
	cd, err := card.New(pan, nil, expiry, "")
	if err != nil {
		clear(pan)
		return nil, errUnopened
	}
	return cd, nil
}

// encLen is the length of the encapsulated key in front of what is sealed.
const encLen = 1120

func (c *Cards) private(id string) (hpke.PrivateKey, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.open[id]; k != nil {
		return k, nil
	}
	secret, err := c.secrets.Get(keyName(id))
	if errors.Is(err, ErrNoSecret) {
		return nil, errors.New("the key of the stored card is no longer on this computer, so that nobody can read it: ask the customer to pay again, or write the sale off")
	}
	if err != nil {
		return nil, fmt.Errorf("the key of the stored card is out of reach (%w): unlock this computer's keyring, and the terminal forwards the sale by itself", err)
	}
	defer clear(secret)
	k, err := kem.NewPrivateKey(secret)
	if err != nil {
		return nil, errors.New("the key of the stored card was changed among the secrets and cannot be used: ask the customer to pay again, or write the sale off")
	}
	c.open[id] = k
	return k, nil
}

// sealedFor ties what is sealed to its sale: a row that is moved to another
// sale, or whose amount was changed, does not open.
func sealedFor(s order.Stored) []byte {
	var b []byte
	for _, field := range []string{s.ID, s.Key, s.Order, s.Device, string(s.Amount.Currency)} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(field)))
		b = append(b, field...)
	}
	return binary.BigEndian.AppendUint64(b, uint64(s.Amount.Minor))
}
