package sandbox

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"paydesk/terminal/clock"
)

// attend answers one call, through a fault if there is one.
func (h *Host) attend(w http.ResponseWriter, rt *route, c *call) (Fault, rendered) {
	defer c.release()
	f, refusal, ok := h.choose(rt, c)
	var out rendered
	switch {
	case !ok:
		out = h.render(refusal)
		h.write(w, out)
	case f.Kind == "":
		out = h.run(rt, c)
		h.write(w, out)
	default:
		out = h.disturb(w, rt, c, f)
	}
	return f, out
}

// rewind lets the body be read from its start.
func (c *call) rewind() { c.r.Body = io.NopCloser(bytes.NewReader(c.body)) }

// release wipes a body that was held.
func (c *call) release() { clear(c.body) }

// disturb processes a request and answers it under a fault. It returns what
// the client was told, as far as it is one answer.
func (h *Host) disturb(w http.ResponseWriter, rt *route, c *call, f Fault) rendered {
	switch f.Kind {
	case FaultLate:
		h.putOff(rt, c, f.For)
		h.drop(w)
		return rendered{drop: true}
	case FaultSkew:
		h = &Host{shared: h.shared, clock: skewed{h.clock, f.For}}
	case FaultLag:
		c.lag = f.For
	case FaultReplay:
		h.run(rt, c)
		c.rewind()
		h = &Host{shared: h.shared, clock: h.clock, blind: true}
	}
	if f.When == "before" {
		if out, over := h.strike(w, c, f); over {
			return out
		}
	}
	out := f.change(h.run(rt, c))
	if f.When == "after" {
		if out, over := h.strike(w, c, f); over {
			return out
		}
	}
	switch {
	case out.drop:
		h.drop(w)
	case f.Kind == FaultSlow:
		h.drip(w, c, out, f.For)
	case f.Kind == FaultTruncate:
		h.sendHead(w, out)
		_, _ = w.Write(out.body[:min(f.At, len(out.body))]) // the server closes the connection on what is missing
	default:
		h.write(w, out)
	}
	return out
}

// strike is a fault that stands in place of the answer, or in front of it. It
// reports whether the request is over.
func (h *Host) strike(w http.ResponseWriter, c *call, f Fault) (out rendered, over bool) {
	passed := f.For == 0 || h.wait(c.r.Context(), f.For)
	switch {
	case f.Kind == FaultReset:
		h.reset(w)
		return rendered{drop: true}, true
	case f.Kind == FaultDrop || !passed:
		h.drop(w)
		return rendered{drop: true}, true
	case f.Kind == FaultDelay:
		return rendered{}, false
	}
	out = f.instead()
	h.write(w, out)
	return out, true
}

// skewed is a clock that is off.
type skewed struct {
	clock.Clock
	by time.Duration
}

// Now implements clock.Clock.
func (s skewed) Now() time.Time { return s.Clock.Now().Add(s.by) }

// putOff processes a request later, for a client that gets no answer. Close
// forgets it.
func (h *Host) putOff(rt *route, c *call, d time.Duration) {
	later := &call{r: c.r.Clone(context.WithoutCancel(c.r.Context())), args: c.args, body: bytes.Clone(c.body)}
	later.rewind()
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.done:
		later.release()
		return
	default:
	}
	due := h.clock.After(d)
	h.faults.wait(1)
	h.later.Go(func() {
		defer h.faults.wait(-1)
		defer later.release()
		select {
		case <-due:
			out := h.run(rt, later)
			h.log.Info("sandbox", "method", rt.method, "route", rt.path, "status", out.status, "fault", FaultLate)
		case <-h.done:
		}
	})
}

func (s *faults) wait(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting += n
}

// drip sends the body in pieces over a time.
func (h *Host) drip(w http.ResponseWriter, c *call, out rendered, d time.Duration) {
	const pieces = 10
	flush := http.NewResponseController(w)
	h.sendHead(w, out)
	for i := range pieces {
		_ = flush.Flush() // a writer that cannot sends everything at its end
		if !h.wait(c.r.Context(), d/pieces) {
			return
		}
		_, _ = w.Write(out.body[len(out.body)*i/pieces : len(out.body)*(i+1)/pieces]) // as in write
	}
}

// reset closes the connection so that the client's system reports it as reset:
// what was not sent yet is thrown away.
func (h *Host) reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		w.WriteHeader(http.StatusGatewayTimeout)
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the connection still ends
	}
	_ = conn.Close() // nothing is left to be told
}
