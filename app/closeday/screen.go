package closeday

import (
	"strconv"

	"fyne.io/fyne/v2"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// mostButtons is how many things can be done at a step.
const mostButtons = 3

// Screen is the screen as people see it: the steps at the left, at the right the
// one that is looked at.
type Screen struct {
	*Presenter
	body  *fyne.Container
	pane  *form.Pane // asks why the closing is to go on
	all   *fyne.Container
	head  *form.Head
	steps [places]*row
	panel *widgets.Panel

	title, words *widgets.Text
	list         *form.List
	note         *form.Note
	track, bar   *widgets.Panel
	buttons      [mostButtons]*widgets.Button
	view         View
}

// row is a step: a button with its words on it.
type row struct {
	button    *widgets.Button
	mark      *widgets.Mark
	disc      *widgets.Panel
	number    *widgets.Text
	name, say *widgets.Text
}

// NewScreen builds the screen, once.
func NewScreen(p *Presenter) *Screen {
	s := &Screen{Presenter: p, panel: widgets.NewPanel(look.Surface, look.Line, 14), title: widgets.NewBold(28), words: widgets.NewPara(20),
		list: form.NewList(p.Pick), note: form.NewNote(), track: widgets.NewPanel(look.Off, look.Clear, 6), bar: widgets.NewPanel(look.Accent, look.Clear, 6)}
	s.head = form.NewHead(p.Leave, func() { p.Key(keys.Undo) }, func() {})
	s.pane = form.NewPane(func(int) {}, func(int) {}, p.Leave, func() {}, func() { p.fill.End() })
	s.words.Colour = look.Soft
	objects := []fyne.CanvasObject{s.head.Container, s.panel}
	for i := range s.steps {
		r := &row{button: widgets.NewButton(widgets.RolePlain, 20, "", func() { p.Choose(i) }), mark: widgets.NewMark(look.Check, look.TintApproved),
			disc: widgets.NewPanel(look.Raised, look.Line, 20), number: widgets.NewBold(18), name: widgets.NewBold(20), say: widgets.NewPara(16)}
		r.number.Words, r.number.Align, r.name.Wrap, r.say.Colour = strconv.Itoa(i+1), fyne.TextAlignCenter, true, look.Soft
		s.steps[i] = r
		objects = append(objects, r.objects()...)
	}
	objects = append(objects, s.title, s.words, s.list.Container, s.note.Container, s.track, s.bar)
	for i := range s.buttons {
		role := widgets.RolePlain
		if i == 0 {
			role = widgets.RoleMain
		}
		s.buttons[i] = widgets.NewButton(role, 22, "", func() {
			if v := s.View(); i < len(v.Buttons) {
				v.Buttons[i].Do()
			}
		})
		objects = append(objects, s.buttons[i])
	}
	s.all = widgets.NewPlane(s.arrange, objects...)
	s.body = widgets.NewPlane(func(size fyne.Size) {
		widgets.Place(s.all, 0, 0, size.Width, size.Height)
		widgets.Place(s.pane.Container, 0, 0, size.Width, size.Height)
	}, s.all, s.pane.Container)
	p.Changed = s.Render
	return s
}

func (r *row) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.button, r.disc, r.number, r.mark, r.name, r.say}
}

// Object is the screen's tree.
func (s *Screen) Object() fyne.CanvasObject { return s.body }

// Key handles a key of the keyboard.
func (s *Screen) Key(k keys.Key) bool {
	if pages := map[keys.Key]int{keys.PageUp: -1, keys.PageDown: 1}[k]; pages != 0 && s.fill == nil {
		s.list.Page(pages)
		return true
	}
	return s.Presenter.Key(k)
}

// Render shows the view.
func (s *Screen) Render() {
	v := s.View()
	s.view = v
	widgets.Show(s.pane.Container, v.Fill != nil)
	widgets.Show(s.all, v.Fill == nil)
	if v.Fill != nil {
		s.pane.Set(form.Page{Title: text.Get("closeday.carry"), Say: text.Get("closeday.carry.say"), Back: text.Get("step.back"),
			Main: text.Get("closeday.carry.main"), Form: v.Fill})
		s.body.Refresh()
		return
	}
	s.head.Set(text.Get("closeday.title"), "", text.Get("step.back"), v.XReport, "")
	for i, r := range s.steps {
		r.set(v.Steps[i])
	}
	s.title.Words, s.words.Words = v.Title, v.Text
	s.note.Set(v.Said, v.Wrong, false)
	for i, b := range s.buttons {
		if widgets.Show(b, i < len(v.Buttons)); i < len(v.Buttons) {
			b.Hint = v.Buttons[i].Key.Cap()
			b.Set(v.Buttons[i].Words, !v.Buttons[i].Off)
		}
	}
	s.arrange(s.all.Size())
	if s.list.Visible() {
		s.list.Set(v.Items, v.ItemAt)
	}
	s.body.Refresh()
}

func (r *row) set(s Step) {
	shape, tint := s.look()
	r.mark.Shape, r.mark.Colour = shape, tint
	widgets.Show(r.mark, shape != look.NoShape)
	widgets.Show(r.number, shape == look.NoShape)
	widgets.Show(r.disc, shape == look.NoShape)
	r.name.Words, r.say.Words = s.Name, s.Say
	r.button.Bound(s.Chosen)
}

func (s *Screen) arrange(size fyne.Size) {
	if size.Height <= 0 {
		return
	}
	m := theme.For(size.Add(fyne.NewSize(0, 60)))
	gap, head := m.Gap, form.Tall(m)
	widgets.Place(s.head.Container, gap, gap*0.7, size.Width-2*gap, head)
	top := gap*1.2 + head
	h := size.Height - top - gap*0.7
	left := (size.Width - 3*gap) * 0.38
	between := max(6, gap*0.6)
	tall := min((h+between)/float32(places)-between, 140*max(0.8, m.Unit))
	for i, r := range s.steps {
		r.arrange(m, gap, top+float32(i)*(tall+between), left, tall)
	}
	x, w := 2*gap+left, size.Width-3*gap-left
	widgets.Place(s.panel, x, top, w, h)
	s.arrangeStep(m, x+m.Pad, top+m.Pad*0.7, w-2*m.Pad, h-m.Pad*1.7)
}

func (r *row) arrange(m theme.Measure, x, y, w, h float32) {
	widgets.Place(r.button, x, y, w, h)
	side := min(h*0.44, 40*max(0.75, m.Unit))
	pad := m.Pad * 0.9
	r.disc.Round, r.number.Em = side/2, side*0.55
	for _, o := range []fyne.CanvasObject{r.disc, r.number} {
		widgets.Place(o, x+pad, y+(h-side)/2, side, side)
	}
	in := side * 0.1
	widgets.Place(r.mark, x+pad+in, y+(h-side)/2+in, side-2*in, side-2*in)
	left := x + pad*2 + side
	room := x + w - pad*0.7 - left
	r.name.Em, r.say.Em = m.Body, max(13, m.Small*0.95)
	name := min(h*0.46, m.Body*1.5)
	said := min(h-name-4, max(r.say.Tall(room), m.Small*1.3)+2)
	y += max(2, (h-name-said)/2)
	widgets.Place(r.name, left, y, room, name)
	widgets.Place(r.say, left, y+name, room, said)
}

// arrangeStep places the step that is looked at.
func (s *Screen) arrangeStep(m theme.Measure, x, y, w, h float32) {
	s.title.Em, s.words.Em = m.Title, m.Body
	bottom := y + h
	if n := len(s.view.Buttons); n > 0 {
		touch := m.Touch * 1.1
		wide := min((w-float32(n-1)*m.Gap)/float32(n), 420*max(0.7, m.Unit))
		for i, b := range s.buttons {
			b.Em = m.Body * 1.05
			// The main thing is at the right, where the hand ends its way.
			widgets.Place(b, x+w-float32(i+1)*wide-float32(i)*m.Gap, bottom-touch, wide, touch)
		}
		bottom -= touch + m.Gap*0.8
	}
	if s.view.Said != "" {
		high := max(30, m.Body*2)
		widgets.Place(s.note.Container, x, bottom-high, w, high)
		bottom -= high + m.Gap*0.6
	}
	widgets.Place(s.title, x, y, w, m.Title*1.4)
	y += m.Title*1.4 + m.Gap*0.2
	said := min(s.words.Tall(w)+4, (bottom-y)*0.6)
	if len(s.view.Items) == 0 {
		said = min(s.words.Tall(w)+4, bottom-y)
	}
	widgets.Place(s.words, x, y, w, said)
	y += said + m.Gap*0.6
	share := s.view.Share
	widgets.Show(s.track, share >= 0)
	widgets.Show(s.bar, share >= 0)
	if share >= 0 {
		high := max(10, 14*m.Unit)
		widgets.Place(s.track, x, y, w, high)
		widgets.Place(s.bar, x, y, max(high, w*float32(min(share, 100))/100), high)
		y += high + m.Gap
	}
	widgets.Show(s.list.Container, len(s.view.Items) > 0 && bottom-y > theme.MinTouch)
	widgets.Place(s.list.Container, x, y, w, bottom-y)
}
