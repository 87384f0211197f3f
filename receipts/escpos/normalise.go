package escpos

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"paydesk/receipts"
)

// substitutes are the marks that formatters emit and printers lack.
var substitutes = strings.NewReplacer(
	"\u00a0", " ", "\u202f", " ", "\u2009", " ",
	"\u2212", "-", "\u2013", "-",
	"\u2018", "'", "\u2019", "'", "\u201c", `"`, "\u201d", `"`, "\u2026", "...",
)

// Normalise composes letters with their accents, writes typographic marks in
// the plain form and takes out control characters, so that no text can bring a
// printer command with it.
func Normalise(text string) string {
	return receipts.Harmless(substitutes.Replace(norm.NFC.String(text)))
}

// printable normalises a text and spells out what neither a code page nor the
// font can write.
func (w *writer) printable(text string) string {
	return receipts.Spell(Normalise(text), func(r rune) bool {
		return w.writes(r) || w.pen.Has(r)
	})
}
