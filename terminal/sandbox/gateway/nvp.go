package gateway

import (
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// nvpRoutes are the operations of PayPal's NVP interface.
var nvpRoutes = []route{
	{"NVP", "SetExpressCheckout", nvp((*Server).setExpressCheckout)},
	{"NVP", "GetExpressCheckoutDetails", nvp((*Server).getExpressCheckoutDetails)},
	{"NVP", "DoExpressCheckoutPayment", nvp((*Server).doExpressCheckoutPayment)},
	{"NVP", "GetTransactionDetails", nvp((*Server).getTransactionDetails)},
	{"NVP", "TransactionSearch", nvp((*Server).transactionSearch)},
	{"NVP", "RefundTransaction", nvp((*Server).refundTransaction)},
	{"NVP", "GetBalance", nvp((*Server).getBalance)},
}

// nvpUnknown answers an operation that there is not.
var nvpUnknown = route{"NVP", "", nvp(func(*Server, *call) (pairs, *nvpError) {
	return nil, refuseNVP("81002", "Unspecified Method", "Method Specified is not Supported")
})}

func (c *call) findOperation() *route {
	c.nvp, _ = parsePairs(c.body) // what cannot be read has no operation
	for i := range nvpRoutes {
		if c.r.Method == http.MethodPost && nvpRoutes[i].path == c.nvp.get("METHOD") {
			return &nvpRoutes[i]
		}
	}
	return &nvpUnknown
}

// nvpError is a refusal, or a warning that goes with an answer.
type nvpError struct{ code, short, long, severity string }

func refuseNVP(code, short, long string) *nvpError { return &nvpError{code, short, long, "Error"} }

var errSecurity = refuseNVP("10002", "Security error", "Security header is not valid")

const nvpBuild = "58807128"

// nvp wraps an operation in what all have: login, version, repeats, and the
// envelope.
func nvp(serve func(*Server, *call) (pairs, *nvpError)) func(*Server, *call) answer {
	return func(s *Server, c *call) answer {
		if problem := c.nvpLogin(); problem != nil {
			return s.envelope(c, nil, problem)
		}
		if c.clash {
			return s.envelope(c, nil, refuseNVP("11604", "Idempotency request in progress", "A request with this message submission ID is still being processed"))
		}
		if r, ok := s.kept(c.key, c.now); ok && !c.blind {
			list, _ := parsePairs(r.Body) // our own
			return s.envelope(c, s.refreshed(list), &nvpError{"11607", "Duplicate Request", "A successful transaction has already been completed for this message submission ID", "Warning"})
		}
		list, problem := serve(s, c)
		if problem == nil && c.key != "" {
			list.add("MSGSUBID", c.nvp.get("MSGSUBID"))
			s.keep(c.key, "", answer{status: http.StatusOK, kind: typeText, body: list.encode()}, c.now.Add(keepNVP))
		}
		return s.envelope(c, list, problem)
	}
}

func (c *call) nvpLogin() *nvpError {
	right := c.nvp.get("METHOD") != "" && !c.suffers(FaultMode)
	for name, want := range map[string]string{"USER": PayPalUser, "PWD": PayPalPassword, "SIGNATURE": PayPalSignature} {
		right = subtle.ConstantTimeCompare([]byte(c.nvp.get(name)), []byte(want)) == 1 && right
	}
	switch version := c.nvp.get("VERSION"); {
	case !right:
		return errSecurity
	case version == "" || strings.Trim(version, digits+".") != "":
		return refuseNVP("10006", "Version error", "Version is not supported")
	}
	return nil
}

// refreshed is a remembered answer with the payment as it stands now.
func (s *Server) refreshed(list pairs) pairs {
	p := s.payment(PayPal, list.get("PAYMENTINFO_0_TRANSACTIONID"))
	if p == nil {
		return list
	}
	for i := range list {
		switch list[i].name {
		case "PAYMENTINFO_0_PAYMENTSTATUS":
			list[i].value = s.nvpStatus(p)
		case "PAYMENTINFO_0_PENDINGREASON":
			list[i].value = pendingReason(p)
		}
	}
	return list
}

// envelope puts what every answer says between an answer's token and the rest.
func (s *Server) envelope(c *call, list pairs, problem *nvpError) answer {
	ack := "Success"
	if problem != nil {
		ack = map[string]string{"Error": "Failure", "Warning": "SuccessWithWarning"}[problem.severity]
	}
	var out pairs
	if len(list) > 0 && list[0].name == "TOKEN" {
		out, list = append(out, list[0]), list[1:]
	}
	out.add("TIMESTAMP", c.now.UTC().Format(time.RFC3339))
	out.add("CORRELATIONID", strings.ToLower(s.name(13, "0123456789abcdef")))
	out.add("ACK", ack)
	out.add("VERSION", c.nvp.get("VERSION"))
	out.add("BUILD", nvpBuild)
	if problem != nil {
		out.add("L_ERRORCODE0", problem.code)
		out.add("L_SHORTMESSAGE0", problem.short)
		out.add("L_LONGMESSAGE0", problem.long)
		out.add("L_SEVERITYCODE0", problem.severity)
	}
	return answer{status: http.StatusOK, kind: typeText, body: append(out, list...).encode()}
}

// nvpRefusal is a refusal that no operation made.
func nvpRefusal(code, short, long string) answer {
	list := pairs{{"ACK", "Failure"}, {"VERSION", "124"}, {"BUILD", nvpBuild}, {"L_ERRORCODE0", code},
		{"L_SHORTMESSAGE0", short}, {"L_LONGMESSAGE0", long}, {"L_SEVERITYCODE0", "Error"}}
	return answer{status: http.StatusOK, kind: typeText, body: list.encode()}
}

// nvpStatus is a payment's status in the spelling of the API.
func (s *Server) nvpStatus(p *Payment) string {
	back := s.refunded(p)
	switch {
	case p.State == Pending:
		return "Pending"
	case p.State == Denied:
		return "Denied"
	case p.State == Reversed:
		return "Reversed"
	case back == 0:
		return "Completed"
	case back < p.Amount:
		return "Partially-Refunded"
	}
	return "Refunded"
}

func pendingReason(p *Payment) string {
	if p.State == Pending {
		return p.Reason
	}
	return "None"
}

// getBalance answers what all payments and refunds left of each currency.
func (s *Server) getBalance(c *call) (pairs, *nvpError) {
	sums := map[string]int64{"USD": 0}
	names := []string{"USD"}
	add := func(currency string, n int64) {
		if _, ok := sums[currency]; !ok {
			names = append(names, currency)
		}
		sums[currency] += n
	}
	for _, p := range s.state.payments.oldest() {
		if p.System == PayPal && p.State == Completed {
			add(p.Currency, p.Amount-p.Fee)
		}
	}
	for _, r := range s.state.refunds.oldest() {
		if r.System == PayPal && r.State != Failed {
			add(r.Currency, -r.Amount)
		}
	}
	if c.nvp.get("RETURNALLCURRENCIES") != "1" {
		names = names[:1]
	}
	var list pairs
	for i, name := range names {
		n := strconv.Itoa(i)
		list.add("L_AMT"+n, decimal(sums[name], name))
		list.add("L_CURRENCYCODE"+n, name)
	}
	return list, nil
}
