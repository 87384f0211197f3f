package engine_test

import (
	"slices"
	"testing"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
)

// called lists the slips that were called for, as "document copy", oldest first.
func (d *desk) called(subjects ...string) (slips []string) {
	d.t.Helper()
	for _, subject := range subjects {
		jobs, err := d.journal.Journal.Jobs(background, subject)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, j := range jobs {
			if j.Kind != order.JobDrawer {
				slips = append(slips, j.Document+" "+j.Copy)
			}
		}
	}
	return slips
}

func (d *desk) wantCalled(want []string, subjects ...string) {
	d.t.Helper()
	if got := d.called(subjects...); !slices.Equal(got, want) {
		d.t.Errorf("slips %q, want %q", got, want)
	}
}

// What moves money has its slip at once, and by itself nothing else does.
func TestPapersOfFollowUps(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	f, err := d.Void(background, sale.Number, "x")
	wantDone(t, f, err)
	d.wantCalled([]string{"follow customer", "follow merchant"}, f.ID)
	d.wantCalled([]string{"sale customer", "sale merchant"}, sale.Number)
	checked, err := d.CheckCard(background, testCard(t))
	wantDone(t, checked, err)
	d.wantCalled(nil, checked.ID)
	d.host.sale = declined
	d.wantCalled(nil, d.mustCharge("o2", order.Declined).Number)
}

// A bill that several payments pay has one receipt for the customer; the shop
// has a slip of each. One that a single payment pays has that one's slip.
func TestPapersOfBills(t *testing.T) {
	d := newDesk(t)
	b := dinner("B1")
	first := d.mustLeg(b, "O1", usd(4000), order.Approved)
	d.wantCalled([]string{"sale merchant"}, first.Number)
	c := d.cashLeg(b, "O2", usd(2500))
	d.wantCalled([]string{"cash merchant"}, c.ID)
	d.wantCalled(nil, "B1")
	last := d.mustLeg(b, "O3", usd(3500), order.Approved)
	d.wantCalled([]string{"sale merchant"}, last.Number)
	d.wantCalled([]string{"bill customer"}, "B1")

	single := d.mustLeg(dinner("B2"), "O4", usd(10000), order.Approved)
	d.wantCalled([]string{"sale customer", "sale merchant"}, single.Number)
	d.wantCalled(nil, "B2")

	d.mustLeg(dinner("B3"), "O5", usd(2000), order.Approved)
	third := d.cashLeg(dinner("B3"), "O6", usd(1000))
	if err := d.CancelBill(background, "B3", "left"); err != nil {
		t.Fatal(err)
	}
	d.due()
	backs, err := d.journal.Journal.CashBacksOf(background, third.ID)
	if err != nil || len(backs) != 1 {
		t.Fatal(backs, err)
	}
	d.wantCalled([]string{"cash-back customer", "cash-back merchant"}, backs[0].ID)
	d.wantCalled(nil, "B3")
}

// An approval has the shop's slip where money went the way that was approved.
func TestPapersOfApprovals(t *testing.T) {
	d := newDesk(t)
	sale := d.mustCharge("o1", order.Approved)
	d.signIn("cas")
	ctx := d.approve(engine.Ask{Right: staff.Void, Subject: sale.Number, Amount: sale.Asked, Why: engine.AskRight}, "sue")
	f, err := d.Void(ctx, sale.Number, "x")
	wantDone(t, f, err)
	d.wantCalled([]string{"follow customer", "follow merchant", "approval merchant"}, f.ID)
}

// A slip that asks for money is there only where some is owed, and that of an
// approval where one was given.
func TestPapersOnDemand(t *testing.T) {
	d := newDesk(t)
	sale := d.mustLeg(dinner("B1"), "O1", usd(4000), order.Approved)
	if err := d.PrintAgain(background, order.DocumentPayLater, "B1", engine.CopyCustomer); err != nil {
		t.Error(err)
	}
	d.wantCalled([]string{"pay-later customer"}, "B1")
	wantProblem(t, d.PrintAgain(background, order.DocumentApproval, sale.Number, engine.CopyMerchant), engine.ProblemNotFound)
	d.mustLeg(dinner("B1"), "O2", usd(6000), order.Approved)
	wantProblem(t, d.PrintAgain(background, order.DocumentPayLater, "B1", engine.CopyCustomer), engine.ProblemNotAllowed)
}
