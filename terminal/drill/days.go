package drill

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"paydesk/sync/reconcile"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/statement"
)

// Days is what came of many days: how many agreed on all sides at once, how many
// differences with the host there were, each of them named to the transaction and the
// cent, and what was not so.
type Days struct {
	Seed      uint64         `json:"seed"`
	Days      int            `json:"days"`
	Orders    int            `json:"orders"`
	Commits   int            `json:"commits"`
	Movements int            `json:"movements"`
	Zs        int            `json:"z_reports"`
	Batches   int            `json:"batches"`
	Carried   int            `json:"carried"`
	Agreed    int            `json:"days_agreed"`
	Named     map[string]int `json:"differences_named"` // by what they are
	Net       money.Amount   `json:"net"`
	Faults    map[string]int `json:"faults"`
	Fired     int            `json:"faults_fired"`
	// Unexplained are the days on which sums differ without a name for it.
	Unexplained []Violation `json:"unexplained"`
	// Hash is over the heads of all journals, in the order of the days.
	Hash string        `json:"log_hash"`
	Took time.Duration `json:"-"`
}

// PerSecond is the speed, in tenths of a day.
func (d Days) PerSecond() int {
	return int(int64(d.Days) * 10 * int64(time.Second) / max(int64(d.Took), 1))
}

// RunDays plays Histories days, each with a dozen customers, faults, restarts, closed
// batches and Z reports. After each the sums of journal, X, Z, statement, books and
// host are held against each other. Its error is that they could not be played.
func RunDays(ctx context.Context, o Options) (Days, error) {
	d := Days{Seed: o.Seed, Named: map[string]int{}, Net: money.New(0, money.USD), Faults: map[string]int{}, Unexplained: []Violation{}}
	var err error
	d.Hash, d.Took, err = o.each(ctx, o.Histories, func(m *maker, i int) (head [sha256.Size]byte, note func(), err error) {
		one, head, err := m.day(o, o.First+i)
		return head, func() { d.add(one) }, err
	})
	return d, err
}

func (d *Days) add(o Days) {
	d.Days++
	d.Orders += o.Orders
	d.Commits += o.Commits
	d.Movements += o.Movements
	d.Zs += o.Zs
	d.Batches += o.Batches
	d.Carried += o.Carried
	d.Agreed += o.Agreed
	d.Net.Minor += o.Net.Minor
	for name, n := range o.Named {
		d.Named[name] += n
	}
	for name, n := range o.Faults {
		d.Faults[name] += n
		d.Fired += n
	}
	d.Unexplained = append(d.Unexplained, o.Unexplained...)
}

// day plays one day.
func (m *maker) day(o Options, number int) (d Days, head [sha256.Size]byte, err error) {
	c := &wall{Virtual: clock.NewVirtual(start), steady: o.ports.steady}
	j, err := m.opened(c)
	if err != nil {
		return d, head, err
	}
	w := newWorld(m, j, c, mix(o.Seed, uint64(number)), o.ports)
	w.story, w.whole = o.Story, true
	for i := range w.purse.offers {
		w.purse.offers[i].Lists = true // without a list nothing is proven
	}
	d = Days{Named: map[string]int{}, Net: money.New(0, money.USD)}
	w.playDay()
	if w.bad == nil {
		w.reckon(&d)
	}
	rep, err := j.Verify(context.Background())
	if err != nil {
		w.fail(8, "the journal does not hold: %v", err)
	}
	copy(head[:], rep.Head)
	if w.bad != nil {
		w.bad.Seed, w.bad.History = o.Seed, number
		d.Unexplained = append(d.Unexplained, *w.bad)
	} else if len(d.Named) == 0 {
		d.Agreed = 1
	}
	d.Orders, d.Commits, d.Faults = len(w.sales), w.store.commits, maps.Clone(w.faults)
	return d, head, j.Close()
}

// playDay plays eight hours, and their end.
func (w *world) playDay() {
	w.firstStart()
	for range 8 {
		w.serve()
		for range 8 {
			if w.bad != nil {
				return
			}
			w.clock.Advance(time.Duration(w.rnd.IntN(20)) * time.Second)
			w.act(w.sales[w.rnd.IntN(len(w.sales))])
		}
		switch w.rnd.IntN(6) {
		case 0:
			w.sumTwice()
		case 1:
			w.writeZ()
		}
	}
	w.quiet()
	w.finish()
	for range 3 { // what was carried forward is settled by now, and in the next batch
		if w.host.used() && w.bad == nil {
			w.run("close the batch", func(ctx context.Context) error {
				_, err := w.engine.CloseBatchWith(ctx, engine.Closing{Carry: blockerIDs(w.engine), Reason: "the day must end"})
				return err
			})
			w.drain()
		}
	}
	for range 3 { // the service is asked every hour
		w.clock.Advance(2 * time.Hour)
		w.run("look at the settlement", func(ctx context.Context) error { _, err := w.engine.FollowSettlement(ctx); return err })
	}
}

func blockerIDs(e *engine.Engine) (ids []string) {
	for _, b := range e.Blockers() {
		if b.MayCarry {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// sumTwice asks for an X report twice.
func (w *world) sumTwice() {
	w.run("X report", func(ctx context.Context) error {
		first, err := w.engine.X(ctx)
		if err != nil {
			return err
		}
		again, err := w.engine.X(ctx)
		if err == nil && text(first.Figures) != text(again.Figures) {
			w.fail(19, "the X report says %s, and then %s", text(first.Figures), text(again.Figures))
		}
		return err
	})
}

func (w *world) writeZ() {
	w.run("Z report", func(ctx context.Context) error { _, err := w.engine.WriteZ(ctx, nil); return err })
}

// text is a value as JSON, to compare it and to show it.
func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// reckon is invariant 19: journal, X, Z, statement, books and host come to the same, or
// each difference is named.
func (w *world) reckon(d *Days) {
	ctx := context.Background()
	proofs := w.prove(ctx, d)
	x, err := w.engine.X(ctx)
	w.writeZ()
	if err != nil || w.bad != nil {
		w.fail(19, "the day cannot be added up: %v", err)
		return
	}
	zs := w.zs(ctx)
	if len(zs) == 0 || text(zs[len(zs)-1].Figures) != text(x.Figures) {
		w.fail(19, "the Z report is not what the X report said: %s", text(x.Figures))
		return
	}
	last := zs[len(zs)-1]
	moved := slices.Collect(valid(w, w.store.Journal.Movements(ctx, 0, last.To)))
	all, err := order.SumUp(money.USD, order.Days{}, each(moved))
	if err != nil {
		w.fail(19, "%v", err)
		return
	}
	d.Movements, d.Zs, d.Net = len(moved), len(zs), all[0].Net
	var net, fees int64
	for _, z := range zs {
		net, fees = net+z.Figures[0].Net.Minor, fees+z.Figures[0].Fees.Minor
		d.Carried += len(z.Carried)
	}
	if net != all[0].Net.Minor || fees != all[0].Fees.Minor {
		w.fail(19, "the Z reports come to %d less %d, and the journal to %v less %v", net, fees, all[0].Net, all[0].Fees)
	}
	w.checkStatement(moved, net)
	w.checkPostings(ctx, zs, net-fees)
	w.checkHost(d, moved, proofs)
}

// zs are all Z reports; each begins where the one before ended.
func (w *world) zs(ctx context.Context) (all []order.ZReport) {
	from := int64(0)
	for n := 1; ; n++ {
		z, err := w.store.Journal.Z(ctx, order.ZID(n))
		if errors.Is(err, order.ErrNotFound) {
			return all
		}
		if err != nil || z.Number != n || z.From != from || z.To < from {
			w.fail(19, "Z report %d is number %d of the events behind %d up to %d, and the one before ended at %d: %v", n, z.Number, z.From, z.To, from, err)
			return all
		}
		from = z.To
		all = append(all, z)
	}
}

// valid are movements that could be read.
func valid(w *world, from iter.Seq2[order.Movement, error]) iter.Seq[order.Movement] {
	return func(yield func(order.Movement) bool) {
		for m, err := range from {
			if err != nil {
				w.fail(19, "the movements cannot be read: %v", err)
				return
			}
			if !yield(m) {
				return
			}
		}
	}
}

func each(list []order.Movement) iter.Seq2[order.Movement, error] {
	return func(yield func(order.Movement, error) bool) {
		for _, m := range list {
			if !yield(m, nil) {
				return
			}
		}
	}
}

// checkStatement reads the statement back and adds it up.
func (w *world) checkStatement(moved []order.Movement, want int64) {
	var out bytes.Buffer
	err := statement.Movements(&out, statement.CSV, order.Days{}, func(id string) string { return id }, each(moved))
	rows, bad := csv.NewReader(&out).ReadAll()
	if err = errors.Join(err, bad); err != nil {
		w.fail(19, "the statement cannot be read: %v", err)
		return
	}
	kind, amount, sum := slices.Index(rows[0], "kind"), slices.Index(rows[0], "amount"), int64(0)
	for _, row := range rows[1:] {
		if k := order.MovementKind(row[kind]); k != order.MovedSale && k != order.MovedVoid && k != order.MovedReturn {
			continue
		}
		a, err := money.Parse(row[amount], money.USD)
		if err != nil {
			w.fail(19, "the statement has the amount %q: %v", row[amount], err)
		}
		sum += a.Minor
	}
	if sum != want {
		w.fail(19, "the statement comes to %d, and the Z reports to %d", sum, want)
	}
}

// checkPostings adds up what the books would get of each Z report.
func (w *world) checkPostings(ctx context.Context, zs []order.ZReport, want int64) {
	books := order.Books{Sales: "200", Fees: "404", TaxType: "OUTPUT", Origin: nonce, Unit: money.USD, Test: true,
		Clearing: map[string]string{order.BookCards: "1", order.BookCash: "2", order.BookPayPal: "3", order.BookRazorpay: "4"}}
	sum := int64(0)
	for _, z := range zs {
		moved := slices.Collect(valid(w, w.store.Journal.Movements(ctx, z.From, z.To)))
		for i, m := range moved { // the books know their providers by name
			moved[i].Brand = cmp.Or(map[string]string{agrees: "paypal", pulls: "razorpay"}[m.Brand], m.Brand)
		}
		postings, err := books.Postings(order.ExportXero, z, z.Day, each(moved))
		if err != nil {
			w.fail(19, "Z report %d does not go into the books: %v", z.Number, err)
			return
		}
		for _, p := range postings {
			if p.Kind == order.PostSpend {
				sum -= p.Amount.Minor
			} else {
				sum += p.Amount.Minor
			}
		}
	}
	if sum != want {
		w.fail(19, "the books get %d, and the Z reports come to %d", sum, want)
	}
}

// prove proves each batch that was closed, and each provider.
func (w *world) prove(ctx context.Context, d *Days) (proofs []order.Proof) {
	closed, err := w.store.Journal.BatchesClosed(ctx, 0, w.head(ctx))
	if err != nil {
		w.fail(19, "the closed batches cannot be read: %v", err)
	}
	prover := reconcile.Prover{Journal: w.store, Host: w.host, Clock: w.clock, Nonce: nonce}
	if w.ports.proofs != nil {
		prover.Host = w.ports.proofs(w.host)
	}
	for _, b := range closed {
		p, err := prover.Prove(ctx, b, nil)
		if err == nil && len(proofs) == 0 {
			p.Wallets, err = reconcile.WalletProver{Wallets: w.purse, Codes: w.store.QRs, Ours: func(string) bool { return true }}.Prove(ctx, w.purse.offers, start.Add(-time.Hour), w.clock.Now().Add(time.Hour))
		}
		if err == nil {
			p, err = w.engine.RecordProof(ctx, p, nil)
		}
		if err != nil {
			w.fail(19, "batch %s cannot be proven: %v", b.GUID, err)
			return nil
		}
		w.tell("  proof %+v", p)
		proofs = append(proofs, p)
		d.Batches++
		for _, m := range p.Found {
			d.Named[string(m.What)]++
		}
		for _, wp := range p.Wallets {
			for _, m := range wp.Found {
				d.Named["wallet "+string(m.What)]++
			}
		}
	}
	return proofs
}

func (w *world) head(ctx context.Context) int64 {
	head, _, err := w.store.Journal.Head(ctx)
	if err != nil {
		w.fail(19, "%v", err)
	}
	return head.Seq
}

// checkHost holds what moved by card in each batch against the proof of it, and the
// two sides of the proof against the differences that it names. What was taken late
// and given back at once moved, and is among what is named.
func (w *world) checkHost(d *Days, moved []order.Movement, proofs []order.Proof) {
	byBatch := map[string][]order.Movement{}
	for _, m := range moved {
		if m.Tender == order.TenderCard || m.Tender == order.TenderOnFile {
			byBatch[m.Batch] = append(byBatch[m.Batch], m)
		}
	}
	for _, p := range proofs {
		here, there, named := netOf(p.Journal), netOf(p.Host), int64(0)
		sum, late := int64(0), here
		for _, m := range byBatch[p.GUID] {
			sum += signed(m)
		}
		for _, m := range p.Found {
			named += difference(m)
			if m.What != order.Twice && slices.ContainsFunc(byBatch[p.GUID], func(moved order.Movement) bool { return moved.ID == m.Number }) {
				late += difference(m)
			}
		}
		delete(byBatch, p.GUID)
		if sum != here && sum != late {
			w.fail(19, "%s: the movements come to %d, and the proof has %d", p.GUID, sum, here)
		}
		if !p.Complete || p.More > 0 || there-here != named {
			w.fail(19, "%s: the journal has %d and the host %d, and what is named comes to %d (%s): %s", p.GUID, here, there, named, p.Trouble, text(p.Found))
		}
		if truth := netOf(w.host.totals(w.batchNumber(p.GUID), w.host.none)); truth != there {
			w.fail(19, "%s: the host has %d, and the proof says %d", p.GUID, truth, there)
		}
		for _, wp := range p.Wallets {
			if !wp.Agrees() && len(wp.Found) == 0 {
				w.fail(19, "%s does not agree, and nothing is named: %s", wp.Provider, text(wp))
			}
		}
	}
	for _, batch := range slices.Sorted(maps.Keys(byBatch)) {
		w.checkAlone(d, byBatch[batch])
	}
}

// checkAlone is about what moved in a batch whose closing nobody told of: what was
// taken late and given back is the only thing that the journal knows of such a batch.
// The host has each of it, to the cent.
func (w *world) checkAlone(d *Days, moved []order.Movement) {
	for _, m := range moved {
		there := slices.ContainsFunc(w.host.rows, func(r *row) bool { return r.guid == m.GUID && r.granted() == m.Amount }) ||
			slices.ContainsFunc(w.host.entries, func(e *entry) bool { return (e.guid == m.GUID || "sale-"+e.guid == m.GUID) && e.amount == m.Amount })
		if !there {
			w.fail(19, "%s %s of %v moved, and the host has none", m.Kind, m.ID, m.Amount)
		}
		d.Named["in a batch that nobody closed here"]++
	}
}

// signed is what a movement adds to the shop's money.
func signed(m order.Movement) int64 {
	switch m.Kind {
	case order.MovedSale:
		return m.Amount.Minor
	case order.MovedVoid, order.MovedReturn:
		return -m.Amount.Minor
	}
	return 0
}

func (w *world) batchNumber(guid string) (n int) {
	if _, err := fmt.Sscanf(guid, "batch-%d", &n); err != nil {
		w.fail(19, "%q is no batch of the host", guid)
	}
	return n
}

func netOf(t order.Totals) int64 { return t.SaleAmount.Minor - t.ReturnAmount.Minor }

// difference is by how much the host has more, of what totals count.
func difference(m order.Mismatch) (more int64) {
	if m.There != nil {
		more += m.There.Minor
	}
	if m.Here != nil {
		more -= m.Here.Minor
	}
	switch m.Shelf {
	case order.ShelfSales:
		return more
	case order.ShelfReturns:
		return -more
	}
	return 0
}
