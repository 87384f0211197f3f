package theme

import "fyne.io/fyne/v2"

// MinTouch is the smallest height of anything that can be pressed, in units, on
// the smallest window that is supported: 12.7 mm at 96 dots to the inch, where a
// unit is a dot. Finger is 11 mm, the least that a finger hits without looking:
// the letters of a keyboard are no narrower.
const (
	MinTouch = 48
	Finger   = 42
)

// Measure holds the sizes for a window. All are in the toolkit's units.
type Measure struct {
	// Unit is 1 for a window of 1280 by 800.
	Unit float32
	// Gap is between things, Pad inside them.
	Gap, Pad float32
	// Sizes of text, from the smallest that is used.
	Small, Body, Title, Big float32
	// Touch is the side of a small thing that is pressed.
	Touch float32
}

// For is the measure for a window of the size.
func For(window fyne.Size) Measure {
	u := min(window.Width/1280, window.Height/800)
	u = min(max(u, 0.58), 1.6)
	return Measure{
		Unit: u, Gap: max(8, 14*u), Pad: max(8, 16*u),
		Small: max(13, 16*u), Body: max(15, 20*u), Title: max(18, 28*u), Big: max(24, 40*u),
		Touch: max(MinTouch, 72*u),
	}
}
