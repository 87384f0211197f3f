package statement

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// columns is how many the table has.
const columns = 5

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body, board *fyne.Container
	head        *form.Head
	note        *form.Note
	pane        *form.Pane
	group       *widgets.Button
	panel       *widgets.Panel
	empty       *widgets.Text
	names       *line
	rows        *widgets.Rows
	pager       *widgets.Pager
	rule        *widgets.Panel
	sums        [mostSums]*line
	view        View
}

// mostSums is how many currencies have a sum in sight.
const mostSums = 3

// NewScreen builds the screen, once. Questions are asked in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, note: form.NewNote(), panel: widgets.NewPanel(look.Surface, look.Line, 14), empty: widgets.NewPara(20), rule: widgets.NewPanel(look.Ink, look.Clear, 0)}
	s.head = form.NewHead(p.Leave, p.Other, p.Main)
	s.head.Main.Hint = keys.Receipt.Cap()
	s.pane = form.NewPane(func(int) {}, p.Pick, p.Leave, p.Other, p.Main)
	s.group = widgets.NewButton(widgets.RolePlain, 18, "", p.Group)
	s.group.Hint = keys.Another.Cap()
	s.empty.Align, s.empty.Colour, s.empty.Top = fyne.TextAlignCenter, look.Soft, false
	s.rows = widgets.NewRows(40, func() fyne.CanvasObject { return newLine() }, func(i int, o fyne.CanvasObject) {
		if l, ok := o.(*line); ok && i < len(s.view.Rows) {
			l.set(s.view.Rows[i], false, look.Ink)
		}
	})
	s.rows.Lines = true
	s.pager = widgets.NewPager(s.rows)
	s.names = newLine()
	objects := []fyne.CanvasObject{s.head.Container, s.note.Container, s.group, s.panel, s.empty, s.names, s.rows, s.pager.Up, s.pager.Down, s.rule}
	for i := range s.sums {
		s.sums[i] = newLine()
		objects = append(objects, s.sums[i])
	}
	s.board = widgets.NewPlane(s.arrange, objects...)
	s.body = widgets.NewPlane(func(size fyne.Size) {
		widgets.Place(s.board, 0, 0, size.Width, size.Height)
		widgets.Place(s.pane.Container, 0, 0, size.Width, size.Height)
	}, s.board, s.pane.Container)
	p.Changed = s.Render
	p.Ask = func(title, words, act string, yes func()) {
		overlay.Ask(widgets.Question{Shape: look.Alert, Title: title, Text: words, Choices: []widgets.Choice{
			{Words: text.Get("act.leave"), Hint: "Enter", Role: widgets.RoleMain},
			{Words: act, Hint: string(keys.Undo), Role: widgets.RolePlain, Tap: yes},
		}})
	}
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Begin() }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	if s.view.Page != nil {
		return s.pane.Key(k) || s.Presenter.Key(k)
	}
	switch k {
	case keys.PageUp, keys.Up:
		s.pager.Page(-1)
	case keys.PageDown, keys.Down:
		s.pager.Page(1)
	default:
		return s.Presenter.Key(k)
	}
	return true
}

// Render shows the view.
func (s *Screen) Render() {
	s.view = s.View()
	widgets.Show(s.board, s.view.Page == nil)
	widgets.Show(s.pane.Container, s.view.Page != nil)
	if s.view.Page != nil {
		s.pane.Set(*s.view.Page)
	} else {
		s.arrange(s.board.Size())
	}
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	v := s.view
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap, head := m.Gap, form.Tall(m)
	s.head.Set(v.Title, v.Say, v.Back, v.Other, v.Main)
	widgets.Place(s.head.Container, gap, gap*0.7, size.Width-2*gap, head)
	top := gap*1.2 + head
	s.note.Set(v.Note, v.NoteWrong, v.Busy)
	if v.Note != "" {
		h := max(28, m.Body*1.9)
		widgets.Place(s.note.Container, gap, top, size.Width-2*gap, h)
		top += h + gap*0.5
	}
	high := max(theme.MinTouch, 56*m.Unit)
	wide := max(150, 220*m.Unit)
	s.group.Words, s.group.Em = v.Group, m.Body
	widgets.Place(s.group, size.Width-gap-wide, top, wide, high)
	top += high + gap*0.5
	h := size.Height - top - gap*0.7
	widgets.Place(s.panel, gap, top, size.Width-2*gap, h)
	s.empty.Words, s.empty.Em = v.Empty, m.Body*1.1
	widgets.Show(s.empty, v.Empty != "")
	widgets.Place(s.empty, gap*3, top+gap, size.Width-6*gap, h-2*gap)
	s.arrangeTable(gap*1.6, top+gap*0.4, size.Width-3.2*gap, h-gap*0.8, m)
}

// arrangeTable puts the names over the rows and the sums below them.
func (s *Screen) arrangeTable(x, y, w, h float32, m theme.Measure) {
	v := s.view
	shown := len(v.Rows) > 0
	for _, o := range []fyne.CanvasObject{s.names, s.rows, s.rule} {
		widgets.Show(o, shown)
	}
	tall := max(32, 44*m.Unit)
	sums := min(len(v.Sums), mostSums)
	room := h - tall*float32(1+sums) - 4
	more := shown && float32(len(v.Rows))*tall > room
	widgets.Show(s.pager.Up, more)
	widgets.Show(s.pager.Down, more)
	if more {
		side := max(theme.MinTouch, 56*m.Unit)
		half := (h - 8) / 2
		widgets.Place(s.pager.Up, x+w-side, y, side, half)
		widgets.Place(s.pager.Down, x+w-side, y+half+8, side, half)
		w -= side + 8
	}
	for i, l := range s.sums {
		if widgets.Show(l, shown && i < sums); shown && i < sums {
			l.set(v.Sums[i], true, look.Ink)
			widgets.Place(l, x, y+h-tall*float32(sums-i), w, tall)
		}
	}
	if !shown {
		return
	}
	s.names.set(v.Head, false, look.Soft)
	widgets.Place(s.names, x, y, w, tall)
	widgets.Place(s.rule, x, y+h-tall*float32(sums)-2, w, 1.5)
	s.rows.Height = tall
	widgets.Place(s.rows, x, y+tall, w, room)
	s.rows.SetCount(len(v.Rows))
}

// line is a row of the table: a name at the left, amounts at the right of their
// columns.
type line struct {
	widget.BaseWidget
	cells [columns]*widgets.Text
	body  *fyne.Container
}

func newLine() *line {
	l := &line{}
	var objects []fyne.CanvasObject
	for i := range l.cells {
		l.cells[i] = widgets.NewText(16)
		if i > 0 {
			l.cells[i].Align = fyne.TextAlignTrailing
		}
		objects = append(objects, l.cells[i])
	}
	l.body = widgets.NewPlane(func(size fyne.Size) {
		wide := size.Width / (columns + 0.2)
		for i, cell := range l.cells {
			cell.Em = size.Height * 0.44
			widgets.Place(cell, wide*float32(i)+min(1, float32(i))*wide*0.2, 0, wide-10, size.Height)
		}
		widgets.Place(l.cells[0], 6, 0, wide*1.2-10, size.Height)
	}, objects...)
	l.ExtendBaseWidget(l)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *line) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(l.body) }

// MinSize implements fyne.CanvasObject.
func (l *line) MinSize() fyne.Size { return fyne.Size{} }

func (l *line) set(words []string, bold bool, colour look.Colour) {
	for i, cell := range l.cells {
		if cell.Words = ""; i < len(words) {
			cell.Words = words[i]
		}
		cell.Bold, cell.Colour = bold, colour
	}
	l.body.Refresh()
}
