// Package devicetest is for tests of devices without devices: it reads a print
// job back as a printer would, plays a printer on the far end of a line, and
// lays serial cables out of pseudo-terminals.
package devicetest

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Print is what a job leaves on paper.
type Print struct {
	Lines  []string      // every line of letters, spaces at its end cut off
	QR     []string      // what the codes hold
	Images []*image.Gray // black is 0
	Bars   []string      // what the barcodes hold that the printer draws itself
	Stored []string      // keys of pictures that it is to keep
	Logos  []string      // keys of pictures that it prints from its memory
	Cuts   int
	Kicks  int // to the drawer
	Width  int // columns of the widest line; a letter of double width is two
	slip   []string
}

// Text is all lines of letters as one text.
func (p Print) Text() string { return strings.Join(p.Lines, "\n") }

// String shows the slip from top to bottom, with marks for what is no letter:
// large lines begin with "2|", white on black ones with "#|", others with " |".
func (p Print) String() string { return strings.Join(p.slip, "\n") + "\n" }

// ErrTruncated says that a job ends in the middle of a command or of a line.
var ErrTruncated = errors.New("the job ends too early")

// Decode reads ESC/POS bytes. It knows the commands that the terminal sends and
// fails on every other one, so that no byte goes unexplained.
func Decode(job []byte) (Print, error) { return DecodeWith(job, portable) }

// DecodeWith reads ESC/POS bytes of a printer with code pages of its own:
// letter gives the letter of a byte on the page of a number, and false where
// the printer has no such page.
func DecodeWith(job []byte, letter func(page, b byte) (rune, bool)) (Print, error) {
	d := decoder{rest: job, letter: letter}
	d.reset()
	for len(d.rest) > 0 {
		at := len(job) - len(d.rest)
		if err := d.step(); err != nil {
			return d.print, fmt.Errorf("byte %d: %w", at, err)
		}
	}
	if d.line.Len() > 0 {
		return d.print, fmt.Errorf("the last line is not fed: %w", ErrTruncated)
	}
	return d.print, nil
}

type decoder struct {
	rest    []byte
	print   Print
	line    strings.Builder
	width   int // of the line so far
	letter  func(page, b byte) (rune, bool)
	page    byte
	size    byte
	inverse bool
	stored  string // data of the QR to come
}

func (d *decoder) reset() { d.page, d.size, d.inverse, d.stored = 0, 0, false, "" }

var pages = map[byte]*charmap.Charmap{
	0: charmap.CodePage437, 2: charmap.CodePage850, 16: charmap.Windows1252,
	17: charmap.CodePage866, 18: charmap.CodePage852, 19: charmap.CodePage858,
}

// portable knows the pages that have the same number on every printer.
func portable(page, b byte) (rune, bool) {
	if pages[page] == nil {
		return 0, false
	}
	return pages[page].DecodeByte(b), true
}

// take removes n bytes from the front.
func (d *decoder) take(n int) ([]byte, error) {
	if len(d.rest) < n {
		return nil, ErrTruncated
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b, nil
}

func (d *decoder) step() error {
	b, _ := d.take(1)
	switch b[0] {
	case 0x0A:
		d.feed()
		return nil
	case 0x10, 0x1B, 0x1C, 0x1D:
		op, err := d.take(1)
		if err != nil {
			return err
		}
		return d.command(b[0], op[0])
	}
	if b[0] < 0x20 || b[0] == 0x7F {
		return fmt.Errorf("control character %02X", b[0])
	}
	r, _ := d.letter(d.page, b[0])
	d.line.WriteRune(r)
	d.width += int(d.size>>4) + 1
	return nil
}

// oneArgument lists the commands with a single byte behind them, and how large
// that byte may be.
var oneArgument = map[[2]byte]byte{
	{0x10, 0x04}: 4, {0x1B, 0x45}: 1, {0x1B, 0x52}: 0, {0x1B, 0x61}: 2, {0x1B, 0x64}: 255, {0x1B, 0x74}: 255,
	{0x1D, 0x21}: 0x77, {0x1D, 0x42}: 1, {0x1D, 0x48}: 0, {0x1D, 0x68}: 255, {0x1D, 0x72}: 1, {0x1D, 0x77}: 6,
}

func (d *decoder) command(group, op byte) error {
	if most, known := oneArgument[[2]byte{group, op}]; known {
		n, err := d.take(1)
		if err != nil {
			return err
		}
		if n[0] > most {
			return fmt.Errorf("command %02X %02X with %02X", group, op, n[0])
		}
		return d.setting(group, op, n[0])
	}
	switch [2]byte{group, op} {
	case [2]byte{0x1B, 0x40}:
		d.reset()
		return nil
	case [2]byte{0x1C, 0x2E}:
		return nil
	case [2]byte{0x1B, 0x70}:
		return d.kick()
	case [2]byte{0x1D, 0x56}:
		return d.cut()
	case [2]byte{0x1D, 0x28}:
		return d.block()
	case [2]byte{0x1D, 0x6B}:
		return d.bars()
	case [2]byte{0x1D, 0x76}:
		return d.raster()
	}
	return fmt.Errorf("unknown command %02X %02X", group, op)
}

func (d *decoder) setting(group, op, n byte) error {
	switch [2]byte{group, op} {
	case [2]byte{0x1B, 0x61}:
		if d.line.Len() > 0 {
			return errors.New("alignment changes within a line")
		}
	case [2]byte{0x1B, 0x64}:
		for range n {
			d.feed()
		}
	case [2]byte{0x1B, 0x74}:
		if _, has := d.letter(n, 0); !has {
			return fmt.Errorf("there is no code page %d", n)
		}
		d.page = n
	case [2]byte{0x1D, 0x21}:
		d.size = n
	case [2]byte{0x1D, 0x42}:
		d.inverse = n == 1
	}
	return nil
}

func (d *decoder) feed() {
	line := strings.TrimRight(d.line.String(), " ")
	mark := " |"
	switch {
	case d.inverse:
		mark = "#|"
	case d.size != 0:
		mark = "2|"
	}
	d.print.Lines = append(d.print.Lines, line)
	d.print.slip = append(d.print.slip, strings.TrimRight(mark+line, " "))
	d.print.Width = max(d.print.Width, d.width)
	d.line.Reset()
	d.width = 0
}

func (d *decoder) note(format string, args ...any) {
	d.print.slip = append(d.print.slip, fmt.Sprintf(format, args...))
}

func (d *decoder) cut() error {
	m, err := d.take(1)
	if err != nil {
		return err
	}
	if m[0] == 0x41 || m[0] == 0x42 {
		if _, err := d.take(1); err != nil {
			return err
		}
	} else if m[0] > 1 {
		return fmt.Errorf("cut with %02X", m[0])
	}
	d.print.Cuts++
	d.note("[cut]")
	return nil
}

// kick reads the pulse of a drawer: pin, time on, time off.
func (d *decoder) kick() error {
	pulse, err := d.take(3)
	if err != nil {
		return err
	}
	if pulse[0] > 1 || pulse[1] == 0 || pulse[1] >= pulse[2] {
		return fmt.Errorf("drawer pulse % X", pulse)
	}
	d.print.Kicks++
	d.note("[drawer]")
	return nil
}

// block reads a command that tells its length: 1D 28 group pL pH and so many
// bytes.
func (d *decoder) block() error {
	head, err := d.take(3)
	if err != nil {
		return err
	}
	body, err := d.take(int(head[1]) | int(head[2])<<8)
	switch {
	case err != nil:
		return err
	case head[0] == 0x6B && len(body) >= 3 && body[0] == 0x31:
		return d.code(body)
	case head[0] == 0x4C && len(body) >= 6 && body[0] == 0x30:
		return d.graphics(body)
	}
	return fmt.Errorf("unknown command 1D 28 %02X", head[0])
}

// code handles the steps of printing a QR.
func (d *decoder) code(body []byte) error {
	switch body[1] {
	case 0x41, 0x43, 0x45: // model, module size, error level
	case 0x50:
		d.stored = string(body[3:])
	case 0x51:
		if d.stored == "" {
			return errors.New("a QR is printed before its data is stored")
		}
		d.print.QR = append(d.print.QR, d.stored)
		d.note("[QR %s]", d.stored)
	default:
		return fmt.Errorf("unknown QR function %02X", body[1])
	}
	return nil
}

// graphics handles the pictures that a printer keeps: function 67 stores one
// under a key of two letters, 69 prints it.
func (d *decoder) graphics(body []byte) error {
	switch fn := body[1]; {
	case fn == 0x45 && len(body) == 6 && body[4] == 1 && body[5] == 1:
		d.print.Logos = append(d.print.Logos, string(body[2:4]))
		d.note("[logo %s]", body[2:4])
	case fn == 0x43 && len(body) > 11 && body[2] == 0x30 && body[5] == 1 && body[10] == 0x31:
		width, height := int(body[6])|int(body[7])<<8, int(body[8])|int(body[9])<<8
		if want := 11 + (width+7)/8*height; len(body) != want {
			return fmt.Errorf("a picture of %d by %d dots has %d bytes, want %d", width, height, len(body), want)
		}
		d.print.Stored = append(d.print.Stored, string(body[3:5]))
	default:
		return fmt.Errorf("unknown graphics function %02X", fn)
	}
	return nil
}

// bars reads a Code 128: 1D 6B 49 n and data in sets B and C.
func (d *decoder) bars() error {
	head, err := d.take(2)
	if err != nil {
		return err
	}
	data, err := d.take(int(head[1]))
	if err != nil {
		return err
	}
	if head[0] != 0x49 || len(data) < 2 || data[0] != '{' {
		return fmt.Errorf("barcode %02X with % X", head[0], data)
	}
	var text strings.Builder
	set := byte(0)
	for i := 0; i < len(data); i++ {
		switch {
		case data[i] == '{' && i+1 < len(data) && (data[i+1] == 'B' || data[i+1] == 'C'):
			i++
			set = data[i]
		case set == 'C' && data[i] < 100:
			fmt.Fprintf(&text, "%02d", data[i])
		case set == 'B' && data[i] == '{':
			i++
			text.WriteByte('{')
		case set == 'B' && data[i] >= ' ' && data[i] <= '~':
			text.WriteByte(data[i])
		default:
			return fmt.Errorf("byte %02X in set %c of a barcode", data[i], set)
		}
	}
	d.print.Bars = append(d.print.Bars, text.String())
	d.note("[barcode %s]", text.String())
	return nil
}

// raster reads 1D 76 30 m xL xH yL yH and the dots.
func (d *decoder) raster() error {
	head, err := d.take(6)
	if err != nil {
		return err
	}
	if d.line.Len() > 0 {
		return errors.New("an image begins within a line")
	}
	width, height := int(head[2])|int(head[3])<<8, int(head[4])|int(head[5])<<8
	if head[0] != 0x30 || head[1] != 0 || width*height == 0 || height > 256 {
		return fmt.Errorf("image of %d bytes by %d rows, mode %02X", width, height, head[1])
	}
	data, err := d.take(width * height)
	if err != nil {
		return err
	}
	img := image.NewGray(image.Rect(0, 0, width*8, height))
	for i := range img.Pix {
		x, y := i%(width*8), i/(width*8)
		if data[y*width+x/8]&(0x80>>(x%8)) == 0 {
			img.SetGray(x, y, color.Gray{Y: 0xFF})
		}
	}
	d.print.Images = append(d.print.Images, img)
	d.note("[image %dx%d]", width*8, height)
	return nil
}
