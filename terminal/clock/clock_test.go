package clock_test

import (
	"testing"
	"time"

	"paydesk/terminal/clock"
)

var (
	_ clock.Clock = clock.Real{}
	_ clock.Clock = (*clock.Virtual)(nil)
)

var start = time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)

func fired(ch <-chan time.Time) (time.Time, bool) {
	select {
	case at := <-ch:
		return at, true
	default:
		return time.Time{}, false
	}
}

func TestVirtualStandsStillUntilMoved(t *testing.T) {
	v := clock.NewVirtual(start)
	if got := v.Now(); !got.Equal(start) {
		t.Errorf("Now = %v, want %v", got, start)
	}
	v.Advance(90 * time.Second)
	if got, want := v.Now(), start.Add(90*time.Second); !got.Equal(want) {
		t.Errorf("Now = %v, want %v", got, want)
	}
}

func TestVirtualWakesWhoIsDue(t *testing.T) {
	v := clock.NewVirtual(start)
	soon, later := v.After(time.Second), v.After(time.Minute)
	for _, d := range []time.Duration{0, -time.Hour} {
		if at, ok := fired(v.After(d)); !ok || !at.Equal(start) {
			t.Errorf("After(%v) = %v, %v, want at once", d, at, ok)
		}
	}
	v.Advance(time.Second - 1)
	if _, ok := fired(soon); ok {
		t.Error("woken before the time")
	}
	v.Advance(1)
	if at, ok := fired(soon); !ok || !at.Equal(start.Add(time.Second)) {
		t.Errorf("due: %v, %v", at, ok)
	}
	if _, ok := fired(later); ok {
		t.Error("another one woken too")
	}
	v.Advance(time.Hour)
	if _, ok := fired(later); !ok {
		t.Error("not woken when the clock jumped over the time")
	}
	v.Advance(time.Hour)
	if _, ok := fired(later); ok {
		t.Error("woken twice")
	}
}

func TestRealMovesOn(t *testing.T) {
	var c clock.Real
	before := c.Now()
	if at := <-c.After(time.Millisecond); at.Sub(before) < time.Millisecond {
		t.Errorf("woken %v after the call, want 1ms at least", at.Sub(before))
	}
}
