package cardentry

import (
	"context"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// lost is a card form while the bank is away.
func lost(limits order.OfflineLimits, unsent order.Unsent) (*apptest.Desk, *Presenter) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun, desk.Clock)
	desk.Change(func(s *engine.Snapshot) {
		s.OfflineSince = desk.Clock.Now()
		s.Stored.Room = limits.Room(unsent, desk.Clock.Now())
	})
	p.Show(engine.Charge{Order: "o", Amount: usd(1250)})
	p.Apply(desk.Snapshot())
	return desk, p
}

var limits = order.OfflineLimits{Enabled: true, PerSale: usd(5000), Total: usd(50000), Count: 20, Age: 24 * time.Hour}

func someUnsent(count int, minor int64, age time.Duration) order.Unsent {
	return order.Unsent{Count: count, Total: usd(minor), Oldest: apptest.Start.Add(-age)}
}

func TestWhatIsSaidWhileTheBankIsAway(t *testing.T) {
	tooMuch := limits
	tooMuch.PerSale = usd(1000)
	for _, tt := range []struct {
		name   string
		limits order.OfflineLimits
		unsent order.Unsent
		says   string
		store  bool
		late   bool
	}{
		{"room", limits, someUnsent(3, 11250, 130*time.Minute), "up to $50.00 each, 17 sales and $387.50 left, for 21 h 50 m.", true, false},
		{"the first", limits, order.Unsent{Total: usd(0)}, "20 sales and $500.00 left.", true, false},
		{"few left", limits, someUnsent(17, 17000, time.Hour), "3 sales and $330.00 left", true, true},
		{"one left", limits, someUnsent(19, 17000, time.Hour), "1 sale and", true, true},
		{"little left", limits, someUnsent(3, 46000, time.Hour), "$40.00 left", true, true},
		{"soon over", limits, someUnsent(3, 11250, 23*time.Hour+10*time.Minute), "for 50 m.", true, true},
		{"too much", tooMuch, order.Unsent{}, "at most $10.00 is taken", false, true},
		{"off", order.OfflineLimits{}, order.Unsent{}, "nothing is sent and nothing charged", false, false},
	} {
		_, p := lost(tt.limits, tt.unsent)
		v := p.View()
		if !strings.Contains(v.Away, tt.says) || v.Store != tt.store || v.Late != tt.late {
			t.Errorf("%s: %q, stores %v, late %v", tt.name, v.Away, v.Store, v.Late)
		}
		if want := map[bool]string{true: "Store $12.50, charge later", false: "Charge $12.50"}[tt.store]; v.Charge != want {
			t.Errorf("%s: the button says %q", tt.name, v.Charge)
		}
	}
}

func fill(p *Presenter) {
	for _, r := range "41111111111111110928123" {
		p.Rune(r)
	}
}

// What was offered is stored, once, and the form is cleared; a press that came
// with the offer is not taken, as it was meant for the charge.
func TestStore(t *testing.T) {
	desk, p := lost(limits, order.Unsent{})
	var got []order.Stored
	p.Stored = func(_ Payment, s order.Stored, _ error) { got = append(got, s) }
	fill(p)
	p.Charge()
	if desk.Count("StoreSale")+desk.Count("Charge") != 0 {
		t.Fatal("taken unread")
	}
	desk.Clock.Advance(time.Second)
	p.Charge()
	p.Charge()
	if len(got) != 1 || got[0].Last4 != "1111" || desk.Count("Charge") != 0 || !p.Cleared() {
		t.Errorf("%+v, charged %d times", got, desk.Count("Charge"))
	}
}

// The bank comes back, the limits change, time runs out: the offer follows.
func TestTheOfferFollows(t *testing.T) {
	desk, p := lost(limits, someUnsent(1, 1000, 23*time.Hour))
	desk.Clock.Advance(61 * time.Minute)
	p.Tick()
	if v := p.View(); v.Store {
		t.Errorf("offered behind its end: %+v", v)
	}
	desk.PutStored(order.Stored{ID: "S", State: order.StoredWaiting, Amount: usd(100), Created: desk.Clock.Now()})
	p.Apply(desk.Snapshot())
	if v := p.View(); !v.Store || desk.Count("StoreOffer") != 2 {
		t.Errorf("not asked anew: %+v", v)
	}
	p.Apply(desk.Snapshot())
	if desk.Count("StoreOffer") != 2 {
		t.Error("asked without a change")
	}
	desk.Change(func(s *engine.Snapshot) { s.OfflineSince = time.Time{} })
	p.Apply(desk.Snapshot())
	if v := p.View(); v.Store || v.Away != "" || v.Charge != "Charge $12.50" {
		t.Errorf("the bank is back: %+v", v)
	}
	fill(p)
	p.Charge()
	if desk.Count("Charge") != 1 || desk.Count("StoreSale") != 0 {
		t.Error("not charged")
	}
}

// An answer about another sale, or of another moment, is dropped.
func TestStaleOffer(t *testing.T) {
	desk := apptest.NewDesk(false)
	var held []func(context.Context) func()
	p := New(desk, func(work func(context.Context) func()) { held = append(held, work) }, desk.Clock)
	desk.Change(func(s *engine.Snapshot) { s.OfflineSince, s.Stored.Room.Limits = desk.Clock.Now(), limits })
	p.Show(engine.Charge{Order: "o", Amount: usd(1250)})
	p.Apply(desk.Snapshot())
	p.Show(engine.Charge{Order: "other", Amount: usd(1250)})
	bridge.InlineRun(held[0])
	if v := p.View(); v.Store || v.Away != "" {
		t.Errorf("%+v", v)
	}
	desk.OnOffer = func(engine.Charge) (order.OfflineRoom, error) {
		return order.OfflineRoom{Limits: limits}, &engine.Problem{Code: engine.ProblemStored, Text: "x"}
	}
	p.Apply(desk.Snapshot())
	bridge.InlineRun(held[1])
	if v := p.View(); v.Away != text.Get("card.away") {
		t.Errorf("%+v", v)
	}
}
