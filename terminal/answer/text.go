package answer

import (
	"regexp"
	"strings"
)

// longest is the longest error text that is looked at, in bytes. The longest
// of the document has 165.
const longest = 1000

// placeholders are the parts of the document's texts that differ, with what
// may stand in their place. The name of an entity is at most three words, so
// that no sentence of another kind fits between two halves of a text.
var placeholders = map[string]string{
	"(entity)":         `[a-z0-9_]+(?: [a-z0-9_]+){0,2}`,
	"(transaction)":    `[a-z0-9_]+(?: [a-z0-9_]+){0,2}`,
	"(amount)":         `\$?[0-9][0-9,]*(?:\.[0-9]+)?`,
	"(error code)":     `(?P<code>[a-z][0-9]{4})`,
	" (error message)": `(?: .*)?`,
}

// pattern is an error text with placeholders.
type pattern struct {
	answer Answer
	match  *regexp.Regexp
}

// newPattern makes the pattern of a text, if it has placeholders.
func newPattern(a Answer) (pattern, bool) {
	written, has := regexp.QuoteMeta(plain(a.Message)), false
	for name, matches := range placeholders {
		name = regexp.QuoteMeta(name)
		has = has || strings.Contains(written, name)
		written = strings.ReplaceAll(written, name, matches)
	}
	if !has {
		return pattern{}, false
	}
	return pattern{a, regexp.MustCompile("^" + written + "$")}, true
}

var (
	// place is where in the service's program a text comes from: "B.CB.GS01".
	place = regexp.MustCompile(` b\.[a-z]{1,4}\.[a-z]{0,2}[0-9]{1,3}$`)
	// oneCode is a code as texts carry it.
	oneCode = regexp.MustCompile(`error code:? *[a-z][0-9]{4}`)
	// marks are the signs that are written in more than one way.
	marks = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "–", "-", "—", "-")
)

// plain is a text without what does not matter: case, quotes around it, the
// form of quotes and dashes, spaces, a full stop at its end and the place in
// the service's program.
func plain(text string) string {
	text = strings.ToLower(marks.Replace(strings.Join(strings.Fields(text), " ")))
	text = place.ReplaceAllString(strings.Trim(text, `". `), "")
	return strings.Trim(text, `". `)
}

// Text is the answer of an error text (ConnexPay API, Other Errors). The whole
// text has to fit: one that only begins like a known one is unknown. A text
// that carries the code of a refusal is the answer of that code; no text is
// ever an approval.
func Text(message string) (Answer, bool) {
	if len(message) > longest {
		return Answer{}, false
	}
	text := plain(message)
	if a, ok := data.texts[text]; ok {
		return a, true
	}
	for _, p := range data.patterns {
		found := p.match.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		if i := p.match.SubexpIndex("code"); i > 0 {
			return p.answer.carrying(strings.ToUpper(found[i]), text), true
		}
		return p.answer, true
	}
	return Answer{}, false
}

// carrying is the answer of the one code that a text carries. Where it is not
// known, or where the text carries two, the text says no more than itself.
func (a Answer) carrying(code, text string) Answer {
	inside, known := Code(code)
	if !known || inside.Result == Approved || len(oneCode.FindAllString(text, 2)) > 1 {
		a.Code = code
		return a
	}
	inside.calls = a.calls
	return inside
}
