package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"paydesk/terminal/order"
)

// projections are the tables that are made from the events and nothing else.
var projections = []string{"objects", "search", "search_notes", "search_words"}

// Rebuild makes all projections anew from the events, in one transaction:
// nothing is sold meanwhile, and a kill leaves them as they were.
func (j *Journal) Rebuild(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	err := j.transact(context.WithoutCancel(ctx), func() error { return j.rebuild(ctx) })
	clear(j.places)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return j.distrust(err)
}

func (j *Journal) rebuild(ctx context.Context) error {
	s := shadow{from: j.read, conn: j.conn, last: j.seq}
	if err := s.build(ctx); err != nil {
		return errors.Join(err, s.close())
	}
	for _, table := range projections {
		if err := s.replace(ctx, table); err != nil {
			return errors.Join(err, s.close())
		}
	}
	s.meta[metaSearched] = fmt.Sprint(s.last)
	for key, value := range s.meta {
		if _, err := j.conn.ExecContext(ctx, `INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)`, key, value); err != nil {
			return errors.Join(err, s.close())
		}
	}
	return s.close()
}

// CompareProjections makes all projections anew beside the ones that are
// there, in temporary tables, and fails where a byte differs. Sales go on
// meanwhile: it looks at one moment's state.
func (j *Journal) CompareProjections(ctx context.Context) error {
	return j.compare(ctx, func() {})
}

// compare is CompareProjections that calls rest now and then.
func (j *Journal) compare(ctx context.Context, rest func()) (err error) {
	db, err := sql.Open("sqlite", dsn(j.path(), "ro", "cache_size(-16000)"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	s := shadow{from: j.read, conn: conn, rest: rest}
	if err := conn.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM events`).Scan(&s.last); err != nil {
		return err
	}
	done, err := searched(ctx, conn)
	if err == nil {
		err = s.build(ctx)
	}
	for _, table := range projections {
		if err == nil {
			err = s.same(ctx, table, done)
		}
	}
	return errors.Join(err, s.close())
}

// prefix is in front of the names of the tables that are built anew.
const prefix = "new_"

// shadow is the projections as the events up to last say, read through from,
// in temporary tables of conn.
type shadow struct {
	from  querier
	conn  *sql.Conn
	last  int64
	rest  func()
	meta  map[string]string // what it says of the installation
	stmts map[string]driver.Stmt
	notes recent
}

const putNewObject = `INSERT INTO ` + prefix + `objects (id, kind, version, seq, parent, created, open, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT DO UPDATE SET version = excluded.version, seq = excluded.seq, open = excluded.open, batch = excluded.batch`

var putNewSearch = fmt.Sprintf(putSearch, prefix)

func (s *shadow) exec(ctx context.Context, query string, args ...any) error {
	return execOn(ctx, s.conn, s.stmts, query, args...)
}

func (s *shadow) build(ctx context.Context) error {
	s.meta, s.stmts = map[string]string{}, map[string]driver.Stmt{}
	for _, table := range projections {
		var create string
		if err := s.conn.QueryRowContext(ctx, `SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?`, table).Scan(&create); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
		create = strings.Replace(create, "CREATE TABLE "+table, "CREATE TEMP TABLE "+prefix+table, 1)
		if _, err := s.conn.ExecContext(ctx, create); err != nil {
			return err
		}
	}
	if err := read(ctx, s.from, s.last, func(rows []event) error { return s.put(ctx, rows) }); err != nil {
		return err
	}
	// In the order of the table: millions of words here and there would take
	// hours on a slow disk.
	return s.exec(ctx, fmt.Sprintf(putWords, prefix)+` ORDER BY 1, 2, 3`)
}

// put applies events, in their order.
func (s *shadow) put(ctx context.Context, rows []event) error {
	for _, e := range rows {
		if e.err != nil {
			return fmt.Errorf("event %d: %w", e.seq, e.err)
		}
		if err := learn(s.meta, e.row); err != nil {
			return err
		}
		if err := s.putObject(ctx, e); err != nil {
			return fmt.Errorf("event %d: %w", e.seq, err)
		}
	}
	if s.rest != nil {
		s.rest()
	}
	return nil
}

// putObject applies one event.
func (s *shadow) putObject(ctx context.Context, e event) error {
	if o, ok := e.object.(order.Order); ok && e.prev == 0 {
		s.notes.add(o.ID, o.Note)
		if o.Note != "" {
			if err := s.exec(ctx, fmt.Sprintf(putNote, prefix), o.ID, o.Note); err != nil {
				return err
			}
		}
	}
	if e.object == nil || e.overtaken {
		return nil
	}
	err := s.exec(ctx, putNewObject, e.id, e.shape.kind, e.version, e.seq, e.parent, e.created, e.open, e.batch)
	if r, ok := order.RowOf(e.object); ok && err == nil {
		var note string
		f := r.Facts()
		if note, err = s.note(ctx, f.Order); err == nil {
			err = s.exec(ctx, putNewSearch, searchRow(f, note)...)
		}
	}
	return err
}

// note is that of an order.
func (s *shadow) note(ctx context.Context, id string) (note string, err error) {
	if note, ok := s.notes.get(id); ok {
		return note, nil
	}
	err = s.conn.QueryRowContext(ctx, `SELECT note FROM new_search_notes WHERE id = ?`, id).Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	s.notes.add(id, note)
	return note, err
}

// replace puts the new table's rows in the place of the old one's. Its indexes
// are made at the end, in their own order.
func (s *shadow) replace(ctx context.Context, table string) error {
	rows, err := s.conn.QueryContext(ctx, `SELECT name, sql FROM main.sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name`, table)
	if err != nil {
		return err
	}
	var drop, create []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return errors.Join(err, rows.Close())
		}
		drop, create = append(drop, "DROP INDEX main."+name), append(create, text)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	steps := append(drop, "DELETE FROM main."+table, fmt.Sprintf("INSERT INTO main.%s SELECT * FROM temp.%s%[1]s", table, prefix))
	for _, step := range append(steps, create...) {
		if _, err := s.conn.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return nil
}

// same holds a table against the new one, both ways, but for what the index of
// the search, made up to the event done, does not have yet.
func (s *shadow) same(ctx context.Context, table string, done int64) error {
	rows, err := s.conn.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return err
	}
	var equal []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return errors.Join(err, rows.Close())
		}
		equal = append(equal, fmt.Sprintf("a.%s = b.%[1]s", name))
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if table == "objects" {
		done = s.last
	}
	old, anew := "main."+table, "temp."+prefix+table
	for _, pair := range [][2]string{{old, anew}, {anew, old}} {
		var id string
		err := s.conn.QueryRowContext(ctx, fmt.Sprintf(`SELECT id FROM %s AS a WHERE NOT EXISTS (SELECT 1 FROM %s AS b WHERE %s)
			AND id NOT IN (SELECT subject FROM events WHERE seq > ?) LIMIT 1`, pair[0], pair[1], strings.Join(equal, " AND ")), done).Scan(&id)
		if err == nil {
			return fmt.Errorf("%q in the table %s does not agree with its events", id, table)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	return nil
}

// close removes the new tables.
func (s *shadow) close() error {
	var errs []error
	for _, stmt := range s.stmts {
		errs = append(errs, stmt.Close())
	}
	for _, table := range projections {
		_, err := s.conn.ExecContext(context.Background(), "DROP TABLE IF EXISTS temp."+prefix+table)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// recent is the notes of the orders that were seen last.
type recent struct{ young, old map[string]string }

func (r *recent) add(id, note string) {
	if r.young == nil || len(r.young) >= maxPlaces {
		r.young, r.old = map[string]string{}, r.young
	}
	r.young[id] = note
}

func (r *recent) get(id string) (note string, ok bool) {
	if note, ok = r.young[id]; !ok {
		note, ok = r.old[id]
	}
	return note, ok
}
