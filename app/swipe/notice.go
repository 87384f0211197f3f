package swipe

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Notice is a sentence over everything else, at the window's upper edge. It
// takes no presses: what lies under it works on.
type Notice struct {
	*fyne.Container
	panel *widgets.Panel
	mark  *widgets.Mark
	words *widgets.Text
}

// NewNotice makes a notice that says nothing.
func NewNotice() *Notice {
	n := &Notice{panel: widgets.NewPanel(look.Notice, look.OnNotice, 12), mark: widgets.NewMark(look.Card, look.OnNotice), words: widgets.NewPara(18)}
	n.words.Colour, n.words.Top = look.OnNotice, false
	n.Container = widgets.NewPlane(n.arrange, n.panel, n.mark, n.words)
	n.Hide()
	return n
}

// Say shows a sentence; "" shows none.
func (n *Notice) Say(sentence string) {
	if n.words.Words == sentence {
		return
	}
	n.words.Words = sentence
	widgets.Show(n.Container, sentence != "")
	n.Refresh()
}

func (n *Notice) arrange(size fyne.Size) {
	m := theme.For(size)
	n.words.Em = m.Body
	side, pad := m.Body*1.8, m.Pad
	w := min(size.Width-2*pad, 1000*max(0.8, m.Unit))
	words := w - side - 3*pad
	h := max(m.Touch, n.words.Tall(words)+pad)
	x := (size.Width - w) / 2
	widgets.Place(n.panel, x, 4, w, h)
	widgets.Place(n.mark, x+pad, 4+(h-side)/2, side, side)
	widgets.Place(n.words, x+side+2*pad, 4, words, h)
}
