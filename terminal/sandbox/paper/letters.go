package paper

import (
	"fmt"
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Fonts are the bytes of two monospaced TrueType fonts.
type Fonts struct{ Regular, Bold []byte }

// The cells of the printer's two fonts, in dots.
const (
	wideA, tallA = 12, 24
	wideB, tallB = 9, 17
)

// letter names one drawn letter.
type letter struct {
	r           rune
	small, bold bool // font B; bold
}

// size is the cell of the letter.
func (l letter) size() (wide, tall int) {
	if l.small {
		return wideB, tallB
	}
	return wideA, tallA
}

// letters are the letters of a printer, drawn as they are asked for.
type letters struct {
	faces [2][2]font.Face // small, bold; nil without fonts
	drawn map[letter]*bitmap
}

func newLetters(f Fonts) (*letters, error) {
	l := &letters{drawn: map[letter]*bitmap{}}
	for bold, ttf := range [][]byte{f.Regular, f.Bold} {
		if len(ttf) == 0 {
			continue
		}
		parsed, err := opentype.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("read the virtual printer's font: %w", err)
		}
		for small, cell := range []int{wideA, wideB} {
			const perEm = 600 // advance of a monospaced letter in thousandths of the size
			face, err := opentype.NewFace(parsed, &opentype.FaceOptions{
				Size: float64(cell) * 1000 / perEm, DPI: 72, Hinting: font.HintingFull,
			})
			if err != nil {
				return nil, fmt.Errorf("open the virtual printer's font: %w", err)
			}
			l.faces[small][bold] = face
		}
	}
	return l, nil
}

func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}

// draw returns the dots of a letter in its cell.
func (l *letters) draw(c letter) *bitmap {
	if b := l.drawn[c]; b != nil {
		return b
	}
	wide, tall := c.size()
	b := newBitmap(wide, tall)
	if face := l.faces[bit(c.small)][bit(c.bold)]; face != nil {
		grey := image.NewGray(image.Rect(0, 0, wide, tall))
		d := font.Drawer{Dst: grey, Src: image.White, Face: face, Dot: fixed.P(0, tall*19/tallA)}
		d.DrawString(string(c.r))
		for i, v := range grey.Pix {
			if v >= 0x70 {
				b.set(i%wide, i/wide)
			}
		}
	}
	l.drawn[c] = b
	return b
}
