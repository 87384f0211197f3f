package escpos

import (
	"fmt"

	"paydesk/receipts"
	"paydesk/receipts/qr"
)

// Fonts are the bytes of two monospaced TrueType fonts, for the lines that no
// code page of the printer can write.
type Fonts struct{ Regular, Bold []byte }

// Render turns a document into one print job. The job begins with a reset and
// depends on nothing that was printed before.
//
// A line whose letters are in no code page of the profile is drawn as an image.
// Scripts that need shaping (Arabic, Devanagari) are beyond that: letters that
// the font lacks are spelled as <U+0928>. No letter is lost without a trace.
func Render(d receipts.Document, p Profile, f Fonts) ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	raster, err := newRaster(p, f)
	if err != nil {
		return nil, err
	}
	w := &writer{profile: p, raster: raster, page: p.Pages[0]}
	w.prologue()
	for _, s := range receipts.Layout(d.Map(w.printable), p.Columns) {
		switch {
		case s.QR != "":
			if err := w.code(s.QR); err != nil {
				return nil, err
			}
		case s.Cut:
			w.cut()
		default:
			w.strip(s)
		}
	}
	return w.out, nil
}

// writer gathers the bytes of a job and remembers what the printer is set to.
type writer struct {
	profile Profile
	raster  *raster
	page    byte
	style   receipts.Strip // of the line before; only its flags count
	out     []byte
}

func (w *writer) put(b ...byte) { w.out = append(w.out, b...) }

// prologue leaves double-byte mode and national character sets, which many
// printers wake up in, and chooses the code page and the left margin.
func (w *writer) prologue() {
	w.put(0x1B, 0x40, 0x1C, 0x2E, 0x1B, 0x52, 0x00, 0x1B, 0x74, w.page, 0x1B, 0x61, 0x00)
}

func (w *writer) strip(s receipts.Strip) {
	page, data, ok := w.profile.encode(s.Text, w.page)
	if !ok {
		w.image(w.raster.line(s, w.profile.Dots))
		return
	}
	if page != w.page {
		w.put(0x1B, 0x74, page)
		w.page = page
	}
	w.restyle(s)
	w.put(append(data, 0x0A)...)
}

// restyle sends only what changes. An empty line keeps the normal height.
func (w *writer) restyle(s receipts.Strip) {
	if s.Bold != w.style.Bold {
		w.put(0x1B, 0x45, bit(s.Bold))
	}
	if s.Wide != w.style.Wide || s.Tall != w.style.Tall {
		w.put(0x1D, 0x21, bit(s.Wide)<<4|bit(s.Tall))
	}
	if s.Inverse != w.style.Inverse {
		w.put(0x1D, 0x42, bit(s.Inverse))
	}
	w.style = s
}

func bit(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// cut ends the slip. The cutting command feeds to the knife by itself; without
// a knife the slip is fed out far enough to be torn off.
func (w *writer) cut() {
	w.restyle(receipts.Strip{})
	if w.profile.Cutter {
		w.put(0x1D, 0x56, 0x42, 0x18)
		return
	}
	w.put(0x1B, 0x64, 0x05)
}

// Module sizes of a QR in dots: five is 0.6 mm, which phones read well; below
// three, printing blurs it.
const (
	bestModule  = 5
	leastModule = 3
)

// code prints a QR in the middle of the paper, with a line of white around it.
func (w *writer) code(text string) error {
	matrix, err := qr.Encode(text)
	if err != nil {
		return err
	}
	module := min(bestModule, w.profile.Dots/(len(matrix)+2*qr.QuietZone))
	if module < leastModule {
		return fmt.Errorf("the QR with %d bytes is wider than the paper: shorten its text", len(text))
	}
	w.restyle(receipts.Strip{})
	w.put(0x1B, 0x61, 0x01, 0x1B, 0x64, 0x01)
	if w.profile.NativeQR {
		w.nativeCode(text, byte(module))
	} else {
		w.image(magnify(matrix, module))
	}
	w.put(0x1B, 0x64, 0x01, 0x1B, 0x61, 0x00)
	return nil
}

// nativeCode has the printer draw it: model 2, error level M, store, print.
func (w *writer) nativeCode(text string, module byte) {
	stored := len(text) + 3
	w.put(0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00)
	w.put(0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, module)
	w.put(0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31)
	w.put(0x1D, 0x28, 0x6B, byte(stored), byte(stored>>8), 0x31, 0x50, 0x30)
	w.put([]byte(text)...)
	w.put(0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30)
}

func magnify(m qr.Matrix, module int) [][]bool {
	rows := make([][]bool, len(m)*module)
	for y := range rows {
		rows[y] = make([]bool, len(m)*module)
		for x := range rows[y] {
			rows[y][x] = m[y/module][x/module]
		}
	}
	return rows
}

// bandRows keeps an image in pieces that a buffer of 4 KB can take.
const bandRows = 48

// image prints rows of dots; true is black.
func (w *writer) image(rows [][]bool) {
	for len(rows) > 0 {
		band := rows[:min(bandRows, len(rows))]
		rows = rows[len(band):]
		width := (len(band[0]) + 7) / 8
		w.put(0x1D, 0x76, 0x30, 0x00, byte(width), byte(width>>8), byte(len(band)), 0x00)
		data := make([]byte, width*len(band))
		for y, row := range band {
			for x, black := range row {
				if black {
					data[y*width+x/8] |= 0x80 >> (x % 8)
				}
			}
		}
		w.put(harmless(data)...)
	}
}

// harmless blackens one more dot wherever image data would read as a real-time
// command (10 04 status, 10 05 recovery, 10 14 drawer pulse or power off),
// which printers obey even inside an image.
func harmless(data []byte) []byte {
	for i := 0; i+1 < len(data); i++ {
		if next := data[i+1]; data[i] == 0x10 && (next == 0x04 || next == 0x05 || next == 0x14) {
			data[i] = 0x18
		}
	}
	return data
}
