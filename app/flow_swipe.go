package app

import (
	"slices"
	"time"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/swipe"
	"paydesk/app/text"
)

// noticeFor is how long a notice stands; it goes at the next key, too.
const noticeFor = 8 * time.Second

// addSwipe puts the catcher of swiped cards and scanned codes before the keyboard.
func (s *shell) addSwipe() {
	s.notice = swipe.NewNotice()
	told := 0
	s.reader = swipe.New(s.clock, swipe.Ways{
		Key:     func(k keys.Key) { s.notice.Say(""); s.key(k) },
		Rune:    func(r rune) { s.notice.Say(""); s.rune(r) },
		Code:    s.codeEnds,
		Receipt: s.scanned,
		Field:   s.fieldForCode,
		After:   func(d time.Duration, then func()) { s.after(d, then) },
		Place:   s.placeOfCards,
		Tell: func(sentence string) {
			told++
			this := told
			s.notice.Say(sentence)
			s.redraw()
			s.after(noticeFor, func() {
				if told == this {
					s.notice.Say("")
				}
			})
		},
	})
}

// final are the places at which Enter may move money with nothing asked before.
var final = []nav.Place{nav.Cash, nav.MoneyBack, nav.Holds, nav.Issue}

// codeEnds takes the Enter behind a bar code, which is scanned and not meant as
// an answer: it presses nothing where money would move, and answers no question.
func (s *shell) codeEnds() {
	if s.uncovered() && !slices.Contains(final, s.at) {
		s.notice.Say("")
		s.key(keys.Enter)
		return
	}
	s.reader.Tell(text.Get("swipe.code"))
}

// placeOfCards is the screen that a card which was swiped now is for. From a
// screen where a card may be asked for, it goes on to the form, as if it had
// been.
func (s *shell) placeOfCards() (screen any, sentence string) {
	s.notice.Say("")
	if !s.uncovered() {
		return nil, text.Get("swipe.not.covered")
	}
	if from, ok := s.screens[s.at].(interface{ ToCard() }); ok {
		if from.ToCard(); s.at != nav.Card {
			return nil, text.Get("swipe.not.amount")
		}
	}
	switch {
	case s.at == nav.SignIn:
		return nil, text.Get("swipe.not.signin")
	case s.at == nav.Waiting, s.at == nav.Working, s.at == nav.Card && s.card.View().Busy:
		return nil, text.Get("swipe.not.busy")
	case s.at == nav.Outcome, s.at == nav.Done:
		return nil, text.Get("swipe.not.outcome")
	}
	return s.screens[s.at], text.Get("swipe.not.elsewhere")
}
