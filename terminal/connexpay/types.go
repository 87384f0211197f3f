package connexpay

import (
	"encoding/json"
	"fmt"
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
	var n json.Number
	if err := json.Unmarshal([]byte(d), &n); err != nil {
		return nil, fmt.Errorf("%q is no decimal amount", string(d))
	}
	return []byte(d), nil
}

// UnmarshalJSON takes a number, a string or null.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	var f flex
	err := f.UnmarshalJSON(b)
	*d = Decimal(f)
	return err
}

// Stamp is a time as the service wrote it: with an offset, with Z, or bare.
type Stamp string

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
