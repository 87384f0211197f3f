package order

import (
	"errors"
	"iter"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"paydesk/terminal/money"
)

func stream(all []Movement, err error) iter.Seq2[Movement, error] {
	return func(yield func(Movement, error) bool) {
		for _, m := range all {
			if !yield(m, nil) {
				return
			}
		}
		if err != nil {
			yield(Movement{}, err)
		}
	}
}

func TestSumUp(t *testing.T) {
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	at := func(hour int) time.Time { return time.Date(2026, 5, 4, hour, 30, 0, 0, time.UTC) }
	all := []Movement{
		{At: at(9), Kind: MovedSale, Tender: TenderCard, Brand: "Visa", Operator: "ann", Amount: usd(1232), Tax: usd(82), Tip: usd(150)},
		{At: at(9), Kind: MovedSale, Tender: TenderCash, Operator: "bob", Amount: usd(500), Tax: usd(40)},
		{At: at(23), Kind: MovedVoid, Tender: TenderCard, Brand: "Visa", Operator: "ann", Amount: usd(1232), Tax: usd(82), Tip: usd(150)},
		{At: at(10), Kind: MovedReturn, Tender: TenderCash, Operator: "bob", Amount: usd(100), Tax: usd(8)},
		{At: at(10), Kind: MovedSale, Tender: TenderWallet, Brand: "paypal", Operator: "ann", GUID: "p1", Amount: usd(300)},
		{At: at(10), Kind: MovedSale, Tender: TenderWallet, Brand: "paypal", Operator: "ann", GUID: "p2", Amount: usd(300)},
		{At: at(10), Kind: MovedFee, Tender: TenderWallet, Brand: "paypal", GUID: "p1", Amount: usd(0), Fee: usd(12)},
		{At: at(10), Kind: MovedReturn, Tender: TenderWallet, Brand: "paypal", Operator: "ann", GUID: "r", Amount: usd(300), Fee: usd(-5)},
		{At: at(11), Kind: MovedSale, Tender: TenderWallet, Brand: "paypal", Operator: "ann", GUID: "e", Amount: money.New(77, money.EUR), Fee: money.New(3, money.EUR)},
		{At: at(11), Kind: MovedIn, Tender: TenderCash, Amount: usd(50)},
		{At: at(11), Kind: MovedOut, Tender: TenderCash, Amount: usd(20)},
		{At: at(11), Kind: MovedNoSale},
	}
	sum := func(n int, minor int64) Sum { return Sum{n, usd(minor)} }
	part := func(name string, s, v, r Sum, net int64) Part { return Part{name, s, v, r, usd(net)} }
	want := Figures{Currency: money.USD, Sales: sum(4, 2332), Voids: sum(1, 1232), Returns: sum(2, 400), Net: usd(700), Tax: usd(32), Tips: usd(0),
		Fees: usd(7), FeesUnknown: 1, CashIn: sum(1, 50), CashOut: sum(1, 20), NoSales: 1,
		ByTender: []Part{part("CARD", sum(1, 1232), sum(1, 1232), sum(0, 0), 0), part("CASH", sum(1, 500), sum(0, 0), sum(1, 100), 400),
			part("WALLET", sum(2, 600), sum(0, 0), sum(1, 300), 300)},
		ByBrand:    []Part{part("Visa", sum(1, 1232), sum(1, 1232), sum(0, 0), 0), part("paypal", sum(2, 600), sum(0, 0), sum(1, 300), 300)},
		ByOperator: []Part{part("ann", sum(3, 1832), sum(1, 1232), sum(1, 300), 300), part("bob", sum(1, 500), sum(0, 0), sum(1, 100), 400)},
		ByHour: []Part{part("09", sum(2, 1732), sum(0, 0), sum(0, 0), 1732), part("10", sum(2, 600), sum(0, 0), sum(2, 400), 200),
			part("23", sum(0, 0), sum(1, 1232), sum(0, 0), -1232)}}
	got, err := SumUp(money.USD, Days{}, stream(all, nil))
	if err != nil || len(got) != 2 || got[1].Currency != money.EUR || got[1].Net.Minor != 77 || got[1].Fees.Minor != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	if !reflect.DeepEqual(got[0], want) {
		t.Errorf("\n got %+v\nwant %+v", got[0], want)
	}
	if got, err := SumUp(money.EUR, Days{}, stream(nil, nil)); err != nil || len(got) != 1 || got[0].Currency != money.EUR || got[0].Net != money.New(0, money.EUR) {
		t.Errorf("nothing: %+v, %v", got, err)
	}
	broken := errors.New("broken")
	if _, err := SumUp(money.USD, Days{}, stream(all, broken)); !errors.Is(err, broken) {
		t.Errorf("an error of the journal: %v", err)
	}
	most := Movement{Kind: MovedSale, Tender: TenderCash, Amount: usd(math.MaxInt64)}
	if _, err := SumUp(money.USD, Days{}, stream([]Movement{most, most}, nil)); !errors.Is(err, money.ErrRange) {
		t.Errorf("too much: %v", err)
	}
}

func TestDrawerOf(t *testing.T) {
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	all := []Movement{
		{Kind: MovedSale, Tender: TenderCash, Amount: usd(500)}, {Kind: MovedSale, Tender: TenderCard, Amount: usd(9000)},
		{Kind: MovedReturn, Tender: TenderCash, Amount: usd(120)}, {Kind: MovedIn, Tender: TenderCash, Amount: usd(50)},
		{Kind: MovedOut, Tender: TenderCash, Amount: usd(1000)}, {Kind: MovedNoSale},
	}
	want := Drawer{Float: usd(100), Sales: usd(500), Back: usd(120), In: usd(50), Out: usd(1000), NoSales: 1, Expected: usd(-470)}
	if got, err := DrawerOf(usd(100), stream(all, nil)); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	euro := append(all, Movement{Kind: MovedReturn, Tender: TenderCash, Amount: money.New(70, money.EUR)})
	if got, err := DrawerOf(usd(100), stream(euro, nil)); err != nil || got != want {
		t.Errorf("with a return in another currency: %+v, %v", got, err)
	}
	broken := errors.New("broken")
	if _, err := DrawerOf(usd(1), stream(nil, broken)); !errors.Is(err, broken) {
		t.Errorf("an error of the journal: %v", err)
	}
}

// TestTicket: half a cent goes away from zero, per ticket.
func TestTicket(t *testing.T) {
	usd := func(n int64) money.Amount { return money.New(n, money.USD) }
	bill := Bill{ID: "B", Goods: usd(900), Tax: usd(85), Tip: usd(15)}
	type share struct{ kind, amount, tax, tip int64 }
	const sale, back = 1, -1
	for _, tt := range []struct {
		name  string
		moves []share
	}{
		{"one payment", []share{{sale, 1000, 85, 15}}},
		{"all of it back", []share{{sale, 1000, 85, 15}, {back, 1000, 85, 15}}},
		{"two halves", []share{{sale, 500, 43, 8}, {sale, 500, 42, 7}}}, // 42.5 and 7.5
		{"back in parts", []share{{sale, 1000, 85, 15}, {back, 500, 42, 7}, {back, 499, 43, 8}, {back, 1, 0, 0}}},
		{"a half voided and paid again", []share{{sale, 500, 43, 8}, {back, 500, 43, 8}, {sale, 500, 43, 8}, {sale, 500, 42, 7}}},
		{"three thirds", []share{{sale, 333, 28, 5}, {sale, 333, 29, 5}, {sale, 334, 28, 5}}},
	} {
		ticket := NewTicket(bill)
		for i, m := range tt.moves {
			kind := MovedSale
			if m.kind == back {
				kind = MovedReturn
			}
			got := ticket.Share(Movement{Kind: kind, Amount: usd(m.amount)})
			if got.Tax.Minor != m.tax || got.Tip.Minor != m.tip {
				t.Errorf("%s, %d: tax %d, tip %d; want %+v", tt.name, i, got.Tax.Minor, got.Tip.Minor, m)
			}
		}
	}
	if got := NewTicket(bill).Share(Movement{Kind: MovedSale, Amount: money.New(100, money.EUR)}); got.Tax != (money.Amount{}) {
		t.Errorf("another currency has %v of the tax", got.Tax)
	}
}

// TestTicketLosesNothing: no share is below zero or above its movement, and what
// stands of a bill has at any time the share of its tax, to the cent.
func TestTicketLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		bill := Bill{Goods: money.New(1+random.Int64N(5000), money.USD), Tax: money.New(random.Int64N(900), money.USD), Tip: money.New(random.Int64N(900), money.USD)}
		ticket, total := NewTicket(bill), bill.Total().Minor
		var paid, tax, tip int64
		for range 12 {
			m, sign := Movement{Kind: MovedSale, Amount: money.New(min(total-paid, 1+random.Int64N(total)), money.USD)}, int64(1)
			if paid == total || paid > 0 && random.IntN(3) == 0 {
				m, sign = Movement{Kind: MovedReturn, Amount: money.New(1+random.Int64N(paid), money.USD)}, -1
			}
			m = ticket.Share(m)
			if m.Tax.Minor < 0 || m.Tip.Minor < 0 || m.Tax.Minor > m.Amount.Minor || m.Tip.Minor > m.Amount.Minor {
				t.Fatalf("%+v of %+v", m, bill)
			}
			paid, tax, tip = paid+sign*m.Amount.Minor, tax+sign*m.Tax.Minor, tip+sign*m.Tip.Minor
			if tax != bill.Tax.Share(paid, total).Minor || tip != bill.Tip.Share(paid, total).Minor {
				t.Fatalf("%d of %+v: tax %d, tip %d", paid, bill, tax, tip)
			}
		}
	}
}
