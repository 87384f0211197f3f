// Package tongue is for receipts in the languages of the terminal: their labels
// and sentences, and how they write amounts and moments.
package tongue

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"paydesk/assets"
	"paydesk/receipts"
	"paydesk/terminal/locale"
	"paydesk/terminal/money"
)

// catalogues are the parts that a receipt's words come from: its own labels by
// their English wording, and the sentences that the terminal says.
var catalogues = []string{"text/%s/sentences.json", "text/receipts/%s.json"}

var loaded sync.Map

// In is the language of a code of the settings; one that is not known is
// English.
func In(code string) receipts.Tongue {
	l := locale.Of(code)
	if l.Code == locale.English {
		return receipts.Tongue{Lang: l.Code}
	}
	if t, ok := loaded.Load(l.Code); ok {
		return t.(receipts.Tongue)
	}
	words := map[string]string{}
	for _, name := range catalogues {
		// A part that cannot be read is found by the tests; at run time English
		// takes its place.
		if data, err := assets.Text.ReadFile(fmt.Sprintf(name, l.Code)); err == nil {
			_ = json.Unmarshal(data, &words)
		}
	}
	t := receipts.Tongue{Lang: l.Code, Money: l.Money, Moment: func(at time.Time) string { return moment(l, at) },
		Say: func(english string, args ...any) string { return say(l, words, english, args) }}
	kept, _ := loaded.LoadOrStore(l.Code, t)
	return kept.(receipts.Tongue)
}

func moment(l locale.Language, at time.Time) string {
	return l.Dated(at) + " " + at.Format("15:04:05 MST")
}

func say(l locale.Language, words map[string]string, english string, args []any) string {
	said, ok := words[english]
	if !ok {
		said = english
	}
	if len(args) == 0 {
		return said
	}
	shown := make([]any, len(args))
	for i, arg := range args {
		shown[i] = arg
		if a, ok := arg.(money.Amount); ok {
			shown[i] = l.Money(a)
		}
	}
	return fmt.Sprintf(said, shown...)
}
