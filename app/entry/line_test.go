package entry_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"paydesk/app/entry"
)

func TestLine(t *testing.T) {
	l := entry.NewLine(10, nil)
	for _, r := range " Käse\x00\n₹ 5" {
		l.Type(r)
	}
	if got := l.Text(); got != "Käse₹ 5" {
		t.Errorf("typed %q", got)
	}
	l.Erase()
	l.Erase()
	if l.Raw() != "Käse₹" || l.Full {
		t.Errorf("after two erasures %q", l.Raw())
	}
	l.Paste("one\ttwo\nthree")
	if got := l.Text(); got != "Käse₹one t" || !l.Full {
		t.Errorf("pasted %q, full %v", got, l.Full)
	}
	l.Erase()
	if l.Full {
		t.Error("still full after an erasure")
	}
	l.Set(strings.Repeat("x", 10_000))
	if l.Len() != 10 || !l.Full {
		t.Errorf("%d letters, full %v", l.Len(), l.Full)
	}
	l.Clear()
	l.Erase()
	if l.Text() != "" || l.Full {
		t.Error("not empty")
	}
	for words, want := range map[string]bool{"4111 1111 1111 1111": true, "pay 4111111111111111 now": true, "K7P2Q00001000AB00": false, "12 May 2026": false, "": false} {
		n := entry.NewLine(50, nil)
		if n.Set(words); n.HasCard() != want {
			t.Errorf("%q looks like a card number: %v", words, !want)
		}
	}
	d := entry.NewLine(4, entry.Digits)
	d.Paste("1a2-3٣4")
	if d.Text() != "1234" {
		t.Errorf("digits %q", d.Text())
	}
}

// FuzzPaste: whatever is pasted, the line keeps its limits and one line.
func FuzzPaste(f *testing.F) {
	f.Add("a\nb", 3)
	f.Fuzz(func(t *testing.T, text string, most int) {
		most %= 100
		l := entry.NewLine(most, nil)
		l.Paste(text)
		if l.Len() > max(0, most) || strings.ContainsAny(l.Raw(), "\n\r\t\x00") || !utf8.ValidString(l.Raw()) {
			t.Errorf("%q", l.Raw())
		}
	})
}

func TestKeepCardEnd(t *testing.T) {
	for typed, want := range map[string]string{
		"4111 1111 1111 1111": "1111", "Ada 5499740000000057 x 12": "0057", "%B4111111111111111^DOE/JANE^25": "1111",
		"1234567": "1234567", "12.50": "12.50", "": "",
	} {
		l := entry.NewLine(100, nil)
		l.Paste(typed)
		if kept := l.KeepCardEnd(); l.Text() != want || kept != (want != typed) {
			t.Errorf("of %q is kept %q, want %q", typed, l.Text(), want)
		}
	}
}
