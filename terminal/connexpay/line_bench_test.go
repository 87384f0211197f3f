package connexpay

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

// far makes a host a round trip away: what arrives on a connection is handed
// on half of it later, in both directions, and a whole one later at first, as
// long as a connection needs to be made.
func far(b *testing.B, address string, trip time.Duration) (url string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				<-clock.Real{}.After(trip)
				there, err := net.Dial("tcp", address)
				if err != nil {
					_ = near.Close()
					return
				}
				go late(there, near, trip/2)
				late(near, there, trip/2)
			}()
		}
	}()
	return "https://" + l.Addr().String()
}

// late copies with a delay.
func late(to, from net.Conn, delay time.Duration) {
	type piece struct {
		data []byte
		due  time.Time
	}
	pieces := make(chan piece, 100)
	go func() {
		defer close(pieces)
		for {
			p := make([]byte, 16<<10)
			n, err := from.Read(p)
			if err != nil {
				return
			}
			pieces <- piece{p[:n], clock.Real{}.Now().Add(delay)}
		}
	}()
	for p := range pieces {
		<-clock.Real{}.After(p.due.Sub(clock.Real{}.Now()))
		if _, err := to.Write(p.data); err != nil && err != io.EOF {
			break
		}
	}
	_ = to.Close()
}

// BenchmarkFar is a call over TLS to a host that is 20 ms away and answers at
// once: on the connection that is held ready, and on one that is made for it.
func BenchmarkFar(b *testing.B) {
	for name, ready := range map[string]bool{"held": true, "made": false} {
		b.Run(name, func(b *testing.B) {
			c, s, err := secure(b, "own")
			if err != nil {
				b.Fatal(err)
			}
			url := far(b, s.Listener.Addr().String(), 20*time.Millisecond)
			c.base, c.address = url+"/api/v1/", url[len("https://"):]
			told := make(chan error, 10000)
			if ready {
				told, _ = hold(b, c)
			}
			var all []time.Duration
			for b.Loop() {
				if ready {
					wantLine(b, told)
				}
				start := clock.Real{}.Now()
				r := c.do(context.Background(), call{method: http.MethodPost, path: "token", timeout: QueryTimeout, ready: ready})
				if all = append(all, clock.Real{}.Now().Sub(start)); !r.ok() {
					b.Fatal(r)
				}
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
		})
	}
}
