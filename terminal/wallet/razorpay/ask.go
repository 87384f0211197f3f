package razorpay

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"paydesk/terminal/wallet"
)

// What is said of answers that are none.
const (
	sayBusy    = "Razorpay is busy or out of order. It is asked again."
	sayOdd     = "Something other than Razorpay answered. Check the network of this computer, and Razorpay's address in the settings."
	sayFeature = "Razorpay has not enabled this for the account. Ask Razorpay to enable it, or choose the other kind of code in the settings."
	sayRefused = "Razorpay refused this: %s."
	sayOther   = "Razorpay answered for another payment. Nothing was recorded; ask Razorpay about this code."
)

// said is an answer as far as it can be read.
type said struct {
	wallet.Reply
	// ok: it is 2xx, and was decoded.
	ok    bool
	class wallet.Class
	// words are Razorpay's, lower case; message is a sentence.
	words, message string
}

// fault is the body of a refusal (section 11).
type fault struct {
	Error struct {
		Code        string `json:"code"`
		Description string `json:"description"`
	} `json:"error"`
}

// ask makes one call. What in holds goes as JSON; the answer goes into out.
func (p *Provider) ask(ctx context.Context, method, path string, in, out any, header ...string) said {
	secret, err := p.cfg.Secret("key_secret")
	if err != nil || secret == "" {
		return said{class: wallet.Denied, message: errKeys.Text}
	}
	h := http.Header{"Accept": {"application/json"},
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(p.cfg.KeyID+":"+secret))}}
	var body []byte
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return said{class: wallet.Refused, message: sayOdd}
		}
		h.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return read(p.client.Send(ctx, method, path, h, body), out)
}

// read decodes an answer.
func read(r wallet.Reply, out any) said {
	s := said{Reply: r, class: r.Class()}
	if s.class == wallet.Done {
		if s.ok = json.Unmarshal(r.Body, out) == nil; !s.ok {
			s.class, s.message = wallet.Odd, sayOdd
		}
		return s
	}
	var f fault
	known := json.Unmarshal(r.Body, &f) == nil && f.Error.Code+f.Error.Description != ""
	s.words = strings.ToLower(f.Error.Description)
	if r.Status == http.StatusConflict || s.class == wallet.Refused && (f.Error.Code == "GATEWAY_ERROR" || f.Error.Code == "SERVER_ERROR") {
		s.class = wallet.Later
	}
	switch s.class {
	case wallet.Lost:
		s.message = r.Err.Error()
	case wallet.Later:
		s.message = sayBusy
	case wallet.Denied:
		s.message = errKeys.Text
	case wallet.Refused:
		switch {
		case strings.Contains(s.words, "requested url was not found"):
			s.message = sayFeature
		case known:
			s.message = fmt.Sprintf(sayRefused, clean(f.Error.Description))
		default: // a refusal in another's form is not Razorpay's
			s.class, s.message = wallet.Odd, sayOdd
		}
	default:
		s.message = sayOdd
	}
	return s
}

// other is an answer that is whole, but about something else than was asked.
func (s said) other() said {
	s.ok, s.class, s.message = false, wallet.Odd, sayOther
	return s
}

// clean makes Razorpay's words fit to be shown: one line, not too long, and
// without what may be somebody's address, number or key, or would change how other
// words look.
func clean(words string) string {
	digits := 0
	for _, r := range words {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	words = strings.Join(strings.Fields(words), " ")
	words = strings.ReplaceAll(strings.TrimRight(words, ". "), ". ", "; ")
	if words == "" || digits > 8 || len(words) > 200 || strings.ContainsFunc(words, func(r rune) bool { return r == '@' || !unicode.IsPrint(r) }) || strings.Contains(words, "rzp_") {
		return "see the Razorpay dashboard"
	}
	return words
}

// list is a page of objects; those of links have a name of their own.
type list[T any] struct {
	Entity string `json:"entity"`
	Items  []T    `json:"items"`
	Links  []T    `json:"payment_links"`
}

const (
	pageLen  = 100 // the longest (section 12)
	maxPages = 200
)

// pages reads a list page by page until its end.
func pages[T any](ctx context.Context, p *Provider, path string, q url.Values, name func(T) string) (items []T, s said) {
	seen := map[string]bool{}
	for skip := 0; skip < maxPages*pageLen; skip += pageLen {
		q.Set("count", strconv.Itoa(pageLen))
		q.Set("skip", strconv.Itoa(skip))
		var l list[T]
		s = p.ask(ctx, "GET", path+"?"+q.Encode(), nil, &l)
		page := l.Items
		if page == nil {
			page = l.Links
		}
		switch {
		case !s.ok:
			return nil, s
		case page == nil:
			return nil, s.other()
		}
		news := 0
		for _, item := range page {
			if !seen[name(item)] {
				news++
				seen[name(item)] = true
				items = append(items, item)
			}
		}
		if len(page) < pageLen || news == 0 {
			return items, s
		}
	}
	s.ok, s.message = false, sayBusy
	return nil, s
}

// unix is a time as Razorpay counts it.
func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
