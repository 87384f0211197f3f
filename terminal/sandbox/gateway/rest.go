package gateway

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// restRoutes are the calls of PayPal's REST interface.
var restRoutes = []route{
	{"POST", "paypal/v1/oauth2/token", (*Server).grantToken},
	{"POST", "paypal/v2/checkout/orders", rest(keepOrders, (*Server).createOrder)},
	{"GET", "paypal/v2/checkout/orders/{id}", rest(0, (*Server).fetchOrder)},
	{"POST", "paypal/v2/checkout/orders/{id}/capture", rest(keepOrders, (*Server).captureOrder)},
	{"GET", "paypal/v2/payments/captures/{id}", rest(0, (*Server).fetchCapture)},
	{"POST", "paypal/v2/payments/captures/{id}/refund", rest(keepRefunds, (*Server).refundCapture)},
	{"GET", "paypal/v2/payments/refunds/{id}", rest(0, (*Server).fetchPayPalRefund)},
	{"GET", "paypal/v1/reporting/transactions", rest(0, (*Server).reportTransactions)},
	{"POST", "paypal/v1/notifications/verify-webhook-signature", rest(0, (*Server).verifyWebhook)},
}

var restNowhere = route{"", "paypal/", rest(0, func(s *Server, _ *call) answer {
	return s.notFound()
})}

// tokenTime is how long an access token is good for.
const tokenTime = 9 * time.Hour

// token is an access token.
type token struct {
	Text  string
	Until time.Time
}

// grantToken answers client credentials with an access token.
func (s *Server) grantToken(c *call) answer {
	form, err := url.ParseQuery(string(c.body))
	switch {
	case !c.basic(PayPalClientID, PayPalClientSecret) || c.suffers(FaultMode):
		return jsonAnswer(http.StatusUnauthorized, object{"error": "invalid_client", "error_description": "Client Authentication failed"})
	case err != nil || form.Get("grant_type") != "client_credentials":
		return jsonAnswer(http.StatusBadRequest, object{"error": "unsupported_grant_type", "error_description": "Grant Type is NULL"})
	}
	t := &token{"A21AA" + s.name(92, base62), c.now.Add(tokenTime)}
	life := tokenTime
	if c.suffers(FaultExpired) { // sold as good, and is not
		t.Until = c.now
	}
	s.state.tokens.put(t.Text, t)
	s.save("token", t)
	return jsonAnswer(http.StatusOK, object{"scope": "https://uri.paypal.com/services/payments/payment", "access_token": t.Text, "token_type": "Bearer",
		"app_id": "APP-80W284485P519543T", "expires_in": int64(life / time.Second), "nonce": c.now.UTC().Format("2006-01-02T15:04:05Z") + s.name(32, base62)})
}

// rest wraps a call in the check of the token and, where answers are kept, in
// what PayPal-Request-Id does.
func rest(keep time.Duration, serve func(*Server, *call) answer) func(*Server, *call) answer {
	return func(s *Server, c *call) answer {
		text, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
		t := s.state.tokens.rows[text]
		if !ok || t == nil || !c.now.Before(t.Until) || c.suffers(FaultExpired) && c.r.Method == http.MethodPost || c.suffers(FaultMode) {
			return s.restRefuse(http.StatusUnauthorized, "AUTHENTICATION_FAILURE",
				"Authentication failed due to invalid authentication credentials or a missing Authorization header.", "", "")
		}
		if keep == 0 || c.key == "" {
			return serve(s, c)
		}
		key := c.key + " " + c.arg(0)
		r, repeated := s.kept(key, c.now)
		switch {
		case c.clash:
			return s.restRefuse(http.StatusConflict, "RESOURCE_CONFLICT", "The server has detected a conflict while processing this request.",
				"PREVIOUS_REQUEST_IN_PROGRESS", "A previous request on this resource is currently in progress.")
		case repeated && !c.blind:
			return answer{status: http.StatusOK, kind: r.Kind, body: r.Body}
		}
		out := serve(s, c)
		if out.status < 300 {
			s.keep(key, "", out, c.now.Add(keep))
		}
		return out
	}
}

// restError is a refusal in the form of REST.
func restError(status int, name, message, issue string) answer {
	problem := object{"name": name, "message": message, "debug_id": "f0000000000d"}
	if issue != "" {
		problem["details"] = []object{{"issue": issue, "description": message}}
	}
	return jsonAnswer(status, problem)
}

func (s *Server) restRefuse(status int, name, message, issue, description string) answer {
	problem := object{"name": name, "message": message, "debug_id": s.name(13, "0123456789abcdef"), "links": []any{}}
	if issue != "" {
		problem["details"] = []object{{"issue": issue, "description": description}}
	}
	return jsonAnswer(status, problem)
}

// unprocessable is a refusal because of the state of things.
func (s *Server) unprocessable(issue, description string) answer {
	return s.restRefuse(http.StatusUnprocessableEntity, "UNPROCESSABLE_ENTITY",
		"The requested action could not be performed, semantically incorrect, or failed business validation.", issue, description)
}

// invalid is a refusal because of a field.
func (s *Server) invalid(field, issue, description string) answer {
	return jsonAnswer(http.StatusBadRequest, object{"name": "INVALID_REQUEST", "debug_id": s.name(13, "0123456789abcdef"), "links": []any{},
		"message": "Request is not well-formed, syntactically incorrect, or violates schema.",
		"details": []object{{"field": field, "issue": issue, "description": description, "location": "body"}}})
}

func (s *Server) notFound() answer {
	return s.restRefuse(http.StatusNotFound, "RESOURCE_NOT_FOUND", "The specified resource does not exist.", "INVALID_RESOURCE_ID",
		"Specified resource ID does not exist. Please check the resource ID and try again.")
}

// money is an amount in the form of REST.
func money(minor int64, currency string) object {
	return object{"currency_code": currency, "value": decimal(minor, currency)}
}

// amount is one that a request names.
type amount struct {
	Currency string `json:"currency_code"`
	Value    string `json:"value"`
}

func link(href, rel, method string) object { return object{"href": href, "rel": rel, "method": method} }

// full reports whether the client wants the whole resource.
func (c *call) full() bool { return c.r.Header.Get("Prefer") == "return=representation" }
