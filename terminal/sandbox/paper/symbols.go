package paper

import (
	"fmt"

	"paydesk/receipts/qr"
)

// qrStep is one step of printing a QR: 1D 28 6B with cn fn and its parameters.
func qrStep(m *machine, b []byte) string {
	if !m.model.QR {
		return "this printer draws no QR"
	}
	if len(b) < 3 || b[0] != '1' {
		return "unknown symbol"
	}
	switch b[1] {
	case 'A':
		return unless(b[2] == '2', "only model 2 is known")
	case 'C':
		if b[2] < 1 || b[2] > 16 {
			return "modules have 1 to 16 dots"
		}
		m.set.qrModule = int(b[2])
	case 'E':
		if b[2] < '0' || b[2] > '3' {
			return "unknown level of errors"
		}
		m.set.qrLevel = b[2]
	case 'P':
		m.set.qrData = string(b[3:])
		m.host.said([]rune(m.set.qrData)...)
	case 'Q':
		return m.printQR()
	default:
		return fmt.Sprintf("unknown function %02X", b[1])
	}
	return ""
}

// printQR skips a code that is wider than the paper, as printers do.
func (m *machine) printQR() string {
	if !m.startOfLine() {
		return "a QR begins within a line"
	}
	if m.set.qrData == "" {
		return "a QR is printed before its data is stored"
	}
	if m.model.MostQR > 0 && len(m.set.qrData) > m.model.MostQR {
		return "the QR holds too much for this printer: it was not printed"
	}
	if m.set.qrLevel != '1' {
		m.wrong("codes are drawn with level M alone")
	}
	matrix, err := qr.Encode(m.set.qrData)
	if err != nil {
		return err.Error()
	}
	if (len(matrix)+2*qr.QuietZone)*m.set.qrModule > m.set.area {
		return "the QR is wider than the paper: it was not printed"
	}
	b := newBitmap(len(matrix), len(matrix))
	for y, row := range matrix {
		for x, dark := range row {
			if dark {
				b.set(x, y)
			}
		}
	}
	m.place(scaled{b, m.set.qrModule, m.set.qrModule})
	m.paper.qr = append(m.paper.qr, m.set.qrData)
	m.paper.note(fmt.Sprintf("[QR %s]", m.set.qrData))
	return ""
}

// place prints a symbol on lines of its own.
func (m *machine) place(s scaled) {
	m.paper.dots.draw(s, m.shift(s.wide*s.across), m.roll(s.tall*s.down), false)
}

// barLength is that of 1D 6B: with a count, or ended by a zero.
func barLength(a []byte) int {
	switch {
	case len(a) == 0:
		return 1
	case a[0] <= 6:
		return 1 + untilZero(a[1:])
	case len(a) < 2:
		return 2
	}
	return 2 + int(a[1])
}

// barcode prints a CODE128; one that is wider than the paper is dropped, as
// printers do.
func barcode(m *machine, a []byte) string {
	switch {
	case a[0] != 'I':
		return "only CODE128 is known"
	case !m.model.Code128:
		return "this printer draws no CODE128"
	case !m.startOfLine():
		return "a bar code begins within a line"
	}
	values, text, err := code128(a[2:])
	if err != nil {
		return err.Error()
	}
	bars := newBitmap(11*len(values)+13, 1)
	x := 0
	for _, v := range values {
		x = bars.bars(x, patterns[v])
	}
	bars.bars(x, stop)
	if (bars.wide+20)*m.set.barModule > m.set.area {
		return "the bar code is wider than the paper: it was not printed"
	}
	if m.set.hri&1 != 0 {
		m.label(text)
	}
	m.place(scaled{bars, m.set.barModule, m.set.barTall})
	if m.set.hri&2 != 0 {
		m.label(text)
	}
	m.host.said([]rune(text)...)
	m.paper.barcodes = append(m.paper.barcodes, text)
	m.paper.note(fmt.Sprintf("[bar code %s]", text))
	return ""
}

// label prints the text of a bar code above or below it.
func (m *machine) label(text string) {
	line := newBitmap(len([]rune(text))*wideA, tallA)
	for i, r := range []rune(text) {
		line.draw(scaled{m.letters.draw(letter{r: r}), 1, 1}, i*wideA, 0, false)
	}
	m.place(scaled{line, 1, 1})
}

// bars draws the widths of bars and gaps by turns, and returns where they end.
func (b *bitmap) bars(x int, widths string) int {
	for i, w := range widths {
		for range int(w - '0') {
			if i%2 == 0 {
				b.set(x, 0)
			}
			x++
		}
	}
	return x
}

// Values of CODE128 (ISO/IEC 15417) with a meaning of their own.
const (
	shift    = 98
	codeC    = 99
	codeB    = 100
	codeA    = 101
	fnc1     = 102
	startA   = 103
	checkMod = 103
)

// code128 turns the data of 1D 6B 49 into the values of the symbol, with its
// check, and into the text that it holds. Code sets are marked with { and a
// letter; a brace itself comes twice.
func code128(data []byte) (values []int, text string, err error) {
	if len(data) < 3 || data[0] != '{' || data[1] < 'A' || data[1] > 'C' {
		return nil, "", fmt.Errorf("the data begins with {A, {B or {C, and something behind it")
	}
	set := data[1]
	values = []int{startA + int(set-'A')}
	letters := []byte(nil)
	for i := 2; i < len(data); i++ {
		now := set
		b := data[i]
		if b == '{' {
			i++
			if i == len(data) {
				return nil, "", fmt.Errorf("a { ends the data")
			}
			switch mark := data[i]; {
			case mark == '{':
			case mark == 'S' && set != 'C' && i+1 < len(data):
				values = append(values, shift)
				now, i = 'A'+'B'-set, i+1
				b = data[i]
			case mark >= 'A' && mark <= 'C' && mark != set:
				values = append(values, map[byte]int{'A': codeA, 'B': codeB, 'C': codeC}[mark])
				set = mark
				continue
			case mark == '1':
				values = append(values, fnc1)
				continue
			default:
				return nil, "", fmt.Errorf("unknown mark {%c", mark)
			}
		}
		value, ok := valueOf(now, b)
		if !ok {
			return nil, "", fmt.Errorf("%02X is not in code set %c", b, now)
		}
		values = append(values, value)
		if now == 'C' {
			letters = fmt.Appendf(letters, "%02d", b)
		} else {
			letters = append(letters, b)
		}
	}
	sum := values[0]
	for i, v := range values[1:] {
		sum += (i + 1) * v
	}
	return append(values, sum%checkMod), string(letters), nil
}

func valueOf(set, b byte) (int, bool) {
	switch {
	case set == 'C':
		return int(b), b < 100
	case set == 'A' && b < 0x20:
		return int(b) + 64, true
	case set == 'A':
		return int(b) - 0x20, b < 0x60
	}
	return int(b) - 0x20, b >= 0x20 && b < 0x80
}

const stop = "2331112"

// patterns are the widths of bars and gaps of every value.
var patterns = [...]string{
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312", "231212",
	"112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212", "223112", "312131",
	"311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
	"112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121",
	"313121", "211331", "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
	"122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242", "121142", "121241", "114212",
	"124112", "124211", "411212", "421112", "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113",
	"114311", "411113", "411311", "113141", "114131", "311141", "411131", "211412", "211214", "211232",
}
