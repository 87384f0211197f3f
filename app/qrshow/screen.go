package qrshow

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// mostButtons is the most acts that a stage offers.
const mostButtons = 4

// Screen is the screen as people see it: the code at the left, or in its place
// what became of it, and at the right what is paid and every way on.
type Screen struct {
	*Presenter
	body *fyne.Container

	paper   *widgets.Panel
	code    *widgets.Code
	held    string // what the code holds
	mark    *widgets.Mark
	word    *widgets.Text
	wallet  *widgets.Text
	badge   *widgets.Panel
	test    *widgets.Text
	amount  *widgets.Text
	left    *widgets.Text
	track   *widgets.Panel
	bar     *widgets.Panel
	share   int
	title   *widgets.Text
	say     *widgets.Text
	wrong   *widgets.Text
	buttons [mostButtons]*widgets.Button
}

// NewScreen builds the screen, once. What can't be undone is asked in the
// overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, paper: widgets.NewPanel(look.Paper, look.Clear, 18), code: widgets.NewCode(), mark: widgets.NewMark(look.NoShape, look.Ink)}
	s.word, s.wallet, s.amount, s.title, s.left = widgets.NewBold(40), widgets.NewBold(28), widgets.NewBold(60), widgets.NewBold(24), widgets.NewBold(24)
	s.word.Align, s.word.Wrap, s.title.Wrap = fyne.TextAlignCenter, true, true
	s.left.Align = fyne.TextAlignTrailing
	s.say, s.wrong = widgets.NewPara(20), widgets.NewPara(18)
	s.wrong.Colour, s.wrong.Bold = look.Wrong, true
	s.badge, s.test = widgets.NewPanel(look.Training, look.Clear, 8), widgets.NewBold(16)
	s.test.Words, s.test.Colour, s.test.Align = text.Get("wallet.test"), look.OnTraining, fyne.TextAlignCenter
	s.track, s.bar = widgets.NewPanel(look.Line, look.Clear, 4), widgets.NewPanel(look.Accent, look.Clear, 4)
	objects := []fyne.CanvasObject{s.paper, s.code, s.mark, s.word, s.wallet, s.badge, s.test, s.amount, s.left, s.track, s.bar, s.title, s.say, s.wrong}
	for i := range s.buttons {
		s.buttons[i] = widgets.NewButton(widgets.RolePlain, 20, "", func() {
			if buttons := s.View().Buttons; i < len(buttons) {
				s.Do(buttons[i].Act)
			}
		})
		objects = append(objects, s.buttons[i])
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	p.Changed = s.Render
	p.Ask = func(q Question) {
		key := "wallet.ask." + q.Kind
		overlay.Ask(widgets.Question{Shape: look.Alert, Title: text.Get(key), Text: text.Get(key+".text", q.Provider), Choices: []widgets.Choice{
			{Words: text.Get(key + ".no"), Hint: "Enter", Role: widgets.RoleMain},
			{Words: text.Get(key + ".yes"), Hint: string(keys.GiveBack), Role: widgets.RolePlain, Tap: q.Yes},
		}})
	}
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight; Begin has filled it.
func (s *Screen) Show() { s.Render() }

// Hide is called when it leaves: nobody scans a code that is not in sight.
func (s *Screen) Hide() {}

// Rune handles a sign of the keyboard.
func (s *Screen) Rune(rune) {}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	if s.held != v.Code {
		s.held = v.Code
		_ = s.code.Set(v.Code) // a text that fits no code is shown nowhere, and the sentence says what to do
	}
	scan := v.Code != ""
	widgets.Show(s.code, scan)
	widgets.Show(s.mark, !scan)
	widgets.Show(s.word, !scan)
	fill, on := look.Paper, look.OnPaper
	if !scan {
		fill, on = v.Look.Fill, v.Look.On
	}
	s.paper.Paint(fill, map[bool]look.Colour{false: look.Clear, true: look.Line}[fill == look.Surface])
	s.mark.Set(v.Look.Shape, on)
	s.word.Words, s.word.Colour = v.Word, on
	s.wallet.Words, s.amount.Words, s.title.Words, s.say.Words, s.wrong.Words = v.Wallet, v.Amount, v.Title, v.Say, v.Problem
	s.left.Words, s.share = v.Left, v.Share
	widgets.Show(s.badge, v.Test)
	widgets.Show(s.test, v.Test)
	for _, o := range []fyne.CanvasObject{s.left, s.track, s.bar} {
		widgets.Show(o, v.Left != "")
	}
	s.title.Colour = map[bool]look.Colour{false: look.Ink, true: look.Wrong}[v.Wrong]
	for i, b := range s.buttons {
		widgets.Show(b, i < len(v.Buttons))
		if i >= len(v.Buttons) {
			continue
		}
		b.Hint, b.Role = v.Buttons[i].Key.Cap(), map[bool]widgets.Role{false: widgets.RolePlain, true: widgets.RoleMain}[v.Buttons[i].Main]
		b.Set(v.Buttons[i].Words, v.Buttons[i].Works)
	}
	s.arrange(s.body.Size())
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	if size.Height <= 0 {
		return
	}
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	// As large as the window allows: it is read at arm's length.
	side := min(size.Height-2*margin, size.Width*0.56)
	x, y, w, h := margin+side+m.Gap*1.5, margin, size.Width-side-2*margin-m.Gap*1.5, size.Height-2*margin
	top := (size.Height - side) / 2
	if size.Height > size.Width {
		side = min(size.Width-2*margin, size.Height*0.5)
		top = margin
		x, y, w, h = margin, margin*2+side, size.Width-2*margin, size.Height-side-3*margin
	}
	at := margin
	if size.Height > size.Width {
		at = (size.Width - side) / 2
	}
	widgets.Place(s.paper, at, top, side, side)
	widgets.Place(s.code, at, top, side, side)
	mark := side * 0.34
	widgets.Place(s.mark, at+(side-mark)/2, top+side*0.16, mark, mark)
	s.word.Em = min(side*0.12, m.Big*1.4)
	widgets.Place(s.word, at+m.Pad, top+side*0.54, side-2*m.Pad, side*0.38)
	bottom := s.arrangeButtons(m, x, y+h, w)
	s.arrangeWords(m, x, y, w, bottom-y)
}

// arrangeButtons places the buttons above a bottom and returns where they begin:
// the one that goes on as wide as all others beside each other.
func (s *Screen) arrangeButtons(m theme.Measure, x, bottom, w float32) float32 {
	var rest []*widgets.Button
	var main *widgets.Button
	for _, b := range s.buttons {
		switch {
		case !b.Visible():
		case b.Role == widgets.RoleMain:
			main = b
		default:
			rest = append(rest, b)
		}
	}
	columns := min(len(rest), 3)
	if len(rest) == 4 {
		columns = 2
	}
	for rows := (len(rest) + 2) / max(1, columns); rows > 0 && len(rest) > 0; rows-- {
		row := rest[max(0, len(rest)-columns):]
		rest = rest[:len(rest)-len(row)]
		wide := (w - float32(len(row)-1)*m.Gap) / float32(len(row))
		for i, b := range row {
			b.Em = m.Body
			widgets.Place(b, x+float32(i)*(wide+m.Gap), bottom-m.Touch, wide, m.Touch)
		}
		bottom -= m.Touch + m.Gap
	}
	if main != nil {
		main.Em = m.Title
		high := m.Touch * 1.25
		widgets.Place(main, x, bottom-high, w, high)
		bottom -= high + m.Gap
	}
	return bottom
}

// arrangeWords places wallet and amount above, and under them what is going on.
func (s *Screen) arrangeWords(m theme.Measure, x, y, w, h float32) {
	s.wallet.Em, s.amount.Em, s.left.Em, s.title.Em, s.say.Em, s.wrong.Em, s.test.Em = m.Title, m.Big*1.7, m.Title, m.Title*1.05, m.Body*1.2, m.Body, m.Body*0.9
	line := m.Title * 1.6
	badge := float32(0)
	if s.test.Visible() {
		badge = s.test.Width() + m.Pad*1.4
		high := m.Body * 1.7
		widgets.Place(s.badge, x+w-badge, y+(line-high)/2, badge, high)
		widgets.Place(s.test, x+w-badge, y+(line-high)/2, badge, high)
	}
	widgets.Place(s.wallet, x, y, w-badge-m.Gap, line)
	bottom := y + h
	y += line
	amount := min(m.Big*2.2, h*0.26)
	s.amount.Em = amount * 0.78
	widgets.Place(s.amount, x, y, w, amount)
	y += amount
	if s.left.Visible() {
		clock := s.left.Em * 2.9
		widgets.Place(s.left, x+w-clock, y, clock, line)
		high := max(6, 8*m.Unit)
		wide := w - clock - m.Gap
		widgets.Place(s.track, x, y+(line-high)/2, wide, high)
		widgets.Place(s.bar, x, y+(line-high)/2, wide*float32(s.share)/1000, high)
		y += line
	}
	y += m.Gap * 0.5
	if s.wrong.Words != "" {
		high := m.Body * 3
		widgets.Place(s.wrong, x, bottom-high, w, high)
		bottom -= high
	}
	title := min(s.title.Tall(w)+4, (bottom-y)*0.5)
	widgets.Place(s.title, x, y, w, title)
	y += title + m.Gap*0.3
	widgets.Place(s.say, x, y, w, max(0, bottom-y))
}
