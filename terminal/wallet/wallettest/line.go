package wallettest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"paydesk/terminal/clock"
)

// A trouble is what happens to a request on the line.
type trouble int

const (
	none   trouble = iota
	lose           // it is carried out, and its answer lost
	down           // the system is out of order
	stolen         // somebody else answers, as the sign-in page of a network
	cut            // it is carried out, and its answer ends in its middle
	silent         // it arrives, and no answer comes
)

// line is the way to a stand-in. All requests go through, but those that a plan
// says otherwise of.
type line struct {
	server *httptest.Server
	host   http.Handler
	clock  clock.Clock

	mu    sync.Mutex
	plan  func(n int) trouble
	asked int
	heard chan struct{}
}

func newLine(t *testing.T, host http.Handler, now clock.Clock) *line {
	l := &line{host: host, clock: now, heard: make(chan struct{}, 100)}
	l.server = httptest.NewServer(l)
	t.Cleanup(l.server.Close)
	return l
}

// suffer sets what happens to the requests from now on, which are counted from
// 1. The plan nil lets them all through.
func (l *line) suffer(plan func(n int) trouble) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.plan, l.asked = plan, 0
}

// all are requests that have the same trouble.
func all(x trouble) func(int) trouble {
	return func(int) trouble { return x }
}

// nth is the trouble of one request alone.
func nth(which int, x trouble) func(int) trouble {
	return func(n int) trouble {
		if n == which {
			return x
		}
		return none
	}
}

// count is how many requests came since suffer.
func (l *line) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

func (l *line) next() trouble {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	select {
	case l.heard <- struct{}{}:
	default:
	}
	if l.plan == nil {
		return none
	}
	return l.plan(l.asked)
}

// ServeHTTP implements http.Handler.
func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := l.next()
	switch x {
	case silent:
		_, _ = io.Copy(io.Discard, r.Body) // so that the end of the connection is noticed
		<-r.Context().Done()
		return
	case down:
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<html>Service Unavailable</html>")
		return
	case stolen:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><h1>Welcome to Airport WiFi</h1> Please sign in.</html>")
		return
	}
	rec := httptest.NewRecorder()
	l.host.ServeHTTP(rec, r)
	if x == lose {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
		return
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	if rec.Header().Get("Date") == "" {
		w.Header().Set("Date", l.clock.Now().UTC().Format(http.TimeFormat))
	}
	body := rec.Body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if x == cut {
		body = body[:len(body)/2]
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(body)
}
