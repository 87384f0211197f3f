package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Amount is a number of minor units (cents, for dollars) of a currency. The
// zero value is nothing of no currency. Amounts are values: copy them freely.
type Amount struct {
	Minor    int64    `json:"minor"`
	Currency Currency `json:"currency"`
}

// Errors that callers tell apart.
var (
	// ErrFormat says that a text is not a plain decimal number.
	ErrFormat = errors.New("not an amount: write digits with a point before the cents, such as 12.50")
	// ErrDecimals says that a text has more decimals than its currency.
	ErrDecimals = errors.New("too many digits behind the point for this currency")
	// ErrRange says that a number does not fit.
	ErrRange = errors.New("the amount is too large")
	// ErrCurrency says that two currencies were mixed, or none was given.
	ErrCurrency = errors.New("amounts of different currencies cannot be mixed")
)

// New makes an amount of minor units.
func New(minor int64, c Currency) Amount { return Amount{Minor: minor, Currency: c} }

// Parse reads decimal text such as "1500", "15.5" or "-3.00". It takes no
// exponent, no thousands separator and no more decimals than the currency
// has, save zeros: hosts write 1500 as 1500.0000.
func Parse(text string, c Currency) (Amount, error) {
	if !c.Known() {
		return Amount{}, ErrCurrency
	}
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || (point && fraction == "") || !allDigits(whole) || !allDigits(fraction) {
		return Amount{}, ErrFormat
	}
	d := c.Decimals()
	if len(fraction) > d {
		if strings.Trim(fraction[d:], "0") != "" {
			return Amount{}, ErrDecimals
		}
		fraction = fraction[:d]
	}
	fraction += strings.Repeat("0", d-len(fraction))
	minor, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return Amount{}, ErrRange
	}
	if negative {
		minor = -minor
	}
	return Amount{Minor: minor, Currency: c}, nil
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Decimal is the amount as plain decimal text without currency, such as
// "1234.50": the form for the wire and for scripts. Parse reads it back.
func (a Amount) Decimal() string { return a.group("") }

// String is the decimal text with the currency code, such as "USD 1234.50".
func (a Amount) String() string { return string(a.Currency) + " " + a.Decimal() }

// Display is the amount as people read it, such as "$1,234.50".
func (a Amount) Display() string {
	text := a.group(",")
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		return "-" + a.Currency.Symbol() + rest
	}
	return a.Currency.Symbol() + text
}

func (a Amount) group(separator string) string {
	sign, n := "", uint64(a.Minor)
	if a.Minor < 0 {
		sign, n = "-", uint64(-(a.Minor+1))+1
	}
	d := a.Currency.Decimals()
	digits := fmt.Sprintf("%0*d", d+1, n)
	whole, fraction := digits[:len(digits)-d], digits[len(digits)-d:]
	if separator != "" {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + separator + whole[i:]
		}
	}
	if d == 0 {
		return sign + whole
	}
	return sign + whole + "." + fraction
}

// Add returns a+b. It fails on mixed currencies and on overflow.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Currency != b.Currency || !a.Currency.Known() {
		return Amount{}, ErrCurrency
	}
	sum := a.Minor + b.Minor
	if (b.Minor > 0 && sum < a.Minor) || (b.Minor < 0 && sum > a.Minor) {
		return Amount{}, ErrRange
	}
	return Amount{sum, a.Currency}, nil
}

// Sub returns a-b, under the rules of Add.
func (a Amount) Sub(b Amount) (Amount, error) {
	if b.Minor == math.MinInt64 {
		return Amount{}, ErrRange
	}
	return a.Add(Amount{-b.Minor, b.Currency})
}

// IsZero reports whether there is nothing in it, of whatever currency.
func (a Amount) IsZero() bool { return a.Minor == 0 }

// Allocate splits the amount in proportion to the weights, so that the parts
// add up to the amount exactly; what does not divide goes to the first parts,
// one minor unit each. Weights are not negative and one is above zero.
func (a Amount) Allocate(weights ...int64) ([]Amount, error) {
	var total int64
	for _, w := range weights {
		if w < 0 || total > math.MaxInt64-w {
			return nil, ErrRange
		}
		total += w
	}
	if total == 0 {
		return nil, ErrRange
	}
	parts, left := make([]Amount, len(weights)), a.Minor
	for i, w := range weights {
		if a.Minor != 0 && w != 0 && abs(a.Minor) > math.MaxInt64/w {
			return nil, ErrRange
		}
		share := a.Minor * w / total
		parts[i], left = Amount{share, a.Currency}, left-share
	}
	step := int64(1)
	if left < 0 {
		step = -1
	}
	for i := 0; left != 0; i = (i + 1) % len(parts) {
		if weights[i] > 0 {
			parts[i].Minor += step
			left -= step
		}
	}
	return parts, nil
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
