package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
)

// Glyphs shows single signs beside each other, with a caret behind the last.
// Each sign is a text of its own, so that a card number that is being typed
// never becomes a string: neither in this program nor in the caches of the
// toolkit, which are keyed by text.
type Glyphs struct {
	widget.BaseWidget
	// Count is the number of signs; Sign gives one, and whether a gap is
	// before it.
	Count  int
	Sign   func(i int) (sign rune, gap bool)
	Em     float32
	Caret  bool
	Colour look.Colour
}

// NewGlyphs makes an empty row of signs.
func NewGlyphs(size float32) *Glyphs {
	g := &Glyphs{Em: size, Colour: look.Ink}
	g.ExtendBaseWidget(g)
	return g
}

// MinSize implements fyne.CanvasObject.
func (g *Glyphs) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (g *Glyphs) CreateRenderer() fyne.WidgetRenderer {
	return &glyphsRenderer{g: g, caret: canvas.NewRectangle(nil)}
}

type glyphsRenderer struct {
	g       *Glyphs
	texts   []*canvas.Text
	caret   *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *glyphsRenderer) Destroy()                     {}
func (r *glyphsRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *glyphsRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *glyphsRenderer) Refresh() {
	r.Layout(r.g.BaseWidget.Size())
	canvas.Refresh(r.g)
}

// single holds the texts of single digits, so that showing one allocates
// nothing.
var single = [...]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

func one(sign rune) string {
	if sign >= '0' && sign <= '9' {
		return single[sign-'0']
	}
	return string(sign)
}

func (r *glyphsRenderer) Layout(box fyne.Size) {
	size := r.g.Em
	width := r.width(size)
	if room := box.Width - 4; width > room && width > 0 {
		size *= max(0.5, room/width)
	}
	r.objects = r.objects[:0]
	height := theme.Extent("0", size, fyne.TextStyle{}).Height
	x, y := float32(0), (box.Height-height)/2
	for i := range r.g.Count {
		sign, gap := r.g.Sign(i)
		if gap {
			x += size * 0.42
		}
		if i == len(r.texts) {
			r.texts = append(r.texts, canvas.NewText("", nil))
		}
		text := r.texts[i]
		text.Text, text.TextSize, text.Color = one(sign), size, theme.Colour(r.g.Colour)
		text.FontSource = theme.Source(fyne.TextStyle{})
		w := theme.Extent(text.Text, size, fyne.TextStyle{}).Width
		text.Move(fyne.NewPos(x, y))
		text.Resize(fyne.NewSize(w, height))
		x += w
		r.objects = append(r.objects, text)
	}
	for _, unused := range r.texts[r.g.Count:] {
		unused.Text = ""
	}
	if r.g.Caret {
		r.caret.FillColor = theme.Colour(look.Accent)
		r.caret.Move(fyne.NewPos(x+1, y+height*0.1))
		r.caret.Resize(fyne.NewSize(2, height*0.8))
		r.objects = append(r.objects, r.caret)
	}
}

func (r *glyphsRenderer) width(size float32) (width float32) {
	for i := range r.g.Count {
		sign, gap := r.g.Sign(i)
		if gap {
			width += size * 0.42
		}
		width += theme.Extent(one(sign), size, fyne.TextStyle{}).Width
	}
	return width
}
