// Package spool plays shops whose receipt printer loses its cable, its power and
// its paper at random bytes, while the program is killed, and holds the paper
// that came out against the journal. Journal, engine, print jobs, serial port
// and pseudo-terminal are the real ones, and so is the time; the printer is the
// sandbox's.
package spool

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/clock"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/paper"
	"paydesk/terminal/settings"
)

// Options say what is played.
type Options struct {
	Seed uint64
	// Pulls is how often something happens to cable, printer or program in all.
	Pulls int
	// Shops is how many are played at once; what happens in each is the seed's,
	// what comes of it hangs on the time that things take.
	Shops int
	// Dir is a folder for what is thrown away; "" is the system's.
	Dir string

	// spoil puts a fault of the program itself into how a try ends; tests do.
	spoil func(order.JobResult) order.JobResult
}

// Report is what was seen.
type Report struct {
	Seed  uint64         `json:"seed"`
	Pulls map[string]int `json:"pulls"` // by what happened
	Fired int            `json:"fired"`
	Sales int            `json:"sales"`
	// Slips are the pieces of paper, Asked how often a person was asked whether
	// one came out, Copies how many were marked as such.
	Slips      int           `json:"slips"`
	Asked      int           `json:"asked"`
	Copies     int           `json:"copies"`
	Violations []string      `json:"violations"`
	Took       time.Duration `json:"-"`
}

// profiles are those of the shops in turn: their printers prove jobs in different
// ways.
var profiles = []string{"generic-80", "epson-tm-t88"}

// perShop is how many troubles of its printer one shop sees: its paper is read
// in one go, and a printer does not remember the slips of a year.
const perShop = 20

// Run plays shops until there were enough troubles. Its error is that they could
// not be played; what did not hold is in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	r := Report{Seed: o.Seed, Pulls: map[string]int{}, Violations: []string{}}
	began := clock.Real{}.Now()
	var (
		mu      sync.Mutex
		bad     error
		next    uint64
		planned int
		wait    sync.WaitGroup
	)
	for range max(o.Shops, 1) {
		wait.Go(func() {
			for {
				mu.Lock()
				number, pulls := next, min(o.Pulls-planned, perShop, 1+o.Pulls/max(o.Shops, 1))
				next, planned = next+1, planned+pulls
				stop := pulls <= 0 || bad != nil || ctx.Err() != nil
				mu.Unlock()
				if stop {
					return
				}
				out, err := play(ctx, o, number, pulls)
				mu.Lock()
				r.add(out)
				if err != nil {
					bad = err
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	r.Took = clock.Real{}.Now().Sub(began)
	if bad == nil {
		bad = ctx.Err()
	}
	return r, bad
}

func (r *Report) add(o Report) {
	for what, n := range o.Pulls {
		r.Pulls[what] += n
		r.Fired += n
	}
	r.Sales += o.Sales
	r.Slips += o.Slips
	r.Asked += o.Asked
	r.Copies += o.Copies
	r.Violations = append(r.Violations, o.Violations...)
}

// troubles are what happens to a printer, some oftener than others.
var troubles = []string{"unplug", "unplug", "unplug", "unplug", "power off", "power off", "paper out", "cover open", "stall"}

// play plays one shop.
func play(ctx context.Context, o Options, number uint64, pulls int) (r Report, err error) {
	rnd := rand.New(rand.NewPCG(o.Seed, number))
	dir, err := os.MkdirTemp(o.Dir, "paydesk-spool-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	model, err := paper.Named("epson-80")
	if err != nil {
		return r, err
	}
	var faults []paper.Fault
	for at := int64(0); len(faults) < pulls; {
		at += 1 + rnd.Int64N(1800) // a slip has some 900 bytes
		faults = append(faults, paper.Fault{Do: troubles[rnd.IntN(len(troubles))], At: at})
	}
	printer, err := paper.New(paper.Options{Model: model, Baud: 115200, Faults: faults})
	if err != nil {
		return r, err
	}
	j, err := journal.Open(journal.Options{Dir: filepath.Join(dir, "journal"), Clock: clock.Real{}, Mode: settings.Training, Volatile: true})
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	s := &shop{o: o, rnd: rnd, journal: j, printer: printer, link: filepath.Join(dir, "printer"), profile: profiles[number%uint64(len(profiles))], last: faults[len(faults)-1].At,
		pulls: map[string]int{}, died: make(chan struct{}, 1), news: make(chan struct{}, 1), plugged: make(chan struct{})}
	var served sync.WaitGroup
	served.Go(func() {
		if err := printer.ServeTerminal(ctx, s.link, s.plug); err != nil {
			s.fail("the line could not be laid: %v", err)
		}
	})
	served.Go(func() { s.mend(ctx) })
	err = s.run(ctx)
	cancel()
	served.Wait()
	if err == nil {
		s.judge()
	}
	for i, v := range s.violations {
		s.violations[i] = fmt.Sprintf("shop %d of seed %d: %s", number, o.Seed, v)
	}
	s.report.Pulls, s.report.Violations = maps.Clone(s.pulls), s.violations
	return s.report, j.Close()
}
