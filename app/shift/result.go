package shift

import (
	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// mostFigures is how many lines a result has.
const mostFigures = 7

// resultView tells what a count came to: at the left in a word, at the right why.
type resultView struct {
	*fyne.Container
	head              *form.Head
	panel, side       *widgets.Panel
	mark              *widgets.Mark
	word, amount      *widgets.Text
	said, problem     *widgets.Text
	names, values     [mostFigures]*widgets.Text
	lines             [mostFigures]*widgets.Panel
	main, other, next *widgets.Button
	view              *Result
}

func newResultView(p *Presenter) *resultView {
	v := &resultView{view: &Result{}, panel: widgets.NewPanel(look.Surface, look.Line, 18), side: widgets.NewPanel(look.Surface, look.Line, 14),
		mark: widgets.NewMark(look.Check, look.TintApproved), word: widgets.NewBold(40), amount: widgets.NewBold(60), said: widgets.NewPara(18), problem: widgets.NewPara(18)}
	v.head = form.NewHead(p.Leave, func() {}, func() {})
	v.word.Wrap, v.said.Colour, v.problem.Colour = true, look.Soft, look.Wrong
	v.problem.Top = false
	v.main = widgets.NewButton(widgets.RoleMain, 24, "", p.Main)
	v.other = widgets.NewButton(widgets.RolePlain, 20, "", p.Other)
	v.next = widgets.NewButton(widgets.RolePlain, 20, "", func() {
		p.Resume()
		p.Paper()
	})
	v.main.Hint, v.other.Hint = keys.Enter.Cap(), keys.Undo.Cap()
	objects := []fyne.CanvasObject{v.head.Container, v.panel, v.side, v.mark, v.word, v.amount, v.said, v.problem, v.main, v.other, v.next}
	for i := range v.names {
		v.names[i], v.values[i], v.lines[i] = widgets.NewText(18), widgets.NewText(18), widgets.NewPanel(look.Line, look.Clear, 0)
		v.values[i].Align = fyne.TextAlignTrailing
		objects = append(objects, v.lines[i], v.names[i], v.values[i])
	}
	v.Container = widgets.NewPlane(v.arrange, objects...)
	return v
}

func (v *resultView) set(r *Result) {
	v.view = r
	v.head.Set(r.Title, "", r.Back, "", "")
	v.mark.Shape, v.mark.Colour = r.Shape, r.Tint
	v.word.Words, v.amount.Words, v.said.Words, v.problem.Words = r.Word, r.Amount, r.Said, r.Problem
	for b, words := range map[*widgets.Button]string{v.main: r.Main, v.other: r.Other, v.next: r.Third} {
		b.Words = words
		widgets.Show(b, words != "")
		b.Enable(!r.Busy)
	}
	v.next.Hint = r.ThirdKey.Cap()
	for i := range v.names {
		shown := i < len(r.Rows)
		widgets.Show(v.names[i], shown)
		widgets.Show(v.values[i], shown)
		widgets.Show(v.lines[i], shown && r.Rows[i].Sum)
		if shown {
			row := r.Rows[i]
			v.names[i].Words, v.values[i].Words = row.Name, row.Value
			v.names[i].Colour, v.values[i].Bold = look.Soft, row.Sum
		}
	}
	v.arrange(v.Size())
	v.Refresh()
}

func (v *resultView) arrange(size fyne.Size) {
	if size.Height <= 0 {
		return
	}
	m, x, y, w, h := headed(v.head, size)
	foot := m.Touch * 1.2
	v.arrangeKeys(m, x, y+h-foot, w, foot)
	h -= foot + m.Gap
	side := w * 0.44
	left := w - side - m.Gap
	widgets.Place(v.panel, x, y, left, h)
	widgets.Place(v.side, x+left+m.Gap, y, side, h)
	v.arrangeWords(m, x+m.Pad*1.2, y+m.Pad, left-2.4*m.Pad, h-2*m.Pad)
	line := min(h-m.Pad, mostFigures*64*max(0.7, m.Unit)) / mostFigures
	top := y + m.Pad*0.5
	for i := range v.names {
		v.names[i].Em, v.values[i].Em = m.Body*0.95, m.Body
		at := top + float32(i)*line
		in := side - 2*m.Pad
		widgets.Place(v.lines[i], x+left+m.Gap+m.Pad, at, in, 1)
		widgets.Place(v.names[i], x+left+m.Gap+m.Pad, at, in*0.56, line)
		widgets.Place(v.values[i], x+left+m.Gap+m.Pad+in*0.56, at, in*0.44, line)
	}
}

func (v *resultView) arrangeWords(m theme.Measure, x, y, w, h float32) {
	side := min(m.Title*1.8, h*0.3)
	v.word.Em, v.amount.Em, v.said.Em, v.problem.Em = m.Title*1.15, min(96*m.Unit, h*0.3), m.Body, m.Body*0.95
	widgets.Place(v.mark, x, y, side, side)
	widgets.Place(v.word, x+side+m.Gap, y, w-side-m.Gap, side)
	y += side + m.Gap*0.5
	said := m.Body * 3
	wrong := float32(0)
	widgets.Show(v.problem, v.view.Problem != "")
	if v.view.Problem != "" {
		wrong = m.Body * 3
	}
	room := h - side - m.Gap*0.5
	widgets.Show(v.amount, v.view.Amount != "")
	big := float32(0)
	if v.view.Amount != "" {
		big = max(0, min(room-said-wrong, v.amount.Em*1.5))
		widgets.Place(v.amount, x, y, w, big)
	}
	widgets.Place(v.said, x, y+big, w, min(said, room-big-wrong))
	widgets.Place(v.problem, x, y+room-wrong, w, wrong)
}

// arrangeKeys places what can be done: the main thing at the right, where the
// hand ends its way.
func (v *resultView) arrangeKeys(m theme.Measure, x, y, w, h float32) {
	wide := (w - 2*m.Gap) / 3
	for i, b := range []*widgets.Button{v.main, v.other, v.next} {
		b.Em = m.Body * 1.05
		widgets.Place(b, x+w-float32(i+1)*wide-float32(i)*m.Gap, y, wide, h)
	}
}
