package order

import (
	"slices"
	"testing"
	"time"

	"paydesk/terminal/money"
)

func TestQueryMatch(t *testing.T) {
	at := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	a := Attempt{Number: "ABCDE1", Order: "ORDER7", State: Approved, Asked: usd(1250), Last4: "1111", Holder: "ANN O'NEIL",
		Operator: "ann", Created: at, AuthCode: "OK1234", Reference: "REF-99"}
	const note = "Größe 42, Table 12"
	for name, tt := range map[string]struct {
		q    Query
		want bool
	}{
		"all":                    {Query{}, true},
		"from its moment":        {Query{From: at}, true},
		"from later":             {Query{From: at.Add(1)}, false},
		"to its moment":          {Query{To: at}, false},
		"to later":               {Query{To: at.Add(1)}, true},
		"exact amount":           {Query{Least: usd(1250), Most: usd(1250)}, true},
		"more":                   {Query{Least: usd(1251)}, false},
		"less":                   {Query{Most: usd(1249)}, false},
		"nothing at most":        {Query{Most: usd(0)}, false},
		"other currency":         {Query{Least: money.New(1250, "EUR")}, false},
		"card":                   {Query{Last4: "1111"}, true},
		"other card":             {Query{Last4: "111"}, false},
		"one of two states":      {Query{States: []State{Declined, Approved}}, true},
		"other state":            {Query{States: []State{Declined}}, false},
		"a sale":                 {Query{Kinds: []Kind{KindSale}}, true},
		"a hold":                 {Query{Kinds: []Kind{KindAuth}}, false},
		"operator":               {Query{Operator: "bob"}, false},
		"number begins":          {Query{Number: "ABC"}, true},
		"number does not":        {Query{Number: "BCD"}, false},
		"holder":                 {Query{Text: "neil"}, true},
		"words of all texts":     {Query{Text: "12 GRÖ an ok1 ref order7"}, true},
		"one word is not there":  {Query{Text: "ann bob"}, false},
		"the middle of a word":   {Query{Text: "able"}, false},
		"no word":                {Query{Text: " - "}, true},
		"right card, wrong text": {Query{Last4: "1111", Text: "bob"}, false},
	} {
		if got := tt.q.Match(a, note); got != tt.want {
			t.Errorf("%s: got %t", name, got)
		}
		if narrow := tt.q.Narrow(); !narrow && !tt.want && tt.q.From.IsZero() && tt.q.To.IsZero() {
			t.Errorf("%s: leaves something out and is not narrow", name)
		}
	}
	if got, want := Words("Table 12, table 12; Ähre"), []string{"12", "table", "ähre"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
