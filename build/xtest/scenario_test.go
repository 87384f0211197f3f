//go:build linux && amd64

package xtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// scenario is a command of the program that is stopped, or whose disk fails,
// at each call that it makes.
type scenario struct {
	name string
	// begin brings the desk to where the command can start, and returns its
	// arguments.
	begin func(d *desk) []string
	// ends is its exit code when nothing disturbs it.
	ends int
}

// scenarios are what the program is disturbed in; a new one is a line here.
var scenarios = []scenario{
	{"sale", func(d *desk) []string { return pays("sale", amexCard) }, 0},
	{"sale whose answer is lost", func(d *desk) []string { return pays("sale", lostCard) }, 0},
	{"declined sale", func(d *desk) []string { return pays("sale", declinedCard) }, 3},
	{"half a sale, kept", func(d *desk) []string { return append(pays("sale", partCard), "--keep-partial") }, 0},
	{"half a sale, given back", func(d *desk) []string { return pays("sale", partCard) }, 3},
	{"recovery", func(d *desk) []string { d.cutOff(pays("sale", approvedCard)...); return []string{"settle"} }, 0},
	{"void", func(d *desk) []string { return []string{"void", d.paid("sale")} }, 0},
	{"capture", func(d *desk) []string { return []string{"capture", d.paid("auth"), "9"} }, 0},
	{"return", func(d *desk) []string { n := d.paid("sale"); d.closeAtHost(); return []string{"return", n, "5"} }, 0},
	{"closing the batch", func(d *desk) []string { d.paid("sale"); return []string{"batch", "close"} }, 0},
	{"sale that is taken back", func(d *desk) []string { return pays("sale", gatewayCard) }, 4},
}

// The cards of the tests, by what the host does with them.
const (
	approvedCard = "4111111111111111"
	lostCard     = "5555555555554444"
	gatewayCard  = "3530111333300000"
	declinedCard = "4000000000009995"
	partCard     = "4012888888881881"
	amexCard     = "371449635392376"
	slowCard     = "378282246310005"
)

// pays is the command line of a payment.
func pays(kind, number string) []string {
	code := "999"
	if strings.HasPrefix(number, "37") {
		code = amexCode
	}
	return []string{kind, "12.50", "--json", "--card", number, "--expiry", "1231", "--cvv", code}
}

// paid makes a payment undisturbed and returns its number.
func (d *desk) paid(kind string) string {
	d.t.Helper()
	shown := shownBy(d.must(pays(kind, approvedCard)...))
	if len(shown) != 1 {
		d.t.Fatalf("%s showed %v", kind, shown)
	}
	for number := range shown {
		return number
	}
	return ""
}

// cutOff starts a payment and kills the program when its request has left.
func (d *desk) cutOff(args ...string) {
	d.t.Helper()
	sent := false
	e := d.traced(d.command(args...), watcher{before: func(c *call) verdict {
		v := verdict{kill: sent}
		sent = sent || (c.path == toSocket && numberField.Match(c.data))
		return v
	}})
	if e.code >= 0 {
		d.t.Fatalf("%v was not cut off: %+v", args, e)
	}
}

// shownBy is what a command's output says of payments: their states by number.
func shownBy(out string) map[string]order.State {
	shown := map[string]order.State{}
	for line := range strings.Lines(out) {
		var p struct {
			Number string
			State  order.State
		}
		if json.Unmarshal([]byte(line), &p) == nil && p.Number != "" {
			shown[p.Number] = p.State
		}
	}
	return shown
}

// recovered starts the program again on a healthy machine, lets it finish what
// is open, and holds the journal against the host's ledger and against what
// was shown before.
func (d *desk) recovered(shown map[string]order.State) error {
	d.t.Helper()
	if out, code := d.run("settle", "--within", "30s"); code != 0 {
		return fmt.Errorf("the program does not start again: exit code %d, %s", code, out)
	}
	if out, code := d.run("journal", "verify"); code != 0 {
		return fmt.Errorf("journal verify: exit code %d, %s", code, out)
	}
	j, err := journal.OpenReader(filepath.Join(d.dir, "training"))
	if err != nil {
		return err
	}
	defer j.Close()
	ctx := context.Background()
	for number, state := range shown {
		a, err := j.Attempt(ctx, number)
		if err != nil {
			return fmt.Errorf("%s was shown as %s: %w", number, state, err)
		}
		if state.Final() && a.State != state {
			return fmt.Errorf("%s was shown as %s and is %s now", number, state, a.State)
		}
	}
	return errors.Join(d.agreeOnCharges(ctx, j), d.agreeAfterwards())
}

// agreeOnCharges holds every payment of the journal against the host's row of
// it; what was done about one later is for agreeAfterwards.
func (d *desk) agreeOnCharges(ctx context.Context, j *journal.Journal) error {
	l, err := sandbox.OpenLedger(d.ledger)
	if err != nil {
		return err
	}
	defer l.Close()
	rows, err := l.Transactions(ctx)
	if err != nil {
		return err
	}
	live := map[string]sandbox.Transaction{}
	for _, r := range rows {
		if r.Status != "Transaction - Approved" || (r.Kind != "Sale" && r.Kind != "Auth Only") || r.RelatedGUID != "" {
			continue
		}
		if _, twice := live[r.SequenceNumber]; twice {
			return fmt.Errorf("the host charged number %s twice", r.SequenceNumber)
		}
		live[r.SequenceNumber] = r
	}
	q := order.Query{Limit: 500}
	for {
		page, err := j.Sales(ctx, q)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			follows, err := j.FollowsOf(ctx, a.Number)
			if err != nil {
				return err
			}
			row, there := live[a.Number]
			delete(live, a.Number)
			stands := row.EffectiveAmount.Minor != 0
			switch {
			case a.State == order.Approved && !there:
				return fmt.Errorf("%s is approved in the journal and not at the host", a.Number)
			case a.State == order.Approved && len(follows) == 0 && row.EffectiveAmount != a.Approved:
				return fmt.Errorf("%s is approved for %s in the journal, and for %s at the host", a.Number, a.Approved.Decimal(), row.EffectiveAmount.Decimal())
			case a.State == order.PartApproved && !stands:
				return fmt.Errorf("half of %s is approved in the journal and not at the host", a.Number)
			case a.State != order.Approved && a.State != order.PartApproved && stands:
				return fmt.Errorf("%s is %s in the journal; the host has charged %s", a.Number, a.State, row.EffectiveAmount.Decimal())
			}
		}
		q.Before = page[len(page)-1].Number
	}
	for number := range live {
		return fmt.Errorf("the host has charged %s, which the journal does not know", number)
	}
	return nil
}
