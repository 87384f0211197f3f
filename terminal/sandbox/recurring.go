package sandbox

import (
	"database/sql"
	"strings"

	"paydesk/terminal/money"
)

// The recurring billings of a ledger. The document has no call that makes one,
// so each ledger has these: the first is that of its sample.
const recurringSchema = `
CREATE TABLE IF NOT EXISTS recurring (
	id INTEGER PRIMARY KEY, guid TEXT NOT NULL UNIQUE, number TEXT NOT NULL, status TEXT NOT NULL,
	every TEXT NOT NULL, value TEXT NOT NULL, amount INTEGER NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL,
	last4 TEXT NOT NULL, created INTEGER NOT NULL
);
INSERT OR IGNORE INTO recurring VALUES
	(1, '161089ca-5893-4504-bd2c-093beebeb9bb', '41478751', 'RecurringBilling - Active',
		'A list of dates (yyyy-MM-dd) separated by commas', '2018-01-01', 1212, '2018-01-01', '2018-02-04', '5601', 1512086400000000000),
	(2, '72656375-0000-4000-8000-000000000002', '41478752', 'RecurringBilling - Active',
		'Monthly', '1', 2500, '2018-02-01', '2028-02-01', '1111', 1514764800000000000),
	(3, '72656375-0000-4000-8000-000000000003', '41478753', 'RecurringBilling - Paused',
		'Weekly', '5', 999, '2018-03-02', '2019-03-02', '0057', 1519862400000000000),
	(4, '72656375-0000-4000-8000-000000000004', '41478754', 'RecurringBilling - Completed',
		'Monthly', '15', 15000, '2017-01-15', '2017-12-15', '', 1483228800000000000);`

// billing is one of them. It is paid from a card, or from a bank account, which
// the rows of the document have no field for.
type billing struct {
	guid, number, status, interval, value, starts, ends, last4 string
	amount                                                     money.Amount
}

var billingColumns = []column[billing]{
	{"status", func(b *billing) any { return b.status }},
	{"interval", func(b *billing) any { return b.interval }},
	{"intervalValue", func(b *billing) any { return b.value }},
	{"amount", func(b *billing) any { return decimal(b.amount) }},
	{"recurringBillingNumber", func(b *billing) any { return b.number }},
	{"startDate", func(b *billing) any { return b.starts + "T00:00:00" }},
	{"endDate", func(b *billing) any { return b.ends + "T00:00:00" }},
	{"card.last4", func(b *billing) any { return orNull(b.last4) }},
	{"guid", func(b *billing) any { return b.guid }},
}

type recurringRequest struct {
	MerchantGUID                                                     text `json:"MerchantGuid"`
	GUID                                                             text `json:"Guid"`
	CardOnly, BankAccountOnly, ActiveOnly, PausedOnly, CompletedOnly yesNo
	AmountFrom, AmountTo, CreatedDateFrom, CreatedDateTo             text
}

// searchRecurring answers POST Search/RecurringBillings/{exportable}/….
func (h *Host) searchRecurring(c *call) reply {
	var in recurringRequest
	if decode(c.r.Body, &in) != nil {
		return undecode
	}
	a, out, bad := askedBy(c)
	if bad {
		return out
	}
	if !strings.EqualFold(string(in.MerchantGUID), MerchantGUID) {
		return noMerchant
	}
	q, out, bad := in.query()
	if bad {
		return out
	}
	list, err := collect(c.r.Context(), h.ledger.db, func(r *sql.Rows) (*billing, error) {
		b := new(billing)
		return b, r.Scan(&b.guid, &b.number, &b.status, &b.interval, &b.value, &b.starts, &b.ends, &b.last4, minor(&b.amount))
	}, `SELECT guid, number, status, every, value, starts, ends, last4, amount FROM recurring WHERE true`+
		q.sql.String()+` ORDER BY id LIMIT ? OFFSET ?`, append(q.args, a.size, (a.page-1)*a.size)...)
	if err != nil {
		return h.broken(err)
	}
	return pageReply(h, a, billingColumns, list, len(list))
}

// query is what the request asks for. Of several "only" about the same thing
// each lets its own pass.
func (in *recurringRequest) query() (*query, reply, bool) {
	q := new(query)
	if out, bad := q.take(&searchRequest{GUID: in.GUID}, byGUID); bad {
		return nil, out, true
	}
	if out, bad := q.amountRange("Amount", in.AmountFrom, in.AmountTo); bad {
		return nil, out, true
	}
	for _, end := range []struct {
		name, condition string
		value           text
		last            bool
	}{{"CreatedDateFrom", "created >= ?", in.CreatedDateFrom, false}, {"CreatedDateTo", "created <= ?", in.CreatedDateTo, true}} {
		from, until, ok := moment(end.value)
		switch {
		case end.value == "":
		case !ok:
			return nil, badField(end.name, "a date or time is required"), true
		case end.last:
			q.add(0, "", end.condition, nanos(until))
		default:
			q.add(0, "", end.condition, nanos(from))
		}
	}
	if in.CardOnly != in.BankAccountOnly {
		q.add(0, "", "(last4 <> '') = ?", bool(in.CardOnly))
	}
	if in.ActiveOnly || in.PausedOnly || in.CompletedOnly {
		q.add(0, "", "(? AND status LIKE '% - Active' OR ? AND status LIKE '% - Paused' OR ? AND status LIKE '% - Completed')",
			bool(in.ActiveOnly), bool(in.PausedOnly), bool(in.CompletedOnly))
	}
	return q, reply{}, false
}
