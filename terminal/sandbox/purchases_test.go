package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// paidCode makes a sale that expects payments and gives its incoming code and
// its guid.
func (b *bench) paidCode(amount string, payments int) (code, guid string) {
	b.t.Helper()
	b.clock.Advance(time.Second)
	body := strings.Replace(saleBody("4111111111111111", amount, ""), `"ExpectedPayments":0`, fmt.Sprintf(`"ExpectedPayments":%d`, payments), 1)
	s := fields(b.t, b.want(200, "POST", "sales", body))
	return s["connexPayTransaction"].(map[string]any)["incomingTransCode"].(string), s["guid"].(string)
}

// issueBody is the document's request with the sandbox's merchant, a code, and
// other fields in pairs of name and value.
func issueBody(t testing.TB, code string, changes ...any) string {
	t.Helper()
	body := with(t, with(t, sample(t, "issue_card.request"), "MerchantGuid", MerchantGUID), "IncomingTransactionCode", code)
	for i := 0; i < len(changes); i += 2 {
		body = with(t, body, changes[i].(string), changes[i+1])
	}
	return body
}

func TestDocumentIssueCardSample(t *testing.T) {
	b := newBench(t, Options{})
	code, _ := b.paidCode("20", 9)
	text := b.want(200, "POST", "IssueCard", issueBody(t, code))
	sameShape(t, "issue_card", text)
	got, want := fields(t, text), fields(t, sample(t, "issue_card"))
	for part, names := range map[string]string{
		"cardHolder": "firstName lastName phone address1 address2 city state zipcode status",
		"card":       "nameLine1 nameLine2 status",
		"velocity":   "usageLimit amountLimit validFor mcc status",
		"balanceControl": "expectedOutcomingPayments thisPaymentNumber availablePayments authorizedAmount " +
			"thisTransactionAmount balance currencyCode filler",
	} {
		g, w := got[part].(map[string]any), want[part].(map[string]any)
		for _, name := range strings.Fields(names) {
			if fmt.Sprint(g[name]) != fmt.Sprint(w[name]) {
				t.Errorf("%s.%s: got %v, want %v", part, name, g[name], w[name])
			}
		}
	}
	card := got["card"].(map[string]any)["guid"].(string)
	v, balance := got["velocity"].(map[string]any), got["balanceControl"].(map[string]any)
	if name, want := v["name"].(string), "Restrictions for "+card[:33]; name != want || v["cardGuid"] != card {
		t.Errorf("velocity: got %s of %v, want %s of %s", name, v["cardGuid"], want, card)
	}
	if got, want := balance["outgoingTransactionCode"], code+"USD01ZZZ00000000"; got != want {
		t.Errorf("outgoing code: got %v, want %s", got, want)
	}
}

// TestIssueCardCountsDown spends a sale of 20.00 over three payments.
func TestIssueCardCountsDown(t *testing.T) {
	b := newBench(t, Options{})
	code, _ := b.paidCode("20", 3)
	other, _ := b.paidCode("20", 3)
	refused := func(status int, code, limit, want string) {
		t.Helper()
		if got := b.want(status, "POST", "IssueCard", issueBody(t, code, "AmountLimit", limit)); !strings.Contains(got, want) {
			t.Errorf("limit %s: got %s, want %s", limit, got, want)
		}
	}
	issue := func(limit, want string) {
		t.Helper()
		c := fields(t, b.want(200, "POST", "IssueCard", issueBody(t, code, "AmountLimit", limit)))["balanceControl"].(map[string]any)
		got := words(c["thisPaymentNumber"], c["availablePayments"], c["authorizedAmount"], c["thisTransactionAmount"], c["balance"],
			strings.TrimPrefix(c["outgoingTransactionCode"].(string), code))
		if got != want {
			t.Errorf("limit %s: got %s, want %s", limit, got, want)
		}
	}
	refused(422, code, "20.01", "D2012")
	issue("5.5", "1 2 20 5.5 14.5 USD01ZZZ00001450")
	refused(422, code, "14.51", "D2012")
	issue("0.01", "2 1 20 0.01 14.49 USD02ZZZ00001449")
	issue("4", "3 0 20 4 10.49 USD03ZZZ00001049")
	refused(422, code, "1", "D9001")
	b.want(200, "POST", "IssueCard", issueBody(t, other, "AmountLimit", "20")) // the other sale is untouched
	refused(404, "09ZZZTAS00001010100002000", "1", "does not have matching results")
	none, _ := b.paidCode("20", 0)
	refused(422, none, "1", "D9001")
}

func TestIssueCardOfUndoneSales(t *testing.T) {
	b := newBench(t, Options{})
	code, guid := b.paidCode("20", 3)
	b.want(200, "POST", "void", fmt.Sprintf(`{"DeviceGuid":%q,"SaleGuid":%q}`, DeviceGUID, guid))
	if got := b.want(422, "POST", "IssueCard", issueBody(t, code)); !strings.Contains(got, "Sale has been voided") {
		t.Errorf("voided: got %s", got)
	}
	code, guid = b.paidCode("20", 3)
	b.want(200, "POST", "Batches/close", deviceBody())
	b.want(200, "POST", "returns", fmt.Sprintf(`{"DeviceGuid":%q,"SaleGuid":%q,"Amount":15}`, DeviceGUID, guid))
	if got := b.want(422, "POST", "IssueCard", issueBody(t, code, "AmountLimit", 6)); !strings.Contains(got, "D2012") {
		t.Errorf("partly returned: got %s", got)
	}
	b.want(200, "POST", "IssueCard", issueBody(t, code, "AmountLimit", 5))
}

// TestCodesAreUnique makes more sales of one amount in a day than there are
// approval codes: each code still leads to its own sale.
func TestCodesAreUnique(t *testing.T) {
	b := newBench(t, Options{})
	seen := map[string]bool{}
	for range 1100 {
		code, _ := b.paidCode("20", 1)
		if seen[code] {
			t.Fatalf("%s was given twice", code)
		}
		seen[code] = true
	}
}

func TestIssueCardRefusals(t *testing.T) {
	b := newBench(t, Options{})
	code, _ := b.paidCode("20", 99)
	tests := []struct {
		field string
		value any
		want  string
	}{
		{"MerchantGuid", nil, "The MerchantGuid field is required."},
		{"MerchantGuid", "41b4b6e1-03bc-45cf-9568-3da832930fb3", "No Merchant was found for the current User"},
		{"FirstName", nil, "The FirstName field is required."},
		{"LastName", "", "The LastName field is required."},
		{"UsageLimit", nil, "The UsageLimit field is required."},
		{"UsageLimit", 101, "from 0 to 100"},
		{"UsageLimit", -1, "from 0 to 100"},
		{"UsageLimit", 1.5, "from 0 to 100"},
		{"AmountLimit", nil, "The AmountLimit field is required."},
		{"AmountLimit", 0, "greater than zero"},
		{"AmountLimit", "-1", "greater than zero"},
		{"AmountLimit", "1.005", "greater than zero"},
		{"ValidFor", nil, "The ValidFor field is required."},
		{"ValidFor", "YEAR", "DAY, WEEK, MONTH, LIFETIME or TRANSACTION"},
		{"ValidFor", "TRANSACTION", "The UsageLimit must not be sent when ValidFor is TRANSACTION."},
		{"Mcc", "517", "4 digits"},
		{"Mcc", "517x", "4 digits"},
		{"PurchaseType", nil, "The PurchaseType field is required."},
		{"PurchaseType", "travel", "2 digits"},
		{"Phone", "123", "ten digits"},
		{"Zipcode", "3310", "5 digits"},
		{"State", "ZZ", "Invalid State name"},
		{"City", strings.Repeat("x", 101), "at most 100"},
		{"IncomingTransactionCode", nil, "The IncomingTransactionCode field is required."},
	}
	for _, tt := range tests {
		if got := b.want(400, "POST", "IssueCard", issueBody(t, code, tt.field, tt.value)); !strings.Contains(got, tt.want) {
			t.Errorf("%s %v: got %s, want %s", tt.field, tt.value, got, tt.want)
		}
	}
	for _, ok := range [][]any{{"UsageLimit", 0}, {"UsageLimit", "100"}, {"Mcc", 5172}, {"Phone", nil}, {"State", nil}, {"Zipcode", nil},
		{"ValidFor", "DAY"}, {"ValidFor", "MONTH"}, {"ValidFor", "LIFETIME"}, {"ValidFor", "TRANSACTION", "UsageLimit", nil}} {
		b.want(200, "POST", "IssueCard", issueBody(t, code, append(ok, "AmountLimit", "0.01")...))
	}
	b.as("cashier", DefaultPassword, func() { b.want(403, "POST", "IssueCard", issueBody(t, code)) })
}
