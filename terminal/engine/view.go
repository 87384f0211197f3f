package engine

import (
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// Health of a part of the terminal, for the status bar.
type Health string

// The healths.
const (
	HealthOff     Health = "off"     // not set up
	HealthUnsure  Health = "unsure"  // not known yet
	HealthGood    Health = "good"    // works
	HealthTrouble Health = "trouble" // needs attention; Text says what to do
)

// Part is the state of one part, with a sentence where there is trouble.
type Part struct {
	Health Health
	Text   string
}

// BatchView is the open batch as the journal knows it.
type BatchView struct {
	GUID  string
	Sales int
	Total money.Amount
	// Returns are paid back out of it.
	Returns  int
	Returned money.Amount
	// Closing is true from the intent to the host's word.
	Closing bool
}

// Snapshot is everything that the screens show at one moment. It is made anew
// on every change and never altered: share it freely between goroutines.
type Snapshot struct {
	// Version grows with every snapshot.
	Version  uint64
	Training bool
	Shop     string
	Device   string
	Currency money.Currency
	// Operator is nil while nobody is signed in.
	Operator *staff.Operator
	Host     Part
	// Online is false from the loss of the host, at OfflineSince, to its
	// return; OfflineSince is zero while it is true.
	Online       bool
	OfflineSince time.Time
	Journal      Part
	Printer      Part
	// Drawer is how the cash drawer stands, where the printer tells.
	Drawer DrawerState
	// DrawerTrouble says that the drawer was not opened when it last should have
	// been; "" where it was.
	DrawerTrouble string
	Batch         BatchView
	// Offer is what the account can do: what it can't is not shown.
	Offer order.Offer
	// Live are the attempts that are not at their end, oldest first: the sale
	// that is under way, and what the terminal is still settling.
	Live []Sale
	// Last is the newest sale that changed, ended or not.
	Last *Sale
	// Follows are the voids, returns and other follow-ups that are not at their
	// end, oldest first.
	Follows []order.FollowUp
	// News are the sales that the terminal brought to an end, or to a question,
	// by itself after an answer was lost or the program had died. They stay
	// until Acknowledge.
	News []Sale
	// FollowNews are the same of follow-ups.
	FollowNews []order.FollowUp
	// Jobs are the receipts that need a person's word, and the newest of those
	// that wait.
	Jobs []order.Job
	// Stored are the sales that were taken while the host was away.
	Stored StoredView
	// Bills are those that are not at their end, oldest first: open, or being
	// cancelled.
	Bills []BillView
	// Wallets are the providers that codes can be asked of, for the shop's
	// currency.
	Wallets []order.WalletOffer
	// Codes are those that are not at their end, or have a payment that waits for
	// a person, oldest first; Code is the newest that changed, ended or not.
	Codes []CodeView
	Code  *CodeView
	// CodeNews are the codes that the terminal brought to an end, or that stray
	// money came by, while nobody waited for them. They stay until Acknowledge.
	CodeNews []CodeView
	// Refunds are those by wallet that are not at their end, oldest first;
	// RefundNews those that came to one after nobody waited for them any more: in
	// doubt before, or taken by the provider and not done after all.
	Refunds    []order.Refund
	RefundNews []order.Refund
	// WalletCheck is the newest comparison with what the providers received.
	WalletCheck WalletCheck
	// Recon is the newest comparison with the host, and what it found.
	Recon ReconView
	// Shift is who answers for the drawer now, Closing what keeps the batch from
	// being closed.
	Shift   ShiftView
	Closing ClosingView
	// Changed grows when the list of sales changed, or a closed batch was compared.
	Changed uint64
}

// DrawerState is how the cash drawer stands; "" is not known.
type DrawerState string

// The states of a drawer.
const (
	DrawerOpen   DrawerState = "open"
	DrawerClosed DrawerState = "closed"
)

// StoredView is what was taken on cards while the host was away, as far as it is
// not at its end. The lists hold the oldest; StoredSales has all.
type StoredView struct {
	// Room counts what waits for the host, and tells what may yet be taken. It is
	// of the snapshot's time: Room.Limits.Room makes it anew.
	Room order.OfflineRoom
	// Waiting are stored or being forwarded, Missing those that the bank did not
	// pay, or not whole, and that nobody collected yet.
	Waiting, Missing []order.Stored
	MissingCount     int
	MissingTotal     money.Amount
}

// Unit is the currency in which amounts are entered: dollars where the settings
// have not told yet.
func (s Snapshot) Unit() money.Currency {
	if s.Currency.Known() {
		return s.Currency
	}
	return money.USD
}

// Find returns the newest known state of a sale among Live and Last.
func (s Snapshot) Find(number string) (Sale, bool) {
	if s.Last != nil && s.Last.Number == number {
		return *s.Last, true
	}
	for _, sale := range s.Live {
		if sale.Number == number {
			return sale, true
		}
	}
	return Sale{}, false
}

// Sale is an attempt with what the screens need beside it.
type Sale struct {
	order.Attempt
	// Next is what the terminal does next for it by itself, and when.
	Next   order.Action
	NextAt time.Time
	// Alarm: a person should be told.
	Alarm bool
	// Standing is what became of it once it was approved.
	Standing order.Standing
}

// Detail is one sale with its whole story.
type Detail struct {
	Sale
	Order order.Order
	Story []Line
	Jobs  []order.Job
	// Follows are its voids, returns, captures and cards, oldest first; Acts
	// is what can be done about it now. Settled: its batch is known to be closed.
	Follows []order.FollowUp
	Acts    []order.Act
	Settled bool
	// Refunds are those of a code, oldest first.
	Refunds []order.Refund
}

// Line is one event of a story. Kind is a key of the text catalogue.
type Line struct {
	At    time.Time
	Kind  string
	Actor string
	// Approved is the operator who approved it for the actor, where one had to.
	Approved string
}

// Problem is an error for a person: Code is a key of the text catalogue, Text
// the sentence in English that says what to do.
type Problem struct {
	Code string
	Text string
	Err  error
	// Ask is what somebody may approve, with ProblemApproval.
	Ask *Ask
	// Say is Text with what is put into it apart; zero where Text is all.
	Say Sentence
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Text }

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.Err }

// The codes of problems.
const (
	ProblemPIN         = "pin-wrong"
	ProblemLocked      = "pin-locked"
	ProblemSignIn      = "sign-in-first"
	ProblemRight       = "no-right"
	ProblemAmountLow   = "amount-low"
	ProblemAmountHigh  = "amount-high"
	ProblemCurrency    = "currency"
	ProblemInProgress  = "in-progress"
	ProblemOrderClosed = "order-closed"
	ProblemConsent     = "consent"
	ProblemDisk        = "disk-full"
	ProblemStorage     = "storage"
	ProblemNoDevice    = "no-device"
	ProblemNotAllowed  = "not-allowed"
	ProblemBatchBusy   = "batch-busy"
	ProblemBatchEmpty  = "batch-empty"
	ProblemBatchRefuse = "batch-refused"
	ProblemBatchUnsure = "batch-unknown"
	ProblemNotFound    = "not-found"
	ProblemClosing     = "shutting-down"
	ProblemTooMuch     = "too-much"
	ProblemSettled     = "settled"
	ProblemNotOffered  = "not-offered"
	// ProblemRestored: the journal was put back and is not compared yet.
	ProblemRestored = "restored"
)
