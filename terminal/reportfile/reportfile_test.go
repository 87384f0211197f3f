package reportfile_test

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/reportfile"
)

var update = flag.Bool("update", false, "write the golden files")

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func digits(n int) string { return strings.Repeat("9f86d081", n/8) }

// day is a Z report with something in every list.
func day() order.ZReport {
	at := time.Date(2026, 11, 22, 22, 30, 0, 0, time.UTC)
	sum := func(count int, minor int64) order.Sum { return order.Sum{Count: count, Amount: usd(minor)} }
	part := func(name string, minor int64) order.Part {
		return order.Part{Name: name, Sales: sum(2, minor), Voids: sum(0, 0), Returns: sum(1, 100), Net: usd(minor - 100)}
	}
	totals := order.Totals{Sales: 2, SaleAmount: usd(5000), Returns: 1, ReturnAmount: usd(100)}
	off, here, there := order.Totals{Sales: 2, SaleAmount: usd(4999), Returns: 1, ReturnAmount: usd(100)}, usd(2500), usd(2499)
	return order.ZReport{ID: order.ZID(12), Number: 12, Day: "2026-11-22", From: 1200, To: 5410, Since: at.Add(-24 * time.Hour), At: at, Operator: "op-1",
		Zone: "Europe/Berlin", Cutoff: "04:00", Rounding: "half away from zero, per ticket",
		Figures: []order.Figures{{Currency: money.USD, Sales: sum(2, 5000), Voids: sum(0, 0), Returns: sum(1, 100), Net: usd(4900), Tax: usd(300), Tips: usd(200),
			Fees: usd(-5), FeesUnknown: 1, ByTender: []order.Part{part("CARD", 5000)}, ByBrand: []order.Part{part("=Visa", 5000)},
			ByOperator: []order.Part{part("op-1", 5000)}, ByHour: []order.Part{part("09", 5000)}, CashIn: sum(1, 2000), CashOut: sum(0, 0), NoSales: 2}},
		Shifts: []order.Shift{
			{ID: "S1", Number: 7, State: order.ShiftClosed, Float: order.Count{Total: usd(10000)}, Opened: at.Add(-9 * time.Hour), OpenedBy: "op-1", Closed: at, ClosedBy: "op-2",
				Counts: []order.Count{{Total: usd(9950)}}, Off: usd(-50), Reason: "-1 note, \"torn\"", Approved: "op-3",
				Drawer: order.Drawer{Float: usd(10000), Sales: usd(0), Back: usd(0), In: usd(0), Out: usd(0), Expected: usd(10000)}},
			{ID: "S2", Number: 8, State: order.ShiftOpen, Float: order.Count{Total: usd(10000)}, Opened: at, OpenedBy: "op-2", Drawer: order.Drawer{Expected: usd(777)}}},
		Batches:     []order.Batch{{ID: "B1", GUID: "5f2a6c1e-8d1b", Local: totals, Host: &off, Ended: at, Followed: true}},
		Uncollected: []order.Named{{ID: "A1", Text: "Order 7", Amount: usd(1250)}}, Stored: []order.Named{{ID: "A2", Text: "नमस्ते", Amount: usd(1)}},
		Carried: []order.Carried{{Kind: "payment", ID: "A3", Text: "A3", Amount: usd(99), By: "op-3", Reason: "no answer"}},
		Open:    []order.Named{{ID: "A3", Text: "A3", Amount: usd(99)}},
		Proofs: []order.Proof{{ID: "P1", GUID: "5f2a6c1e-8d1b", At: at, Complete: true, Journal: totals, Host: off, Closed: &off, Matched: 2, Digest: digits(64), More: 3,
			Found: []order.Mismatch{{What: order.AmountDiffers, Number: "A4", GUID: "c1d7", Here: &here, There: &there}, {What: order.HostOnly, GUID: "e5", There: &there}},
			Wallets: []order.WalletProof{{Provider: "paypal", Currency: money.EUR, Trouble: "PayPal did not answer.", Here: order.Sum{Count: 1, Amount: money.New(500, money.EUR)},
				Found: []order.WalletMismatch{{What: order.LocalOnly, ID: "C1", Payment: "8RM", Here: money.New(500, money.EUR)}}}}}},
		Head: order.SignedHead{Nonce: "A7K2M", Seq: 5410, Hash: digits(64), Key: digits(64), Signature: digits(128)}}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s", name, got)
	}
}

func TestGolden(t *testing.T) {
	x := order.ZReport{Day: "2026-11-22", At: day().At, Figures: day().Figures[:1], Shifts: day().Shifts[1:]}
	for name, z := range map[string]order.ZReport{"z": day(), "x": x} {
		data, err := reportfile.JSON(z)
		if err != nil || !json.Valid(data) {
			t.Fatal(name, err)
		}
		golden(t, name+".json", data)
		if data, err = reportfile.CSV(z); err != nil {
			t.Fatal(name, err)
		}
		golden(t, name+".csv", data)
	}
}

// What stands in a drawer that is still to be counted is in no file; no list is
// null; no text is a formula; every row is as wide as the header.
func TestFiles(t *testing.T) {
	text, err := reportfile.JSON(day())
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := reportfile.CSV(day())
	if err != nil {
		t.Fatal(err)
	}
	if both := string(text) + string(sheet); strings.Contains(both, "7.77") || strings.Contains(both, "777") {
		t.Error("a file says what should be in a drawer that is counted blind")
	}
	empty, err := reportfile.JSON(order.ZReport{})
	if err != nil || strings.Contains(string(empty), "null") {
		t.Errorf("%s, %v", empty, err)
	}
	rows, err := csv.NewReader(bytes.NewReader(sheet)).ReadAll() // it wants rows of one width
	if err != nil || len(rows) < 50 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for column, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) && rows[0][column] != "amount" {
				t.Errorf("a spreadsheet takes %q for a formula", cell)
			}
		}
	}
}

func TestCode(t *testing.T) {
	head := day().Head
	code := reportfile.Code(head)
	if len(code) > 300 {
		t.Errorf("a code of %d letters", len(code))
	}
	for _, text := range []string{code, strings.ToLower(code), code[:100] + "\n " + code[100:], "https://shop.example/check#" + code} {
		if got, err := reportfile.ParseCode(text); err != nil || got != head {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "PDH", code[:len(code)-2], code + "BB", "PDR" + code[3:], "PDHC" + code[4:], strings.Replace(code, "C", "A", 1), strings.Repeat("B", 5000)} {
		if got, err := reportfile.ParseCode(text); !errors.Is(err, reportfile.ErrCode) || got != (order.SignedHead{}) {
			t.Errorf("%.40q: got %+v, %v", text, got, err)
		}
	}
	for name, h := range map[string]order.SignedHead{"not signed": {Nonce: "A", Seq: 1, Hash: digits(64)}, "no event": {Hash: digits(64), Key: digits(64), Signature: digits(128)},
		"no digits": {Seq: 1, Hash: strings.Repeat("zz", 32), Key: digits(64), Signature: digits(128)}, "long": {Nonce: strings.Repeat("A", 41), Seq: 1, Hash: digits(64), Key: digits(64), Signature: digits(128)}} {
		if got := reportfile.Code(h); got != "" {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// FuzzParseCode: nothing breaks it, and what it takes is written again as it was.
func FuzzParseCode(f *testing.F) {
	code := reportfile.Code(day().Head)
	for _, seed := range []string{code, code[:50], "PDHBC" + code[5:], "PDH", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := reportfile.ParseCode(text)
		if err != nil {
			return
		}
		if again, err := reportfile.ParseCode(reportfile.Code(h)); err != nil || again != h {
			t.Errorf("%q: %+v is %+v again, %v", text, h, again, err)
		}
		if raw, err := hex.DecodeString(h.Hash + h.Key + h.Signature); err != nil || len(raw) != 128 {
			t.Errorf("%q: %+v", text, h)
		}
	})
}
