package pole

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Columns is how many signs a line has.
const Columns = 20

// Row is one line: a text from the left and an amount to the right. Without an
// amount the text stands in the middle.
type Row struct{ Text, Amount string }

// line is the row as the display gets it: so many signs of ASCII, whatever is in
// it. The text is cut where there is no room for it. An amount never is: a part
// of one would be another amount, so one that is too long is left away.
func (r Row) line() string {
	text, amount := ascii(r.Text), ascii(r.Amount)
	if len(amount) > Columns {
		amount = ""
	}
	if amount == "" {
		text = strings.TrimSpace(text[:min(len(text), Columns)])
		left := (Columns - len(text)) / 2
		return strings.Repeat(" ", left) + text + strings.Repeat(" ", Columns-left-len(text))
	}
	room := max(0, Columns-len(amount)-1)
	text = text[:min(len(text), room)]
	return text + strings.Repeat(" ", Columns-len(text)-len(amount)) + amount
}

// others are letters and signs that are no ASCII letter with a mark.
var others = strings.NewReplacer(
	"€", "EUR", "₹", "Rs", "£", "GBP", "¥", "JPY", "₽", "RUB", "₩", "KRW", "₺", "TRY", "₫", "VND", "₪", "ILS", "¢", "c",
	"ß", "ss", "ẞ", "SS", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ð", "d", "Ð", "D", "þ", "th", "Þ", "TH", "ı", "i",
	"‘", "'", "’", "'", "“", "\"", "”", "\"", "„", "\"", "«", "\"", "»", "\"", "–", "-", "—", "-", "−", "-", "…", "...", "·", "-", "×", "x", "¡", "!", "¿", "?",
)

// ascii is a text with the signs that every display has. Letters lose their
// marks; what has no likeness, such as letters of other scripts, is left away,
// since a row of question marks says less. No control sign is left: none can be
// a command.
func ascii(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(others.Replace(text)) {
		switch {
		case r >= ' ' && r <= '~':
			b.WriteByte(byte(r))
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
