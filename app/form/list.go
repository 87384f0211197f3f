package form

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// Switch is how a row's switch stands.
type Switch int

// The ways.
const (
	NoSwitch Switch = iota
	SwitchOff
	SwitchOn
)

// Item is one row of a list.
type Item struct {
	Name, Say, Value string
	Shape            look.Shape
	Tint             look.Colour
	Switch           Switch
	// Problem is the sentence of what is wrong, in place of Say.
	Problem string
}

// List is a list of items, with buttons to page.
type List struct {
	*fyne.Container
	rows  *widgets.Rows
	pager *widgets.Pager
	panel *widgets.Panel
	items []Item
	tall  bool    // rows have room for long sentences
	em    float32 // height of a usual row
}

// NewList makes an empty list; tap gets the number of the item.
func NewList(tap func(int)) *List {
	l := &List{panel: widgets.NewPanel(look.Surface, look.Line, 14)}
	l.rows = widgets.NewRows(64, newItemRow, func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*itemRow); ok && i < len(l.items) {
			row.em = l.em
			row.set(l.items[i])
		}
	})
	l.rows.Lines, l.rows.Tap = true, tap
	l.pager = widgets.NewPager(l.rows)
	l.Container = widgets.NewPlane(l.arrange, l.panel, l.rows, l.pager.Up, l.pager.Down)
	return l
}

// Set shows items, with the chosen one in sight.
func (l *List) Set(items []Item, chosen int) {
	l.items = items
	l.rows.Chosen = chosen
	l.rows.SetCount(len(items))
	l.arrange(l.Size())
	if chosen >= 0 {
		l.rows.Choose(chosen)
	}
	l.Refresh()
}

// Tall makes room for long sentences in each row. It is called before Set.
func (l *List) Tall(tall bool) { l.tall = tall }

// Page moves by pages.
func (l *List) Page(pages int) { l.pager.Page(pages) }

func (l *List) arrange(size fyne.Size) {
	if size.Height <= 0 {
		return
	}
	unit := min(max(min(size.Width/470, size.Height/640), 0.75), 1.3)
	l.em = 76 * unit
	if l.rows.Height = l.em; l.tall {
		l.rows.Height *= 1.4
	}
	side := max(theme.MinTouch, 56*unit)
	list := size.Width
	more := float32(len(l.items))*l.rows.Height > size.Height-12
	widgets.Show(l.pager.Up, more)
	widgets.Show(l.pager.Down, more)
	if more {
		list -= side + 8
		half := (size.Height - 8) / 2
		widgets.Place(l.pager.Up, list+8, 0, side, half)
		widgets.Place(l.pager.Down, list+8, half+8, side, half)
	}
	widgets.Place(l.panel, 0, 0, list, size.Height)
	widgets.Place(l.rows, 6, 6, list-12, size.Height-12)
}

// itemRow is one row.
type itemRow struct {
	widget.BaseWidget
	mark             *widgets.Mark
	name, say, value *widgets.Text
	pill, knob       *widgets.Panel
	body             *fyne.Container
	item             Item
	em               float32
}

func newItemRow() fyne.CanvasObject {
	r := &itemRow{mark: widgets.NewMark(look.NoShape, look.Accent), name: widgets.NewBold(20), say: widgets.NewPara(15), value: widgets.NewPara(18),
		pill: widgets.NewPanel(look.Off, look.Clear, 20), knob: widgets.NewPanel(look.Surface, look.Clear, 20)}
	r.value.Align, r.value.Top, r.name.Wrap = fyne.TextAlignTrailing, false, true
	r.body = widgets.NewPlane(r.arrange, r.mark, r.name, r.say, r.value, r.pill, r.knob)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *itemRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *itemRow) MinSize() fyne.Size { return fyne.Size{} }

func (r *itemRow) set(item Item) {
	r.item = item
	r.mark.Shape, r.mark.Colour = item.Shape, look.Accent
	if item.Tint != "" {
		r.mark.Colour = item.Tint
	}
	r.name.Words, r.say.Words, r.say.Colour, r.value.Words = item.Name, item.Say, look.Soft, item.Value
	if item.Problem != "" {
		r.say.Words, r.say.Colour = item.Problem, look.Wrong
	}
	r.pill.Fill, r.knob.Fill = look.OnOff, look.Surface
	if item.Switch == SwitchOn {
		r.pill.Fill = look.Accent
	}
	r.body.Refresh()
}

func (r *itemRow) arrange(size fyne.Size) {
	h, em := size.Height, r.em
	x := em * 0.2
	widgets.Show(r.mark, r.item.Shape != look.NoShape)
	if r.item.Shape != look.NoShape {
		side := em * 0.4
		widgets.Place(r.mark, x, (h-side)/2, side, side)
		x += side + em*0.22
	}
	right := size.Width - em*0.2
	isSwitch := r.item.Switch != NoSwitch
	widgets.Show(r.pill, isSwitch)
	widgets.Show(r.knob, isSwitch)
	if isSwitch {
		pill := em * 0.36
		right -= pill * 1.8
		top, knob := (h-pill)/2, pill-6
		r.pill.Round, r.knob.Round = pill/2, knob/2
		widgets.Place(r.pill, right, top, pill*1.8, pill)
		at := right + 3
		if r.item.Switch == SwitchOn {
			at = right + pill*1.8 - 3 - knob
		}
		widgets.Place(r.knob, at, top+3, knob, knob)
		right -= em * 0.15
	}
	r.name.Em, r.value.Em, r.say.Em = em*0.27, em*0.25, max(12.5, em*0.2)
	value := float32(0)
	if r.item.Value != "" {
		value = min(r.value.Width()+4, (right-x)*0.42)
	}
	widgets.Place(r.value, right-value, 2, value, h-4)
	words := right - value - x
	if value > 0 {
		words -= em * 0.2
	}
	if r.say.Words == "" {
		widgets.Place(r.name, x, 2, words, h-4)
		widgets.Place(r.say, x, h, 0, 0)
		return
	}
	// Name and explanation stand in the middle, however many lines they are.
	said := max(em*0.5, min(r.say.Tall(words)+2, h-em*0.5))
	top := max(em*0.06, (h-em*0.44-said)/2)
	widgets.Place(r.name, x, top, words, em*0.4)
	widgets.Place(r.say, x, top+em*0.41, words, min(said, h-top-em*0.41))
}
