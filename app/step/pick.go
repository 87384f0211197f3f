package step

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets"
)

// Row is one payment of a list.
type Row struct {
	Time, Amount string
	// Word and Under are the two lines in the middle.
	Word, Under string
	Look        look.Look
}

// PickView is what a list shows.
type PickView struct {
	Title string
	// Find has a field to search by; Search is what was typed into it, Typing
	// that the keyboard on the screen is shown.
	Find   bool
	Search string
	Typing bool
	Rows   []Row
	Chosen int // -1: none
	// Empty is said in place of rows, Problem what went wrong.
	Empty, Problem string
	Extra          Act
}

// Picking is what a list reports.
type Picking struct {
	Back, Extra, Field func()
	Tap                func(int)
	Rune               func(rune)
	Key                func(keys.Key)
}

// Pick is the step in which a payment is chosen.
type Pick struct {
	*fyne.Container
	head           *Head
	extra          *widgets.Button
	find           *widgets.Field
	panel          *widgets.Panel
	list           *widgets.Rows
	pager          *widgets.Pager
	empty, problem *widgets.Text
	board          *widgets.Board
	rows           []Row
}

// NewPick makes the step.
func NewPick(on Picking) *Pick {
	p := &Pick{head: NewHead(on.Back), extra: widgets.NewButton(widgets.RolePlain, 20, "", on.Extra),
		find: widgets.NewField(text.Get("step.find"), on.Field), panel: widgets.NewPanel(look.Surface, look.Line, 14),
		empty: widgets.NewPara(20), problem: widgets.NewPara(18), board: widgets.NewBoard(on.Rune, on.Key)}
	p.find.Empty = text.Get("step.find.empty")
	p.empty.Align, p.empty.Top, p.empty.Colour, p.problem.Colour = fyne.TextAlignCenter, false, look.Soft, look.Wrong
	p.list = widgets.NewRows(64, newRow, func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*row); ok && i < len(p.rows) {
			row.set(p.rows[i])
		}
	})
	p.list.Lines, p.list.Tap = true, on.Tap
	p.pager = widgets.NewPager(p.list)
	p.Container = widgets.NewPlane(p.arrange, append(p.head.Objects(), p.extra, p.find, p.panel, p.list, p.pager.Up, p.pager.Down,
		p.empty, p.problem, p.board.Container)...)
	return p
}

// Page moves the list by pages, down if positive.
func (p *Pick) Page(pages int) { p.pager.Page(pages) }

// Set shows a view.
func (p *Pick) Set(v PickView) {
	p.rows = v.Rows
	p.head.Title.Words, p.empty.Words, p.problem.Words = v.Title, v.Empty, v.Problem
	p.find.Words, p.find.Chosen = v.Search, v.Typing || v.Search != ""
	widgets.Show(p.find, v.Find)
	widgets.Show(p.head.Title, !v.Find)
	widgets.Show(p.board.Container, v.Typing)
	v.Extra.show(p.extra)
	p.Container.Refresh()
	p.list.Chosen = v.Chosen
	p.list.SetCount(len(v.Rows))
	if v.Chosen >= 0 {
		p.list.Choose(v.Chosen)
	}
}

func (p *Pick) arrange(size fyne.Size) {
	m := measure(size)
	gap := m.Gap
	free := float32(0)
	if p.extra.Visible() {
		free = max(150, 230*m.Unit)
		p.extra.Em = m.Body
		widgets.Place(p.extra, size.Width-gap-free, gap, free, m.Touch)
		free += gap
	}
	top := p.head.Arrange(m, size.Width, free)
	if p.find.Visible() {
		x := p.head.side(m) - gap
		widgets.Place(p.find, x, gap, size.Width-x-gap-free, m.Touch+22)
		top += 22 - gap
	}
	bottom := size.Height - gap
	if p.board.Container.Visible() {
		board := min(BoardHeight(m), size.Height-top-gap)
		widgets.Place(p.board.Container, gap, bottom-board, size.Width-2*gap, board)
		bottom -= board + gap
	}
	if p.problem.Words != "" {
		p.problem.Em = m.Body
		h := min(p.problem.Tall(size.Width-2*gap)+4, bottom-top)
		widgets.Place(p.problem, gap, bottom-h, size.Width-2*gap, h)
		bottom -= h + 4
	} else {
		widgets.Place(p.problem, gap, bottom, 0, 0)
	}
	p.arrangeList(size, top, bottom)
}

func (p *Pick) arrangeList(size fyne.Size, top, bottom float32) {
	m := measure(size)
	gap, side, h := m.Gap, m.Touch, bottom-top
	p.list.Height = max(50, 66*m.Unit)
	// Over the keyboard of a small window there is room for the field alone.
	room := h >= p.list.Height
	pages := h >= 2*side+gap
	for _, o := range []fyne.CanvasObject{p.panel, p.list} {
		widgets.Show(o, room)
	}
	for _, b := range []*widgets.Button{p.pager.Up, p.pager.Down} {
		widgets.Show(b, room && pages)
	}
	widgets.Show(p.empty, room && len(p.rows) == 0)
	w := size.Width - 2*gap
	if pages {
		w -= side + 8
		widgets.Place(p.pager.Up, size.Width-gap-side, top, side, side)
		widgets.Place(p.pager.Down, size.Width-gap-side, bottom-side, side, side)
	}
	inset := min(6, (h-p.list.Height)/2)
	widgets.Place(p.panel, gap, top, w, h)
	widgets.Place(p.list, gap+6, top+inset, w-12, h-2*inset)
	p.empty.Em = m.Body * 1.1
	widgets.Place(p.empty, gap+m.Pad, top, w-2*m.Pad, h)
}

// row is one payment as it is drawn.
type row struct {
	widget.BaseWidget
	mark                      *widgets.Mark
	time, amount, word, under *widgets.Text
	body                      *fyne.Container
}

func newRow() fyne.CanvasObject {
	r := &row{mark: widgets.NewMark(look.NoShape, look.Ink), time: widgets.NewText(18), amount: widgets.NewBold(22),
		word: widgets.NewBold(16), under: widgets.NewText(15)}
	r.mark.Weight = 0.14
	r.amount.Align = fyne.TextAlignTrailing
	r.time.Colour, r.under.Colour = look.Soft, look.Soft
	r.body = widgets.NewPlane(r.arrange, r.mark, r.time, r.amount, r.word, r.under)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *row) MinSize() fyne.Size { return fyne.Size{} }

func (r *row) set(from Row) {
	r.mark.Shape, r.mark.Colour = from.Look.Shape, from.Look.Tint
	r.time.Words, r.amount.Words, r.under.Words = from.Time, from.Amount, from.Under
	r.word.Words, r.word.Colour = from.Word, from.Look.Tint
	r.body.Refresh()
}

func (r *row) arrange(size fyne.Size) {
	h := size.Height
	side := h * 0.42
	r.time.Em, r.amount.Em, r.word.Em, r.under.Em = h*0.28, h*0.38, h*0.29, h*0.26
	widgets.Place(r.mark, 10, (h-side)/2, side, side)
	x := 10 + side + 14
	widgets.Place(r.time, x, 0, h*1.25, h)
	x += h*1.25 + 6
	amount := min(size.Width*0.3, h*3.3)
	words := size.Width - x - amount - 20
	widgets.Place(r.word, x, h*0.08, words, h*0.44)
	widgets.Place(r.under, x, h*0.5, words, h*0.4)
	widgets.Place(r.amount, size.Width-amount-12, 0, amount, h)
}
