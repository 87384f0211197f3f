package slip

import (
	"strings"

	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Panel shows a receipt as paper, over the screen.
type Panel struct {
	*Presenter
	body *fyne.Container
	// Redraw is called when the panel changed: what was never drawn before
	// cannot ask the toolkit for it.
	Redraw func()

	shade              *widgets.Shade
	back, desk         *widgets.Panel
	sheet              *widgets.Sheet
	code               *widgets.Code
	held               string // what the code holds
	customer, merchant *widgets.Button
	papers             *widgets.Button
	scan, mail         *widgets.Button
	again, close       *widgets.Button
	pager              *widgets.Pager
	said, hint         *widgets.Text
	address            *widgets.Field
	board              *widgets.Board
	title              *widgets.Text
	leave, send        *widgets.Button
}

// NewPanel builds the panel, once. It is not shown.
func NewPanel(p *Presenter) *Panel {
	v := &Panel{Presenter: p, shade: widgets.NewShade(), sheet: widgets.NewSheet(), code: widgets.NewCode(), Redraw: func() {}}
	v.back, v.desk = widgets.NewPanel(look.Ground, look.Line, 18), widgets.NewPanel(look.Raised, look.Line, 10)
	v.pager = widgets.NewPager(v.sheet)
	v.customer = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.copy.customer"), func() { p.Choose(Customer) })
	v.merchant = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.copy.merchant"), func() { p.Choose(Merchant) })
	v.papers = widgets.NewButton(widgets.RolePlain, 18, "", func() { p.Turn(1) })
	v.papers.Hint = string(keys.Tab)
	v.scan = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.code"), p.Scan)
	v.scan.Hint = keys.Code.Cap()
	v.mail = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.mail"), p.Mail)
	v.mail.Hint = keys.Mail.Cap()
	v.again = widgets.NewButton(widgets.RolePlain, 18, text.Get("slip.print"), p.Print)
	v.again.Hint = keys.Print.Cap()
	v.close = widgets.NewButton(widgets.RoleMain, 18, text.Get("slip.close"), p.Back)
	v.close.Hint = keys.Escape.Cap()
	v.said, v.hint = widgets.NewPara(16), widgets.NewPara(18)
	v.hint.Align, v.hint.Top = fyne.TextAlignCenter, false
	objects := []fyne.CanvasObject{v.shade, v.back, v.desk, v.sheet, v.code, v.hint, v.customer, v.merchant, v.papers, v.scan, v.mail, v.again, v.close,
		v.pager.Up, v.pager.Down, v.said}
	v.body = widgets.NewPlane(v.arrange, append(objects, v.addressing()...)...)
	v.body.Hide()
	p.Changed = v.Render
	return v
}

// addressing are the parts that ask for an address.
func (v *Panel) addressing() []fyne.CanvasObject {
	v.title = widgets.NewBold(24)
	v.title.Words, v.title.Wrap = text.Get("slip.mail.title"), true
	v.address = widgets.NewField(text.Get("slip.mail.label"), nil)
	v.address.Empty, v.address.Chosen = text.Get("slip.mail.example"), true
	v.board = widgets.NewAddressBoard(v.Rune, func(k keys.Key) { v.Key(k) })
	v.leave = widgets.NewButton(widgets.RolePlain, 18, text.Get("step.back"), v.Back)
	v.leave.Shape, v.leave.Hint = look.Left, keys.Escape.Cap()
	v.send = widgets.NewButton(widgets.RoleMain, 18, text.Get("slip.mail.send"), v.Send)
	v.send.Hint = keys.Enter.Cap()
	return []fyne.CanvasObject{v.title, v.address, v.board.Container, v.leave, v.send}
}

// Object is the panel's tree.
func (v *Panel) Object() fyne.CanvasObject { return v.body }

// IsOpen reports whether the panel is shown and takes the keys.
func (v *Panel) IsOpen() bool { return v.View().Open }

// Key handles a key of the keyboard.
func (v *Panel) Key(k keys.Key) {
	mode := v.View().Mode
	switch {
	case k == keys.Escape:
		v.Back()
	case mode == Addressee:
		if k == keys.Enter {
			v.Send()
		} else if k == keys.Erase {
			v.Erase()
		}
	case k == keys.Code:
		v.Scan()
	case mode == Scanning:
		if k == keys.Enter || k == keys.Receipt {
			v.Back()
		}
	default:
		v.paperKey(k)
	}
}

// paperKey handles a key while the paper is in sight.
func (v *Panel) paperKey(k keys.Key) {
	switch k {
	case keys.Enter, keys.Receipt:
		v.Close()
	case keys.Print:
		v.Print()
	case keys.Mail:
		v.Mail()
	case keys.Tab:
		v.Turn(1)
	case keys.Left:
		v.Choose(Customer)
	case keys.Right:
		v.Choose(Merchant)
	case keys.Up, keys.PageUp:
		v.pager.Page(-1)
	case keys.Down, keys.PageDown:
		v.pager.Page(1)
	}
}

// Render shows the view.
func (v *Panel) Render() {
	defer v.Redraw()
	view := v.View()
	widgets.Show(v.body, view.Open)
	v.sheet.Set(view.Picture)
	if !view.Open {
		return
	}
	if v.held != view.Code {
		v.held = view.Code
		_ = v.code.Set(view.Code) // what fits no code is on no receipt either
		v.hint.Words = text.Get("slip.code.desk")
		if strings.HasPrefix(view.Code, "https:") { // with the shop's page, a phone shows the receipt
			v.hint.Words = text.Get("slip.code.say")
		}
	}
	v.show(view)
	roles := map[bool]widgets.Role{false: widgets.RolePlain, true: widgets.RoleChosen}
	v.customer.As(roles[view.Copy == Customer])
	v.merchant.As(roles[view.Copy == Merchant])
	v.papers.Set(view.Papers, !view.Busy)
	v.again.Enable(view.MayPrint)
	v.mail.Enable(view.MayMail)
	v.scan.Enable(view.Code != "")
	v.send.Enable(!view.Busy)
	v.close.Set(text.Get(map[bool]string{true: "slip.close", false: "step.back"}[view.Mode == Looking]), true)
	v.said.Words, v.said.Colour = view.Said, look.Ink
	if view.Wrong {
		v.said.Colour = look.Wrong
	}
	v.address.Words, v.address.Problem, v.address.Wrong = view.Address, view.Problem, view.Problem != ""
	v.body.Refresh()
}

// show brings the parts of a mode into sight.
func (v *Panel) show(view View) {
	looking, asking := view.Mode == Looking, view.Mode == Addressee
	for o, shown := range map[fyne.CanvasObject]bool{
		v.sheet: looking, v.pager.Up: looking, v.pager.Down: looking, v.papers: looking && view.Papers != "",
		v.customer: looking && len(view.Copies) > 1, v.merchant: looking && len(view.Copies) > 1, // one alone is no choice
		v.scan: looking && view.Code != "", v.mail: looking && view.HasMail, v.again: looking, v.said: looking, v.close: !asking, v.desk: looking,
		v.code: view.Mode == Scanning, v.hint: view.Mode == Scanning,
		v.title: asking, v.address: asking, v.board.Container: asking, v.leave: asking, v.send: asking,
	} {
		widgets.Show(o, shown)
	}
}

func (v *Panel) arrange(size fyne.Size) {
	m := theme.For(size)
	widgets.Place(v.shade, 0, 0, size.Width, size.Height)
	w, h := min(size.Width-2*m.Gap, 1060*max(0.76, m.Unit)), size.Height-2*m.Gap
	x, y := (size.Width-w)/2, m.Gap
	widgets.Place(v.back, x, y, w, h)
	v.arrangeAddress(m, x, y, w, h)
	pad := m.Pad
	side := max(200, 290*m.Unit)
	x, y, w, h = x+pad, y+pad, w-2*pad, h-2*pad
	if v.code.Visible() {
		v.arrangeCode(m, x, y, w, h)
		return
	}
	strip := max(theme.MinTouch, 60*m.Unit)
	paper := w - side - pad - strip - 8
	widgets.Place(v.desk, x, y, paper, h)
	widgets.Place(v.sheet, x+8, y+4, paper-16, h-8)
	half := (h - 8) / 2
	widgets.Place(v.pager.Up, x+paper+8, y, strip, half)
	widgets.Place(v.pager.Down, x+paper+8, y+half+8, strip, half)
	v.arrangeSide(m, x+w-side, y, side, h)
}

// arrangeSide places what can be chosen above, what can be done below, and
// between them what was said.
func (v *Panel) arrangeSide(m theme.Measure, x, y, w, h float32) {
	const gap = 8
	touch := min(m.Touch, (h-6*gap)/7)
	if v.customer.Visible() {
		for i, b := range []*widgets.Button{v.customer, v.merchant} {
			b.Em = m.Body * 0.95
			widgets.Place(b, x+float32(i)*(w+gap)/2, y, (w-gap)/2, touch)
		}
		y, h = y+touch+gap, h-touch-gap
	}
	if v.papers.Visible() {
		v.papers.Em = m.Body
		widgets.Place(v.papers, x, y, w, touch)
		y, h = y+touch+gap, h-touch-gap
	}
	bottom := y + h
	for _, b := range []*widgets.Button{v.close, v.again, v.mail, v.scan} {
		if b.Visible() {
			b.Em = m.Body
			bottom -= touch
			widgets.Place(b, x, bottom, w, touch)
			bottom -= gap
		}
	}
	v.said.Em = m.Body * 0.95
	widgets.Place(v.said, x, y, w, bottom-y)
}

func (v *Panel) arrangeCode(m theme.Measure, x, y, w, h float32) {
	v.hint.Em, v.close.Em = m.Title, m.Body
	side := max(240, 320*m.Unit)
	widgets.Place(v.close, x+w-side, y+h-m.Touch, side, m.Touch)
	widgets.Place(v.hint, x+w-side, y, side, h-m.Touch-m.Gap)
	widgets.Place(v.code, x, y, w-side-m.Gap, h)
}

func (v *Panel) arrangeAddress(m theme.Measure, x, y, w, h float32) {
	pad, gap := m.Pad, m.Gap
	x, y, w, h = x+pad, y+pad, w-2*pad, h-2*pad
	button := max(150, 220*m.Unit)
	v.title.Em, v.leave.Em, v.send.Em = m.Title*0.9, m.Body, m.Body
	widgets.Place(v.leave, x, y, button, m.Touch)
	widgets.Place(v.send, x+w-button, y, button, m.Touch)
	widgets.Place(v.title, x+button+gap, y, w-2*button-2*gap, m.Touch)
	board := min(max(5*theme.MinTouch+16, h*0.6), 5*84*max(0.6, m.Unit))
	field := min(h-m.Touch-board-gap*1.5, widgets.FieldHeight(m.Touch*1.1))
	widgets.Place(v.address, x, y+m.Touch+gap, w, field)
	widgets.Place(v.board.Container, x, y+h-board, w, board)
}
