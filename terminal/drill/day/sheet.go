package day

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
	"paydesk/terminal/vault"
)

// Check is one thing that the drill looked at. Says is the sentence that holds where
// it passed, in English; Figure is what was measured, Detail what was found instead.
type Check struct {
	Name   string `json:"name"`
	Says   string `json:"says"`
	Result string `json:"result"` // receipts.DrillPass, DrillFail or DrillSkipped
	Figure string `json:"figure,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Total is one line of the day in figures.
type Total struct {
	Label  string       `json:"label"`
	Count  int          `json:"count"`
	Amount money.Amount `json:"amount"`
}

// Sheet is what a drill found. Key is the installation's public key and Signature
// its signature of all else, both in hexadecimal.
type Sheet struct {
	Shop      string    `json:"shop"`
	Seed      uint64    `json:"seed"`
	Began     time.Time `json:"began"`
	Ended     time.Time `json:"ended"`
	Passed    bool      `json:"passed"`
	Checks    []Check   `json:"checks"`
	Totals    []Total   `json:"totals"`
	Key       string    `json:"key"`
	Signature string    `json:"signature"`
}

// Signer signs a text with the installation's key.
type Signer interface {
	Public() ed25519.PublicKey
	Sign(text []byte) []byte
}

// Keyed signs with a key.
type Keyed ed25519.PrivateKey

// Public implements Signer.
func (k Keyed) Public() ed25519.PublicKey { return ed25519.PrivateKey(k).Public().(ed25519.PublicKey) }

// Sign implements Signer.
func (k Keyed) Sign(text []byte) []byte { return ed25519.Sign(ed25519.PrivateKey(k), text) }

// ErrSheet: a sheet is not as it was signed.
var ErrSheet = errors.New("this sheet was changed after it was signed, or is none: run the drill again")

// message is what is signed: a name that nothing else begins with, and the hash of
// the sheet without its signature.
func (s Sheet) message() ([]byte, error) {
	s.Signature = ""
	text, err := json.Marshal(s)
	sum := sha256.Sum256(text)
	return append([]byte("paydesk drill of a day 1\n"), sum[:]...), err
}

// Verify checks the signature with the key that the sheet names: whose that is, the
// journal of the installation tells.
func (s Sheet) Verify() error {
	text, err1 := s.message()
	key, err2 := hex.DecodeString(s.Key)
	signature, err3 := hex.DecodeString(s.Signature)
	if errors.Join(err1, err2, err3) != nil || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, text, signature) {
		return ErrSheet
	}
	return nil
}

// signed is a sheet with its signature.
func (d *desk) signed(s Sheet) (Sheet, error) {
	signer := d.opt.Sign
	if signer == nil {
		secrets, err := vault.Open(d.term.Dir(), vault.Training, nil)
		if err != nil {
			return s, err
		}
		key, err := vault.InstallationKey(secrets)
		if err != nil {
			return s, err
		}
		signer = Keyed(key)
	}
	s.Began, s.Ended = s.Began.Round(0), s.Ended.Round(0) // as they are read back
	s.Key = hex.EncodeToString(signer.Public())
	text, err := s.message()
	if err != nil {
		return s, fmt.Errorf("the sheet cannot be signed: %w", err)
	}
	s.Signature = hex.EncodeToString(signer.Sign(text))
	return s, nil
}

// Document lays the sheet out in a language.
func (s Sheet) Document(shop receipts.Shop, t receipts.Tongue) receipts.Document {
	say := func(english string) string {
		if t.Say == nil {
			return english
		}
		return t.Say(english)
	}
	f := receipts.DrillFacts{Slip: receipts.Slip{Shop: shop, Tongue: t, At: s.Ended}, Passed: s.Passed, Began: s.Began, Ended: s.Ended, Seed: s.Seed, Sign: s.Signature}
	for _, c := range s.Checks {
		says := say(c.Says)
		if c.Detail != "" {
			says += " " + c.Detail
		}
		f.Checks = append(f.Checks, receipts.DrillCheck{Name: say(c.Name), Result: c.Result, Says: says, Figure: c.Figure})
	}
	for _, total := range s.Totals {
		f.Totals = append(f.Totals, receipts.Figure{Label: total.Label, Count: total.Count, Amount: total.Amount})
	}
	return receipts.DrillSheet(f)
}
