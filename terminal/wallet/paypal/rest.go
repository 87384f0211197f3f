package paypal

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// rest is Orders v2 (section 11). As with nvp, the host alone tells test from
// live.
type rest struct {
	account
	token token
	// noReports: the account may not list its transactions.
	noReports atomic.Bool
}

func newREST(a account) *rest { return &rest{account: a} }

// Offer implements wallet.Provider.
func (p *rest) Offer() order.WalletOffer {
	o := p.account.Offer()
	o.Lists = !p.noReports.Load()
	return o
}

// token is the bearer token, until shortly before its end.
type token struct {
	mu    sync.Mutex
	text  string
	until time.Time
}

// tokenSpare is how long before its end a token is renewed.
const tokenSpare = time.Minute

// drop forgets a token that was refused.
func (t *token) drop(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text == text {
		t.text = ""
	}
}

// bearer is a token that counts now. One caller fetches it, the others wait.
// The one that is there stays where no fresh one comes.
func (p *rest) bearer(ctx context.Context, fresh bool) (string, restReply) {
	p.token.mu.Lock()
	defer p.token.mu.Unlock()
	if !fresh && p.token.text != "" && p.cfg.Clock.Now().Before(p.token.until) {
		return p.token.text, restReply{}
	}
	keys, err := p.secrets("client_secret")
	if err != nil || p.cfg.ClientID == "" {
		return "", restReply{sort: verdictKeys, say: sayNoKeys}
	}
	basic := base64.StdEncoding.EncodeToString([]byte(p.cfg.ClientID + ":" + keys[0]))
	head := http.Header{"Authorization": {"Basic " + basic}, "Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}
	r := readREST(p.client.Send(ctx, http.MethodPost, "v1/oauth2/token", head, []byte("grant_type=client_credentials")))
	var got struct {
		Token   string `json:"access_token"`
		Expires int64  `json:"expires_in"`
	}
	r.decode(&got)
	if r.sort == verdictRefused {
		r.sort, r.say = verdictKeys, numbered(sayRESTKeys, r.number) // 400 invalid_client
	}
	if r.sort == verdictFine && got.Token == "" {
		r.sort, r.say = verdictAgain, sayUnread
	}
	if r.sort != verdictFine {
		r.sent = false // the call itself was not made
		return "", r
	}
	p.token.text, p.token.until = got.Token, p.cfg.Clock.Now().Add(time.Duration(min(got.Expires, 86400))*time.Second-tokenSpare)
	return got.Token, r
}

// restReply is the answer to one call, whole or not.
type restReply struct {
	// sort is verdictFine for what was done.
	sort   verdict
	say    string
	issue  string // PayPal's name of why not
	number string // its number for the exchange
	body   []byte
	status int
	sent   bool
	at     time.Time
	wait   time.Duration
}

func (r restReply) failed() order.CodeSeen { return failed(r.say, r.at, r.wait) }

func (r restReply) seen() order.CodeSeen { return order.CodeSeen{At: r.at, Message: r.say} }

// decode reads the body of what was done.
func (r *restReply) decode(v any) {
	if r.sort == verdictFine && json.Unmarshal(r.body, v) != nil {
		r.sort, r.say = verdictAgain, sayUnread
	}
}

// call does one request, under a number by which PayPal knows a repeat of it. A
// token that PayPal has forgotten is renewed once: what was refused for it was
// not done.
func (p *rest) call(ctx context.Context, method, path, number string, body any) restReply {
	var text []byte
	if body != nil {
		var err error
		if text, err = written(body); err != nil {
			return restReply{sort: verdictAgain, say: sayUnread}
		}
	}
	for again := false; ; again = true {
		bearer, r := p.bearer(ctx, false)
		if r.sort != verdictFine {
			return r
		}
		head := http.Header{"Authorization": {"Bearer " + bearer}, "Accept": {"application/json"}}
		if method != http.MethodGet {
			head.Set("Content-Type", "application/json")
			head.Set("Prefer", "return=representation")
		}
		if number != "" {
			head.Set("PayPal-Request-Id", number)
		}
		r = readREST(p.client.Send(ctx, method, path, head, text))
		if r.status != http.StatusUnauthorized {
			return r
		}
		p.token.drop(bearer)
		if again {
			return r
		}
	}
}

// written is a body as it goes out.
func written(body any) ([]byte, error) {
	if v, ok := body.(verification); ok {
		return v.text()
	}
	return json.Marshal(body)
}

// readREST sorts an answer.
func readREST(res wallet.Reply) restReply {
	r := restReply{sort: verdictAgain, status: res.Status, body: res.Body, sent: res.Sent, at: res.At, wait: res.Wait}
	class := res.Class()
	switch class {
	case wallet.Lost:
		r.say = res.Err.Error()
		return r
	case wallet.Done:
		r.sort = verdictFine
		return r
	case wallet.Later:
		r.say = sayDisturbed
		return r
	case wallet.Odd:
		r.say = sayUnread
		return r
	}
	var no struct {
		Name    string `json:"name"`
		Error   string `json:"error"` // of the token's address
		Number  string `json:"debug_id"`
		Details []struct {
			Issue string `json:"issue"`
		} `json:"details"`
	}
	if json.Unmarshal(bytes.TrimSpace(res.Body), &no) != nil && class == wallet.Refused {
		r.say = sayUnread
		return r
	}
	r.number, r.issue = no.Number, no.Name
	if no.Error != "" {
		r.issue = no.Error
	}
	if len(no.Details) > 0 && no.Details[0].Issue != "" {
		r.issue = no.Details[0].Issue
	}
	r.sort, r.say = judgeREST(res.Status, r.issue)
	r.say = numbered(r.say, r.number)
	return r
}

// restIssues are the names that are told apart, from PayPal's published
// description of both interfaces.
var restIssues = map[string]struct {
	verdict
	say string
}{
	"INSTRUMENT_DECLINED":                     {verdictOtherWay, sayOtherWay},
	"REDIRECT_PAYER_FOR_ALTERNATE_FUNDING":    {verdictOtherWay, sayOtherWay},
	"TRANSACTION_REFUSED":                     {verdictOtherWay, sayOtherWay},
	"PAYER_CANNOT_PAY":                        {verdictOtherWay, sayOtherWay},
	"PAYER_ACCOUNT_RESTRICTED":                {verdictOtherWay, sayOtherWay},
	"MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED": {verdictNoFunds, sayNoFunds},
	"PAYER_ACTION_REQUIRED":                   {verdictUnapproved, sayUnapproved},
	"ORDER_NOT_APPROVED":                      {verdictUnapproved, sayUnapproved},
	"ORDER_ALREADY_CAPTURED":                  {verdictDone, sayWorking},
	"ORDER_COMPLETION_IN_PROGRESS":            {verdictWorking, sayWorking},
	"DUPLICATE_INVOICE_ID":                    {verdictDuplicate, sayDuplicate},
	"CAPTURE_FULLY_REFUNDED":                  {verdictNoRefund, sayNoRefund},
	"REFUND_AMOUNT_EXCEEDED":                  {verdictNoRefund, sayNoRefund},
	"REFUND_TIME_LIMIT_EXCEEDED":              {verdictNoRefund, sayNoRefund},
}

// judgeREST finds what a refusal means.
func judgeREST(status int, issue string) (verdict, string) {
	if e, ok := restIssues[issue]; ok {
		return e.verdict, e.say
	}
	switch status {
	case http.StatusUnauthorized:
		return verdictKeys, sayRESTKeys
	case http.StatusForbidden:
		return verdictRights, sayRights
	case http.StatusNotFound:
		return verdictUnknownToken, sayExpired
	case http.StatusConflict:
		return verdictWorking, sayWorking
	}
	return verdictRefused, say(sayRefused, codeForm, issue, sayUnread)
}

// value is an amount as the interface writes it.
type value struct {
	Currency string `json:"currency_code"`
	Value    string `json:"value"`
}

func (v value) amount() (money.Amount, error) { return amount(v.Value, v.Currency) }

// Cancel implements wallet.Provider. It is not offered: an order that is never
// captured lapses.
func (p *rest) Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return p.Status(ctx, r)
}

// Check implements wallet.Provider: a new token is asked for.
func (p *rest) Check(ctx context.Context) error {
	if err := p.currencies(); err != nil {
		return err
	}
	if _, r := p.bearer(ctx, true); r.sort != verdictFine {
		return problem(r.say)
	}
	return nil
}
