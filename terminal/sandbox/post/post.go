// Package post is the sandbox's mail server: it takes mails by SMTP and puts
// each into a folder, where a person can open it. Training sends its receipts to
// it, and whoever tries out mail settings can; it plays the faults that mail
// servers have. Nothing leaves this computer.
package post

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// Fault is what the server does wrong.
type Fault string

// The faults.
const (
	NoFault   Fault = ""
	Silent    Fault = "silent"    // no greeting
	Wary      Fault = "greylist"  // 451 for each address, the first time
	NoSuch    Fault = "no-such"   // 550 for each address
	Refusing  Fault = "refuse"    // 554 behind the last byte
	Full      Fault = "full"      // 452 behind the last byte
	Cut       Fault = "cut"       // hangs up within the mail
	Drop      Fault = "drop"      // takes the mail, hangs up and says nothing
	Mute      Fault = "mute"      // takes the mail and never says so
	Forgetful Fault = "forgetful" // says that it took the mail, and loses it
)

// Faults lists them all.
var Faults = []Fault{Silent, Wary, NoSuch, Refusing, Full, Cut, Drop, Mute, Forgetful}

// Options say how a server is.
type Options struct {
	// Dir is where the mails go.
	Dir   string
	Clock clock.Clock
	// TLS is for STARTTLS; nil: it is not offered.
	TLS *tls.Config
	// User has to sign in with Password; "": nobody has to.
	User, Password string
	Fault          Fault
}

// Server is a mail server on this computer.
type Server struct {
	opt    Options
	listen net.Listener
	open   sync.WaitGroup

	mu    sync.Mutex
	known []string // addresses that came once before
	conns map[net.Conn]bool
}

// Listen starts a server at an address of this computer, such as 127.0.0.1:0.
func Listen(address string, opt Options) (*Server, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, errors.New("the sandbox's mail server is for this computer alone: choose an address such as 127.0.0.1:2525")
	}
	if opt.Fault != NoFault && !slices.Contains(Faults, opt.Fault) {
		return nil, fmt.Errorf("there is no fault %q: choose one of %v", opt.Fault, Faults)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{opt: opt, listen: l, conns: map[net.Conn]bool{}}
	s.open.Go(s.accept)
	return s, nil
}

// Port is where the server listens.
func (s *Server) Port() int { return s.listen.Addr().(*net.TCPAddr).Port }

// Close hangs up on everybody.
func (s *Server) Close() error {
	err := s.listen.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close() // what they had to say is lost, as at any power cut
	}
	s.mu.Unlock()
	s.open.Wait()
	return err
}

func (s *Server) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.open.Go(func() {
			(&talk{s: s, conn: c, text: textproto.NewConn(c), in: s.opt.User == ""}).run()
			_ = c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
	}
}

// talk is one connection.
type talk struct {
	s        *Server
	conn     net.Conn
	text     *textproto.Conn
	in, safe bool // signed in, encrypted
	to       string
}

func (t *talk) say(format string, args ...any) bool {
	return t.text.PrintfLine(format, args...) == nil
}

func (t *talk) run() {
	if t.s.opt.Fault == Silent {
		_, _ = t.text.ReadLine() // until the other side gives up
		return
	}
	for ok := t.say("220 sandbox.invalid ESMTP"); ok; {
		line, err := t.text.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		ok = t.answer(strings.ToUpper(verb), rest)
	}
}

// answer does one command, and reports whether the talk goes on.
func (t *talk) answer(verb, rest string) bool {
	switch verb {
	case "EHLO":
		t.say("250-sandbox.invalid")
		if t.s.opt.TLS != nil && !t.safe {
			t.say("250-STARTTLS")
		}
		if t.s.opt.User != "" {
			t.say("250-AUTH PLAIN")
		}
		return t.say("250 8BITMIME")
	case "STARTTLS":
		if t.s.opt.TLS == nil || !t.say("220 go on") {
			return false
		}
		over := tls.Server(t.conn, t.s.opt.TLS)
		t.text, t.safe = textproto.NewConn(over), true
		return over.Handshake() == nil
	case "AUTH":
		want := base64.StdEncoding.EncodeToString([]byte("\x00" + t.s.opt.User + "\x00" + t.s.opt.Password))
		if t.in = rest == "PLAIN "+want; !t.in {
			return t.say("535 5.7.8 wrong user or password")
		}
		return t.say("235 welcome")
	case "MAIL":
		if !t.in {
			return t.say("530 5.7.0 sign in first")
		}
	case "RCPT":
		return t.rcpt(rest)
	case "DATA":
		return t.data()
	case "QUIT":
		t.say("221 bye")
		return false
	}
	return t.say("250 ok")
}

func (t *talk) rcpt(to string) bool {
	t.s.mu.Lock()
	known := slices.Contains(t.s.known, to)
	t.s.known = append(t.s.known, to)
	t.s.mu.Unlock()
	switch {
	case t.s.opt.Fault == NoSuch:
		return t.say("550 5.1.1 no such address")
	case t.s.opt.Fault == Wary && !known:
		return t.say("451 4.7.1 come back later")
	}
	t.to = to
	return t.say("250 ok")
}

func (t *talk) data() bool {
	if t.to == "" {
		return t.say("503 5.5.1 to whom?")
	}
	if !t.say("354 go on") || t.s.opt.Fault == Cut {
		return false
	}
	mail, err := t.text.ReadDotBytes()
	if err != nil {
		return false
	}
	switch t.s.opt.Fault {
	case Refusing:
		return t.say("554 5.7.1 not this one")
	case Full:
		return t.say("452 4.3.1 no room")
	case Forgetful:
		return t.say("250 ok")
	}
	if err := Keep(t.s.opt.Dir, mail, t.s.opt.Clock.Now()); err != nil {
		return t.say("452 4.3.1 no room")
	}
	switch t.s.opt.Fault {
	case Drop:
		return false
	case Mute:
		_, _ = t.text.ReadLine() // until the other side gives up
		return false
	}
	return t.say("250 ok")
}

// Keep puts a mail into a folder, for its owner's eyes only. The file appears
// whole under its name or not at all.
func Keep(dir string, mail []byte, now time.Time) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".mail-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(mail)
	if err = errors.Join(err, f.Close()); err == nil {
		name := fmt.Sprintf("%s-%s.eml", now.UTC().Format("20060102T150405.000"), rand.Text()[:8])
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
