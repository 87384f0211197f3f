package proof

import (
	"strings"
	"unicode"
)

// letters are the sixteen digits of a code. A scanner types what it reads, for
// a keyboard that it takes to be an American one: these letters are where they
// are there on the German, French, Spanish, Portuguese and Turkish ones too,
// which A, I, M, Q, W, Y, Z, digits and signs are not. As capitals they are in
// the small alphabet of a QR (ISO/IEC 18004, alphanumeric mode).
const letters = "BCDEFGHJKLNPRSTU"

// prefix is what a code begins with.
const prefix = "PDR"

// maxCode bounds a text that is read, in bytes: a code behind a long address,
// with spaces.
const maxCode = 4096

// Spell writes bytes behind a prefix of the same letters, for a code that a
// scanner can type.
func Spell(prefix string, b []byte) string {
	text := make([]byte, 0, len(prefix)+2*len(b))
	text = append(text, prefix...)
	for _, v := range b {
		text = append(text, letters[v>>4], letters[v&15])
	}
	return string(text)
}

// Unspell reads what Spell wrote, in capital or small letters, with spaces and
// line breaks in it, alone or behind an address; false for anything else.
func Unspell(prefix, text string) ([]byte, bool) {
	if len(text) > maxCode {
		return nil, false
	}
	text = strings.Map(capital, text)
	// The sign # is another one on other keyboards; none is a letter of a code.
	if i := strings.LastIndexFunc(text, foreign); i >= 0 {
		text = strings.TrimLeftFunc(text[i:], foreign)
	}
	digits, found := strings.CutPrefix(text, prefix)
	if !found || len(digits)%2 != 0 {
		return nil, false
	}
	b := make([]byte, len(digits)/2)
	for i := range b {
		b[i] = byte(strings.IndexByte(letters, digits[2*i])<<4 | strings.IndexByte(letters, digits[2*i+1]))
	}
	return b, true
}

// Parse reads a code as Unspell does. It proves nothing: Verify does. The error is
// ErrForm.
func Parse(text string) (Signed, error) {
	b, ok := Unspell(prefix, text)
	if !ok {
		return Signed{}, ErrForm
	}
	return decode(b)
}

// capital drops what stands between letters and makes small ones large.
func capital(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return -1
	case 'a' <= r && r <= 'z':
		return r - 'a' + 'A'
	}
	return r
}

func foreign(r rune) bool { return !strings.ContainsRune(letters, r) }
