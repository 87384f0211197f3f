package ink

import (
	"fmt"

	"paydesk/receipts/code128"
	"paydesk/receipts/qr"
)

// Module sizes of codes in dots: five is 0.6 mm for a QR, which phones read
// well; below three, printing blurs it. Bars are read at two.
const (
	bestModule  = 5
	leastModule = 3
	bestBar     = 3
	leastBar    = 2
)

// BarRows is the height of a barcode in dots.
const BarRows = 80

// FitQR finds the size of the modules of a QR on paper of so many dots, with
// room for its quiet zone. It fails when no size fits.
func FitQR(text string, dots int) (module int, err error) {
	size, err := qr.Size(text)
	if err != nil {
		return 0, err
	}
	if module = min(bestModule, dots/(size+2*qr.QuietZone)); module < leastModule {
		return 0, fmt.Errorf("the QR with %d bytes is wider than the paper: shorten its text", len(text))
	}
	return module, nil
}

// FitBars makes the symbols of a barcode and finds the size of its modules on
// paper of so many dots, with room for its quiet zones. The size is 0 when none
// fits: then its text stands alone.
func FitBars(text string, dots int) (symbols []byte, module int) {
	symbols, err := code128.Encode(text)
	if err != nil {
		return nil, 0
	}
	if module = min(bestBar, dots/code128.Width(symbols)); module < leastBar {
		return nil, 0
	}
	return symbols, module
}

// QR draws a two-dimensional code without its quiet zone.
func QR(text string, module int) (*Picture, error) {
	matrix, err := qr.Encode(text)
	if err != nil {
		return nil, err
	}
	p := New(len(matrix), len(matrix))
	for y, row := range matrix {
		for x, dark := range row {
			if dark {
				p.Ink(x, y)
			}
		}
	}
	return p.Enlarged(module, module), nil
}

// Bars draws a one-dimensional code without its quiet zones.
func Bars(bars []bool, module int) *Picture {
	p := New(len(bars), 1)
	for x, dark := range bars {
		if dark {
			p.Ink(x, 0)
		}
	}
	return p.Enlarged(module, BarRows)
}
