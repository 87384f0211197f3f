package form

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Head is the upper edge of a screen of the back office: the way back, what
// this is, and what can be done.
type Head struct {
	*fyne.Container
	Back, Other, Main *widgets.Button
	title, say        *widgets.Text
}

// NewHead makes a head. The buttons take the keys Esc, F5 and Enter.
func NewHead(back, other, main func()) *Head {
	h := &Head{title: widgets.NewBold(24), say: widgets.NewPara(15)}
	h.say.Colour, h.say.Top, h.title.Wrap = look.Soft, false, false
	h.Back = widgets.NewButton(widgets.RolePlain, 20, "", back)
	h.Back.Shape, h.Back.Hint = look.Left, keys.Escape.Cap()
	h.Other = widgets.NewButton(widgets.RolePlain, 20, "", other)
	h.Other.Hint = string(keys.Undo)
	h.Main = widgets.NewButton(widgets.RoleMain, 20, "", main)
	h.Main.Hint = "Enter"
	h.Container = widgets.NewPlane(h.arrange, h.Back, h.title, h.say, h.Other, h.Main)
	return h
}

// Set changes the words; "" leaves a button away.
func (h *Head) Set(title, say, back, other, main string) {
	h.title.Words, h.say.Words = title, say
	for b, words := range map[*widgets.Button]string{h.Back: back, h.Other: other, h.Main: main} {
		b.Words = words
		widgets.Show(b, words != "")
	}
}

// Wrong gives the words below the title the colour of a mistake.
func (h *Head) Wrong(wrong bool) {
	h.say.Colour = map[bool]look.Colour{false: look.Soft, true: look.Wrong}[wrong]
}

// Tall is how high a head is in a window.
func Tall(m theme.Measure) float32 { return max(56, m.Touch) }

func (h *Head) arrange(size fyne.Size) {
	m := theme.For(fyne.NewSize(size.Width, size.Width*0.625))
	wide := max(112, 180*m.Unit)
	left, right := float32(0), size.Width
	for _, b := range []*widgets.Button{h.Back, h.Main, h.Other} {
		b.Em = m.Body
		switch {
		case !b.Visible():
		case b == h.Back:
			widgets.Place(b, 0, 0, wide, size.Height)
			left = wide + m.Gap
		default:
			right -= wide
			widgets.Place(b, right, 0, wide, size.Height)
			right -= m.Gap
		}
	}
	h.title.Em, h.say.Em = m.Title*0.9, m.Small*1.05
	if h.say.Words == "" {
		widgets.Place(h.title, left, 0, right-left, size.Height)
		widgets.Place(h.say, left, size.Height, 0, 0)
		return
	}
	top := size.Height * 0.46
	widgets.Place(h.title, left, 0, right-left, top)
	widgets.Place(h.say, left, top, right-left, size.Height-top)
}
