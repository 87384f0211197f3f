// Package form is for what a person fills in: fields of which one at a time is
// filled in, with the pad on the screen that suits it or the keyboard.
package form

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"paydesk/app/entry"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/money"
)

// Pad is the way in which a field is filled in.
type Pad int

// The pads.
const (
	Text    Pad = iota // letters
	Secret             // letters that nobody sees
	PIN                // digits that nobody sees
	Digits             // a whole number
	Decimal            // a number that may have a point
	Money              // an amount: the cents roll in from the right
	Choice             // one of some
	Many               // any of some
)

// Option is one thing to choose: its value, the words for people, and what it
// means.
type Option struct{ Value, Words, Say string }

// Field is one field. Set its exported parts before Fill.
type Field struct {
	Key   string // names it among the others
	Label string
	Empty string // shown where nothing is entered
	Pad   Pad
	Most  int // letters, at most
	// Currency is that of Money; Unit stands behind numbers, such as "%".
	Currency money.Currency
	Unit     string
	// Options are for Choice and Many; At is the one that the keys have reached.
	Options []Option
	At      int
	// Check gives the sentence of what is wrong with a value, or "". Of a secret
	// it gets none: CheckSecret does.
	Check       func(value string) string
	CheckSecret func(secret []byte) string
	// Problem is the sentence beside the field.
	Problem string

	line   *entry.Line
	secret []byte // its whole room is there from the start, so that it never moves
	picked []string
	fresh  bool // the first digit takes the place of the number
}

// Fill puts a value in place of what is there, and takes the problem away.
func (f *Field) Fill(value string) {
	f.Problem, f.fresh = "", true
	switch f.Pad {
	case Secret, PIN:
		f.Wipe()
	case Choice:
		f.picked = []string{value}
		f.At = max(0, slices.IndexFunc(f.Options, func(o Option) bool { return o.Value == value }))
	case Many:
		f.picked = nil
		for part := range strings.SplitSeq(value, "|") {
			if part = strings.TrimSpace(part); part != "" {
				f.picked = append(f.picked, part)
			}
		}
	case Money:
		if amount, err := money.Parse(value, f.Currency); err == nil {
			value = strconv.FormatInt(amount.Minor, 10)
		}
		f.entered().Set(value)
	default:
		f.entered().Set(value)
	}
}

// entered is the line of a field that has one.
func (f *Field) entered() *entry.Line {
	if f.line == nil {
		allow := map[Pad]func(rune) bool{Digits: entry.Digits, Money: entry.Digits,
			Decimal: func(r rune) bool { return entry.Digits(r) || r == '.' }}[f.Pad]
		f.line = entry.NewLine(f.Most, allow)
	}
	return f.line
}

// Value is what was entered, in the form that settings have. Of a secret it is "".
func (f *Field) Value() string {
	switch f.Pad {
	case Secret, PIN:
		return ""
	case Choice, Many:
		return strings.Join(f.picked, " | ")
	case Money:
		if f.entered().Len() == 0 {
			return ""
		}
		return f.Amount().Decimal()
	}
	return f.entered().Text()
}

// Amount is what was entered into a field for money.
func (f *Field) Amount() money.Amount {
	minor, _ := strconv.ParseInt(f.entered().Raw(), 10, 64) // Most keeps it small
	return money.New(minor, f.Currency)
}

// Shown is what was entered, as people read it.
func (f *Field) Shown() string {
	switch f.Pad {
	case Secret, PIN:
		return ""
	case Choice, Many:
		var words []string
		for _, value := range f.picked {
			words = append(words, f.words(value))
		}
		return strings.Join(words, ", ")
	case Money:
		if f.entered().Len() == 0 {
			return ""
		}
		return text.Money(f.Amount())
	}
	raw := f.entered().Raw()
	if f.Unit != "" && raw != "" {
		raw += " " + f.Unit
	}
	return raw
}

// words are those of an option's value; one that is not offered is shown as it
// is.
func (f *Field) words(value string) string {
	for _, o := range f.Options {
		if strings.EqualFold(o.Value, value) {
			return o.Words
		}
	}
	return value
}

// Picked reports whether an option is chosen.
func (f *Field) Picked(i int) bool {
	return slices.ContainsFunc(f.picked, func(v string) bool { return strings.EqualFold(v, f.Options[i].Value) })
}

// Hidden reports whether the field is one that nobody sees; Len is how many
// letters are in it.
func (f *Field) Hidden() bool { return f.Pad == Secret || f.Pad == PIN }

// Len is how many letters a secret has.
func (f *Field) Len() int { return utf8.RuneCount(f.secret) }

// Take gives the secret, which belongs to the caller then, and empties the field.
func (f *Field) Take() []byte {
	out := append(make([]byte, 0, len(f.secret)), f.secret...)
	f.Wipe()
	return out
}

// Same reports whether two secrets are the same.
func (f *Field) Same(o *Field) bool { return slices.Equal(f.secret, o.secret) }

// Wipe overwrites a secret.
func (f *Field) Wipe() {
	clear(f.secret[:cap(f.secret)])
	f.secret = f.secret[:0]
}

// typed adds a letter and reports whether there was something to do.
func (f *Field) typed(r rune) bool {
	switch f.Pad {
	case Choice:
		return false
	case Many:
		if r == ' ' {
			f.pick(f.At)
		}
		return r == ' '
	case Secret, PIN:
		return f.hide(r)
	}
	line := f.entered()
	if f.fresh && f.Pad != Text && (entry.Digits(r) || r == '.') {
		line.Clear()
	}
	f.fresh = false
	taken := line.Type(r)
	if f.Problem = ""; line.Full {
		f.Problem = f.full()
	}
	return taken
}

func (f *Field) full() string { return text.Get("form.full", strconv.Itoa(f.Most)) }

// hide adds a letter to a secret.
func (f *Field) hide(r rune) bool {
	if !unicode.IsPrint(r) || f.Pad == PIN && !entry.Digits(r) {
		return false
	}
	if f.secret == nil {
		f.secret = make([]byte, 0, f.Most*utf8.UTFMax)
	}
	if f.Problem = ""; f.Len() >= f.Most {
		f.Problem = f.full()
		return false
	}
	f.secret = utf8.AppendRune(f.secret, r)
	return true
}

// press takes a key of a keypad.
func (f *Field) press(c caps.Cap) {
	if c == caps.Erase {
		f.erase()
		return
	}
	for _, r := range string(c) {
		f.typed(r)
	}
}

func (f *Field) erase() {
	f.Problem, f.fresh = "", false
	switch f.Pad {
	case Choice, Many:
	case Secret, PIN:
		if n := len(f.secret); n > 0 {
			_, size := utf8.DecodeLastRune(f.secret)
			clear(f.secret[n-size:])
			f.secret = f.secret[:n-size]
		}
	default:
		f.entered().Erase()
	}
}

// pick chooses an option; of Many it may be taken back.
func (f *Field) pick(i int) {
	if i < 0 || i >= len(f.Options) {
		return
	}
	f.At, f.Problem = i, ""
	value := f.Options[i].Value
	switch {
	case f.Pad == Choice:
		f.picked = []string{value}
	case f.Picked(i):
		f.picked = slices.DeleteFunc(f.picked, func(v string) bool { return strings.EqualFold(v, value) })
	default:
		f.picked = append(f.picked, value)
	}
}

// check finds what is wrong, puts the sentence beside the field, and reports
// whether all is well.
func (f *Field) check() bool {
	f.Problem = ""
	switch {
	case f.Hidden() && f.CheckSecret != nil:
		f.Problem = f.CheckSecret(f.secret)
	case !f.Hidden() && f.Check != nil:
		f.Problem = f.Check(f.Value())
	}
	return f.Problem == ""
}
