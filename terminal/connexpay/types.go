package connexpay

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// Decimal is an amount as the decimal text in which it came or goes, such as
// "12.50" or "1500". It never passes through a float. "" is no amount.
type Decimal string

// DecimalOf writes an amount.
func DecimalOf(a money.Amount) Decimal { return Decimal(a.Decimal()) }

// In reads the amount in a currency.
func (d Decimal) In(c money.Currency) (money.Amount, error) { return money.Parse(string(d), c) }

// MarshalJSON writes the text as a JSON number, or null.
func (d Decimal) MarshalJSON() ([]byte, error) {
	if d == "" {
		return []byte("null"), nil
	}
	if !plainDecimal(string(d)) {
		return nil, fmt.Errorf("%q is no decimal amount", string(d))
	}
	return []byte(d), nil
}

// UnmarshalJSON takes a plain number, a string with one, or null. What could be
// a card number is none of them.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	var f flex
	err := f.UnmarshalJSON(b)
	if err == nil && f != "" && (!plainDecimal(string(f)) || scrub(string(f)) != string(f)) {
		err = errUnreadable
	}
	if err == nil {
		*d = Decimal(f)
	}
	return err
}

// plainDecimal reports digits with a sign and a point at most. An exponent is
// nothing that money is written with.
func plainDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, part, point := strings.Cut(s, ".")
	digits := func(s string) bool {
		return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
	}
	return digits(whole) && (!point || digits(part)) && (whole == "0" || whole[0] != '0')
}

// Stamp is a time as the service wrote it: with an offset, with Z, or bare.
type Stamp string

// UnmarshalJSON takes a string or null, fit to be kept.
func (s *Stamp) UnmarshalJSON(b []byte) error {
	var text string
	err := json.Unmarshal(b, &text)
	*s = Stamp(scrub(text))
	return err
}

// stampForms are the forms of the samples.
var stampForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05", "2006-01-02"}

// Time reads the stamp. A bare one is taken as UTC, which the samples fit;
// never order events by it.
func (s Stamp) Time() (time.Time, error) {
	for _, form := range stampForms {
		if t, err := time.Parse(form, string(s)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time", string(s))
}
