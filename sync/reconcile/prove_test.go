package reconcile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

const theBatch = "6261-batch"

// books are a journal and a host in the test's hands.
type books struct {
	ours, theirs []order.BatchLine
	batches      map[string][]string // by number
	attempts     map[string]order.Attempt
	follows      map[string][]order.FollowUp // by attempt
	rows         map[string]order.HostRow    // by guid
	unlisted     bool                        // there is no list of a batch
	blind        bool                        // nor of anything else
	broken       error                       // behind the last line of the host
	silent       error                       // in place of a row
	reads, looks int
	change       func(reading int) // before each reading of the host
}

func (b *books) BatchLines(_ context.Context, guid string, _, _ time.Time) iter.Seq2[order.BatchLine, error] {
	return b.lines(b.ours, nil)
}

func (b *books) lines(all []order.BatchLine, end error) iter.Seq2[order.BatchLine, error] {
	return func(yield func(order.BatchLine, error) bool) {
		for _, l := range all {
			if !yield(l, nil) {
				return
			}
		}
		if end != nil {
			yield(order.BatchLine{}, end)
		}
	}
}

func (b *books) BatchesOf(_ context.Context, numbers ...string) (map[string][]string, error) {
	of := map[string][]string{}
	for _, n := range numbers {
		if all := b.batches[n]; all != nil {
			of[n] = all
		}
	}
	return of, nil
}

func (b *books) Attempts(_ context.Context, numbers ...string) (all []order.Attempt, _ error) {
	for _, n := range numbers {
		if a, ok := b.attempts[n]; ok {
			all = append(all, a)
		}
	}
	return all, nil
}

func (b *books) FollowUps(_ context.Context, ids ...string) (all []order.FollowUp, _ error) {
	for _, list := range b.follows {
		for _, f := range list {
			if slices.Contains(ids, f.ID) {
				all = append(all, f)
			}
		}
	}
	return all, nil
}

func (b *books) FollowsOf(_ context.Context, numbers ...string) (all []order.FollowUp, _ error) {
	for _, n := range numbers {
		all = append(all, b.follows[n]...)
	}
	return all, nil
}

// bank is the host's side of the books.
type bank struct{ *books }

func (b bank) BatchLines(_ context.Context, q order.BatchQuery) iter.Seq2[order.BatchLine, error] {
	b.reads++
	if b.change != nil {
		b.change(b.reads)
	}
	if b.blind || b.unlisted && !q.Searched {
		return b.lines(nil, order.ErrNoList)
	}
	return b.lines(b.theirs, b.broken)
}

func (b bank) Transaction(_ context.Context, _ order.Shelf, guid string) (order.HostRow, error) {
	b.looks++
	if b.silent != nil {
		return order.HostRow{}, b.silent
	}
	row, ok := b.rows[guid]
	if !ok {
		return row, order.ErrNotFound
	}
	return row, nil
}

func (b *books) prove(t testing.TB) order.Proof {
	t.Helper()
	p := Prover{Journal: b, Host: bank{b}, Clock: clock.NewVirtual(began), Nonce: ours, Earlier: []string{before}}
	got, err := p.Prove(background, closedBatch(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func closedBatch() order.Batch {
	zero := usd(0)
	return order.Batch{ID: num(ours, 1), State: order.BatchClosed, GUID: theBatch, Device: device, Local: order.Totals{SaleAmount: zero, ReturnAmount: zero},
		Opened: began.Add(-10 * time.Hour), Asked: began.Add(-time.Hour), Ended: began.Add(-time.Hour)}
}

func aLine(s order.Shelf, n int, minor int64) order.BatchLine {
	return order.BatchLine{Shelf: s, GUID: fmt.Sprintf("guid-%s-%06d", s, n), Last4: "1111", Amount: usd(minor), At: began.Add(-5 * time.Hour)}
}

// list fills both sides with n sales and some of everything else.
func (b *books) list(n int) {
	for i := range n {
		s := order.ShelfSales
		switch i % 20 {
		case 5:
			s = order.ShelfReturns
		case 11:
			s = order.ShelfVoids
		case 17:
			s = order.ShelfHolds
		}
		l := aLine(s, i, int64(100+i%977))
		b.theirs = append(b.theirs, l)
		l.Number = num(ours, i)
		b.ours = append(b.ours, l)
	}
}

// names are the differences as "what guid".
func names(p order.Proof) (list []string) {
	for _, m := range p.Found {
		list = append(list, fmt.Sprint(m.What, " ", m.GUID))
	}
	sort.Strings(list)
	return list
}

// TestProofAgrees: equal lists in any order agree in all numbers, and the host is
// read once.
func TestProofAgrees(t *testing.T) {
	b := &books{}
	b.list(1000)
	rand.Shuffle(len(b.theirs), func(i, k int) { b.theirs[i], b.theirs[k] = b.theirs[k], b.theirs[i] })
	got := b.prove(t)
	if !got.Complete || !got.Agrees() || got.Rows != 1000 || got.Local != 1000 || got.Matched != 1000 || b.reads != 1 || got.Digest == "" {
		t.Errorf("%+v, %d readings", got, b.reads)
	}
	if got.Journal.Sales != 850 || got.Journal.Returns != 50 || got.Journal != got.Host {
		t.Errorf("%+v and %+v", got.Journal, got.Host)
	}
	if again := b.prove(t); again.Digest != got.Digest {
		t.Error("the digest changes from one run to the next")
	}
	closed := got.Journal
	closed.SaleAmount.Minor++
	got.Closed = &closed
	if got.Agrees() {
		t.Error("it agrees with close totals that are a cent off")
	}
	if empty := (&books{}).prove(t); !empty.Agrees() || empty.Rows != 0 {
		t.Errorf("an empty batch: %+v", empty)
	}
}

// TestProofDamage: of random lists with random damage each difference is named,
// and nothing else.
func TestProofDamage(t *testing.T) {
	for seed := range uint64(300) {
		dice := rand.New(rand.NewPCG(seed, 8))
		b := &books{}
		b.list(1 + dice.IntN(4000))
		want := map[string]bool{}
		damaged := map[int]bool{}
		for range dice.IntN(60) {
			i := dice.IntN(len(b.ours))
			if damaged[i] {
				continue
			}
			damaged[i] = true
			l := b.theirs[i]
			switch dice.IntN(4) {
			case 0:
				b.theirs[i].GUID = ""
				want["local-only "+l.GUID] = true
			case 1:
				b.theirs[i].Amount.Minor += 1 - 2*int64(dice.IntN(2))
				want["amount-differs "+l.GUID] = true
			case 2:
				b.theirs = append(b.theirs, l)
				want["twice "+l.GUID] = true
			case 3:
				b.ours[i].GUID = ""
				want["host-only "+l.GUID] = true
			}
		}
		gone := func(l order.BatchLine) bool { return l.GUID == "" }
		b.ours, b.theirs = slices.DeleteFunc(b.ours, gone), slices.DeleteFunc(b.theirs, gone)
		dice.Shuffle(len(b.theirs), func(i, k int) { b.theirs[i], b.theirs[k] = b.theirs[k], b.theirs[i] })
		got := b.prove(t)
		if list := slices.Sorted(maps.Keys(want)); !got.Complete || got.Agrees() != (len(want) == 0) || !slices.Equal(names(got), list) {
			t.Fatalf("seed %d: complete %t (%s)\n got %v\nwant %v", seed, got.Complete, got.Trouble, names(got), list)
		}
		if got.Rows != len(b.theirs) || got.Local != len(b.ours) {
			t.Fatalf("seed %d: %d and %d lines", seed, got.Rows, got.Local)
		}
	}
}

// TestProofMuch: where everything differs all is counted, and the most are named.
func TestProofMuch(t *testing.T) {
	b := &books{}
	b.list(40_000)
	for i := range b.theirs {
		b.theirs[i].GUID += "-other"
	}
	got := b.prove(t)
	if !got.Complete || len(got.Found) != order.MaxMismatches || len(got.Found)+got.More != 80_000 || got.Matched != 0 {
		t.Errorf("%d found, %d more, %d matched", len(got.Found), got.More, got.Matched)
	}
	if b.looks > 2*most || b.reads < 3 {
		t.Errorf("%d look-ups, %d readings", b.looks, b.reads)
	}
}

// TestProofNeverSilent: what cannot be read whole is not complete, and says why.
func TestProofNeverSilent(t *testing.T) {
	broken := errors.New("the list broke off")
	for name, tt := range map[string]struct {
		do   func(b *books)
		want string
	}{
		"cut":        {func(b *books) { b.broken = broken }, broken.Error()},
		"no list":    {func(b *books) { b.blind = true }, errNoLines.Error()},
		"no look-up": {func(b *books) { b.silent = broken; b.ours = b.ours[1:] }, errBusy.Error()},
		"changed": {func(b *books) {
			b.ours = b.ours[1:]
			b.change = func(n int) {
				if n == 2 {
					b.theirs = slices.Clone(b.theirs)
					b.theirs[0].Amount.Minor++
				}
			}
		}, errChanged.Error()},
		"grew": {func(b *books) {
			b.ours = b.ours[1:]
			b.change = func(n int) {
				if n == 2 {
					b.theirs = append(b.theirs, b.theirs[0])
				}
			}
		}, errChanged.Error()},
		"cut later": {func(b *books) {
			b.ours = b.ours[1:]
			b.change = func(n int) {
				if n == 2 {
					b.broken = broken
				}
			}
		}, broken.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			b := &books{}
			b.list(100)
			tt.do(b)
			if got := b.prove(t); got.Complete || got.Agrees() || got.Trouble != tt.want {
				t.Errorf("%+v", got)
			}
		})
	}
	p := Prover{Journal: &books{}, Host: bank{&books{}}, Clock: clock.NewVirtual(began)}
	nameless := closedBatch()
	nameless.GUID = ""
	if got, err := p.Prove(background, nameless, nil); err != nil || got.Complete || got.Trouble != errNoBatch.Error() {
		t.Errorf("without a name: %+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(background)
	b := &books{change: func(int) { cancel() }}
	b.list(10)
	p.Journal, p.Host = b, bank{b}
	if _, err := p.Prove(ctx, closedBatch(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestProofProgress: progress grows, and ends whole.
func TestProofProgress(t *testing.T) {
	b := &books{}
	b.list(5000)
	last, total := 0, 0
	p := Prover{Journal: b, Host: bank{b}, Clock: clock.NewVirtual(began), Nonce: ours}
	if _, err := p.Prove(background, closedBatch(), func(done, of int) {
		if done < last || done > of {
			t.Errorf("%d of %d behind %d", done, of, last)
		}
		last, total = done, of
	}); err != nil || last != 10_000 || total != 10_000 {
		t.Errorf("ended at %d of %d, %v", last, total, err)
	}
}

// TestProofStrangers: of what only the host has, it is found out what it is.
func TestProofStrangers(t *testing.T) {
	sale := made(ours, 7, order.Approved, time.Hour)
	sale.GUID, sale.Batch, sale.Approved = "guid-sale-7", theBatch, usd(2000)
	unnamed, dead, other := sale, sale, sale
	unnamed.Batch, other.GUID = "", "guid-sale-8"
	dead.State, dead.GUID = order.Reversed, ""
	void := order.FollowUp{ID: num(ours, 70), Of: sale.Number, Act: order.Void, State: order.FollowDone, GUID: "guid-void-1"}
	numbered := func(guid, number string) map[string]order.HostRow {
		return map[string]order.HostRow{guid: {Evidence: order.Evidence{GUID: guid, Number: number}}}
	}
	voided := map[string]order.HostRow{"guid-void-1": {Evidence: order.Evidence{Target: "guid-sale-7"}},
		"guid-sale-7": {Evidence: order.Evidence{Number: sale.Number}}}
	theSale := order.BatchLine{Shelf: order.ShelfSales, GUID: "guid-sale-7", Amount: usd(2000), At: began}
	theVoid := order.BatchLine{Shelf: order.ShelfVoids, GUID: "guid-void-1", Amount: usd(2000), At: began}
	for _, tt := range []struct {
		name    string
		attempt order.Attempt
		follows []order.FollowUp
		ours    []order.BatchLine
		theirs  order.BatchLine
		rows    map[string]order.HostRow
		want    string // "" agrees
	}{
		{"nobody's", order.Attempt{}, nil, nil, theSale, nil, "host-only  other"},
		{"another program's", order.Attempt{}, nil, nil, theSale, numbered("guid-sale-7", "order-5"), "host-only order-5 other"},
		{"lost here", order.Attempt{}, nil, nil, theSale, numbered("guid-sale-7", sale.Number), "host-only " + sale.Number + " own"},
		{"without a batch here", unnamed, nil, nil, theSale, numbered("guid-sale-7", sale.Number), ""},
		{"dead here", dead, nil, nil, theSale, numbered("guid-sale-7", sale.Number), "late-charge " + sale.Number + " own"},
		{"twice under one number", other, nil, nil, theSale, numbered("guid-sale-7", sale.Number), "twice " + sale.Number + " own"},
		{"a reversal", dead, nil, nil, theVoid, voided, ""},
		{"a void of another reckoning", sale, []order.FollowUp{void}, nil, theVoid, voided, ""},
		{"voided there", sale, nil, []order.BatchLine{{Shelf: order.ShelfSales, GUID: "guid-sale-7", Number: sale.Number, Amount: usd(2000), At: began}}, theVoid, voided,
			"voided-at-host " + sale.Number + " own"},
		{"returned there", sale, nil, nil, order.BatchLine{Shelf: order.ShelfReturns, GUID: "guid-return-1", Amount: usd(500)},
			map[string]order.HostRow{"guid-return-1": {Evidence: order.Evidence{Target: "guid-sale-7"}}, "guid-sale-7": voided["guid-sale-7"]},
			"returned-at-host " + sale.Number + " own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &books{ours: tt.ours, theirs: []order.BatchLine{tt.theirs}, rows: tt.rows, attempts: map[string]order.Attempt{},
				follows: map[string][]order.FollowUp{tt.attempt.Number: tt.follows}}
			if tt.attempt.Number != "" {
				b.attempts[tt.attempt.Number] = tt.attempt
			}
			got := b.prove(t)
			list := ""
			for _, m := range got.Found {
				list += fmt.Sprint(m.What, " ", m.Number, " ", m.Origin)
			}
			if list != tt.want || got.Agrees() != (tt.want == "") {
				t.Errorf("got %q (%+v), want %q", list, got, tt.want)
			}
		})
	}
}

// TestProofSearched: where the account has no list of a batch, lists of all
// transactions serve, whose rows say less.
func TestProofSearched(t *testing.T) {
	b := &books{unlisted: true, batches: map[string][]string{}}
	for i := range 500 {
		l := aLine(order.ShelfSales, i, 1000)
		l.Number = num(ours, i)
		b.batches[l.Number] = []string{theBatch}
		b.ours = append(b.ours, l)
		l.Loose = true
		b.theirs = append(b.theirs, l)
	}
	b.ours = append(b.ours, aLine(order.ShelfVoids, 1, 300), aLine(order.ShelfHolds, 1, 300))
	add := func(n int, number string, batch string, at time.Time) {
		l := aLine(order.ShelfSales, n, 1000)
		l.Number, l.At, l.Loose = number, at, true
		if b.theirs = append(b.theirs, l); batch != "" {
			b.batches[number] = []string{batch}
		}
	}
	add(600, num(ours, 600), "another batch", began.Add(-5*time.Hour))
	add(601, "order-1", "", began.Add(-20*time.Hour)) // before the batch
	b.theirs = append(b.theirs, b.theirs[3])          // moved to the next page
	part := usd(400)
	b.theirs[7].Left, b.ours[7].Amount = &part, usd(700) // granted in part
	if got := b.prove(t); !got.Complete || !got.Agrees() || got.Rows != 500 || got.Matched != 500 {
		t.Errorf("%+v", got)
	}
	add(602, "order-2", "", began.Add(-5*time.Hour))
	less := usd(701)
	b.theirs[7].Left = &less
	if got := b.prove(t); !slices.Equal(names(got), []string{"amount-differs guid-sale-000007", "host-only guid-sale-000602"}) || got.Agrees() {
		t.Errorf("%v", names(got))
	}
}
