package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// attend answers one call under a fault, if there is one, and returns what the
// client was told as far as it is one answer.
func (s *Server) attend(w http.ResponseWriter, rt *route, c *call, f Fault) answer {
	c.fault = f
	free := s.occupy(rt, c)
	var skew time.Duration
	switch f.Kind {
	case FaultLate:
		s.putOff(rt, c, f.For, free)
		s.hangUp(w, false)
		return answer{drop: true}
	case FaultSkew:
		skew = f.For
	case FaultReplay:
		s.run(rt, c)
		c.blind = true
	}
	if f.Before {
		if out, over := s.strike(w, rt, c, f); over {
			free()
			return out
		}
	}
	out := s.run(rt, c)
	free()
	if !f.Before && f.When != "" {
		if out, over := s.strike(w, rt, c, f); over {
			return out
		}
	}
	out = f.change(out)
	switch f.Kind {
	case FaultSlow:
		s.drip(w, c, out, f.For)
	case FaultTruncate:
		s.sendHead(w, out, 0)
		_, _ = w.Write(out.body[:min(f.N, len(out.body))]) // the server closes the connection on what is missing
	default:
		s.write(w, out, skew)
	}
	return out
}

// strike is a fault that stands in place of the answer, or in front of it. It
// reports whether the request is over.
func (s *Server) strike(w http.ResponseWriter, rt *route, c *call, f Fault) (out answer, over bool) {
	switch f.Kind {
	case FaultDelay:
		if s.wait(c.r.Context(), f.For) {
			return answer{}, false
		}
		s.hangUp(w, false)
		return answer{drop: true}, true
	case FaultDrop, FaultReset:
		s.hangUp(w, f.Kind == FaultReset)
		return answer{drop: true}, true
	case FaultHTML:
		out = answer{status: http.StatusBadGateway, kind: typeHTML, body: []byte("<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n")}
	case FaultStatus:
		out = ownError(rt, f.N, strings.ToUpper(strings.ReplaceAll(http.StatusText(f.N), " ", "_")))
		if f.For > 0 {
			out.head = http.Header{"Retry-After": {strconv.Itoa(int((f.For + time.Second - 1) / time.Second))}}
		}
	case FaultError:
		out = ownError(rt, http.StatusBadRequest, f.Word)
	default:
		return answer{}, false
	}
	s.write(w, out, 0)
	return out, true
}

// ownError is a refusal in the form of the gateway that is asked.
func ownError(rt *route, status int, code string) answer {
	switch {
	case rt.method == "NVP":
		out := nvpRefusal(code, "Internal Error", "The transaction could not be processed.")
		if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
			out.status = status
		}
		return out
	case strings.HasPrefix(rt.path, "razorpay/"):
		switch {
		case status >= http.StatusInternalServerError:
			code = "SERVER_ERROR"
		case status != http.StatusBadRequest:
			code = "BAD_REQUEST_ERROR"
		}
		return razorpayError(status, code, "We are facing some trouble completing your request at the moment. Please try again shortly.", "")
	}
	return restError(status, code, "An error occurred.", "")
}

// change is what a fault does to an answer.
func (f Fault) change(out answer) answer {
	switch f.Kind {
	case FaultDuplicate:
		out.body = append(bytes.Clone(out.body), out.body...)
	case FaultTypes:
		if out.kind == typeJSON {
			out.body = reshape(out.body, func(_ string, v any) any { return []any{v} })
		} else {
			out.body = bytes.ReplaceAll(out.body, []byte("="), nil)
		}
	case FaultEcho:
		if out.kind == typeJSON {
			out.body = reshape(out.body, func(name string, v any) any {
				if name == f.Word {
					return other(v)
				}
				return v
			})
		} else if list, err := parsePairs(out.body); err == nil {
			for i := range list {
				if list[i].name == f.Word {
					list[i].value = fmt.Sprint(other(list[i].value))
				}
			}
			out.body = list.encode()
		}
	}
	return out
}

// other is another value than v.
func other(v any) any {
	text := fmt.Sprint(v)
	if whole, fraction, ok := strings.Cut(text, "."); ok || text != "" && strings.Trim(text, digits) == "" {
		if n, err := strconv.ParseInt(whole+fraction, 10, 64); err == nil {
			text = point(n+1, len(fraction))
			if _, isText := v.(string); isText {
				return text
			}
			return json.Number(text)
		}
	}
	return text + "x"
}

// reshape goes through the texts and numbers of a JSON value.
func reshape(body []byte, f func(name string, v any) any) []byte {
	var v any
	if decodeJSON(body, &v, false) != nil {
		return body
	}
	var walk func(name string, v any) any
	walk = func(name string, v any) any {
		switch x := v.(type) {
		case map[string]any:
			for n, inner := range x {
				x[n] = walk(n, inner)
			}
		case []any:
			for i, inner := range x {
				x[i] = walk(name, inner)
			}
		case string, json.Number:
			return f(name, x)
		}
		return v
	}
	return jsonAnswer(http.StatusOK, walk("", v)).body
}

// putOff processes a request later, for a client that gets no answer.
func (s *Server) putOff(rt *route, c *call, d time.Duration, free func()) {
	later := *c
	later.r = c.r.Clone(context.WithoutCancel(c.r.Context()))
	due := s.clock.After(d)
	s.later.Go(func() {
		defer free()
		select {
		case <-due:
			s.run(rt, &later)
		case <-s.done.Done():
		}
	})
}

// drip sends the body in pieces over a time.
func (s *Server) drip(w http.ResponseWriter, c *call, out answer, d time.Duration) {
	const pieces = 10
	flush := http.NewResponseController(w)
	s.sendHead(w, out, 0)
	for i := range pieces {
		_ = flush.Flush() // a writer that cannot sends everything at its end
		if !s.wait(c.r.Context(), d/pieces) {
			return
		}
		_, _ = w.Write(out.body[len(out.body)*i/pieces : len(out.body)*(i+1)/pieces]) // as in write
	}
}

// hangUp closes the connection under the answer, by a reset or not. A writer
// that has no connection of its own gets the nearest thing, a 504.
func (s *Server) hangUp(w http.ResponseWriter, reset bool) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // without it the connection still ends
	}
	_ = conn.Close() // nothing is left to be told
}

// pair is a name and its value; PayPal's order of them is kept.
type pair struct{ name, value string }

type pairs []pair

func (p pairs) get(name string) string {
	for _, one := range p {
		if one.name == name {
			return one.value
		}
	}
	return ""
}

func (p *pairs) add(name, value string) { *p = append(*p, pair{name, value}) }

// opt adds what is not empty.
func (p *pairs) opt(name, value string) {
	if value != "" {
		p.add(name, value)
	}
}

// parsePairs reads a form in its order.
func parsePairs(body []byte) (pairs, error) {
	var list pairs
	for part := range strings.SplitSeq(string(body), "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%q is no form field", name)
		}
		list.add(n, v)
	}
	return list, nil
}

// encode writes the pairs as PayPal answers them: all but letters and digits as
// %xx in lower case, the names but for their underscores as well.
func (p pairs) encode() []byte {
	var b bytes.Buffer
	for i, one := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		escapeAll(&b, one.name, "_")
		b.WriteByte('=')
		escapeAll(&b, one.value, "")
	}
	return b.Bytes()
}

func escapeAll(b *bytes.Buffer, text, plain string) {
	for i := range len(text) {
		if c := text[i]; strings.IndexByte(base62+plain, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(b, "%%%02x", c)
		}
	}
}
