// Package qr is for two-dimensional codes: it turns a text into a matrix of
// dark and light modules, which screens and printers draw each in their way.
package qr

import (
	"fmt"

	qrcode "github.com/skip2/go-qrcode"
)

// QuietZone is how many light modules must surround a code (ISO/IEC 18004).
const QuietZone = 4

// Matrix is a code without its quiet zone: rows from top to bottom, true is
// dark. It is square.
type Matrix [][]bool

// Encode makes the smallest code with medium error correction that holds the
// text. It fails when the text is empty or too long for any code.
func Encode(text string) (Matrix, error) {
	code, err := begin(text)
	if err != nil {
		return nil, err
	}
	code.DisableBorder = true
	return Matrix(code.Bitmap()), nil
}

// Size is how many modules wide the code of a text is, without its quiet zone.
// It does not draw the code, which is what takes time.
func Size(text string) (int, error) {
	code, err := begin(text)
	if err != nil {
		return 0, err
	}
	return 17 + 4*code.VersionNumber, nil
}

func begin(text string) (*qrcode.QRCode, error) {
	if text == "" {
		return nil, fmt.Errorf("a QR needs a text to hold")
	}
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("the text of %d bytes does not fit a QR: %w", len(text), err)
	}
	return code, nil
}
