package journal

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// behindName is the file with the events that could be read and not be kept.
const behindName = "behind-the-break.jsonl"

// Salvage makes a journal of what can be read of a damaged one: the longest
// beginning whose chain holds, cut where a commit ended. The damaged files move
// aside as they are, with the readable events behind the break in a file beside
// them. What comes of it is a journal that was put back, as by Restore, and
// takes its place in the same way. A journal that is sound is left alone. A
// *Problem says what a person can do.
func Salvage(ctx context.Context, opt Options) (PutBack, error) {
	lock, err := enter(&opt)
	if err != nil {
		return PutBack{}, err
	}
	p, err := salvage(ctx, opt)
	var problem *Problem
	if err != nil && !errors.As(err, &problem) {
		err = &Problem{fmt.Sprintf("The salvage of %s failed (%v). Nothing was changed: free some space and check the disk, then try again, or put a backup back with: paydesk journal restore FILE.", opt.Dir, err), err}
	}
	return p, errors.Join(err, os.RemoveAll(workDir(opt.Dir)), lock.release())
}

func salvage(ctx context.Context, opt Options) (PutBack, error) {
	w, err := openWreck(ctx, opt.Dir)
	if err != nil {
		return PutBack{}, err
	}
	defer w.db.Close()
	if err := w.survey(ctx); err != nil {
		return PutBack{}, err
	}
	if w.kept == 0 {
		return PutBack{}, &Problem{fmt.Sprintf("Nothing of the journal in %s can be kept: its first events cannot be read or were changed. Nothing was changed by this: put the newest backup back with: paydesk journal restore FILE.", opt.Dir), nil}
	}
	j := newJournal(Options{Dir: workDir(opt.Dir), Clock: opt.Clock})
	if err := j.load(ctx); err != nil {
		return PutBack{}, errors.Join(err, j.closeFiles())
	}
	behind := filepath.Join(workDir(opt.Dir), behindName)
	readable, err := w.copyInto(ctx, j, behind)
	if err == nil {
		err = j.Rebuild(ctx)
	}
	if err != nil {
		return PutBack{}, errors.Join(err, j.closeFiles())
	}
	if readable == 0 {
		behind = ""
	}
	opt.Mode = "" // it is the folder's own, also where it does not say so
	p, err := j.putBack(ctx, opt, installed{From: "salvage", Nonces: w.nonces, Lost: w.last - w.kept}, behind)
	p.Readable = readable
	return p, err
}

// wreck is a copy of a damaged journal, opened for reading.
type wreck struct {
	db *sql.DB
	// last is the newest event that anything speaks of.
	last int64
	// kept is the last event of the beginning that is kept.
	kept   int64
	nonces []string
}

// openWreck copies the files, since reading changes them, and refuses those
// that need no salvage.
func openWreck(ctx context.Context, dir string) (*wreck, error) {
	path, old := filepath.Join(dir, fileName), filepath.Join(workDir(dir), "old")
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Problem{fmt.Sprintf("There is no journal in %s. Name its folder with --data, or put a backup back with: paydesk journal restore FILE.", dir), err}
	}
	if err != nil {
		return nil, err
	}
	if err := needRoom(dir, 3*uint64(st.Size())); err != nil { // the copy, the new one and its log
		return nil, err
	}
	if err := os.MkdirAll(old, 0o700); err != nil {
		return nil, err
	}
	if err := copyJournal(filepath.Join(old, fileName), path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(filepath.Join(old, fileName), "ro", "query_only(ON)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2)
	var version int
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	if err == nil && version > len(migrations) {
		return nil, errors.Join(errNewer, db.Close())
	}
	if rep, err := (&Journal{read: db}).Verify(ctx); err == nil && rep.Events > 0 {
		return nil, errors.Join(&Problem{fmt.Sprintf("The journal in %s is sound: %d events. There is nothing to salvage, and nothing was changed.", dir, rep.Events), nil}, db.Close())
	}
	return &wreck{db: db, last: lastKnown(ctx, db, st.Size())}, nil
}

// lastKnown is the greatest number of an event that the file speaks of, or
// could hold.
func lastKnown(ctx context.Context, db *sql.DB, size int64) (last int64) {
	const smallest = 64 // bytes of an event
	for _, query := range []string{`SELECT max(seq) FROM events`, `SELECT max(seq) FROM objects`} {
		var seq sql.NullInt64
		if err := db.QueryRowContext(ctx, query).Scan(&seq); err == nil && seq.Int64 <= size/smallest+1000 {
			last = max(last, seq.Int64)
		}
	}
	return last
}

// survey finds how much is kept.
func (w *wreck) survey(ctx context.Context) error {
	meta, err := readMeta(ctx, w.db)
	if err == nil {
		w.nonces = nonces(meta)
	}
	a := newAudit()
	var hash []byte
	// A commit has one time. Unless an event of another time follows, the
	// newest kept may be the half of one, and those of its time are not kept.
	var at, began int64
	whole, ended := true, false
	err = w.read(ctx, func(r row) error {
		if r.kind == eventRestored && !slices.Contains(w.nonces, r.subject) {
			w.nonces = append(w.nonces, r.subject)
		}
		if !whole || r.seq != w.kept+1 || !bytes.Equal(r.chain(hash), r.hash) || a.see(r, hash) != nil {
			ended = ended || whole && r.seq == w.kept+1 && r.at != at
			whole = false
			return nil
		}
		if r.at != at {
			at, began = r.at, w.kept
		}
		w.kept, hash = r.seq, r.hash
		return nil
	})
	w.last = max(w.last, w.kept)
	if a.closed != 0 || w.kept < w.last && !ended { // a closing without its seal is the half of a commit too
		w.kept = began
	}
	return err
}

// copyInto writes what is kept into a new journal, and what is readable behind
// it into a file.
func (w *wreck) copyInto(ctx context.Context, j *Journal, behind string) (readable int64, err error) {
	f, err := os.OpenFile(behind, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(f)
	lines := json.NewEncoder(out)
	if err = j.exec(ctx, "BEGIN IMMEDIATE"); err == nil {
		err = w.read(ctx, func(r row) error {
			if r.seq <= w.kept {
				return j.replay(ctx, r)
			}
			readable++
			return lines.Encode(export(r))
		})
	}
	if err == nil {
		err = j.exec(ctx, "COMMIT")
	}
	return readable, errors.Join(err, out.Flush(), f.Sync(), f.Close())
}

// read shows every event that can be read, in order. Where a page cannot be
// read it goes on behind it, number by number.
func (w *wreck) read(ctx context.Context, found func(row) error) error {
	for next := int64(1); next <= max(w.last, 1) && ctx.Err() == nil; {
		reached, more, err := w.stretch(ctx, next, found)
		if err != nil || !more {
			return err
		}
		next = max(reached, next) + 1
	}
	return ctx.Err()
}

// stretch reads from a number on until nothing comes any more. It returns the
// last number it read, and whether something unreadable follows. Its error is
// that of found alone.
func (w *wreck) stretch(ctx context.Context, from int64, found func(row) error) (reached int64, more bool, err error) {
	rows, err := w.db.QueryContext(ctx, `SELECT `+columns+` FROM events WHERE seq >= ? ORDER BY seq`, from)
	if err != nil {
		return 0, true, nil
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scan(rows)
		if err != nil || r.seq < from || r.seq <= reached {
			return reached, true, nil
		}
		reached = r.seq
		if err := found(r); err != nil {
			return reached, false, err
		}
	}
	return reached, rows.Err() != nil, nil
}

// replay writes an event as it was. What hangs on it is made at the end.
func (j *Journal) replay(ctx context.Context, r row) error {
	err := j.exec(ctx, `INSERT INTO events (seq, prev, at, kind, subject, actor, object, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.seq, r.prev, r.at, r.kind, r.subject, r.actor, r.object, r.note, r.hash)
	if err != nil {
		return fmt.Errorf("event %d: %w", r.seq, err)
	}
	j.seq, j.hash = r.seq, r.hash
	return nil
}
