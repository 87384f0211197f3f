// Package ink is for drawing in dots, black or white, as a thermal printer
// does: letters, codes and pictures. Printers that cannot do one of them
// themselves are sent the dots; the screen shows the same ones.
package ink

import (
	"image"
	"image/color"
)

// Picture is a rectangle of dots, all white at first.
type Picture struct {
	Width, Height int
	// Rows holds the dots from top to bottom, each row in whole bytes; the most
	// significant bit is the left dot, 1 is black.
	Rows []byte
}

// New makes a white picture.
func New(width, height int) *Picture {
	return &Picture{width, height, make([]byte, (width+7)/8*height)}
}

// Stride is the number of bytes in a row.
func (p *Picture) Stride() int { return (p.Width + 7) / 8 }

// Black reports whether the dot is black; beyond the edges none is.
func (p *Picture) Black(x, y int) bool {
	return x >= 0 && x < p.Width && y >= 0 && y < p.Height && p.Rows[y*p.Stride()+x/8]&(0x80>>(x%8)) != 0
}

// Ink blackens a dot; beyond the edges it does nothing.
func (p *Picture) Ink(x, y int) {
	if x >= 0 && x < p.Width && y >= 0 && y < p.Height {
		p.Rows[y*p.Stride()+x/8] |= 0x80 >> (x % 8)
	}
}

// Put lays another picture over this one, its corner at x and y. Black stays.
func (p *Picture) Put(other *Picture, x, y int) {
	for oy := range other.Height {
		for ox := range other.Width {
			if other.Black(ox, oy) {
				p.Ink(x+ox, y+oy)
			}
		}
	}
}

// Inverted turns black to white and white to black.
func (p *Picture) Inverted() *Picture {
	out := New(p.Width, p.Height)
	for y := range p.Height {
		for x := range p.Width {
			if !p.Black(x, y) {
				out.Ink(x, y)
			}
		}
	}
	return out
}

// Enlarged repeats every dot so many times across and down.
func (p *Picture) Enlarged(across, down int) *Picture {
	if across == 1 && down == 1 {
		return p
	}
	out := New(p.Width*across, p.Height*down)
	for y := range out.Height {
		for x := range out.Width {
			if p.Black(x/across, y/down) {
				out.Ink(x, y)
			}
		}
	}
	return out
}

// Image is the picture with so many white dots around, for a screen.
func (p *Picture) Image(margin int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, p.Width+2*margin, p.Height+2*margin))
	for i := range img.Pix {
		img.Pix[i] = 0xFF
	}
	for y := range p.Height {
		for x := range p.Width {
			if p.Black(x, y) {
				img.SetGray(x+margin, y+margin, color.Gray{})
			}
		}
	}
	return img
}

// Logos take at most three fifths of the paper's width, and this many rows.
const logoRows = 200

// Logo makes dots of the shop's picture, in the size that suits paper of so
// many dots. Greys are dithered, so that photographs stay what they are; a
// picture in black and white keeps its edges. Small ones are not enlarged.
func Logo(picture *image.Gray, dots int) *Picture {
	grey := Shrink(picture, dots*3/5, logoRows)
	size := grey.Rect.Size()
	p := New(size.X, size.Y)
	errs, below := make([]int, size.X+2), make([]int, size.X+2) // one column of margin on either side
	for y := range size.Y {
		for x := range size.X {
			want := int(grey.Pix[y*grey.Stride+x]) + errs[x+1]/16
			got := 0xFF
			if want < 0x80 {
				p.Ink(x, y)
				got = 0
			}
			spread(errs, below, x+1, want-got)
		}
		errs, below = below, errs
		clear(below)
	}
	return p
}

// spread gives the error of a dot to its neighbours, in sixteenths (Floyd and
// Steinberg).
func spread(errs, below []int, x, err int) {
	errs[x+1] += 7 * err
	below[x-1] += 3 * err
	below[x] += 5 * err
	below[x+1] += err
}

// Shrink makes a picture no wider and no higher than asked, with the same
// proportions. A pixel is the mean of those that it stands for.
func Shrink(picture *image.Gray, width, height int) *image.Gray {
	size := picture.Rect.Size()
	w, h := size.X, size.Y
	if w > width {
		w, h = width, max(1, h*width/w)
	}
	if h > height {
		w, h = max(1, w*height/h), height
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.Pix[y*out.Stride+x] = mean(picture, x*size.X/w, y*size.Y/h, (x+1)*size.X/w, (y+1)*size.Y/h)
		}
	}
	return out
}

func mean(picture *image.Gray, left, top, right, bottom int) byte {
	sum, n := 0, 0
	for y := top; y < max(bottom, top+1); y++ {
		for x := left; x < max(right, left+1); x++ {
			sum += int(picture.GrayAt(picture.Rect.Min.X+x, picture.Rect.Min.Y+y).Y)
			n++
		}
	}
	return byte(sum / n)
}
