package order

import (
	"strings"
	"time"

	"paydesk/terminal/money"
)

// The kinds of what stands in a list of payments and is no attempt. A follow-up
// has its Act as kind.
const (
	KindCash   Kind = "CASH"
	KindStored Kind = "STORED"
	KindQR     Kind = "QR"
	KindRefund Kind = "REFUND"
	KindReturn      = Kind(Return)
	KindVoid        = Kind(Void)
	KindTaken       = Kind(Capture)
	KindCheck       = Kind(Check)
	KindIssue       = Kind(Issue)
)

// ListedKinds are all kinds that a list may have, Attempts those of attempts.
var (
	ListedKinds  = []Kind{KindSale, KindAuth, KindCash, KindStored, KindReturn, KindVoid, KindTaken, KindCheck, KindIssue, KindQR, KindRefund}
	AttemptKinds = []Kind{KindSale, KindAuth}
)

// Row is one line of a list of payments. Exactly one of its parts is there.
type Row struct {
	Attempt *Attempt
	Cash    *Cash
	Stored  *Stored
	Follow  *FollowUp
	QR      *QR
	Refund  *Refund
}

// RowOf is the row of an object of the journal; false for what is in no list.
func RowOf(object any) (r Row, ok bool) {
	switch o := object.(type) {
	case Attempt:
		return Row{Attempt: &o}, true
	case Cash:
		return Row{Cash: &o}, true
	case Stored:
		return Row{Stored: &o}, true
	case FollowUp:
		return Row{Follow: &o}, true
	case QR:
		return Row{QR: &o}, true
	case Refund:
		return Row{Refund: &o}, true
	}
	return r, false
}

// Facts are what a row is found by.
type Facts struct {
	ID       string
	Created  time.Time
	Kind     Kind
	State    State
	Amount   money.Amount
	Last4    string
	Operator string
	// Order has the note by whose words the row is found, too.
	Order string
	texts []string
}

// Facts are those of the part that is there. Cash is always approved; the
// states of all that is no attempt are their own.
func (r Row) Facts() Facts {
	switch {
	case r.Attempt != nil:
		a := r.Attempt
		return Facts{ID: a.Number, Created: a.Created, Kind: a.Kind, State: a.State, Amount: a.Asked, Last4: a.Last4, Operator: a.Operator,
			Order: a.Order, texts: []string{a.Holder, a.Order, a.AuthCode, a.Reference}}
	case r.Cash != nil:
		c := r.Cash
		return Facts{ID: c.ID, Created: c.At, Kind: KindCash, State: Approved, Amount: c.Amount, Operator: c.Operator,
			Order: c.Order, texts: []string{c.Order}}
	case r.Stored != nil:
		s := r.Stored
		return Facts{ID: s.ID, Created: s.Created, Kind: KindStored, State: State(s.State), Amount: s.Amount, Last4: s.Last4, Operator: s.Operator,
			Order: s.Order, texts: []string{s.Order, s.Number, s.Reason}}
	case r.Follow != nil:
		f := r.Follow
		return Facts{ID: f.ID, Created: f.Created, Kind: Kind(f.Act), State: State(f.State), Amount: f.Amount, Last4: f.Last4, Operator: f.Operator,
			texts: []string{f.Of, f.AuthCode, f.Reference, f.Reason}}
	case r.QR != nil:
		q := r.QR
		texts := []string{q.Order, q.Provider, q.Remote}
		for _, p := range q.Payments {
			texts = append(texts, p.ID)
		}
		return Facts{ID: q.ID, Created: q.Created, Kind: KindQR, State: State(q.State), Amount: q.Asked, Operator: q.Operator,
			Order: q.Order, texts: texts}
	case r.Refund != nil:
		f := r.Refund
		return Facts{ID: f.ID, Created: f.Created, Kind: KindRefund, State: State(f.State), Amount: f.Amount, Operator: f.Operator,
			Order: f.Order, texts: []string{f.Of, f.Order, f.Provider, f.Payment, f.Remote, f.Reason}}
	}
	return Facts{}
}

// SearchWords are the words by which a Query's Text finds the row, for an order
// with a note.
func (f Facts) SearchWords(note string) []string {
	return Words(strings.Join(append(f.texts, note), " "))
}

// Listing is a part of what a Query asks for, whatever its kind.
type Listing struct {
	Rows []Row
	// Next is what Before is to be for the following part, "" at the end. A part
	// may be short, or empty, and not the last. Reached is the time down to which
	// was looked; zero at the end.
	Next    string
	Reached time.Time
}
