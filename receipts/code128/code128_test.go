package code128_test

import (
	"strings"
	"testing"

	"paydesk/receipts/code128"
)

func TestSets(t *testing.T) {
	const b, c = code128.StartB, code128.StartC
	tests := []struct {
		text string
		want []byte
	}{
		{"A", []byte{b, 33}},
		{"12", []byte{c, 12}},
		{"A1234", []byte{b, 33, code128.ToC, 12, 34}},
		{"1234A", []byte{c, 12, 34, code128.ToB, 33}},
		{"A12B", []byte{b, 33, 17, 18, 34}},
		{"{~ ", []byte{b, 91, 94, 0}},
	}
	for _, tt := range tests {
		got, err := code128.Encode(tt.text)
		if err != nil || string(got) != string(tt.want) {
			t.Errorf("%s: got %v, %v, want %v", tt.text, got, err, tt.want)
		}
	}
	// A number of even length is half as wide as the same letters.
	digits, _ := code128.Encode(strings.Repeat("17", 10))
	letters, _ := code128.Encode(strings.Repeat("AB", 10))
	if len(digits) != 11 || len(letters) != 21 {
		t.Errorf("got %d and %d symbols, want 11 and 21", len(digits), len(letters))
	}
}

func TestRefuses(t *testing.T) {
	for _, text := range []string{"", "é", "a\nb", "\x7f", "\xff"} {
		if got, err := code128.Encode(text); err == nil {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestBars holds a code against its modules: start B, A, check symbol 34, stop.
func TestBars(t *testing.T) {
	symbols, err := code128.Encode("A")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, dark := range code128.Bars(symbols) {
		got.WriteByte(map[bool]byte{true: '#', false: '.'}[dark])
	}
	const want = "##.#..#...." + "#.#...##..." + "#...#.##..." + "##...###.#.##"
	if got.String() != want || code128.Width(symbols) != len(want)+2*code128.QuietZone {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// FuzzEncode reads the symbols back.
func FuzzEncode(f *testing.F) {
	for _, seed := range []string{"A7K2M-000000417-4", "0123456789", "1a23b456c7890", "{{}}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		symbols, err := code128.Encode(text)
		if err != nil {
			return
		}
		if len(symbols) > len(text)+1 {
			t.Errorf("got %d symbols, want at most %d", len(symbols), len(text)+1)
		}
		var got strings.Builder
		inC := symbols[0] == code128.StartC
		for _, s := range symbols[1:] {
			switch {
			case inC && s == code128.ToB, !inC && s == code128.ToC:
				inC = !inC
			case inC:
				got.Write([]byte{'0' + s/10, '0' + s%10})
			default:
				got.WriteByte(s + ' ')
			}
		}
		if got.String() != text {
			t.Errorf("got %q, want %q", got.String(), text)
		}
	})
}
