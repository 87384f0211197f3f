package order

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"paydesk/terminal/money"
)

// Errors of every journal.
var (
	// ErrConflict: the object changed since it was read; nothing was written.
	ErrConflict = errors.New("the journal holds a newer state")
	// ErrFull: the disk has no room; nothing was written.
	ErrFull = errors.New("the disk is full")
	// ErrNotFound: there is no such object.
	ErrNotFound = errors.New("not in the journal")
)

// Query asks for a page of sales, newest first. What is left zero does not
// narrow it.
type Query struct {
	// From and To bound the time of creation: From ≤ t < To.
	From, To time.Time
	// Before continues behind a number that an earlier page ended with.
	Before string
	// Limit is the page's length; 0 means 100, at most 500.
	Limit int

	// Least and Most bound the asked amount, both included.
	Least, Most money.Amount
	// Last4 are the last digits of the card.
	Last4 string
	// States and Kinds are those wanted; none means all. The kinds of what is no
	// attempt are in listing.go.
	States []State
	Kinds  []Kind
	// Operator is the id of who made the sale.
	Operator string
	// Number is how the number begins.
	Number string
	// Text is words, each of which begins a word of the card's holder, the
	// order's note or id, the authorisation code, or the reference, in small
	// letters or capitals. Whole asks for whole words instead.
	Text  string
	Whole bool
}

// Narrow reports whether the query asks for more than a stretch of time.
func (q Query) Narrow() bool {
	return q.Least != (money.Amount{}) || q.Most != (money.Amount{}) || q.Last4 != "" || len(q.States) > 0 ||
		len(q.Kinds) > 0 || q.Operator != "" || q.Number != "" || len(Words(q.Text)) > 0
}

// Match reports whether an attempt, for an order with a note, is what the
// query asks for, apart from Before and Limit.
func (q Query) Match(a Attempt, note string) bool { return q.MatchRow(Row{Attempt: &a}, note) }

// MatchRow is Match for whatever may be in a list. A stored sale that the bank
// paid is not asked for: the attempt that paid it is there.
func (q Query) MatchRow(r Row, note string) bool {
	none := money.Amount{}
	a := r.Facts()
	switch {
	case !q.From.IsZero() && a.Created.Before(q.From), !q.To.IsZero() && !a.Created.Before(q.To),
		q.Least != none && (a.Amount.Currency != q.Least.Currency || a.Amount.Minor < q.Least.Minor),
		q.Most != none && (a.Amount.Currency != q.Most.Currency || a.Amount.Minor > q.Most.Minor),
		q.Last4 != "" && a.Last4 != q.Last4, q.Operator != "" && a.Operator != q.Operator,
		len(q.States) > 0 && !slices.Contains(q.States, a.State), len(q.Kinds) > 0 && !slices.Contains(q.Kinds, a.Kind),
		!strings.HasPrefix(a.ID, q.Number), r.Stored != nil && r.Stored.State == StoredApproved:
		return false
	}
	asked := Words(q.Text)
	if len(asked) == 0 {
		return true
	}
	has := a.SearchWords(note)
	for _, w := range asked {
		if !slices.ContainsFunc(has, func(h string) bool { return h == w || !q.Whole && strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

// Words are the different words of a text in small letters, sorted: letters
// and digits in a row.
func Words(text string) []string {
	all := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(all)
	return slices.Compact(all)
}

// Page is a part of what a Query asks for.
type Page struct {
	Sales []Attempt
	// Next is what Before is to be for the following page, "" at the end. A
	// page may be short, or empty, and not the last.
	Next string
}

// Unfinished is what a journal holds that is not at its end.
type Unfinished struct {
	Attempts []Attempt
	Follows  []FollowUp
	Batches  []Batch
	Stored   []Stored
	SealKeys []SealKey
	Bills    []Bill
	// QRs are also those with a payment that waits for a person.
	QRs     []QR
	Refunds []Refund
}

// BatchSum is what the journal holds of one batch of the host.
type BatchSum struct {
	GUID    string
	Witness Witness // one transaction in it
	Totals  Totals
	Opened  time.Time // when its first transaction was made
}
