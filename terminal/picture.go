package terminal

import (
	"errors"
	"image"
	_ "image/jpeg" // the two forms of a picture that are taken
	_ "image/png"
	"io/fs"
	"os"

	"paydesk/terminal/engine"
)

// The codes of problems with a picture file.
const (
	ProblemNoFile     = "picture-missing"
	ProblemNotPicture = "picture-form"
)

// mostPicture is the largest side of a picture, in pixels.
const mostPicture = 8000

// CheckPicture reports, as a *engine.Problem, that a file is not there or is
// neither a PNG nor a JPEG picture. Only its head is read. No path is no
// picture, which is good.
func CheckPicture(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if err != nil {
		return &engine.Problem{Code: ProblemNoFile, Text: "There is no such file, or it may not be read. Write its whole path.", Err: err}
	}
	head, _, err := image.DecodeConfig(f)
	if err = errors.Join(err, f.Close()); err != nil || head.Width > mostPicture || head.Height > mostPicture {
		return &engine.Problem{Code: ProblemNotPicture, Text: "This file is no PNG or JPEG picture, or it is too large. Choose another.", Err: err}
	}
	return nil
}

// CheckPicture is the function of the same name, for the window.
func (t *Terminal) CheckPicture(path string) error { return CheckPicture(path) }
