// Package step is for the parts that the screens have in common which lead
// through something step by step: choosing a payment from a list, entering an
// amount, typing a line. Each only lays out and reports; the presenters decide.
package step

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Act is a button as a presenter has it. Without words it is not shown.
type Act struct {
	Words string
	Ready bool
	Hint  keys.Key
	Shape look.Shape
}

// show puts an act on its button.
func (a Act) show(b *widgets.Button) {
	b.Hint, b.Shape = "", a.Shape
	if a.Hint != "" {
		b.Hint = capOf(a.Hint)
	}
	b.Set(a.Words, a.Ready)
	widgets.Show(b, a.Words != "")
}

// capOf is a key as it is printed on keyboards.
func capOf(k keys.Key) string {
	if k == keys.Enter {
		return "Enter"
	}
	return k.Cap()
}

// Fact is a name and a value.
type Fact struct{ Name, Value string }

// Head is the top of a screen: the way back, and what this is about.
type Head struct {
	Back  *widgets.Button
	Title *widgets.Text
}

// NewHead makes a head.
func NewHead(back func()) *Head {
	h := &Head{Back: widgets.NewButton(widgets.RolePlain, 20, text.Get("step.back"), back), Title: widgets.NewBold(28)}
	h.Back.Shape, h.Back.Hint = look.Left, keys.Escape.Cap()
	return h
}

// Objects are what the head shows.
func (h *Head) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{h.Back, h.Title} }

// Arrange places the head, with some width at its right left free, and returns
// where it ends.
func (h *Head) Arrange(m theme.Measure, width, free float32) float32 {
	x := h.side(m)
	h.Title.Em = m.Title
	widgets.Place(h.Title, x, m.Gap, width-x-m.Gap-free, m.Touch)
	return m.Gap*2 + m.Touch
}

// side places the way back and returns where it ends.
func (h *Head) side(m theme.Measure) float32 {
	w := max(118, 180*m.Unit)
	h.Back.Em = m.Body
	widgets.Place(h.Back, m.Gap, m.Gap, w, m.Touch)
	return w + 3*m.Gap
}

// measure is the measure of a screen under the bar.
func measure(size fyne.Size) theme.Measure { return theme.For(size.Add(fyne.NewSize(0, 60))) }

// BoardHeight is how high the keyboard on the screen is.
func BoardHeight(m theme.Measure) float32 { return 5*max(theme.MinTouch, m.Touch*0.85) + 16 }
