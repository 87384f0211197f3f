package spool

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"paydesk/assets"
	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/sync/due"
	"paydesk/sync/journal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/device/serialport"
	"paydesk/terminal/engine"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
	"paydesk/terminal/sandbox/paper"
	"paydesk/terminal/staff"
)

// shop is a journal and a printer that outlive many programs.
type shop struct {
	o       Options
	rnd     *rand.Rand // of run
	journal *journal.Journal
	printer *paper.Printer
	link    string
	profile string
	last    int64         // byte at which the last trouble comes
	plugged chan struct{} // closed when the line is first laid
	died    chan struct{}
	news    chan struct{}

	mu         sync.Mutex
	pulls      map[string]int
	violations []string

	printing, turns atomic.Int32 // jobs on the line, and those that were
	sales           []string
	received        int64         // bytes, when the printer was looked at last
	moved           time.Duration // when it was not still
	report          Report
}

func (s *shop) plug(string) {
	select {
	case <-s.plugged:
	default:
		close(s.plugged)
	}
}

func (s *shop) fail(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

func (s *shop) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls[what]++
}

func (s *shop) wake() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// mend is the person who sees to the printer, some time after each trouble. The
// power comes back when the program has given up, as people are slower, or within
// the job.
func (s *shop) mend(ctx context.Context) {
	hand := rand.New(rand.NewPCG(s.o.Seed, 99))
	for ctx.Err() == nil {
		changed := s.printer.Changed()
		status := s.printer.Status()
		what, cure := "", ""
		switch {
		case status.Unplugged:
			what, cure = "cable pulled", "plug"
		case status.Off:
			what, cure = "power off", "power on"
		case status.PaperOut:
			what, cure = "paper out", "paper in"
		case status.CoverOpen:
			what, cure = "cover open", "cover close"
		case status.Stalled:
			what, cure = "stalled", "go"
		default:
			select {
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		turn := s.turns.Load()
		if status.Off && hand.IntN(2) == 0 { // a bad plug: the job goes on
			s.count("power gone for a moment")
			s.pause(ctx, 300*time.Millisecond+time.Duration(hand.Int64N(int64(1700*time.Millisecond))))
			if err := s.printer.Do(cure); err != nil {
				s.fail("%v", err)
			}
			continue
		}
		s.count(what)
		s.pause(ctx, time.Duration(hand.Int64N(int64(400*time.Millisecond))))
		for cure == "power on" && s.busy() && s.turns.Load() == turn && ctx.Err() == nil {
			s.pause(ctx, 50*time.Millisecond)
		}
		if err := s.printer.Do(cure); err != nil {
			s.fail("%v", err)
		}
	}
}

// pause lets real time pass.
func (s *shop) pause(ctx context.Context, d time.Duration) {
	select {
	case <-(clock.Real{}).After(d):
	case <-ctx.Done():
	}
}

// quiet reports that every trouble has been, and is over.
func (s *shop) quiet() bool {
	p := s.printer.Status()
	return p.Done >= s.last && !p.Off && !p.Unplugged && !p.PaperOut && !p.CoverOpen && !p.Stalled
}

// busy reports that a job is on the line.
func (s *shop) busy() bool { return s.printing.Load() > 0 }

// run sells, starts the program again whenever it was killed, and answers what
// it asks, until every trouble has been and nothing waits any more.
func (s *shop) run(ctx context.Context) error {
	select {
	case <-s.plugged:
	case <-ctx.Done():
		return ctx.Err()
	}
	op := staff.Operator{ID: "op", Name: "Ann", Role: staff.Supervisor, Active: true}
	if err := s.journal.Commit(ctx, order.Entry{Kind: "operator.added", Subject: op.ID, Actor: "drill", Object: op}); err != nil {
		return err
	}
	numbers := &id.Source{Nonce: s.journal.Nonce(), Clock: clock.Real{}}
	for ctx.Err() == nil {
		p, err := s.begin(ctx, numbers.New)
		if err != nil {
			return err
		}
		done, err := s.work(ctx, p)
		p.kill()
		p.ended.Wait()
		if done || err != nil {
			return err
		}
	}
	return s.stuck()
}

// stuck tells what never came to its end.
func (s *shop) stuck() error {
	jobs, err := s.journal.Jobs(context.Background(), "")
	if err != nil {
		return err
	}
	s.fail("%d receipts wait without an end: %+v, printer %+v", len(jobs), jobs, s.printer.Status())
	return nil
}

// work uses one program until it is killed, or all is done.
func (s *shop) work(ctx context.Context, p *program) (done bool, err error) {
	for ctx.Err() == nil && !p.dead.Load() {
		jobs, err := s.journal.Jobs(ctx, "")
		if err != nil {
			return false, err
		}
		asks := s.answer(ctx, p, jobs)
		if s.quiet() && len(jobs) == 0 {
			return true, nil
		}
		if len(jobs)-asks < 2 && !s.quiet() {
			if err := s.sell(ctx, p); err != nil && !p.dead.Load() {
				return false, err
			}
			continue
		}
		select {
		case <-s.died:
			return false, nil
		case <-s.news:
		case <-(clock.Real{}).After(100 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	return false, nil
}

// sell takes a payment, or prints an earlier receipt again.
func (s *shop) sell(ctx context.Context, p *program) error {
	if len(s.sales) > 0 && s.rnd.IntN(5) == 0 {
		return p.engine.PrintAgain(ctx, order.DocumentSale, s.sales[s.rnd.IntN(len(s.sales))], order.CopyCustomer)
	}
	c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2040, Month: 12}, "")
	if err != nil {
		return err
	}
	sale, err := p.engine.Charge(ctx, engine.Charge{Order: rndText(s.rnd), Amount: money.New(100+s.rnd.Int64N(9000), money.USD)}, c)
	if err == nil && sale.State == order.Approved {
		s.sales = append(s.sales, sale.Number)
	}
	return err
}

func rndText(rnd *rand.Rand) string { return fmt.Sprintf("o%016x", rnd.Uint64()) }

// stillTime is how long a printer that gets no byte must be still until a person
// thinks that nothing more comes.
const stillTime = 200 * time.Millisecond

// still reports that no paper moves and none will.
func (s *shop) still() bool {
	now, status := clock.Real{}.Steady(), s.printer.Status()
	if status.Received != s.received || s.busy() || !status.Online || status.Stalled || status.Unplugged || status.Buffered > 0 {
		s.received, s.moved = status.Received, now
	}
	return now-s.moved > stillTime
}

// answer is the person who looks at the paper once the printer is still, and
// says what came out. It returns how many are asked about.
func (s *shop) answer(ctx context.Context, p *program, jobs []order.Job) (asks int) {
	still := s.still()
	for _, j := range jobs {
		if j.State != order.JobUnsure {
			continue
		}
		asks++
		if !still {
			continue
		}
		printed := s.read().complete(j.Subject, j.Reprint)
		if err := p.engine.SettleJob(ctx, j.ID, printed); err == nil {
			s.report.Asked++
		} else if !p.dead.Load() {
			s.fail("nobody may say what became of %s: %v", j.ID, err)
		}
	}
	return asks
}

// program is one run of the program, until it is killed.
type program struct {
	s      *shop
	engine *engine.Engine
	stop   context.CancelFunc
	ended  sync.WaitGroup
	dead   atomic.Bool

	mu    sync.Mutex
	ports []printer.Port
	rnd   *rand.Rand
}

var errKilled = errors.New("the program was killed")

// yes is a bank that approves.
type yes struct{ engine.Acquirer }

func (yes) Charge(_ context.Context, r order.CardRequest, _ *card.Card) order.Evidence {
	processed := true
	return order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved", Processed: &processed, Code: "A0000",
		GUID: "guid-" + r.Number, Device: r.Device, Number: r.Number, Amount: &r.Amount, Effective: &r.Amount, AuthCode: "TAS001", Batch: "batch"}
}

type anyPIN struct{}

func (anyPIN) Verify(string, []byte) (bool, error) { return true, nil }

// loadFonts reads the fonts once for all programs: what is made of them is kept
// for as long as the process lives.
var loadFonts = sync.OnceValues(func() (f escpos.Fonts, err error) {
	f.Regular, err = assets.Fonts.ReadFile(assets.MonoRegular)
	f.Bold = f.Regular
	return f, err
})

// begin starts the program.
func (s *shop) begin(ctx context.Context, newNumber func() string) (*program, error) {
	for { // what the last program said is over
		select {
		case <-s.died:
			continue
		default:
		}
		break
	}
	ctx, stop := context.WithCancel(ctx)
	p := &program{s: s, stop: stop, rnd: rand.New(rand.NewPCG(s.rnd.Uint64(), 1))}
	target, err := printer.Parse("serial:"+s.link+"?baud=115200", 115200)
	if err != nil {
		return nil, err
	}
	fonts, err := loadFonts()
	if err != nil {
		return nil, err
	}
	profile, err := escpos.Named(s.profile, 0)
	if err != nil {
		return nil, err
	}
	left, err := s.journal.Jobs(ctx, "")
	if err != nil {
		return nil, err
	}
	device := printer.New(target, printjob.Traits(profile, left), printer.Openers{Serial: p.open}, clock.Real{})
	cfg := printjob.Config{Shop: receipts.Shop{Name: shopName}, DeviceName: "till", HostName: "bank", Profile: profile, PaperFonts: fonts,
		Operator: func(string) string { return "Ann" }}
	worker := &printjob.Worker{Source: s.journal, Device: func() printjob.Device { return paperDevice{device, p} },
		Config: func() printjob.Config { return cfg }}
	log := slog.New(slog.DiscardHandler)
	p.engine = engine.New(engine.Deps{Journal: mortal{s.journal, p}, Host: yes{}, PINs: anyPIN{}, Paper: worker, Clock: clock.Real{}, NewNumber: newNumber, Log: log},
		engine.Config{Device: "dev", Currency: money.USD, Minimum: money.New(50, money.USD), Maximum: money.New(1e6, money.USD), Printer: true,
			Jobs: []order.Job{{Kind: order.JobPrint, Copy: order.CopyCustomer}}})
	if err := errors.Join(p.engine.Resume(ctx), p.engine.SignIn(ctx, "op", []byte("4711"))); err != nil && !p.dead.Load() {
		return nil, err
	}
	p.engine.Watch(func(engine.Snapshot) { s.wake() })
	p.ended.Go(func() { due.Runner{Worker: papers{p.engine}, Clock: clock.Real{}, Log: log}.Run(ctx) })
	p.ended.Go(func() {
		device.Watch(ctx, func(st printer.Status) {
			if st.State == printer.Ready {
				p.engine.PrinterReady()
			}
		})
	})
	return p, nil
}

// kill ends the program between two of its steps: nothing it does later counts,
// and the system closes its line.
func (p *program) kill() {
	if p.dead.Swap(true) {
		return
	}
	p.mu.Lock()
	for _, port := range p.ports {
		_ = port.Close() // as the system does
	}
	p.mu.Unlock()
	p.stop()
	select {
	case p.s.died <- struct{}{}:
	default:
	}
}

// chance kills the program now and then.
func (p *program) chance(percent int, where string) bool {
	p.mu.Lock()
	hit := p.rnd.IntN(100) < percent
	p.mu.Unlock()
	if !hit || p.dead.Load() || p.s.quiet() {
		return false
	}
	p.s.count("killed " + where)
	p.kill()
	return true
}

// mortal is the journal of a program that may be killed before and after each
// commit about a receipt.
type mortal struct {
	*journal.Journal
	p *program
}

// Commit implements engine.Journal.
func (m mortal) Commit(ctx context.Context, entries ...order.Entry) error {
	_, receipt := entries[0].Object.(order.Job)
	if m.p.dead.Load() || receipt && m.p.chance(2, "before a commit") {
		return errKilled
	}
	if err := m.Journal.Commit(ctx, entries...); err != nil {
		return err
	}
	if receipt && m.p.chance(2, "after a commit") {
		return errKilled
	}
	return nil
}

// papers are the print jobs as the scheduler sees them.
type papers struct{ e *engine.Engine }

func (p papers) Pending() (items []due.Item) {
	for _, w := range p.e.PendingJobs(order.JobPrint) {
		items = append(items, due.Item{ID: w.ID, Due: w.Due})
	}
	return items
}
func (p papers) Do(ctx context.Context, id string) error { return p.e.RunJob(ctx, id) }
func (p papers) Wake() <-chan struct{}                   { return p.e.JobsWake(order.JobPrint) }

// paperDevice is the printer as the jobs see it.
type paperDevice struct {
	*printer.Printer
	p *program
}

// Print implements printjob.Device.
func (d paperDevice) Print(ctx context.Context, job []byte) order.JobResult {
	d.p.s.printing.Add(1)
	defer func() {
		d.p.s.turns.Add(1)
		d.p.s.printing.Add(-1)
	}()
	r := d.Printer.Print(ctx, job)
	result := order.JobResult{Done: r.Done(), Touched: r.Proof == printer.Unknown, Trouble: r.Text}
	if d.p.s.o.spoil != nil {
		result = d.p.s.o.spoil(result)
	}
	return result
}

// Kick implements printjob.Device; these shops have no drawer.
func (d paperDevice) Kick(context.Context) order.JobResult { return order.JobResult{} }

// open opens the line.
func (p *program) open(name string, baud int, flow string) (printer.Port, error) {
	if p.dead.Load() {
		return nil, errKilled
	}
	port, err := serialport.Open(serialport.Config{Name: name, Baud: baud, Flow: serialport.Flow(flow)}, clock.Real{})
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ports = []printer.Port{port}
	return mortalPort{port, p}, nil
}

// mortalPort is a line whose program may be killed at each piece that it sends.
type mortalPort struct {
	printer.Port
	p *program
}

// Write implements printer.Port.
func (m mortalPort) Write(ctx context.Context, data []byte) (int, error) {
	if len(data) > 8 && m.p.chance(1, "on the line") || m.p.dead.Load() {
		return 0, errKilled
	}
	return m.Port.Write(ctx, data)
}
