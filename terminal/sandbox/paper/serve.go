package paper

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// line is a connection to whoever prints.
type line struct {
	io.ReadWriteCloser
	network bool
	out     []byte // answers to send
	over    bool
	wire    int // bytes that still come after XOFF, from a sender who obeys it
}

// obedient is a line that knows whether the sender's end stops at XOFF by
// itself. What a pseudo-terminal holds by then would not have been sent yet on
// a real line.
type obedient interface{ obeysXOFF() bool }

// mostWire is how many bytes are under way on a serial line: those in the
// sender's port.
const mostWire = 16

func (l *line) obeys() bool {
	o, ok := l.ReadWriteCloser.(obedient)
	return ok && o.obeysXOFF()
}

// hangUp ends the connection from this side.
func (l *line) hangUp() {
	l.over = true
	_ = l.Close() // it is gone either way
}

// mostOut is how many bytes of answers wait for a sender who does not read.
const mostOut = 4096

// reply sends an answer to whoever is connected.
func (p *Printer) reply(data ...byte) {
	if p.line != nil && !p.status.Off && !p.status.Stalled && len(p.line.out)+len(data) <= mostOut {
		p.line.out = append(p.line.out, data...)
	}
}

// Serve plays the printer for one connection until it ends, and closes it. A
// second one waits for its turn, as at a real printer.
func (p *Printer) Serve(c io.ReadWriteCloser) error {
	<-p.turn
	defer func() { p.turn <- struct{}{} }()
	_, network := c.(net.Conn)
	l := &line{ReadWriteCloser: c, network: network}
	p.mu.Lock()
	if p.status.Unplugged {
		p.mu.Unlock()
		return c.Close()
	}
	p.line = l
	p.advance()
	p.mu.Unlock()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		p.answer(l)
	}()
	err := p.listen(l)
	p.mu.Lock()
	if l.over || errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed) {
		err = nil // this side ended it, or the other did
	}
	l.over, p.line = true, nil
	p.advance()
	p.mu.Unlock()
	select { // the last answers are on their way
	case <-answered:
	case <-p.clk.After(time.Second):
	}
	_ = c.Close() // unplugging has closed it before
	<-answered
	return err
}

// listen reads until the line ends.
func (p *Printer) listen(l *line) error {
	buffer := make([]byte, 512)
	for {
		size := p.room(l, len(buffer))
		if size == 0 {
			return nil
		}
		n, err := l.Read(buffer[:size])
		if n > 0 {
			p.receive(buffer[:n])
		}
		if err != nil {
			return err
		}
		if p.opt.Baud > 0 {
			<-p.clk.After(time.Duration(n) * 10 * time.Second / time.Duration(p.opt.Baud))
		}
	}
}

// room waits until the printer reads, and returns how many bytes it takes: up
// to the next fault, and where the sender is held no more than it has room for.
// 0 is the end of the line.
func (p *Printer) room(l *line, most int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !l.over {
		size := most
		if p.opt.Baud > 0 {
			size = 16 // the pace is kept in small steps
		}
		for _, f := range p.faults {
			if ahead := f.At - p.status.Done - int64(len(p.buffer)); !f.Lines && ahead > 0 {
				size = int(min(int64(size), ahead))
			}
		}
		if p.opt.Flow == FlowHold && !p.status.Off {
			room := p.opt.Buffer + p.reserve() - len(p.buffer)
			if p.opt.BusyOffline && p.status.offline() {
				room = 0
			}
			size = min(size, room)
		}
		if p.held && l.obeys() {
			size = min(size, max(0, l.wire))
		}
		if size > 0 && !p.status.Stalled {
			return size
		}
		p.wait()
	}
	return 0
}

// wait lets go of the printer until something changes.
func (p *Printer) wait() {
	changed := p.changed
	p.mu.Unlock()
	<-changed
	p.mu.Lock()
}

// answer sends what the printer replies.
func (p *Printer) answer(l *line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for len(l.out) == 0 {
			if l.over {
				return
			}
			p.wait()
		}
		out := l.out
		l.out = nil
		p.mu.Unlock()
		_, err := l.Write(out)
		p.mu.Lock()
		if err != nil {
			return // reading ends too, or was ended
		}
	}
}

// XON and XOFF.
const (
	goOn = 0x11
	hold = 0x13
)

// flow tells the sender to wait when little of the buffer is left, and to go on
// when more is. The figures are those of a common printer, for a large buffer
// and for a small one.
func (p *Printer) flow() {
	if p.opt.Flow != FlowXON || p.status.Off {
		return
	}
	stop, free := 128, 256
	if p.opt.Buffer <= free {
		stop, free = 16, 26
	}
	room := p.opt.Buffer - len(p.buffer)
	busy := p.opt.BusyOffline && p.status.offline()
	switch {
	case !p.held && (busy || room <= stop):
		p.held = true
		p.reply(hold)
		if p.line != nil {
			p.line.wire = mostWire
		}
	case p.held && !busy && room >= free:
		p.held = false
		p.reply(goOn)
	}
}

// Dial connects to the printer within this process.
func (p *Printer) Dial() (net.Conn, error) {
	if p.Status().Unplugged {
		return nil, errors.New("the virtual printer is unplugged")
	}
	near, far := net.Pipe()
	go func() { _ = p.Serve(far) }() // it ends with the connection
	return near, nil
}

// Listen plays a network printer on an address such as 127.0.0.1:9100, one
// connection at a time, until the listener is closed.
func (p *Printer) Listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen as a printer: %w", err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // it was closed
			}
			_ = p.Serve(c) // a broken connection is the sender's to notice
		}
	}()
	return l, nil
}
