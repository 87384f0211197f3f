package paper

import (
	"image"
	"image/color"
	"slices"
)

// bitmap is a rectangle of dots, black or white. Rows are whole bytes.
type bitmap struct {
	wide, tall, stride int
	bits               []byte
}

func newBitmap(wide, tall int) *bitmap {
	b := &bitmap{wide: wide, stride: (wide + 7) / 8}
	b.grow(tall)
	return b
}

// grow adds white rows at the bottom.
func (b *bitmap) grow(rows int) {
	b.tall += rows
	b.bits = append(b.bits, make([]byte, rows*b.stride)...)
}

func (b *bitmap) clone() *bitmap {
	c := *b
	c.bits = slices.Clone(b.bits)
	return &c
}

func (b *bitmap) at(x, y int) bool { return b.bits[y*b.stride+x/8]&(0x80>>(x%8)) != 0 }

// set blackens a dot. What is beyond the paper is not printed.
func (b *bitmap) set(x, y int) {
	if x >= 0 && x < b.wide && y >= 0 && y < b.tall {
		b.bits[y*b.stride+x/8] |= 0x80 >> (x % 8)
	}
}

// fill blackens a rectangle.
func (b *bitmap) fill(left, top, wide, tall int) {
	for y := range tall {
		for x := range wide {
			b.set(left+x, top+y)
		}
	}
}

// scaled is the bitmap with every dot made larger.
type scaled struct {
	*bitmap
	across, down int
}

// draw blackens what is black in s; with inverse what is white in it.
func (b *bitmap) draw(s scaled, left, top int, inverse bool) {
	for y := range s.tall {
		for x := range s.wide {
			if s.at(x, y) != inverse {
				b.fill(left+x*s.across, top+y*s.down, s.across, s.down)
			}
		}
	}
}

// The grey of printed paper: heat leaves no full black.
var (
	white = color.Gray{Y: 0xFF}
	ink   = color.Gray{Y: 0x18}
)

// picture shows the dots with white paper to their left and right, above and
// below.
func (b *bitmap) picture(edge, above int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, b.wide+2*edge, b.tall+2*above))
	for i := range img.Pix {
		img.Pix[i] = white.Y
	}
	for i, eight := range b.bits {
		y, left := i/b.stride, i%b.stride*8
		for bit := range 8 {
			if x := left + bit; x < b.wide && eight&(0x80>>bit) != 0 {
				img.SetGray(edge+x, above+y, ink)
			}
		}
	}
	return img
}
