package xero

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// cents are hundredths: all amounts of an organisation have two places.
type cents int64

// MarshalJSON writes them as a number with two places.
func (c cents) MarshalJSON() ([]byte, error) {
	sign, n := "", int64(c)
	if n < 0 {
		sign, n = "-", -n
	}
	text := strconv.FormatInt(n, 10)
	for len(text) < 3 {
		text = "0" + text
	}
	return []byte(sign + text[:len(text)-2] + "." + text[len(text)-2:]), nil
}

// UnmarshalJSON reads a number with at most two places.
func (c *cents) UnmarshalJSON(data []byte) error {
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil || strings.HasPrefix(string(data), `"`) {
		return errors.New("an amount is a JSON number")
	}
	digits, negative := strings.CutPrefix(n.String(), "-")
	whole, part, _ := strings.Cut(digits, ".")
	if part = strings.TrimRight(part, "0"); len(part) > 2 {
		return errors.New("an amount has two places")
	}
	for len(part) < 2 {
		part += "0"
	}
	v, err := strconv.ParseInt(whole+part, 10, 64)
	if negative {
		v = -v
	}
	*c = cents(v)
	return err
}
