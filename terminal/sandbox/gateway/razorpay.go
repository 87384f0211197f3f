package gateway

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const razorpayBase = "razorpay/v1/"

// razorpayRoutes are the calls of Razorpay.
var razorpayRoutes = []route{
	{"POST", razorpayBase + "payments/qr_codes", razorpay((*Server).createQR)},
	{"GET", razorpayBase + "payments/qr_codes", razorpay((*Server).listQRs)},
	{"GET", razorpayBase + "payments/qr_codes/{id}", razorpay((*Server).fetchQR)},
	{"GET", razorpayBase + "payments/qr_codes/{id}/payments", razorpay((*Server).paymentsOfQR)},
	{"POST", razorpayBase + "payments/qr_codes/{id}/close", razorpay((*Server).closeQR)},
	{"POST", razorpayBase + "payment_links", razorpay((*Server).createLink)},
	{"GET", razorpayBase + "payment_links", razorpay((*Server).listLinks)},
	{"GET", razorpayBase + "payment_links/{id}", razorpay((*Server).fetchLink)},
	{"POST", razorpayBase + "payment_links/{id}/cancel", razorpay((*Server).cancelLink)},
	{"GET", razorpayBase + "payments", razorpay((*Server).listPayments)},
	{"GET", razorpayBase + "payments/{id}", razorpay((*Server).fetchPayment)},
	{"POST", razorpayBase + "payments/{id}/refund", razorpay((*Server).createRefund)},
	{"GET", razorpayBase + "payments/{id}/refunds", razorpay((*Server).refundsOfPayment)},
	{"GET", razorpayBase + "refunds", razorpay((*Server).listRefunds)},
	{"GET", razorpayBase + "refunds/{id}", razorpay((*Server).fetchRefund)},
}

var razorpayNowhere = route{"", razorpayBase, razorpay(func(*Server, *call) answer {
	return badRequest("The requested URL was not found on the server.", "")
})}

// razorpay wraps a call in the login.
func razorpay(serve func(*Server, *call) answer) func(*Server, *call) answer {
	return func(s *Server, c *call) answer {
		if !c.basic(RazorpayKeyID, RazorpayKeySecret) || c.suffers(FaultMode) {
			out := razorpayError(http.StatusUnauthorized, "BAD_REQUEST_ERROR", "Authentication failed", "")
			out.head = http.Header{"Www-Authenticate": {`Basic realm="Razorpay"`}}
			return out
		}
		return serve(s, c)
	}
}

// basic checks the login; the scheme's word is Basic in this very spelling.
func (c *call) basic(wantUser, wantPassword string) bool {
	user, password, _ := c.r.BasicAuth()
	sound := strings.HasPrefix(c.r.Header.Get("Authorization"), "Basic ")
	sound = subtle.ConstantTimeCompare([]byte(user), []byte(wantUser)) == 1 && sound
	return subtle.ConstantTimeCompare([]byte(password), []byte(wantPassword)) == 1 && sound
}

func razorpayError(status int, code, description, field string) answer {
	problem := object{"code": code, "description": description, "source": "NA", "step": "NA", "reason": "NA", "metadata": object{}}
	if field != "" {
		problem["field"] = field
		problem["reason"] = "input_validation_failed"
		problem["source"] = "business"
		problem["step"] = "payment_initiation"
	}
	return jsonAnswer(status, object{"error": problem})
}

func badRequest(description, field string) answer {
	return razorpayError(http.StatusBadRequest, "BAD_REQUEST_ERROR", description, field)
}

var noSuchID = badRequest("The id provided does not exist", "")

// rupee minimum: one rupee, in paise.
const minPaise = 100

// maxUnix is the last second that the API takes.
const maxUnix = 2147483647

// quarter is the least life of a code or link.
const quarter = 15 * time.Minute

// read decodes a request's body, which may have these fields only.
func (c *call) read(v any, allowed ...string) (answer, bool) {
	var fields map[string]json.RawMessage
	body := c.body
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	if decodeJSON(body, &fields, false) != nil || fields == nil {
		return badRequest("The request body is not valid JSON", ""), false
	}
	var unknown []string
	for name := range fields {
		if !slices.Contains(allowed, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return badRequest(strings.Join(unknown, ", ")+" is/are not required and should not be sent", unknown[0]), false
	}
	if err := decodeJSON(body, v, false); err != nil {
		return badRequest("A field has the wrong type", fieldOf(err)), false
	}
	return answer{}, true
}

func fieldOf(err error) string {
	if wrong, ok := err.(*json.UnmarshalTypeError); ok {
		return wrong.Field
	}
	return ""
}

// notes checks the pairs that a merchant may put on anything. Razorpay shows
// none as a list.
func notes(raw json.RawMessage) (json.RawMessage, map[string]string, bool) {
	if len(raw) == 0 || string(raw) == "null" || string(raw) == "[]" {
		return json.RawMessage("[]"), nil, true
	}
	var list map[string]any
	if decodeJSON(raw, &list, false) != nil || len(list) > 15 {
		return nil, nil, false
	}
	texts := map[string]string{}
	for name, value := range list {
		switch value.(type) {
		case string, json.Number, bool:
		default:
			return nil, nil, false
		}
		texts[name] = fmt.Sprint(value)
		if len([]rune(name)) > 256 || len([]rune(texts[name])) > 256 {
			return nil, nil, false
		}
	}
	if len(list) == 0 {
		return json.RawMessage("[]"), nil, true
	}
	return slices.Clone(raw), texts, true
}

var badNotes = badRequest("notes may have at most 15 pairs of at most 256 characters each", "notes")

// unix is a time as the API shows it, null for none.
func unix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

// window is what a list is asked for.
type window struct {
	from, to    time.Time
	count, skip int
}

func (c *call) window() (w window, refusal answer, ok bool) {
	q := c.r.URL.Query()
	read := func(name string, otherwise, limit int64) int64 {
		if text := q.Get(name); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 0 || n > limit {
				refusal = badRequest("The "+name+" is invalid", name)
				return 0
			}
			return n
		}
		return otherwise
	}
	w.count, w.skip = int(read("count", 10, 100)), int(read("skip", 0, maxUnix))
	w.from = time.Unix(read("from", 0, maxUnix), 0)
	w.to = c.visible()
	if to := time.Unix(read("to", maxUnix, maxUnix)+1, 0); to.Before(w.to) {
		w.to = to
	}
	return w, refusal, refusal.status == 0
}

// collection is a list of rows of a window, the newest first.
func collection[T any](w window, t *table[T], at func(*T) time.Time, want func(*T) bool, show func(*T) object) []object {
	items := []object{}
	skip := w.skip
	t.newest(func(row *T) bool {
		when := at(row)
		if when.Before(w.from) || when.After(w.to) || !want(row) {
			return true
		}
		if skip > 0 {
			skip--
			return true
		}
		if len(items) < w.count {
			items = append(items, show(row))
		}
		return len(items) < w.count
	})
	return items
}

func items(list []object) answer {
	return jsonAnswer(http.StatusOK, object{"entity": "collection", "count": len(list), "items": list})
}
