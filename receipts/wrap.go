package receipts

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Wrap breaks a text between words into lines that fit. A word that does not
// fit on a line of its own is broken behind a hyphen or a letter's name if it
// has one, else wherever the line ends. There is always at least one line.
func Wrap(text string, fits func(line string) bool) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && fits(line+" "+word) {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for len(word) > longWord || !fits(word) {
			n := breakAt(word, fits)
			if n == len(word) {
				break
			}
			lines, word = append(lines, word[:n]), word[n:]
		}
		line = word
	}
	return append(lines, line)
}

// longWord is how many bytes hardly fit on any line: a longer word is broken
// without being measured as a whole again for each of its lines.
const longWord = 512

// breakAt is the number of bytes of the word that go on one line, and never
// none. A mark that combines with the letter before it stays with it.
func breakAt(word string, fits func(string) bool) int {
	end := 0
	for i := 0; i < len(word); {
		_, size := utf8.DecodeRuneInString(word[i:])
		i += size
		for next, n := utf8.DecodeRuneInString(word[i:]); n > 0 && unicode.Is(unicode.M, next); next, n = utf8.DecodeRuneInString(word[i:]) {
			i += n
		}
		if end > 0 && !fits(word[:i]) {
			break
		}
		end = i
	}
	if hyphen := strings.LastIndexAny(word[:end], "->"); hyphen > 0 && end < len(word) {
		return hyphen + 1
	}
	return end
}

// Harmless takes out what no paper shows and a machine might obey: control
// characters become spaces, invisible format characters go, and bytes that are
// no text become the sign for that.
func Harmless(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
}

// Spell replaces each letter that a medium cannot show by its name, such as
// <U+4E2D>: on paper the gap is seen and can be looked up, where a question
// mark would hide it.
func Spell(text string, shows func(rune) bool) string {
	var out strings.Builder
	for _, r := range text {
		if shows(r) {
			out.WriteRune(r)
			continue
		}
		fmt.Fprintf(&out, "<U+%04X>", r)
	}
	return out.String()
}
