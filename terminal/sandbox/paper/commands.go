package paper

import (
	"bytes"
	"fmt"
)

// command is one that printers know, by its first two bytes.
type command struct {
	name string
	size int // bytes behind the two, where their number is fixed
	// length is that number where the bytes so far decide it.
	length func(args []byte) int
	head   int // bytes that events show of them; 0 shows all
	// run carries it out, and returns what is wrong about it.
	run func(m *machine, args []byte) string
}

var commands = map[string]command{
	"\x1b@": {name: "ESC @", run: initialise},
	"\x1c.": {name: "FS .", run: func(m *machine, _ []byte) string { m.set.doubleByte = false; return "" }},
	"\x1c&": {name: "FS &", run: func(m *machine, _ []byte) string { m.set.doubleByte = true; return "" }},
	"\x1bR": {name: "ESC R", size: 1, run: func(_ *machine, a []byte) string { return unless(a[0] == 0, "only the set 0 leaves # and $ alone") }},
	"\x1bt": {name: "ESC t", size: 1, run: codePage},
	"\x1bM": {name: "ESC M", size: 1, run: choice(2, func(m *machine, n int) { m.set.small = n == 1 })},
	"\x1bE": {name: "ESC E", size: 1, run: choice(2, func(m *machine, n int) { m.set.bold = n == 1 })},
	"\x1b-": {name: "ESC -", size: 1, run: choice(3, func(m *machine, n int) { m.set.underline = n })},
	"\x1b!": {name: "ESC !", size: 1, run: combined},
	"\x1d!": {name: "GS !", size: 1, run: letterSize},
	"\x1dB": {name: "GS B", size: 1, run: choice(2, func(m *machine, n int) { m.set.inverse = n == 1 })},
	"\x1ba": {name: "ESC a", size: 1, run: atStart(choice(3, func(m *machine, n int) { m.set.align = byte(n) }))},
	"\x1bd": {name: "ESC d", size: 1, run: feedLines},
	"\x1bJ": {name: "ESC J", size: 1, run: func(m *machine, a []byte) string { m.feedDots(int(a[0])); return "" }},
	"\x1b2": {name: "ESC 2", run: func(m *machine, _ []byte) string { m.set.pitch = pitch30; return "" }},
	"\x1b3": {name: "ESC 3", size: 1, run: func(m *machine, a []byte) string { m.set.pitch = int(a[0]); return "" }},
	"\x1dL": {name: "GS L", size: 2, run: atStart(margin)},
	"\x1dW": {name: "GS W", size: 2, run: atStart(printWidth)},
	"\x1b$": {name: "ESC $", size: 2, run: column},
	"\x1bD": {name: "ESC D", length: untilZero, run: func(m *machine, a []byte) string { m.set.tabs = bytes.Clone(a[:len(a)-1]); return "" }},
	"\x1bc": {name: "ESC c", size: 2, run: func(_ *machine, a []byte) string {
		return unless(a[0] == '5' && a[1] < 2, "only the feed button is known")
	}},
	"\x1b=": {name: "ESC =", size: 1, run: func(m *machine, a []byte) string { m.set.elsewhere = a[0]&1 == 0; return "" }},

	"\x1dV": {name: "GS V", length: cutLength, run: cut},
	"\x1bi": {name: "ESC i", run: func(m *machine, _ []byte) string { return m.cut() }},
	"\x1bm": {name: "ESC m", run: func(m *machine, _ []byte) string { return m.cut() }},
	"\x1bp": {name: "ESC p", size: 3, run: pulse},

	"\x1dh": {name: "GS h", size: 1, run: func(m *machine, a []byte) string {
		m.set.barTall = int(a[0])
		return unless(a[0] > 0, "a bar code without height")
	}},
	"\x1dw": {name: "GS w", size: 1, run: func(m *machine, a []byte) string {
		m.set.barModule = max(2, min(6, int(a[0])))
		return unless(a[0] >= 2 && a[0] <= 6, "modules have 2 to 6 dots")
	}},
	"\x1dH": {name: "GS H", size: 1, run: choice(4, func(m *machine, n int) { m.set.hri = n })},
	"\x1df": {name: "GS f", size: 1, run: choice(2, func(*machine, int) {})},
	"\x1dk": {name: "GS k", length: barLength, head: 2, run: barcode},
	"\x1d(": {name: "GS (", length: blockLength, head: 6, run: block},
	"\x1d8": {name: "GS 8", length: longBlockLength, head: 7, run: longBlock},
	"\x1dv": {name: "GS v", length: rasterLength, head: 6, run: raster},
	"\x1b*": {name: "ESC *", length: columnsLength, head: 3, run: columnBand},

	"\x1da": {name: "GS a", size: 1, run: func(m *machine, a []byte) string { return m.host.automatic(a[0]) }},
	"\x1dr": {name: "GS r", size: 1, run: func(m *machine, a []byte) string { return m.host.inOrder(a[0]) }},
	"\x1dI": {name: "GS I", size: 1, run: func(m *machine, a []byte) string { return m.host.identify(a[0]) }},

	// Carried out when they come in; in their place in the data they do nothing.
	"\x10\x04": {name: "DLE EOT", size: 1, run: nothing},
	"\x10\x05": {name: "DLE ENQ", size: 1, run: nothing},
	"\x10\x14": {name: "DLE DC4", length: realtimeLength, run: nothing},
}

func nothing(*machine, []byte) string { return "" }

// unless is what is wrong, unless all is well.
func unless(ok bool, wrong string) string {
	if ok {
		return ""
	}
	return wrong
}

// choice runs set with a parameter below n, which may come as a digit too.
func choice(n int, set func(m *machine, n int)) func(*machine, []byte) string {
	return func(m *machine, a []byte) string {
		v := int(a[0])
		if v >= '0' {
			v -= '0'
		}
		if v >= n {
			return fmt.Sprintf("the parameter is below %d", n)
		}
		set(m, v)
		return ""
	}
}

// atStart is for commands that printers ignore within a line.
func atStart(run func(*machine, []byte) string) func(*machine, []byte) string {
	return func(m *machine, a []byte) string {
		if !m.startOfLine() {
			return "it stands within a line, where printers ignore it"
		}
		return run(m, a)
	}
}

func initialise(m *machine, _ []byte) string {
	wrong := unless(m.startOfLine(), "a line before it was not fed and is lost")
	if m.paper.empty() {
		m.paper.hurt = false // nothing of an earlier job is on this paper
	}
	m.reset()
	return wrong
}

func codePage(m *machine, a []byte) string {
	page := m.model.Pages[a[0]]
	if page == nil {
		return "this printer has no such code page"
	}
	m.set.chars = page
	return ""
}

func combined(m *machine, a []byte) string {
	n := a[0]
	m.set.small, m.set.bold = n&0x01 != 0, n&0x08 != 0
	m.set.down, m.set.across, m.set.underline = 1+int(n>>4&1), 1+int(n>>5&1), int(n>>7)
	return unless(n&0x46 == 0, "bits without a meaning")
}

func letterSize(m *machine, a []byte) string {
	if a[0]&0x88 != 0 {
		return "sizes are 1 to 8"
	}
	m.set.across, m.set.down = 1+int(a[0]>>4), 1+int(a[0]&7)
	return ""
}

func number(a []byte) int { return int(a[0]) | int(a[1])<<8 }

func margin(m *machine, a []byte) string {
	m.set.left = min(number(a), m.model.Dots)
	m.set.area = min(m.set.area, m.model.Dots-m.set.left)
	return unless(number(a) < m.model.Dots, "the margin is wider than the paper")
}

func printWidth(m *machine, a []byte) string {
	m.set.area = min(number(a), m.model.Dots-m.set.left)
	return unless(m.set.area > 0 && number(a) <= m.model.Dots-m.set.left, "more than is between margin and edge of the paper")
}

func column(m *machine, a []byte) string {
	if number(a) >= m.set.area {
		return "the column is beyond the paper"
	}
	// In letters the gap is as many spaces as fit it.
	for cells := (number(a) - m.x) / wideA; cells > 0; cells-- {
		m.text.WriteByte(' ')
		m.columns++
	}
	m.x = number(a)
	return ""
}

// tearLines is how far people without a knife feed a slip to tear it off.
const tearLines = 4

func feedLines(m *machine, a []byte) string {
	for range a[0] {
		m.feedLine()
	}
	if !m.model.Cutter && a[0] >= tearLines {
		m.host.part(false)
	}
	return ""
}

// feedDots prints the line, or moves the paper where there is none.
func (m *machine) feedDots(dots int) {
	if m.startOfLine() {
		m.roll(dots)
		return
	}
	m.print(dots)
}

func cutLength(a []byte) int {
	if len(a) > 0 && (a[0] == 'A' || a[0] == 'B') {
		return 2
	}
	return 1
}

// toKnife is how far the knife is behind the head, in dots.
const toKnife = 110

func cut(m *machine, a []byte) string {
	switch a[0] {
	case 0, 1, '0', '1':
	case 'A', 'B':
		if m.startOfLine() && m.model.Cutter {
			m.roll(toKnife + int(a[1]))
		}
	default:
		return "unknown form of cut"
	}
	return m.cut()
}

// cut parts the paper. A printer without a knife does nothing.
func (m *machine) cut() string {
	if !m.startOfLine() {
		return "it stands within a line"
	}
	if m.model.Cutter {
		m.host.part(true)
	}
	return ""
}

func pulse(m *machine, a []byte) string {
	if a[0] > 1 && a[0] != '0' && a[0] != '1' {
		return "there are two drawers, 0 and 1"
	}
	if a[1] >= a[2] {
		return "the pulse is longer than its pause"
	}
	return m.host.kick()
}

// untilZero is the length of a list that ends with a zero.
func untilZero(a []byte) int {
	if i := bytes.IndexByte(a, 0); i >= 0 {
		return i + 1
	}
	return len(a) + 1
}

// blockLength is that of 1D 28 f pL pH and p bytes.
func blockLength(a []byte) int {
	if len(a) < 3 {
		return 3
	}
	return 3 + number(a[1:])
}

// block runs the commands of one letter behind 1D 28.
func block(m *machine, a []byte) string {
	body := a[3:]
	switch a[0] {
	case 'k':
		return qrStep(m, body)
	case 'L':
		return m.graphics(body)
	case 'H':
		return m.host.processID(body)
	case 'D':
		return m.host.allowRealtime(body)
	}
	return "unknown command"
}

func longBlockLength(a []byte) int {
	if len(a) < 5 {
		return 5
	}
	return 5 + number(a[1:]) + number(a[3:])<<16
}

func longBlock(m *machine, a []byte) string {
	if a[0] != 'L' {
		return "unknown command"
	}
	return m.graphics(a[5:])
}
