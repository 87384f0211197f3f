package terminal

import (
	"context"
	"errors"

	"paydesk/sync/netstate"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/order"
)

// hostLine is the way to the present host as netstate watches it.
type hostLine struct{ t *Terminal }

var _ netstate.Line = hostLine{}

// Hold implements netstate.Line. Where no host is set up there is nothing to
// hold: Ping says so.
func (l hostLine) Hold(ctx context.Context, told func(error), heard func(order.Stage)) {
	client, replaced := l.t.host.present()
	ctx, end := context.WithCancel(ctx)
	defer end()
	go func() {
		select {
		case <-replaced:
			end()
		case <-ctx.Done():
		}
	}()
	if client == nil {
		told(nil)
		<-ctx.Done()
		return
	}
	client.Hold(ctx, told, heard)
}

// Ping implements netstate.Line. Clocks that differ are trouble with a host
// that answers.
func (l hostLine) Ping(ctx context.Context) (answered bool, err error) {
	if err := l.t.host.Ping(ctx); err != nil {
		return !errors.Is(err, connexpay.ErrSilent), err
	}
	return true, l.t.CheckClock()
}

// present is the client, nil where no host is set up, and a channel that is
// closed when another takes its place.
func (h *hostPort) present() (*connexpay.Client, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.client, h.replaced
}
