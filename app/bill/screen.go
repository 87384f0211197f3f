package bill

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// shares is how many ways to divide what is left have a button.
const shares = 4

// Screen is the screen as people see it: what was paid at the left, the next
// part at the right. Once nothing can be paid, the right side tells why.
type Screen struct {
	*Presenter
	body *fyne.Container

	back, cancel   *widgets.Button
	title          *widgets.Text
	panel          *widgets.Panel
	list           *widgets.Rows
	legs           []Leg
	hint           *widgets.Text
	sums           [3]*sum
	amountPanel    *widgets.Panel
	amount, reason *widgets.Text
	parts          [shares]*widgets.Button
	pad            *widgets.Keypad
	card, wallet   *widgets.Button
	cash, onFile   *widgets.Button
	paying         []fyne.CanvasObject
	end            *widgets.Panel
	mark           *widgets.Mark
	word, said     *widgets.Text
	leave          *widgets.Button
	ended          []fyne.CanvasObject
}

// sum is one of the sums under the parts.
type sum struct{ label, amount *widgets.Text }

// NewScreen builds the screen, once. Whether to cancel is asked in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, title: widgets.NewBold(24), panel: widgets.NewPanel(look.Surface, look.Line, 14), hint: widgets.NewPara(18)}
	s.hint.Colour, s.hint.Words = look.Soft, text.Get("bill.hint")
	s.back = widgets.NewButton(widgets.RolePlain, 20, text.Get("bill.back"), p.Quit)
	s.back.Shape, s.back.Hint = look.Left, keys.Escape.Cap()
	s.cancel = widgets.NewButton(widgets.RolePlain, 20, text.Get("bill.cancel"), p.AskCancel)
	s.cancel.Hint = string(keys.GiveBack)
	s.list = widgets.NewRows(56, newRow, func(i int, o fyne.CanvasObject) {
		if r, ok := o.(*legRow); ok && i < len(s.legs) {
			r.set(s.legs[i])
		}
	})
	s.list.Lines = true
	objects := []fyne.CanvasObject{s.panel, s.back, s.cancel, s.title, s.list, s.hint}
	for i, name := range []string{"bill.paid", "bill.pending", "bill.left"} {
		s.sums[i] = &sum{widgets.NewText(15), widgets.NewBold(22)}
		s.sums[i].label.Words, s.sums[i].label.Colour = text.Get(name), look.Soft
		objects = append(objects, s.sums[i].label, s.sums[i].amount)
	}
	s.buildPaying()
	s.buildEnded()
	s.body = widgets.NewPlane(s.arrange, append(append(objects, s.paying...), s.ended...)...)
	p.Changed = s.Render
	p.Ask = func() {
		v := p.View()
		overlay.Ask(widgets.Question{Shape: look.Alert, Title: text.Get("bill.ask"), Text: text.Get("bill.ask.text", v.Paid), Escape: 0, Choices: []widgets.Choice{
			{Words: text.Get("bill.keep"), Hint: keys.Escape.Cap(), Role: widgets.RolePlain},
			{Words: text.Get("bill.cancel.yes"), Hint: string(keys.GiveBack), Role: widgets.RoleMain, Tap: p.Cancel},
		}})
	}
	return s
}

func (s *Screen) buildPaying() {
	s.amountPanel, s.amount, s.reason = widgets.NewPanel(look.Surface, look.Line, 14), widgets.NewBold(44), widgets.NewPara(16)
	s.amount.Align, s.reason.Top = fyne.TextAlignTrailing, false
	s.pad = widgets.NewKeypad(caps.Zeros, s.Press)
	s.card = widgets.NewButton(widgets.RoleMain, 28, text.Get("sale.card"), s.PayCard)
	s.card.Shape, s.card.Hint = look.Card, "Enter"
	s.wallet = widgets.NewButton(widgets.RolePlain, 24, text.Get("sale.wallet"), s.PayWallet)
	s.wallet.Shape, s.wallet.Hint = look.Phone, string(keys.Wallet)
	s.cash = widgets.NewButton(widgets.RolePlain, 20, text.Get("sale.cash"), s.PayCash)
	s.onFile = widgets.NewButton(widgets.RolePlain, 20, text.Get("sale.onfile"), s.PayOnFile)
	s.cash.Hint, s.onFile.Hint = string(keys.Cash), string(keys.OnFile)
	s.paying = []fyne.CanvasObject{s.amountPanel, s.amount, s.reason, s.pad.Container, s.card, s.wallet, s.cash, s.onFile}
	for i := range s.parts {
		s.parts[i] = widgets.NewButton(widgets.RolePlain, 20, "", func() { s.share(i) })
		s.paying = append(s.paying, s.parts[i])
	}
	s.parts[0].Hint, s.parts[shares-1].Hint = string(keys.Left), string(keys.Right)
}

// share divides what is left; the last of the buttons divides it further with
// each press.
func (s *Screen) share(i int) {
	parts := s.View().Parts
	if i >= len(parts) {
		return
	}
	if parts[i].Chosen && i == shares-1 {
		s.Divide(parts[i].Parts + 1)
		return
	}
	s.Divide(parts[i].Parts)
}

func (s *Screen) buildEnded() {
	s.end, s.mark = widgets.NewPanel(look.Ground, look.Clear, 18), widgets.NewMark(look.NoShape, look.Ink)
	s.word, s.said = widgets.NewBold(40), widgets.NewPara(22)
	s.word.Wrap = true
	s.leave = widgets.NewButton(widgets.RoleBold, 24, "", s.Quit)
	s.ended = []fyne.CanvasObject{s.end, s.mark, s.word, s.said, s.leave}
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight; Begin has filled it.
func (s *Screen) Show() { s.Render() }

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.PageUp, keys.Up:
		s.list.Page(-1)
	case keys.PageDown, keys.Down:
		s.list.Page(1)
	default:
		return s.Presenter.Key(k)
	}
	return true
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.title.Words, s.legs = v.Title, v.Legs
	for i, amount := range []string{v.Paid, v.Pending, v.Left} {
		s.sums[i].amount.Words = amount
		widgets.Show(s.sums[i].label, amount != "")
		widgets.Show(s.sums[i].amount, amount != "")
	}
	widgets.Show(s.hint, len(v.Legs) == 0)
	for _, o := range s.paying {
		widgets.Show(o, v.Open)
	}
	for _, o := range s.ended {
		widgets.Show(o, !v.Open)
	}
	widgets.Show(s.wallet, v.Open && v.Wallet)
	widgets.Show(s.cancel, v.Open)
	widgets.Show(s.back, v.Open)
	s.cancel.Enable(v.Undo)
	s.list.SetCount(len(v.Legs))
	if v.Open {
		s.renderNext(v)
	} else {
		s.end.Fill, s.mark.Shape, s.mark.Colour = v.Look.Fill, v.Look.Shape, v.Look.On
		s.word.Words, s.said.Words, s.word.Colour, s.said.Colour = v.Word, v.Said, v.Look.On, v.Look.On
		s.leave.Words, s.leave.On, s.leave.Hint = v.Leave, v.Look.On, keys.Escape.Cap()
		if v.Final {
			s.leave.Hint = "Enter"
		}
	}
	s.body.Refresh()
}

func (s *Screen) renderNext(v View) {
	s.amount.Words, s.reason.Words, s.reason.Colour = v.Amount, v.Reason, look.Soft
	if v.Wrong {
		s.reason.Colour = look.Wrong
	}
	for i, b := range s.parts {
		b.Words, b.Role = v.Parts[i].Words, widgets.RolePlain
		if v.Parts[i].Chosen {
			b.Role = widgets.RoleChosen
		}
	}
	s.card.Enable(v.Ready)
	s.wallet.Enable(v.Ready)
	s.cash.Enable(v.Counts)
	s.onFile.Enable(v.OnFile)
}
