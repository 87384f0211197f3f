package terminal_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paydesk/sync/forward"
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
	"paydesk/terminal/vault"
)

// forwardSlice is how many sales are forwarded, and posted bare, in turn: both
// meet the same moods of the machine.
const forwardSlice = 200

// BenchmarkForward forwards stored sales to the sandbox, as many as PAYDESK_STORED
// says, and posts as many of the same requests in a bare loop beside it. Its
// figure is the rate of the one over that of the other, on this machine and with
// a host that takes 20 ms for its answer, which no host over a line is quicker
// than. No two of the sales are alike, so that the pause between such does not
// count; slips are left out.
func BenchmarkForward(b *testing.B) {
	for _, away := range []time.Duration{0, 20 * time.Millisecond} {
		b.Run("host answers after "+away.String(), func(b *testing.B) {
			count := 1000
			if n, err := strconv.Atoi(os.Getenv("PAYDESK_STORED")); err == nil {
				count = n
			}
			for b.Loop() {
				benchForward(b, count, away)
			}
		})
	}
}

func benchForward(b *testing.B, count int, away time.Duration) {
	r := newForwardRig(b, away)
	for i := range count {
		c, err := card.New([]byte("4111111111111111"), nil, card.Expiry{Year: 2031, Month: 12}, "")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.engine.StoreSale(context.Background(), engine.Charge{Order: r.engine.NewOrderID(), Amount: money.New(int64(1000+i), money.USD)}, c); err != nil {
			b.Fatal(err)
		}
	}
	r.engine.SetHost(time.Time{}, "")
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	desk := &sliced{Engine: r.engine, more: make(chan struct{}, 1), done: make(chan struct{}, 1)}
	ended.Go(func() { forward.Runner{Desk: desk, Clock: clock.Real{}, Log: slog.New(slog.DiscardHandler)}.Run(ctx) })
	var forwarded, bare time.Duration
	for left := count; left > 0; left -= forwardSlice {
		n := min(left, forwardSlice)
		r.bodies = nil
		start := now()
		desk.allow(n)
		<-desk.done
		forwarded += now().Sub(start)
		bare += r.post(b)
	}
	stop()
	ended.Wait()
	if waiting, missing := r.engine.StoredSales(); len(waiting)+len(missing) > 0 {
		b.Fatalf("%d wait, %d were not paid", len(waiting), len(missing))
	}
	b.ReportMetric(float64(count)/forwarded.Seconds(), "forwarded/s")
	b.ReportMetric(float64(count)/bare.Seconds(), "bare/s")
	b.ReportMetric(float64(bare)/float64(forwarded), "×bare")
}

// sliced lets the forwarder send so many and no more.
type sliced struct {
	*engine.Engine
	more, done chan struct{}
	left, over atomic.Int64
}

func (s *sliced) allow(n int) {
	s.over.Store(int64(n))
	s.left.Store(int64(n))
	s.more <- struct{}{}
}

func (s *sliced) StoredWaiting() iter.Seq2[order.Stored, time.Time] {
	return func(yield func(order.Stored, time.Time) bool) {
		if s.left.Load() > 0 {
			s.Engine.StoredWaiting()(yield)
		}
	}
}

func (s *sliced) ForwardWake() <-chan struct{} { return s.more }

func (s *sliced) Forward(ctx context.Context, over, next []string) ([]string, error) {
	next = next[:min(int64(len(next)), s.left.Load())]
	ready, err := s.Engine.Forward(ctx, over, next)
	s.left.Add(-int64(len(ready)))
	if len(over) > 0 && s.over.Add(-int64(len(over))) == 0 {
		s.done <- struct{}{}
	}
	return ready, err
}

// forwardRig is engine, journal, client and sandbox as the program has them.
type forwardRig struct {
	engine *engine.Engine
	url    string
	http   *http.Client
	token  string
	bodies [][]byte // of the sales that came in
	number func() string
}

func newForwardRig(b *testing.B, away time.Duration) *forwardRig {
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
	r := &forwardRig{http: &http.Client{}}
	handler := host.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		<-clock.Real{}.After(away)
		if q.URL.Path == "/api/v1/sales" && q.Header.Get("X-Bare") == "" {
			body, err := io.ReadAll(q.Body)
			if err != nil {
				b.Error(err)
			}
			r.bodies, r.token = append(r.bodies, body), q.Header.Get("Authorization")
			q.Body = io.NopCloser(bytes.NewReader(body))
		}
		handler.ServeHTTP(w, q)
	}))
	r.url = server.URL + "/api/v1/sales"
	client, err := connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, LoopbackOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { server.Close(); _ = host.Close(); _ = j.Close() })
	hold(b, client)
	r.number = (&id.Source{Nonce: j.Nonce(), Clock: clock.Real{}}).New
	secrets, err := vault.Open(dir, vault.Training, nil)
	if err != nil {
		b.Fatal(err)
	}
	op := staff.Operator{ID: "op", Name: "Ann", Role: staff.Cashier, Active: true}
	if err := j.Commit(context.Background(), order.Entry{Kind: "operator.added", Subject: "op", Actor: "test", Object: op}); err != nil {
		b.Fatal(err)
	}
	most := money.New(1e12, money.USD)
	r.engine = engine.New(engine.Deps{Journal: j, Host: client, PINs: anyPIN{}, Paper: noPaper{}, Seals: vault.NewCards(secrets), Clock: clock.Real{},
		NewNumber: r.number, Log: slog.New(slog.DiscardHandler)},
		engine.Config{Device: sandbox.DeviceGUID, Currency: money.USD, Minimum: money.New(50, money.USD), Maximum: most,
			Offline: order.OfflineLimits{Enabled: true, PerSale: most, Total: most, Count: 1 << 20, Age: time.Hour}})
	if err := r.engine.SignIn(context.Background(), "op", []byte("4711")); err != nil {
		b.Fatal(err)
	}
	r.engine.SetHost(now(), "away")
	return r
}

// post sends the requests of the slice once more, each under a number of its
// own, one behind the other on one connection.
func (r *forwardRig) post(b *testing.B) time.Duration {
	b.Helper()
	bodies := make([][]byte, len(r.bodies))
	for i, body := range r.bodies {
		at := bytes.Index(body, []byte(`"SequenceNumber":"`)) + len(`"SequenceNumber":"`)
		bodies[i] = bytes.ReplaceAll(body, body[at:at+id.Len], []byte(r.number()))
	}
	start := now()
	for _, body := range bodies {
		q, err := http.NewRequest(http.MethodPost, r.url, bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Authorization", r.token)
		q.Header.Set("X-Bare", "1")
		answer, err := r.http.Do(q)
		if err != nil {
			b.Fatal(err)
		}
		said, err := io.ReadAll(answer.Body)
		if err != nil || !bytes.Contains(said, []byte("Approved")) {
			b.Fatalf("%d %.200s %v", answer.StatusCode, said, err)
		}
		_ = answer.Body.Close()
	}
	return now().Sub(start)
}
