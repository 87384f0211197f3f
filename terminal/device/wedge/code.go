package wedge

import (
	"bytes"
	"slices"
	"strings"

	"paydesk/terminal/card"
)

// What the codes on receipts begin with, in capitals: a proof, a plain code, and
// the address of the page that checks receipts, which a proof stands behind.
const (
	proofBegins = "PDR"
	plainBegins = "paydesk:"
	linkBegins  = "HTTP"
	// proofLetters are all that is in one, and proofLeast is shorter than any.
	proofLetters = "BCDEFGHJKLNPRSTU"
	proofLeast   = 100
	// numberLen is the length of a payment's number, of capitals and digits.
	numberLen = 17
	numberOf  = "paydesk:sale:"
)

// Receipt is the code of a receipt in what a scanner typed, in the letters in
// which it was printed; false where it is another code. A proof is made so that
// keyboards do not matter; in all others their layout and a Caps Lock are undone.
// A number that stands alone may be another shop's: who takes it asks the
// journal. Of digits alone, which may be a card's, no copy is made.
func Receipt(typed []byte) (code string, ok bool) {
	if !bytes.ContainsFunc(typed, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", false
	}
	capitals := strings.ToUpper(latin(typed))
	foreign := func(r rune) bool { return !strings.ContainsRune(proofLetters, r) }
	proof := strings.TrimLeftFunc(capitals[max(0, strings.LastIndexFunc(capitals, foreign)):], foreign)
	if strings.HasPrefix(proof, proofBegins) && len(proof) >= proofLeast {
		return proof, true
	}
	if code, ok = plain(typed); ok {
		return code, true
	}
	for _, k := range keyboards {
		meant := k.undo(typed)
		if code, ok = plain(meant); ok {
			return code, true
		}
		clear(meant)
	}
	if len(capitals) == numberLen && isNumber(capitals) {
		return numberOf + capitals, true
	}
	return "", false
}

// plain is a plain code: a kind in small letters, and an id in capitals.
func plain(typed []byte) (string, bool) {
	if len(typed) < len(plainBegins) || !bytes.EqualFold(typed[:len(plainBegins)], []byte(plainBegins)) {
		return "", false
	}
	kind, id, ok := strings.Cut(string(typed[len(plainBegins):]), ":")
	return plainBegins + strings.ToLower(kind) + ":" + strings.ToUpper(id), ok
}

func isNumber(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
}

// latin is a text of which each byte is a sign.
func latin(signs []byte) string {
	runes := make([]rune, len(signs))
	for i, b := range signs {
		runes[i] = rune(b)
	}
	return string(runes)
}

// begun reports that signs are the beginning of a receipt's code, which nothing
// else is: the rest of it is waited for.
func begun(signs []byte) bool {
	if begins(signs) {
		return true
	}
	return slices.ContainsFunc(keyboards, func(k keyboard) bool {
		meant := k.undo(signs[:min(len(signs), len(plainBegins))])
		defer clear(meant)
		return begins(meant)
	})
}

func begins(signs []byte) bool {
	start := strings.ToUpper(latin(signs[:min(len(signs), len(plainBegins))]))
	return strings.HasPrefix(start, proofBegins) || strings.HasPrefix(start, linkBegins) || start == strings.ToUpper(plainBegins)
}

// hexLeast is the length of a block of digits of 16 that is no bar code: what a
// reader types that encrypts in its head.
const hexLeast = 100

// swiped is the card in a burst that does not begin as a track does: one that
// went through another layout of the keyboard, or that a reader has encrypted. It
// is nil where nothing looks like one.
func swiped(typed []byte) *Swipe {
	if s := undone(typed); s != nil {
		return s
	}
	if looksSwiped(typed) {
		_, err := card.ReadStripe(typed)
		return &Swipe{Err: err}
	}
	return nil
}

// undone is the card of tracks that went through another layout, nil where they
// are none.
func undone(typed []byte) *Swipe {
	for _, k := range keyboards {
		meant := k.undo(typed)
		c, err := card.ReadStripe(meant)
		if clear(meant); err == nil {
			return &Swipe{Card: c}
		}
	}
	return nil
}

// looksSwiped reports that there is a card's number in it, through some layout,
// or that a reader has encrypted it.
func looksSwiped(typed []byte) bool {
	if hasCard(typed) || len(typed) >= hexLeast && !bytes.ContainsFunc(typed, notHex) {
		return true
	}
	return slices.ContainsFunc(keyboards, func(k keyboard) bool {
		meant := k.undo(typed)
		defer clear(meant)
		return hasCard(meant)
	})
}

func notHex(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'F') && (r < 'a' || r > 'f')
}

// hasCard reports that among other signs there is the number of a card, or that
// a longer row of digits begins with one: what stood between them may be lost.
func hasCard(typed []byte) bool {
	const shortest, longest = 12, 19
	for rest := typed; len(rest) > 0; {
		n := 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		least := n
		if n > longest {
			least = shortest
		}
		for l := least; l <= min(n, longest) && n < len(typed); l++ {
			if card.CheckNumber(rest[:l]) == nil {
				return true
			}
		}
		rest = rest[max(1, n):]
	}
	return false
}
