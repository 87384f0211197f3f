// Package code128 is for one-dimensional codes (ISO/IEC 15417): it turns a text
// into symbols, and those into bars, which printers and screens draw each in
// their way. It takes the sets of letters (B) and of pairs of digits (C), and
// changes between them so that the code is as short as can be.
package code128

import "fmt"

// QuietZone is how many light modules must stand on either side of a code.
const QuietZone = 10

// Symbols that change the set, and the last one.
const (
	ToC    = 99 // within set B
	ToB    = 100
	StartB = 104
	StartC = 105
	stop   = 106
)

// Encode returns the symbols of a text, from the start symbol on, without the
// check symbol and the stop symbol. It fails when the text is empty or holds
// anything but printable ASCII.
func Encode(text string) ([]byte, error) {
	if text == "" {
		return nil, fmt.Errorf("a barcode needs a text to hold")
	}
	for _, r := range text {
		if r < ' ' || r > '~' {
			return nil, fmt.Errorf("a barcode holds letters from A to Z, digits and common signs, not %q", r)
		}
	}
	b, c := shortest(text)
	inC := c[0] < b[0]
	symbols := []byte{StartB}
	if inC {
		symbols[0] = StartC
	}
	for i := 0; i < len(text); {
		switch {
		case inC && pair(text, i) && c[i] == 1+c[i+2]:
			symbols = append(symbols, 10*(text[i]-'0')+text[i+1]-'0')
			i += 2
		case inC:
			symbols, inC = append(symbols, ToB), false
		case b[i] == 1+b[i+1]:
			symbols = append(symbols, text[i]-' ')
			i++
		default:
			symbols, inC = append(symbols, ToC), true
		}
	}
	return symbols, nil
}

// shortest is how many symbols the rest of the text takes from each place on,
// for either set that is in force there.
func shortest(text string) (b, c []int) {
	n := len(text)
	b, c = make([]int, n+1), make([]int, n+1)
	for i := n - 1; i >= 0; i-- {
		b[i] = 1 + b[i+1]
		c[i] = 1 + b[i]
		if pair(text, i) {
			c[i] = min(c[i], 1+c[i+2])
			b[i] = min(b[i], 1+c[i])
		}
	}
	return b, c
}

func pair(text string, i int) bool {
	return i+1 < len(text) && digit(text[i]) && digit(text[i+1])
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// Width is how many modules wide the symbols are with all that belongs to a
// code, quiet zones too.
func Width(symbols []byte) int { return 11*len(symbols) + 11 + 13 + 2*QuietZone }

// Bars returns the modules of a code from left to right, without its quiet
// zones; true is dark.
func Bars(symbols []byte) []bool {
	sum := 0
	for i, s := range symbols {
		sum += max(1, i) * int(s)
	}
	var bars []bool
	add := func(symbol int) {
		for i, width := range patterns[symbol] {
			for range width - '0' {
				bars = append(bars, i%2 == 0)
			}
		}
	}
	for _, s := range symbols {
		add(int(s))
	}
	add(sum % 103)
	add(stop)
	return bars
}

// patterns are the widths of bars and spaces, in turn, of each symbol.
var patterns = [...]string{
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312", "231212",
	"112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
	"311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
	"112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121",
	"313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
	"122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242", "121142", "121241", "114212",
	"124112", "124211", "411212", "421112", "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
	"114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
}
