// Package mail hands receipts to the shop's own mail server, and says honestly
// what became of each: taken, not yet, never, or nobody knows.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// The ways in which the connection is kept from others' eyes.
const (
	// StartTLS begins in the open and goes on encrypted, or not at all.
	StartTLS = "starttls"
	TLS      = "tls"
	// None is for servers on this machine or in the shop's own network.
	None = "none"
)

// Server is a mail server, and how the shop sends by it. It is safe for many
// goroutines.
type Server struct {
	Host     string
	Port     int
	Security string
	// User is "" where the server asks for none.
	User string
	// Password is asked for when it is needed.
	Password func() (string, error)
	// From is the shop's address.
	From string
	// Roots are the authorities that vouch for the server; nil: the system's.
	Roots *x509.CertPool
	Clock clock.Clock
	// Patience is how long one mail may take in all; zero is two minutes.
	Patience time.Duration
}

// Message is one mail with a file.
type Message struct {
	// ID names it for good; it makes the Message-ID. Two tries at one message
	// have the same bytes.
	ID      string
	To      string // as Address returns it
	Name    string // of the sender, beside the address
	Subject string
	Text    string
	// File is the name of PDF; "" is none.
	File string
	PDF  []byte
	Date time.Time
}

// patience is what a mail may take in all, and parting what is left of it once
// the program closes.
const (
	patience = 2 * time.Minute
	parting  = 2 * time.Second
)

// Send hands over one message. The result is Touched where its last byte may
// have arrived without the server saying so, and Refused where it will never
// take it; else it may be sent again. The error is the cause, for the log.
func (s Server) Send(ctx context.Context, m Message) (order.JobResult, error) {
	message, err := s.compose(m)
	if err != nil {
		return order.JobResult{Refused: true, Own: true, Trouble: textRefused}, err
	}
	limit := s.Patience
	if limit == 0 {
		limit = patience
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var line net.Conn
	stop := func() bool { return true }
	client, err := s.client(limit, func(c net.Conn) {
		line = c
		// The library looks at the context only until the line is open. Nothing was
		// handed over while it is greeted, so nothing is worth waiting for then.
		stop = context.AfterFunc(ctx, func() { _ = c.Close() })
	})
	if err != nil {
		return order.JobResult{Trouble: textDial}, err
	}
	open, err := client.DialToSMTPClientWithContext(ctx)
	if line != nil {
		defer line.Close() // whatever else fails: what was begun is not finished by closing
		if !stop() && err == nil {
			err = ctx.Err()
		}
	}
	if err != nil {
		return order.JobResult{Trouble: dialText(ctx, err)}, err
	}
	stop = context.AfterFunc(ctx, func() { _ = line.SetDeadline(s.Clock.Now().Add(parting)) })
	defer stop()
	err = client.SendWithSMTPClient(open, message)
	if message.IsDelivered() {
		_ = open.Quit() // it is taken, whatever is said in parting
		return order.JobResult{Done: true}, nil
	}
	return sendResult(err), err
}

// client is for one connection; opened is told of it.
func (s Server) client(limit time.Duration, opened func(net.Conn)) (*gomail.Client, error) {
	secure := &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(limit), gomail.WithTLSConfig(secure), gomail.WithoutNoop(),
		gomail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
			if err != nil {
				return nil, err
			}
			c = &measured{Conn: c, left: mostAnswers}
			opened(c)
			if s.Security != TLS {
				return c, nil
			}
			over := tls.Client(c, secure)
			return over, over.HandshakeContext(ctx)
		})}
	policy := gomail.NoTLS
	if s.Security == StartTLS {
		policy = gomail.TLSMandatory
	}
	options = append(options, gomail.WithTLSPolicy(policy))
	if s.User != "" {
		password, err := s.Password()
		if err != nil {
			return nil, err
		}
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.Host, options...)
}

// mostAnswers is how many bytes a server says about one mail at most: answers
// are a few lines, and the library keeps whatever comes until a line ends.
const mostAnswers = 1 << 20

var errFlood = errors.New("the mail server says more than a mail server has to say")

// measured is a line that ends where the other side does not stop talking.
type measured struct {
	net.Conn
	left int
}

// Read implements net.Conn.
func (m *measured) Read(b []byte) (int, error) {
	if m.left <= 0 {
		return 0, errFlood
	}
	n, err := m.Conn.Read(b[:min(len(b), m.left)])
	m.left -= n
	return n, err
}

// compose makes the mail, the same bytes each time.
func (s Server) compose(m Message) (*gomail.Msg, error) {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("paydesk-"+m.ID))
	message.FromMailAddress(&mail.Address{Name: plain(m.Name), Address: s.From})
	if err := message.To(m.To); err != nil {
		return nil, err
	}
	message.Subject(plain(m.Subject))
	message.SetDateWithValue(m.Date)
	message.SetMessageIDWithValue(m.ID + s.From[strings.LastIndexByte(s.From, '@'):])
	message.SetGenHeader("Auto-Submitted", "auto-generated") // nobody's holiday answers it
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.File == "" {
		return message, nil
	}
	return message, message.AttachReader(m.File, bytes.NewReader(m.PDF), gomail.WithFileContentType("application/pdf"))
}

// plain is a text for a header: one line.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }
