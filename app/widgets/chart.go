package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
)

// Bar is one place of a chart. Value and Before are whole numbers of one unit;
// below zero they hang under the line. Words is Value as people read it.
type Bar struct {
	Name   string
	Value  int64
	Before int64
	Words  string
}

// Columns is a chart of standing bars. Each is as high as its value; beside it
// stands, hollow, what was there before, where Compared says so. One is chosen:
// it has a frame, and its words stand over it. Every difference that a colour
// makes, a form makes too.
type Columns struct {
	widget.BaseWidget
	Bars     []Bar
	Compared bool
	Chosen   int
	// Tap gets the number of the bar that is pressed.
	Tap func(i int)
}

// NewColumns makes a chart without bars.
func NewColumns(tap func(int)) *Columns {
	c := &Columns{Tap: tap}
	c.ExtendBaseWidget(c)
	return c
}

// Set shows bars, of which one is chosen.
func (c *Columns) Set(bars []Bar, compared bool, chosen int) {
	c.Bars, c.Compared, c.Chosen = bars, compared, chosen
	c.Refresh()
}

// Tapped implements fyne.Tappable: the whole height over a name belongs to it.
func (c *Columns) Tapped(e *fyne.PointEvent) {
	Pressed()
	if n := len(c.Bars); n > 0 && c.Tap != nil {
		c.Tap(min(max(0, int(e.Position.X/c.BaseWidget.Size().Width*float32(n))), n-1))
	}
}

// MinSize implements fyne.CanvasObject.
func (c *Columns) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (c *Columns) CreateRenderer() fyne.WidgetRenderer {
	r := &columnsRenderer{c: c}
	r.Layout(c.BaseWidget.Size())
	return r
}

// extent is where a bar begins and how high it is, from the top of its room.
type extent struct{ top, height float32 }

// extents gives each value a height in proportion to it, so that the largest and
// the smallest just have room; zero is where the line is drawn. A value that is
// not zero is seen, however small.
func extents(values []int64, room float32) (zero float32, bars []extent) {
	var high, low int64
	for _, v := range values {
		high, low = max(high, v), min(low, v)
	}
	bars = make([]extent, len(values))
	if high == low {
		for i := range bars {
			bars[i].top = room
		}
		return room, bars
	}
	unit := room / (float32(high) - float32(low))
	zero = float32(high) * unit
	for i, v := range values {
		height := max(float32(v)*unit, -float32(v)*unit)
		if v != 0 {
			height = max(height, leastBar)
		}
		if bars[i] = (extent{zero, height}); v > 0 {
			bars[i].top = zero - height
		}
	}
	return zero, bars
}

// leastBar is how high a bar is at least that is not zero.
const leastBar = 2

type columnsRenderer struct {
	c       *Columns
	objects []fyne.CanvasObject
}

func (r *columnsRenderer) Destroy()                     {}
func (r *columnsRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *columnsRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *columnsRenderer) Refresh() {
	r.Layout(r.c.BaseWidget.Size())
	canvas.Refresh(r.c)
}

// values are those of all bars, first those of now.
func (c *Columns) values() (all []int64) {
	for _, b := range c.Bars {
		all = append(all, b.Value)
	}
	for _, b := range c.Bars {
		if c.Compared {
			all = append(all, b.Before)
		}
	}
	return all
}

func (r *columnsRenderer) Layout(size fyne.Size) {
	r.objects = nil
	n := len(r.c.Bars)
	if n == 0 || size.Width <= 0 || size.Height <= 0 {
		return
	}
	em := min(max(size.Height*0.05, 12), 20)
	line := em * 1.5
	room := size.Height - 2*line - em*0.4
	zero, bars := extents(r.c.values(), room)
	slot := size.Width / float32(n)
	wide := min(slot*0.66, 96)
	for i := range r.c.Bars {
		x := slot*float32(i) + (slot-wide)/2
		if i == r.c.Chosen {
			r.box(slot*float32(i)+1, 0, slot-2, size.Height, look.Pressed, look.Accent, min(8, slot*0.2))
		}
		now := wide
		if r.c.Compared {
			now = wide * 0.56
			before := bars[n+i]
			r.box(x+now+2, line+before.top, wide-now-2, before.height, look.Clear, look.Ink, 0)
		}
		r.box(x, line+bars[i].top, now, bars[i].height, look.Accent, look.Clear, min(4, now*0.2))
	}
	r.box(0, line+zero, size.Width, 1.5, look.Soft, look.Clear, 0)
	r.names(size, slot, em, line)
	r.words(size, slot, em, line, bars)
}

// names stand below, each that has room: where all have not, every second,
// third or further one, and the chosen one in any case.
func (r *columnsRenderer) names(size fyne.Size, slot, em, line float32) {
	widest := float32(0)
	for _, b := range r.c.Bars {
		widest = max(widest, Measure(b.Name, em)+em*0.5)
	}
	every := 1
	for float32(every)*slot < widest && every < len(r.c.Bars) {
		every++
	}
	for i, b := range r.c.Bars {
		near := r.c.Chosen - i
		if i%every == 0 && (every == 1 || near == 0 || near >= every || -near >= every) || i == r.c.Chosen {
			r.text(b.Name, slot*(float32(i)+0.5), size.Height-line, size.Width, em, i == r.c.Chosen)
		}
	}
}

// words stand over each bar where all have room, else over the chosen one alone.
func (r *columnsRenderer) words(size fyne.Size, slot, em, line float32, bars []extent) {
	all := true
	for _, b := range r.c.Bars {
		all = all && Measure(b.Words, em)*1.1 <= slot
	}
	for i, b := range r.c.Bars {
		if b.Value == 0 || !all && i != r.c.Chosen {
			continue
		}
		top := bars[i].top
		if r.c.Compared {
			top = min(top, bars[len(r.c.Bars)+i].top)
		}
		r.text(b.Words, slot*(float32(i)+0.5), top, size.Width, em, i == r.c.Chosen)
	}
}

// box draws a rectangle, text a line in the middle of a place, moved inside.
func (r *columnsRenderer) box(x, y, w, h float32, fill, edge look.Colour, round float32) {
	box := canvas.NewRectangle(color.Transparent)
	box.FillColor, box.CornerRadius = theme.Colour(fill), round
	if edge != look.Clear {
		box.StrokeColor, box.StrokeWidth = theme.Colour(edge), 2
	}
	Place(box, x, y, w, h)
	r.objects = append(r.objects, box)
}

func (r *columnsRenderer) text(words string, middle, y, room, em float32, bold bool) {
	t := NewText(em)
	t.Words, t.Bold, t.Align = words, bold, fyne.TextAlignCenter
	if !bold {
		t.Colour = look.Soft
	}
	w := min(room, t.Width()+6)
	Place(t, min(max(0, middle-w/2), room-w), y, w, em*1.5)
	r.objects = append(r.objects, t)
}

// Beam is a lying bar, as long as a share of its box.
type Beam struct {
	widget.BaseWidget
	// Part of Whole is filled; below zero it is hollow.
	Part, Whole int64
}

// NewBeam makes a beam of nothing.
func NewBeam() *Beam {
	b := &Beam{}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes the share.
func (b *Beam) Set(part, whole int64) {
	b.Part, b.Whole = part, whole
	b.Refresh()
}

// MinSize implements fyne.CanvasObject.
func (b *Beam) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (b *Beam) CreateRenderer() fyne.WidgetRenderer {
	return &beamRenderer{b: b, back: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil)}
}

type beamRenderer struct {
	b         *Beam
	back, bar *canvas.Rectangle
}

func (r *beamRenderer) Destroy()                     {}
func (r *beamRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *beamRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.back, r.bar} }

func (r *beamRenderer) Refresh() {
	r.Layout(r.b.BaseWidget.Size())
	canvas.Refresh(r.b)
}

func (r *beamRenderer) Layout(size fyne.Size) {
	round := min(6, size.Height*0.3)
	r.back.FillColor, r.back.CornerRadius = theme.Colour(look.Off), round
	r.bar.FillColor, r.bar.CornerRadius, r.bar.StrokeWidth = theme.Colour(look.Accent), round, 0
	if r.b.Part < 0 {
		r.bar.FillColor, r.bar.StrokeColor, r.bar.StrokeWidth = color.Transparent, theme.Colour(look.Accent), 2
	}
	Place(r.back, 0, 0, size.Width, size.Height)
	Place(r.bar, 0, 0, r.b.length(size.Width), size.Height)
}

// length is that of the bar in a box of a width.
func (b *Beam) length(room float32) float32 {
	part := max(b.Part, -b.Part)
	if part == 0 || b.Whole <= 0 {
		return 0
	}
	return min(room, max(leastBar, room*float32(part)/float32(b.Whole)))
}
