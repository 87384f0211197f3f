package order

import (
	"errors"
	"time"

	"paydesk/terminal/money"
)

// Shelf is a kind of the host's rows.
type Shelf string

// The shelves. The sale that a capture makes stands among the sales.
const (
	ShelfSales    Shelf = "sale"
	ShelfHolds    Shelf = "hold"
	ShelfCaptures Shelf = "capture"
	ShelfVoids    Shelf = "void"
	ShelfReturns  Shelf = "return"
)

// ErrNoList: the account offers no way to list the rows of a shelf.
var ErrNoList = errors.New("the account does not list these transactions")

// HostRow is a transaction as the host lists it. A row of a list may say less
// than an answer: what it does not say is empty.
type HostRow struct {
	Shelf Shelf
	// At is the host's time, zero where it cannot be read. Its zone may be
	// missing: never order by it.
	At time.Time
	Evidence
	// Undone: the row names a void of its own.
	Undone bool
}

// Done reports that the host carried out what the row is about.
func (r HostRow) Done() bool {
	return approvedStatus(normalStatus(r.Status)) && (r.Processed == nil || *r.Processed)
}

// Closed reports that the row's batch is known to be closed.
func (r HostRow) Closed() bool { return normalStatus(r.BatchStatus) == "batch - closed" }

// Stands is what a row of a sale or hold stands for now; not live where it was
// declined, has no outcome, or carries no money any more.
func (r HostRow) Stands() (amount money.Amount, live bool) {
	amount = granted(r.Evidence)
	if !r.Done() || r.Undone && r.Effective == nil {
		return money.New(0, amount.Currency), false
	}
	return amount, amount.Minor > 0
}

// Difference is what a comparison with the host's rows found, in a word.
type Difference string

// The differences.
const (
	// HostOnly: money stands at the host under a number that the journal does
	// not have.
	HostOnly Difference = "host-only"
	// LocalOnly: the journal has it as approved, and the host has no row.
	LocalOnly Difference = "local-only"
	// NotCharged: the journal has it as approved, and the host's row says that
	// it was declined or has no outcome.
	NotCharged Difference = "not-charged"
	// AmountDiffers: both have it, with other amounts, or on another device.
	AmountDiffers Difference = "amount-differs"
	// LateCharge: money stands at the host for an attempt that the journal has
	// as dead.
	LateCharge Difference = "late-charge"
	// VoidedThere and ReturnedThere: the host undid it, or paid it back, and
	// the journal knows nothing of that.
	VoidedThere   Difference = "voided-at-host"
	ReturnedThere Difference = "returned-at-host"
	// CapturedThere: the host captured a hold, and the journal did not.
	CapturedThere Difference = "captured-at-host"
	// NotDone: the journal has a void, return or capture as done, and the host
	// has no row of it.
	NotDone Difference = "not-done"
	// Twice: money stands twice at the host under one number.
	Twice Difference = "twice"
	// Unreadable: the host's row cannot be understood.
	Unreadable Difference = "unreadable"
)

// Origin says whose number a row carries.
type Origin string

// The origins.
const (
	OriginOwn Origin = "own" // this installation's
	// OriginEarlier: this installation's before its journal was put back.
	OriginEarlier Origin = "earlier"
	OriginOther   Origin = "other" // another's, or no number of ours at all
)

// Mismatch is one difference between journal and host.
type Mismatch struct {
	What  Difference `json:"what"`
	Shelf Shelf      `json:"shelf"`
	// Number is the attempt's or follow-up's, where it is known; GUID the host's
	// row, Of the row that it is about.
	Number string `json:"number,omitempty"`
	GUID   string `json:"guid,omitempty"`
	Of     string `json:"of,omitempty"`
	Last4  string `json:"last4,omitempty"`
	Origin Origin `json:"origin"`
	// Here and There are what the journal and the host have of it.
	Here  *money.Amount `json:"here,omitempty"`
	There *money.Amount `json:"there,omitempty"`
	At    time.Time     `json:"at,omitzero"`
	// Act is what the terminal does about it by itself; "" is nothing.
	Act Act `json:"act,omitempty"`
}

// Alarm reports whether a person should be told at once: money that the
// journal counts on is not there, or money is there that nobody accounts for
// and the terminal may not take back.
func (m Mismatch) Alarm() bool {
	switch m.What {
	case LocalOnly, NotCharged, Twice, NotDone:
		return true
	case HostOnly:
		return m.Origin != OriginOther
	case LateCharge:
		return m.Act == ""
	}
	return false
}

// MaxMismatches is how many differences a Reconciliation lists; the others are
// counted.
const MaxMismatches = 100

// Reconciliation is a comparison of the journal with the host's rows of this
// device. The journal keeps one, of which the newest state counts.
type Reconciliation struct {
	// ID is a number of its own: it tells by which installation it was made.
	ID      string `json:"id"`
	Version int64  `json:"version"`
	// Why it was made: one of the reasons below.
	Why    string    `json:"why"`
	Device string    `json:"device"`
	From   time.Time `json:"from,omitzero"`
	To     time.Time `json:"to,omitzero"`
	Began  time.Time `json:"began"`
	Ended  time.Time `json:"ended,omitzero"`
	// Complete: all was compared that the account lists. Otherwise Trouble says
	// why not, and what was found is what the last complete one found.
	Complete bool   `json:"complete"`
	Trouble  string `json:"trouble,omitempty"`
	// Reached is until when all was compared, by this one or an earlier one.
	Reached time.Time `json:"reached,omitzero"`
	// Unlisted are the shelves that the account does not list.
	Unlisted []Shelf        `json:"unlisted,omitempty"`
	Counts   ReconciledRows `json:"counts"`
	Found    []Mismatch     `json:"found,omitempty"`
	// Digest tells two comparisons of the same rows: the sum over the hashes of
	// all rows that were compared.
	Digest string `json:"digest,omitempty"`
}

// ReconciledRows counts what was compared. Host is the host's rows, of which
// Matched agree with the journal, Pending are still being settled, Others carry
// numbers of other programs; Local is the journal's approved payments.
type ReconciledRows struct {
	Host        int `json:"host"`
	Local       int `json:"local"`
	Matched     int `json:"matched"`
	Pending     int `json:"pending"`
	Others      int `json:"others"`
	Differences int `json:"differences"`
	TakenBack   int `json:"taken_back"`
}

// The reasons for a reconciliation.
const (
	WhyStart       = "start"
	WhyRestored    = "restored"
	WhyHourly      = "hourly"
	WhyBeforeClose = "before-close"
	WhyAfterClose  = "after-close"
	WhyAsked       = "asked"
)
