package xero

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// Redirect is where Xero sends the browser back to: the redirect URI that the
// application at Xero must have.
const Redirect = "http://localhost:8793/xero"

const (
	listenAt = "127.0.0.1:8793"
	// defaultAsk is where a person signs in.
	defaultAsk = "https://login.xero.com"
	// signInTime is how long a person may take.
	signInTime = 5 * time.Minute
)

// What goes wrong when a person signs in.
var (
	ErrSignedOut = &wallet.Problem{Text: "Nobody is signed in at Xero for this terminal any more. Sign in again."}
	ErrListen    = &wallet.Problem{Text: "The answer of the browser cannot be taken, since another program uses port 8793. End that program, then sign in again."}
	ErrNotSigned = &wallet.Problem{Text: "The sign-in at Xero did not come to its end. Sign in again, and allow the access."}
)

// Organisation is whose books somebody may open.
type Organisation struct {
	Tenant string `json:"tenantId"`
	Name   string `json:"tenantName"`
}

// SignIn has a person sign in with a browser: open is given the address to show
// there. The refresh token that comes of it goes to Config.Keep. It returns the
// organisations that were allowed. The error is a sentence.
func (c *Client) SignIn(ctx context.Context, open func(address string) error) ([]Organisation, error) {
	ctx, cancel := context.WithTimeout(ctx, signInTime)
	defer cancel()
	at := c.cfg.Listen
	if at == "" {
		at = listenAt
	}
	listener, err := net.Listen("tcp", at)
	if err != nil {
		return nil, ErrListen
	}
	verifier, state := rand.Text()+rand.Text(), rand.Text()
	redirect := Redirect
	if port := listener.Addr().(*net.TCPAddr).Port; c.cfg.Listen != "" {
		redirect = "http://localhost:" + strconv.Itoa(port) + "/xero"
	}
	codes := make(chan string, 1)
	server := &http.Server{Handler: comeBack(state, codes), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // it ends with Close
	defer server.Close()
	if err := open(c.askAddress(redirect, state, verifier)); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ErrNotSigned
	case code := <-codes:
		if code == "" {
			return nil, ErrNotSigned
		}
		return c.signedIn(ctx, url.Values{"grant_type": {"authorization_code"}, "client_id": {c.cfg.ClientID}, "code": {code},
			"redirect_uri": {redirect}, "code_verifier": {verifier}})
	}
}

// askAddress is where a person signs in and allows the access (RFC 7636).
func (c *Client) askAddress(redirect, state, verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	base := defaultAsk
	if c.cfg.LoginURL != DefaultLogin {
		base = c.cfg.LoginURL
	}
	return base + "/identity/connect/authorize?" + url.Values{"response_type": {"code"}, "client_id": {c.cfg.ClientID}, "redirect_uri": {redirect},
		"scope": {scopes[c.cfg.Scopes] + " offline_access"}, "state": {state}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}}.Encode()
}

// comeBack takes the one answer that has the state of this sign-in.
func comeBack(state string, codes chan<- string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != "/xero" || q.Get("state") != state {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("Go back to Paydesk: this window can be closed.\n"))
		select {
		case codes <- q.Get("code"):
		default: // it came before
		}
	})
}

func (c *Client) signedIn(ctx context.Context, form url.Values) ([]Organisation, error) {
	c.mu.Lock()
	_, err := c.fetch(ctx, nil, form)
	token := c.token
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	root, _ := strings.CutSuffix(c.cfg.BaseURL, "/api.xro/2.0")
	r := c.api.Send(ctx, http.MethodGet, root+"/connections", http.Header{"Authorization": {"Bearer " + token}, "Accept": {"application/json"}}, nil)
	var list []Organisation
	switch {
	case r.Class() == wallet.Lost:
		return nil, lost(r)
	case r.Class() != wallet.Done || json.Unmarshal(r.Body, &list) != nil:
		return nil, ErrOdd
	case len(list) == 0:
		return nil, ErrForbidden
	}
	for i := range list {
		list[i].Name = clean(list[i].Name)
	}
	return list, nil
}

// renew asks for a token with what was kept of the sign-in. The lock is held.
func (c *Client) renew(ctx context.Context) (order.PostAnswer, error) {
	kept, err := c.cfg.Kept()
	if err != nil || kept == "" {
		return refused(ErrSignedOut), ErrSignedOut
	}
	return c.fetch(ctx, nil, url.Values{"grant_type": {"refresh_token"}, "client_id": {c.cfg.ClientID}, "refresh_token": {kept}})
}
