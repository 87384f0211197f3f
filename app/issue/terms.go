package issue

import (
	"strconv"
	"strings"

	"paydesk/app/entry"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// Field is a field of the form.
type Field int

// The fields, in the order of Tab.
const (
	First Field = iota
	Last
	Uses
	MCC
	Purchase
	fields
)

// fieldNames are the fields in the catalogue's keys.
var fieldNames = [fields]string{"first", "last", "uses", "mcc", "purchase"}

// validFor is how long a card can be good for (ConnexPay API, IssueCard).
var validFor = []string{"TRANSACTION", "DAY", "WEEK", "MONTH", "LIFETIME"}

// mostUses bounds the usage limit (ConnexPay API, IssueCard).
const mostUses = 100

// terms is the form. What is typed stays as it is; what is wrong is said.
type terms struct {
	lines  [fields]*entry.Line
	left   [fields]bool // somebody was in the field and left it
	chosen Field
	valid  int // of validFor
}

func newTerms() terms {
	letters := func(r rune) bool { return entry.Digits(r) || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }
	return terms{lines: [fields]*entry.Line{
		entry.NewLine(50, nil), entry.NewLine(50, nil), entry.NewLine(3, entry.Digits), entry.NewLine(4, entry.Digits), entry.NewLine(4, letters),
	}}
}

// clear begins a new form.
func (t *terms) clear() {
	for _, l := range t.lines {
		l.Clear()
	}
	t.left, t.chosen, t.valid = [fields]bool{}, First, 0
	t.lines[Purchase].Set("01")
}

// single reports that the card is good for one payment, which has no count.
func (t *terms) single() bool { return validFor[t.valid] == "TRANSACTION" }

// wrong is what is wrong with a field, whether anybody was there or not.
func (t *terms) wrong(f Field) string {
	typed := t.lines[f].Text()
	switch {
	case (f == First || f == Last) && t.lines[f].HasCard():
		return text.Get("issue.wrong.card")
	case t.lines[f].Full:
		return text.Get("issue.wrong.full", strconv.Itoa(t.lines[f].Most()))
	case f == Uses && !t.single():
		if n, err := strconv.Atoi(typed); err != nil || n < 1 || n > mostUses {
			return text.Get("issue.wrong.uses", strconv.Itoa(mostUses))
		}
	case f == MCC && typed != "" && len(typed) != t.lines[f].Most():
		return text.Get("issue.wrong.mcc")
	case (f == First || f == Last || f == Purchase) && typed == "":
		return text.Get("issue.wrong." + fieldNames[f])
	}
	return ""
}

// said is what is to be said of a field now: that something is missing only
// once somebody was there, and what more letters cannot mend at once.
func (t *terms) said(f Field) string {
	l := t.lines[f]
	if t.left[f] || l.Full || l.Len() > 0 && (f == First || f == Last || l.Len() == l.Most()) {
		return t.wrong(f)
	}
	return ""
}

// firstWrong is the first field that keeps the form from being whole.
func (t *terms) firstWrong() (Field, bool) {
	for f := range fields {
		if t.wrong(f) != "" {
			return f, true
		}
	}
	return 0, false
}

// choose goes to a field; the one before was left.
func (t *terms) choose(f Field) {
	if f != t.chosen {
		t.left[t.chosen] = true
	}
	t.chosen = f
}

// move goes some fields on, or back.
func (t *terms) move(by int) {
	next := (t.chosen + Field(by) + fields) % fields
	if next == Uses && t.single() {
		next = (next + Field(by) + fields) % fields
	}
	t.choose(next)
}

// order is the form as the terminal takes it.
func (t *terms) order() order.IssueTerms {
	out := order.IssueTerms{FirstName: t.lines[First].Text(), LastName: t.lines[Last].Text(), ValidFor: validFor[t.valid],
		MCC: t.lines[MCC].Text(), PurchaseType: t.lines[Purchase].Text()}
	if !t.single() {
		out.UsageLimit, _ = strconv.Atoi(t.lines[Uses].Text())
	}
	return out
}

// validWords are the times that a card can be good for, in words.
func validWords() (words []string) {
	for _, v := range validFor {
		words = append(words, text.Get("issue.valid."+strings.ToLower(v)))
	}
	return words
}
