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

// tokenMargin is how long before its end a token serves no more. tokenEarly is
// how long before that a Ping fetches the next one, so that no sale waits for
// it: a few Pings fit in.
const (
	tokenMargin = time.Minute
	tokenEarly  = 2 * time.Minute
)

// tokens keeps the one token of a client. However many calls wait for a new
// one, it is fetched once, and they share what comes of it.
type tokens struct {
	mu    sync.Mutex
	value string
	until time.Time
	life  time.Duration // as the host said
	next  *renewal      // under way
}

// renewal is one fetch of a token. Its results may be read once done is closed.
type renewal struct {
	done    chan struct{}
	token   string
	refused reply
}

// get returns a token, and whether it was fetched just now. Where it is "",
// refused is the reply to the call that needed it.
func (t *tokens) get(ctx context.Context, c *Client) (token string, fresh bool, refused reply) {
	return t.lasting(ctx, c, 0)
}

// lasting is get for a token that serves for some time yet.
func (t *tokens) lasting(ctx context.Context, c *Client, early time.Duration) (token string, fresh bool, refused reply) {
	t.mu.Lock()
	if t.value != "" && c.cfg.Clock.Now().Add(min(early, t.life/4)).Before(t.until) {
		defer t.mu.Unlock()
		return t.value, false, reply{}
	}
	if err := ctx.Err(); err != nil {
		defer t.mu.Unlock()
		return "", false, reply{stage: order.NotConnected, err: err} // nobody waits
	}
	if t.next == nil {
		t.next = &renewal{done: make(chan struct{})}
		// It goes on when the first who asked gives up: others may wait too.
		go t.renew(context.WithoutCancel(ctx), c, t.next)
	}
	next := t.next
	t.mu.Unlock()
	// Whatever holds the fetch up, a keyring that asks for its password too,
	// nobody waits longer than this.
	ctx, cancel := context.WithTimeout(ctx, QueryTimeout)
	defer cancel()
	select {
	case <-next.done:
		return next.token, true, next.refused
	case <-ctx.Done():
		return "", false, reply{stage: order.NotConnected, err: ctx.Err()}
	}
}

func (t *tokens) renew(ctx context.Context, c *Client, next *renewal) {
	now := c.cfg.Clock.Now()
	token, life, refused := c.signIn(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	next.token, next.refused, t.next = token, refused, nil
	if token != "" || !now.Before(t.until) { // one that still serves outlives a fetch in vain
		t.value, t.until, t.life = token, now.Add(life-min(tokenMargin, life/2)), life
	}
	close(next.done)
}

// drop forgets a token that the host no longer takes.
func (t *tokens) drop(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == token {
		t.value = ""
	}
}

// forget has the next call fetch a token.
func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.value = ""
}

// lifetime is that of the newest token.
func (t *tokens) lifetime() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.life
}

// signIn fetches a token (ConnexPay API, Token). Where there is none, refused
// is the service's refusal as a 401, whatever its status was; or it says that
// the call which needs the token was not made, whatever answered instead.
func (c *Client) signIn(ctx context.Context) (token string, life time.Duration, refused reply) {
	password, err := c.cfg.Password()
	if err != nil {
		return "", 0, reply{stage: order.NotConnected, err: &Problem{
			"The password of the payment account cannot be read on this computer. Enter it again with: paydesk setup.", err}}
	}
	form := url.Values{"grant_type": {"password"}, "username": {c.cfg.Username}, "password": {password}}
	r := c.do(ctx, call{method: http.MethodPost, path: "token", timeout: QueryTimeout,
		contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode())})
	if !r.ok() {
		_, said := errorText(r.body)
		switch r.status {
		case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
			if r.json() && said {
				r.status = http.StatusUnauthorized
				return "", 0, r
			}
		}
		return "", 0, reply{stage: order.NotConnected, status: r.status, err: r.err}
	}
	if token, life, err = readToken(r.body); err != nil {
		return "", 0, reply{stage: order.NotConnected, status: r.status, err: err}
	}
	return token, life, reply{}
}

// readToken reads the answer to a sign-in.
func readToken(answer []byte) (token string, life time.Duration, err error) {
	var body struct {
		AccessToken once[string] `json:"access_token"`
		ExpiresIn   once[flex]   `json:"expires_in"`
	}
	if json.Unmarshal(answer, &body) != nil || body.AccessToken.v == "" {
		return "", 0, errUnreadable
	}
	seconds := string(body.ExpiresIn.v)
	if life, err = time.ParseDuration(seconds + "s"); err != nil || !plainDecimal(seconds) {
		return "", 0, errUnreadable
	}
	return body.AccessToken.v, life, nil
}
