package paper

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// Event is one command that the printer carried out, or a run of letters.
type Event struct {
	// Name is the command in the words of its manuals, such as "ESC E"; "text"
	// for letters, "wrap" where a line was too long for the paper.
	Name string
	// Args are its parameters, without pictures and the data of symbols.
	Args []byte
	// Text is what letters say or a symbol holds.
	Text string
	// At is the number of bytes carried out up to its end.
	At int64
}

// String shows the event in one line.
func (e Event) String() string {
	s := e.Name
	if len(e.Args) > 0 {
		s += fmt.Sprintf(" % X", e.Args)
	}
	if e.Text != "" {
		s += fmt.Sprintf(" %q", e.Text)
	}
	return s
}

// Mistake is something that the sender did wrong: a command that this printer
// does not know or cannot carry out, or bytes that were lost.
type Mistake struct {
	At   int64 // bytes carried out up to it
	Text string
}

// String shows the mistake in one line.
func (m Mistake) String() string { return fmt.Sprintf("byte %d: %s", m.At, m.Text) }

// settings are what commands set and a reset clears.
type settings struct {
	chars                   Page
	small, bold, inverse    bool
	underline               int // dots
	across, down            int // factors of the letters' size
	align                   byte
	pitch                   int  // dots from line to line
	left, area              int  // margin and width of what is printed on
	doubleByte, elsewhere   bool // elsewhere: another device on the line is meant
	tabs                    []byte
	barTall, barModule, hri int
	qrModule                int
	qrLevel                 byte
	qrData                  string
	stored                  *bitmap // print buffer of 1D 28 4C
}

// pitch30 is the usual distance of lines, 3.75 mm.
const pitch30 = 30

// item is something on the line that is being set.
type item struct {
	x         int
	dots      scaled
	inverse   bool
	underline int
}

// machine carries out commands: the part of a printer that forgets everything
// when its power goes.
type machine struct {
	model   Model
	letters *letters
	host    *Printer
	paper   *sheet
	set     settings
	pending []byte // of the command that is coming
	needs   int    // how long pending has to be
	line    []item
	x       int // where the next letter goes
	text    strings.Builder
	columns int
	large   bool
	dark    bool
	ram     map[string]*bitmap
	rows    int // printed by the command under way
}

func (m *machine) reset() {
	m.set = settings{
		chars: m.model.Pages[0], across: 1, down: 1, pitch: pitch30, area: m.model.Dots, doubleByte: m.model.DoubleByte,
		tabs: []byte{8, 16, 24, 32, 40, 48, 56}, barTall: 162, barModule: 3, qrModule: 3, qrLevel: '1',
	}
	m.line, m.x, m.columns = nil, 0, 0
	m.text.Reset()
}

// mostCommand is more than any command of a receipt has bytes.
const mostCommand = 4 << 20

// take adds a byte, and carries out the command that it completes. It returns
// how many rows of paper that moved.
func (m *machine) take(b byte) (rows int) {
	m.pending = append(m.pending, b)
	if len(m.pending) < m.needs {
		return 0
	}
	m.needs = m.need()
	if len(m.pending) < m.needs && m.needs <= mostCommand {
		return 0
	}
	done, tooLong := m.pending, m.needs > mostCommand
	m.pending, m.needs, m.rows = nil, 0, 0
	if tooLong {
		m.wrong("a command of more than %d bytes: % X", mostCommand, done)
		return 0
	}
	m.execute(done)
	return m.rows
}

// need is the length of the command that begins with what is pending, as far
// as its bytes so far tell.
func (m *machine) need() int {
	switch b := m.pending[0]; {
	case b == 0x10 || b == 0x1B || b == 0x1C || b == 0x1D:
		if len(m.pending) < 2 {
			return 2
		}
		c := commands[string(m.pending[:2])]
		if c.length != nil {
			return 2 + c.length(m.pending[2:])
		}
		return 2 + c.size
	case b >= 0x81 && m.set.doubleByte:
		return 2
	}
	return 1
}

func (m *machine) execute(b []byte) {
	if m.set.elsewhere && !bytes.HasPrefix(b, []byte("\x1b=")) {
		return // another device on the line is meant
	}
	switch b[0] {
	case 0x10, 0x1B, 0x1C, 0x1D:
		c, known := commands[string(b[:2])]
		if !known {
			m.wrong("unknown command % X", b[:2])
			return
		}
		e := Event{Name: c.name, Args: b[2:]}
		if c.head > 0 && len(e.Args) > c.head {
			e.Args = e.Args[:c.head]
		}
		m.host.event(e)
		if wrong := c.run(m, b[2:]); wrong != "" {
			m.wrong("%s: %s", e, wrong)
		}
	case 0x0A:
		m.host.event(Event{Name: "LF"})
		m.feedLine()
	case 0x09:
		m.host.event(Event{Name: "HT"})
		m.tab()
	case 0x06: // the sender's thanks for a block of an answer
	default:
		m.letter(b)
	}
}

func (m *machine) wrong(format string, args ...any) { m.host.mistake(fmt.Sprintf(format, args...)) }

// letter puts one letter on the line; of two bytes in double-byte mode.
func (m *machine) letter(b []byte) {
	if b[0] < 0x20 || b[0] == 0x7F {
		m.wrong("control character %02X", b[0])
		return
	}
	r := m.set.chars.DecodeByte(b[0])
	if len(b) == 2 {
		r = '\u3013' // the mark of printers for a letter that they lack
	}
	if !unicode.IsPrint(r) && r != '\u00a0' {
		m.wrong("%02X is no letter of the code page", b[0])
	}
	cell := letter{r: r, small: m.set.small, bold: m.set.bold}
	dots := scaled{m.letters.draw(cell), m.set.across, m.set.down}
	if m.x+dots.wide*dots.across > m.set.area && len(m.line) > 0 {
		m.host.event(Event{Name: "wrap"})
		m.feedLine()
	}
	m.put(dots, m.set.inverse, m.set.underline)
	m.text.WriteRune(r)
	m.columns += m.set.across
	m.large = m.large || m.set.across > 1 || m.set.down > 1
	m.dark = m.dark || m.set.inverse
	m.host.said(r)
}

func (m *machine) put(dots scaled, inverse bool, underline int) {
	m.line = append(m.line, item{m.x, dots, inverse, underline * dots.down})
	m.x += dots.wide * dots.across
}

// tab goes on to the next stop; without one nothing happens.
func (m *machine) tab() {
	for _, stop := range m.set.tabs {
		if x := int(stop) * wideA * m.set.across; x > m.x && x < m.set.area {
			m.text.WriteString(strings.Repeat(" ", (x-m.x)/(wideA*m.set.across)))
			m.x = x
			return
		}
	}
}

// startOfLine reports whether nothing has been set on the line yet.
func (m *machine) startOfLine() bool { return len(m.line) == 0 && m.x == 0 }

// feedLine prints the line and goes on to the next.
func (m *machine) feedLine() { m.print(m.set.pitch) }

// print prints the line, and moves the paper on by so many dots at least.
func (m *machine) print(feed int) {
	tall := 0
	for _, i := range m.line {
		tall = max(tall, i.dots.tall*i.dots.down)
	}
	top := m.roll(max(feed, tall))
	shift := m.shift(m.x)
	for _, i := range m.line {
		height := i.dots.tall * i.dots.down
		m.paper.dots.draw(i.dots, shift+i.x, top+tall-height, i.inverse)
		m.paper.dots.fill(shift+i.x, top+tall-i.underline, i.dots.wide*i.dots.across, i.underline)
	}
	text := strings.TrimRight(m.text.String(), " ")
	m.paper.lines = append(m.paper.lines, text)
	mark := " |"
	switch {
	case m.dark:
		mark = "#|"
	case m.large:
		mark = "2|"
	}
	m.paper.note(strings.TrimRight(mark+text, " "))
	m.paper.width = max(m.paper.width, m.columns)
	m.line, m.x, m.columns, m.large, m.dark = nil, 0, 0, false, false
	m.text.Reset()
	m.host.lined()
}

// shift is the left edge of something so wide, by the alignment.
func (m *machine) shift(wide int) int {
	spare := max(0, m.set.area-wide)
	return m.set.left + spare*int(m.set.align)/2
}

// roll moves the paper on, and returns the first of its new rows.
func (m *machine) roll(rows int) (top int) {
	if m.paper.dots.tall+rows > mostRows {
		m.paper.hurt = true
		m.host.part(false)
	}
	top = m.paper.dots.tall
	m.paper.dots.grow(rows)
	m.rows += rows
	return top
}
