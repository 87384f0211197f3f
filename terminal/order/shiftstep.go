package order

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/money"
)

// Errors of the rules of shifts.
var (
	// ErrCount: a count is less than nothing, or its pieces do not add up to it.
	ErrCount = errors.New("notes and coins do not add up to what was counted")
	// ErrMostCash: an amount is more than MostCash.
	ErrMostCash = errors.New("that is more than a drawer holds")
	// ErrOffReason: the drawer is off, and nobody said why.
	ErrOffReason = errors.New("a difference of the drawer needs a reason")
	// ErrOffLimit: the drawer is off by more than the limit, and nobody approved it.
	ErrOffLimit = errors.New("a difference of the drawer above the limit needs a supervisor")
)

// ShiftID is the id of a shift. It is made of the number, so that a journal takes
// no number twice.
func ShiftID(number int) string { return fmt.Sprintf("S-%06d", number) }

// OpenShift opens the shift behind the last one, which is zero where there was
// none. The float says who opens it, and when.
func OpenShift(last Shift, float Count) (Shift, error) {
	if last.Number > 0 && last.State != ShiftClosed {
		return last, ErrNotAllowed
	}
	if err := float.Check(float.Total.Currency); err != nil {
		return last, err
	}
	s := Shift{ID: ShiftID(last.Number + 1), Version: 1, Number: last.Number + 1, State: ShiftOpen,
		Float: float, OpenedBy: float.By, Opened: float.At, Holder: float.By}
	if s.Opened.Before(last.Opened) { // the clock was set back: the newest shift is still found by its time
		s.Opened = last.Opened
	}
	return s, nil
}

// OpenUncounted opens the shift of a shop that counts no drawer.
func OpenUncounted(last Shift, unit money.Currency, by string, now time.Time) (Shift, error) {
	s, err := OpenShift(last, Count{Total: money.New(0, unit), By: by, At: now})
	s.Uncounted = err == nil
	return s, err
}

// CountShift takes up a count for the closing. d is what should be in the drawer.
func CountShift(s Shift, c Count, d Drawer) (Shift, error) {
	if s.State != ShiftOpen && s.State != ShiftCounting || s.Uncounted {
		return s, ErrNotAllowed
	}
	off, err := c.off(s, d)
	if err != nil {
		return s, err
	}
	s.State, s.Drawer, s.Off = ShiftCounting, d, off
	s.Counts = append(slices.Clip(s.Counts), c)
	s.Version++
	return s, nil
}

// off is what a count has too much; below zero it is missing.
func (c Count) off(s Shift, d Drawer) (money.Amount, error) {
	if err := c.Check(s.Float.Total.Currency); err != nil {
		return money.Amount{}, err
	}
	return c.Total.Sub(d.Expected)
}

// ResumeShift goes on with a shift that was counted. Its counts stay.
func ResumeShift(s Shift) (Shift, error) {
	if s.State != ShiftCounting {
		return s, ErrNotAllowed
	}
	s.State, s.Drawer, s.Off = ShiftOpen, Drawer{}, money.Amount{}
	s.Version++
	return s, nil
}

// ShiftClosing is the closing of a shift: by whom, why the drawer is off, and who answers for that
// where it is off by more than Limit.
type ShiftClosing struct {
	By, Reason, Approved string
	Limit                money.Amount
	At                   time.Time
}

// CloseShift closes a shift that was counted.
func CloseShift(s Shift, c ShiftClosing) (Shift, error) {
	switch {
	case s.State != ShiftCounting:
		return s, ErrNotAllowed
	case !s.Off.IsZero() && c.Reason == "":
		return s, ErrOffReason
	case s.AboveLimit(c.Limit) && c.Approved == "":
		return s, ErrOffLimit
	}
	s.State, s.Closed, s.ClosedBy = ShiftClosed, c.At, c.By
	if !s.Off.IsZero() {
		s.Reason, s.Approved = c.Reason, c.Approved
	}
	s.Version++
	return s, nil
}

// AboveLimit reports that the drawer is off by more than a limit, either way. A
// limit of another currency is none that could be kept.
func (s Shift) AboveLimit(limit money.Amount) bool {
	within := limit.Currency == s.Off.Currency && s.Off.Minor <= limit.Minor && s.Off.Minor >= -limit.Minor
	return !s.Off.IsZero() && !within
}

// CloseUncounted closes a shift whose drawer nobody counts.
func CloseUncounted(s Shift, d Drawer, by string, now time.Time) (Shift, error) {
	if !s.Uncounted || s.State != ShiftOpen {
		return s, ErrNotAllowed
	}
	s.State, s.Drawer, s.Closed, s.ClosedBy = ShiftClosed, d, now, by
	s.Version++
	return s, nil
}

// HandOver makes another the one who answers for the drawer. counted is what the
// two counted, nil where they did not; d is what should have been there.
func HandOver(s Shift, to string, counted *Count, d Drawer, now time.Time) (Shift, error) {
	if s.State != ShiftOpen || s.Uncounted || to == "" || to == s.Holder {
		return s, ErrNotAllowed
	}
	h := Hand{From: s.Holder, To: to, At: now, Counted: counted}
	if counted != nil {
		var err error
		if h.Off, err = counted.off(s, d); err != nil {
			return s, err
		}
	}
	s.Holder, s.Hands = to, append(slices.Clip(s.Hands), h)
	s.Version++
	return s, nil
}

// MoveCash puts cash into the drawer of a shift or takes it out, never more than
// d says is there; of a drawer that nobody counts nothing is known.
func MoveCash(s Shift, m Move, d Drawer) (Move, error) {
	switch {
	case s.State != ShiftOpen || m.Kind != MoveIn && m.Kind != MoveOut:
		return m, ErrNotAllowed
	case m.Amount.Minor <= 0 || m.Amount.Currency != s.Float.Total.Currency:
		return m, ErrBadAmount
	case m.Amount.Minor > MostCash:
		return m, ErrMostCash
	case m.Kind == MoveOut && !s.Uncounted && m.Amount.Minor > d.Expected.Minor:
		return m, ErrTooMuch
	}
	m.Shift, m.Version = s.ID, 1
	return m, nil
}
