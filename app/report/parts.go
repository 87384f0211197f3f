package report

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// mostCells is how many figures stand below the large one.
const mostCells = 8

// sheet shows the figures.
type sheet struct {
	*fyne.Container
	view      Sheet
	name, net *widgets.Text
	foot      *widgets.Text
	alarm     *widgets.Mark
	cells     [mostCells]struct{ name, value, say *widgets.Text }
	line      *widgets.Panel
}

func newSheet() *sheet {
	s := &sheet{name: widgets.NewText(18), net: widgets.NewBold(48), foot: widgets.NewPara(16), alarm: widgets.NewMark(look.Alert, look.TintDeclined), line: widgets.NewPanel(look.Line, look.Clear, 0)}
	s.name.Colour, s.foot.Colour, s.foot.Top = look.Soft, look.Soft, false
	objects := []fyne.CanvasObject{s.name, s.net, s.line, s.alarm, s.foot}
	for i := range s.cells {
		c := &s.cells[i]
		c.name, c.value, c.say = widgets.NewText(15), widgets.NewBold(22), widgets.NewPara(14)
		c.name.Colour, c.say.Colour, c.name.Wrap = look.Soft, look.Soft, true
		objects = append(objects, c.name, c.value, c.say)
	}
	s.Container = widgets.NewPlane(s.arrange, objects...)
	return s
}

func (s *sheet) arrange(size fyne.Size) {
	if size.Height <= 0 {
		return
	}
	em := min(size.Height/15, size.Width/44, 30)
	s.name.Words, s.net.Words, s.foot.Words = s.view.Name, s.view.Net, s.view.Foot
	s.name.Em, s.net.Em, s.foot.Em = max(13, em), em*2.9, max(12.5, em*0.85)
	widgets.Place(s.name, 0, 0, size.Width, em*1.5)
	widgets.Place(s.net, 0, em*1.4, size.Width, em*3.7)
	widgets.Place(s.line, 0, em*5.4, size.Width, 1)
	foot := em * 1.9
	top, columns := em*5.7, 4
	w, h := size.Width/float32(columns), (size.Height-top-foot)/2
	for i := range s.cells {
		c := &s.cells[i]
		shown := i < len(s.view.Cells)
		for _, o := range []fyne.CanvasObject{c.name, c.value, c.say} {
			widgets.Show(o, shown)
		}
		if !shown {
			continue
		}
		v := s.view.Cells[i]
		c.name.Words, c.value.Words, c.say.Words = v.Name, v.Value, v.Say
		c.name.Em, c.value.Em, c.say.Em = max(12.5, em*0.85), em*1.35, max(12, em*0.75)
		x, y := w*float32(i%columns), top+h*float32(i/columns)
		widgets.Place(c.name, x, y, w-em*0.5, h*0.32)
		widgets.Place(c.value, x, y+h*0.31, w-em*0.5, h*0.4)
		widgets.Place(c.say, x, y+h*0.69, w-em*0.5, h*0.3)
	}
	widgets.Show(s.alarm, s.view.Alarm)
	x := float32(0)
	if s.view.Alarm {
		widgets.Place(s.alarm, 0, size.Height-foot+foot*0.15, foot*0.7, foot*0.7)
		x = foot
	}
	widgets.Place(s.foot, x, size.Height-foot, size.Width-x, foot)
}

// chart shows standing bars, with the chosen one in words over them.
type chart struct {
	*fyne.Container
	view         Chart
	read         *widgets.Text
	now, before  *widgets.Text
	full, hollow *widgets.Panel
	columns      *widgets.Columns
}

func newChart(tap func(int)) *chart {
	c := &chart{read: widgets.NewBold(18), now: widgets.NewText(16), before: widgets.NewText(16), columns: widgets.NewColumns(tap),
		full: widgets.NewPanel(look.Accent, look.Clear, 2), hollow: widgets.NewPanel(look.Clear, look.Ink, 0)}
	c.Container = widgets.NewPlane(c.arrange, c.read, c.full, c.now, c.hollow, c.before, c.columns)
	return c
}

func (c *chart) arrange(size fyne.Size) {
	if size.Height <= 0 || len(c.view.Bars) == 0 {
		return
	}
	em := min(max(size.Height*0.065, 14), 24)
	line := em * 1.6
	c.read.Words, c.read.Em = c.view.Read, em
	compared := c.view.Now != ""
	for _, o := range []fyne.CanvasObject{c.now, c.before, c.full, c.hollow} {
		widgets.Show(o, compared)
	}
	widgets.Place(c.read, 0, 0, size.Width, line)
	top := line + em*0.4
	if compared {
		c.now.Words, c.before.Words, c.now.Em, c.before.Em = c.view.Now, c.view.Before, em*0.85, em*0.85
		side, half := em*0.8, size.Width/2
		widgets.Place(c.full, 0, top+(line-side)/2-em*0.2, side, side)
		widgets.Place(c.now, side*1.6, top-em*0.2, half-side*2, line)
		widgets.Place(c.hollow, half, top+(line-side)/2-em*0.2, side, side)
		widgets.Place(c.before, half+side*1.6, top-em*0.2, half-side*2, line)
		top += line
	}
	bars := make([]widgets.Bar, len(c.view.Bars))
	for i, b := range c.view.Bars {
		bars[i] = widgets.Bar(b)
	}
	widgets.Place(c.columns, 0, top, size.Width, size.Height-top)
	c.columns.Set(bars, compared, c.view.Chosen)
}

// parts shows lying bars under each other, and their headings.
type parts struct {
	*fyne.Container
	view  []Part
	rows  *widgets.Rows
	pager *widgets.Pager
}

func newParts() *parts {
	p := &parts{}
	p.rows = widgets.NewRows(48, newPartRow, func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*partRow); ok && i < len(p.view) {
			row.set(p.view[i])
		}
	})
	p.pager = widgets.NewPager(p.rows)
	p.Container = widgets.NewPlane(p.arrange, p.rows, p.pager.Up, p.pager.Down)
	return p
}

func (p *parts) arrange(size fyne.Size) {
	if size.Height <= 0 {
		return
	}
	p.rows.Height = min(max(34, size.Height/11), 54)
	list, side := size.Width, max(theme.MinTouch, size.Width*0.045)
	more := float32(len(p.view))*p.rows.Height > size.Height
	widgets.Show(p.pager.Up, more)
	widgets.Show(p.pager.Down, more)
	if more {
		list -= side + 10
		half := (size.Height - 8) / 2
		widgets.Place(p.pager.Up, list+10, 0, side, half)
		widgets.Place(p.pager.Down, list+10, half+8, side, half)
	}
	widgets.Place(p.rows, 0, 0, list, size.Height)
	p.rows.SetCount(len(p.view))
}

// partRow is one lying bar, or a heading.
type partRow struct {
	widget.BaseWidget
	name, say, words *widgets.Text
	beam             *widgets.Beam
	body             *fyne.Container
	part             Part
}

func newPartRow() fyne.CanvasObject {
	r := &partRow{name: widgets.NewText(18), say: widgets.NewText(15), words: widgets.NewBold(18), beam: widgets.NewBeam()}
	r.name.Wrap, r.say.Colour = true, look.Soft
	r.say.Align, r.words.Align = fyne.TextAlignTrailing, fyne.TextAlignTrailing
	r.body = widgets.NewPlane(r.arrange, r.name, r.say, r.words, r.beam)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *partRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *partRow) MinSize() fyne.Size { return fyne.Size{} }

func (r *partRow) set(p Part) {
	r.part = p
	r.name.Words, r.say.Words, r.words.Words, r.name.Bold = p.Name, p.Say, p.Words, p.Head
	r.name.Colour = look.Ink
	if p.Head {
		r.name.Colour = look.Soft
	}
	r.beam.Set(p.Value, p.Whole)
	r.body.Refresh()
}

func (r *partRow) arrange(size fyne.Size) {
	em := size.Height * 0.4
	r.name.Em, r.say.Em, r.words.Em = em, em*0.85, em
	widgets.Show(r.beam, !r.part.Head)
	if r.part.Head {
		r.name.Em = em * 0.9
		widgets.Place(r.name, 0, size.Height*0.2, size.Width, size.Height*0.8)
		return
	}
	w := size.Width
	widgets.Place(r.name, 0, 0, w*0.27, size.Height)
	widgets.Place(r.beam, w*0.28, size.Height*0.22, w*0.38, size.Height*0.56)
	widgets.Place(r.say, w*0.67, 0, w*0.1, size.Height)
	widgets.Place(r.words, w*0.78, 0, w*0.22-4, size.Height)
}
