// Package keys is for the one table of what each key of a keyboard does. The
// window acts on it and the help page prints it, so the two cannot differ.
package keys

// Key is the name of a key as the window system gives it, after Of.
type Key string

// The keys that the window knows. Digits and letters come as runes.
const (
	Help      Key = "F1"
	Sale      Key = "F2"
	Another   Key = "F3"
	Extras    Key = "F3" // the sale has no card yet
	History   Key = "F4"
	Look      Key = "F4" // what waits for a provider is in no list yet
	TakeBack  Key = "F5"
	Cash      Key = "F5" // the ways to pay, where nothing is under way
	OnFile    Key = "F6"
	Split     Key = "F7"
	Undo      Key = "F5" // settings have no payment to take back
	Code      Key = "F5" // nor has a receipt in sight
	Keep      Key = "F6"
	Park      Key = "F6" // no part payment waits where something is parked
	Attention Key = "F6" // nothing is kept or parked outside of it
	Mail      Key = "F6" // a receipt in sight is neither kept nor parked
	GiveBack  Key = "F7"
	Receipt   Key = "F8"
	Drawer    Key = "F8" // the sale and the menu have no receipt yet
	Print     Key = "F9"
	Later     Key = "F9" // a code on the screen has no menu
	Menu      Key = "F9" // a receipt in sight has no menu
	Batch     Key = "F10"
	Save      Key = "F10" // a form has no batch
	Wallet    Key = "F10" // nor has a sale
	Theme     Key = "F11"
	SignOut   Key = "F12"
	Enter     Key = "Return"
	Escape    Key = "Escape"
	Erase     Key = "BackSpace"
	Tab       Key = "Tab"
	Up        Key = "Up"
	Down      Key = "Down"
	Left      Key = "Left"
	Right     Key = "Right"
	PageUp    Key = "Prior"
	PageDown  Key = "Next"
	First     Key = "Home"
	Last      Key = "End"
	numberPad Key = "KP_Enter"
	wipe      Key = "Delete"
)

// Of folds keys that do the same: both Enter keys, and Delete with Backspace.
func Of(name string) Key {
	switch k := Key(name); k {
	case numberPad:
		return Enter
	case wipe:
		return Erase
	default:
		return k
	}
}

// Cap is the key as it is printed on keyboards, for buttons.
func (k Key) Cap() string {
	switch k {
	case Escape:
		return "Esc"
	case Enter:
		return "Enter"
	}
	return string(k)
}

// Line is one line of the help page: the key cap as people read it, and the
// catalogue's key of what it does.
type Line struct{ Cap, Does string }

// Table is the help page, in its order.
var Table = []Line{
	{"0 – 9", "key.digits"},
	{"Enter", "key.enter"},
	{"Esc", "key.escape"},
	{"Backspace", "key.erase"},
	{"Tab  Up  Down", "key.fields"},
	{"Left  Right", "key.sides"},
	{"Y  N", "key.answer"},
	{"F1", "key.help"},
	{"F2", "key.sale"},
	{"F3", "key.another"},
	{"F4", "key.history"},
	{"F5", "key.takeback"},
	{"F6", "key.keep"},
	{"F7", "key.giveback"},
	{"F8", "key.receipt"},
	{"F9", "key.menu"},
	{"F10", "key.batch"},
	{"F11", "key.theme"},
	{"F12", "key.signout"},
}

// Digit is the digit of a rune.
func Digit(r rune) (byte, bool) {
	if r < '0' || r > '9' {
		return 0, false
	}
	return byte(r), true
}

// Answer is what a rune says to a question: y is yes, n is no.
func Answer(r rune) (yes, ok bool) {
	switch r {
	case 'y', 'Y':
		return true, true
	case 'n', 'N':
		return false, true
	}
	return false, false
}
