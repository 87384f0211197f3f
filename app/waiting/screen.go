package waiting

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Screen is the screen as people see it. Nothing on it moves but the seconds.
type Screen struct {
	*Presenter
	body *fyne.Container

	back                 *widgets.Panel
	mark                 *widgets.Mark
	title, amount, card  *widgets.Text
	said, since, problem *widgets.Text
	stop                 *widgets.Button
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, back: widgets.NewPanel(look.Ground, look.Clear, 0), mark: widgets.NewMark(look.Clock, look.Accent)}
	s.title, s.amount, s.card = widgets.NewBold(40), widgets.NewBold(90), widgets.NewText(28)
	s.said, s.since, s.problem = widgets.NewPara(24), widgets.NewText(24), widgets.NewPara(20)
	s.title.Wrap = true
	for _, t := range []*widgets.Text{s.title, s.amount, s.card, s.said, s.since, s.problem} {
		t.Align = fyne.TextAlignCenter
	}
	s.stop = widgets.NewButton(widgets.RoleBold, 24, text.Get("waiting.stop"), p.Stop)
	s.stop.Hint, s.stop.On = string(keys.TakeBack), look.OnChecking
	s.body = widgets.NewPlane(s.arrange, s.back, s.mark, s.title, s.amount, s.card, s.said, s.since, s.problem, s.stop)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Render() }

// Key handles a key of the keyboard. Enter and Escape do nothing here: the
// answer is awaited.
func (s *Screen) Key(k keys.Key) bool {
	if k == keys.TakeBack {
		s.Stop()
		return true
	}
	return k == keys.Enter || k == keys.Escape
}

// Rune handles a sign of the keyboard.
func (s *Screen) Rune(rune) {}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	back, ink, mark := look.Ground, look.Ink, look.Accent
	if v.Unknown {
		back, ink, mark = look.Checking, look.OnChecking, look.OnChecking
	}
	s.back.Paint(back, look.Clear)
	s.mark.Set(look.Clock, mark)
	for t, words := range map[*widgets.Text]string{
		s.title: v.Title, s.amount: v.Amount, s.card: v.Card, s.said: v.Text, s.since: v.Seconds, s.problem: v.Problem,
	} {
		t.Words, t.Colour = words, ink
	}
	widgets.Show(s.stop, v.Unknown)
	s.stop.Set(text.Get("waiting.stop"), v.CanStop)
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	widgets.Place(s.back, 0, 0, size.Width, size.Height)
	w := min(size.Width-4*m.Gap, 1300)
	x := (size.Width - w) / 2
	blocks := []struct {
		text   *widgets.Text
		em, of float32
	}{{s.title, m.Big, 1.5}, {s.amount, m.Big * 2.2, 1.3}, {s.card, m.Title, 1.6}, {s.since, m.Title, 1.6}, {s.said, m.Body * 1.2, 3.2}, {s.problem, m.Body, 1.5}}
	mark := size.Height * 0.18
	whole := mark + m.Gap
	for _, b := range blocks {
		whole += b.em * b.of
	}
	y := max(m.Gap, (size.Height-whole)*0.4)
	widgets.Place(s.mark, (size.Width-mark)/2, y, mark, mark)
	y += mark + m.Gap
	for _, b := range blocks {
		b.text.Em = b.em
		widgets.Place(b.text, x, y, w, b.em*b.of)
		y += b.em * b.of
	}
	h := m.Touch * 1.25
	wide := min(w, 620*max(0.7, m.Unit))
	s.stop.Em = m.Title * 0.95
	widgets.Place(s.stop, size.Width-wide-2*m.Gap, size.Height-h-m.Gap, wide, h)
}
