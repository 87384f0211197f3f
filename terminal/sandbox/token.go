package sandbox

import (
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

// tokenSeconds is how long a bearer token lives: ten days less a second, as
// the document's sample says.
const tokenSeconds = 863999

// A token is a nonce, its expiry in Unix seconds, and a MAC of both under the
// ledger's key: the host keeps no list, and tokens outlive its restart. The
// nonce is long so that tokens are as long as the document's.
const (
	tokenNonce = 144
	tokenBody  = tokenNonce + 8
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
	user, password := same(form.Get("username"), h.opt.Username), same(form.Get("password"), h.opt.Password)
	if !user || !password {
		return reply{status: http.StatusBadRequest, body: tokenRefusal{
			"invalid_grant", "The user name or password is incorrect."}}
	}
	body := make([]byte, tokenBody)
	_, _ = rand.Read(body[:tokenNonce]) // never fails: it ends the program instead
	expiry := h.clock.Now().Add(tokenSeconds * time.Second).Unix()
	binary.BigEndian.PutUint64(body[tokenNonce:], uint64(expiry))
	token := base64.RawURLEncoding.EncodeToString(append(body, mac(h.ledger.key, "bearer", body)...))
	return reply{status: http.StatusOK, body: tokenAnswer{token, "bearer", tokenSeconds}}
}

// authorised reports whether the request carries a token of this ledger that
// has not expired.
func (h *Host) authorised(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(token))
	if err != nil || len(raw) != tokenBody+sha256.Size {
		return false
	}
	body := raw[:tokenBody]
	if !hmac.Equal(raw[tokenBody:], mac(h.ledger.key, "bearer", body)) {
		return false
	}
	return h.clock.Now().Unix() < int64(binary.BigEndian.Uint64(body[tokenNonce:]))
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
