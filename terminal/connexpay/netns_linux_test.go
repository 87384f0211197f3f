package connexpay

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// The network of TestCable: two namespaces with a cable between them, as root
// of a user namespace of their own. Nothing of it touches the real network.
const (
	roleEnv = "PAYDESK_TEST_CABLE"
	ourEnd  = "10.99.0.1"
	hostEnd = "10.99.0.2"
)

// noticed is how soon a loss and a return must be told of.
const noticed = 3 * time.Second

// TestCable loses the host in every way that a network has, and gets it back.
func TestCable(t *testing.T) {
	switch role := os.Getenv(roleEnv); role {
	case "":
	case "host":
		cableHost(t)
		return
	default:
		cableTerminal(t, role)
		return
	}
	if testing.Short() {
		t.Skip("waits for real seconds")
	}
	for _, tool := range []string{"unshare", "nsenter", "ip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	if err := exec.Command("unshare", "-rn", "ip", "link", "add", "ours", "type", "veth", "peer", "name", "theirs").Run(); err != nil {
		t.Skip("no namespaces here: ", err)
	}
	for name := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command("unshare", "-rn", os.Args[0], "-test.run=^TestCable$", "-test.v")
			cmd.Env = append(os.Environ(), roleEnv+"="+name)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			for line := range strings.Lines(string(out)) {
				if _, said, found := strings.Cut(line, name+": "); found {
					t.Log(strings.TrimSpace(said))
				}
			}
		})
	}
}

// cableHost takes connections until its standard input ends.
func cableHost(t *testing.T) {
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", hostEnd+":80")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = http.Serve(l, always(200, jsonType, saleJSON())) }()
	fmt.Println("listening")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// cable is the terminal's end, and the host at the other one.
type cable struct {
	*testing.T
	host  *exec.Cmd
	stdin io.WriteCloser
}

func (c *cable) run(command string, args ...string) {
	c.Helper()
	if out, err := exec.Command(command, args...).CombinedOutput(); err != nil {
		c.Fatalf("%s %v: %v\n%s", command, args, err, out)
	}
}

// there runs a command at the host's end.
func (c *cable) there(args ...string) {
	c.Helper()
	c.run("nsenter", append([]string{"-t", fmt.Sprint(c.host.Process.Pid), "-n"}, args...)...)
}

// plug starts the host in a namespace of its own and connects it.
func plug(t *testing.T) *cable {
	c := &cable{T: t, host: exec.Command(os.Args[0], "-test.run=^TestCable$", "-test.v")}
	c.host.Env = append(os.Environ(), roleEnv+"=host")
	c.host.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	var err error
	if c.stdin, err = c.host.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.host.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.stdin.Close(); _ = c.host.Wait() })
	c.run("ip", "link", "add", "ours", "type", "veth", "peer", "name", "theirs", "netns", fmt.Sprint(c.host.Process.Pid))
	c.run("ip", "addr", "add", ourEnd+"/24", "dev", "ours")
	c.run("ip", "link", "set", "ours", "up")
	c.there("ip", "addr", "add", hostEnd+"/24", "dev", "theirs")
	c.there("ip", "link", "set", "theirs", "up")
	if _, err := io.WriteString(c.stdin, "go\n"); err != nil {
		t.Fatal(err)
	}
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, "listening") {
			return c
		}
	}
}

// fault is a way to lose the host, and to have it back.
type fault struct {
	lose, back []string
	// here: at the terminal's end; sold: just after a sale.
	here, sold bool
}

var faults = map[string]fault{
	"its answers vanish":                   {lose: blackhole("add"), back: blackhole("del")},
	"its answers vanish just after a sale": {lose: blackhole("add"), back: blackhole("del"), sold: true},
	"the cable is pulled there":            {lose: pull("theirs", "down"), back: pull("theirs", "up")},
	"the cable is pulled here":             {lose: pull("ours", "down"), back: pull("ours", "up"), here: true},
}

func blackhole(verb string) []string  { return []string{"ip", "route", verb, "blackhole", ourEnd} }
func pull(end, where string) []string { return []string{"ip", "link", "set", end, where} }

func (c *cable) set(f fault, command []string) {
	c.Helper()
	if f.here {
		c.run(command[0], command[1:]...)
	} else {
		c.there(command...)
	}
}

func cableTerminal(t *testing.T, name string) {
	c, f := plug(t), faults[name]
	client := signedIn(newClient(t, "http://"+hostEnd, realTime))
	client.dialer.ControlContext = nil // that address is this machine too
	client.token.until = clock.Real{}.Now().Add(time.Hour)
	told, _ := hold(t, client)
	wantLine(t, told)
	since := func(begun time.Time) time.Duration {
		return clock.Real{}.Now().Sub(begun).Round(time.Millisecond)
	}
	// At two moments of the line's own beat.
	for _, moment := range []time.Duration{300 * time.Millisecond, 900 * time.Millisecond} {
		<-clock.Real{}.After(moment)
		if f.sold {
			if got := state(sell(t, client)); got != order.Approved {
				t.Errorf("%s: a sale before: got %s", name, got)
			}
			wantLine(t, told)
		}
		if !f.here && !f.sold { // one packet lost is no loss
			c.set(f, f.lose)
			<-clock.Real{}.After(950 * time.Millisecond)
			c.set(f, f.back)
			<-clock.Real{}.After(noticed)
		}
		for len(told) > 0 {
			if err := <-told; err != nil {
				t.Errorf("%s: %v while all is well", name, err)
			}
		}
		begun := clock.Real{}.Now()
		c.set(f, f.lose)
		for next(t, told) == nil {
		}
		lost := since(begun)
		<-clock.Real{}.After(moment)
		begun = clock.Real{}.Now()
		c.set(f, f.back)
		for next(t, told) != nil {
		}
		back := since(begun)
		if t.Logf("%s: noticed after %s, its return after %s", name, lost, back); lost > noticed || back > noticed-time.Second { // which netstate waits
			t.Errorf("%s: want %s and %s", name, noticed, noticed-time.Second)
		}
	}
}
