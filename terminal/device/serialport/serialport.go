// Package serialport is for serial lines: RS-232, USB adapters and
// pseudo-terminals. A peer that stops taking data never holds a caller beyond
// the deadline of its context.
package serialport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tarm/serial"

	"paydesk/terminal/clock"
)

// Port is an open line. One goroutine may write while another reads; Close may
// be called at any time.
type Port interface {
	// Write sends data in small pieces and returns how many bytes the line
	// took, or may have taken. It returns the context's error when the peer does not take the rest
	// in time; any other error means that the line is gone.
	Write(ctx context.Context, data []byte) (int, error)
	// Read waits for at least one byte. It returns the context's error when
	// none came; any other error means that the line is gone. Where the system
	// does not tell of a hang-up here, the next Write sees it.
	Read(ctx context.Context, buffer []byte) (int, error)
	// Drain waits until everything written has left this machine, where the
	// system can tell; elsewhere it returns at once.
	Drain(ctx context.Context) error
	// Close gives up what has not been sent, if the last Write or Drain failed.
	Close() error
}

// Config says how to open a line: 8 data bits, no parity, one stop bit, as
// receipt printers have it.
type Config struct {
	Name string // "/dev/ttyUSB0", "COM3"
	Baud int    // bits per second
	Flow Flow
}

// Flow is how the peer stops the line when its buffer is full.
type Flow string

// Kinds of flow control. The zero value is none.
const (
	FlowNone    Flow = ""
	FlowHard    Flow = "rtscts"  // by the RTS and CTS wires
	FlowXONXOFF Flow = "xonxoff" // by the bytes 13 and 11 (hexadecimal)
	FlowDSR     Flow = "dtrdsr"  // by the printer's DTR on our DSR, looked at before each piece
)

// ErrFlow says that this system cannot set flow control on a line.
var ErrFlow = errors.New("flow control cannot be set by the program on this system: set it in the driver's properties")

const (
	// chunk is what a buffer of 128 bytes, stopped late, still takes.
	chunk = 64
	// readStep is how long the library's Read may hold on: its finest step.
	readStep = 100 * time.Millisecond
	// readRest is the pause between two such steps.
	readRest = 5 * time.Millisecond
	// pollQueue is how often the length of the queue is asked for.
	pollQueue = 2 * time.Millisecond
)

// Open opens and configures a line. The clock paces the sending.
func Open(c Config, clk clock.Clock) (Port, error) {
	if c.Flow != FlowNone && c.Flow != FlowHard && c.Flow != FlowXONXOFF && c.Flow != FlowDSR {
		return nil, fmt.Errorf("flow control %q is not known: use rtscts, dtrdsr, xonxoff or leave it out", c.Flow)
	}
	line, err := serial.OpenPort(&serial.Config{Name: c.Name, Baud: c.Baud, ReadTimeout: readStep})
	if err != nil {
		return nil, fmt.Errorf("open serial port %s at %d baud: %w", c.Name, c.Baud, err)
	}
	port, err := wrap(line, c, clk)
	if err != nil {
		return nil, errors.Join(err, line.Close())
	}
	return port, nil
}

// read waits for bytes in steps: the library reports a timeout as the end of
// the file, which says nothing about the line. It rests between the steps,
// because on a line that is hung up each of them returns at once.
func read(ctx context.Context, line io.Reader, clk clock.Clock, buffer []byte) (int, error) {
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, err := line.Read(buffer)
		if n > 0 {
			return n, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		select {
		case <-ctx.Done():
		case <-clk.After(readRest):
		}
	}
}

// inChunks hands data to send piece by piece and counts what was taken.
func inChunks(data []byte, send func([]byte) (int, error)) (int, error) {
	sent := 0
	for sent < len(data) {
		n, err := send(data[sent:min(sent+chunk, len(data))])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}
