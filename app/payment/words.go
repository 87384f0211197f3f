// Package payment is for payments in words, the same on every screen: what
// became of one, what happened to it, and how far away a moment is.
package payment

import (
	"strconv"
	"strings"
	"time"

	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// Word is what became of a sale, as a kind and in a word or few.
func Word(s engine.Sale) (look.Kind, string) {
	kind := look.OfState(s.State)
	whole := s.Approved
	if s.Kind == order.KindAuth {
		whole = s.Standing.Captured
	}
	switch s.Standing.As {
	case order.StandsHeld:
		return kind, text.Get("history.word.held")
	case order.StandsCaptured:
		return kind, text.Get("history.word.captured", text.Money(s.Standing.Captured))
	case order.StandsPart:
		return kind, text.Get("history.word.partreturned", text.Money(s.Standing.Returned), text.Money(whole))
	case order.StandsReturned:
		return look.KindNotCharged, text.Get("history.word.paidback", text.Money(s.Standing.Returned))
	case order.StandsVoided:
		return look.KindNotCharged, text.Get("history.word.voided")
	}
	return kind, text.Get("history.word." + string(kind))
}

// FollowWord is what became of a follow-up.
func FollowWord(f order.FollowUp) (look.Kind, string) {
	act := text.Get("follow." + Kebab(string(f.Act)))
	switch f.State {
	case order.FollowDone:
		return map[bool]look.Kind{true: look.KindApproved, false: look.KindReturned}[f.Act == order.Check || f.Act == order.Issue || f.Act == order.Capture], act
	case order.FollowSending, order.FollowUnknown:
		return look.KindChecking, text.Get("follow.state.doubt", act)
	case order.FollowReview:
		return look.KindReview, text.Get("follow.state.doubt", act)
	case order.FollowRefused:
		return look.KindDeclined, text.Get("follow.state.refused", act)
	}
	return look.KindNotCharged, text.Get("follow.state.not", act)
}

// Kebab is a state as it stands in the catalogue's keys.
func Kebab(state string) string { return strings.ToLower(strings.ReplaceAll(state, "_", "-")) }

// Parked adds to a word that a supervisor lets the day go on without it.
func Parked(word, by string) string {
	if by == "" {
		return word
	}
	return text.Get("history.parked", word)
}

// Card is a card as it is named on the screens; "" where there is none.
func Card(brand, last4 string) string {
	if last4 == "" {
		return brand
	}
	return strings.TrimSpace(brand + " •••• " + last4)
}

// Answer is a code of the bank's with its words.
func Answer(code, message string) string {
	if code != "" && message != "" {
		return code + " – " + message
	}
	return code + message
}

// Sentence is an event of the journal in words, with who did it where it was
// not the terminal itself.
func Sentence(l engine.Line) string {
	words := text.Get("event.other", l.Kind)
	if key := "event." + l.Kind; text.Has(key) {
		words = text.Get(key)
	}
	if l.Actor != "" && l.Actor != order.ActorTerminal {
		return text.Get("event.by", words, l.Actor)
	}
	return words
}

// Span is a length of time in its largest unit, such as "20 s" or "3 days".
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return text.Get("span.s", strconv.Itoa(max(0, int(d/time.Second))))
	case d < time.Hour:
		return text.Get("span.min", strconv.Itoa(int(d/time.Minute)))
	case d < 48*time.Hour:
		return text.Get("span.h", strconv.Itoa(int(d/time.Hour)))
	}
	return text.Get("span.days", strconv.Itoa(int(d/(24*time.Hour))))
}

// Until is how long it is to a moment, such as "in 20 s", or "now".
func Until(at, now time.Time) string {
	d := at.Sub(now)
	if d <= 0 {
		return text.Get("span.now")
	}
	return text.Get("span.in", Span(d+time.Second-1)) // never too soon
}
