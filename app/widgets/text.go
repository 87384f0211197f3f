// Package widgets is for the things that the screens are made of. None of
// them takes the keyboard's focus, owns a goroutine or holds card data; each
// reads its colours from the theme whenever it is drawn.
package widgets

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
)

// Text is a text that fits its box: it wraps if it may, then shrinks, and only
// then ends in an ellipsis. Change the fields through Set or before Refresh.
type Text struct {
	widget.BaseWidget
	Words  string
	Em     float32
	Bold   bool
	Mono   bool
	Wrap   bool
	Top    bool // starts at the top of its box; else in its middle
	Align  fyne.TextAlign
	Colour look.Colour
}

// NewText makes a text in ink.
func NewText(size float32) *Text {
	t := &Text{Em: size, Colour: look.Ink}
	t.ExtendBaseWidget(t)
	return t
}

// NewBold makes a bold text in ink.
func NewBold(size float32) *Text {
	t := NewText(size)
	t.Bold = true
	return t
}

// NewPara makes a text that wraps.
func NewPara(size float32) *Text {
	t := NewText(size)
	t.Wrap, t.Top = true, true
	return t
}

// Set changes the words.
func (t *Text) Set(words string) {
	if t.Words != words {
		t.Words = words
		t.Refresh()
	}
}

// Paint changes the colour.
func (t *Text) Paint(c look.Colour) {
	if t.Colour != c {
		t.Colour = c
		t.Refresh()
	}
}

// Scale changes the size that is tried first.
func (t *Text) Scale(size float32) {
	if t.Em != size {
		t.Em = size
		t.Refresh()
	}
}

// Fits reports whether the words are shown whole.
func (t *Text) Fits() bool {
	_, _, whole := t.fit(t.BaseWidget.Size())
	return whole || t.Words == ""
}

// Width is how wide the words are in one line at the full size.
func (t *Text) Width() float32 { return t.measure(t.Words, t.Em).Width }

// Tall is how high the words are at the full size in a box of a width.
func (t *Text) Tall(width float32) float32 {
	return float32(len(t.lines(width, t.Em))) * t.measure("X", t.Em).Height
}

// Measure is how wide words are in one line at a size.
func Measure(words string, size float32) float32 {
	return theme.Extent(words, size, fyne.TextStyle{}).Width
}

// MinSize implements fyne.CanvasObject: a text takes the box it is given.
func (t *Text) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer { return &textRenderer{t: t} }

func (t *Text) style() fyne.TextStyle { return fyne.TextStyle{Bold: t.Bold, Monospace: t.Mono} }

func (t *Text) measure(words string, size float32) fyne.Size {
	return theme.Extent(words, size, t.style())
}

// smallest is the size below which no text is shrunk.
const smallest = 11

// fit finds lines and size of text for a box.
func (t *Text) fit(box fyne.Size) (lines []string, size float32, whole bool) {
	floor := max(smallest, t.Em*0.55)
	for size = t.Em; ; size = max(floor, size*0.94) {
		lines = t.lines(box.Width, size)
		if t.holds(lines, size, box) {
			return lines, size, true
		}
		if size <= floor {
			break
		}
	}
	height := t.measure("X", size).Height
	if most := max(1, int(box.Height/height)); len(lines) > most {
		lines = append(lines[:most-1:most-1], strings.Join(lines[most-1:], " "))
	}
	for i := range lines {
		lines[i] = t.cut(lines[i], size, box.Width)
	}
	return lines, size, false
}

// whole is the largest size up to the given one at which the toolkit draws whole
// letters. It draws each line as a picture with letters of a whole number of
// pixels, whose foot falls below the line's last pixel at a few sizes, such as 15.
func (t *Text) whole(size float32) (whole, height float32) {
	scale := float32(1)
	if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil {
		scale = c.Scale()
	}
	for pixels := math.Floor(float64(size*scale) + 0.01); pixels > smallest; pixels-- {
		whole = float32(pixels) / scale
		height = t.measure("X", whole).Height
		if math.Ceil(ascent*pixels)+descent*pixels <= math.Round(float64(height*scale)) {
			return whole, height
		}
	}
	return size, t.measure("X", size).Height
}

// How far the letters of Noto Sans reach above and below the base of a line, of
// their size.
const (
	ascent  = 1.069
	descent = 0.24
)

func (t *Text) holds(lines []string, size float32, box fyne.Size) bool {
	height := t.measure("X", size).Height
	// A line's box is taller than its letters: one line may stick out a little.
	if room := box.Height + height*0.25; float32(len(lines))*height > room {
		return false
	}
	for _, line := range lines {
		if t.measure(line, size).Width > box.Width+0.5 {
			return false
		}
	}
	return true
}

func (t *Text) lines(width, size float32) []string {
	if !t.Wrap {
		return []string{t.Words}
	}
	var lines []string
	for part := range strings.SplitSeq(t.Words, "\n") {
		line := ""
		for word := range strings.SplitSeq(part, " ") { // a no-break space breaks nothing
			if word == "" {
				continue
			}
			longer := strings.TrimPrefix(line+" "+word, " ")
			if line != "" && t.measure(longer, size).Width > width {
				lines = append(lines, line)
				longer = word
			}
			line = longer
		}
		lines = append(lines, line)
	}
	return lines
}

func (t *Text) cut(line string, size, width float32) string {
	if t.measure(line, size).Width <= width {
		return line
	}
	runes := []rune(line)
	for len(runes) > 0 {
		runes = runes[:len(runes)-1]
		if short := string(runes) + "…"; t.measure(short, size).Width <= width {
			return short
		}
	}
	return ""
}

type textRenderer struct {
	t     *Text
	texts []*canvas.Text
	shown []fyne.CanvasObject
}

func (r *textRenderer) Destroy()                     {}
func (r *textRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.shown }

func (r *textRenderer) Refresh() {
	r.Layout(r.t.BaseWidget.Size())
	for _, text := range r.texts[:len(r.shown)] {
		text.Refresh()
	}
}

func (r *textRenderer) Layout(box fyne.Size) {
	r.shown = r.shown[:0]
	if r.t.Words == "" || box.Width <= 0 {
		return
	}
	lines, size, _ := r.t.fit(box)
	size, height := r.t.whole(size)
	y := float32(0)
	if !r.t.Top {
		y = (box.Height - height*float32(len(lines))) / 2
	}
	for i, line := range lines {
		if i == len(r.texts) {
			r.texts = append(r.texts, canvas.NewText("", nil))
		}
		text := r.texts[i]
		text.Text, text.TextSize, text.TextStyle = line, size, r.t.style()
		text.FontSource = theme.Source(r.t.style())
		text.Color, text.Alignment = theme.Colour(r.t.Colour), r.t.Align
		text.Move(fyne.NewPos(0, y+float32(i)*height))
		text.Resize(fyne.NewSize(box.Width, height))
		r.shown = append(r.shown, text)
	}
}
