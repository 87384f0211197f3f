package engine

import (
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// TestSameProof: the same finding at another time is the same proof; anything else
// is another one.
func TestSameProof(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	totals := order.Totals{Sales: 1, SaleAmount: usd(100), ReturnAmount: usd(0)}
	here := usd(100)
	p := order.Proof{ID: "P1", Version: 1, Batch: "B", At: time.Unix(1, 0), Complete: true, Journal: totals, Host: totals, Rows: 1,
		Found: []order.Mismatch{{What: order.LocalOnly, Number: "N1", Here: &here, At: time.Unix(5, 0).UTC()}}}
	again := p
	again.ID, again.At = "", time.Unix(2, 0)
	again.Found = []order.Mismatch{{What: order.LocalOnly, Number: "N1", Here: &here, At: time.Unix(5, 0).In(time.FixedZone("", 0))}}
	if !sameProof(p, again) {
		t.Error("not the same at another time")
	}
	for name, change := range map[string]func(*order.Proof){
		"rows":    func(p *order.Proof) { p.Rows++ },
		"host":    func(p *order.Proof) { p.Host.SaleAmount.Minor++ },
		"trouble": func(p *order.Proof) { p.Complete, p.Trouble = false, "cut" },
		"found":   func(p *order.Proof) { p.Found = nil },
		"wallets": func(p *order.Proof) { p.Wallets = []order.WalletProof{{Provider: "paypal"}} },
	} {
		other := again
		if change(&other); sameProof(p, other) {
			t.Errorf("%s: the same", name)
		}
	}
	v := NewProofView(p)
	if len(v.Findings) != 1 || !v.Findings[0].Alarm || !strings.Contains(v.Findings[0].Text, "N1") || v.Sums.Format != "" {
		t.Errorf("%+v", v)
	}
	closed := totals
	closed.Sales = 2
	p.Closed = &closed
	if got := NewProofView(p).Sums.String(); !strings.Contains(got, "2 sales over $1.00") || !strings.Contains(got, "this terminal has 1 over $1.00") {
		t.Errorf("%s", got)
	}
}
