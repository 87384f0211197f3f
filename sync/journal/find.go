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

	"paydesk/terminal/order"
)

// What a page costs is bounded, whatever is asked: some source narrows the
// attempts to candidates, of which a page looks at no more than maxLook, and
// goes on behind the last of them with the next page.
const (
	maxLook = 3000
	// maxWalk bounds the attempts that a page decodes where the index is too
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

func positionOf(a order.Attempt) position { return position{a.Created.UnixMilli(), a.Number} }

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

// Search reads the next page of the attempts that are asked for, newest first,
// in a time that does not depend on how many the journal has. A page may be
// short without being the last: Page.Next tells.
func (j *Journal) Search(ctx context.Context, q order.Query) (order.Page, error) {
	q.Limit = pageLength(q)
	before := end
	if q.Before != "" {
		a, err := j.Attempt(ctx, q.Before)
		if err != nil {
			return order.Page{}, err
		}
		before = positionOf(a)
	}
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // index and events of one moment
	if err != nil {
		return order.Page{}, err
	}
	defer func() { _ = tx.Rollback() }()
	return finder{ctx: ctx, tx: tx, Query: q, before: before}.page()
}

// finder is a search for one page.
type finder struct {
	ctx context.Context
	tx  querier
	order.Query
	before position
}

// page is the page, by the quickest way there is.
func (s finder) page() (order.Page, error) {
	if !s.Narrow() {
		return s.walk(s.Limit)
	}
	var behind bool
	err := s.tx.QueryRowContext(s.ctx, `SELECT (SELECT max(seq) FROM events) - CAST(value AS INTEGER) > ? FROM meta WHERE key = ?`,
		maxTail, metaSearched).Scan(&behind)
	if behind || errors.Is(err, sql.ErrNoRows) { // a reader beside an older program finds no index
		return s.walk(maxWalk)
	}
	if err != nil {
		return order.Page{}, err
	}
	return s.index()
}

// span is the condition on time that every list of attempts is read under, for
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

// walk looks through the next attempts one by one, whatever they are.
func (s finder) walk(most int) (page order.Page, err error) {
	span, args := s.span("o")
	next, err := list[order.Attempt](s.ctx, s.tx, byCreated+`AND`+span+`ORDER BY o.created DESC, o.id DESC LIMIT ?`, append(args, most)...)
	if err != nil {
		return page, err
	}
	for i, a := range next {
		match, err := s.match(a)
		if err != nil {
			return order.Page{}, err
		}
		if match {
			page.Sales = append(page.Sales, a)
		}
		if len(page.Sales) == s.Limit || i == most-1 {
			page.Next = a.Number
			break
		}
	}
	return page, nil
}

// plain reports whether an attempt is asked for, whatever its texts.
func (s finder) plain(a order.Attempt) bool {
	q := s.Query
	q.Text = ""
	return q.Match(a, "")
}

// match reports whether an attempt is asked for.
func (s finder) match(a order.Attempt) (bool, error) {
	if !s.plain(a) || s.Text == "" {
		return s.plain(a), nil
	}
	orders, err := list[order.Order](s.ctx, s.tx, byID, a.Order, kindOrder)
	if err != nil || len(orders) == 0 {
		return s.Match(a, ""), err
	}
	return s.Match(a, orders[0].Note), nil
}

// tail are the attempts whose newest event the index does not have, and the
// numbers of those.
func (s finder) tail() (found []order.Attempt, numbers []string, err error) {
	all, err := list[order.Attempt](s.ctx, s.tx, `SELECT e.object FROM events AS e CROSS JOIN objects AS o ON o.id = e.subject
		WHERE e.seq > (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'searched') AND o.seq = e.seq AND o.kind = 'attempt'`)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range all {
		numbers = append(numbers, a.Number)
		match, err := s.match(a)
		if err != nil {
			return nil, nil, err
		}
		if match && newer(positionOf(a), s.before) > 0 {
			found = append(found, a)
		}
	}
	return found, numbers, nil
}

// index reads the page from the index and the tail.
func (s finder) index() (order.Page, error) {
	recent, changed, err := s.tail()
	if err != nil {
		return order.Page{}, err
	}
	from, err := s.source()
	if err != nil {
		return order.Page{}, err
	}
	span, args := s.span("c")
	args = append(slices.Clone(from.args), args...)
	candidates := `(SELECT DISTINCT c.created, c.id FROM ` + from.table + ` AS c ` + from.by + ` WHERE ` + from.where + ` AND` + span +
		`ORDER BY c.created DESC, c.id DESC LIMIT ` + fmt.Sprint(maxLook) + `)`
	where, more := s.filters()
	skip, err := json.Marshal(append(changed, "")) // never null
	if err != nil {
		return order.Page{}, err
	}
	found, err := list[order.Attempt](s.ctx, s.tx, `SELECT e.object FROM `+candidates+` AS c
		CROSS JOIN search AS s ON s.created = c.created AND s.id = c.id
		CROSS JOIN objects AS o ON o.id = s.id CROSS JOIN events AS e ON e.seq = o.seq
		WHERE s.id NOT IN (SELECT value FROM json_each(?)) `+where+` ORDER BY c.created DESC, c.id DESC LIMIT ?`,
		slices.Concat(args, []any{string(skip)}, more, []any{s.Limit})...)
	if err != nil {
		return order.Page{}, err
	}
	last, err := s.last(found, candidates, args)
	if err != nil {
		return order.Page{}, err
	}
	return s.merge(found, recent, last), nil
}

// last is the place up to which the candidates were looked at; its id is "" at
// the end of the list.
func (s finder) last(found []order.Attempt, candidates string, args []any) (last position, err error) {
	if len(found) == s.Limit {
		return positionOf(found[len(found)-1]), nil
	}
	err = s.tx.QueryRowContext(s.ctx, `SELECT created, id FROM `+candidates+fmt.Sprintf(` ORDER BY created DESC, id DESC LIMIT 1 OFFSET %d`, maxLook-1),
		args...).Scan(&last.created, &last.id)
	if errors.Is(err, sql.ErrNoRows) {
		return position{created: -1}, nil
	}
	return last, err
}

// merge makes the page of what the index and the tail have, as far as the
// index was looked at.
func (s finder) merge(found, recent []order.Attempt, last position) (page order.Page) {
	for _, a := range append(found, recent...) {
		if newer(positionOf(a), last) <= 0 && s.plain(a) {
			page.Sales = append(page.Sales, a)
		}
	}
	slices.SortFunc(page.Sales, func(a, b order.Attempt) int { return newer(positionOf(a), positionOf(b)) })
	if len(page.Sales) > s.Limit {
		page.Sales = page.Sales[:s.Limit]
		last = positionOf(page.Sales[s.Limit-1])
	}
	page.Next = last.id
	return page
}
