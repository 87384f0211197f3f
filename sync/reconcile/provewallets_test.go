package reconcile

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// till is a provider in the test's hands.
type till struct {
	list   order.CodeList
	status map[string]order.CodeSeen // by our reference
	looks  int
}

func (p *till) List(_ context.Context, _ string, _, _ time.Time, known func(string) bool) order.CodeList {
	var list order.CodeList
	if p.list.Failed {
		return p.list
	}
	for _, r := range p.list.Payments {
		if !known(r.ID) {
			list.Payments = append(list.Payments, r)
		}
	}
	return list
}

func (p *till) Status(_ context.Context, r order.CodeRequest) order.CodeSeen {
	p.looks++
	if seen, ok := p.status[r.Reference]; ok {
		return seen
	}
	return order.CodeSeen{Missing: true}
}

// TestProveWallets: what a provider received against the journal's codes.
func TestProveWallets(t *testing.T) {
	from, at, to := began.Add(-8*time.Hour), began.Add(-2*time.Hour), began
	code := func(n int, minor, back int64, at time.Time) order.QR {
		id := fmt.Sprintf("code-%d", n)
		return order.QR{ID: id, Provider: "paypal", Remote: "remote-" + id, Asked: usd(minor),
			Payments: []order.QRPayment{{ID: fmt.Sprint("pay-", n), As: order.Adopted, Amount: usd(minor), Back: usd(back), Held: usd(back), At: at}}}
	}
	got := func(n int, minor, back int64) order.Received {
		return order.Received{ID: fmt.Sprint("pay-", n), Amount: usd(minor), Refunded: usd(back), Fee: usd(10), At: at, Reference: fmt.Sprintf("code-%d", n)}
	}
	offer := order.WalletOffer{Name: "paypal", Title: "PayPal", Lists: true, Currencies: []money.Currency{money.USD}}
	codes := []order.QR{code(1, 1000, 0, at), code(2, 2000, 500, at), code(3, 3000, 0, from.Add(-time.Hour))}
	foreign := got(77, 500, 0)
	foreign.Reference = "somebody else's"
	agreeing := []order.Received{got(1, 1000, 0), got(2, 2000, 500), foreign}
	for _, tt := range []struct {
		name    string
		codes   []order.QR
		list    []order.Received
		status  map[string]order.CodeSeen
		change  func(o *order.WalletOffer, l *order.CodeList)
		want    []string // differences; nil agrees
		trouble bool
		found   int // matched
	}{
		{"agrees", codes, agreeing, nil, nil, nil, false, 2},
		{"listed twice", codes, append(slices.Clone(agreeing), got(1, 1000, 0)), nil, nil, nil, false, 2},
		{"not listed yet", codes, agreeing[:1], map[string]order.CodeSeen{"code-2": {Payments: []order.Received{got(2, 2000, 500)}}}, nil, nil, false, 2},
		{"missing", codes, agreeing[:1], nil, nil, []string{"local-only pay-2"}, false, 1},
		{"not to be asked for", codes, agreeing[:1], map[string]order.CodeSeen{"code-2": {Failed: true}}, nil, nil, true, 1},
		{"not known here", codes[:1], agreeing[:2], nil, nil, []string{"host-only pay-2"}, false, 1},
		{"another amount", codes, []order.Received{got(1, 1001, 0), got(2, 2000, 500)}, nil, nil, []string{"amount-differs pay-1"}, false, 1},
		{"went back there", codes, []order.Received{got(1, 1000, 200), got(2, 2000, 500)}, nil, nil, []string{"returned-at-host pay-1"}, false, 1},
		{"no list", codes, nil, map[string]order.CodeSeen{"code-1": {Payments: agreeing[:1]}, "code-2": {Payments: agreeing[1:2]}},
			func(o *order.WalletOffer, _ *order.CodeList) { o.Lists = false }, nil, true, 2},
		{"a list that fails", codes[2:], nil, nil, func(_ *order.WalletOffer, l *order.CodeList) { l.Failed = true }, nil, true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, o := &till{list: order.CodeList{Payments: tt.list}, status: tt.status}, offer
			if tt.change != nil {
				tt.change(&o, &p.list)
			}
			prover := WalletProver{Wallets: p, Ours: func(r string) bool { return len(r) == len("code-1") },
				Codes: func(context.Context, time.Time) ([]order.QR, error) { return tt.codes, nil }}
			all, err := prover.Prove(background, []order.WalletOffer{o}, from, to)
			if err != nil || len(all) != 1 {
				t.Fatalf("%+v, %v", all, err)
			}
			w := all[0]
			var list []string
			for _, m := range w.Found {
				list = append(list, fmt.Sprint(m.What, " ", m.Payment))
			}
			sort.Strings(list)
			if !slices.Equal(list, tt.want) || w.Complete == tt.trouble || (w.Trouble != "") != tt.trouble || w.Matched != tt.found {
				t.Errorf("%+v, want %v", w, tt.want)
			}
			if agrees := len(tt.want) == 0 && !tt.trouble; w.Agrees() != agrees {
				t.Errorf("agrees: %t; %+v", w.Agrees(), w)
			}
			if tt.name == "agrees" && (w.Here != order.Sum{Count: 2, Amount: usd(3000)} || w.There != w.Here || w.Back.Amount != usd(500) || w.Fees != usd(20) || w.Net != usd(2480)) {
				t.Errorf("%+v", w)
			}
		})
	}
	if all, err := (WalletProver{Wallets: &till{}, Ours: func(string) bool { return true }, Codes: func(context.Context, time.Time) ([]order.QR, error) { return nil, nil }}).
		Prove(background, []order.WalletOffer{offer}, from, to); err != nil || len(all) != 0 {
		t.Errorf("nothing came: %+v, %v", all, err)
	}
}
