package card

import (
	"fmt"
	"time"
)

// Expiry is the last month in which a card is good. The zero value is none.
type Expiry struct {
	Year  int // four digits
	Month time.Month
}

// maxYearsAhead is how far ahead an expiry is believed. Issuers stay well
// below; more is a slip of the finger.
const maxYearsAhead = 20

// ParseMMYY reads four digits as people type them from the card: 0928 is
// September 2028. Years are in this century.
func ParseMMYY[T text](digits T) (Expiry, error) {
	e, p := parseExpiry(digits, 0, 2)
	return e, asError(p)
}

// ParseYYMM reads four digits as hosts and magnetic stripes have them: 2809
// is September 2028 (ISO/IEC 7813).
func ParseYYMM[T text](digits T) (Expiry, error) {
	e, p := parseExpiry(digits, 2, 0)
	return e, asError(p)
}

func parseExpiry[T text](digits T, monthAt, yearAt int) (Expiry, *Problem) {
	if len(digits) != 4 {
		return Expiry{}, problem(FieldExpiry, CodeLength)
	}
	month, monthOK := number(digits[monthAt : monthAt+2])
	year, yearOK := number(digits[yearAt : yearAt+2])
	if !monthOK || !yearOK {
		return Expiry{}, problem(FieldExpiry, CodeDigits)
	}
	if month < 1 || month > 12 {
		return Expiry{}, problem(FieldExpiry, CodeMonth)
	}
	return Expiry{Year: 2000 + year, Month: time.Month(month)}, nil
}

// MMYY is the expiry as it stands on the card, without the stroke.
func (e Expiry) MMYY() string { return fmt.Sprintf("%02d%02d", int(e.Month), e.Year%100) }

// YYMM is the expiry as hosts want it.
func (e Expiry) YYMM() string { return fmt.Sprintf("%02d%02d", e.Year%100, int(e.Month)) }

// Check says what is wrong with the expiry at a moment: a card is good
// through the last day of its month, in the zone of now.
func (e Expiry) Check(now time.Time) *Problem {
	if e.Month < time.January || e.Month > time.December {
		return problem(FieldExpiry, CodeMonth)
	}
	left := (e.Year-now.Year())*12 + int(e.Month) - int(now.Month())
	switch {
	case left < 0:
		return problem(FieldExpiry, CodeExpired)
	case left > maxYearsAhead*12:
		return problem(FieldExpiry, CodeTooFar)
	}
	return nil
}
