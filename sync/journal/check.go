package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"paydesk/terminal/order"
)

// What meta says of checks, in milliseconds since 1970.
const (
	// metaSound is when the journal was last found sound as a whole. It is ""
	// while somebody has the journal open for writing, and Close puts it back:
	// so it is "" behind every kill, power cut and failed disk, however they
	// came, and a whole check is due. A mark that is only there while all is
	// well cannot be forgotten, unlike one that a crash would have to write.
	metaSound = "sound"
	// metaCompared is when the projections were last made anew and compared.
	metaCompared = "compared"
	// metaDamage is what the last whole check found, until one finds nothing.
	metaDamage = "damage"
)

const (
	// smallFile is the size in bytes up to which a start checks the whole file,
	// its indexes among it, since lists and totals are read by them: that takes
	// some tenths of a second.
	smallFile = 32 << 20
	// soundFor and comparedFor are how long a check is good for.
	soundFor    = 7 * 24 * time.Hour
	comparedFor = 24 * time.Hour
)

// check is what a start waits for: the schema, the chain behind the newest
// seal, and of a small file its structure and indexes. The rest of a large one is checked
// behind the first sales' backs, by Tend.
func (j *Journal) check(ctx context.Context) error {
	if err := j.checkSchema(ctx); err != nil {
		return err
	}
	var pages, size int64
	if err := j.conn.QueryRowContext(ctx, "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size").Scan(&pages, &size); err != nil {
		return err
	}
	if pages*size <= smallFile {
		if err := verdict(ctx, j.conn, "integrity_check"); err != nil {
			return err
		}
	}
	var last int64
	if err := j.conn.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) FROM events").Scan(&last); err != nil {
		return err
	}
	from, err := j.trusted(ctx, last)
	if err != nil {
		return err
	}
	hash, err := verifyChain(ctx, j.conn, from)
	if err != nil {
		return err
	}
	j.seq, j.hash = last, hash
	return j.begin(ctx)
}

// begin reads what earlier checks found, and takes the mark of soundness away.
func (j *Journal) begin(ctx context.Context) error {
	meta, err := readMeta(ctx, j.conn)
	if err != nil {
		return err
	}
	j.wrote = j.opt.Clock.Now() // a start is not a quiet moment
	j.sound, j.compared = millis(meta[metaSound]), millis(meta[metaCompared])
	if j.seq == 0 {
		j.sound, j.compared = j.opt.Clock.Now(), j.opt.Clock.Now() // nothing can be wrong yet
	}
	if meta[metaDamage] != "" {
		j.damage = j.damageOf(errors.New(meta[metaDamage]))
	}
	return j.setMeta(ctx, metaSound, "")
}

// end puts the mark back, if there was one or a check has earned it.
func (j *Journal) end(ctx context.Context) error {
	if j.conn == nil || j.failed != nil || j.damage != nil || j.sound.IsZero() {
		return nil
	}
	err := j.setMeta(ctx, metaSound, stamp(j.sound))
	if errors.Is(err, order.ErrFull) {
		return nil // the next start checks once more than it needs to
	}
	return err
}

func stamp(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

func millis(text string) time.Time {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{} // never
	}
	return time.UnixMilli(n)
}

// setMeta writes one value; the caller holds mu.
func (j *Journal) setMeta(ctx context.Context, key, value string) error {
	return j.transact(ctx, func() error {
		return j.exec(ctx, `INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)`, key, value)
	})
}

// checkSchema holds tables, indexes and triggers against those of a new
// journal: one without its triggers could be changed.
func (j *Journal) checkSchema(ctx context.Context) error {
	fresh, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return err
	}
	defer fresh.Close()
	fresh.SetMaxOpenConns(1)
	if _, err := fresh.ExecContext(ctx, strings.Join(migrations, "")); err != nil {
		return err
	}
	want, err := schemaText(ctx, fresh)
	if err != nil {
		return err
	}
	got, err := schemaText(ctx, j.conn)
	if err == nil && got != want {
		err = errors.New("its tables are not as this program makes them")
	}
	return err
}

func schemaText(ctx context.Context, q querier) (text string, err error) {
	err = q.QueryRowContext(ctx, `SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name)`).Scan(&text)
	return strings.Join(strings.Fields(text), " "), err // however it was laid out
}

// verdict runs one of SQLite's own checks.
func verdict(ctx context.Context, q querier, check string) error {
	var text string
	err := q.QueryRowContext(ctx, "PRAGMA "+check+"(1)").Scan(&text)
	if err == nil && text != "ok" {
		err = errors.New(text)
	}
	return err
}

// CheckAll checks everything that there is to check: the file's structure with
// all indexes, the whole chain with its seals, and the projections, made anew.
// It reads beside the sales and takes minutes with a million of them. What it
// finds ends new sales: Room fails from then on, also after a restart, until a
// check finds nothing. The error is what it found, or why it could not look.
func (j *Journal) CheckAll(ctx context.Context) error { return j.checkAll(ctx, func() {}) }

// checkAll is CheckAll that calls rest now and then.
func (j *Journal) checkAll(ctx context.Context, rest func()) error {
	began := j.opt.Clock.Now()
	err := j.checkFile(ctx, rest)
	if err == nil {
		err = j.compare(ctx, rest)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return j.found(err, func() { j.sound, j.compared = began, began })
}

// found keeps what a check found; sound is called where that is nothing.
func (j *Journal) found(err error, sound func()) error {
	ctx := context.Background()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return errors.Join(err, j.failed)
	}
	switch {
	case err == nil:
		sound()
		if j.damage != nil && !j.sound.IsZero() {
			err = j.setMeta(ctx, metaDamage, "")
			j.damage = nil
		}
		return j.distrust(errors.Join(err, j.setMeta(ctx, metaCompared, stamp(j.compared))))
	case passing(err):
		return err
	}
	j.damage = j.damageOf(err)
	return errors.Join(j.damage, j.setMeta(ctx, metaDamage, err.Error()))
}

// passing reports whether a check could not look, for a reason that says
// nothing about the journal, such as no room for temporary files.
func passing(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlitelib.SQLITE_FULL, sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_NOMEM, sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_INTERRUPT:
		return true
	}
	return false
}

func (j *Journal) damageOf(err error) error {
	return &Problem{fmt.Sprintf("The journal is damaged (%v). No new sale is possible. Close Paydesk, copy the folder %s to a safe place, then run: paydesk journal salvage", err, j.opt.Dir), err}
}

// checkFile checks the structure and the chain.
func (j *Journal) checkFile(ctx context.Context, rest func()) error {
	tx, err := j.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := unhurried(func() error { return verdict(ctx, tx, "integrity_check") }); err != nil {
		return err
	}
	a := newAudit()
	_, err = walk(ctx, tx, 0, func(r row, before []byte) error {
		if r.seq%replayed == 0 {
			rest()
		}
		return a.see(r, before)
	})
	if err != nil {
		return err
	}
	meta, err := readMeta(ctx, tx)
	if err != nil {
		return err
	}
	return a.end(meta)
}

func (j *Journal) path() string { return filepath.Join(j.opt.Dir, fileName) }
