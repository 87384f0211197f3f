package journal

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"
)

const (
	// tendEvery is how often Tend looks whether there is something to do, and
	// quiet how long nothing was committed when it does it.
	tendEvery = 2 * time.Second
	quiet     = time.Second
	// logPages is the length in pages at which a commit itself copies the
	// write-ahead log to the file: a sale pays for it only if Tend never
	// found a quiet moment. logSize is the room for as many.
	logPages = 4000
	logSize  = logPages * (pageSize + 24)
	// logEvents is how many events are worth a copy.
	logEvents = 200
	// unchecked is how long after the start no check begins: the window opens
	// then, and would wait for disk and processor.
	unchecked = time.Minute
	// rested is the pause of a check behind each piece of work, which takes
	// about as long.
	rested = 5 * time.Millisecond
)

// Tend does, until ctx ends, what no sale is to wait for: it makes room for the
// write-ahead log in advance, copies it to the file when nobody sells, brings
// the search index up to date, and runs the checks that are due. Without it
// everything works, more slowly.
func (j *Journal) Tend(ctx context.Context, log *slog.Logger) {
	warn := func(what string, err error) {
		if err != nil && ctx.Err() == nil {
			log.Warn("journal: "+what, "err", err)
		}
	}
	copier, err := sql.Open("sqlite", dsn(j.path(), "rw", "synchronous(FULL)"))
	if err != nil {
		warn("open", err)
		return
	}
	copier.SetMaxOpenConns(1)
	defer func() { warn("close", copier.Close()) }()
	var checks sync.WaitGroup
	defer checks.Wait()
	checks.Go(func() {
		j.pause(ctx, unchecked)
		for ctx.Err() == nil {
			warn("check", j.checkDue(ctx))
			j.pause(ctx, time.Hour)
		}
	})
	for copied := int64(0); ctx.Err() == nil; {
		warn("index", j.follow(ctx))
		j.pause(ctx, tendEvery)
		seq, still := j.activity()
		if !still || ctx.Err() != nil {
			continue
		}
		warn("room for the log", j.fillLog())
		if seq-copied >= logEvents {
			_, err := copier.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
			warn("copy the log", err)
			copied = seq
		}
	}
}

// activity is the number of the newest event, and whether nobody has written
// for a while.
func (j *Journal) activity() (seq int64, still bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq, j.opt.Clock.Now().Sub(j.wrote) >= quiet
}

// follow brings the search index up to date: in a quiet moment, or when the
// tail grows too long for searches.
func (j *Journal) follow(ctx context.Context) error {
	for ctx.Err() == nil {
		seq, still := j.activity()
		if !still {
			done, err := searched(ctx, j.read)
			if err != nil || seq-done < maxTail/2 {
				return err
			}
		}
		if done, err := j.Index(ctx); done || err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-j.opt.Clock.After(d):
	}
}

// checkDue runs the check that is due, if any, at half speed.
func (j *Journal) checkDue(ctx context.Context) error {
	now := j.opt.Clock.Now()
	j.mu.Lock()
	whole := j.damage != nil || now.Sub(j.sound) >= soundFor
	compare := now.Sub(j.compared) >= comparedFor
	j.mu.Unlock()
	rest := func() { j.pause(ctx, rested) }
	switch {
	case whole:
		return j.checkAll(ctx, rest)
	case compare:
		err := j.compare(ctx, rest)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return j.found(err, func() { j.compared = now })
	}
	return nil
}

// fillLog writes zeros behind the end of the write-ahead log, up to the length
// that it will have anyway. A commit then overwrites what is there, and its
// sync need not also write the file system's own journal because the file has
// grown: that halves it. SQLite takes zeros for the end of the log: a frame
// repeats the salt of the log's head, and its page is not 0.
func (j *Journal) fillLog() (err error) {
	j.mu.Lock() // nobody writes to the log meanwhile
	defer j.mu.Unlock()
	if free, err := freeSpace(j.opt.Dir); j.failed != nil || err != nil || free < logSize+j.opt.MinRoom {
		return errors.Join(err, j.failed)
	}
	f, err := os.OpenFile(j.path()+"-wal", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	st, err := f.Stat()
	if err != nil || st.Size() >= logSize {
		return err
	}
	_, err = f.WriteAt(make([]byte, logSize-st.Size()), st.Size())
	return errors.Join(err, f.Sync())
}
