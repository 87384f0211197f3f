package gateway

import (
	"net/url"
	"time"
)

// tokenLife is how long a checkout can be approved and paid.
const tokenLife = 3 * time.Hour

// request0 is how the fields of the one payment of a checkout begin.
const request0 = "PAYMENTREQUEST_0_"

// echoed are the fields of SetExpressCheckout that are kept and shown again.
var echoed = []string{"INVNUM", "CUSTOM", "DESC", "NOTIFYURL"}

// maxAmount is the largest amount of one payment; the rule is 10,000 of US
// dollars, whose rates the gateway does not know.
func maxAmount(currency string) int64 {
	n := int64(10_000)
	for range decimals[currency] {
		n *= 10
	}
	if decimals[currency] == 0 {
		n *= 100
	}
	return n
}

// amountOf reads the amount of a payment request.
func (c *call) amountOf() (minor int64, currency string, problem *nvpError) {
	currency = c.nvp.get(request0 + "CURRENCYCODE")
	if currency == "" {
		currency = "USD"
	}
	text := c.nvp.get(request0 + "AMT")
	minor, ok := parseDecimal(text, currency)
	_, known := decimals[currency]
	switch {
	case text == "":
		return 0, "", refuseNVP("10400", "Transaction refused because of an invalid argument. See additional error messages for details.", "Order total is missing.")
	case !known:
		return 0, "", refuseNVP("10605", "Transaction refused because of an invalid argument. See additional error messages for details.", "Currency is not supported")
	case !ok:
		return 0, "", refuseNVP("10401", "Transaction refused because of an invalid argument. See additional error messages for details.", "Order total is invalid.")
	case minor == 0:
		return 0, "", refuseNVP("10525", "Invalid Data", "This transaction cannot be processed. The amount to be charged is zero.")
	case minor > maxAmount(currency):
		return 0, "", refuseNVP("10414", "Transaction refused because of an invalid argument. See additional error messages for details.", "The amount exceeds the maximum amount for a single transaction.")
	}
	return minor, currency, c.partsOf(minor, currency)
}

// partsOf holds the parts of a total against it, where they are sent.
func (c *call) partsOf(total int64, currency string) *nvpError {
	wrong := refuseNVP("10413", "Transaction refused because of an invalid argument. See additional error messages for details.", "The totals of the cart item amounts do not match order amounts.")
	var sum int64
	sent := false
	for _, name := range []string{"ITEMAMT", "TAXAMT", "SHIPPINGAMT", "HANDLINGAMT", "INSURANCEAMT"} {
		text := c.nvp.get(request0 + name)
		if text == "" {
			continue
		}
		n, ok := parseDecimal(text, currency)
		if !ok {
			return wrong
		}
		sent, sum = true, sum+n
	}
	if sent && sum != total || !sent && c.nvp.get("L_PAYMENTREQUEST_0_AMT0") != "" {
		return wrong
	}
	return nil
}

func (s *Server) setExpressCheckout(c *call) (pairs, *nvpError) {
	minor, currency, problem := c.amountOf()
	if problem != nil {
		return nil, problem
	}
	const invalid = "Transaction refused because of an invalid argument. See additional error messages for details."
	switch action := c.nvp.get(request0 + "PAYMENTACTION"); {
	case !isAddress(c.nvp.get("RETURNURL")):
		return nil, refuseNVP("10471", invalid, "ReturnURL is invalid.")
	case !isAddress(c.nvp.get("CANCELURL")):
		return nil, refuseNVP("10472", invalid, "CancelURL is invalid.")
	case action != "" && action != "Sale":
		return nil, refuseNVP("10402", "Authorization only is not allowed for merchant.", "This merchant account is not permitted to set PaymentAction to Authorization. Please contact Customer Service.")
	case len(c.nvp.get(request0+"INVNUM")) > 127 || len(c.nvp.get(request0+"DESC")) > 127 || len(c.nvp.get(request0+"CUSTOM")) > 256 || len(c.nvp.get("BRANDNAME")) > 127:
		return nil, refuseNVP("10004", invalid, "The value of a field is too long.")
	case s.invoicePaid(PayPal, c.nvp.get(request0+"INVNUM")) && !c.blind:
		return nil, errDuplicateInvoice
	}
	shop := c.nvp.get("BRANDNAME")
	if shop == "" {
		shop = PayPalReceiver
	}
	code := &Code{System: PayPal, Kind: kindExpress, ID: "EC-" + s.name(17, base36), Reference: c.nvp.get(request0 + "INVNUM"),
		Shop: shop, Description: c.nvp.get(request0 + "DESC"), Amount: minor, Currency: currency, State: CodeOpen,
		Created: c.now, Expires: c.now.Add(tokenLife), Single: true, Fixed: true,
		Extra: map[string]string{"RETURNURL": c.nvp.get("RETURNURL"), "CANCELURL": c.nvp.get("CANCELURL"), "SUBJECT": c.nvp.get("SUBJECT")}}
	for _, name := range echoed {
		code.Extra[name] = c.nvp.get(request0 + name)
	}
	s.putCode(code)
	return pairs{{"TOKEN", code.ID}}, nil
}

func isAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(text) <= 2048
}

var errDuplicateInvoice = refuseNVP("10412", "Duplicate invoice", "Payment has already been made for this InvoiceID.")

// invoicePaid reports whether a payment with that reference is there.
func (s *Server) invoicePaid(system, reference string) (paid bool) {
	if reference == "" {
		return false
	}
	s.state.payments.newest(func(p *Payment) bool {
		paid = p.System == system && p.Reference == reference && p.State != Denied
		return !paid
	})
	return paid
}

// checkout is the checkout of the call's token.
func (s *Server) checkout(c *call) (*Code, *nvpError) {
	token := c.nvp.get("TOKEN")
	code := s.code(PayPal, token)
	switch {
	case token == "":
		return nil, refuseNVP("10408", "Express Checkout token is missing.", "Express Checkout token is missing.")
	case code == nil || code.Kind != kindExpress:
		return nil, refuseNVP("10410", "Invalid token", "Invalid token.")
	case code.State == CodeExpired || c.suffers(FaultExpired) || !c.now.Before(code.Expires):
		return nil, refuseNVP("10411", "This Express Checkout session has expired.", "This Express Checkout session has expired.  Token value is no longer valid.")
	}
	return code, nil
}

func (s *Server) getExpressCheckoutDetails(c *call) (pairs, *nvpError) {
	code, problem := s.checkout(c)
	if problem != nil {
		return nil, problem
	}
	status := "PaymentActionNotInitiated"
	var paid *Payment
	if len(code.Payments) > 0 {
		paid = s.payment(PayPal, code.Payments[0])
	}
	switch {
	case paid != nil && paid.State == Denied:
		status = "PaymentActionFailed"
	case paid != nil:
		status = "PaymentActionCompleted"
	}
	list := pairs{{"TOKEN", code.ID}, {"CHECKOUTSTATUS", status}}
	if code.Payer.ID != "" {
		list = append(list, pair{"EMAIL", code.Payer.Email}, pair{"PAYERID", code.Payer.ID}, pair{"PAYERSTATUS", "verified"},
			pair{"FIRSTNAME", code.Payer.First}, pair{"LASTNAME", code.Payer.Last}, pair{"COUNTRYCODE", code.Payer.Country})
	}
	amount := decimal(code.Amount, code.Currency)
	list = append(list, pair{"CURRENCYCODE", code.Currency}, pair{"AMT", amount},
		pair{request0 + "CURRENCYCODE", code.Currency}, pair{request0 + "AMT", amount})
	for _, name := range echoed {
		list.opt(request0+name, code.Extra[name])
	}
	if paid != nil {
		list.add(request0+"TRANSACTIONID", paid.ID)
		list.add("PAYMENTREQUESTINFO_0_TRANSACTIONID", paid.ID)
	}
	list.add("PAYMENTREQUESTINFO_0_ERRORCODE", "0")
	return list, nil
}

func (s *Server) doExpressCheckoutPayment(c *call) (pairs, *nvpError) {
	code, problem := s.checkout(c)
	if problem != nil {
		return nil, problem
	}
	minor, currency, problem := c.amountOf()
	invoice := c.nvp.get(request0 + "INVNUM")
	if invoice == "" {
		invoice = code.Reference
	}
	switch {
	case len(code.Payments) > 0 && !c.blind:
		return nil, refuseNVP("10415", "Transaction refused because of an invalid argument. See additional error messages for details.", "A successful transaction has already been completed for this token.")
	case problem != nil:
		return nil, problem
	case code.State != CodeApproved && !c.blind:
		return nil, refuseNVP("10485", "Payment not authorized", "Payment has not been authorized by the user.")
	case c.nvp.get("PAYERID") != code.Payer.ID:
		return nil, refuseNVP("10406", "Transaction refused because of an invalid argument. See additional error messages for details.", "The PayerID value is invalid.")
	case currency != code.Currency:
		return nil, refuseNVP("10444", "Transaction refused because of an invalid argument. See additional error messages for details.", "The transaction currency specified must be the same as previously specified.")
	case minor > code.Amount:
		return nil, refuseNVP("10414", "Transaction refused because of an invalid argument. See additional error messages for details.", "The amount exceeds the maximum amount for a single transaction.")
	case s.invoicePaid(PayPal, invoice) && !c.blind:
		return nil, errDuplicateInvoice
	case code.Declines:
		code.State, code.Payer, code.Declines = CodeOpen, Payer{}, false
		s.putCode(code)
		return nil, refuseNVP("10486", "This transaction couldn't be completed.", "This transaction couldn't be completed. Please redirect your customer to PayPal.")
	}
	p := s.collect(c, code, minor, invoice)
	if notify := c.nvp.get(request0 + "NOTIFYURL"); notify != "" {
		p.Notify = notify
	}
	if custom := c.nvp.get(request0 + "CUSTOM"); custom != "" {
		p.Custom = custom
	}
	s.putPayment(p)
	s.sendPayment(c.now, p, "")
	return s.paymentInfo(code, p), nil
}

// collect makes the payment of a checkout or order that the buyer approved.
func (s *Server) collect(c *call, code *Code, minor int64, reference string) *Payment {
	p := &Payment{System: PayPal, ID: s.name(17, base36), Code: code.ID, Reference: reference, Kind: code.Kind,
		Amount: minor, Fee: paypalFee(minor, code.Currency), Currency: code.Currency, State: Completed, At: c.now,
		Payer: code.Payer, Merchant: PayPalReceiver, Custom: code.Extra["CUSTOM"], Notify: code.Extra["NOTIFYURL"]}
	if subject := code.Extra["SUBJECT"]; subject != "" {
		p.Merchant = subject
	}
	if code.Pends || c.suffers(FaultPending) {
		p.State, p.Reason, p.Fee = Pending, "payment-review", 0
	}
	code.Payments = append(code.Payments, p.ID)
	code.State, code.Ended = CodePaid, c.now
	s.putCode(code)
	return p
}

func (s *Server) paymentInfo(code *Code, p *Payment) pairs {
	list := pairs{{"TOKEN", code.ID}, {"SUCCESSPAGEREDIRECTREQUESTED", "false"}}
	kind := "instant"
	if p.State == Pending {
		kind = "echeck"
	}
	for _, one := range [][2]string{{"TRANSACTIONID", p.ID}, {"TRANSACTIONTYPE", "expresscheckout"}, {"PAYMENTTYPE", kind},
		{"ORDERTIME", p.At.UTC().Format(time.RFC3339)}, {"AMT", decimal(p.Amount, p.Currency)}, {"FEEAMT", s.feeText(p)},
		{"TAXAMT", decimal(0, p.Currency)}, {"CURRENCYCODE", p.Currency}, {"PAYMENTSTATUS", s.nvpStatus(p)},
		{"PENDINGREASON", pendingReason(p)}, {"REASONCODE", "None"}, {"PROTECTIONELIGIBILITY", "Ineligible"},
		{"ERRORCODE", "0"}, {"ACK", "Success"}} {
		list.opt("PAYMENTINFO_0_"+one[0], one[1])
	}
	return list
}

// feeText is the fee of money that has come; one on its way has none yet.
func (s *Server) feeText(p *Payment) string {
	if p.State == Pending {
		return ""
	}
	return decimal(p.Fee, p.Currency)
}
