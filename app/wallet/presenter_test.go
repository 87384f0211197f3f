package wallet

import (
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func TestWhy(t *testing.T) {
	bound := apptest.PayPal
	bound.Least, bound.Most = money.New(100, money.USD), money.New(50000, money.USD)
	for _, tt := range []struct {
		amount money.Amount
		want   string
	}{
		{money.New(99, money.USD), "From $1.00"},
		{money.New(100, money.USD), ""},
		{money.New(50000, money.USD), ""},
		{money.New(50001, money.USD), "Up to $500.00"},
		{money.New(99, "EUR"), ""}, // the bounds are of another currency
		{money.New(100, "GBP"), "Not in GBP"},
	} {
		if got := Why(bound, tt.amount); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.amount.Display(), got, tt.want)
		}
	}
	if bound.Most = (money.Amount{}); Why(bound, money.New(99_999_999, money.USD)) != "" {
		t.Error("no bound is one")
	}
}

// A wallet that does not fit is shown, says why, and can't be chosen.
func TestChoose(t *testing.T) {
	p := New()
	var chosen []string
	left := 0
	p.Chosen = func(c engine.Charge, o order.WalletOffer) { chosen = append(chosen, o.Name+" "+c.Amount.Display()) }
	p.Cancel = func() { left++ }
	p.Apply(engine.Snapshot{Wallets: []order.WalletOffer{apptest.PayPal, apptest.Razorpay}})
	p.Begin(engine.Charge{Amount: money.New(80, money.USD)})
	v := p.View()
	if v.Title != "Wallet  $0.80" || len(v.Tiles) != 2 || v.Tiles[0] != (Tile{"PayPal", true, true, "1"}) || v.Tiles[1] != (Tile{"Razorpay\nFrom $1.00", false, false, "2"}) {
		t.Fatalf("%+v", v)
	}
	for _, r := range "2930" {
		p.Rune(r)
	}
	if len(chosen) != 0 {
		t.Fatalf("chose %v", chosen)
	}
	p.Key(keys.Enter) // one is possible
	p.Begin(engine.Charge{Amount: money.New(1250, money.USD)})
	p.Key(keys.Enter) // two are
	p.Rune('2')
	if len(chosen) != 2 || chosen[0] != "paypal $0.80" || chosen[1] != "razorpay $12.50" {
		t.Errorf("chose %v", chosen)
	}
	p.Apply(engine.Snapshot{})
	p.Key(keys.Enter)
	p.Key(keys.Escape)
	if len(chosen) != 2 || left != 1 || p.Key(keys.Cash) {
		t.Errorf("chose %v, left %d", chosen, left)
	}
}
