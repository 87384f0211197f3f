package order

import (
	"errors"
	"strings"
	"testing"
)

func TestCover(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"4111111111111111":            "************1111",
		"4111 1111 1111 1111":         "**** **** **** 1111",
		"Room 12 4111-1111-1111-1111": "Room 12 ****-****-****-1111",
		"371449635392376, Ada":        "***********2376, Ada",
		"4111111111111112":            "4111111111111112",
		"A-2026112100012345":          "A-2026112100012345",
		"9780201379624":               "9780201379624",
		"+1 415 555 2671":             "+1 415 555 2671",
		"2026-11-21 table 7":          "2026-11-21 table 7",
		strings.Repeat("1 ", 5000):    strings.Repeat("1 ", 5000),
		"é4012000098765439é":          "é************5439é",
	} {
		if got := Cover(text); got != want || HasCard(text) != (got != text) {
			t.Errorf("Cover(%.40q) = %.40q, want %.40q", text, got, want)
		}
	}
}

// A bill is kept and printed: no text of it may be a card number.
func TestBillTakesNoCardNumber(t *testing.T) {
	for _, change := range []func(*Bill){
		func(b *Bill) { b.Number = "4111111111111111" },
		func(b *Bill) { b.Note = "card 4111 1111 1111 1111" },
		func(b *Bill) { b.Customer = "4111-1111-1111-1111" },
	} {
		b := lunch
		change(&b)
		if err := b.Check(); !errors.Is(err, ErrBillCard) {
			t.Errorf("%+v: %v", b, err)
		}
	}
}
