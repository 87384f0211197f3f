package order

import (
	"strings"
	"time"

	"paydesk/terminal/answer"
	"paydesk/terminal/money"
)

// Stage says how far an exchange with the host came.
type Stage string

// The stages.
const (
	// NotConnected: no connection was obtained, so no byte was sent.
	NotConnected Stage = "not-connected"
	// NoAnswer: a connection was obtained and then no whole answer came.
	NoAnswer Stage = "no-answer"
	// Answered: a whole HTTP answer came, of whatever kind.
	Answered Stage = "answered"
)

// Body says what kind of body an answer had.
type Body string

// The kinds of body.
const (
	// BodySale is a transaction as the API document describes it: a sale, or
	// what a follow-up made.
	BodySale Body = "sale"
	// BodyCard is an issued card as the document describes it. It was made
	// where its Status is CardActive and it names the asked code and amount.
	BodyCard Body = "card"
	// BodyError is the service's own error object.
	BodyError Body = "error"
	// BodyOther is anything else: HTML, a truncated text, another type.
	BodyOther Body = "other"
)

// CardActive is the status of a card that was issued (ConnexPay API, IssueCard).
const CardActive = "Card - Active"

// Evidence is what the host said about a transaction, unjudged. Card data and the
// host's receipt text are not part of it.
type Evidence struct {
	Stage Stage `json:"stage"`
	HTTP  int   `json:"http,omitempty"`
	Body  Body  `json:"body,omitempty"`

	Status    string `json:"status,omitempty"`
	Processed *bool  `json:"processed,omitempty"`
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`

	GUID        string        `json:"guid,omitempty"`
	Device      string        `json:"device,omitempty"`
	Number      string        `json:"number,omitempty"`
	Amount      *money.Amount `json:"amount,omitempty"`
	Effective   *money.Amount `json:"effective,omitempty"`
	AuthCode    string        `json:"auth_code,omitempty"`
	Reference   string        `json:"reference,omitempty"`
	Batch       string        `json:"batch,omitempty"`
	BatchStatus string        `json:"batch_status,omitempty"`

	// Target is the guid of the sale or hold that a follow-up's row names,
	// Made that of the sale which a capture made.
	Target string `json:"target,omitempty"`
	Made   string `json:"made,omitempty"`
	// TransCode is the incoming transaction code of a sale.
	TransCode string `json:"trans_code,omitempty"`
	// Token is what the account can charge the card by. It is kept with what it
	// is evidence for, and once.
	Token Token `json:"-"`
}

// Verdict is the meaning of evidence for an attempt.
type Verdict struct {
	// State is where the answer leads from Sending.
	State State
	Cause Cause
	// Warned is set on "Approved - Warning".
	Warned bool
}

// Classify judges the answer to a sale. It is total: what it does not know is
// Unknown, never Declined.
func Classify(a Attempt, e Evidence) Verdict {
	switch {
	case e.Stage == NotConnected:
		return Verdict{State: NotSent, Cause: CauseNoConnect}
	case e.Stage != Answered:
		return Verdict{State: Unknown, Cause: CauseNoAnswer}
	case e.Body == BodySale && e.HTTP >= 200 && e.HTTP < 300:
		return classifySale(a, e)
	case e.Body == BodyError && e.HTTP >= 400 && e.HTTP < 500:
		return classifyError(a.Kind, e)
	}
	return Verdict{State: Unknown, Cause: CauseUnreadable}
}

func classifySale(a Attempt, e Evidence) Verdict {
	if mismatch(a, e) {
		return Verdict{State: Review, Cause: CauseMismatch}
	}
	status := normalStatus(e.Status)
	processed := e.Processed != nil && *e.Processed
	switch {
	case approvedStatus(status) && processed && (e.Code == "A0000" || e.Code == "A0002"):
		// The answer to a hold echoes no number (ConnexPay API, Create AuthOnly).
		echo := e.Number != "" || a.Kind == KindAuth
		// Where goods went before the answer came, only an authorisation counts.
		unproven := a.Stored && e.AuthCode == ""
		if e.HTTP == 202 || !echo || unproven || e.Device == "" || e.Amount == nil || e.GUID == "" {
			return Verdict{State: Unknown, Cause: CauseUnsure}
		}
		return grant(a, e, status)
	case declined(e):
		return classifyCode(e.Code)
	}
	return Verdict{State: Unknown, Cause: CauseUnsure}
}

// grant tells a whole approval from a partial one.
func grant(a Attempt, e Evidence, status string) Verdict {
	v := Verdict{State: Approved, Warned: strings.HasSuffix(status, "warning")}
	if e.Code == "A0002" && e.Effective == nil {
		return Verdict{State: Unknown, Cause: CauseUnsure}
	}
	if e.Effective == nil || e.Effective.Minor == a.Asked.Minor {
		return v
	}
	if e.Effective.Minor > a.Asked.Minor || e.Effective.Minor <= 0 {
		return Verdict{State: Review, Cause: CauseMismatch}
	}
	v.State = PartApproved
	return v
}

// classifyCode judges the code that comes with a declined status or inside an
// error text. A refusal by the table is Declined where the code is one of the
// bank's (D), and Refused where the service would not have the request as it
// was (E, F). Nothing else is a refusal, but a D code that the table does not
// have: the service calls every D code declined, and the banks make new ones.
func classifyCode(code string) Verdict {
	said, known := answer.Code(code)
	switch {
	case known && said.Lead == answer.LeadEarlier:
		return Verdict{State: Unknown, Cause: CauseDuplicate}
	case strings.HasPrefix(code, "D") && (!known || said.Result == answer.Refused):
		return Verdict{State: Declined, Cause: CauseDeclined}
	case known && said.Result == answer.Refused:
		return Verdict{State: Refused, Cause: CauseBadRequest}
	}
	return Verdict{State: Unknown, Cause: CauseUnsure}
}

func classifyError(k Kind, e Evidence) Verdict {
	switch {
	case e.Code != "":
		return classifyCode(e.Code)
	case e.HTTP == 401 || e.HTTP == 403:
		return Verdict{State: Refused, Cause: CauseLogin}
	case (e.HTTP == 400 || e.HTTP == 404 || e.HTTP == 422) && knownRefusal(k, e.Message):
		return Verdict{State: Refused, Cause: CauseBadRequest}
	}
	return Verdict{State: Unknown, Cause: CauseUnsure}
}

// knownRefusal reports an error text that the call gives before it processes
// anything. One that carries a code is judged by the code alone.
func knownRefusal(k Kind, message string) bool {
	call := answer.CallSale
	if k == KindAuth {
		call = answer.CallAuth
	}
	said, known := answer.Text(message)
	return known && said.Code == "" && said.Result == answer.Refused && said.From(call)
}

// Said is what the service's answer means to the people at an attempt, if it
// fits the attempt's state: a refusal only to one that is refused, an answer
// that settles nothing only to one that is not settled.
func Said(a Attempt) (answer.Answer, bool) {
	said, known := answer.Code(a.Code)
	if a.Code == "" {
		said, known = answer.Text(a.Message)
	}
	fits := false
	switch a.State {
	case Declined, Refused:
		fits = said.Result == answer.Refused
	case Unknown:
		fits = said.Result == answer.Open
	}
	if !known || !fits {
		return answer.Answer{}, false
	}
	return said, true
}

// mismatch reports an echo of another device, number or amount.
func mismatch(a Attempt, e Evidence) bool {
	return (e.Number != "" && e.Number != a.Number) ||
		(e.Device != "" && !strings.EqualFold(e.Device, a.Device)) ||
		(e.Amount != nil && *e.Amount != a.Asked) ||
		(e.Effective != nil && e.Effective.Currency != a.Asked.Currency)
}

// normalStatus folds case, and the en dash that one of the service's own pages
// prints, to a hyphen.
func normalStatus(s string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), "–", "-"))
}

// declined reports a row with the declined status that was not processed.
func declined(e Evidence) bool {
	return normalStatus(e.Status) == "transaction - declined" && e.Processed != nil && !*e.Processed
}

func approvedStatus(normal string) bool {
	return normal == "transaction - approved" || normal == "transaction - approved - warning"
}

// Finding is the answer to the question whether the host has a number.
type Finding struct {
	// Started is when the question was begun: only questions begun after a
	// horizon count for it.
	Started time.Time `json:"started"`
	// Failed: the question got no whole answer. Impossible: this account
	// offers no way to ask.
	Failed     bool `json:"failed,omitempty"`
	Impossible bool `json:"impossible,omitempty"`
	// Hits are the host's rows that carry the number.
	Hits []Evidence `json:"hits,omitempty"`
}

// ReversalAnswer is what the host said to a timeout reversal.
type ReversalAnswer string

// The answers to a reversal.
const (
	// ReversalDone: found and voided.
	ReversalDone ReversalAnswer = "done"
	// ReversalNothing: not found, or a text that is not understood.
	ReversalNothing ReversalAnswer = "nothing"
	// ReversalSettled: found, and too late to void.
	ReversalSettled ReversalAnswer = "settled"
	// ReversalNoAnswer: no whole answer, or the host was in trouble.
	ReversalNoAnswer ReversalAnswer = "no-answer"
)
