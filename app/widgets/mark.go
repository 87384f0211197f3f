package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
)

// Mark is a shape, drawn in the middle of its box.
type Mark struct {
	widget.BaseWidget
	Shape  look.Shape
	Colour look.Colour
	// Weight is the width of a stroke, in parts of the side.
	Weight float32
}

// NewMark makes a mark.
func NewMark(shape look.Shape, colour look.Colour) *Mark {
	m := &Mark{Shape: shape, Colour: colour, Weight: 0.1}
	m.ExtendBaseWidget(m)
	return m
}

// Set changes shape and colour.
func (m *Mark) Set(shape look.Shape, colour look.Colour) {
	if m.Shape != shape || m.Colour != colour {
		m.Shape, m.Colour = shape, colour
		m.Refresh()
	}
}

// MinSize implements fyne.CanvasObject.
func (m *Mark) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (m *Mark) CreateRenderer() fyne.WidgetRenderer {
	r := &markRenderer{m: m}
	r.Layout(m.BaseWidget.Size())
	return r
}

type markRenderer struct {
	m       *Mark
	objects []fyne.CanvasObject
}

func (r *markRenderer) Destroy()                     {}
func (r *markRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *markRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *markRenderer) Refresh() {
	r.Layout(r.m.BaseWidget.Size())
	canvas.Refresh(r.m)
}

func (r *markRenderer) Layout(size fyne.Size) {
	side := min(size.Width, size.Height)
	p := pen{
		side: side, weight: max(1.5, side*r.m.Weight), colour: theme.Colour(r.m.Colour),
		x: (size.Width - side) / 2, y: (size.Height - side) / 2,
	}
	if draw, ok := drawings[r.m.Shape]; ok && side > 0 {
		draw(&p)
	}
	r.objects = p.objects
}

// pen draws in a square whose sides are 1.
type pen struct {
	side, weight, x, y float32
	colour             color.Color
	objects            []fyne.CanvasObject
}

func (p *pen) at(x, y float32) fyne.Position { return fyne.NewPos(p.x+x*p.side, p.y+y*p.side) }

// line draws through points given as x, y pairs, with round ends and corners.
func (p *pen) line(points ...float32) {
	for i := 0; i+3 < len(points); i += 2 {
		line := canvas.NewLine(p.colour)
		line.StrokeWidth = p.weight
		line.Position1, line.Position2 = p.at(points[i], points[i+1]), p.at(points[i+2], points[i+3])
		p.objects = append(p.objects, line)
	}
	for i := 0; i+1 < len(points); i += 2 {
		p.disc(points[i], points[i+1], p.weight/2/p.side)
	}
}

func (p *pen) disc(x, y, radius float32) {
	disc := canvas.NewCircle(p.colour)
	disc.Move(p.at(x-radius, y-radius))
	disc.Resize(fyne.NewSquareSize(2 * radius * p.side))
	p.objects = append(p.objects, disc)
}

func (p *pen) ring(x, y, radius float32) {
	ring := canvas.NewCircle(color.Transparent)
	ring.StrokeColor, ring.StrokeWidth = p.colour, p.weight
	ring.Move(p.at(x-radius, y-radius))
	ring.Resize(fyne.NewSquareSize(2 * radius * p.side))
	p.objects = append(p.objects, ring)
}

func (p *pen) box(x, y, w, h, round float32, filled bool) {
	box := canvas.NewRectangle(color.Transparent)
	box.CornerRadius = round * p.side
	if filled {
		box.FillColor = p.colour
	} else {
		box.StrokeColor, box.StrokeWidth = p.colour, p.weight
	}
	box.Move(p.at(x, y))
	box.Resize(fyne.NewSize(w*p.side, h*p.side))
	p.objects = append(p.objects, box)
}

var drawings = map[look.Shape]func(*pen){
	look.Check: func(p *pen) { p.line(0.14, 0.54, 0.4, 0.8, 0.88, 0.24) },
	look.Cross: func(p *pen) { p.line(0.2, 0.2, 0.8, 0.8); p.line(0.8, 0.2, 0.2, 0.8) },
	look.Bar:   func(p *pen) { p.ring(0.5, 0.5, 0.44); p.line(0.26, 0.5, 0.74, 0.5) },
	look.Clock: func(p *pen) { p.ring(0.5, 0.5, 0.44); p.line(0.5, 0.24, 0.5, 0.52, 0.68, 0.64) },
	look.Half: func(p *pen) {
		p.ring(0.5, 0.5, 0.44)
		arc := canvas.NewArc(180, 360, 0, p.colour)
		arc.Move(p.at(0.06, 0.06))
		arc.Resize(fyne.NewSquareSize(0.88 * p.side))
		p.objects = append(p.objects, arc)
	},
	look.Alert: func(p *pen) {
		if p.side < 30 {
			p.line(0.5, 0.12, 0.5, 0.6)
			p.disc(0.5, 0.85, max(0.065, p.weight/p.side*0.65))
			return
		}
		p.line(0.5, 0.08, 0.95, 0.88, 0.05, 0.88, 0.5, 0.08)
		p.line(0.5, 0.38, 0.5, 0.58)
		p.disc(0.5, 0.74, 0.055)
	},
	look.Unsure: func(p *pen) { p.line(0.2, 0.5, 0.8, 0.5) },
	look.Left:   func(p *pen) { p.line(0.62, 0.2, 0.34, 0.5, 0.62, 0.8) },
	look.Right:  func(p *pen) { p.line(0.38, 0.2, 0.66, 0.5, 0.38, 0.8) },
	look.Up:     func(p *pen) { p.line(0.2, 0.62, 0.5, 0.34, 0.8, 0.62) },
	look.Down:   func(p *pen) { p.line(0.2, 0.38, 0.5, 0.66, 0.8, 0.38) },
	look.Erase: func(p *pen) {
		p.line(0.06, 0.5, 0.3, 0.22, 0.94, 0.22, 0.94, 0.78, 0.3, 0.78, 0.06, 0.5)
		p.line(0.47, 0.38, 0.73, 0.62)
		p.line(0.73, 0.38, 0.47, 0.62)
	},
	look.Sun: func(p *pen) {
		p.ring(0.5, 0.5, 0.19)
		for _, ray := range [][4]float32{{0.5, 0.06, 0.5, 0.14}, {0.5, 0.86, 0.5, 0.94}, {0.06, 0.5, 0.14, 0.5}, {0.86, 0.5, 0.94, 0.5},
			{0.19, 0.19, 0.25, 0.25}, {0.75, 0.75, 0.81, 0.81}, {0.19, 0.81, 0.25, 0.75}, {0.75, 0.25, 0.81, 0.19}} {
			p.line(ray[:]...)
		}
	},
	look.Moon: func(p *pen) {
		p.line(0.42, 0.1, 0.34, 0.3, 0.37, 0.5, 0.5, 0.63, 0.7, 0.66, 0.88, 0.6, 0.78, 0.79, 0.6, 0.89, 0.42, 0.88, 0.25, 0.79, 0.14, 0.63, 0.11, 0.44, 0.17, 0.27, 0.28, 0.16, 0.42, 0.1)
	},
	look.Person: func(p *pen) {
		p.ring(0.5, 0.3, 0.18)
		p.line(0.14, 0.9, 0.18, 0.74, 0.32, 0.62, 0.5, 0.58, 0.68, 0.62, 0.82, 0.74, 0.86, 0.9)
	},
	look.Card: func(p *pen) {
		p.box(0.04, 0.2, 0.92, 0.62, 0.1, false)
		p.box(0.04, 0.36, 0.92, 0.12, 0, true)
	},
	look.Tray: func(p *pen) {
		p.line(0.08, 0.56, 0.08, 0.88, 0.92, 0.88, 0.92, 0.56)
		p.line(0.5, 0.1, 0.5, 0.62)
		p.line(0.3, 0.42, 0.5, 0.62, 0.7, 0.42)
	},
	look.Glass: func(p *pen) { p.ring(0.42, 0.42, 0.3); p.line(0.64, 0.64, 0.9, 0.9) },
	look.Board: func(p *pen) {
		p.box(0.04, 0.22, 0.92, 0.56, 0.08, false)
		p.line(0.28, 0.64, 0.72, 0.64)
		for x := float32(0.22); x < 0.8; x += 0.185 {
			p.disc(x, 0.42, 0.045)
		}
	},
	look.Printer: func(p *pen) {
		p.line(0.3, 0.36, 0.3, 0.08, 0.7, 0.08, 0.7, 0.36)
		p.line(0.08, 0.36, 0.92, 0.36, 0.92, 0.7, 0.08, 0.7, 0.08, 0.36)
		p.line(0.3, 0.7, 0.3, 0.94, 0.7, 0.94, 0.7, 0.7)
	},
	look.Phone: func(p *pen) {
		p.box(0.24, 0.04, 0.52, 0.92, 0.09, false)
		p.line(0.42, 0.82, 0.58, 0.82)
		p.box(0.38, 0.3, 0.24, 0.24, 0, false)
	},
	look.Bars: func(p *pen) {
		p.line(0.06, 0.92, 0.94, 0.92)
		p.box(0.14, 0.5, 0.18, 0.36, 0, true)
		p.box(0.41, 0.14, 0.18, 0.72, 0, true)
		p.box(0.68, 0.32, 0.18, 0.54, 0, true)
	},
	look.Dot:   func(p *pen) { p.disc(0.5, 0.5, 0.3) },
	look.Speck: func(p *pen) { p.disc(0.5, 0.5, 0.12) },
}
