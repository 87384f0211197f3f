package terminal_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/device/devicetest"
	"paydesk/terminal/settings"
)

// reads takes from a stream until that ends in what is wanted.
func reads(t *testing.T, from io.Reader, want string) (all string) {
	t.Helper()
	var got bytes.Buffer
	one := make([]byte, 1)
	for !strings.HasSuffix(got.String(), want) {
		if _, err := from.Read(one); err != nil {
			t.Fatalf("%v after %q, want %q", err, got.String(), want)
		}
		got.Write(one)
	}
	return got.String()
}

var due = terminal.PoleView{Rows: [2]terminal.PoleRow{{Text: "Zu zahlen"}, {Text: "Summe", Amount: "12,50 €"}}}

const (
	top    = "\x1B\x51A     Zu zahlen      \r"
	bottom = "\x1B\x51BSumme      12,50 EUR\r"
)

// A display on a serial line shows what is due, soon after the settings name it,
// and is empty when the program has ended.
func TestPoleOnSerialLine(t *testing.T) {
	near, far, _ := devicetest.Cable(t)
	end, err := os.OpenFile(far, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = end.Close() })
	term := open(t, t.TempDir(), settings.Training)
	term.ShowCustomer(due) // there is none yet
	if err := term.Set(background, "display.pole", "serial:"+near+"?baud=19200"); err != nil {
		t.Fatal(err)
	}
	term.ShowCustomer(due)
	if got := reads(t, end, top+bottom); strings.Count(got, top) != 1 {
		t.Errorf("%q", got)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	reads(t, end, "\x0C")
}

// A display behind a network that hangs up is opened anew.
func TestPoleOnTheNetwork(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	term := open(t, t.TempDir(), settings.Training)
	for key, value := range map[string]string{"display.pole": "tcp:" + l.Addr().String(), "display.pole_dialect": "escpos"} {
		if err := term.Set(background, key, value); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var showing sync.WaitGroup
	showing.Go(func() { // changes go on, as at a desk
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-tick.C:
				v := due
				v.Over = i%2 == 0
				term.ShowCustomer(v)
			}
		}
	})
	for range 2 {
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		reads(t, c, "\x1F\x24\x01\x02Summe      12,50 EUR")
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	showing.Wait()
	_ = l.Close()
	if err := term.TestPole(background); err == nil || !strings.HasSuffix(err.Error(), "check power, cable and the setting display.pole.") {
		t.Errorf("told %v", err)
	}
}

func TestNoPole(t *testing.T) {
	term := open(t, t.TempDir(), settings.Training)
	if err := term.TestPole(background); err == nil {
		t.Error("no error without a display")
	}
	for _, wrong := range []string{"virtual", "queue:Office", "tcp:", "/dev/ttyS0?baud=7"} {
		if err := term.Set(background, "display.pole", wrong); err == nil {
			t.Errorf("%s was taken", wrong)
		}
	}
}
