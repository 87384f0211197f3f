//go:build linux && amd64

package xtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
)

// firstSchema is the journal's first, as it was released.
const firstSchema = `
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
	seq     INTEGER PRIMARY KEY,
	prev    INTEGER NOT NULL, -- the event before about the same object, or 0
	at      INTEGER NOT NULL, -- milliseconds since 1970
	kind    TEXT NOT NULL,
	subject TEXT NOT NULL,
	actor   TEXT NOT NULL,
	object  BLOB,
	note    BLOB,
	hash    BLOB NOT NULL
) STRICT;
CREATE TRIGGER events_keep BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE objects (
	id      TEXT PRIMARY KEY,
	kind    TEXT NOT NULL,
	version INTEGER NOT NULL,
	seq     INTEGER NOT NULL, -- the newest event about it
	parent  TEXT NOT NULL,    -- order of an attempt, subject of a job
	created INTEGER NOT NULL, -- milliseconds since 1970
	open    INTEGER NOT NULL, -- 1 until it is at its end
	batch   TEXT NOT NULL     -- host's batch of an approved attempt, or of a closing
) STRICT, WITHOUT ROWID;
CREATE INDEX objects_parent ON objects (parent) WHERE parent <> '';
CREATE INDEX objects_open ON objects (kind) WHERE open = 1;
CREATE INDEX objects_attempts ON objects (created, id) WHERE kind = 'attempt';
CREATE INDEX objects_batch ON objects (batch) WHERE batch <> '';
CREATE INDEX objects_small ON objects (kind) WHERE kind IN ('operator', 'setting');
PRAGMA user_version=1;`

// firstJournal is the file of a journal in the first schema with some sales in
// it, and what is read of it.
func firstJournal(t *testing.T) (data []byte, reads string) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	err = tradingDay(j, 40, func(order.Attempt) {})
	if err == nil {
		reads, err = lookup(ctx, j)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, "old.db")
	db, err := sql.Open("sqlite", "file:"+old)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // an attached file belongs to its connection
	for _, statement := range []string{
		"PRAGMA journal_mode=WAL",
		firstSchema,
		fmt.Sprintf("ATTACH 'file:%s?mode=ro' AS new", filepath.Join(dir, "journal.db")),
		"INSERT INTO meta SELECT key, value FROM new.meta WHERE key = 'nonce'",
		"INSERT INTO events SELECT seq, prev, at, kind, subject, actor, object, note, hash FROM new.events",
		"INSERT INTO objects SELECT id, kind, version, seq, parent, created, open, batch FROM new.objects",
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err = os.ReadFile(old); err != nil {
		t.Fatal(err)
	}
	return data, reads
}

// TestKillInMigration kills the program at each call on the journal while it
// brings an old one to its own schema: afterwards the journal has the old
// schema or a newer one, whole, and the next start finishes the work.
func TestKillInMigration(t *testing.T) {
	t.Parallel()
	data, reads := firstJournal(t)
	step, from := stride(3)
	d := newDesk(t)
	folder := filepath.Join(d.dir, "training")
	versions := map[int]int{}
	kills := 0
	for n := from(); ; n += step {
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "journal.db"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		at := 0
		e := d.traced(d.command("settings", "set", "host.base_url", d.url), watcher{before: func(c *call) verdict {
			if strings.HasPrefix(filepath.Base(c.path), "journal.db") {
				at++
			}
			return verdict{kill: at == n}
		}})
		version, err := schemaOf(filepath.Join(folder, "journal.db"))
		if err != nil {
			t.Fatalf("killed at call %d: %v", n, err)
		}
		versions[version]++
		d.must("settings", "set", "host.base_url", d.url)
		d.must("journal", "verify")
		j, err := journal.OpenReader(folder)
		if err != nil {
			t.Fatal(err)
		}
		got, err := lookup(context.Background(), j)
		_ = j.Close()
		if err != nil || got != reads {
			t.Fatalf("killed at call %d: what is read has changed: %v", n, err)
		}
		if e.code >= 0 {
			break
		}
		kills++
	}
	t.Logf("%d kills; schemas found after them: %v", kills, versions)
	if versions[1] == 0 || len(versions) < 2 {
		t.Error("no kill fell before the migration was done, or none after it")
	}
}

// schemaOf is the schema of a journal that is whole.
func schemaOf(path string) (int, error) {
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	var whole string
	var version int
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&whole); err != nil {
		return 0, err
	}
	if whole != "ok" {
		return 0, fmt.Errorf("the file is damaged: %s", whole)
	}
	return version, db.QueryRow("PRAGMA user_version").Scan(&version)
}
