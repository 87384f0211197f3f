package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// newestOf are the newest attempt and the newest follow-up of which something
// more is true, and what else is asked for.
const newestOf = `WITH newest AS (
	SELECT * FROM (SELECT created, id, batch FROM objects INDEXED BY objects_attempts WHERE kind = 'attempt' %[1]s
		ORDER BY created DESC, id DESC LIMIT 1)
	UNION ALL
	SELECT * FROM (SELECT created, id, batch FROM objects INDEXED BY objects_follows WHERE kind = 'follow' %[1]s
		ORDER BY created DESC, id DESC LIMIT 1) %[2]s) `

// newestWallet is the newest code or refund, which are in no batch.
const newestWallet = `UNION ALL
	SELECT * FROM (SELECT created, id, batch FROM objects INDEXED BY objects_wallets WHERE kind IN ('qr', 'refund')
		ORDER BY created DESC, id DESC LIMIT 1)`

var (
	newestNumber = fmt.Sprintf(newestOf, "", newestWallet) + `SELECT id FROM newest ORDER BY created DESC, id DESC LIMIT 1`
	newestBatch  = fmt.Sprintf(newestOf, "AND batch <> ''", "") + `SELECT batch FROM newest ORDER BY created DESC, id DESC LIMIT 1`
)

// about are the follow-ups of all that is in a batch: of its sales and holds,
// and of the holds that were captured into it. The cross join keeps the order:
// first the batch, then what hangs on it.
const about = `SELECT e.object FROM objects AS s INDEXED BY objects_batch
	CROSS JOIN objects AS o INDEXED BY objects_parent ON o.parent = CASE s.kind WHEN 'attempt' THEN s.id ELSE s.parent END
	JOIN events AS e ON e.seq = o.seq
	WHERE s.batch <> '' AND s.batch = ? AND s.kind IN ('attempt', 'follow') AND o.parent <> '' AND o.kind = 'follow'`

// Closed reports whether the journal knows that a batch of the host is closed.
func (j *Journal) Closed(ctx context.Context, batch string) (bool, error) {
	closed, err := list[order.Batch](ctx, prepared{j}, byBatch+`AND o.kind = 'batch'`, batch)
	return len(closed) > 0, err
}

// OpenBatch adds up the newest batch as the host does, unless the journal knows
// it to be closed: sales that stand, captured holds among them, and returns.
// Holds that are not captured do not count.
func (j *Journal) OpenBatch(ctx context.Context) (order.BatchSum, error) {
	b, err := j.openBatch(ctx)
	if err != nil || b.guid == "" {
		return order.BatchSum{}, err
	}
	return addUp(order.BatchSum{GUID: b.guid}, b.attempts, b.follows, b.voided)
}

// unclosed are the batches of payments of a stretch of time of which no closing is
// known, oldest first.
const unclosed = `SELECT p.batch FROM (
	SELECT batch, created FROM objects INDEXED BY objects_attempts WHERE kind = 'attempt' AND created >= ? AND batch <> ''
	UNION ALL
	SELECT batch, created FROM objects INDEXED BY objects_follows WHERE kind = 'follow' AND created >= ? AND batch <> '') AS p
	GROUP BY p.batch HAVING NOT EXISTS (SELECT 1 FROM objects AS b INDEXED BY objects_batch
		WHERE b.batch <> '' AND b.batch = p.batch AND b.kind = 'batch') ORDER BY min(p.created)`

// Unclosed lists the host's batches of which no closing is known, and in which
// something was done since a time; oldest first.
func (j *Journal) Unclosed(ctx context.Context, since time.Time) (guids []string, err error) {
	stmt, err := j.reading(ctx, unclosed)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, since.UnixMilli(), since.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var guid string
		if err := rows.Scan(&guid); err != nil {
			return nil, err
		}
		guids = append(guids, guid)
	}
	return guids, rows.Err()
}

// BatchSum adds up a batch as OpenBatch does; zero where nothing in it is known,
// or its closing is.
func (j *Journal) BatchSum(ctx context.Context, guid string) (order.BatchSum, error) {
	b, err := j.batchOf(ctx, guid)
	if err != nil || b.guid == "" {
		return order.BatchSum{}, err
	}
	return addUp(order.BatchSum{GUID: b.guid}, b.attempts, b.follows, b.voided)
}

// batch is what the journal has of a batch that is not known to be closed.
type batch struct {
	guid     string
	attempts []order.Attempt
	follows  []order.FollowUp
	voided   map[string]bool // by the number of the attempt
}

// openBatch reads the newest one, or none.
func (j *Journal) openBatch(ctx context.Context) (b batch, err error) {
	var guid string
	err = j.read.QueryRowContext(ctx, newestBatch).Scan(&guid)
	if errors.Is(err, sql.ErrNoRows) {
		return batch{}, nil
	}
	if err != nil {
		return batch{}, err
	}
	return j.batchOf(ctx, guid)
}

// batchOf reads a batch, or none where it is known to be closed.
func (j *Journal) batchOf(ctx context.Context, guid string) (b batch, err error) {
	b.guid = guid
	if closed, err := j.Closed(ctx, b.guid); err != nil || closed {
		return batch{}, err
	}
	if b.attempts, err = list[order.Attempt](ctx, prepared{j}, byBatch+`AND o.kind = 'attempt' ORDER BY o.created, o.id`, b.guid); err != nil {
		return batch{}, err
	}
	if b.follows, err = list[order.FollowUp](ctx, prepared{j}, byBatch+`AND o.kind = 'follow' ORDER BY o.created, o.id`, b.guid); err != nil {
		return batch{}, err
	}
	related, err := list[order.FollowUp](ctx, prepared{j}, about, b.guid)
	if err != nil {
		return batch{}, err
	}
	b.voided = map[string]bool{}
	for _, f := range related {
		if f.Act == order.Void && f.State == order.FollowDone {
			b.voided[f.Of] = true
		}
	}
	return b, nil
}

func addUp(sum order.BatchSum, attempts []order.Attempt, follows []order.FollowUp, voided map[string]bool) (order.BatchSum, error) {
	t := &sum.Totals
	add := func(count *int, total *money.Amount, a money.Amount, w order.Witness) error {
		grown, err := total.Add(a)
		if err != nil {
			return fmt.Errorf("transaction %s: %w", w.GUID, err)
		}
		*count, *total = *count+1, grown
		if sum.Witness == (order.Witness{}) {
			sum.Witness = w
		}
		return nil
	}
	begin := func(at time.Time, c money.Currency) {
		if sum.Opened.IsZero() {
			t.SaleAmount, t.ReturnAmount = money.New(0, c), money.New(0, c)
		}
		if sum.Opened.IsZero() || at.Before(sum.Opened) {
			sum.Opened = at
		}
	}
	for _, a := range attempts {
		begin(a.Created, a.Asked.Currency)
		if a.Kind == order.KindSale && !voided[a.Number] {
			w := order.Witness{GUID: a.GUID, Number: a.Number, Device: a.Device}
			if err := add(&t.Sales, &t.SaleAmount, a.Approved, w); err != nil {
				return order.BatchSum{}, err
			}
		}
	}
	for _, f := range follows {
		begin(f.Created, f.Amount.Currency)
		w := order.Witness{Act: f.Act, GUID: f.GUID, Number: f.ID, Device: f.Device}
		var err error
		switch {
		case f.Act == order.Return:
			err = add(&t.Returns, &t.ReturnAmount, f.Amount, w)
		case !voided[f.Of]: // a capture
			err = add(&t.Sales, &t.SaleAmount, f.Amount, w)
		}
		if err != nil {
			return order.BatchSum{}, err
		}
	}
	return sum, nil
}
