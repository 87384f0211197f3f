package history

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// What somebody types may be meant in several ways: 1111 may be the end of a
// card, an order number or an amount. So a text has readings, and what is found
// by any of them is found. Beyond mostReadings only the likeliest are kept.
const (
	mostReadings = 6
	mostWords    = 12
	// mostTyped is how many letters are taken.
	mostTyped = 100
)

// Reading is one way to understand what was typed.
type Reading struct {
	Query order.Query
	// Says is the reading in words, part by part.
	Says []string
	// loose: some word is looked for by its beginning.
	loose bool
}

// Context is what a text is read by.
type Context struct {
	Now      time.Time // in the zone of the shop
	Currency money.Currency
	People   []staff.Operator
}

// option is one way to read the first words of what is left: how many of them,
// and what it adds. add is false where it contradicts what was read before.
type option struct {
	words int
	add   func(*Reading) bool
}

// Ask reads what was typed. A text in which there is nothing to look for has no
// reading.
func Ask(typed string, c Context) []Reading {
	words := strings.Fields(typed)
	if len(words) > mostWords {
		words = words[:mostWords]
	}
	readings := []Reading{{}}
	for len(words) > 0 {
		options := c.options(words)
		var next []Reading
		for _, o := range options {
			for _, r := range readings {
				r.Says = slices.Clone(r.Says)
				if o.add(&r) && len(next) < mostReadings {
					next = append(next, r)
				}
			}
		}
		if len(next) > 0 { // a word without letters or digits asks for nothing
			readings = next
		}
		words = words[max(1, options[0].words):]
	}
	var all []Reading
	for _, r := range readings {
		r.Query.Whole = r.Query.Text != "" && !r.loose
		alike := func(o Reading) bool { return reflect.DeepEqual(o.Query, r.Query) }
		if len(r.Says) > 0 && !slices.ContainsFunc(all, alike) {
			all = append(all, r)
		}
	}
	return all
}

// options are the ways to read the first of the words, the likeliest first. All
// take as many words as the first does.
func (c Context) options(words []string) []option {
	if dates := c.dates(words); len(dates) > 0 {
		return dates
	}
	word := strings.ToLower(words[0])
	if a, sure := c.amount(word); sure {
		return []option{amountOption(a)}
	}
	switch digits := allDigits(word); {
	case strings.HasPrefix(word, "*") || strings.HasPrefix(word, "•"):
		if last := strings.TrimLeft(word, "*•"); len(last) == 4 && allDigits(last) {
			return []option{cardOption(last)}
		}
	case digits && len(word) <= 6:
		return c.digits(word)
	}
	var options []option
	if o, ok := c.known(word); ok {
		options = append(options, o)
	}
	if len(word) >= 5 && isNumber(word) {
		options = append(options, option{1, func(r *Reading) bool {
			took := r.Query.Number == ""
			r.Query.Number = strings.ToUpper(word)
			return r.say(took, text.Get("ask.number", r.Query.Number))
		}})
	}
	return append(options, textOption(word, true))
}

// digits are the ways to read a short number: the end of a card, an amount
// without cents, and a word such as an order number. A longer one may also be
// the beginning of a code of the bank's.
func (c Context) digits(word string) (options []option) {
	if len(word) == 4 {
		options = append(options, cardOption(word))
	}
	if a, err := money.Parse(word, c.Currency); err == nil && a.Minor > 0 {
		options = append(options, amountOption(a))
	}
	return append(options, textOption(word, len(word) > 4))
}

// amount reads what can only be an amount: with a symbol, or with cents.
func (c Context) amount(word string) (a money.Amount, sure bool) {
	symbol := strings.ToLower(strings.TrimSpace(c.Currency.Symbol()))
	bare := word
	for _, sign := range []string{symbol, strings.ToLower(string(c.Currency))} {
		if sign != "" {
			bare = strings.TrimSuffix(strings.TrimPrefix(bare, sign), sign)
		}
	}
	decimals := c.Currency.Decimals()
	point := strings.LastIndexAny(bare, ".,")
	cents := point >= 0 && decimals > 0 && len(bare)-point-1 == decimals
	if bare == word && !cents {
		return a, false
	}
	whole, rest := bare, ""
	if cents {
		whole, rest = bare[:point], bare[point+1:]
	}
	whole = strings.NewReplacer(",", "", ".", "", "'", "", "’", "").Replace(whole)
	if !allDigits(whole) || rest != "" && !allDigits(rest) {
		return a, false
	}
	if rest != "" {
		whole += "." + rest
	}
	a, err := money.Parse(whole, c.Currency)
	return a, err == nil
}

// known reads words with a meaning of their own: of a state, a kind or a person.
func (c Context) known(word string) (option, bool) {
	for _, s := range statuses {
		if named("ask.status."+s.name, word) {
			return option{1, func(r *Reading) bool { return s.add(r) }}, true
		}
	}
	for _, k := range kinds {
		if named("ask.kind."+k.name, word) {
			return option{1, func(r *Reading) bool { return k.add(r) }}, true
		}
	}
	for _, person := range c.People {
		if word == strings.ToLower(person.ID) || slices.Contains(strings.Fields(strings.ToLower(person.Name)), word) {
			return option{1, func(r *Reading) bool {
				took := r.Query.Operator == "" || r.Query.Operator == person.ID
				r.Query.Operator = person.ID
				return r.say(took, text.Get("ask.operator", person.Name))
			}}, true
		}
	}
	return option{}, false
}

// named reports whether the catalogue has the word among those of a key.
func named(key, word string) bool {
	return slices.Contains(strings.Fields(strings.ToLower(text.Get(key))), word)
}

func (r *Reading) say(took bool, words string) bool {
	r.Says = append(r.Says, words)
	return took
}

func amountOption(a money.Amount) option {
	return option{1, func(r *Reading) bool {
		took := r.Query.Least == (money.Amount{})
		r.Query.Least, r.Query.Most = a, a
		return r.say(took, text.Money(a))
	}}
}

func cardOption(last4 string) option {
	return option{1, func(r *Reading) bool {
		took := r.Query.Last4 == ""
		r.Query.Last4 = last4
		return r.say(took, text.Get("ask.card", last4))
	}}
}

func textOption(word string, loose bool) option {
	return option{1, func(r *Reading) bool {
		r.Query.Text = strings.TrimSpace(r.Query.Text + " " + word)
		r.loose = r.loose || loose
		return r.say(len(order.Words(word)) > 0, "“"+word+"”")
	}}
}

// dates are the ways to read the first words as a day; two where nobody can tell
// day and month apart.
func (c Context) dates(words []string) (options []option) {
	today := midnight(c.Now)
	first := strings.ToLower(strings.Trim(words[0], ".,"))
	switch {
	case named("ask.today", first):
		return []option{dayOption(1, today)}
	case named("ask.yesterday", first):
		return []option{dayOption(1, today.AddDate(0, 0, -1))}
	}
	if day, n, ok := c.monthName(words); ok {
		return []option{dayOption(n, day)}
	}
	if day, err := time.ParseInLocation(time.DateOnly, first, today.Location()); err == nil {
		return []option{dayOption(1, day)}
	}
	for _, form := range []string{"2.1.2006", "2/1/2006", "1/2/2006"} {
		if day, err := time.ParseInLocation(form, first, today.Location()); err == nil && day.Year() > 0 {
			options = append(options, dayOption(1, day))
			if len(options) == 2 && day.Day() == int(day.Month()) {
				return options[:1]
			}
		}
	}
	return options
}

// monthName reads "12 May", "May 12" and either with a year.
func (c Context) monthName(words []string) (day time.Time, n int, ok bool) {
	var part, ends = []string{}, []int{}
	for i, word := range words { // as in 12 de mayo de 2026
		if word = strings.ToLower(strings.Trim(word, ".,")); word != "de" && len(part) < 3 {
			part, ends = append(part, word), append(ends, i+1)
		}
	}
	if len(part) < 2 {
		return day, 0, false
	}
	month, number := monthOf(part[0]), part[1]
	if month == 0 {
		month, number = monthOf(part[1]), part[0]
	}
	date, err := strconv.Atoi(number)
	if month == 0 || err != nil || date < 1 || date > 31 {
		return day, 0, false
	}
	n, year := ends[1], 0
	if len(part) > 2 && len(part[2]) == 4 && allDigits(part[2]) {
		if y, _ := strconv.Atoi(part[2]); y >= 2000 && y < 2100 {
			n, year = ends[2], y
		}
	}
	for y := c.Now.Year(); year == 0; y-- { // the newest that is not ahead
		if day = time.Date(y, month, date, 0, 0, 0, 0, c.Now.Location()); !day.After(c.Now) && day.Day() == date || y < c.Now.Year()-8 {
			year = y
		}
	}
	day = time.Date(year, month, date, 0, 0, 0, 0, c.Now.Location())
	return day, n, day.Day() == date // there is no 31 June
}

// unmarked takes the marks off letters, which people leave out when they search.
var unmarked = strings.NewReplacer("à", "a", "â", "a", "ä", "a", "ã", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "û", "u", "ü", "u")

// monthOf is the month of a name or of at least its first three letters.
func monthOf(word string) time.Month {
	if len([]rune(word)) < 3 {
		return 0
	}
	word = unmarked.Replace(word)
	for i, name := range strings.Fields(unmarked.Replace(strings.ToLower(text.Get("ask.months")))) {
		if strings.HasPrefix(name, word) {
			return time.Month(i + 1)
		}
	}
	return 0
}

func dayOption(words int, day time.Time) option {
	return option{words, func(r *Reading) bool {
		took := r.Query.From.IsZero()
		r.Query.From, r.Query.To = day, day.AddDate(0, 0, 1)
		return r.say(took, text.Day(day))
	}}
}

func allDigits(word string) bool {
	return word != "" && strings.IndexFunc(word, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// isNumber reports whether a word may be the beginning of a number of this
// program.
func isNumber(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0 &&
		strings.ContainsAny(word, "0123456789")
}
