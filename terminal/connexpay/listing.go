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
		return c.hostRows(search[listedRow](ctx, c, f), device, s, kind.act)
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
