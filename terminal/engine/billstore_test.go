package engine_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func (d *desk) storedLeg(bill order.Bill, id string, amount money.Amount) order.Stored {
	d.t.Helper()
	s, err := d.StoreSale(background, engine.Charge{Order: id, Amount: amount, Bill: &bill}, testCard(d.t))
	if err != nil || s.State != order.StoredWaiting {
		d.t.Fatalf("stored: %s, %v", s.State, err)
	}
	return s
}

// TestBillStored: a stored leg counts as paid, since the goods go for it; what
// the bank says later is the stored sale's own story.
func TestBillStored(t *testing.T) {
	d := awayDesk(t)
	b := dinner("B1")
	s := d.storedLeg(b, "O1", usd(4000))
	d.wantBill("B1", order.BillOpen, 0, 4000, 6000, order.LegPending)
	d.cashLeg(b, "O2", usd(6000))
	v := d.wantBill("B1", order.BillPaid, 6000, 4000, 0, order.LegPending, order.LegPaid)
	if v.Parts[0].Stored == nil || v.Parts[0].Stored.ID != s.ID {
		t.Errorf("the leg is %+v", v.Parts[0])
	}
	d.back()
	d.host.sale = declined
	d.forward(s.ID)
	d.wantBill("B1", order.BillPaid, 6000, 4000, 0, order.LegStuck, order.LegPaid)
	if _, err := d.WriteOffStored(background, s.ID, "not seen again"); err != nil {
		t.Fatal(err)
	}
	d.wantBill("B1", order.BillPaid, 6000, 0, 4000, order.LegFailed, order.LegPaid)
}

// TestBillStoredWithdrawn: given up, a stored sale that was not forwarded is
// withdrawn, one that the bank refused written off, one that it paid voided.
func TestBillStoredWithdrawn(t *testing.T) {
	d := awayDesk(t)
	d.signIn("cas")
	s := d.storedLeg(dinner("B1"), "O1", usd(4000))
	d.tape.take()
	if err := d.CancelBill(background, "B1", "left"); err != nil {
		t.Fatal(err)
	}
	d.wantBill("B1", order.BillCancelled, 0, 0, 10000, order.LegFailed)
	if got := d.tape.take(); got[0] != "commit bill.cancelled" {
		t.Errorf("commits %q", got)
	}
	if now, err := d.journal.Stored(background, s.ID); err != nil || now.State != order.Withdrawn || now.EndedBy != "cas" {
		t.Errorf("the stored sale is %+v, %v", now, err)
	}

	refused, paid := d.storedLeg(dinner("B2"), "O2", usd(4000)), d.storedLeg(dinner("B3"), "O3", usd(3000))
	d.back()
	d.host.sale = declined
	d.forward(refused.ID)
	d.wantBill("B2", order.BillOpen, 0, 4000, 6000, order.LegStuck)
	d.host.sale = approved
	d.forward(paid.ID)
	d.wantBill("B3", order.BillOpen, 3000, 0, 7000, order.LegPaid)
	if err := errors.Join(d.CancelBill(background, "B2", ""), d.CancelBill(background, "B3", "")); err != nil {
		t.Fatal(err)
	}
	d.wantBill("B2", order.BillCancelled, 0, 0, 10000, order.LegFailed)
	d.workOff()
	d.wantBill("B3", order.BillCancelled, 0, 0, 10000, order.LegBack)
	if now, err := d.journal.Stored(background, refused.ID); err != nil || now.State != order.WrittenOff || now.Reason == "" {
		t.Errorf("the refused one is %+v, %v", now, err)
	}
}

// TestBillOnTheWay: a stored sale that is with the bank when the bill is given up
// is awaited, and then withdrawn or voided.
func TestBillOnTheWay(t *testing.T) {
	for _, answer := range []func(string, money.Amount) order.Evidence{approved, declined, noAnswer} {
		d := awayDesk(t)
		s := d.storedLeg(dinner("B1"), "O1", usd(4000))
		d.back()
		d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalDone }
		d.host.sale = func(number string, amount money.Amount) order.Evidence {
			if err := d.CancelBill(background, "B1", ""); err != nil {
				t.Error(err)
			}
			d.wantBill("B1", order.BillCancelling, 0, 4000, 6000, order.LegPending)
			return answer(number, amount)
		}
		d.forward(s.ID)
		d.workOff()
		if v, err := d.Bill(background, "B1"); err != nil || v.State != order.BillCancelled || !v.Paid.IsZero() || !v.Pending.IsZero() {
			t.Errorf("the bill is %+v, %v", v, err)
		}
	}
}

// TestBillTogether: of many who pay at once, as many do as the bill is of.
func TestBillTogether(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			for {
				id := fmt.Sprintf("O%d", i)
				var err error
				if i%2 == 0 {
					_, err = d.TakeCashFor(background, b, id, usd(2500), usd(2500))
				} else {
					_, err = d.Charge(background, engine.Charge{Order: id, Amount: usd(2500), Bill: &b}, testCard(t))
				}
				var p *engine.Problem
				if errors.As(err, &p) && p.Code == engine.ProblemInProgress {
					continue // somebody else was faster
				}
				if err != nil && (p == nil || p.Code != engine.ProblemBillOver && p.Code != engine.ProblemBillClosed) {
					t.Errorf("leg %d: %v", i, err)
				}
				return
			}
		})
	}
	all.Wait()
	d.wantBill("B1", order.BillPaid, 10000, 0, 0, order.LegPaid, order.LegPaid, order.LegPaid, order.LegPaid)
}
