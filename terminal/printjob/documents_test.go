package printjob_test

import (
	"context"
	"errors"
	"image"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/text"
	"paydesk/receipts/tongue"
	"paydesk/terminal/order"
)

// withFollow is the bench with a follow-up of its sale.
func withFollow(act order.Act, state order.FollowState) func(*bench) {
	return func(b *bench) {
		b.source.follow = order.FollowUp{ID: "FOLLOW00000000001", Act: act, State: state, Of: "SALE0000000000001", Amount: usd(700), Operator: "op-1",
			Approved: "op-2", Reason: "It was broken", Created: noon, Reference: "ref-10", Code: "D2012", Message: "Insufficient Funds"}
	}
}

// withBill is the bench with a bill of 50.00, of which a card paid 20.00 and a
// stored sale is to pay 20.00; cash paid the rest if it is paid.
func withBill(paid bool) func(*bench) {
	return func(b *bench) {
		s := b.source
		s.attempt.Order, s.stored.Order, s.cash.Order = "leg-1", "leg-2", "leg-3"
		s.cash.Amount, s.cash.Tendered = usd(1000), usd(1000)
		s.bill = order.Bill{ID: "BILL0000000000001", State: order.BillOpen, Goods: usd(4500), Tax: usd(300), Tip: usd(200), Number: "1042",
			Operator: "op-1", Created: noon, Since: noon, Legs: []order.Leg{{Order: "leg-1"}, {Order: "leg-2"}}}
		leg := func(id string) order.Order {
			return order.Order{ID: id, Bill: s.bill.ID, Note: "1042", Amount: usd(2000), State: order.Open}
		}
		s.legs = map[string]order.LegFacts{"leg-1": {Order: leg("leg-1"), Attempts: []order.Attempt{s.attempt}},
			"leg-2": {Order: leg("leg-2"), Stored: []order.Stored{s.stored}}}
		if paid {
			third := leg("leg-3")
			third.State, third.PaidBy, third.Amount = order.PaidOther, s.cash.ID, usd(1000)
			s.legs["leg-3"] = order.LegFacts{Order: third}
			s.bill.Legs, s.bill.State = append(s.bill.Legs, order.Leg{Order: "leg-3"}), order.BillPaid
		}
	}
}

// withStored is the paid bill after its stored part came to an end.
func withStored(state order.StoredState) func(*bench) {
	return func(b *bench) {
		withBill(true)(b)
		b.source.legs["leg-2"].Stored[0].State = state
	}
}

func job(document, subject, copyName string) order.Job {
	return order.Job{Document: document, Subject: subject, Copy: copyName}
}

func TestMoreDocuments(t *testing.T) {
	follow := func(copyName string) order.Job { return job(order.DocumentFollow, "FOLLOW00000000001", copyName) }
	whole := func(b *bench) {
		withBill(false)(b)
		b.source.attempt.Asked, b.source.attempt.Approved = usd(5000), usd(5000)
		b.cfg.TaxName = "VAT"
		b.source.legs["leg-1"] = order.LegFacts{Order: b.source.legs["leg-1"].Order, Attempts: []order.Attempt{b.source.attempt}}
	}
	for _, tt := range []struct {
		name       string
		set        func(*bench)
		job        order.Job
		want, none []string
	}{
		{"hold", func(b *bench) { b.source.attempt.Kind = order.KindAuth }, sale("", "customer", 0),
			[]string{"HOLD (AUTH ONLY)", "HELD", "is held on the card", "Held until", "May 11, 2026"}, []string{"TOTAL"}},
		{"return", withFollow(order.Return, order.FollowDone), follow("customer"),
			[]string{"RETURN", "APPROVED", "RETURNED", "$7.00", "Was paid", "$20.00", "Still paid", "$13.00", "It was broken", "1111", "Visa", "ref-10", "SALE0000000000001"},
			[]string{"X ___", "Ada"}},
		{"return, for the shop", withFollow(order.Return, order.FollowDone), follow("merchant"), []string{"X ___", "goes back to my card", "Ada Example"}, []string{"I agree"}},
		{"return declined", withFollow(order.Return, order.FollowRefused), follow("customer"),
			[]string{"DECLINED", "Please use another card.", "Nothing was changed.", "Asked"}, []string{"RETURNED", "D2012", "APPROVED"}},
		{"return declined, for the shop", withFollow(order.Return, order.FollowRefused), follow("merchant"), []string{"D2012 Insufficient Funds"}, []string{"X ___"}},
		{"void in doubt", withFollow(order.Void, order.FollowUnknown), follow("customer"), []string{"VOID", "NOT CONFIRMED"}, []string{"VOIDED", "APPROVED"}},
		{"void", withFollow(order.Void, order.FollowDone), follow("merchant"), []string{"VOIDED", "was undone"}, []string{"X ___", "hold"}},
		{"void of a hold", func(b *bench) {
			withFollow(order.Void, order.FollowDone)(b)
			b.source.follow.Target.Kind = order.KindAuth
		}, follow("customer"), []string{"The hold was released.", "Was held"}, nil},
		{"capture", withFollow(order.Capture, order.FollowDone), follow("customer"), []string{"CAPTURE", "TOTAL", "$7.00", "Was held", "$20.00"}, nil},
		{"check", func(b *bench) {
			b.source.follow = order.FollowUp{ID: "FOLLOW00000000001", Act: order.Check, State: order.FollowDone, Amount: usd(0), Brand: "Visa", Last4: "1111", Created: noon}
		}, follow("customer"), []string{"CARD CHECK", "The card is good.", "1111"}, []string{"$", "TOTAL"}},
		{"cash back", func(b *bench) {
			b.source.cash.Returned = usd(250)
			b.source.back = order.CashBack{ID: "BACK0000000000001", Of: b.source.cash.ID, Order: "o1", Amount: usd(250), Reason: "Cold", Operator: "op-1", Approved: "op-2", At: noon}
		}, job(order.DocumentCashBack, "BACK0000000000001", "merchant"),
			[]string{"CASH GIVEN BACK", "GIVEN BACK", "$2.50", "$12.50", "$10.00", "Cold", "Ann of op-2", "I received"}, nil},
		{"approval of a return", withFollow(order.Return, order.FollowDone), job(order.DocumentApproval, "FOLLOW00000000001", "merchant"),
			[]string{"SUPERVISOR APPROVAL", "Return", "$7.00", "Ann of op-2", "Ann of op-1", "It was broken", "SALE0000000000001"}, []string{"CUSTOMER"}},
		{"approval of a sale", func(b *bench) { b.source.attempt.ApprovedBy = "op-2" }, job(order.DocumentApproval, "SALE0000000000001", "merchant"),
			[]string{"Sale", "$20.00", "Ann of op-2"}, nil},
		{"bill", withBill(true), job(order.DocumentBill, "BILL0000000000001", "customer"),
			[]string{"Goods", "$45.00", "Tax", "$3.00", "Tip", "$2.00", "TOTAL", "$50.00", "Payment 1 of 3", "Payment 3 of 3", "TAS001", "Cash given", "NOT YET AUTHORISED"},
			[]string{"Still to pay", "Ada"}},
		{"bill with a part that the bank refused", withStored(order.Uncollected), job(order.DocumentBill, "BILL0000000000001", "customer"),
			[]string{"NOT PAID IN FULL", "DECLINED", "Still to pay", "$20.00"}, nil},
		{"bill with a part that was given up", withStored(order.WrittenOff), job(order.DocumentBill, "BILL0000000000001", "customer"),
			[]string{"NOT PAID IN FULL", "Payment 2 of 2", "Still to pay", "$20.00"}, nil},
		{"bill with a part that another sale paid", withStored(order.Collected), job(order.DocumentBill, "BILL0000000000001", "customer"),
			[]string{"Payment 3 of 3"}, []string{"Still to pay", "NOT PAID"}},
		{"bill of which the bank paid less than was stored", func(b *bench) {
			withStored(order.Uncollected)(b)
			leg := b.source.legs["leg-2"]
			paid := b.source.attempt
			paid.Number, paid.Order, paid.Approved = "SALE0000000000002", "leg-2", usd(1500)
			leg.Attempts = []order.Attempt{paid}
			leg.Stored[0].Approved, leg.Stored[0].Number = paid.Approved, paid.Number
			b.source.legs["leg-2"] = leg
		}, job(order.DocumentBill, "BILL0000000000001", "customer"), []string{"NOT PAID IN FULL", "$15.00", "Still to pay", "$5.00"}, nil},
		{"open bill", withBill(false), job(order.DocumentBill, "BILL0000000000001", "customer"),
			[]string{"NOT PAID IN FULL", "Still to pay", "$10.00", "Payment 2 of 2"}, []string{"paydesk:"}},
		{"part of an open bill", withBill(false), sale("", "merchant", 0), []string{"Payment", "Bill", "$50.00", "$20.00"}, []string{"1 of", "Goods"}},
		{"part of a bill", withBill(true), sale("", "merchant", 0), []string{"1 of 3", "$50.00"}, nil},
		{"whole of a bill", whole, sale("", "customer", 0), []string{"Goods", "$45.00", "VAT", "$3.00", "Tip", "TOTAL", "$50.00"}, []string{"Payment", "Bill"}},
		{"to pay later", withBill(false), job(order.DocumentPayLater, "BILL0000000000001", "customer"),
			[]string{"NOT PAID", "STILL TO PAY", "$10.00", "paydesk:bill:BILL0000000000001"}, nil},
		{"paid meanwhile", withBill(true), job(order.DocumentPayLater, "BILL0000000000001", "customer"), []string{"RECEIPT - COPY 1", "$50.00"}, []string{"STILL TO PAY"}},
		{"not refused", withBill(false), job(order.DocumentPayLater, "STORED00000000001", "customer"), []string{"COPY 1", "NOT YET AUTHORISED"}, []string{"STILL TO PAY"}},
		{"refused and to pay later", func(b *bench) { b.source.stored.State = order.Uncollected },
			job(order.DocumentPayLater, "STORED00000000001", "customer"), []string{"STILL TO PAY", "$20.00", "The bank refused", "paydesk:stored:STORED00000000001"}, nil},
	} {
		b := newBench(t)
		if tt.set != nil {
			tt.set(b)
		}
		b.wantSlip(t, tt.name, tt.job, tt.want, tt.none)
	}
}

// What nobody approved, or was done for a supplier, has no slip.
func TestNoDocument(t *testing.T) {
	for name, tt := range map[string]struct {
		set func(*bench)
		job order.Job
	}{
		"nobody approved": {func(*bench) {}, job(order.DocumentApproval, "SALE0000000000001", "merchant")},
		"supplier card":   {withFollow(order.Issue, order.FollowDone), job(order.DocumentFollow, "FOLLOW00000000001", "merchant")},
		"unknown":         {func(*bench) {}, job(order.DocumentApproval, "x", "merchant")},
	} {
		b := newBench(t)
		tt.set(b)
		if doc, err := b.Document(context.Background(), tt.job); err == nil {
			t.Errorf("%s: got\n%s", name, text.Render(doc, 42))
		}
	}
}

// A receipt of money carries its proof; what moved none carries none.
func TestProven(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*bench)
		job  order.Job
		want string
	}{
		{"sale", func(*bench) {}, sale("", "customer", 1), "sale SALE0000000000001"},
		{"cash", func(*bench) {}, job(order.DocumentCash, "CASH0000000000001", "customer"), "cash CASH0000000000001"},
		{"bill", withBill(true), job(order.DocumentBill, "BILL0000000000001", "customer"), "bill BILL0000000000001"},
		{"paid meanwhile", withBill(true), job(order.DocumentPayLater, "BILL0000000000001", "customer"), "bill BILL0000000000001"},
		{"return", withFollow(order.Return, order.FollowDone), job(order.DocumentFollow, "FOLLOW00000000001", "customer"), "follow FOLLOW00000000001"},
		{"declined", func(b *bench) { b.source.attempt.State = order.Declined }, sale("", "customer", 0), ""},
		{"stored", func(*bench) {}, job(order.DocumentStored, "STORED00000000001", "customer"), ""},
		{"void in doubt", withFollow(order.Void, order.FollowUnknown), job(order.DocumentFollow, "FOLLOW00000000001", "customer"), ""},
		{"open bill", withBill(false), job(order.DocumentBill, "BILL0000000000001", "customer"), ""},
	} {
		b := newBench(t)
		tt.set(b)
		asked := ""
		b.cfg.Proof = func(_ context.Context, document, id string) (string, error) {
			asked += document + " " + id
			return "PROOF", nil
		}
		doc, err := b.Document(context.Background(), tt.job)
		if proven := strings.Contains(text.Render(doc, 42), "PROOF"); err != nil || asked != tt.want || proven != (tt.want != "") {
			t.Errorf("%s: a proof %t of %q, want %q, %v", tt.name, proven, asked, tt.want, err)
		}
	}
	b := newBench(t)
	b.cfg.Proof = func(context.Context, string, string) (string, error) { return "", order.ErrFull }
	if _, err := b.Document(context.Background(), sale("", "customer", 0)); !errors.Is(err, order.ErrFull) {
		t.Errorf("a code that could not be made: %v", err)
	}
}

// Paper speaks the language of the settings, amounts and dates with it.
func TestLanguage(t *testing.T) {
	b := newBench(t)
	b.cfg.Language = tongue.In("de")
	b.source.attempt.State, b.source.attempt.Code = order.Declined, "D2012"
	doc, err := b.Document(context.Background(), sale("", "customer", 0))
	got := text.Render(doc, 42)
	for _, want := range []string{"ABGELEHNT", "Bitte eine andere Karte benutzen.", "20,00\u00a0$", "4. Mai 2026"} {
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s%v", want, got, err)
		}
	}
	if doc.Lang != "de" {
		t.Errorf("its language is %q", doc.Lang)
	}
}

// The logo stands on what customers get.
func TestLogo(t *testing.T) {
	b := newBench(t)
	b.cfg.Logo = logo()
	for copyName, want := range map[string]bool{"customer": true, "merchant": false} {
		doc, err := b.Document(context.Background(), sale("", copyName, 0))
		if _, got := doc.Blocks[0].(receipts.Logo); err != nil || got != want {
			t.Errorf("%s: a logo %v, want %v, %v", copyName, got, want, err)
		}
	}
}

// Files of different documents about one subject have names of their own.
func TestNamesOfFiles(t *testing.T) {
	b := newBench(t)
	withFollow(order.Return, order.FollowDone)(b)
	names := map[string]bool{}
	for _, document := range []string{order.DocumentFollow, order.DocumentApproval} {
		j := job(document, "FOLLOW00000000001", "merchant")
		j.Kind = order.JobPDF
		r := b.Do(context.Background(), j)
		if !r.Done || names[r.Path] {
			t.Errorf("%s: %+v", document, r)
		}
		names[r.Path] = true
	}
}

func logo() *image.Gray { return image.NewGray(image.Rect(0, 0, 8, 8)) }
