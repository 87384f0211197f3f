package gateway

import (
	"net/http"
	"time"
)

// orderBody is what an order is made of, as far as a counter needs it.
type orderBody struct {
	Intent string `json:"intent"`
	Units  []struct {
		Reference   string `json:"reference_id"`
		Invoice     string `json:"invoice_id"`
		Custom      string `json:"custom_id"`
		Description string `json:"description"`
		Amount      amount `json:"amount"`
	} `json:"purchase_units"`
	Source *struct {
		PayPal *struct {
			Context experience `json:"experience_context"`
		} `json:"paypal"`
	} `json:"payment_source"`
	Context experience `json:"application_context"`
}

type experience struct {
	Brand  string `json:"brand_name"`
	Return string `json:"return_url"`
	Cancel string `json:"cancel_url"`
}

func (s *Server) createOrder(c *call) answer {
	var in orderBody
	switch err := decodeJSON(c.body, &in, false); {
	case err != nil:
		return s.invalid("/", "MALFORMED_REQUEST_JSON", "The request JSON is not well formed.")
	case in.Intent != "CAPTURE":
		return s.invalid("/intent", "INVALID_PARAMETER_VALUE", "The value of a field is invalid.")
	case len(in.Units) != 1:
		return s.invalid("/purchase_units", "INVALID_ARRAY_MAX_ITEMS", "The number of items in an array parameter is wrong.")
	}
	unit := in.Units[0]
	minor, ok := parseDecimal(unit.Amount.Value, unit.Amount.Currency)
	_, known := decimals[unit.Amount.Currency]
	const amountPath = "/purchase_units/@reference_id=='default'/amount/"
	switch {
	case unit.Amount.Value == "" || unit.Amount.Currency == "":
		return s.invalid(amountPath+"value", "MISSING_REQUIRED_PARAMETER", "A required field is missing.")
	case !known:
		return s.unprocessable("INVALID_CURRENCY_CODE", "Currency code is invalid or is not currently supported.")
	case !ok:
		return s.unprocessable("DECIMAL_PRECISION", "If the currency supports decimals, only two decimal place precision is supported.")
	case minor == 0:
		return s.unprocessable("CANNOT_BE_ZERO_OR_NEGATIVE", "Must be greater than zero.")
	case len(unit.Invoice) > 127 || len(unit.Custom) > 127 || len(unit.Description) > 127:
		return s.invalid("/purchase_units/@reference_id=='default'", "INVALID_STRING_LENGTH", "The value of a field is either too short or too long.")
	}
	code := &Code{System: PayPal, Kind: kindOrder, ID: s.name(17, base36), Reference: unit.Invoice, Description: unit.Description,
		Amount: minor, Currency: unit.Amount.Currency, State: CodeOpen, Created: c.now, Expires: c.now.Add(tokenLife), Single: true, Fixed: true,
		Extra: map[string]string{"CUSTOM": unit.Custom, "REFERENCE": unit.Reference, "base": c.base}}
	where := in.Context
	if in.Source != nil && in.Source.PayPal != nil {
		where = in.Source.PayPal.Context
		code.Extra["source"] = PayPal
	}
	code.Extra["RETURNURL"], code.Extra["CANCELURL"], code.Shop = where.Return, where.Cancel, where.Brand
	if code.Shop == "" {
		code.Shop = PayPalReceiver
	}
	if code.Extra["REFERENCE"] == "" {
		code.Extra["REFERENCE"] = "default"
	}
	s.putCode(code)
	out := s.showOrder(code)
	if !c.full() {
		out = object{"id": code.ID, "status": out["status"], "links": out["links"]}
	}
	return jsonAnswer(http.StatusCreated, out)
}

// showOrder is an order as the API shows it.
func (s *Server) showOrder(c *Code) object {
	self := c.Extra["base"] + "/paypal/v2/checkout/orders/" + c.ID
	page := c.Extra["base"] + "/paypal/checkoutnow?token=" + c.ID
	links := []object{link(self, "self", "GET")}
	status, rel := "CREATED", "approve"
	if c.Extra["source"] != "" {
		status, rel = "PAYER_ACTION_REQUIRED", "payer-action"
	}
	unit := object{"reference_id": c.Extra["REFERENCE"], "amount": money(c.Amount, c.Currency), "payee": object{"email_address": PayPalReceiver, "merchant_id": PayPalMerchantID}}
	for name, value := range map[string]string{"invoice_id": c.Reference, "custom_id": c.Extra["CUSTOM"], "description": c.Description} {
		if value != "" {
			unit[name] = value
		}
	}
	switch c.State {
	case CodeOpen:
		links = append(links, link(page, rel, "GET"), link(self+"/capture", "capture", "POST"))
	case CodeApproved:
		status = "APPROVED"
		links = append(links, link(self+"/capture", "capture", "POST"))
	case CodePaid:
		status = "COMPLETED"
		captures, refunds := []object{}, []object{}
		for _, id := range c.Payments {
			if p := s.payment(PayPal, id); p != nil {
				captures = append(captures, s.showCapture(p, c.Extra["base"]))
				for _, id := range p.Refunds {
					if back := s.refund(PayPal, id); back != nil { // it may be too old to be kept
						refunds = append(refunds, s.showPayPalRefund(back, c.Extra["base"]))
					}
				}
			}
		}
		unit["payments"] = object{"captures": captures}
		if len(refunds) > 0 {
			unit["payments"] = object{"captures": captures, "refunds": refunds}
		}
	case CodeCancelled:
		status = "VOIDED"
	}
	out := object{"id": c.ID, "intent": "CAPTURE", "status": status, "purchase_units": []object{unit}, "create_time": c.Created.UTC().Format(time.RFC3339), "links": links}
	if c.Payer.ID != "" {
		out["payer"] = object{"email_address": c.Payer.Email, "payer_id": c.Payer.ID, "name": object{"given_name": c.Payer.First, "surname": c.Payer.Last},
			"address": object{"country_code": c.Payer.Country}}
	}
	return out
}

// order is the order of the call; one that expired is not there any more.
func (s *Server) order(c *call) *Code {
	code := s.code(PayPal, c.arg(0))
	if code == nil || code.Kind != kindOrder || code.State == CodeExpired {
		return nil
	}
	return code
}

func (s *Server) fetchOrder(c *call) answer {
	code := s.order(c)
	if code != nil && c.suffers(FaultExpired) && !code.final() {
		s.expire(code, c.now)
		code = s.order(c)
	}
	if code == nil {
		return s.notFound()
	}
	return jsonAnswer(http.StatusOK, s.showOrder(code))
}

func (s *Server) captureOrder(c *call) answer {
	code := s.order(c)
	switch {
	case code == nil:
		return s.notFound()
	case code.State == CodePaid && !c.blind:
		return s.unprocessable("ORDER_ALREADY_CAPTURED", "Order already captured. If 'intent=CAPTURE' only one capture per order is allowed.")
	case code.State != CodeApproved && !c.blind:
		return s.unprocessable("ORDER_NOT_APPROVED", "Payer has not yet approved the Order for payment. Please redirect the payer to the 'rel':'approve' url.")
	case s.invoicePaid(PayPal, code.Reference) && !c.blind:
		return s.unprocessable("DUPLICATE_INVOICE_ID", "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your account setting requires that Invoice Id be unique for each transaction.")
	case code.Declines:
		code.State, code.Payer, code.Declines = CodeOpen, Payer{}, false
		s.putCode(code)
		return s.unprocessable("INSTRUMENT_DECLINED", "The instrument presented was either declined by the processor or bank, or it can't be used for this payment.")
	}
	p := s.collect(c, code, code.Amount, code.Reference)
	s.putPayment(p)
	s.sendPayment(c.now, p, "")
	out := s.showOrder(code)
	if !c.full() {
		out = object{"id": out["id"], "status": out["status"], "payer": out["payer"], "links": out["links"],
			"purchase_units": []object{{"reference_id": code.Extra["REFERENCE"], "payments": object{"captures": []object{s.showCapture(p, c.base)}}}}}
	}
	return jsonAnswer(http.StatusCreated, out)
}

// showCapture is a payment as the API shows it.
func (s *Server) showCapture(p *Payment, base string) object {
	status := map[string]string{"Completed": "COMPLETED", "Pending": "PENDING", "Denied": "DECLINED", "Reversed": "COMPLETED",
		"Partially-Refunded": "PARTIALLY_REFUNDED", "Refunded": "REFUNDED"}[s.nvpStatus(p)]
	self := base + "/paypal/v2/payments/captures/" + p.ID
	at := p.At.UTC().Format(time.RFC3339)
	out := object{"id": p.ID, "status": status, "amount": money(p.Amount, p.Currency), "final_capture": true, "create_time": at, "update_time": at,
		"seller_protection": object{"status": "NOT_ELIGIBLE"},
		"links": []object{link(self, "self", "GET"), link(self+"/refund", "refund", "POST"),
			link(base+"/paypal/v2/checkout/orders/"+p.Code, "up", "GET")}}
	if p.Reference != "" {
		out["invoice_id"] = p.Reference
	}
	if p.Custom != "" {
		out["custom_id"] = p.Custom
	}
	if p.State == Pending {
		out["status_details"] = object{"reason": "PENDING_REVIEW"}
	} else {
		out["seller_receivable_breakdown"] = object{"gross_amount": money(p.Amount, p.Currency), "paypal_fee": money(p.Fee, p.Currency),
			"net_amount": money(p.Amount-p.Fee, p.Currency)}
	}
	return out
}
