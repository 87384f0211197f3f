package entry

import (
	"testing"

	"paydesk/app/widgets/caps"
)

func TestRoll(t *testing.T) {
	tests := []struct {
		keys []caps.Cap
		want int64
	}{
		{nil, 0},
		{[]caps.Cap{"1", "2", "5", "0"}, 1250},
		{[]caps.Cap{"1", "2", caps.Zeros}, 1200},
		{[]caps.Cap{"1", "2", caps.Erase, caps.Erase, caps.Erase}, 0},
		{[]caps.Cap{"0", caps.Zeros, "7"}, 7},
		{[]caps.Cap{caps.None, "x"}, 0},
		// No room: the digits that came first stay.
		{[]caps.Cap{"9", "9", "9", "9", "9", "9", "9", "9", "9", "1", "2", caps.Zeros}, 9999999991},
		{[]caps.Cap{"9", "9", "9", "9", "9", "9", "9", "9", "9", caps.Zeros}, 9999999990},
	}
	for _, tt := range tests {
		var got int64
		for _, c := range tt.keys {
			got = Roll(got, c)
		}
		if got != tt.want {
			t.Errorf("%v: %d, want %d", tt.keys, got, tt.want)
		}
	}
}
