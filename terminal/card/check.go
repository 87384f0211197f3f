package card

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Field names a field of a card form.
type Field string

// The fields of a card form.
const (
	FieldNumber Field = "number"
	FieldExpiry Field = "expiry"
	FieldCVV    Field = "cvv"
	FieldHolder Field = "holder"
	// FieldStripe is the magnetic stripe, which stands for all of them.
	FieldStripe Field = "stripe"
)

// Code is what is wrong with a field, for programs.
type Code string

// What can be wrong with a field.
const (
	CodeMissing Code = "missing" // nothing entered yet
	CodeDigits  Code = "digits"  // something else than digits
	CodeShort   Code = "short"   // may become right with more digits
	CodeLength  Code = "length"  // no card has so many digits
	CodeLuhn    Code = "luhn"    // the check digit is wrong
	CodeMonth   Code = "month"   // not a month
	CodeExpired Code = "expired" // the last good month is over
	CodeTooFar  Code = "far"     // more years ahead than cards are issued for
	CodeText    Code = "text"    // not a name

	CodeUnread   Code = "unread"   // the stripe was not read whole
	CodeMismatch Code = "mismatch" // its tracks are of two cards
	CodeCash     Code = "cash"     // good for cash machines only
	CodeOther    Code = "other"    // not a payment card
	// CodeLayout: the reader types for another keyboard than this computer has,
	// so that signs of the tracks are lost.
	CodeLayout Code = "layout"
	// CodeEncrypted: the reader encrypts tracks, for somebody else to read.
	CodeEncrypted Code = "encrypted"
)

// Problem says what is wrong with one field and what to do about it. It never
// repeats what was entered.
type Problem struct {
	Field Field
	Code  Code
	Text  string // a sentence for the person at the form
}

// Error implements error with the sentence.
func (p *Problem) Error() string { return p.Text }

var sentences = map[Field]map[Code]string{
	FieldNumber: {
		CodeMissing: "Enter the number on the front of the card.",
		CodeDigits:  "Enter the card number with digits only.",
		CodeShort:   "Enter the remaining digits of the card number.",
		CodeLength:  "Check the card number: it does not have the right count of digits for this card.",
		CodeLuhn:    "Check the card number: one of the digits is wrong.",
	},
	FieldExpiry: {
		CodeMissing: "Enter month and year of expiry as on the card, such as 0928.",
		CodeDigits:  "Enter month and year of expiry with digits only, such as 0928.",
		CodeLength:  "Enter month and year of expiry as four digits, such as 0928.",
		CodeMonth:   "Check the expiry: the month goes first and is between 01 and 12.",
		CodeExpired: "This card has expired: ask for another card.",
		CodeTooFar:  "Check the year of expiry: it is too far ahead.",
	},
	FieldCVV: {
		CodeMissing: "Enter the security code of the card.",
		CodeDigits:  "Enter the security code with digits only.",
		CodeShort:   "Enter all digits of the security code: three on the back, or four on the front of an American Express card.",
		CodeLength:  "Check the security code: it has three digits, or four on an American Express card.",
	},
	FieldHolder: {
		CodeLength: "Shorten the name on the card to 50 letters.",
		CodeText:   "Enter the name as on the card, with letters; the number goes in its own field.",
	},
	FieldStripe: {
		CodeMissing:   "The stripe does not say when the card expires: type the card.",
		CodeUnread:    "The card was not read: swipe it again, at an even speed.",
		CodeMismatch:  "The stripe of this card contradicts itself: ask for another card.",
		CodeCash:      "This card is for cash machines only: ask for another card.",
		CodeOther:     "This is not a payment card: ask for another card.",
		CodeLayout:    "The card reader does not fit this computer's keyboard: set the computer's keyboard to US English, or the reader to this one, or type the card.",
		CodeEncrypted: "This card reader encrypts what it reads: have it set to plain tracks, or type the card.",
	},
}

// asError keeps a nil problem a nil error.
func asError(p *Problem) error {
	if p == nil {
		return nil
	}
	return p
}

func problem(f Field, c Code) *Problem { return &Problem{Field: f, Code: c, Text: sentences[f][c]} }

// CheckNumber says what is wrong with a number as far as it is typed;
// CodeShort means that nothing is wrong yet.
func CheckNumber[T text](digits T) *Problem {
	lengths := formats[Detect(digits)].lengths
	switch n := len(digits); {
	case n == 0:
		return problem(FieldNumber, CodeMissing)
	case !allDigits(digits):
		return problem(FieldNumber, CodeDigits)
	case n < lengths[0]:
		return problem(FieldNumber, CodeShort)
	case n > lengths[len(lengths)-1]:
		return problem(FieldNumber, CodeLength)
	case slices.Contains(lengths, n) && Luhn(digits):
		return nil
	case slices.Contains(lengths, n) && n >= min(16, lengths[len(lengths)-1]):
		// Numbers of more than 16 digits are rare: what stands there looks
		// whole, so a wrong digit is the likelier slip.
		return problem(FieldNumber, CodeLuhn)
	default:
		return problem(FieldNumber, CodeShort)
	}
}

// CheckExpiry says what is wrong with an expiry typed as month and year.
func CheckExpiry[T text](mmyy T, now time.Time) *Problem {
	if len(mmyy) == 0 {
		return problem(FieldExpiry, CodeMissing)
	}
	e, p := parseExpiry(mmyy, 0, 2)
	if p != nil {
		return p
	}
	return e.Check(now)
}

// CheckCVV says what is wrong with the security code for a card of the brand.
// Nothing entered is right only where some cards of the brand have no code.
func CheckCVV[T text](digits T, brand Brand) *Problem {
	f, known := formats[brand]
	if !known {
		f = formats[Unknown]
	}
	switch n := len(digits); {
	case n == 0 && f.codeMissing:
		return nil
	case n == 0:
		return problem(FieldCVV, CodeMissing)
	case !allDigits(digits):
		return problem(FieldCVV, CodeDigits)
	case slices.Contains(f.codeLengths, n):
		return nil
	case n < f.codeLengths[0]:
		return problem(FieldCVV, CodeShort)
	default:
		return problem(FieldCVV, CodeLength)
	}
}

// maxHolder is the longest name that the service takes, in letters.
const maxHolder = 50

// CheckHolder says what is wrong with the name on the card, which may be
// empty. A card number typed into the wrong field is caught here, before it
// travels where numbers must not go.
func CheckHolder(name string) *Problem {
	if utf8.RuneCountInString(name) > maxHolder {
		return problem(FieldHolder, CodeLength)
	}
	digits := 0
	for _, r := range name {
		if unicode.IsDigit(r) {
			digits++
		}
		if unicode.IsControl(r) || r == utf8.RuneError || digits >= minDigits/2 {
			return problem(FieldHolder, CodeText)
		}
	}
	if name != "" && strings.TrimSpace(name) == "" {
		return problem(FieldHolder, CodeText)
	}
	return nil
}

func allDigits[T text](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
