// Package caps is for what is written on the keys of a keypad. It is apart
// from the widgets so that presenters can use it without the toolkit.
package caps

// Cap is what is written on a key of a keypad: a digit, or one of these.
type Cap string

// The caps that are not digits.
const (
	None  Cap = ""
	Erase Cap = "erase"
	Zeros Cap = "00"
)

// Of is the cap of a digit.
func Of(digit byte) Cap { return Cap(rune(digit)) }

// Digit is the digit on the cap, if it is one.
func (c Cap) Digit() (byte, bool) {
	if len(c) != 1 || c[0] < '0' || c[0] > '9' {
		return 0, false
	}
	return c[0], true
}
