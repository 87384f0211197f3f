package sandbox

import (
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
)

// pages serves what is under /sandbox/: for people and tools on this computer,
// and no part of the API that the host imitates.
func (h *Host) pages() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /sandbox", http.RedirectHandler("/sandbox/", http.StatusMovedPermanently))
	mux.HandleFunc("GET /sandbox/{$}", h.showPage)
	mux.HandleFunc("GET /sandbox/style.css", showStyle)
	mux.HandleFunc("GET /sandbox/faults", func(w http.ResponseWriter, _ *http.Request) { h.sendFaults(w) })
	mux.HandleFunc("PUT /sandbox/faults", h.putFaults)
	mux.HandleFunc("DELETE /sandbox/faults", h.deleteFaults)
	mux.HandleFunc("POST /sandbox/faults", h.postFaults)
	return h.guarded(mux)
}

// guarded keeps out whoever is not on this computer's own pages: a host
// without faults, a name that some web site made point here (DNS rebinding),
// and a web page of another origin that sends a form or a script's request.
func (h *Host) guarded(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy",
			"default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		switch {
		case !h.opt.Faults:
			h.say(w, http.StatusForbidden, faultsOff)
		case !loopbackHost(r.Host):
			h.say(w, http.StatusForbidden, "Open this page by the address 127.0.0.1 or localhost.")
		case origin.Check(r) != nil:
			h.say(w, http.StatusForbidden, "Another web site may not change the faults: use the page under /sandbox/.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// loopbackHost reports whether the Host header names this computer itself.
func loopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return loopback(net.JoinHostPort(trimBrackets(host), "0")) == nil
}

func trimBrackets(host string) string {
	if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

func (h *Host) say(w http.ResponseWriter, status int, sentence string) {
	h.write(w, h.render(refuse(status, sentence)))
}

func (h *Host) sendFaults(w http.ResponseWriter) {
	h.write(w, h.render(reply{status: http.StatusOK, body: h.Faults()}))
}

// putFaults takes a plan as JSON. A form of another site cannot have that
// content type.
func (h *Host) putFaults(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		h.say(w, http.StatusUnsupportedMediaType, "Send the plan with the header Content-Type: application/json.")
		return
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPlan))
	var plan FaultPlan
	if err == nil {
		plan, err = ParseFaultPlan(text)
	}
	if err != nil {
		h.say(w, http.StatusBadRequest, err.Error())
		return
	}
	h.faults.set(plan)
	h.sendFaults(w)
}

func (h *Host) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	h.faults.set(FaultPlan{})
	h.sendFaults(w)
}

var errNoFault = errors.New("choose one of the faults of the page")

// postFaults takes the forms of the page: a fault that is ready to use, or the
// end of all.
func (h *Host) postFaults(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	err := r.ParseForm()
	if err == nil {
		if r.PostForm.Get("off") != "" {
			h.faults.set(FaultPlan{})
		} else {
			err = h.addReady(r.PostForm.Get("ready"))
		}
	}
	if err != nil {
		h.say(w, http.StatusBadRequest, err.Error())
		return
	}
	http.Redirect(w, r, "/sandbox/#faults", http.StatusSeeOther)
}

func (h *Host) addReady(name string) error {
	for _, r := range readyFaults {
		if r.Name == name {
			return h.faults.add(r.Rule)
		}
	}
	return errNoFault
}
