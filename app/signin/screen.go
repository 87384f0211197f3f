package signin

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/pin"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
	"paydesk/terminal/engine"
)

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body *fyne.Container

	mark             *widgets.Mark
	brand, who, hint *widgets.Text
	panel            *widgets.Panel
	names            *pin.Names
	pad              *pin.Pad
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, mark: widgets.NewMark(look.Card, look.Accent), panel: widgets.NewPanel(look.Surface, look.Line, 18)}
	s.brand, s.who, s.hint = widgets.NewBold(40), widgets.NewText(20), widgets.NewBold(18)
	s.brand.Words, s.who.Colour, s.hint.Colour = text.Get("app.name"), look.Soft, look.Soft
	s.hint.Align, s.hint.Wrap, s.who.Wrap = fyne.TextAlignLeading, true, true
	s.names = pin.NewNames(p.Presenter)
	s.pad = pin.NewPad(p.Presenter, text.Get("signin.ok"), text.Get("signin.busy"))
	s.body = widgets.NewPlane(s.arrange, s.mark, s.brand, s.who, s.hint, s.panel, s.names.Container, s.pad.Container)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Apply takes a snapshot.
func (s *Screen) Apply(engine.Snapshot) {}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	if k == keys.Escape {
		s.Clear()
		return true
	}
	return s.Presenter.Key(k)
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.names.Set(v)
	s.pad.Set(v)
	s.who.Set(s.Who())
	s.hint.Set(s.Hint)
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	s.names.Measure, s.pad.Measure = m, m
	margin := m.Gap * 1.6
	padW := min(size.Width*0.5, 620*max(0.7, m.Unit))
	left := size.Width - padW - 3*margin
	s.brand.Em, s.who.Em, s.hint.Em = m.Big, m.Body, m.Body
	side := m.Big * 1.3
	widgets.Place(s.mark, margin, margin, side, side)
	widgets.Place(s.brand, margin+side+m.Gap, margin, left-side-m.Gap, side)
	y, who := margin+side+m.Gap*0.6, m.Body*1.6
	if s.Kept {
		who = m.Body * 2.8
	}
	widgets.Place(s.who, margin, y, left, who)
	y += who + m.Gap*0.6
	hint := float32(0)
	if s.Hint != "" {
		hint = m.Body*1.6 + m.Gap*0.5
	}
	widgets.Place(s.hint, margin, size.Height-margin-hint, left, hint)
	widgets.Place(s.names.Container, margin, y, left, size.Height-y-hint-margin)
	x, top, h := size.Width-padW-margin, margin*0.7, size.Height-margin*1.4
	widgets.Place(s.panel, x, top, padW, h)
	pad := m.Pad * 1.2
	widgets.Place(s.pad.Container, x+pad, top+pad*0.7, padW-2*pad, h-1.4*pad)
}
