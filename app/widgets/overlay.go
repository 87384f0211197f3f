package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/theme"
)

// Shade darkens what is under it and lets nothing through to it.
type Shade struct {
	Panel
}

// NewShade makes a shade.
func NewShade() *Shade {
	s := &Shade{Panel{Fill: look.Shade}}
	s.ExtendBaseWidget(s)
	return s
}

// Tapped implements fyne.Tappable.
func (s *Shade) Tapped(*fyne.PointEvent) {}

// MouseDown implements desktop.Mouseable.
func (s *Shade) MouseDown(*desktop.MouseEvent) {}

// MouseUp implements desktop.Mouseable.
func (s *Shade) MouseUp(*desktop.MouseEvent) {}

// MouseIn implements desktop.Hoverable.
func (s *Shade) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (s *Shade) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (s *Shade) MouseOut() {}

// Dragged implements fyne.Draggable.
func (s *Shade) Dragged(*fyne.DragEvent) {}

// DragEnd implements fyne.Draggable.
func (s *Shade) DragEnd() {}

// Choice is one answer to a question.
type Choice struct {
	Words string
	Hint  string
	Role  Role
	Tap   func()
}

// Question is what an overlay asks or tells. Enter takes the first choice,
// Escape the one that Escape tells; any other is taken by the key of its hint.
type Question struct {
	Shape   look.Shape
	Title   string
	Text    string
	Choices []Choice
	Escape  int
}

// maxChoices is the most buttons that an overlay has.
const maxChoices = 3

// Overlay asks one question over the whole window. It lives in the window's
// own tree, because the toolkit's dialogs take the keys away from the catcher.
type Overlay struct {
	widget.BaseWidget
	// Redraw is called when the overlay appears or goes: what was never drawn
	// before cannot ask the toolkit for it.
	Redraw func()

	question Question
	open     bool

	Buttons [maxChoices]*Button
	shade   *Shade
	card    *Panel
	mark    *Mark
	title   *Text
	text    *Text
	body    *fyne.Container
}

// NewOverlay makes an overlay that is not shown.
func NewOverlay() *Overlay {
	o := &Overlay{
		Redraw: func() {}, shade: NewShade(), card: NewPanel(look.Surface, look.Line, 18), mark: NewMark(look.NoShape, look.Accent),
		title: NewBold(28), text: NewPara(20),
	}
	objects := []fyne.CanvasObject{o.shade, o.card, o.mark, o.title, o.text}
	for i := range o.Buttons {
		o.Buttons[i] = NewButton(RolePlain, 20, "", func() { o.choose(i) })
		objects = append(objects, o.Buttons[i])
	}
	o.body = NewPlane(o.arrange, objects...)
	o.ExtendBaseWidget(o)
	o.BaseWidget.Hide()
	return o
}

// Ask shows a question in place of any other.
func (o *Overlay) Ask(q Question) {
	o.question, o.open = q, true
	o.mark.Shape = q.Shape
	o.title.Words, o.text.Words = q.Title, q.Text
	for i, b := range o.Buttons {
		Show(b, i < len(q.Choices))
		if i < len(q.Choices) {
			b.Words, b.Hint, b.Role = q.Choices[i].Words, q.Choices[i].Hint, q.Choices[i].Role
		}
	}
	o.BaseWidget.Show()
	o.body.Refresh()
	o.Redraw()
}

// Dismiss takes the question away without an answer.
func (o *Overlay) Dismiss() {
	o.open = false
	o.BaseWidget.Hide()
	o.Redraw()
}

// Open reports whether a question is shown, and Asked which.
func (o *Overlay) Open() bool { return o.open }

// Asked is the question that is shown.
func (o *Overlay) Asked() Question { return o.question }

// Key handles a key while a question is shown.
func (o *Overlay) Key(k keys.Key) {
	switch k {
	case keys.Enter:
		o.choose(0)
	case keys.Escape:
		o.choose(o.question.Escape)
	default:
		for i, c := range o.question.Choices {
			if c.Hint == string(k) {
				o.choose(i)
				return
			}
		}
	}
}

func (o *Overlay) choose(i int) {
	if !o.open || i < 0 || i >= len(o.question.Choices) {
		return
	}
	tap := o.question.Choices[i].Tap
	o.Dismiss()
	if tap != nil {
		tap()
	}
}

// MinSize implements fyne.CanvasObject.
func (o *Overlay) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (o *Overlay) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(o.body) }

func (o *Overlay) arrange(size fyne.Size) {
	m := theme.For(size)
	Place(o.shade, 0, 0, size.Width, size.Height)
	w := min(size.Width-4*m.Gap, 860*max(0.8, m.Unit))
	pad, side, button := m.Pad*1.6, m.Title*1.5, m.Touch*1.1
	o.title.Em, o.text.Em = m.Title*1.1, m.Body*1.1
	words := o.text.Tall(w-2*pad) + m.Body
	h := min(size.Height-2*m.Gap, 2*pad+side+m.Gap+words+m.Gap+button)
	x, y := (size.Width-w)/2, (size.Height-h)/2
	Place(o.card, x, y, w, h)
	left := x + pad
	if o.question.Shape != look.NoShape {
		Place(o.mark, left, y+pad, side, side)
		left += side + m.Gap
	}
	Show(o.mark, o.question.Shape != look.NoShape)
	Place(o.title, left, y+pad, x+w-pad-left, side)
	Place(o.text, x+pad, y+pad+side+m.Gap, w-2*pad, h-2*pad-side-2*m.Gap-button)
	n := float32(max(1, len(o.question.Choices)))
	bw := (w - 2*pad - (n-1)*m.Gap) / n
	for i, b := range o.Buttons {
		b.Em = m.Body * 1.05
		// The first choice is at the right, where the hand ends its way.
		Place(b, x+w-pad-float32(i+1)*bw-float32(i)*m.Gap, y+h-pad-button, bw, button)
	}
}
