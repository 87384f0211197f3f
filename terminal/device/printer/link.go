package printer

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"paydesk/terminal/clock"
)

// Port is the way to a printer, open for one job. One goroutine may write while
// another reads.
type Port interface {
	// Write returns how many bytes were taken, or may have been. It returns the
	// context's error when the printer does not take the rest in time; any
	// other error means that the line is gone.
	Write(ctx context.Context, data []byte) (int, error)
	// Read waits for at least one byte, or returns the context's error.
	Read(ctx context.Context, buffer []byte) (int, error)
	// Drain waits until everything written has left this machine, as far as
	// the system tells.
	Drain(ctx context.Context) error
	// Close never waits for a printer that does not take data.
	Close() error
}

// SerialOpener opens a serial line with 8 data bits, no parity and one stop
// bit; flow is "", "rtscts" or "xonxoff".
type SerialOpener func(name string, baud int, flow string) (Port, error)

// VirtualOpener dials the virtual printer that lives in this process.
type VirtualOpener func(ctx context.Context) (net.Conn, error)

// Queue is the system's print queues.
type Queue interface {
	// Print hands a PDF over to a queue, which keeps and prints it. Its error is
	// a sentence; then the queue has nothing.
	Print(ctx context.Context, name string, pdf []byte) error
	// Ready tells in a sentence why a queue does not print, nil where it does.
	Ready(ctx context.Context, name string) error
}

// errNoVirtual says that the virtual printer is for training only.
var errNoVirtual = errors.New("there is no virtual printer here")

// open opens the way to the printer for one job, under whatever name it has
// now: one on USB may get another each time it is plugged in.
func (p *Printer) open(ctx context.Context) (Port, error) {
	t := p.target
	if t.kind == device {
		t.name = p.usb.find(t.name)
	}
	return Open(ctx, t, p.openers, p.clk)
}

// Open opens the way to a device for one job: a printer, or another that is told
// of in the same way.
func Open(ctx context.Context, t Target, openers Openers, clk clock.Clock) (Port, error) {
	switch t.kind {
	case none:
		return nil, ErrNone
	case serialLine:
		return openers.Serial(t.name, t.baud, t.flow)
	case virtual:
		if openers.Virtual == nil {
			return nil, errNoVirtual
		}
		c, err := openers.Virtual(ctx)
		if err != nil {
			return nil, err
		}
		return &stream{conn: c, clk: clk}, nil
	case network:
		c, err := dial(ctx, t.name, clk)
		if err != nil {
			return nil, err
		}
		return &stream{conn: c, clk: clk}, nil
	case file:
		f, err := os.OpenFile(t.name, os.O_APPEND|os.O_CREATE|os.O_WRONLY|syscall.O_NONBLOCK, 0o600)
		if err != nil {
			return nil, err
		}
		return &stream{conn: f, clk: clk}, nil
	}
	f, err := os.OpenFile(t.name, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	return &stream{conn: f, clk: clk}, nil
}

// A printer in the network hears one till at a time and refuses the others, or
// needs a pause after the last one.
const (
	dialPause = 250 * time.Millisecond
	dialTries = 12
	dialTime  = 5 * time.Second
)

func dial(ctx context.Context, address string, clk clock.Clock) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	// A printer that is switched off says nothing: the line is dead when it is
	// silent for so long.
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}}
	for i := 1; ; i++ {
		c, err := dialer.DialContext(ctx, "tcp", address)
		if !errors.Is(err, syscall.ECONNREFUSED) || i == dialTries {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-clk.After(dialPause):
		}
	}
}

// conn is what files and network connections have in common.
type conn interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// stream is a port on a file or a network connection.
type stream struct {
	conn    conn
	clk     clock.Clock
	written int
}

// Write implements Port.
func (s *stream) Write(ctx context.Context, data []byte) (int, error) {
	n, err := within(ctx, s.conn.SetWriteDeadline, func() (int, error) { return s.conn.Write(data) })
	s.written += n
	return n, err
}

// Read implements Port.
func (s *stream) Read(ctx context.Context, buffer []byte) (int, error) {
	return within(ctx, s.conn.SetReadDeadline, func() (int, error) { return s.conn.Read(buffer) })
}

// Drain implements Port: a file is on the disk, where it has one.
func (s *stream) Drain(ctx context.Context) error {
	f, ok := s.conn.(*os.File)
	if !ok {
		return ctx.Err()
	}
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return ctx.Err()
}

// partingTime is how long a network printer may take to hang up in its turn.
const partingTime = time.Second

// Close implements Port. A connection that is closed with unread
// answers is reset, and the reset can overtake the end of the job: so this side
// ends first and waits for the other. After a mere look nothing can be lost.
func (s *stream) Close() error {
	if c, ok := s.conn.(*net.TCPConn); ok && s.written > lookBytes && c.CloseWrite() == nil {
		if c.SetReadDeadline(s.clk.Now().Add(partingTime)) == nil {
			_, _ = io.Copy(io.Discard, c) // whatever comes, the job is over
		}
	}
	return s.conn.Close()
}

// lookBytes is more than the requests of a look, and less than a job.
const lookBytes = 64

// within runs one operation and calls it off when the context ends.
func within(ctx context.Context, deadline func(time.Time) error, run func() (int, error)) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := deadline(time.Time{}); err != nil && !errors.Is(err, os.ErrNoDeadline) {
		return 0, err
	}
	called := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(called)
		_ = deadline(time.Unix(1, 0)) // long ago; fails only where nothing blocks
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
