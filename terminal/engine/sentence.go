package engine

import (
	"fmt"

	"paydesk/terminal/money"
)

// Sentence is what the terminal says to a person: the English wording, and
// apart from it what is put in, so that a screen can say the same in another
// language and write amounts as that does. An argument may be a sentence itself.
type Sentence struct {
	Format string // as fmt.Sprintf has it
	Args   []any
}

// String is the sentence in English.
func (s Sentence) String() string {
	if len(s.Args) == 0 {
		return s.Format
	}
	shown := make([]any, len(s.Args))
	for i, arg := range s.Args {
		shown[i] = arg
		if a, ok := arg.(money.Amount); ok {
			shown[i] = a.Display()
		} // a Sentence says itself
	}
	return fmt.Sprintf(s.Format, shown...)
}

// sentence is a format with what is put in.
func sentence(format string, args ...any) Sentence { return Sentence{format, args} }

// say makes a problem of a sentence with something put in.
func say(code string, err error, format string, args ...any) *Problem {
	s := Sentence{format, args}
	return &Problem{Code: code, Text: s.String(), Err: err, Say: s}
}
