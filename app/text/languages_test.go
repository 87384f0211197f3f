package text

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var put = regexp.MustCompile(`\{\d\}|%(\[\d\])?[a-z]`)

// Every language has every key and every sentence of the terminal, with the
// same things put into each, and nothing else.
func TestEveryLanguageIsComplete(t *testing.T) {
	english := In(English).catalogue
	sentences := map[string]string{}
	for _, said := range spoken(t) {
		sentences[said] = said
	}
	if len(sentences) < 300 {
		t.Fatalf("only %d sentences found in the code", len(sentences))
	}
	for _, l := range Languages[1:] {
		w := In(l.Code)
		compare(t, l.Code, "key", counted(english, l.ZeroIsOne), w.catalogue)
		compare(t, l.Code, "sentence", sentences, w.sentences)
	}
}

// counted is the catalogue for a language in which nothing counts as one: the
// form for one has to tell the number there.
func counted(english map[string]string, zeroIsOne bool) map[string]string {
	if !zeroIsOne {
		return english
	}
	english = maps.Clone(english)
	for key, words := range english {
		if strings.HasSuffix(key, ".one") && !strings.Contains(words, "{0}") {
			english[key] = words + "{0}"
		}
	}
	return english
}

func compare(t *testing.T, language, what string, english, other map[string]string) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(english)) {
		words, ok := other[key]
		switch {
		case !ok:
			t.Errorf("%s lacks the %s %q", language, what, key)
		case strings.TrimSpace(words) == "" && english[key] != "":
			t.Errorf("%s has nothing for the %s %q", language, what, key)
		case !slices.Equal(slices.Sorted(slices.Values(put.FindAllString(words, -1))), slices.Sorted(slices.Values(put.FindAllString(english[key], -1)))):
			t.Errorf("%s puts other things into the %s %q: %q", language, what, key, words)
		}
	}
	for key := range other {
		if _, ok := english[key]; !ok {
			t.Errorf("%s has the %s %q, which nothing says", language, what, key)
		}
	}
}
