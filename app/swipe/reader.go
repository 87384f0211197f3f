// Package swipe is for cards that are swiped through a reader which types: it
// stands between the keyboard and the screens, gives a card to the screen that
// can use one, and tells of one that was not used or not read.
package swipe

import (
	"errors"
	"time"

	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/app/text"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/device/wedge"
)

// Taker is a screen that can use a card. It takes the card over, and clears it.
type Taker interface{ Swiped(*card.Card) }

// Ways is where the reader passes on what comes.
type Ways struct {
	// Key and Rune take what was typed and is no swipe.
	Key  func(keys.Key)
	Rune func(rune)
	// Code takes the Enter with which a scanner ends a bar code.
	Code func()
	// After calls back on the window's goroutine.
	After bridge.After
	// Place brings up the screen that the card is for. If that is no Taker, the
	// sentence says what to do instead.
	Place func() (screen any, sentence string)
	// Tell shows a sentence for a while.
	Tell func(sentence string)
}

// Reader is the catcher of the window. All methods are for the window's
// goroutine.
type Reader struct {
	Ways
	catch   wedge.Catcher
	clock   clock.Clock
	waiting bool // After has been asked
	// digits are how many came without a pause, and last is when the newest did.
	digits int
	last   time.Time
}

// A run of so many digits, each so soon behind the one before, and an Enter as
// soon behind the last, is a bar code: goods have eight digits at least (GS1
// General Specifications, GTIN), and nobody types so fast.
const (
	codeDigits = 8
	codeGap    = 50 * time.Millisecond
)

// New makes a reader.
func New(c clock.Clock, w Ways) *Reader { return &Reader{Ways: w, clock: c} }

// TypedKey takes a key of the keyboard.
func (r *Reader) TypedKey(k keys.Key) {
	r.pass(r.catch.Key(string(k), r.clock.Now()))
	r.wait()
}

// TypedRune takes a rune of the keyboard.
func (r *Reader) TypedRune(sign rune) {
	r.pass(r.catch.Rune(sign, r.clock.Now()))
	r.wait()
}

// pass passes on what a person typed.
func (r *Reader) pass(signs []wedge.Sign) {
	now := r.clock.Now()
	for _, s := range signs {
		quick := now.Sub(r.last) < codeGap
		switch _, digit := keys.Digit(s.Rune); {
		case s.Key != "" && keys.Key(s.Key) == keys.Enter && quick && r.digits >= codeDigits:
			r.digits = 0
			r.Code()
			continue
		case s.Key != "":
			if len(s.Key) > 1 { // not the key of a digit: a bar code has no other in it
				r.digits = 0
			}
			r.Key(keys.Key(s.Key))
			continue
		case !digit:
			r.digits = 0
		case quick:
			r.digits++
		default:
			r.digits = 1
		}
		r.last = now
		r.Rune(s.Rune)
	}
}

// wait has due called when what is held back may have come to its end.
func (r *Reader) wait() {
	left, held := r.catch.Wait(r.clock.Now())
	if !held || r.waiting {
		return
	}
	r.waiting = true
	r.After(left, func() {
		r.waiting = false
		r.due()
	})
}

func (r *Reader) due() {
	signs, swipe := r.catch.Due(r.clock.Now())
	r.pass(signs)
	if swipe != nil {
		r.take(*swipe)
	}
	r.wait()
}

// take gives a card to the screen that can use it.
func (r *Reader) take(s wedge.Swipe) {
	if s.Err != nil {
		code := card.CodeUnread
		if p := (*card.Problem)(nil); errors.As(s.Err, &p) && p.Field == card.FieldStripe {
			code = p.Code
		}
		r.Tell(text.Get("swipe.bad." + string(code)))
		return
	}
	screen, sentence := r.Place()
	if taker, ok := screen.(Taker); ok {
		taker.Swiped(s.Card)
		return
	}
	s.Card.Clear()
	r.Tell(sentence)
}
