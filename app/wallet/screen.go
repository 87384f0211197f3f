package wallet

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// mostTiles is how many wallets the screen has room for: more systems than any
// shop has accounts with.
const mostTiles = 9

// Screen is the screen as people see it: a large tile for each wallet.
type Screen struct {
	*Presenter
	body *fyne.Container

	cancel *widgets.Button
	title  *widgets.Text
	tiles  [mostTiles]*tile
}

// tile is a button with the mark of a test over it.
type tile struct {
	button *widgets.Button
	badge  *widgets.Panel
	test   *widgets.Text
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, title: widgets.NewBold(28)}
	s.cancel = widgets.NewButton(widgets.RolePlain, 20, text.Get("card.cancel"), func() { p.Cancel() })
	s.cancel.Shape, s.cancel.Hint = look.Left, keys.Escape.Cap()
	objects := []fyne.CanvasObject{s.cancel, s.title}
	for i := range s.tiles {
		t := &tile{button: widgets.NewButton(widgets.RolePlain, 36, "", func() { p.Choose(i) }),
			badge: widgets.NewPanel(look.Training, look.Clear, 8), test: widgets.NewBold(16)}
		t.button.Shape = look.Phone
		t.test.Align, t.test.Colour, t.test.Words = fyne.TextAlignCenter, look.OnTraining, text.Get("wallet.test")
		s.tiles[i] = t
		objects = append(objects, t.button, t.badge, t.test)
	}
	s.body = widgets.NewPlane(s.arrange, objects...)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Show is called when the screen comes into sight; Begin has filled it.
func (s *Screen) Show() {}

// Hide is called when it leaves.
func (s *Screen) Hide() {}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.title.Words = v.Title
	for i, t := range s.tiles {
		there := i < len(v.Tiles)
		tile := Tile{}
		if there {
			tile = v.Tiles[i]
		}
		t.button.Words, t.button.Hint = tile.Words, tile.Digit
		widgets.Show(t.button, there)
		widgets.Show(t.badge, tile.Test)
		widgets.Show(t.test, tile.Test)
		t.button.Enable(tile.Works)
	}
	s.body.Refresh()
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	margin := m.Gap
	s.title.Em, s.cancel.Em = m.Title, m.Body
	cancel := max(118, 190*m.Unit)
	widgets.Place(s.cancel, margin, margin, cancel, m.Touch)
	widgets.Place(s.title, margin+cancel+m.Gap, margin, size.Width-cancel-2*margin-m.Gap, m.Touch)
	n := 0
	for _, t := range s.tiles {
		if t.button.Visible() {
			n++
		}
	}
	columns := 2
	if n > 4 {
		columns = 3
	}
	rows := max(1, (n+columns-1)/columns)
	top := margin + m.Touch + m.Gap
	w := (size.Width - 2*margin - float32(columns-1)*m.Gap) / float32(columns)
	// A few tiles are as high as a hand, not as the screen.
	h := min((size.Height-top-margin-float32(rows-1)*m.Gap)/float32(rows), 300*max(0.7, m.Unit))
	for i, t := range s.tiles[:n] {
		s.arrangeTile(m, t, margin+float32(i%columns)*(w+m.Gap), top+float32(i/columns)*(h+m.Gap), w, h)
	}
}

func (s *Screen) arrangeTile(m theme.Measure, t *tile, x, y, w, h float32) {
	t.button.Em, t.test.Em = m.Big, m.Body*0.9
	if !t.button.Works() {
		t.button.Em = m.Title // its words say why, too
	}
	widgets.Place(t.button, x, y, w, h)
	if t.test.Visible() {
		wide, high := t.test.Width()+m.Pad*1.4, m.Body*1.7
		widgets.Place(t.badge, x+w-wide-m.Pad, y+m.Pad, wide, high)
		widgets.Place(t.test, x+w-wide-m.Pad, y+m.Pad, wide, high)
	}
}
