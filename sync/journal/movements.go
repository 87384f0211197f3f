package journal

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// stretch is how many events are read at a time: a query each, so that no long
// reading keeps the log of the writer.
const stretch = 1024

// ahead is how many stretches are read beside the one that is taken; the other
// readers share the connections with them.
const ahead = 2

// Movements are what the events behind from up to to did to the shop's money, in
// their order; to 0 is the newest event. Stretches of events are read and decoded
// beside each other, a few ahead of who takes the movements, so that memory stays
// flat. It ends with the first error, also that of ctx.
func (j *Journal) Movements(ctx context.Context, from, to int64) iter.Seq2[order.Movement, error] {
	return func(yield func(order.Movement, error) bool) {
		if err := j.eachMovement(ctx, from, to, func(m order.Movement) bool { return yield(m, nil) }); err != nil {
			yield(order.Movement{}, err)
		}
	}
}

func (j *Journal) eachMovement(ctx context.Context, from, to int64, yield func(order.Movement) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if to == 0 {
		if err := j.read.QueryRowContext(ctx, `SELECT ifnull(max(seq), 0) FROM events`).Scan(&to); err != nil {
			return err
		}
	}
	type part struct {
		steps []step
		err   error
	}
	parts := make(chan chan part, ahead)
	go func() {
		defer close(parts)
		for ; from < to; from += stretch {
			p := make(chan part, 1)
			select {
			case parts <- p:
			case <-ctx.Done():
				return
			}
			go func(from int64) {
				steps, err := j.steps(ctx, from, min(from+stretch, to))
				p <- part{steps, err}
			}(from)
		}
	}()
	tickets := tickets{j: j, known: map[string]*order.Ticket{}}
	for p := range parts {
		part := <-p
		if part.err != nil {
			return part.err
		}
		for _, s := range part.steps {
			m, err := tickets.share(ctx, s)
			if err != nil {
				return err
			}
			if m.Kind != "" && !yield(m) {
				return nil
			}
		}
	}
	return ctx.Err()
}

// step is a movement, or a new version of a bill whose movements follow.
type step struct {
	order.Movement
	bill *order.Bill
	// fresh: the bill is new. of is the bill that the movement pays, or goes back
	// of; "" without one. beside: it has an order, and does not pay that.
	fresh  bool
	of     string
	beside bool
}

// telltales are what the JSON of an event holds that can be a step: members that
// stand in no text, where quotes are escaped. They only spare the decoding of all
// others, as most are, before which and by which nothing moved: what does is for
// order.Moved to say.
var telltales = [][]byte{
	[]byte(`"state":"APPROVED"`), []byte(`"state":"DONE"`), []byte(`"cash_for":`), []byte(`"back_of":`),
	[]byte(`"payments":[`), []byte(`{"move":`), []byte(`"document":"drawer"`), []byte(`{"bill":`),
}

// rowsBetween are the events of a stretch, rowOf is the object of one.
const (
	rowsBetween = `SELECT seq, prev, at, object FROM events WHERE seq > ? AND seq <= ? AND object IS NOT NULL ORDER BY seq`
	rowOf       = `SELECT object FROM events WHERE seq = ?`
)

// steps reads those of the events behind from up to to.
func (j *Journal) steps(ctx context.Context, from, to int64) ([]step, error) {
	return j.stepsOf(ctx, rowsBetween, from, to)
}

// stepsOf reads the steps of the events of a query, which is in their order.
func (j *Journal) stepsOf(ctx context.Context, query string, args ...any) ([]step, error) {
	read, err := j.rowsOf(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var all []step
	for _, r := range read {
		if !tells(r.object) {
			continue
		}
		steps, err := j.stepsAt(ctx, r, read)
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", r.seq, err)
		}
		all = append(all, steps...)
	}
	return all, j.billed(ctx, all)
}

// blockSize is how much room the objects of events get at a time, in bytes.
const blockSize = 64 << 10

func (j *Journal) rowsOf(ctx context.Context, query string, args ...any) (all []row, err error) {
	rows, err := prepared{j}.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var block []byte
	for rows.Next() {
		var r row
		var object sql.RawBytes
		if err := rows.Scan(&r.seq, &r.prev, &r.at, &object); err != nil {
			return nil, err
		}
		if len(object) > cap(block)-len(block) {
			block = make([]byte, 0, max(blockSize, len(object)))
		}
		begin := len(block)
		block = append(block, object...)
		r.object = block[begin:len(block):len(block)]
		all = append(all, r)
	}
	return all, rows.Err()
}

func tells(object []byte) bool {
	return slices.ContainsFunc(telltales, func(t []byte) bool { return bytes.Contains(object, t) })
}

// stepsAt are what one of the events did that were read.
func (j *Journal) stepsAt(ctx context.Context, r row, read []row) ([]step, error) {
	if bytes.HasPrefix(r.object, []byte(`{"bill":`)) {
		var b struct { // of a bill, which is long, nothing else matters
			ID              string `json:"bill"`
			Goods, Tax, Tip money.Amount
		}
		err := json.Unmarshal(r.object, &b)
		return []step{{bill: &order.Bill{ID: b.ID, Goods: b.Goods, Tax: b.Tax, Tip: b.Tip}, fresh: r.prev == 0}}, err
	}
	after, err := objectOf(r.object)
	if err != nil {
		return nil, err
	}
	before, err := j.before(ctx, r.prev, read)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, m := range order.Moved(before, after) {
		steps = append(steps, step{Movement: m})
	}
	switch o := after.(type) {
	case order.FollowUp:
		steps, err = j.about(ctx, o, steps)
	case order.Refund:
		steps, err = j.keptBy(ctx, o, r.seq, steps)
	case order.QR:
		was, _ := before.(order.QR)
		steps, err = j.wentBack(ctx, was, o, r.seq, steps)
	}
	for i := range steps {
		steps[i].Seq, steps[i].At = r.seq, time.UnixMilli(r.at)
	}
	return steps, err
}

// before reads the object of an event, which most often was read just now. It is
// nil for event 0, and where nothing had moved by it.
func (j *Journal) before(ctx context.Context, seq int64, read []row) (any, error) {
	if seq == 0 {
		return nil, nil
	}
	var object []byte
	if i, here := slices.BinarySearchFunc(read, seq, func(r row, seq int64) int { return cmp.Compare(r.seq, seq) }); here {
		object = read[i].object
	} else {
		stmt, err := j.reading(ctx, rowOf)
		if err == nil {
			err = stmt.QueryRowContext(ctx, seq).Scan(&object)
		}
		if err != nil {
			return nil, err
		}
	}
	if !tells(object) {
		return nil, nil
	}
	return objectOf(object)
}

func objectOf(data []byte) (any, error) {
	kind, err := kindOf(data)
	if err != nil {
		return nil, err
	}
	return decode(kind, data)
}

// about completes what a follow-up did by its attempt.
func (j *Journal) about(ctx context.Context, f order.FollowUp, steps []step) ([]step, error) {
	if len(steps) == 0 {
		return nil, nil
	}
	a, err := j.Attempt(ctx, f.Of)
	if err != nil {
		return nil, err
	}
	follows, err := j.FollowsOf(ctx, f.Of)
	if err != nil {
		return nil, err
	}
	var all []step
	for _, m := range order.About(a, follows, steps[0].Movement) {
		all = append(all, step{Movement: m, beside: a.State != order.Approved})
	}
	return all, nil
}

// keptBy leaves out the refund of a payment that was not the shop's at the event
// seq.
func (j *Journal) keptBy(ctx context.Context, r order.Refund, seq int64, steps []step) ([]step, error) {
	if len(steps) == 0 {
		return nil, nil
	}
	q, err := j.codeAt(ctx, r.Of, seq)
	if err != nil {
		return nil, err
	}
	p, _ := q.Payment(r.Payment)
	if p.As == order.Stray {
		return nil, nil
	}
	steps[0].beside = p.As != order.Adopted
	return steps, nil
}

// codeAt reads a code as it was at an event.
func (j *Journal) codeAt(ctx context.Context, id string, seq int64) (q order.QR, err error) {
	var at int64
	err = j.read.QueryRowContext(ctx, versions+`SELECT ifnull(max(seq), 0) FROM chain WHERE seq <= ?`, id, seq).Scan(&at)
	if err != nil {
		return q, err
	}
	object, err := j.before(ctx, at, nil)
	q, _ = object.(order.QR)
	return q, err
}

// wentBack adds what was refunded, before the event seq, of payments that it made
// the shop's, and tells which payments do not pay their order.
func (j *Journal) wentBack(ctx context.Context, was, q order.QR, seq int64, steps []step) ([]step, error) {
	for i := range steps {
		p, _ := q.Payment(steps[i].GUID)
		steps[i].beside = p.As != order.Adopted
	}
	for _, payment := range q.Accepted(was) {
		refunds, err := list[order.Refund](ctx, prepared{j}, byParent+`AND o.kind = 'refund' AND o.seq < ? ORDER BY o.seq`, q.ID, seq)
		if err != nil {
			return nil, err
		}
		for _, r := range refunds {
			if r.Payment != payment {
				continue
			}
			for _, m := range order.Moved(nil, r) {
				steps = append(steps, step{Movement: m, beside: true})
			}
		}
	}
	return steps, nil
}

// billsOf are the bills of some orders that are legs of one.
const billsOf = `SELECT o.id, CAST(e.object AS TEXT) ->> '$.bill' AS bill FROM json_each(?) AS w
	CROSS JOIN objects AS o ON o.id = w.value CROSS JOIN events AS e ON e.seq = o.seq WHERE o.kind = 'order' AND bill <> ''`

// billed tells the bills of steps. An order belongs to one bill for ever, or to
// none.
func (j *Journal) billed(ctx context.Context, steps []step) error {
	orders := []string{}
	for _, s := range steps {
		if s.Order != "" && !s.beside {
			orders = append(orders, s.Order)
		}
	}
	if len(orders) == 0 {
		return nil
	}
	wanted, err := json.Marshal(orders)
	if err != nil {
		return err
	}
	rows, err := prepared{j}.QueryContext(ctx, billsOf, string(wanted))
	if err != nil {
		return err
	}
	defer rows.Close()
	bills := map[string]string{}
	for rows.Next() {
		var id, bill string
		if err := rows.Scan(&id, &bill); err != nil {
			return err
		}
		bills[id] = bill
	}
	for i, s := range steps {
		if !s.beside {
			steps[i].of = bills[s.Order]
		}
	}
	return rows.Err()
}

// tickets are those of bills whose movements were seen lately.
type tickets struct {
	j     *Journal
	known map[string]*order.Ticket
}

// maxTickets bounds those that are kept in memory.
const maxTickets = 32 << 10

// share is the movement of a step with its shares of tax and tip; without a kind
// where the step is none.
func (t tickets) share(ctx context.Context, s step) (order.Movement, error) {
	switch {
	case s.bill != nil:
		t.take(s)
		return order.Movement{}, nil
	case s.of == "":
		return s.Movement, nil
	case t.known[s.of] == nil:
		if err := t.load(ctx, s.of, s.Seq); err != nil {
			return s.Movement, err
		}
	}
	return t.known[s.of].Share(s.Movement), nil
}

// take takes up a version of a bill.
func (t tickets) take(s step) {
	switch known := t.known[s.bill.ID]; {
	case s.fresh:
		if len(t.known) >= maxTickets {
			clear(t.known)
		}
		t.known[s.bill.ID] = order.NewTicket(*s.bill)
	case known != nil:
		known.As(*s.bill)
	}
}

// versions are the events about an object; ofBill those about a bill and what pays
// its legs, and what is done about that.
const (
	versions = `WITH RECURSIVE chain (seq) AS (SELECT seq FROM objects WHERE id = ?
		UNION ALL SELECT e.prev FROM chain AS c JOIN events AS e USING (seq) WHERE e.prev > 0) `
	ofBill = `WITH RECURSIVE
		legs (id) AS (SELECT w.value ->> '$.order' FROM objects AS o JOIN events AS e USING (seq)
			JOIN json_each(CAST(e.object AS TEXT), '$.legs') AS w WHERE o.id = ?1),
		paid (id, seq) AS (SELECT o.id, o.seq FROM legs AS l CROSS JOIN objects AS o INDEXED BY objects_parent ON o.parent = l.id WHERE o.parent <> ''),
		back (seq) AS (SELECT o.seq FROM paid AS p CROSS JOIN objects AS o INDEXED BY objects_parent ON o.parent = p.id WHERE o.parent <> ''),
		chain (seq) AS (SELECT seq FROM objects WHERE id = ?1 UNION ALL SELECT seq FROM paid UNION ALL SELECT seq FROM back
			UNION ALL SELECT e.prev FROM chain AS c JOIN events AS e USING (seq) WHERE e.prev > 0)
		SELECT seq, prev, at, object FROM chain JOIN events USING (seq) WHERE seq < ?2 ORDER BY seq`
)

// load makes the ticket of a bill as it was before an event.
func (t tickets) load(ctx context.Context, bill string, seq int64) error {
	steps, err := t.j.stepsOf(ctx, ofBill, bill, seq)
	if err != nil {
		return err
	}
	for _, s := range steps {
		switch {
		case s.bill != nil:
			t.take(s)
		case s.of == bill && t.known[bill] != nil:
			t.known[bill].Share(s.Movement)
		}
	}
	if t.known[bill] == nil {
		return fmt.Errorf("bill %s is missing from the journal", bill)
	}
	return nil
}

// Span is where the events from a time until another are: behind behind, up to
// last, among others where the clock was set in between; last is not above behind
// where there are none. Since times need not grow along the chain, they are looked
// through from both of its ends.
func (j *Journal) Span(ctx context.Context, from, to time.Time) (behind, last int64, err error) {
	err = j.read.QueryRowContext(ctx, `SELECT ifnull((SELECT seq - 1 FROM events WHERE at >= ? ORDER BY seq LIMIT 1), (SELECT max(seq) FROM events)),
		ifnull((SELECT seq FROM events WHERE at < ? ORDER BY seq DESC LIMIT 1), 0)`, from.UnixMilli(), to.UnixMilli()).Scan(&behind, &last)
	return behind, last, err
}

// FirstEvent is the number of the first event about an object, or fails with
// order.ErrNotFound.
func (j *Journal) FirstEvent(ctx context.Context, id string) (int64, error) {
	var first sql.NullInt64
	err := j.read.QueryRowContext(ctx, versions+`SELECT min(seq) FROM chain`, id).Scan(&first)
	if err == nil && !first.Valid {
		err = order.ErrNotFound
	}
	return first.Int64, err
}
