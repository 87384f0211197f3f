package swipe

import (
	"errors"
	"strings"
	"testing"
	"time"

	"paydesk/app/text"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/device/wedge"
)

type form struct{ card *card.Card }

func (f *form) Swiped(c *card.Card) { f.card = c }

func TestTake(t *testing.T) {
	here := &form{}
	for name, tt := range map[string]struct {
		tracks string
		screen any
		told   string
	}{
		"used":           {";4111111111111111=3107101?", here, ""},
		"no form":        {";4111111111111111=3107101?", struct{}{}, "not here"},
		"nowhere":        {";4111111111111111=3107101?", nil, "not here"},
		"bad read":       {"%E?", here, text.Get("swipe.bad.unread")},
		"no expiry":      {";4111111111111111==101?", here, text.Get("swipe.bad.missing")},
		"two cards":      {"%B4111111111111111^A/B^3107101?;4111111111111111=3108101?", here, text.Get("swipe.bad.mismatch")},
		"cash machines":  {";4111111111111111=3107103?", here, text.Get("swipe.bad.cash")},
		"no card at all": {"%CADENVER^DOE$JANE^1 STREET^?", here, text.Get("swipe.bad.other")},
	} {
		here.card = nil
		told := ""
		r := New(clock.NewVirtual(time.Unix(1e9, 0)), Ways{Tell: func(s string) { told = s }, Place: func() (any, string) { return tt.screen, "not here" }})
		c, err := card.ReadStripe([]byte(tt.tracks))
		r.take(wedge.Swipe{Card: c, Err: err})
		if told != tt.told || strings.HasPrefix(told, "swipe.") || (here.card != nil) != (tt.told == "") {
			t.Errorf("%s: told %q, given %v", name, told, here.card)
		}
		if c != nil && (c.PAN() != nil) != (here.card != nil) {
			t.Errorf("%s: the card that was not used is not cleared", name)
		}
	}
	told := ""
	r := New(clock.NewVirtual(time.Unix(1e9, 0)), Ways{Tell: func(s string) { told = s }})
	if r.take(wedge.Swipe{Err: errors.New("x")}); told != text.Get("swipe.bad.unread") {
		t.Errorf("told %q of an error that is not known", told)
	}
}
