package order

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// ExportTargets lists all targets, for tables and tests.
var ExportTargets = []ExportTarget{ExportXero, ExportXeroCSV, ExportBankCSV}

// PostState is the state of a posting.
type PostState string

// The states of a posting: built, sent, and then posted, rejected or unknown until
// it was looked up. Posted is final.
const (
	PostBuilt    PostState = "BUILT"
	PostSending  PostState = "SENDING"
	PostDone     PostState = "POSTED"
	PostRejected PostState = "REJECTED"
	PostUnknown  PostState = "UNKNOWN"
)

// The kinds of postings: money that came into a clearing account or left it, an
// invoice, and a payment of one.
const (
	PostReceive = "RECEIVE"
	PostSpend   = "SPEND"
	PostInvoice = "INVOICE"
	PostPayment = "PAYMENT"
)

// PostLine is one line of a posting. Amount includes Tax; both are negative where
// an invoice takes something back.
type PostLine struct {
	Text    string       `json:"text"`
	Account string       `json:"account"`
	TaxType string       `json:"tax_type,omitempty"`
	Amount  money.Amount `json:"amount"`
	Tax     money.Amount `json:"tax,omitzero"`
}

// Posting is one entry in the books. All that is sent is in it, so that a second
// try sends the same.
type Posting struct {
	// Reference names it there and is made of installation, period and account: the
	// same for every try. Hash is that of what was sent, Try how often it was
	// corrected before.
	Reference string       `json:"reference"`
	Kind      string       `json:"kind"`
	Amount    money.Amount `json:"amount"`
	State     PostState    `json:"state"`
	Remote    string       `json:"remote,omitempty"` // their id of it
	Hash      string       `json:"hash,omitempty"`
	Try       int          `json:"try,omitempty"`
	// There is their total, where it is another than Amount; Message what was said.
	There   money.Amount `json:"there,omitzero"`
	Message string       `json:"message,omitempty"`

	Date Day `json:"date"`
	// Account is the clearing account, Tender how it was paid: a Book.
	Account  string     `json:"account,omitempty"`
	Tender   string     `json:"tender,omitempty"`
	Contact  string     `json:"contact,omitempty"`
	Invoice  string     `json:"invoice,omitempty"` // that a payment pays
	Tracking string     `json:"tracking,omitempty"`
	Lines    []PostLine `json:"lines,omitempty"`
}

// Digest is the hash of all that is sent of it.
func (p Posting) Digest() string {
	p.State, p.Remote, p.Hash, p.Message, p.There = "", "", "", "", money.Amount{}
	text, err := json.Marshal(p)
	if err != nil {
		return "" // texts and numbers marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Tax is the tax of all lines.
func (p Posting) Tax() (money.Amount, error) {
	tax, err := money.New(0, p.Amount.Currency), error(nil)
	for _, l := range p.Lines {
		if l.Tax.Currency != "" && err == nil {
			tax, err = tax.Add(l.Tax)
		}
	}
	return tax, err
}

// Export is one period that went to one target. Its ID is made of target and Z
// report, so that no period goes there twice. It is a value.
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
	// Files are those that it is in, Copies how often they were written again.
	Files    []string  `json:"files,omitempty"`
	Copies   int       `json:"copies,omitempty"`
	Operator string    `json:"operator"`
	At       time.Time `json:"at"`
	Since    time.Time `json:"since"`
}

// ErrBooksChanged: part of a period is posted already, and what is left of it
// would be posted in another way.
var ErrBooksChanged = errors.New("part of this period is posted in another way")

// ExportID is the name of the one export of a Z report to a target.
func ExportID(target ExportTarget, z int) string { return fmt.Sprintf("%s-%06d", target, z) }

// Waits reports that the terminal goes on with it by itself; otherwise it is done,
// or a person has to correct something.
func (e Export) Waits() bool {
	_, ok := e.Next()
	return ok
}

// Next is the posting that is to be worked on, if any. One that was rejected waits
// for a person, and the payments of an invoice for the invoice.
func (e Export) Next() (i int, ok bool) {
	for i, p := range e.Postings {
		if p.State == PostDone || p.State == PostRejected || p.Kind == PostPayment && !e.posted(p.Invoice) {
			continue
		}
		return i, true
	}
	return 0, false
}

func (e Export) posted(reference string) bool {
	return slices.ContainsFunc(e.Postings, func(p Posting) bool { return p.Reference == reference && p.State == PostDone })
}

// Rejected lists what waits for a person.
func (e Export) Rejected() (list []Posting) {
	for _, p := range e.Postings {
		if p.State == PostRejected {
			list = append(list, p)
		}
	}
	return list
}

// Begin marks a posting as sent, before its first byte leaves.
func (e Export) Begin(i int, at time.Time) Export {
	e = e.changed(at)
	p := &e.Postings[i]
	p.State, p.Hash, p.Message = PostSending, p.Digest(), ""
	return e
}

// PostOutcome sorts what is known after a posting was sent or looked up.
type PostOutcome int

// The outcomes.
const (
	// PostNoAnswer: nobody knows whether it was taken.
	PostNoAnswer PostOutcome = iota
	// PostTaken: it is in the books.
	PostTaken
	// PostRefused: it is not, and will not be as it is.
	PostRefused
	// PostNotNow: nothing was done, and it may be sent again later.
	PostNotNow
	// PostAbsent: it was looked for and is not there.
	PostAbsent
)

// PostAnswer is what a system of books said. Total and Remote are of what was
// taken; Message is a sentence; Wait is how long it wants to be left alone.
type PostAnswer struct {
	Is      PostOutcome
	Remote  string
	Total   money.Amount
	Message string
	Wait    time.Duration
}

// Answered takes up what was said about a posting that was sent, or looked up.
func (e Export) Answered(i int, a PostAnswer, at time.Time) Export {
	p := e.Postings[i]
	if p.State == PostDone {
		return e
	}
	e = e.changed(at)
	p.Message = a.Message
	switch a.Is {
	case PostTaken:
		p.State, p.Remote = PostDone, a.Remote
		if a.Total != p.Amount {
			p.There = a.Total
		}
	case PostRefused:
		p.State = PostRejected
	case PostNotNow, PostAbsent:
		p.State = PostBuilt
	case PostNoAnswer:
		p.State = PostUnknown
	}
	e.Postings[i] = p
	e.Done = !slices.ContainsFunc(e.Postings, func(p Posting) bool { return p.State != PostDone })
	return e
}

// Correct puts what was built anew in the place of what was not posted. What may
// be there stays as it is until it was looked up.
func (e Export) Correct(fresh []Posting, at time.Time) (Export, error) {
	touched := slices.ContainsFunc(e.Postings, func(p Posting) bool { return !p.mayChange() })
	e = e.changed(at)
	old := e.Postings
	e.Postings = nil
	for _, f := range fresh {
		i := slices.IndexFunc(old, func(p Posting) bool { return p.Reference == f.Reference })
		switch {
		case i < 0 && touched, i >= 0 && touched && old[i].Kind != f.Kind:
			return e, ErrBooksChanged
		case i < 0:
		case !old[i].mayChange():
			f = old[i]
		case old[i].Hash != "":
			f.Try = old[i].Try + 1
		}
		e.Postings = append(e.Postings, f)
	}
	if touched && len(fresh) != len(old) {
		return e, ErrBooksChanged
	}
	return e, nil
}

// mayChange reports that it is not in the books.
func (p Posting) mayChange() bool { return p.State == PostBuilt || p.State == PostRejected }

func (e Export) changed(at time.Time) Export {
	e.Version++
	e.Since = at
	e.Postings = slices.Clone(e.Postings)
	return e
}

// Track is the category and option of its Tracking, which settings write as
// "Store: T01"; both are "" without one.
func (p Posting) Track() (category, option string) {
	category, option, _ = strings.Cut(p.Tracking, ": ")
	return category, option
}

// Written is an export to files, all of which is in them.
func (e Export) Written(files []string, at time.Time) Export {
	e.Version = max(e.Version, 1)
	e.Postings = slices.Clone(e.Postings)
	for i := range e.Postings {
		e.Postings[i].State = PostDone
	}
	e.Done, e.Files, e.Since = true, files, at
	return e
}
