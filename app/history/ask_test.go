package history

import (
	"fmt"
	"paydesk/app/text"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

var asking = Context{Now: time.Date(2026, 5, 12, 10, 42, 0, 0, time.UTC), Currency: money.USD,
	People: []staff.Operator{{ID: "op1", Name: "Maria Lopez"}, {ID: "op2", Name: "James"}}}

// short is a query in a few words.
func short(q order.Query) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+":"+value)
		}
	}
	if q.Least != (money.Amount{}) {
		add("amount", q.Least.Decimal())
	}
	add("card", q.Last4)
	add("number", q.Number)
	if !q.From.IsZero() {
		add("day", q.From.Format(time.DateOnly))
	}
	if q.States != nil {
		add("state", string(q.States[0]))
	}
	if q.Kinds != nil {
		add("kind", string(q.Kinds[0])+".")
	}
	add("by", q.Operator)
	if q.Whole {
		add("whole", q.Text)
	} else {
		add("text", q.Text)
	}
	return strings.Join(parts, " ")
}

func TestAsk(t *testing.T) {
	for typed, want := range map[string][]string{
		"12.50":        {"amount:12.50"},
		"$12":          {"amount:12.00"},
		"1,234.50":     {"amount:1234.50"},
		"1.234,50":     {"amount:1234.50"},
		"12,50":        {"amount:12.50"},
		"usd 5":        {"amount:5.00 text:usd", "text:usd 5"},
		"5usd":         {"amount:5.00"},
		"12.5":         {"text:12.5"},
		"45":           {"amount:45.00", "whole:45"},
		"0":            {"whole:0"},
		"1111":         {"card:1111", "amount:1111.00", "whole:1111"},
		"*1111":        {"card:1111"},
		"••••1111":     {"card:1111"},
		"104233":       {"amount:104233.00", "text:104233"},
		"12345678":     {"number:12345678", "text:12345678"},
		"Ada":          {"text:ada"},
		"ada lovel":    {"text:ada lovel"},
		"Größe 7":      {"amount:7.00 text:größe", "text:größe 7"},
		"K7P2Q000010":  {"number:K7P2Q000010", "text:k7p2q000010"},
		"a04217":       {"number:A04217", "text:a04217"},
		"yesterday":    {"day:2026-05-11"},
		"Today ada":    {"day:2026-05-12 text:ada"},
		"11 May":       {"day:2026-05-11"},
		"may 13":       {"day:2025-05-13"}, // not ahead
		"Dec 24, 2024": {"day:2024-12-24"},
		"31 june":      {"amount:31.00 text:june", "text:31 june"},
		"2026-03-01":   {"day:2026-03-01"},
		"1.3.2026":     {"day:2026-03-01"},
		"3/4/2026":     {"day:2026-04-03", "day:2026-03-04"},
		"4/4/2026":     {"day:2026-04-04"},
		"13/4/2026":    {"day:2026-04-13"},
		"declined":     {"state:DECLINED", "text:declined"},
		"cash 12.50":   {"amount:12.50 kind:CASH.", "amount:12.50 text:cash"},
		"hold":         {"kind:AUTH.", "text:hold"},
		"refund":       {"kind:RETURN.", "text:refund"},
		"maria":        {"by:op1", "text:maria"},
		"maria james":  {"by:op1 text:james", "by:op2 text:maria", "text:maria james"},
		"12.50 13.50":  {"amount:12.50"},
		"":             nil,
		"  !? ":        nil,
		"ada - 1.00":   {"amount:1.00 text:ada"},
	} {
		var got []string
		for _, r := range Ask(typed, asking) {
			got = append(got, short(r.Query))
			if len(r.Says) == 0 {
				t.Errorf("%q: a reading without words", typed)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

// Whatever is typed has few readings, each of which asks for something.
func FuzzAsk(f *testing.F) {
	for _, typed := range []string{"12.50", "1111 ada yesterday", "3/4/2026 cash maria 45 45 45", "31 feb", "$", "€1.", strings.Repeat("1111 ", 50), "٣ ١٢", "\xff"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		readings := Ask(typed, asking)
		if len(readings) > mostReadings {
			t.Fatalf("%d readings", len(readings))
		}
		seen := map[string]bool{}
		for _, r := range readings {
			q := r.Query
			if !q.Narrow() && q.From.IsZero() {
				t.Fatalf("%q asks for everything: %+v", typed, q)
			}
			if q.Last4 != "" && len(q.Last4) != 4 || q.Least != q.Most || !q.From.IsZero() && !q.To.After(q.From) || q.Least.Minor < 0 {
				t.Fatalf("%q: %+v", typed, q)
			}
			if key := fmt.Sprint(q); seen[key] {
				t.Fatalf("%q is read twice alike: %+v", typed, q)
			} else if seen[key] = true; utf8.ValidString(typed) && !utf8.ValidString(says(readings)) {
				t.Fatalf("%q: %q", typed, says(readings))
			}
		}
	})
}

// Days are found as people of each language type them.
func TestDaysInOtherLanguages(t *testing.T) {
	defer text.Use(text.English)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for typed, language := range map[string]string{
		"12 de mayo de 2026": text.Spanish, "12 mai": text.French, "12. Mai": text.German, "12 de maio": text.Portuguese, "12 may 2026": text.Hindi,
	} {
		text.Use(language)
		day, _, ok := Context{Now: now}.monthName(strings.Fields(typed))
		if !ok || day != time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC) {
			t.Errorf("%s: %q is %v, %v", language, typed, day, ok)
		}
	}
	text.Use(text.French)
	if monthOf("fev") != time.February || monthOf("août") != time.August || monthOf("aout") != time.August {
		t.Error("marks matter")
	}
}
