package cardentry

import (
	"time"

	"paydesk/app/text"
	"paydesk/terminal/card"
)

// SwipedView is what is shown of a card that was swiped.
type SwipedView struct {
	Card   string // "Swiped · Visa **** 1111"
	Holder string
	// Chip warns where the card has one, Problem says why it cannot be charged.
	Chip, Problem string
}

// Swiped takes a card that was swiped over, in place of whatever was entered
// before. It is ready then: a security code may be typed, and need not be.
func (p *Presenter) Swiped(c *card.Card) {
	if p.busy {
		c.Clear()
		return
	}
	p.wipe()
	p.swiped = c
	p.form.swiped, p.form.scheme, p.form.chosen = true, c.Brand(), Code
	p.Changed()
}

// Retype drops the card that was swiped: another is to be typed.
func (p *Presenter) Retype() {
	if !p.busy && p.swiped != nil {
		p.wipe()
		p.Changed()
	}
}

func (p *Presenter) viewSwiped(now time.Time) *SwipedView {
	v := &SwipedView{Card: text.Get("card.swiped", p.swiped.Brand().String(), p.swiped.Masked()), Holder: p.swiped.Holder()}
	if p.swiped.Chip() {
		v.Chip = text.Get("card.swiped.chip")
	}
	switch bad := p.swiped.Expiry().Check(now); {
	case bad == nil:
	case bad.Code == card.CodeExpired:
		v.Problem = text.Get("card.swiped.expired")
	default:
		v.Problem = text.Get("card.swiped.expiry")
	}
	return v
}

// firstWrong is what keeps the charge from being ready.
func (p *Presenter) firstWrong(now time.Time) (Field, bool) {
	if p.swiped != nil && p.swiped.Expiry().Check(now) != nil {
		return Expiry, false
	}
	return p.form.firstWrong(now)
}

// card is the card to be charged, which the caller takes over.
func (p *Presenter) card(now time.Time) (*card.Card, Field, bool) {
	if p.swiped == nil {
		return p.form.card(now)
	}
	if bad, whole := p.firstWrong(now); !whole {
		return nil, bad, false
	}
	if n := p.form.counts[Code]; n > 0 {
		code := append(make([]byte, 0, mostCode), p.form.code[:n]...)
		if p.swiped.AddCVV(code) != nil {
			clear(code)
			return nil, Code, false
		}
	}
	c := p.swiped
	p.swiped = nil
	return c, Number, true
}
