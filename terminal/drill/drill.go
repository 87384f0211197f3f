// Package drill plays histories of sales against the real engine, rules,
// journal, forwarding and comparison, with a host that misbehaves, a disk that
// fails, a clock that is set and a program that dies, under a time of its own.
// A seed gives a history; the same seed gives the same one. The README says
// which invariant is checked where.
package drill

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// Options say what is played.
type Options struct {
	Seed uint64
	// First is the number of the first history, Histories how many are played.
	First, Histories int
	// Jobs is how many are played at once; 0 is 1. The result does not depend
	// on it.
	Jobs int
	// Dir is a folder for journals that are thrown away; "" is the system's,
	// or memory where there is such a folder.
	Dir string
	// Story gets what happens, line by line; nil without. Play one history then.
	Story io.Writer

	ports ports
}

// Report is what was seen.
type Report struct {
	Seed       uint64         `json:"seed"`
	Histories  int            `json:"histories"`
	Orders     int            `json:"orders"`
	Commits    int            `json:"commits"`
	Shown      int            `json:"approvals_shown"`
	Faults     map[string]int `json:"faults"`
	Fired      int            `json:"faults_fired"`
	Stored     StoredSales    `json:"stored_sales"`
	Bills      Bills          `json:"bills"`
	Wallets    Wallets        `json:"wallets"`
	Violations []Violation    `json:"violations"`
	// Hash is over the heads of all journals, in the order of the histories.
	Hash string        `json:"log_hash"`
	Took time.Duration `json:"-"`
}

// StoredSales says how many sales were stored, and what became of them.
type StoredSales struct {
	// Histories is in how many one was forwarded at least.
	Histories int `json:"histories"`
	Stored    int `json:"stored"`
	OnFile    int `json:"on_file"` // of those, by card on file
	// Forwarded counts attempts: a sale whose attempt came to nothing has another.
	Forwarded   int `json:"forwarded"`
	Approved    int `json:"approved"`
	Uncollected int `json:"uncollected"`
	Collected   int `json:"collected"`
	WrittenOff  int `json:"written_off"`
	Withdrawn   int `json:"withdrawn"`
	Cash        int `json:"cash"` // orders that were paid in cash
}

// note counts what a commit made of one.
func (c *StoredSales) note(before, now order.Stored) {
	if before.ID == "" {
		c.Stored++
		if now.Charged != "" {
			c.OnFile++
		}
	}
	if before.State == now.State {
		return
	}
	switch now.State {
	case order.StoredForwarding:
		c.Histories = 1
		c.Forwarded++
	case order.StoredApproved:
		c.Approved++
	case order.Uncollected:
		c.Uncollected++
	case order.Collected:
		c.Collected++
	case order.WrittenOff:
		c.WrittenOff++
	case order.Withdrawn:
		c.Withdrawn++
	}
}

func (c *StoredSales) add(o StoredSales) {
	c.Histories += o.Histories
	c.Stored += o.Stored
	c.OnFile += o.OnFile
	c.Forwarded += o.Forwarded
	c.Approved += o.Approved
	c.Uncollected += o.Uncollected
	c.Collected += o.Collected
	c.WrittenOff += o.WrittenOff
	c.Withdrawn += o.Withdrawn
	c.Cash += o.Cash
}

// String is one line.
func (c StoredSales) String() string {
	return fmt.Sprintf("%d sales stored (%d by card on file), %d times forwarded in %d histories: %d approved, %d uncollected, "+
		"%d collected later, %d written off, %d withdrawn; %d orders paid in cash", c.Stored, c.OnFile, c.Forwarded, c.Histories,
		c.Approved, c.Uncollected, c.Collected, c.WrittenOff, c.Withdrawn, c.Cash)
}

// PerSecond is the speed.
func (r Report) PerSecond() int {
	return int(int64(r.Histories) * int64(time.Second) / max(int64(r.Took), 1))
}

// outcome is what one history came to.
type outcome struct {
	head                   [sha256.Size]byte
	faults                 map[string]int
	bad                    *Violation
	stored                 StoredSales
	bills                  Bills
	wallets                Wallets
	orders, commits, shown int
	err                    error
}

// Run plays the histories. Its error is that they could not be played; that an
// invariant did not hold is in the report. It stops early when ctx ends.
func Run(ctx context.Context, o Options) (Report, error) {
	r := Report{Seed: o.Seed, Faults: map[string]int{}, Violations: []Violation{}}
	var err error
	r.Hash, r.Took, err = o.each(ctx, o.Histories, func(m *maker, i int) (head [sha256.Size]byte, note func(), err error) {
		out, err := m.history(o, o.First+i)
		return out.head, func() { r.add(out) }, err
	})
	return r, err
}

// each plays so many, some of them at once, and hashes their heads in their order.
// What note does is done one at a time.
func (o Options) each(ctx context.Context, many int, play func(m *maker, i int) (head [sha256.Size]byte, note func(), err error)) (hash string, took time.Duration, bad error) {
	begin := clock.Real{}.Now()
	heads := make([][sha256.Size]byte, many)
	var (
		mu   sync.Mutex
		next atomic.Int64
		wait sync.WaitGroup
	)
	for range max(o.Jobs, 1) {
		wait.Go(func() {
			m, err := newMaker(o.Dir)
			for err == nil && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= many {
					break
				}
				var note func()
				var head [sha256.Size]byte
				if head, note, err = play(m, i); err != nil {
					break
				}
				mu.Lock()
				heads[i] = head
				note()
				mu.Unlock()
			}
			if m != nil {
				m.remove()
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				bad = err
			}
		})
	}
	wait.Wait()
	h := sha256.New()
	for _, head := range heads {
		h.Write(head[:])
	}
	if bad == nil {
		bad = ctx.Err()
	}
	return hex.EncodeToString(h.Sum(nil)), clock.Real{}.Now().Sub(begin), bad
}

func (r *Report) add(o outcome) {
	r.Histories++
	r.Orders += o.orders
	r.Commits += o.commits
	r.Shown += o.shown
	r.Stored.add(o.stored)
	r.Bills.add(o.bills)
	r.Wallets.add(o.wallets)
	for name, n := range o.faults {
		r.Faults[name] += n
		r.Fired += n
	}
	if o.bad != nil {
		r.Violations = append(r.Violations, *o.bad)
	}
}

// maker makes the journals of one worker, each from the same small file.
type maker struct {
	dir    string
	copies string // folder for backups
	empty  []byte
}

func newMaker(dir string) (*maker, error) {
	if st, err := os.Stat("/dev/shm"); dir == "" && err == nil && st.IsDir() {
		dir = "/dev/shm"
	}
	dir, err := os.MkdirTemp(dir, "paydesk-drill-")
	if err != nil {
		return nil, err
	}
	m := &maker{dir: dir, copies: filepath.Join(dir, "copies")}
	j, err := journal.Open(m.options(clock.NewVirtual(start), nonce))
	if err != nil {
		return m, err
	}
	if err := j.Close(); err != nil {
		return m, err
	}
	m.empty, err = os.ReadFile(m.file())
	return m, err
}

func (m *maker) options(c clock.Clock, nonce string) journal.Options {
	return journal.Options{Dir: filepath.Join(m.dir, "journal"), Clock: c, Nonce: nonce, Mode: settings.Training, Volatile: true}
}

func (m *maker) file() string { return filepath.Join(m.dir, "journal", "journal.db") }

// reset puts an empty journal where the last history had its own.
func (m *maker) reset() error {
	for _, folder := range []string{filepath.Dir(m.file()), m.copies} {
		if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
			return err
		}
	}
	return os.WriteFile(m.file(), m.empty, 0o600)
}

func (m *maker) remove() { _ = os.RemoveAll(m.dir) }

// history plays one history.
func (m *maker) history(o Options, number int) (out outcome, err error) {
	c := &wall{Virtual: clock.NewVirtual(start), steady: o.ports.steady}
	j, err := m.opened(c)
	if err != nil {
		return out, err
	}
	w := newWorld(m, j, c, mix(o.Seed, uint64(number)), o.ports)
	w.story = o.Story
	w.play()
	j = w.store.Journal // another, where a backup was put back
	rep, err := j.Verify(context.Background())
	if err == nil {
		err = j.CompareProjections(context.Background())
	}
	if err != nil {
		w.fail(8, "the journal does not hold: %v", err)
	}
	copy(out.head[:], rep.Head)
	if w.bad != nil {
		w.bad.Seed, w.bad.History = o.Seed, number
	}
	out.bad, out.faults, out.orders, out.commits, out.shown = w.bad, maps.Clone(w.faults), len(w.sales), w.store.commits, w.shown
	out.stored, out.bills, out.wallets = w.stored, w.bills, w.wallets
	return out, j.Close()
}

// mix makes the seed of one history (splitmix64).
func mix(seed, n uint64) uint64 {
	z := seed + (n+1)*0x9e3779b97f4a7c15
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
