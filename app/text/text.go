// Package text is for the words on the screens: one catalogue, looked up by
// key, so that another language is another file.
package text

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"paydesk/assets"
	"paydesk/terminal/engine"
)

var catalogue = load("en")

// load reads the catalogue of a language. A broken part of it is found by the
// tests; at run time it is empty, and keys are shown in place of words.
func load(language string) map[string]string {
	words := map[string]string{}
	parts, _ := fs.Glob(assets.Text, "text/"+language+"/*.json")
	for _, part := range parts {
		if data, err := assets.Text.ReadFile(part); err == nil {
			_ = json.Unmarshal(data, &words)
		}
	}
	return words
}

// Get is the text of a key, with {0}, {1} … replaced by the arguments. A key
// that is not there is shown as itself.
func Get(key string, args ...string) string {
	words, ok := catalogue[key]
	if !ok {
		words = key
	}
	for i, arg := range args {
		words = strings.ReplaceAll(words, "{"+strconv.Itoa(i)+"}", arg)
	}
	return words
}

// Has reports whether the catalogue has the key.
func Has(key string) bool {
	_, ok := catalogue[key]
	return ok
}

// Count is the text for a number of things: key+".one" for 1, else
// key+".many". {0} is the number.
func Count(key string, n int, args ...string) string {
	form := ".many"
	if n == 1 {
		form = ".one"
	}
	return Get(key+form, append([]string{strconv.Itoa(n)}, args...)...)
}

// Of is the sentence of an error for a person.
func Of(err error) string {
	if err == nil {
		return ""
	}
	p := (*engine.Problem)(nil)
	switch {
	case errors.As(err, &p) && Has("problem."+p.Code):
		return Get("problem." + p.Code)
	case p != nil && p.Text != "":
		return p.Text
	}
	return Get("problem.other")
}

// Code is the code of an engine's problem, or "".
func Code(err error) string {
	if p := (*engine.Problem)(nil); errors.As(err, &p) {
		return p.Code
	}
	return ""
}
