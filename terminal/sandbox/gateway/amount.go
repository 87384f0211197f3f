package gateway

import (
	"strconv"
	"strings"
)

// decimals are the digits behind the point of the currencies that PayPal takes.
var decimals = map[string]int{"AUD": 2, "BRL": 2, "CAD": 2, "CZK": 2, "DKK": 2, "EUR": 2, "HKD": 2, "HUF": 0, "ILS": 2,
	"JPY": 0, "MYR": 2, "MXN": 2, "NOK": 2, "NZD": 2, "PHP": 2, "PLN": 2, "GBP": 2, "SGD": 2, "SEK": 2, "CHF": 2, "TWD": 0,
	"THB": 2, "USD": 2}

// parseDecimal reads an amount of PayPal's, such as "12.50", in minor units: no
// sign, no grouping, no digits that the currency has not.
func parseDecimal(text, currency string) (int64, bool) {
	places, known := decimals[currency]
	whole, fraction, pointed := strings.Cut(text, ".")
	if !known || whole == "" || len(whole) > 9 || strings.Trim(whole+fraction, digits) != "" ||
		len(fraction) > places || pointed && fraction == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	return n, err == nil
}

// decimal writes minor units as PayPal does.
func decimal(minor int64, currency string) string {
	return point(minor, decimals[currency])
}

func point(minor int64, places int) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	text := strconv.FormatInt(minor, 10)
	if places == 0 {
		return sign + text
	}
	if len(text) <= places {
		text = strings.Repeat("0", places-len(text)+1) + text
	}
	return sign + text[:len(text)-places] + "." + text[len(text)-places:]
}

// paypalFee is 3.49 % and 0.49 of the currency, each rounded to a minor unit,
// half up.
func paypalFee(minor int64, currency string) int64 {
	fixed := int64(49)
	if decimals[currency] == 0 {
		fixed = 0 // 0.49 of the smallest unit
	}
	return (minor*349+5000)/10000 + fixed
}

// razorpayFee is 2 % and the tax of 18 % on that; fee includes tax.
func razorpayFee(minor int64) (fee, tax int64) {
	net := (minor*2 + 50) / 100
	tax = (net*18 + 50) / 100
	return net + tax, tax
}
