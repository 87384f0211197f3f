package gateway

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// refundWindow is how long after a payment it can be refunded.
const refundWindow = 180 * 24 * time.Hour

// maxFound is how many rows a search answers.
const maxFound = 100

func (s *Server) getTransactionDetails(c *call) (pairs, *nvpError) {
	id := c.nvp.get("TRANSACTIONID")
	if p := s.payment(PayPal, id); p != nil {
		return s.details(p), nil
	}
	r := s.refund(PayPal, id)
	if r == nil {
		return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "The transaction id is not valid")
	}
	p := s.payment(PayPal, r.Payment)
	if p == nil {
		return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "The transaction id is not valid")
	}
	reason := "None"
	if r.State == Pending {
		reason = "echeck"
	}
	list := pairs{{"RECEIVEREMAIL", p.Payer.Email}, {"PAYERID", p.Payer.ID}, {"TRANSACTIONID", r.ID}, {"PARENTTRANSACTIONID", r.Payment},
		{"TRANSACTIONTYPE", "sendmoney"}, {"PAYMENTTYPE", "instant"}, {"ORDERTIME", r.At.UTC().Format(time.RFC3339)},
		{"AMT", decimal(-r.Amount, r.Currency)}, {"CURRENCYCODE", r.Currency}, {"PAYMENTSTATUS", refundStatus(r)}, {"PENDINGREASON", reason},
		{"REASONCODE", "refund"}}
	list.opt("INVNUM", r.Reference)
	return list, nil
}

func refundStatus(r *Refund) string {
	return map[string]string{Completed: "Completed", Pending: "Pending", Failed: "Failed"}[r.State]
}

func (s *Server) details(p *Payment) pairs {
	kind := "expresscheckout"
	if p.Kind == kindSendMoney {
		kind = "sendmoney"
	}
	list := pairs{{"RECEIVEREMAIL", p.Merchant}, {"RECEIVERID", PayPalMerchantID}, {"EMAIL", p.Payer.Email}, {"PAYERID", p.Payer.ID},
		{"PAYERSTATUS", "verified"}, {"FIRSTNAME", p.Payer.First}, {"LASTNAME", p.Payer.Last}, {"COUNTRYCODE", p.Payer.Country},
		{"TRANSACTIONID", p.ID}, {"TRANSACTIONTYPE", kind}, {"PAYMENTTYPE", "instant"}, {"ORDERTIME", p.At.UTC().Format(time.RFC3339)},
		{"AMT", decimal(p.Amount, p.Currency)}}
	list.opt("FEEAMT", s.feeText(p))
	list = append(list, pair{"CURRENCYCODE", p.Currency}, pair{"PAYMENTSTATUS", s.nvpStatus(p)},
		pair{"PENDINGREASON", pendingReason(p)}, pair{"REASONCODE", "None"})
	list.opt("INVNUM", p.Reference)
	list.opt("CUSTOM", p.Custom)
	list.opt("NOTE", p.Memo)
	return list
}

// found is a row of a search: money that came or went.
type found struct {
	at                              time.Time
	kind, id, status, class, parent string
	payer                           Payer
	amount, fee                     int64
	currency, invoice, custom       string
	incoming                        bool
}

// rows are all rows of PayPal's ledger that are at least as old as until, the
// newest first.
func (s *Server) rows(until time.Time) []found {
	var list []found
	for _, p := range s.state.payments.oldest() {
		if p.System == PayPal && !p.At.After(until) {
			fee := -p.Fee
			list = append(list, found{p.At, "Payment", p.ID, strings.ReplaceAll(s.nvpStatus(&p), "-", " "), p.State, "", p.Payer,
				p.Amount, fee, p.Currency, p.Reference, p.Custom, true})
		}
	}
	for _, r := range s.state.refunds.oldest() {
		if r.System != PayPal || r.At.After(until) {
			continue
		}
		row := found{r.At, "Refund", r.ID, refundStatus(&r), r.State, r.Payment, Payer{}, -r.Amount, 0, r.Currency, r.Reference, "", false}
		if p := s.payment(PayPal, r.Payment); p != nil {
			row.payer = p.Payer
			if row.invoice == "" {
				row.invoice = p.Reference
			}
		}
		list = append(list, row)
	}
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b found) int { return b.at.Compare(a.at) })
	return list
}

// visible is until when rows can be seen: now, unless a fault makes searches
// lag behind.
func (c *call) visible() time.Time {
	if c.suffers(FaultLag) {
		return c.now.Add(-c.fault.For)
	}
	return c.now
}

func (s *Server) transactionSearch(c *call) (pairs, *nvpError) {
	from, err := time.Parse(time.RFC3339, c.nvp.get("STARTDATE"))
	to := c.visible()
	if text := c.nvp.get("ENDDATE"); text != "" && err == nil {
		var end time.Time
		if end, err = time.Parse(time.RFC3339, text); end.Before(to) {
			to = end
		}
	}
	if err != nil {
		return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "Start date is an invalid argument")
	}
	var list pairs
	n, more := 0, false
	for _, row := range s.rows(c.visible()) {
		one := c.nvp.get("TRANSACTIONID")
		if one != "" && row.id != one && row.parent != one || one == "" && (row.at.Before(from) || row.at.After(to) || !row.wanted(c.nvp)) {
			continue
		}
		if n == maxFound {
			more = true
			break
		}
		i := strconv.Itoa(n)
		list = append(list, pair{"L_TIMESTAMP" + i, row.at.UTC().Format(time.RFC3339)}, pair{"L_TIMEZONE" + i, "GMT"}, pair{"L_TYPE" + i, row.kind},
			pair{"L_EMAIL" + i, row.payer.Email}, pair{"L_NAME" + i, strings.TrimSpace(row.payer.First + " " + row.payer.Last)},
			pair{"L_TRANSACTIONID" + i, row.id}, pair{"L_STATUS" + i, row.status}, pair{"L_AMT" + i, decimal(row.amount, row.currency)},
			pair{"L_CURRENCYCODE" + i, row.currency}, pair{"L_FEEAMT" + i, decimal(row.fee, row.currency)},
			pair{"L_NETAMT" + i, decimal(row.amount+row.fee, row.currency)})
		n++
	}
	if more {
		return list, &nvpError{"11002", "Search warning", "The number of results were truncated. Please change your search parameters if you wish to see all your results.", "Warning"}
	}
	return list, nil
}

// wanted reports whether a row fits the filters of a search.
func (f *found) wanted(q pairs) bool {
	fits := func(name, value string) bool { return q.get(name) == "" || strings.EqualFold(q.get(name), value) }
	switch q.get("TRANSACTIONCLASS") {
	case "", "All", "BalanceAffecting":
	case "Received":
		if !f.incoming {
			return false
		}
	case "Sent":
		if f.incoming {
			return false
		}
	case "Refund":
		if f.kind != "Refund" {
			return false
		}
	default:
		return false
	}
	status := map[string]string{Completed: "Success", Pending: "Pending", Denied: "Denied", Failed: "Denied", Reversed: "Reversed"}[f.class]
	if amount := q.get("AMT"); amount != "" {
		n, ok := parseDecimal(amount, f.currency)
		if !ok || n != max(f.amount, -f.amount) {
			return false
		}
	}
	return fits("INVNUM", f.invoice) && fits("EMAIL", f.payer.Email) && fits("CURRENCYCODE", f.currency) && fits("STATUS", status)
}

func (s *Server) refundTransaction(c *call) (pairs, *nvpError) {
	p := s.payment(PayPal, c.nvp.get("TRANSACTIONID"))
	refused := func(why string) (pairs, *nvpError) {
		return nil, refuseNVP("10009", "Transaction refused", why)
	}
	if p == nil {
		return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "The transaction id is not valid")
	}
	left := p.Amount - s.refunded(p)
	amount, text := left, c.nvp.get("AMT")
	switch kind := c.nvp.get("REFUNDTYPE"); {
	case kind == "Partial":
		n, ok := parseDecimal(text, p.Currency)
		if !ok || n == 0 {
			return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "The amount is not valid")
		}
		if c.nvp.get("CURRENCYCODE") != p.Currency {
			return refused("The partial refund must be the same currency as the original transaction")
		}
		amount = n
	case kind != "" && kind != "Full":
		return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "The refund type is not valid")
	case text != "":
		return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "The amount is not allowed for a full refund")
	}
	switch {
	case c.suffers(FaultRefund) && c.fault.Word == Failed:
		return refused("You can not refund this type of transaction")
	case p.State != Completed:
		return refused("You can not refund this type of transaction")
	case c.now.Sub(p.At) > refundWindow:
		return refused("You are over the time limit to perform a refund on this transaction")
	case left == 0:
		return refused("This transaction has already been fully refunded")
	case amount > left:
		return refused("The partial refund amount must be less than or equal to the remaining amount")
	case len(c.nvp.get("NOTE")) > 255:
		return nil, refuseNVP("10004", "Transaction refused because of an invalid argument. See additional error messages for details.", "The note is too long")
	}
	r := s.giveBack(c, p, s.name(17, base36), amount, c.nvp.get("INVOICEID"))
	r.Note = c.nvp.get("NOTE")
	s.putRefund(r)
	status, reason := "Instant", "None"
	if r.State == Pending {
		status, reason = "Delayed", "echeck"
	}
	return pairs{{"REFUNDTRANSACTIONID", r.ID}, {"NETREFUNDAMT", decimal(r.Amount, r.Currency)}, {"FEEREFUNDAMT", decimal(0, r.Currency)},
		{"GROSSREFUNDAMT", decimal(r.Amount, r.Currency)}, {"TOTALREFUNDEDAMT", decimal(s.refunded(p), p.Currency)},
		{"CURRENCYCODE", r.Currency}, {"REFUNDSTATUS", status}, {"PENDINGREASON", reason}}, nil
}

// giveBack enters a refund, and tells of it.
func (s *Server) giveBack(c *call, p *Payment, id string, amount int64, reference string) *Refund {
	r := &Refund{System: p.System, ID: id, Payment: p.ID, Reference: reference, Amount: amount, Currency: p.Currency, State: Completed, At: c.now}
	if c.suffers(FaultRefund) {
		r.State = c.fault.Word
	}
	p.Refunds = append(p.Refunds, r.ID)
	s.putPayment(p)
	s.putRefund(r)
	if r.State == Completed {
		s.sendRefund(c.now, p, r)
	}
	return r
}
