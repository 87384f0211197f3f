package form

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/widgets"
)

// Note is one sentence on a strip of its own. Without words it is not there.
type Note struct {
	*fyne.Container
	panel *widgets.Panel
	mark  *widgets.Mark
	words *widgets.Text
}

// NewNote makes a note that is not shown.
func NewNote() *Note {
	n := &Note{panel: widgets.NewPanel(look.Notice, look.Clear, 10), mark: widgets.NewMark(look.Check, look.OnNotice), words: widgets.NewPara(18)}
	n.words.Colour, n.words.Top = look.OnNotice, false
	n.Container = widgets.NewPlane(func(size fyne.Size) {
		h := size.Height
		n.words.Em = h * 0.46
		widgets.Place(n.panel, 0, 0, size.Width, h)
		widgets.Place(n.mark, h*0.3, h*0.26, h*0.48, h*0.48)
		widgets.Place(n.words, h, 1, size.Width-h*1.3, h-2)
	}, n.panel, n.mark, n.words)
	n.Hide()
	return n
}

// Set changes the words; wrong marks them as something that did not work, busy
// as something that is under way.
func (n *Note) Set(words string, wrong, busy bool) {
	n.words.Words, n.mark.Shape = words, look.Check
	switch {
	case busy:
		n.mark.Shape = look.Clock
	case wrong:
		n.mark.Shape = look.Alert
	}
	widgets.Show(n.Container, words != "")
	n.Refresh()
}
