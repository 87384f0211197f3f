package journal

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// shop is a random shop: it commits what may happen at a counter, and keeps every
// object as it was committed last.
type shop struct {
	t      *testing.T
	j      *Journal
	random *rand.Rand
	n      int

	attempts map[string]order.Attempt
	follows  map[string]order.FollowUp
	cash     map[string]order.Cash
	backs    map[string]order.CashBack
	codes    map[string]order.QR
	refunds  map[string]order.Refund
	bills    map[string]order.Bill
	billOf   map[string]string // by order
	moves    []order.Move
	opened   int // no-sale openings
	zs       []order.ZReport
}

func newShop(t *testing.T, seed uint64) *shop {
	return &shop{t: t, j: open(t, signing(1), volatile), random: rand.New(rand.NewPCG(seed, 5)), attempts: map[string]order.Attempt{}, follows: map[string]order.FollowUp{},
		cash: map[string]order.Cash{}, backs: map[string]order.CashBack{}, codes: map[string]order.QR{}, refunds: map[string]order.Refund{},
		bills: map[string]order.Bill{}, billOf: map[string]string{}}
}

// volatile spares the disk: what is tested is not its syncs.
func volatile(o *Options) { o.Volatile = true }

func (s *shop) id(prefix string) string { s.n++; return fmt.Sprintf("%s%05d", prefix, s.n) }
func (s *shop) chance(n int) bool       { return s.random.IntN(n) == 0 }

func (s *shop) put(objects ...any) {
	s.t.Helper()
	put(s.t, s.j, objects...)
	for _, o := range objects {
		switch o := o.(type) {
		case order.Attempt:
			s.attempts[o.Number] = o
		case order.FollowUp:
			s.follows[o.ID] = o
		case order.Cash:
			s.cash[o.ID] = o
		case order.CashBack:
			s.backs[o.ID] = o
		case order.QR:
			s.codes[o.ID] = o
		case order.Refund:
			s.refunds[o.ID] = o
		case order.Bill:
			s.bills[o.ID] = o
		case order.Move:
			s.moves = append(s.moves, o)
		}
	}
}

// anyOf is one of some objects; the zero one where there is none. Maps have no order,
// but of equal seeds the same is to come: the first that is not below a random id.
func anyOf[T any](s *shop, all map[string]T) (found T) {
	best := ""
	from := fmt.Sprintf("%05d", s.random.IntN(s.n+1))
	for id, o := range all {
		if key := id[1:]; (best == "" || key < best) && key >= from {
			best, found = key, o
		}
	}
	return found
}

// sell pays a bill by some legs, or an order of its own.
func (s *shop) sell() {
	legs, total := 1+s.random.IntN(3), int64(0)
	b := order.Bill{ID: s.id("B"), Version: 1, State: order.BillOpen, Created: t0}
	amounts := make([]int64, legs)
	for i := range amounts {
		amounts[i] = 1 + s.random.Int64N(3000)
		total += amounts[i]
		b.Legs = append(b.Legs, order.Leg{Order: s.id("O"), Amount: usd(amounts[i])})
	}
	tax := s.random.Int64N(total/4 + 1)
	b.Tax, b.Tip = usd(tax), usd(s.random.Int64N(total/4+1))
	b.Goods = usd(total - tax - b.Tip.Minor)
	billed := !s.chance(4)
	if billed {
		s.put(b)
	}
	for i, l := range b.Legs {
		o := order.Order{ID: l.Order, Version: 1, State: order.Open, Amount: usd(amounts[i]), Created: t0}
		if billed {
			o.Bill = b.ID
			s.billOf[o.ID] = b.ID
		}
		s.put(o)
		s.pay(o)
		if s.chance(3) {
			s.later()
		}
	}
	if billed {
		b.Version, b.State = 2, order.BillPaid
		s.put(b)
	}
}

func (s *shop) pay(o order.Order) {
	who := fmt.Sprint("op", s.random.IntN(3))
	switch s.random.IntN(4) {
	case 0:
		s.put(order.Cash{ID: s.id("C"), Version: 1, Order: o.ID, Amount: o.Amount, Tendered: o.Amount, Operator: who, At: t0})
	case 1:
		q := order.QR{ID: s.id("Q"), Version: 1, State: order.QRShown, Order: o.ID, Provider: "paypal", Asked: o.Amount, Operator: who, Created: t0}
		s.put(q)
		q.Version++
		p := order.QRPayment{ID: s.id("P"), As: order.Adopted, Amount: o.Amount, At: t0}
		if s.chance(3) {
			p.As = order.Stray
		}
		if s.chance(2) {
			p.Fee = usd(1 + s.random.Int64N(9))
		}
		q.State, q.Payments = order.QRPaid, []order.QRPayment{p}
		s.put(q)
	default:
		a := order.Begin(order.Attempt{Number: s.id("N"), Order: o.ID, Asked: o.Amount, Brand: []string{"Visa", "Amex"}[s.random.IntN(2)], Operator: who}, t0)
		if s.chance(6) {
			a.Kind = order.KindAuth
		}
		s.put(a)
		a.Version++
		switch s.random.IntN(8) {
		case 0:
			a.State = order.Declined
			s.put(a)
		case 1:
			a.State, a.Decision = order.OrphanReturn, order.Reverse
			s.put(a)
		default:
			s.put(paid(order.Attempt{Number: a.Number, Kind: a.Kind, Order: a.Order, Version: 1, Asked: a.Asked, Brand: a.Brand, Operator: who, Created: t0}, "b1"))
		}
	}
}

// later does something about what was paid at any time before.
func (s *shop) later() {
	switch s.random.IntN(6) {
	case 0, 1:
		s.follow(anyOf(s, s.attempts))
	case 2:
		if c := anyOf(s, s.cash); c.ID != "" && c.Left().Minor > 0 {
			c2, back, err := order.GiveCash(c, order.CashBack{ID: s.id("K"), Amount: usd(1 + s.random.Int64N(c.Left().Minor)), At: t0})
			if err != nil {
				s.t.Fatal(err)
			}
			s.put(c2, back)
		}
	case 3:
		s.wallet(anyOf(s, s.codes))
	case 4:
		kind := order.MoveIn
		if s.chance(2) {
			kind = order.MoveOut
		}
		s.put(order.Move{ID: s.id("M"), Version: 1, Kind: kind, Amount: usd(1 + s.random.Int64N(500)), At: t0})
	case 5:
		d := order.Job{ID: s.id("J"), Version: 1, Kind: order.JobDrawer, State: order.JobQueued, Document: order.DocumentDrawer}
		s.put(d)
		if d.Version, d.State, d.Touched = 2, order.JobDone, true; s.chance(2) {
			s.put(d)
			s.opened++
		}
	}
}

// follow voids, returns or captures, and sometimes it comes to nothing.
func (s *shop) follow(a order.Attempt) {
	var left, captured, whole int64
	for _, f := range s.follows {
		switch {
		case f.Of != a.Number || f.State != order.FollowDone:
		case f.Act == order.Void:
			return
		case f.Act == order.Capture:
			captured += f.Amount.Minor
		case f.Act == order.Return:
			left -= f.Amount.Minor
		}
	}
	whole = a.Approved.Minor
	f := followUp(s.id("F"), order.Return, a.Number, 0, t0)
	f.Operator = "sup"
	switch {
	case a.State == order.OrphanReturn && s.chance(3):
		f.Act = order.Void
		fallthrough
	case a.State == order.OrphanReturn:
		whole = a.Asked.Minor
	case a.State != order.Approved:
		return
	case a.Kind == order.KindAuth && captured == 0:
		f.Act, f.Target.Kind = order.Capture, order.KindAuth
		if s.chance(3) {
			f.Act = order.Void
		}
	case a.Kind == order.KindAuth:
		whole = captured
		fallthrough
	default:
		if left == 0 && s.chance(3) {
			f.Act = order.Void
		}
	}
	if left += whole; left <= 0 {
		return
	}
	if f.Amount = usd(left); f.Act == order.Capture || f.Act == order.Return && s.chance(2) {
		f.Amount = usd(1 + s.random.Int64N(left))
	}
	s.put(f)
	if s.chance(5) {
		f.Version, f.State = 2, order.FollowRefused
		s.put(f)
		return
	}
	s.put(done(f, "b2"))
	if a.State == order.OrphanReturn && f.Act == order.Return && f.Amount.Minor == left {
		a.Version, a.State = a.Version+1, order.Returned
		s.put(a)
	}
}

// wallet refunds, accepts, tells of a fee or of what went back elsewhere.
func (s *shop) wallet(q order.QR) {
	if len(q.Payments) == 0 {
		return
	}
	p := q.Payments[0]
	q.Version++
	switch left := p.Left().Minor; {
	case p.As == order.Stray && left > 0 && s.chance(2):
		p.As = order.Accepted
	case p.Fee.Currency == "" && s.chance(2):
		p.Fee = usd(1 + s.random.Int64N(9))
	case left > 0 && s.chance(4):
		p.Elsewhere = usd(p.Elsewhere.Minor + 1 + s.random.Int64N(left))
	case left > 0:
		r := order.Refund{ID: s.id("R"), Payment: p.ID, Amount: usd(1 + s.random.Int64N(left))}
		q.Version--
		q, r, err := order.BeginRefund(q, r, t0)
		if err != nil {
			s.t.Fatal(err)
		}
		s.put(q, r)
		if s.chance(4) {
			s.later()
			q = s.codes[q.ID]
		}
		state := []order.RefundState{order.RefundDone, order.RefundDone, order.RefundRefused}[s.random.IntN(3)]
		q, r, err = order.StepRefund(q, r, order.RefundReplied{Answer: order.RefundAnswer{Answered: true, State: state, Fee: usd(s.random.Int64N(3))}}, t0)
		if err != nil {
			s.t.Fatal(err)
		}
		s.put(r, q)
		return
	default:
		return
	}
	q.Payments = []order.QRPayment{p}
	s.put(q)
}

// cut writes a Z report, with sales between its sums and its commit.
func (s *shop) cut() {
	ctx := context.Background()
	last := int64(0)
	if len(s.zs) > 0 {
		last = s.zs[len(s.zs)-1].To
	}
	head, err := s.j.SignedHead(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	for range s.random.IntN(3) {
		s.sell()
	}
	z := order.ZReport{ID: order.ZID(len(s.zs) + 1), Version: 1, Number: len(s.zs) + 1, From: last, To: head.Seq, At: t0, Head: head}
	if z.Figures, err = order.SumUp(money.USD, order.Days{}, s.j.Movements(ctx, z.From, z.To)); err != nil {
		s.t.Fatal(err)
	}
	if err := s.j.Commit(ctx, order.Entry{Kind: eventZ, Subject: z.ID, Actor: "op", Object: z}); err != nil {
		s.t.Fatal(err)
	}
	s.zs = append(s.zs, z)
}

// naive counts what the objects say at the end, without any event.
func (s *shop) naive() (f order.Figures) {
	f.Sales.Amount, f.Voids.Amount, f.Returns.Amount, f.Fees, f.CashIn.Amount, f.CashOut.Amount, f.Net, f.Tax, f.Tips = usd(0), usd(0), usd(0), usd(0), usd(0), usd(0), usd(0), usd(0), usd(0)
	f.Currency, f.NoSales = money.USD, s.opened
	stands := map[string]int64{} // of bills
	add := func(sum *order.Sum, a money.Amount, sign int64, orderID string) {
		sum.Count, sum.Amount.Minor = sum.Count+1, sum.Amount.Minor+a.Minor
		f.Net.Minor += sign * a.Minor
		stands[s.billOf[orderID]] += sign * a.Minor
	}
	for _, a := range s.attempts {
		if a.State == order.Approved && a.Kind == order.KindSale {
			add(&f.Sales, a.Approved, 1, a.Order)
		}
	}
	for _, u := range s.follows {
		a := s.attempts[u.Of]
		switch {
		case u.State != order.FollowDone:
		case a.State != order.Approved && u.Act == order.Return: // an orphan: both, and of no bill
			add(&f.Sales, u.Amount, 1, "")
			add(&f.Returns, u.Amount, -1, "")
		case a.State != order.Approved:
		case u.Act == order.Capture:
			add(&f.Sales, u.Amount, 1, a.Order)
		case u.Act == order.Return:
			add(&f.Returns, u.Amount, -1, a.Order)
		case u.Target.Kind == order.KindSale:
			add(&f.Voids, u.Amount, -1, a.Order)
		}
	}
	for _, c := range s.cash {
		add(&f.Sales, c.Amount, 1, c.Order)
	}
	for _, c := range s.backs {
		add(&f.Returns, c.Amount, -1, c.Order)
	}
	s.naiveWallets(&f, add)
	for _, m := range s.moves {
		sum := &f.CashIn
		if m.Kind == order.MoveOut {
			sum = &f.CashOut
		}
		sum.Count, sum.Amount.Minor = sum.Count+1, sum.Amount.Minor+m.Amount.Minor
	}
	for id, b := range s.bills {
		f.Tax.Minor += b.Tax.Share(stands[id], b.Total().Minor).Minor
		f.Tips.Minor += b.Tip.Share(stands[id], b.Total().Minor).Minor
	}
	return f
}

func (s *shop) naiveWallets(f *order.Figures, add func(*order.Sum, money.Amount, int64, string)) {
	bill := func(q order.QR) string {
		if q.Payments[0].As == order.Adopted {
			return q.Order
		}
		return ""
	}
	for _, q := range s.codes {
		if len(q.Payments) == 0 || q.Payments[0].As == order.Stray {
			continue
		}
		p := q.Payments[0]
		add(&f.Sales, p.Amount, 1, bill(q))
		f.Fees.Minor += p.Fee.Minor
		if p.Fee.Currency == "" {
			f.FeesUnknown++
		}
		if p.Elsewhere.Minor > 0 { // in one movement or several
			f.Net.Minor -= p.Elsewhere.Minor
			f.Returns.Amount.Minor += p.Elsewhere.Minor
			add(new(order.Sum), p.Elsewhere, -1, bill(q))
			f.Net.Minor += p.Elsewhere.Minor
		}
	}
	for _, r := range s.refunds {
		if q := s.codes[r.Of]; r.State == order.RefundDone && q.Payments[0].As != order.Stray {
			add(&f.Returns, r.Amount, -1, bill(q))
			f.Fees.Minor -= r.Fee.Minor
		}
	}
}

// totals are the figures that a naive count has, too: what is counted otherwise is
// left out.
func totals(f order.Figures) order.Figures {
	f.ByTender, f.ByBrand, f.ByOperator, f.ByHour = nil, nil, nil, nil
	f.Returns.Count = 0
	return f
}

// TestRandomDays: over random days, the sum of all Z reports is the X report over
// all of them, and what the objects say at the end.
func TestRandomDays(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 10
	}
	for seed := range uint64(runs) {
		s := newShop(t, seed)
		for range 20 + s.random.IntN(80) {
			switch s.random.IntN(16) {
			case 0:
				s.cut()
			case 1:
				if err := s.j.Close(); err != nil {
					t.Fatal(err)
				}
				s.j = reopen(t, s.j, signing(1), volatile)
			case 2, 3, 4, 5:
				s.sell()
			default:
				s.later()
			}
		}
		s.cut()
		s.cut() // what was sold while the one before was written
		ctx := context.Background()
		last := s.zs[len(s.zs)-1].To
		rest, err := order.SumUp(money.USD, order.Days{}, s.j.Movements(ctx, last, 0))
		if err != nil {
			t.Fatal(err)
		}
		all, err := order.SumUp(money.USD, order.Days{}, s.j.Movements(ctx, 0, 0))
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v, %v", all, err)
		}
		if got, want := totals(all[0]), totals(s.naive()); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d:\n   X %+v\nnaive %+v", seed, got, want)
		}
		checkSum(t, seed, append(s.zs, order.ZReport{Figures: rest}), all[0])
		if rep, err := s.j.Verify(ctx); err != nil || rep.Seals < len(s.zs) {
			t.Fatalf("seed %d: %+v, %v", seed, rep, err)
		}
	}
}

// checkSum holds the sum of reports against one over all of them.
func checkSum(t *testing.T, seed uint64, zs []order.ZReport, all order.Figures) {
	t.Helper()
	sum := map[string][7]int64{}
	row := func(name string, s, v, r order.Sum, net money.Amount, sign int64) {
		x := sum[name]
		for i, n := range []int64{int64(s.Count), s.Amount.Minor, int64(v.Count), v.Amount.Minor, int64(r.Count), r.Amount.Minor, net.Minor} {
			x[i] += sign * n
		}
		sum[name] = x
	}
	take := func(f order.Figures, sign int64) {
		row("all", f.Sales, f.Voids, f.Returns, f.Net, sign)
		row("rest", f.CashIn, f.CashOut, order.Sum{Count: f.NoSales, Amount: f.Fees}, f.Tax, sign)
		row("tips", order.Sum{}, order.Sum{}, order.Sum{}, f.Tips, sign)
		for _, parts := range [][]order.Part{f.ByTender, f.ByBrand, f.ByOperator, f.ByHour} {
			net := int64(0)
			for _, p := range parts {
				row(p.Name, p.Sales, p.Voids, p.Returns, p.Net, sign)
				net += p.Net.Minor
			}
			if len(parts) > 0 && &parts[0] == &f.ByTender[0] && net != f.Net.Minor {
				t.Errorf("seed %d: tenders add up to %d of %v", seed, net, f.Net)
			}
		}
	}
	for _, z := range zs {
		take(z.Figures[0], 1)
	}
	take(all, -1)
	for name, x := range sum {
		if x != ([7]int64{}) {
			t.Errorf("seed %d: %s: the Z reports differ from the X report by %v", seed, name, x)
		}
	}
}
