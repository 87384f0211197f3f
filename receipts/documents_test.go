package receipts_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/receiptstest"
	"paydesk/receipts/samples"
	"paydesk/terminal/money"
)

// moneyless are the documents on which nothing was taken or given back: no
// amount stands large on them.
var moneyless = regexp.MustCompile(`^(hi-|de-)?(declined|unknown|stored.*|verify.*|return-declined.*|return-unknown.*|refund-refused|drill-.*)$`)

func TestOneTotal(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		totals, want := 0, 1
		if moneyless.MatchString(name) {
			want = 0
		}
		for _, b := range d.Blocks {
			switch b := b.(type) {
			case receipts.Total:
				totals++
			case receipts.Heading:
				if strings.ContainsAny(b.Text, "$€₹") {
					t.Errorf("%s: an amount stands in the heading %q", name, b.Text)
				}
			}
		}
		if totals != want {
			t.Errorf("%s has %d totals, want %d", name, totals, want)
		}
	}
}

// Whose copy it is, and which, stands on every paper that has copies.
func TestCopies(t *testing.T) {
	slip := receiptstest.Facts().Slip
	for n, want := range map[int]string{0: "", 1: "- COPY 1", 12: "- COPY 12"} {
		slip.CopyNumber = n
		for _, s := range samples.Like(slip, money.USD).All("", 32) {
			got := all(s.Document)
			if s.Name == "selftest" || s.Name == "sale-merchant-copy-2" {
				continue
			}
			if has := strings.Contains(got, "- COPY"); want == "" && has || !strings.Contains(got, want) && n > 0 {
				t.Errorf("%s as copy %d:\n%s", s.Name, n, got)
			}
		}
	}
}

// secret is what no paper may have: more than four digits of a card beside each
// other after its brand, or anything like an expiry.
var secret = regexp.MustCompile(`\d{12,19}|\b\d{2}/\d{2}\b|(?i)expir|\*{4} \d{5}`)

func TestNoCardData(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		for _, text := range d.Texts() {
			if secret.MatchString(text) && text != "508116740021" && text != "508116740022" && !strings.Contains(text, "1234567890123") {
				t.Errorf("%s says %q", name, text)
			}
		}
	}
	card := receipts.Card{Brand: "Visa", Last4: "4111111111111111"}
	facts := receiptstest.Facts()
	facts.Card = card
	bill := samples.Like(facts.Slip, money.USD).Bill()
	bill.Payments[0].Card = card
	for name, d := range map[string]receipts.Document{"sale": receipts.Sale(facts), "bill": receipts.Bill(bill),
		"follow":   receipts.Follow(receipts.FollowFacts{Card: card, Outcome: receipts.Approved}),
		"approval": receipts.Approval(receipts.ApprovalFacts{Card: card}), "pay later": receipts.PayLater(receipts.PayLaterFacts{Card: card})} {
		if got := all(d); strings.Contains(got, "11111") || !strings.Contains(got, "**** 1111") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

// What is not known is left out: no row without a value, no zero in its place.
func TestNothingIsMadeUp(t *testing.T) {
	usd := money.New(100, money.USD)
	for name, d := range map[string]receipts.Document{
		"sale": receipts.Sale(receipts.SaleFacts{Outcome: receipts.Approved, Amount: usd, Approved: usd}),
		"hold": receipts.Sale(receipts.SaleFacts{Hold: true, Outcome: receipts.Approved, Amount: usd, Approved: usd}),
		"cash": receipts.Cash(receipts.CashFacts{Amount: usd, Tendered: usd, Change: money.New(0, money.USD)}),
		"back": receipts.CashBack(receipts.CashBackFacts{Amount: usd}), "void": receipts.Follow(receipts.FollowFacts{Outcome: receipts.Approved, Amount: usd}),
		"check": receipts.Follow(receipts.FollowFacts{Act: receipts.Check, Outcome: receipts.Approved}),
		"bill":  receipts.Bill(receipts.BillFacts{Total: usd, Left: usd}), "later": receipts.PayLater(receipts.PayLaterFacts{Owed: usd}),
		"approval": receipts.Approval(receipts.ApprovalFacts{What: receipts.ApprovedVoid, Amount: usd, Approver: "Ben"}),
		"shift":    receipts.Shift(receipts.ShiftFacts{Drawer: receipts.DrawerFacts{Float: usd}}),
		"report":   receipts.Report(receipts.ReportFacts{Sums: []receipts.SumFacts{{Net: usd}}}),
	} {
		for _, b := range d.Blocks {
			if row, ok := b.(receipts.Row); ok && (row.Right == "" && row.Left != "" || strings.Contains(row.Right, "0001") || row.Right == "0") {
				t.Errorf("%s has the row %+v", name, row)
			}
		}
		if got := all(d); strings.Contains(got, "****") || strings.Contains(got, "Jan 1") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

// The lines of a bill's receipt add up to its total, and so do its payments with
// what is still to pay.
func TestBillAddsUp(t *testing.T) {
	for name, d := range receiptstest.Documents() {
		if !strings.HasPrefix(name, "bill") && name != "long" && name != "sale-items" {
			continue
		}
		total, sum, paid, beforeTotal := int64(-1), int64(0), int64(0), true
		for _, b := range d.Blocks {
			switch b := b.(type) {
			case receipts.Total:
				total, beforeTotal = cents(t, b.Amount), false
			case receipts.Row:
				switch {
				case beforeTotal:
					sum += cents(t, b.Right)
				case strings.HasPrefix(b.Left, "Payment") || b.Left == "Still to pay":
					paid += cents(t, b.Right)
				}
			}
		}
		if sum != total {
			t.Errorf("%s: the lines are %d, the total %d", name, sum, total)
		}
		if name != "bill-cancelled" && name != "sale-items" && paid != total {
			t.Errorf("%s: the payments are %d, the total %d", name, paid, total)
		}
	}
}

func cents(t *testing.T, shown string) int64 {
	t.Helper()
	a, err := money.Parse(strings.NewReplacer("$", "", ",", "").Replace(shown), money.USD)
	if err != nil {
		t.Fatal(shown, err)
	}
	return a.Minor
}

// FuzzDocuments: no text in any field makes a template panic, and each text
// stands on the paper as it is.
func FuzzDocuments(f *testing.F) {
	for _, seed := range []string{"", "Harbor Books", "%s %d %!", "\x1b@\x1dV\x00", "\xff\xfe", "नमस्ते\n日本", strings.Repeat("x", 300)} {
		f.Add(seed, int64(123450), 3)
	}
	f.Fuzz(func(t *testing.T, s string, minor int64, n int) {
		s = s[:min(len(s), 500)]
		a := money.New(minor, money.Currency(s))
		slip := receipts.Slip{Shop: receipts.Shop{Name: s, Lines: []string{s}, Phone: s, Header: s, Footer: s}, Copy: receipts.Copy(n % 3), CopyNumber: n,
			Number: s, Order: s, Batch: s, Device: s, Host: s, Operator: s, Code: s, At: time.Unix(minor%4102444800, 0).UTC(), Training: n%2 == 0}
		card := receipts.Card{Brand: s, Last4: s, EntryMode: s, CardholderName: s}
		items := receipts.Items{Goods: []receipts.Item{{Text: s, Amount: a}}, Tax: a, Tip: a, TaxName: s}
		tally := receipts.Tally{Count: n, Amount: a, Returns: n, Returned: a}
		figures := []receipts.Figure{{Text: s, Count: n, Amount: a}, {Label: s, Count: -n}}
		drawer := receipts.DrawerFacts{Float: a, Expected: a, Counted: a, Pieces: figures}
		for _, d := range []receipts.Document{
			receipts.Sale(receipts.SaleFacts{Slip: slip, Card: card, Hold: n%5 == 0, Outcome: receipts.Outcome(n % 6), Amount: a, Approved: a, Reason: s,
				Items: items, Part: n % 4, Parts: n % 3, Whole: a, AuthCode: s, Reference: s, Until: slip.At}),
			receipts.Cash(receipts.CashFacts{Slip: slip, Amount: a, Tendered: a, Change: a, Items: items}),
			receipts.CashBack(receipts.CashBackFacts{Slip: slip, Amount: a, Original: s, Paid: a, Left: a, Reason: s, ApprovedBy: s}),
			receipts.Follow(receipts.FollowFacts{Slip: slip, Card: card, Act: receipts.Act(n % 5), Outcome: receipts.Outcome(n % 6), Amount: a, Original: s, Reason: s, Refusal: s}),
			receipts.Bill(receipts.BillFacts{Slip: slip, Items: items, Total: a, Left: a, Payments: []receipts.Payment{{Card: card, Amount: a, Number: s}, {Cash: true}}}),
			receipts.PayLater(receipts.PayLaterFacts{Slip: slip, Card: card, Owed: a, Whole: a, Paid: a, Refused: n%2 == 0}),
			receipts.Approval(receipts.ApprovalFacts{Slip: slip, Card: card, What: s, Amount: a, Approver: s, Reason: s, For: s}),
			receipts.BatchClose(receipts.BatchFacts{Slip: slip, AtTerminal: tally, AtHost: &tally, Differences: []string{s}}),
			receipts.Report(receipts.ReportFacts{Slip: slip, Z: n, TaxName: s, Zone: s, Cutoff: s, Sums: []receipts.SumFacts{{Net: a, Tax: a, ByTender: figures, ByHour: figures}},
				Drawers: []receipts.DrawerFacts{drawer}, Uncollected: items.Goods, Carried: []receipts.CarriedFacts{{Item: items.Goods[0], By: s, Reason: s}},
				Proofs: []receipts.ProofFacts{{Batch: s, Complete: n%2 == 0, Trouble: s, Closing: &tally, Digest: s,
					Differences: []receipts.DifferenceFacts{{What: s, ID: s, Here: a}}, Wallets: []receipts.WalletProofFacts{{Trouble: s}}}},
				Head: receipts.HeadFacts{Nonce: s, Seq: minor, Hash: s, Key: s, Signature: s}}),
			receipts.Shift(receipts.ShiftFacts{Slip: slip, Closed: n%2 == 0, Drawer: drawer, Hands: []receipts.HandFacts{{From: s, To: s, Counted: a}}}),
			receipts.Move(receipts.MoveFacts{Slip: slip, Out: n%2 == 0, Amount: a, Reason: s, Shift: s, ApprovedBy: s}),
			receipts.DrillSheet(receipts.DrillFacts{Slip: slip, Passed: n%2 == 0, Seed: uint64(minor), Sign: s,
				Checks: []receipts.DrillCheck{{Name: s, Result: receipts.DrillFail, Says: s, Figure: s}}, Totals: figures}),
			receipts.SelfTest(receipts.TestFacts{Shop: slip.Shop, Device: s, Printer: s, Columns: n % 200}),
		} {
			if len(d.Blocks) == 0 || d.Blocks[len(d.Blocks)-1] != receipts.Block(receipts.Cut{}) {
				t.Errorf("%q has no end", d.Title)
			}
			receipts.Layout(d, 16+max(0, n)%100)
		}
	})
}
