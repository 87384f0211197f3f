package order

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// NoticeState is the state of an entry of the payment log. The texts are part of
// the journal's format.
type NoticeState string

// The states of an entry.
const (
	// NoticeReceived: the message is on the disk, and the provider has not said
	// yet that it sent it. Such an entry is in no journal: anybody can send one.
	NoticeReceived NoticeState = "RECEIVED"
	// NoticeVerified: the provider sent it, and is being asked about the payment.
	NoticeVerified NoticeState = "VERIFIED"
	// NoticeCredited: it changed the balance of a customer.
	NoticeCredited NoticeState = "CREDITED"
	// NoticeRecorded: there is nothing to book.
	NoticeRecorded NoticeState = "RECORDED"
	// NoticeReview: a person has to look at it.
	NoticeReview NoticeState = "REVIEW"
	// NoticeInvalid: the provider did not send it.
	NoticeInvalid NoticeState = "INVALID"
)

// NoticeStates lists all states, for tables and tests.
var NoticeStates = []NoticeState{NoticeReceived, NoticeVerified, NoticeCredited, NoticeRecorded, NoticeReview, NoticeInvalid}

// NoticeKind is what a message is about.
type NoticeKind string

// The kinds of messages.
const (
	NoticePayment  NoticeKind = "PAYMENT"  // money came
	NoticeRefund   NoticeKind = "REFUND"   // the shop gave it back
	NoticeReversal NoticeKind = "REVERSAL" // the provider took it back
	NoticeRestored NoticeKind = "RESTORED" // a reversal was undone
	NoticePayout   NoticeKind = "PAYOUT"   // what became of a payout
	NoticeOther    NoticeKind = "OTHER"
)

// NoticeKinds lists all kinds, for tables and tests.
var NoticeKinds = []NoticeKind{NoticePayment, NoticeRefund, NoticeReversal, NoticeRestored, NoticePayout, NoticeOther}

// back reports whether the kind is about money that came by an earlier payment.
func (k NoticeKind) back() bool {
	return k == NoticeRefund || k == NoticeReversal || k == NoticeRestored
}

// Notice is one message of a provider, an entry of the payment log. It is a
// value.
type Notice struct {
	// ID is made of the provider's number and state of the payment, so that the
	// journal takes each but once (NoticeID). It is the first member of its JSON,
	// by which a journal tells it.
	ID       string      `json:"notice"`
	Version  int64       `json:"version"`
	State    NoticeState `json:"state"`
	Why      NoticeWhy   `json:"reason,omitempty"`
	Kind     NoticeKind  `json:"kind"`
	Provider string      `json:"provider"`
	Test     bool        `json:"test,omitempty"`
	// Txn is the provider's number of the payment, Parent that of the payment
	// that this one takes back. Type and Status are the provider's words, and
	// Cause why it is pending, reversed or failed.
	Txn    string `json:"txn,omitempty"`
	Parent string `json:"parent,omitempty"`
	Type   string `json:"type,omitempty"`
	Status string `json:"status,omitempty"`
	Cause  string `json:"cause,omitempty"`
	// Payer and PayerName say who paid, Receiver who got it, as the provider does.
	Payer     string `json:"payer,omitempty"`
	PayerName string `json:"payer_name,omitempty"`
	Receiver  string `json:"receiver,omitempty"`
	// Gross is what moved, below zero where it went away from the shop. Without
	// a currency it could not be read. Fee is the provider's, without a currency
	// where it did not say. Deduct: fees count against what is booked.
	Gross  money.Amount `json:"gross,omitzero"`
	Fee    money.Amount `json:"fee,omitzero"`
	Deduct bool         `json:"deduct,omitempty"`
	// Booked is what it changed in the balance of Customer.
	Booked   money.Amount `json:"booked,omitzero"`
	Customer string       `json:"customer,omitempty"`
	// Code is the code of this terminal that it names, Payout the payout.
	Code   string `json:"code,omitempty"`
	Payout string `json:"payout,omitempty"`
	// Item and Memo are what payer and shop wrote.
	Item string `json:"item,omitempty"`
	Memo string `json:"memo,omitempty"`
	// At is when it happened at the provider, zero where it did not say; Created
	// when the message came.
	At      time.Time `json:"at,omitzero"`
	Created time.Time `json:"created"`
	Since   time.Time `json:"since"`
	// By is who matched it to the customer by hand.
	By string `json:"by,omitempty"`
}

// NoticeID is the number of the entry for a payment of a provider in a state:
// PayPal's messages repeat, and come again for each state (IPN reference, 5).
func NoticeID(provider, txn, status string) string { return provider + ":" + txn + ":" + status }

// NoticePaid is the state of a payment that is done.
const NoticePaid = "Completed"

// ParentID is the entry of the payment that the message takes back, or "".
func (n Notice) ParentID() string {
	if n.Parent == "" {
		return ""
	}
	return NoticeID(n.Provider, n.Parent, NoticePaid)
}

// Net is what is booked for it: the gross amount, less the fee where fees are
// deducted. A refund gives fees back by the same sum, since both are below zero.
func (n Notice) Net() money.Amount {
	if n.Deduct && n.Fee.Currency == n.Gross.Currency {
		return money.New(n.Gross.Minor-n.Fee.Minor, n.Gross.Currency)
	}
	return n.Gross
}

// Matchable reports whether somebody may say by hand whose balance it changes.
// What the provider did not send, or sent to somebody else, is nobody's here.
func (n Notice) Matchable() bool {
	switch n.Why {
	case WhyNobody, WhyParent, WhyCurrency:
		return n.State == NoticeReview
	}
	return false
}

// Final reports whether nothing more is to be done about it by the terminal.
func (n Notice) Final() bool { return n.State != NoticeReceived && n.State != NoticeVerified }

// To is the entry in another state, for a reason.
func (n Notice) To(s NoticeState, why NoticeWhy, now time.Time) Notice {
	n.State, n.Why, n.Since = s, why, now
	n.Version++
	return n
}

// ErrNotice: a message cannot be booked as it is.
var ErrNotice = errors.New("this message cannot be booked")

// BookNotice changes a customer's balance by what a message says. Both results
// go into the journal together: the customer's version and the message's number
// keep it from being counted twice.
func BookNotice(n Notice, c Customer, now time.Time) (Notice, Customer, error) {
	wrongWay := n.Kind == NoticePayment && n.Gross.Minor <= 0 || n.Kind == NoticeRestored && n.Gross.Minor <= 0 ||
		(n.Kind == NoticeRefund || n.Kind == NoticeReversal) && n.Gross.Minor >= 0
	if wrongWay || n.State == NoticeCredited || n.Kind == NoticePayout || n.Kind == NoticeOther {
		return n, c, ErrNotice
	}
	booked, err := c.add(n.Net())
	if err != nil {
		return n, c, errors.Join(ErrNotice, err)
	}
	n = n.To(NoticeCredited, "", now)
	n.Customer, n.Booked = c.ID, n.Net()
	return n, booked, nil
}

// PlaceNotice says what becomes of a message that passed all checks: whose
// balance it changes, or why none. parent is the entry that it takes back, nil
// where there is none.
func PlaceNotice(n Notice, customers []Customer, parent *Notice, now time.Time) (Notice, *Customer) {
	owner, why := "", WhyNobody
	switch {
	case n.Kind.back() && parent == nil, n.Kind.back() && !parent.Final():
		why = WhyParent
	case n.Kind.back() && parent.State == NoticeRecorded:
		n.Code = cmp.Or(n.Code, parent.Code)
		return n.To(NoticeRecorded, WhyUnbooked, now), nil
	case n.Kind.back():
		owner, why, n.Deduct = parent.Customer, WhyParent, parent.Deduct // fees count as they did then
	}
	for _, c := range customers {
		if c.ID == owner || owner == "" && !n.Kind.back() && c.Has(n.Payer) {
			booked, changed, err := BookNotice(n, c, now)
			if err != nil {
				return n.To(NoticeReview, WhyAmount, now), nil
			}
			return booked, &changed
		}
	}
	return n.To(NoticeReview, why, now), nil
}

// NoticeQuery says which entries of the payment log are asked for. Zero members
// ask for nothing.
type NoticeQuery struct {
	From, To time.Time
	States   []NoticeState
	Kinds    []NoticeKind
	// Text is looked for in names, addresses, numbers and notes, in any letter
	// case.
	Text     string
	Customer string
	// Least and Most bound the amount, whichever way it moved.
	Least, Most money.Amount
	// Before is the ID behind which the page goes on, newest first.
	Before string
	// Limit is the most entries of a page; 0 means 100.
	Limit int
}

// NoticePage is a part of the payment log, newest first.
type NoticePage struct {
	Notices []Notice
	// Next is for Before; "" at the end of the log. A page may be short without
	// being the last.
	Next string
}

// Match reports whether an entry is asked for, time aside.
func (q NoticeQuery) Match(n Notice) bool {
	amount := money.New(max(n.Gross.Minor, -n.Gross.Minor), n.Gross.Currency)
	switch {
	case len(q.States) > 0 && !slices.Contains(q.States, n.State),
		len(q.Kinds) > 0 && !slices.Contains(q.Kinds, n.Kind),
		q.Customer != "" && n.Customer != q.Customer,
		q.Least.Currency != "" && (amount.Currency != q.Least.Currency || amount.Minor < q.Least.Minor),
		q.Most.Currency != "" && (amount.Currency != q.Most.Currency || amount.Minor > q.Most.Minor):
		return false
	}
	text := strings.ToLower(strings.Join([]string{n.Txn, n.Parent, n.Payer, n.PayerName, n.Receiver, n.Code, n.Payout, n.Item, n.Memo}, "\n"))
	for _, word := range strings.Fields(strings.ToLower(q.Text)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
