// Package receiptstest is for tests of the renderers: the documents that each
// of them must print alike.
package receiptstest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"paydesk/receipts"
	"paydesk/terminal/money"
)

// Number is the sale number on the samples.
const Number = "A7K2M-000000417-4"

// At is the moment on the samples, in a zone that is not the machine's.
func At() time.Time {
	return time.Date(2026, time.March, 4, 14, 7, 31, 0, time.FixedZone("EST", -5*3600))
}

// Shop is a shop with every line filled.
func Shop() receipts.Shop {
	return receipts.Shop{
		Name:   "Harbor Books",
		Lines:  []string{"12 Main Street", "Portland, ME 04101"},
		Phone:  "(207) 555-0143",
		Header: "Open every day from 9 to 6",
		Footer: "Thank you! Returns within 30 days with this receipt.",
	}
}

// Facts is an approved sale of $1,234.50, customer copy.
func Facts() receipts.SaleFacts {
	amount := money.New(123450, money.USD)
	return receipts.SaleFacts{
		Shop: Shop(), Kind: "SALE", Outcome: receipts.Approved, Amount: amount, Approved: amount,
		Brand: "Visa", Last4: "1111", EntryMode: "Keyed", CardholderName: "Maria Example",
		AuthCode: "123456", Reference: "508116740021", Number: Number, Order: "1042",
		Batch: "37", Device: "Counter 1", Host: "Sandbox", Operator: "Ann", At: At(),
	}
}

// Documents are the slips by name: every template, outcome and copy.
func Documents() map[string]receipts.Document {
	merchant := Facts()
	merchant.Copy, merchant.CopyNumber = receipts.Merchant, 2
	part := Facts()
	part.Outcome, part.Approved = receipts.PartApproved, money.New(100000, money.USD)
	declined := Facts()
	declined.Outcome, declined.AuthCode = receipts.Declined, ""
	declined.Approved = money.New(0, money.USD)
	declined.Reason = "The bank declined the card: insufficient funds. Ask for another card."
	training := Facts()
	training.Training = true
	unknown := Facts()
	unknown.Outcome, unknown.AuthCode, unknown.Reference = receipts.Unknown, "", ""
	stored := Facts()
	stored.Copy, stored.Outcome, stored.AuthCode, stored.Reference = receipts.Merchant, receipts.Stored, "", ""
	stored.Batch, stored.Host, stored.CardholderName = "", "", ""
	cash := receipts.CashFacts{Shop: Shop(), Amount: money.New(1250, money.USD), Tendered: money.New(2000, money.USD), Change: money.New(750, money.USD),
		Number: Number, Order: "1042", Device: "Counter 1", Operator: "Ann", At: At()}
	rupees := Facts()
	rupees.Amount, rupees.Approved = money.New(9950, money.INR), money.New(9950, money.INR)
	return map[string]receipts.Document{
		"approved": receipts.Sale(Facts()), "merchant": receipts.Sale(merchant), "part": receipts.Sale(part),
		"declined": receipts.Sale(declined), "training": receipts.Sale(training),
		"unknown": receipts.Sale(unknown), "rupees": receipts.Sale(rupees),
		"stored": receipts.Sale(stored), "cash": receipts.Cash(cash),
		"batch": receipts.BatchClose(batch(true)), "mismatch": receipts.BatchClose(batch(false)),
		"selftest": receipts.SelfTest(receipts.TestFacts{
			Shop: Shop(), Device: "Counter 1", Printer: "serial:/dev/ttyUSB0", Columns: 32, At: At(),
		}),
	}
}

func batch(matches bool) receipts.BatchFacts {
	tally := receipts.Tally{Count: 12, Amount: money.New(48213, money.USD)}
	host := tally
	f := receipts.BatchFacts{
		Shop: Shop(), Batch: "37", Device: "Counter 1", Host: "Sandbox", Operator: "Ann",
		OpenedAt: At().Add(-8 * time.Hour), ClosedAt: At(), AtTerminal: tally, AtHost: &host,
	}
	if !matches {
		host.Count--
		host.Amount = money.New(46963, money.USD)
		f.Differences = []string{"Sale " + Number + " of $12.50 is not at the host."}
	}
	return f
}

// Golden compares got with the file of this name under testdata, or writes the
// file when the caller's -update flag is set.
func Golden(t *testing.T, name, got string, update bool) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden file; run with -update and look at it: %v", err)
	}
	if got != string(want) {
		t.Errorf("%s differs:\ngot\n%s\nwant\n%s", path, got, want)
	}
}

// Font reads an embedded font by its file name, for tests two folders below
// the module's root.
func Font(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "assets", "fonts", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
