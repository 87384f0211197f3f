package paypal

import (
	"fmt"
	"slices"
	"strings"

	"paydesk/terminal/money"
)

// supported are the currencies that PayPal takes payments in (currency page).
// BRL and MYR are for accounts in those countries.
var supported = []money.Currency{"AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR",
	"NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD"}

// wholeOnly are those that PayPal takes without any decimals, whatever ISO 4217
// says of them.
var wholeOnly = []money.Currency{"HUF", "JPY", "TWD"}

// least is the smallest amount that can be asked for.
func least(c money.Currency) money.Amount {
	one, _ := money.Parse("1", c)
	if slices.Contains(wholeOnly, c) || c.Decimals() == 0 {
		return one
	}
	return money.New(1, c)
}

// decimal writes an amount as PayPal wants it: plain digits, two decimals or
// none. The error is a sentence.
func decimal(a money.Amount) (string, error) {
	text := a.Decimal()
	if !slices.Contains(supported, a.Currency) {
		return "", currencyProblem(a.Currency)
	}
	if slices.Contains(wholeOnly, a.Currency) {
		whole, fraction, _ := strings.Cut(text, ".")
		if strings.Trim(fraction, "0") != "" {
			return "", problem(fmt.Sprintf(sayWhole, a.Currency))
		}
		return whole, nil
	}
	return text, nil
}

// amount reads what PayPal wrote. It knows currencies that are not taken here
// too, since a payment may have come in one of them.
func amount(text, currency string) (money.Amount, error) {
	return money.Parse(text, money.Currency(currency))
}

// fee reads a fee, which lists show as a negative number; one that cannot be
// read is not known.
func fee(text, currency string) money.Amount {
	a, err := amount(strings.TrimPrefix(text, "-"), currency)
	if err != nil {
		return money.Amount{}
	}
	return a
}

func currencyProblem(c money.Currency) error { return problem(fmt.Sprintf(sayCurrency, c)) }
