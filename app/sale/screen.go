package sale

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/app/widgets/caps"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body *fyne.Container

	panel          *widgets.Panel
	label, amount  *widgets.Text
	reason         *widgets.Text
	parts, total   *widgets.Text
	notice         *widgets.Text
	noticePanel    *widgets.Panel
	noticeMark     *widgets.Mark
	strip, history *widgets.Button
	menu, extras   *widgets.Button
	charge, wallet *widgets.Button
	others         []*widgets.Button // the other ways to pay, in their order
	pad            *widgets.Keypad
	shut           *shutPanel
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, panel: widgets.NewPanel(look.Surface, look.Line, 18)}
	s.label, s.amount, s.reason = widgets.NewText(20), widgets.NewBold(90), widgets.NewPara(20)
	s.parts, s.total = widgets.NewPara(18), widgets.NewBold(24)
	s.label.Colour, s.reason.Colour, s.parts.Colour = look.Soft, look.Soft, look.Soft
	s.amount.Align, s.reason.Align, s.total.Align = fyne.TextAlignTrailing, fyne.TextAlignTrailing, fyne.TextAlignTrailing
	s.reason.Top, s.parts.Top = false, false
	s.notice = widgets.NewPara(18)
	s.notice.Colour, s.notice.Top = look.OnNotice, false
	s.noticePanel = widgets.NewPanel(look.Notice, look.Clear, 12)
	s.noticeMark = widgets.NewMark(look.Alert, look.OnNotice)
	s.strip = widgets.NewButton(widgets.RolePlain, 18, "", s.followStrip)
	s.strip.Left, s.strip.Shape = true, look.Clock
	s.history = widgets.NewButton(widgets.RolePlain, 20, text.Get("sale.history"), func() { p.History() })
	s.history.Hint = string(keys.History)
	s.menu = widgets.NewButton(widgets.RolePlain, 20, text.Get("sale.menu"), func() { p.Menu() })
	s.menu.Hint = string(keys.Menu)
	s.extras = widgets.NewButton(widgets.RolePlain, 18, "", func() { p.Extras() })
	s.extras.Left, s.extras.Bold, s.extras.Hint = true, false, string(keys.Extras)
	s.charge = widgets.NewButton(widgets.RoleMain, 32, text.Get("sale.card"), func() { p.Tender(ByCard) })
	s.charge.Shape, s.charge.Hint = look.Card, "Enter"
	s.wallet = widgets.NewButton(widgets.RolePlain, 26, text.Get("sale.wallet"), func() { p.Tender(ByWallet) })
	s.wallet.Shape, s.wallet.Hint = look.Phone, string(keys.Wallet)
	s.pad = widgets.NewKeypad(caps.Zeros, p.Press)
	s.shut = newShutPanel(func() { p.Shift() })
	objects := []fyne.CanvasObject{s.panel, s.label, s.amount, s.reason, s.parts, s.total, s.noticePanel, s.noticeMark, s.notice,
		s.strip, s.history, s.menu, s.extras, s.charge, s.wallet, s.pad.Container, s.shut.Container}
	for _, way := range []struct {
		tender Tender
		words  string
		key    keys.Key
	}{{ByCash, "sale.cash", keys.Cash}, {OnFile, "sale.onfile", keys.OnFile}, {InParts, "sale.split", keys.Split}} {
		b := widgets.NewButton(widgets.RolePlain, 20, text.Get(way.words), func() { p.Tender(way.tender) })
		b.Hint = string(way.key)
		s.others = append(s.others, b)
		objects = append(objects, b)
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	p.Changed = s.Render
	return s
}

// followStrip goes where the strip tells of.
func (s *Screen) followStrip() {
	if s.View().Unfinished {
		s.GoOn()
		return
	}
	s.Attention()
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight: nothing is being paid then.
func (s *Screen) Show() { s.Back() }

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.Enter:
		if s.View().Shut != nil {
			s.Shift()
			return true
		}
		s.Tender(ByCard)
	case keys.Cash:
		s.Tender(ByCash)
	case keys.OnFile:
		s.Tender(OnFile)
	case keys.Wallet:
		s.Tender(ByWallet)
	case keys.Split:
		s.Tender(InParts)
	case keys.Extras:
		s.Extras()
	case keys.Erase:
		s.Press(caps.Erase)
	case keys.Escape:
		s.Escape()
	case keys.History:
		s.History()
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard.
func (s *Screen) Rune(r rune) {
	if digit, ok := keys.Digit(r); ok {
		s.Press(caps.Of(digit))
	}
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.label.Set(v.Label)
	s.amount.Set(v.Amount)
	s.amount.Paint(map[bool]look.Colour{false: look.Ink, true: look.Soft}[v.Empty])
	s.reason.Set(v.Reason)
	s.reason.Paint(map[bool]look.Colour{false: look.Soft, true: look.Wrong}[v.Wrong])
	s.parts.Set(v.Parts)
	s.total.Set(v.Total)
	s.charge.Enable(v.Ready)
	s.shut.set(v.Shut)
	for _, b := range append([]*widgets.Button{s.charge, s.extras}, s.others...) {
		widgets.Show(b, v.Shut == nil)
	}
	widgets.Show(s.wallet, v.Wallet && v.Shut == nil)
	s.wallet.Enable(v.Ready)
	for i, b := range s.others {
		b.Enable([]bool{v.Counts, v.OnFile, v.Ready || v.Unfinished && v.Empty}[i])
	}
	s.extras.Set(v.Extras, true)
	s.extras.Bold = v.Added != ""
	if v.Added != "" {
		s.extras.Set(shorten(v.Added), true)
	}
	s.renderStrip(v)
	for _, o := range []fyne.CanvasObject{s.notice, s.noticePanel, s.noticeMark} {
		widgets.Show(o, v.Notice != "")
	}
	s.notice.Set(v.Notice)
	s.body.Refresh()
}

// mostAdded is how many letters of what was added the button shows.
const mostAdded = 36

func shorten(words string) string {
	if r := []rune(words); len(r) > mostAdded {
		return string(r[:mostAdded-1]) + "…"
	}
	return words
}

// renderStrip shows the strip in place of the way to the transactions.
func (s *Screen) renderStrip(v View) {
	widgets.Show(s.strip, v.Strip != "")
	widgets.Show(s.history, v.Strip == "")
	if v.Strip == "" {
		return
	}
	s.strip.Shape, s.strip.Hint = look.Of(v.StripKind).Shape, ""
	if v.Unfinished {
		s.strip.Hint = string(keys.Split)
	}
	s.strip.Set(v.Strip, true)
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	padW := min((size.Width-3*margin)*0.5, 820*max(0.6, m.Unit))
	left := size.Width - padW - 3*margin
	x := size.Width - padW - margin
	menu := padW * 0.3
	s.menu.Em, s.history.Em, s.strip.Em = m.Body, m.Body, m.Body*0.92
	for _, b := range []*widgets.Button{s.history, s.strip} {
		widgets.Place(b, x, margin, padW-menu-m.Gap, m.Touch)
	}
	widgets.Place(s.menu, x+padW-menu, margin, menu, m.Touch)
	top := margin + m.Touch + m.Gap
	widgets.Place(s.pad.Container, x, top, padW, size.Height-top-margin)

	charge := m.Touch * 1.6
	bottom := size.Height - margin
	s.charge.Em, s.wallet.Em = m.Big, m.Title
	card := left
	if s.wallet.Visible() {
		card = (left - m.Gap) * 0.54
		widgets.Place(s.wallet, margin+card+m.Gap, bottom-charge, left-card-m.Gap, charge)
	}
	widgets.Place(s.charge, margin, bottom-charge, card, charge)
	bottom -= charge + m.Gap
	n := float32(len(s.others))
	way := (left - (n-1)*m.Gap) / n
	for i, b := range s.others {
		b.Em = m.Body
		widgets.Place(b, margin+float32(i)*(way+m.Gap), bottom-m.Touch, way, m.Touch)
	}
	bottom -= m.Touch + m.Gap
	s.extras.Em = m.Body * 0.92
	widgets.Place(s.extras, margin, bottom-m.Touch, left, m.Touch)
	widgets.Place(s.shut.Container, margin, bottom-m.Touch, left, size.Height-margin-bottom+m.Touch)
	bottom -= m.Touch + m.Gap
	if s.notice.Visible() {
		h := m.Body * 3.4
		widgets.Place(s.noticePanel, margin, bottom-h, left, h)
		side := h * 0.4
		widgets.Place(s.noticeMark, margin+m.Pad*0.6, bottom-h+(h-side)/2, side, side)
		s.notice.Em = m.Body * 0.92
		widgets.Place(s.notice, margin+side+m.Pad*1.2, bottom-h+4, left-side-m.Pad*1.8, h-8)
		bottom -= h + m.Gap
	}
	s.arrangePanel(m, margin, margin, left, bottom-margin)
}

// arrangePanel places the sum: what is entered above, what it comes to below.
func (s *Screen) arrangePanel(m theme.Measure, x, y, w, h float32) {
	widgets.Place(s.panel, x, y, w, h)
	x, w = x+m.Pad*1.2, w-m.Pad*2.4
	s.label.Em, s.reason.Em, s.parts.Em, s.total.Em = m.Body, m.Body, m.Body*0.92, m.Title*0.9
	pad := min(m.Pad*0.6, h*0.05)
	widgets.Place(s.label, x, y+pad, w, m.Body*1.5)
	foot := max(m.Body*1.5, min(m.Body*2.7, h*0.3))
	total := float32(0)
	if s.total.Words != "" {
		total = min(w*0.6, s.total.Width()+4)
	}
	widgets.Place(s.reason, x, y+h-foot-pad, w-total-min(total, m.Gap), foot)
	widgets.Place(s.parts, x, y+h-foot-pad, w-total-m.Gap, foot)
	widgets.Place(s.total, x+w-total, y+h-foot-pad, total, foot)
	top := y + pad + m.Body*1.5
	room := y + h - foot - pad - top
	s.amount.Em = min(132*m.Unit, room*0.9)
	widgets.Place(s.amount, x, top, w, room)
}
