package shift

import (
	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// mostShown is how many kinds of notes and coins are in sight at most; no
// currency has as many.
const mostShown = 16

// countSheet is where the drawer is counted: the notes and coins at the left,
// below them what they come to, at the right the pad.
type countSheet struct {
	*fyne.Container
	head         *form.Head
	cells        [mostShown]*cell
	panel        *widgets.Panel
	label, total *widgets.Text
	problem      *widgets.Text
	less, more   *widgets.Button
	pads         map[bool]*widgets.Keypad // by whether one sum is typed
	view         *CountView
	first        int // the kind that is in the first cell
}

// cell is one kind of note or coin: a button with its words on it.
type cell struct {
	button           *widgets.Button
	face, count, sum *widgets.Text
}

func newCountSheet(p *Presenter) *countSheet {
	s := &countSheet{view: &CountView{}, panel: widgets.NewPanel(look.Surface, look.Line, 14), label: widgets.NewText(20), total: widgets.NewBold(40), problem: widgets.NewPara(16)}
	s.head = form.NewHead(p.Leave, p.Turn, p.Finish)
	s.head.Main.Hint = keys.Save.Cap()
	s.label.Colour, s.problem.Colour, s.problem.Top = look.Soft, look.Wrong, false
	s.label.Words = text.Get("shift.sum")
	s.total.Align = fyne.TextAlignTrailing
	s.less = widgets.NewButton(widgets.RolePlain, 28, "−", func() { p.Add(-1) })
	s.more = widgets.NewButton(widgets.RolePlain, 28, "+", func() { p.Add(1) })
	s.pads = map[bool]*widgets.Keypad{false: widgets.NewKeypad(caps.None, p.Press), true: widgets.NewKeypad(caps.Zeros, p.Press)}
	objects := []fyne.CanvasObject{s.head.Container, s.panel, s.label, s.total, s.problem, s.less, s.more, s.pads[false].Container, s.pads[true].Container}
	for i := range s.cells {
		c := &cell{button: widgets.NewButton(widgets.RolePlain, 20, "", func() { p.ChoosePiece(s.first + i) }),
			face: widgets.NewText(20), count: widgets.NewBold(20), sum: widgets.NewText(16)}
		c.count.Align, c.sum.Align = fyne.TextAlignTrailing, fyne.TextAlignTrailing
		c.face.Colour, c.sum.Colour = look.Soft, look.Soft
		s.cells[i] = c
		objects = append(objects, c.button, c.face, c.count, c.sum)
	}
	s.Container = widgets.NewPlane(s.arrange, objects...)
	return s
}

func (s *countSheet) set(v *CountView) {
	s.view = v
	s.head.Set(v.Title, v.Hint, v.Back, v.Turn, v.Main)
	s.head.Main.Enable(v.Ready)
	s.total.Words, s.problem.Words = v.Total, v.Problem
	whole := len(v.Pieces) == 0
	widgets.Show(s.less, !whole)
	widgets.Show(s.more, !whole)
	for of, pad := range s.pads {
		widgets.Show(pad.Container, of == whole)
	}
	s.arrange(s.Size())
	s.Refresh()
}

func (c *cell) show(shown bool) {
	for _, o := range []fyne.CanvasObject{c.button, c.face, c.count, c.sum} {
		widgets.Show(o, shown)
	}
}

// fill puts a kind into the cell.
func (c *cell) fill(p Piece) {
	c.face.Words, c.count.Words, c.sum.Words = p.Face, p.Count, p.Sum
	if p.Count != "" {
		c.count.Words = "× " + p.Count
	}
	c.button.Bound(p.Chosen)
	c.face.Colour = look.Soft
	if p.Chosen || p.Count != "" {
		c.face.Colour = look.Ink
	}
}

func (s *countSheet) arrange(size fyne.Size) {
	if size.Height <= 0 {
		return
	}
	m, x, y, w, h := headed(s.head, size)
	pad := min(w*0.38, 520*max(0.6, m.Unit))
	left, right := w-pad-m.Gap, x+w-pad
	s.arrangePad(m, right, y, pad, h)
	foot := max(m.Touch, 84*m.Unit)
	if len(s.view.Pieces) == 0 { // the sum is all there is
		foot = h
	}
	s.arrangeCells(m, x, y, left, h-foot-m.Gap)
	top := y + h - foot
	widgets.Place(s.panel, x, top, left, foot)
	inner := left - 2*m.Pad
	s.label.Em, s.total.Em, s.problem.Em = m.Body, min(foot*0.56, 110*m.Unit), m.Body*0.92
	widgets.Show(s.problem, s.view.Problem != "")
	said := float32(0)
	if s.view.Problem != "" {
		said = min(foot*0.46, m.Body*2.6)
		s.total.Em = min(s.total.Em, (foot-said)*0.75)
	}
	widgets.Place(s.label, x+m.Pad, top, inner*0.4, foot-said)
	widgets.Place(s.total, x+m.Pad+inner*0.4, top, inner*0.6, foot-said)
	widgets.Place(s.problem, x+m.Pad, top+foot-said, inner, said-2)
}

// arrangePad places the pad, and above it what counts by one.
func (s *countSheet) arrangePad(m theme.Measure, x, y, w, h float32) {
	step := m.Touch
	s.less.Em, s.more.Em = m.Title, m.Title
	widgets.Place(s.less, x, y, (w-m.Gap)/2, step)
	widgets.Place(s.more, x+(w+m.Gap)/2, y, (w-m.Gap)/2, step)
	widgets.Place(s.pads[true].Container, x, y, w, h)
	widgets.Place(s.pads[false].Container, x, y+step+m.Gap, w, h-step-m.Gap)
}

// arrangeCells places the kinds, the larger ones at the left: in two columns, or in
// a low window in three, without what each comes to.
func (s *countSheet) arrangeCells(m theme.Measure, x, y, w, h float32) {
	n, chosen := len(s.view.Pieces), 0
	for i, p := range s.view.Pieces {
		if p.Chosen {
			chosen = i
		}
	}
	gap := max(4, m.Gap*0.5)
	most := max(1, int((h+gap)/(theme.MinTouch+gap)))
	columns := 2
	if n > 2*most {
		columns = 3
	}
	rows := min(most, (n+columns-1)/columns)
	room := min(columns*rows, mostShown)
	// Where not all have room, those around the chosen one are shown.
	s.first = min(max(0, chosen-room/2), max(0, n-room))
	wide := (w - float32(columns-1)*gap) / float32(columns)
	tall := min((h+gap)/float32(rows)-gap, 96*m.Unit+20)
	for i, c := range s.cells {
		shown := i < room && s.first+i < n
		if c.show(shown); shown {
			c.fill(s.view.Pieces[s.first+i])
			c.arrange(m, x+float32(i/rows)*(wide+gap), y+float32(i%rows)*(tall+gap), wide, tall, columns == 2)
		}
	}
}

func (c *cell) arrange(m theme.Measure, x, y, w, h float32, summed bool) {
	widgets.Place(c.button, x, y, w, h)
	c.face.Em, c.count.Em, c.sum.Em = m.Body, m.Body*1.1, max(13, m.Small)
	in := m.Pad * 0.8
	x, w = x+in, w-2*in
	if !summed {
		widgets.Place(c.face, x, y, w*0.58, h)
		widgets.Place(c.count, x+w*0.58, y, w*0.42, h)
		widgets.Place(c.sum, x, y, 0, 0)
		c.sum.Words = ""
		return
	}
	widgets.Place(c.face, x, y, w*0.4, h)
	widgets.Place(c.count, x+w*0.4, y, w*0.24, h)
	widgets.Place(c.sum, x+w*0.66, y, w*0.34, h)
}
