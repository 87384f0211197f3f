package serialport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/device/devicetest"
)

func open(t *testing.T, c Config) Port {
	t.Helper()
	c.Baud = 9600
	port, err := Open(c, clock.Real{})
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestBytesArriveUnchanged(t *testing.T) {
	near, far, _ := devicetest.Cable(t)
	var peer devicetest.Printer
	peer.Open(t, far)
	for _, flow := range []Flow{FlowNone, FlowXONXOFF} {
		port := open(t, Config{Name: near, Flow: flow})
		want := append(peer.Received(0), every(700)...)
		n, err := port.Write(t.Context(), every(700))
		if err != nil || n != 700 {
			t.Fatalf("got %d, %v; want 700 bytes written", n, err)
		}
		if got := peer.Received(len(want)); !bytes.Equal(got, want) {
			t.Errorf("flow %q: got % X, want % X", flow, got, want)
		}
		if err := port.Close(); err != nil {
			t.Error(err)
		}
	}
}

// every holds all byte values: nothing may be translated on the way. Bytes that
// would stop the line come back from no printer and are harmless here.
func every(n int) []byte {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i)
	}
	return data
}

func TestAnswersAreRead(t *testing.T) {
	near, far, _ := devicetest.Cable(t)
	peer := devicetest.Printer{Answers: map[byte]byte{1: 0x16}}
	peer.Open(t, far)
	port := open(t, Config{Name: near})
	defer port.Close()
	if _, err := port.Write(t.Context(), []byte{0x10, 0x04, 0x01}); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 8)
	if n, err := port.Read(t.Context(), buffer); err != nil || n != 1 || buffer[0] != 0x16 {
		t.Errorf("got % X, %v; want 16", buffer[:n], err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := port.Read(ctx, buffer); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v from a silent line, want the deadline", err)
	}
}

func TestBlockedPeerCostsNoMoreThanTheDeadline(t *testing.T) {
	near, _, _ := devicetest.Cable(t)
	port := open(t, Config{Name: near})
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	n, err := port.Write(ctx, every(200_000))
	if !errors.Is(err, context.DeadlineExceeded) || n == 0 || n == 200_000 {
		t.Errorf("got %d, %v; want part of it and the deadline", n, err)
	}
	closesSoon(t, port)
}

func TestCancelEndsAWrite(t *testing.T) {
	near, _, _ := devicetest.Cable(t)
	port := open(t, Config{Name: near})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := port.Write(ctx, every(200_000))
		ended <- err
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cancellation", err)
	}
	closesSoon(t, port)
}

func closesSoon(t *testing.T, port Port) {
	t.Helper()
	closed := make(chan error)
	go func() { closed <- port.Close() }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-clock.Real{}.After(3 * time.Second):
		t.Error("Close hangs on a blocked line")
	}
}

func TestHangUpIsSeenByWriting(t *testing.T) {
	near, _, pull := devicetest.Cable(t)
	port := open(t, Config{Name: near})
	pull()
	_, err := port.Write(t.Context(), every(100))
	if err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want an error of the line", err)
	}
	closesSoon(t, port)
}

func TestOpenRefuses(t *testing.T) {
	near, _, _ := devicetest.Cable(t)
	if _, err := Open(Config{Name: filepath.Join(t.TempDir(), "no"), Baud: 9600}, clock.Real{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v for a device that is absent", err)
	}
	if _, err := Open(Config{Name: near, Baud: 9601}, clock.Real{}); err == nil || !strings.Contains(err.Error(), "9601 baud") {
		t.Errorf("got %v for 9601 baud", err)
	}
	if _, err := Open(Config{Name: near, Baud: 9600, Flow: "dtr"}, clock.Real{}); err == nil {
		t.Error("got no error for an unknown flow control")
	}
}

// hung is a line whose writes never return, as on systems without deadlines.
type hung struct {
	started chan struct{}
	release chan struct{}
}

func (h hung) Read([]byte) (int, error) { return 0, io.EOF }
func (h hung) Write(b []byte) (int, error) {
	h.started <- struct{}{}
	<-h.release
	return 0, io.ErrClosedPipe
}
func (h hung) Close() error { <-h.release; return nil }

func TestWatchedLeavesAHungWriteBehind(t *testing.T) {
	h := hung{make(chan struct{}, 1), make(chan struct{})}
	defer close(h.release)
	w := &watched{line: h, clk: clock.Real{}}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-h.started; cancel() }()
	if n, err := w.Write(ctx, every(200)); !errors.Is(err, context.Canceled) || n != chunk {
		t.Errorf("got %d, %v; want the first piece counted and the cancellation", n, err)
	}
	if _, err := w.Write(t.Context(), every(1)); !errors.Is(err, errStuck) {
		t.Errorf("got %v, want errStuck", err)
	}
	closesSoon(t, w)
}

type recorder struct{ bytes.Buffer }

func (*recorder) Close() error { return nil }

func TestWatchedWritesAll(t *testing.T) {
	var r recorder
	w := &watched{line: &r, clk: clock.Real{}}
	if n, err := w.Write(t.Context(), every(300)); err != nil || n != 300 || !bytes.Equal(r.Bytes(), every(300)) {
		t.Errorf("got %d, %v and % X", n, err, r.Bytes())
	}
}
