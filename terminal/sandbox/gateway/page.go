package gateway

import (
	"bytes"
	_ "embed" // the pages and their style
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

var (
	//go:embed page/pay.html
	payText string
	//go:embed page/style.css
	pageStyle []byte
)

var payTemplate = template.Must(template.New("pay").Parse(payText))

// pages serves what people open: the page behind a code, and the desk.
func (s *Server) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /paypal/cgi-bin/webscr", forward)
	mux.HandleFunc("GET /paypal/webscr", forward)
	mux.HandleFunc("GET /paypal/checkoutnow", func(w http.ResponseWriter, r *http.Request) { s.showPay(w, r, r.FormValue("token"), "") })
	mux.HandleFunc("POST /paypal/checkoutnow", func(w http.ResponseWriter, r *http.Request) { s.doPay(w, r, r.FormValue("token")) })
	mux.HandleFunc("GET /rzp/i/{short}", s.openShort)
	mux.HandleFunc("POST /rzp/i/{short}", func(w http.ResponseWriter, r *http.Request) { s.doPay(w, r, r.PathValue("short")) })
	mux.HandleFunc("GET /rzp/poster/{file}", s.showPoster)
	mux.HandleFunc("GET /razorpay/upi", func(w http.ResponseWriter, r *http.Request) { s.showPay(w, r, upiOf(r), "") })
	mux.HandleFunc("POST /razorpay/upi", func(w http.ResponseWriter, r *http.Request) { s.doPay(w, r, upiOf(r)) })
	s.desk(mux)
	mux.HandleFunc("GET /wallets/style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(pageStyle) // a visitor who has gone needs no style
	})
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Cache-Control", "no-store")
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "same-origin")
		head.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		if origin.Check(r) != nil {
			s.say(w, http.StatusForbidden, "Another web site may not do this: use the pages of the sandbox.")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// forward is PayPal's redirect from the address that codes hold to the page of
// today.
func forward(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if cmd := q.Get("cmd"); cmd != "_express-checkout" && cmd != "_express-checkout-mobile" {
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, "/paypal/checkoutnow?"+url.Values{"token": {q.Get("token")}, "useraction": {q.Get("useraction")}}.Encode(), http.StatusFound)
}

func upiOf(r *http.Request) string { return r.FormValue("text") }

func (s *Server) say(w http.ResponseWriter, status int, sentence string) {
	s.page(w, status, payPage{Word: sentence})
}

// payPage is all that the page behind a code shows.
type payPage struct {
	Word, Mood         string
	Code               *Code
	PayPal             bool
	Amount, Left, Paid string
	State, Until       string
	Open, Another      bool
	Action, Text       string
	Back               string // the merchant's own page, for after
	Paste              bool   // there is no code yet: one is asked for
}

func (s *Server) page(w http.ResponseWriter, status int, p payPage) {
	var text bytes.Buffer
	if err := payTemplate.Execute(&text, p); err != nil {
		s.log.Error("gateway page", "error", err)
		status = http.StatusInternalServerError
	}
	s.write(w, answer{status: status, kind: typeHTML, body: text.Bytes()}, 0)
}

// showPay shows the page of a code.
func (s *Server) showPay(w http.ResponseWriter, r *http.Request, ref, word string) {
	s.mu.Lock()
	now := s.clock.Now()
	s.lapse(now)
	c := s.find(ref)
	var p payPage
	if c != nil {
		p = s.pageOf(c, now)
	}
	s.mu.Unlock()
	status := http.StatusOK
	switch {
	case c == nil && ref == "" && r.URL.Path == "/razorpay/upi":
		p.Paste = true
	case c == nil:
		p.Word, status = "There is nothing to pay here: the code is wrong, or too old.", http.StatusNotFound
	}
	if r.URL.Path == "/razorpay/upi" {
		p.Action, p.Text = "/razorpay/upi", ref
	}
	if word != "" {
		p.Word, p.Mood = word, "bad"
	}
	s.page(w, status, p)
}

// pageOf is what the page shows of a code. The lock is held.
func (s *Server) pageOf(code *Code, now time.Time) payPage {
	c := *code
	p := payPage{Code: &c, PayPal: c.System == PayPal, Open: !c.final() && c.State != CodeApproved, Another: c.Part || c.Kind == kindQR && !c.Fixed}
	if c.Amount > 0 {
		p.Amount = shown(c.Amount, c.Currency)
	}
	if paid := s.paid(&c); paid > 0 {
		p.Paid = shown(paid, c.Currency)
	}
	if p.Open && !c.Expires.IsZero() {
		p.Until = c.Expires.In(now.Location()).Format("15:04 MST")
	}
	p.State, p.Mood = pageStates[c.State], map[string]string{CodePaid: "good", CodeApproved: "good"}[c.State]
	p.Action = "/rzp/i/" + c.Short
	if p.PayPal {
		p.Action = "/paypal/checkoutnow?token=" + c.ID
		back, key := c.Extra["CANCELURL"], ""
		if c.State == CodeApproved || c.State == CodePaid {
			back, key = c.Extra["RETURNURL"], c.Payer.ID
		}
		p.Back = returnTo(back, c.ID, key)
	} else if c.State == CodePaid {
		p.Back = c.callback()
	}
	return p
}

var pageStates = map[string]string{CodeApproved: "You have agreed to pay. The shop's till collects the money now.",
	CodePaid: "Paid. Thank you!", CodePart: "Paid in part.", CodeClosed: "The shop has closed this code. It cannot be paid any more.",
	CodeExpired: "This code has expired. Ask the shop for a new one.", CodeCancelled: "The shop has cancelled this payment."}

// returnTo is the merchant's page with what PayPal adds to it.
func returnTo(address, token, payer string) string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return ""
	}
	q := u.Query()
	q.Set("token", token)
	if payer != "" {
		q.Set("PayerID", payer)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// callback is the merchant's page with what Razorpay adds to it, and its
// signature.
func (c *Code) callback() string {
	u, err := url.Parse(c.Extra["callback"])
	if err != nil || u.Host == "" || len(c.Payments) == 0 {
		return ""
	}
	payment := c.Payments[len(c.Payments)-1]
	q := u.Query()
	for name, value := range map[string]string{"payment_id": payment, "payment_link_id": c.ID, "payment_link_reference_id": c.Reference,
		"payment_link_status": "paid", "signature": hexMAC(RazorpayKeySecret, []byte(c.ID+"|"+c.Reference+"|paid|"+payment))} {
		q.Set("razorpay_"+name, value)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// shown is an amount for people.
func shown(minor int64, currency string) string {
	places, known := decimals[currency]
	if !known {
		places = 2 // INR
	}
	return currency + " " + point(minor, places)
}

// doPay takes a button of the page.
func (s *Server) doPay(w http.ResponseWriter, r *http.Request, ref string) {
	err := s.press(ref, r.PostFormValue("do"), r.PostFormValue("amount"))
	word := ""
	switch {
	case errors.Is(err, ErrNoCode):
		word = "There is nothing to pay here: the code is wrong, or too old."
	case errors.Is(err, ErrEnded):
		word = "This code cannot be paid any more."
	case err != nil:
		word = err.Error()
	case r.PostFormValue("do") == "cancel":
		word = "You have not paid."
	case r.PostFormValue("do") == "decline" && strings.HasPrefix(r.URL.Path, "/r"):
		word = "The bank has refused. Nothing was paid."
	}
	s.showPay(w, r, ref, word)
}

var errButton = errors.New("Press one of the buttons of the page.")

// press does what a button of the page says.
func (s *Server) press(ref, button, amount string) error {
	switch button {
	case "pay":
		return s.Pay(ref)
	case "cancel":
		return s.Cancel(ref)
	case "expire":
		return s.Expire(ref)
	case "pending":
		return s.PayPending(ref)
	case "decline":
		return s.Decline(ref)
	case "twice":
		return s.PayTwice(ref)
	case "late":
		return s.PayLate(ref)
	case "amount":
		minor, ok := parseDecimal(amount, "USD") // two digits, as rupees have
		if !ok || minor == 0 {
			return errors.New("Write an amount such as 12.50.")
		}
		return s.PayAmount(ref, minor)
	}
	return errButton
}

// openShort is what a short address leads to: the poster of a UPI code, or the
// page of a link.
func (s *Server) openShort(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	c := s.find(r.PathValue("short"))
	poster := ""
	if c != nil && c.Kind == kindQR {
		poster = "/rzp/poster/" + c.Short + ".png"
	}
	s.mu.Unlock()
	if poster != "" {
		http.Redirect(w, r, poster, http.StatusFound)
		return
	}
	s.showPay(w, r, r.PathValue("short"), "")
}
