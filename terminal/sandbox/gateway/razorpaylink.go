package gateway

import (
	"encoding/json"
	"net/http"
	"time"
)

// halfYear is the longest life of a link, and that of one that names none.
const halfYear = 183 * 24 * time.Hour

// linkFields are what a link may be made with.
var linkFields = []string{"amount", "currency", "accept_partial", "first_min_partial_amount", "reference_id", "description", "expire_by",
	"customer", "notify", "reminder_enable", "notes", "callback_url", "callback_method", "upi_link", "options"}

// createLink makes a payment link.
func (s *Server) createLink(c *call) answer {
	var in struct {
		Amount        int64           `json:"amount"`
		Currency      string          `json:"currency"`
		AcceptPartial bool            `json:"accept_partial"`
		Reference     string          `json:"reference_id"`
		Description   string          `json:"description"`
		ExpireBy      int64           `json:"expire_by"`
		Notes         json.RawMessage `json:"notes"`
		CallbackURL   string          `json:"callback_url"`
		Method        string          `json:"callback_method"`
		UPI           bool            `json:"upi_link"`
	}
	out, ok := c.read(&in, linkFields...)
	if !ok {
		return out
	}
	raw, _, ok := notes(in.Notes)
	if in.Currency == "" {
		in.Currency = "INR"
	}
	soonest := c.now.Truncate(time.Second).Add(quarter)
	switch {
	case !ok:
		return badNotes
	case in.Amount == 0:
		return badRequest("The amount field is required.", "amount")
	case in.Amount < minPaise && in.Currency == "INR":
		return badRequest("The amount must be atleast INR 1.00", "amount")
	case in.Amount < 1 || in.Amount > 5_000_000_000:
		return badRequest("The amount is invalid.", "amount")
	case len(in.Currency) != 3 || decimals[in.Currency] == 0 && in.Currency != "INR" && in.Currency != "JPY":
		return badRequest("Currency is not supported", "currency")
	case len(in.Reference) > 40:
		return badRequest("The reference id may not be greater than 40 characters.", "reference_id")
	case in.UPI:
		return badRequest("UPI Payment Links is not supported in Test Mode", "upi_link")
	case in.ExpireBy != 0 && (in.ExpireBy > maxUnix || time.Unix(in.ExpireBy, 0).Before(soonest)):
		return badRequest("expire_by should be at least 15 minutes in future", "expire_by")
	case in.ExpireBy != 0 && time.Unix(in.ExpireBy, 0).After(c.now.Add(halfYear)):
		return badRequest("expire_by should be at most 6 months in future", "expire_by")
	case in.CallbackURL != "" && (in.Method != "get" || !isAddress(in.CallbackURL)):
		return badRequest("The callback_method should be get", "callback_method")
	}
	if old := s.linkOf(in.Reference); old != nil && !c.blind {
		return badRequest("payment link with given reference_id ("+in.Reference+") already attempted", "reference_id")
	}
	code := &Code{System: Razorpay, Kind: kindLink, ID: "plink_" + s.name(14, base62), Short: s.name(8, base62), Reference: in.Reference,
		Shop: "Training Shop", Description: in.Description, Amount: in.Amount, Currency: in.Currency, State: CodeOpen, Created: c.now,
		Expires: c.now.Add(halfYear), Single: true, Fixed: !in.AcceptPartial, Part: in.AcceptPartial, Notes: raw,
		Extra: map[string]string{"base": c.base, "callback": in.CallbackURL, "order": "order_" + s.name(14, base62)}}
	if in.ExpireBy != 0 {
		code.Expires = time.Unix(in.ExpireBy, 0)
		code.Extra["expire_by"] = "set"
	}
	s.putCode(code)
	return jsonAnswer(http.StatusOK, s.showLink(code))
}

// linkOf is the link with a reference; references are unique for ever.
func (s *Server) linkOf(reference string) (found *Code) {
	s.state.codes.newest(func(c *Code) bool {
		if c.Kind == kindLink && c.Reference == reference {
			found = c
		}
		return reference != "" && found == nil
	})
	if reference == "" {
		return nil
	}
	return found
}

// linkStates are the states of a link in Razorpay's words.
var linkStates = map[string]string{CodeOpen: "created", CodePart: "partially_paid", CodePaid: "paid", CodeExpired: "expired", CodeCancelled: "cancelled"}

// showLink is a payment link as the API shows it.
func (s *Server) showLink(c *Code) object {
	payments := []object{}
	for _, id := range c.Payments {
		if p := s.payment(Razorpay, id); p != nil && p.State == Completed {
			payments = append(payments, object{"amount": p.Amount, "created_at": p.At.Unix(), "method": "upi", "payment_id": p.ID,
				"plink_id": c.ID, "status": "captured", "updated_at": p.At.Unix()})
		}
	}
	out := object{"id": c.ID, "entity": "payment_link", "accept_partial": c.Part, "amount": c.Amount, "amount_paid": s.paid(c),
		"currency": c.Currency, "description": c.Description, "reference_id": c.Reference, "short_url": c.address(), "status": linkStates[c.State],
		"notes": c.Notes, "payments": payments, "order_id": c.Extra["order"], "callback_url": c.Extra["callback"], "callback_method": "",
		"cancelled_at": 0, "expired_at": 0, "expire_by": 0, "created_at": c.Created.Unix(), "updated_at": c.Created.Unix(),
		"customer": object{}, "notify": object{"email": false, "sms": false}, "reminder_enable": false, "reminders": []any{},
		"first_min_partial_amount": 0, "upi_link": false, "user_id": "", "whatsapp_link": false}
	if c.Extra["callback"] != "" {
		out["callback_method"] = "get"
	}
	if c.Extra["expire_by"] != "" {
		out["expire_by"] = c.Expires.Unix()
	}
	switch c.State {
	case CodeCancelled:
		out["cancelled_at"] = c.Ended.Unix()
	case CodeExpired:
		out["expired_at"] = c.Ended.Unix()
	}
	return out
}

func (s *Server) link(c *call) *Code {
	if code := s.code(Razorpay, c.arg(0)); code != nil && code.Kind == kindLink {
		return code
	}
	return nil
}

func (s *Server) fetchLink(c *call) answer {
	code := s.link(c)
	if code == nil {
		return noSuchID
	}
	if c.suffers(FaultExpired) && !code.final() {
		s.expire(code, c.now)
	}
	return jsonAnswer(http.StatusOK, s.showLink(code))
}

func (s *Server) listLinks(c *call) answer {
	w, refusal, ok := c.window()
	if !ok {
		return refusal
	}
	q := c.r.URL.Query()
	reference, payment := q.Get("reference_id"), q.Get("payment_id")
	list := collection(w, &s.state.codes, func(l *Code) time.Time { return l.Created }, func(l *Code) bool {
		return l.Kind == kindLink && (reference == "" || l.Reference == reference) && (payment == "" || l.has(payment))
	}, s.showLink)
	return jsonAnswer(http.StatusOK, object{"payment_links": list})
}

func (s *Server) cancelLink(c *call) answer {
	code := s.link(c)
	switch {
	case code == nil:
		return noSuchID
	case code.State == CodePaid:
		return badRequest("Payment Link is already paid, cannot be cancelled", "")
	case code.final() || code.State == CodePart:
		return badRequest("Payment Link cannot be cancelled as it is in "+linkStates[code.State]+" state", "")
	}
	code.State, code.Ended = CodeCancelled, c.now
	s.putCode(code)
	s.hook(c.now, "payment_link.cancelled", []string{"payment_link"}, object{"payment_link": object{"entity": s.showLink(code)}})
	return jsonAnswer(http.StatusOK, s.showLink(code))
}
