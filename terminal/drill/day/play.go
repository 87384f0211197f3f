package day

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The names of what is looked at, as the sheet has them.
const (
	ofShift   = "Shift"
	ofCards   = "Cards"
	ofCash    = "Cash"
	ofBills   = "Bill"
	ofWallets = "Wallets"
	ofOffline = "Bank"
	ofRestart = "Terminal"
	ofPrinter = "Printer"
	ofBatch   = "Batch"
	ofReports = "Z REPORT"
	ofBank    = "Bank"
	ofBooks   = "Xero"
	ofJournal = "Journal"
)

// play plays the day, one hour after the other.
func (d *desk) play(ctx context.Context) error {
	for _, part := range []func(context.Context) error{
		d.opening, d.cards, d.badLine, d.cash, d.bills, d.wallets, d.undo, d.paperOut, d.midday,
		d.returns, d.offline, d.restart, d.handOver, d.reports, d.blockers, d.evening, d.proofs, d.count, d.night, d.books, d.journal,
	} {
		if err := part(ctx); err != nil {
			if ctx.Err() == nil && !errors.Is(err, errStopped) {
				d.check(ofJournal, "The day was played to its end.", false, "", err.Error())
				err = errStopped
			}
			return err
		}
	}
	return nil
}

// opening: nothing is sold without a shift, and a shift begins with what is counted.
func (d *desk) opening(ctx context.Context) error {
	if err := d.signIn(ctx, cashier, cashierPIN); err != nil {
		return err
	}
	_, err := d.charge(ctx, engine.Charge{Amount: d.price()}, visa)
	d.check(ofShift, "Nothing could be sold before a shift was open.", refused(err), "", "a card was charged")
	float := order.Count{Total: usd(200_00), Pieces: []order.Piece{{Face: 20_00, Count: 6}, {Face: 5_00, Count: 14}, {Face: 100, Count: 10}}}
	s, err := d.term.OpenShift(ctx, float)
	d.drawer = float.Total.Minor
	return d.held(ofShift, "A shift was opened with the counted float.", err, s.Float.Total.String())
}

// cards: paid, and declined.
func (d *desk) cards(ctx context.Context) error {
	paid := 0
	for i := range 6 {
		sale, err := d.charge(ctx, engine.Charge{Amount: d.price()}, []string{visa, mastercard}[i%2])
		if err != nil {
			return err
		}
		if sale.State == order.Approved {
			paid++
		}
	}
	d.check(ofCards, "Every card that the bank approved was charged.", paid == 6, fmt.Sprintf("%d / 6", paid), "")
	sale, err := d.charge(ctx, engine.Charge{Amount: d.price()}, broke)
	if err != nil {
		return err
	}
	d.check(ofCards, "A card that the bank declined was not charged.", sale.State == order.Declined, "", string(sale.State))
	return nil
}

// troubles are what happens to requests at the bank, one by one.
var troubles = []string{"drop after", "drop before", "reset after", "status 500 empty after", "status 503 empty", "delay 8s", "slow 10s", "truncate 40", "html portal", "late 2m"}

// badLine: whatever becomes of a request, its order is charged once or not at all,
// and the terminal finds out by itself.
func (d *desk) badLine(ctx context.Context) error {
	known, orders := 0, map[string]int{}
	for _, i := range d.rnd.Perm(len(troubles)) {
		if err := d.disturb(ctx, bank, rule{"POST sales", 1, troubles[i]}); err != nil {
			return err
		}
		c := engine.Charge{Order: d.term.NewOrderID(), Amount: d.price()}
		for range 2 { // not paid: the customer gives the card once more
			sale, err := d.charge(ctx, c, visa)
			if err != nil {
				return fmt.Errorf("%s: %w", troubles[i], err)
			}
			if sale.State.Final() {
				known++
			}
			if sale.State == order.Approved {
				orders[c.Order]++
				break
			}
			known--
		}
	}
	d.check(ofCards, "When the bank's answer was lost, the terminal found out by itself what became of each payment.",
		known == len(troubles), fmt.Sprintf("%d / %d", known, len(troubles)), "")
	if err := d.disturb(ctx, bank); err != nil {
		return err
	}
	twice, err := d.chargedTwice(ctx)
	d.check(ofCards, "No customer was charged twice.", err == nil && len(twice) == 0 && len(orders) == len(troubles), fmt.Sprintf("%d", len(orders)), fmt.Sprint(twice, err))
	return nil
}

// chargedTwice lists what stands at the bank more than once. No two customers of the
// drill pay the same.
func (d *desk) chargedTwice(ctx context.Context) (twice []string, err error) {
	seen := map[string]bool{}
	for row, err := range d.term.HostList(ctx, "sales", "") {
		if err != nil {
			return nil, err
		}
		left := string(row.Effective)
		if a, err := money.Parse(left, money.USD); err != nil || a.IsZero() || !strings.Contains(row.Status, "Approved") {
			continue
		}
		if seen[left] {
			twice = append(twice, left)
		}
		seen[left] = true
	}
	return twice, nil
}

// cash: taken with change by the cashier, and some given back by the supervisor.
func (d *desk) cash(ctx context.Context) error {
	var taken []order.Cash
	right := 0
	for range 3 {
		due := d.price()
		c, err := d.term.TakeCash(ctx, d.term.NewOrderID(), due, usd(200_00))
		if err != nil {
			return err
		}
		if c.Change().Minor == 200_00-due.Minor {
			right++
		}
		taken = append(taken, c)
		d.take(due.Minor)
	}
	d.check(ofCash, "The change was right.", right == len(taken), fmt.Sprintf("%d / %d", right, len(taken)), "")
	_, err := d.term.MoveCash(ctx, engine.CashMove{Kind: order.MoveOut, Amount: usd(25_00), Reason: "stamps"})
	d.check(ofCash, "A cashier alone could not take cash out of the drawer.", refused(err), "", "")
	if err := d.signIn(ctx, second, secondPIN); err != nil {
		return err
	}
	for _, c := range taken {
		if _, err := d.term.ReturnCash(ctx, c.ID, usd(150), "broken"); err != nil {
			return err
		}
		d.take(-150)
	}
	if _, err := d.term.MoveCash(ctx, engine.CashMove{Kind: order.MoveIn, Amount: usd(40_00), Reason: "change from the bank"}); err != nil {
		return err
	}
	d.drawer += 40_00
	return nil
}

// take takes down what a customer paid in cash, or got back.
func (d *desk) take(minor int64) {
	d.drawer += minor
	d.net[order.TenderCash] += minor
}

// bills: a bill with tax and tip is paid by card and in cash.
func (d *desk) bills(ctx context.Context) error {
	bill := order.Bill{ID: d.term.NewOrderID(), Goods: usd(60_00), Tax: usd(4_80), Tip: usd(9_00)}
	sale, err := d.charge(ctx, engine.Charge{Amount: usd(40_00), Bill: &bill}, mastercard)
	if err != nil || sale.State != order.Approved {
		return fmt.Errorf("the first part of a bill is %s: %w", sale.State, err)
	}
	if _, err := d.term.TakeCashFor(ctx, bill, d.term.NewOrderID(), usd(33_80), usd(50_00)); err != nil {
		return err
	}
	d.take(33_80)
	v, err := d.term.Bill(ctx, bill.ID)
	d.check(ofBills, "A bill with tax and tip was paid by card and in cash, to the cent.", err == nil && v.State == order.BillPaid, bill.Total().String(), fmt.Sprint(v.State, err))
	return nil
}

// undo: a sale of today is voided, and the answer is lost.
func (d *desk) undo(ctx context.Context) error {
	sale, err := d.charge(ctx, engine.Charge{Amount: d.price()}, visa)
	if err != nil {
		return err
	}
	if err := d.signIn(ctx, second, secondPIN); err != nil {
		return err
	}
	if err := d.disturb(ctx, bank, rule{"POST void", 1, "drop after"}); err != nil {
		return err
	}
	f, err := d.term.Void(ctx, sale.Number, "wrong goods")
	if err == nil {
		f, err = d.followed(ctx, f.ID)
	}
	if err != nil {
		return err
	}
	if f.State == order.FollowDone {
		d.net[order.TenderCard] -= sale.Approved.Minor
	}
	d.check(ofCards, "A sale was voided once, although the bank's answer was lost.", f.State == order.FollowDone, f.Amount.String(), string(f.State))
	return d.disturb(ctx, bank)
}

// followed waits for the end of a void or return.
func (d *desk) followed(ctx context.Context, id string) (f order.FollowUp, err error) {
	err = d.until(ctx, "follow-up "+id, func(engine.Snapshot) (bool, error) {
		f, err = d.term.Journal().FollowUp(ctx, id)
		return f.State.Final() || f.State == order.FollowReview, err
	})
	return f, err
}

// returns: money goes back on sales of a batch that is closed, and an answer is lost.
func (d *desk) returns(ctx context.Context) error {
	sales, err := d.term.Sales(ctx, order.Query{Limit: 50})
	if err != nil {
		return err
	}
	done := 0
	for _, s := range sales {
		if s.State != order.Approved || s.Standing.Left.Minor < 500 || s.Approved.Minor < 500 || done == 2 {
			continue
		}
		if err := d.disturb(ctx, bank, rule{"POST returns", 1, []string{"drop after", "delay 2s"}[done]}); err != nil {
			return err
		}
		f, err := d.term.Return(ctx, s.Number, usd(321), "brought back")
		if err == nil {
			f, err = d.followed(ctx, f.ID)
		}
		if err != nil {
			return err
		}
		if f.State != order.FollowDone {
			break
		}
		d.net[order.TenderCard] -= 321
		done++
	}
	d.check(ofCards, "Money went back to cards once, although the bank's answer was lost.", done == 2, fmt.Sprintf("%d / 2", done), "")
	return d.disturb(ctx, bank)
}

// offline: an hour without the bank.
func (d *desk) offline(ctx context.Context) error {
	if err := d.disturb(ctx, bank, rule{Fault: "drop before"}); err != nil {
		return err
	}
	err := d.until(ctx, "the loss of the bank", func(engine.Snapshot) (bool, error) {
		_, err := d.term.StoreOffer(ctx, engine.Charge{Order: d.term.NewOrderID(), Amount: usd(10_00)})
		return err == nil, nil
	})
	if err != nil {
		return err
	}
	var ids []string
	for range 3 {
		cd, err := d.card(visa)
		if err != nil {
			return err
		}
		s, err := d.term.StoreSale(ctx, engine.Charge{Order: d.term.NewOrderID(), Amount: d.price()}, cd)
		if err != nil {
			return err
		}
		ids = append(ids, s.ID)
	}
	if err := d.disturb(ctx, bank); err != nil {
		return err
	}
	err = d.until(ctx, "the forwarding of stored sales", func(s engine.Snapshot) (bool, error) { return s.Stored.Room.Unsent.Count == 0 && len(s.Live) == 0, nil })
	paid := 0
	for _, id := range ids {
		if s, err := d.term.Journal().Stored(ctx, id); err == nil && s.State == order.StoredApproved {
			paid++
			d.net[order.TenderCard] += s.Approved.Minor
		}
	}
	d.check(ofOffline, "Sales that were stored while the bank was away were charged when it was back, each once.", err == nil && paid == len(ids), fmt.Sprintf("%d / %d", paid, len(ids)), fmt.Sprint(err))
	return nil
}

// restart: the program ends in the middle of a sale, and starts again.
func (d *desk) restart(ctx context.Context) error {
	if err := d.disturb(ctx, bank, rule{"POST sales", 1, "delay 5m"}); err != nil {
		return err
	}
	c := engine.Charge{Order: d.term.NewOrderID(), Amount: d.price()}
	cd, err := d.card(visa)
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = d.term.Charge(ctx, c, cd) // what became of it is asked after the restart
	}()
	number := ""
	err = d.until(ctx, "the beginning of a payment", func(s engine.Snapshot) (bool, error) {
		for _, live := range s.Live {
			number = live.Number
		}
		return number != "", nil
	})
	if err != nil {
		return err
	}
	if err := d.term.Close(); err != nil {
		return err
	}
	<-ended
	if err := d.open(ctx); err != nil {
		return err
	}
	if err := d.signIn(ctx, second, secondPIN); err != nil {
		return err
	}
	sale, err := d.settled(ctx, number)
	d.check(ofRestart, "After a restart in the middle of a payment the terminal found out what became of it.", err == nil && sale.State.Final(), string(sale.State), fmt.Sprint(err))
	return nil
}

// paperOut: receipts wait for paper, and come out.
func (d *desk) paperOut(ctx context.Context) error {
	d.term.PlayVirtual(terminal.VirtualState{PaperOut: true})
	if _, err := d.charge(ctx, engine.Charge{Amount: d.price()}, mastercard); err != nil {
		return err
	}
	err := d.until(ctx, "a receipt that waits", func(s engine.Snapshot) (bool, error) {
		return len(s.Jobs) > 0 && s.Printer.Health == engine.HealthTrouble, nil
	})
	if err != nil {
		return err
	}
	waits := len(d.term.Snapshot().Jobs)
	_, err = d.term.CloseBatch(ctx)
	d.check(ofBatch, "A batch was not closed while a receipt was not printed.", refused(err), "", "it was closed")
	d.term.PlayVirtual(terminal.VirtualState{})
	err = d.printed(ctx)
	d.check(ofPrinter, "Receipts that waited for paper were printed.", err == nil, fmt.Sprint(waits), fmt.Sprint(err))
	return nil
}

// printed waits for all receipts. Of one that came out in part, a person says that it
// is there.
func (d *desk) printed(ctx context.Context) error {
	return d.until(ctx, "the receipts", func(s engine.Snapshot) (bool, error) {
		for _, j := range s.Jobs {
			if j.State == order.JobUnsure {
				if err := d.term.SettleJob(ctx, j.ID, false); err != nil {
					return false, err
				}
			}
		}
		return len(s.Jobs) == 0, nil
	})
}

// handOver: the second of the two goes on, moves cash, and opens the drawer.
func (d *desk) handOver(ctx context.Context) error {
	counted := order.Count{Total: usd(d.drawer)}
	s, err := d.term.HandOver(ctx, &counted)
	if err != nil {
		return err
	}
	last := s.Hands[len(s.Hands)-1]
	d.check(ofShift, "The drawer was handed over without closing the shift, and was right to the cent.", last.Off.Minor == 0 && s.Holder == d.people[second], usd(d.drawer).String(), last.Off.String())
	if _, err := d.term.MoveCash(ctx, engine.CashMove{Kind: order.MoveOut, Amount: usd(60_00), Reason: "to the safe"}); err != nil {
		return err
	}
	d.drawer -= 60_00
	return d.term.OpenDrawer(ctx, "a customer wanted change")
}
