package waiting

import (
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var payment = cardentry.Payment{Charge: engine.Charge{Order: "o", Amount: money.New(1250, money.USD)}, Brand: "Visa", Last4: "1111"}

func begin() (*apptest.Desk, *Presenter, *[]engine.Sale) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun, desk.Clock)
	var ended []engine.Sale
	p.Ended = func(s engine.Sale) { ended = append(ended, s) }
	return desk, p, &ended
}

func TestFollowsItsOwnAttempt(t *testing.T) {
	desk, p, ended := begin()
	desk.Put(desk.Sale(payment.Charge, "Visa", "1111", order.Declined))
	p.Start(payment, desk.Snapshot())
	p.Apply(desk.Snapshot())
	other := payment.Charge
	other.Order = "other"
	desk.Put(desk.Sale(other, "Visa", "1111", order.Approved))
	p.Apply(desk.Snapshot())
	if len(*ended) != 0 || p.View().Unknown {
		t.Fatal("took an earlier attempt, or another order's, for its own")
	}
	mine := desk.Sale(payment.Charge, "Visa", "1111", order.Sending)
	desk.Put(mine)
	p.Apply(desk.Snapshot())
	mine.State = order.Approved
	desk.Put(mine)
	p.Apply(desk.Snapshot())
	p.Apply(desk.Snapshot())
	if len(*ended) != 1 || (*ended)[0].State != order.Approved || p.Active() {
		t.Errorf("ended %d times", len(*ended))
	}
}

func TestSecondsAndDoubt(t *testing.T) {
	desk, p, _ := begin()
	changes := 0
	p.Changed = func() { changes++ }
	p.Tick()
	if changes != 0 {
		t.Error("ticks while nothing is awaited")
	}
	p.Start(payment, desk.Snapshot())
	desk.Clock.Advance(9 * time.Second)
	p.Tick()
	if v := p.View(); v.Seconds != "9 seconds" || v.Card != "Visa •••• 1111" || v.Amount != "$12.50" || v.CanStop {
		t.Errorf("%+v", v)
	}
	p.Stop()
	if desk.Count("StopWaiting") != 0 {
		t.Error("taken back before there is doubt")
	}
	sale := desk.Sale(payment.Charge, "Visa", "1111", order.Unknown)
	desk.Put(sale)
	p.Take(sale)
	if v := p.View(); !v.Unknown || !v.CanStop {
		t.Errorf("%+v", v)
	}
	p.Stop()
	p.Stop()
	if desk.Count("StopWaiting") != 1 {
		t.Error("taken back more than once")
	}
}

func TestStopThatFailsCanBeTriedAgain(t *testing.T) {
	desk, p, ended := begin()
	p.Start(payment, desk.Snapshot())
	p.Take(desk.Sale(payment.Charge, "Visa", "1111", order.Unknown))
	desk.Fail = func(string) error { return &engine.Problem{Text: "The disk is full."} }
	p.Stop()
	if v := p.View(); v.Problem != "The disk is full." || !v.CanStop {
		t.Errorf("%+v", v)
	}
	p.Hide()
	p.Take(engine.Sale{Attempt: order.Attempt{Version: 9, State: order.Approved}})
	p.Apply(desk.Snapshot())
	if len(*ended) != 0 {
		t.Error("told an outcome after leaving")
	}
}
