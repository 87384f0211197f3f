package xtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"time"

	"paydesk/sync/journal"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/sandbox/xero"
)

// papers are what the journal on the disk has of the days.
type papers struct {
	shift         order.Shift // the newest
	shifts        []order.Shift
	cash, moves   []money.Amount
	open          order.BatchSum
	closing       []order.Batch // without an end
	batches       []order.Batch // closed
	proofs        map[string][]order.Proof
	zs            []order.ZReport
	figures       [][]order.Figures // of the movements of each Z report
	whole, behind []order.Figures   // of those of all Z reports, and of those behind the last one
	exports       []order.Export
}

var ever = time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)

// papers reads the journal, as another program does.
func (c *dayCrash) papers() papers {
	c.t.Helper()
	j, err := journal.OpenReader(filepath.Join(c.dir, "training"))
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = j.Close() }() // it was read
	p, err := readPapers(context.Background(), j)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

func readPapers(ctx context.Context, j *journal.Journal) (p papers, err error) {
	if p.shift, err = j.LastShift(ctx); err != nil && !errors.Is(err, order.ErrNotFound) {
		return p, err
	}
	if p.shifts, err = j.Shifts(ctx, time.Time{}, ever); err != nil {
		return p, err
	}
	for _, s := range p.shifts {
		moves, err := j.MovesOf(ctx, s.ID)
		if err != nil {
			return p, err
		}
		for _, m := range moves {
			p.moves = append(p.moves, m.Amount)
		}
	}
	for q := (order.Query{Limit: 500}); ; {
		l, err := j.List(ctx, q)
		if err != nil {
			return p, err
		}
		for _, r := range l.Rows {
			if r.Cash != nil {
				p.cash = append(p.cash, r.Cash.Amount)
			}
		}
		if q.Before = l.Next; l.Next == "" {
			break
		}
	}
	if p.open, err = j.OpenBatch(ctx); err != nil {
		return p, err
	}
	if err = p.readBatches(ctx, j); err != nil {
		return p, err
	}
	if p.exports, err = j.Exports(ctx, time.Time{}, ever); err != nil {
		return p, err
	}
	return p, p.readZs(ctx, j)
}

func (p *papers) readBatches(ctx context.Context, j *journal.Journal) error {
	open, err := j.Unfinished(ctx)
	if err != nil {
		return err
	}
	p.closing, p.proofs = open.Batches, map[string][]order.Proof{}
	all, err := j.Batches(ctx, time.Time{}, ever)
	for _, b := range all {
		if b.State != order.BatchClosed || err != nil {
			continue
		}
		p.batches = append(p.batches, b)
		p.proofs[b.ID], err = j.ProofsOf(ctx, b.ID)
	}
	return err
}

func (p *papers) readZs(ctx context.Context, j *journal.Journal) (err error) {
	if p.zs, err = j.Zs(ctx, time.Time{}, ever); err != nil {
		return err
	}
	days, to := order.Days{Zone: time.Local}, int64(0)
	sum := func(from, to int64) (f []order.Figures) {
		if err == nil {
			f, err = order.SumUp(money.USD, days, j.Movements(ctx, from, to))
		}
		return f
	}
	for _, z := range p.zs {
		if e := journal.CheckHead(z.Head); e != nil {
			return fmt.Errorf("the head of Z report %d: %w", z.Number, e)
		}
		p.figures = append(p.figures, sum(z.From, z.To))
		to = z.To
	}
	if to > 0 {
		p.whole, p.behind = sum(0, to), sum(to, 0)
	}
	return err
}

// settled are the host's closed batches: what the sales in each come to.
func (c *dayCrash) settled() map[string]order.Totals {
	c.t.Helper()
	l, err := sandbox.OpenLedger(c.ledger)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // it was read
	rows, err := l.Transactions(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	closed := map[string]order.Totals{}
	for _, r := range rows {
		if !r.Settled || r.Kind != "Sale" || r.EffectiveAmount.Minor == 0 {
			continue
		}
		sum, known := closed[r.BatchGUID]
		if !known {
			sum.SaleAmount, sum.ReturnAmount = money.New(0, money.USD), money.New(0, money.USD)
		}
		sum.Sales++
		sum.SaleAmount.Minor += r.EffectiveAmount.Minor
		closed[r.BatchGUID] = sum
	}
	return closed
}

// agrees holds journal, host, drawer, Z reports and books against each other at the
// end of a day.
func (c *dayCrash) agrees() error {
	if err := c.agree(); err != nil {
		return err
	}
	p := c.papers()
	for _, check := range []func(papers) error{c.agreesOnBatches, c.agreesOnShifts, c.agreesOnZs, c.agreesOnBooks} {
		if err := check(p); err != nil {
			return err
		}
	}
	return nil
}

// agreesOnBatches: each batch that the host closed is closed once in the journal,
// over the same, and each closing is proven.
func (c *dayCrash) agreesOnBatches(p papers) error {
	there, seen := c.settled(), map[string]bool{}
	for _, b := range p.batches {
		sum, known := there[b.GUID]
		switch {
		case seen[b.GUID]:
			return fmt.Errorf("batch %s was closed twice", b.GUID)
		case !known:
			return fmt.Errorf("batch %s is closed in the journal, and not at the host", b.GUID)
		case b.Local != sum || b.Host != nil && *b.Host != sum:
			return fmt.Errorf("batch %s is %+v, by the host's word %+v, and at the host %+v", b.GUID, b.Local, b.Host, sum)
		case len(p.proofs[b.ID]) == 0:
			return fmt.Errorf("batch %s is not proven", b.GUID)
		}
		seen[b.GUID] = true
	}
	if len(there) != len(seen) {
		return fmt.Errorf("the host closed %d batches, the journal has %d", len(there), len(seen))
	}
	return nil
}

// agreesOnShifts: one shift a day, whose drawer holds what the test counted.
func (c *dayCrash) agreesOnShifts(p papers) error {
	if len(p.shifts) != c.day {
		return fmt.Errorf("%d shifts on %d days", len(p.shifts), c.day)
	}
	for i, s := range p.shifts {
		if s.Number != i+1 || s.State != order.ShiftClosed || s.Off.Minor != 0 || s.Float.Total.Minor != dayFloat {
			return fmt.Errorf("shift %d of the days is %+v", i+1, s)
		}
	}
	if last := p.shifts[len(p.shifts)-1]; last.Drawer.Expected.Minor != c.drawer {
		return fmt.Errorf("the journal expects %s in the drawer, where %s is", last.Drawer.Expected.Decimal(), decimal(c.drawer))
	}
	return nil
}

// agreesOnZs: Z reports have no gap, each is the sum of its movements and of the
// closed batches in it, and all together are all there is.
func (c *dayCrash) agreesOnZs(p papers) error {
	from, net, cards := int64(0), int64(0), int64(0)
	for i, z := range p.zs {
		if z.Number != i+1 || z.From != from || z.To <= z.From {
			return fmt.Errorf("Z report %d of the days has number %d and events %d to %d, behind %d", i+1, z.Number, z.From, z.To, from)
		}
		if !reflect.DeepEqual(z.Figures, p.figures[i]) {
			return fmt.Errorf("Z report %d says %+v, its movements come to %+v", z.Number, z.Figures, p.figures[i])
		}
		if len(z.Shifts) != 1 || len(z.Proofs) != len(z.Batches) {
			return fmt.Errorf("Z report %d has %d shifts, %d batches and %d proofs", z.Number, len(z.Shifts), len(z.Batches), len(z.Proofs))
		}
		for _, proof := range z.Proofs {
			if !proof.Agrees() {
				return fmt.Errorf("Z report %d: proof %+v", z.Number, proof)
			}
		}
		for _, b := range z.Batches {
			cards += b.Local.SaleAmount.Minor
		}
		from, net = z.To, net+z.Figures[0].Net.Minor
	}
	if len(p.zs) != c.day || p.whole[0].Net.Minor != net || p.behind[0].Net.Minor != 0 {
		return fmt.Errorf("%d Z reports come to %s on %d days, all movements to %+v, those behind to %+v", len(p.zs), decimal(net), c.day, p.whole, p.behind)
	}
	settled := int64(0)
	for _, sum := range c.settled() {
		settled += sum.SaleAmount.Minor
	}
	if got := card(p.whole[0]); got != settled || cards != settled {
		return fmt.Errorf("the host settled %s, the Z reports have %s by card and batches over %s", decimal(settled), decimal(got), decimal(cards))
	}
	return nil
}

// card is what came in by card.
func card(f order.Figures) int64 {
	for _, part := range f.ByTender {
		if part.Name == string(order.TenderCard) {
			return part.Net.Minor
		}
	}
	return 0
}

// agreesOnBooks: the books have every posting once, and all of them come to what
// the Z reports come to.
func (c *dayCrash) agreesOnBooks(p papers) error {
	var books struct {
		BankTransactions []struct {
			Type, Status, Reference string
			Total                   json.Number
		}
	}
	if err := json.Unmarshal([]byte(c.call("GET", xero.BooksPath, "application/json", "")), &books); err != nil {
		return err
	}
	want, there := map[string]bool{}, map[string]bool{}
	for _, e := range p.exports {
		for _, post := range e.Postings {
			want[post.Reference] = true
		}
	}
	sum := money.New(0, money.USD)
	for _, b := range books.BankTransactions {
		total, err := money.Parse(b.Total.String(), money.USD)
		switch {
		case err != nil:
			return err
		case there[b.Reference]:
			return fmt.Errorf("%s is in the books twice", b.Reference)
		case !want[b.Reference] || b.Type != "RECEIVE":
			return fmt.Errorf("the books have %+v, which the journal did not post", b)
		}
		there[b.Reference] = true
		sum.Minor += total.Minor
	}
	if len(there) != len(want) || sum != p.whole[0].Net {
		return fmt.Errorf("the books have %d postings over %s, the journal %d over %s", len(there), sum.Decimal(), len(want), p.whole[0].Net.Decimal())
	}
	return nil
}

// sum is what the days came to, in a line.
func (c *dayCrash) sum() string {
	p := c.papers()
	return fmt.Sprintf("%d shifts, %d batches, %d Z reports and %d exports over %s agree", len(p.shifts), len(p.batches), len(p.zs), len(p.exports), p.whole[0].Net.Decimal())
}
