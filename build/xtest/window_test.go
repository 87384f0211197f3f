package xtest

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/device/devicetest"
)

// pty is a serial cable: the program prints on one end, and what comes out at
// the other is kept.
type pty struct {
	path string
	mu   sync.Mutex
	data bytes.Buffer
}

func newPTY(t testing.TB) *pty {
	t.Helper()
	if _, err := exec.LookPath("socat"); err != nil {
		t.Skip("socat is not installed; build/test installs it")
	}
	dir := t.TempDir()
	p := &pty{path: filepath.Join(dir, "printer")}
	far := filepath.Join(dir, "paper")
	c := exec.Command("socat", "pty,raw,echo=0,link="+p.path, "pty,raw,echo=0,link="+far)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(c) })
	var f *os.File
	for i := 0; ; i++ {
		var err error
		if f, err = os.Open(far); err == nil {
			break
		}
		if i > 100 {
			t.Fatal(err)
		}
		pause(20 * time.Millisecond)
	}
	t.Cleanup(func() { _ = f.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := f.Read(buf)
			p.mu.Lock()
			p.data.Write(buf[:n])
			p.mu.Unlock()
			if err != nil && err != io.EOF {
				return
			}
		}
	}()
	return p
}

func (p *pty) bytes() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.data.Bytes())
}

// state waits until the newest payment that the journal has beyond count is in
// a state, and returns it.
func (d *desk) state(s *screen, count int, want string) payment {
	d.t.Helper()
	var p payment
	s.until("payment "+want, 40*time.Second, func() bool {
		all := d.payments()
		if len(all) <= count {
			return false
		}
		p = all[0]
		return p.State == want
	})
	return p
}

// signIn puts the assistant off, which comes first at a new terminal, and types
// the trainee's PIN.
func (s *screen) signIn() {
	s.t.Helper()
	s.key("Escape")
	before := s.settled()
	s.typed("1234")
	s.key("Return")
	s.changed(before)
	s.settled()
}

// newSale leaves the outcome for the next sale. It presses again where the
// first press fell into the moment in which an outcome takes none.
func (s *screen) newSale() {
	s.t.Helper()
	before := s.settled()
	s.until("the next sale can begin", 10*time.Second, func() bool {
		s.key("F2")
		return !bytes.Equal(s.settled(), before)
	})
}

// cardSale types a sale from the amount to the press of Charge.
func (s *screen) cardSale(amount, card, cvv string) {
	s.t.Helper()
	s.typed(amount)
	before := s.settled()
	s.key("Return")
	s.changed(before)
	s.typed(card)
	s.typed("1231")
	s.typed(cvv)
	s.settled()
}

// TestWindow takes an approved, a declined and a lost-answer sale through the
// real window, by keyboard, and holds the journal, the host's ledger and the
// printed bytes against each other.
func TestWindow(t *testing.T) {
	d, s, p := newDesk(t), newScreen(t, "1280x800"), newPTY(t)
	d.must("settings", "set", "printer.target", p.path+"?status=never") // it answers nothing
	w := s.open(d)
	s.shot("1-sign-in")
	s.signIn()
	s.typed("1250")
	s.settled()
	s.shot("2-sale")
	s.key("Escape")
	s.settled()

	s.cardSale("1250", "4111111111111111", "999")
	s.shot("3-card")
	s.key("Return")
	d.state(s, 0, "APPROVED")
	s.settled()
	s.shot("4-approved")
	s.newSale()

	s.cardSale("2000", "4000000000009995", "999")
	s.key("Return")
	d.state(s, 1, "DECLINED")
	s.settled()
	s.shot("5-declined")
	s.newSale()

	s.cardSale("3075", "5555555555554444", "999")
	s.key("Return")
	d.state(s, 2, "APPROVED")
	s.settled()
	s.shot("6-answer-lost-found-approved")
	s.newSale()

	// Fifty presses of Charge within a second are one sale.
	s.cardSale("999", "4111111111111111", "999")
	s.do("key", "--delay", "15", "--repeat", "50", "Return")
	d.state(s, 3, "APPROVED")
	s.settled()
	if all := d.payments(); len(all) != 4 {
		t.Errorf("50 presses made %d payments", len(all)-3)
	}
	s.key("F4")
	s.settled()
	s.shot("7-transactions")

	if err := d.agree(); err != nil {
		t.Error(err)
	}
	d.paper(s, p)
	d.noCardData()
	kill(w.Cmd)
}

// paper holds the printed bytes against the journal: a customer and a
// merchant slip for each approved sale, with its amount, and none besides.
func (d *desk) paper(s *screen, p *pty) {
	d.t.Helper()
	var approved []payment
	for _, sale := range d.payments() {
		if sale.State == "APPROVED" {
			approved = append(approved, sale)
		}
	}
	var text string
	s.until("all receipts are on paper", 60*time.Second, func() bool {
		printed, err := devicetest.Decode(p.bytes())
		if err != nil {
			return false // in the middle of a command
		}
		text = strings.Join(printed.Lines, "\n")
		return strings.Count(text, "_COPY")+strings.Count(text, "CUSTOMER COPY")+strings.Count(text, "MERCHANT COPY") >= 2*len(approved)
	})
	if got := strings.Count(text, "CUSTOMER COPY"); got != len(approved) {
		d.t.Errorf("%d customer slips for %d approved sales", got, len(approved))
	}
	for _, sale := range approved {
		if got := strings.Count(text, sale.Number); got != 2 {
			d.t.Errorf("sale %s is on %d slips, want 2", sale.Number, got)
		}
		if !strings.Contains(text, "$"+sale.Approved) {
			d.t.Errorf("no slip says $%s", sale.Approved)
		}
	}
	for _, never := range []string{"4111111111111111", "5555555555554444", "1231", "12/31"} {
		if strings.Contains(text, never) {
			d.t.Errorf("a slip says %s", never)
		}
	}
}

// TestWindowKilled kills the window while the host has charged and not yet
// answered, opens it again, and finds the sale.
func TestWindowKilled(t *testing.T) {
	d, s := newDesk(t), newScreen(t, "800x480")
	w := s.open(d, "--fullscreen")
	s.signIn()
	s.cardSale("4200", "378282246310005", "9997")
	s.key("Return")
	d.state(s, 0, "SENDING")
	s.until("the host has charged", 5*time.Second, func() bool { return len(d.charges()) == 1 })
	s.shot("1-waiting")
	kill(w.Cmd)
	w = s.open(d, "--fullscreen")
	d.state(s, 0, "APPROVED")
	s.shot("2-again")
	s.signIn()
	s.shot("3-signed-in")
	if err := d.agree(); err != nil {
		t.Error(err)
	}
	kill(w.Cmd)
}

// TestSecondWindow: a second start on the same journal is refused in words.
func TestSecondWindow(t *testing.T) {
	d, s := newDesk(t), newScreen(t, "800x480")
	s.open(d)
	c := d.command()
	c.Env = s.env()
	out, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "already running") {
		t.Errorf("got %v: %s", err, out)
	}
}

// BenchmarkFirstFrame measures from the start of the process to its first
// frame.
func BenchmarkFirstFrame(b *testing.B) {
	d, s := newDesk(b), newScreen(b, "1280x800")
	for b.Loop() {
		w := s.openBare(d)
		b.StopTimer()
		kill(w.Cmd)
		b.StartTimer()
	}
}
