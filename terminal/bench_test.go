package terminal_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/engine"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/staff"
)

func now() time.Time { return clock.Real{}.Now() }

type anyPIN struct{}

func (anyPIN) Verify(string, []byte) (bool, error) { return true, nil }

type noPaper struct{}

func (noPaper) Do(context.Context, order.Job) order.JobResult { return order.JobResult{Done: true} }

// BenchmarkSale measures what this program adds to a sale: everything from
// the press of Charge to the snapshot for the screen, less the time that the
// host took and the way to it and back, which is that of as many bytes over a
// connection that stands, through the same system and nothing else of ours.
// Beside it stands the floor: as many synced SQLite commits of one row on the
// same disk. Way and floor are interleaved with the sales in the same run.
func BenchmarkSale(b *testing.B) {
	ctx := context.Background()
	var w watches
	e := benchDesk(b, &w, noPaper{})
	floor, way := benchFloor(b), benchWay(b)
	var locals, commits, calls, ways, floors []time.Duration
	for b.Loop() {
		c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "")
		if err != nil {
			b.Fatal(err)
		}
		orderID := e.NewOrderID()
		w.commits.Store(0)
		start := now()
		sale, err := e.Charge(ctx, engine.Charge{Order: orderID, Amount: money.New(1250, money.USD)}, c)
		took := now().Sub(start)
		if err != nil || sale.State != order.Approved {
			b.Fatal(sale.State, err)
		}
		ways, floors = append(ways, way()), append(floors, floor())
		host := time.Duration(w.host.Load()) + ways[len(ways)-1]
		locals = append(locals, took-host)
		calls = append(calls, time.Duration(w.call.Load())-host)
		commits = append(commits, time.Duration(w.commits.Load()))
		for _, w := range e.PendingJobs(order.JobPDF) {
			if err := e.RunJob(ctx, w.ID); err != nil {
				b.Fatal(err)
			}
		}
	}
	report := func(name string, all []time.Duration) (p50 float64) {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds()), name+"-p50-µs")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), name+"-p99-µs")
		return float64(all[len(all)/2])
	}
	report("commits", commits)
	report("call", calls)
	report("way", ways)
	b.ReportMetric(report("local", locals)/report("floor", floors), "×floor-p50")
	b.ReportMetric(float64(locals[len(locals)*99/100])/float64(floors[len(floors)*99/100]), "×floor-p99")
}

// stalled is a printer that takes data and never returns.
type stalled struct{ began, end chan struct{} }

func (s stalled) Do(context.Context, order.Job) order.JobResult {
	close(s.began)
	<-s.end
	return order.JobResult{}
}

// BenchmarkSaleBesidePrinter is the press of Charge to its end, with the bank of
// this process, beside a printer that is well and beside one that hangs in the
// first receipt while all others wait behind it.
func BenchmarkSaleBesidePrinter(b *testing.B) {
	ctx := context.Background()
	for _, hangs := range []bool{false, true} {
		b.Run(fmt.Sprintf("hangs=%t", hangs), func(b *testing.B) {
			var w watches
			s := stalled{make(chan struct{}), make(chan struct{})}
			var paper engine.Paper = noPaper{}
			if hangs {
				paper = s
			}
			e := benchDesk(b, &w, paper)
			ended := make(chan error, 1)
			for n := 0; b.Loop(); n++ {
				c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "")
				if err != nil {
					b.Fatal(err)
				}
				if sale, err := e.Charge(ctx, engine.Charge{Order: e.NewOrderID(), Amount: money.New(1250, money.USD)}, c); err != nil || sale.State != order.Approved {
					b.Fatal(sale.State, err)
				}
				if hangs && n == 0 {
					go func() { ended <- e.RunJob(ctx, e.PendingJobs(order.JobPDF)[0].ID) }()
					<-s.began
				}
			}
			if close(s.end); hangs {
				if err := <-ended; err != nil {
					b.Error(err)
				}
			}
		})
	}
}

// benchDesk is engine, journal, client and sandbox as the program has them.
func benchDesk(b *testing.B, w *watches, paper engine.Paper) *engine.Engine {
	b.Helper()
	dir := b.TempDir()
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(dir, "host.db")})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewUnstartedServer(host.Handler())
	server.Listener = timed{server.Listener, &w.host}
	server.Start()
	client, err := connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, LoopbackOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { server.Close(); _ = host.Close(); _ = j.Close() })
	hold(b, client)
	op := staff.Operator{ID: "op", Name: "Ann", Role: staff.Cashier, Active: true}
	if err := j.Commit(context.Background(), order.Entry{Kind: "operator.added", Subject: "op", Actor: "test", Object: op}); err != nil {
		b.Fatal(err)
	}
	e := engine.New(engine.Deps{Journal: timedJournal{j, w}, Host: timedHost{client, w}, PINs: anyPIN{}, Paper: paper, Clock: clock.Real{},
		NewNumber: (&id.Source{Nonce: j.Nonce(), Clock: clock.Real{}}).New, Log: slog.New(slog.DiscardHandler)},
		engine.Config{Device: sandbox.DeviceGUID, Currency: money.USD, Minimum: money.New(50, money.USD), Maximum: money.New(1e8, money.USD),
			Jobs: []order.Job{{Kind: order.JobPDF, Copy: "customer"}, {Kind: order.JobPDF, Copy: "merchant"}}})
	if err := e.SignIn(context.Background(), "op", []byte("4711")); err != nil {
		b.Fatal(err)
	}
	return e
}

// watches hold what parts of the newest sale took, in nanoseconds: the host,
// the call to it as the engine sees it, and the commits.
type watches struct{ host, call, commits atomic.Int64 }

type timedHost struct {
	*connexpay.Client
	*watches
}

func (t timedHost) Charge(ctx context.Context, r order.CardRequest, c *card.Card) order.Evidence {
	start := now()
	defer func() { t.call.Store(int64(now().Sub(start))) }()
	return t.Client.Charge(ctx, r, c)
}

type timedJournal struct {
	*journal.Journal
	*watches
}

func (t timedJournal) Commit(ctx context.Context, entries ...order.Entry) error {
	start := now()
	defer func() { t.commits.Add(int64(now().Sub(start))) }()
	return t.Journal.Commit(ctx, entries...)
}

// hold keeps the client's connection ready until the benchmark ends, and
// returns when the first one stands.
func hold(b *testing.B, client *connexpay.Client) {
	b.Helper()
	ctx, end := context.WithCancel(context.Background())
	stands, done := make(chan struct{}), make(chan struct{})
	first := sync.OnceFunc(func() { close(stands) })
	go func() {
		defer close(done)
		client.Hold(ctx, func(err error) {
			if err != nil {
				b.Error(err)
			}
			first()
		}, func(order.Stage) {})
	}()
	b.Cleanup(func() { end(); <-done })
	<-stands
}

// timed measures how long a host takes for a request: from the first byte that
// it reads on a connection to the last write of its answer.
type timed struct {
	net.Listener
	took *atomic.Int64
}

func (t timed) Accept() (net.Conn, error) {
	conn, err := t.Listener.Accept()
	return &timedConn{Conn: conn, took: t.took}, err
}

type timedConn struct {
	net.Conn
	took  *atomic.Int64
	begun atomic.Int64
}

func (c *timedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.begun.CompareAndSwap(0, now().UnixNano())
	}
	return n, err
}

func (c *timedConn) Write(p []byte) (int, error) {
	c.took.Store(now().UnixNano() - c.begun.Load())
	return c.Conn.Write(p)
}

// benchWay returns a function that tells how long the bytes of a sale need to
// another goroutine and those of its answer back, over one connection.
func benchWay(b *testing.B) func() time.Duration {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	request, answer := make([]byte, 900), make([]byte, 1500)
	go func() {
		conn, err := l.Accept()
		for p := make([]byte, len(request)); err == nil; {
			if _, err = io.ReadFull(conn, p); err == nil {
				_, err = conn.Write(answer)
			}
		}
	}()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close(); _ = l.Close() })
	return func() time.Duration {
		start := now()
		if _, err := conn.Write(request); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(conn, answer); err != nil {
			b.Fatal(err)
		}
		return now().Sub(start)
	}
}

// commitsPerSale is how many synced commits a sale makes until its outcome is
// shown: the intent and the outcome.
const commitsPerSale = 2

// benchFloor returns a function that makes as many synced commits as a sale,
// of one small row each, and tells how long they took.
func benchFloor(b *testing.B) func() time.Duration {
	b.Helper()
	path := filepath.Join(b.TempDir(), "floor.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE rows (id INTEGER PRIMARY KEY, data BLOB)`); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare(`INSERT INTO rows (data) VALUES (?)`)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = insert.Close() })
	row := make([]byte, 500)
	return func() time.Duration {
		start := now()
		for range commitsPerSale {
			if _, err := insert.Exec(row); err != nil {
				b.Fatal(err)
			}
		}
		return now().Sub(start)
	}
}
