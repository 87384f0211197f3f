package app

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// helpPage shows the table of keys over the screen.
type helpPage struct {
	*fyne.Container
	shade *widgets.Shade
	back  *widgets.Panel
	title *widgets.Text
	caps  []*widgets.Text
	does  []*widgets.Text
	boxes []*widgets.Panel
	close *widgets.Button
	// redraw has the window drawn again without the page.
	redraw func()
}

func newHelp() *helpPage {
	h := &helpPage{shade: widgets.NewShade(), back: widgets.NewPanel(look.Surface, look.Line, 18), title: widgets.NewBold(28)}
	h.title.Words = text.Get("help.title")
	h.close = widgets.NewButton(widgets.RoleMain, 20, text.Get("help.close"), h.shut)
	h.close.Hint = "Esc"
	objects := []fyne.CanvasObject{h.shade, h.back, h.title, h.close}
	for _, line := range keys.Table {
		c, d, box := widgets.NewBold(15), widgets.NewPara(15), widgets.NewPanel(look.Raised, look.Line, 6)
		c.Words, d.Words = line.Cap, text.Get(line.Does)
		c.Align, d.Top = fyne.TextAlignCenter, false
		h.caps, h.does, h.boxes = append(h.caps, c), append(h.does, d), append(h.boxes, box)
		objects = append(objects, box, c, d)
	}
	h.Container = widgets.NewPlane(h.arrange, objects...)
	h.Hide()
	return h
}

func (h *helpPage) key(k keys.Key) {
	if k == keys.Escape || k == keys.Enter || k == keys.Help {
		h.shut()
	}
}

func (h *helpPage) shut() {
	h.Hide()
	h.redraw()
}

func (h *helpPage) arrange(size fyne.Size) {
	m := theme.For(size)
	widgets.Place(h.shade, 0, 0, size.Width, size.Height)
	gap := m.Gap
	w, height := min(size.Width-2*gap, 1300), size.Height-2*gap
	x, y := (size.Width-w)/2, gap
	widgets.Place(h.back, x, y, w, height)
	pad := m.Pad
	h.title.Em, h.close.Em = m.Title, m.Body
	widgets.Place(h.title, x+pad, y+pad*0.5, w-3*pad-180, m.Touch)
	widgets.Place(h.close, x+w-pad*0.7-180, y+pad*0.5, 180, m.Touch)
	top := y + pad*0.5 + m.Touch + 6
	rows := (len(h.caps) + 1) / 2
	line := (y + height - pad*0.6 - top) / float32(rows)
	column := (w - 3*pad) / 2
	cap := max(104, 150*m.Unit)
	for i := range h.caps {
		cx, cy := x+pad+float32(i/rows)*(column+pad), top+float32(i%rows)*line
		h.caps[i].Em, h.does[i].Em = m.Small, m.Small*1.05
		widgets.Place(h.boxes[i], cx, cy+2, cap, line-4)
		widgets.Place(h.caps[i], cx+4, cy+2, cap-8, line-4)
		widgets.Place(h.does[i], cx+cap+12, cy, column-cap-12, line)
	}
}
