package receipts

import (
	"fmt"
	"time"

	"paydesk/terminal/money"
)

// Tongue is the language of a receipt. The zero value is English, and so is
// whatever of it is not set. Its functions are safe for many goroutines.
type Tongue struct {
	Lang string // BCP 47 tag
	// Say is a label or sentence in this language, by its English wording, with
	// its arguments put in as fmt.Sprintf does. What is not known stays English.
	Say func(english string, args ...any) string
	// Money is an amount with the sign of its currency.
	Money func(money.Amount) string
	// Moment is a time with its seconds and zone: a slip may be read in another.
	Moment func(time.Time) string
}

func (t Tongue) lang() string {
	if t.Lang == "" {
		return "en"
	}
	return t.Lang
}

func (t Tongue) say(english string, args ...any) string {
	said := english
	switch {
	case said == "":
		return ""
	case t.Say != nil:
		return t.Say(said, args...)
	case len(args) == 0:
		return said
	}
	return fmt.Sprintf(said, args...)
}

// Sentence is an English text in this language, with the stop that it ends
// sentences with; "" stays so.
func (t Tongue) Sentence(english string) string {
	if english == "" {
		return ""
	}
	return t.say("%s.", t.say(english))
}

func (t Tongue) money(a money.Amount) string {
	if t.Money == nil {
		return a.Display()
	}
	return t.Money(a)
}

func (t Tongue) moment(at time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case t.Moment != nil:
		return t.Moment(at)
	}
	return at.Format("Jan 2, 2006 15:04:05 MST")
}
