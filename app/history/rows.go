package history

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/app/theme"
	"paydesk/app/widgets"
)

// saleRow is one sale in the list: shape, time, amount, word, card.
type saleRow struct {
	widget.BaseWidget
	mark                     *widgets.Mark
	time, amount, word, card *widgets.Text
	sentence                 *widgets.Text
	body                     *fyne.Container
}

func newRow() fyne.CanvasObject {
	r := &saleRow{mark: widgets.NewMark(look.NoShape, look.Ink)}
	r.mark.Weight = 0.14
	r.time, r.amount, r.word, r.card = widgets.NewText(18), widgets.NewBold(22), widgets.NewBold(15), widgets.NewText(15)
	r.sentence = widgets.NewPara(16)
	r.sentence.Top = false
	r.amount.Align = fyne.TextAlignTrailing
	r.time.Colour, r.card.Colour = look.Soft, look.Soft
	r.body = widgets.NewPlane(r.arrange, r.mark, r.time, r.amount, r.word, r.card, r.sentence)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *saleRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *saleRow) MinSize() fyne.Size { return fyne.Size{} }

func (r *saleRow) set(from Row) {
	r.mark.Shape, r.mark.Colour = from.Look.Shape, from.Look.Tint
	r.time.Words, r.amount.Words, r.card.Words = from.Time, from.Amount, from.Card
	r.word.Words, r.word.Colour = from.Word, from.Look.Tint
	r.sentence.Words = from.Sentence
	r.body.Refresh()
}

func (r *saleRow) arrange(size fyne.Size) {
	h := size.Height
	side := h * 0.42
	r.time.Em, r.amount.Em, r.word.Em, r.card.Em = h*0.27, h*0.37, h*0.27, h*0.25
	widgets.Place(r.mark, 10, (h-side)/2, side, side)
	x := 10 + side + 14
	r.sentence.Em = h * 0.29
	widgets.Place(r.sentence, x, 2, size.Width-x-12, h-4)
	time := h * 1.1
	widgets.Place(r.time, x, 0, time, h)
	x += time + 6
	amount := min(size.Width*0.36, h*3.3)
	words := size.Width - x - amount - 20
	widgets.Place(r.word, x, h*0.08, words, h*0.44)
	widgets.Place(r.card, x, h*0.48, words, h*0.42)
	widgets.Place(r.amount, size.Width-amount-12, 0, amount, h)
}

// maxActs is the most that can be done about a payment.
const maxActs = 4

// storyView is one sale in full.
type storyView struct {
	*fyne.Container
	m theme.Measure

	panel        *widgets.Panel
	mark         *widgets.Mark
	word, amount *widgets.Text
	none, say    *widgets.Text
	lines        *widgets.Rows
	jobs         *slip.JobsView
	acts         [maxActs]*widgets.Button
	pager        *widgets.Pager
	content      []Line
	facts        int
	detail       *Detail
}

func newStory(p *Presenter) *storyView {
	s := &storyView{panel: widgets.NewPanel(look.Surface, look.Line, 14), mark: widgets.NewMark(look.NoShape, look.Ink)}
	s.word, s.amount, s.none = widgets.NewBold(24), widgets.NewBold(34), widgets.NewPara(20)
	s.amount.Align, s.none.Align, s.none.Top, s.none.Colour = fyne.TextAlignTrailing, fyne.TextAlignCenter, false, look.Soft
	s.none.Words = text.Get("history.choose")
	s.say = widgets.NewPara(18)
	s.lines = widgets.NewRows(44, newLine, func(i int, o fyne.CanvasObject) {
		if line, ok := o.(*lineRow); ok && i < len(s.content) {
			line.set(s.content[i], i < s.facts)
		}
	})
	s.pager = widgets.NewPager(s.lines)
	s.jobs = slip.NewJobsView(p.Answer)
	objects := []fyne.CanvasObject{s.panel, s.none, s.mark, s.word, s.amount, s.lines, s.jobs.Container, s.pager.Up, s.pager.Down, s.say}
	for i := range s.acts {
		s.acts[i] = widgets.NewButton(widgets.RolePlain, 20, "", func() {
			if s.detail != nil && i < len(s.detail.Acts) {
				p.Do(s.detail.Acts[i])
			}
		})
		objects = append(objects, s.acts[i])
	}
	s.Container = widgets.NewPlane(s.arrange, objects...)
	return s
}

func (s *storyView) set(d *Detail) {
	if d == nil || s.detail == nil || d.Key != s.detail.Key {
		s.lines.Top()
	}
	s.detail = d
	for _, o := range []fyne.CanvasObject{s.mark, s.word, s.amount, s.lines, s.jobs.Container, s.pager.Up, s.pager.Down, s.say} {
		widgets.Show(o, d != nil)
	}
	s.offer(d)
	widgets.Show(s.none, d == nil)
	if d == nil {
		s.Container.Refresh()
		return
	}
	s.mark.Shape, s.mark.Colour = d.Look.Shape, d.Look.Tint
	s.word.Words, s.word.Colour, s.amount.Words = d.Word, d.Look.Tint, d.Amount
	s.content, s.facts = append(append([]Line{}, d.Facts...), d.Story...), len(d.Facts)
	s.jobs.Set(nil, d.Question, look.Ink, max(15, s.m.Small))
	s.say.Words = d.Say
	s.Container.Refresh()
	s.lines.SetCount(len(s.content))
}

// offer shows what can be done; the receipt is what is usually wanted.
func (s *storyView) offer(d *Detail) {
	for i, b := range s.acts {
		shown := d != nil && i < len(d.Acts)
		if widgets.Show(b, shown); shown {
			b.Words, b.Hint, b.Role = text.Get("act."+string(d.Acts[i])), actKeys[d.Acts[i]].Cap(), widgets.RolePlain
			if d.Acts[i] == ActReceipt || d.Acts[i] == ActAttend {
				b.Role = widgets.RoleMain
			}
		}
	}
}

func (s *storyView) arrange(size fyne.Size) {
	m := s.m
	pad := m.Pad
	widgets.Place(s.panel, 0, 0, size.Width, size.Height)
	s.none.Em = m.Body
	widgets.Place(s.none, pad, 0, size.Width-2*pad, size.Height)
	head := m.Title * 1.7
	s.word.Em, s.amount.Em = m.Title*0.9, m.Title*1.1
	widgets.Place(s.mark, pad, pad*0.7+head*0.15, head*0.7, head*0.7)
	half := (size.Width - 2*pad - head) * 0.55
	widgets.Place(s.word, pad+head, pad*0.7, half, head)
	widgets.Place(s.amount, pad+head+half, pad*0.7, size.Width-2*pad-head-half, head)
	bottom := size.Height - pad*0.7
	button := m.Touch
	widgets.Place(s.pager.Up, pad, bottom-button, button, button)
	widgets.Place(s.pager.Down, pad+button+8, bottom-button, button, button)
	s.arrangeActs(pad+2*button+24, bottom-button, size.Width-pad, button)
	bottom -= button + 8
	jobs := s.jobs.Height()
	widgets.Place(s.jobs.Container, pad, bottom-jobs, size.Width-2*pad, jobs)
	bottom -= jobs + 4
	top := pad + head
	if s.say.Em = m.Body * 0.95; s.say.Words != "" && s.say.Visible() {
		h := s.say.Tall(size.Width-2*pad) + 4
		widgets.Place(s.say, pad, top, size.Width-2*pad, h)
		top += h + 6
	} else {
		widgets.Place(s.say, pad, top, 0, 0)
	}
	s.lines.Height = max(38, 50*m.Unit)
	widgets.Place(s.lines, pad, top, size.Width-2*pad, bottom-top)
}

// arrangeActs puts what can be done beside each other.
func (s *storyView) arrangeActs(x, y, end, height float32) {
	var shown []*widgets.Button
	for _, b := range s.acts {
		if b.Visible() {
			shown = append(shown, b)
		}
	}
	w := (end - x + 8) / float32(max(1, len(shown)))
	for i, b := range shown {
		b.Em = s.m.Body
		widgets.Place(b, x+float32(i)*w, y, w-8, height)
	}
}

// lineRow is one fact or event.
type lineRow struct {
	widget.BaseWidget
	at, words *widgets.Text
	body      *fyne.Container
}

func newLine() fyne.CanvasObject {
	r := &lineRow{at: widgets.NewText(15), words: widgets.NewPara(16)}
	r.at.Colour, r.words.Top = look.Soft, false
	r.body = widgets.NewPlane(func(size fyne.Size) {
		at := min(190, size.Width*0.27)
		r.at.Em, r.words.Em = min(22, size.Height*0.34), min(24, size.Height*0.38)
		widgets.Place(r.at, 0, 0, at-6, size.Height)
		widgets.Place(r.words, at, 0, size.Width-at, size.Height)
	}, r.at, r.words)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *lineRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }

// MinSize implements fyne.CanvasObject.
func (r *lineRow) MinSize() fyne.Size { return fyne.Size{} }

func (r *lineRow) set(l Line, fact bool) {
	r.at.Words, r.words.Words, r.words.Bold = l.At, l.Words, fact
	r.body.Refresh()
}
