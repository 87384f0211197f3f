package connexpay

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// hold keeps a client's connection ready, and gives the channel of what it
// tells. The function ends it.
func hold(t testing.TB, c *Client) (told chan error, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	told, done := make(chan error, 10000), make(chan struct{})
	go func() {
		defer close(done)
		c.Hold(ctx, func(err error) { told <- err }, func(order.Stage) {})
	}()
	end = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(end)
	return told, end
}

// next is what the line tells next.
func next(t testing.TB, told chan error) error {
	t.Helper()
	select {
	case err := <-told:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("the line says nothing")
		return nil
	}
}

func wantLine(t testing.TB, told chan error) {
	t.Helper()
	if err := next(t, told); err != nil {
		t.Fatalf("got %v, want a connection that stands", err)
	}
}

// realTime gives a client the system's clock.
func realTime(cfg *Config) { cfg.Clock = clock.Real{} }

// door is a host that hands each connection to a test as it comes.
type door struct {
	net.Listener
	url   string
	conns chan *net.TCPConn
}

func newDoor(t testing.TB) *door {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{Listener: l, url: "http://" + l.Addr().String(), conns: make(chan *net.TCPConn, 100)}
	go func() {
		defer close(d.conns)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			d.conns <- conn.(*net.TCPConn)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		for conn := range d.conns {
			_ = conn.Close()
		}
	})
	return d
}

func (d *door) next(t testing.TB) *net.TCPConn {
	t.Helper()
	select {
	case conn := <-d.conns:
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	case <-time.After(10 * time.Second):
		t.Fatal("no connection came")
		return nil
	}
}

// answerSale reads one request and answers it.
func answerSale(conn net.Conn) error {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, req.Body)
	body := saleJSON()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"+body)
	return conn.Close()
}

// TestReady: a sale goes out on the connection that stood before it, and each
// connection carries one request; also a thousand times, and from many
// goroutines.
func TestReady(t *testing.T) {
	type key struct{}
	var conns, used atomic.Int32
	h := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := r.Context().Value(key{}).(*atomic.Int32).Add(1); n != 1 {
			t.Errorf("a connection carries its request number %d", n)
		}
		used.Add(1)
		sendJSON(w, saleJSON())
	}))
	h.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		conns.Add(1)
		return context.WithValue(ctx, key{}, new(atomic.Int32))
	}
	h.Start()
	defer h.Close()
	c := signedIn(newClient(t, h.URL, realTime))
	c.token.until = clock.Real{}.Now().Add(time.Hour)
	told, _ := hold(t, c)
	for range 1000 {
		wantLine(t, told)
		if got := state(sell(t, c)); got != order.Approved {
			t.Fatalf("got %s", got)
		}
	}
	wantLine(t, told)
	if used.Load() != 1000 || conns.Load() > 1001 { // the newest may not be accepted yet
		t.Errorf("got %d sales over %d connections, want 1000 and one more", used.Load(), conns.Load())
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if got := state(sell(t, c)); got != order.Approved {
					t.Errorf("at once: got %s", got)
				}
			}
		})
	}
	all.Wait()
	if used.Load() != 1160 {
		t.Errorf("got %d sales, want 1160", used.Load())
	}
}

// TestReadyForSalesOnly: what nobody waits for leaves the ready connection to
// the next sale.
func TestReadyForSalesOnly(t *testing.T) {
	d := newDoor(t)
	c := signedIn(newClient(t, d.url))
	told, _ := hold(t, c)
	wantLine(t, told)
	spare := d.next(t)
	done := make(chan error, 1)
	go func() { _, err := c.Devices(context.Background()); done <- err }()
	_ = answerSale(d.next(t)) // another one
	<-done
	sold := make(chan order.Evidence, 1)
	go func() { sold <- sell(t, c) }()
	if err := answerSale(spare); err != nil {
		t.Errorf("the ready connection: %v", err)
	}
	if got := state(<-sold); got != order.Approved {
		t.Errorf("got %s", got)
	}
}

// TestClosedBeforeUse: a ready connection that ended, or on which the host
// spoke unasked, carries nothing, also where the news came just now.
func TestClosedBeforeUse(t *testing.T) {
	ends := map[string]func(*net.TCPConn){
		"closed": func(conn *net.TCPConn) { _ = conn.Close() },
		"reset":  func(conn *net.TCPConn) { _ = conn.SetLinger(0); _ = conn.Close() },
		"unasked": func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n")
		},
	}
	for name, end := range ends {
		d := newDoor(t)
		c := signedIn(newClient(t, d.url))
		told, _ := hold(t, c)
		wantLine(t, told)
		spare := d.next(t)
		end(spare)
		go func() {
			for conn := range d.conns {
				go func() { _ = answerSale(conn) }() // the next ready one waits in vain
			}
		}()
		if got := state(sell(t, c)); got != order.Approved {
			t.Errorf("%s: got %s", name, got)
		}
		_ = spare.SetReadDeadline(clock.Real{}.Now().Add(time.Second))
		if n, _ := spare.Read(make([]byte, 1)); n != 0 {
			t.Errorf("%s: a request was sent on it", name)
		}
	}
}

// TestClosedAtUse: the request met the end of the connection, and its fate is
// open. It is sent once.
func TestClosedAtUse(t *testing.T) {
	for name, linger := range map[string]int{"closed": -1, "reset": 0} {
		d := newDoor(t)
		c := signedIn(newClient(t, d.url))
		told, _ := hold(t, c)
		wantLine(t, told)
		spare := d.next(t)
		sold := make(chan order.Evidence, 1)
		go func() { sold <- sell(t, c) }()
		if _, err := io.ReadFull(spare, make([]byte, 1)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_ = spare.SetLinger(linger)
		_ = spare.Close()
		wantUnknown(t, name, <-sold)
		wantLine(t, told)
		if d.next(t); len(d.conns) != 0 { // the next ready one
			t.Errorf("%s: the sale was sent again", name)
		}
	}
}

// TestHalfOpen: the host took the request and is heard of no more.
func TestHalfOpen(t *testing.T) {
	d := newDoor(t)
	c := signedIn(newClient(t, d.url, func(cfg *Config) { cfg.SaleTimeout = 100 * time.Millisecond }))
	told, _ := hold(t, c)
	wantLine(t, told)
	wantUnknown(t, "half-open", sell(t, c))
	wantLine(t, told)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	wantNotSent(t, "cancelled before", c.Charge(ctx, charging(device, number, asked), newCard(t, visa, "737", "")))
}

// TestAge: a ready connection is renewed before it is too old to be used, and
// sooner where the host closes it sooner.
func TestAge(t *testing.T) {
	d := newDoor(t)
	now := clock.NewVirtual(today)
	c := signedIn(newClient(t, d.url, func(cfg *Config) { cfg.Clock = now }))
	told, end := hold(t, c)
	wantLine(t, told)
	first := d.next(t)
	now.Advance(spareRenew)
	wantLine(t, told)
	second := d.next(t)
	if _, err := first.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the older one: %v, want its end", err)
	}
	now.Advance(8 * time.Second)
	_ = second.Close()
	wantLine(t, told)
	third := d.next(t)
	now.Advance(6 * time.Second)
	wantLine(t, told)
	if _, err := third.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("one that the host would close: %v, want its end", err)
	}
	d.next(t)
	end()
	if c.held.take(now.Now()) != nil {
		t.Error("a connection is left behind")
	}
}

func TestTooOld(t *testing.T) {
	d := newDoor(t)
	c := newClient(t, d.url)
	k := keeper{Client: c, patience: connectPatience}
	for _, tt := range []struct {
		age  time.Duration
		good bool
	}{{spareLife - 1, true}, {spareLife, false}} {
		s, err := k.prepare(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		c.held.put(s)
		if conn := c.held.take(today.Add(tt.age)); (conn != nil) != tt.good {
			t.Errorf("at the age of %s: %v", tt.age, conn)
		}
		_ = s.Close()
	}
}

// TestReadyPins: a ready connection is one whose key was looked at.
func TestReadyPins(t *testing.T) {
	c, s, err := secure(t, otherPin)
	if err != nil {
		t.Fatal(err)
	}
	c.cfg.Clock = clock.NewVirtual(today)
	told, _ := hold(t, c)
	sentence(t, "another key", next(t, told), "host.pins")
	if c.held.take(today) != nil {
		t.Error("a connection to another key is ready")
	}
	c, s, err = secure(t, "own")
	if err != nil {
		t.Fatal(err)
	}
	told, _ = hold(t, c)
	wantLine(t, told)
	s.CloseClientConnections()
	s.Close()
	stranger := x509.NewCertPool()
	c, _, err = secure(t)
	if err != nil {
		t.Fatal(err)
	}
	c.tls.RootCAs = stranger
	told, _ = hold(t, c)
	sentence(t, "a strange certificate", next(t, told), "prove who it is")
}

// TestReadyTLS: the first byte of the answer is not lost to the watch, and the
// host's word that it closes is heard.
func TestReadyTLS(t *testing.T) {
	for range 20 {
		c, s, err := secure(t, "own")
		if err != nil {
			t.Fatal(err)
		}
		told, end := hold(t, c)
		wantLine(t, told)
		r := c.do(context.Background(), call{method: http.MethodPost, path: "token", timeout: 5 * time.Second, ready: true})
		if !r.ok() || string(r.body) != sample(t, "token") {
			t.Fatalf("got %+v", r)
		}
		wantLine(t, told)
		s.Close()
		r = c.do(context.Background(), call{method: http.MethodPost, path: "token", timeout: 5 * time.Second, ready: true})
		if r.stage != order.NotConnected {
			t.Fatalf("closed: got %+v", r)
		}
		end()
	}
}

// TestLossAndReturn: a host that refuses is told of once a second, and its
// return too.
func TestLossAndReturn(t *testing.T) {
	d := newDoor(t)
	address := d.Addr().String()
	now := clock.NewVirtual(today)
	c := signedIn(newClient(t, d.url, func(cfg *Config) { cfg.Clock = now }))
	told, _ := hold(t, c)
	wantLine(t, told)
	spare := d.next(t)
	now.Advance(2 * time.Second)
	_ = d.Close()
	_ = spare.Close()
	for range 3 {
		err := next(t, told)
		sentence(t, "refused", err, "does not answer")
		if !errors.Is(err, ErrSilent) {
			t.Errorf("got %v", err)
		}
		advance(now, told)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skip("the port was taken: ", err)
	}
	defer l.Close()
	for next(t, told) != nil {
		advance(now, told)
	}
}

// advance moves the clock until the line has something to say: it may not have
// come to wait yet.
func advance(now *clock.Virtual, told chan error) {
	for len(told) == 0 {
		now.Advance(redialPause)
		runtime.Gosched()
	}
}

// TestClosedAtOnce: a host that takes connections to drop them is not there,
// and it is not dialled in a loop.
func TestClosedAtOnce(t *testing.T) {
	d := newDoor(t)
	c := signedIn(newClient(t, d.url)) // whose clock stands still
	told, _ := hold(t, c)
	_ = d.next(t).Close()
	for {
		if err := next(t, told); err != nil {
			break
		}
	}
	if len(d.conns) != 0 {
		t.Error("it was dialled again at once")
	}
}

// TestHoldEnds: nothing is left of it.
func TestHoldEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		d := newDoor(t)
		told, end := hold(t, newClient(t, d.url))
		wantLine(t, told)
		end()
		if _, err := d.next(t).Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("got %v, want the end of the connection", err)
		}
		_ = d.Close()
	}
	for wait := 0; runtime.NumGoroutine() > before+2; wait++ {
		if wait > 1e6 {
			stack := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stack[:runtime.Stack(stack, true)])
		}
		runtime.Gosched()
	}
}

// TestHeard: each exchange is told of as it ended.
func TestHeard(t *testing.T) {
	h := newHost(t, always(200, "application/json", saleJSON()))
	c := signedIn(newClient(t, h.URL))
	var heard []order.Stage
	ctx, cancel := context.WithCancel(context.Background())
	stood, done := make(chan struct{}, 10), make(chan struct{})
	go func() {
		defer close(done)
		c.Hold(ctx, func(error) { stood <- struct{}{} }, func(s order.Stage) { heard = append(heard, s) })
	}()
	<-stood
	sell(t, c)
	h.Close()
	sell(t, c)
	cancel()
	<-done
	sell(t, c)
	if len(heard) != 2 || heard[0] != order.Answered || heard[1] == order.Answered {
		t.Errorf("got %v", heard)
	}
}

// TestEarlyToken: a Ping renews a token that is near its end, and one that
// still serves outlives a fetch in vain.
func TestEarlyToken(t *testing.T) {
	h := newHost(t, always(200, "application/json", `{"ret":[]}`))
	now := clock.NewVirtual(today)
	c := newClient(t, h.URL, func(cfg *Config) { cfg.Clock = now })
	ping := func(want int, what string) {
		t.Helper()
		if err := c.Ping(context.Background()); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if got := len(h.to("token")); got != want {
			t.Errorf("%s: got %d sign-ins, want %d", what, got, want)
		}
	}
	ping(1, "at first")
	now.Advance(863999*time.Second - tokenMargin - tokenEarly - 1)
	ping(1, "long before its end")
	now.Advance(2)
	old := h.token
	h.token = always(503, "", "")
	if err := c.Ping(context.Background()); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("got %v", err)
	}
	if token, fresh, _ := c.token.get(context.Background(), c); token != "T1" || fresh {
		t.Errorf("the old token is gone: %q", token)
	}
	h.token = old
	ping(3, "near its end")
	if token, fresh, _ := c.token.get(context.Background(), c); token != "T3" || fresh {
		t.Errorf("got %q", token)
	}
}
