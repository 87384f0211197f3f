package entry

import (
	"paydesk/app/widgets/caps"
	"paydesk/terminal/money"
)

// sumMost bounds what can be entered; the limits of amounts are lower.
const sumMost = 9_999_999_999

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
	digit, ok := c.Digit()
	if (ok || c == caps.Zeros || c == caps.Erase) && s.proposed {
		s.proposed, s.amount.Minor = false, 0
	}
	switch {
	case ok:
		s.push(int64(digit - '0'))
	case c == caps.Zeros:
		s.push(0)
		s.push(0)
	case c == caps.Erase:
		s.amount.Minor /= 10
	}
}

func (s *Sum) push(digit int64) {
	if next := s.amount.Minor*10 + digit; next <= sumMost {
		s.amount.Minor = next
	}
}
