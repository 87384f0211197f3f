package order

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"paydesk/terminal/money"
)

// QRState is the state of a code that a customer pays by with a phone. The texts
// are part of the journal's format.
type QRState string

// The states of a code.
const (
	// QRCreating: the reference is in the journal; the provider may have it.
	QRCreating QRState = "CREATING"
	// QRShown: it is on a screen or paper, and may be paid at any moment.
	QRShown QRState = "SHOWN"
	// QRTaking: the customer agreed, and the provider is asked to move the
	// money. Only of providers where that is a step of its own.
	QRTaking QRState = "TAKING"
	// QRClosing: nobody is to pay it any more; the provider has not said yet
	// that nobody can.
	QRClosing QRState = "CLOSING"
	// QRPaid: the provider has the money, and the order is paid by it.
	QRPaid QRState = "PAID"
	// QRExpired, QRCancelled: it can be paid no more, by the provider's word or
	// since its life there is over.
	QRExpired   QRState = "EXPIRED"
	QRCancelled QRState = "CANCELLED"
	// QRRefused: the provider would not make it.
	QRRefused QRState = "REFUSED"
)

// QRStates lists all states, for tables and tests.
var QRStates = []QRState{QRCreating, QRShown, QRTaking, QRClosing, QRPaid, QRExpired, QRCancelled, QRRefused}

// Final reports whether the state never changes again.
func (s QRState) Final() bool {
	switch s {
	case QRCreating, QRShown, QRTaking, QRClosing:
		return false
	}
	return true
}

// QR is one code at a provider, and the money that came by it. It is a value;
// StepQR returns the changed copy.
type QR struct {
	// ID is our reference at the provider, made as an attempt's number is, and
	// the first member of its JSON, by which a journal tells a code.
	ID       string  `json:"qr"`
	Version  int64   `json:"version"`
	State    QRState `json:"state"`
	Order    string  `json:"order"`
	Provider string  `json:"provider"`
	// Test: the provider moves no real money.
	Test bool `json:"test,omitempty"`
	// Takes: the customer only agrees, and money moves when the terminal takes
	// it. Cancels: the provider can be told to end the code. Deduct: fees count
	// against what was paid. All three are as they were when it was asked for.
	Takes   bool         `json:"takes,omitempty"`
	Cancels bool         `json:"cancels,omitempty"`
	Deduct  bool         `json:"deduct,omitempty"`
	Asked   money.Amount `json:"asked"`
	// Remote is the provider's own name of the code, Text what it holds, Payer
	// the provider's opaque name of who agreed.
	Remote string `json:"remote,omitempty"`
	Text   string `json:"text,omitempty"`
	Payer  string `json:"payer,omitempty"`
	// Until is when its life at the provider ends; Patience when the desk gives
	// it up by itself, zero for a code on paper, which lives as long as there.
	Until    time.Time `json:"until,omitzero"`
	Patience time.Time `json:"patience,omitzero"`

	Operator string    `json:"operator"`
	Created  time.Time `json:"created"`
	Since    time.Time `json:"since"`
	LastTry  time.Time `json:"last_try,omitzero"`
	Tries    int       `json:"tries,omitempty"`
	// Fails is how many looks in a row came to nothing.
	Fails int `json:"fails,omitempty"`
	// Sends is how often the provider was asked to move the money, Lost of how
	// many of those requests no answer came. QuietSince is the moment after which
	// no request that makes the code, or moves its money, can have left this
	// machine.
	Sends      int       `json:"sends,omitempty"`
	Lost       int       `json:"lost,omitempty"`
	QuietSince time.Time `json:"quiet_since,omitzero"`
	// Restored: the journal is an older one that was put back. The code may have
	// been shown, and paid, since.
	Restored bool `json:"restored,omitempty"`
	// Told: the provider answered that it was told to end the code.
	Told bool `json:"told,omitempty"`
	// Pending: the provider has the customer's word and is still deciding.
	Pending bool   `json:"pending,omitempty"`
	Message string `json:"message,omitempty"`
	// Parked is the supervisor who lets the day go on without it.
	Parked string `json:"parked,omitempty"`

	Payments []QRPayment `json:"payments,omitempty"`
}

// PaymentAs says what a payment of a code counts as.
type PaymentAs string

// What payments count as.
const (
	// Adopted: it pays the code's order.
	Adopted PaymentAs = "ADOPTED"
	// Stray: no open order waits for it, or it is another amount than was asked.
	// A person has it paid back, or accepts it.
	Stray PaymentAs = "STRAY"
	// Accepted: a stray one that somebody decided to keep.
	Accepted PaymentAs = "ACCEPTED"
)

// QRPayment is money that came by a code. Amounts are of the code's currency,
// unless the provider took another.
type QRPayment struct {
	// ID is the provider's name of the payment, by which it is paid back.
	ID     string       `json:"id"`
	As     PaymentAs    `json:"as"`
	Amount money.Amount `json:"amount"`
	// Fee is the provider's; without a currency it is not known (yet).
	Fee money.Amount `json:"fee,omitzero"`
	// At is when it came, by the provider's clock; Kept when it became the shop's,
	// adopted or accepted, by the terminal's, which reports go by.
	At   time.Time `json:"at"`
	Kept time.Time `json:"kept,omitzero"`
	// Held is what refunds were begun for that did not come to nothing, done or
	// not; Back what of it is done. Elsewhere was paid back at the provider
	// without this terminal.
	Held      money.Amount `json:"held,omitzero"`
	Back      money.Amount `json:"back,omitzero"`
	Elsewhere money.Amount `json:"elsewhere,omitzero"`
	// By and Reason are of who accepted it.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Left is what may yet be paid back: refunds that are on their way hold their
// part.
func (p QRPayment) Left() money.Amount {
	return money.New(max(0, p.Amount.Minor-p.Held.Minor-p.Elsewhere.Minor), p.Amount.Currency)
}

// Net is what is left of it for the shop behind the provider's fee.
func (p QRPayment) Net() money.Amount {
	if p.Fee.Currency == p.Amount.Currency {
		return money.New(p.Amount.Minor-p.Fee.Minor, p.Amount.Currency)
	}
	return p.Amount
}

// Payment finds a payment of the code.
func (q QR) Payment(id string) (QRPayment, bool) {
	i := slices.IndexFunc(q.Payments, func(p QRPayment) bool { return p.ID == id })
	if i < 0 {
		return QRPayment{}, false
	}
	return q.Payments[i], true
}

// Paid is the payment that pays the order.
func (q QR) Paid() (QRPayment, bool) {
	i := slices.IndexFunc(q.Payments, func(p QRPayment) bool { return p.As == Adopted })
	if i < 0 {
		return QRPayment{}, false
	}
	return q.Payments[i], true
}

// Strays are the payments that wait for a person's word.
func (q QR) Strays() []QRPayment {
	return slices.DeleteFunc(slices.Clone(q.Payments), func(p QRPayment) bool { return p.As != Stray || p.Left().Minor == 0 })
}

// SameBut reports that nothing is news against an earlier version but how often
// and when the provider was asked. That need not be in the journal: a code is
// looked at every few seconds.
func (q QR) SameBut(earlier QR) bool {
	a, b := q, earlier
	a.Version, a.LastTry, a.Tries, a.Fails, a.QuietSince, a.Payments = b.Version, b.LastTry, b.Tries, b.Fails, b.QuietSince, nil
	b.Payments = nil
	return reflect.DeepEqual(a, b) && slices.Equal(q.Payments, earlier.Payments)
}

// Settled reports that nothing more is to be done about the code: it is at its
// end, and no payment waits for a person.
func (q QR) Settled() bool { return q.State.Final() && len(q.Strays()) == 0 }

// CodeRequest is a code as its provider is asked for it, or about it.
type CodeRequest struct {
	Provider  string
	Reference string // ours
	Remote    string // the provider's; "" until it is known
	Payer     string
	Amount    money.Amount
	Until     time.Time // when its life is to end, or ends
	Created   time.Time
	// Label is what the customer reads: an order number or note of the shop, or
	// "". Shop is the shop's name.
	Label, Shop string
	// Again: it may have been asked for before.
	Again bool
	// Sends numbers the requests to move the money, from 1. They are one request
	// to the provider.
	Sends int
}

// Request is the code as the provider is asked for it.
func (q QR) Request() CodeRequest {
	return CodeRequest{Provider: q.Provider, Reference: q.ID, Remote: q.Remote, Payer: q.Payer, Amount: q.Asked, Until: q.Until,
		Created: q.Created, Again: q.Tries > 0, Sends: q.Sends}
}

// CodeAnswer is what a provider said to the request for a code. None of Made
// and Refused is set where no whole answer came. What is made has a Remote and a
// Text; without an Until it lives as long as was asked for.
type CodeAnswer struct {
	Made    bool
	Refused bool // none was made, and none will be by this request
	// Wrong: the account's keys or its rights are the cause.
	Wrong        bool
	Remote, Text string
	Until        time.Time
	// Message is a sentence for a person, without secrets or personal data.
	Message string
}

// CodeSeen is what a provider says of a code.
type CodeSeen struct {
	// Started is when the question left; the engine sets it.
	Started time.Time
	// Failed: no whole answer came, or one that is not about this code, this
	// account or this mode; Message says why.
	Failed bool
	// Missing: the provider knows no such code.
	Missing bool
	// Dead: it can be paid no more, by the provider's word.
	Dead bool
	// Approved: the customer agreed, and no money moved yet; Payer is who.
	Approved bool
	Payer    string
	// Pending: the provider is deciding; it may yet be paid.
	Pending bool
	// Payments are all that the provider has for it.
	Payments []Received
	Message  string
	// Wait is how long the provider wants to be left alone; 0 says nothing.
	Wait time.Duration
	// At is the provider's own clock when it answered; zero where it did not say.
	At time.Time
}

// Received is a payment at a provider.
type Received struct {
	ID     string
	Amount money.Amount
	Fee    money.Amount // without a currency it is not known
	At     time.Time
	// Refunded is what the provider has paid back of it, or is paying back; without
	// a currency it did not say.
	Refunded money.Amount
	// Reference and Remote name the code where a list of all payments was asked
	// for; "" otherwise.
	Reference, Remote string
}

// CodeList is what a provider received in a stretch of time.
type CodeList struct {
	Failed   bool
	Payments []Received
	Message  string
}

// WalletOffer is what can be done by a provider, as it is set up here.
type WalletOffer struct {
	// Name is what journal and settings call it, Title what people do.
	Name, Title string
	Test        bool
	// Currencies are those it takes here; Least and Most bound one payment in
	// the shop's currency. A zero Most is no bound.
	Currencies  []money.Currency
	Least, Most money.Amount
	// Takes, Cancels and Deduct are as in QR.
	Takes, Cancels, Deduct bool
	// Life is how long a code may live there at least and at most; a zero
	// LongestLife is no bound.
	ShortestLife, LongestLife time.Duration
	// Repeats: a refund that is asked for again under its number is not made
	// twice. Parts: less than the whole can be paid back. RefundFor is how long
	// after the payment; 0 is no bound.
	Repeats, Parts bool
	RefundFor      time.Duration
	// Lists: it can list what it received.
	Lists bool
}

// In reports whether the provider takes a currency here.
func (o WalletOffer) In(c money.Currency) bool { return slices.Contains(o.Currencies, c) }

// walletTitles are what people call the providers by.
var walletTitles = map[string]string{"paypal": "PayPal", "razorpay": "Razorpay"}

// WalletTitle is what people call a provider, set up or not.
func WalletTitle(name string) string { return cmp.Or(walletTitles[name], name) }
