package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

// route is one row of the API. A path segment in braces matches anything and
// becomes an argument of the call; other segments match in any letter case,
// since the document's own paths mix them.
type route struct {
	method, path string
	open         bool // true: needs no token
	serve        func(*Host, *call) reply
}

var routes = []route{
	{"POST", "token", true, (*Host).issueToken},
	{"GET", "devices", false, (*Host).listDevices},
	{"POST", "sales", false, (*Host).createSale},
	{"GET", "sales", false, (*Host).listSales},
	{"GET", "sales/{guid}", false, (*Host).getSale},
	{"GET", "sales/batch/{guid}", false, (*Host).salesOfBatch},
	{"POST", "timeoutreversal", false, (*Host).reverse},
	{"POST", "batches/close", false, (*Host).closeBatch},
	{"POST", "batches/search", false, (*Host).searchBatches},
	{"GET", "batches/{guid}/transactions", false, (*Host).batchTransactions},
	{"POST", "search/sales/{exportable}", false, (*Host).searchSales},
	{"POST", "search/sales/{exportable}/{page}", false, (*Host).searchSales},
	{"POST", "search/sales/{exportable}/{page}/{size}", false, (*Host).searchSales},
}

// call is one request on its way through a route.
type call struct {
	r    *http.Request
	args []string // what the braces of the route matched, in lower case
}

// arg is the n-th argument of the path, or "" when the route has fewer.
func (c *call) arg(n int) string {
	if n >= len(c.args) {
		return ""
	}
	return c.args[n]
}

// reply is what the host answers. At most one of body, html and drop is set; a
// reply without any of them has a status and no body.
type reply struct {
	status int
	body   any    // sent as JSON
	html   string // sent as a web page: what a gateway in front answers
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

// failed answers an error of the ledger: a rule in its words, anything else as
// a fault of the host.
func (h *Host) failed(err error) reply {
	var r rule
	if errors.As(err, &r) {
		return refuse(http.StatusUnprocessableEntity, string(r))
	}
	return h.broken(err)
}

// broken answers what went wrong inside the host itself.
func (h *Host) broken(err error) reply {
	h.log.Error("sandbox ledger", "error", err)
	return refuse(http.StatusInternalServerError, "A server error has occurred. The operation could not be finished.")
}

// Handler is the host as an http.Handler. Waits and dropped connections need a
// real HTTP/1 connection under it.
func (h *Host) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := h.clock.Now()
		rt, args, status := match(r.Method, r.URL.Path)
		var out reply
		switch {
		case rt == nil:
			out = reply{status: status}
		case !rt.open && !h.authorised(r):
			w.Header().Set("WWW-Authenticate", "Bearer")
			out = refuse(http.StatusUnauthorized, "Authorization has been denied for this request.")
		default:
			out = rt.serve(h, &call{r, args})
		}
		h.write(w, out)
		if rt != nil {
			h.log.Info("sandbox", "method", rt.method, "route", rt.path, "status", out.status,
				"dropped", out.drop, "ms", h.clock.Now().Sub(start)/time.Millisecond)
		}
	})
}

// match finds the route of a request, or the status that says why there is
// none: 404, or 405 for a known path.
func match(method, path string) (*route, []string, int) {
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

func (h *Host) write(w http.ResponseWriter, out reply) {
	switch {
	case out.drop:
		h.drop(w)
	case out.html != "":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(out.status)
		_, _ = w.Write([]byte(out.html)) // a client that has gone needs no answer
	case out.body == nil:
		w.WriteHeader(out.status)
	default:
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(out.body); err != nil {
			h.log.Error("sandbox answer", "error", err)
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(out.status)
		_, _ = w.Write(bytes.TrimRight(text.Bytes(), "\n")) // as above
	}
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
