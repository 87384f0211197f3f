package text

import (
	"strconv"
	"time"

	"paydesk/terminal/locale"
	"paydesk/terminal/money"
)

// The codes of the languages, as the settings have them.
const (
	English    = locale.English
	Spanish    = locale.Spanish
	French     = locale.French
	German     = locale.German
	Portuguese = locale.Portuguese
	Hindi      = locale.Hindi
)

// Language is how a language names itself, and how it writes amounts and dates.
type Language = locale.Language

// Languages lists those that are complete, the program's own first.
var Languages = locale.Languages

// Language is which one it is.
func (w *Words) Language() Language { return w.language }

// Money is an amount with the sign of its currency, such as "1.234,50 €".
func (w *Words) Money(a money.Amount) string { return w.language.Money(a) }

// Number is a whole number with its groups parted.
func (w *Words) Number(n int) string { return w.language.Number(n) }

// Date is a day without its year, such as "2 Jan".
func (w *Words) Date(t time.Time) string { return w.language.Date(t) }

// Day is a day with everything, such as "Fri 2 Jan 2026".
func (w *Words) Day(t time.Time) string { return w.Near(t) + " " + strconv.Itoa(t.Year()) }

// Near is a day of this or the next week, such as "Fri 2 Jan".
func (w *Words) Near(t time.Time) string { return w.language.Weekday(t) + " " + w.Date(t) }

// Moment is a day and a time, such as "2 Jan 15:04".
func (w *Words) Moment(t time.Time) string { return w.Date(t) + " " + Clock(t) }

// Dated is a day with its year, such as "2 Jan 2026".
func (w *Words) Dated(t time.Time) string { return w.language.Dated(t) }

// Whole is a moment with everything, such as "Fri 2 Jan 2026 15:04".
func (w *Words) Whole(t time.Time) string { return w.Day(t) + " " + Clock(t) }

// Month is a month of a year, such as "Jan 2026".
func (w *Words) Month(t time.Time) string { return w.language.Month(t) }

// Clock is a time of the day.
func Clock(t time.Time) string { return t.Format("15:04") }

// Number is a whole number in the language of the till.
func Number(n int) string { return Current().Number(n) }

// Date is a day without its year in the language of the till.
func Date(t time.Time) string { return Current().Date(t) }

// Day is a day with everything in the language of the till.
func Day(t time.Time) string { return Current().Day(t) }

// Moment is a day and a time in the language of the till.
func Moment(t time.Time) string { return Current().Moment(t) }

// Whole is a moment with everything in the language of the till.
func Whole(t time.Time) string { return Current().Whole(t) }

// Month is a month of a year in the language of the till.
func Month(t time.Time) string { return Current().Month(t) }

// Near is a day of this or the next week in the language of the till.
func Near(t time.Time) string { return Current().Near(t) }

// Dated is a day with its year in the language of the till.
func Dated(t time.Time) string { return Current().Dated(t) }
