package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// How long a key is remembered.
const (
	keepNVP      = 13 * 24 * time.Hour
	keepOrders   = 6 * time.Hour
	keepRefunds  = 45 * 24 * time.Hour
	keepRazorpay = 24 * time.Hour // not documented
)

// repeatKey is the key by which a request says that it is one with another; ""
// without one.
func repeatKey(rt *route, c *call) string {
	id := ""
	switch {
	case rt.method == "NVP":
		id = c.nvp.get("MSGSUBID")
	case rt.method != "POST":
	case c.r.Header.Get("PayPal-Request-Id") != "":
		id = c.r.Header.Get("PayPal-Request-Id")
	default:
		id = c.r.Header.Get("X-Refund-Idempotency")
	}
	if id == "" {
		return ""
	}
	return rt.method + " " + rt.path + " " + id
}

// occupy marks the request's key as running until free is called; a call whose
// key runs already has clash set.
func (s *Server) occupy(rt *route, c *call) (free func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.key = repeatKey(rt, c)
	c.clash = c.key != "" && s.state.running[c.key]
	if c.key == "" || c.clash {
		return func() {}
	}
	s.state.running[c.key] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.state.running, c.key)
	}
}

// digest tells requests of one key apart.
func (c *call) digest() string {
	sum := sha256.Sum256(append([]byte(c.r.URL.Path+"\n"), c.body...))
	return hex.EncodeToString(sum[:])
}
