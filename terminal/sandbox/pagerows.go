package sandbox

import (
	"bytes"
	"context"
	"database/sql"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/money"
)

// pageRow is a row of the ledger as the page shows it. Amounts and times are
// texts; the card number is not in the ledger.
type pageRow struct {
	id                        int64
	GUID, Kind, Time          string
	Sequence, Order           string
	Brand, Last4              string
	Amount, Effective         string
	Status, Code, State, Mood string
	Related, RelatedKind      string
	Self, RelatedTo           string // addresses on the page
}

func (l *Ledger) pageRows(ctx context.Context, where string, args []any, zone *time.Location) ([]pageRow, error) {
	return collect(ctx, l.db, func(r *sql.Rows) (p pageRow, err error) {
		var amount, effective money.Amount
		var created int64
		var settled, voided bool
		err = r.Scan(&p.id, &p.GUID, &p.Kind, &p.Related, &p.RelatedKind, &p.Sequence, &p.Order, &p.Status, &p.Code,
			minor(&amount), minor(&effective), &p.Brand, &p.Last4, &created, &settled, &voided)
		p.Time = time.Unix(0, created).In(zone).Format(pageTime)
		p.Amount, p.Effective = amount.Decimal(), effective.Decimal()
		p.Mood, p.Status = moods[p.Status], strings.TrimPrefix(p.Status, "Transaction - ")
		switch {
		case voided:
			p.State = "voided"
		case settled:
			p.State = "settled"
		}
		p.Self, p.RelatedTo = pageQuery{Text: p.GUID}.link(), pageQuery{Text: p.Related}.link()
		return p, err
	}, `SELECT t.id, t.guid, t.kind, t.related, coalesce((SELECT o.kind FROM transactions o WHERE o.guid = t.related), ''),
		t.sequence, t.order_number, t.status, t.code, t.amount, t.effective, t.brand, t.last4, t.created,
		t.settled, t.voided FROM book t WHERE `+where+` ORDER BY t.id DESC LIMIT ?`, append(args, pageRows+1)...)
}

// moods colour a status.
var moods = map[string]string{statusApproved: "good", statusDeclined: "bad"}

// pageBatch is a batch as the page shows it.
type pageBatch struct {
	Number, Device, Opened, Closed, Rows, Total, Link string
}

// pageBatches lists the newest batches. What is in them is counted up to
// pageReach rows, so that a huge batch holds nobody up.
func (l *Ledger) pageBatches(ctx context.Context, zone *time.Location) ([]pageBatch, error) {
	return collect(ctx, l.db, func(r *sql.Rows) (b pageBatch, err error) {
		var guid, device string
		var opened int64
		var closed sql.NullInt64
		var rows int
		var total money.Amount
		err = r.Scan(&guid, &b.Number, &device, &opened, &closed, &rows, minor(&total))
		b.Device, b.Link = deviceName(device), pageQuery{Batch: guid}.link()
		b.Opened = time.Unix(0, opened).In(zone).Format(pageTime)
		if closed.Valid {
			b.Closed = time.Unix(0, closed.Int64).In(zone).Format(pageTime)
		}
		b.Rows, b.Total = strconv.Itoa(rows), total.Decimal()
		if rows > pageReach {
			b.Rows, b.Total = "over "+strconv.Itoa(pageReach), "not added up"
		}
		return b, err
	}, `SELECT b.guid, b.number, b.device, b.opened, b.closed,
		(SELECT count(*) FROM (SELECT 1 FROM transactions t WHERE t.batch = b.guid LIMIT ?)),
		(SELECT coalesce(sum(CASE kind WHEN 'Sale' THEN standing WHEN 'Return' THEN -standing ELSE 0 END), 0)
			FROM (SELECT t.kind, t.standing FROM transactions t WHERE t.batch = b.guid LIMIT ?))
		FROM batches b ORDER BY b.opened DESC LIMIT ?`, pageReach+1, pageReach+1, pageBatches)
}

func deviceName(guid string) string {
	for _, d := range devices {
		if d.GUID == guid {
			return d.Name
		}
	}
	return guid
}

// pageMail is the head of a mail that the host wrote.
type pageMail struct{ Date, To, Subject, File string }

// pageMails lists the newest mails of the folder. One that cannot be read is
// shown by the name of its file.
func pageMails(dir string) []pageMail {
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || dir == "" {
		return nil
	}
	slices.Sort(files) // names begin with the time
	slices.Reverse(files)
	list := make([]pageMail, 0, pageBatches)
	for _, name := range files[:min(len(files), pageBatches)] {
		m := pageMail{File: filepath.Base(name)}
		if text, err := os.ReadFile(name); err == nil {
			if parsed, err := mail.ReadMessage(bytes.NewReader(text)); err == nil {
				m.Date, m.To, m.Subject = parsed.Header.Get("Date"), parsed.Header.Get("To"), parsed.Header.Get("Subject")
			}
		}
		list = append(list, m)
	}
	return list
}
