package widgets

import (
	"fyne.io/fyne/v2"

	"paydesk/app/look"
	"paydesk/app/widgets/caps"
)

// Keypad is a pad of twelve keys, 1 to 9 from the top. Left is the cap beside
// the zero; erase is always at the other side.
type Keypad struct {
	*fyne.Container
	Keys map[caps.Cap]*Button
}

// NewKeypad makes a keypad that reports caps.
func NewKeypad(left caps.Cap, press func(caps.Cap)) *Keypad {
	k := &Keypad{Keys: map[caps.Cap]*Button{}}
	order := []caps.Cap{"1", "2", "3", "4", "5", "6", "7", "8", "9", left, "0", caps.Erase}
	var objects []fyne.CanvasObject
	for _, c := range order {
		if c == caps.None {
			continue
		}
		tap := func() { press(c) }
		b := NewButton(RoleKey, 28, string(c), tap)
		if c == caps.Erase {
			b = NewShapeButton(RoleKey, look.Erase, tap)
		}
		k.Keys[c] = b
		objects = append(objects, b)
	}
	k.Container = NewPlane(func(size fyne.Size) {
		gap := max(8, min(size.Width, size.Height)*0.022)
		w, h := (size.Width-2*gap)/3, (size.Height-3*gap)/4
		for i, c := range order {
			if b := k.Keys[c]; b != nil {
				b.Em = min(h*0.44, w*0.5, 84)
				Place(b, float32(i%3)*(w+gap), float32(i/3)*(h+gap), w, h)
			}
		}
	}, objects...)
	return k
}
