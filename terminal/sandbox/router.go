package sandbox

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/sandbox/xero"
)

// route is one row of the API. A path segment in braces matches anything and
// becomes an argument of the call; other segments match in any letter case,
// since the document's own paths mix them.
type route struct {
	method, path string
	in           dialects // where the call exists
	open         bool     // true: needs no token
	serve        func(*Host, *call) reply
}

// routes is every call, by area: each area's file has its part.
var routes = slices.Concat(transactionRoutes, batchRoutes, searchRoutes, accountRoutes, purchaseRoutes)

// call is one request on its way through a route.
type call struct {
	r    *http.Request
	args []string      // what the braces of the route matched, in lower case
	user user          // whose token it carries; nobody's on a route that needs none
	lag  time.Duration // how far a search is behind the ledger: see visibleUntil
	body []byte        // the request's body, if it is held for a fault
}

// visibleUntil is the newest moment, in Unix nanoseconds, whose rows a search
// may show: any, unless a fault makes searches lag behind.
func (h *Host) visibleUntil(c *call) int64 {
	if c.lag == 0 {
		return math.MaxInt64
	}
	return h.clock.Now().Add(-c.lag).UnixNano()
}

// arg is the n-th argument of the path, or "" when the route has fewer.
func (c *call) arg(n int) string {
	if n >= len(c.args) {
		return ""
	}
	return c.args[n]
}

// reply is what the host answers. At most one of body, html, csv and drop is set; a
// reply without any of them has a status and no body.
type reply struct {
	status int
	body   any    // sent as JSON
	html   string // sent as a web page: what a gateway in front answers
	csv    string // sent as a table, RFC 4180
	drop   bool   // close the connection without a word
}

// problem is the JSON form of every refusal but that of a login.
type problem struct {
	Message    string              `json:"message"`
	ModelState map[string][]string `json:"modelState,omitempty"`
}

func refuse(status int, message string) reply {
	return reply{status: status, body: problem{Message: message}}
}

func badField(name, why string) reply {
	return reply{status: http.StatusBadRequest, body: problem{
		Message: "Invalid ModelState", ModelState: map[string][]string{name: {why}}}}
}

// broken answers what went wrong inside the host itself.
func (h *Host) broken(err error) reply {
	h.log.Error("sandbox ledger", "error", err)
	return refuse(http.StatusInternalServerError, "A server error has occurred. The operation could not be finished.")
}

// Handler is the host as an http.Handler. Waits and dropped connections need a
// real HTTP/1 connection under it.
func (h *Host) Handler() http.Handler {
	pages := h.pages()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sandbox" || strings.HasPrefix(r.URL.Path, "/sandbox/") {
			pages.ServeHTTP(w, r)
			return
		}
		if gateway.Serves(r.URL.Path) {
			h.wallet.ServeHTTP(w, r)
			return
		}
		if xero.Serves(r.URL.Path) {
			h.books.ServeHTTP(w, r)
			return
		}
		rt, args, status := h.match(r.Method, r.URL.Path)
		if rt == nil {
			h.write(w, rendered{status: status})
			return
		}
		start := h.clock.Now()
		f, out := h.attend(w, rt, &call{r: r, args: args})
		h.log.Info("sandbox", "method", rt.method, "route", rt.path, "status", out.status,
			"dropped", out.drop, "fault", f.Kind, "ms", h.clock.Now().Sub(start)/time.Millisecond)
	})
}

// run answers one call as the host does when nothing disturbs it.
func (h *Host) run(rt *route, c *call) rendered { return h.render(h.admit(rt, c)) }

// admit serves a call that its user may make.
func (h *Host) admit(rt *route, c *call) reply {
	if rt.open {
		return h.serve(rt, c)
	}
	u, err := h.authenticate(c.r)
	if err != nil {
		return h.broken(err)
	}
	if u == nil {
		return refuse(http.StatusUnauthorized, "Authorization has been denied for this request.")
	}
	c.user = *u
	if need, _ := rightFor(rt.method, rt.path); !c.user.may(need) {
		return notPermitted
	}
	return h.serve(rt, c)
}

// serve answers a call once the batches that are due are closed.
func (h *Host) serve(rt *route, c *call) reply {
	if err := h.closeDue(c.r.Context()); err != nil {
		return h.broken(err)
	}
	return rt.serve(h, c)
}

// match finds the route of a request, or the status that says why there is
// none: 404, or 405 for a known path. A call that the host's dialect does not
// have is not there at all.
func (h *Host) match(method, path string) (*route, []string, int) {
	rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSuffix(path, "/")), "/api/v1/")
	if !ok {
		return nil, nil, http.StatusNotFound
	}
	status, segments := http.StatusNotFound, strings.Split(rest, "/")
	for i := range routes {
		args, ok := matchPath(routes[i].path, segments)
		if !ok {
			continue
		}
		if routes[i].method == method {
			if !routes[i].in.has(h.opt.Dialect) {
				return nil, nil, http.StatusNotFound
			}
			return &routes[i], args, 0
		}
		status = http.StatusMethodNotAllowed
	}
	return nil, nil, status
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

// rendered is an answer as it goes out.
type rendered struct {
	status int
	kind   string // Content-Type; "" without a body
	body   []byte
	drop   bool
}

const (
	typeJSON = "application/json; charset=utf-8"
	typeHTML = "text/html; charset=utf-8"
	typeCSV  = "text/csv; charset=utf-8; header=present"
)

func (h *Host) render(out reply) rendered {
	switch {
	case out.html != "":
		return rendered{status: out.status, kind: typeHTML, body: []byte(out.html)}
	case out.csv != "":
		return rendered{status: out.status, kind: typeCSV, body: []byte(out.csv)}
	case out.body != nil:
		body, err := encode(out.body)
		if err != nil {
			h.log.Error("sandbox answer", "error", err)
			return rendered{status: http.StatusInternalServerError}
		}
		return rendered{status: out.status, kind: typeJSON, body: body}
	}
	return rendered{status: out.status, drop: out.drop}
}

// encode is a value as JSON without a line end and with its & and < as they
// are.
func encode(v any) ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(text.Bytes(), "\n"), err
}

func (h *Host) write(w http.ResponseWriter, out rendered) {
	if out.drop {
		h.drop(w)
		return
	}
	h.sendHead(w, out)
	_, _ = w.Write(out.body) // a client that has gone needs no answer
}

// sendHead sends all but the body. Date is the host's own time, which a fault
// may put off.
func (h *Host) sendHead(w http.ResponseWriter, out rendered) {
	head := w.Header()
	head.Set("Date", h.clock.Now().UTC().Format(http.TimeFormat))
	if out.status == http.StatusUnauthorized {
		head.Set("WWW-Authenticate", "Bearer")
	}
	if out.kind != "" {
		head.Set("Content-Type", out.kind)
		head.Set("Content-Length", strconv.Itoa(len(out.body)))
	}
	w.WriteHeader(out.status)
}

// drop closes the connection under the answer, so that the client sees an end
// of file. A writer that has no connection of its own (HTTP/2, a recorder in a
// test) gets the nearest thing, a gateway time-out without a body.
func (h *Host) drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	}
	_ = conn.Close() // nothing is left to be told
}
