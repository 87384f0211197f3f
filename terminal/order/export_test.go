package order_test

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func each(list []order.Movement) iter.Seq2[order.Movement, error] {
	return func(yield func(order.Movement, error) bool) {
		for _, m := range list {
			if !yield(m, nil) {
				return
			}
		}
	}
}

// moves draws movements of a day: all tenders, two currencies, tax, tips, fees.
func moves(dice *rand.Rand) (list []order.Movement) {
	kinds := []order.MovementKind{order.MovedSale, order.MovedSale, order.MovedSale, order.MovedVoid, order.MovedReturn, order.MovedFee, order.MovedIn, order.MovedOut, order.MovedNoSale}
	for i := range dice.IntN(40) {
		c := []money.Currency{money.USD, money.USD, money.INR}[dice.IntN(3)]
		m := order.Movement{Seq: int64(i), Kind: kinds[dice.IntN(len(kinds))], Tender: []order.Tender{order.TenderCard, order.TenderOnFile, order.TenderCash, order.TenderWallet}[dice.IntN(4)]}
		if m.Tender == order.TenderWallet {
			m.Brand = []string{"paypal", "razorpay"}[dice.IntN(2)]
		}
		switch m.Kind {
		case order.MovedNoSale:
		case order.MovedFee:
			m.Tender, m.Brand, m.Amount, m.Fee = order.TenderWallet, "paypal", money.New(0, c), money.New(dice.Int64N(200)-100, c)
		default:
			m.Amount = money.New(1+dice.Int64N(100_000), c)
			if dice.IntN(2) == 0 {
				m.Tip = money.New(dice.Int64N(m.Amount.Minor), c)
			}
			if dice.IntN(2) == 0 {
				m.Tax = money.New(dice.Int64N(m.Amount.Minor-m.Tip.Minor+1), c)
			}
			if m.Tender == order.TenderWallet {
				m.Fee = money.New(dice.Int64N(50), c)
			}
		}
		list = append(list, m)
	}
	return list
}

var books = order.Books{Contact: "Counter sales", Sales: "200", Fees: "404", TaxType: "OUTPUT", Origin: "K3F9A", Unit: money.USD,
	Clearing: map[string]string{order.BookCards: "0910", order.BookCash: "0911", order.BookPayPal: "0912", order.BookRazorpay: "0913"}}

func report(t *testing.T, list []order.Movement) order.ZReport {
	t.Helper()
	figures, err := order.SumUp(money.USD, order.Days{}, each(list))
	if err != nil {
		t.Fatal(err)
	}
	return order.ZReport{ID: order.ZID(12), Number: 12, Day: "2026-10-09", Figures: figures}
}

// What goes into the books comes to what the report says, whatever the day was and
// whichever way it goes.
func TestPostingsComeToTheReport(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		list := moves(dice)
		z := report(t, list)
		for _, target := range order.ExportTargets {
			for _, invoices := range []bool{false, true} {
				k := books
				k.Invoices = invoices
				postings, err := k.Postings(target, z, z.Day, each(list))
				if err != nil {
					t.Fatal(target, err)
				}
				compare(t, target, z, postings)
			}
		}
	}
}

func compare(t *testing.T, target order.ExportTarget, z order.ZReport, postings []order.Posting) {
	t.Helper()
	net, tax, seen := map[money.Currency]int64{}, map[money.Currency]int64{}, map[string]bool{}
	for _, p := range postings {
		if seen[p.Reference] || p.State != order.PostBuilt || p.Date != z.Day {
			t.Fatalf("%s: %+v", target, p)
		}
		seen[p.Reference] = true
		sum := int64(0)
		for _, l := range p.Lines {
			sum += l.Amount.Minor
		}
		if p.Kind != order.PostPayment && sum != p.Amount.Minor || target != order.ExportXeroCSV && p.Amount.Minor <= 0 {
			t.Fatalf("%s: lines of %+v come to %d", target, p, sum)
		}
		part, err := p.Tax()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case p.Kind == order.PostSpend:
			net[p.Amount.Currency] -= p.Amount.Minor
			tax[p.Amount.Currency] -= part.Minor
		case p.Kind == order.PostInvoice && target == order.ExportXero:
			tax[p.Amount.Currency] += part.Minor // its payments move the money
		default:
			net[p.Amount.Currency] += p.Amount.Minor
			tax[p.Amount.Currency] += part.Minor
		}
	}
	for _, f := range z.Figures {
		want := f.Net.Minor - f.Fees.Minor
		if target == order.ExportXeroCSV { // fees are not invoiced to customers
			want = f.Net.Minor
		}
		if net[f.Currency] != want || tax[f.Currency] != f.Tax.Minor {
			t.Fatalf("%s %s: net %d and tax %d, want %d and %d\n%+v", target, f.Currency, net[f.Currency], tax[f.Currency], want, f.Tax.Minor, postings)
		}
	}
}

func TestPostingsThatDoNotComeToTheReport(t *testing.T) {
	sale := order.Movement{Kind: order.MovedSale, Tender: order.TenderCard, Amount: money.New(1000, money.USD), Tax: money.New(90, money.USD)}
	odd := order.Movement{Kind: order.MovedSale, Tender: order.TenderWallet, Brand: "shells", Amount: money.New(1000, money.USD)}
	less := sale
	less.Tax.Minor--
	z := report(t, []order.Movement{sale})
	for name, list := range map[string][]order.Movement{"one missing": nil, "one more": {sale, sale}, "another tax": {less}, "a tender without an account": {odd}} {
		if _, err := books.Postings(order.ExportXero, z, z.Day, each(list)); !errors.Is(err, order.ErrUnbalanced) {
			t.Errorf("%s: %v, want %v", name, err, order.ErrUnbalanced)
		}
	}
}

// What was paid at a provider's sandbox is in the report, and in no real books.
func TestTestPaymentsAreInNoRealBooks(t *testing.T) {
	list := []order.Movement{{Kind: order.MovedSale, Tender: order.TenderWallet, Brand: "paypal", Test: true, Amount: money.New(1000, money.USD)},
		{Kind: order.MovedSale, Tender: order.TenderWallet, Brand: "paypal", Amount: money.New(500, money.USD)}}
	z := report(t, list)
	for _, tt := range []struct {
		test bool
		want int64
	}{{false, 500}, {true, 1500}} {
		k := books
		k.Test = tt.test
		got, err := k.Postings(order.ExportXero, z, z.Day, each(list))
		if err != nil || len(got) != 1 || got[0].Amount.Minor != tt.want {
			t.Errorf("%v: %+v, %v; want one of %d", tt.test, got, err, tt.want)
		}
	}
}

func TestPostingsByHand(t *testing.T) {
	list := []order.Movement{
		{Kind: order.MovedSale, Tender: order.TenderCard, Amount: money.New(1190, money.USD), Tax: money.New(90, money.USD), Tip: money.New(100, money.USD)},
		{Kind: order.MovedSale, Tender: order.TenderCash, Amount: money.New(500, money.USD)},
		{Kind: order.MovedReturn, Tender: order.TenderCash, Amount: money.New(200, money.USD)},
		{Kind: order.MovedSale, Tender: order.TenderWallet, Brand: "paypal", Amount: money.New(700, money.USD), Fee: money.New(30, money.USD)},
	}
	z := report(t, list)
	for _, tt := range []struct {
		target   order.ExportTarget
		invoices bool
		want     string
	}{
		{order.ExportXero, false, `RECEIVE K3F9A-2026-10-09-Z12-CARDS 0910 11.90 [Card sales, 1 payment: 10.90 tax 0.90 OUTPUT; Card sales, what is without tax: 1.00 tax  NONE]
RECEIVE K3F9A-2026-10-09-Z12-CASH 0911 5.00 [Cash sales, 1 payment: 5.00 tax  NONE]
RECEIVE K3F9A-2026-10-09-Z12-PAYPAL 0912 7.00 [PayPal sales, 1 payment: 7.00 tax  NONE]
SPEND K3F9A-2026-10-09-Z12-CASH-REF 0911 2.00 [Cash returns, 1 payment: 2.00 tax  NONE]
SPEND K3F9A-2026-10-09-Z12-PAYPAL-FEE 0912 0.30 [PayPal fees: 0.30 tax  NONE]
`},
		{order.ExportXero, true, `INVOICE K3F9A-2026-10-09-Z12  23.90 [Card sales, 1 payment: 10.90 tax 0.90 OUTPUT; Card sales, what is without tax: 1.00 tax  NONE; Cash sales, 1 payment: 5.00 tax  NONE; PayPal sales, 1 payment: 7.00 tax  NONE]
PAYMENT K3F9A-2026-10-09-Z12-CARDS 0910 11.90 []
PAYMENT K3F9A-2026-10-09-Z12-CASH 0911 5.00 []
PAYMENT K3F9A-2026-10-09-Z12-PAYPAL 0912 7.00 []
SPEND K3F9A-2026-10-09-Z12-CASH-REF 0911 2.00 [Cash returns, 1 payment: 2.00 tax  NONE]
SPEND K3F9A-2026-10-09-Z12-PAYPAL-FEE 0912 0.30 [PayPal fees: 0.30 tax  NONE]
`},
		{order.ExportXeroCSV, false, `INVOICE K3F9A-2026-10-09-Z12  21.90 [Card sales, 1 payment: 10.90 tax 0.90 OUTPUT; Card sales, what is without tax: 1.00 tax  NONE; Cash sales, 1 payment: 5.00 tax  NONE; Cash returns, 1 payment: -2.00 tax  NONE; PayPal sales, 1 payment: 7.00 tax  NONE]
`},
	} {
		k := books
		k.Invoices = tt.invoices
		postings, err := k.Postings(tt.target, z, z.Day, each(list))
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, p := range postings {
			var lines []string
			for _, l := range p.Lines {
				tax := ""
				if l.Tax.Currency != "" {
					tax = l.Tax.Decimal()
				}
				lines = append(lines, fmt.Sprintf("%s: %s tax %s %s", l.Text, l.Amount.Decimal(), tax, l.TaxType))
			}
			fmt.Fprintf(&got, "%s %s %s %s [%s]\n", p.Kind, p.Reference, p.Account, p.Amount.Decimal(), strings.Join(lines, "; "))
		}
		if got.String() != tt.want {
			t.Errorf("%s, invoices %v:\n%s\nwant\n%s", tt.target, tt.invoices, got.String(), tt.want)
		}
	}
}

var noon = time.Date(2026, 10, 9, 12, 0, 0, 0, time.UTC)

func export(states ...order.PostState) order.Export {
	e := order.Export{ID: "xero-000012", Version: 1, Target: order.ExportXero}
	for i, s := range states {
		e.Postings = append(e.Postings, order.Posting{Reference: fmt.Sprint("R", i), Kind: order.PostReceive, Amount: money.New(100, money.USD), State: s})
	}
	return e
}

func TestAnswers(t *testing.T) {
	usd := money.New(100, money.USD)
	for _, tt := range []struct {
		from order.PostState
		a    order.PostAnswer
		want order.PostState
		done bool
	}{
		{order.PostSending, order.PostAnswer{Is: order.PostTaken, Remote: "id", Total: usd}, order.PostDone, true},
		{order.PostSending, order.PostAnswer{Is: order.PostNoAnswer}, order.PostUnknown, false},
		{order.PostSending, order.PostAnswer{Is: order.PostRefused}, order.PostRejected, false},
		{order.PostSending, order.PostAnswer{Is: order.PostNotNow}, order.PostBuilt, false},
		{order.PostUnknown, order.PostAnswer{Is: order.PostTaken, Remote: "id", Total: usd}, order.PostDone, true},
		{order.PostUnknown, order.PostAnswer{Is: order.PostAbsent}, order.PostBuilt, false},
		{order.PostDone, order.PostAnswer{Is: order.PostRefused}, order.PostDone, false},
		{order.PostDone, order.PostAnswer{Is: order.PostNoAnswer}, order.PostDone, false},
	} {
		e := export(tt.from)
		got := e.Answered(0, tt.a, noon)
		if got.Postings[0].State != tt.want || got.Done != tt.done || e.Postings[0].State != tt.from {
			t.Errorf("%s after %v: %s, done %v; want %s, %v", tt.from, tt.a.Is, got.Postings[0].State, got.Done, tt.want, tt.done)
		}
	}
	other := export(order.PostSending).Answered(0, order.PostAnswer{Is: order.PostTaken, Remote: "id", Total: money.New(101, money.USD)}, noon)
	if p := other.Postings[0]; p.State != order.PostDone || p.There.Minor != 101 {
		t.Errorf("another total: %+v, want it posted and told", p)
	}
}

// The payments of an invoice wait for it; what was rejected waits for a person, and
// holds up nothing else.
func TestNext(t *testing.T) {
	e := export(order.PostRejected, order.PostBuilt, order.PostBuilt)
	e.Postings[1].Kind, e.Postings[1].Invoice = order.PostPayment, "R0"
	if i, ok := e.Next(); !ok || i != 2 {
		t.Errorf("Next = %d, %v; want 2", i, ok)
	}
	e.Postings[2].State = order.PostDone
	if e.Waits() {
		t.Error("it waits for a person, and says otherwise")
	}
	e.Postings[0].State = order.PostDone
	if i, ok := e.Next(); !ok || i != 1 {
		t.Errorf("Next = %d, %v; want 1", i, ok)
	}
}

func TestCorrect(t *testing.T) {
	fresh := export(order.PostBuilt, order.PostBuilt, order.PostBuilt).Postings
	for i := range fresh {
		fresh[i].Account = "new"
	}
	e := export(order.PostDone, order.PostRejected, order.PostUnknown)
	e.Postings[1].Hash = "sent"
	got, err := e.Correct(fresh, noon)
	if err != nil {
		t.Fatal(err)
	}
	if p := got.Postings; p[0].Account != "" || p[1].Account != "new" || p[1].Try != 1 || p[1].State != order.PostBuilt || p[2].Account != "" || p[2].State != order.PostUnknown {
		t.Errorf("Correct = %+v", p)
	}
	if p, q := e.Postings[1], got.Postings[1]; p.Digest() == q.Digest() {
		t.Error("what was corrected has the key of what was rejected")
	}
	renamed := slices.Clone(fresh)
	renamed[1].Reference = "X"
	changed := slices.Clone(fresh)
	changed[0].Kind = order.PostInvoice
	for name, list := range map[string][]order.Posting{"another reference": renamed, "one less": fresh[:2], "one more": append(slices.Clone(fresh), renamed[1]), "another kind": changed} {
		if _, err := e.Correct(list, noon); !errors.Is(err, order.ErrBooksChanged) {
			t.Errorf("%s: %v, want %v", name, err, order.ErrBooksChanged)
		}
	}
	if _, err := export(order.PostRejected, order.PostBuilt).Correct(renamed, noon); err != nil {
		t.Errorf("nothing was posted, and it cannot be built anew: %v", err)
	}
}

// Every try of a posting has one key.
func TestDigest(t *testing.T) {
	e := export(order.PostBuilt)
	sent := e.Begin(0, noon)
	lost := sent.Answered(0, order.PostAnswer{Message: "lost"}, noon).Answered(0, order.PostAnswer{Is: order.PostAbsent}, noon)
	again := lost.Begin(0, noon.Add(time.Hour))
	if a, b := sent.Postings[0].Hash, again.Postings[0].Hash; a == "" || a != b {
		t.Errorf("keys %q and %q, want one", a, b)
	}
}
