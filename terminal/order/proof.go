package order

import (
	"time"

	"paydesk/terminal/money"
)

// Proof is the three-way comparison of one closed batch: what the journal has in
// it, the host's own transactions of it, and the totals with which it was closed.
// Wallets stand beside, each held against its provider.
type Proof struct {
	// ID is the first member of its JSON, by which a journal tells a proof.
	ID      string `json:"proof"`
	Version int64  `json:"version"`
	// Batch is the closing (order.Batch.ID), GUID the host's batch.
	Batch  string    `json:"of_batch"`
	GUID   string    `json:"guid"`
	Device string    `json:"on_device"`
	At     time.Time `json:"at"`
	// Complete: all three sides were there, and read to their end; otherwise
	// Trouble says why not, and what was compared is what there was.
	Complete bool   `json:"complete"`
	Trouble  string `json:"trouble,omitempty"`
	// Journal and Host are summed up here, Closed is what the host said at the
	// closing; nil where it gave none.
	Journal Totals  `json:"journal"`
	Host    Totals  `json:"host"`
	Closed  *Totals `json:"closed,omitempty"`
	// Rows is how many transactions the host has, Local how many the journal has
	// of the batch, Matched how many are the same in both to the cent.
	Rows    int `json:"rows"`
	Local   int `json:"local"`
	Matched int `json:"matched"`
	// Found names each difference; More counts those beyond MaxMismatches.
	Found  []Mismatch `json:"found,omitempty"`
	More   int        `json:"more,omitempty"`
	Digest string     `json:"digest"`
	// Wallets are the providers' side.
	Wallets []WalletProof `json:"wallets,omitempty"`
}

// Agrees reports that all was compared and nothing differs.
func (p Proof) Agrees() bool {
	if !p.Complete || len(p.Found) > 0 || p.Journal != p.Host || p.Closed != nil && *p.Closed != p.Journal {
		return false
	}
	for _, w := range p.Wallets {
		if !w.Agrees() {
			return false
		}
	}
	return true
}

// BatchLine is one transaction of a batch, as the journal or the host has it. A
// voided sale is there as its void, and a captured hold as the sale that the
// capture made (ConnexPay API, Get batches with transactions).
type BatchLine struct {
	Shelf Shelf
	GUID  string
	// Number is the attempt's or follow-up's, "" where a list does not say.
	Number string
	Last4  string
	Amount money.Amount
	At     time.Time
	// Loose: the list is not of the batch alone, and does not say of which batch
	// this is.
	Loose bool
	// Left is what stands of it now, where the list says that in place of what it
	// came to in its batch; nil otherwise.
	Left *money.Amount
}

// BatchQuery asks for the transactions of a batch of the host.
type BatchQuery struct {
	GUID, Device string
	// From and To are about when they were made.
	From, To time.Time
	// Searched asks for what lists and searches of all transactions have of it,
	// where the account has no list of a batch: its sales and returns alone.
	Searched bool
}

// WalletProof holds what one provider received in one currency against the
// journal.
type WalletProof struct {
	Provider string         `json:"provider"`
	Currency money.Currency `json:"currency"`
	Test     bool           `json:"test,omitempty"`
	Complete bool           `json:"complete"`
	Trouble  string         `json:"trouble,omitempty"`
	// Here and There are what came in during the batch's time, by the provider's
	// clock; Back and BackThere what went back of that until now.
	Here      Sum `json:"here"`
	There     Sum `json:"there"`
	Back      Sum `json:"back"`
	BackThere Sum `json:"back_there"`
	// Fees and Net are the provider's as far as they are known.
	Fees    money.Amount     `json:"fees"`
	Net     money.Amount     `json:"net"`
	Matched int              `json:"matched"`
	Found   []WalletMismatch `json:"found,omitempty"`
	More    int              `json:"more,omitempty"`
}

// Agrees reports that all was compared and nothing differs.
func (w WalletProof) Agrees() bool {
	return w.Complete && len(w.Found) == 0 && w.More == 0 && w.Here == w.There && w.Back == w.BackThere
}

// WalletMismatch is one difference between journal and provider. What is a
// Difference: HostOnly, LocalOnly, AmountDiffers, or ReturnedThere for another sum
// that went back.
type WalletMismatch struct {
	What    Difference   `json:"what"`
	ID      string       `json:"id,omitempty"` // the code
	Payment string       `json:"payment"`      // the provider's name of it
	Here    money.Amount `json:"here,omitzero"`
	There   money.Amount `json:"there,omitzero"`
}
