// Package text is for the words on the screens: catalogues looked up by key,
// one per language, and the forms in which each language writes amounts and
// dates. English is the language of the program; what another lacks is said in
// English.
package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"paydesk/assets"
	"paydesk/terminal/engine"
	"paydesk/terminal/locale"
	"paydesk/terminal/money"
)

// Words are the words and forms of one language. They never change: share them
// freely between goroutines.
type Words struct {
	language Language
	// catalogue is by key; sentences has the translations of the sentences that
	// the terminal itself says, by their English wording.
	catalogue, sentences map[string]string
}

// current is the language of the till.
var current atomic.Pointer[Words]

func init() { current.Store(In(English)) }

// loaded keeps what was read: a catalogue is read when it is first used.
var loaded sync.Map

// In is the language of a code of the settings; one that is not known is
// English.
func In(code string) *Words {
	l := locale.Of(code)
	if w, ok := loaded.Load(l.Code); ok {
		return w.(*Words)
	}
	w := &Words{language: l, catalogue: map[string]string{}, sentences: map[string]string{}}
	parts, _ := fs.Glob(assets.Text, "text/"+l.Code+"/*.json")
	for _, part := range parts {
		into := &w.catalogue
		if strings.HasSuffix(part, "/"+sentenceFile) {
			into = &w.sentences
		}
		// A part that cannot be read is found by the tests; at run time English
		// takes its place.
		if data, err := assets.Text.ReadFile(part); err == nil {
			_ = json.Unmarshal(data, into)
		}
	}
	kept, _ := loaded.LoadOrStore(l.Code, w)
	return kept.(*Words)
}

// sentenceFile holds what a language has for sentences of the terminal.
const sentenceFile = "sentences.json"

// Use makes a language that of the till. What was looked up before stays as it
// is: the screens are built anew behind it.
func Use(code string) { current.Store(In(code)) }

// Current is the language of the till.
func Current() *Words { return current.Load() }

// Get is the text of a key in the language of the till.
func Get(key string, args ...string) string { return Current().Get(key, args...) }

// Count is the text for a number of things in the language of the till.
func Count(key string, n int, args ...string) string { return Current().Count(key, n, args...) }

// Money is an amount as the language of the till writes it.
func Money(a money.Amount) string { return Current().Money(a) }

// Of is the sentence of an error for a person at the till.
func Of(err error) string { return Current().Of(err) }

// Say is a sentence of the terminal in the language of the till.
func Say(english string, args ...any) string { return Current().Say(english, args...) }

// Has reports whether the program's own language has the key.
func Has(key string) bool {
	_, ok := In(English).catalogue[key]
	return ok
}

// Get is the text of a key, with {0}, {1} … replaced by the arguments. A key
// that is nowhere is shown as itself.
func (w *Words) Get(key string, args ...string) string {
	words, ok := w.catalogue[key]
	if !ok {
		if words, ok = In(English).catalogue[key]; !ok {
			words = key
		}
	}
	for i, arg := range args {
		words = strings.ReplaceAll(words, "{"+strconv.Itoa(i)+"}", arg)
	}
	return words
}

// Count is the text for a number of things: key+".one" or key+".many", as the
// language counts. {0} is the number.
func (w *Words) Count(key string, n int, args ...string) string {
	form := ".many"
	if n == 1 || n == 0 && w.language.ZeroIsOne {
		form = ".one"
	}
	return w.Get(key+form, append([]string{strconv.Itoa(n)}, args...)...)
}

// Say is a sentence of the terminal, with its arguments put in as fmt.Sprintf
// does; amounts are written as the language writes them.
func (w *Words) Say(english string, args ...any) string {
	sentence, ok := w.sentences[english]
	switch {
	case !ok && len(args) == 0:
		return w.heard(english)
	case !ok:
		sentence = english
	}
	if len(args) == 0 {
		return sentence
	}
	shown := make([]any, len(args))
	for i, arg := range args {
		switch a := arg.(type) {
		case money.Amount:
			shown[i] = w.Money(a)
		case engine.Sentence:
			shown[i] = w.Say(a.Format, a.Args...)
		default:
			shown[i] = arg
		}
	}
	return fmt.Sprintf(sentence, shown...)
}

// Of is the sentence of an error for a person.
func (w *Words) Of(err error) string {
	if err == nil {
		return ""
	}
	p := (*engine.Problem)(nil)
	switch {
	case errors.As(err, &p) && Has("problem."+p.Code):
		return w.Get("problem." + p.Code)
	case p != nil && p.Say.Format != "":
		return w.Say(p.Say.Format, p.Say.Args...)
	case p != nil && p.Text != "":
		return w.Say(p.Text)
	}
	return w.Get("problem.other")
}

// Code is the code of an engine's problem, or "".
func Code(err error) string {
	if p := (*engine.Problem)(nil); errors.As(err, &p) {
		return p.Code
	}
	return ""
}
