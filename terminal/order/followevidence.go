package order

import (
	"strings"

	"paydesk/terminal/answer"
)

// FollowVerdict is the meaning of evidence for a follow-up.
type FollowVerdict struct {
	State FollowState
	Cause Cause
}

// ClassifyFollow judges the answer to a follow-up, or the host's row of it. It
// is total: what it does not know is Unknown, never Refused.
func ClassifyFollow(f FollowUp, e Evidence) FollowVerdict {
	switch {
	case e.Stage == NotConnected:
		return FollowVerdict{FollowNotSent, CauseNoConnect}
	case e.Stage != Answered:
		return FollowVerdict{FollowUnknown, CauseNoAnswer}
	case e.HTTP >= 200 && e.HTTP < 300 && e.Body == bodyOf(f.Act):
		return classifyDone(f, e)
	case e.Body == BodyError && e.HTTP >= 400 && e.HTTP < 500:
		return classifyFollowError(f.Act, e)
	}
	return FollowVerdict{FollowUnknown, CauseUnreadable}
}

func bodyOf(act Act) Body {
	if act == Issue {
		return BodyCard
	}
	return BodySale
}

func classifyDone(f FollowUp, e Evidence) FollowVerdict {
	if followMismatch(f, e) {
		return FollowVerdict{FollowReview, CauseMismatch}
	}
	status := normalStatus(e.Status)
	unsure := FollowVerdict{FollowUnknown, CauseUnsure}
	switch {
	case e.HTTP == 202 || (e.GUID == "" && e.Made == ""):
		return unsure
	case f.Act == Issue:
		// The answer has no code of the processor: the card itself and the echo
		// of what pays for it tell (ConnexPay API, IssueCard).
		if e.Status == CardActive && e.Amount != nil && e.Target != "" {
			return FollowVerdict{State: FollowDone}
		}
		return unsure
	case approvedStatus(status):
		processed := e.Processed != nil && *e.Processed
		// A0014 is the code of the document's sample of a return.
		if processed && (e.Code == "A0000" || e.Code == "A0014") {
			return FollowVerdict{State: FollowDone}
		}
		return unsure
	case declined(e):
		return classifyFollowCode(e.Code)
	}
	return unsure
}

// notAllowed are codes by which the host says that this cannot be done with
// the transaction any more, perhaps because it was done already: the host's
// row tells. ConnexPay API, Declined Response Codes.
var notAllowed = map[string]bool{"D0004": true, "D0005": true, "D0007": true, "D0090": true, "D0091": true}

func classifyFollowCode(code string) FollowVerdict {
	if notAllowed[code] {
		return FollowVerdict{FollowUnknown, CauseDuplicate}
	}
	v := classifyCode(code)
	if v.State == Declined || v.State == Refused {
		return FollowVerdict{FollowRefused, v.Cause}
	}
	return FollowVerdict{FollowUnknown, v.Cause}
}

func classifyFollowError(act Act, e Evidence) FollowVerdict {
	switch {
	case e.Code != "":
		return classifyFollowCode(e.Code)
	case e.HTTP == 401 || e.HTTP == 403:
		return FollowVerdict{FollowRefused, CauseLogin}
	case e.HTTP != 400 && e.HTTP != 404 && e.HTTP != 409 && e.HTTP != 422:
		return FollowVerdict{FollowUnknown, CauseUnsure}
	}
	said, known := answer.Text(e.Message)
	refused := known && said.Code == "" && said.Result == answer.Refused && said.From(callOf[act])
	switch {
	case refused && act == Void && said.Lead == answer.LeadReturnInstead:
		return FollowVerdict{FollowRefused, CauseSettled}
	case refused && act == Return && said.Lead == answer.LeadVoidInstead:
		return FollowVerdict{FollowRefused, CauseNotSettled}
	case strings.Contains(strings.ToLower(e.Message), "already"):
		return FollowVerdict{FollowUnknown, CauseDuplicate}
	case refused:
		return FollowVerdict{FollowRefused, CauseBadRequest}
	}
	return FollowVerdict{FollowUnknown, CauseUnsure}
}

// callOf is the call by which each act is asked for.
var callOf = map[Act]answer.Call{Void: answer.CallVoid, Return: answer.CallReturn, Capture: answer.CallCapture,
	Check: answer.CallVerify, Issue: answer.CallIssue}

// followMismatch reports an echo of another device, target, number or amount.
// A void shows the amount of what it undid, and a check none at all; what pays
// for an issued card is named by its code.
func followMismatch(f FollowUp, e Evidence) bool {
	target := f.Target.GUID
	if f.Act == Issue && f.Terms != nil {
		target = f.Terms.Code
	}
	if (e.Device != "" && !strings.EqualFold(e.Device, f.Device)) ||
		(e.Target != "" && !strings.EqualFold(e.Target, target)) ||
		(e.Number != "" && e.Number != f.ID && e.Number != f.Target.Number) {
		return true
	}
	switch f.Act {
	case Return, Capture, Issue:
		if e.Amount != nil && *e.Amount != f.Amount {
			return true
		}
	}
	return f.Act == Capture && e.Effective != nil && *e.Effective != f.Amount
}
