package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
)

// Search indexes. Every row has a place: its number among the rows of its kind,
// counted from 1 without a gap, so that a page deep in the ledger and the total
// are found without counting rows. Late rows are those with an earlier time
// than the row before, which happens when the clock is set back; without them
// the places of a kind are in the order of time.
const searchSchema = `
CREATE INDEX IF NOT EXISTS search_time ON transactions (kind, created, amount);
CREATE INDEX IF NOT EXISTS search_last4 ON transactions (kind, last4, created);
CREATE INDEX IF NOT EXISTS search_amount ON transactions (kind, amount, created);
CREATE INDEX IF NOT EXISTS search_status ON transactions (kind, status, created);
CREATE INDEX IF NOT EXISTS search_holder ON transactions (kind, holder COLLATE NOCASE, created) WHERE holder <> '';
CREATE INDEX IF NOT EXISTS search_customer ON transactions (kind, customer_id, created) WHERE customer_id <> '';
CREATE TABLE IF NOT EXISTS places (
	id INTEGER PRIMARY KEY REFERENCES transactions (id), kind TEXT NOT NULL, n INTEGER NOT NULL, late INTEGER NOT NULL,
	UNIQUE (kind, n)
);
CREATE INDEX IF NOT EXISTS late_places ON places (kind) WHERE late;
INSERT INTO places SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY id),
	created < coalesce(lag(created) OVER (PARTITION BY kind ORDER BY id), created)
	FROM transactions WHERE NOT EXISTS (SELECT 1 FROM places);
CREATE TRIGGER IF NOT EXISTS give_place AFTER INSERT ON transactions BEGIN
	INSERT INTO places SELECT NEW.id, NEW.kind,
		1 + coalesce((SELECT n FROM places WHERE kind = NEW.kind ORDER BY n DESC LIMIT 1), 0),
		NEW.created < (SELECT created FROM transactions INDEXED BY search_time WHERE kind = NEW.kind ORDER BY created DESC LIMIT 1);
END;`

// horizon is the id of the newest row that the call sees. What it sees is
// always all up to some row, so that pages stay as they were when more comes.
func (h *Host) horizon(ctx context.Context, c *call) (int64, error) {
	var newest int64
	err := h.ledger.db.QueryRowContext(ctx, `SELECT coalesce(
		(SELECT min(id) FROM transactions INDEXED BY by_created WHERE created > ? AND created <= ?) - 1,
		(SELECT max(id) FROM transactions), 0)`, h.visibleUntil(c), h.clock.Now().UnixNano()).Scan(&newest)
	return newest, err
}

// find gives one page of a search, and in the current dialect the number of
// rows of all pages.
func (h *Host) find(ctx context.Context, q *query, a asked, seen int64) ([]*entry, int, error) {
	plain := q.sql.Len() == 0
	if plain && q.window {
		late := false
		err := h.ledger.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM places INDEXED BY late_places
			WHERE kind = ? AND late)`, q.kind).Scan(&late)
		if err != nil {
			return nil, 0, err
		}
		plain = !late
	}
	if plain {
		return h.findPlaces(ctx, q, a, seen)
	}
	return h.findRows(ctx, q, a, seen)
}

// findPlaces reads a page by the places of its rows.
func (h *Host) findPlaces(ctx context.Context, q *query, a asked, seen int64) ([]*entry, int, error) {
	first, err := h.place(ctx, `SELECT 1`)
	last, err2 := h.place(ctx, `SELECT n FROM places WHERE kind = ? AND id <= ? ORDER BY n DESC LIMIT 1`, q.kind, seen)
	if err = errors.Join(err, err2); err != nil {
		return nil, 0, err
	}
	if q.window {
		const edge = `SELECT n FROM places WHERE id = (SELECT id FROM transactions INDEXED BY search_time WHERE kind = ? `
		first, err = h.place(ctx, edge+`AND created >= ? ORDER BY created, id LIMIT 1)`, q.kind, q.from)
		end, err2 := h.place(ctx, edge+`AND created <= ? ORDER BY created DESC, id DESC LIMIT 1)`, q.kind, q.until)
		if err = errors.Join(err, err2); err != nil {
			return nil, 0, err
		}
		last = min(last, end)
	}
	if first == 0 || last < first {
		return nil, 0, nil
	}
	start := first + (a.page-1)*a.size
	list, err := h.rows(ctx, `id IN (SELECT id FROM places WHERE kind = ? AND n BETWEEN ? AND ?) ORDER BY id`,
		q.kind, start, min(last, start+a.size-1))
	return list, last - first + 1, err
}

// place is the one number that a query gives, or 0.
func (h *Host) place(ctx context.Context, query string, args ...any) (n int, err error) {
	err = h.ledger.db.QueryRowContext(ctx, query, args...).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// fewRows is how many rows of a range of amounts are sorted rather than looked
// for in the order of time.
const fewRows = 20_000

// findRows reads a page from the index that drives the search.
func (h *Host) findRows(ctx context.Context, q *query, a asked, seen int64) ([]*entry, int, error) {
	if err := h.chooseDrive(ctx, q); err != nil {
		return nil, 0, err
	}
	from := ` FROM transactions ` + q.indexedBy() + ` WHERE kind = ? AND id <= ?` + q.sql.String()
	args := append([]any{q.kind, seen}, q.args...)
	if q.window {
		from += ` AND created BETWEEN ? AND ?`
		args = append(args, q.from, q.until)
	}
	total := 0
	if h.current() {
		var err error
		if total, err = h.total(ctx, q, from, args, seen); err != nil {
			return nil, 0, err
		}
	}
	skip, key := (a.page-1)*a.size, q.key()
	if last, ok := h.memo.before(key, a); ok {
		skip, from = 0, from+` AND (created, id) > (?, ?)`
		args = append(args, last.created, last.id)
	}
	list, err := h.rows(ctx, `id IN (SELECT id`+from+` ORDER BY created, id LIMIT ? OFFSET ?) ORDER BY created, id`,
		append(args, a.size, skip)...)
	if err == nil && len(list) == a.size {
		last := list[len(list)-1]
		h.memo.ended(key, a, end{last.created.UnixNano(), last.id})
	}
	return list, total, err
}

// chooseDrive lets a range of amounts drive the search if it leaves few rows
// and nothing else leaves fewer. A wide range is met often enough in the order
// of time.
func (h *Host) chooseDrive(ctx context.Context, q *query) error {
	if !q.amounts || (q.rank > 0 && q.rank < rankAmount) {
		return nil
	}
	n, err := h.place(ctx, `SELECT count(*) FROM (SELECT 1 FROM transactions INDEXED BY search_amount
		WHERE kind = ? AND amount BETWEEN ? AND ? LIMIT ?)`, q.kind, q.least, q.most, fewRows)
	if err == nil && n < fewRows {
		q.rank, q.drive = rankAmount, "search_amount"
	}
	return err
}

// total counts the rows of all pages. Rows are only added, so what was counted
// once is not counted again.
func (h *Host) total(ctx context.Context, q *query, from string, args []any, seen int64) (int, error) {
	known := h.memo.counted(q.key(), seen)
	if seen-known.seen < fewRows {
		from = strings.Replace(from, q.indexedBy(), "NOT INDEXED", 1)
	}
	n, err := h.place(ctx, `SELECT count(*)`+from+` AND id > ?`, append(args[:len(args):len(args)], known.seen)...)
	if err == nil {
		h.memo.count(q.key(), tally{seen, known.n + n})
	}
	return known.n + n, err
}

// memo remembers, per search, where pages ended and how many rows were counted.
// Without it everything is still right, only slower. The zero value is ready.
type memo struct {
	mu     sync.Mutex
	ends   map[pageKey]end
	counts map[string]tally
}

type pageKey struct {
	search string
	asked  asked
}

type end struct{ created, id int64 }

type tally struct {
	seen int64
	n    int
}

// memoSize is how many pages and counts are remembered.
const memoSize = 4096

// before is where the page before the one that is asked for ended.
func (m *memo) before(search string, a asked) (end, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a.page--
	e, ok := m.ends[pageKey{search, a}]
	return e, ok
}

func (m *memo) ended(search string, a asked, e end) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ends == nil || len(m.ends) >= memoSize {
		m.ends = map[pageKey]end{}
	}
	m.ends[pageKey{search, a}] = e
}

// counted is the last count of a search, unless it saw more than is to be seen.
func (m *memo) counted(search string, seen int64) tally {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t := m.counts[search]; t.seen <= seen {
		return t
	}
	return tally{}
}

func (m *memo) count(search string, t tally) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil || len(m.counts) >= memoSize {
		m.counts = map[string]tally{}
	}
	m.counts[search] = t
}
