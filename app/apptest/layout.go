package apptest

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Fault is something wrong with a layout.
type Fault string

// fitter is a widget that knows whether it shows its words whole.
type fitter interface{ Fits() bool }

type box struct {
	name       string
	x, y, w, h float32
}

// Check computes what is wrong with a laid-out tree: words that are cut, texts
// wider than their box, things to press that are too small, overlap or leave
// the window.
func Check(root fyne.CanvasObject) []Fault {
	c := checker{window: root.Size()}
	c.walk(root, 0, 0)
	for i, a := range c.pressed {
		if a.x < -0.5 || a.y < -0.5 || a.x+a.w > c.window.Width+0.5 || a.y+a.h > c.window.Height+0.5 {
			c.fault("%s leaves the window", a.name)
		}
		for _, b := range c.pressed[i+1:] {
			if a.x+a.w > b.x+0.5 && b.x+b.w > a.x+0.5 && a.y+a.h > b.y+0.5 && b.y+b.h > a.y+0.5 {
				c.fault("%s overlaps %s", a.name, b.name)
			}
		}
	}
	return c.faults
}

type checker struct {
	window  fyne.Size
	pressed []box
	faults  []Fault
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, Fault(fmt.Sprintf(format, args...)))
}

func (c *checker) walk(o fyne.CanvasObject, x, y float32) {
	if !o.Visible() {
		return
	}
	x, y = x+o.Position().X, y+o.Position().Y
	size := o.Size()
	if f, ok := o.(fitter); ok && !f.Fits() {
		c.fault("%s does not fit %v", name(o), size)
	}
	if text, ok := o.(*canvas.Text); ok && text.MinSize().Width > size.Width+1 {
		c.fault("text %q is wider than its box: %.0f > %.0f", text.Text, text.MinSize().Width, size.Width)
	}
	switch o.(type) {
	case *widgets.Shade:
		c.pressed = nil // it keeps presses from everything below
		return
	case *widgets.Button, *widgets.Field:
		c.pressed = append(c.pressed, box{name(o), x, y, size.Width, size.Height})
		if size.Height < theme.MinTouch-1.5 || size.Width < theme.Finger {
			c.fault("%s is only %.0f by %.0f", name(o), size.Width, size.Height)
		}
	}
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			c.walk(child, x, y)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			c.walk(child, x, y)
		}
	}
}

func name(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *widgets.Button:
		return fmt.Sprintf("button %q%s", o.Words, o.Shape)
	case *widgets.Field:
		return fmt.Sprintf("field %q", o.Label)
	case *widgets.Text:
		return fmt.Sprintf("text %q", o.Words)
	}
	return fmt.Sprintf("%T", o)
}
