package prefs

import (
	"errors"
	"unicode"
	"unicode/utf8"

	"paydesk/app/text"
	"paydesk/terminal/settings"
)

// Wrong is the sentence beside the field of a setting: what is wrong, in the
// language of the screens where it has words for it. It is "" without an error.
func Wrong(key string, err error) string {
	var p settings.Problem
	if !errors.As(err, &p) {
		return text.Of(err)
	}
	words := capital(p.Text)
	if text.Has("prefs.wrong." + p.Key) {
		words = text.Get("prefs.wrong." + p.Key)
	}
	if p.Key != key && p.Key != "" {
		return text.Get("prefs.other", Name(p.Key), words)
	}
	return words
}

func capital(words string) string {
	r, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(r)) + words[size:]
}
