package form

import (
	"paydesk/app/keys"
	"paydesk/app/widgets/caps"
)

// Form is some fields, of which one is filled in. All methods are for the
// window's goroutine.
type Form struct {
	// Changed is called when the form is to be shown again, Done when the last
	// field is finished and nothing is wrong.
	Changed func()
	Done    func()
	// Lines says that the fields are the lines of one text: an empty one ends it.
	Lines bool

	fields []*Field
	at     int
}

// New makes a form; each field has been filled.
func New(fields ...*Field) *Form {
	return &Form{Changed: func() {}, Done: func() {}, fields: fields}
}

// Fields are all fields in their order.
func (f *Form) Fields() []*Field { return f.fields }

// Field is the one with a key, which is there.
func (f *Form) Field(key string) *Field {
	for _, field := range f.fields {
		if field.Key == key {
			return field
		}
	}
	return &Field{Key: key}
}

// At is the field that is filled in now.
func (f *Form) At() int { return f.at }

// Now is the field that is filled in now; a form has one at least.
func (f *Form) Now() *Field { return f.fields[f.at] }

// Choose goes to a field. What is wrong with the one that was left is said.
func (f *Form) Choose(i int) {
	if i < 0 || i >= len(f.fields) {
		return
	}
	if i != f.at {
		f.Now().check()
		f.Now().fresh = true
	}
	f.at = i
	f.Changed()
}

// Move goes to the next field or the one before.
func (f *Form) Move(by int) { f.Choose(f.at + by) }

// Key handles a key of the keyboard.
func (f *Form) Key(k keys.Key) bool {
	now := f.Now()
	options := now.Pad == Choice || now.Pad == Many
	switch {
	case k == keys.Enter:
		f.Enter()
	case k == keys.Save:
		f.End()
	case k == keys.Erase:
		now.erase()
		f.Changed()
	case k == keys.Up && options && now.At > 0:
		f.mark(now.At - 1)
	case k == keys.Down && options && now.At < len(now.Options)-1:
		f.mark(now.At + 1)
	case k == keys.Up:
		f.Move(-1)
	case k == keys.Down:
		f.Move(1)
	case k == keys.Tab && len(f.fields) > 1:
		f.Choose((f.at + 1) % len(f.fields))
	default:
		return false
	}
	return true
}

// mark goes to an option. Of a choice it is chosen with that.
func (f *Form) mark(i int) {
	now := f.Now()
	if now.At = i; now.Pad == Choice {
		now.pick(i)
	}
	f.Changed()
}

// Pick takes an option that was pressed.
func (f *Form) Pick(i int) {
	f.Now().pick(i)
	f.Changed()
}

// Rune handles a letter of the keyboard, real or on the screen.
func (f *Form) Rune(r rune) {
	now := f.Now()
	now.typed(r)
	f.known(now)
	f.Changed()
}

// Press handles a key of a keypad.
func (f *Form) Press(c caps.Cap) {
	f.Now().press(c)
	f.known(f.Now())
	f.Changed()
}

// known says at once what is wrong with a number: it is short, and wrong as
// soon as it is too large. A text is looked at when it is left.
func (f *Form) known(now *Field) {
	if now.Problem == "" && (now.Pad == Digits || now.Pad == Decimal || now.Pad == Money) {
		now.check()
	}
}

// Paste adds text of any length.
func (f *Form) Paste(words string) {
	now := f.Now()
	for _, r := range words {
		if r == '\n' || r == '\t' {
			r = ' '
		}
		if now.typed(r); now.Problem != "" {
			break // there is no room for more
		}
	}
	f.Changed()
}

// Enter finishes the field: it goes on to the next, or ends the form.
func (f *Form) Enter() {
	if !f.Now().check() {
		f.Changed()
		return
	}
	if f.at < len(f.fields)-1 && !(f.Lines && f.Now().Value() == "") {
		f.Move(1)
		return
	}
	f.End()
}

// End ends the form from any field, if nothing is wrong; else it goes to the
// first field that is.
func (f *Form) End() {
	wrong := -1
	for i, field := range f.fields {
		if !field.check() && wrong < 0 {
			wrong = i
		}
	}
	if wrong >= 0 {
		f.at = wrong
		f.Changed()
		return
	}
	f.Done()
}

// Say puts a sentence beside a field and goes there.
func (f *Form) Say(key, problem string) {
	for i, field := range f.fields {
		if field.Key == key {
			f.at, field.Problem = i, problem
		}
	}
	f.Changed()
}

// Wipe overwrites every secret.
func (f *Form) Wipe() {
	for _, field := range f.fields {
		if field.Hidden() {
			field.Wipe()
		}
	}
}
