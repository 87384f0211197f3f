package outcome

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// maxButtons is the most acts that an outcome offers.
const maxButtons = 3

// Screen is the screen as people see it: one colour, one shape, one word, one
// amount.
type Screen struct {
	*Presenter
	body *fyne.Container

	back                  *widgets.Panel
	mark                  *widgets.Mark
	word, amount, card    *widgets.Text
	sentence, bank, wrong *widgets.Text
	buttons               [maxButtons]*widgets.Button
	jobs                  *slip.JobsView
	hasJobs               bool
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, back: widgets.NewPanel(look.Ground, look.Clear, 0), mark: widgets.NewMark(look.NoShape, look.Ink)}
	s.word, s.amount, s.card = widgets.NewBold(90), widgets.NewBold(90), widgets.NewText(24)
	s.sentence, s.bank, s.wrong = widgets.NewPara(24), widgets.NewPara(20), widgets.NewPara(20)
	s.wrong.Bold = true
	objects := []fyne.CanvasObject{s.back, s.mark, s.word, s.amount, s.card, s.sentence, s.bank, s.wrong}
	for i := range s.buttons {
		s.buttons[i] = widgets.NewButton(widgets.RoleOutline, 24, "", func() {
			if buttons := s.View().Buttons; i < len(buttons) {
				s.Do(buttons[i].Act)
			}
		})
		objects = append(objects, s.buttons[i])
	}
	s.jobs = slip.NewJobsView(p.Answer)
	s.jobs.Yes.Role, s.jobs.No.Role = widgets.RoleBold, widgets.RoleOutline
	s.body = widgets.NewPlane(s.arrange, append(objects, s.jobs.Container)...)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Render() }

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Key handles a key of the keyboard. Escape does nothing: an outcome is left
// by saying what comes next.
func (s *Screen) Key(k keys.Key) bool {
	if k == keys.Enter {
		s.Enter()
		return true
	}
	return s.Presenter.Key(k) || k == keys.Escape
}

// Rune handles a sign of the keyboard.
func (s *Screen) Rune(r rune) {
	if yes, ok := keys.Answer(r); ok {
		s.Answer(yes)
	}
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	on := v.Look.On
	s.back.Paint(v.Look.Fill, look.Clear)
	s.mark.Set(v.Look.Shape, on)
	for t, words := range map[*widgets.Text]string{
		s.word: v.Word, s.amount: v.Amount, s.card: v.Card, s.sentence: v.Sentence, s.bank: v.Bank, s.wrong: v.Problem,
	} {
		t.Words, t.Colour = words, on
	}
	for i, b := range s.buttons {
		widgets.Show(b, i < len(v.Buttons))
		if i >= len(v.Buttons) {
			continue
		}
		b.On, b.Hint, b.Role = on, v.Buttons[i].Key.Cap(), widgets.RoleOutline
		if i == 0 && !v.Decide {
			b.Hint = "Enter"
		}
		if i == 0 || v.Look.Kind == look.KindPart {
			b.Role = widgets.RoleBold
		}
		b.Set(v.Buttons[i].Words, !v.Busy)
	}
	s.jobs.Yes.On, s.jobs.No.On = on, on
	s.jobs.Set(v.Jobs, v.Question, on, theme.For(s.body.Size()).Body*0.95)
	s.hasJobs = len(v.Jobs) > 0
	widgets.Show(s.jobs.Container, s.hasJobs)
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	widgets.Place(s.back, 0, 0, size.Width, size.Height)
	margin := m.Gap * 2
	// The buttons stand at the right: the charge was at the left.
	bw := max(230, min(size.Width*0.3, 420*max(0.7, m.Unit)))
	bh := m.Touch * 1.3
	bx := size.Width - margin - bw
	n := 0
	for _, b := range s.buttons {
		if b.Visible() {
			n++
		}
	}
	y := size.Height - margin - float32(n)*bh - float32(n-1)*m.Gap
	for _, b := range s.buttons[:n] {
		b.Em = m.Body * 1.15
		widgets.Place(b, bx, y, bw, bh)
		y += bh + m.Gap
	}
	s.arrangeWords(m, margin, size, bx-2*margin)
}

func (s *Screen) arrangeWords(m theme.Measure, margin float32, size fyne.Size, beside float32) {
	wide := size.Width - 2*margin
	mark := min(size.Height*0.27, 280)
	widgets.Place(s.mark, margin, margin, mark, mark)
	x := margin + mark + m.Gap*1.6
	s.word.Em = mark * 0.7
	widgets.Place(s.word, x, margin, size.Width-x-margin, mark)
	y := margin + mark + m.Gap*0.4
	h := size.Height * 0.21
	s.amount.Em = h * 0.76
	widgets.Place(s.amount, margin, y, wide, h)
	y += h
	s.card.Em, s.sentence.Em, s.bank.Em, s.wrong.Em = m.Title*0.95, m.Title, m.Body*1.05, m.Body
	widgets.Place(s.card, margin, y, beside, m.Title*1.5)
	y += m.Title * 1.6
	bottom := size.Height - margin
	if s.hasJobs {
		jobs := min(s.jobs.Height(), bottom-y-m.Title*1.5)
		widgets.Place(s.jobs.Container, margin, bottom-jobs, beside, jobs)
		bottom -= jobs + m.Gap*0.5
	}
	if s.wrong.Words != "" {
		widgets.Place(s.wrong, margin, bottom-m.Body*2.8, beside, m.Body*2.8)
		bottom -= m.Body * 2.8
	}
	if s.bank.Words != "" {
		widgets.Place(s.bank, margin, bottom-m.Body*2.8, beside, m.Body*2.8)
		bottom -= m.Body * 2.8
	}
	widgets.Place(s.sentence, margin, y, beside, bottom-y)
}
