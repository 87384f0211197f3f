package serialport

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/tarm/serial"
	"golang.org/x/sys/unix"

	"paydesk/terminal/clock"
)

// port is a line that the library opened and set up; all else goes through a
// second descriptor of its own. A write through the library cannot be called
// off: against a stopped peer it blocks for ever, and the library's Close blocks
// with it. Its reads end in steps of 100 ms and do not tell a hang-up from
// silence. The second descriptor does not block and so has deadlines.
type port struct {
	line   *serial.Port
	out    *os.File
	flow   Flow
	clk    clock.Clock
	unsent atomic.Bool // the last Write or Drain left something behind
}

func wrap(line *serial.Port, c Config, clk clock.Clock) (Port, error) {
	out, err := os.OpenFile(c.Name, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open serial port %s a second time: %w", c.Name, err)
	}
	p := &port{line: line, out: out, flow: c.Flow, clk: clk}
	if err := p.setFlow(c.Flow); err != nil {
		return nil, errors.Join(fmt.Errorf("set flow control on %s: %w", c.Name, err), out.Close())
	}
	return p, nil
}

// control runs f on the descriptor. Fd of os.File would make it block again.
func (p *port) control(f func(fd int) error) error {
	raw, err := p.out.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = f(int(fd)) }); err != nil {
		return err
	}
	return failed
}

// setFlow works through the second descriptor for both: the settings belong to
// the line.
func (p *port) setFlow(f Flow) error {
	if f == FlowNone || f == FlowDSR {
		return nil
	}
	return p.control(func(fd int) error {
		t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err != nil {
			return err
		}
		if f == FlowHard {
			t.Cflag |= unix.CRTSCTS
		} else {
			t.Iflag |= unix.IXON
			t.Cc[unix.VSTART], t.Cc[unix.VSTOP] = 0x11, 0x13
		}
		return unix.IoctlSetTermios(fd, unix.TCSETS, t)
	})
}

// Write implements Port. It waits for the queue to empty between the pieces, so
// that little is lost to a printer that is switched off.
func (p *port) Write(ctx context.Context, data []byte) (int, error) {
	n, err := inChunks(data, func(piece []byte) (int, error) {
		if err := p.clear(ctx); err != nil {
			return 0, err
		}
		n, err := p.send(ctx, piece)
		if err == nil {
			err = p.Drain(ctx)
		}
		return n, err
	})
	p.unsent.Store(err != nil)
	return n, err
}

// longAgo as a deadline calls off what is under way.
var longAgo = time.Unix(1, 0)

func (p *port) send(ctx context.Context, piece []byte) (int, error) {
	return p.within(ctx, p.out.SetWriteDeadline, func() (int, error) { return p.out.Write(piece) })
}

// within runs one operation and calls it off when the context ends.
func (p *port) within(ctx context.Context, deadline func(time.Time) error, run func() (int, error)) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := deadline(time.Time{}); err != nil {
		return 0, err
	}
	called := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(called)
		_ = deadline(longAgo) // fails only on a closed file, which ends the operation too
	})
	n, err := run()
	if !stop() {
		<-called
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = ctx.Err()
	}
	return n, err
}

// clear waits until the peer is ready to receive, where it says so by its wire.
func (p *port) clear(ctx context.Context) error {
	for p.flow == FlowDSR {
		lines := 0
		err := p.control(func(fd int) (err error) {
			lines, err = unix.IoctlGetInt(fd, unix.TIOCMGET)
			return err
		})
		if err != nil || lines&unix.TIOCM_DSR != 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.clk.After(pollQueue):
		}
	}
	return nil
}

// Read implements Port. A line that was hung up is at its end.
func (p *port) Read(ctx context.Context, buffer []byte) (int, error) {
	return p.within(ctx, p.out.SetReadDeadline, func() (int, error) { return p.out.Read(buffer) })
}

// Drain implements Port.
func (p *port) Drain(ctx context.Context) error {
	for {
		queued := 0
		err := p.control(func(fd int) (err error) {
			queued, err = unix.IoctlGetInt(fd, unix.TIOCOUTQ)
			return err
		})
		switch {
		case errors.Is(err, unix.ENOTTY), errors.Is(err, unix.EINVAL):
			return nil // this driver cannot tell
		case err != nil:
			return err
		case queued == 0:
			return nil
		}
		select {
		case <-ctx.Done():
			p.unsent.Store(true)
			return ctx.Err()
		case <-p.clk.After(pollQueue):
		}
	}
}

// Close implements Port. What is unsent is thrown away first: the kernel would
// else wait half a minute for a stopped line.
func (p *port) Close() error {
	var flushed error
	if p.unsent.Load() {
		flushed = p.control(func(fd int) error { return unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCOFLUSH) })
		if errors.Is(flushed, unix.EIO) {
			flushed = nil // hung up: nothing is left to throw away
		}
	}
	return errors.Join(flushed, p.out.Close(), p.line.Close())
}
