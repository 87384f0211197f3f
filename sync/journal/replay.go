package journal

import (
	"context"
	"errors"
)

// event is a row of the events, decoded. err says why it could not be.
type event struct {
	row
	shape
	object any
	err    error
	// overtaken: a later event of the same part is about the same object.
	overtaken bool
}

// replayed is how many events are decoded at a time.
const replayed = 256

// part is some events in a row; ready is closed once they are decoded.
type part struct {
	events []event
	ready  chan struct{}
}

// read decodes all events up to last and shows them to put, in their order and
// in parts. Reading, decoding and putting go on at the same time, a few parts
// apart, so that memory stays flat.
func read(ctx context.Context, q querier, last int64, put func([]event) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts := make(chan *part, 8)
	var scanned error
	go func() {
		defer close(parts)
		scanned = scanEvents(ctx, q, last, func(p *part) error {
			select {
			case parts <- p:
				go p.decode()
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	var err error
	for p := range parts {
		<-p.ready
		if err == nil {
			if err = put(p.events); err != nil {
				cancel()
			}
		}
	}
	if err != nil {
		return err
	}
	return scanned
}

// scanEvents reads what projections need of the events.
func scanEvents(ctx context.Context, q querier, last int64, send func(*part) error) error {
	rows, err := q.QueryContext(ctx, `SELECT seq, prev, kind, subject, object, CASE WHEN object IS NULL THEN note END
		FROM events WHERE seq <= ? ORDER BY seq`, last)
	if err != nil {
		return err
	}
	defer rows.Close()
	p := &part{ready: make(chan struct{})}
	for rows.Next() {
		var e event
		if err := rows.Scan(&e.seq, &e.prev, &e.row.kind, &e.subject, &e.row.object, &e.note); err != nil {
			return err
		}
		if p.events = append(p.events, e); len(p.events) == replayed {
			if err := send(p); err != nil {
				return err
			}
			p = &part{events: make([]event, 0, replayed), ready: make(chan struct{})}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return send(p)
}

// decode reads the objects of the events.
func (p *part) decode() {
	defer close(p.ready)
	places := make(map[int64]int, len(p.events))
	for i := range p.events {
		e := &p.events[i]
		places[e.seq] = i
		if before, here := places[e.prev]; here {
			p.events[before].overtaken = true
		}
		if e.row.object != nil {
			e.decode()
			e.row.object = nil
		}
	}
}

// decode reads the object of an event.
func (e *event) decode() {
	var kind string
	if kind, e.err = kindOf(e.row.object); e.err != nil {
		return
	}
	if e.object, e.err = decode(kind, e.row.object); e.err != nil {
		return
	}
	if e.shape, e.err = shapeOf(e.object); e.err == nil && e.id != e.subject {
		e.err = errors.New("it is about another object than it says")
	}
}
