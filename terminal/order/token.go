package order

import (
	"fmt"
	"io"
	"log/slog"
)

// Token stands for a card at the service, which takes it in the card's place:
// sixteen letters and digits (ConnexPay API, Create sale, CardNumber), or the
// card's guid in the current dialect. It is no card number and may be kept, but
// whoever has it and the account can charge the card: whatever prints or logs
// one shows that it is there, and no more. Only JSON, for the journal, has it.
type Token string

// How a card came to an attempt: its number was typed, its stripe was read, or
// an earlier payment left it with the service.
const (
	EntryKeyed  = "keyed"
	EntrySwiped = "swiped"
	EntryOnFile = "on-file"
)

// tokenDigits is how many digits in a row no token has: the shortest card
// number has as many (ISO/IEC 7812-1).
const tokenDigits = 12

// TokenOf reads a token out of an answer. Whatever is not plainly one is "": a
// service that answers the card number itself must not find it kept.
func TokenOf(text string) Token {
	if isGUID(text) {
		if text == "00000000-0000-0000-0000-000000000000" {
			return ""
		}
		return Token(text)
	}
	run := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			run++
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
			run = 0
		default:
			return ""
		}
		if run >= tokenDigits {
			return ""
		}
	}
	if len(text) != 16 {
		return ""
	}
	return Token(text)
}

// GUID reports the form of the current dialect.
func (t Token) GUID() bool { return isGUID(string(t)) }

// String says that there is a token, if there is.
func (t Token) String() string {
	if t == "" {
		return ""
	}
	return "(card on file)"
}

// Format implements fmt.Formatter with String, whatever the verb.
func (t Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, t.String()) }

// LogValue implements slog.LogValuer with String.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// Takes reports whether the account can be charged by a token: the document's
// dialect knows no guids of cards.
func (o Offer) Takes(t Token) bool {
	return o.Can(FeatureTokens) && (o.Dialect == DialectCurrent || !t.GUID())
}

// isGUID reports 36 characters with dashes in their places.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// OnFile is a card that a payment or a check left with the service.
type OnFile struct {
	Token                Token
	Brand, Last4, Holder string
}

// OnFile is the card that the attempt left with the service; its Token is ""
// where it left none.
func (a Attempt) OnFile() OnFile {
	return OnFile{Token: a.Token, Brand: a.Brand, Last4: a.Last4, Holder: a.Holder}
}

// OnFile is the card that a check left with the service, as an Attempt's.
func (f FollowUp) OnFile() OnFile {
	return OnFile{Token: f.Token, Brand: f.Brand, Last4: f.Last4}
}
