package text

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// What devices tell comes as finished English: sentences with names of ports in
// them, one behind the other. heard finds the sentences in it again.

// form is a sentence with places for what is put in: the texts around them.
type form struct {
	english string
	parts   []string
}

// leastPart is how many letters a form has before its first place, so that no
// text fits it by chance.
const leastPart = 8

// forms are the sentences that a text may begin with, the longest first.
var forms = sync.OnceValue(func() []form {
	var all []form
	for english := range In(Languages[1].Code).sentences { // each language has all
		f := form{english, strings.Split(english, "%s")}
		if strings.Contains(strings.Join(f.parts, ""), "%") {
			continue // numbers and amounts come as they are, never finished
		}
		if len(f.parts) == 1 || len(f.parts[0]) >= leastPart && f.parts[len(f.parts)-1] != "" {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b form) int { return len(b.english) - len(a.english) })
	return all
})

// begins reports that the text begins with the form, what was put in, and what
// comes behind.
func (f form) begins(text string) (put []any, rest string, ok bool) {
	rest, ok = strings.CutPrefix(text, f.parts[0])
	for _, part := range f.parts[1:] {
		at := strings.Index(rest, part)
		if !ok || at < 1 || strings.Contains(rest[:at], ". ") {
			return nil, "", false
		}
		put, rest = append(put, rest[:at]), rest[at+len(part):]
	}
	after, spaced := strings.CutPrefix(rest, " ")
	return put, after, ok && (spaced || rest == "")
}

// heard is a finished text in the language, as far as its sentences are known;
// what is not stays as it is.
func (w *Words) heard(text string) string {
	if text == "" || len(w.sentences) == 0 {
		return text
	}
	for _, f := range forms() {
		if put, rest, ok := f.begins(text); ok {
			return strings.TrimSpace(fmt.Sprintf(w.sentences[f.english], put...) + " " + w.heard(rest))
		}
	}
	return text
}
