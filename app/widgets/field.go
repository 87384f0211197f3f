package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
)

// Field is one field of a form: a label, what was entered, and under the box
// the sentence that says what is wrong. What was entered stays where it is;
// the field only draws it. There is nothing to copy, paste or undo.
type Field struct {
	widget.BaseWidget
	Label, Empty, Badge, Problem string
	Chosen, Wrong                bool
	// SaidShift and SaidWidth give the sentence more room than the field has,
	// where fields stand side by side; 0 is the field's own width.
	SaidShift, SaidWidth float32
	Glyphs               *Glyphs
	// Words are the value of a field that has no secret; of what is too long,
	// the end is shown.
	Words string
	Tap   func()

	box, caret  *Panel
	value       *Text
	label       *Text
	empty       *Text
	badge, said *Text
}

// NewField makes a field; tap chooses it.
func NewField(label string, tap func()) *Field {
	f := &Field{Label: label, Tap: tap, Glyphs: NewGlyphs(20), box: NewPanel(look.Surface, look.Line, 10),
		caret: NewPanel(look.Accent, look.Clear, 0), value: NewText(20)}
	f.label, f.empty, f.badge, f.said = NewText(13), NewText(20), NewBold(15), NewPara(14)
	f.badge.Align = fyne.TextAlignTrailing
	f.label.Colour, f.empty.Colour, f.said.Colour = look.Soft, look.Soft, look.Wrong
	f.ExtendBaseWidget(f)
	return f
}

// Tapped implements fyne.Tappable.
func (f *Field) Tapped(*fyne.PointEvent) {
	Pressed()
	if f.Tap != nil {
		f.Tap()
	}
}

// Fits reports whether label and sentence are shown whole.
func (f *Field) Fits() bool { return f.label.Fits() && f.said.Fits() && f.badge.Fits() }

// MinSize implements fyne.CanvasObject.
func (f *Field) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer { return &fieldRenderer{f} }

type fieldRenderer struct{ f *Field }

func (r *fieldRenderer) Destroy()           {}
func (r *fieldRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *fieldRenderer) Objects() []fyne.CanvasObject {
	f := r.f
	return []fyne.CanvasObject{f.box, f.label, f.empty, f.Glyphs, f.value, f.caret, f.badge, f.said}
}

func (r *fieldRenderer) Refresh() {
	r.Layout(r.f.BaseWidget.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

// FieldHeight is how high a field is whose box has a height.
func FieldHeight(box float32) float32 {
	if box+oneLine < lowField {
		return box + oneLine
	}
	return box + min(44, max(30, box*0.3/0.7))
}

// A field that is lower has one line for its sentence: what was typed needs the
// room.
const (
	lowField = 84
	oneLine  = 22
)

func (r *fieldRenderer) Layout(size fyne.Size) {
	f := r.f
	said := min(44, max(30, size.Height*0.3))
	if size.Height < lowField {
		said = oneLine
	}
	height := size.Height - said
	edge := look.Line
	switch {
	case f.Wrong:
		edge = look.Wrong
	case f.Chosen:
		edge = look.Accent
	}
	f.box.Fill, f.box.Edge = look.Surface, edge
	Place(f.box, 0, 0, size.Width, height)
	pad := float32(12)
	f.label.Words, f.label.Em = f.Label, min(20, max(12, height*0.22))
	top := f.label.Em * 1.35
	Place(f.label, pad, 3, size.Width-2*pad, top)
	f.badge.Words, f.badge.Em = f.Badge, min(26, max(13, height*0.28))
	badge := float32(0)
	if f.Badge != "" {
		badge = min(size.Width*0.42, f.badge.Width()+2)
	}
	Place(f.badge, size.Width-pad-badge, 3, badge, height-6)
	line := height - top - 3
	f.Glyphs.Em = min(44, line*0.62)
	f.Glyphs.Caret = f.Chosen
	f.empty.Words, f.empty.Em = "", min(36, line*0.55)
	if f.Glyphs.Count == 0 && f.Words == "" {
		f.empty.Words = f.Empty
	}
	Place(f.Glyphs, pad, top, size.Width-2*pad-badge, line)
	r.words(pad, top, size.Width-2*pad-badge, line)
	Place(f.empty, pad+9, top, size.Width-2*pad-badge-9, line)
	f.said.Words, f.said.Em = f.Problem, min(20, max(14, said*0.5))
	width := f.SaidWidth
	if width == 0 {
		width = size.Width
	}
	Place(f.said, 2+f.SaidShift, height+1, width-4, said)
}

// words shows the value in place of single signs.
func (r *fieldRenderer) words(x, y, width, line float32) {
	f := r.f
	shown := f.Words != ""
	Show(f.value, shown)
	Show(f.caret, shown && f.Chosen)
	Show(f.Glyphs, !shown)
	if !shown {
		return
	}
	f.value.Em, _ = f.value.whole(min(30, line*0.62))
	f.value.Words = f.Words
	for signs := []rune(f.Words); f.value.Width() > width-6 && len(signs) > 1; {
		signs = signs[1+len(signs)/16:]
		f.value.Words = "…" + string(signs)
	}
	Place(f.value, x, y, width, line)
	tall := f.value.Em * 1.2
	Place(f.caret, x+f.value.Width()+2, y+(line-tall)/2, 2, tall)
	f.value.Refresh()
	f.caret.Refresh()
}
