package order

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// OfflineLimits say what may be taken on a card while the host is away. The
// zero value allows nothing.
type OfflineLimits struct {
	Enabled bool
	// Tokens allows cards on file; either is allowed without the other.
	Tokens bool
	// PerSale bounds one sale, Total the sum of all that are not forwarded.
	PerSale, Total money.Amount
	// Count bounds the number of those.
	Count int
	// Age of the oldest of them at which no more are taken. Nothing is ever
	// given up by it.
	Age time.Duration
	// Brands are those that are taken; none: all.
	Brands []string
}

// Unsent is what is stored and not yet known to be paid.
type Unsent struct {
	Count  int
	Total  money.Amount
	Oldest time.Time // zero where there is none
}

// OfflineRoom is what the limits leave, for the screens.
type OfflineRoom struct {
	Unsent Unsent
	Limits OfflineLimits
	// Left is how many sales, and LeftTotal how much, may still be taken; Until
	// is when the age of the oldest one ends it, zero where none is stored.
	Left      int
	LeftTotal money.Amount
	Until     time.Time
	// Text says all of it, such as "3 of 20, $112.50 of $500.00, oldest 2 h 10 m,
	// accepting for 21 h 50 m".
	Text string
}

// OfflineRefusal says why a sale may not be stored, and what to do.
type OfflineRefusal struct {
	Text string
	// Format and Args are what is refused, without what to do, apart from what
	// is put in; "" where Text is all.
	Format string
	Args   []any
	// Limit: it is a limit of amount or number, and nothing else stands in the
	// way. A supervisor may approve the one sale.
	Limit bool
}

// Error is the sentence.
func (r *OfflineRefusal) Error() string { return r.Text }

// TextTakeCash is what to do where a card can't be stored.
const TextTakeCash = "Take cash, or wait for the bank."

func refuse(limit bool, format string, args ...any) error {
	shown := make([]any, len(args))
	for i, arg := range args {
		shown[i] = arg
		if a, ok := arg.(money.Amount); ok {
			shown[i] = a.Display()
		}
	}
	return &OfflineRefusal{Text: fmt.Sprintf(format, shown...) + " " + TextTakeCash, Format: format, Args: args, Limit: limit}
}

// Accept decides whether a sale of the amount may be stored; the error is an
// *OfflineRefusal. Brand is "" where the card is not known yet.
func (l OfflineLimits) Accept(u Unsent, amount money.Amount, brand string, now time.Time) error {
	if !l.Enabled {
		return &OfflineRefusal{Text: "Cards are not taken here while the bank is away; the owner can switch that on (offline.enabled). Take cash, or wait for the bank."}
	}
	return l.within(u, amount, brand, now)
}

// AcceptOnFile is Accept for a card on file: its switch is another, the limits
// are the same.
func (l OfflineLimits) AcceptOnFile(u Unsent, amount money.Amount, brand string, now time.Time) error {
	if !l.Tokens {
		return &OfflineRefusal{Text: "Cards on file are not charged here while the bank is away; the owner can switch that on (offline.tokens). Take cash, or wait for the bank."}
	}
	return l.within(u, amount, brand, now)
}

func (l OfflineLimits) within(u Unsent, amount money.Amount, brand string, now time.Time) error {
	switch {
	case u.Count > 0 && age(u, now) >= l.Age:
		return refuse(false, "The oldest stored card sale waits for %s, and after %s no more are taken.", span(age(u, now)), span(l.Age))
	case brand != "" && len(l.Brands) > 0 && !slices.ContainsFunc(l.Brands, func(b string) bool { return strings.EqualFold(b, brand) }):
		return refuse(false, "%s is not taken while the bank is away.", brand)
	case amount.Minor > l.PerSale.Minor:
		return refuse(true, "While the bank is away, at most %s is taken on a card.", l.PerSale)
	case u.Count >= l.Count:
		return refuse(true, "%d card sales are already stored, and no more than %d are taken.", u.Count, l.Count)
	case u.Total.Minor > l.Total.Minor-amount.Minor:
		return refuse(true, "Card sales of %s are already stored, and no more than %s is taken.", u.Total, l.Total)
	}
	return nil
}

// Room is what is left of the limits at now.
func (l OfflineLimits) Room(u Unsent, now time.Time) OfflineRoom {
	r := OfflineRoom{Unsent: u, Limits: l, Left: max(l.Count-u.Count, 0), LeftTotal: l.Total}
	r.LeftTotal.Minor = max(l.Total.Minor-u.Total.Minor, 0)
	r.Text = fmt.Sprintf("%d of %d, %s of %s", u.Count, l.Count, u.Total.Display(), l.Total.Display())
	if u.Count == 0 {
		return r
	}
	r.Until = u.Oldest.Add(l.Age)
	r.Text += ", oldest " + span(age(u, now))
	if left := l.Age - age(u, now); left > 0 && (l.Enabled || l.Tokens) {
		r.Text += ", accepting for " + span(left)
	} else {
		r.Text += ", accepting no more"
	}
	return r
}

// age of the oldest; a clock that was set back makes none younger than now.
func age(u Unsent, now time.Time) time.Duration { return max(now.Sub(u.Oldest), 0) }

// span writes a duration in hours and minutes.
func span(d time.Duration) string {
	minutes := int64(d / time.Minute)
	if minutes < 60 {
		return fmt.Sprintf("%d m", minutes)
	}
	return fmt.Sprintf("%d h %d m", minutes/60, minutes%60)
}
