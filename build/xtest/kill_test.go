package xtest

import (
	"bufio"
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
)

// cards that the killed sales use, by how the host treats them.
var killCards = []string{
	"4111111111111111", // approved
	"4111111111111111",
	"5555555555554444", // charged, the answer is lost
	"4012888888881881", // half is approved
	"4000000000009995", // declined
}

// TestKill kills the program with SIGKILL at random moments of a sale, starts
// it again, and holds the journal against the host's ledger each time. One
// restart in four is killed too. PAYDESK_KILLS sets the number of kills here
// and in TestKillAfterwards together, and PAYDESK_SEED the seed.
func TestKill(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kills := killsInAll() - killsAfterwards()
	seed := uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	rnd := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	took := d.saleTime()
	t.Logf("a sale takes %v from the charge on", took)
	met := map[string]int{}
	began := time.Now()
	made := 0
	for made < kills {
		made++
		d.killedSale(killCards[rnd.IntN(len(killCards))], early(rnd, took))
		met[d.newest()]++
		if rnd.IntN(4) == 0 {
			made++
			c := d.command("settle")
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			pause(time.Duration(rnd.Int64N(int64(120 * time.Millisecond))))
			kill(c)
			met["(recovery killed)"]++
		}
		d.must("settle")
		d.answerPartials()
		if err := d.agree(); err != nil {
			t.Fatalf("seed %d, kill %d: %v", seed, made, err)
		}
	}
	for _, state := range slices.Sorted(maps.Keys(met)) {
		t.Logf("%4d × newest payment after the kill: %s", met[state], state)
	}
	if met["SENDING"] == 0 {
		t.Error("no kill met a sale under way: the test proves nothing on this machine")
	}
	t.Logf("%d kills in %v, journal and host agree after each", made, time.Since(began).Round(time.Second))
	d.noCardData()
}

// killsInAll is the number of kills at random moments, and killsAfterwards how
// many of them fall on what is done about an earlier payment.
func killsInAll() int      { return envInt("PAYDESK_KILLS", 500) }
func killsAfterwards() int { return killsInAll() / 5 }

// early draws a moment of a sale. The first milliseconds, in which it is on the
// wire, come up more often than the end, in which receipts are written.
func early(rnd *rand.Rand, took time.Duration) time.Duration {
	return time.Duration(min(rnd.Int64N(int64(took)), rnd.Int64N(int64(took)), rnd.Int64N(int64(took))))
}

// TestKillWhileTheHostIsSilent kills the terminal while a charge has been made
// and its answer is still to come: the surest place for a double charge.
func TestKillWhileTheHostIsSilent(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		d.killedSale("378282246310005", 300*time.Millisecond) // charged at once, answered after 8 s
		if got := d.newest(); got != "SENDING" {
			t.Fatalf("the kill met %s, want SENDING", got)
		}
		d.must("settle")
		if got := d.newest(); got != "APPROVED" {
			t.Errorf("after the restart: %s, want APPROVED", got)
		}
		if err := d.agree(); err != nil {
			t.Fatal(err)
		}
	}
}

// killedSale starts a sale and kills the program a while after it said that
// the charge begins.
func (d *desk) killedSale(card string, after time.Duration) {
	d.t.Helper()
	c, _ := d.startSale(card)
	pause(after)
	kill(c)
}

// saleTime measures what a sale takes from the charge to its end.
func (d *desk) saleTime() time.Duration {
	d.t.Helper()
	var longest time.Duration
	for range 3 {
		c, at := d.startSale("4111111111111111")
		if err := c.Wait(); err != nil {
			d.t.Fatal(err)
		}
		longest = max(longest, time.Since(at))
	}
	return longest
}

func (d *desk) startSale(card string) (*exec.Cmd, time.Time) {
	d.t.Helper()
	cvv := "999"
	if strings.HasPrefix(card, "3") {
		cvv = "9997"
	}
	c := d.command("sale", "12.50", "--keep-partial", "--card", card, "--expiry", "1231", "--cvv", cvv)
	pipe, err := c.StderrPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		d.t.Fatal(err)
	}
	line, err := bufio.NewReader(pipe).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "Asking the bank") {
		d.t.Fatalf("the sale began with %q, %v", line, err)
	}
	return c, time.Now()
}

// answerPartials answers for the person whom a partial approval waits for.
func (d *desk) answerPartials() {
	d.t.Helper()
	if a := d.last(); a.State == order.PartApproved {
		d.must("keep", a.Number)
	}
}

// newest is the state of the newest payment.
func (d *desk) newest() string {
	d.t.Helper()
	if a := d.last(); a.Number != "" {
		return string(a.State)
	}
	return "(none)"
}

// last is the newest payment in the journal as it lies on the disk.
func (d *desk) last() order.Attempt {
	d.t.Helper()
	j, err := journal.OpenReader(filepath.Join(d.dir, "training"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer j.Close()
	sales, err := j.Sales(context.Background(), order.Query{Limit: 1})
	if err != nil {
		d.t.Fatal(err)
	}
	if len(sales) == 0 {
		return order.Attempt{}
	}
	return sales[0]
}

func envInt(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}
