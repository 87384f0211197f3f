package devicetest

import (
	"bytes"
	"io"
	"os"
	"sync"
	"testing"
)

// Printer plays a receipt printer on the far end of a line: it keeps what it
// reads, and answers status requests if it is told how.
type Printer struct {
	Answers map[byte]byte // reply to 10 04 n by n; without one it stays silent
	Proof   bool          // answers 1D 72 01 behind a job

	mu       sync.Mutex
	received []byte
	more     chan struct{} // closed and renewed when bytes arrive
	ended    bool
}

// Open serves a terminal until the test ends.
func (p *Printer) Open(t testing.TB, name string) {
	t.Helper()
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	go p.Serve(file)
	t.Cleanup(func() { _ = file.Close() })
}

// Serve reads until the line ends.
func (p *Printer) Serve(line io.ReadWriter) {
	buffer := make([]byte, 4096)
	for {
		n, err := line.Read(buffer)
		if reply := p.take(buffer[:n]); len(reply) > 0 {
			if _, err := line.Write(reply); err != nil {
				return
			}
		}
		if err != nil {
			p.mu.Lock()
			p.ended = true
			p.wake()
			p.mu.Unlock()
			return
		}
	}
}

// take keeps new bytes and returns the answers to the requests that they
// complete.
func (p *Printer) take(data []byte) (reply []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range data {
		p.received = append(p.received, b)
		tail := p.received[max(0, len(p.received)-3):]
		if len(tail) == 3 && tail[0] == 0x10 && tail[1] == 0x04 && p.Answers[b] != 0 {
			reply = append(reply, p.Answers[b])
		}
		if p.Proof && bytes.Equal(tail, []byte{0x1D, 0x72, 0x01}) {
			reply = append(reply, 0x00)
		}
	}
	p.wake()
	return reply
}

func (p *Printer) wake() {
	if p.more != nil {
		close(p.more)
	}
	p.more = make(chan struct{})
}

// Received waits until so many bytes have come or the line has ended, and
// returns a copy of all bytes so far.
func (p *Printer) Received(atLeast int) []byte {
	for {
		p.mu.Lock()
		if p.more == nil {
			p.more = make(chan struct{})
		}
		got, more, ended := bytes.Clone(p.received), p.more, p.ended
		p.mu.Unlock()
		if len(got) >= atLeast || ended {
			return got
		}
		<-more
	}
}
