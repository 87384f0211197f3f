package keys

import "testing"

func TestFold(t *testing.T) {
	tests := []struct {
		name string
		want Key
	}{{"Return", Enter}, {"KP_Enter", Enter}, {"Delete", Erase}, {"BackSpace", Erase}, {"F1", Help}, {"A", "A"}}
	for _, tt := range tests {
		if got := Of(tt.name); got != tt.want {
			t.Errorf("Of(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDigit(t *testing.T) {
	for r, want := range map[rune]bool{'0': true, '9': true, 'a': false, ' ': false, '٣': false} {
		if _, got := Digit(r); got != want {
			t.Errorf("Digit(%q) = %v, want %v", r, got, want)
		}
	}
}

func TestEveryFunctionKeyIsOnTheHelpPageOnce(t *testing.T) {
	seen := map[string]int{}
	for _, line := range Table {
		seen[line.Cap]++
	}
	for _, k := range []Key{Help, Sale, Another, History, TakeBack, Keep, GiveBack, Receipt, Print, Batch, Theme, SignOut} {
		if seen[string(k)] != 1 {
			t.Errorf("%s is %d times on the help page, want once", k, seen[string(k)])
		}
	}
}
