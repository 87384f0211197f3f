//go:build linux && amd64

package xtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// stride is how many calls lie between two disturbances: PAYDESK_EVERY, where
// 1 is every call. The first is drawn by PAYDESK_SEED, so that runs differ.
func stride(otherwise int) (step int, from func() int) {
	step = envInt("PAYDESK_EVERY", otherwise)
	rnd := rand.New(rand.NewPCG(uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff))), 3))
	return step, func() int { return 1 + rnd.IntN(step) }
}

// count adds up what was met, over tests that run side by side.
type count struct {
	mu  sync.Mutex
	met map[string]int
}

func (n *count) add(what string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.met == nil {
		n.met = map[string]int{}
	}
	n.met[what]++
}

func (n *count) log(t *testing.T, title string) {
	all := 0
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(n.met)) {
		all += n.met[what]
		parts = append(parts, fmt.Sprintf("%d × %s", n.met[what], what))
	}
	t.Logf("%d %s: %s", all, title, strings.Join(parts, ", "))
}

// place says what a call is about, for the count of those that were met.
func (c *call) place() string {
	name := filepath.Base(c.path)
	for _, ext := range []string{".pdf", ".part"} {
		if strings.HasSuffix(name, ext) {
			name = "receipt"
		}
	}
	return c.name + " " + name
}

// TestKillAtEveryCall kills the program at each call that leaves something
// outside of it: each write, sync, truncation, renaming, connection. After each
// kill the program starts again, and journal and host agree.
func TestKillAtEveryCall(t *testing.T) {
	t.Parallel()
	step, from := stride(23)
	var met count
	t.Run("scenarios", func(t *testing.T) {
		for _, s := range scenarios {
			first := from()
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t)
				for n := first; d.killAt(s, n, &met); n += step {
				}
				d.noCardData()
			})
		}
	})
	met.log(t, "kills, journal and host agree after each")
}

// killAt kills a scenario at its nth call, and reports whether it has that
// many.
func (d *desk) killAt(s scenario, n int, met *count) bool {
	d.t.Helper()
	args := s.begin(d)
	at := 0
	e := d.traced(d.command(args...), watcher{before: func(c *call) verdict {
		at++
		if at == n {
			met.add(c.place())
		}
		return verdict{kill: at == n}
	}})
	if at < n && e.code != s.ends || at >= n && e.code >= 0 {
		d.t.Fatalf("%v, to be killed at call %d, made %d and ended with %+v", args, n, at, e)
	}
	if err := d.recovered(shownBy(e.out)); err != nil {
		d.t.Fatalf("killed at call %d of %v: %v", n, args, err)
	}
	if at < n {
		d.t.Logf("%d calls, all passed", at)
	}
	d.unlock(e)
	return at >= n
}

// unlock signs in once more where a run ended before it had: a try at a PIN
// counts before it is checked, and too many that were cut short lock it.
func (d *desk) unlock(e ended) {
	d.t.Helper()
	if !strings.Contains(e.errs, "Asking the bank") {
		d.paid("sale")
	}
}

// diskFault is a way in which a disk fails from one call on.
type diskFault struct {
	name string
	errn syscall.Errno
	// lasts is for how many calls; the room comes back when the ballast goes.
	lasts int
}

const forEver = 1 << 30

var diskFaults = []diskFault{
	{"EIO once", syscall.EIO, 1},
	{"EIO from then on", syscall.EIO, forEver},
	{"ENOSPC once", syscall.ENOSPC, 1},
	{"ENOSPC until the ballast is dropped", syscall.ENOSPC, forEver},
}

// TestDiskErrors lets the disk fail at each call of a scenario. The program
// says so in a sentence, never shows what did not happen, and after a restart
// on a healthy disk everything agrees.
func TestDiskErrors(t *testing.T) {
	t.Parallel()
	step, from := stride(71)
	var met count
	t.Run("scenarios", func(t *testing.T) {
		for _, s := range scenarios {
			first := from()
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				d := newDesk(t)
				for i, f := range diskFaults {
					for n := 1 + (first+i*step/len(diskFaults))%step; ; n += step {
						if !d.failAt(s, f, n, &met) {
							break
						}
					}
				}
				d.noCardData()
			})
		}
	})
	met.log(t, "disk errors, nothing false shown and all agrees after each")
}

// failAt runs a scenario on a disk that fails at its nth call, and reports
// whether it has that many.
func (d *desk) failAt(s scenario, f diskFault, n int, met *count) bool {
	d.t.Helper()
	args := s.begin(d)
	at, failed, roomy := 0, 0, false
	e := d.traced(d.command(args...), watcher{before: func(c *call) verdict {
		if !c.storage() {
			return verdict{}
		}
		at++
		if c.name == "unlink" && filepath.Base(c.path) == "ballast" {
			roomy = true
		}
		full := f.errn == syscall.ENOSPC
		if at < n || failed >= f.lasts || (full && (roomy || c.name == "unlink")) {
			return verdict{}
		}
		failed++
		return verdict{errn: f.errn}
	}})
	if failed == 0 {
		if e.code != s.ends {
			d.t.Fatalf("%v on a good disk ended with %+v", args, e)
		}
		return false
	}
	met.add(fmt.Sprintf("%s, exit code %d", f.name, e.code))
	what := fmt.Sprintf("%s at call %d of %v: exit code %d, said %q and %q", f.name, n, args, e.code, e.out, e.errs)
	if !slices.Contains([]int{0, 1, 3, 4}, e.code) || strings.Contains(e.errs, "goroutine ") {
		d.t.Fatalf("the program broke down: %s", what)
	}
	if e.code != 0 && len(strings.TrimSpace(strings.ReplaceAll(e.errs, "Asking the bank …", ""))) < 20 && len(e.out) < 20 {
		d.t.Fatalf("no sentence: %s", what)
	}
	if err := d.recovered(shownBy(e.out)); err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	d.unlock(e)
	return true
}
