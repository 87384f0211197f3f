package gateway

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxBody is more than any request of a till needs.
const maxBody = 64 << 10

// route is one row of the APIs. A path segment in braces matches anything and
// becomes an argument. The operations of PayPal's NVP interface, which share
// one address, are rows of the method NVP.
type route struct {
	method, path string
	serve        func(*Server, *call) answer
}

// routes is every call; each file has its part.
var routes []route

func init() {
	for _, part := range [][]route{nvpRoutes, restRoutes, ipnRoutes, razorpayRoutes} {
		routes = append(routes, part...)
	}
}

// call is one request on its way through a route.
type call struct {
	r     *http.Request
	args  []string
	body  []byte
	nvp   pairs     // of an NVP operation
	now   time.Time // the gateway's time for this call
	fault Fault     // what changes the meaning of the answer
	base  string    // how the client reached the gateway, "http://127.0.0.1:1234"
	blind bool      // a fault: nothing counts as repeated
	key   string    // by which the request may be repeated
	clash bool      // the first request of that key is not done
}

func (c *call) arg(n int) string {
	if n >= len(c.args) {
		return ""
	}
	return c.args[n]
}

// suffers reports whether a fault of that kind happens to the call.
func (c *call) suffers(kind FaultKind) bool { return c.fault.Kind == kind }

// answer is what goes out.
type answer struct {
	status int
	kind   string // Content-Type; "" without a body
	body   []byte
	head   http.Header
	drop   bool // the connection ends without a word
}

const (
	typeJSON = "application/json"
	typeHTML = "text/html; charset=utf-8"
	typeText = "text/plain; charset=utf-8"
)

// object is a JSON object that is built by hand.
type object = map[string]any

func jsonAnswer(status int, v any) answer {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return answer{status: http.StatusInternalServerError}
	}
	return answer{status: status, kind: typeJSON, body: bytes.TrimRight(text.Bytes(), "\n")}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		s.write(w, answer{status: http.StatusRequestEntityTooLarge}, 0)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := &call{r: r, body: body, base: "http://" + r.Host}
	rt := c.find()
	if rt == nil {
		s.web.ServeHTTP(w, r)
		return
	}
	f := s.faults.next(rt, c)
	out := s.attend(w, rt, c, f)
	s.log.Info("gateway", "method", rt.method, "route", rt.path, "status", out.status, "dropped", out.drop, "fault", f.Kind)
}

// find is the route of a request; nil where it may be a page.
func (c *call) find() *route {
	path := strings.TrimPrefix(c.r.URL.Path, "/")
	if path == "paypal/nvp" {
		return c.findOperation()
	}
	if path == "paypal/cgi-bin/webscr" && !isPostBack(c.body) {
		return nil
	}
	segments := strings.Split(path, "/")
	for i := range routes {
		if args, ok := matchPath(routes[i].path, segments); ok && routes[i].method == c.r.Method {
			c.args = args
			return &routes[i]
		}
	}
	switch { // what is not a page answers in its gateway's own way
	case strings.HasPrefix(path, "razorpay/v1/"):
		return &razorpayNowhere
	case strings.HasPrefix(path, "paypal/v"):
		return &restNowhere
	}
	return nil
}

func matchPath(pattern string, segments []string) (args []string, ok bool) {
	parts := strings.Split(pattern, "/")
	if len(parts) != len(segments) {
		return nil, false
	}
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			args = append(args, segments[i])
		} else if part != segments[i] {
			return nil, false
		}
	}
	return args, true
}

// run answers one call by the clock as it stands, changed only in meaning.
func (s *Server) run(rt *route, c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = s.clock.Now()
	if c.suffers(FaultSkew) {
		c.now = c.now.Add(c.fault.For)
	}
	s.lapse(c.now)
	return rt.serve(s, c)
}

func (s *Server) write(w http.ResponseWriter, out answer, skew time.Duration) {
	if out.drop {
		s.hangUp(w, false)
		return
	}
	s.sendHead(w, out, skew)
	_, _ = w.Write(out.body) // a client that has gone needs no answer
}

// sendHead sends all but the body. Date is the gateway's own time.
func (s *Server) sendHead(w http.ResponseWriter, out answer, skew time.Duration) {
	head := w.Header()
	for name, values := range out.head {
		head[name] = values
	}
	head.Set("Date", s.clock.Now().Add(skew).UTC().Format(http.TimeFormat))
	if out.kind != "" {
		head.Set("Content-Type", out.kind)
		head.Set("Content-Length", strconv.Itoa(len(out.body)))
	}
	w.WriteHeader(out.status)
}

// decodeJSON reads one JSON value with its numbers as texts.
func decodeJSON(body []byte, v any, strict bool) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if strict {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return io.ErrUnexpectedEOF
	}
	return nil
}
