package connexpay

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"paydesk/terminal/card"
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

// once is a member that may come once. Where one comes twice nobody can say
// which counts, and the answer is unreadable; the decoder by itself would take
// the last.
type once[T any] struct {
	v    T
	seen bool
}

// UnmarshalJSON refuses the second value.
func (o *once[T]) UnmarshalJSON(b []byte) error {
	if o.seen {
		return errUnreadable
	}
	o.seen = true
	return json.Unmarshal(b, &o.v)
}

// errorReply is the service's own error object (ConnexPay API, Other Errors).
type errorReply struct {
	Message     once[string] `json:"message"`
	Description once[string] `json:"error_description"`
	Error       once[string] `json:"error"`
}

// amount reads an amount; one that is not there is nil.
func (c *Client) amount(text flex) (*money.Amount, error) {
	if text == "" {
		return nil, nil
	}
	a, err := money.Parse(string(text), c.cfg.Currency)
	if err != nil {
		return nil, err
	}
	return &a, nil
}

// errorText reads an error object, or the bare text that some calls answer.
func errorText(body []byte) (string, bool) {
	var e errorReply
	var bare string
	if json.Unmarshal(body, &e) != nil {
		err := json.Unmarshal(body, &bare)
		return bare, err == nil && bare != ""
	}
	text := cmp.Or(e.Message.v, e.Description.v, e.Error.v)
	return text, text != ""
}

// codeInText finds the code in "… Error code D2012. Error message: …".
var codeInText = regexp.MustCompile(`(?i)error code:? *([A-Z][0-9]{4})\b`)

// errorCode is the one code that a text names, or "".
func errorCode(text string) string {
	if m := codeInText.FindAllStringSubmatch(text, -1); len(m) == 1 {
		return strings.ToUpper(m[0][1])
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

// withholdCard takes the card of a request out of the answer. A token in which
// the number hides, as in the digits of a guid, is none.
func withholdCard(e *order.Evidence, cd *card.Card) {
	withhold(e, cd.PAN(), cd.CVV())
	if bytes.Contains([]byte(strings.ReplaceAll(string(e.Token), "-", "")), cd.PAN()) {
		e.Token = ""
	}
}

// withhold takes the card of a request, or the token that stands for it, out of
// what the host answered to it: a reply can echo the number anywhere, and the
// code in a text (PCI DSS 3.3.1).
func withhold(e *order.Evidence, pan, cvv []byte) {
	for _, s := range []*string{&e.Status, &e.Code, &e.Message, &e.GUID, &e.Device, &e.Number,
		&e.AuthCode, &e.Reference, &e.Batch, &e.BatchStatus, &e.Target, &e.Made, &e.TransCode} {
		*s = string(bytes.ReplaceAll([]byte(*s), pan, []byte("****")))
	}
	text := []byte(e.Message)
	for at := 0; len(cvv) > 0; {
		found := bytes.Index(text[at:], cvv)
		if found < 0 {
			break
		}
		from, to := at+found, at+found+len(cvv)
		if (from == 0 || !wordByte(text[from-1])) && (to == len(text) || !wordByte(text[to])) {
			copy(text[from:to], "****")
		}
		at = to
	}
	e.Message = string(text)
}

func wordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// reversed is what the service says when it has taken a sale back (ConnexPay
// API, Timeout Reversal). Nothing but these words is believed.
const reversed = "device guid and sequence number combination found and voided"

func readReversal(r reply) order.ReversalAnswer {
	text, said := string(r.body), r.kind == "text/plain"
	if r.json() {
		text, said = errorText(r.body)
	}
	text = strings.ToLower(strings.Trim(text, " .\r\n\t\""))
	switch {
	case r.stage != order.Answered || r.status < 200 || r.status >= 500 || r.status/100 == 3 ||
		r.status == http.StatusUnauthorized || r.status == http.StatusForbidden ||
		r.status == http.StatusRequestTimeout || r.status == http.StatusTooManyRequests:
		return order.ReversalNoAnswer
	case r.status < 300 && said && text == reversed:
		return order.ReversalDone
	case said && strings.Contains(text, "already settled"):
		return order.ReversalSettled
	case said || r.json() && json.Valid(r.body) ||
		r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed:
		return order.ReversalNothing
	}
	return order.ReversalNoAnswer // a page of the network's, or nothing to read
}

// readClose reads the answer to a close. What does not say plainly that the
// batch is closed, or that it is not, is no answer: the batch is asked for.
func (c *Client) readClose(r reply, device string) order.BatchAnswer {
	if r.json() && r.status >= 400 && r.status < 500 {
		text, said := errorText(r.body)
		if !said || r.status == http.StatusRequestTimeout || r.status == http.StatusTooManyRequests || systemCode(errorCode(text)) {
			return order.BatchAnswer{}
		}
		return order.BatchAnswer{Answered: true, Message: scrub(text)}
	}
	var body struct {
		Device  once[string]          `json:"deviceGuid"`
		GUID    once[string]          `json:"guid"`
		Status  once[string]          `json:"status"`
		Code    once[flex]            `json:"responseCode"`
		Message once[string]          `json:"responseMessage"`
		Info    once[json.RawMessage] `json:"batchInfo"`
	}
	if !r.ok() || json.Unmarshal(r.body, &body) != nil ||
		body.Device.v != "" && !strings.EqualFold(body.Device.v, device) {
		return order.BatchAnswer{}
	}
	switch strings.ToUpper(body.Status.v) {
	case "PASS":
		return order.BatchAnswer{Answered: true, Closed: true, GUID: body.GUID.v, Totals: c.totals(body.Info.v)}
	case "FAIL":
		if !systemCode(string(body.Code.v)) {
			return order.BatchAnswer{Answered: true, Message: scrub(body.Message.v)}
		}
	}
	return order.BatchAnswer{}
}

// systemCode reports a code of the service's own trouble, such as E0015,
// settlement in progress: it does not tell what became of the call.
func systemCode(code string) bool { return strings.HasPrefix(code, "E") }

// totals reads what a closed batch held; nil where it cannot be read, since
// the batch is closed all the same.
func (c *Client) totals(info json.RawMessage) *order.Totals {
	var body struct {
		Sales        once[flex] `json:"saleCount"`
		SaleAmount   once[flex] `json:"saleAmount"`
		Returns      once[flex] `json:"returnCount"`
		ReturnAmount once[flex] `json:"returnAmount"`
	}
	if json.Unmarshal(info, &body) != nil {
		return nil
	}
	sales, err1 := strconv.Atoi(string(body.Sales.v))
	returns, err2 := strconv.Atoi(string(body.Returns.v))
	saleAmount, err3 := money.Parse(string(body.SaleAmount.v), c.cfg.Currency)
	returnAmount, err4 := money.Parse(string(body.ReturnAmount.v), c.cfg.Currency)
	if errors.Join(err1, err2, err3, err4) != nil {
		return nil
	}
	return &order.Totals{Sales: sales, SaleAmount: saleAmount, Returns: returns, ReturnAmount: returnAmount}
}
