// Package locale is for the forms in which languages write amounts, numbers and
// dates: on the screens and on paper alike. It is pure.
package locale

import (
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// The codes of the languages, as the settings have them.
const (
	English    = "en"
	Spanish    = "es"
	French     = "fr"
	German     = "de"
	Portuguese = "pt"
	Hindi      = "hi"
)

// Language is how a language names itself, and how it writes amounts and
// dates. The forms are those of Unicode CLDR 46 for the language without a
// country, with the year last and the 24-hour clock.
type Language struct {
	Code, Name string

	// point stands before the decimals, group between groups of digits; small
	// groups are the two digits of India above the first thousand. after: the
	// sign of the currency comes behind the number; apart: it stands apart before.
	point, group        string
	small, after, apart bool
	// ZeroIsOne: nothing counts as one.
	ZeroIsOne bool
	// days begin with Sunday. short is a day with its month, %d and %s.
	days   [7]string
	months [12]string
	short  string
}

// Languages lists those that are complete, the program's own first.
var Languages = []Language{
	{Code: English, Name: "English", point: ".", group: ",", short: "D M",
		days:   [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"},
		months: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}},
	{Code: Spanish, Name: "Español", point: ",", group: ".", after: true, short: "D M",
		days:   [7]string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
		months: [12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"}},
	{Code: French, Name: "Français", point: ",", group: "\u00a0", after: true, ZeroIsOne: true, short: "D M",
		days:   [7]string{"dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."},
		months: [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}},
	{Code: German, Name: "Deutsch", point: ",", group: ".", after: true, short: "D. M",
		days:   [7]string{"So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"},
		months: [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."}},
	{Code: Portuguese, Name: "Português", point: ",", group: ".", apart: true, ZeroIsOne: true, short: "D M",
		days:   [7]string{"dom.", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb."},
		months: [12]string{"jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."}},
	{Code: Hindi, Name: "हिन्दी", point: ".", group: ",", small: true, ZeroIsOne: true, short: "D M",
		days:   [7]string{"रवि", "सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि"},
		months: [12]string{"जन॰", "फ़र॰", "मार्च", "अप्रैल", "मई", "जून", "जुल॰", "अग॰", "सित॰", "अक्तू॰", "नव॰", "दिस॰"}},
}

// Of is the language of a code of the settings; one that is not known is
// English.
func Of(code string) Language {
	for _, l := range Languages {
		if l.Code == code {
			return l
		}
	}
	return Languages[0]
}

// Money is an amount with the sign of its currency, such as "1.234,50 €".
func (l Language) Money(a money.Amount) string {
	digits, sign := a.Decimal(), ""
	if strings.HasPrefix(digits, "-") {
		digits, sign = digits[1:], "-"
	}
	whole, decimals, some := strings.Cut(digits, ".")
	number := l.grouped(whole)
	if some {
		number += l.point + decimals
	}
	symbol := a.Currency.Symbol()
	if l.after {
		return sign + number + "\u00a0" + strings.TrimSpace(symbol)
	}
	if l.apart {
		symbol = strings.TrimSpace(symbol) + "\u00a0"
	}
	return sign + symbol + number
}

// grouped parts the digits of a whole number.
func (l Language) grouped(whole string) string {
	var groups []string
	for size := 3; len(whole) > size; {
		groups = append([]string{whole[len(whole)-size:]}, groups...)
		whole = whole[:len(whole)-size]
		if l.small {
			size = 2
		}
	}
	return strings.Join(append([]string{whole}, groups...), l.group)
}

// Number is a whole number with its groups parted.
func (l Language) Number(n int) string {
	if n < 0 {
		return "-" + l.grouped(strconv.Itoa(-n))
	}
	return l.grouped(strconv.Itoa(n))
}

// Date is a day without its year, such as "2 Jan".
func (l Language) Date(t time.Time) string {
	return strings.NewReplacer("D", strconv.Itoa(t.Day()), "M", l.months[t.Month()-1]).Replace(l.short)
}

// Weekday is the short name of the day of the week.
func (l Language) Weekday(t time.Time) string { return l.days[t.Weekday()] }

// Dated is a day with its year, such as "2 Jan 2026".
func (l Language) Dated(t time.Time) string { return l.Date(t) + " " + strconv.Itoa(t.Year()) }

// Month is a month of a year, such as "Jan 2026".
func (l Language) Month(t time.Time) string {
	return l.months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}
