// Package xero is an imitation of Xero's Accounting API for training and tests: an
// organisation with accounts, into which bank transactions, invoices and payments
// are posted. It shares no type with any client, so that the two can disagree.
// README.md lists what it does not imitate.
package xero

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// Prefix is where all of it answers.
const Prefix = "/xero"

// The addresses of the API and of the sign-in, behind that of the server.
const (
	APIPath   = Prefix + "/api.xro/2.0"
	LoginPath = Prefix
	// BooksPath shows what was entered, FaultsPath takes a list of faults.
	BooksPath  = Prefix + "/books"
	FaultsPath = Prefix + "/faults"
)

// The one application that is known.
const (
	ClientID     = "TRAININGCLIENT0000000000000000000"
	ClientSecret = "training-client-secret"
)

const (
	// tokenLife is how long a token counts.
	tokenLife = 30 * time.Minute
	// perMinute is how many calls an organisation takes in a minute.
	perMinute = 60
	// maxBody is the longest request that is read.
	maxBody = 3_500_000
)

// Config is how a Server is made. The zero value is usable.
type Config struct {
	Clock clock.Clock // nil is the real one
	// Path is the file that keeps the books; "" keeps them in memory.
	Path string
	// Currency is that of the organisation; "" is USD.
	Currency string
	// Faults allows Disturb.
	Faults bool
	Log    *slog.Logger // nil discards
}

// Server is one organisation at Xero as an http.Handler. It is safe for many
// goroutines.
type Server struct {
	cfg Config

	mu     sync.Mutex
	books  books
	tokens map[string]time.Time
	calls  []time.Time // of the last minute
	faults []Fault
	// asked are the sign-ins of persons by their code, refresh is the token that is
	// good for the next one.
	asked   map[string]url.Values
	refresh string
	made    int    // tokens so far
	late    func() // what a fault put off, or nil
}

// New makes a server. It fails only where the file of Config.Path cannot be read.
func New(cfg Config) (*Server, error) {
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Currency == "" {
		cfg.Currency = "USD"
	}
	s := &Server{cfg: cfg, tokens: map[string]time.Time{}, asked: map[string]url.Values{}}
	var err error
	s.books, err = load(cfg.Path, cfg.Currency)
	return s, err
}

// Serves reports whether a path is Xero's.
func Serves(path string) bool { return strings.HasPrefix(path, Prefix+"/") }

// FaultKind names one way in which a call is disturbed.
type FaultKind string

// The kinds of faults.
const (
	LostBefore FaultKind = "lost-before" // the request never arrives
	LostAfter  FaultKind = "lost-after"  // it is served, and the answer is lost
	Late       FaultKind = "late"        // no answer; it is served before the next one that enters something
	Busy       FaultKind = "429"         // too many calls
	Broken     FaultKind = "500"         // not served
	BrokenLate FaultKind = "500-after"   // served, and an error is answered
	Expired    FaultKind = "401"         // the token counts no more
	OneMore    FaultKind = "one-more"    // the total is answered one cent too high
)

// Fault disturbs one call: the Nth of those that fit, from 1 on.
type Fault struct {
	Kind FaultKind `json:"kind"`
	// Call is a beginning such as "PUT BankTransactions"; "" is any.
	Call string `json:"call"`
	Nth  int    `json:"nth"`
}

// Disturb puts faults in force, each for one call, in place of those before.
func (s *Server) Disturb(list ...Fault) error {
	if !s.cfg.Faults {
		return errors.New("these books were opened without faults: open them with them")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append([]Fault(nil), list...)
	return nil
}

// fault is what happens to a call.
func (s *Server) fault(call string) FaultKind {
	for i := range s.faults {
		f := &s.faults[i]
		if f.Kind == "" || !strings.HasPrefix(call, f.Call) {
			continue
		}
		if f.Nth--; f.Nth <= 0 {
			kind := f.Kind
			f.Kind = ""
			return kind
		}
	}
	return ""
}

// answer is what is sent.
type answer struct {
	status int
	head   map[string]string
	body   any
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(data) > maxBody {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if r.URL.Path == BooksPath || r.URL.Path == FaultsPath {
		send(w, s.control(r, data))
		return
	}
	if r.URL.Path == LoginPath+"/identity/connect/authorize" {
		s.allow(w, r)
		return
	}
	path := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, APIPath), "/")
	if r.URL.Path == Prefix+"/connections" {
		path = "connections"
	}
	if r.URL.Path == LoginPath+"/connect/token" {
		path = "token"
	}
	kind, a := s.attend(r.Method+" "+path, path, r, data)
	if kind == LostBefore || kind == LostAfter || kind == Late {
		hangUp(w)
		return
	}
	w.Header().Set("Date", s.cfg.Clock.Now().UTC().Format(http.TimeFormat))
	send(w, a)
}

func send(w http.ResponseWriter, a answer) {
	text, err := json.Marshal(a.body)
	if err != nil {
		text = nil
	}
	for name, value := range a.head {
		w.Header().Set(name, value)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	_, _ = w.Write(text) // a client that has gone needs no answer
}

// control is for a person with the sandbox: what is in the books, and which faults
// are in force.
func (s *Server) control(r *http.Request, data []byte) answer {
	switch {
	case r.URL.Path == BooksPath && r.Method == http.MethodGet:
		return answer{status: http.StatusOK, body: map[string]any{"BankTransactions": s.Transactions(), "Invoices": s.Invoices(), "Payments": s.Payments()}}
	case r.URL.Path == FaultsPath && r.Method == http.MethodPut:
		var list []Fault
		err := json.Unmarshal(data, &list)
		if err == nil {
			err = s.Disturb(list...)
		}
		if err != nil {
			return answer{status: http.StatusBadRequest, body: map[string]string{"Message": err.Error()}}
		}
		return answer{status: http.StatusOK, body: list}
	}
	return answer{status: http.StatusMethodNotAllowed}
}

// attend serves a call, or what a fault makes of it.
func (s *Server) attend(call, path string, r *http.Request, data []byte) (FaultKind, answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := s.fault(call)
	s.cfg.Log.Info("xero sandbox", "call", call, "fault", string(kind))
	switch kind {
	case LostBefore:
		return kind, answer{}
	case Late:
		kept := r.Clone(context.Background())
		s.late = func() { s.serve(path, kept, data) }
		return kind, answer{}
	case Busy:
		return kind, s.busy()
	case Broken:
		return kind, answer{status: http.StatusInternalServerError}
	case Expired:
		clear(s.tokens)
	}
	if s.late != nil && r.Method == http.MethodPut {
		s.late()
		s.late = nil
	}
	a := s.serve(path, r, data)
	switch kind {
	case BrokenLate:
		a = answer{status: http.StatusInternalServerError}
	case OneMore:
		a.body = oneMore(a.body)
	}
	return kind, a
}

func (s *Server) busy() answer {
	return answer{status: http.StatusTooManyRequests, head: map[string]string{"Retry-After": "7", "X-Rate-Limit-Problem": "minute"}}
}

func (s *Server) serve(path string, r *http.Request, data []byte) answer {
	if path == "token" {
		return s.signIn(r, data)
	}
	now := s.cfg.Clock.Now()
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if until, known := s.tokens[token]; !known || !now.Before(until) {
		return answer{status: http.StatusUnauthorized, body: map[string]any{"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired"}}
	}
	if path == "connections" {
		return answer{status: http.StatusOK, body: []map[string]string{{"tenantId": Tenant, "tenantType": "ORGANISATION", "tenantName": "Corner Shop (training)"}}}
	}
	s.calls = recent(s.calls, now)
	if len(s.calls) >= perMinute {
		return s.busy()
	}
	s.calls = append(s.calls, now)
	a := s.books.serve(r, path, data, now)
	if r.Method != http.MethodGet {
		if err := s.books.save(s.cfg.Path); err != nil {
			s.cfg.Log.Error("xero sandbox", "error", err)
		}
	}
	if a.head == nil {
		a.head = map[string]string{}
	}
	a.head["X-MinLimit-Remaining"] = strconv.Itoa(perMinute - len(s.calls))
	return a
}

func recent(calls []time.Time, now time.Time) (kept []time.Time) {
	for _, at := range calls {
		if now.Sub(at) < time.Minute {
			kept = append(kept, at)
		}
	}
	return kept
}

// hangUp ends the connection without an answer.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
			return
		}
	}
	w.WriteHeader(http.StatusGatewayTimeout)
}
