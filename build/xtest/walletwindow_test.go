//go:build linux

package xtest

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// walletDesk is a purse with both wallets, a window on a screen, and a printer
// that keeps its slips as pictures.
type walletDesk struct {
	*purse
	s     *screen
	g     *glass
	slips string
}

func newWalletDesk(t *testing.T, size string) *walletDesk {
	t.Helper()
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Skip("zbarimg is not installed; build/test installs it")
	}
	d := &walletDesk{purse: newPurse(t, "paypal nvp"), s: newScreen(t, size)}
	d.must("settings", "set", "wallets.razorpay.flow", "link") // its UPI codes are in rupees
	d.slips = filepath.Join(d.dir, "slips")
	newPaperTill(d.desk, "--pictures", d.slips)
	d.g = d.s.look()
	return d
}

// read is what zbarimg reads off a picture, a code a line.
func read(picture string, stdin []byte) string {
	c := exec.Command("zbarimg", "-q", "--raw", picture)
	c.Stdin = bytes.NewReader(stdin)
	said, _ := c.Output() // where there is no code it fails
	return strings.TrimSpace(string(said))
}

// code waits until the code of a new payment is read off the screen, and returns
// it as the journal has it.
func (d *walletDesk) code() (q order.QR) {
	d.t.Helper()
	d.s.until("a code is shown", 20*time.Second, func() bool {
		q = d.book().newest()
		return q.State == order.QRShown && !q.Patience.IsZero()
	})
	d.s.until("the screen says "+q.Text, 10*time.Second, func() bool { return read("-", d.s.picture()) == q.Text })
	return q
}

// wallet types a payment up to the choice of the wallet.
func (d *walletDesk) wallet(amount, digit string) {
	d.t.Helper()
	d.s.typed(amount)
	before := d.s.settled()
	d.s.key("F10")
	d.s.changed(before)
	d.s.typed(digit)
}

// becomes waits until the journal has a code in a state.
func (d *walletDesk) becomes(id string, want order.QRState) (q order.QR) {
	d.t.Helper()
	d.s.until(fmt.Sprintf("%s is %s", id, want), 40*time.Second, func() bool {
		b := d.book()
		q = b.codes[slices.IndexFunc(b.codes, func(q order.QR) bool { return q.ID == id })]
		return q.State == want
	})
	return q
}

// frame is what a part of the screen was from a time on.
type frame struct {
	at  time.Time
	sum uint64
}

// film keeps how a part of the screen changes, until stop is closed.
func (d *walletDesk) film(part image.Rectangle, stop <-chan struct{}) <-chan []frame {
	all := make(chan []frame, 1)
	go func() {
		var frames []frame
		for {
			h := fnv.New64a()
			_, _ = h.Write(d.g.seen(part)) // a hash takes all
			if now := h.Sum64(); len(frames) == 0 || frames[len(frames)-1].sum != now {
				frames = append(frames, frame{time.Now(), now})
			}
			select {
			case <-stop:
				all <- frames
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return all
}

// generous is how long "PAID" may take on a machine that is busy with other
// things; what it does take is in the test's lines.
const generous = 10 * time.Second

// pays has the customer pay what is on the screen, and measures how long after
// that the outcome is on it.
func (d *walletDesk) pays(q order.QR, button string) {
	d.t.Helper()
	size := d.g.bounds.Size()
	stop := make(chan struct{})
	film := d.film(image.Rect(0, size.Y/3, size.X, size.Y/3+60), stop)
	d.phone(q.Text, button)
	began := time.Now()
	d.becomes(q.ID, order.QRPaid)
	known := time.Since(began)
	d.s.settled()
	close(stop)
	frames := <-film
	shown := frames[len(frames)-1].at.Sub(began)
	d.t.Logf("%s at %s: %v after the customer paid the journal says PAID, after %v the screen does", q.Provider, d.s.size, known.Round(time.Millisecond), shown.Round(time.Millisecond))
	if shown <= 0 || shown > generous {
		d.t.Errorf("the screen told of it %v after it was paid", shown)
	}
}

// slip waits until a slip holds a code, and keeps its picture.
func (d *walletDesk) slip(text string) {
	d.t.Helper()
	d.s.until("a slip says "+text, 20*time.Second, func() bool {
		files, err := filepath.Glob(filepath.Join(d.slips, "*.png"))
		if err != nil {
			d.t.Fatal(err)
		}
		for _, f := range slices.Backward(files) {
			if read(f, nil) != text {
				continue
			}
			picture, err := os.ReadFile(f)
			if err != nil {
				d.t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(d.s.shots, "slip.png"), picture, 0o644); err != nil {
				d.t.Fatal(err)
			}
			return true
		}
		return false
	})
}

// TestWalletWindow takes payments by phone through the real window: a code is
// read off the screen and off the paper and paid over HTTP as by a phone, and the
// screen tells of it. The program dies while a code is on the screen, and offers
// it again.
func TestWalletWindow(t *testing.T) {
	t.Parallel()
	for _, size := range []string{"800x480", "1920x1080"} {
		t.Run(size, func(t *testing.T) {
			t.Parallel()
			d := newWalletDesk(t, size)
			if size == "1920x1080" {
				d.listens()
			}
			w := d.s.open(d.desk, "--fullscreen")
			d.s.signIn()
			for digit, name := range []string{1: "paypal", 2: "razorpay"} {
				if name == "" {
					continue
				}
				d.wallet("1250", fmt.Sprint(digit))
				q := d.code()
				d.s.shot("code-" + name)
				if q.Provider != name {
					t.Errorf("%d is %s, want %s", digit, q.Provider, name)
				}
				d.pays(q, "pay")
				d.s.shot("paid-" + name)
				d.s.newSale()
			}
			if size == "1920x1080" {
				d.late()
			} else {
				d.paperCode()
				w = d.dies(w)
			}
			if err := d.book().agrees(d.box(), true); err != nil {
				t.Error(err)
			}
			kill(w.Cmd)
		})
	}
}

// paperCode prints a code to be paid later, which is paid later.
func (d *walletDesk) paperCode() {
	d.t.Helper()
	d.wallet("2075", "1")
	first := d.code()
	d.s.until("a code for paper", 10*time.Second, func() bool {
		d.s.key("F9") // not taken in the first moment of a code
		return d.book().newest().ID != first.ID
	})
	d.s.until("it is there", 10*time.Second, func() bool { return d.book().newest().State == order.QRShown })
	q := d.book().newest()
	d.slip(q.Text)
	d.s.settled()
	d.s.shot("paper")
	d.s.key("Return") // the customer leaves with the paper
	d.s.settled()
	d.phone(q.Text, "pay")
	d.becomes(q.ID, order.QRPaid)
	d.s.settled()
	d.s.shot("paper-paid")
	d.s.newSale()
}

// dies kills the program while a code is on the screen; after the start it is
// offered, goes on, and is paid.
func (d *walletDesk) dies(w *window) *window {
	d.t.Helper()
	d.wallet("4200", "2")
	q := d.code()
	kill(w.Cmd)
	w = d.s.open(d.desk, "--fullscreen")
	d.s.signIn()
	d.s.shot("offered")
	d.s.key("Return")
	if again := d.code(); again.ID != q.ID {
		d.t.Errorf("code %s is shown, want %s", again.ID, q.ID)
	}
	d.pays(q, "pay")
	d.s.shot("offered-paid")
	return w
}

// late cancels a code, which is paid all the same, and gives the money back by
// one press where it needs attention.
func (d *walletDesk) late() {
	d.t.Helper()
	d.wallet("3075", "2")
	q := d.code()
	d.s.key("Escape")
	d.becomes(q.ID, order.QRCancelled)
	d.s.settled()
	d.s.key("Escape") // the amount that was typed
	d.s.settled()
	d.phone(q.Text, "late")
	d.s.until("the journal has the stray payment", 20*time.Second, func() bool { return len(d.book().newest().Strays()) == 1 })
	d.s.settled()
	d.s.shot("late")
	d.s.newSale()
	before := d.s.settled()
	d.s.key("F4")
	d.s.changed(before)
	before = d.s.settled()
	d.s.key("F6")
	d.s.changed(before)
	d.s.shot("attention")
	d.s.key("F5")
	d.s.until("the money is back", 20*time.Second, func() bool {
		r := d.book().refunds
		return len(r) == 1 && r[0].State == order.RefundDone
	})
	d.s.settled()
	d.s.shot("attention-done")
}
