package sandbox

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// Outcome names what a test card makes the host do.
type Outcome string

// The outcomes of the table Cards.
const (
	Approved        Outcome = "approved"
	PartlyApproved  Outcome = "partly approved"
	Declined        Outcome = "declined"
	DeclinedAsError Outcome = "declined as an error"
	AnswerLost      Outcome = "approved, answer lost"
	NoAnswer        Outcome = "no answer, not charged"
	Slow            Outcome = "approved slowly"
	BadGateway      Outcome = "gateway error, not charged"
	CreatedLocal    Outcome = "recorded, not decided"
	NotReached      Outcome = "recorded, bank not reached"
)

// SlowFor is how long a slow approval takes.
const SlowFor = 8 * time.Second

// TestCard is a published test number and what it does here. Any expiry that
// has not passed goes with it, and any security code or none.
type TestCard struct {
	Number   string
	Brand    string
	Outcome  Outcome
	Code     string // processorStatusCode of the answer; "" when there is none
	Message  string // processorResponseMessage
	Sentence string // what a person should expect
}

// Cards is the table that README.md prints. A number outside it is always
// declined, so that a real card never looks charged.
var Cards = []TestCard{
	{"4111111111111111", "Visa", Approved, "A0000", "Success", "Approved."},
	{"4012000098765439", "Visa", Approved, "A0000", "Success", "Approved."},
	{"4716317307520473", "Visa", Approved, "A0000", "Success", "Approved. The card of the API document's sample sale."},
	{"4485754899788507", "Visa", Approved, "A0000", "Success", "Approved. The card of the API document's sample authorization."},
	{"4532922657097402", "Visa", Approved, "A0000", "Success", "Approved. The card of the API document's sample verification."},
	{"5499740000000057", "Mastercard", Approved, "A0000", "Success", "Approved."},
	{"2223000048400011", "Mastercard", Approved, "A0000", "Success", "Approved."},
	{"371449635392376", "American Express", Approved, "A0000", "Success", "Approved. Fifteen digits."},
	{"6011000993026909", "Discover", Approved, "A0000", "Success", "Approved."},
	{"4000000000009995", "Visa", Declined, "D2012", "Insufficient Funds", "Declined: not enough money on the account."},
	{"4000000000009987", "Visa", Declined, "D2005", "Invalid Card", "Declined: the card is not valid."},
	{"4000000000000069", "Visa", Declined, "D2011", "Expired Card", "Declined: the card has expired."},
	{"4000000000000127", "Visa", Declined, "D2020", "CVV2 verification failed", "Declined: wrong security code."},
	{"4000000000000002", "Visa", Declined, "D2999", "General Card Auth Decline", "Declined without a reason."},
	{"5105105105105100", "Mastercard", DeclinedAsError, "D2026", "Do not honor", "Declined by the issuer, told as HTTP 422 with the code in its message."},
	{"4012888888881881", "Visa", PartlyApproved, "A0002", "Partially Approved", "Half of the amount is approved, rounded down to the cent."},
	{"5555555555554444", "Mastercard", AnswerLost, "A0000", "Success", "Charged, then the connection drops before the answer."},
	{"6011111111111117", "Discover", NoAnswer, "", "", "Not charged: the host is silent for a minute, then the connection drops."},
	{"378282246310005", "American Express", Slow, "A0000", "Success", "Charged at once, the answer takes 8 seconds."},
	{"3530111333300000", "JCB", BadGateway, "", "", "Not charged: HTTP 502 with a web page instead of JSON."},
	{"6011000990139424", "Discover", CreatedLocal, "", "", "Not charged: recorded as Transaction - Created - Local."},
	{"3566002020360505", "JCB", NotReached, "", "", "Not charged: recorded as Transaction - Created - Error: Processor not reached."},
}

// CardTable is Cards as a Markdown table.
func CardTable() string {
	var b strings.Builder
	b.WriteString("| Number | Brand | Outcome | Code | What happens |\n| --- | --- | --- | --- | --- |\n")
	for _, c := range Cards {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", c.Number, c.Brand, c.Outcome, c.Code, c.Sentence)
	}
	return b.String()
}

// The texts of a sale's status, from the document's search filter.
const (
	statusApproved   = "Transaction - Approved"
	statusDeclined   = "Transaction - Declined"
	statusLocal      = "Transaction - Created - Local"
	statusNotReached = "Transaction - Created - Error: Processor not reached"
)

// fault is a disturbance at one point of a request: a wait, then perhaps a
// dropped connection or a web page in place of the answer.
type fault struct {
	wait time.Duration
	drop bool
	html bool
}

// plan is everything the host will do with one card transaction: what it decides, and what
// happens before the decision is in the ledger and after it.
type plan struct {
	status, code, message string
	risk                  string // what the risk check says, or "" without one
	riskOnly              bool   // the risk check is all that runs
	half                  bool   // approve half of the amount
	asError               bool   // tell a decline as HTTP 422
	before, after         fault
}

func decline(code, message string) plan {
	return plan{status: statusDeclined, code: code, message: message}
}

// The answers of the risk check.
const (
	riskApproved = "Approved"
	riskDeclined = "Declined"
)

// plan decides what happens to a card transaction. It is the only place that
// does.
func (h *Host) plan(in *paymentRequest, kind string, known *knownCard) plan {
	checked := kind == kindSale || (kind == kindAuth && h.current())
	if checked && in.riskDeclines() {
		p := decline("D2998", "PreFraudScout Decline")
		p.risk, p.riskOnly = riskDeclined, kind == kindSale && bool(in.RiskProcessingOnly)
		return p
	}
	if kind == kindSale && bool(in.RiskProcessingOnly) {
		return plan{status: statusApproved, code: "ARP00", message: "Risk Processing Only", risk: riskApproved, riskOnly: true}
	}
	p := h.planCard(&in.Card, known)
	if checked {
		p.risk = riskApproved
	}
	return p
}

// planCard is what a card brings.
func (h *Host) planCard(in *cardRequest, known *knownCard) plan {
	number := in.CardNumber
	switch {
	case known == nil && number.digits() && !luhn(number):
		return decline("D2024", "Check Digit Err")
	case known == nil:
		return decline("D2005", "Invalid Card")
	case in.ExpirationDate != "" && !validExpiry(in.ExpirationDate):
		return decline("D2028", "Invalid Date")
	case in.ExpirationDate != "" && string(in.ExpirationDate) < h.clock.Now().UTC().Format("0601"):
		return decline("D2011", "Expired Card")
	case len(in.Cvv2) > 0 && (!in.Cvv2.digits() || len(in.Cvv2) < 3 || len(in.Cvv2) > 4):
		return decline("D2020", "CVV2 verification failed")
	}
	p := plan{status: statusApproved, code: known.Code, message: known.Message}
	switch known.Outcome {
	case PartlyApproved:
		p.half = true
	case Declined, DeclinedAsError:
		p.status, p.asError = statusDeclined, known.Outcome == DeclinedAsError
	case AnswerLost:
		p.after.drop = true
	case NoAnswer:
		p.before = fault{wait: h.opt.HangFor, drop: true}
	case Slow:
		p.after.wait = SlowFor
	case BadGateway:
		p.before.html = true
	case CreatedLocal:
		p.status = statusLocal
	case NotReached:
		p.status = statusNotReached
	}
	return p
}

// validExpiry accepts YYMM.
func validExpiry(t text) bool {
	_, err := time.Parse("0601", string(t))
	return err == nil
}

// suffer lives through a fault and reports whether the answer is now another
// one. A client that hangs up and a host that closes end the wait.
func (h *Host) suffer(c *call, f fault) (reply, bool) {
	if f.wait > 0 && !h.wait(c.r.Context(), f.wait) {
		f.drop = true
	}
	switch {
	case f.drop:
		return reply{drop: true}, true
	case f.html:
		return reply{status: 502, html: "<html><head><title>502 Bad Gateway</title></head>" +
			"<body><h1>Bad Gateway</h1></body></html>\n"}, true
	}
	return reply{}, false
}

// wait reports whether the time passed: a client that hangs up and a host that
// closes end it early.
func (h *Host) wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-h.clock.After(d):
		return true
	case <-ctx.Done():
	case <-h.done:
	}
	return false
}

// knownCards are the test cards with what stands for them. A token is twelve
// characters and the last four digits, the same for a card every time. Only
// published numbers have one, so no token leads to a real card.
func knownCards(key []byte) []knownCard {
	list := make([]knownCard, len(Cards))
	plain := strings.NewReplacer("-", "x", "_", "y") // the document's tokens are letters and digits
	for i, c := range Cards {
		head := plain.Replace(base64.RawURLEncoding.EncodeToString(mac(key, "card", []byte(c.Number)))[:12])
		list[i] = knownCard{c, head + c.Number[len(c.Number)-4:], derivedGUID(key, "card", c.Number)}
	}
	return list
}

// brandOf names the brand of a number outside the table by its first digits.
func brandOf(number secret) string {
	switch {
	case number[0] == '4':
		return "Visa"
	case number[0] == '5' || number[0] == '2':
		return "Mastercard"
	case number[0] == '3':
		return "American Express"
	case number[0] == '6':
		return "Discover"
	}
	return "Unknown"
}
