package connexpay

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/redact"
)

var errUnreadable = errors.New("the answer cannot be read")

// flex is a value that samples of the API show both as a string and as a
// number. It keeps the literal text: amounts never pass through a float.
type flex string

// UnmarshalJSON takes a string, a number or null.
func (f *flex) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		err := json.Unmarshal(b, &s)
		*f = flex(s)
		return err
	}
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	var n json.Number
	err := json.Unmarshal(b, &n)
	*f = flex(n)
	return err
}

// saleReply holds the members of a sale answer that are used. The card is not
// among them, and the receipt text neither.
type saleReply struct {
	GUID            string `json:"guid"`
	Status          string `json:"status"`
	BatchStatus     string `json:"batchStatus"`
	DeviceGUID      string `json:"deviceGuid"`
	Amount          *flex  `json:"amount"`
	EffectiveAmount *flex  `json:"effectiveAmount"`
	BatchGUID       string `json:"batchGuid"`
	Code            string `json:"processorStatusCode"`
	Message         string `json:"processorResponseMessage"`
	WasProcessed    *bool  `json:"wasProcessed"`
	AuthCode        flex   `json:"authCode"`
	RefNumber       flex   `json:"refNumber"`
	SequenceNumber  flex   `json:"sequenceNumber"`
}

// errorReply is the service's own error object (ConnexPay API, Other Errors).
type errorReply struct {
	Message     string `json:"message"`
	Description string `json:"error_description"`
	Error       string `json:"error"`
}

func (e errorReply) text() string {
	for _, s := range []string{e.Message, e.Description, e.Error} {
		if s != "" {
			return s
		}
	}
	return ""
}

// evidence reads the answer to a sale. What cannot be read is BodyOther.
func (c *Client) evidence(r reply) order.Evidence {
	e := order.Evidence{Stage: r.stage, HTTP: r.status, Body: order.BodyOther}
	if r.stage != order.Answered || !r.json {
		return e
	}
	if r.status >= 200 && r.status < 300 {
		var s saleReply
		if json.Unmarshal(r.body, &s) != nil || !isObject(r.body) || s.Status == "" {
			return e
		}
		return c.saleEvidence(s, r.status)
	}
	if text, ok := errorText(r.body); ok {
		e.Body, e.Message, e.Code = order.BodyError, scrub(text), errorCode(text)
	}
	return e
}

// saleEvidence turns a row of the host into evidence. An amount that cannot
// be read makes the whole row unreadable.
func (c *Client) saleEvidence(s saleReply, status int) order.Evidence {
	e := order.Evidence{Stage: order.Answered, HTTP: status, Body: order.BodySale,
		Status: s.Status, Processed: s.WasProcessed, Code: s.Code, Message: scrub(s.Message),
		GUID: s.GUID, Device: s.DeviceGUID, Number: string(s.SequenceNumber),
		AuthCode: string(s.AuthCode), Reference: string(s.RefNumber),
		Batch: s.BatchGUID, BatchStatus: s.BatchStatus}
	var bad bool
	e.Amount, bad = c.amount(s.Amount, bad)
	e.Effective, bad = c.amount(s.EffectiveAmount, bad)
	if bad {
		e.Body = order.BodyOther
	}
	return e
}

func (c *Client) amount(text *flex, bad bool) (*money.Amount, bool) {
	if text == nil || *text == "" {
		return nil, bad
	}
	a, err := money.Parse(string(*text), c.cfg.Currency)
	if err != nil {
		return nil, true
	}
	return &a, bad
}

func isObject(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("{"))
}

// errorText reads an error object, or the bare text that some calls answer.
func errorText(body []byte) (string, bool) {
	var e errorReply
	if json.Unmarshal(body, &e) == nil && e.text() != "" {
		return e.text(), true
	}
	var s string
	if json.Unmarshal(body, &s) == nil && s != "" {
		return s, true
	}
	return "", false
}

// codeInText finds the code in "… Error code D2012. Error message: …".
var codeInText = regexp.MustCompile(`(?i)error code:? *([A-Z][0-9]{4})\b`)

func errorCode(text string) string {
	if m := codeInText.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// scrub makes a host's text fit to be kept: no card number, one short line.
func scrub(text string) string {
	text = redact.Text(strings.Join(strings.Fields(text), " "))
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200])
	}
	return text
}

func readReversal(r reply) order.ReversalAnswer {
	text, ok := errorText(r.body)
	text = strings.ToLower(text)
	switch {
	case r.stage != order.Answered || r.status >= 500 || r.status == 401 || r.status == 403 ||
		r.status == 408 || r.status == 429:
		return order.ReversalNoAnswer
	case r.ok() && ok && strings.Contains(text, "found and voided") && !strings.Contains(text, "not found"):
		return order.ReversalDone
	case r.json && ok && strings.Contains(text, "already settled"):
		return order.ReversalSettled
	case r.status < 400 && !r.json:
		return order.ReversalNoAnswer // a redirect, or a page of the network's
	}
	return order.ReversalNothing
}

func (c *Client) readClose(r reply) order.BatchAnswer {
	if r.stage == order.Answered && r.json && r.status >= 400 && r.status < 500 {
		text, _ := errorText(r.body)
		return order.BatchAnswer{Answered: true, Message: scrub(text)}
	}
	var body struct {
		GUID   string `json:"guid"`
		Status string `json:"status"`
		Info   struct {
			SaleCount    int  `json:"saleCount"`
			SaleAmount   flex `json:"saleAmount"`
			ReturnCount  int  `json:"returnCount"`
			ReturnAmount flex `json:"returnAmount"`
		} `json:"batchInfo"`
		Message string `json:"responseMessage"`
	}
	if !r.ok() || json.Unmarshal(r.body, &body) != nil || body.Status == "" {
		return order.BatchAnswer{}
	}
	if !strings.EqualFold(body.Status, "PASS") {
		return order.BatchAnswer{Answered: true, Message: scrub(body.Message)}
	}
	answer := order.BatchAnswer{Answered: true, Closed: true, GUID: body.GUID}
	var bad bool
	sales, bad := c.amount(&body.Info.SaleAmount, bad)
	returns, bad := c.amount(&body.Info.ReturnAmount, bad)
	if !bad && sales != nil && returns != nil {
		answer.Totals = &order.Totals{Sales: body.Info.SaleCount, SaleAmount: *sales,
			Returns: body.Info.ReturnCount, ReturnAmount: *returns}
	}
	return answer
}
