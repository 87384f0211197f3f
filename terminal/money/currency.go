// Package money holds amounts as whole minor units of a currency, and turns
// them into decimal text and back. No float appears on any path.
package money

import (
	"fmt"
	"slices"
	"strings"
)

// Currency is an ISO 4217 alphabetic code that this package knows, such as
// "USD". The zero value is no currency; arithmetic with it fails.
type Currency string

// The currencies that the terminal can take. ISO 4217:2015, list one.
const (
	USD Currency = "USD"
	EUR Currency = "EUR"
	GBP Currency = "GBP"
	CAD Currency = "CAD"
	INR Currency = "INR"
)

type currencyInfo struct {
	decimals int
	symbol   string
}

var currencies = map[Currency]currencyInfo{
	"USD": {2, "$"}, "EUR": {2, "€"}, "GBP": {2, "£"}, "CAD": {2, "CA$"}, "INR": {2, "₹"},
	"AUD": {2, "A$"}, "NZD": {2, "NZ$"}, "MXN": {2, "MX$"}, "BRL": {2, "R$"}, "PHP": {2, "₱"},
	"NGN": {2, "₦"}, "GHS": {2, "GH₵"}, "ZAR": {2, "R"}, "KES": {2, "KSh"}, "CHF": {2, "CHF "},
	"SEK": {2, "SEK "}, "NOK": {2, "NOK "}, "DKK": {2, "DKK "}, "PLN": {2, "PLN "}, "CZK": {2, "CZK "},
	"HUF": {2, "HUF "}, "ILS": {2, "₪"}, "SGD": {2, "S$"}, "HKD": {2, "HK$"}, "TWD": {2, "NT$"},
	"THB": {2, "THB "}, "MYR": {2, "RM"}, "AED": {2, "AED "},
	"JPY": {0, "¥"}, "KRW": {0, "₩"}, "VND": {0, "₫"}, "CLP": {0, "CLP "}, "ISK": {0, "ISK "},
	"BHD": {3, "BHD "}, "KWD": {3, "KWD "}, "OMR": {3, "OMR "}, "JOD": {3, "JOD "}, "TND": {3, "TND "},
}

// ParseCurrency accepts a known code in any letter case.
func ParseCurrency(text string) (Currency, error) {
	c := Currency(strings.ToUpper(strings.TrimSpace(text)))
	if _, ok := currencies[c]; !ok {
		return "", fmt.Errorf("%q is not a currency that this terminal knows", text)
	}
	return c, nil
}

// Currencies lists the codes of all that are known, in their order.
func Currencies() []string {
	var codes []string
	for c := range currencies {
		codes = append(codes, string(c))
	}
	slices.Sort(codes)
	return codes
}

// Known reports whether the currency is in the table.
func (c Currency) Known() bool {
	_, ok := currencies[c]
	return ok
}

// Decimals is the number of digits behind the decimal point: 0, 2 or 3.
func (c Currency) Decimals() int { return currencies[c].decimals }

// Symbol is what stands in front of an amount on screen and paper. It ends in
// a space where the symbol is the code itself.
func (c Currency) Symbol() string { return currencies[c].symbol }
