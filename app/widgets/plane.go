package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
)

// plane is a layout that a function does.
type plane func(size fyne.Size)

func (p plane) Layout(_ []fyne.CanvasObject, size fyne.Size) { p(size) }
func (p plane) MinSize([]fyne.CanvasObject) fyne.Size        { return fyne.Size{} }

// NewPlane makes a container whose objects the function places.
func NewPlane(arrange func(size fyne.Size), objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(plane(arrange), objects...)
}

// Place moves and resizes an object.
func Place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(0, w), max(0, h)))
}

// Show shows or hides an object.
func Show(o fyne.CanvasObject, shown bool) {
	if o.Visible() == shown {
		return
	}
	if shown {
		o.Show()
	} else {
		o.Hide()
	}
}

// Panel is a coloured box with round corners.
type Panel struct {
	widget.BaseWidget
	Fill, Edge look.Colour
	Round      float32
}

// NewPanel makes a panel.
func NewPanel(fill, edge look.Colour, round float32) *Panel {
	p := &Panel{Fill: fill, Edge: edge, Round: round}
	p.ExtendBaseWidget(p)
	return p
}

// Paint changes the colours.
func (p *Panel) Paint(fill, edge look.Colour) {
	if p.Fill != fill || p.Edge != edge {
		p.Fill, p.Edge = fill, edge
		p.Refresh()
	}
}

// MinSize implements fyne.CanvasObject.
func (p *Panel) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	r := &boxRenderer{rect: canvas.NewRectangle(nil)}
	r.paint = func() {
		r.rect.FillColor = theme.Colour(p.Fill)
		r.rect.CornerRadius = p.Round
		r.rect.StrokeWidth = 0
		if p.Edge != "" && p.Edge != look.Clear {
			r.rect.StrokeColor, r.rect.StrokeWidth = theme.Colour(p.Edge), 1.5
		}
	}
	r.paint()
	return r
}

// boxRenderer draws one rectangle.
type boxRenderer struct {
	rect  *canvas.Rectangle
	paint func()
}

func (r *boxRenderer) Destroy()                     {}
func (r *boxRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *boxRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *boxRenderer) Layout(size fyne.Size)        { r.paint(); r.rect.Resize(size) }
func (r *boxRenderer) Refresh()                     { r.paint(); r.rect.Refresh() }
