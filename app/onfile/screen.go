package onfile

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Screen is the screen as people see it: who has a card on file at the left, the
// keyboard to look for somebody at the right.
type Screen struct {
	*Presenter
	body *fyne.Container

	cancel, charge *widgets.Button
	title, said    *widgets.Text
	field          *widgets.Field
	panel          *widgets.Panel
	list           *widgets.Rows
	pager          *widgets.Pager
	rows           []Row
	board          *widgets.Board
}

// NewScreen builds the screen, once. The charge is confirmed in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, title: widgets.NewBold(28), said: widgets.NewPara(18), panel: widgets.NewPanel(look.Surface, look.Line, 14)}
	s.said.Colour = look.Soft
	s.cancel = widgets.NewButton(widgets.RolePlain, 20, text.Get("card.cancel"), p.Back)
	s.cancel.Shape, s.cancel.Hint = look.Left, keys.Escape.Cap()
	s.charge = widgets.NewButton(widgets.RoleMain, 24, "", p.Charge)
	s.charge.Hint = "Enter"
	s.field = widgets.NewField(text.Get("onfile.field"), func() {})
	s.field.Chosen = true
	s.list = widgets.NewRows(56, newRow, func(i int, o fyne.CanvasObject) {
		if r, ok := o.(*cardRow); ok && i < len(s.rows) {
			r.set(s.rows[i])
		}
	})
	s.list.Lines, s.list.Tap = true, p.Choose
	s.pager = widgets.NewPager(s.list)
	s.board = widgets.NewBoard(p.Rune, func(k keys.Key) { p.Key(k) })
	s.body = widgets.NewPlane(s.arrange, s.panel, s.cancel, s.title, s.charge, s.field, s.list, s.said, s.pager.Up, s.pager.Down, s.board.Container)
	p.Changed = s.Render
	p.Ask = func() {
		title, words, yes := p.Asked()
		overlay.Ask(widgets.Question{Shape: look.Card, Title: title, Text: words, Escape: 1, Choices: []widgets.Choice{
			{Words: yes, Hint: "Enter", Role: widgets.RoleMain, Tap: p.Confirm},
			{Words: text.Get("card.cancel"), Hint: keys.Escape.Cap(), Role: widgets.RolePlain},
		}})
	}
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight; Begin has filled it.
func (s *Screen) Show() {}

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.PageUp:
		s.pager.Page(-1)
	case keys.PageDown:
		s.pager.Page(1)
	default:
		return s.Presenter.Key(k)
	}
	return true
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.rows = v.Rows
	s.title.Words, s.said.Words = v.Title, v.Said
	s.field.Words, s.field.Problem, s.field.Wrong = v.Words, v.Problem, v.Problem != ""
	s.field.Empty = text.Get("onfile.hint")
	s.charge.Set(v.Charge, v.Ready)
	s.list.SetCount(len(v.Rows))
	s.list.Choose(v.Chosen)
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	boardW := max(512, min(size.Width*0.6, 1000))
	left := size.Width - boardW - 3*margin
	x := 2*margin + left
	s.title.Em, s.cancel.Em, s.charge.Em = m.Title, m.Body, m.Body*1.1
	widgets.Place(s.cancel, margin, margin, max(118, 190*m.Unit), m.Touch)
	widgets.Place(s.title, x, margin, boardW, m.Touch)
	top := margin + m.Touch + m.Gap
	field := max(72, 110*m.Unit)
	widgets.Place(s.field, margin, top, left, field)
	list := top + field
	height := size.Height - margin - list
	widgets.Place(s.panel, margin, list, left, height)
	s.list.Height = max(52, 72*m.Unit)
	paged := float32(0)
	if above, below := s.list.More(); above || below {
		paged = m.Touch + m.Gap*0.5
	}
	widgets.Show(s.pager.Up, paged > 0)
	widgets.Show(s.pager.Down, paged > 0)
	widgets.Place(s.list, margin+2, list+4, left-4, height-8-paged)
	half := (left - m.Gap - 8) / 2
	widgets.Place(s.pager.Up, margin+4, list+height-m.Touch-4, half, m.Touch)
	widgets.Place(s.pager.Down, margin+4+half+m.Gap, list+height-m.Touch-4, half, m.Touch)
	s.said.Em = m.Body * 0.95
	widgets.Place(s.said, margin+m.Pad, list+m.Pad, left-2*m.Pad, height-2*m.Pad)
	board := max(252, min((size.Height-top)*0.66, boardW*0.6))
	widgets.Place(s.board.Container, x, size.Height-margin-board, boardW, board)
	room := size.Height - margin - board - m.Gap - top
	charge := min(room, m.Touch*1.6)
	widgets.Place(s.charge, x, top+room-charge, boardW, charge)
}

// cardRow is a card on file in the list.
type cardRow struct {
	widget.BaseWidget
	name, card, used *widgets.Text
	body             *fyne.Container
}

func newRow() fyne.CanvasObject {
	r := &cardRow{name: widgets.NewBold(20), card: widgets.NewText(16), used: widgets.NewText(14)}
	r.card.Colour, r.used.Colour = look.Soft, look.Soft
	r.used.Align = fyne.TextAlignTrailing
	r.body = widgets.NewPlane(r.arrange, r.name, r.card, r.used)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *cardRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *cardRow) MinSize() fyne.Size { return fyne.Size{} }

func (r *cardRow) set(from Row) {
	r.name.Words, r.card.Words, r.used.Words = from.Name, from.Card, from.Used
	r.body.Refresh()
}

func (r *cardRow) arrange(size fyne.Size) {
	h, pad := size.Height, float32(12)
	r.name.Em, r.card.Em, r.used.Em = h*0.36, h*0.27, h*0.25
	widgets.Place(r.name, pad, h*0.04, size.Width-2*pad, h*0.5)
	used := size.Width * 0.36
	widgets.Place(r.card, pad, h*0.52, size.Width-2*pad-used, h*0.4)
	widgets.Place(r.used, size.Width-pad-used, h*0.52, used, h*0.4)
}
