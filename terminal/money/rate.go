package money

import (
	"errors"
	"math/bits"
	"strconv"
	"strings"
)

// Rate is a share in thousandths of a percent, such as 8250 for 8.25 %: the
// finest step in which sales taxes are written.
type Rate int64

// The whole, and the digits behind the point of a rate in percent.
const (
	whole        = 100_000
	rateDecimals = 3
)

// ErrRate is what ParseRate says of text that is no rate.
var ErrRate = errors.New("a rate is a number of percent from 0 to 100 with at most three digits behind the point")

// ParseRate reads percent as decimal text, such as "8.25".
func ParseRate(text string) (Rate, error) {
	front, back, _ := strings.Cut(text, ".")
	back = strings.TrimRight(back, "0")
	if front == "" || len(front) > 3 || len(back) > rateDecimals || !allDigits(front) || (back != "" && !allDigits(back)) || strings.HasSuffix(text, ".") {
		return 0, ErrRate
	}
	var r Rate
	for _, digit := range front + back + "000"[len(back):] {
		r = r*10 + Rate(digit-'0')
	}
	if r > whole {
		return 0, ErrRate
	}
	return r, nil
}

// String is the rate as people write it, such as "8.25%".
func (r Rate) String() string {
	front, back := strconv.FormatInt(int64(r/1000), 10), strconv.FormatInt(int64(1000+r%1000), 10)[1:]
	if back = strings.TrimRight(back, "0"); back != "" {
		front += "." + back
	}
	return front + "%"
}

// Of is the share of an amount, rounded to the nearest minor unit; half of one
// goes away from zero, as tills do it.
func (r Rate) Of(a Amount) Amount { return a.Share(int64(r), whole) }

// Share is the amount times part by whole, rounded to the nearest minor unit, half
// of one away from zero. Neither is negative, part is at most whole, and whole is
// above zero.
func (a Amount) Share(part, whole int64) Amount {
	high, low := bits.Mul64(uint64(abs(a.Minor)), uint64(part))
	low, carry := bits.Add64(low, uint64(whole)/2, 0)
	share, _ := bits.Div64(high+carry, low, uint64(whole))
	if a.Minor < 0 {
		return New(-int64(share), a.Currency)
	}
	return New(int64(share), a.Currency)
}
