package journal

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// What a page costs is bounded, whatever is asked: some source narrows the
// rows to candidates, of which a page looks at no more than maxLook, and
// goes on behind the last of them with the next page.
const (
	maxLook = 3000
	// maxWalk bounds the rows that a page decodes where the index is too
	// far behind to be used.
	maxWalk = 1000
	// maxFew is how many candidates are put in order by sorting them.
	maxFew = 1000
)

// position is a place in the list of sales, which is newest first.
type position struct {
	created int64
	id      string
}

// end is the place in front of the newest sale.
var end = position{created: 1 << 62}

func positionOf(r order.Row) position {
	f := r.Facts()
	return position{f.Created.UnixMilli(), f.ID}
}

// newer compares places as the list is sorted.
func newer(a, b position) int {
	return cmp.Or(cmp.Compare(b.created, a.created), strings.Compare(b.id, a.id))
}

// Sales reads a whole page of attempts, newest first. Where what is asked for
// is rare and hard to narrow down it takes longer than Search, which answers in
// pieces.
func (j *Journal) Sales(ctx context.Context, q order.Query) ([]order.Attempt, error) {
	limit := pageLength(q)
	var all []order.Attempt
	for {
		q.Limit = limit - len(all)
		page, err := j.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Sales...)
		if len(all) >= limit || page.Next == "" {
			return all, nil
		}
		q.Before = page.Next
	}
}

func pageLength(q order.Query) int {
	if q.Limit <= 0 {
		return 100
	}
	return min(q.Limit, 500)
}

// Search is List for attempts alone.
func (j *Journal) Search(ctx context.Context, q order.Query) (order.Page, error) {
	if len(q.Kinds) == 0 {
		q.Kinds = order.AttemptKinds
	}
	found, err := j.List(ctx, q)
	page := order.Page{Next: found.Next}
	for _, r := range found.Rows {
		if r.Attempt != nil {
			page.Sales = append(page.Sales, *r.Attempt)
		}
	}
	return page, err
}

// List reads the next part of what is asked for, newest first, in a time that
// does not depend on how much the journal has. A part may be short without
// being the last: Listing.Next tells.
func (j *Journal) List(ctx context.Context, q order.Query) (order.Listing, error) {
	return j.search(ctx, q, maxLook)
}

// search is List that looks at so many candidates.
func (j *Journal) search(ctx context.Context, q order.Query, look int) (page order.Listing, err error) {
	q.Limit = pageLength(q)
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // index and events of one moment
	if err != nil {
		return page, err
	}
	defer func() { _ = tx.Rollback() }()
	before := end
	if q.Before != "" {
		before.id = q.Before
		err := tx.QueryRowContext(ctx, `SELECT created FROM objects WHERE id = ? AND kind IN `+listedKinds, q.Before).Scan(&before.created)
		if errors.Is(err, sql.ErrNoRows) {
			err = order.ErrNotFound
		}
		if err != nil {
			return page, err
		}
	}
	return finder{ctx: ctx, tx: tx, Query: q, before: before, look: look}.page()
}

// finder is a search for one page.
type finder struct {
	ctx context.Context
	tx  querier
	order.Query
	before position
	look   int
}

// page is the page, by the quickest way there is.
func (s finder) page() (order.Listing, error) {
	if !s.narrow() {
		return s.walk(s.Limit)
	}
	var behind bool
	err := s.tx.QueryRowContext(s.ctx, `SELECT (SELECT max(seq) FROM events) - CAST(value AS INTEGER) > ? FROM meta WHERE key = ?`,
		maxTail, metaSearched).Scan(&behind)
	if behind || errors.Is(err, sql.ErrNoRows) { // a reader beside an older program finds no index
		return s.walk(maxWalk)
	}
	if err != nil {
		return order.Listing{}, err
	}
	return s.index()
}

// family is kinds of objects with an index on the order of the list, and the
// kinds of rows that they are.
type family struct {
	index, where string
	kinds        []order.Kind
}

var families = []family{
	{"objects_attempts", "o.kind = 'attempt'", order.AttemptKinds},
	{"objects_beside", "o.kind IN ('cash', 'stored')", []order.Kind{order.KindCash, order.KindStored}},
	{"objects_follows", "o.kind = 'follow'", []order.Kind{order.KindReturn, order.KindVoid, order.KindTaken, order.KindCheck, order.KindIssue}},
	{"objects_wallets", "o.kind IN ('qr', 'refund')", []order.Kind{order.KindQR, order.KindRefund}},
}

// asked is how many of the kinds of a family are asked for.
func (s finder) asked(f family) (n int) {
	for _, k := range f.kinds {
		if len(s.Kinds) == 0 || slices.Contains(s.Kinds, k) {
			n++
		}
	}
	return n
}

// narrow reports whether more is asked for than a stretch of time of whole
// families.
func (s finder) narrow() bool {
	for _, f := range families {
		if n := s.asked(f); n > 0 && n < len(f.kinds) {
			return true
		}
	}
	rest := s.Query
	rest.Kinds = nil
	return rest.Narrow()
}

// span is the condition on time that every list is read under, for
// the table alias. It has one bound at either end: of two, SQLite would seek to
// one and read on to the other.
func (s finder) span(alias string) (string, []any) {
	var from int64
	if !s.From.IsZero() {
		from = s.From.UnixMilli()
	}
	before := s.before
	if to := (position{created: s.To.UnixMilli() + 1}); !s.To.IsZero() && newer(to, before) > 0 {
		before = to
	}
	return fmt.Sprintf(` %[1]s.created >= ? AND (%[1]s.created, %[1]s.id) < (?, ?) `, alias), []any{from, before.created, before.id}
}

// walk looks through the next rows of the families one by one, whatever they
// are.
func (s finder) walk(most int) (page order.Listing, err error) {
	span, args := s.span("o")
	var parts []string
	var all []any
	for _, f := range families {
		if s.asked(f) == 0 {
			continue
		}
		parts = append(parts, `SELECT * FROM (SELECT o.created, o.id, o.kind, e.object FROM objects AS o INDEXED BY `+f.index+
			` JOIN events AS e USING (seq) WHERE `+f.where+` AND`+span+`ORDER BY o.created DESC, o.id DESC LIMIT ?)`)
		all = append(append(all, args...), most)
	}
	if len(parts) == 0 {
		return page, nil
	}
	next, err := listed(s.ctx, s.tx, `SELECT kind, object FROM (`+strings.Join(parts, " UNION ALL ")+`) ORDER BY created DESC, id DESC LIMIT ?`, append(all, most)...)
	if err != nil {
		return page, err
	}
	for i, object := range next {
		r, _ := order.RowOf(object)
		match, err := s.match(r)
		if err != nil {
			return order.Listing{}, err
		}
		if match {
			page.Rows = append(page.Rows, r)
		}
		if len(page.Rows) == s.Limit || i == most-1 {
			page.Next, page.Reached = r.Facts().ID, r.Facts().Created
			break
		}
	}
	return page, nil
}

// plain reports whether a row is asked for, whatever its texts.
func (s finder) plain(r order.Row) bool {
	q := s.Query
	q.Text = ""
	return q.MatchRow(r, "")
}

// match reports whether a row is asked for.
func (s finder) match(r order.Row) (bool, error) {
	if !s.plain(r) || s.Text == "" {
		return s.plain(r), nil
	}
	orders, err := list[order.Order](s.ctx, s.tx, byID, r.Facts().Order, kindOrder)
	if err != nil || len(orders) == 0 {
		return s.MatchRow(r, ""), err
	}
	return s.MatchRow(r, orders[0].Note), nil
}

// tail are the rows whose newest event the index does not have, and the ids of
// those.
func (s finder) tail() (found []order.Row, ids []string, err error) {
	all, err := listed(s.ctx, s.tx, `SELECT o.kind, e.object FROM events AS e CROSS JOIN objects AS o ON o.id = e.subject
		WHERE e.seq > (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'searched') AND o.seq = e.seq AND o.kind IN `+listedKinds)
	if err != nil {
		return nil, nil, err
	}
	for _, object := range all {
		r, _ := order.RowOf(object)
		ids = append(ids, r.Facts().ID)
		match, err := s.match(r)
		if err != nil {
			return nil, nil, err
		}
		if match && newer(positionOf(r), s.before) > 0 {
			found = append(found, r)
		}
	}
	return found, ids, nil
}

// index reads the page from the index and the tail.
func (s finder) index() (page order.Listing, err error) {
	recent, changed, err := s.tail()
	if err != nil {
		return page, err
	}
	from, err := s.source()
	if err != nil {
		return page, err
	}
	span, args := s.span("c")
	args = append(slices.Clone(from.args), args...)
	candidates := `(SELECT DISTINCT c.created, c.id FROM ` + from.table + ` AS c ` + from.by + ` WHERE ` + from.where + ` AND` + span +
		`ORDER BY c.created DESC, c.id DESC LIMIT ` + fmt.Sprint(s.look) + `)`
	where, more := s.filters()
	skip, err := json.Marshal(append(changed, "")) // never null
	if err != nil {
		return page, err
	}
	objects, err := listed(s.ctx, s.tx, `SELECT o.kind, e.object FROM `+candidates+` AS c
		CROSS JOIN search AS s ON s.created = c.created AND s.id = c.id
		CROSS JOIN objects AS o ON o.id = s.id CROSS JOIN events AS e ON e.seq = o.seq
		WHERE s.id NOT IN (SELECT value FROM json_each(?)) `+where+` ORDER BY c.created DESC, c.id DESC LIMIT ?`,
		slices.Concat(args, []any{string(skip)}, more, []any{s.Limit})...)
	if err != nil {
		return page, err
	}
	var found []order.Row
	for _, object := range objects {
		r, _ := order.RowOf(object)
		found = append(found, r)
	}
	last, err := s.last(found, candidates, args)
	if err != nil {
		return page, err
	}
	return s.merge(found, recent, last), nil
}

// last is the place up to which the candidates were looked at; its id is "" at
// the end of the list.
func (s finder) last(found []order.Row, candidates string, args []any) (last position, err error) {
	if len(found) == s.Limit {
		return positionOf(found[len(found)-1]), nil
	}
	err = s.tx.QueryRowContext(s.ctx, `SELECT created, id FROM `+candidates+fmt.Sprintf(` ORDER BY created DESC, id DESC LIMIT 1 OFFSET %d`, s.look-1),
		args...).Scan(&last.created, &last.id)
	if errors.Is(err, sql.ErrNoRows) {
		return position{created: -1}, nil
	}
	return last, err
}

// merge makes the page of what the index and the tail have, as far as the
// index was looked at.
func (s finder) merge(found, recent []order.Row, last position) (page order.Listing) {
	for _, r := range append(found, recent...) {
		if newer(positionOf(r), last) <= 0 && s.plain(r) {
			page.Rows = append(page.Rows, r)
		}
	}
	slices.SortFunc(page.Rows, func(a, b order.Row) int { return newer(positionOf(a), positionOf(b)) })
	if len(page.Rows) > s.Limit {
		page.Rows = page.Rows[:s.Limit]
		last = positionOf(page.Rows[s.Limit-1])
	}
	if page.Next = last.id; last.id != "" {
		page.Reached = time.UnixMilli(last.created)
	}
	return page
}
