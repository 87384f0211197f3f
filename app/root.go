package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"paydesk/app/keys"
)

// root fills the window and owns the keyboard on every screen: nothing inside
// it can take the focus, so no key and no swipe ever reaches a button that
// somebody did not mean.
type root struct {
	widget.BaseWidget
	content *fyne.Container
	onKey   func(keys.Key)
	onRune  func(rune)
	onPaste func(string)
	// onTouch is called when somebody moves: fingers and pointers, and each key.
	onTouch func()
}

func newRoot(content *fyne.Container) *root {
	r := &root{content: content, onKey: func(keys.Key) {}, onRune: func(rune) {}, onPaste: func(string) {}, onTouch: func() {}}
	r.ExtendBaseWidget(r)
	return r
}

// The smallest window in which everything fits.
const (
	leastWidth  = 800
	leastHeight = 480
)

// MinSize implements fyne.CanvasObject.
func (r *root) MinSize() fyne.Size { return fyne.NewSize(leastWidth, leastHeight) }

// fill replaces what fills the window.
func (r *root) fill(content *fyne.Container) {
	r.content = content
	content.Resize(r.BaseWidget.Size())
	r.BaseWidget.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (r *root) CreateRenderer() fyne.WidgetRenderer { return rootRenderer{r} }

// rootRenderer draws whatever fills the window at the time.
type rootRenderer struct{ r *root }

func (r rootRenderer) Destroy()                     {}
func (r rootRenderer) MinSize() fyne.Size           { return r.r.MinSize() }
func (r rootRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.r.content} }
func (r rootRenderer) Layout(size fyne.Size)        { r.r.content.Resize(size) }
func (r rootRenderer) Refresh()                     { r.r.content.Refresh() }

// AcceptsTab implements fyne.Tabbable: Tab is a key like any other here.
func (r *root) AcceptsTab() bool { return true }

// FocusGained implements fyne.Focusable.
func (r *root) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (r *root) FocusLost() {}

// TypedKey implements fyne.Focusable.
func (r *root) TypedKey(e *fyne.KeyEvent) {
	r.onTouch()
	r.onKey(keys.Of(string(e.Name)))
}

// TypedRune implements fyne.Focusable.
func (r *root) TypedRune(sign rune) {
	r.onTouch()
	r.onRune(sign)
}

// Cursor implements desktop.Cursorable. The toolkit asks for it at every move of
// the pointer, and a finger is one, whatever lies over the root.
func (r *root) Cursor() desktop.Cursor {
	r.onTouch()
	return desktop.DefaultCursor
}

// TypedShortcut implements fyne.Shortcutable: what is pasted is typed.
func (r *root) TypedShortcut(s fyne.Shortcut) {
	r.onTouch()
	if _, ok := s.(*fyne.ShortcutPaste); ok {
		r.onPaste(fyne.CurrentApp().Clipboard().Content())
	}
}
