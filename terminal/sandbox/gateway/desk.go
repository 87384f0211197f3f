package gateway

import (
	"bytes"
	_ "embed" // the page
	"errors"
	"html/template"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
)

//go:embed page/desk.html
var deskText string

var deskTemplate = template.Must(template.New("desk").Funcs(template.FuncMap{"money": shown}).Parse(deskText))

// deskRows is how many rows of each table the page shows, the newest first.
const deskRows = 25

// desk serves what is under /wallets/: for people and tools on this computer.
func (s *Server) desk(mux *http.ServeMux) {
	mux.Handle("GET /wallets", http.RedirectHandler(Page, http.StatusMovedPermanently))
	mux.Handle("GET /wallets/{$}", s.guarded(func(w http.ResponseWriter, _ *http.Request) { s.showDesk(w, http.StatusOK, "") }))
	mux.Handle("POST /wallets/do", s.guarded(s.doDesk))
	mux.Handle("GET /wallets/faults", s.guarded(func(w http.ResponseWriter, _ *http.Request) { s.sendFaults(w) }))
	mux.Handle("PUT /wallets/faults", s.guarded(s.putFaults))
	mux.Handle("DELETE /wallets/faults", s.guarded(func(w http.ResponseWriter, _ *http.Request) {
		_ = s.SetFaults(FaultPlan{}) // faults are allowed, or the guard had refused
		s.sendFaults(w)
	}))
}

// guarded keeps out whoever is not on this computer's own pages: a server
// without faults, and a name that some web site made point here.
func (s *Server) guarded(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.cfg.Faults:
			s.say(w, http.StatusForbidden, "This sandbox was started without faults: it shows no ledger.")
		case !loopbackHost(r.Host):
			s.say(w, http.StatusForbidden, "Open this page by the address 127.0.0.1 or localhost.")
		default:
			next(w, r)
		}
	})
}

func loopbackHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func (s *Server) sendFaults(w http.ResponseWriter) {
	s.write(w, jsonAnswer(http.StatusOK, s.Faults()), 0)
}

// putFaults takes a plan as JSON. A form of another site cannot have that
// content type.
func (s *Server) putFaults(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != typeJSON {
		s.write(w, jsonAnswer(http.StatusUnsupportedMediaType, object{"message": "Send the plan with the header Content-Type: application/json."}), 0)
		return
	}
	text, err := io.ReadAll(r.Body)
	var plan FaultPlan
	if err == nil {
		plan, err = ParseFaultPlan(text)
	}
	if err == nil {
		err = s.SetFaults(plan)
	}
	if err != nil {
		s.write(w, jsonAnswer(http.StatusBadRequest, object{"message": err.Error()}), 0)
		return
	}
	s.sendFaults(w)
}

// deskData is all that the desk's page shows.
type deskData struct {
	Now, Word string
	Codes     []deskCode
	Payments  []Payment
	Refunds   []Refund
	Messages  []deskMessage
	Batches   []Batch
	Notify    Addresses
	Rules     []deskRule
	Ready     []readyFault
}

type deskCode struct {
	Code
	Link string
	Live bool
}

type deskMessage struct {
	Delivery
	Last string
}

type deskRule struct {
	FaultRule
	FaultCount
	Over bool
}

// readyFault is a fault that the page offers by name.
type readyFault struct {
	Name string
	Rule FaultRule
}

func once(name, call, fault string) readyFault {
	return readyFault{name, FaultRule{Call: call, Times: 1, Fault: fault}}
}

// readyFaults are those worth an exercise.
var readyFaults = []readyFault{
	once("Next PayPal payment: taken, answer lost", "NVP DoExpressCheckoutPayment", "drop after"),
	once("Next PayPal payment: stays pending", "NVP DoExpressCheckoutPayment", "pending"),
	once("Next PayPal checkout: no answer", "NVP SetExpressCheckout", "drop after"),
	once("Next UPI code: made, answer lost", "POST razorpay/v1/payments/qr_codes", "drop after"),
	once("Next refund at Razorpay: stays pending", "POST razorpay/v1/payments/{id}/refund", "refund pending"),
	once("Next refund at Razorpay: fails", "POST razorpay/v1/payments/{id}/refund", "refund failed"),
	once("Next refund at PayPal: done, answer lost", "NVP RefundTransaction", "drop after"),
	{"All calls: too many requests", FaultRule{Fault: "status 429 10s"}},
	{"All calls: out of order", FaultRule{Fault: "status 503"}},
	{"All calls: wrong keys", FaultRule{Fault: "mode"}},
	{"The clocks: an hour behind", FaultRule{Fault: "skew -1h"}},
	{"A quarter of all calls: connection reset", FaultRule{Chance: "25%", Fault: "reset after"}},
	once("Next webhook of Razorpay: wrong signature", "SEND webhook", "forge signature"),
	once("Next IPN message: for another shop", "SEND ipn", "forge merchant"),
	once("Next IPN message: another amount", "SEND ipn", "forge amount"),
	once("Next post-back: INVALID", "POST paypal/cgi-bin/webscr", "invalid"),
}

// newest are the last rows of a table, the newest first.
func newest[T any](t *table[T]) []T {
	var list []T
	t.newest(func(row *T) bool {
		list = append(list, *row)
		return len(list) < deskRows
	})
	return list
}

func (s *Server) showDesk(w http.ResponseWriter, status int, word string) {
	d := deskData{Word: word, Ready: readyFaults}
	report := s.Faults()
	for i, r := range report.Plan.Rules {
		d.Rules = append(d.Rules, deskRule{r, report.Counts[i], r.over(report.Counts[i])})
	}
	s.mu.Lock()
	now := s.clock.Now()
	s.lapse(now)
	d.Now = now.Format("2006-01-02 15:04:05 MST")
	for _, c := range newest(&s.state.codes) {
		one := deskCode{Code: c, Live: !c.final()}
		switch c.Kind {
		case kindLink:
			one.Link = "/rzp/i/" + c.Short
		case kindQR:
			one.Link = "/razorpay/upi?" + url.Values{"text": {c.Text}}.Encode()
		default:
			one.Link = "/paypal/checkoutnow?token=" + c.ID
		}
		d.Codes = append(d.Codes, one)
	}
	d.Payments, d.Refunds, d.Batches, d.Notify = newest(&s.state.payments), newest(&s.state.refunds), newest(&s.state.batches), s.state.notify
	for _, m := range newest(&s.state.messages) {
		one := deskMessage{Delivery: m}
		if n := len(m.Tries); n > 0 {
			one.Last = or(m.Tries[n-1].Error, "taken")
		}
		d.Messages = append(d.Messages, one)
	}
	s.mu.Unlock()
	var text bytes.Buffer
	if err := deskTemplate.Execute(&text, d); err != nil {
		s.log.Error("gateway page", "error", err)
		status = http.StatusInternalServerError
	}
	s.write(w, answer{status: status, kind: typeHTML, body: text.Bytes()}, 0)
}

// doDesk takes the forms of the page.
func (s *Server) doDesk(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.showDesk(w, http.StatusBadRequest, "The form cannot be read.")
		return
	}
	if err := s.deskAct(r.PostForm); err != nil {
		s.showDesk(w, http.StatusBadRequest, strings.ToUpper(err.Error()[:1])+err.Error()[1:])
		return
	}
	http.Redirect(w, r, Page, http.StatusSeeOther)
}

func (s *Server) deskAct(form url.Values) error {
	id := form.Get("id")
	switch button := form.Get("do"); button {
	case "settle", "deny":
		return s.Settle(id, button == "settle")
	case "refund-done", "refund-failed":
		return s.SettleRefund(id, button == "refund-done")
	case "reverse":
		return s.Reverse(id, "chargeback")
	case "unreverse":
		return s.CancelReversal(id)
	case "resend":
		return s.Resend(id)
	case "notify":
		s.SetNotify(Addresses{strings.TrimSpace(form.Get("ipn")), strings.TrimSpace(form.Get("webhook")), strings.TrimSpace(form.Get("paypal"))})
		return nil
	case "send":
		_, err := s.SendMoney(Gift{Email: form.Get("email"), First: form.Get("first"), Last: form.Get("last"), Amount: form.Get("amount"),
			Currency: form.Get("currency"), Memo: form.Get("memo"), Pending: form.Get("pending") != ""})
		return err
	case "masspay":
		lines, err := payouts(form.Get("lines"))
		if err == nil {
			_, err = s.MassPay(lines, form.Get("denied") != "")
		}
		return err
	case "masspay-done":
		return s.MassPayDone(id, nil)
	case "faults-off":
		return s.SetFaults(FaultPlan{})
	case "fault":
		for _, f := range readyFaults {
			if f.Name == form.Get("ready") {
				return s.addRule(f.Rule)
			}
		}
		return s.addRule(FaultRule{Call: strings.TrimSpace(form.Get("call")), Times: 1, Fault: strings.TrimSpace(form.Get("text"))})
	default:
		return s.press(id, button, form.Get("amount"))
	}
}

// payouts reads the lines of a mass pay file: e-mail, amount, currency, unique
// id, and, for the sandbox, what becomes of the line.
func payouts(text string) ([]Payout, error) {
	var list []Payout
	for row := range strings.Lines(text) {
		row = strings.TrimSpace(row)
		if row == "" {
			continue
		}
		cells := strings.Split(row, ",")
		if len(cells) < 2 {
			return nil, errors.New("write a line as e-mail, amount, currency, unique id, status")
		}
		for len(cells) < 5 {
			cells = append(cells, "")
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		list = append(list, Payout{Email: cells[0], Amount: cells[1], Currency: cells[2], UniqueID: cells[3], Status: cells[4]})
	}
	return list, nil
}
