package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

func testKey(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

// signing opens a journal as a training terminal does, with key number n.
func signing(n byte) func(*Options) {
	return func(o *Options) {
		o.Mode, o.Nonce = settings.Training, "SEAL1"
		o.Key = func() (ed25519.PrivateKey, error) { return testKey(n), nil }
	}
}

func in(dir string) func(*Options) { return func(o *Options) { o.Dir = dir } }

// closeBatch commits a closing at a time of its own.
func closeBatch(t *testing.T, j *Journal, id string) {
	t.Helper()
	v := j.opt.Clock.(*clock.Virtual)
	v.Advance(time.Second)
	b := order.Batch{ID: id, Version: 1, State: order.BatchClosed, GUID: "guid-" + id, Asked: t0}
	job := order.Job{ID: "J" + id, Version: 1, State: order.JobQueued, Subject: id, Kind: order.JobPrint, Document: "batch", Due: t0}
	err := j.Commit(context.Background(), order.Entry{Kind: eventClosed, Actor: "op", Object: b}, order.Entry{Kind: "job.queued", Actor: "op", Object: job})
	if err != nil {
		t.Fatal(err)
	}
	v.Advance(time.Second)
}

// verify is the full check, which must succeed.
func verify(t *testing.T, j *Journal) Report {
	t.Helper()
	rep, err := j.Verify(context.Background())
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return rep
}

// forge changes the file behind the program's back.
func forge(t *testing.T, j *Journal, queries ...string) {
	t.Helper()
	ctx := context.Background()
	var keep, stay string
	err := j.conn.QueryRowContext(ctx, `SELECT a.sql, b.sql FROM sqlite_master AS a, sqlite_master AS b WHERE a.name = 'events_keep' AND b.name = 'events_stay'`).Scan(&keep, &stay)
	if err != nil {
		t.Fatal(err)
	}
	queries = append([]string{`DROP TRIGGER events_keep`, `DROP TRIGGER events_stay`}, queries...)
	for _, q := range append(queries, keep, stay) { // the triggers are there again, as a forger would have it
		if _, err := j.conn.ExecContext(ctx, q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// rechain computes the chain anew, as a forger can who knows how it is made.
func rechain(t *testing.T, j *Journal) {
	t.Helper()
	ctx := context.Background()
	rows, err := j.conn.QueryContext(ctx, `SELECT `+columns+` FROM events ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	var all []row
	for rows.Next() {
		r, err := scan(rows)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	rows.Close()
	var queries []string
	var hash []byte
	for _, r := range all {
		hash = r.chain(hash)
		queries = append(queries, fmt.Sprintf(`UPDATE events SET hash = x'%x' WHERE seq = %d`, hash, r.seq))
	}
	forge(t, j, queries...)
}

func TestSeals(t *testing.T) {
	j := open(t, signing(1))
	put(t, j, attempt("N1", t0))
	if rep := verify(t, j); rep.Seals != 0 || len(rep.Keys) != 1 || !rep.Keys[0].Equal(testKey(1).Public()) || rep.Mode != settings.Training {
		t.Errorf("a new journal: %+v", rep)
	}
	closeBatch(t, j, "B1")
	rep := verify(t, j)
	// created, attempt, batch, job, seal
	if rep.Events != 5 || rep.Seals != 1 || rep.Sealed.Seq != 5 {
		t.Errorf("got %+v, want a seal as fifth event", rep)
	}
	put(t, j, attempt("N2", t0))
	newest, sealed, err := j.Head(context.Background())
	if err != nil || newest.Seq != 6 || sealed.Seq != 5 || !bytes.Equal(newest.Hash, verify(t, j).Head) || !bytes.Equal(sealed.Hash, rep.Head) {
		t.Errorf("heads: %+v, %+v, %v", newest, sealed, err)
	}
	for printed, want := range map[string]int64{fmt.Sprintf("%x", rep.Head): 5, fmt.Sprintf("%x", rep.Head[:8]): 5, fmt.Sprintf("%x", newest.Hash): 6} {
		if h, err := j.Find(context.Background(), printed); err != nil || h.Seq != want {
			t.Errorf("find %s: %+v, %v", printed, h, err)
		}
	}
	if _, err := j.Find(context.Background(), strings.Repeat("ab", 32)); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("a head of another journal: %v", err)
	}
	for _, bad := range []string{"", "abcd", strings.Repeat("z", 16), strings.Repeat("a", 17)} {
		if _, err := j.Find(context.Background(), bad); err == nil || errors.Is(err, order.ErrNotFound) {
			t.Errorf("find %q: %v", bad, err)
		}
	}
}

// TestStartChecksFromTheSeal: what is behind the newest seal is checked at the
// start, and the seal itself; what is before it is Verify's.
func TestStartChecksFromTheSeal(t *testing.T) {
	for name, tt := range map[string]struct {
		forge   string
		refused bool
	}{
		"behind the seal":        {`UPDATE events SET actor = 'x' WHERE seq = 7`, true},
		"before the seal":        {`UPDATE events SET actor = 'x' WHERE seq = 2`, false},
		"the signed head":        {`UPDATE events SET hash = x'00' WHERE seq = 4`, true},
		"the seal's note":        {`UPDATE events SET note = CAST(replace(note, '"seq":4', '"seq":3') AS BLOB) WHERE seq = 5`, true},
		"the seal is gone":       {`DELETE FROM events WHERE seq = 5`, true},
		"meta names another one": {`UPDATE meta SET value = '4' WHERE key = 'sealed'`, true},
		"meta names no number":   {`UPDATE meta SET value = 'x' WHERE key = 'sealed'`, true},
		"nothing":                {`SELECT 1`, false},
	} {
		j := open(t, signing(1))
		put(t, j, attempt("N1", t0))
		closeBatch(t, j, "B1")
		put(t, j, attempt("N2", t0))
		put(t, j, attempt("N3", t0))
		forge(t, j, tt.forge)
		if _, err := j.Verify(context.Background()); (err == nil) != (name == "nothing") {
			t.Errorf("%s: verify says %v", name, err)
		}
		_ = j.Close()
		opt := j.opt
		again, err := Open(opt)
		if err == nil {
			_ = again.Close()
		}
		var p *Problem
		if (err != nil) != tt.refused || tt.refused && (!errors.As(err, &p) || !strings.Contains(p.Text, "paydesk journal salvage")) {
			t.Errorf("%s: the start says %v", name, err)
		}
	}
}

// TestForgedChains: a chain written anew throughout betrays itself by its seals.
func TestForgedChains(t *testing.T) {
	stranger := testKey(9)
	for name, tt := range map[string]struct {
		forge func(t *testing.T, j *Journal)
		want  string
	}{
		"an amount before a seal": {func(t *testing.T, j *Journal) {
			forge(t, j, `UPDATE events SET object = CAST(replace(object, '1250', '1251') AS BLOB) WHERE seq = 2`)
		}, "another head"},
		"the signature": {func(t *testing.T, j *Journal) {
			forge(t, j, `UPDATE events SET note = CAST(replace(replace(note, '"signature":"', '"signature":"00'), '"}', '') || '"}' AS BLOB) WHERE kind = 'journal.sealed'`)
		}, "signature"},
		"the newest seal is dropped": {func(t *testing.T, j *Journal) {
			forge(t, j, `DELETE FROM events WHERE seq >= 8`, `UPDATE meta SET value = '5' WHERE key = 'sealed'`)
		}, "the seal behind the last closed batch or Z report is missing"},
		"a seal of a stranger": {func(t *testing.T, j *Journal) {
			var head []byte
			if err := j.conn.QueryRowContext(context.Background(), `SELECT hash FROM events WHERE seq = 7`).Scan(&head); err != nil {
				t.Fatal(err)
			}
			j.key = stranger
			note := j.seal(7, head, j.nonce).Note.(seal)
			forge(t, j, fmt.Sprintf(`UPDATE events SET note = CAST('{"seq":7,"head":"%x","key":"%s","signature":"%s"}' AS BLOB) WHERE seq = 8`, head, note.Key, note.Signature))
		}, "another key"},
		"another nonce": {func(t *testing.T, j *Journal) {
			forge(t, j, `UPDATE events SET subject = 'OTHER' WHERE seq = 8`)
		}, "signature"},
	} {
		j := open(t, signing(1))
		put(t, j, attempt("N1", t0))
		closeBatch(t, j, "B1")
		closeBatch(t, j, "B2")
		if rep := verify(t, j); rep.Seals != 2 || rep.Sealed.Seq != 8 {
			t.Fatalf("%s: before: %+v", name, rep)
		}
		tt.forge(t, j)
		rechain(t, j)
		if _, err := j.Verify(context.Background()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}

// TestSealMissingInTheMiddle: between two batches.
func TestSealMissingInTheMiddle(t *testing.T) {
	j := open(t, signing(1))
	j.key = nil // the program that wrote this was changed
	closeBatch(t, j, "B1")
	j.key = testKey(1)
	closeBatch(t, j, "B2")
	if _, err := j.Verify(context.Background()); err == nil || !strings.Contains(err.Error(), "the seal before event 4 is missing") {
		t.Errorf("got %v", err)
	}
}

func TestEveryColumnIsUnderTheHash(t *testing.T) {
	for column, value := range map[string]string{
		"seq": "99", "prev": "prev + 1", "at": "at + 1", "kind": "'x'", "subject": "subject || 'x'", "actor": "'x'", "object": "x'7b7d'",
		"note": "x'7b7d'", "hash": "zeroblob(32)",
	} {
		for _, seq := range []int{1, 2, 5} { // one without an object, one with, a seal
			j := open(t, signing(1))
			put(t, j, attempt("N1", t0))
			closeBatch(t, j, "B1")
			forge(t, j, fmt.Sprintf(`UPDATE events SET %s = %s WHERE seq = %d`, column, value, seq))
			if _, err := j.Verify(context.Background()); err == nil {
				t.Errorf("%s of event %d: not found", column, seq)
			}
		}
	}
	j := open(t)
	put(t, j, attempt("N1", t0))
	forge(t, j, `UPDATE events SET note = x'' WHERE seq = 2`)
	if _, err := j.Verify(context.Background()); err == nil {
		t.Error("an empty note where there was none: not found")
	}
	for _, key := range metaKeys {
		j := open(t, signing(1))
		closeBatch(t, j, "B1")
		forge(t, j, fmt.Sprintf(`INSERT OR REPLACE INTO meta (key, value) VALUES ('%s', '1')`, key))
		if _, err := j.Verify(context.Background()); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("meta %s: got %v", key, err)
		}
	}
}

// TestSealsInTime: a start never has more than so many events to check.
func TestSealsInTime(t *testing.T) {
	j := open(t, signing(1))
	for i := range 3 {
		var all []order.Entry
		for range sealEvery / 2 {
			all = append(all, order.Entry{Kind: "test", Actor: "op", Note: i})
		}
		if err := j.Commit(context.Background(), all...); err != nil {
			t.Fatal(err)
		}
	}
	if rep := verify(t, j); rep.Seals != 1 || rep.Events-rep.Sealed.Seq > sealEvery {
		t.Errorf("got %d seals, the newest at %d of %d", rep.Seals, rep.Sealed.Seq, rep.Events)
	}
}

// TestOlderJournalGetsAKey: and is sealed at once where it is long.
func TestOlderJournalGetsAKey(t *testing.T) {
	j := open(t)
	put(t, j, attempt("N1", t0))
	if _, err := j.conn.ExecContext(context.Background(), `DELETE FROM meta WHERE key <> 'nonce'`); err != nil {
		t.Fatal(err)
	}
	nonce := j.Nonce()
	verify(t, j)
	_ = j.Close()
	again := open(t, signing(1), in(j.Dir()))
	rep := verify(t, again)
	if again.Nonce() != nonce || rep.Events != 3 || len(rep.Keys) != 1 || !slices.Equal(rep.Nonces, []string{nonce}) || rep.Mode != settings.Training {
		t.Errorf("nonce %s, was %s; %+v", again.Nonce(), nonce, rep)
	}
	_ = again.Close()
	third := open(t, signing(1), in(j.Dir()))
	if rep := verify(t, third); rep.Events != 3 {
		t.Errorf("another start wrote %d events", rep.Events-3)
	}
	closeBatch(t, third, "B1")
	_ = third.Close()
	// The secrets are lost: the new key is in the chain, for everybody to see.
	fourth := open(t, signing(2), in(j.Dir()))
	closeBatch(t, fourth, "B2")
	if rep := verify(t, fourth); len(rep.Keys) != 2 || rep.Seals != 2 {
		t.Errorf("another key: %+v", rep)
	}
}

func TestKeyThatCannotBeHad(t *testing.T) {
	dir := t.TempDir()
	_, err := Open(Options{Dir: dir, Key: func() (ed25519.PrivateKey, error) { return nil, errors.New("unlock the keyring and try again") }})
	if err == nil || err.Error() != "unlock the keyring and try again" {
		t.Errorf("got %v", err)
	}
	j := open(t, signing(1), in(dir))
	verify(t, j)
	// A second process is refused before it could make a key of its own.
	_, err = Open(Options{Dir: dir, Key: func() (ed25519.PrivateKey, error) { t.Error("asked for a key without the lock"); return nil, nil }})
	if !errors.Is(err, ErrLocked) {
		t.Errorf("got %v", err)
	}
}

func TestOtherModeIsRefused(t *testing.T) {
	j := open(t, signing(1))
	_ = j.Close()
	_, err := Open(Options{Dir: j.Dir(), Mode: settings.Live})
	if err == nil || !strings.Contains(err.Error(), "training") {
		t.Errorf("got %v", err)
	}
}

// TestJournalThatIsGone: a terminal that was used does not begin anew.
func TestJournalThatIsGone(t *testing.T) {
	for name, lose := range map[string]func(path string) error{
		"deleted": os.Remove,
		"emptied": func(path string) error { return os.Truncate(path, 0) },
	} {
		j := open(t)
		put(t, j, attempt("N1", t0))
		_ = j.Close()
		if err := lose(filepath.Join(j.Dir(), fileName)); err != nil {
			t.Fatal(err)
		}
		_, err := Open(Options{Dir: j.Dir()})
		if err == nil || !strings.Contains(err.Error(), "paydesk journal restore") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// half is a migration that fails behind its first statements.
const half = `CREATE TABLE more (id TEXT PRIMARY KEY) STRICT; ALTER TABLE objects ADD COLUMN more TEXT; DROP INDEX objects_open; INSERT INTO nowhere VALUES (1);`

func TestMigrationThatFailsLeavesTheOldSchema(t *testing.T) {
	j := open(t)
	put(t, j, attempt("N1", t0))
	before := schemaOf(t, j.conn)
	_ = j.Close()
	migrations = append(migrations, half)
	_, err := Open(Options{Dir: j.Dir()})
	migrations = migrations[:len(migrations)-1]
	if err == nil || !strings.Contains(err.Error(), "migration") {
		t.Fatalf("got %v", err)
	}
	again := open(t, in(j.Dir()))
	if after := schemaOf(t, again.conn); after != before {
		t.Errorf("the schema changed:\n%s\nwas\n%s", after, before)
	}
	verify(t, again)
}

// TestMigrationThatIsCutOff: the files as they lie on the disk in the middle
// of one, with its pages already in the log.
func TestMigrationThatIsCutOff(t *testing.T) {
	j := open(t)
	put(t, j, attempt("N1", t0))
	before := schemaOf(t, j.conn)
	ctx := context.Background()
	for _, q := range []string{"PRAGMA cache_size=1", "PRAGMA cache_spill=1", "BEGIN IMMEDIATE", `CREATE TABLE more (id TEXT PRIMARY KEY, data BLOB) STRICT`,
		`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO more SELECT 'x' || i, zeroblob(4000) FROM n`,
		"DROP INDEX objects_open"} {
		if _, err := j.conn.ExecContext(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if err := copyJournal(filepath.Join(dir, fileName), filepath.Join(j.Dir(), fileName)); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(filepath.Join(dir, fileName+"-wal")); err != nil || st.Size() < 100*4000 {
		t.Fatalf("the pages did not reach the log: %v, %v", st, err)
	}
	again := open(t, in(dir))
	if after := schemaOf(t, again.conn); after != before {
		t.Errorf("the schema changed:\n%s\nwas\n%s", after, before)
	}
	verify(t, again)
}

func schemaOf(t *testing.T, conn *sql.Conn) string {
	t.Helper()
	var text string
	err := conn.QueryRowContext(context.Background(), `SELECT group_concat(sql, char(10)) || (SELECT user_version FROM pragma_user_version) FROM sqlite_schema`).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
