package printjob_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"paydesk/receipts/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
)

func (s *fakeSource) Shift(_ context.Context, id string) (order.Shift, error) {
	return only(s.shift, s.shift.ID, id)
}

func (s *fakeSource) Move(_ context.Context, id string) (order.Move, error) {
	return only(s.move, s.move.ID, id)
}

func (s *fakeSource) Z(_ context.Context, id string) (order.ZReport, error) {
	return only(s.z, s.z.ID, id)
}

// withShift is the bench with a shift in which 5.00 are missing, and cash that
// was taken out in it.
func withShift(state order.ShiftState) func(*bench) {
	return func(b *bench) {
		count := order.Count{Total: usd(14500), Pieces: []order.Piece{{Face: 2000, Count: 7}, {Face: 50, Count: 10}}}
		b.source.shift = order.Shift{ID: "SHIFT000000000001", Number: 12, State: state, Float: order.Count{Total: usd(10000), Pieces: []order.Piece{{Face: 2000, Count: 5}}},
			Opened: noon.Add(-8 * time.Hour), OpenedBy: "op-1", Hands: []order.Hand{{From: "op-1", To: "op-2", At: noon, Counted: &order.Count{Total: usd(12345)}}},
			Counts: []order.Count{{Total: usd(9999)}, count}, Off: usd(-500),
			Drawer: order.Drawer{Float: usd(10000), Sales: usd(8000), Back: usd(500), In: usd(0), Out: usd(2500), NoSales: 3, Expected: usd(15000)},
			Reason: "Wrong change", ClosedBy: "op-2", Approved: "op-3", Closed: noon}
		b.source.move = order.Move{ID: "MOVE0000000000001", Shift: b.source.shift.ID, Kind: order.MoveOut, Amount: usd(2500), Reason: "To the safe",
			Operator: "op-1", Approved: "op-3", At: noon}
	}
}

// withZ is the bench with a Z report in which three transactions differ.
func withZ(b *bench) {
	withShift(order.ShiftClosed)(b)
	here, there := usd(1250), usd(1200)
	totals := order.Totals{Sales: 10, SaleAmount: usd(45000), ReturnAmount: usd(0)}
	fewer := order.Totals{Sales: 9, SaleAmount: usd(43750), ReturnAmount: usd(0)}
	open := b.source.shift
	open.Number, open.State = 13, order.ShiftOpen
	b.source.z = order.ZReport{ID: order.ZID(12), Number: 12, Day: "2026-05-03", From: 10, To: 99, Since: noon.Add(-24 * time.Hour), At: noon,
		Operator: "op-1", Approved: "op-3", Zone: "Asia/Tokyo", Cutoff: "05:30", Rounding: "half away from zero, per ticket",
		Figures: []order.Figures{
			{Currency: money.USD, Sales: order.Sum{Count: 11, Amount: usd(45100)}, Voids: order.Sum{Count: 1, Amount: usd(100)}, Returns: order.Sum{Amount: usd(0)}, Net: usd(45000), Tax: usd(77),
				ByTender:   []order.Part{{Name: "CARD", Sales: order.Sum{Count: 11, Amount: usd(45100)}, Net: usd(45000)}},
				ByOperator: []order.Part{{Name: order.ActorTerminal, Sales: order.Sum{Count: 11}, Net: usd(45000)}}, ByHour: []order.Part{{Name: "09", Sales: order.Sum{Count: 11}, Net: usd(45000)}}},
			{Currency: money.EUR, Net: money.New(4200, money.EUR)}},
		Shifts:      []order.Shift{b.source.shift, open, {Number: 14, Uncounted: true, State: order.ShiftClosed}},
		Batches:     []order.Batch{{GUID: "5f2a6c1e-8d1b-4c77", Local: totals, Ended: noon, Auto: true}},
		Uncollected: []order.Named{{ID: "A1", Text: "Order 1042", Amount: usd(2500)}}, Stored: []order.Named{{ID: "A2", Text: "A2", Amount: usd(3100)}},
		Carried: []order.Carried{{ID: "A3", Text: "A3", Amount: usd(1799), By: "op-3", Reason: "No answer"}},
		Proofs: []order.Proof{{GUID: "5f2a6c1e-8d1b-4c77", Complete: true, Journal: totals, Host: fewer, Closed: &fewer, Matched: 7,
			Found: []order.Mismatch{{What: order.LocalOnly, Number: "A4", Here: &here}, {What: order.HostOnly, GUID: "c1d7a90b-0000", There: &there},
				{What: order.AmountDiffers, Number: "A5", Here: &here, There: &there}},
			Wallets: []order.WalletProof{{Provider: "paypal", Complete: true, Here: order.Sum{Count: 1, Amount: usd(900)}, There: order.Sum{Count: 1, Amount: usd(900)}, Matched: 1, Fees: usd(40), Net: usd(860)}}}},
		Head: order.SignedHead{Nonce: "A7K2M", Seq: 99, Hash: strings.Repeat("9f86d081", 8), Key: strings.Repeat("0a0b0c0d", 8), Signature: strings.Repeat("01020304", 16)}}
}

func TestDayDocuments(t *testing.T) {
	opened := job(order.DocumentShift, "SHIFT000000000001", order.CopyOpen)
	closed := job(order.DocumentShift, "SHIFT000000000001", order.CopyMerchant)
	moved := job(order.DocumentMove, "MOVE0000000000001", order.CopyMerchant)
	z := job(order.DocumentZ, "Z-000012", order.CopyMerchant)
	for _, tt := range []struct {
		name       string
		set        func(*bench)
		job        order.Job
		want, none []string
	}{
		{"open", withShift(order.ShiftOpen), opened, []string{"SHIFT OPEN", "FLOAT", "$100.00", "$20.00", "x 5", "Ann of op-1", "Number", "12", "I counted"},
			[]string{"Expected", "$150.00", "CLOSE", "COPY"}},
		{"open, of a closed one", withShift(order.ShiftClosed), opened, []string{"SHIFT OPEN", "FLOAT"}, []string{"$145.00", "Wrong change"}},
		{"not closed yet", withShift(order.ShiftCounting), closed, []string{"SHIFT OPEN", "$100.00"}, []string{"$145.00", "$150.00", "CLOSE"}},
		{"closed", withShift(order.ShiftClosed), closed, []string{"SHIFT CLOSE", "DOES NOT AGREE", "COUNTED", "$145.00", "Expected", "$150.00", "Missing", "-$5.00", "Wrong change",
			"Ann of op-3", "x 7", "Ann of op-1 to Ann of op-2", "$123.45", "Drawer opened without a sale"}, []string{"$99.99"}},
		{"nothing missing", func(b *bench) {
			withShift(order.ShiftClosed)(b)
			b.source.shift.Counts[1].Total = usd(15000)
		}, closed, []string{"AGREES"}, []string{"Missing", "DOES NOT"}},
		{"cash out", withShift(order.ShiftOpen), moved, []string{"CASH OUT", "TAKEN OUT", "$25.00", "To the safe", "Ann of op-3", "Shift", "12", "I took", "I received"}, []string{"PUT IN"}},
		{"cash in", func(b *bench) {
			withShift(order.ShiftOpen)(b)
			b.source.move.Kind = order.MoveIn
		}, moved, []string{"CASH IN", "PUT IN", "I put"}, []string{"TAKEN"}},
		{"Z", withZ, z, []string{"Z REPORT", "Z 0012", "2026-05-03", "DOES NOT AGREE", "3 differences", "Cash drawer 12", "Missing -$5.00", "$451.00", "-$1.00", "Tax", "Cards", "Terminal  ", "09:00",
			"EUR", "€42.00", "By the hour of the settings", "Order 1042 A1", "A2", "Carried forward", "No answer", "Not at the other side", "Not in the journal", "c1d7a90b", "Another amount",
			"PayPal", "One transaction agrees to the cent.", "11 - 99", "Asia/Tokyo", "05:30", "Half away from zero", "9f86d081 9f86d081", "01020304 01020304", "PDH", "JST", "Ann of op-3"},
			[]string{"COPY", "Nothing is closed", "0000", "A1 A1", "Cash drawer 13", "Cash drawer, shift 14", "c1d7a90b-"}},
	} {
		b := newBench(t)
		tt.set(b)
		b.wantSlip(t, tt.name, tt.job, tt.want, tt.none)
	}
}

// A Z report that is printed again says so, and is the same otherwise.
func TestZAgain(t *testing.T) {
	b := newBench(t)
	withZ(b)
	show := func(reprint int) string {
		doc, err := b.Document(context.Background(), order.Job{Document: order.DocumentZ, Subject: "Z-000012", Copy: order.CopyMerchant, Reprint: reprint})
		if err != nil {
			t.Fatal(err)
		}
		return text.Render(doc, 42)
	}
	first, again := show(0), show(2)
	if !strings.Contains(again, "Z REPORT - COPY 2") {
		t.Errorf("a copy does not say so:\n%s", again)
	}
	var got, want []string
	for line := range strings.Lines(first) {
		want = append(want, strings.TrimSpace(line))
	}
	for line := range strings.Lines(again) {
		got = append(got, strings.TrimSpace(strings.Replace(line, " - COPY 2", "", 1)))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", again, first)
	}
}

// What an X report says of the drawer that is open does not give the count away.
func TestX(t *testing.T) {
	b := newBench(t)
	withZ(b)
	x := b.source.z
	x.ID, x.Number, x.Shifts = "", 0, x.Shifts[1:2]
	got := text.Render(printjob.Report(b.cfg, x), 42)
	for _, want := range []string{"X REPORT", "Nothing is closed by", "Cash drawer, shift 13", "9f86d081"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, none := range []string{"$150.00", "Expected", "Z 00", "PDH", "Signature"} {
		if strings.Contains(got, none) {
			t.Errorf("%q in\n%s", none, got)
		}
	}
}

func TestNoDayDocument(t *testing.T) {
	for name, j := range map[string]order.Job{"another shift": job(order.DocumentShift, "x", order.CopyOpen), "another move": job(order.DocumentMove, "x", ""), "another Z": job(order.DocumentZ, "Z-000013", "")} {
		b := newBench(t)
		withZ(b)
		if _, err := b.Document(context.Background(), j); !errors.Is(err, order.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
