package shift

import (
	"paydesk/app/entry"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// mostPieces is the most that may be counted of one kind.
const mostPieces = 9999

// sheet is what somebody counts: how many there are of each note and coin, or all
// of it in one sum.
type sheet struct {
	currency money.Currency
	faces    []int64
	counts   []int
	at       int
	// fresh: the next digit takes the place of the number.
	fresh bool
	// whole: one sum is typed, which is minor.
	whole bool
	minor int64
	// begun: something was counted, and be it nothing.
	begun bool
}

func newSheet(c money.Currency) *sheet {
	faces := money.Pieces(c)
	return &sheet{currency: c, faces: faces, counts: make([]int, len(faces)), fresh: true, whole: len(faces) == 0}
}

// total is what was counted.
func (s *sheet) total() money.Amount {
	minor := s.minor
	if !s.whole {
		minor = 0
		for i, face := range s.faces {
			minor += face * int64(s.counts[i])
		}
	}
	return money.New(minor, s.currency)
}

// count is what was counted, as the journal keeps it.
func (s *sheet) count() order.Count {
	c := order.Count{Total: s.total()}
	for i, n := range s.counts {
		if n > 0 && !s.whole {
			c.Pieces = append(c.Pieces, order.Piece{Face: s.faces[i], Count: n})
		}
	}
	return c
}

// press takes a key of the pad.
func (s *sheet) press(c caps.Cap) {
	s.begun = true
	if s.whole {
		s.minor = entry.Roll(s.minor, c)
		return
	}
	n := s.counts[s.at]
	if _, digit := c.Digit(); s.fresh && (digit || c == caps.Zeros) {
		n = 0
	}
	s.fresh = false
	if next := entry.Roll(int64(n), c); next <= mostPieces {
		n = int(next)
	}
	s.counts[s.at] = n
}

// add counts one more or one less.
func (s *sheet) add(by int) {
	if !s.whole {
		s.begun, s.fresh = true, true
		s.counts[s.at] = min(max(0, s.counts[s.at]+by), mostPieces)
	}
}

// choose goes to a kind and reports whether it is there.
func (s *sheet) choose(i int) bool {
	if s.whole || i < 0 || i >= len(s.faces) {
		return false
	}
	s.at, s.fresh = i, true
	return true
}

// turn changes between notes and coins and one sum. What was counted goes with it,
// as far as it can.
func (s *sheet) turn() {
	if len(s.faces) == 0 {
		return
	}
	if !s.whole {
		s.minor = s.total().Minor
	}
	s.whole, s.fresh = !s.whole, true
}

// Piece is one kind of note or coin, as it is shown.
type Piece struct {
	Face, Count, Sum string
	Chosen           bool
}

// pieces are the kinds as they are shown.
func (s *sheet) pieces() []Piece {
	if s.whole {
		return nil
	}
	var all []Piece
	for i, face := range s.faces {
		p := Piece{Face: text.Money(money.New(face, s.currency)), Chosen: i == s.at}
		if n := s.counts[i]; n > 0 {
			p.Count, p.Sum = text.Number(n), text.Money(money.New(face*int64(n), s.currency))
		}
		all = append(all, p)
	}
	return all
}
