package entry_test

import (
	"testing"

	"paydesk/app/entry"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/money"
)

func TestSum(t *testing.T) {
	var s entry.Sum
	for _, tt := range []struct {
		propose int64
		press   []caps.Cap
		want    int64
	}{
		{2000, nil, 2000},
		{2000, []caps.Cap{"7"}, 7},
		{2000, []caps.Cap{caps.Erase, "1", "2"}, 12},
		{0, []caps.Cap{"1", "2", caps.Zeros, caps.Erase}, 120},
		{0, []caps.Cap{"x", caps.None}, 0},
		{2000, []caps.Cap{"x"}, 2000},
		{0, []caps.Cap{"9", "9", "9", "9", "9", "9", "9", "9", "9", "9", "9"}, 9999999999},
	} {
		s.Propose(money.New(tt.propose, money.USD))
		for _, c := range tt.press {
			s.Press(c)
		}
		if got := s.Amount(); got != money.New(tt.want, money.USD) {
			t.Errorf("%d, then %v: %v, want %d", tt.propose, tt.press, got, tt.want)
		}
	}
}
