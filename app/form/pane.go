package form

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Page is what a screen of the back office shows: what there is at the left,
// what is in it at the right, and what is filled in. A small window shows one
// of them.
type Page struct {
	// Title and Say are of what is open; Whole is the title where left and right
	// are both in sight, "" for Title.
	Title, Say, Whole string
	// Back, Other and Main are the words of the buttons; "" leaves one away.
	Back, Other, Main string
	Left, Right       []Item
	LeftAt, RightAt   int
	// Inside says that the keys are at the right, which a small window shows.
	Inside bool
	// Form is filled in, nil for none; Beside keeps the left in sight then.
	Form   *Form
	Beside bool
	// Note is told above; NoteWrong that something did not work.
	Note      string
	NoteWrong bool
	// Busy says that Note tells of work that is under way.
	Busy bool
	// Tall rows at the right have room for long sentences.
	Tall bool
}

// Pane shows pages. It is built once.
type Pane struct {
	*fyne.Container
	head        *Head
	note        *Note
	left, right *List
	fill        *View
	page        Page
}

// NewPane makes a pane. left and right hear which row was pressed; back, other
// and main are the head's buttons.
func NewPane(left, right func(int), back, other, main func()) *Pane {
	p := &Pane{note: NewNote(), fill: NewView(), left: NewList(left), right: NewList(right), head: NewHead(back, other, main)}
	p.Container = widgets.NewPlane(p.arrange, p.head.Container, p.note.Container, p.left.Container, p.right.Container, p.fill.Container)
	return p
}

// Key handles the keys that page; Page says what the others mean.
func (p *Pane) Key(k keys.Key) bool {
	pages := map[keys.Key]int{keys.PageUp: -1, keys.PageDown: 1}[k]
	switch {
	case pages == 0:
		return false
	case p.page.Form != nil:
		p.fill.Page(pages)
	case p.page.Inside || len(p.page.Left) == 0:
		p.right.Page(pages)
	default:
		p.left.Page(pages)
	}
	return true
}

// Set shows a page.
func (p *Pane) Set(page Page) {
	p.page = page
	p.arrange(p.Size())
	if page.Form != nil {
		p.fill.Use(page.Form)
		p.fill.Render()
	}
	if p.left.Visible() {
		p.left.Set(page.Left, page.LeftAt)
	}
	if p.right.tall = page.Tall; p.right.Visible() {
		p.right.Set(page.Right, page.RightAt)
	}
	p.Refresh()
}

// wide windows show left and right side by side.
func (p *Pane) wide(size fyne.Size) bool { return size.Width >= 1000 && len(p.page.Left) > 0 }

func (p *Pane) arrange(size fyne.Size) {
	page := p.page
	wide := p.wide(size)
	both := wide && (page.Form == nil || page.Beside)
	title, say := page.Title, page.Say
	if both && page.Form == nil && page.Whole != "" {
		title, say = page.Whole, ""
	}
	note := page.Note
	if page.Form != nil && note != "" { // the pad needs the room
		say, note = note, ""
	}
	p.head.Set(title, say, page.Back, page.Other, page.Main)
	p.head.Wrong(page.Form != nil && page.NoteWrong)
	p.head.Main.Hint = keys.Enter.Cap()
	if page.Form != nil && len(page.Form.fields) > 1 {
		p.head.Main.Hint = keys.Save.Cap()
	}
	p.note.Set(note, page.NoteWrong, page.Busy)
	inside := page.Inside || len(page.Left) == 0
	widgets.Show(p.fill.Container, page.Form != nil)
	widgets.Show(p.left.Container, both || page.Form == nil && !inside)
	widgets.Show(p.right.Container, page.Form == nil && (both || inside))

	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap, head := m.Gap, Tall(m)
	widgets.Place(p.head.Container, gap, gap*0.7, size.Width-2*gap, head)
	top := gap*1.2 + head
	if note != "" {
		h := max(28, m.Body*1.9)
		widgets.Place(p.note.Container, gap, top, size.Width-2*gap, h)
		top += h + gap*0.5
	}
	x, w, h := gap, size.Width-2*gap, size.Height-top-gap*0.7
	if both {
		side := (w - gap) * 0.33
		widgets.Place(p.left.Container, x, top, side, h)
		x, w = x+side+gap, w-side-gap
	} else {
		widgets.Place(p.left.Container, x, top, w, h)
	}
	widgets.Place(p.right.Container, x, top, w, h)
	widgets.Place(p.fill.Container, x, top, w, h)
}
