package connexpay

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"paydesk/terminal/order"
)

// tokenMargin is how long before its end a token is renewed.
const tokenMargin = time.Minute

// tokens keeps the one token of a client. However many calls wait for a new
// one, it is fetched once.
type tokens struct {
	mu    sync.Mutex
	value string
	until time.Time
}

// get returns a token. Where there is none, the reply is the host's refusal,
// or says that nothing was reached. fresh tells that it was fetched just now.
func (t *tokens) get(ctx context.Context, c *Client) (token string, fresh bool, r reply) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := c.cfg.Clock.Now()
	if t.value != "" && now.Before(t.until) {
		return t.value, false, reply{stage: order.Answered, status: http.StatusOK, json: true}
	}
	r = c.fetchToken(ctx)
	if !r.ok() {
		if r.stage == order.Answered && (r.status < 400 || r.status >= 500 || !r.json) {
			// Not the service's own refusal: whatever answered, the call that
			// waits for the token was not made.
			r.stage = order.NotConnected
		}
		return "", false, r
	}
	var body struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   flex   `json:"expires_in"`
	}
	seconds, err := time.Duration(0), json.Unmarshal(r.body, &body)
	if err == nil {
		seconds, err = time.ParseDuration(string(body.ExpiresIn) + "s")
	}
	if err != nil || body.AccessToken == "" {
		return "", false, reply{stage: order.NotConnected, err: errUnreadable}
	}
	t.value, t.until = body.AccessToken, now.Add(seconds-min(tokenMargin, seconds/2))
	return t.value, true, r
}

// drop forgets a token that the host no longer takes.
func (t *tokens) drop(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == token {
		t.value = ""
	}
}

// fetchToken signs in (ConnexPay API, Token).
func (c *Client) fetchToken(ctx context.Context) reply {
	password, err := c.cfg.Password()
	if err != nil {
		return reply{stage: order.NotConnected, err: err}
	}
	form := url.Values{"grant_type": {"password"}, "username": {c.cfg.Username}, "password": {password}}
	return c.do(ctx, call{method: http.MethodPost, path: "token", timeout: QueryTimeout,
		contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode())})
}
