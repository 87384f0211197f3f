package masspay_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet/masspay"
)

func payout(id, to string, minor int64, c money.Currency, note string) order.Payout {
	return order.Payout{ID: id, To: to, Amount: money.New(minor, c), Note: note}
}

// The file of the reference (8), byte for byte but for its line ends.
func TestFile(t *testing.T) {
	got, err := masspay.File([]order.Payout{
		payout("T01-P0001", "fred@example.org", 2599, money.USD, "Thank you"),
		payout("T01-P0002", "john@example.org", 999, money.USD, ""),
		payout("T01-P0003", "eva@example.org", 123450, money.USD, `Tips, "May"`),
		payout("T01-P0004", "sum@example.org", 1, money.USD, "=1+1"),
	})
	want := "fred@example.org,25.99,USD,T01-P0001,Thank you\r\n" +
		"john@example.org,9.99,USD,T01-P0002,\r\n" +
		"eva@example.org,1234.50,USD,T01-P0003,\"Tips, \"\"May\"\"\"\r\n" +
		"sum@example.org,0.01,USD,T01-P0004,\" =1+1\"\r\n"
	if err != nil || string(got) != want {
		t.Errorf("got %q, %v\nwant %q", got, err, want)
	}
	if got, err = masspay.File([]order.Payout{payout("A", "a@example.org", 1500, "JPY", "")}); err != nil || string(got) != "a@example.org,1500,JPY,A,\r\n" {
		t.Errorf("yen: %q, %v", got, err)
	}
}

// What would spoil a file is refused.
func TestFileRefuses(t *testing.T) {
	good := payout("A", "a@example.org", 100, money.USD, "")
	for name, bad := range map[string]order.Payout{
		"tab":                payout("B", "b@example.org", 100, money.USD, "a\tb"),
		"new line":           payout("B", "b@example.org", 100, money.USD, "a\nb"),
		"space in the id":    payout("B 1", "b@example.org", 100, money.USD, ""),
		"long id":            payout(strings.Repeat("B", 31), "b@example.org", 100, money.USD, ""),
		"no recipient":       payout("B", "nobody", 100, money.USD, ""),
		"a formula":          payout("B", "=cmd|'/c'!A0@example.org", 100, money.USD, ""),
		"a sum":              payout("B", "+1+cmd|'/c'!A0@example.org", 100, money.USD, ""),
		"a difference":       payout("B", "-1+cmd|'/c'!A0@example.org", 100, money.USD, ""),
		"turned round":       payout("B", "a\u202eb@example.org", 100, money.USD, ""),
		"a turned note":      payout("B", "b@example.org", 100, money.USD, "a\u202eb"),
		"nothing":            payout("B", "b@example.org", 0, money.USD, ""),
		"long note":          payout("B", "b@example.org", 100, money.USD, strings.Repeat("x", 4001)),
		"another currency":   payout("B", "b@example.org", 100, money.EUR, ""),
		"another recipient":  payout("B", "+15551234567", 100, money.USD, ""),
		"more than there is": payout("B", "b@example.org", 1<<62, money.USD, ""),
	} {
		list := []order.Payout{good, bad, payout("C", "c@example.org", 1<<62, money.USD, "")}
		if name != "more than there is" {
			list = list[:2]
		}
		if got, err := masspay.File(list); err == nil {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if _, err := masspay.File(nil); !errors.Is(err, masspay.ErrMixed) {
		t.Errorf("none: %v", err)
	}
}

// Files have one currency, one kind of recipient and 5,000 lines at most, and no
// payout is lost or doubled.
func TestSplit(t *testing.T) {
	var list []order.Payout
	for i := range 12_000 {
		p := payout(fmt.Sprintf("P%05d", i), fmt.Sprintf("p%d@example.org", i), int64(i+1), money.USD, "")
		switch {
		case i%12 == 3:
			p.Amount.Currency = money.EUR
		case i%12 == 7:
			p.To = "ABCDEFGHJKLM9"
		}
		list = append(list, p)
	}
	seen, total := map[string]bool{}, int64(0)
	for _, part := range masspay.Split(list) {
		data, err := masspay.File(part)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
		if err != nil || len(rows) != len(part) || len(part) > masspay.MaxLines {
			t.Errorf("%d lines, %v", len(rows), err)
		}
		for _, row := range rows {
			seen[row[3]] = true
		}
		sum, err := masspay.Sum(part)
		if err != nil {
			t.Error(err)
		}
		total += sum.Minor
	}
	if len(seen) != 12_000 || total != 12_000*12_001/2 {
		t.Errorf("%d payouts of %d in the files", len(seen), total)
	}
}
