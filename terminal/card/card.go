// Package card holds a payment card for the length of one request: its number
// and security code in bytes that their owner clears, and the rules by which
// a number, an expiry and a code can be right. Whatever prints, logs or
// encodes a card gets its brand and last four digits (PCI DSS 3.3.1, 3.4.1).
package card

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
)

// Card is a card that passed the rules. It has one owner, who calls Clear
// when the request is over; it is not safe for use by several goroutines.
type Card struct {
	brand Brand
	last4 string
	// How the card was taken, and what its stripe says of it.
	swiped, chip, askFirst bool
	// secret gives what must not be shown. It is a function because fmt goes
	// round the methods below where a Card stands in an unexported field, and
	// then follows pointers with some verbs; of a function it shows an address.
	secret func() *secret
}

type secret struct {
	pan, cvv []byte
	expiry   Expiry
	holder   string
}

// New makes a card of a number without spaces and a security code, which may
// be empty where the card was not keyed; one that was swiped comes from
// ReadStripe. It takes both slices over, without a copy, so that Clear wipes
// the only one there is. On an error, a *Problem, they stay with the caller.
// Whether the card has expired is Expiry.Check's.
func New(pan, cvv []byte, expiry Expiry, holder string) (*Card, error) {
	if p := CheckNumber(pan); p != nil {
		return nil, p
	}
	brand := Detect(pan)
	if len(cvv) > 0 {
		if p := CheckCVV(cvv, brand); p != nil {
			return nil, p
		}
	}
	if expiry.Month < 1 || expiry.Month > 12 || expiry.Year < 2000 || expiry.Year > 2099 {
		return nil, problem(FieldExpiry, CodeMonth)
	}
	if p := CheckHolder(holder); p != nil {
		return nil, p
	}
	kept := &secret{pan: pan, cvv: cvv, expiry: expiry, holder: holder}
	return &Card{
		brand:  brand,
		last4:  string(pan[len(pan)-4:]),
		secret: func() *secret { return kept },
	}, nil
}

// AddCVV gives a card that was swiped the security code that was typed for it,
// and takes it over. On an error, a *Problem, it stays with the caller.
func (c *Card) AddCVV(cvv []byte) error {
	if p := CheckCVV(cvv, c.brand); p != nil {
		return p
	}
	s := c.open()
	clear(s.cvv)
	s.cvv = cvv
	return nil
}

// Clear overwrites number and security code and forgets expiry and holder.
// Brand and Last4 stay. It may be called again, and on nil.
func (c *Card) Clear() {
	if c == nil || c.secret == nil {
		return
	}
	s := c.secret()
	clear(s.pan)
	clear(s.cvv)
	*s = secret{}
}

// Brand is the scheme, as far as the number tells.
func (c Card) Brand() Brand { return c.brand }

// Last4 is the last four digits, the most that may be shown.
func (c Card) Last4() string { return c.last4 }

// Masked is the number for screen and paper, such as "**** 1111".
func (c Card) Masked() string { return "**** " + c.last4 }

// Swiped reports that the card was read from its magnetic stripe.
func (c Card) Swiped() bool { return c.swiped }

// Chip reports that the stripe tells of a chip, which should be used instead:
// who swipes such a card bears the loss of a fraud.
func (c Card) Chip() bool { return c.chip }

// AskFirst reports that the stripe wants the bank to be asked, or a PIN: such
// a card is not to be stored for later.
func (c Card) AskFirst() bool { return c.askFirst }

// Copy is the same card without its security code, for a second use. Both are
// cleared by whoever they are given to.
func (c Card) Copy() *Card {
	kept := *c.open()
	kept.pan, kept.cvv = bytes.Clone(kept.pan), nil
	c.secret = func() *secret { return &kept }
	return &c
}

// PAN is a view of the whole number, for the wire only; nil once cleared.
func (c Card) PAN() []byte { return c.open().pan }

// CVV is a view of the security code, for the wire only; nil once cleared.
func (c Card) CVV() []byte { return c.open().cvv }

// Expiry is the last good month; none once cleared. It is never printed.
func (c Card) Expiry() Expiry { return c.open().expiry }

// Holder is the name on the card, which may be empty.
func (c Card) Holder() string { return c.open().holder }

func (c Card) open() *secret {
	if c.secret == nil {
		return &secret{}
	}
	return c.secret()
}

// String is brand and last four digits, such as "Visa **** 1111".
func (c Card) String() string { return c.brand.String() + " " + c.Masked() }

// GoString implements fmt.GoStringer with String.
func (c Card) GoString() string { return c.String() }

// Format implements fmt.Formatter with String, whatever the verb.
func (c Card) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, c.String()) }

// LogValue implements slog.LogValuer with String.
func (c Card) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON gives brand and last four digits.
func (c Card) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"brand": string(c.brand), "last4": c.last4})
}
