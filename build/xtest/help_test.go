// Package xtest tries the built program from outside: real processes, a real
// host, a real window. PAYDESK_BIN names the program; build/test sets it.
package xtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// program is the path of the built program.
func program(t testing.TB) string {
	t.Helper()
	bin := os.Getenv("PAYDESK_BIN")
	if bin == "" {
		t.Skip("PAYDESK_BIN does not name a built program; run build/test")
	}
	abs, err := filepath.Abs(bin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(abs); err != nil {
		t.Fatal(err)
	}
	return abs
}

// desk is a data folder with the programs that work on it, and a sandbox host
// that runs as a process of its own and so outlives their deaths.
type desk struct {
	t      testing.TB
	bin    string
	dir    string
	ledger string
	url    string
	token  string // of the test's own sign-in at the host
	// through, where it is set, is how run makes a process of a command.
	through func(*exec.Cmd) ended
	// record, where it is set, writes down what traced runs do.
	record *recorder
}

// ended is how a run of the program ended.
type ended struct {
	code      int // -1 if it was killed
	out, errs string
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, bin: program(t), dir: t.TempDir()}
	d.ledger = filepath.Join(d.dir, "host.db")
	host := exec.Command(d.bin, "sandbox", "--listen", "127.0.0.1:0", "--ledger", d.ledger)
	out, err := host.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	host.Stderr = os.Stderr
	if err := host.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = host.Process.Kill()
		_ = host.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	d.url = strings.TrimSpace(strings.TrimPrefix(line, "Sandbox host on "))
	d.begin()
	return d
}

// begin makes a terminal of the data folder: at its host, and without a drawer to
// count, so that it sells without a shift being opened.
func (d *desk) begin() {
	d.t.Helper()
	d.must("settings", "set", "host.base_url", d.url)
	d.must("settings", "set", "day.drawer", "none")
}

// command is a run of the program on the desk's data, in training.
func (d *desk) command(args ...string) *exec.Cmd {
	c := exec.Command(d.bin, append([]string{"--training", "--data", d.dir}, args...)...)
	c.Env = append(os.Environ(), "LANG=en_US.UTF-8")
	return c
}

// run returns standard output and the exit code.
func (d *desk) run(args ...string) (string, int) {
	d.t.Helper()
	through := d.through
	if through == nil {
		through = d.plainly
	}
	e := through(d.command(args...))
	if e.errs != "" {
		d.t.Logf("%v: %s", args, e.errs)
	}
	return e.out, e.code
}

func (d *desk) plainly(c *exec.Cmd) ended {
	d.t.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	return ended{c.ProcessState.ExitCode(), out.String(), errs.String()}
}

func (d *desk) must(args ...string) string {
	d.t.Helper()
	out, code := d.run(args...)
	if code != 0 {
		d.t.Fatalf("paydesk %v ended with %d: %s", args, code, out)
	}
	return out
}

// payment is a line of "history --json".
type payment struct {
	Number, State, Amount, Approved, HostGUID string
}

func (d *desk) payments() []payment {
	d.t.Helper()
	var all []payment
	dec := json.NewDecoder(strings.NewReader(d.must("history", "--json", "--limit", "500")))
	for dec.More() {
		var p struct {
			Number   string `json:"number"`
			State    string `json:"state"`
			Amount   string `json:"amount"`
			Approved string `json:"approved"`
			HostGUID string `json:"host_guid"`
		}
		if err := dec.Decode(&p); err != nil {
			d.t.Fatal(err)
		}
		all = append(all, payment(p))
	}
	return all
}

// charges are the host's live sales by number.
func (d *desk) charges() map[string]string {
	d.t.Helper()
	l, err := sandbox.OpenLedger(d.ledger)
	if err != nil {
		d.t.Fatal(err)
	}
	defer l.Close()
	rows, err := l.Transactions(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	live := map[string]string{}
	for _, r := range rows {
		if r.Kind != "Sale" || r.EffectiveAmount.Minor == 0 {
			continue
		}
		if _, twice := live[r.SequenceNumber]; twice {
			d.t.Fatalf("the host charged number %s twice", r.SequenceNumber)
		}
		live[r.SequenceNumber] = r.EffectiveAmount.Decimal()
	}
	return live
}

// agree holds the journal against the host's ledger, sale by sale.
func (d *desk) agree() error {
	charges := d.charges()
	approved := 0
	j, err := journal.OpenReader(filepath.Join(d.dir, "training"))
	if err != nil {
		return err
	}
	defer j.Close()
	q := order.Query{Limit: 500}
	for {
		page, err := j.Sales(context.Background(), q)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			charge, charged := charges[a.Number]
			switch {
			case a.State == order.Approved && (!charged || charge != a.Approved.Decimal()):
				return fmt.Errorf("%s is approved for %s in the journal; the host has %q", a.Number, a.Approved.Decimal(), charge)
			case a.State != order.Approved && charged:
				return fmt.Errorf("%s is %s in the journal; the host has charged %s", a.Number, a.State, charge)
			}
			if charged {
				approved++
			}
		}
		q.Before = page[len(page)-1].Number
	}
	if approved != len(charges) {
		return fmt.Errorf("the host has %d charges, the journal %d", len(charges), approved)
	}
	_, err = j.Verify(context.Background())
	return err
}

func kill(c *exec.Cmd) {
	_ = c.Process.Signal(syscall.SIGKILL)
	_ = c.Wait()
}

// pause waits for a time that is part of the test's plan, such as the moment
// of a kill.
func pause(d time.Duration) { <-time.After(d) }

// call speaks to the sandbox host as another client of it.
func (d *desk) call(method, path, kind, body string) string {
	d.t.Helper()
	r, err := http.NewRequest(method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if d.token != "" {
		r.Header.Set("Authorization", "Bearer "+d.token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		d.t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, data, err)
	}
	return string(data)
}

func (d *desk) put(path, body string) { d.call("PUT", path, "application/json", body) }

// closeAtHost closes the batch behind the terminal's back, as the service does
// at night.
func (d *desk) closeAtHost() {
	d.t.Helper()
	if d.token == "" {
		var t struct {
			Token string `json:"access_token"`
		}
		form := url.Values{"grant_type": {"password"}, "username": {sandbox.DefaultUsername}, "password": {sandbox.DefaultPassword}}
		if err := json.Unmarshal([]byte(d.call("POST", "/api/v1/token", "application/x-www-form-urlencoded", form.Encode())), &t); err != nil {
			d.t.Fatal(err)
		}
		d.token = t.Token
	}
	d.call("POST", "/api/v1/Batches/close", "application/json", `{"DeviceGuid":"`+sandbox.DeviceGUID+`"}`)
}
