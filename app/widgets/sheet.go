package widgets

import (
	"image"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"paydesk/receipts/qr"
)

// tileHigh is the most pixels that one part of a picture is high: a graphics
// card takes no texture of any size, and a receipt may have 200 lines.
const tileHigh = 2048

// mostGrown is how many units a pixel of a picture gets at most: beyond that
// letters are only blurred.
const mostGrown = 1.6

// Sheet shows a picture of paper as wide as its box. It follows a finger, a
// wheel and the page keys, and never takes the keyboard's focus.
type Sheet struct {
	widget.BaseWidget

	picture image.Image
	offset  float32
	moved   func()
	tiles   []*canvas.Image
	inner   *fyne.Container
}

// NewSheet makes a sheet without a picture.
func NewSheet() *Sheet {
	s := &Sheet{inner: container.NewWithoutLayout()}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows a picture from its top; nil shows nothing. The one that is shown
// already stays where it is.
func (s *Sheet) Set(picture image.Image) {
	if s.picture == picture {
		return
	}
	s.picture, s.offset, s.tiles = picture, 0, nil
	s.inner.Objects = nil
	if picture != nil {
		for _, part := range tiles(picture) {
			tile := canvas.NewImageFromImage(part)
			tile.FillMode, tile.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleSmooth
			s.tiles = append(s.tiles, tile)
			s.inner.Objects = append(s.inner.Objects, tile)
		}
	}
	s.scroll(0)
}

// Grow shows a picture of which more came: its end, and nothing new where it is
// as long as before.
func (s *Sheet) Grow(picture image.Image) {
	if picture != nil && s.picture != nil && picture.Bounds() == s.picture.Bounds() {
		return
	}
	s.Set(picture)
	s.scroll(s.most())
}

// tiles cuts a picture into parts, from its top to its foot.
func tiles(picture image.Image) (parts []image.Image) {
	all := picture.Bounds()
	for top := all.Min.Y; top < all.Max.Y; top += tileHigh {
		part := image.NewRGBA(image.Rect(0, 0, all.Dx(), min(tileHigh, all.Max.Y-top)))
		draw.Draw(part, part.Bounds(), picture, image.Pt(all.Min.X, top), draw.Src)
		parts = append(parts, part)
	}
	return parts
}

// Page moves by pages, down if positive.
func (s *Sheet) Page(pages int) {
	s.scroll(float32(pages) * s.BaseWidget.Size().Height * 0.85)
}

// Moved implements Paged.
func (s *Sheet) Moved(then func()) { s.moved = then }

// More reports whether there is paper above and below what is in sight.
func (s *Sheet) More() (above, below bool) { return s.offset > 1, s.offset < s.most()-1 }

// Paper is the place of the picture in its box.
func (s *Sheet) Paper() (x, wide, tall float32) {
	size := s.BaseWidget.Size()
	if s.picture == nil || s.picture.Bounds().Empty() {
		return 0, size.Width, 0
	}
	pixels := s.picture.Bounds().Size()
	wide = min(size.Width, float32(pixels.X)*mostGrown)
	return (size.Width - wide) / 2, wide, wide * float32(pixels.Y) / float32(pixels.X)
}

func (s *Sheet) most() float32 {
	_, _, tall := s.Paper()
	return max(0, tall-s.BaseWidget.Size().Height)
}

func (s *Sheet) scroll(by float32) {
	s.offset = min(max(0, s.offset+by), s.most())
	x, wide, tall := s.Paper()
	y := -s.offset
	for _, tile := range s.tiles {
		h := tall * float32(tile.Image.Bounds().Dy()) / float32(s.picture.Bounds().Dy())
		Place(tile, x, y, wide, h)
		y += h
	}
	s.inner.Refresh()
	if s.moved != nil {
		s.moved()
	}
}

// Dragged implements fyne.Draggable: the paper stays under the finger.
func (s *Sheet) Dragged(e *fyne.DragEvent) { s.scroll(-e.Dragged.DY) }

// DragEnd implements fyne.Draggable.
func (s *Sheet) DragEnd() {}

// Scrolled implements fyne.Scrollable.
func (s *Sheet) Scrolled(e *fyne.ScrollEvent) { s.scroll(-e.Scrolled.DY) }

// MinSize implements fyne.CanvasObject.
func (s *Sheet) MinSize() fyne.Size { return fyne.Size{} }

// Resize implements fyne.CanvasObject.
func (s *Sheet) Resize(size fyne.Size) {
	s.BaseWidget.Resize(size)
	s.scroll(0)
}

// CreateRenderer implements fyne.Widget.
func (s *Sheet) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewClip(s.inner))
}

// Code shows a two-dimensional code, dark on white in every theme, with
// modules of a whole number of pixels.
type Code struct {
	widget.BaseWidget
	matrix qr.Matrix
	image  *canvas.Image
}

// NewCode makes a code that holds nothing.
func NewCode() *Code {
	c := &Code{image: canvas.NewImageFromImage(image.NewGray(image.Rect(0, 0, 1, 1)))}
	c.image.ScaleMode, c.image.FillMode = canvas.ImageScalePixels, canvas.ImageFillStretch
	c.ExtendBaseWidget(c)
	return c
}

// Set shows a text; one that fits no code is refused.
func (c *Code) Set(text string) (err error) {
	c.matrix, err = qr.Encode(text)
	c.draw()
	return err
}

// Resize implements fyne.CanvasObject.
func (c *Code) Resize(size fyne.Size) {
	c.BaseWidget.Resize(size)
	c.draw()
}

// draw makes the picture for the size of the box, in the middle of it.
func (c *Code) draw() {
	size := c.BaseWidget.Size()
	side := min(size.Width, size.Height)
	modules := len(c.matrix) + 2*qr.QuietZone
	scale := float32(1)
	if on := fyne.CurrentApp().Driver().CanvasForObject(c); on != nil {
		scale = on.Scale()
	}
	k := int(side * scale / float32(modules))
	if len(c.matrix) == 0 || k < 1 {
		c.image.Hide()
		return
	}
	picture := image.NewGray(image.Rect(0, 0, modules*k, modules*k))
	for i := range picture.Pix {
		x, y := i%(modules*k)/k-qr.QuietZone, i/(modules*k)/k-qr.QuietZone
		if y < 0 || x < 0 || y >= len(c.matrix) || x >= len(c.matrix) || !c.matrix[y][x] {
			picture.Pix[i] = 0xff
		}
	}
	c.image.Image = picture
	shown := float32(modules*k) / scale
	Place(c.image, (size.Width-shown)/2, (size.Height-shown)/2, shown, shown)
	c.image.Show()
	c.image.Refresh()
}

// MinSize implements fyne.CanvasObject.
func (c *Code) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (c *Code) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout(c.image))
}
