package entry

import (
	"paydesk/app/widgets/caps"
	"paydesk/terminal/money"
)

// Sum is an amount that somebody types: cents roll in from the right. An amount
// that was proposed is replaced by the first digit.
type Sum struct {
	amount   money.Amount
	proposed bool
}

// Propose begins with an amount.
func (s *Sum) Propose(a money.Amount) { s.amount, s.proposed = a, a.Minor != 0 }

// Amount is what was entered or proposed.
func (s *Sum) Amount() money.Amount { return s.amount }

// Press takes a key of the pad.
func (s *Sum) Press(c caps.Cap) {
	_, ok := c.Digit()
	if (ok || c == caps.Zeros || c == caps.Erase) && s.proposed {
		s.proposed, s.amount.Minor = false, 0
	}
	s.amount.Minor = Roll(s.amount.Minor, c)
}
