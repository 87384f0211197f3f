package day

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"paydesk/receipts"
	"paydesk/sync/journal"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	boxxero "paydesk/terminal/sandbox/xero"
	"paydesk/terminal/statement"
)

// midday closes the batch of the morning, whose sales can be returned from then on.
func (d *desk) midday(ctx context.Context) error {
	b, err := d.term.CloseBatch(ctx)
	d.closed = append(d.closed, b)
	return d.held(ofBatch, "The batch of the morning was closed at the bank.", err, b.Local.SaleAmount.String())
}

// reports: asked for twice, an X report says the same.
func (d *desk) reports(ctx context.Context) error {
	first, err := d.term.X(ctx)
	if err != nil {
		return err
	}
	again, err := d.term.X(ctx)
	if err != nil {
		return err
	}
	d.check(ofReports, "The X report said the same twice.", same(first.Figures, again.Figures) && first.Number == 0, first.Figures[0].Net.String(), again.Figures[0].Net.String())
	return nil
}

// same reports equal figures.
func same(a, b []order.Figures) bool {
	one, err1 := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(one, other)
}

// blockers: what is open keeps the batch open, is listed with what to do, and goes.
func (d *desk) blockers(ctx context.Context) error {
	v, err := d.term.ShowCode(ctx, engine.Charge{Order: d.term.NewOrderID(), Amount: d.price()}, "paypal", false)
	if err != nil {
		return err
	}
	if err := d.disturb(ctx, bank, rule{"POST sales", 1, "drop before"}, rule{Call: "POST sales*", Times: 4, Fault: "drop before"}); err != nil {
		return err
	}
	cd, err := d.card(mastercard)
	if err != nil {
		return err
	}
	sale, err := d.term.Charge(ctx, engine.Charge{Order: d.term.NewOrderID(), Amount: d.price()}, cd)
	if err != nil {
		return err
	}
	listed := map[engine.BlockerKind]bool{}
	for _, b := range d.term.Blockers() {
		listed[b.Kind] = b.Do.String() != ""
	}
	_, err = d.term.CloseBatch(ctx)
	d.check(ofBatch, "A batch was not closed while anything was open, and each open item was listed with what to do.",
		refused(err) && listed[engine.BlockCode] && (listed[engine.BlockPayment] || sale.State.Final()), fmt.Sprint(len(listed)), fmt.Sprint(listed, err))
	if err := d.disturb(ctx, bank); err != nil {
		return err
	}
	if err := d.term.GiveUpCode(ctx, v.ID); err != nil {
		return err
	}
	if _, err := d.settled(ctx, sale.Number); err != nil {
		return err
	}
	if err := d.printed(ctx); err != nil {
		return err
	}
	err = d.until(ctx, "what keeps the batch open", func(engine.Snapshot) (bool, error) { return len(d.term.Blockers()) == 0, nil })
	d.check(ofBatch, "All that kept the batch open came to its end.", err == nil, "", fmt.Sprint(err))
	return nil
}

// evening closes the batch; the bank's answer is lost.
func (d *desk) evening(ctx context.Context) error {
	if err := d.disturb(ctx, bank, rule{"POST Batches/close", 1, "drop after"}); err != nil {
		return err
	}
	b, err := d.term.CloseBatch(ctx)
	if err == nil || b.ID != "" {
		err = d.until(ctx, "closing "+b.ID, func(engine.Snapshot) (bool, error) {
			b, err = d.term.Journal().Batch(ctx, b.ID)
			return b.State == order.BatchClosed || b.State == order.BatchNotClosed, err
		})
	}
	if err == nil && b.State != order.BatchClosed {
		err = fmt.Errorf("the closing is %s", b.State)
	}
	d.closed = append(d.closed, b)
	twice := err == nil && b.GUID == d.closed[0].GUID
	if twice {
		err = errors.New("the same batch was closed twice")
	}
	if err := d.held(ofBatch, "The batch was closed once, although the bank's answer was lost.", err, b.Local.SaleAmount.String()); err != nil {
		return err
	}
	return d.disturb(ctx, bank)
}

// saysBank is what the three-way proof says.
const saysBank = "Terminal, bank and closing agree transaction by transaction."

// proofs: each closed batch agrees, transaction by transaction.
func (d *desk) proofs(ctx context.Context) error {
	rows, matched, atBank := 0, 0, int64(0)
	var found []string
	for _, b := range d.closed {
		p, err := d.term.Prove(ctx, b.ID, nil)
		if err != nil {
			return err
		}
		rows, matched = rows+max(p.Rows, p.Local), matched+p.Matched
		atBank += p.Host.SaleAmount.Minor - p.Host.ReturnAmount.Minor
		if !p.Agrees() && len(p.Found) == 0 {
			found = append(found, p.Trouble+" ")
		}
		for _, m := range p.Found {
			found = append(found, fmt.Sprintf("%s %s %s / %s;", m.What, m.GUID, m.Here, m.There))
		}
	}
	d.check(ofBank, saysBank, len(found) == 0 && rows == matched && rows > 0, fmt.Sprintf("%d / %d", matched, rows), strings.Join(found, " "))
	d.check(ofBank, "Money taken by card equals money at the bank, to the cent.", atBank == d.net[order.TenderCard],
		pair(usd(d.net[order.TenderCard]), usd(atBank)), "")
	twice, err := d.chargedTwice(ctx)
	d.check(ofBank, "The bank has no payment twice.", err == nil && len(twice) == 0, "", fmt.Sprint(twice, err))
	return nil
}

// count counts the drawer blind, wrong at first.
func (d *desk) count(ctx context.Context) error {
	s, err := d.term.CountShift(ctx, order.Count{Total: usd(d.drawer - 5_00)})
	if err != nil {
		return err
	}
	_, refusal := d.term.CloseShift(ctx, "")
	d.check(ofShift, "A drawer that was five short was noticed, and the shift not closed without a reason.", s.Off.Minor == -5_00 && refused(refusal), s.Off.String(), "")
	if _, err := d.term.CountShift(ctx, order.Count{Total: usd(d.drawer)}); err != nil {
		return err
	}
	s, err = d.term.CloseShift(ctx, "")
	d.check(ofShift, "The counted drawer equals what should be in it, to the cent.", err == nil && s.Off.Minor == 0 && s.State == order.ShiftClosed,
		pair(usd(d.drawer), s.Drawer.Expected), fmt.Sprint(err))
	return nil
}

// night writes the Z report: it says what the X report said and what the customers
// remember, and never again the same.
func (d *desk) night(ctx context.Context) error {
	x, err := d.term.X(ctx)
	if err != nil {
		return err
	}
	if d.z, err = d.term.WriteZ(ctx, nil); err != nil {
		return d.held(ofReports, "The Z report was written.", err, "")
	}
	d.x = x
	f := d.z.Figures[0]
	d.check(ofReports, "The Z report said what the X report had said.", same(x.Figures, d.z.Figures) && d.z.Number == 1, f.Net.String(), x.Figures[0].Net.String())
	var off []string
	for _, p := range f.ByTender {
		if want := d.net[order.Tender(p.Name)]; p.Net.Minor != want {
			off = append(off, fmt.Sprintf("%s %s / %s", p.Name, usd(want), p.Net))
		}
		d.totals = append(d.totals, Total{label(order.Tender(p.Name)), p.Sales.Count, p.Net})
	}
	sum := d.net[order.TenderCard] + d.net[order.TenderCash] + d.net[order.TenderWallet]
	d.check(ofReports, "The Z report is what the customers paid, by card, in cash and by wallet, to the cent.", len(off) == 0 && f.Net.Minor == sum, pair(usd(sum), f.Net), strings.Join(off, ", "))
	signed := journal.CheckHead(d.z.Head)
	d.check(ofReports, "The Z report is signed, and names nothing that is still open.", signed == nil && len(d.z.Open)+len(d.z.Stored)+len(d.z.Uncollected)+len(d.z.Carried) == 0 && len(d.z.Proofs) == len(d.closed), fmt.Sprint(len(d.z.Proofs)), fmt.Sprint(signed))
	after, err := d.term.X(ctx)
	d.check(ofReports, "After the Z report counting began anew, at zero.", err == nil && after.From == d.z.To && after.Figures[0].Net.IsZero(), after.Figures[0].Net.String(), fmt.Sprint(err))
	return nil
}

// books: the day goes to Xero once, less the fees of the wallets, and its statement comes to the same.
func (d *desk) books(ctx context.Context) error {
	if err := d.put(ctx, boxxero.FaultsPath, []boxxero.Fault{{Kind: boxxero.LostAfter, Call: "PUT BankTransactions", Nth: 1}}); err != nil {
		return err
	}
	r := terminal.ExportRequest{Target: order.ExportXero, From: d.z.Day, To: d.z.Day}
	first, err := d.export(ctx, r)
	if err != nil {
		return err
	}
	again, err := d.export(ctx, r)
	if err != nil {
		return err
	}
	net, twice, err := d.atXero(ctx)
	if err != nil {
		return err
	}
	want, fees := d.z.Figures[0].Net.Minor, d.z.Figures[0].Fees.Minor
	d.check(ofBooks, "The day is in the books once, although an answer was lost and it was sent again.", first.Done && again.Version == first.Version && !twice && net == want-fees,
		pair(usd(want-fees), usd(net)), "")
	r.Target, r.Folder = order.ExportBankCSV, d.dir
	_, err1 := d.term.ExportPeriod(ctx, r)
	_, err2 := d.term.ExportPeriod(ctx, r)
	d.check(ofBooks, "A file for the books was written once, and refused the second time.", err1 == nil && refused(err2), "", fmt.Sprint(err1, err2))
	sum, err := d.statement(ctx)
	d.check(ofBooks, "The statement of the day comes to the Z report, to the cent.", err == nil && sum == want, pair(usd(want), usd(sum)), fmt.Sprint(err))
	return nil
}

// export takes the day to Xero and waits until it is there.
func (d *desk) export(ctx context.Context, r terminal.ExportRequest) (e order.Export, err error) {
	done, err := d.term.ExportPeriod(ctx, r)
	if err != nil {
		return e, err
	}
	e = done[0]
	err = d.until(ctx, "the export", func(engine.Snapshot) (bool, error) {
		e, err = d.term.Journal().ExportOf(ctx, e.ID)
		return !e.Waits(), err
	})
	return e, err
}

// atXero is what the books there have, and whether any of it is there twice.
func (d *desk) atXero(ctx context.Context) (net int64, twice bool, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.term.GatewayURL()+boxxero.BooksPath, nil)
	if err != nil {
		return 0, false, err
	}
	answer, err := d.http.Do(r)
	if err != nil {
		return 0, false, err
	}
	defer answer.Body.Close()
	var books struct {
		BankTransactions []struct {
			Reference, Type string
			Total           json.Number
		}
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&books); err != nil {
		return 0, false, err
	}
	seen := map[string]bool{}
	for _, b := range books.BankTransactions {
		a, err := money.Parse(b.Total.String(), money.USD)
		if err != nil {
			return 0, false, err
		}
		if b.Type == order.PostSpend {
			a.Minor = -a.Minor
		}
		net += a.Minor
		twice = twice || seen[b.Reference]
		seen[b.Reference] = true
	}
	return net, twice, nil
}

// statement adds the statement of the day up, as whoever reads the file would.
func (d *desk) statement(ctx context.Context) (sum int64, err error) {
	var out bytes.Buffer
	if err := d.term.WriteStatement(ctx, terminal.StatementRequest{From: d.z.Day, To: d.z.Day, Format: string(statement.CSV)}, &out); err != nil {
		return 0, err
	}
	return SumStatement(&out)
}

// SumStatement is what the sales, voids and returns of a statement come to.
func SumStatement(r io.Reader) (sum int64, err error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return 0, err
	}
	kind, amount := slices.Index(rows[0], "kind"), slices.Index(rows[0], "amount")
	for _, row := range rows[1:] {
		switch order.MovementKind(row[kind]) {
		case order.MovedSale, order.MovedVoid, order.MovedReturn:
			a, err := money.Parse(row[amount], money.USD)
			if err != nil {
				return 0, err
			}
			sum += a.Minor
		}
	}
	return sum, nil
}

// journal: the chain holds, and every receipt came out.
func (d *desk) journal(ctx context.Context) error {
	report, err := d.term.Journal().Verify(ctx)
	if err == nil {
		err = d.term.Journal().CompareProjections(ctx)
	}
	d.check(ofJournal, "The journal is whole: nothing was lost or changed.", err == nil, fmt.Sprint(report.Events), fmt.Sprint(err))
	err = d.printed(ctx)
	d.check(ofPrinter, "Every receipt was printed.", err == nil, "", fmt.Sprint(err))
	return nil
}

// pair is two amounts that should be the same.
func pair(a, b money.Amount) string { return a.Decimal() + " / " + b.Decimal() }

// label is how the sheet names a tender.
func label(t order.Tender) string {
	switch t {
	case order.TenderCash:
		return receipts.TenderCash
	case order.TenderWallet:
		return receipts.TenderWallet
	case order.TenderOnFile:
		return receipts.TenderOnFile
	}
	return receipts.TenderCards
}
