package xtest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// TestKillAfterwards kills the program at random moments of voids, captures
// and returns, whose requests and answers the host loses now and then, starts
// it again, and holds what the journal says was done against the host's
// ledger. PAYDESK_KILLS and PAYDESK_SEED are those of TestKill.
func TestKillAfterwards(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	kills := killsAfterwards()
	seed := uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	rnd := rand.New(rand.NewPCG(seed, 2))
	t.Logf("seed %d", seed)
	d.loseAnswers(seed)
	met := map[string]int{}
	began := time.Now()
	for i := range kills {
		number, act := d.begun(rnd)
		c := d.command(act...)
		pipe, err := c.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(pipe).ReadString('\n'); err != nil || !strings.HasPrefix(line, "Asking the bank") {
			t.Fatalf("%v began with %q, %v", act, line, err)
		}
		pause(early(rnd, 40*time.Millisecond))
		kill(c)
		met[d.follow(number)]++
		d.run("settle", "--within", "10s")
		if err := d.agreeAfterwards(); err != nil {
			t.Fatalf("seed %d, kill %d of %v: %v", seed, i, act, err)
		}
	}
	for _, state := range slices.Sorted(maps.Keys(met)) {
		t.Logf("%4d × after the kill: %s", met[state], state)
	}
	t.Logf("%d kills in %v, journal and host agree after each", kills, time.Since(began).Round(time.Second))
	if met["VOID SENDING"]+met["CAPTURE SENDING"]+met["RETURN SENDING"] == 0 {
		t.Error("no kill met a request under way: the test proves nothing on this machine")
	}
}

// loseAnswers makes the host drop some requests about earlier payments, before
// they are in its ledger or after.
func (d *desk) loseAnswers(seed uint64) {
	d.t.Helper()
	var rules []string
	for _, call := range []string{"void", "captures", "returns"} {
		rules = append(rules, fmt.Sprintf(`{"call":"POST %s","chance":"4%%","fault":"drop before"}`, call),
			fmt.Sprintf(`{"call":"POST %s","chance":"25%%","fault":"drop after"}`, call))
	}
	d.put("/sandbox/faults", fmt.Sprintf(`{"seed":%d,"rules":[%s]}`, seed, strings.Join(rules, ",")))
}

// begun makes a payment, and the command line of what is done about it next.
func (d *desk) begun(rnd *rand.Rand) (number string, act []string) {
	d.t.Helper()
	pay := func(kind string) string {
		out := d.must(kind, "12.50", "--json", "--card", "4111111111111111", "--expiry", "1231", "--cvv", "999")
		var p struct{ Number string }
		if err := json.Unmarshal([]byte(out), &p); err != nil {
			d.t.Fatal(err)
		}
		return p.Number
	}
	switch rnd.IntN(3) {
	case 0:
		number = pay("sale")
		return number, []string{"void", number}
	case 1:
		number = pay("auth")
		return number, []string{"capture", number, "9"}
	}
	number = pay("sale")
	d.closeAtHost()
	return number, []string{"return", number, "5"}
}

// follow is the newest follow-up of a payment as the journal on the disk has
// it.
func (d *desk) follow(number string) string {
	d.t.Helper()
	j, err := journal.OpenReader(filepath.Join(d.dir, "training"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer j.Close()
	all, err := j.FollowsOf(context.Background(), number)
	if err != nil {
		d.t.Fatal(err)
	}
	if len(all) == 0 {
		return "(nothing)"
	}
	f := all[len(all)-1]
	return string(f.Act) + " " + string(f.State)
}

// agreeAfterwards holds every payment's follow-ups against the host's rows.
// One that is still being asked about may be either way.
func (d *desk) agreeAfterwards() error {
	did := map[string]int{} // kind and target guid → rows that stand
	l, err := sandbox.OpenLedger(d.ledger)
	if err != nil {
		return err
	}
	defer l.Close()
	rows, err := l.Transactions(context.Background())
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.RelatedGUID != "" && r.Status == "Transaction - Approved" {
			did[strings.ToUpper(r.Kind)+" "+r.RelatedGUID]++
		}
	}
	j, err := journal.OpenReader(filepath.Join(d.dir, "training"))
	if err != nil {
		return err
	}
	defer j.Close()
	sales, err := j.Sales(context.Background(), order.Query{Limit: 500})
	if err != nil {
		return err
	}
	for _, a := range sales {
		follows, err := j.FollowsOf(context.Background(), a.Number)
		if err != nil {
			return err
		}
		for _, f := range follows {
			n := did[string(f.Act)+" "+f.Target.GUID]
			switch {
			case n > 1:
				return fmt.Errorf("the host did %s %d times for %s", f.Act, n, a.Number)
			case f.State == order.FollowDone && n != 1:
				return fmt.Errorf("%s of %s is done in the journal, and the host has %d", f.Act, a.Number, n)
			case f.State.Final() && f.State != order.FollowDone && n != 0:
				return fmt.Errorf("%s of %s is %s in the journal, and the host did it", f.Act, a.Number, f.State)
			}
		}
	}
	_, err = j.Verify(context.Background())
	return err
}
