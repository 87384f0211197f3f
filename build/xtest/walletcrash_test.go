package xtest

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
)

// TestWalletKill kills the program with SIGKILL at random moments of a payment by
// phone: while the code is made, while it is shown, when it was paid, while the
// money is taken, cancelled or paid back. The gateways lose requests and answers,
// are slow and fail. The program is started again, one start in four is killed,
// too, and what the journal says is held against the gateways' ledger each time,
// and at the end to the cent. PAYDESK_KILLS and PAYDESK_SEED set kills and seed.
func TestWalletKill(t *testing.T) {
	t.Parallel()
	kills := envInt("PAYDESK_KILLS", 28)
	seed := uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	for n, name := range slices.Sorted(maps.Keys(wallets)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := crash{purse: newPurse(t, name), rnd: rand.New(rand.NewPCG(seed, uint64(n))), met: map[string]int{}}
			c.measure()
			c.faults(seed, unkind()...)
			began := time.Now()
			for c.kills < (kills+len(wallets)-1)/len(wallets) {
				what := c.act()
				if c.rnd.IntN(4) == 0 {
					c.killed(0, "settle", "--within", "6s")
				}
				c.run("settle", "--within", "6s")
				if err := c.book().agrees(c.box(), false); err != nil {
					t.Fatalf("seed %d, kill %d, %s: %v", seed, c.kills, what, err)
				}
			}
			c.end()
			if err := c.book().agrees(c.box(), true); err != nil {
				t.Errorf("seed %d, at the end: %v", seed, err)
			}
			has := c.box()
			t.Logf("seed %d: %d kills in %v met %v; %d codes, %d payments, %d refunds", seed, c.kills, time.Since(began).Round(time.Second),
				c.met, len(c.book().codes), len(has.payments), len(has.refunds))
		})
	}
}

// unkind are the faults of the gateways. Each comes twice at most: a code that
// fails many times in a row is made too late for a test that waits for it.
func unkind() (rules []gateway.FaultRule) {
	for _, call := range []string{"NVP SetExpressCheckout", "POST paypal/v2/checkout/orders", "POST razorpay/v1/payments/qr_codes", "POST razorpay/v1/payment_links",
		"NVP DoExpressCheckoutPayment", "NVP RefundTransaction", "POST paypal/v2/*", "POST razorpay/v1/*"} {
		for _, f := range []struct{ chance, fault string }{{"5%", "drop before"}, {"20%", "drop after"}, {"8%", "status 500 after"}, {"40%", "delay 400ms"}} {
			rules = append(rules, gateway.FaultRule{Call: call, Chance: f.chance, Fault: f.fault, Times: 2})
		}
	}
	return append(rules, gateway.FaultRule{Call: "GET *", Chance: "5%", Fault: "status 500"}, gateway.FaultRule{Call: "NVP *", Chance: "10%", Fault: "delay 300ms"})
}

// crash is a purse whose program dies again and again.
type crash struct {
	*purse
	rnd   *rand.Rand
	start time.Duration // what a command takes before it asks the provider
	kills int
	met   map[string]int // what the kills met
}

// measure finds how long a command takes until a code is shown.
func (c *crash) measure() {
	c.t.Helper()
	began := time.Now()
	pay, text := c.show()
	c.start = time.Since(began)
	c.phone(text, "pay")
	if err := pay.Wait(); err != nil {
		c.t.Fatal(err)
	}
}

// show starts a payment and returns when its code is shown, with what it holds.
func (c *crash) show() (*exec.Cmd, string) {
	c.t.Helper()
	pay := c.command("wallet", "pay", "12.50", "--with", c.provider, "--wait", "1m")
	errs, err := pay.StderrPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := pay.Start(); err != nil {
		c.t.Fatal(err)
	}
	lines, said := bufio.NewScanner(errs), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if _, text, ok := strings.Cut(lines.Text(), "12.50: "); ok {
			go func() { _, _ = io.Copy(io.Discard, errs) }() // until it is killed
			return pay, text
		}
	}
	_ = pay.Wait() // its state says what was wrong
	c.t.Fatalf("no code was shown: %v, %s%+v", pay.ProcessState, said, c.book().newest())
	return nil, ""
}

// killed runs a command and kills it about when it asks the provider, or the
// given time later.
func (c *crash) killed(later time.Duration, args ...string) {
	c.t.Helper()
	run := c.command(args...)
	if err := run.Start(); err != nil {
		c.t.Fatal(err)
	}
	pause(c.start*6/10 + time.Duration(c.rnd.Int64N(int64(400*time.Millisecond))) + later)
	c.kill(run)
}

func (c *crash) kill(run *exec.Cmd) {
	c.t.Helper()
	kill(run)
	c.kills++
	b := c.book()
	for _, q := range b.in(order.QRCreating, order.QRShown, order.QRTaking, order.QRClosing) {
		c.met[string(q.State)]++
	}
	for _, r := range b.refunds {
		if !r.State.Final() {
			c.met["REFUND "+string(r.State)]++
		}
	}
}

// act does one thing that is killed in the middle, and says what.
func (c *crash) act() string {
	c.t.Helper()
	b := c.book()
	if open := b.in(order.QRShown); len(open) > 0 && c.rnd.IntN(3) > 0 {
		q := open[c.rnd.IntN(len(open))]
		if c.rnd.IntN(2) == 0 {
			c.killed(0, "wallet", "cancel", q.ID)
			return "cancel " + q.ID
		}
		c.phone(q.Text, "pay")
		c.killed(100*time.Millisecond, "wallet", "show", q.ID)
		return "paid meanwhile " + q.ID
	}
	if dead := unpaid(b.in(order.QRCancelled, order.QRExpired)); len(dead) > 0 && c.provider == "razorpay" && c.rnd.IntN(3) == 0 {
		q := dead[c.rnd.IntN(len(dead))]
		c.phone(q.Text, "late")
		c.killed(0, "wallet", "show", q.ID)
		return "paid late " + q.ID
	}
	if q, left := refundable(b); left > 0 && c.rnd.IntN(2) == 0 {
		amount := left
		if c.rnd.IntN(2) == 0 {
			amount = 1 + c.rnd.Int64N(left)
		}
		c.killed(0, "wallet", "refund", q.ID, fmt.Sprintf("%d.%02d", amount/100, amount%100), "--reason", "wrong size")
		return "refund of " + q.ID
	}
	return c.sale()
}

// sale begins a payment and kills it while its code is made, while it is shown,
// or when the customer has paid.
func (c *crash) sale() string {
	c.t.Helper()
	stage := c.rnd.IntN(5)
	if stage == 0 {
		c.killed(0, "wallet", "pay", "12.50", "--with", c.provider, "--wait", "1m")
		return "making a code"
	}
	pay, text := c.show()
	if stage == 1 {
		pause(time.Duration(c.rnd.Int64N(int64(500 * time.Millisecond))))
		c.kill(pay)
		return "showing a code"
	}
	c.phone(text, "pay")
	pause(time.Duration(c.rnd.Int64N(int64(2200 * time.Millisecond))))
	c.kill(pay)
	return "a payment"
}

// unpaid are codes that nothing came by and that somebody saw.
func unpaid(codes []order.QR) []order.QR {
	return slices.DeleteFunc(codes, func(q order.QR) bool { return q.Text == "" || len(q.Payments) > 0 })
}

// refundable is the newest code of whose payment something is left.
func refundable(b book) (order.QR, int64) {
	for _, q := range slices.Backward(b.codes) {
		if len(q.Payments) == 1 && q.Payments[0].Left().Minor > 0 {
			return q, q.Payments[0].Left().Minor
		}
	}
	return order.QR{}, 0
}

// end lets the gateways be well, and the terminal come to the end of all.
func (c *crash) end() {
	c.t.Helper()
	c.faults(0)
	for range 6 {
		c.must("settle", "--within", "15s")
		b := c.book()
		if b.waiting() == 0 {
			break
		}
		for _, q := range b.in(order.QRShown) {
			c.run("wallet", "cancel", q.ID)
		}
	}
	c.must("wallet", "reconcile")
}
