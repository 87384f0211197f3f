package step

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// AmountView is what an amount step shows.
type AmountView struct {
	Title string
	// Facts stand above the amount; of the last one the value is strong.
	Facts         []Fact
	Label, Amount string
	// Say is the sentence under the amount, Wrong that it tells a mistake.
	Say   string
	Wrong bool
	// Pad is whether the amount can be changed.
	Pad        bool
	Main, Side Act
}

// maxFacts is the most lines above an amount.
const maxFacts = 6

// Amount is the step in which an amount is entered: facts and amount at the
// left, the keypad at the right.
type Amount struct {
	*fyne.Container
	head          *Head
	panel         *widgets.Panel
	names, values [maxFacts]*widgets.Text
	label, amount *widgets.Text
	say           *widgets.Text
	main, side    *widgets.Button
	pad           *widgets.Keypad
	facts         int
}

// NewAmount makes the step.
func NewAmount(back, main, side func(), press func(caps.Cap)) *Amount {
	a := &Amount{head: NewHead(back), panel: widgets.NewPanel(look.Surface, look.Line, 18), label: widgets.NewText(20),
		amount: widgets.NewBold(80), say: widgets.NewPara(18), pad: widgets.NewKeypad(caps.Zeros, press)}
	a.label.Colour = look.Soft
	a.amount.Align = fyne.TextAlignTrailing
	a.main, a.side = widgets.NewButton(widgets.RoleMain, 28, "", main), widgets.NewButton(widgets.RolePlain, 22, "", side)
	objects := append(a.head.Objects(), a.panel)
	for i := range maxFacts {
		a.names[i], a.values[i] = widgets.NewText(18), widgets.NewText(18)
		a.names[i].Colour, a.values[i].Align = look.Soft, fyne.TextAlignTrailing
		objects = append(objects, a.names[i], a.values[i])
	}
	a.Container = widgets.NewPlane(a.arrange, append(objects, a.label, a.amount, a.say, a.main, a.side, a.pad.Container)...)
	return a
}

// Set shows a view.
func (a *Amount) Set(v AmountView) {
	a.head.Title.Words = v.Title
	a.facts = min(len(v.Facts), maxFacts)
	for i := range maxFacts {
		widgets.Show(a.names[i], i < a.facts)
		widgets.Show(a.values[i], i < a.facts)
		if i < a.facts {
			a.names[i].Words, a.values[i].Words, a.values[i].Bold = v.Facts[i].Name, v.Facts[i].Value, i == a.facts-1
		}
	}
	a.label.Words, a.amount.Words, a.say.Words, a.say.Colour = v.Label, v.Amount, v.Say, look.Soft
	if v.Wrong {
		a.say.Colour = look.Wrong
	}
	v.Main.show(a.main)
	v.Side.show(a.side)
	widgets.Show(a.pad.Container, v.Pad)
	a.Container.Refresh()
}

func (a *Amount) arrange(size fyne.Size) {
	m := measure(size)
	gap := m.Gap
	top := a.head.Arrange(m, size.Width, 0)
	pad := min((size.Width-3*gap)*0.46, 760*max(0.6, m.Unit))
	left := size.Width - pad - 3*gap
	widgets.Place(a.pad.Container, size.Width-pad-gap, top, pad, size.Height-top-gap)
	if !a.pad.Container.Visible() {
		left = size.Width - 2*gap
	}
	bottom := size.Height - gap
	button := m.Touch * 1.25
	main := left
	a.main.Em, a.side.Em = m.Title, m.Body*1.1
	if a.side.Visible() {
		side := (left - gap) * 0.38
		main -= side + gap
		widgets.Place(a.side, gap+main+gap, bottom-button, side, button)
	}
	widgets.Place(a.main, gap, bottom-button, main, button)
	bottom -= button + gap
	widgets.Place(a.panel, gap, top, left, bottom-top)
	a.arrangeWords(size, gap+m.Pad, top, left-2*m.Pad, bottom)
}

func (a *Amount) arrangeWords(size fyne.Size, x, top, w, bottom float32) {
	m := measure(size)
	line := min(m.Body*1.8, (bottom-top)*0.5/float32(max(1, a.facts)))
	y := top + m.Pad*0.5
	for i := range a.facts {
		a.names[i].Em, a.values[i].Em = line*0.62, line*0.66
		widgets.Place(a.names[i], x, y, w*0.5, line)
		widgets.Place(a.values[i], x+w*0.5, y, w*0.5, line)
		y += line
	}
	a.say.Em, a.label.Em = m.Body*1.05, m.Body*1.1
	say := min(a.say.Tall(w)+4, (bottom-y)*0.5)
	if a.say.Words == "" {
		say = 0
	}
	widgets.Place(a.say, x, bottom-say-m.Pad*0.4, w, say)
	bottom -= say + m.Pad*0.6
	label := min(a.label.Width()+8, w*0.5)
	h := min(bottom-y, 150*m.Unit)
	y = bottom - h
	widgets.Place(a.label, x, y, label, h)
	a.amount.Em = min(92*m.Unit, h*0.75)
	widgets.Place(a.amount, x+label, y, w-label, h)
}
