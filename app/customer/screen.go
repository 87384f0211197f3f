package customer

import (
	"image"
	_ "image/jpeg" // idle pictures
	_ "image/png"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/terminal/money"
)

// The most lines and choices that a sum has: goods, tax and tip; no tip and
// four shares.
const (
	mostLines = 3
	mostTips  = 5
)

// Screen is the customer's screen as it is seen. It holds nothing but the view
// that is shown.
type Screen struct {
	body *fyne.Container
	// Choose is called with the tip that the customer touched, 0 for none.
	Choose func(money.Rate)

	view  View
	words Words

	frame, inside *fyne.Container
	back, sheet   *widgets.Panel
	picture       *canvas.Image
	mark          *widgets.Mark
	paper         *widgets.Panel
	code          *widgets.Code
	held          string // what the code holds
	title, say    *widgets.Text
	label, amount *widgets.Text
	lines         [mostLines][2]*widgets.Text
	tips          [mostTips]*widgets.Button
}

// NewScreen builds the screen, once. The picture is for idle times, nil for
// the shop's name.
func NewScreen(picture image.Image) *Screen {
	s := &Screen{Choose: func(money.Rate) {}, back: widgets.NewPanel(look.Ground, look.Clear, 0), sheet: widgets.NewPanel(look.Surface, look.Line, 24), mark: widgets.NewMark(look.NoShape, look.Accent)}
	s.title, s.say, s.label, s.amount = widgets.NewBold(60), widgets.NewPara(30), widgets.NewText(30), widgets.NewBold(90)
	s.say.Colour, s.label.Colour, s.title.Wrap = look.Soft, look.Soft, true
	s.paper, s.code = widgets.NewPanel(look.Paper, look.Clear, 18), widgets.NewCode()
	s.picture = canvas.NewImageFromImage(picture)
	s.picture.FillMode = canvas.ImageFillContain
	objects := []fyne.CanvasObject{s.back, s.picture, s.sheet, s.paper, s.code, s.mark, s.title, s.say, s.label, s.amount}
	for i := range s.lines {
		for side := range s.lines[i] {
			s.lines[i][side] = widgets.NewText(30)
			objects = append(objects, s.lines[i][side])
		}
		s.lines[i][1].Align = fyne.TextAlignTrailing
	}
	for i := range s.tips {
		s.tips[i] = widgets.NewButton(widgets.RolePlain, 30, "", func() { s.choose(i) })
		objects = append(objects, s.tips[i])
	}
	s.inside = widgets.NewPlane(s.arrange, objects...)
	s.frame = widgets.NewFrame(text.Get("app.training"))
	s.body = widgets.NewPlane(func(size fyne.Size) {
		widgets.Place(s.frame, 0, 0, size.Width, size.Height)
		if !s.view.Training {
			widgets.Place(s.inside, 0, 0, size.Width, size.Height)
			return
		}
		widgets.Place(s.inside, widgets.FrameSide, widgets.FrameTop, size.Width-2*widgets.FrameSide, size.Height-widgets.FrameTop-widgets.FrameSide)
	}, s.inside, s.frame)
	s.Show(View{})
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

func (s *Screen) choose(i int) {
	if i < len(s.words.Tips) {
		s.Choose(s.words.Tips[i].Rate)
	}
}

// Show shows a view in place of the last, of which nothing is left.
func (s *Screen) Show(v View) {
	s.view, s.words = v, Of(v)
	w := s.words
	idle := w.Shape == look.NoShape && w.Amount == ""
	widgets.Show(s.frame, v.Training)
	widgets.Show(s.picture, idle && s.picture.Image != nil)
	widgets.Show(s.sheet, w.Amount != "" || !idle)
	if s.held != w.Code {
		s.held = w.Code
		_ = s.code.Set(w.Code) // the till says what to do about a text that fits no code
	}
	widgets.Show(s.paper, w.Code != "")
	widgets.Show(s.code, w.Code != "")
	s.mark.Set(w.Shape, w.Tint)
	s.title.Words, s.say.Words, s.label.Words, s.amount.Words = w.Title, w.Say, w.Label, w.Amount
	if s.picture.Visible() {
		s.title.Words, s.say.Words = "", ""
	}
	for i, pair := range s.lines {
		line := Line{}
		if i < len(w.Lines) {
			line = w.Lines[i]
		}
		pair[0].Words, pair[1].Words = line.Name, line.Amount
	}
	for i, b := range s.tips {
		widgets.Show(b, i < len(w.Tips))
		b.Words = ""
		if i < len(w.Tips) {
			b.Words, b.Role = w.Tips[i].Words, map[bool]widgets.Role{false: widgets.RolePlain, true: widgets.RoleChosen}[w.Tips[i].Chosen]
		}
	}
	s.body.Refresh()
}

// arrange lays the stages out: a sum as a list with the total at its foot, all
// else as a mark, a few words and an amount in the middle.
func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size)
	widgets.Place(s.back, 0, 0, size.Width, size.Height)
	widgets.Place(s.picture, 0, 0, size.Width, size.Height)
	// It is read from the other side of the counter.
	s.title.Em, s.say.Em, s.label.Em, s.amount.Em = m.Big*1.7, m.Title*1.25, m.Title*1.2, m.Big*3
	if s.view.Stage == Sum || s.view.Stage == Part {
		s.arrangeSum(m, size)
		return
	}
	if s.words.Code != "" {
		s.arrangeScan(m, size)
		return
	}
	for _, t := range []*widgets.Text{s.title, s.say, s.label, s.amount} {
		t.Align = fyne.TextAlignCenter
	}
	w := min(size.Width-6*m.Gap, 1150*max(0.7, m.Unit))
	x, side := (size.Width-w)/2, size.Height*0.22
	parts := []struct {
		o    fyne.CanvasObject
		high float32
	}{{s.mark, side}, {s.title, m.Big * 2.4}, {s.say, m.Title * 3.3}, {s.label, m.Title * 1.6}, {s.amount, m.Big * 3.6}}
	whole := m.Gap * 3
	for _, p := range parts {
		if s.shown(p.o) {
			whole += p.high
		}
	}
	y := max(m.Gap, (size.Height-whole)/2)
	widgets.Place(s.sheet, x-m.Gap, y-m.Gap*0.5, w+2*m.Gap, min(size.Height-y, whole))
	y += m.Gap
	for _, p := range parts {
		if s.shown(p.o) {
			widgets.Place(p.o, x, y, w, p.high)
			y += p.high
		}
	}
}

// arrangeScan places the code as large as the window allows: beside the words, or
// above them where the window is higher than wide.
func (s *Screen) arrangeScan(m theme.Measure, size fyne.Size) {
	margin := m.Gap * 1.5
	upright := size.Height > size.Width
	side := min(size.Height-2*margin, size.Width*0.56)
	x, y := margin, (size.Height-side)/2
	left, top, w, h := margin*2+side, y, size.Width-side-3*margin, side
	align := fyne.TextAlignLeading
	if upright {
		side = min(size.Width-2*margin, size.Height*0.58)
		x, y = (size.Width-side)/2, margin
		left, top, w, h = margin, margin*2+side, size.Width-2*margin, size.Height-side-3*margin
		align = fyne.TextAlignCenter
	}
	widgets.Place(s.sheet, 0, 0, 0, 0)
	widgets.Place(s.paper, x, y, side, side)
	widgets.Place(s.code, x, y, side, side)
	for _, t := range []*widgets.Text{s.title, s.say, s.label, s.amount} {
		t.Align = align
	}
	s.title.Em, s.amount.Em = min(m.Big*1.5, w*0.13), min(m.Big*2.2, w*0.2)
	mark := float32(0)
	if !upright {
		mark = min(h*0.2, w*0.3)
		widgets.Place(s.mark, left, top, mark, mark)
		mark += m.Gap
	} else {
		widgets.Place(s.mark, 0, 0, 0, 0)
	}
	high := h - mark
	widgets.Place(s.title, left, top+mark, w, high*0.3)
	widgets.Place(s.say, left, top+mark+high*0.3, w, high*0.34)
	widgets.Place(s.label, left, top+mark+high*0.66, w, high*0.1)
	widgets.Place(s.amount, left, top+mark+high*0.76, w, high*0.24)
}

// shown reports that there is something to see of a part.
func (s *Screen) shown(o fyne.CanvasObject) bool {
	switch o := o.(type) {
	case *widgets.Text:
		return o.Words != ""
	case *widgets.Mark:
		return o.Shape != look.NoShape
	}
	return true
}

func (s *Screen) arrangeSum(m theme.Measure, size fyne.Size) {
	margin := m.Gap * 2
	w := min(size.Width-2*margin, 1300*max(0.7, m.Unit))
	x, y := (size.Width-w)/2, margin
	s.title.Align, s.say.Align, s.label.Align, s.amount.Align = fyne.TextAlignLeading, fyne.TextAlignLeading, fyne.TextAlignLeading, fyne.TextAlignTrailing
	title, side := m.Big*2.1, float32(0)
	if s.words.Shape != look.NoShape {
		side = title * 0.8
		widgets.Place(s.mark, x, y+title*0.1, side, side)
		side += m.Gap
	}
	widgets.Place(s.title, x+side, y, w-side, title)
	y += title + m.Gap
	bottom := size.Height - margin
	if n := float32(len(s.words.Tips)); n > 0 {
		h := m.Touch * 1.7
		wide := (w - (n-1)*m.Gap) / n
		for i, b := range s.tips[:len(s.words.Tips)] {
			b.Em = m.Title * 1.1
			widgets.Place(b, x+float32(i)*(wide+m.Gap), bottom-h, wide, h)
		}
		bottom -= h + m.Gap
	}
	if s.words.Say != "" {
		h := m.Title * 1.9
		widgets.Place(s.say, x, bottom-h, w, h)
		bottom -= h + m.Gap*0.5
	}
	widgets.Place(s.sheet, x, y, w, bottom-y)
	pad := m.Pad * 1.6
	x, w = x+pad, w-2*pad
	total := min(m.Big*3.4, (bottom-y)*0.45)
	widgets.Place(s.label, x, bottom-total-pad*0.4, w*0.35, total)
	widgets.Place(s.amount, x+w*0.35, bottom-total-pad*0.4, w*0.65, total)
	line := min(m.Title*2.4, (bottom-total-y-pad)/mostLines)
	for i, pair := range s.lines {
		pair[0].Em, pair[1].Em = min(line*0.66, m.Title*1.4), min(line*0.66, m.Title*1.4)
		widgets.Place(pair[0], x, y+pad*0.6+float32(i)*line, w*0.6, line)
		widgets.Place(pair[1], x+w*0.6, y+pad*0.6+float32(i)*line, w*0.4, line)
	}
}
