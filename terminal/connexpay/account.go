package connexpay

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"
)

// NewUser is a user to register (ConnexPay API, Register user). The password
// stays the caller's, who overwrites it.
type NewUser struct {
	Username  string
	Password  []byte `json:"-"`
	IsoNumber string
	FirstName string
	LastName  string
	Email     string
	Phone     string
	Address1  string
	Address2  string
	City      string
	State     string // two letters
	Zipcode   string
}

// RegisteredUser is the answer to Register.
type RegisteredUser struct {
	ID            Word   `json:"id"`
	UserName      Word   `json:"userName"`
	IsoNumber     Number `json:"isoNumber,omitempty"`
	FirstName     Word   `json:"firstName"`
	LastName      Word   `json:"lastName"`
	Email         Word   `json:"email"`
	Phone         Word   `json:"phone"`
	Status        Word   `json:"status"`
	Address1      Word   `json:"address1"`
	Address2      Word   `json:"address2"`
	City          Word   `json:"city"`
	State         Word   `json:"state"`
	Zipcode       Word   `json:"zipcode"`
	AccountNumber Word   `json:"accountNumber"`
}

// Register makes a user (ConnexPay API, Register user).
func (c *Client) Register(ctx context.Context, u NewUser) (RegisteredUser, error) {
	var made RegisteredUser
	r, err := c.confide(ctx, true, "accounts/register", u, secret{"Password", u.Password}, secret{"ConfirmPassword", u.Password})
	if err == nil {
		err = c.read(r, &made)
	}
	return made, err
}

// ChangePassword gives a user another password (ConnexPay API, Change user
// password). The passwords stay the caller's, who overwrites them.
func (c *Client) ChangePassword(ctx context.Context, username string, old, replacement []byte) error {
	return c.confided(ctx, true, "accounts/ChangePassword", struct{ Username string }{username},
		secret{"OldPassword", old}, secret{"NewPassword", replacement}, secret{"ConfirmPassword", replacement})
}

// RequestReset has the service mail a reset key to a user (ConnexPay API, Reset
// user password request). It needs no token.
func (c *Client) RequestReset(ctx context.Context, username string) error {
	return c.confided(ctx, false, "accounts/ResetPasswordRequest", struct{ UserName string }{username})
}

// ResetPassword sets a password with the key of the mail (ConnexPay API, Reset
// user password). It needs no token. Key and password stay the caller's.
func (c *Client) ResetPassword(ctx context.Context, key, replacement []byte) error {
	return c.confided(ctx, false, "accounts/ResetPassword", struct{}{},
		secret{"Key", key}, secret{"NewPassword", replacement}, secret{"ConfirmPassword", replacement})
}

// secret is a member of a request that is kept out of strings.
type secret struct {
	name  string
	value []byte
}

// confided makes a call of which the answer is a message alone.
func (c *Client) confided(ctx context.Context, signedIn bool, path string, in any, secrets ...secret) error {
	r, err := c.confide(ctx, signedIn, path, in, secrets...)
	if err != nil {
		return err
	}
	return c.changed(r)
}

// changed reads the message.
func (c *Client) changed(r reply) error {
	var done struct {
		Message Word `json:"message"`
	}
	if err := c.read(r, &done); err != nil {
		return err
	}
	if !strings.HasPrefix(strings.ToLower(string(done.Message)), "success") {
		return &Problem{"The payment service did not say whether this was done. Sign in with the new password to see; if it is not taken, try again.", nil}
	}
	return nil
}

// confide sends members that are secret. They are overwritten in the request
// when it is over, and taken out of what the host says.
func (c *Client) confide(ctx context.Context, signedIn bool, path string, in any, secrets ...secret) (reply, error) {
	body, err := secretBody(in, secrets)
	defer clear(body)
	if err != nil {
		return reply{}, err
	}
	k := call{method: http.MethodPost, path: path, body: body, contentType: "application/json", timeout: QueryTimeout}
	var r reply
	if signedIn {
		r = c.authorized(ctx, k)
	} else {
		r = c.do(ctx, k)
	}
	for _, s := range secrets {
		if len(s.value) > 0 {
			r.body = bytes.ReplaceAll(r.body, s.value, []byte("****"))
		}
	}
	return r, nil
}

// secretBody writes a request with the secrets spliced in as bytes, so that
// they are part of no string and of no encoder's buffers.
func secretBody(in any, secrets []secret) ([]byte, error) {
	head, err := json.Marshal(in)
	if err != nil {
		return nil, &Problem{"The request cannot be written. Correct the values.", err}
	}
	length := len(head) + 2
	for _, s := range secrets {
		length += len(s.name) + 6*len(s.value) + 6
	}
	body := append(make([]byte, 0, length), head[:len(head)-1]...) // never grown: no copy stays behind
	for _, s := range secrets {
		if len(s.value) == 0 || !utf8.Valid(s.value) {
			clear(body)
			return nil, &Problem{"A password or key is empty or has signs that cannot be sent. Type it again.", nil}
		}
		if len(body) > 1 {
			body = append(body, ',')
		}
		body = append(append(append(body, '"'), s.name...), `":"`...)
		body = append(appendEscaped(body, s.value), '"')
	}
	return append(body, '}'), nil
}

// appendEscaped writes the inside of a JSON string (RFC 8259, 7).
func appendEscaped(dst, text []byte) []byte {
	const hex = "0123456789abcdef"
	for _, b := range text {
		switch {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		default:
			dst = append(dst, b)
		}
	}
	return dst
}
