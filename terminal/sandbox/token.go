package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"
)

// How long a bearer token lives, in seconds: ten days less a second, as the
// document's sample says, or a day less a second in the newer dialect.
const (
	tokenSeconds        = 863999
	currentTokenSeconds = 86399
)

// A token is a nonce, its user, the epoch of the user's password, its expiry in
// Unix seconds, and a MAC of all under the ledger's key: the host keeps no
// list, and tokens outlive its restart but not a change of the password. The
// nonce is long so that tokens are as long as the document's.
const (
	tokenNonce = 128
	tokenBody  = tokenNonce + 3*8
)

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
}

type tokenRefusal struct {
	Error       string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func (h *Host) issueToken(c *call) reply {
	c.r.Body = http.MaxBytesReader(nil, c.r.Body, maxBody)
	if err := c.r.ParseForm(); err != nil {
		return reply{status: http.StatusBadRequest, body: tokenRefusal{Error: "invalid_request"}}
	}
	form := c.r.PostForm
	if form.Get("grant_type") != "password" {
		return reply{status: http.StatusBadRequest, body: tokenRefusal{Error: "unsupported_grant_type"}}
	}
	u, err := oneUser(c.r.Context(), h.ledger.db, "name = ?", form.Get("username"))
	if err != nil {
		return h.broken(err)
	}
	if u == nil || !h.opens(u, form.Get("password")) {
		return reply{status: http.StatusBadRequest, body: tokenRefusal{
			"invalid_grant", "The user name or password is incorrect."}}
	}
	if u.status != userActive {
		return reply{status: http.StatusBadRequest, body: tokenRefusal{"invalid_grant", "The user is not active."}}
	}
	lives := tokenSeconds
	if h.current() {
		lives = currentTokenSeconds
	}
	body := make([]byte, tokenNonce, tokenBody)
	_, _ = rand.Read(body) // never fails: it ends the program instead
	expiry := h.clock.Now().Add(time.Duration(lives) * time.Second).Unix()
	for _, n := range []int64{u.id, u.epoch, expiry} {
		body = binary.BigEndian.AppendUint64(body, uint64(n))
	}
	token := base64.RawURLEncoding.EncodeToString(append(body, mac(h.ledger.key, "bearer", body)...))
	return reply{status: http.StatusOK, body: tokenAnswer{token, "bearer", lives}}
}

// authenticate is the user whose token the request carries, or nil: without a
// token of this ledger, after its end, and once the user's password has changed
// or the user is not active any more.
func (h *Host) authenticate(r *http.Request) (*user, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(token))
	if err != nil || len(raw) != tokenBody+sha256.Size {
		return nil, nil
	}
	body := raw[:tokenBody]
	if !hmac.Equal(raw[tokenBody:], mac(h.ledger.key, "bearer", body)) {
		return nil, nil
	}
	number := func(n int) int64 { return int64(binary.BigEndian.Uint64(body[tokenNonce+8*n:])) }
	if h.clock.Now().Unix() >= number(2) {
		return nil, nil
	}
	// A client that hangs up has still asked for what it asked.
	u, err := oneUser(context.WithoutCancel(r.Context()), h.ledger.db, "id = ?", number(0))
	if err != nil || u == nil || u.epoch != number(1) || u.status != userActive {
		return nil, err
	}
	return u, nil
}

// mac is HMAC-SHA-256 of data for one purpose, so that a value made for one
// use is worthless for another.
func mac(key []byte, purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(purpose + "\x00"))
	m.Write(data)
	return m.Sum(nil)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
