package extras

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
)

// maxShares is the most tips to choose from: four and none.
const maxShares = 5

// Screen is the screen as people see it: the fields above, and below what the
// chosen one is entered with.
type Screen struct {
	*Presenter
	body *fyne.Container

	fields [fields]*widgets.Field
	done   *widgets.Button
	shares [maxShares]*widgets.Button
	panel  *widgets.Panel
	total  *widgets.Text
	hint   *widgets.Text
	pad    *widgets.Keypad
	board  *widgets.Board
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, panel: widgets.NewPanel(look.Surface, look.Line, 14), total: widgets.NewBold(28), hint: widgets.NewPara(18)}
	s.total.Align, s.hint.Colour, s.hint.Top = fyne.TextAlignTrailing, look.Soft, false
	s.hint.Words = text.Get("extras.hint")
	s.done = widgets.NewButton(widgets.RoleMain, 20, text.Get("extras.done"), func() { p.Back() })
	s.done.Hint = "Enter"
	s.pad = widgets.NewKeypad(caps.Zeros, p.Press)
	s.board = widgets.NewBoard(p.Rune, func(k keys.Key) { p.Key(k) })
	objects := []fyne.CanvasObject{s.panel, s.total, s.hint, s.done, s.pad.Container, s.board.Container}
	for f := range fields {
		s.fields[f] = widgets.NewField("", func() { p.Choose(f) })
		objects = append(objects, s.fields[f])
	}
	for i := range s.shares {
		s.shares[i] = widgets.NewButton(widgets.RolePlain, 22, "", func() { p.Share(i) })
		objects = append(objects, s.shares[i])
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Hide is called when the screen leaves.
func (s *Screen) Hide() {}

// Apply takes a snapshot.
func (s *Screen) Apply(engine.Snapshot) { s.Render() }

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	for f, field := range s.fields {
		from := v.Fields[f]
		field.Label, field.Words, field.Empty, field.Problem = from.Label, from.Words, "", ""
		field.Chosen, field.Wrong = Field(f) == v.Chosen, from.Problem != ""
		if field.Chosen {
			field.Problem = from.Problem // the line under the fields is for one
		} else if field.Words == "" {
			field.Empty = from.Empty
		}
		widgets.Show(field, from.Shown)
	}
	tip := v.Chosen == Tip
	for i, b := range s.shares {
		widgets.Show(b, tip && i < len(v.Shares))
		if i >= len(v.Shares) {
			continue
		}
		share := v.Shares[i]
		b.Role = widgets.RolePlain
		if share.Chosen {
			b.Role = widgets.RoleChosen
		}
		b.Words, b.Hint = share.Words, ""
		if share.Amount != "" {
			b.Words += "\n" + share.Amount
		}
	}
	s.total.Words = v.Total
	for _, o := range []fyne.CanvasObject{s.panel, s.total, s.hint, s.pad.Container} {
		widgets.Show(o, tip)
	}
	widgets.Show(s.board.Container, !tip)
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	done := max(104, 170*m.Unit)
	h := max(76, 118*m.Unit)
	row := size.Width - done - 3*margin
	x := margin
	var shown []*widgets.Field
	for _, f := range s.fields {
		if f.Visible() {
			shown = append(shown, f)
		}
	}
	w := (row - float32(len(shown)-1)*m.Gap) / float32(len(shown))
	for _, f := range shown {
		f.SaidShift, f.SaidWidth = margin-x, row
		widgets.Place(f, x, margin, w, h)
		x += w + m.Gap
	}
	s.done.Em = m.Body * 1.1
	widgets.Place(s.done, size.Width-margin-done, margin, done, h-min(44, max(22, h*0.3)))
	top := margin + h + m.Gap
	widgets.Place(s.board.Container, margin, top, size.Width-2*margin, size.Height-top-margin)
	s.arrangeTip(m, size, top)
}

// arrangeTip places the shares beside the pad for an amount.
func (s *Screen) arrangeTip(m theme.Measure, size fyne.Size, top float32) {
	margin := m.Gap
	pad := min((size.Width-3*margin)*0.46, 760*max(0.6, m.Unit))
	left, height := size.Width-pad-3*margin, size.Height-top-margin
	widgets.Place(s.pad.Container, size.Width-margin-pad, top, pad, height)
	foot := m.Touch * 1.2
	widgets.Place(s.panel, margin, size.Height-margin-foot, left, foot)
	s.total.Em, s.hint.Em = m.Title, m.Small
	total := min(left*0.6, s.total.Width()+4)
	widgets.Place(s.total, margin+left-m.Pad-total, size.Height-margin-foot, total, foot)
	widgets.Place(s.hint, margin+m.Pad, size.Height-margin-foot, left-total-2*m.Pad-m.Gap, foot)
	const columns = 2
	h := (height - foot - 3*m.Gap) / 3
	w := (left - m.Gap) / columns
	for i, b := range s.shares {
		b.Em = m.Title
		at := i + 1 // none has a row of its own
		if i == 0 {
			widgets.Place(b, margin, top, left, h)
			continue
		}
		widgets.Place(b, margin+float32((at)%columns)*(w+m.Gap), top+float32(at/columns)*(h+m.Gap), w, h)
	}
}
