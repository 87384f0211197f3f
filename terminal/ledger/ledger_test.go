package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/clock"
	"paydesk/terminal/ledger"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var (
	noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	ctx  = context.Background()
)

type house struct {
	*ledger.Book
	j   *journal.Journal
	ids int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	j, err := journal.Open(journal.Options{Dir: t.TempDir(), Clock: clock.NewVirtual(noon)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	h := &house{j: j}
	h.Book = &ledger.Book{Journal: j, Clock: clock.NewVirtual(noon), NewID: func() string { h.ids++; return fmt.Sprintf("ID-%03d", h.ids) }}
	return h
}

func (h *house) customer(t *testing.T, name string, emails ...string) order.Customer {
	t.Helper()
	c, err := h.SaveCustomer(ctx, "ann", order.Customer{Name: name, Emails: emails})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func payment(txn, payer string, minor int64) order.Notice {
	return order.Notice{ID: order.NoticeID("paypal", txn, order.NoticePaid), Kind: order.NoticePayment, Provider: "paypal", Txn: txn, Status: order.NoticePaid,
		Payer: payer, Gross: money.New(minor, money.USD), Created: noon}
}

func back(txn, of string, kind order.NoticeKind, minor int64) order.Notice {
	status := map[order.NoticeKind]string{order.NoticeRefund: "Refunded", order.NoticeReversal: "Reversed", order.NoticeRestored: "Canceled_Reversal"}[kind]
	return order.Notice{ID: order.NoticeID("paypal", txn, status), Kind: kind, Provider: "paypal", Txn: txn, Parent: of, Status: status,
		Payer: "payer@example.org", Gross: money.New(minor, money.USD), Created: noon}
}

func (h *house) place(t *testing.T, all ...order.Notice) {
	t.Helper()
	for _, n := range all {
		if err := h.Place(ctx, n); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) state(t *testing.T, id string) string {
	t.Helper()
	n, err := h.j.Notice(ctx, id)
	if err != nil {
		t.Fatal(id, err)
	}
	return fmt.Sprintf("%s %s %s", n.State, n.Why, n.Customer)
}

// recount holds every balance against the sum of what the log booked.
func (h *house) recount(t *testing.T) map[string]int64 {
	t.Helper()
	sums := map[string]int64{}
	q := order.NoticeQuery{States: []order.NoticeState{order.NoticeCredited}}
	for {
		page, err := h.j.Notices(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range page.Notices {
			sums[n.Customer+string(n.Booked.Currency)] += n.Booked.Minor
		}
		if q.Before = page.Next; page.Next == "" {
			break
		}
	}
	all, err := h.j.Customers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]int64{}
	for _, c := range all {
		for _, b := range c.Balances {
			if sums[c.ID+string(b.Currency)] != b.Minor {
				t.Errorf("%s has %s, and the log booked %d", c.Name, b, sums[c.ID+string(b.Currency)])
			}
			delete(sums, c.ID+string(b.Currency))
			byName[c.Name+string(b.Currency)] = b.Minor
		}
	}
	if len(sums) > 0 {
		t.Errorf("booked to nobody: %v", sums)
	}
	return byName
}

// TestPlace: a payment goes to whom its payer's address belongs, and what takes
// it back follows it.
func TestPlace(t *testing.T) {
	h := newHouse(t)
	ann, bob := h.customer(t, "Ann", "ann@example.org", "Ann.Flood@Example.ORG"), h.customer(t, "Bob", "bob@example.org")
	fees := payment("T3", "BOB@example.org", 1000)
	fees.Fee, fees.Deduct = money.New(59, money.USD), true
	feesBack := back("R3", "T3", order.NoticeRefund, -1000)
	feesBack.Fee, feesBack.Deduct = money.New(-29, money.USD), true
	h.place(t, payment("T1", "ann@example.org", 1000), payment("T2", "ANN.flood@example.org", 500), fees, payment("T4", "eve@example.org", 700),
		payment("T1", "ann@example.org", 1000), // again
		back("R1", "T1", order.NoticeRefund, -300), back("R1", "T1", order.NoticeRefund, -300),
		back("V2", "T2", order.NoticeReversal, -500), back("C2", "T2", order.NoticeRestored, 500), feesBack,
		back("R4", "T4", order.NoticeRefund, -700), back("R9", "T9", order.NoticeRefund, -1))
	for id, want := range map[string]string{
		"paypal:T1:Completed": "CREDITED  " + ann.ID, "paypal:T2:Completed": "CREDITED  " + ann.ID, "paypal:T3:Completed": "CREDITED  " + bob.ID,
		"paypal:T4:Completed": "REVIEW nobody ", "paypal:R1:Refunded": "CREDITED  " + ann.ID, "paypal:V2:Reversed": "CREDITED  " + ann.ID,
		"paypal:R4:Refunded": "REVIEW parent ", "paypal:R9:Refunded": "REVIEW parent ",
	} {
		if got := h.state(t, id); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if got := h.recount(t); got["AnnUSD"] != 1200 || got["BobUSD"] != 941-971 {
		t.Errorf("balances %v", got)
	}
	// By hand: what waits for the payment follows it.
	if err := h.Match(ctx, "sue", "paypal:T4:Completed", bob.ID); err != nil {
		t.Fatal(err)
	}
	if got := h.state(t, "paypal:R4:Refunded"); got != "CREDITED  "+bob.ID {
		t.Errorf("the refund behind it: %s", got)
	}
	if n, err := h.j.Notice(ctx, "paypal:T4:Completed"); err != nil || n.By != "sue" {
		t.Errorf("by %q, %v", n.By, err)
	}
	if err := h.Match(ctx, "sue", "paypal:T4:Completed", ann.ID); !errors.Is(err, ledger.ErrNotMatchable) {
		t.Errorf("once more: %v", err)
	}
	h.recount(t)
}

// TestOutOfOrder: a refund that comes before its payment is booked behind it; one
// of a payment that was not booked here is not booked either.
func TestOutOfOrder(t *testing.T) {
	h := newHouse(t)
	ann := h.customer(t, "Ann", "ann@example.org")
	h.place(t, back("R1", "T1", order.NoticeRefund, -400))
	if got := h.state(t, "paypal:R1:Refunded"); got != "REVIEW parent " {
		t.Errorf("first: %s", got)
	}
	h.place(t, payment("T1", "ann@example.org", 1000))
	if got := h.state(t, "paypal:R1:Refunded"); got != "CREDITED  "+ann.ID {
		t.Errorf("behind the payment: %s", got)
	}
	coded := payment("T2", "ann@example.org", 1000)
	coded.State, coded.Why, coded.Code = order.NoticeRecorded, order.WhyCode, "ABCDE0MABCDEFG123"
	if err := h.Record(ctx, coded); err != nil {
		t.Fatal(err)
	}
	h.place(t, back("R2", "T2", order.NoticeRefund, -400))
	if n, err := h.j.Notice(ctx, "paypal:R2:Refunded"); err != nil || n.Why != order.WhyUnbooked || n.Code != coded.Code {
		t.Errorf("of a code: %+v, %v", n, err)
	}
	// One that was being asked about is booked when that is done, and not before.
	asked := payment("T3", "ann@example.org", 50)
	asked.State, asked.Why = order.NoticeVerified, order.WhyAsking
	for range 2 {
		if err := h.Record(ctx, asked); err != nil {
			t.Fatal(err)
		}
	}
	h.place(t, back("R3", "T3", order.NoticeRefund, -50))
	if got := h.state(t, "paypal:R3:Refunded"); got != "REVIEW parent " {
		t.Errorf("of one that is asked about: %s", got)
	}
	h.place(t, payment("T3", "ann@example.org", 50))
	if n, err := h.j.Notice(ctx, asked.ID); err != nil || n.State != order.NoticeCredited || n.Version != 2 {
		t.Errorf("%+v, %v", n, err)
	}
	if got := h.recount(t); got["AnnUSD"] != 600 {
		t.Errorf("balances %v", got)
	}
}

// TestBalancesAreTheirSums: whatever comes, how often, in whatever order, and
// after restarts.
func TestBalancesAreTheirSums(t *testing.T) {
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1))
		h := newHouse(t)
		for i := range 5 {
			h.customer(t, fmt.Sprint("C", i), fmt.Sprintf("c%d@example.org", i), fmt.Sprintf("c%d@example.com", i))
		}
		var all []order.Notice
		want := map[string]int64{}
		for i := range 60 {
			who, minor := random.IntN(6), 100+random.Int64N(10_000) // c5 is nobody
			txn := fmt.Sprint("T", i)
			all = append(all, payment(txn, fmt.Sprintf("C%d@example.%s", who, []string{"org", "com"}[i%2]), minor))
			name := fmt.Sprintf("C%dUSD", who)
			want[name] += minor
			if i%3 == 0 {
				all = append(all, back("R"+txn, txn, order.NoticeRefund, -minor/2))
				want[name] += -minor / 2
			}
			if i%5 == 0 {
				all = append(all, back("V"+txn, txn, order.NoticeReversal, -minor))
				want[name] -= minor
			}
			if i%10 == 0 {
				all = append(all, back("V"+txn, txn, order.NoticeRestored, minor))
				want[name] += minor
			}
		}
		delete(want, "C5USD")
		all = append(all, all...)
		random.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		h.place(t, all...)
		got := h.recount(t)
		for name, sum := range want {
			if got[name] != sum {
				t.Errorf("seed %d: %s has %d, want %d", seed, name, got[name], sum)
			}
		}
	}
}

// TestNobodyMatchesWhatIsNotOurs: neither what PayPal did not send, nor what was
// for another merchant.
func TestNobodyMatchesWhatIsNotOurs(t *testing.T) {
	h := newHouse(t)
	ann := h.customer(t, "Ann", "ann@example.org")
	for i, tt := range []struct {
		state order.NoticeState
		why   order.NoticeWhy
		good  bool
	}{{order.NoticeInvalid, order.WhyInvalid, false}, {order.NoticeReview, order.WhyReceiver, false}, {order.NoticeReview, order.WhyMode, false},
		{order.NoticeReview, order.WhyTransaction, false}, {order.NoticeReview, order.WhyAmount, false}, {order.NoticeReview, order.WhyUnread, false},
		{order.NoticeRecorded, order.WhyCode, false}, {order.NoticeVerified, order.WhyAsking, false}, {order.NoticeReview, order.WhyCurrency, true}, {order.NoticeReview, order.WhyNobody, true}} {
		n := payment(fmt.Sprint("T", i), "eve@example.org", 100)
		n.State, n.Why = tt.state, tt.why
		if err := h.Record(ctx, n); err != nil {
			t.Fatal(err)
		}
		if err := h.Match(ctx, "sue", n.ID, ann.ID); (err == nil) != tt.good {
			t.Errorf("%s %s: %v", tt.state, tt.why, err)
		}
	}
	if err := h.Match(ctx, "sue", "none", ann.ID); !errors.Is(err, order.ErrNotFound) {
		t.Errorf("no entry: %v", err)
	}
	if got := h.recount(t); got["AnnUSD"] != 200 {
		t.Errorf("balances %v", got)
	}
}

func TestCustomers(t *testing.T) {
	h := newHouse(t)
	ann := h.customer(t, "  Ann   Flood ", "ann@example.org", " ANN@example.org ", "", "ann2@example.org")
	if ann.Name != "Ann Flood" || !slices.Equal(ann.Emails, []string{"ann@example.org", "ann2@example.org"}) {
		t.Errorf("%+v", ann)
	}
	h.place(t, payment("T1", "ann2@example.org", 100))
	for name, tt := range map[string]struct {
		c    order.Customer
		want error
	}{
		"no name":          {order.Customer{Emails: []string{"x@example.org"}}, order.ErrCustomerName},
		"a name of a card": {order.Customer{Name: "4111 1111 1111 1111"}, order.ErrCustomerCard},
		"a cursor's name":  {order.Customer{Name: "Ann\x1b[2J"}, order.ErrCustomerName},
		"a turned name":    {order.Customer{Name: "Ann \u202eB"}, order.ErrCustomerName},
		"a turned address": {order.Customer{Name: "X", Emails: []string{"a\u202eb@example.org"}}, order.ErrCustomerEmail},
		"no address":       {order.Customer{Name: "X", Emails: []string{"nobody"}}, order.ErrCustomerEmail},
		"two in one":       {order.Customer{Name: "X", Emails: []string{"a@example.org,b@example.org"}}, order.ErrCustomerEmail},
		"somebody's":       {order.Customer{Name: "X", Emails: []string{"Ann2@EXAMPLE.org"}}, order.ErrCustomerTaken},
		"no such":          {order.Customer{ID: "none", Name: "X"}, order.ErrNotFound},
	} {
		if _, err := h.SaveCustomer(ctx, "sue", tt.c); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
	if _, err := h.SaveCustomer(ctx, "sue", order.Customer{Name: "\u0915\u094d\u200d\u0937"}); err != nil {
		t.Errorf("a name with a joiner: %v", err)
	}
	// Name and addresses change; what somebody holds of an old balance does not.
	stale := ann
	stale.Name, stale.Emails, stale.Balances = "Ann", []string{"ann2@example.org"}, []money.Amount{money.New(1_000_000, money.USD)}
	got, err := h.SaveCustomer(ctx, "sue", stale)
	if err != nil || got.Name != "Ann" || got.Balance(money.USD) != money.New(100, money.USD) {
		t.Errorf("%+v, %v", got, err)
	}
	h.recount(t)
}

// TestPayouts: listed, written once unless it is asked for again, and followed.
func TestPayouts(t *testing.T) {
	h := newHouse(t)
	list, err := h.Payouts(ctx, "ann", []order.Payout{{To: "fred@example.org", Amount: money.New(2599, money.USD)}, {To: "john@example.org", Amount: money.New(999, money.USD)}})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if _, err := h.Payouts(ctx, "ann", []order.Payout{{To: "eve@example.org", Amount: money.New(1, money.USD)}, {To: "nobody", Amount: money.New(1, money.USD)}}); !errors.Is(err, order.ErrPayoutTo) {
		t.Errorf("one that is none: %v", err)
	}
	ids := []string{list[0].ID, list[1].ID}
	wrote := 0
	write := func(all []order.Payout) (map[string]string, error) {
		wrote += len(all)
		return map[string]string{ids[0]: "a.csv", ids[1]: "a.csv"}, nil
	}
	full := func([]order.Payout) (map[string]string, error) { return nil, order.ErrFull }
	if err := h.Write(ctx, "ann", ids, false, full); !errors.Is(err, order.ErrFull) {
		t.Errorf("no room for the file: %v", err)
	}
	if err := h.Write(ctx, "ann", ids, false, write); err != nil || wrote != 2 {
		t.Fatal(wrote, err)
	}
	if err := h.Write(ctx, "ann", ids, false, write); !errors.Is(err, order.ErrPayoutAgain) || wrote != 2 {
		t.Errorf("written twice: %d, %v", wrote, err)
	}
	if err := h.Write(ctx, "ann", ids[:1], true, write); err != nil || wrote != 3 {
		t.Errorf("asked for again: %d, %v", wrote, err)
	}
	if err := h.Cancel(ctx, "ann", ids[0]); !errors.Is(err, order.ErrPayoutAgain) {
		t.Errorf("cancelled in a file: %v", err)
	}
	told := func(txn, id, status string, minor int64) {
		t.Helper()
		n := order.Notice{ID: order.NoticeID("paypal", txn, status), Kind: order.NoticePayout, Provider: "paypal", Txn: txn, Payout: id, Status: status,
			Gross: money.New(minor, money.USD), Created: noon}
		if status == "Failed" {
			n.Cause = "1001"
		}
		if err := h.Told(ctx, n); err != nil {
			t.Fatal(err)
		}
	}
	is := func(id string, want order.PayoutState) {
		t.Helper()
		if p, err := h.j.Payout(ctx, id); err != nil || p.State != want {
			t.Errorf("%s is %s, want %s, %v", id, p.State, want, err)
		}
	}
	told("M1", ids[0], "Completed", -2599)
	told("M2", ids[1], "Unclaimed", -999)
	is(ids[0], order.PayoutPaid)
	is(ids[1], order.PayoutUnclaimed)
	told("M2", ids[1], "Pending", -999) // late
	is(ids[1], order.PayoutUnclaimed)
	told("M2", ids[1], "Returned", -999)
	told("M2", ids[1], "Unclaimed", -999)
	is(ids[1], order.PayoutReturned)
	told("M1", ids[0], "Failed", -2599) // what was paid does not fail
	is(ids[0], order.PayoutPaid)
	told("M1", ids[0], "Reversed", -2599)
	is(ids[0], order.PayoutReversed)
	told("M3", ids[0], "Completed", -1)
	told("M4", "none", "Completed", -1)
	if got := h.state(t, "paypal:M3:Completed"); got != "REVIEW amount " {
		t.Errorf("another amount: %s", got)
	}
	if got := h.state(t, "paypal:M4:Completed"); got != "REVIEW payout " {
		t.Errorf("another list: %s", got)
	}
}

// TestPayoutTwice: what may have been paid already is written on purpose alone,
// and what the provider paid twice is put before a person.
func TestPayoutTwice(t *testing.T) {
	h := newHouse(t)
	list, err := h.Payouts(ctx, "ann", []order.Payout{{To: "fred@example.org", Amount: money.New(2599, money.USD)}})
	if err != nil {
		t.Fatal(err)
	}
	ids, wrote := []string{list[0].ID}, 0
	write := func(all []order.Payout) (map[string]string, error) {
		wrote += len(all)
		return map[string]string{ids[0]: "a.csv"}, nil
	}
	h.NewID = func() string { return "BBBBB000000000001" } // the journal was put back since
	if err := h.Write(ctx, "ann", ids, false, write); !errors.Is(err, order.ErrPayoutAgain) || wrote != 0 {
		t.Errorf("of a journal that was put back: %d, %v", wrote, err)
	}
	if err := h.Write(ctx, "ann", ids, true, write); err != nil || wrote != 1 {
		t.Fatal(wrote, err)
	}
	if err := h.Write(ctx, "ann", ids, true, write); err != nil || wrote != 2 {
		t.Fatal(wrote, err)
	}
	for _, txn := range []string{"M1", "M2"} {
		n := order.Notice{ID: order.NoticeID("paypal", txn, "Completed"), Kind: order.NoticePayout, Provider: "paypal", Txn: txn, Payout: ids[0], Status: "Completed",
			Gross: money.New(-2599, money.USD), Created: noon}
		if err := h.Told(ctx, n); err != nil {
			t.Fatal(err)
		}
	}
	for txn, want := range map[string]string{"M1": "RECORDED  ", "M2": "REVIEW twice "} {
		if got := h.state(t, order.NoticeID("paypal", txn, "Completed")); got != want {
			t.Errorf("%s: %q, want %q", txn, got, want)
		}
	}
}

// TestDeductMeanwhile: what takes a payment back counts fees as that one did,
// whatever the shop has decided since.
func TestDeductMeanwhile(t *testing.T) {
	for _, deduct := range []bool{true, false} {
		h := newHouse(t)
		ann := h.customer(t, "Ann", "ann@example.org")
		paid, gone := payment("T1", "ann@example.org", 1000), back("T2", "T1", order.NoticeRefund, -1000)
		paid.Fee, gone.Fee = money.New(59, money.USD), money.New(-59, money.USD)
		paid.Deduct, gone.Deduct = deduct, !deduct
		h.place(t, paid, gone)
		if c, err := h.j.Customer(ctx, ann.ID); err != nil || c.Balance(money.USD).Minor != 0 {
			t.Errorf("deduct %t: %s left, %v", deduct, c.Balance(money.USD), err)
		}
	}
}

// TestFollowersAfterCrash: a refund that came before its payment is placed behind
// it also where the program died in between.
func TestFollowersAfterCrash(t *testing.T) {
	h := newHouse(t)
	ann := h.customer(t, "Ann", "ann@example.org")
	gone := back("T2", "T1", order.NoticeRefund, -1000)
	h.place(t, gone)
	n, c, err := order.BookNotice(payment("T1", "ann@example.org", 1000), ann, noon)
	if err != nil {
		t.Fatal(err)
	}
	n.Version = 1
	if err := h.j.Commit(ctx, order.Entry{Kind: "notice.credited", Subject: n.ID, Actor: "x", Object: n}, order.Entry{Kind: "customer.booked", Subject: c.ID, Actor: "x", Object: c}); err != nil {
		t.Fatal(err)
	}
	h.place(t, payment("T1", "ann@example.org", 1000)) // from the spool
	if c, err := h.j.Customer(ctx, ann.ID); err != nil || c.Balance(money.USD).Minor != 0 {
		t.Errorf("%s left, %v", c.Balance(money.USD), err)
	}
}
