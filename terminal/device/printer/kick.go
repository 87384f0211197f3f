package printer

import (
	"context"
	"time"
)

// usualPulse is 50 ms on and 500 ms off, at pin 2 of the connector.
var usualPulse = [3]byte{0x00, 0x19, 0xFA}

// Kick opens the cash drawer. It waits until the solenoid has rested since the
// last time: it would overheat.
func (p *Printer) Kick(ctx context.Context) Result {
	if p.target.kind == queued || p.target.kind == file || p.traits.NoDrawer {
		return Result{Text: noDrawer, Err: errNoDrawer}
	}
	return p.talk(ctx, 0, func(ctx context.Context, s *session) Result {
		_, result := p.before(ctx, s)
		if result.Err != nil {
			return result
		}
		confirms, err := p.confirms(ctx, s, p.torn())
		if err != nil {
			return Result{Text: lostText(p.target, err), Err: err}
		}
		pulse := p.traits.Pulse
		if pulse == [3]byte{} {
			pulse = usualPulse
		}
		select {
		case <-p.clk.After(p.pulsed - p.clk.Steady()):
		case <-ctx.Done():
			return Result{Text: busy, Err: ctx.Err()}
		}
		command := append([]byte{0x1B, 0x70}, pulse[:]...)
		n, err := s.send(ctx, command, false)
		if n > 0 {
			p.pulsed = p.clk.Steady() + time.Duration(pulse[1])*2*time.Millisecond + time.Duration(pulse[2])*2*time.Millisecond
		}
		result = p.finish(ctx, s, result, confirms, len(command), n, err)
		if result.Proof == Unknown {
			result.Text = drawerUnsure
		}
		p.mu.Lock()
		p.tell() // the watch looks whether it is open now
		p.mu.Unlock()
		return result
	})
}
