package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
)

// Rows is a list of rows of one height that follows a finger, a wheel and the
// page keys. Only the rows in sight exist. It never takes the keyboard's focus.
type Rows struct {
	widget.BaseWidget
	Height float32
	Chosen int // -1: none
	// Lines draws a line under each row and marks the chosen one.
	Lines  bool
	Make   func() fyne.CanvasObject
	Update func(i int, row fyne.CanvasObject)
	Tap    func(i int)
	// Near is called when the end comes into sight.
	Near func()

	moved  func()
	count  int
	offset float32
	pool   []*row
	inner  *fyne.Container
}

type row struct {
	back *Panel
	line *Panel
	body fyne.CanvasObject
}

// NewRows makes an empty list.
func NewRows(height float32, build func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) *Rows {
	r := &Rows{Height: height, Chosen: -1, Make: build, Update: update, inner: container.NewWithoutLayout()}
	r.ExtendBaseWidget(r)
	return r
}

// SetCount changes the number of rows and draws them again.
func (r *Rows) SetCount(n int) {
	r.count = n
	r.scroll(0)
}

// Count is the number of rows.
func (r *Rows) Count() int { return r.count }

// Offset is how far the list is scrolled, in units.
func (r *Rows) Offset() float32 { return r.offset }

// Top goes to the first row.
func (r *Rows) Top() { r.scroll(-r.offset) }

// First is the first row in sight.
func (r *Rows) First() int { return int(r.offset / max(1, r.Height)) }

// Shift keeps the rows in sight where they are when so many came in above them.
// It is called before SetCount.
func (r *Rows) Shift(rows int) { r.offset = max(0, r.offset+float32(rows)*r.Height) }

// Page moves by pages, down if positive.
func (r *Rows) Page(pages int) {
	page := float32(max(1, int(r.BaseWidget.Size().Height/r.Height)-1)) * r.Height
	r.scroll(float32(pages) * page)
}

// Moved implements Paged.
func (r *Rows) Moved(then func()) { r.moved = then }

// More reports whether there are rows above and below those in sight.
func (r *Rows) More() (above, below bool) {
	return r.offset > 1, r.offset < r.most()-1
}

// Paged is what is moved by pages.
type Paged interface {
	Page(pages int)
	More() (above, below bool)
	// Moved sets what is called when it was moved, by whatever.
	Moved(func())
}

// Pager is a pair of buttons that move a list or a sheet by pages: a finger
// needs them where it is long.
type Pager struct {
	of       Paged
	Up, Down *Button
}

// NewPager makes the buttons.
func NewPager(of Paged) *Pager {
	p := &Pager{of: of}
	p.Up = NewShapeButton(RolePlain, look.Up, func() { p.Page(-1) })
	p.Down = NewShapeButton(RolePlain, look.Down, func() { p.Page(1) })
	of.Moved(p.render)
	return p
}

// Page moves by pages, down if positive.
func (p *Pager) Page(pages int) { p.of.Page(pages) }

// render enables the buttons that lead somewhere.
func (p *Pager) render() {
	above, below := p.of.More()
	p.Up.Enable(above)
	p.Down.Enable(below)
}

// Choose marks a row and brings it into sight.
func (r *Rows) Choose(i int) {
	r.Chosen = i
	top, height := float32(i)*r.Height, r.BaseWidget.Size().Height
	switch {
	case i < 0:
		r.scroll(0)
	case top < r.offset:
		r.scroll(top - r.offset)
	case top+r.Height > r.offset+height:
		r.scroll(top + r.Height - height - r.offset)
	default:
		r.scroll(0)
	}
}

// Dragged implements fyne.Draggable: the rows stay under the finger.
func (r *Rows) Dragged(e *fyne.DragEvent) { r.scroll(-e.Dragged.DY) }

// DragEnd implements fyne.Draggable.
func (r *Rows) DragEnd() {}

// Scrolled implements fyne.Scrollable.
func (r *Rows) Scrolled(e *fyne.ScrollEvent) { r.scroll(-e.Scrolled.DY) }

// Tapped implements fyne.Tappable.
func (r *Rows) Tapped(e *fyne.PointEvent) {
	Pressed()
	if i := int((e.Position.Y + r.offset) / r.Height); r.Tap != nil && i >= 0 && i < r.count {
		r.Tap(i)
	}
}

// MinSize implements fyne.CanvasObject.
func (r *Rows) MinSize() fyne.Size { return fyne.Size{} }

// Resize implements fyne.CanvasObject.
func (r *Rows) Resize(size fyne.Size) {
	r.BaseWidget.Resize(size)
	r.scroll(0)
}

// Refresh implements fyne.CanvasObject.
func (r *Rows) Refresh() { r.scroll(0) }

// CreateRenderer implements fyne.Widget.
func (r *Rows) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewClip(r.inner))
}

func (r *Rows) most() float32 {
	return max(0, float32(r.count)*r.Height-r.BaseWidget.Size().Height)
}

func (r *Rows) scroll(by float32) {
	size := r.BaseWidget.Size()
	if size.Height <= 0 || r.Height <= 0 {
		return
	}
	r.offset = min(max(0, r.offset+by), r.most())
	first := int(r.offset / r.Height)
	shown := min(int(size.Height/r.Height)+2, r.count-first)
	for len(r.pool) < shown {
		item := &row{NewPanel(look.Clear, look.Clear, 10), NewPanel(look.Line, look.Clear, 0), r.Make()}
		r.pool = append(r.pool, item)
		r.inner.Objects = append(r.inner.Objects, item.back, item.line, item.body)
	}
	for i, item := range r.pool {
		visible := i < shown
		Show(item.back, visible)
		Show(item.line, visible && r.Lines)
		Show(item.body, visible)
		if !visible {
			continue
		}
		y := float32(first+i)*r.Height - r.offset
		fill := look.Clear
		if r.Lines && first+i == r.Chosen {
			fill = look.Pressed
		}
		item.back.Fill = fill
		Place(item.back, 0, y+1, size.Width, r.Height-2)
		Place(item.line, 0, y+r.Height-1, size.Width, 1)
		r.Update(first+i, item.body)
		Place(item.body, 0, y, size.Width, r.Height)
		item.back.Refresh()
		item.body.Refresh()
	}
	r.inner.Refresh()
	if r.moved != nil {
		r.moved()
	}
	if r.Near != nil && r.count > 0 && r.offset >= r.most()-2*r.Height {
		r.Near()
	}
}
