package connexpay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// zoneSlack is how far a time without its zone may be off, with the end of a
// day.
const zoneSlack = 36 * time.Hour

// listed says where the rows of a shelf are, and as what they are read.
var listed = map[order.Shelf]struct {
	shelf
	act order.Act
}{
	order.ShelfSales: {saleShelf, ""}, order.ShelfHolds: {authShelf, ""}, order.ShelfCaptures: {captureShelf, order.Capture},
	order.ShelfVoids: {voidShelf, order.Void}, order.ShelfReturns: {returnShelf, order.Return},
}

// listedRow is a row of a list or search, as evidence needs it.
type listedRow struct{ rowReply }

func (r listedRow) line() line {
	return line{guid: r.GUID.v, stamp: string(r.TimeStamp.v), status: r.Status.v, device: r.DeviceGUID.v}
}

// Rows streams what the host has on a shelf of one device, made in a period;
// rows from around it may be among them, and one may come twice. It searches
// where the merchant is known, and reads the account's list otherwise; where
// there is neither it ends with order.ErrNoList. A stream without an error came
// whole. Rows that do not name their device are among them.
func (c *Client) Rows(ctx context.Context, device string, s order.Shelf, from, to time.Time) iter.Seq2[order.HostRow, error] {
	kind, offer := listed[s], c.offer()
	switch {
	case c.cfg.MerchantGUID != "" && offer.Can(order.FeatureSearch):
		f := &shelfFilter{name: kind.search, Period: Period{TimeStampFrom: Stamp(from.UTC().AddDate(0, 0, -1).Format(time.DateOnly)),
			TimeStampTo: Stamp(to.UTC().AddDate(0, 0, 1).Format(time.DateOnly))}}
		return c.hostRows(recent(ctx, c, f), device, s, kind.act)
	case offer.Can(order.FeatureList):
		rows := c.hostRows(all[listedRow](ctx, c, kind.path), device, s, kind.act)
		return func(yield func(order.HostRow, error) bool) {
			for row, err := range rows {
				old := err == nil && !row.At.IsZero() && (row.At.Before(from.Add(-zoneSlack)) || row.At.After(to.Add(zoneSlack)))
				if !old && !yield(row, err) {
					return
				}
			}
		}
	}
	return func(yield func(order.HostRow, error) bool) { yield(order.HostRow{}, order.ErrNoList) }
}

func (c *Client) hostRows(rows iter.Seq2[listedRow, error], device string, s order.Shelf, act order.Act) iter.Seq2[order.HostRow, error] {
	return func(yield func(order.HostRow, error) bool) {
		for row, err := range rows {
			if errors.Is(err, ErrNotOffered) {
				err = fmt.Errorf("%w: %w", order.ErrNoList, err)
			}
			if err == nil && row.DeviceGUID.v != "" && !strings.EqualFold(row.DeviceGUID.v, device) {
				continue
			}
			if !yield(c.hostRow(row, s, act), err) {
				return
			}
		}
	}
}

func (c *Client) hostRow(row listedRow, s order.Shelf, act order.Act) order.HostRow {
	r := order.HostRow{Shelf: s, Evidence: c.rowEvidence(row.rowReply, act, http.StatusOK), Undone: len(row.RelatedVoid.v) > 0}
	if at, err := row.TimeStamp.v.Time(); err == nil {
		r.At = at
	}
	if act != "" {
		r.Number = string(row.SequenceNumber.v) // the order number may be that of what it is about
	}
	return r
}

// shelfFilter searches a shelf by time alone.
type shelfFilter struct {
	name string
	Where
	Period
}

func (f *shelfFilter) kind() string                         { return f.name }
func (f *shelfFilter) keeps(l line) bool                    { return f.Period.keeps(l) }
func (f *shelfFilter) decode(d *json.Decoder) (line, error) { return decode[listedRow](d) }

// sorted reports that rows come oldest first, and whether all of them are from
// before the period.
func (f *shelfFilter) sorted(rows []line) (ascending, early bool) {
	from, err := f.TimeStampFrom.Time()
	last := time.Time{}
	for _, l := range rows {
		at, bad := Stamp(l.stamp).Time()
		if err != nil || bad != nil || at.Before(last) {
			return false, false
		}
		last = at
	}
	return len(rows) > 0, last.Add(zoneSlack).Before(from)
}

// recent is a search whose host may ignore the period, as the present service
// was seen to do: then the pages begin years ago. Where the first one shows
// that, and that rows come oldest first, they are read from the last one back
// until they are too old; where one of them shows another order, all are read.
func recent(ctx context.Context, c *Client, f *shelfFilter) iter.Seq2[listedRow, error] {
	return func(yield func(listedRow, error) bool) {
		var rows []listedRow
		p := newPager(c, f)
		p.take = func(d *json.Decoder) (line, error) {
			var r listedRow
			err := d.Decode(&r)
			rows = append(rows, r)
			return r.line(), err
		}
		for n, step := 1, 1; ; n += step {
			rows, p.number = rows[:0], n-1
			more, err := p.next(ctx)
			if err != nil {
				yield(listedRow{}, err)
				return
			}
			for i, fresh := range p.fresh {
				if fresh && !yield(rows[i], nil) {
					return
				}
			}
			ascending, early := f.sorted(p.lines)
			switch {
			case step > 0 && !more, step < 0 && (n == 2 || ascending && early):
				return
			case n == 1 && early && p.pages > 2:
				n, step = p.pages+1, -1
			case step < 0 && !ascending:
				n, step = 1, 1
			}
		}
	}
}
