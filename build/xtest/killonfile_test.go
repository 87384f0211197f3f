package xtest

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"
)

// road is a long way from the terminal to the host, which can be closed.
type road struct {
	t       *testing.T
	host    http.Handler
	address string
	server  *httptest.Server
}

func newRoad(t *testing.T, hostURL string) *road {
	t.Helper()
	u, err := url.Parse(hostURL)
	if err != nil {
		t.Fatal(err)
	}
	far := httputil.NewSingleHostReverseProxy(u)
	far.ErrorLog = log.New(io.Discard, "", 0) // of terminals that died
	r := &road{t: t, address: "127.0.0.1:0", host: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		const trip = 30 * time.Millisecond
		pause(trip)
		far.ServeHTTP(w, q)
		pause(trip)
	})}
	r.open()
	t.Cleanup(r.close)
	return r
}

func (r *road) open() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.address = l.Addr().String()
	r.server = httptest.NewUnstartedServer(r.host)
	_ = r.server.Listener.Close()
	r.server.Listener = l
	r.server.Start()
}

func (r *road) close() {
	r.server.CloseClientConnections()
	r.server.Close()
}

// TestKillForwarding stores sales on a card on file while the road to the host
// is closed, and kills the program with SIGKILL at random moments of their
// forwarding: whatever the kill met, none is ever charged twice, and what the
// journal shows as paid is charged once. A sale of which nobody can know at
// once whether it left waits its minutes, as it must.
func TestKillForwarding(t *testing.T) {
	d := newDesk(t)
	way := newRoad(t, d.url)
	for key, value := range map[string]string{"host.base_url": "http://" + way.address, "offline.tokens": "true", "offline.count": "1000", "offline.total": "9000"} {
		d.must("settings", "set", key, value)
	}
	seed := uint64(envInt("PAYDESK_SEED", int(time.Now().UnixNano()&0xffffff)))
	rnd := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	d.must("sale", "3.00", "--card", "4111111111111111", "--expiry", "1231", "--cvv", "999")
	first := d.payments()[0].Number
	met, kills := map[string]int{}, envInt("PAYDESK_FORWARD_KILLS", 25)
	for i := range kills {
		way.close()
		amount := fmt.Sprintf("4.%02d", i%100)
		if out, code := d.run("sale", amount, "--on-file", first, "--offline"); code != 4 || !strings.Contains(out, "STORED $"+amount) {
			t.Fatalf("exit code %d: %s", code, out)
		}
		way.open()
		c := d.command("stored", "forward")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		pause(time.Duration(rnd.Int64N(int64(300 * time.Millisecond))))
		kill(c)
		if p := d.payments()[0]; p.Amount == amount {
			met[p.State]++
		} else {
			met["(not begun)"]++
		}
		_, _ = d.run("stored", "forward", "--within", "2s")
	}
	if met["SENDING"] == 0 {
		t.Error("no kill met a sale under way: the test proves nothing on this machine")
	}
	left := len(d.storedStates())
	charged := map[string]int{}
	for _, amount := range d.charges() {
		charged[amount]++
	}
	paid := 0
	for _, p := range d.payments() {
		if charged[p.Approved] != 1 && p.State == "APPROVED" {
			t.Errorf("seed %d: %s of %s is charged %d times", seed, p.Number, p.Approved, charged[p.Approved])
		}
		if p.State == "APPROVED" {
			paid++
		}
	}
	for amount, n := range charged {
		if n > 1 {
			t.Errorf("seed %d: %s is charged %d times", seed, amount, n)
		}
	}
	if paid-1+left != kills {
		t.Errorf("seed %d: %d paid and %d left of %d", seed, paid-1, left, kills)
	}
	t.Logf("%d kills: %d paid, %d not known yet; met %v", kills, paid-1, left, met)
	d.noCardData()
}

// storedStates are the states of the stored sales that are not at their end.
func (d *desk) storedStates() (states []string) {
	d.t.Helper()
	for line := range strings.Lines(d.must("stored", "list")) {
		if f := strings.Fields(line); len(f) > 2 && (f[1] == "STORED" || f[1] == "FORWARDING") {
			states = append(states, f[1])
		}
	}
	return states
}
