//go:build linux && amd64

package xtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
)

// begun takes a call that is about to be made. A write may reach the disk from
// now on.
func (r *recorder) begun(c *call) {
	o := op{path: c.path, to: c.to, at: c.at, data: c.data}
	switch c.name {
	case "open":
		if c.flags&syscall.O_CREAT != 0 {
			r.ops = append(r.ops, op{kind: opCreate, path: c.path})
		}
		if c.flags&syscall.O_TRUNC != 0 {
			r.ops = append(r.ops, op{kind: opTruncate, path: c.path})
		}
		return
	case "write", "pwrite64":
		o.kind = opWrite
		switch c.path {
		case toSocket:
			o.kind = opSent
		case toOutput:
			o.kind = opShown
		}
	case "ftruncate":
		o.kind = opTruncate
	case "rename":
		o.kind = opRename
	case "unlink":
		o.kind = opUnlink
	case "fsync":
		c.at = int64(len(r.ops))
		return
	default:
		return
	}
	r.ops = append(r.ops, o)
}

// done takes a call that has returned: only then a sync counts.
func (r *recorder) done(c *call) {
	if c.name == "fsync" && c.ret == 0 {
		r.ops = append(r.ops, op{kind: opSync, path: c.path, upTo: int(c.at)})
	}
}

// promise is something that was seen outside, and what must then be in the
// journal for ever.
type promise struct {
	after int // operations
	what  string
	kept  func(ctx context.Context, j *journal.Journal) error
}

var (
	requestLine = regexp.MustCompile(`^POST /api/v1/(\w+) HTTP`)
	numberField = regexp.MustCompile(`"SequenceNumber":"(\w{17})"`)
	guidField   = regexp.MustCompile(`"(?:SaleGuid|AuthOnlyGuid)":"([0-9a-f-]{36})"`)
)

// promises are what the requests and the output of the program promise: no
// request leaves before its intent is durable, no outcome is shown before it
// is.
func promises(ops []op) []promise {
	var all []promise
	add := func(i int, what string, kept func(context.Context, *journal.Journal) error) {
		all = append(all, promise{i + 1, what, kept})
	}
	for i, o := range ops {
		switch o.kind {
		case opShown:
			for number, state := range shownBy(string(o.data)) {
				add(i, number+" was shown as "+string(state), func(ctx context.Context, j *journal.Journal) error {
					a, err := j.Attempt(ctx, number)
					if err == nil && state.Final() && a.State != state {
						err = fmt.Errorf("it is %s", a.State)
					}
					return err
				})
			}
		case opSent:
			request := requestLine.FindSubmatch(o.data)
			if request == nil {
				continue
			}
			body := bodyBehind(ops[i:])
			number, guid := field(numberField, body), field(guidField, body)
			what := fmt.Sprintf("%s %s%s was sent", request[1], number, guid)
			switch strings.ToLower(string(request[1])) {
			case "sales", "authonlys":
				add(i, what, func(ctx context.Context, j *journal.Journal) error {
					_, err := j.Attempt(ctx, number)
					return err
				})
			case "timeoutreversal":
				add(i, what, func(ctx context.Context, j *journal.Journal) error { return reversed(ctx, j, number) })
			case "void", "captures", "returns":
				add(i, what, func(ctx context.Context, j *journal.Journal) error { return intended(ctx, j, guid) })
			}
		}
	}
	return all
}

// bodyBehind is the body of a request, which may leave after its head.
func bodyBehind(ops []op) []byte {
	if _, body, found := bytes.Cut(ops[0].data, []byte("\r\n\r\n")); found && len(body) > 0 {
		return body
	}
	for _, o := range ops[1:] {
		if o.kind == opSent && bytes.HasPrefix(o.data, []byte("{")) {
			return o.data
		}
	}
	return nil
}

func field(name *regexp.Regexp, body []byte) string {
	if m := name.FindSubmatch(body); m != nil {
		return string(m[1])
	}
	return ""
}

// reversed: the decision to take a number back is in the journal.
func reversed(ctx context.Context, j *journal.Journal, number string) error {
	a, err := j.Attempt(ctx, number)
	if err == nil && a.Decision != order.Reverse {
		err = fmt.Errorf("the decision is %q", a.Decision)
	}
	return err
}

// intended: a follow-up about the host's row is in the journal, or the decision
// to take back the payment that it belongs to.
func intended(ctx context.Context, j *journal.Journal, guid string) error {
	sales, err := j.Sales(ctx, order.Query{Limit: 500})
	if err != nil {
		return err
	}
	for _, a := range sales {
		if a.GUID == guid && a.Decision == order.Reverse {
			return nil
		}
		follows, err := j.FollowsOf(ctx, a.Number)
		if err != nil {
			return err
		}
		for _, f := range follows {
			if f.Target.GUID == guid {
				return nil
			}
		}
	}
	return errors.New("no intent about it is there")
}

// trace is a recorded history, with the folder of the journal in it and what
// it promised.
type trace struct {
	ops      []op
	dir      string
	promises []promise
}

// cutter makes images of power cuts and opens them.
type cutter struct {
	t      testing.TB
	folder string
	rnd    *rand.Rand
	images atomic.Int64
}

// failures cuts the power at random moments of a trace and returns what did
// not hold afterwards.
func (c *cutter) failures(tr trace, cuts int) []string {
	c.t.Helper()
	moments := make([]int, cuts)
	for i := range moments {
		moments[i] = c.rnd.IntN(len(tr.ops) + 1)
	}
	slices.Sort(moments)
	var failures []string
	d := newDisk()
	for _, at := range moments {
		for d.seen < at {
			d.apply(tr.ops[d.seen])
		}
		files := d.image(c.rnd)
		if err := c.check(tr, d, files); err != nil {
			failures = append(failures, fmt.Sprintf("power cut after operation %d of %d: %v", at, len(tr.ops), err))
		}
	}
	return failures
}

// check opens an image with the program's own code.
func (c *cutter) check(tr trace, d *disk, files map[string][]byte) error {
	dir := filepath.Join(c.folder, fmt.Sprint(c.images.Add(1)))
	defer os.RemoveAll(dir)
	c.write(dir, tr.dir, files)
	// A ballast of its size is taken as it is. It is made behind the first
	// commit, when the journal has its first page.
	if st, err := os.Stat(filepath.Join(dir, "journal.db")); err == nil && st.Size() > 0 {
		if err := os.Truncate(touch(c.t, filepath.Join(dir, "ballast")), 8<<20); err != nil {
			c.t.Fatal(err)
		}
	}
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer j.Close()
	ctx := context.Background()
	if _, err := j.Verify(ctx); err != nil {
		return fmt.Errorf("the journal does not hold: %w", err)
	}
	for _, p := range tr.promises {
		if p.after > d.seen {
			break
		}
		if err := p.kept(ctx, j); err != nil {
			return fmt.Errorf("%s: %w", p.what, err)
		}
	}
	return c.receipts(ctx, j, d, files)
}

// write puts an image's files of one folder into another.
func (c *cutter) write(to, from string, files map[string][]byte) {
	c.t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		c.t.Fatal(err)
	}
	for path, content := range files {
		if filepath.Dir(path) != from {
			continue
		}
		name := filepath.Join(to, filepath.Base(path))
		if strings.HasSuffix(path, "-shm") {
			// It is written through memory: after a power cut anything may be in it.
			content = make([]byte, 32<<10)
			for i := range content {
				content[i] = byte(c.rnd.Uint32())
			}
		}
		if err := os.WriteFile(name, content, 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
}

func touch(t testing.TB, path string) string {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// receipts: what the journal says is saved as a file is there and whole.
func (c *cutter) receipts(ctx context.Context, j *journal.Journal, d *disk, files map[string][]byte) error {
	sales, err := j.Sales(ctx, order.Query{Limit: 500})
	if err != nil {
		return err
	}
	for _, a := range sales {
		jobs, err := j.Jobs(ctx, a.Number)
		if err != nil {
			return err
		}
		for _, job := range jobs {
			if job.State != order.JobDone || job.Path == "" {
				continue
			}
			if n := d.now[job.Path]; n == nil || string(files[job.Path]) != string(n.now()) {
				return fmt.Errorf("the receipt %s is saved in the journal, and is not whole", filepath.Base(job.Path))
			}
		}
	}
	return nil
}

func newCutter(t testing.TB) *cutter {
	t.Helper()
	seed := uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	t.Logf("seed %d", seed)
	return &cutter{t: t, folder: memoryDir(t), rnd: rand.New(rand.NewPCG(seed, 4))}
}

// counterTrace records the real program over a day at the counter: each
// scenario, from the first start on.
func counterTrace(t testing.TB) trace {
	t.Helper()
	d := newDesk(t)
	if err := os.RemoveAll(filepath.Join(d.dir, "training")); err != nil {
		t.Fatal(err)
	}
	var r recorder
	d.record = &r
	d.through = func(c *exec.Cmd) ended { return d.traced(c, watcher{}) }
	d.begin()
	for _, s := range scenarios {
		args := s.begin(d)
		d.run(args...)
	}
	return trace{ops: r.ops, dir: filepath.Join(d.dir, "training"), promises: promises(r.ops)}
}

// dayTrace records a long-lived process that commits without end, so that its
// log is written back and begun anew several times.
func dayTrace(t testing.TB) trace {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, dir: filepath.Join(t.TempDir(), "day")}
	dir := filepath.Join(d.dir, "journal")
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run=^TestDay$")
	c.Env = append(os.Environ(), dayVariable+"="+dir)
	var r recorder
	d.record = &r
	if e := d.traced(c, watcher{}); e.code != 0 {
		t.Fatalf("the day ended with %+v", e)
	}
	tr := trace{ops: r.ops, dir: dir}
	for i, o := range r.ops {
		var number string
		var version int64
		if o.kind != opShown {
			continue
		}
		if _, err := fmt.Sscanf(string(o.data), "committed %s %d\n", &number, &version); err != nil {
			continue
		}
		tr.promises = append(tr.promises, promise{i + 1, fmt.Sprintf("%s was committed as version %d", number, version),
			func(ctx context.Context, j *journal.Journal) error {
				a, err := j.Attempt(ctx, number)
				if err == nil && a.Version < version {
					err = fmt.Errorf("it is version %d", a.Version)
				}
				return err
			}})
	}
	return tr
}

// TestPowerCuts cuts the power at random moments of two recorded histories:
// whatever the disk kept of what was not synced, the journal opens, holds, and
// has everything that was seen outside. PAYDESK_CUTS sets the number of cuts.
func TestPowerCuts(t *testing.T) {
	t.Parallel()
	cuts := envInt("PAYDESK_CUTS", 2000)
	c := newCutter(t)
	for _, tt := range []struct {
		name  string
		trace func(testing.TB) trace
	}{{"counter", counterTrace}, {"day", dayTrace}} {
		t.Run(tt.name, func(t *testing.T) {
			tr := tt.trace(t)
			began := time.Now()
			failures := c.failures(tr, cuts/2)
			for _, f := range failures[:min(len(failures), 10)] {
				t.Error(f)
			}
			t.Logf("%d power cuts within %d operations, %d promises: %d did not hold; %v", cuts/2, len(tr.ops), len(tr.promises),
				len(failures), time.Since(began).Round(time.Millisecond))
		})
	}
}

// TestPowerCutsAreSeen: a journal that does not sync its log, or not the file
// that the log is written back to, is caught.
func TestPowerCutsAreSeen(t *testing.T) {
	t.Parallel()
	c := newCutter(t)
	whole := dayTrace(t)
	for _, tt := range []struct {
		name string
		lost func(op) bool
	}{
		{"synchronous=OFF", func(o op) bool { return o.kind == opSync }},
		{"commits without sync", func(o op) bool { return o.kind == opSync && strings.HasSuffix(o.path, "-wal") }},
		{"write back without sync", func(o op) bool { return o.kind == opSync && strings.HasSuffix(o.path, ".db") }},
		{"the last sync of each ten is a lie", func() func(op) bool {
			n := 0
			return func(o op) bool {
				if o.kind == opSync {
					n++
				}
				return o.kind == opSync && n%10 == 0
			}
		}()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := trace{ops: slices.Clone(whole.ops), dir: whole.dir, promises: whole.promises}
			for i, o := range tr.ops {
				if tt.lost(o) {
					tr.ops[i] = op{} // it keeps its place: promises count by it
				}
			}
			for made := 20; made <= 400; made += 20 {
				if failures := c.failures(tr, 20); len(failures) > 0 {
					t.Logf("seen within %d power cuts: %s", made, failures[0])
					return
				}
			}
			t.Error("400 power cuts were not seen")
		})
	}
}
