// Package swipe is for what readers type: it stands between the keyboard and the
// screens, gives a card to the screen that can use one and the code of a receipt
// to whoever finds it, and tells of what was not used or not read.
package swipe

import (
	"errors"

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
	// Receipt takes the code of a receipt. bare: it is the number of a payment
	// alone, which may be anything else. It reports whether the code is dealt
	// with, and not to be typed.
	Receipt func(code string, bare bool) bool
	// Field makes ready for a bar code that is to be typed, and reports whether
	// it may be.
	Field func() bool
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
}

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

// Settle passes on at once what a person typed and is still held back.
func (r *Reader) Settle() { r.pass(r.catch.Settle()) }

// pass passes on what a person typed, and what readers did.
func (r *Reader) pass(signs []wedge.Sign) {
	for _, s := range signs {
		switch {
		case s.Swipe != nil:
			r.take(*s.Swipe)
		case s.Code != nil:
			r.scanned(s)
			clear(s.Code)
		case s.Key != "":
			r.Key(keys.Key(s.Key))
		default:
			r.Rune(s.Rune)
		}
	}
}

// scanned takes what a scanner typed: the code of a receipt, or another that is
// typed where it may be.
func (r *Reader) scanned(s wedge.Sign) {
	if len(s.Code) == 0 {
		r.Tell(text.Get("scan.unread"))
		return
	}
	// A number that stands alone is told of as a longer code.
	if code, ok := wedge.Receipt(s.Code); ok && r.Receipt(code, len(code) > len(s.Code)) {
		return
	}
	if !r.Field() {
		r.Tell(text.Get("scan.notyped"))
		return
	}
	for _, sign := range s.Code {
		r.Rune(rune(sign))
	}
	switch keys.Key(s.Key) {
	case keys.Enter:
		r.Code()
	case keys.Tab:
		r.Key(keys.Tab)
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
	r.pass(r.catch.Due(r.clock.Now()))
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
