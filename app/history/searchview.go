package history

import (
	"fyne.io/fyne/v2"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// searchView is what is typed and chosen of a search.
type searchView struct {
	shown Find
	// typing: the keyboard on the screen is open.
	typing bool

	field   *widgets.Field
	says    *widgets.Text
	count   *widgets.Text
	clear   *widgets.Button
	filters [filters]*widgets.Button
	board   *widgets.Board
}

func newSearch(p *Presenter, key func(keys.Key) bool) *searchView {
	v := &searchView{says: widgets.NewText(15), count: widgets.NewPara(16)}
	v.field = widgets.NewField(text.Get("find.label"), func() {
		v.typing = !v.typing
		p.Changed()
	})
	v.field.Empty, v.field.Chosen = text.Get("find.hint"), true
	v.says.Colour, v.count.Colour = look.Soft, look.Soft
	v.count.Align, v.count.Top = fyne.TextAlignTrailing, false
	v.clear = widgets.NewShapeButton(widgets.RolePlain, look.Cross, func() {
		v.typing = false
		p.Leave()
	})
	for i := range v.filters {
		v.filters[i] = widgets.NewButton(widgets.RolePlain, 18, "", func() {
			v.typing = false
			p.Pick(Filter(i))
		})
	}
	v.filters[0].Hint = "Tab"
	v.board = widgets.NewBoard(p.Type, func(k keys.Key) { key(k) })
	return v
}

func (v *searchView) objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{v.field, v.says, v.count, v.clear, v.board.Container}
	for _, b := range v.filters {
		objects = append(objects, b)
	}
	return objects
}

func (v *searchView) set(f Find) {
	v.shown = f
	v.typing = v.typing && f.On
	v.field.Words, v.field.Problem, v.field.Wrong = f.Typed, f.Problem, f.Problem != ""
	v.says.Words, v.count.Words = f.Says, f.Count
	for i, b := range v.filters {
		b.Words, b.Role = f.Filters[i], widgets.RolePlain
		if f.Narrowed[i] {
			b.Role = widgets.RoleChosen
		}
		b.Bound(f.Picking == Filter(i))
	}
	for _, o := range v.objects() {
		widgets.Show(o, f.On)
	}
	v.field.Refresh()
}

// arrange places the search from x on, and tells what is left for the list. A
// story that covers the list leaves room for nothing but the field's row.
func (v *searchView) arrange(x float32, size fyne.Size, m theme.Measure, covered bool) (top, bottom float32) {
	gap, touch := m.Gap, m.Touch
	for _, o := range v.objects() {
		widgets.Show(o, !covered)
	}
	if covered {
		return 2*gap + touch, size.Height - gap
	}
	bottom = size.Height - gap
	said := max(22, m.Small*1.5)
	count := max(128, 200*m.Unit)
	width := size.Width - x - 2*gap - count - touch - gap
	h := touch + said
	if h >= 84 {
		h = touch / 0.7
		said = h - touch
	}
	v.says.Em, v.count.Em = m.Small, m.Small
	widgets.Place(v.field, x, gap, width, h)
	widgets.Place(v.says, x+2, gap+touch, width-4, said)
	widgets.Show(v.says, v.field.Problem == "")
	widgets.Place(v.clear, x+width+gap, gap, touch, touch)
	widgets.Place(v.count, x+width+2*gap+touch, gap, count, touch)
	top = 2*gap + h
	widgets.Show(v.board.Container, v.typing)
	if v.typing {
		board := max(5*theme.MinTouch+16, size.Height*0.46)
		widgets.Place(v.board.Container, gap, size.Height-gap-board, size.Width-2*gap, board)
		bottom -= board + gap
	}
	room := bottom-top-touch-gap >= 2*touch
	each := (size.Width - 2*gap + 8) / float32(filters)
	for i, b := range v.filters {
		b.Em = m.Body * 0.95
		widgets.Show(b, room)
		widgets.Place(b, gap+float32(i)*each, top, each-8, touch)
	}
	if room {
		top += touch + gap
	}
	return top, bottom
}
