// Package entry is for text that somebody types: one line with its limits,
// without the toolkit, so that what is typed, pasted or read by a scanner is
// treated alike and tested without a window.
package entry

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"paydesk/terminal/redact"
)

// Line is one line of text. The zero value takes nothing; use NewLine.
type Line struct {
	runes []rune // its whole room is there from the start, so that no copy stays behind
	most  int
	allow func(rune) bool
	// Full is set when something was left out because there was no room, until
	// the next change.
	Full bool
}

// NewLine makes an empty line of at most so many letters. allow says which are
// taken; nil takes all that can be printed.
func NewLine(most int, allow func(rune) bool) *Line {
	if allow == nil {
		allow = func(rune) bool { return true }
	}
	return &Line{runes: make([]rune, 0, max(0, most)), most: most, allow: allow}
}

// Digits allows 0 to 9.
func Digits(r rune) bool { return r >= '0' && r <= '9' }

// Type adds a letter, if it may be in the line. It reports whether it was
// taken.
func (l *Line) Type(r rune) bool {
	if r == utf8.RuneError || !unicode.IsPrint(r) || !l.allow(r) || (r == ' ' && len(l.runes) == 0) {
		return false
	}
	if l.Full = len(l.runes) >= l.most; l.Full {
		return false
	}
	l.runes = append(l.runes, r)
	return true
}

// Paste adds text of any length: line ends and tabs become spaces, what does
// not fit is left out.
func (l *Line) Paste(text string) {
	full := false
	for _, r := range text {
		if r == '\n' || r == '\t' {
			r = ' '
		}
		l.Type(r)
		if full = full || l.Full; full {
			break
		}
	}
	l.Full = full
}

// Erase takes the last letter back.
func (l *Line) Erase() {
	l.Full = false
	if n := len(l.runes); n > 0 {
		l.runes = l.runes[:n-1]
	}
}

// Clear empties the line. What was in it is overwritten.
func (l *Line) Clear() {
	clear(l.runes[:cap(l.runes)])
	l.runes, l.Full = l.runes[:0], false
}

// Set replaces what is in the line.
func (l *Line) Set(text string) {
	l.Clear()
	l.Paste(text)
}

// Text is what is in the line, without spaces at its ends.
func (l *Line) Text() string { return strings.TrimSpace(string(l.runes)) }

// Raw is what is in the line, as the field shows it while it is typed.
func (l *Line) Raw() string { return string(l.runes) }

// HasCard reports that what is in the line looks like a card number: that has
// its own form, and is kept nowhere.
func (l *Line) HasCard() bool {
	text := l.Text()
	return redact.Text(text) != text
}

// KeepCardEnd leaves nothing but the last four digits where there is a card
// number in the line, and reports whether there was one: a payment is found by
// them.
func (l *Line) KeepCardEnd() bool {
	end := l.cardEnd()
	if end != "" {
		l.Set(end)
	}
	return end != ""
}

// cardEnd is the last four digits of a card number in the line, or "".
func (l *Line) cardEnd() string {
	raw := string(l.runes)
	masked := redact.Text(raw)
	var digits []byte
	for i := range len(raw) {
		if masked[i] != raw[i] {
			digits = append(digits, raw[i])
		} else if len(digits) > 0 && raw[i] != ' ' && raw[i] != '-' {
			break
		}
	}
	if len(digits) < 4 {
		return ""
	}
	return string(digits[len(digits)-4:])
}

// Len is how many letters there are, Most how many there may be.
func (l *Line) Len() int { return len(l.runes) }

// Most is how many letters there may be.
func (l *Line) Most() int { return l.most }
