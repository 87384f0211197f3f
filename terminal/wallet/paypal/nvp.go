package paypal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// nvpVersion pins the meaning of all fields (section 4).
const nvpVersion = "124"

// nvp is Express Checkout over the interface of names and values. None of its
// answers tells test from live: the host does, and each knows the keys of its
// own mode alone.
type nvp struct{ account }

// fields are the names and values of a request or an answer.
type fields map[string]string

// errNVP: an answer is no list of names and values with an ACK.
var errNVP = errors.New("paypal: no answer of names and values")

// readFields decodes an answer. Values are percent-encoded down to hyphens and
// points; the first of a name that comes twice counts.
func readFields(body []byte) (fields, error) {
	values, err := url.ParseQuery(strings.TrimSpace(string(body)))
	if err != nil {
		return nil, errNVP // the parser's own words quote the answer
	}
	f := fields{}
	for name, of := range values {
		f[name] = of[0]
	}
	switch f["ACK"] {
	case "Success", "SuccessWithWarning", "Failure", "FailureWithWarning", "Warning", "PartialSuccess":
		return f, nil
	}
	return nil, errNVP
}

// ok reports the success set of section 4; it alone never means money.
func (f fields) ok() bool { return f["ACK"] == "Success" || f["ACK"] == "SuccessWithWarning" }

// codes are the numbers of errors and warnings.
func (f fields) codes() []string {
	var all []string
	for i := 0; ; i++ {
		code, ok := f[fmt.Sprintf("L_ERRORCODE%d", i)]
		if !ok {
			return all
		}
		all = append(all, code)
	}
}

// money reads an amount and the currency beside it.
func (f fields) money(name, currency string) (money.Amount, error) {
	return amount(f[name], f[currency])
}

// nvpReply is the answer to one call, whole or not.
type nvpReply struct {
	fields
	// sort says what the answer means where it is not ok: cleared, the zero
	// value, is a success.
	sort  verdict
	say   string // in a sentence, with PayPal's number for the exchange
	sent  bool
	at    time.Time
	wait  time.Duration
	whole bool
}

// failed is a look that told nothing, for the reply's reason.
func (r nvpReply) failed() order.CodeSeen { return failed(r.say, r.at, r.wait) }

// seen is the start of a look that told something.
func (r nvpReply) seen() order.CodeSeen { return order.CodeSeen{At: r.at, Message: r.say} }

// call does one operation. The keys stand in the body alone, and nothing of it
// goes into what is returned.
func (p *nvp) call(ctx context.Context, method string, with fields) nvpReply {
	keys, err := p.secrets("password", "signature")
	if err != nil || p.cfg.Username == "" {
		return nvpReply{sort: verdictKeys, say: sayNoKeys}
	}
	form := url.Values{"METHOD": {method}, "VERSION": {nvpVersion}, "USER": {p.cfg.Username}, "PWD": {keys[0]}, "SIGNATURE": {keys[1]}}
	if p.cfg.Subject != "" {
		form.Set("SUBJECT", p.cfg.Subject)
	}
	for name, value := range with {
		if value != "" {
			form.Set(name, value)
		}
	}
	head := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return readNVP(p.client.Send(ctx, http.MethodPost, "nvp", head, []byte(form.Encode())))
}

// readNVP sorts an answer. Refusals come with HTTP 200 too.
func readNVP(res wallet.Reply) nvpReply {
	r := nvpReply{sent: res.Sent, at: res.At, wait: res.Wait, sort: verdictAgain}
	switch res.Class() {
	case wallet.Lost:
		r.say = res.Err.Error()
		return r
	case wallet.Later:
		r.say = sayDisturbed
		return r
	case wallet.Done:
	default:
		r.say = sayUnread
		return r
	}
	f, err := readFields(res.Body)
	if err != nil {
		r.say = sayUnread
		return r
	}
	r.fields, r.whole, r.sort = f, true, verdictFine
	if f.ok() {
		return r
	}
	r.sort, r.say = judge(f.codes())
	r.say = numbered(r.say, f["CORRELATIONID"])
	return r
}

// Cancel implements wallet.Provider. It is not offered: a token that is never
// executed lapses.
func (p *nvp) Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return p.Status(ctx, r)
}

// Decode implements wallet.Provider.
func (p *nvp) Decode(http.Header, []byte) (wallet.Hint, error) {
	return wallet.Hint{}, problem(sayNoNotices)
}

// Check implements wallet.Provider. A search for what cannot be there is
// answered by a success, and only where the keys are right.
func (p *nvp) Check(ctx context.Context) error {
	if err := p.currencies(); err != nil {
		return err
	}
	r := p.call(ctx, "TransactionSearch", fields{"STARTDATE": stamp(p.client.Now().Add(-time.Hour)), "INVNUM": "PAYDESK-CHECK"})
	if r.sort != verdictFine {
		return problem(r.say)
	}
	return nil
}

// stamp is a moment as PayPal writes it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
