package sale

import (
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The loss of the bank is told calmly, and comes behind a journal in trouble.
func TestBankAway(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := New(desk)
	desk.Change(func(s *engine.Snapshot) {
		s.OfflineSince, s.Host = desk.Clock.Now(), engine.Part{Health: engine.HealthTrouble, Text: "Check the cable."}
	})
	p.Apply(desk.Snapshot())
	if got := p.View().Notice; got != text.Get("sale.away") {
		t.Errorf("notice %q", got)
	}
	desk.Change(func(s *engine.Snapshot) {
		s.Journal = engine.Part{Health: engine.HealthTrouble, Text: "Free some space."}
	})
	p.Apply(desk.Snapshot())
	if got := p.View().Notice; got != "Free some space." {
		t.Errorf("notice %q", got)
	}
}

func begin() (*apptest.Desk, *Presenter) {
	desk := apptest.NewDesk(false)
	desk.SignInAs(0)
	p := New(desk)
	p.Apply(desk.Snapshot())
	return desk, p
}

func press(p *Presenter, keys string) {
	for key := range strings.FieldsSeq(keys) {
		p.Press(caps.Cap(key))
	}
}

func TestAmountRollsIn(t *testing.T) {
	tests := []struct {
		keys, want string
		ready      bool
		wrong      bool
	}{
		{"", "$0.00", false, false},
		{"1", "$0.01", false, true},
		{"4 9", "$0.49", false, true},
		{"5 0", "$0.50", true, false},
		{"1 2 5 0", "$12.50", true, false},
		{"1 2 00", "$12.00", true, false},
		{"1 2 5 0 erase", "$1.25", true, false},
		{"erase", "$0.00", false, false},
		{"0 00 0", "$0.00", false, false},
		{"9 9 9 9 9 9 9 9", "$999,999.99", true, false},
		{"9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9", "$99,999,999.99", false, true},
	}
	for _, tt := range tests {
		_, p := begin()
		press(p, tt.keys)
		v := p.View()
		if v.Amount != tt.want || v.Ready != tt.ready || v.Wrong != tt.wrong || v.Ready == (v.Reason != "") {
			t.Errorf("%q: %+v, want %s ready %v wrong %v", tt.keys, v, tt.want, tt.ready, tt.wrong)
		}
	}
}

func TestChargeOnlyWhenReady(t *testing.T) {
	_, p := begin()
	var got []engine.Charge
	p.Card = func(c engine.Charge) { got = append(got, c) }
	p.Tender(ByCard)
	press(p, "1 2 5 0")
	p.Tender(ByCard)
	if len(got) != 1 || got[0].Amount != money.New(1250, money.USD) || got[0].Order == "" {
		t.Errorf("%+v", got)
	}
	p.Apply(engine.Snapshot{Version: 99, Currency: money.USD})
	p.Tender(ByCard)
	if len(got) != 1 || p.View().Reason != "Sign in first" {
		t.Error("charged while nobody is signed in")
	}
}

func TestStripAndNotice(t *testing.T) {
	_, p := begin()
	s := engine.Snapshot{Live: []engine.Sale{{}, {}}, Printer: engine.Part{Health: engine.HealthTrouble, Text: "Paper is out."}}
	p.Apply(s)
	if v := p.View(); v.Strip != "2 payments are being checked with the bank" || v.StripKind != look.KindChecking || v.Notice != "Paper is out. "+text.Get("counter.waits") {
		t.Errorf("%+v", v)
	}
	s.Live[0].Alarm = true
	s.Live[0].State = order.Review
	s.Host = engine.Part{Health: engine.HealthTrouble, Text: "No connection."}
	p.Apply(s)
	if v := p.View(); v.Strip != "1 payment needs a look: press here" || v.StripKind != look.KindReview || v.Notice != "No connection." {
		t.Errorf("%+v", v)
	}
	p.Tell("Something.")
	if got := p.View().Notice; got != "Something." {
		t.Errorf("notice %q", got)
	}
}

// Money that is missing comes before all else; what is stored comes last.
func TestStripOfStoredSales(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := New(desk)
	strip := func() (string, look.Kind) {
		p.Apply(desk.Snapshot())
		v := p.View()
		return v.Strip, v.StripKind
	}
	stored := order.Stored{ID: "S1", State: order.StoredWaiting, Amount: money.New(1250, money.USD)}
	desk.PutStored(stored)
	if words, kind := strip(); words != "1 stored sale waits for the bank: $12.50" || kind != look.KindStored {
		t.Errorf("%q %s", words, kind)
	}
	forwarded := desk.Sale(engine.Charge{Order: "o", Amount: stored.Amount}, "Visa", "1111", order.Sending)
	forwarded.Stored = true
	desk.Put(forwarded)
	if words, _ := strip(); !strings.Contains(words, "stored sale") {
		t.Errorf("its forwarding is told as a payment of its own: %q", words)
	}
	desk.Put(desk.Sale(engine.Charge{Order: "r", Amount: stored.Amount}, "Visa", "1111", order.Review))
	stored.State = order.Uncollected
	desk.PutStored(stored)
	if words, kind := strip(); words != "1 sale was not collected: $12.50 missing" || kind != look.KindMissing {
		t.Errorf("%q %s", words, kind)
	}
}

// Where the owner allows it, the notice says that cards can be stored.
func TestBankAwayWithStoring(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := New(desk)
	for _, tt := range []struct {
		left int
		want string
	}{{17, "up to $50.00 can be stored"}, {0, "no card can be charged"}} {
		desk.Change(func(s *engine.Snapshot) {
			s.OfflineSince = desk.Clock.Now()
			s.Stored.Room = order.OfflineRoom{Left: tt.left, LeftTotal: money.New(38750, money.USD),
				Limits: order.OfflineLimits{Enabled: true, PerSale: money.New(5000, money.USD)}}
		})
		p.Apply(desk.Snapshot())
		if got := p.View().Notice; !strings.Contains(got, tt.want) {
			t.Errorf("%d left: %q", tt.left, got)
		}
	}
}
