package escpos

import (
	"paydesk/receipts"
	"paydesk/receipts/code128"
	"paydesk/receipts/glyphs"
	"paydesk/receipts/ink"
)

// Fonts are for the lines that no code page of the printer can write; the first
// ones are monospaced.
type Fonts = glyphs.Fonts

// Render turns a document into bytes for a printer that is asked nothing: with
// a logo drawn anew.
func Render(d receipts.Document, p Profile, f Fonts) ([]byte, error) {
	job, err := Encode(d, p, f)
	return job.Bytes(false), err
}

// Encode turns a document into one print job. The job begins with a reset and
// depends on nothing that was printed before.
//
// A line whose letters are in no code page of the profile is drawn as an image.
// Letters that no font has are spelled as <U+4E2D>: none is lost without a
// trace.
func Encode(d receipts.Document, p Profile, f Fonts) (Job, error) {
	if err := p.Validate(); err != nil {
		return Job{}, err
	}
	pen, err := ink.NewPen(f, p.Columns, p.Dots)
	if err != nil {
		return Job{}, err
	}
	w := &writer{profile: p, pen: pen, pages: p.pagesFor(d.Lang)}
	w.page = w.pages[0]
	w.prologue()
	for _, s := range receipts.Layout(d.Map(w.printable), p.Columns) {
		if err := w.strip(s); err != nil {
			return Job{}, err
		}
	}
	w.job.drawn = w.out
	return w.job, nil
}

// writer gathers the bytes of a job and remembers what the printer is set to.
type writer struct {
	profile Profile
	pen     *ink.Pen
	pages   []numbered
	page    numbered
	style   receipts.Strip // of the line before; only its flags count
	out     []byte
	job     Job
}

func (w *writer) put(b ...byte) { w.out = append(w.out, b...) }

// prologue leaves double-byte mode and national character sets, which many
// printers wake up in, and chooses the code page and the left margin.
func (w *writer) prologue() {
	w.put(0x1B, 0x40, 0x1C, 0x2E, 0x1B, 0x52, 0x00, 0x1B, 0x74, w.page.number, 0x1B, 0x61, 0x00)
}

func (w *writer) strip(s receipts.Strip) error {
	switch {
	case s.QR != "":
		return w.code(s.QR)
	case s.Barcode != "":
		w.barcode(s.Barcode)
	case s.Logo != nil:
		w.logo(ink.Logo(s.Logo, w.profile.Dots))
	case s.Cut:
		w.cut()
	case s.Drawer:
		w.drawer(w.profile.Drawer)
	default:
		w.line(s)
	}
	return nil
}

func (w *writer) line(s receipts.Strip) {
	page, data, ok := w.encode(s.Text)
	if !ok {
		w.image(w.pen.Line(s))
		return
	}
	if page.number != w.page.number {
		w.put(0x1B, 0x74, page.number)
		w.page = page
	}
	w.restyle(s)
	w.put(append(data, 0x0A)...)
}

// encode writes the text in the first page of the printer that has all its
// letters, beginning with the page in use so as not to switch without need.
func (w *writer) encode(text string) (page numbered, data []byte, ok bool) {
	if data, ok = w.page.line(text); ok {
		return w.page, data, true
	}
	for _, page = range w.pages {
		if data, ok = page.line(text); ok {
			return page, data, true
		}
	}
	return w.page, nil, false
}

// line is the text in the bytes of the page, with room for a line feed.
func (p *Page) line(text string) ([]byte, bool) {
	data := make([]byte, 0, len(text)+1)
	for _, r := range text {
		b, ok := p.encode(r)
		if !ok {
			return nil, false
		}
		data = append(data, b)
	}
	return data, true
}

// writes reports whether some page has the letter.
func (w *writer) writes(r rune) bool {
	for _, page := range w.pages {
		if _, ok := page.encode(r); ok {
			return true
		}
	}
	return false
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
	switch feed := w.profile.Cut.Feed; w.profile.Cut.Style {
	case "full":
		w.put(0x1D, 0x56, 0x41, feed)
	case "partial":
		w.put(0x1D, 0x56, 0x42, feed)
	default:
		w.put(0x1B, 0x64, feed)
	}
}

// drawer sends the pulse; its times are in units of two milliseconds.
func (w *writer) drawer(p Pulse) {
	if p.Pin != 0 {
		w.put(0x1B, 0x70, bit(p.Pin == 5), byte(p.On/2), byte(p.Off/2))
	}
}

// centred has what body writes stand in the middle of the paper.
func (w *writer) centred(body func()) {
	w.restyle(receipts.Strip{})
	w.put(0x1B, 0x61, 0x01)
	body()
	w.put(0x1B, 0x61, 0x00)
}

// logo draws the picture, and tells the job how a printer that holds it does
// without. A slip with several pictures has the first one held.
func (w *writer) logo(p *ink.Picture) {
	if w.profile.Logo == Stored && w.job.Key == "" {
		if name := key(p); store(name, p) != nil {
			w.job.Key, w.job.Store = name, store(name, p)
		}
	}
	w.centred(func() {
		from := len(w.out)
		w.image(p)
		if w.job.Key != "" && key(p) == w.job.Key {
			w.job.pictures = append(w.job.pictures, span{from, len(w.out)})
		}
	})
	w.put(0x1B, 0x64, 0x01)
}

// code prints a QR in the middle of the paper, with a line of white around it.
func (w *writer) code(text string) error {
	module, err := ink.FitQR(text, w.profile.Dots)
	if err != nil {
		return err
	}
	native := nativeCode(text, byte(module))
	var drawn *ink.Picture
	if !w.profile.QR || obeyed(text) || realTime(native) || (w.profile.MostQR > 0 && len(text) > w.profile.MostQR) {
		if drawn, err = ink.QR(text, module); err != nil {
			return err
		}
	}
	w.centred(func() {
		w.put(0x1B, 0x64, 0x01)
		if drawn != nil {
			w.image(drawn)
		} else {
			w.put(native...)
		}
		w.put(0x1B, 0x64, 0x01)
	})
	return nil
}

// obeyed reports whether a text has bytes that are no letters, which no printer
// is to see other than as dots.
func obeyed(text string) bool { return receipts.Harmless(text) != text }

// nativeCode has the printer draw a QR: model 2, error level M, store, print.
func nativeCode(text string, module byte) []byte {
	stored := len(text) + 3
	out := []byte{0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00,
		0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, module,
		0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31,
		0x1D, 0x28, 0x6B, byte(stored), byte(stored >> 8), 0x31, 0x50, 0x30}
	out = append(out, text...)
	return append(out, 0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30)
}

// barcode prints bars where they fit; the text below them is a strip of its
// own. Most printers drop a code that is too wide without a word.
func (w *writer) barcode(text string) {
	symbols, module := ink.FitBars(text, w.profile.Dots)
	if module == 0 {
		return
	}
	w.centred(func() {
		if native := nativeBars(symbols, byte(module)); w.profile.Barcode && native != nil && !realTime(native) {
			w.put(native...)
		} else {
			w.image(ink.Bars(code128.Bars(symbols), module))
		}
	})
}

// nativeBars has the printer draw the bars: height, width of a module, no
// letters, code. Sets are marked as 7B 42 and 7B 43; a brace is sent twice; in
// set C a byte is a number from 0 to 99. It is nil where a byte cannot count
// the data.
func nativeBars(symbols []byte, module byte) []byte {
	const lengthAt = 12
	out := []byte{0x1D, 0x68, ink.BarRows, 0x1D, 0x77, module, 0x1D, 0x48, 0x00, 0x1D, 0x6B, 0x49, 0x00}
	inC := false
	for _, s := range symbols {
		switch {
		case s == code128.StartC || s == code128.ToC && !inC:
			out, inC = append(out, '{', 'C'), true
		case s == code128.StartB || s == code128.ToB && inC:
			out, inC = append(out, '{', 'B'), false
		case inC:
			out = append(out, s)
		case s+' ' == '{':
			out = append(out, '{', '{')
		default:
			out = append(out, s+' ')
		}
	}
	n := len(out) - lengthAt - 1
	if n > 0xFF {
		return nil
	}
	out[lengthAt] = byte(n)
	return out
}

// image prints a picture in pieces that a small buffer can take.
func (w *writer) image(p *ink.Picture) {
	width := p.Stride()
	for top := 0; top < p.Height; top += w.profile.Band {
		rows := min(w.profile.Band, p.Height-top)
		w.put(0x1D, 0x76, 0x30, 0x00, byte(width), byte(width>>8), byte(rows), byte(rows>>8))
		from := len(w.out)
		w.put(p.Rows[top*width : (top+rows)*width]...)
		harmless(w.out[from:])
	}
}
