package bill

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	right := min((size.Width-3*margin)*0.46, 760*max(0.6, m.Unit))
	left := size.Width - right - 3*margin
	back := max(104, 170*m.Unit)
	cancel := max(128, 210*m.Unit)
	s.back.Em, s.cancel.Em, s.title.Em = m.Body, m.Body, m.Title*0.9
	widgets.Place(s.back, margin, margin, back, m.Touch)
	widgets.Place(s.cancel, margin+left-cancel, margin, cancel, m.Touch)
	if !s.back.Visible() {
		back, cancel = m.Pad-m.Gap, -m.Gap
	}
	widgets.Place(s.title, margin+back+m.Gap, margin, left-back-cancel-2*m.Gap, m.Touch)

	bottom := size.Height - margin
	if s.card.Visible() {
		card := m.Touch * 1.25
		s.card.Em, s.wallet.Em, s.cash.Em, s.onFile.Em = m.Title, m.Title*0.9, m.Body, m.Body
		wide := left
		if s.wallet.Visible() {
			wide = (left - m.Gap) * 0.54
			widgets.Place(s.wallet, margin+wide+m.Gap, bottom-card, left-wide-m.Gap, card)
		}
		widgets.Place(s.card, margin, bottom-card, wide, card)
		bottom -= card + m.Gap
		half := (left - m.Gap) / 2
		widgets.Place(s.cash, margin, bottom-m.Touch, half, m.Touch)
		widgets.Place(s.onFile, margin+half+m.Gap, bottom-m.Touch, half, m.Touch)
		bottom -= m.Touch + m.Gap
	}
	top := margin + m.Touch + m.Gap
	s.arrangeLegs(m, margin, top, left, bottom-top)
	s.arrangeNext(m, size.Width-margin-right, margin, right, size.Height-2*margin)
	s.arrangeEnd(m, size.Width-margin-right, margin, right, size.Height-2*margin)
}

// arrangeLegs places the parts, and under them what they add up to.
func (s *Screen) arrangeLegs(m theme.Measure, x, y, w, h float32) {
	widgets.Place(s.panel, x, y, w, h)
	foot := m.Body*1.4 + m.Title*1.4
	s.list.Height = max(46, 66*m.Unit)
	widgets.Place(s.list, x+2, y+4, w-4, h-foot-8)
	s.hint.Em = m.Body
	widgets.Place(s.hint, x+m.Pad, y+m.Pad, w-2*m.Pad, h-foot-m.Pad)
	third := (w - 2*m.Pad) / float32(len(s.sums))
	for i, sum := range s.sums {
		sum.label.Em, sum.amount.Em = m.Small, m.Title*0.9
		at := x + m.Pad + float32(i)*third
		widgets.Place(sum.label, at, y+h-foot, third-4, m.Body*1.3)
		widgets.Place(sum.amount, at, y+h-foot+m.Body*1.25, third-4, m.Title*1.3)
	}
}

// arrangeNext places what the next part is entered with.
func (s *Screen) arrangeNext(m theme.Measure, x, y, w, h float32) {
	panel := max(62, min(h*0.2, 130*m.Unit))
	widgets.Place(s.amountPanel, x, y, w, panel)
	s.amount.Em, s.reason.Em = panel*0.55, m.Body*0.92
	reason := float32(0)
	if s.reason.Words != "" {
		reason = w * 0.46
	}
	widgets.Place(s.reason, x+m.Pad, y+2, reason-m.Pad, panel-4)
	widgets.Place(s.amount, x+reason+m.Pad*0.5, y, w-reason-m.Pad*1.5, panel)
	y, h = y+panel+m.Gap, h-panel-m.Gap
	share := (w - (shares-1)*m.Gap) / shares
	for i, b := range s.parts {
		b.Em = m.Body
		widgets.Place(b, x+float32(i)*(share+m.Gap), y, share, m.Touch)
	}
	widgets.Place(s.pad.Container, x, y+m.Touch+m.Gap, w, h-m.Touch-m.Gap)
}

// arrangeEnd places what is told when nothing can be paid any more.
func (s *Screen) arrangeEnd(m theme.Measure, x, y, w, h float32) {
	widgets.Place(s.end, x, y, w, h)
	pad := m.Pad * 1.4
	side := min(h*0.24, 150)
	widgets.Place(s.mark, x+pad, y+pad, side, side)
	s.word.Em, s.said.Em, s.leave.Em = m.Big*0.9, m.Title*0.9, m.Body*1.15
	foot := m.Touch * 1.3
	word := m.Big * 2.6
	widgets.Place(s.word, x+pad, y+pad+side, w-2*pad, word)
	widgets.Place(s.said, x+pad, y+pad+side+word, w-2*pad, h-2*pad-side-word-foot-m.Gap)
	widgets.Place(s.leave, x+pad, y+h-pad-foot, w-2*pad, foot)
}

// legRow is a part in the list: shape, word, way, amount.
type legRow struct {
	widget.BaseWidget
	mark              *widgets.Mark
	word, way, amount *widgets.Text
	body              *fyne.Container
}

func newRow() fyne.CanvasObject {
	r := &legRow{mark: widgets.NewMark(look.NoShape, look.Ink), word: widgets.NewBold(16), way: widgets.NewText(14), amount: widgets.NewBold(20)}
	r.mark.Weight = 0.14
	r.way.Colour = look.Soft
	r.amount.Align = fyne.TextAlignTrailing
	r.body = widgets.NewPlane(r.arrange, r.mark, r.word, r.way, r.amount)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *legRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *legRow) MinSize() fyne.Size { return fyne.Size{} }

func (r *legRow) set(from Leg) {
	r.mark.Shape, r.mark.Colour = from.Look.Shape, from.Look.Tint
	r.word.Words, r.word.Colour = from.Word, from.Look.Tint
	r.way.Words, r.amount.Words = from.Way, from.Amount
	r.body.Refresh()
}

func (r *legRow) arrange(size fyne.Size) {
	h := size.Height
	side := h * 0.42
	r.word.Em, r.way.Em, r.amount.Em = h*0.34, h*0.28, h*0.4
	widgets.Place(r.mark, 12, (h-side)/2, side, side)
	x := 12 + side + 14
	amount := min(size.Width*0.4, h*3.6)
	widgets.Place(r.word, x, h*0.06, size.Width-x-amount-16, h*0.46)
	widgets.Place(r.way, x, h*0.5, size.Width-x-amount-16, h*0.42)
	widgets.Place(r.amount, size.Width-amount-14, 0, amount, h)
}
