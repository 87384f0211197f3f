package money

import "slices"

// faces are the notes and coins in use of those currencies that have others than
// most, in minor units, largest first. Sources: the central banks' own lists.
var faces = map[Currency][]int64{
	"USD": {10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1},
	"EUR": {50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1},
	"GBP": {5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1},
	"CAD": {10000, 5000, 2000, 1000, 500, 200, 100, 25, 10, 5},
	"INR": {50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100},
	"AUD": {10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5},
	"NZD": {10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10},
	"CHF": {100000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5},
	"BRL": {20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5},
	"MXN": {100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50},
	"HUF": {2000000, 1000000, 500000, 200000, 100000, 50000, 20000, 10000, 5000, 2000, 1000, 500},
	"JPY": {10000, 5000, 1000, 500, 100, 50, 10, 5, 1},
}

// Pieces lists the faces of a currency's notes and coins in minor units, largest
// first. Of a currency whose own are not known here they are 1, 2 and 5 and their
// multiples by ten: a drawer can be counted by them, and by its total anyhow.
func Pieces(c Currency) []int64 {
	if own, ok := faces[c]; ok {
		return slices.Clone(own)
	}
	var all []int64
	for i, unit := 0, int64(1); i < 6; i, unit = i+1, unit*10 {
		all = append(all, unit, 2*unit, 5*unit)
	}
	slices.Reverse(all)
	return all
}
