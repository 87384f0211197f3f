package cardentry

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// swipedCard is the card that was swiped, as people see it in place of the
// fields.
type swipedCard struct {
	shown                    bool
	panel                    *widgets.Panel
	mark                     *widgets.Mark
	card, holder, chip, said *widgets.Text
	retype                   *widgets.Button
}

func newSwipedCard(retype func()) swipedCard {
	s := swipedCard{
		panel: widgets.NewPanel(look.Surface, look.Line, 14), mark: widgets.NewMark(look.Card, look.Ink),
		card: widgets.NewBold(24), holder: widgets.NewText(22), chip: widgets.NewPara(18), said: widgets.NewPara(18),
	}
	s.chip.Colour, s.said.Colour = look.Soft, look.Wrong
	s.retype = widgets.NewButton(widgets.RolePlain, 18, text.Get("card.swiped.retype"), retype)
	s.retype.Hint = keys.Another.Cap()
	return s
}

func (s *swipedCard) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.panel, s.mark, s.card, s.holder, s.chip, s.said, s.retype}
}

// tell shows a card, or none.
func (s *swipedCard) tell(v *SwipedView) {
	if s.shown = v != nil; v == nil {
		v = &SwipedView{}
	}
	s.card.Words, s.holder.Words, s.chip.Words, s.said.Words = v.Card, v.Holder, v.Chip, v.Problem
	if v.Problem != "" {
		s.chip.Words = "" // it will not be charged
	}
	for _, o := range s.objects() {
		widgets.Show(o, s.shown)
	}
}

// arrange places all but the button, as high as it needs to be in a box, and
// returns where it ends.
func (s *swipedCard) arrange(m theme.Measure, at fyne.Position, size fyne.Size) float32 {
	pad, side := m.Pad, m.Title*1.4
	s.card.Em, s.holder.Em, s.chip.Em, s.said.Em, s.retype.Em = m.Title*1.1, m.Body*1.2, m.Body, m.Body*1.1, m.Body
	x, w := at.X+2*pad+side, size.Width-3*pad-side
	y, line := at.Y+pad, m.Title*1.6
	widgets.Place(s.mark, at.X+pad, y+(line-side)/2, side, side)
	widgets.Place(s.card, x, y, w, line)
	y += line
	for _, t := range []*widgets.Text{s.holder, s.chip, s.said} {
		h := float32(0)
		if t.Words != "" {
			h = min(t.Tall(w)+pad*0.2, at.Y+size.Height-pad*0.5-y)
		}
		widgets.Place(t, x, y, w, h)
		y += h
	}
	y += pad
	widgets.Place(s.panel, at.X, at.Y, size.Width, y-at.Y)
	return min(y, at.Y+size.Height)
}
