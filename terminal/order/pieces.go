package order

import (
	"math"
	"strconv"
	"strings"

	"paydesk/terminal/money"
)

// MostCash is the most that one count, move or sale in cash may be, in minor units:
// a bar code that was read as an amount is more. Nine million of them can be added
// up, so that no mistyped amount keeps a shift or a Z report from its end.
const MostCash = 1_000_000_000_000

// Check refuses a count that cannot be: of another currency, less than nothing,
// more than MostCash, or with pieces that do not add up to its total.
func (c Count) Check(unit money.Currency) error {
	if c.Total.Minor > MostCash {
		return ErrMostCash
	}
	if c.Total.Currency != unit || !unit.Known() || c.Total.Minor < 0 {
		return ErrCount
	}
	if sum, err := PiecesTotal(unit, c.Pieces); err != nil || len(c.Pieces) > 0 && sum != c.Total {
		return ErrCount
	}
	return nil
}

// PiecesTotal adds notes and coins up. It fails with ErrCount.
func PiecesTotal(unit money.Currency, pieces []Piece) (money.Amount, error) {
	total := money.New(0, unit)
	for _, p := range pieces {
		if p.Face <= 0 || p.Count < 0 || p.Count > 0 && p.Face > (math.MaxInt64-total.Minor)/int64(p.Count) {
			return money.Amount{}, ErrCount
		}
		total.Minor += p.Face * int64(p.Count)
	}
	return total, nil
}

// ParsePieces reads notes and coins as people write them: 50x2,20x3,0.25x8. Empty
// text is none. It fails with ErrCount.
func ParsePieces(text string, unit money.Currency) (pieces []Piece, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if text == "" {
			return nil, nil
		}
		face, count, _ := strings.Cut(strings.TrimSpace(part), "x")
		value, err := money.Parse(face, unit)
		n, countErr := strconv.ParseUint(count, 10, 31)
		if err != nil || countErr != nil || value.Minor <= 0 {
			return nil, ErrCount
		}
		pieces = append(pieces, Piece{Face: value.Minor, Count: int(n)})
	}
	return pieces, nil
}
