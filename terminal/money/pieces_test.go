package money_test

import (
	"slices"
	"testing"

	"paydesk/terminal/money"
)

// Each currency has pieces, largest first, each once and above nothing.
func TestPieces(t *testing.T) {
	for _, code := range money.Currencies() {
		all := money.Pieces(money.Currency(code))
		if len(all) < 5 {
			t.Errorf("%s has %v", code, all)
		}
		for i, face := range all {
			if face <= 0 || i > 0 && face >= all[i-1] {
				t.Errorf("%s: %d is out of order in %v", code, face, all)
			}
		}
	}
	if got, want := money.Pieces(money.GBP), []int64{5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("pounds are %v, want %v", got, want)
	}
	if got := money.Pieces("KRW"); got[0] != 500000 || got[len(got)-1] != 1 {
		t.Errorf("won are %v", got)
	}
}
