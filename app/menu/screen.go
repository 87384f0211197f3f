package menu

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// most is how many items fit on the screen.
const most = 16

// Screen is the menu as people see it.
type Screen struct {
	*Presenter
	body  *fyne.Container
	title *widgets.Text
	back  *widgets.Button
	tiles [most]*tile
}

// tile is one item: a button with its words on it.
type tile struct {
	button           *widgets.Button
	mark             *widgets.Mark
	name, say, badge *widgets.Text
	cap              *widgets.Text
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, title: widgets.NewBold(28)}
	s.title.Words = text.Get("menu.title")
	s.back = widgets.NewButton(widgets.RolePlain, 20, text.Get("menu.back"), p.back)
	s.back.Shape, s.back.Hint = look.Left, keys.Escape.Cap()
	objects := []fyne.CanvasObject{s.title, s.back}
	for i := range s.tiles {
		t := &tile{button: widgets.NewButton(widgets.RolePlain, 20, "", func() { p.Choose(i) }), mark: widgets.NewMark(look.NoShape, look.Accent),
			name: widgets.NewBold(22), say: widgets.NewPara(16), badge: widgets.NewBold(18), cap: widgets.NewText(14)}
		t.say.Colour, t.cap.Colour, t.badge.Colour = look.Soft, look.Soft, look.TintDeclined
		t.name.Wrap = true
		t.badge.Align, t.cap.Align = fyne.TextAlignTrailing, fyne.TextAlignTrailing
		s.tiles[i] = t
		objects = append(objects, t.objects()...)
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	p.Changed = s.Render
	return s
}

// back is here so that the button can be made before the callback is set.
func (p *Presenter) back() { p.Back() }

func (t *tile) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{t.button, t.mark, t.name, t.say, t.badge, t.cap}
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight.
func (s *Screen) Show() { s.Begin() }

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool { return s.Presenter.Key(k, s.columns()) }

// columns is how many tiles stand beside each other.
func (s *Screen) columns() int {
	if len(s.shown()) > 9 {
		return 4
	}
	return 3
}

// Render shows the view.
func (s *Screen) Render() {
	tiles := s.Tiles()
	for i, t := range s.tiles {
		for _, o := range t.objects() {
			widgets.Show(o, i < len(tiles))
		}
		if i >= len(tiles) {
			continue
		}
		v := tiles[i]
		t.mark.Shape = v.Shape
		t.name.Words, t.say.Words, t.badge.Words, t.cap.Words = v.Name, v.Say, v.Badge, v.Cap
		t.button.Bound(v.Chosen)
	}
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size)
	gap := m.Gap
	s.back.Em, s.title.Em = m.Body, m.Title
	back := widgets.Measure(s.back.Words, m.Body) + m.Touch*2
	widgets.Place(s.back, gap, gap, back, m.Touch)
	widgets.Place(s.title, back+3*gap, gap, size.Width-back-4*gap, m.Touch)
	top := m.Touch + 2*gap
	columns := s.columns()
	rows := max(3, (min(most, len(s.Tiles()))+columns-1)/columns)
	w := (size.Width - gap*float32(columns+1)) / float32(columns)
	h := (size.Height - top - gap*float32(rows)) / float32(rows)
	for i, t := range s.tiles {
		t.arrange(gap+float32(i%columns)*(w+gap), top+float32(i/columns)*(h+gap), w, h, m)
	}
}

func (t *tile) arrange(x, y, w, h float32, m theme.Measure) {
	widgets.Place(t.button, x, y, w, h)
	pad := m.Pad * 0.8
	side := min(h*0.34, 48*max(0.7, m.Unit))
	t.name.Em, t.say.Em, t.badge.Em, t.cap.Em = m.Body*1.2, m.Small*1.15, m.Body, m.Small
	widgets.Place(t.mark, x+pad, y+pad, side, side)
	key := m.Small * 1.6
	widgets.Place(t.cap, x+w-pad-key, y+pad*0.6, key, key)
	left := x + pad + side + pad
	widgets.Place(t.name, left, y+pad, x+w-pad-key-left, side)
	badge := float32(0)
	if t.badge.Words != "" {
		badge = min(w*0.3, t.badge.Width()+6)
	}
	widgets.Place(t.badge, x+w-pad-badge, y+h-pad-m.Body*1.3, badge, m.Body*1.3)
	room := w - 2*pad - badge
	widgets.Place(t.say, x+pad, y+pad+side+pad*0.4, room, h-side-pad*1.8)
}
