// Package menu is the screen with everything that is not a sale, one press
// away from each.
package menu

import (
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
)

// Item is one thing to go to.
type Item struct {
	// Key is the catalogue's key of its name; key+".say" is a few words on what
	// it is for.
	Key   string
	Shape look.Shape
	// Shown says whether it is there at all, Badge what is to be told beside
	// it, such as how many wait. Both may be nil.
	Shown func(engine.Snapshot) bool
	Badge func(engine.Snapshot) string
	Go    func()
}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	// Changed is called when View is to be shown again, Back to leave.
	Changed func()
	Back    func()

	items    []Item
	chosen   int
	snapshot engine.Snapshot
}

// New makes a menu without items.
func New() *Presenter {
	return &Presenter{Changed: func() {}, Back: func() {}}
}

// Add puts an item behind the others.
func (p *Presenter) Add(i Item) { p.items = append(p.items, i) }

// Tile is an item as it is shown.
type Tile struct {
	Name, Say, Badge string
	Cap              string // the digit that chooses it
	Shape            look.Shape
	Chosen           bool
}

// Tiles are the items that are shown, in their order.
func (p *Presenter) Tiles() []Tile {
	var tiles []Tile
	for n, item := range p.shown() {
		t := Tile{Name: text.Get(item.Key), Say: text.Get(item.Key + ".say"), Shape: item.Shape, Chosen: n == p.chosen}
		if n < len(caps) {
			t.Cap = string(caps[n])
		}
		if item.Badge != nil {
			t.Badge = item.Badge(p.snapshot)
		}
		tiles = append(tiles, t)
	}
	return tiles
}

// caps are the keys that choose the items.
const caps = "1234567890"

func (p *Presenter) shown() []Item {
	var items []Item
	for _, item := range p.items {
		if item.Shown == nil || item.Shown(p.snapshot) {
			items = append(items, item)
		}
	}
	return items
}

// Apply takes a snapshot.
func (p *Presenter) Apply(s engine.Snapshot) {
	p.snapshot = s
	p.Changed()
}

// Begin shows the menu with its first item chosen.
func (p *Presenter) Begin() {
	p.chosen = 0
	p.Changed()
}

// Choose goes to the item at a place of Tiles.
func (p *Presenter) Choose(n int) {
	if items := p.shown(); n >= 0 && n < len(items) {
		items[n].Go()
	}
}

// Key handles a key of the keyboard; columns is how many tiles stand in a row.
func (p *Presenter) Key(k keys.Key, columns int) bool {
	last := len(p.shown()) - 1
	switch k {
	case keys.Escape, keys.Menu, keys.Sale:
		p.Back()
	case keys.Enter:
		p.Choose(p.chosen)
	case keys.Left:
		p.move(p.chosen-1, last)
	case keys.Right, keys.Tab:
		p.move(p.chosen+1, last)
	case keys.Up:
		p.move(p.chosen-columns, last)
	case keys.Down:
		p.move(p.chosen+columns, last)
	default:
		return false
	}
	return true
}

func (p *Presenter) move(to, last int) {
	if to >= 0 && to <= last {
		p.chosen = to
		p.Changed()
	}
}

// Rune handles a sign of the keyboard: a digit chooses.
func (p *Presenter) Rune(r rune) {
	for n, c := range caps {
		if r == c {
			p.Choose(n)
		}
	}
}
