package cash

import (
	"slices"

	"paydesk/terminal/money"
)

// notes are the banknotes that people pay with, in whole units of the currency.
// Where none are listed the usual ones are taken.
var notes = map[money.Currency][]int64{
	"GBP": {5, 10, 20, 50}, "INR": {10, 50, 100, 200, 500}, "JPY": {1000, 5000, 10000}, "KRW": {1000, 5000, 10000, 50000},
	"VND": {10000, 50000, 100000, 500000}, "PHP": {20, 50, 100, 500, 1000}, "MXN": {20, 50, 100, 200, 500}, "NGN": {100, 200, 500, 1000},
	"KES": {50, 100, 200, 500, 1000}, "ZAR": {10, 20, 50, 100, 200}, "SEK": {20, 50, 100, 200, 500}, "NOK": {50, 100, 200, 500},
	"DKK": {50, 100, 200, 500}, "CZK": {100, 200, 500, 1000, 2000}, "HUF": {500, 1000, 2000, 5000, 10000}, "THB": {20, 50, 100, 500, 1000},
	"TWD": {100, 500, 1000}, "CLP": {1000, 5000, 10000, 20000}, "ISK": {500, 1000, 5000, 10000}, "BHD": {1, 5, 10, 20}, "KWD": {1, 5, 10, 20},
	"OMR": {1, 5, 10, 20, 50}, "JOD": {1, 5, 10, 20, 50}, "TND": {5, 10, 20, 50},
}

var usualNotes = []int64{5, 10, 20, 50, 100}

// mostQuick is how many amounts are offered beside the exact one.
const mostQuick = 5

// quick are what a customer is likely to hand over for an amount: exactly that,
// and the next sums that notes of one kind make.
func quick(due money.Amount) []money.Amount {
	kinds, ok := notes[due.Currency]
	if !ok {
		kinds = usualNotes
	}
	unit := int64(1)
	for range due.Currency.Decimals() {
		unit *= 10
	}
	all := []int64{due.Minor}
	for _, note := range kinds {
		note *= unit
		all = append(all, (due.Minor+note-1)/note*note)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	var out []money.Amount
	for _, minor := range all[:min(len(all), 1+mostQuick)] {
		out = append(out, money.New(minor, due.Currency))
	}
	return out
}
