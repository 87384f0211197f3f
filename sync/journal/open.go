// Package journal is the durable memory of the terminal: an append-only,
// hash-chained list of events in SQLite, and the projections that are read
// from. A commit is on the disk when it returns (WAL, synchronous=FULL). One
// process writes; any number may read.
package journal

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"paydesk/terminal/clock"
	"paydesk/terminal/settings"
)

// fileName is the journal inside its folder.
const fileName = "journal.db"

// Options say how a journal is opened.
type Options struct {
	// Dir is the folder of the journal; it is made if it is not there.
	Dir   string
	Clock clock.Clock
	// MinRoom is the free space in bytes below which Room fails; 0 means
	// DefaultMinRoom.
	MinRoom uint64
	// Mode is whether the terminal is for training or live. A journal that
	// says otherwise is refused; "" takes any.
	Mode settings.Mode
	// Key gets the installation's key, which signs heads of the chain. It is
	// called under the journal's lock, once the journal has proved sound. With
	// nil nothing is signed.
	Key func() (ed25519.PrivateKey, error)
	// Nonce is that of a new journal; "" draws one at random.
	Nonce string
	// LeaveStored lets Restore put a journal aside in which stored sales wait.
	LeaveStored bool
	// MaxPages bounds the size of the file, so that tests can fill it.
	MaxPages int
	// Volatile is for drills, whose journal lies in a folder that is thrown
	// away: nothing is synced and no ballast kept.
	Volatile bool
}

// durability is the pragma that says when a commit is on the disk.
func (o Options) durability() string {
	if o.Volatile {
		return "synchronous(OFF)"
	}
	return "synchronous(FULL)"
}

// DefaultMinRoom covers the whole life of a sale, several times over.
const DefaultMinRoom = 4 << 20

// Journal is an open journal. It is safe for many goroutines.
type Journal struct {
	opt  Options
	lock *fileLock
	read *sql.DB
	// reads are the prepared queries; there are few texts, but for lists of ids.
	reads sync.Map

	mu     sync.Mutex // one writer at a time
	write  *sql.DB
	conn   *sql.Conn
	stmts  map[string]driver.Stmt
	places map[string]place // of objects that were written lately
	seq    int64
	hash   []byte
	sealed int64 // number of the newest seal's event
	failed error // set once storage cannot be trusted any more

	wrote           time.Time // when the last commit began
	sound, compared time.Time // when checks last found nothing
	damage          error     // what the last one found

	key      ed25519.PrivateKey
	nonce    string
	restored atomic.Bool
}

// Problem is a refusal to open, in a sentence for a person.
type Problem struct {
	Text string
	Err  error
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Text }

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.Err }

var errNewer = &Problem{"This journal was written by a newer Paydesk. Install that version again; nothing was changed.", nil}

// ErrLocked: another process has the journal open for writing.
var ErrLocked = errors.New("locked by another process")

var setUp = sync.OnceFunc(func() {
	sqlite.StrictPragmas(true)
	// POSIX locks of a file are lost when any descriptor of it in the process
	// is closed; these are not. Where there are none, the lock file serves.
	_, _ = sqlite.OFDLocking(true)
})

// Open opens the journal of a folder for writing, after taking its lock and
// checking it. A *Problem says what a person can do.
func Open(opt Options) (*Journal, error) {
	lock, err := enter(&opt)
	if err != nil {
		return nil, err
	}
	j := newJournal(opt)
	j.lock = lock
	err = j.open()
	if err != nil && j.full() {
		// What an earlier run left open must find room to be finished.
		err = &Problem{"The disk of this computer is full. Free some space, then start Paydesk again; what was sold is safe.", err}
		if j.dropBallast() {
			_ = j.closeFiles()
			err = j.open()
		}
	}
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// enter fills the options, takes the lock of a journal's folder, and ends what
// was begun there.
func enter(opt *Options) (*fileLock, error) {
	setUp()
	if opt.Clock == nil {
		opt.Clock = clock.Real{}
	}
	if opt.MinRoom == 0 {
		opt.MinRoom = DefaultMinRoom
	}
	if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return nil, &Problem{fmt.Sprintf("The folder %s cannot be made. Check the rights of this user on it, or choose another with --data.", opt.Dir), err}
	}
	lock, err := takeLock(filepath.Join(opt.Dir, "journal.lock"))
	if errors.Is(err, ErrLocked) {
		return nil, &Problem{"Paydesk is already running with this journal. Use the window that is open, or close it and start again.", err}
	}
	if err != nil {
		return nil, &Problem{fmt.Sprintf("The journal's lock in %s cannot be taken. Check the rights of this user on the folder.", opt.Dir), err}
	}
	if err := settle(opt.Dir); err != nil {
		return nil, errors.Join(damaged(filepath.Join(opt.Dir, fileName), err), lock.release())
	}
	return lock, nil
}

func newJournal(opt Options) *Journal { return &Journal{opt: opt, stmts: map[string]driver.Stmt{}} }

func (j *Journal) open() error {
	if err := gone(j.opt.Dir); err != nil {
		return err
	}
	ctx := context.Background()
	err := j.load(ctx)
	if err == nil {
		err = j.install(ctx)
	}
	if err != nil {
		return damaged(filepath.Join(j.opt.Dir, fileName), err)
	}
	return j.makeBallast()
}

// load opens the files and checks them.
func (j *Journal) load(ctx context.Context) error {
	path := filepath.Join(j.opt.Dir, fileName)
	var err error
	if j.write, err = sql.Open("sqlite", dsn(path, "rwc", j.opt.durability())); err != nil {
		return err
	}
	j.write.SetMaxOpenConns(1)
	if j.conn, err = j.write.Conn(ctx); err != nil {
		return err
	}
	if _, err := j.conn.ExecContext(ctx, "PRAGMA secure_delete=ON"); err != nil {
		return damaged(path, err)
	}
	if j.opt.MaxPages > 0 {
		if _, err := j.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count=%d", j.opt.MaxPages)); err != nil {
			return err
		}
	}
	if _, err := j.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA wal_autocheckpoint=%d", logPages)); err != nil {
		return err
	}
	if err := j.migrate(ctx); err != nil {
		return err
	}
	if err := j.check(ctx); err != nil {
		return err
	}
	j.read, err = openReader(path)
	return err
}

// OpenReader opens a journal for reading only, beside a process that writes.
// Commit on it fails.
func OpenReader(dir string) (*Journal, error) {
	setUp()
	path := filepath.Join(dir, fileName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, &Problem{fmt.Sprintf("There is no journal in %s yet. Start paydesk once, or name another folder with --data.", dir), err}
	}
	if next, err := undecided(dir); err != nil || next != "" {
		return nil, &Problem{"Another journal is being put in the place of this one, or that was interrupted. Start paydesk once, then try again.", err}
	}
	read, err := openReader(path)
	if err != nil {
		return nil, damaged(path, err)
	}
	j := &Journal{opt: Options{Dir: dir, Clock: clock.Real{}}, read: read, failed: errors.New("opened for reading only")}
	meta, err := readMeta(context.Background(), read)
	if err != nil {
		j.Close()
		return nil, damaged(path, err)
	}
	j.know(meta)
	return j, nil
}

func openReader(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, "ro", "query_only(ON)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	return db, db.Ping()
}

// pageSize is that of new journals, in bytes: a sale falls on a dozen places,
// and each costs its commit a page.
const pageSize = 2048

// dsn names the file and its pragmas; nothing in it comes from input but the
// path, which is escaped.
func dsn(path, mode, pragma string) string {
	v := url.Values{"mode": {mode}, "_defensive": {"1"}, "_pragma": {
		"busy_timeout(5000)", fmt.Sprintf("page_size(%d)", pageSize), "journal_mode(WAL)", pragma, "trusted_schema(OFF)"}}
	if mode == "ro" {
		v["_pragma"] = []string{"busy_timeout(5000)", pragma}
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: v.Encode()}).String()
}

func damaged(path string, err error) error {
	var p *Problem
	if errors.As(err, &p) {
		return err
	}
	return &Problem{fmt.Sprintf("The journal %s cannot be used (%v). No sale is possible until it opens. Do not delete it: check the disk, then save what can be saved with: paydesk journal salvage, or put a backup back with: paydesk journal restore FILE.", path, err), err}
}

func (j *Journal) migrate(ctx context.Context) error {
	var done int
	if err := j.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&done); err != nil {
		return err
	}
	if done > len(migrations) {
		return errNewer
	}
	for i := done; i < len(migrations); i++ {
		if _, err := j.conn.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE; %s PRAGMA user_version=%d; COMMIT;", migrations[i], i+1)); err != nil {
			_, _ = j.conn.ExecContext(ctx, "ROLLBACK")
			return fmt.Errorf("migration %d: %w", i+1, err)
		}
	}
	return nil
}

// Dir is the journal's folder.
func (j *Journal) Dir() string { return j.opt.Dir }

// Close ends the use of the journal and gives its lock back.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.end(context.Background())
	if j.failed == nil {
		j.failed = errors.New("the journal is closed")
	}
	err = errors.Join(err, j.closeFiles())
	if j.lock != nil {
		err = errors.Join(err, j.lock.release())
	}
	return err
}

// closeFiles closes the database and keeps the lock.
func (j *Journal) closeFiles() error {
	var errs []error
	for _, s := range j.reads.Range {
		errs = append(errs, s.(*sql.Stmt).Close())
	}
	j.reads.Clear()
	if j.read != nil {
		errs = append(errs, j.read.Close())
	}
	for _, s := range j.stmts {
		errs = append(errs, s.Close())
	}
	if j.conn != nil {
		errs = append(errs, j.conn.Close())
	}
	if j.write != nil {
		errs = append(errs, j.write.Close())
	}
	j.conn, j.write = nil, nil // a reader that is late finds j.read closed
	clear(j.stmts)
	return errors.Join(errs...)
}
