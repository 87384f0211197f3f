package serialport

import (
	"context"
	"errors"
	"io"
	"sync/atomic"

	"paydesk/terminal/clock"
)

// watched is a port on systems where a write cannot be called off. Each small
// piece is written by a goroutine that is left behind if it hangs; the port is
// then good for nothing but Close.
type watched struct {
	line  io.ReadWriteCloser
	clk   clock.Clock
	stuck atomic.Bool
}

var errStuck = errors.New("the serial port is stuck in an earlier write: close and open it again")

type written struct {
	n   int
	err error
}

// Write implements Port.
func (w *watched) Write(ctx context.Context, data []byte) (int, error) {
	if w.stuck.Load() {
		return 0, errStuck
	}
	return inChunks(data, func(piece []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		own := append([]byte(nil), piece...) // the caller may reuse its bytes after a timeout
		done := make(chan written, 1)
		go func() {
			n, err := w.line.Write(own)
			done <- written{n, err}
		}()
		select {
		case r := <-done:
			return r.n, r.err
		case <-ctx.Done():
			w.stuck.Store(true)
			return len(piece), ctx.Err() // some of it may have left: count it as taken
		}
	})
}

// Read implements Port.
func (w *watched) Read(ctx context.Context, buffer []byte) (int, error) {
	return read(ctx, w.line, w.clk, buffer)
}

// Drain implements Port: the length of the queue is not to be had here.
func (w *watched) Drain(ctx context.Context) error { return ctx.Err() }

// Close implements Port. With a stuck write it does not wait for the system to
// let go of the line.
func (w *watched) Close() error {
	if w.stuck.Load() {
		go func() { _ = w.line.Close() }() // its result has no reader left
		return nil
	}
	return w.line.Close()
}
