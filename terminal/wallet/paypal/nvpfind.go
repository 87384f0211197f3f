package paypal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	// maxRows is how many rows a search answers with, and tooMany its warning
	// that there are more (unconfirmed; a full answer counts as such, too).
	maxRows = 100
	tooMany = "11002"
	// before is how much earlier than its code a payment is looked for: clocks
	// differ.
	before = 24 * time.Hour
)

// row is a line of a search.
type row struct {
	id     string
	at     time.Time
	amount money.Amount // negative where it went out
	status string
}

var errRows = errors.New("paypal: a row cannot be read")

// rows reads the lines of a search.
func (f fields) rows() ([]row, error) {
	var all []row
	for i := 0; ; i++ {
		field := func(name string) string { return f[fmt.Sprintf("L_%s%d", name, i)] }
		if field("TRANSACTIONID") == "" {
			return all, nil
		}
		at, err := time.Parse(time.RFC3339, field("TIMESTAMP"))
		if err != nil {
			return nil, errRows
		}
		a, err := amount(field("AMT"), field("CURRENCYCODE"))
		if errors.Is(err, money.ErrCurrency) {
			continue // of a currency that the desk does not know, so none of its own
		}
		if err != nil {
			return nil, errRows
		}
		all = append(all, row{field("TRANSACTIONID"), at.UTC(), a, field("STATUS")})
	}
}

// search lists transactions; more says that there are others.
func (p *nvp) search(ctx context.Context, with fields) (rows []row, more bool, a nvpReply) {
	a = p.call(ctx, "TransactionSearch", with)
	more = slices.Contains(a.codes(), tooMany)
	if a.sort != verdictFine && !(more && a.whole) {
		return nil, false, a
	}
	rows, err := a.fields.rows()
	if err != nil {
		a.sort, a.say = verdictAgain, sayUnread
		return nil, false, a
	}
	a.sort, a.say = verdictFine, ""
	return rows, more || len(rows) >= maxRows, a
}

// byInvoice looks for payments by our number. Where there is none it says what
// it was given.
func (p *nvp) byInvoice(ctx context.Context, r order.CodeRequest, none order.CodeSeen) order.CodeSeen {
	rows, more, a := p.search(ctx, fields{"STARTDATE": stamp(r.Created.Add(-before)), "INVNUM": r.Reference})
	switch {
	case a.sort != verdictFine:
		return a.failed()
	case more:
		return failed(sayTooMany, a.at, 0)
	}
	var ids []string
	for _, row := range rows {
		if row.amount.Minor > 0 {
			ids = append(ids, row.id)
		}
	}
	none.At = a.at
	if len(ids) == 0 {
		return none
	}
	return p.paidBy(ctx, r, none, ids...)
}

// refundsOf lists what went back of a payment: PayPal finds a refund by the
// payment's number, or by ours that it takes over (unconfirmed which).
func (p *nvp) refundsOf(ctx context.Context, id, invoice string, since time.Time) ([]row, nvpReply) {
	from := stamp(since.Add(-before))
	asks := []fields{{"STARTDATE": from, "TRANSACTIONID": id}}
	if invoice != "" {
		asks = append(asks, fields{"STARTDATE": from, "INVNUM": invoice})
	}
	found := map[string]row{}
	var a nvpReply
	for _, with := range asks {
		var rows []row
		rows, _, a = p.search(ctx, with)
		if a.sort != verdictFine {
			return nil, a
		}
		for _, row := range rows {
			if row.amount.Minor < 0 {
				found[row.id] = row
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b row) int { return strings.Compare(a.id, b.id) }), a
}

// List implements wallet.Provider. A search shows no reference, so that each
// payment that is not known is read on its own.
func (p *nvp) List(ctx context.Context, from, to time.Time, known func(payment string) bool) order.CodeList {
	rows, a := p.received(ctx, from, to)
	if a.sort != verdictFine {
		return order.CodeList{Failed: true, Message: a.say}
	}
	var list order.CodeList
	for _, row := range rows {
		if row.amount.Minor <= 0 || known(row.id) || row.at.Before(from) || !row.at.Before(to) {
			continue
		}
		m, a := p.payment(ctx, row.id, row.at)
		if a.sort != verdictFine {
			return order.CodeList{Failed: true, Message: a.say}
		}
		switch m.standing {
		case standsPaid, standsHeld, standsBack, standsPartBack:
			list.Payments = append(list.Payments, m.Received)
		}
	}
	return list
}

// received lists all that came in. Where an answer is full, each half of the
// time is asked for.
func (p *nvp) received(ctx context.Context, from, to time.Time) ([]row, nvpReply) {
	rows, more, a := p.search(ctx, fields{"STARTDATE": stamp(from), "ENDDATE": stamp(to), "TRANSACTIONCLASS": "Received"})
	if a.sort != verdictFine || !more {
		return rows, a
	}
	middle := from.Add(to.Sub(from) / 2).Truncate(time.Second)
	if !middle.After(from) {
		a.sort, a.say = verdictAgain, sayTooMany
		return nil, a
	}
	early, a := p.received(ctx, from, middle)
	if a.sort != verdictFine {
		return nil, a
	}
	late, a := p.received(ctx, middle, to)
	seen := map[string]bool{}
	for _, row := range early {
		seen[row.id] = true
	}
	// The middle belongs to both halves.
	return append(early, slices.DeleteFunc(late, func(r row) bool { return seen[r.id] })...), a
}
