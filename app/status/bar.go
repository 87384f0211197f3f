package status

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Bar is the status bar as people see it.
type Bar struct {
	*fyne.Container
	Chips           [3]*widgets.Button
	Batch, Operator *widgets.Button
	Alert           *widgets.Button
	Theme, Help     *widgets.Button
	shop, clock     *widgets.Text
	line, back      *widgets.Panel
	marks           [3]*widgets.Mark
	view            View
	mayOperate      bool
}

// Taps are what the bar's places do.
type Taps struct {
	Chip                         func(Chip)
	Batch, Operator, Theme, Help func()
	Alert                        func()
}

// NewBar builds the bar, once.
func NewBar(taps Taps) *Bar {
	b := &Bar{shop: widgets.NewBold(20), clock: widgets.NewBold(20), back: widgets.NewPanel(look.Surface, look.Clear, 0), line: widgets.NewPanel(look.Line, look.Clear, 0)}
	b.clock.Align = fyne.TextAlignTrailing
	objects := []fyne.CanvasObject{b.back, b.line, b.shop}
	for i := range b.Chips {
		b.Chips[i] = widgets.NewButton(widgets.RoleQuiet, 16, "", func() { taps.Chip(b.view.Chips[i]) })
		b.Chips[i].Left, b.Chips[i].Bold = true, false
		b.marks[i] = widgets.NewMark(look.NoShape, look.Soft)
		b.marks[i].Weight = 0.15
		objects = append(objects, b.Chips[i], b.marks[i])
	}
	b.Batch = widgets.NewButton(widgets.RoleQuiet, 16, "", taps.Batch)
	b.Batch.Bold = false
	b.Operator = widgets.NewButton(widgets.RoleQuiet, 16, "", taps.Operator)
	b.Operator.Shape, b.Operator.Left, b.Operator.Bold = look.Person, true, false
	b.Alert = widgets.NewButton(widgets.RoleQuiet, 16, "", taps.Alert)
	b.Alert.Shape, b.Alert.Left = look.Alert, true
	b.Theme = widgets.NewShapeButton(widgets.RoleQuiet, look.Moon, taps.Theme)
	b.Help = widgets.NewButton(widgets.RoleQuiet, 20, "?", taps.Help)
	b.Container = widgets.NewPlane(b.arrange, append(objects, b.Batch, b.Alert, b.Operator, b.Theme, b.Help, b.clock)...)
	return b
}

// Set shows a view; the shape is that of the theme that a press gives. While a payment is under way nobody signs out.
func (b *Bar) Set(v View, theme look.Shape, mayOperate bool) {
	if v == b.view && theme == b.Theme.Shape && mayOperate == b.mayOperate {
		return
	}
	b.view, b.Theme.Shape, b.mayOperate = v, theme, mayOperate
	b.shop.Words, b.clock.Words = v.Shop, v.Clock
	for i, chip := range v.Chips {
		b.Chips[i].Words = chip.Name
		b.marks[i].Shape, b.marks[i].Colour = chip.Shape, chip.Tint
	}
	b.Batch.Set(v.Batch, mayOperate)
	b.Alert.Set(v.Alert, mayOperate && v.Operator != "")
	widgets.Show(b.Alert, v.Alert != "" && v.Operator != "")
	b.Operator.Set(v.Operator, mayOperate && v.Operator != "")
	widgets.Show(b.Operator, v.Operator != "")
	b.Container.Refresh()
}

// Height is how high the bar is in a window.
func Height(window fyne.Size) float32 { return min(max(48, 60*theme.For(window).Unit), 76) }

func (b *Bar) arrange(size fyne.Size) {
	h := size.Height
	wide := size.Width >= 1000
	em := min(20, max(14, h*0.3))
	b.shop.Em, b.clock.Em, b.Help.Em = em*1.1, em*1.15, em*1.3
	widgets.Place(b.back, 0, 0, size.Width, h)
	widgets.Place(b.line, 0, h-1, size.Width, 1)
	x := float32(14)
	shop := min(b.shop.Width()+14, size.Width*0.24)
	widgets.Show(b.shop, wide)
	if wide {
		widgets.Place(b.shop, x, 0, shop, h)
		x += shop + 10
	} else {
		x = 4
	}
	for i, chip := range b.Chips {
		chip.Em = em
		w := widgets.Measure(b.view.Chips[i].Name, em) + em*2 + 12
		widgets.Place(chip, x, 0, w, h-1)
		side := em * 0.95
		widgets.Place(b.marks[i], x+10, (h-side)/2, side, side)
		chip.Inset = em*0.95 + 8
		x += w + 2
	}
	right := size.Width - 12
	clock := em * 3.4
	widgets.Place(b.clock, right-clock, 0, clock, h)
	right -= clock + 4
	widgets.Place(b.Help, right-h, 0, h, h-1)
	right -= h
	widgets.Place(b.Theme, right-h, 0, h, h-1)
	right -= h
	operator := min(size.Width*0.2, widgets.Measure(b.view.Operator, em)+h+26)
	b.Operator.Em = em
	widgets.Place(b.Operator, right-operator, 0, operator, h-1)
	right -= operator
	b.Batch.Em = em
	whole := widgets.Measure(b.view.Batch, em) + 36
	right = b.arrangeAlert(x+whole*0.65, right, h, em)
	batch := min(right-x-4, whole)
	widgets.Place(b.Batch, x, 0, batch, h-1)
}

// arrangeAlert puts the alert left of what is at the right, where the batch in
// two lines leaves room for it: it is told on the screens, too.
func (b *Bar) arrangeAlert(x, right, h, em float32) float32 {
	alert := widgets.Measure(b.view.Alert, em) + h + 16
	shown := b.view.Alert != "" && b.view.Operator != "" && right-alert >= x
	if widgets.Show(b.Alert, shown); !shown {
		return right
	}
	b.Alert.Em = em
	widgets.Place(b.Alert, right-alert, 0, alert, h-1)
	return right - alert
}
