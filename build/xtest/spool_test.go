package xtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// paperTill is the virtual printer on a pseudo-terminal, in a process of its own,
// and the person beside it.
type paperTill struct {
	d    *desk
	acts io.Writer

	mu    sync.Mutex
	lines []string // of the paper
}

func newPaperTill(d *desk, more ...string) *paperTill {
	d.t.Helper()
	link := filepath.Join(d.dir, "printer")
	p := d.command(append([]string{"sandbox", "printer", "--model", "epson-80", "--serial", "--link", link, "--baud", "115200"}, more...)...)
	acts, err := p.StdinPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	p.Stderr = os.Stderr
	if err := p.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { kill(p) })
	c := &paperTill{d: d, acts: acts}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "Virtual printer") {
		d.t.Fatalf("the printer began with %q, %v", lines.Text(), lines.Err())
	}
	go func() {
		for lines.Scan() {
			c.mu.Lock()
			c.lines = append(c.lines, lines.Text())
			c.mu.Unlock()
		}
	}()
	d.must("settings", "set", "printer.profile", "epson-tm-t88")
	d.must("settings", "set", "printer.target", "serial:"+link)
	d.must("settings", "set", "receipts.pdf", "false")
	return c
}

// do lets something happen to the printer.
func (c *paperTill) do(what string) {
	c.d.t.Helper()
	if _, err := fmt.Fprintln(c.acts, what); err != nil {
		c.d.t.Fatal(err)
	}
}

// printed counts the receipts on the paper of one copy of a sale, those that
// were begun and those that are whole. Paper that is still in the printer is
// torn off first.
func (c *paperTill) printed(number, copyName string, n int) (begun, whole int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	title := "SALE"
	if n > 0 {
		title = fmt.Sprintf("SALE - COPY %d", n)
	}
	end := strings.ToUpper(copyName) + " COPY"
	titled, found := false, false
	for _, line := range c.lines {
		text := strings.TrimSpace(line[strings.IndexByte(line, '|')+1:])
		switch {
		case strings.HasPrefix(line, "--- slip"):
			titled, found = false, false
		case strings.HasPrefix(text, "SALE"):
			titled = text == title
		case strings.HasPrefix(text, "Number") && strings.HasSuffix(text, number):
			if found = titled; found {
				begun++
			}
		case text == end && found:
			whole++
		}
	}
	return begun, whole
}

// TestSpool pulls the printer's cable and kills the program with SIGKILL while
// receipts are printed, answers truthfully what it asks, and holds the paper
// against the journal. PAYDESK_PULLS sets how often, PAYDESK_SEED the seed.
func TestSpool(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := newPaperTill(d)
	seed := uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	rnd := rand.New(rand.NewPCG(seed, 2))
	t.Logf("seed %d", seed)
	asked := 0
	for range (envInt("PAYDESK_PULLS", 20) + 1) / 2 {
		sale, _ := d.startSale("4111111111111111")
		pause(time.Duration(rnd.Int64N(int64(500 * time.Millisecond))))
		c.do("unplug")
		pause(time.Duration(rnd.Int64N(int64(200 * time.Millisecond))))
		kill(sale)
		c.do("plug")
		d.must("settle")
		asked += c.answer()
	}
	for range 10 { // until a person has answered all
		d.must("settle")
		asked += c.answer()
	}
	if left := c.waiting(); len(left) > 0 {
		t.Errorf("%d receipts still wait: %+v", len(left), left)
	}
	t.Logf("a person was asked %d times", asked)
	if asked == 0 {
		t.Error("no pull met a receipt on its way: the test proves nothing on this machine")
	}
	sales := 0
	for _, p := range d.payments() {
		if p.State != string(order.Approved) {
			continue
		}
		sales++
		for _, copyName := range []string{order.CopyCustomer, order.CopyMerchant} {
			all := 0
			for n := range 20 {
				begun, whole := c.printed(p.Number, copyName, n)
				// Above the last line nothing tells the two copies apart.
				if all += whole; whole > 1 || begun > 2 {
					t.Errorf("seed %d: %s %s: copy %d was begun %d times and is %d times whole", seed, p.Number, copyName, n, begun, whole)
				}
			}
			if all == 0 {
				t.Errorf("seed %d: %s has no %s receipt", seed, p.Number, copyName)
			}
		}
	}
	t.Logf("%d sales", sales)
}

// waiting are the receipts that are not at their end.
func (c *paperTill) waiting() (jobs []order.Job) {
	c.d.t.Helper()
	for line := range strings.Lines(c.d.must("spool", "list", "--json")) {
		var j order.Job
		if err := json.Unmarshal([]byte(line), &j); err != nil {
			c.d.t.Fatal(err)
		}
		jobs = append(jobs, j)
	}
	return jobs
}

// answer is the person who looks at the paper.
func (c *paperTill) answer() (asked int) {
	c.d.t.Helper()
	for _, j := range c.waiting() {
		if j.State != order.JobUnsure {
			continue
		}
		asked++
		c.do("tear")
		pause(50 * time.Millisecond)
		said := "again"
		if _, whole := c.printed(j.Subject, j.Copy, j.Reprint); whole > 0 {
			said = "printed"
		}
		c.d.must("spool", said, j.ID)
	}
	return asked
}
