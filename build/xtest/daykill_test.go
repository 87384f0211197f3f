package xtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/xero"
)

// TestDayKill plays working days from the command line and kills the program with
// SIGKILL at random moments of them: while a shift is opened, counted and closed,
// of sales, of cash that is moved, of the closing of the batch, of the Z report and
// of the export into the books. The host loses requests and answers, and so do the
// books. Each step is begun again until the journal has it, and behind each day the
// papers are held against the host's ledger, against the books, and against what
// this test itself put into the drawer. PAYDESK_KILLS and PAYDESK_SEED set the
// number of kills and the seed.
func TestDayKill(t *testing.T) {
	t.Parallel()
	c := newDayCrash(t)
	kills := envInt("PAYDESK_KILLS", 30)
	began := time.Now()
	for c.kills < kills || c.day < 3 {
		c.day++
		c.play()
		if err := c.agrees(); err != nil {
			t.Fatalf("seed %d, day %d, after %d kills: %v", c.seed, c.day, c.kills, err)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(c.met)) {
		t.Logf("%4d × %s", c.met[what], what)
	}
	t.Logf("%d kills in %d days and %v: %s", c.kills, c.day, time.Since(began).Round(time.Second), c.sum())
	if c.met["batch CLOSING"] == 0 {
		t.Error("no kill met the closing of a batch: the test proves nothing")
	}
	c.noCardData()
}

// dayCrash is a desk that counts its drawer, and whose program dies again and again.
type dayCrash struct {
	*desk
	seed  uint64
	rnd   *rand.Rand
	day   int
	kills int
	took  map[string]time.Duration // what a command takes that nobody kills
	met   map[string]int           // what the kills met
	// drawer is what the test put into the drawer of the open shift, cents makes
	// every amount another one.
	drawer, cents int64
}

const dayFloat = 10000

func newDayCrash(t *testing.T) *dayCrash {
	t.Helper()
	c := &dayCrash{desk: newDesk(t), took: map[string]time.Duration{}, met: map[string]int{}}
	c.seed = uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	c.rnd = rand.New(rand.NewPCG(c.seed, 3))
	t.Logf("seed %d", c.seed)
	c.must("settings", "set", "day.drawer", "counted")
	c.must("settings", "set", "xero.client_id", xero.ClientID)
	c.must("settings", "set", "xero.base_url", c.url+xero.APIPath)
	c.must("settings", "set", "xero.login_url", c.url+xero.LoginPath)
	return c
}

// unkindHost makes the host lose what it is asked; the first closing is answered
// late, so that a kill meets it for certain.
func (c *dayCrash) unkindHost() {
	c.t.Helper()
	c.put("/sandbox/faults", fmt.Sprintf(`{"seed":%d,"rules":[
		{"call":"POST batches/close","times":1,"fault":"delay 5s"},
		{"call":"POST batches/close","chance":"15%%","fault":"drop before"},
		{"call":"POST batches/close","chance":"40%%","fault":"drop after"},
		{"call":"POST sales","chance":"15%%","fault":"drop after"}]}`, c.seed+uint64(c.day)))
	c.put(xero.FaultsPath, `[{"kind":"lost-after","call":"PUT BankTransactions","nth":1},{"kind":"lost-before","call":"PUT BankTransactions","nth":3}]`)
}

// play is one day.
func (c *dayCrash) play() {
	c.t.Helper()
	c.unkindHost()
	day, shift := c.day, func(want order.ShiftState) func() bool {
		return func() bool {
			s := c.papers().shift
			return s.Number == c.day && s.State == want
		}
	}
	c.until("shift open", shift(order.ShiftOpen), "shift", "open", decimal(dayFloat))
	c.drawer = dayFloat
	for range 2 {
		c.sale()
		c.cash()
		c.moved("in", 1)
		c.moved("out", -1)
	}
	c.must("sale", "7.00", "--card", "4111111111111111", "--expiry", "1231", "--cvv", "999") // the batch is never empty
	if day == 1 {
		c.killedClosing()
	}
	c.closed()
	c.until("shift count", shift(order.ShiftCounting), "shift", "count", decimal(c.drawer))
	c.until("shift close", shift(order.ShiftClosed), "shift", "close")
	c.until("report z", func() bool { return len(c.papers().zs) == day }, "report", "z", "--json")
	c.until("export xero", func() bool {
		all := c.papers().exports
		return len(all) == day && all[day-1].Done
	}, "export", "xero", "--from", "2020-01-01", "--to", "2090-01-01", "--json")
}

// until begins a step until the journal has it. The first time nobody kills it, so
// that it is known what it takes; later it is killed twice at most.
func (c *dayCrash) until(what string, done func() bool, args ...string) {
	c.t.Helper()
	for tries, killed := 0, 0; !done(); tries++ {
		took, known := c.took[what]
		switch {
		case tries == 12:
			c.t.Fatalf("seed %d, day %d: %s came to nothing twelve times", c.seed, c.day, what)
		case known && (killed == 0 || killed == 1 && c.rnd.IntN(2) == 0):
			killed++
			c.killed(what, took, args...)
			c.settle()
		default:
			began := time.Now()
			c.run(args...)
			if !known {
				c.took[what] = time.Since(began)
			}
		}
	}
}

// killed begins a command and kills it within the time that it takes. Nothing is
// done in the first part, in which the journal is opened, and so fewer die there.
func (c *dayCrash) killed(what string, took time.Duration, args ...string) {
	c.t.Helper()
	cmd := c.command(args...)
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	pause(took/8 + time.Duration(c.rnd.Int64N(int64(took/2))))
	kill(cmd)
	if cmd.ProcessState.ExitCode() < 0 { // otherwise it had ended
		c.kills++
		c.met[what]++
	}
	for _, b := range c.papers().closing {
		c.met["batch "+string(b.State)]++
	}
}

// settle starts the program again, which may die once more.
func (c *dayCrash) settle() {
	c.t.Helper()
	if c.rnd.IntN(4) == 0 {
		c.killed("settle", 300*time.Millisecond, "settle")
	}
	c.run("settle", "--within", "10s")
}

// amount is another one each time.
func (c *dayCrash) amount() money.Amount {
	c.cents++
	return money.New(500+c.cents, money.USD)
}

func decimal(minor int64) string { return money.New(minor, money.USD).Decimal() }

// sale is tried once: what a kill makes of it is held against the host.
func (c *dayCrash) sale() {
	c.t.Helper()
	args := []string{"sale", c.amount().Decimal(), "--card", "4111111111111111", "--expiry", "1231", "--cvv", "999"}
	if took, known := c.took["sale"]; known && c.rnd.IntN(2) == 0 {
		c.killed("sale", took, args...)
		c.settle()
		return
	}
	began := time.Now()
	c.run(args...)
	c.took["sale"] = time.Since(began)
}

func (c *dayCrash) cash() {
	c.t.Helper()
	a := c.amount()
	c.until("cash", func() bool { return c.once(c.papers().cash, a) }, "cash", a.Decimal())
	c.drawer += a.Minor
}

func (c *dayCrash) moved(way string, sign int64) {
	c.t.Helper()
	a := c.amount()
	c.until("shift "+way, func() bool { return c.once(c.papers().moves, a) }, "shift", way, a.Decimal(), "--reason", "the test")
	c.drawer += sign * a.Minor
}

// once reports that an amount is there, and fails where it is there twice.
func (c *dayCrash) once(all []money.Amount, a money.Amount) bool {
	c.t.Helper()
	n := 0
	for _, b := range all {
		if a == b {
			n++
		}
	}
	if n > 1 {
		c.t.Fatalf("seed %d, day %d: %s was booked %d times", c.seed, c.day, a.Decimal(), n)
	}
	return n == 1
}

var closing = []string{"batch", "close", "--carry", "all", "--reason", "killed", "--json"}

// killedClosing kills the program when the host has closed the batch and its answer
// is still to come, and sells before anybody asked what became of it.
func (c *dayCrash) killedClosing() {
	c.t.Helper()
	cmd := c.command(closing...)
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	for i := 0; len(c.settled()) == 0; i++ {
		if i == 200 {
			c.t.Fatal("the host closed nothing")
		}
		pause(50 * time.Millisecond)
	}
	kill(cmd)
	c.kills++
	l := c.papers()
	if len(l.closing) != 1 {
		c.t.Fatalf("the host has closed the batch, and the journal has %d closings under way", len(l.closing))
	}
	c.met["batch "+string(l.closing[0].State)]++
	c.run("sale", c.amount().Decimal(), "--card", "4111111111111111", "--expiry", "1231", "--cvv", "999")
	c.run("settle", "--within", "10s")
	if l := c.papers(); len(l.closing) != 0 || len(l.batches) != 1 {
		c.t.Fatalf("after the restart %d closings are under way, and %d batches closed", len(l.closing), len(l.batches))
	}
}

// closed closes the batch until nothing is open.
func (c *dayCrash) closed() {
	c.t.Helper()
	c.until("batch close", func() bool {
		l := c.papers()
		return len(l.closing) == 0 && l.open.Totals.Sales == 0
	}, closing...)
}
