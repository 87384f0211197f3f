package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// same are the options of the terminal whose journal is j, with another nonce.
func same(j *Journal) Options {
	opt := j.opt
	opt.Nonce = ""
	return opt
}

func backup(t *testing.T, j *Journal) Saved {
	t.Helper()
	s, err := j.Backup(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestBackupBesideCommits: each backup is one whole state, whatever is written
// meanwhile, by a reader of its own as the command line has it.
func TestBackupBesideCommits(t *testing.T) {
	j := open(t, signing(1))
	put(t, j, attempt("N", t0))
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				a := attempt(fmt.Sprintf("N%07d", n), t0)
				if err := j.Commit(context.Background(), entries(a, order.Order{ID: a.Order, Version: 1, State: order.Open})...); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	r, err := OpenReader(j.Dir())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var last int64
	for range 5 {
		s, err := r.Backup(context.Background(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if s.Events%2 != 0 || s.Events < last {
			t.Errorf("%d events, after %d: the half of a commit, or an older state", s.Events, last)
		}
		last = s.Events
		if got := filepath.Base(s.Path); !strings.HasPrefix(got, "paydesk-training-") || !strings.HasSuffix(got, ".db") {
			t.Errorf("name %s", got)
		}
		if st, err := os.Stat(s.Path); err != nil || st.Size() != s.Size || st.Mode().Perm()&0o077 != 0 {
			t.Errorf("file: %v, %v", st, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(s.Path), "*")); len(left) != 1 {
			t.Errorf("left behind: %v", left)
		}
		j.opt.Clock.(*clock.Virtual).Advance(time.Second)
	}
	close(stop)
	writer.Wait()
	if last == 2 {
		t.Error("nothing was written meanwhile")
	}
	verify(t, j)
}

func TestBackupRefuses(t *testing.T) {
	j := open(t, signing(1))
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused := func(j *Journal, folder, want string) {
		t.Helper()
		_, err := j.Backup(context.Background(), folder)
		var p *Problem
		if !errors.As(err, &p) || !strings.Contains(p.Text, want) {
			t.Errorf("%s: got %v, want %q", folder, err, want)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, "*.part")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
	refused(j, filepath.Join(t.TempDir(), "nowhere"), "is not there")
	refused(j, file, "is not a folder")
	refused(open(t), t.TempDir(), "Start paydesk once")
	// The same second again: a backup never replaces another.
	s := backup(t, j)
	same := &Journal{opt: j.opt, read: j.read}
	same.opt.Clock = clock.NewVirtual(j.opt.Clock.Now())
	refused(same, filepath.Dir(s.Path), "is there already")
	forge(t, j, `UPDATE events SET actor = 'x'`)
	refused(j, t.TempDir(), "does not hold")
}

// TestRestoreLeavesNoStoredSale: a journal in which stored sales wait is put
// aside by nobody who was not told.
func TestRestoreLeavesNoStoredSale(t *testing.T) {
	ctx := context.Background()
	j := open(t, signing(1))
	saved := backup(t, j)
	entry := order.Entry{Kind: "stored.stored", Subject: "S1", Actor: "op", Object: storedSale("S1", 1, order.StoredWaiting), Sealed: []byte("sealed")}
	if err := j.Commit(ctx, entry); err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
	var p *Problem
	if _, err := Restore(ctx, same(j), saved.Path); !errors.As(err, &p) || !strings.Contains(p.Text, "1 sale(s)") {
		t.Fatalf("got %v", err)
	}
	again := open(t, func(o *Options) { *o = same(j) })
	if _, err := again.Stored(ctx, "S1"); err != nil || again.Restored() {
		t.Errorf("something was changed: %v, restored %t", err, again.Restored())
	}
	_ = again.Close()
	told := same(j)
	told.LeaveStored = true
	if _, err := Restore(ctx, told, saved.Path); err != nil {
		t.Error(err)
	}
}

// TestRestoreTwice: two restores of one backup have nonces of their own, and
// the second knows that of the first.
func TestRestoreTwice(t *testing.T) {
	ctx := context.Background()
	j := open(t, signing(1))
	put(t, j, attempt("N1", t0))
	closeBatch(t, j, "B1")
	saved := backup(t, j)
	put(t, j, attempt("N2", t0)) // sold after the backup
	if _, err := Restore(ctx, same(j), saved.Path); !errors.Is(err, ErrLocked) {
		t.Fatalf("beside an open journal: %v", err)
	}
	_ = j.Close()
	nonces := []string{"SEAL1"}
	for range 2 {
		p, err := Restore(ctx, same(j), saved.Path)
		if err != nil {
			t.Fatal(err)
		}
		if p.Events != saved.Events || string(p.Head) != string(saved.Head) || slices.Contains(nonces, p.Nonce) || p.Aside == "" {
			t.Errorf("got %+v", p)
		}
		nonces = append(nonces, p.Nonce)
		if _, err := os.Stat(filepath.Join(p.Aside, fileName)); err != nil {
			t.Errorf("the journal that was there: %v", err)
		}
		again := open(t, func(o *Options) { *o = same(j) })
		rep := verify(t, again)
		if got, err := again.Nonces(ctx); err != nil || !slices.Equal(got, nonces) || again.Nonce() != p.Nonce || !slices.Equal(rep.Nonces, nonces) {
			t.Errorf("nonces %v, %v; want %v", got, err, nonces)
		}
		if !again.Restored() || !rep.Restored {
			t.Error("it does not say that it was restored")
		}
		if _, err := again.Attempt(ctx, "N2"); !errors.Is(err, order.ErrNotFound) {
			t.Errorf("what was sold after the backup: %v", err)
		}
		if _, err := again.Attempt(ctx, "N1"); err != nil {
			t.Error(err)
		}
		_ = again.Close()
	}
	again := open(t, func(o *Options) { *o = same(j) })
	if err := errors.Join(again.Reconciled(ctx), again.Reconciled(ctx)); err != nil || again.Restored() {
		t.Errorf("reconciled: %v, %t", err, again.Restored())
	}
	if rep := verify(t, again); rep.Restored || rep.Events != saved.Events+2 {
		t.Errorf("got %+v", rep)
	}
	closeBatch(t, again, "B2") // sealed under the new nonce
	verify(t, again)
	_ = again.Close()
	if r, err := OpenReader(j.Dir()); err != nil || r.Restored() {
		t.Errorf("after a start: %v", err)
	} else {
		_ = r.Close()
	}
}

// TestRestoreTakesTheNonceThatIsAsked: unless it was used.
func TestRestoreTakesTheNonceThatIsAsked(t *testing.T) {
	j := open(t, signing(1))
	saved := backup(t, j)
	_ = j.Close()
	opt := same(j)
	for _, tt := range []struct{ ask, want string }{{"SEAL2", "SEAL2"}, {"SEAL2", ""}, {"SEAL1", ""}} {
		opt.Nonce = tt.ask
		p, err := Restore(context.Background(), opt, saved.Path)
		if err != nil || tt.want != "" && p.Nonce != tt.want || tt.want == "" && (p.Nonce == tt.ask || p.Nonce == "") {
			t.Errorf("asked for %s: got %s, %v", tt.ask, p.Nonce, err)
		}
	}
}

func TestRestoreOnANewComputer(t *testing.T) {
	j := open(t, signing(1))
	put(t, j, attempt("N1", t0))
	saved := backup(t, j)
	dir := filepath.Join(t.TempDir(), "new", "training")
	p, err := Restore(context.Background(), Options{Dir: dir, Mode: settings.Training, Clock: clock.NewVirtual(t0)}, saved.Path)
	if err != nil || p.Aside != "" {
		t.Fatalf("%+v, %v", p, err)
	}
	again := open(t, signing(2), in(dir))
	if rep := verify(t, again); len(rep.Keys) != 2 || len(signers(t, again)) != 2 || !again.Restored() {
		t.Errorf("got %+v", rep)
	}
	all, err := os.ReadDir(dir)
	for _, e := range all {
		if strings.HasPrefix(e.Name(), "journal-") || e.Name() == workName {
			t.Errorf("left behind: %s, %v", e.Name(), err)
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	j := open(t, signing(1))
	put(t, j, attempt("N1", t0))
	closeBatch(t, j, "B1") // a start looks no further back
	files := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(files, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, err := os.ReadFile(backup(t, j).Path)
	if err != nil {
		t.Fatal(err)
	}
	sql := func(name string, queries ...string) string {
		other := open(t, in(filepath.Join(files, name+".d")))
		for _, q := range queries {
			if _, err := other.conn.ExecContext(context.Background(), q); err != nil {
				t.Fatal(err)
			}
		}
		if err := other.single(context.Background()); err != nil {
			t.Fatal(err)
		}
		return filepath.Join(files, name+".d", fileName)
	}
	flipped := slices.Clone(good)
	flipped[strings.LastIndex(string(good), `"minor":1250`)+9] ^= 1
	newer := slices.Clone(good)
	newer[63] = 99 // user_version
	live := open(t, func(o *Options) { o.Mode = settings.Live })
	_ = j.Close()
	before := verifyPath(t, j.Dir())
	for _, tt := range []struct{ file, want string }{
		{filepath.Join(files, "nowhere"), "cannot be read"},
		{files, "is not a journal of Paydesk"},
		{write("empty", nil), "is not a journal of Paydesk"},
		{write("text", []byte("a text that is longer than the mark")), "is not a journal of Paydesk"},
		{write("mark", good[:100]), "cannot be used"},
		{write("short", good[:len(good)-pageOf(good)]), "cannot be used"},
		{write("flipped", flipped), "was changed after it was written"},
		{write("newer", newer), "newer Paydesk"},
		{sql("other", "DROP TABLE meta"), "another program"},
		{sql("unnamed"), "does not say"},
		{backup(t, live).Path, "a live terminal"},
		{filepath.Join(j.Dir(), fileName), "that the terminal uses"},
	} {
		_, err := Restore(context.Background(), same(j), tt.file)
		var p *Problem
		if !errors.As(err, &p) || !strings.Contains(p.Text, tt.want) {
			t.Errorf("%s: got %v, want %q", filepath.Base(tt.file), err, tt.want)
		}
		if _, err := os.Stat(workDir(j.Dir())); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the work folder stayed", filepath.Base(tt.file))
		}
	}
	if after := verifyPath(t, j.Dir()); after != before {
		t.Errorf("the journal changed: %s, was %s", after, before)
	}
}

// verifyPath opens a journal, checks it and says what it is.
func verifyPath(t *testing.T, dir string) string {
	t.Helper()
	j, err := Open(Options{Dir: dir, Clock: clock.NewVirtual(t0)})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	return fmt.Sprintf("%x %s", verify(t, j).Head, j.Nonce())
}

// TestReplaceCutOff: cut off behind every step, the next start has the old
// journal or the new one, whole, and the other is not lost. A log that the
// old journal left is never played into the new one.
func TestReplaceCutOff(t *testing.T) {
	for cut := -1; ; cut++ {
		// An old journal with a log: it was killed, not closed.
		j := open(t, signing(1))
		put(t, j, attempt("N1", t0))
		saved := backup(t, j)
		put(t, j, attempt("N2", t0))
		dir := t.TempDir()
		if err := copyJournal(filepath.Join(dir, fileName), filepath.Join(j.Dir(), fileName)); err != nil {
			t.Fatal(err)
		}
		opt := same(j)
		opt.Dir = dir
		// The new one, as far as the decision.
		n, err := openCopy(context.Background(), opt, saved.Path)
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Commit(context.Background(), order.Entry{Kind: eventRestored, Subject: "SEAL2", Note: installed{Nonces: []string{"SEAL1"}}}); err != nil {
			t.Fatal(err)
		}
		if err := n.single(context.Background()); err != nil {
			t.Fatal(err)
		}
		aside, err := newAside(dir, t0)
		if err != nil {
			t.Fatal(err)
		}
		want, other := "SEAL1", ""
		ended := false
		if cut >= 0 {
			want, other = "SEAL2", "SEAL1"
			if err := os.Rename(filepath.Join(workDir(dir), fileName), aside+nextSuffix); err != nil {
				t.Fatal(err)
			}
			all := steps(dir, aside+nextSuffix)
			ended = cut == len(all)
			for _, step := range all[:cut] {
				if err := step(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
			t.Errorf("cut %d: there is no journal: %v", cut, err)
		}
		again := open(t, signing(1), in(dir))
		verify(t, again)
		if again.Nonce() != want || again.Restored() != (want == "SEAL2") {
			t.Errorf("cut %d: nonce %s, want %s", cut, again.Nonce(), want)
		}
		if _, err := again.Attempt(context.Background(), "N2"); (err == nil) != (want == "SEAL1") {
			t.Errorf("cut %d: the sale that only the old one has: %v", cut, err)
		}
		if other != "" {
			if got := verifyPath(t, aside); !strings.HasSuffix(got, other) {
				t.Errorf("cut %d: aside is %s, want %s", cut, got, other)
			}
		}
		if _, err := os.Stat(workDir(dir)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("cut %d: the work folder stayed", cut)
		}
		if ended {
			return
		}
	}
}

// TestReaderWaitsForAReplacement: what it would read is decided to be old.
func TestReaderWaitsForAReplacement(t *testing.T) {
	j := open(t)
	if err := os.WriteFile(filepath.Join(j.Dir(), "journal-20260504-100000"+nextSuffix), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReader(j.Dir()); err == nil || !strings.Contains(err.Error(), "Start paydesk once") {
		t.Errorf("got %v", err)
	}
}

// killEnv makes the test binary the process that is killed.
const killEnv = "PAYDESK_TEST_RESTORE"

func TestMain(m *testing.M) {
	if args := strings.Split(os.Getenv(killEnv), "|"); len(args) == 2 {
		_, err := Restore(context.Background(), Options{Dir: args[0], Mode: settings.Training}, args[1])
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestRestoreKilled: at moments spread over its whole run.
func TestRestoreKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes")
	}
	j := open(t, signing(1))
	for i := range 500 {
		put(t, j, attempt(fmt.Sprintf("N%04d", i), t0))
	}
	saved := backup(t, j)
	put(t, j, attempt("N-after", t0))
	_ = j.Close()
	old, fresh := 0, 0
	for i := range 40 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), killEnv+"="+j.Dir()+"|"+saved.Path)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		<-clock.Real{}.After(time.Duration(i) * 3 * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		again := open(t, signing(1), in(j.Dir()))
		rep := verify(t, again)
		_, err := again.Attempt(context.Background(), "N-after")
		switch {
		case err == nil && !again.Restored():
			old++
		case errors.Is(err, order.ErrNotFound) && again.Restored():
			fresh++
			put(t, again, attempt("N-after", t0))
			if err := again.Reconciled(context.Background()); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("kill %d: neither the old nor the new journal: %+v, %v", i, rep, err)
		}
		_ = again.Close()
	}
	t.Logf("%d times the old journal, %d times the new one", old, fresh)
	if old == 0 || fresh == 0 {
		t.Log("all kills fell on one side")
	}
}

// TestReplaceThatCannotEnd: it was decided, and the next start ends it.
func TestReplaceThatCannotEnd(t *testing.T) {
	j := open(t, signing(1))
	saved := backup(t, j)
	_ = j.Close()
	// A folder with something in it stands where the log should go.
	blocked := filepath.Join(j.Dir(), "journal-"+t0.Local().Format("20060102T150405"), fileName+"-wal", "x")
	if err := os.WriteFile(filepath.Join(j.Dir(), fileName+"-wal"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(blocked), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(workDir(j.Dir()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(filepath.Join(workDir(j.Dir()), fileName), saved.Path); err != nil {
		t.Fatal(err)
	}
	err := replace(j.Dir(), filepath.Dir(filepath.Dir(blocked)))
	var p *Problem
	if !errors.As(err, &p) || !strings.Contains(p.Text, "goes on by itself") {
		t.Fatalf("got %v", err)
	}
	if _, err := Open(same(j)); err == nil || !strings.Contains(err.Error(), "goes on by itself") {
		t.Errorf("a start meanwhile: %v", err)
	}
	if err := os.RemoveAll(filepath.Dir(blocked)); err != nil {
		t.Fatal(err)
	}
	verifyPath(t, j.Dir())
}

// TestRestoreOverDamage: what a journal that cannot be opened still says of
// its nonces is not forgotten.
func TestRestoreOverDamage(t *testing.T) {
	ctx := context.Background()
	j := open(t, signing(1))
	saved := backup(t, j)
	_ = j.Close()
	first, err := Restore(ctx, same(j), saved.Path)
	if err != nil {
		t.Fatal(err)
	}
	alter(t, j.Dir(), func(d []byte) []byte { d[strings.LastIndex(string(d), "installation.restored")] ^= 1; return d })
	if _, err := Open(same(j)); err == nil {
		t.Fatal("the damage was not found")
	}
	second, err := Restore(ctx, same(j), saved.Path)
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, func(o *Options) { *o = same(j) })
	if got, err := again.Nonces(ctx); err != nil || !slices.Equal(got, []string{"SEAL1", first.Nonce, second.Nonce}) {
		t.Errorf("nonces %v, %v", got, err)
	}
}
