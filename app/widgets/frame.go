package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"paydesk/app/look"
	"paydesk/app/theme"
)

// The training frame: a striped border around everything, with the word at
// its top. It is the uppermost thing in the window, and nothing covers it.
const (
	FrameTop  = 24
	FrameSide = 8
)

// NewFrame makes the training frame; inside it everything else has its place.
func NewFrame(words string) *fyne.Container {
	bands := make([]fyne.CanvasObject, 4)
	for i := range bands {
		bands[i] = canvas.NewRasterWithPixels(stripe)
	}
	back := NewPanel(look.Training, look.Clear, 0)
	label := NewBold(16)
	label.Words, label.Align, label.Colour = words, fyne.TextAlignCenter, look.OnTraining
	objects := append(append([]fyne.CanvasObject{}, bands...), back, label)
	return NewPlane(func(size fyne.Size) {
		Place(bands[0], 0, 0, size.Width, FrameTop)
		Place(bands[1], 0, size.Height-FrameSide, size.Width, FrameSide)
		Place(bands[2], 0, FrameTop, FrameSide, size.Height-FrameTop-FrameSide)
		Place(bands[3], size.Width-FrameSide, FrameTop, FrameSide, size.Height-FrameTop-FrameSide)
		width := min(size.Width-4*FrameTop, label.Width()+60)
		Place(back, (size.Width-width)/2, 0, width, FrameTop)
		Place(label, (size.Width-width)/2, 0, width, FrameTop)
	}, objects...)
}

func stripe(x, y, _, _ int) color.Color {
	if (x+y)/14%2 == 0 {
		return theme.Colour(look.Training)
	}
	return theme.Colour(look.OnTraining)
}
