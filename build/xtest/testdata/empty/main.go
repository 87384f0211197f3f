// Command empty is the floor that the window's figures stand beside: one Fyne
// window with a colour in it, which any key changes.
package main

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
)

func main() {
	app.SetMetadata(fyne.AppMetadata{ID: "org.paydesk.empty", Name: "Empty", Migrations: map[string]bool{"fyneDo": true}})
	a := app.NewWithID("org.paydesk.empty")
	w := a.NewWindow("Empty")
	w.SetPadded(false)
	bright, dim := color.Gray{Y: 0xe0}, color.Gray{Y: 0x40}
	fill := canvas.NewRectangle(bright)
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) {
		if fill.FillColor == bright {
			fill.FillColor = dim
		} else {
			fill.FillColor = bright
		}
		fill.Refresh()
	})
	w.SetContent(fill)
	w.Resize(fyne.NewSize(1280, 800))
	w.ShowAndRun()
}
