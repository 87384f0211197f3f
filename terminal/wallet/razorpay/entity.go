package razorpay

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"paydesk/terminal/money"
)

// What Razorpay writes is read with patience where it writes one thing in two
// ways (sections 4, 8 and 15), and strictly where it is money.

var errNumber = errors.New("not a whole number")

// number is a whole number, as a number or as text. Null and "" are none.
type number struct {
	n   int64
	set bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *number) UnmarshalJSON(text []byte) error {
	*v = number{}
	text = bytes.Trim(text, `"`)
	if len(text) == 0 || string(text) == "null" {
		return nil
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return errNumber
	}
	*v = number{n, true}
	return nil
}

// time is the number as a time in seconds since 1970; zero where it is none.
func (v number) time() time.Time {
	if v.n <= 0 {
		return time.Time{}
	}
	return time.Unix(v.n, 0).UTC()
}

// notes are texts by name. Without any Razorpay writes [].
type notes map[string]string

// UnmarshalJSON implements json.Unmarshaler.
func (v *notes) UnmarshalJSON(text []byte) error {
	*v = nil
	var object map[string]json.RawMessage
	if json.Unmarshal(text, &object) != nil {
		return nil // nothing of ours
	}
	*v = notes{}
	for name, value := range object {
		var s string
		if json.Unmarshal(value, &s) == nil {
			(*v)[name] = s
		}
	}
	return nil
}

// lenient is a list that is empty where it is no list.
type lenient[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (v *lenient[T]) UnmarshalJSON(text []byte) error {
	*v = nil
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return nil
	}
	return json.Unmarshal(text, (*[]T)(v))
}

// payment is a payment (section 4).
type payment struct {
	ID       string `json:"id"`
	Entity   string `json:"entity"`
	Amount   number `json:"amount"`
	Currency string `json:"currency"`
	Status   string `json:"status"`
	Captured bool   `json:"captured"`
	Refunded number `json:"amount_refunded"`
	Fee      number `json:"fee"` // with its tax
	Notes    notes  `json:"notes"`
	OrderID  string `json:"order_id"`
	Created  number `json:"created_at"`
}

// amount is what was paid; ok is false where that cannot be told.
func (v payment) amount() (a money.Amount, ok bool) {
	c, err := money.ParseCurrency(v.Currency)
	return money.New(v.Amount.n, c), err == nil && v.Amount.set && v.Amount.n > 0
}

// refund is a refund (section 9).
type refund struct {
	ID        string `json:"id"`
	Entity    string `json:"entity"`
	PaymentID string `json:"payment_id"`
	Amount    number `json:"amount"`
	Currency  string `json:"currency"`
	Status    string `json:"status"`
	Receipt   string `json:"receipt"`
	Notes     notes  `json:"notes"`
}
