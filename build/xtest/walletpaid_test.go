package xtest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
)

// listens has the program take Razorpay's notifications.
func (p *purse) listens() {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close() // it was only to find a free port
	p.must("settings", "set", "wallets.listen.address", address)
	p.call("POST", gateway.Page+"do", "application/x-www-form-urlencoded", url.Values{"do": {"notify"}, "webhook": {"http://" + address + "/razorpay/webhook"}}.Encode())
}

// BenchmarkPaid measures how long after the provider knows that a customer paid
// the journal of the running program says PAID: asked every second and a half, and
// told by a notification. The floor is a bare question to the provider. Run it with
// -benchtime 10x: every round takes seconds.
func BenchmarkPaid(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		p := newPurse(b, "razorpay link")
		for b.Loop() {
			r, err := http.NewRequest(http.MethodGet, p.url+"/razorpay/v1/payments", nil)
			if err != nil {
				b.Fatal(err)
			}
			r.SetBasicAuth(gateway.RazorpayKeyID, gateway.RazorpayKeySecret)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
				b.Fatal(res.Status, err)
			}
			_ = res.Body.Close() // it was read
		}
	})
	b.Run("razorpay polled", func(b *testing.B) { newPurse(b, "razorpay link").benchmark(b) })
	b.Run("paypal polled", func(b *testing.B) { newPurse(b, "paypal nvp").benchmark(b) })
	b.Run("razorpay told", func(b *testing.B) {
		p := newPurse(b, "razorpay link")
		p.listens()
		p.benchmark(b)
	})
}

// benchmark pays codes one by one.
func (p *purse) benchmark(b *testing.B) {
	c := crash{purse: p}
	b.StopTimer()
	b.ResetTimer()
	for range b.N {
		pay, text := c.show()
		id := p.book().newest().ID
		j, err := journal.OpenReader(filepath.Join(p.dir, "training"))
		if err != nil {
			b.Fatal(err)
		}
		p.phone(text, "pay")
		b.StartTimer()
		for q := (order.QR{}); q.State != order.QRPaid; pause(time.Millisecond) {
			if q, err = j.QR(context.Background(), id); err != nil {
				b.Fatal(err)
			}
		}
		b.StopTimer()
		_ = j.Close() // it was read
		if err := pay.Wait(); err != nil {
			b.Fatal(err)
		}
	}
}
