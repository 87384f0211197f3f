package followup

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/terminal/engine"
)

// WorkingScreen is the wait as people see it. Nothing on it moves but the
// seconds, and nothing leads away from it but the outcome.
type WorkingScreen struct {
	*Working
	body  *fyne.Container
	back  *widgets.Panel
	mark  *widgets.Mark
	texts [5]*widgets.Text
}

// NewWorkingScreen builds the screen, once.
func NewWorkingScreen(w *Working) *WorkingScreen {
	s := &WorkingScreen{Working: w, back: widgets.NewPanel(look.Ground, look.Clear, 0), mark: widgets.NewMark(look.Clock, look.Accent)}
	objects := []fyne.CanvasObject{s.back, s.mark}
	for i := range s.texts {
		s.texts[i] = widgets.NewPara(24)
		s.texts[i].Align, s.texts[i].Bold = fyne.TextAlignCenter, i < 2
		objects = append(objects, s.texts[i])
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	w.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *WorkingScreen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *WorkingScreen) Show() { s.Render() }

// Hide is called when it leaves.
func (s *WorkingScreen) Hide() { s.Stop() }

// Apply takes a snapshot: the outcome comes with the call that was made.
func (s *WorkingScreen) Apply(engine.Snapshot) {}

// Key handles a key of the keyboard: the answer is awaited.
func (s *WorkingScreen) Key(keys.Key) bool { return true }

// Rune handles a sign of the keyboard.
func (s *WorkingScreen) Rune(rune) {}

// Render shows the view.
func (s *WorkingScreen) Render() {
	v := s.View()
	for i, words := range []string{v.Title, v.Amount, v.Card, v.Seconds, v.Text} {
		s.texts[i].Words = words
	}
	s.body.Refresh()
}

func (s *WorkingScreen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	widgets.Place(s.back, 0, 0, size.Width, size.Height)
	w := min(size.Width-4*m.Gap, 1300)
	mark := size.Height * 0.18
	ems := [5]float32{m.Big, m.Big * 2, m.Title, m.Title, m.Body * 1.2}
	whole := mark + m.Gap
	for i, em := range ems {
		if s.texts[i].Words != "" {
			whole += em * 1.6
		}
	}
	y := max(m.Gap, (size.Height-whole)*0.4)
	widgets.Place(s.mark, (size.Width-mark)/2, y, mark, mark)
	y += mark + m.Gap
	for i, em := range ems {
		h := em * 1.6
		if i == len(ems)-1 {
			h = size.Height - y // the sentence has the rest
		}
		if s.texts[i].Words == "" {
			h = 0
		}
		s.texts[i].Em = em
		widgets.Place(s.texts[i], (size.Width-w)/2, y, w, h)
		y += h
	}
}

// maxButtons is the most acts that an outcome offers.
const maxButtons = 3

// DoneScreen is the outcome as people see it: one colour, one shape, one word,
// one amount.
type DoneScreen struct {
	*Done
	body                              *fyne.Container
	back                              *widgets.Panel
	mark                              *widgets.Mark
	word, amount, card, sentence, way *widgets.Text
	late                              *widgets.Text
	buttons                           [maxButtons]*widgets.Button
}

// NewDoneScreen builds the screen, once.
func NewDoneScreen(d *Done) *DoneScreen {
	s := &DoneScreen{Done: d, back: widgets.NewPanel(look.Ground, look.Clear, 0), mark: widgets.NewMark(look.NoShape, look.Ink)}
	s.word, s.amount, s.card = widgets.NewBold(90), widgets.NewBold(90), widgets.NewText(24)
	s.sentence, s.way, s.late = widgets.NewPara(24), widgets.NewPara(20), widgets.NewPara(20)
	objects := []fyne.CanvasObject{s.back, s.mark, s.word, s.amount, s.card, s.sentence, s.way, s.late}
	for i := range s.buttons {
		s.buttons[i] = widgets.NewButton(widgets.RoleOutline, 24, "", func() {
			if buttons := s.View().Buttons; i < len(buttons) {
				s.Do(buttons[i].Act)
			}
		})
		objects = append(objects, s.buttons[i])
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	d.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *DoneScreen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *DoneScreen) Show() { s.Render() }

// Hide is called when it leaves.
func (s *DoneScreen) Hide() {}

// Key handles a key of the keyboard. Escape does nothing: an outcome is left by
// saying what comes next.
func (s *DoneScreen) Key(k keys.Key) bool {
	if k == keys.Enter {
		s.Enter()
		return true
	}
	return s.Done.Key(k) || k == keys.Escape
}

// Rune handles a sign of the keyboard.
func (s *DoneScreen) Rune(rune) {}

// Render shows the view.
func (s *DoneScreen) Render() {
	v := s.View()
	on := v.Look.On
	s.back.Paint(v.Look.Fill, look.Clear)
	s.mark.Set(v.Look.Shape, on)
	for t, words := range map[*widgets.Text]string{
		s.word: v.Word, s.amount: v.Amount, s.card: v.Card, s.sentence: v.Sentence, s.way: v.Next, s.late: v.Late,
	} {
		t.Words, t.Colour = words, on
	}
	for i, b := range s.buttons {
		widgets.Show(b, i < len(v.Buttons))
		if i >= len(v.Buttons) {
			continue
		}
		b.On, b.Hint, b.Role = on, v.Buttons[i].Key.Cap(), widgets.RoleOutline
		if i == 0 {
			b.Hint, b.Role = "Enter", widgets.RoleBold
		}
		b.Set(v.Buttons[i].Words, true)
	}
	s.body.Refresh()
}

func (s *DoneScreen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	widgets.Place(s.back, 0, 0, size.Width, size.Height)
	margin := m.Gap * 2
	bw, bh := max(230, min(size.Width*0.3, 420*max(0.7, m.Unit))), m.Touch*1.3
	n := float32(len(s.View().Buttons))
	y := size.Height - margin - n*bh - (n-1)*m.Gap
	for _, b := range s.buttons[:int(n)] {
		b.Em = m.Body * 1.15
		widgets.Place(b, size.Width-margin-bw, y, bw, bh)
		y += bh + m.Gap
	}
	mark := min(size.Height*0.27, 280)
	widgets.Place(s.mark, margin, margin, mark, mark)
	x := margin + mark + m.Gap*1.6
	s.word.Em = mark * 0.7
	widgets.Place(s.word, x, margin, size.Width-x-margin, mark)
	y = margin + mark + m.Gap*0.4
	h := size.Height * 0.21
	if s.amount.Words == "" {
		h = 0
	}
	s.amount.Em = h * 0.76
	widgets.Place(s.amount, margin, y, size.Width-2*margin, h)
	s.arrangeWords(m, margin, y+h, size.Width-3*margin-bw, size.Height-margin)
}

func (s *DoneScreen) arrangeWords(m theme.Measure, x, y, w, bottom float32) {
	s.card.Em, s.sentence.Em, s.way.Em, s.late.Em = m.Title*0.95, m.Title*0.95, m.Body, m.Body
	if s.card.Words != "" {
		widgets.Place(s.card, x, y, w, m.Title*1.5)
		y += m.Title * 1.6
	} else {
		widgets.Place(s.card, x, y, w, 0)
	}
	for _, t := range []*widgets.Text{s.late, s.way} {
		h := float32(0)
		if t.Words != "" {
			h = t.Tall(w) + 4
		}
		widgets.Place(t, x, bottom-h, w, h)
		bottom -= h
	}
	widgets.Place(s.sentence, x, y, w, bottom-y)
}
