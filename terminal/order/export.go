package order

import (
	"time"

	"paydesk/terminal/money"
)

// ExportTarget is where a period is exported to.
type ExportTarget string

// The targets. Reading a period as CSV or JSON is no export: it may be done as
// often as somebody likes.
const (
	// ExportXero posts to Xero by its API, ExportXeroCSV and ExportBankCSV are files
	// for an import by hand.
	ExportXero    ExportTarget = "xero"
	ExportXeroCSV ExportTarget = "xero-csv"
	ExportBankCSV ExportTarget = "bank-csv"
)

// PostState is the state of a posting.
type PostState string

// The states of a posting: built, sent, and then posted, rejected or unknown until
// it was looked up.
const (
	PostBuilt    PostState = "BUILT"
	PostSending  PostState = "SENDING"
	PostDone     PostState = "POSTED"
	PostRejected PostState = "REJECTED"
	PostUnknown  PostState = "UNKNOWN"
)

// Posting is one entry in the books.
type Posting struct {
	// Reference names it there and is made of period and account: the same for
	// every try. Hash is that of what was sent.
	Reference string       `json:"reference"`
	Kind      string       `json:"kind"`
	Amount    money.Amount `json:"amount"`
	State     PostState    `json:"state"`
	Remote    string       `json:"remote,omitempty"` // their id of it
	Hash      string       `json:"hash,omitempty"`
	Message   string       `json:"message,omitempty"`
}

// Export is one period that went to one target. Its ID is made of target and Z
// report, so that no period goes there twice.
type Export struct {
	// ID is the first member of its JSON, by which a journal tells an export.
	ID      string       `json:"export"`
	Version int64        `json:"version"`
	Target  ExportTarget `json:"target"`
	// Z is the number of the report, Day its business day.
	Z        int       `json:"of_z"`
	Day      Day       `json:"day"`
	Done     bool      `json:"done"`
	Postings []Posting `json:"postings,omitempty"`
	Operator string    `json:"operator"`
	At       time.Time `json:"at"`
	Since    time.Time `json:"since"`
}
