package pin

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// tiles is the most people that are shown at once.
const tiles = 6

// Names is the list of people as it is seen: a tile each, and leafing where
// there are more than fit.
type Names struct {
	*fyne.Container
	// Measure is the window's.
	Measure  theme.Measure
	people   [tiles]*widgets.Button
	up, down *widgets.Button
	view     View
	first    int
	// per is how many tiles there is room for.
	per int
}

// NewNames builds the list, once.
func NewNames(p *Presenter) *Names {
	n := &Names{per: tiles}
	n.up = widgets.NewShapeButton(widgets.RolePlain, look.Up, func() { n.page(-1) })
	n.down = widgets.NewShapeButton(widgets.RolePlain, look.Down, func() { n.page(1) })
	objects := []fyne.CanvasObject{n.up, n.down}
	for i := range n.people {
		n.people[i] = widgets.NewButton(widgets.RolePlain, 20, "", func() { p.Choose(n.first + i) })
		n.people[i].Shape, n.people[i].Left = look.Person, true
		objects = append(objects, n.people[i])
	}
	n.Container = widgets.NewPlane(n.arrange, objects...)
	return n
}

// Set shows a view, with the chosen one in sight.
func (n *Names) Set(v View) {
	n.view = v
	if v.Chosen < n.first || v.Chosen >= n.first+n.per {
		n.first = v.Chosen / n.per * n.per
	}
	n.show()
	n.Refresh()
}

func (n *Names) page(by int) {
	if next := n.first + by*n.per; next >= 0 && next < len(n.view.Tiles) {
		n.first = next
		n.show()
		n.Refresh()
	}
}

func (n *Names) show() {
	for i, b := range n.people {
		at := n.first + i
		shown := at < len(n.view.Tiles) && i < n.per
		widgets.Show(b, shown)
		if !shown {
			continue
		}
		tile, role := n.view.Tiles[at], widgets.RolePlain
		if at == n.view.Chosen {
			role = widgets.RoleChosen
		}
		b.As(role)
		b.Set(text.Get("pin.tile", tile.Name, tile.Role), !n.view.Busy)
	}
	many := len(n.view.Tiles) > n.per
	widgets.Show(n.up, many)
	widgets.Show(n.down, many)
	n.up.Enable(n.first > 0)
	n.down.Enable(n.first+n.per < len(n.view.Tiles))
}

func (n *Names) arrange(size fyne.Size) {
	const gap = 8
	m := n.Measure
	least := max(theme.MinTouch, m.Touch*0.95)
	if per := min(tiles, max(1, int((size.Height+gap)/(least+gap)))); per != n.per {
		n.per, n.first = per, n.view.Chosen/per*per
		n.show()
	}
	h, wide := min(m.Touch*1.2, (size.Height+gap)/float32(n.per)-gap), size.Width
	leaf := min(m.Touch, (size.Height-gap)/2)
	if n.up.Visible() {
		wide -= m.Touch + gap
	}
	for i, b := range n.people {
		b.Em = m.Body * 1.05
		widgets.Place(b, 0, float32(i)*(h+gap), wide, h)
	}
	widgets.Place(n.up, size.Width-m.Touch, 0, m.Touch, leaf)
	widgets.Place(n.down, size.Width-m.Touch, leaf+gap, m.Touch, leaf)
}
