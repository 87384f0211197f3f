package terminal

import (
	"errors"
	"image"
	"image/draw"
	_ "image/jpeg" // the two forms of a picture that are taken
	_ "image/png"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"paydesk/receipts/ink"
	"paydesk/terminal/engine"
)

// The codes of problems with a picture file.
const (
	ProblemNoFile     = "picture-missing"
	ProblemNotPicture = "picture-form"
)

// Limits of a picture: its largest side and all of it, in pixels. A picture
// within them takes 100 MB for a moment.
const (
	mostPicture = 8000
	mostPixels  = 25_000_000
)

// CheckPicture reports, as a *engine.Problem, that a file is not there or is
// not a whole PNG or JPEG picture that receipts can have. No path is no
// picture, which is good.
func CheckPicture(path string) error {
	if path == "" {
		return nil
	}
	_, err := readPicture(path)
	return err
}

// CheckPicture is the function of the same name, for the window.
func (t *Terminal) CheckPicture(path string) error { return CheckPicture(path) }

// readPicture reads the shop's picture in greys on white, no larger than paper
// needs it. Its errors are of the type *engine.Problem.
func readPicture(path string) (*image.Gray, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if err != nil {
		return nil, &engine.Problem{Code: ProblemNoFile, Text: "There is no such file, or it may not be read. Write its whole path.", Err: err}
	}
	picture, err := decode(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, &engine.Problem{Code: ProblemNotPicture, Text: "This file is no PNG or JPEG picture, or it is too large. Choose another.", Err: err}
	}
	return picture, nil
}

var errTooLarge = errors.New("the picture has too many pixels")

// Paper never shows more of a picture than this, in pixels.
const (
	paperWide = 1200
	paperHigh = 600
)

func decode(f io.ReadSeeker) (*image.Gray, error) {
	head, _, err := image.DecodeConfig(f)
	if err != nil {
		return nil, err
	}
	if head.Width > mostPicture || head.Height > mostPicture || head.Width*head.Height > mostPixels {
		return nil, errTooLarge
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(f)
	if err != nil {
		return nil, err
	}
	grey := image.NewGray(image.Rectangle{Max: picture.Bounds().Size()})
	draw.Draw(grey, grey.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(grey, grey.Rect, picture, picture.Bounds().Min, draw.Over)
	return ink.Shrink(grey, paperWide, paperHigh), nil
}

// logo keeps the shop's picture between receipts. It is safe for many
// goroutines.
type logo struct {
	mu      sync.Mutex
	path    string
	size    int64
	changed time.Time
	picture *image.Gray
}

// load reads the picture again when its file is another one. A picture that
// cannot be read is none: a receipt is printed without it, and CheckPicture
// says why.
func (l *logo) load(path string) *image.Gray {
	l.mu.Lock()
	defer l.mu.Unlock()
	info, err := os.Stat(path)
	if path == "" || err != nil {
		l.path, l.picture = "", nil
		return nil
	}
	if path != l.path || info.Size() != l.size || !info.ModTime().Equal(l.changed) {
		l.path, l.size, l.changed = path, info.Size(), info.ModTime()
		l.picture, _ = readPicture(path)
	}
	return l.picture
}
