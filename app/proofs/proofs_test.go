package proofs

import (
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func TestVerdict(t *testing.T) {
	one := order.Totals{Sales: 1, SaleAmount: usd(100)}
	two := order.Totals{Sales: 2, SaleAmount: usd(100)}
	wallet := func(complete bool, there int64) []order.WalletProof {
		return []order.WalletProof{{Complete: complete, Here: order.Sum{Count: 1, Amount: usd(100)}, There: order.Sum{Count: 1, Amount: usd(there)}}}
	}
	for _, tt := range []struct {
		name  string
		proof order.Proof
		want  string
	}{
		{"the same", order.Proof{Complete: true, Journal: one, Host: one, Closed: &one}, "Agrees"},
		{"without totals of the closing", order.Proof{Complete: true, Journal: one, Host: one}, "Agrees"},
		{"another count", order.Proof{Complete: true, Journal: one, Host: two}, "Differs"},
		{"another closing", order.Proof{Complete: true, Journal: one, Host: one, Closed: &two}, "Differs"},
		{"a named one", order.Proof{Complete: true, Journal: one, Host: one, Found: []order.Mismatch{{What: order.Twice}}}, "Differs"},
		{"not read", order.Proof{Journal: one}, "Not compared whole"},
		{"not read, and a named one", order.Proof{Journal: one, Found: []order.Mismatch{{What: order.LocalOnly}}}, "Differs"},
		{"a wallet differs", order.Proof{Complete: true, Journal: one, Host: one, Wallets: wallet(true, 90)}, "Differs"},
		{"a wallet was not read", order.Proof{Complete: true, Journal: one, Host: one, Wallets: wallet(false, 0)}, "Not compared whole"},
		{"a wallet agrees", order.Proof{Complete: true, Journal: one, Host: one, Wallets: wallet(true, 100)}, "Agrees"},
	} {
		if got, _, _ := Verdict(tt.proof); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if agrees := tt.want == "Agrees"; tt.proof.Agrees() != agrees {
			t.Errorf("%s: the proof agrees %v", tt.name, !agrees)
		}
	}
}

// Every difference is a row with its name and both amounts, and those beyond the
// list are counted.
func TestEveryDifferenceIsNamed(t *testing.T) {
	here, there := usd(4250), usd(4520)
	p := order.Proof{Complete: true, Journal: order.Totals{Sales: 2, SaleAmount: here}, Host: order.Totals{Sales: 2, SaleAmount: there}, More: 7, Found: []order.Mismatch{
		{What: order.AmountDiffers, Number: "K1", Here: &here, There: &there}, {What: order.LocalOnly, Number: "K2", Here: &here}, {What: order.HostOnly, GUID: "G3", There: &there}}}
	values := map[string]string{}
	for _, row := range Rows(p, nil) {
		values[row.Name] = row.Value
	}
	for name, want := range map[string]string{"K1": "here $42.50\nbank $45.20", "K2": "only here\n$42.50", "G3": "only there\n$45.20", "The bank’s transactions": "+$2.70", "7 more": ""} {
		if got, ok := values[name]; !ok || got != want {
			t.Errorf("%s: %q, want %q (%v)", name, got, want, values)
		}
	}
}
