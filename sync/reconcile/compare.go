package reconcile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	// chunk is how many rows are held against the journal at once.
	chunk = 200
	// most bounds what is looked at a second time in one comparison.
	most = 200
	// early is how far behind the period a row may lie: hosts are asked for
	// whole days of an unknown zone.
	early = 96 * time.Hour
)

// errMany ends a comparison that finds too much to be looked at one by one.
var errMany = errors.New("more than " + fmt.Sprint(most) + " payments of this terminal are not among the host's. Check host.device_guid and host.merchant_guid in the settings, then run: paydesk reconcile")

// errNoLook ends one where the account offers nothing to compare with.
var errNoLook = errors.New("the account lists no transactions to compare with. Put the merchant's guid into host.merchant_guid in the settings, or ask the payment service to switch the search on")

// errBusy ends one whose host did not answer.
var errBusy = errors.New("the payment host did not answer a look-up; the comparison is made again by itself")

// class is what became of a row, for those that name it.
type class byte

const (
	classAgrees class = iota + 1 // with the journal
	classPending
	classDiffers
	classOther // another program's
)

// mark is what is kept of a row that was seen: under 20 bytes for each.
type mark struct {
	class class
	live  bool
	local bool // an approved payment of this device
}

// numberKey is a number of the journal, without a pointer.
type numberKey [id.Len]byte

func keyOf(number string) (k numberKey) { copy(k[:], number); return k }

// comparison is one comparison under way. All that it keeps of a row that
// agrees is a mark and a number.
type comparison struct {
	*Runner
	r        *order.Reconciliation
	seed     maphash.Seed
	rows     map[uint64]mark      // by hash of the guid
	numbers  map[numberKey]uint64 // the row of a number of the journal
	follows  map[string]*expected // by the host's guid
	returned map[int64]int        // sums that were returned by others, by minor units
	late     []lateRow
	nudged   []string
	looks    int
	digest   [sha256.Size / 2]byte
}

// expected is a follow-up whose row the host should have.
type expected struct {
	order.FollowUp
	seen bool
}

// lateRow is a charge to be taken back, with its place among the differences.
type lateRow struct {
	at      int
	row     order.HostRow
	attempt order.Attempt
}

func (r *Runner) begin(to *order.Reconciliation) *comparison {
	return &comparison{Runner: r, r: to, seed: maphash.MakeSeed(), rows: map[uint64]mark{}, numbers: map[numberKey]uint64{},
		follows: map[string]*expected{}, returned: map[int64]int{}}
}

// run compares. Its error says why it is not complete.
func (c *comparison) run(ctx context.Context) error {
	if err := c.shelf(ctx, order.ShelfSales, c.sales); err != nil {
		return err
	}
	if c.unlisted(order.ShelfSales) {
		return errNoLook
	}
	if err := c.shelf(ctx, order.ShelfHolds, c.sales); err != nil {
		return err
	}
	if err := c.begun(ctx); err != nil {
		return err
	}
	for _, s := range []order.Shelf{order.ShelfCaptures, order.ShelfVoids, order.ShelfReturns} {
		if err := c.shelf(ctx, s, c.followRows); err != nil {
			return err
		}
	}
	if err := c.missing(ctx); err != nil {
		return err
	}
	if err := c.missingFollows(ctx); err != nil {
		return err
	}
	c.r.Digest = hex.EncodeToString(c.digest[:])
	return c.repair(ctx)
}

func (c *comparison) unlisted(s order.Shelf) bool { return slices.Contains(c.r.Unlisted, s) }

// shelf reads the rows of a shelf, a chunk at a time. A row that comes again is
// left out: rows move from page to page while others come in.
func (c *comparison) shelf(ctx context.Context, s order.Shelf, take func(context.Context, []order.HostRow) error) error {
	rows := make([]order.HostRow, 0, chunk)
	for row, err := range c.Host.Rows(ctx, c.r.Device, s, c.r.From, c.r.To) {
		if errors.Is(err, order.ErrNoList) {
			c.r.Unlisted = append(c.r.Unlisted, s)
			return nil
		}
		if err != nil {
			return err
		}
		if row.GUID == "" || c.rows[c.hash(row.GUID)].class != 0 || slices.ContainsFunc(rows, func(r order.HostRow) bool { return r.GUID == row.GUID }) {
			continue
		}
		c.r.Counts.Host++
		c.sum(row)
		if rows = append(rows, row); len(rows) == chunk {
			if err := take(ctx, rows); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return take(ctx, rows)
}

func (c *comparison) hash(guid string) uint64 { return maphash.String(c.seed, guid) }

// sum adds a row to the digest, which does not depend on their order.
func (c *comparison) sum(row order.HostRow) {
	amount, live := row.Stands()
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%t", row.Shelf, row.GUID, row.Number, amount, live))
	for i := range c.digest {
		c.digest[i] ^= h[i]
	}
}

// sales holds a chunk of sales or holds against the journal.
func (c *comparison) sales(ctx context.Context, rows []order.HostRow) error {
	known, follows, err := c.known(ctx, rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		a, ok := known[row.Number]
		if !ok {
			c.stranger(row)
			continue
		}
		c.judge(row, a, follows[a.Number])
	}
	return nil
}

// known reads what the journal has under the numbers of rows. A row may carry
// the number of a follow-up: that of the capture which made it.
func (c *comparison) known(ctx context.Context, rows []order.HostRow) (map[string]order.Attempt, map[string][]order.FollowUp, error) {
	var numbers, ids []string
	for _, row := range rows {
		if id.Valid(row.Number) {
			numbers = append(numbers, row.Number)
		}
	}
	all, err := c.Journal.Attempts(ctx, numbers...)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]order.Attempt{}
	for _, a := range all {
		known[a.Number] = a
	}
	for _, n := range numbers {
		if _, ok := known[n]; !ok {
			ids = append(ids, n)
		}
	}
	captures, err := c.Journal.FollowUps(ctx, ids...)
	if err != nil {
		return nil, nil, err
	}
	numbers = numbers[:0]
	for _, f := range captures {
		numbers = append(numbers, f.Of)
	}
	holds, err := c.Journal.Attempts(ctx, numbers...)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range captures {
		if i := slices.IndexFunc(holds, func(a order.Attempt) bool { return a.Number == f.Of }); i >= 0 {
			known[f.ID] = holds[i]
		}
	}
	numbers = numbers[:0]
	for _, a := range known {
		numbers = append(numbers, a.Number)
	}
	follows, err := c.Journal.FollowsOf(ctx, numbers...)
	return known, order.ByAttempt(follows), err
}

// judge records what a row says about an attempt.
func (c *comparison) judge(row order.HostRow, a order.Attempt, follows []order.FollowUp) {
	v := matchSale(row, a, follows, c.r.Began)
	_, live := row.Stands()
	own := (a.Kind == order.KindAuth) == (row.Shelf == order.ShelfHolds)
	if before, again := c.numbers[keyOf(a.Number)]; own && again && live && c.rows[before].live && a.State == order.Approved {
		v = verdict{what: order.Twice, here: v.here, there: v.there}
		v.there, _ = row.Stands()
	}
	if own && !live && a.State == order.Approved && a.GUID != "" && !strings.EqualFold(row.GUID, a.GUID) {
		v, own = verdict{}, false // a row beside the approved one, under which nothing stands
	}
	h := c.hash(row.GUID)
	if own {
		c.numbers[keyOf(a.Number)] = h
	}
	c.rows[h] = mark{c.record(row, a.Number, v), live, c.counts(a)}
	switch {
	case v.pending && live && len(c.nudged) < most:
		c.nudged = append(c.nudged, a.Number)
	case v.what == order.LateCharge && c.origin(a.Number) == order.OriginOwn && len(c.late) < most:
		c.late = append(c.late, lateRow{len(c.r.Found) - 1, row, a})
	case v.what == order.ReturnedThere, v.what == order.VoidedThere:
		c.returned[v.here.Minor-v.there.Minor]++
	}
}

// record counts a verdict, and lists it where it is a difference.
func (c *comparison) record(row order.HostRow, number string, v verdict) class {
	switch {
	case v.pending:
		c.r.Counts.Pending++
		return classPending
	case v.what == "":
		c.r.Counts.Matched++
		return classAgrees
	}
	m := order.Mismatch{What: v.what, Shelf: row.Shelf, Number: number, GUID: row.GUID, Of: row.Target, Origin: c.origin(number), At: row.At}
	m.Here, m.There = some(v.here), some(v.there)
	c.add(m)
	return classDiffers
}

// some is an amount that is known; one without a currency is not.
func some(a money.Amount) *money.Amount {
	if a.Currency == "" {
		return nil
	}
	return &a
}

// add lists a difference. Where the list is full, what alarms takes the place
// of what does not; the others are counted.
func (c *comparison) add(m order.Mismatch) {
	c.r.Counts.Differences++
	if len(c.r.Found) < order.MaxMismatches {
		c.r.Found = append(c.r.Found, m)
		return
	}
	if !m.Alarm() {
		return
	}
	for i := len(c.r.Found) - 1; i >= 0; i-- {
		if !c.r.Found[i].Alarm() {
			c.r.Found[i] = m
			return
		}
	}
}

// stranger takes note of a row whose number the journal does not have.
func (c *comparison) stranger(row order.HostRow) {
	amount, live := row.Stands()
	c.rows[c.hash(row.GUID)] = mark{class: classOther, live: live}
	origin := c.origin(row.Number)
	if origin == order.OriginOther {
		c.r.Counts.Others++
	}
	if row.Body == order.BodySale && !live {
		return // nothing stands under it
	}
	if id.Valid(row.Number) || row.Shelf != order.ShelfHolds { // a hold may not tell its number
		c.add(order.Mismatch{What: order.HostOnly, Shelf: row.Shelf, Number: row.Number, GUID: row.GUID, Origin: origin,
			There: some(amount), At: row.At})
	}
}

func (c *comparison) origin(number string) order.Origin {
	switch nonce := id.Nonce(number); {
	case nonce == "":
		return order.OriginOther
	case nonce == c.Nonce:
		return order.OriginOwn
	case slices.Contains(c.Earlier, nonce):
		return order.OriginEarlier
	}
	return order.OriginOther
}
