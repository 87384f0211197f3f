package connexpay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	"paydesk/terminal/order"
)

// ErrNotOffered is behind the Problem of a call that the account does not have.
var ErrNotOffered = errors.New("the account does not offer this call")

// Word is a short text of the service, which samples write as a number too. It
// is fit to be kept: a card number in it is masked, and it is one line.
type Word string

// UnmarshalJSON takes a string, a number or null.
func (t *Word) UnmarshalJSON(b []byte) error {
	var f flex
	if err := f.UnmarshalJSON(b); err != nil {
		return err
	}
	if *t = Word(f); !isGUID(string(f)) { // of which many digits look like a card's
		*t = Word(scrub(string(f)))
	}
	return nil
}

// Number is a whole number of the service, which samples write as a text too.
type Number string

// UnmarshalJSON takes a number of at most 12 digits, a string with one, or
// null.
func (n *Number) UnmarshalJSON(b []byte) error {
	var d Decimal
	if err := d.UnmarshalJSON(b); err != nil || len(d) > 12 || strings.Contains(string(d), ".") {
		return errUnreadable
	}
	*n = Number(d)
	return nil
}

// MarshalJSON writes a number or null.
func (n Number) MarshalJSON() ([]byte, error) { return Decimal(n).MarshalJSON() }

// isGUID reports the form 8-4-4-4-12 of hexadecimal digits.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return true
}

// ask makes a call with JSON in and out; in is nil where nothing is sent. The
// error is a *Problem. empty: the answer was that there is nothing.
func (c *Client) ask(ctx context.Context, method, path string, in, out any, timeout time.Duration) (empty bool, err error) {
	k := call{method: method, path: path, timeout: timeout}
	if in != nil {
		if k.body, err = json.Marshal(in); err != nil {
			return false, &Problem{"The request cannot be written: " + scrub(err.Error()) + ". Correct the value.", err}
		}
		k.contentType = "application/json"
	}
	r := c.authorized(ctx, k)
	if nothing(r) {
		return true, nil
	}
	return false, c.read(r, out)
}

// nothing reports the service's two ways to say that there are no rows
// (ConnexPay API, Other Errors).
func nothing(r reply) bool {
	if r.stage != order.Answered {
		return false
	}
	text, said := errorText(r.body)
	return r.status == http.StatusNoContent || r.json() && r.status < 500 && said && strings.HasPrefix(strings.ToLower(text), "noresultfound")
}

// read turns an answer into out, or into a Problem.
func (c *Client) read(r reply, out any) error {
	if err := c.refusal(r); err != nil {
		return err
	}
	if err := strict(r.body, out); err != nil {
		return c.stranger(errUnreadable)
	}
	return nil
}

// refusal is what the service said against a call, as a sentence.
func (c *Client) refusal(r reply) error {
	if r.stage != order.Answered || r.status/100 != 4 || r.status == http.StatusUnauthorized || r.status == http.StatusTooManyRequests ||
		r.status == http.StatusRequestTimeout {
		return c.trouble(r)
	}
	text, said := errorText(r.body)
	denied := strings.HasPrefix(strings.ToLower(text), "authorization has been denied")
	switch {
	case denied || r.status == http.StatusForbidden && !strings.Contains(text, "permission"):
		return c.trouble(r)
	case r.json() && said && !noRoute(text):
		return &Problem{"The payment host refused it: " + strings.TrimRight(quote(text), ".") + ". " + advice(text), nil}
	case r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed:
		return &Problem{"The payment service does not offer this to the account. Ask it whether it can be switched on; paydesk doctor host shows what there is.", ErrNotOffered}
	}
	return c.trouble(r)
}

// shortNumber is what may be a security code that the host repeats.
var shortNumber = regexp.MustCompile(`\b[0-9]{3,4}\b`)

// quote is a host's text fit for a sentence.
func quote(text string) string { return scrub(shortNumber.ReplaceAllString(scrub(text), "****")) }

// noRoute tells the words of a web server for a path that it does not have
// from those of the service for a thing that it does not have.
func noRoute(text string) bool {
	return strings.Contains(strings.ToLower(text), "no http resource was found")
}

// advices say what to do about a refusal (ConnexPay API, Other Errors).
var advices = []struct{ words, advice string }{
	{"permission", "Sign in as a user whose role may do this, or ask the payment service for the role."},
	{"username does not exist", "Check the user name."},
	{"key expired", "Ask for a new key; it comes by mail."},
	{"key does not exist", "Copy the key from the newest mail, or ask for a new one."},
	{"iso", "Check the ISO number with the payment service."},
	{"invalid state", "Write the state in two letters, such as TX."},
	{"merchant was found", "Correct host.merchant_guid in the settings."},
	{"device", "Correct host.device_guid in the settings; paydesk devices lists them."},
	{"unable to reach entity", "Check the guid: there is nothing under it."},
}

func advice(text string) string {
	text = strings.ToLower(text)
	for _, a := range advices {
		if strings.Contains(text, a.words) {
			return a.advice
		}
	}
	return "Correct that and try again."
}

// strict reads a whole JSON value. An object in which a member comes twice is
// unreadable: nobody can say which counts.
func strict(body []byte, out any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := noTwice(d, 0); err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}

// maxDepth is far below what the samples nest.
const maxDepth = 50

// noTwice walks one value.
func noTwice(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil || depth > maxDepth {
		return errUnreadable
	}
	open, nests := t.(json.Delim)
	if !nests {
		return nil
	}
	names := map[string]bool{}
	for d.More() {
		if open == '{' {
			t, err := d.Token()
			name, ok := t.(string)
			if name = strings.Map(smallestFold, name); err != nil || !ok || names[name] {
				return errUnreadable
			}
			names[name] = true
		}
		if err := noTwice(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil && err != io.EOF {
		return errUnreadable
	}
	return nil
}

// smallestFold is one and the same letter for all that differ in case only, as
// the decoder compares names: it takes "ſtatus" for "status".
func smallestFold(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}
