// Package answer is the table of what the payment service says: every response
// code and every error text of its API document, with what each settles, who
// is to act on it, and a sentence of our own for the cashier and one for the
// customer. It holds data and looks things up; what a payment makes of an
// answer is decided in terminal/order. README.md says how to add one.
package answer

import "strings"

// Result says what an answer settles about the request that it answers.
type Result string

// The results.
const (
	// Approved: it was done.
	Approved Result = "approved"
	// Refused: it was not done, and nothing will come of it.
	Refused Result = "refused"
	// Open: the answer does not tell. The host has to be asked before the same
	// is charged again.
	Open Result = "open"
)

// Again says whether the same thing may be tried again.
type Again string

// The ways to try again.
const (
	AgainNo      Again = "no"      // not at all
	AgainLater   Again = "later"   // the same, once the trouble is over or put right
	AgainChanged Again = "changed" // now, with other data, another card or another person
	AgainAsked   Again = "asked"   // only after the host has told what stands
)

// Move says whose move it is.
type Move string

// Those who can act.
const (
	Nobody     Move = "nobody"
	Cashier    Move = "cashier"
	Customer   Move = "customer"
	Supervisor Move = "supervisor"
	Owner      Move = "owner"    // whoever sets terminal and account up
	Service    Move = "service"  // the payment service, called by phone
	Terminal   Move = "terminal" // the program itself
)

// Lead says where an answer leads in the program.
type Lead string

// The leads.
const (
	LeadNone          Lead = "none"
	LeadPart          Lead = "part"        // keep the part, or give it back
	LeadOverride      Lead = "override"    // a supervisor signs in and charges again
	LeadAsk           Lead = "ask"         // the program asks the host what became of it
	LeadEarlier       Lead = "earlier"     // the same: the answer speaks of an earlier request
	LeadWait          Lead = "wait"        // the program waits for the settlement, then goes on
	LeadReenter       Lead = "reenter"     // what was entered is to be entered anew
	LeadOtherCard     Lead = "other-card"  // another card, or another way to pay
	LeadCallIssuer    Lead = "call-issuer" // the card's bank wants a call
	LeadLater         Lead = "later"       // the same again in a while
	LeadLook          Lead = "look"        // see how the payment stands at the host
	LeadVoidInstead   Lead = "void"        // not settled yet: void in place of a return
	LeadReturnInstead Lead = "return"      // settled: return in place of a void
	LeadSetup         Lead = "setup"       // terminal or account are to be set up
	LeadSupport       Lead = "support"     // the payment service has to be called
)

// Call is a call of the API as far as error texts are told apart by it.
type Call string

// The calls by which payments are made and changed.
const (
	CallSale    Call = "sale"
	CallAuth    Call = "auth"
	CallVoid    Call = "void"
	CallReturn  Call = "return"
	CallCapture Call = "capture"
	CallVerify  Call = "verify"
	CallIssue   Call = "issue"
)

// Answer is one answer of the service and what it means for people.
type Answer struct {
	// Code is the response code; "" for an error text that carries none.
	Code string
	// Message is what the service writes, for a code or as an error text.
	Message string
	// Meaning is the key that answers share which are the same for people.
	Meaning string
	Result  Result
	Again   Again
	Move    Move
	Lead    Lead
	// Cashier says what happened and what to do, Customer what others may hear:
	// two lines of 20 letters at most, never the reason why a card was refused.
	// Neither says whether money moved, which is for the payment's state to say.
	Cashier, Customer string

	calls string // of an error text: the calls that give it
}

// Final reports whether the answer settles what became of the request.
func (a Answer) Final() bool { return a.Result != Open }

// From reports whether an error text is one that the call gives (ConnexPay
// API, Other Errors, Location). A text that belongs to another call is no
// evidence of what became of this one.
func (a Answer) From(c Call) bool {
	for name := range strings.SplitSeq(a.calls, ",") {
		if name == "any" || name == "transaction" || name == string(c) {
			return true
		}
	}
	return false
}

// Code is the answer of a response code as the service writes it, such as
// D2012 (ConnexPay API, Declined Response Codes).
func Code(code string) (Answer, bool) {
	i, ok := data.byCode[code]
	if !ok {
		return Answer{}, false
	}
	return data.codes[i], true
}

// All lists the answers of all codes, approvals first.
func All() []Answer { return append([]Answer(nil), data.codes...) }
