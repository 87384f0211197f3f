package engine_test

import (
	"testing"
	"time"

	"paydesk/terminal/order"
)

// quarantined is a desk with a sale that the host does not know, and that it
// was asked to take back.
func quarantined(t *testing.T) (*desk, string) {
	t.Helper()
	d, sale := lost(t)
	d.host.find = func(string) order.Finding { return order.Finding{} }
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalNothing }
	d.look(sale.Number, order.Reversing)
	d.look(sale.Number, order.Quarantine)
	return d, sale.Number
}

// look does what is next for an attempt, and wants it in a state then.
func (d *desk) look(number string, want order.State) {
	d.t.Helper()
	if err := d.ResolvePayment(background, number); err != nil {
		d.t.Fatal(err)
	}
	if got := d.stored(number); got.State != want {
		d.t.Fatalf("%s, want %s", got.State, want)
	}
}

// A clock that is set forward makes no early look a late one, neither before
// the look nor during it.
func TestClockSetForward(t *testing.T) {
	d, number := quarantined(t)
	d.clock.Set(d.clock.Now().Add(24 * time.Hour))
	d.MindClock()
	if work := d.PendingPayments(); len(work) != 1 || work[0].Due.After(d.clock.Now()) {
		t.Fatalf("behind the jump: %+v", work)
	}
	d.look(number, order.Quarantine)
	if got := d.stored(number); !got.QuietSince.Equal(d.clock.Now()) {
		t.Errorf("quiet since %v", got.QuietSince)
	}
	d.look(number, order.Quarantine)

	d.clock.Advance(time.Minute)
	d.host.find = func(string) order.Finding {
		d.clock.Set(d.clock.Now().Add(24 * time.Hour))
		return order.Finding{}
	}
	d.look(number, order.Quarantine)
	d.host.find = func(string) order.Finding { return order.Finding{} }
	d.look(number, order.Quarantine) // its times begin anew
	d.look(number, order.Quarantine)
	d.clock.Advance(order.HardHorizon)
	d.look(number, order.Absent)
}

// A clock that is set back, while the program runs or between two starts, lets
// nothing wait until it is the same day again.
func TestClockSetBack(t *testing.T) {
	for _, restart := range []bool{false, true} {
		d, number := quarantined(t)
		d.clock.Set(time.Unix(0, 0).UTC())
		if restart {
			d.restart()
		}
		d.look(number, order.Quarantine)
		work := d.PendingPayments()
		if len(work) != 1 || work[0].Due.Sub(d.clock.Now()) > order.HardHorizon {
			t.Errorf("restarted %t: %+v at %v", restart, work, d.clock.Now())
		}
	}
}
