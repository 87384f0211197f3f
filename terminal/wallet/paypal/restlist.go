package paypal

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"paydesk/terminal/order"
)

// reportSpan is the longest time that one report covers (unconfirmed: 31 days).
const reportSpan = 30 * 24 * time.Hour

// reportPage is how many rows a page has at most.
const reportPage = 500

// reportBody is a page of the account's transactions.
type reportBody struct {
	Rows []struct {
		Info struct {
			ID     string `json:"transaction_id"`
			Status string `json:"transaction_status"`
			Amount value  `json:"transaction_amount"`
		} `json:"transaction_info"`
	} `json:"transaction_details"`
	Pages int `json:"total_pages"`
}

// List implements wallet.Provider. The report is hours behind and shows no
// refunds beside their payments, so that each payment that is not known is read
// on its own.
func (p *rest) List(ctx context.Context, from, to time.Time, known func(payment string) bool) order.CodeList {
	var list order.CodeList
	for ; from.Before(to); from = from.Add(reportSpan) {
		ids, a := p.report(ctx, from, earlier(to, from.Add(reportSpan)))
		if a.sort != verdictFine {
			return order.CodeList{Failed: true, Message: a.say}
		}
		for _, id := range ids {
			if known(id) {
				continue
			}
			m, a := p.capture(ctx, id)
			switch {
			case a.sort == verdictUnknownToken, a.sort == verdictFine && m.ID == "":
				continue // of another kind than the desk's
			case a.sort != verdictFine:
				return order.CodeList{Failed: true, Message: a.say}
			}
			switch m.standing {
			case standsPaid, standsHeld, standsBack, standsPartBack:
				list.Payments = append(list.Payments, m.Received)
			}
		}
	}
	return list
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// report names what came in within a time.
func (p *rest) report(ctx context.Context, from, to time.Time) (ids []string, a restReply) {
	for page, pages := 1, 1; page <= pages; page++ {
		q := url.Values{"start_date": {stamp(from)}, "end_date": {stamp(to)}, "fields": {"transaction_info"},
			"page_size": {strconv.Itoa(reportPage)}, "page": {strconv.Itoa(page)}}
		a = p.call(ctx, http.MethodGet, "v1/reporting/transactions?"+q.Encode(), "", nil)
		if a.sort == verdictRights {
			p.noReports.Store(true)
			a.say = numbered(sayNoReports, a.number)
		}
		var got reportBody
		a.decode(&got)
		if a.sort != verdictFine {
			return nil, a
		}
		for _, row := range got.Rows {
			if m, err := row.Info.Amount.amount(); err == nil && m.Minor > 0 && row.Info.ID != "" && row.Info.Status != "D" {
				ids = append(ids, row.Info.ID)
			}
		}
		pages = got.Pages
	}
	return ids, a
}

// capture reads a payment by its own name, and what went back of it by its
// order's.
func (p *rest) capture(ctx context.Context, id string) (payment, restReply) {
	a := p.call(ctx, http.MethodGet, "v2/payments/captures/"+url.PathEscape(id), "", nil)
	var got captureBody
	a.decode(&got)
	if a.sort != verdictFine {
		return payment{}, a
	}
	m, ok := got.payment()
	if !ok || m.ID != id {
		a.sort, a.say = verdictAgain, sayUnread
		return payment{}, a
	}
	if m.standing != standsPartBack || m.Remote == "" {
		return m, a
	}
	b := p.call(ctx, http.MethodGet, "v2/checkout/orders/"+url.PathEscape(m.Remote), "", nil)
	var of orderBody
	b.decode(&of)
	if b.sort != verdictFine {
		return payment{}, b
	}
	for _, u := range of.Units {
		m.wentBack(u.Payments.Refunds, len(u.Payments.Captures) == 1)
	}
	return m, b
}

// Transaction reads any payment by PayPal's name of it, and its state in
// PayPal's own word. The errors are as those of nvp.
func (p *rest) Transaction(ctx context.Context, id string) (order.Received, string, error) {
	m, a := p.capture(ctx, id)
	switch a.sort {
	case verdictFine:
		return m.Received, m.status, nil
	case verdictUnknownToken, verdictRights:
		return order.Received{}, "", ErrNotOurs
	}
	return order.Received{}, "", problem(a.say)
}
