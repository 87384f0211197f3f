package terminal_test

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/sandbox/paper"
)

// BenchmarkFirstByteAfterApproval is the time from an approval that the desk was
// told of to the first byte of its receipt at the printer's port, on the way of
// the program: journal, queue, document, commands, status, line. Its floor is one
// byte through the same line in the same run. What is there before the desk was
// told counts as nothing.
func BenchmarkFirstByteAfterApproval(b *testing.B) {
	model, err := paper.Named("epson-80")
	if err != nil {
		b.Fatal(err)
	}
	p, err := paper.New(paper.Options{Model: model})
	if err != nil {
		b.Fatal(err)
	}
	line, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer line.Close()
	began := make(chan time.Duration, 16)
	go relay(line, p, began)
	term := training(b)
	for key, value := range map[string]string{"printer.copies.merchant": "false", "receipts.pdf": "false",
		"printer.profile": "epson-tm-t88", "printer.target": "tcp:" + line.Addr().String()} {
		set(b, term, key, value)
	}
	var waited, floor time.Duration
	for b.Loop() {
		charge(b, term, "4111111111111111")
		approved := clock.Real{}.Steady()
		waited += max(0, <-began-approved)
		onPaper(b, term)
	}
	for range b.N {
		sent := clock.Real{}.Steady()
		c, err := net.Dial("tcp", line.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Write([]byte("\x1b@")); err != nil {
			b.Fatal(err)
		}
		floor += <-began - sent
		_ = c.Close()
	}
	b.ReportMetric(float64(waited.Microseconds())/float64(b.N), "µs/first-byte")
	b.ReportMetric(float64(floor.Microseconds())/float64(b.N), "µs/floor")
}

// relay passes connections on to the virtual printer and tells when the reset
// comes with which a job begins.
func relay(line net.Listener, p *paper.Printer, began chan<- time.Duration) {
	for {
		till, err := line.Accept()
		if err != nil {
			return
		}
		printer, err := p.Dial()
		if err != nil {
			_ = till.Close() // it hears one at a time
			continue
		}
		go func() {
			_, _ = io.Copy(till, printer)
			_ = till.Close()
		}()
		buffer := make([]byte, 4096)
		for n, err := till.Read(buffer); err == nil; n, err = till.Read(buffer) {
			if bytes.Contains(buffer[:n], []byte("\x1b@")) {
				began <- clock.Real{}.Steady()
			}
			_, _ = printer.Write(buffer[:n])
		}
		_ = printer.Close()
	}
}
