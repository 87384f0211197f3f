package apptest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"paydesk/app/widgets"
)

// Words are all words that a tree holds, in sight or not.
func Words(root fyne.CanvasObject) (words []string) {
	add := func(w string) {
		if w != "" {
			words = append(words, w)
		}
	}
	switch o := root.(type) {
	case *widgets.Text:
		add(o.Words)
	case *widgets.Button:
		add(o.Words)
	case *canvas.Text:
		add(o.Text)
	case *fyne.Container:
		for _, child := range o.Objects {
			words = append(words, Words(child)...)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			words = append(words, Words(child)...)
		}
	}
	return words
}
