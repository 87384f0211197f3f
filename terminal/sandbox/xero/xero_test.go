package xero_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/sandbox/xero"
)

var noon = time.Date(2026, 10, 10, 12, 0, 0, 0, time.UTC)

// box is an organisation and a token for it.
type box struct {
	s     *xero.Server
	clock *clock.Virtual
	token string
}

func open(t *testing.T, path string) *box {
	t.Helper()
	b := &box{clock: clock.NewVirtual(noon)}
	var err error
	if b.s, err = xero.New(xero.Config{Clock: b.clock, Path: path, Faults: true}); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, xero.LoginPath+"/connect/token", strings.NewReader("grant_type=client_credentials&scope=accounting.invoices"))
	r.SetBasicAuth(xero.ClientID, xero.ClientSecret)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	b.s.ServeHTTP(w, r)
	var said struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || said.Token == "" {
		t.Fatal(w.Code, w.Body)
	}
	b.token = said.Token
	return b
}

// ask makes a call with a key.
func (b *box) ask(method, path, key, body string) (int, string) {
	r := httptest.NewRequest(method, xero.APIPath+"/"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+b.token)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Idempotency-Key", key)
	w := httptest.NewRecorder()
	b.s.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func receive(change ...string) string {
	text := `{"BankTransactions":[{"Type":"RECEIVE","Contact":{"Name":"Counter sales"},"Date":"2026-10-09","Reference":"R1","LineAmountTypes":"Inclusive","BankAccount":{"Code":"0910"},"CurrencyCode":"USD",
		"LineItems":[{"Description":"Sales","Quantity":1,"UnitAmount":12.50,"AccountCode":"200","TaxType":"OUTPUT","TaxAmount":1.14}]}]}`
	return strings.NewReplacer(change...).Replace(text)
}

func TestBankTransactions(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		status     int
		has        string
	}{
		{"right", receive(), 200, `"Total":12.50`},
		{"its tax", receive(), 200, `"TotalTax":1.14`},
		{"the tax that Xero reckons", receive(`,"TaxAmount":1.14`, ""), 200, `"TotalTax":1.14`},
		{"no such account", receive(`"200"`, `"299"`), 400, "Account code '299'"},
		{"no bank", receive(`"0910"`, `"200"`), 400, "bank account code '200'"},
		{"no such tax", receive("OUTPUT", "INPUT9"), 400, "TaxType code 'INPUT9'"},
		{"another currency", receive("USD", "EUR"), 400, "currency EUR"},
		{"without tax", receive("Inclusive", "Exclusive"), 400, "ValidationException"},
		{"nothing", receive("12.50", "0"), 400, "above zero"},
		{"three places", receive("12.50", "12.505"), 400, "PostDataInvalid"},
		{"a text", receive("12.50", `"12.50"`), 400, "PostDataInvalid"},
		{"no day", receive("2026-10-09", "9/10"), 400, "Date is not valid"},
		{"no JSON", "{", 400, "PostDataInvalid"},
	} {
		status, text := open(t, "").ask(http.MethodPut, "BankTransactions", "", tt.body)
		if status != tt.status || !strings.Contains(text, tt.has) {
			t.Errorf("%s: %d %s, want %d with %s", tt.name, status, text, tt.status, tt.has)
		}
	}
}

// A key is good for one request, and brings its answer again.
func TestKeys(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "books"))
	_, first := b.ask(http.MethodPut, "BankTransactions", "k", receive())
	if _, again := b.ask(http.MethodPut, "BankTransactions", "k", receive()); again != first || len(b.s.Transactions()) != 1 {
		t.Errorf("again: %s, want %s", again, first)
	}
	if status, _ := b.ask(http.MethodPut, "BankTransactions", "k", receive("12.50", "13")); status != http.StatusBadRequest {
		t.Errorf("another request: %d", status)
	}
	if b.ask(http.MethodPut, "BankTransactions", "", receive()); len(b.s.Transactions()) != 2 {
		t.Error("without a key it is not entered twice")
	}
	if status, _ := b.ask(http.MethodPut, "BankTransactions", strings.Repeat("k", 129), receive()); status != http.StatusBadRequest {
		t.Errorf("a key that is too long: %d", status)
	}
}

func TestInvoicesArePaid(t *testing.T) {
	b := open(t, "")
	invoice := strings.NewReplacer("BankTransactions", "Invoices", `"RECEIVE"`, `"ACCREC","Status":"AUTHORISED"`, `"Reference":"R1"`, `"InvoiceNumber":"I1"`).Replace(receive())
	if status, text := b.ask(http.MethodPut, "Invoices", "", invoice); status != 200 {
		t.Fatal(text)
	}
	if _, text := b.ask(http.MethodPut, "Invoices", "", invoice); !strings.Contains(text, "must be unique") {
		t.Errorf("the number twice: %s", text)
	}
	pay := func(amount, account string) string {
		_, text := b.ask(http.MethodPut, "Payments", "", fmt.Sprintf(`{"Payments":[{"Invoice":{"InvoiceNumber":"I1"},"Account":{"Code":"%s"},"Date":"2026-10-09","Amount":%s,"Reference":"P"}]}`, account, amount))
		return text
	}
	if text := pay("12.51", "0910"); !strings.Contains(text, "exceeds the amount outstanding") {
		t.Errorf("too much: %s", text)
	}
	if text := pay("5", "200"); !strings.Contains(text, "cannot be made") {
		t.Errorf("into no bank: %s", text)
	}
	pay("2.50", "0910")
	pay("10.00", "0911")
	if i := b.s.Invoices()[0]; i.Status != "PAID" || i.AmountDue != 0 {
		t.Errorf("%+v", i)
	}
}

func TestBooksAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "books")
	b := open(t, path)
	b.ask(http.MethodPut, "BankTransactions", "k", receive())
	b = open(t, path)
	_, text := b.ask(http.MethodGet, `BankTransactions?where=Reference%3D%3D%22R1%22`, "", "")
	if len(b.s.Transactions()) != 1 || !strings.Contains(text, `"Reference":"R1"`) {
		t.Errorf("%s", text)
	}
	b.ask(http.MethodPut, "BankTransactions", "k", receive())
	if len(b.s.Transactions()) != 1 {
		t.Error("the key is forgotten")
	}
}

func TestLimits(t *testing.T) {
	b := open(t, "")
	for n := range 61 {
		if status, _ := b.ask(http.MethodGet, "Accounts", "", ""); (status == http.StatusTooManyRequests) != (n == 60) {
			t.Fatalf("call %d: %d", n, status)
		}
	}
	b.clock.Advance(time.Minute)
	if status, _ := b.ask(http.MethodGet, "Accounts", "", ""); status != 200 {
		t.Errorf("a minute later: %d", status)
	}
	b.clock.Advance(time.Hour)
	if status, _ := b.ask(http.MethodGet, "Accounts", "", ""); status != http.StatusUnauthorized {
		t.Errorf("with an old token: %d", status)
	}
}

func TestLockDate(t *testing.T) {
	b := open(t, "")
	b.s.Lock("2026-10-09")
	if _, text := b.ask(http.MethodPut, "BankTransactions", "", receive()); !strings.Contains(text, "lock date") {
		t.Errorf("locked: %s", text)
	}
	b.s.Lock("")
	if status, _ := b.ask(http.MethodPut, "BankTransactions", "", receive()); status != 200 {
		t.Errorf("unlocked: %d", status)
	}
}

func FuzzBody(f *testing.F) {
	f.Add([]byte(receive()))
	f.Add([]byte(`{"BankTransactions":[{"LineItems":[{"UnitAmount":-9223372036854775808}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := open(t, "")
		status, text := b.ask(http.MethodPut, "BankTransactions", "", string(data))
		if (status == 200) != (len(b.s.Transactions()) == 1) || status != 200 && status != 400 {
			t.Errorf("%d with %d entries: %s", status, len(b.s.Transactions()), text)
		}
	})
}
