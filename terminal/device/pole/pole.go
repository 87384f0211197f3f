// Package pole is for customer displays of two lines with twenty signs each.
// They cannot be asked anything, so nobody waits for one: what is to be shown is
// left with it, the newest wins, and a display that is gone is tried again for as
// long as the program runs.
package pole

import (
	"context"
	"fmt"
	"sync"
	"time"

	"paydesk/terminal/clock"
)

// Port is the way to a display, as the printers' ports are.
type Port interface {
	// Write returns the context's error when the display does not take the
	// bytes in time.
	Write(ctx context.Context, data []byte) (int, error)
	Close() error
}

// Opener opens the way to the display.
type Opener func(ctx context.Context) (Port, error)

// View is what the customer reads.
type View struct {
	Rows [2]Row
	// Over: it tells the end of a sale, and gives way to Idle after a while.
	Over bool
	Idle [2]Row
}

// Times of a display.
const (
	pace     = 250 * time.Millisecond // between two changes: more of them flicker
	farewell = 8 * time.Second        // of the end of a sale: within ten it is gone
	refresh  = 10 * time.Second       // writes the same again: the display may have been switched off and on
	patience = 2 * time.Second        // for one write
	firstTry = time.Second            // until a lost display is tried again; doubled
	lastTry  = 30 * time.Second       // up to this
)

// Display is one display. Show may be called from any goroutine; Run is called
// once and owns the device.
type Display struct {
	open    Opener
	dialect dialect
	clk     clock.Clock
	wake    chan struct{}

	mu   sync.Mutex
	view *View // nil: nothing was to be shown yet
	over time.Time
}

// New makes a display that understands a dialect of the settings. It opens
// nothing: that is Run's, as soon as there is something to show.
func New(open Opener, dialectName string, clk clock.Clock) (*Display, error) {
	d, ok := dialects[dialectName]
	if !ok {
		return nil, fmt.Errorf("a customer display does not understand %q: use cd5220 or escpos", dialectName)
	}
	return &Display{open: open, dialect: d, clk: clk, wake: make(chan struct{}, 1)}, nil
}

// Show says what the customer is to read. It returns at once, whatever the
// display does.
func (d *Display) Show(v View) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.view != nil && *d.view == v {
		return
	}
	d.view, d.over = &v, d.clk.Now().Add(farewell)
	select {
	case d.wake <- struct{}{}:
	default: // it is on its way already
	}
}

// now is what is to be read at present, and for how long at most; false: nothing
// yet.
func (d *Display) now() (text [2]string, lasts time.Duration, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.wake: // for what is read here
	default:
	}
	if d.view == nil {
		return text, 0, false
	}
	rows, lasts := d.view.Rows, refresh
	if d.view.Over {
		if left := d.over.Sub(d.clk.Now()); left > 0 {
			lasts = min(lasts, left)
		} else {
			rows = d.view.Idle
		}
	}
	return [2]string{rows[0].line(), rows[1].line()}, lasts, true
}

// Run shows what Show says until the context ends, and empties the display then.
// tell is called when a display stops working, and with nil when it works again.
func (d *Display) Run(ctx context.Context, tell func(error)) {
	s := session{Display: d, tell: tell}
	defer s.end()
	for ctx.Err() == nil {
		text, lasts, ok := d.now()
		switch {
		case !ok:
			d.rest(ctx, nil, d.wake)
		case s.put(ctx, text) != nil:
			d.rest(ctx, d.clk.After(s.retry()), nil)
		default:
			d.rest(ctx, d.clk.After(pace), nil)
			d.rest(ctx, d.clk.After(lasts-pace), d.wake)
		}
	}
}

// rest waits for the first of both, or for the end.
func (d *Display) rest(ctx context.Context, after <-chan time.Time, wake <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-after:
	case <-wake:
	}
}

// session is what Run knows of the device.
type session struct {
	*Display
	tell   func(error)
	port   Port // nil: it is not open
	next   time.Duration
	failed bool
}

// put writes both lines, to a display that is opened for it if need be.
func (s *session) put(ctx context.Context, text [2]string) error {
	err := s.write(ctx, text)
	switch {
	case err == nil:
		s.next = 0
		if s.failed {
			s.tell(nil)
		}
	case !s.failed && ctx.Err() == nil:
		s.tell(err)
	}
	s.failed = err != nil
	return err
}

func (s *session) write(ctx context.Context, text [2]string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var begin string
	if s.port == nil {
		if s.port, err = s.open(ctx); err != nil {
			s.port = nil
			return err
		}
		begin = s.dialect.begin
	}
	if _, err = s.port.Write(ctx, append([]byte(begin), s.dialect.lines(text)...)); err != nil {
		_ = s.port.Close() // it is lost anyhow
		s.port = nil
	}
	return err
}

// retry is the time until the next try.
func (s *session) retry() time.Duration {
	s.next = min(max(firstTry, 2*s.next), lastTry)
	return s.next
}

// end leaves nothing to read.
func (s *session) end() {
	if s.port == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience/4)
	defer cancel()
	_, _ = s.port.Write(ctx, []byte(s.dialect.clear)) // nobody is left to be told
	_ = s.port.Close()
}

// Test writes a view once and waits for it, for a display that no Run has. It
// shows nothing of a sale.
func (d *Display) Test(ctx context.Context, v View) error {
	s := session{Display: d, tell: func(error) {}}
	if err := s.write(ctx, [2]string{v.Rows[0].line(), v.Rows[1].line()}); err != nil {
		return err
	}
	return s.port.Close()
}
