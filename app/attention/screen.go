package attention

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// maxActs is the most that can be done about one item.
const maxActs = 2

// actKeys are the keys of the acts, by their place.
var actKeys = [maxActs]keys.Key{keys.TakeBack, keys.Park}

// Screen is the screen as people see it.
type Screen struct {
	*Presenter
	body    *fyne.Container
	overlay *widgets.Overlay

	back           *widgets.Button
	title          *widgets.Text
	panel, card    *widgets.Panel
	list           *widgets.Rows
	pager          *widgets.Pager
	empty, problem *widgets.Text
	none           *widgets.Mark
	say, facts     *widgets.Text
	acts           [maxActs]*widgets.Button
	open           *widgets.Button
	rows           []Row
	asking         Act
}

// NewScreen builds the screen, once. Questions are asked in the overlay.
func NewScreen(p *Presenter, overlay *widgets.Overlay) *Screen {
	s := &Screen{Presenter: p, overlay: overlay, panel: widgets.NewPanel(look.Surface, look.Line, 14), card: widgets.NewPanel(look.Surface, look.Line, 14)}
	s.back = widgets.NewButton(widgets.RolePlain, 20, text.Get("history.back"), func() { p.Back() })
	s.back.Shape, s.back.Hint = look.Left, keys.Escape.Cap()
	s.title = widgets.NewBold(28)
	s.list = widgets.NewRows(64, newRow, func(i int, o fyne.CanvasObject) {
		if row, ok := o.(*itemRow); ok && i < len(s.rows) {
			row.set(s.rows[i])
		}
	})
	s.list.Lines, s.list.Tap = true, p.Choose
	s.pager = widgets.NewPager(s.list)
	s.empty, s.problem = widgets.NewPara(22), widgets.NewPara(18)
	s.empty.Align, s.empty.Colour, s.empty.Top = fyne.TextAlignCenter, look.Soft, true
	s.none = widgets.NewMark(look.Check, look.TintApproved)
	s.problem.Colour, s.problem.Top = look.Wrong, false
	s.say, s.facts = widgets.NewPara(18), widgets.NewPara(15)
	s.facts.Colour, s.facts.Top = look.Soft, false
	for i := range s.acts {
		role := widgets.RolePlain
		if i == 0 {
			role = widgets.RoleMain
		}
		s.acts[i] = widgets.NewButton(role, 20, "", func() { p.Nth(i) })
		s.acts[i].Hint = actKeys[i].Cap()
	}
	s.open = widgets.NewButton(widgets.RolePlain, 20, text.Get("attention.open"), p.Story)
	s.open.Hint = "Enter"
	s.body = widgets.NewPlane(s.arrange, s.panel, s.card, s.back, s.title, s.list, s.pager.Up, s.pager.Down, s.empty, s.none, s.problem,
		s.say, s.facts, s.acts[0], s.acts[1], s.open)
	p.Changed = s.Render
	return s
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	switch k {
	case keys.Escape, keys.Sale:
		s.Back()
	case keys.Enter:
		s.Story()
	case keys.Up:
		s.Move(-1)
	case keys.Down, keys.Tab:
		s.Move(1)
	case keys.PageUp:
		s.pager.Page(-1)
	case keys.PageDown:
		s.pager.Page(1)
	case keys.First:
		s.Choose(0)
	case keys.Last:
		s.Choose(len(s.rows) - 1)
	default:
		for i, act := range s.View().Acts {
			if keyOf(act, i) == k {
				s.Nth(i)
				return true
			}
		}
		return false
	}
	return true
}

// keyOf is the key of an act at a place: parking has the same wherever it is.
func keyOf(act Act, i int) keys.Key {
	if act == ActPark {
		return keys.Park
	}
	return actKeys[i]
}

// Rune handles a sign of the keyboard.
func (s *Screen) Rune(rune) {}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	moved := v.Chosen != s.list.Chosen || len(v.Rows) != len(s.rows)
	s.rows = v.Rows
	s.title.Words, s.empty.Words, s.problem.Words, s.problem.Colour = v.Count, v.Empty, v.Problem, look.Wrong
	if v.Problem == "" {
		s.problem.Words, s.problem.Colour = v.Said, look.Ink
	}
	if v.Count == "" {
		s.title.Words = text.Get("attention.title")
	}
	s.say.Words, s.facts.Words = v.Say, v.Facts
	for i, b := range s.acts {
		if widgets.Show(b, i < len(v.Acts)); i < len(v.Acts) {
			b.Set(text.Get("attention.act."+string(v.Acts[i])), !v.Busy)
			b.Hint = keyOf(v.Acts[i], i).Cap()
		}
	}
	widgets.Show(s.open, v.MayOpen)
	some := len(v.Rows) > 0
	for _, o := range []fyne.CanvasObject{s.card, s.list, s.pager.Up, s.pager.Down, s.say, s.facts} {
		widgets.Show(o, some)
	}
	widgets.Show(s.none, !some)
	widgets.Show(s.empty, !some)
	s.body.Refresh()
	s.list.Chosen = v.Chosen
	s.list.SetCount(len(v.Rows))
	if moved && v.Chosen >= 0 {
		s.list.Choose(v.Chosen)
	}
	if v.Asked != s.asking {
		if s.asking = v.Asked; v.Asked != "" {
			s.overlay.Ask(s.question(v.Asked))
		} else {
			s.overlay.Dismiss()
		}
	}
}

// reasons are those for which something is withdrawn or given up.
var reasons = map[Act][]string{
	ActWithdraw: {"attention.reason.paid", "attention.reason.goods"},
	ActWriteOff: {"attention.reason.away", "attention.reason.goods"},
	ActAccept:   {"attention.reason.served", "attention.reason.agreed"},
}

// question is what is asked before an act. The safe answer is the one that
// Enter gives.
func (s *Screen) question(act Act) widgets.Question {
	key := "attention.act." + string(act)
	q := widgets.Question{Shape: look.Alert, Title: text.Get(key + ".ask"), Text: text.Get(key + ".text"),
		Choices: []widgets.Choice{{Words: text.Get("act.leave"), Hint: "Enter", Role: widgets.RoleMain, Tap: s.Drop}}}
	if act == ActPark {
		q.Shape = look.Clock
	}
	for i, reason := range reasons[act] {
		q.Choices = append(q.Choices, widgets.Choice{Words: text.Get(reason), Hint: actKeys[i].Cap(), Role: widgets.RolePlain, Tap: func() { s.Act(text.Get(reason)) }})
	}
	if len(q.Choices) == 1 {
		hint := keys.TakeBack
		if act == ActPark || act == ActKeep {
			hint = keys.Park
		}
		q.Choices = append(q.Choices, widgets.Choice{Words: text.Get(key), Hint: hint.Cap(), Role: widgets.RolePlain, Tap: func() { s.Act("") }})
	}
	return q
}

func (s *Screen) arrange(size fyne.Size) {
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap, touch := m.Gap, m.Touch
	back := max(112, 170*m.Unit)
	s.back.Em, s.title.Em = m.Body, m.Title
	widgets.Place(s.back, gap, gap, back, touch)
	widgets.Place(s.title, 2*gap+back, gap, size.Width-3*gap-back, touch)
	top := 2*gap + touch
	h := size.Height - top - gap
	widgets.Place(s.problem, gap, size.Height, 0, 0)
	if s.problem.Words != "" {
		s.problem.Em = m.Body
		tall := s.problem.Tall(size.Width-2*gap) + 4
		widgets.Place(s.problem, gap, size.Height-gap-tall, size.Width-2*gap, tall)
		h -= tall + 4
	}
	s.empty.Em = m.Title
	widgets.Place(s.panel, gap, top, size.Width-2*gap, h)
	widgets.Place(s.none, size.Width/2-m.Big, top+h/2-2*m.Big-gap, 2*m.Big, 2*m.Big)
	widgets.Place(s.empty, 2*gap, top+h/2+gap, size.Width-4*gap, h/2-gap)
	if len(s.rows) == 0 {
		return
	}
	list := size.Width - 2*gap
	s.list.Height = max(52, 70*m.Unit)
	s.say.Em, s.facts.Em = m.Body, m.Small
	card := m.Touch + 3*m.Pad + m.Small*1.5 + min(h*0.3, s.say.Tall(list-2*m.Pad))
	x, y, w, tall := gap, top+h-card, list, card
	if size.Width >= 1100 {
		list = (list - gap) * 0.56
		x, y, w, tall = 2*gap+list, top, size.Width-3*gap-list, h
		card = -gap
	}
	rows := h - card - gap
	widgets.Place(s.panel, gap, top, list-touch-8, rows)
	widgets.Place(s.list, gap+6, top+6, list-touch-8-12, rows-12)
	widgets.Place(s.pager.Up, gap+list-touch, top, touch, (rows-8)/2)
	widgets.Place(s.pager.Down, gap+list-touch, top+(rows+8)/2, touch, (rows-8)/2)
	s.arrangeCard(x, y, w, tall, m)
}

// arrangeCard places what there is to know and do about the marked item.
func (s *Screen) arrangeCard(x, y, w, h float32, m theme.Measure) {
	pad := m.Pad
	widgets.Place(s.card, x, y, w, h)
	bottom := y + h - pad - m.Touch
	facts := m.Small * 1.5
	if s.facts.Tall(w-2*pad) > facts {
		facts *= 2
	}
	widgets.Place(s.facts, x+pad, bottom-pad/2-facts, w-2*pad, facts)
	widgets.Place(s.say, x+pad, y+pad, w-2*pad, h-3*pad-m.Touch-facts)
	var shown []*widgets.Button
	for _, b := range append(s.acts[:], s.open) {
		if b.Visible() {
			shown = append(shown, b)
		}
	}
	each := (w - 2*pad + 8) / float32(max(1, len(shown)))
	for i, b := range shown {
		b.Em = m.Body
		widgets.Place(b, x+pad+float32(i)*each, bottom, each-8, m.Touch)
	}
}

// itemRow is one item in the list: shape, word and amount, below what is done
// about it and for how long it has been so.
type itemRow struct {
	widget.BaseWidget
	mark         *widgets.Mark
	word, amount *widgets.Text
	doing, age   *widgets.Text
	body         *fyne.Container
}

func newRow() fyne.CanvasObject {
	r := &itemRow{mark: widgets.NewMark(look.NoShape, look.Ink), word: widgets.NewBold(18), amount: widgets.NewBold(22), doing: widgets.NewText(15), age: widgets.NewText(15)}
	r.mark.Weight = 0.14
	r.amount.Align, r.age.Align = fyne.TextAlignTrailing, fyne.TextAlignTrailing
	r.age.Colour = look.Soft
	r.body = widgets.NewPlane(r.arrange, r.mark, r.word, r.amount, r.doing, r.age)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *itemRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *itemRow) MinSize() fyne.Size { return fyne.Size{} }

func (r *itemRow) set(from Row) {
	r.mark.Shape, r.mark.Colour = from.Look.Shape, from.Look.Tint
	r.word.Words, r.word.Colour, r.amount.Words = from.Word, from.Look.Tint, from.Amount
	if r.doing.Words = from.Doing; from.Card != "" {
		r.word.Words += "  " + from.Card
	}
	r.age.Words = from.Age
	r.body.Refresh()
}

func (r *itemRow) arrange(size fyne.Size) {
	h := size.Height
	side := h * 0.42
	r.word.Em, r.amount.Em, r.doing.Em, r.age.Em = h*0.28, h*0.34, h*0.25, h*0.25
	widgets.Place(r.mark, 10, (h-side)/2, side, side)
	x := 10 + side + 14
	amount := max(h*1.6, r.amount.Width()+4)
	age := max(h*0.5, r.age.Width()+4)
	widgets.Place(r.word, x, h*0.08, size.Width-x-amount-20, h*0.44)
	widgets.Place(r.amount, size.Width-amount-12, h*0.06, amount, h*0.48)
	widgets.Place(r.doing, x, h*0.5, size.Width-x-age-20, h*0.42)
	widgets.Place(r.age, size.Width-age-12, h*0.5, age, h*0.42)
}
