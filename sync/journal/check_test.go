package journal

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// kill ends the use of a journal as the end of the process would.
func kill(t *testing.T, j *Journal) {
	t.Helper()
	if err := errors.Join(j.closeFiles(), j.lock.release()); err != nil {
		t.Fatal(err)
	}
	j.lock = nil
}

func reopen(t *testing.T, j *Journal, change ...func(*Options)) *Journal {
	t.Helper()
	return open(t, append(change, func(o *Options) { o.Dir, o.Clock = j.Dir(), j.opt.Clock })...)
}

func tamper(t *testing.T, j *Journal, queries ...string) {
	t.Helper()
	for _, q := range queries {
		if _, err := j.conn.ExecContext(context.Background(), q); err != nil {
			t.Fatal(err)
		}
	}
}

// TestUncleanEndIsSeen: behind a kill the whole check is due, also where the
// next run ended well before it came to it; behind a close it is not.
func TestUncleanEndIsSeen(t *testing.T) {
	j := open(t)
	due := func(want bool, when string) {
		t.Helper()
		if got := j.sound.IsZero(); got != want {
			t.Errorf("%s: due %t, want %t", when, got, want)
		}
	}
	due(false, "new")
	_ = j.Close()
	j = reopen(t, j)
	due(false, "behind a close")
	kill(t, j)
	j = reopen(t, j)
	due(true, "behind a kill")
	_ = j.Close()
	j = reopen(t, j)
	due(true, "behind a kill and a close")
	if err := j.CheckAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
	j = reopen(t, j)
	due(false, "behind a check and a close")
}

// TestDamageEndsSales: what the whole check finds in an old part, which no start
// looks at, ends new sales with a sentence that says what to do, until it is
// gone; what was begun can still be ended.
func TestDamageEndsSales(t *testing.T) {
	ctx := context.Background()
	for name, damage := range map[string][2]string{
		"event":      {`UPDATE events SET actor = 'x' WHERE seq = 2`, `UPDATE events SET actor = 'op' WHERE seq = 2`},
		"projection": {`UPDATE objects SET created = created + 1 WHERE id = 'N1'`, `UPDATE objects SET created = created - 1 WHERE id = 'N1'`},
	} {
		j := open(t)
		for i := range 3 {
			put(t, j, attempt("N"+string(rune('1'+i)), t0))
		}
		trigger := migrations[0][strings.Index(migrations[0], "CREATE TRIGGER events_keep"):strings.Index(migrations[0], "CREATE TRIGGER events_stay")]
		tamper(t, j, `DROP TRIGGER events_keep`, damage[0], trigger)
		if err := j.Room(); err != nil {
			t.Errorf("%s: before the check: %v", name, err)
		}
		if err := j.CheckAll(ctx); err == nil {
			t.Errorf("%s: not found", name)
		}
		var p *Problem
		if err := j.Room(); !errors.As(err, &p) || !strings.Contains(p.Text, "paydesk journal salvage") {
			t.Errorf("%s: room: %v", name, err)
		}
		put(t, j, paid(attempt("N2", t0), "b"))
		tamper(t, j, `DROP TRIGGER events_keep`, damage[1], trigger)
		j.places = nil
		_ = j.Close()
		if j = reopen(t, j); j.Room() == nil {
			t.Errorf("%s: forgotten by a restart", name)
		}
		if err := j.CheckAll(ctx); err != nil || j.Room() != nil {
			t.Errorf("%s: repaired: %v, room %v", name, err, j.Room())
		}
	}
}

// TestCheckThatCannotLookIsNoDamage: a check that was cut short says nothing.
func TestCheckThatCannotLookIsNoDamage(t *testing.T) {
	j := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := j.CheckAll(ctx); !errors.Is(err, context.Canceled) || j.Room() != nil {
		t.Errorf("got %v, room %v", err, j.Room())
	}
}

// TestForeignSchemaIsRefused: a journal without its triggers is not written to.
func TestForeignSchemaIsRefused(t *testing.T) {
	for _, change := range []string{`DROP TRIGGER events_keep`, `DROP INDEX search_last4`, `CREATE TABLE more (x)`} {
		j := open(t)
		tamper(t, j, change)
		_ = j.Close()
		var p *Problem
		if again, err := Open(Options{Dir: j.Dir()}); !errors.As(err, &p) {
			t.Errorf("%s: got %v", change, err)
			_ = again.Close()
		}
	}
}

// TestOldJournalIsIndexed: sales of a journal from before the index are found,
// before it has them and behind that.
func TestOldJournalIsIndexed(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	oldJournal(t, dir)
	again, err := Open(Options{Dir: dir, Clock: clock.NewVirtual(t0)})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if !again.sound.IsZero() {
		t.Error("a journal of which no check is known counts as checked")
	}
	q := order.Query{Last4: "1111", Limit: 2}
	for _, when := range []string{"before", "behind"} {
		if got := pages(t, again, q); len(got) != 3 || got[0] != "N3" {
			t.Errorf("%s the index: got %v", when, got)
		}
		follows(t, again)
	}
	if err := again.CheckAll(ctx); err != nil {
		t.Error(err)
	}
}

// oldJournal writes a journal of three sales as the program did that knew two
// migrations.
func oldJournal(t *testing.T, dir string) {
	t.Helper()
	setUp()
	db, err := sql.Open("sqlite", dsn(filepath.Join(dir, fileName), "rwc", "synchronous(FULL)"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	exec := func(query string, args ...any) {
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(migrations[0] + migrations[1] + `PRAGMA user_version=2; INSERT INTO meta (key, value) VALUES ('nonce', 'ABCDE')`)
	r := row{seq: 1, kind: eventCreated, subject: "ABCDE", actor: order.ActorTerminal}
	var hash []byte
	event := func() {
		hash = r.chain(hash)
		exec(`INSERT INTO events (seq, prev, at, kind, subject, actor, object, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.seq, r.prev, r.at, r.kind, r.subject, r.actor, r.object, r.note, hash)
		r.seq++
	}
	event()
	for _, number := range []string{"N1", "N2", "N3"} {
		a := attempt(number, t0)
		r.kind, r.subject, r.object = "attempt.sending", number, marshal(t, a)
		event()
		exec(`INSERT INTO objects (id, kind, version, seq, parent, created, open, batch) VALUES (?, 'attempt', 1, ?, ?, ?, 1, '')`,
			number, r.seq-1, a.Order, a.Created.UnixMilli())
	}
}

// TestTend: the work that no sale waits for is done by itself.
func TestTend(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	times := clock.NewVirtual(t0)
	j := open(t, func(o *Options) { o.Clock = times })
	put(t, j, attempt("N1", t0), attempt("N2", t0))
	j.sound = time.Time{}
	damaged := make(chan struct{})
	log := slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		if strings.Contains(string(p), "salvage") {
			close(damaged)
		}
		return len(p), nil
	}), nil))
	tamper(t, j, `UPDATE objects SET created = 1 WHERE id = 'N1'`)
	ended := make(chan struct{})
	go func() { j.Tend(ctx, log); close(ended) }()
	for waiting := true; waiting; {
		select {
		case <-damaged:
			waiting = false
		default:
			times.Advance(time.Second)
		}
	}
	for {
		n, err := searched(ctx, j.read)
		if err != nil {
			t.Fatal(err)
		}
		if st, err := os.Stat(j.path() + "-wal"); n == j.seq && err == nil && st.Size() >= logSize {
			break
		}
		times.Advance(time.Second)
	}
	stop()
	<-ended
	if j.Room() == nil {
		t.Error("a damaged journal takes sales")
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
