package gateway

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What the gateways send.
const (
	sendIPN        = "ipn"
	sendHook       = "webhook" // Razorpay's
	sendPayPalHook = "paypal-webhook"
)

// Addresses is where notifications go; "" sends none. A payment's own
// NOTIFYURL goes before IPN. Only addresses of this computer are ever called.
type Addresses struct {
	IPN           string
	Webhook       string // Razorpay's
	PayPalWebhook string
}

// Delivery is a notification and what became of it.
type Delivery struct {
	ID, Kind, Event, To string
	Body                []byte
	Head                http.Header
	Valid               bool // a post-back of it is answered with VERIFIED
	At                  time.Time
	Tries               []Try
	State               string // Waiting, Delivered, Undelivered
}

// Try is one attempt to deliver.
type Try struct {
	At     time.Time
	Status int
	Error  string
}

// What stands of a notification.
const (
	Waiting     = "waiting"
	Delivered   = "delivered"
	Undelivered = "undelivered"
)

// maxWaiting bounds the notifications that are on their way.
const maxWaiting = 1000

// retries are how often a message is sent again, and how long an answer is
// waited for.
func retries(kind string) (times int, patience time.Duration) {
	if kind == sendHook {
		return 13, 5 * time.Second // within 24 hours
	}
	return 15, 30 * time.Second // within 4 days
}

// gap is the time after a message's n-th try, from 0.
func gap(n int) time.Duration { return 10 * time.Second << n }

// newPoster is the client of the notifications. It follows no redirect and
// knows no proxy.
func newPoster() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConns: 4, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// onThisComputer reports whether an address is one that the sandbox may call.
func onThisComputer(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return strings.EqualFold(u.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
}

// SetNotify says where notifications go from now on.
func (s *Server) SetNotify(a Addresses) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.notify = a
	s.save("notify", &a)
}

// send begins to deliver a message. The lock is held.
func (s *Server) send(d *Delivery, f Fault) {
	d.State = Waiting
	switch {
	case d.To == "":
		return
	case !onThisComputer(d.To):
		d.State, d.Tries = Undelivered, []Try{{At: d.At, Error: "the sandbox calls this computer only"}}
	case f.Kind == FaultDrop:
		d.State, d.Tries = Undelivered, []Try{{At: d.At, Error: "lost by a fault"}}
	case s.waiting() >= maxWaiting:
		d.State, d.Tries = Undelivered, []Try{{At: d.At, Error: "too many notifications wait"}}
	}
	s.state.messages.put(d.ID, d)
	s.save("message", d)
	if d.State == Waiting {
		s.later.Go(func() { s.deliver(d, f.For, 0) })
		if f.Kind == FaultForge && f.Word == "replay" {
			again := *d
			again.ID, again.Tries = s.name(14, base62), nil
			s.state.messages.put(again.ID, &again)
			s.later.Go(func() { s.deliver(&again, 0, 0) })
		}
	}
}

// resume goes on with what was on its way when the server ended.
func (s *Server) resume() {
	for _, id := range s.state.messages.ids {
		if d := s.state.messages.rows[id]; d.State == Waiting {
			before := len(d.Tries)
			s.later.Go(func() { s.deliver(d, 0, before) })
		}
	}
}

func (s *Server) waiting() (n int) {
	s.state.messages.newest(func(d *Delivery) bool {
		if d.State == Waiting {
			n++
		}
		return n < maxWaiting
	})
	return n
}

// deliver sends a message until somebody takes it or the time for it is over.
// It has been tried before so often.
func (s *Server) deliver(d *Delivery, delay time.Duration, before int) {
	if delay > 0 && !s.wait(s.done, delay) {
		return
	}
	times, patience := retries(d.Kind)
	for i := before; ; i++ {
		try := s.deliverOnce(d, patience)
		last := try.Status >= 200 && try.Status < 300
		s.mu.Lock()
		due := s.clock.After(gap(i)) // before anybody can see that this try is over
		d.Tries = append(d.Tries, try)
		switch {
		case last:
			d.State = Delivered
		case i == times:
			d.State, last = Undelivered, true
		}
		s.save("message", d)
		s.mu.Unlock()
		if last || !s.until(s.done, due) {
			return
		}
	}
}

func (s *Server) deliverOnce(d *Delivery, patience time.Duration) Try {
	ctx, cancel := context.WithTimeout(s.done, patience)
	defer cancel()
	try := Try{At: s.clock.Now()}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.To, bytes.NewReader(d.Body))
	if err != nil {
		try.Error = "the address cannot be used"
		return try
	}
	req.Header = d.Head.Clone()
	resp, err := s.post.Do(req)
	if err != nil {
		try.Error = "no answer"
		return try
	}
	defer func() { _ = resp.Body.Close() }()                       // nothing more is wanted of it
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody)) // so that the connection can be used again
	try.Status = resp.StatusCode
	if try.Status < 200 || try.Status > 299 {
		try.Error = fmt.Sprintf("status %d", try.Status)
	}
	return try
}

// Deliveries lists the notifications, oldest first.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.state.messages.oldest()
	for i := range list {
		list[i].Tries = slices.Clone(list[i].Tries)
	}
	return list
}

// Resend delivers a notification again, as the history page of a gateway does.
func (s *Server) Resend(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.state.messages.rows[id]
	if d == nil {
		return fmt.Errorf("there is no notification %q", id)
	}
	if d.State != Waiting {
		again := *d
		again.ID, again.Tries = s.name(14, base62), nil
		s.send(&again, Fault{})
	}
	return nil
}

// sendFault is what happens to a notification.
func (s *Server) sendFault(kind string, body []byte) Fault {
	return s.faults.next(&route{method: "SEND", path: kind}, &call{body: body})
}
