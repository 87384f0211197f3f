package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/look"
	"paydesk/app/theme"
)

// Role is what a button is for; it decides the colours.
type Role int

// The roles.
const (
	RoleKey     Role = iota // a key of a keypad
	RoleMain                // the one thing to do here
	RolePlain               // another thing to do
	RoleQuiet               // no box until it is touched
	RoleBold                // white on a coloured screen
	RoleOutline             // an outline on a coloured screen
	RoleChosen              // one of several, and the chosen one
)

// Button is anything that is pressed. It shows the press at once and acts on
// the release inside. It never takes the keyboard's focus.
type Button struct {
	widget.BaseWidget
	Words string
	Hint  string // the key that does the same
	Shape look.Shape
	Role  Role
	Em    float32 // of the words
	Bold  bool
	Left  bool // words at the left
	// Inset is room at the left that something else is drawn in.
	Inset float32
	// On is the colour of words and outline for the roles on coloured screens.
	On  look.Colour
	Tap func()

	off, down, over bool
	bound           bool
	label           *Text
}

// NewButton makes a button.
func NewButton(role Role, size float32, words string, tap func()) *Button {
	b := &Button{Words: words, Role: role, Em: size, Bold: true, Tap: tap}
	b.ExtendBaseWidget(b)
	return b
}

// NewShapeButton makes a button with a shape in place of words.
func NewShapeButton(role Role, shape look.Shape, tap func()) *Button {
	b := NewButton(role, 0, "", tap)
	b.Shape = shape
	return b
}

// Set changes the words and whether the button works.
func (b *Button) Set(words string, works bool) {
	if b.Words != words || b.off == works {
		b.Words, b.off = words, !works
		b.Refresh()
	}
}

// Enable switches the button on or off.
func (b *Button) Enable(works bool) { b.Set(b.Words, works) }

// Works reports whether a press does anything.
func (b *Button) Works() bool { return !b.off }

// Scale changes the size of the words.
func (b *Button) Scale(size float32) {
	if b.Em != size {
		b.Em = size
		b.Refresh()
	}
}

// As changes the role.
func (b *Button) As(role Role) {
	if b.Role != role {
		b.Role = role
		b.Refresh()
	}
}

// Bound draws the edge of the one that Enter would press.
func (b *Button) Bound(on bool) {
	if b.bound != on {
		b.bound = on
		b.Refresh()
	}
}

// Tapped implements fyne.Tappable.
func (b *Button) Tapped(*fyne.PointEvent) {
	Pressed()
	if !b.off && b.Tap != nil {
		b.Tap()
	}
}

// MouseDown implements desktop.Mouseable.
func (b *Button) MouseDown(*desktop.MouseEvent) { b.touch(!b.off, b.over) }

// MouseUp implements desktop.Mouseable.
func (b *Button) MouseUp(*desktop.MouseEvent) { b.touch(false, b.over) }

// MouseIn implements desktop.Hoverable.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.touch(b.down, true) }

// MouseMoved implements desktop.Hoverable.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() { b.touch(false, false) }

func (b *Button) touch(down, over bool) {
	if b.down != down || b.over != over {
		b.down, b.over = down, over
		b.Refresh()
	}
}

// Fits reports whether the words are shown whole.
func (b *Button) Fits() bool {
	return b.label == nil || b.label.Fits()
}

// MinSize implements fyne.CanvasObject.
func (b *Button) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		b: b, box: canvas.NewRectangle(nil),
		words: NewText(b.Em), hint: NewText(12), mark: NewMark(b.Shape, look.Ink),
	}
	b.label = r.words
	r.hint.Align = fyne.TextAlignTrailing
	r.paint()
	return r
}

type buttonRenderer struct {
	b           *Button
	box         *canvas.Rectangle
	words, hint *Text
	mark        *Mark
}

func (r *buttonRenderer) Destroy()           {}
func (r *buttonRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.box, r.words, r.mark, r.hint}
}

func (r *buttonRenderer) Refresh() {
	r.paint()
	r.Layout(r.b.BaseWidget.Size())
	r.box.Refresh()
	r.words.Refresh()
	r.mark.Refresh()
	r.hint.Refresh()
}

// colours gives ground, edge and words for role and state.
func (b *Button) colours() (ground, edge, words look.Colour) {
	switch {
	case b.off && (b.Role == RoleBold || b.Role == RoleOutline):
		return look.Clear, look.Clear, b.On
	case b.off && b.Role == RoleQuiet:
		return look.Clear, look.Clear, look.OnOff
	case b.off:
		return look.Off, look.Clear, look.OnOff
	}
	switch b.Role {
	case RoleMain, RoleChosen:
		if b.down {
			return look.AccentDown, look.Clear, look.OnAccent
		}
		return look.Accent, look.Clear, look.OnAccent
	case RoleBold:
		if b.down {
			return look.Training, look.Clear, look.OnTraining
		}
		return look.Paper, look.Clear, look.OnPaper
	case RoleOutline:
		if b.down {
			return look.Paper, look.Clear, look.OnPaper
		}
		return look.Clear, b.On, b.On
	case RoleQuiet:
		if b.down {
			return look.Pressed, look.Clear, look.Ink
		}
		return look.Clear, look.Clear, look.Ink
	}
	if b.down {
		return look.Pressed, look.Line, look.Ink
	}
	return look.Raised, look.Line, look.Ink
}

func (r *buttonRenderer) paint() {
	ground, edge, words := r.b.colours()
	r.box.FillColor = theme.Colour(ground)
	r.box.StrokeWidth = 0
	if edge != look.Clear {
		r.box.StrokeColor, r.box.StrokeWidth = theme.Colour(edge), 1.5
	}
	if r.b.bound {
		r.box.StrokeColor, r.box.StrokeWidth = theme.Colour(look.Accent), 3
	}
	if r.b.over && !r.b.off && !r.b.down {
		r.box.StrokeColor, r.box.StrokeWidth = theme.Colour(words), 2
		if r.b.Role == RoleQuiet {
			r.box.StrokeColor = theme.Colour(look.Line)
		}
	}
	r.words.Words, r.words.Em, r.words.Bold, r.words.Colour = r.b.Words, r.b.Em, r.b.Bold, words
	r.words.Wrap = true
	r.words.Align = fyne.TextAlignCenter
	if r.b.Left {
		r.words.Align = fyne.TextAlignLeading
	}
	r.hint.Words, r.hint.Colour = r.b.Hint, words
	r.mark.Shape, r.mark.Colour = r.b.Shape, words
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.box.Resize(size)
	r.box.CornerRadius = min(16, size.Height*0.22)
	pad := min(16, size.Height*0.16)
	x, w := pad+r.b.Inset, size.Width-2*pad-r.b.Inset
	if r.b.Shape != look.NoShape {
		side := min(size.Height*0.44, size.Width*0.5, 44)
		if r.b.Words == "" {
			Place(r.mark, (size.Width-side)/2, (size.Height-side)/2, side, side)
		} else {
			Place(r.mark, pad, (size.Height-side)/2, side, side)
			x, w = x+side+pad, w-side-pad
			if !r.b.Left {
				w -= side * 0.5
			}
		}
	}
	Show(r.mark, r.b.Shape != look.NoShape)
	Show(r.hint, r.b.Hint != "" && size.Height >= 40)
	lift := float32(0)
	if r.hint.Visible() {
		r.hint.Em = min(19, max(12, size.Height*0.17))
		wide, high := r.hint.Width()+2, r.hint.Em*1.4
		side := pad + wide + 10
		room := size.Width
		if r.b.Shape != look.NoShape {
			room -= x - pad - r.b.Inset // the shape has its place too
		}
		if Measure(r.b.Words, r.b.Em*1.1)+2*side <= room {
			// Beside the words, in the middle; the words stay in the centre.
			Place(r.hint, size.Width-wide-max(14, pad), (size.Height-high)/2, wide, high)
			if !r.b.Left && r.b.Shape == look.NoShape {
				x, w = side, size.Width-2*side
			}
		} else {
			lift = high * 0.35
			Place(r.hint, size.Width-wide-10, size.Height-high-4, wide, high)
		}
	}
	Place(r.words, x, pad*0.4-lift*0.5, w, size.Height-pad*0.8-lift*0.5)
}
