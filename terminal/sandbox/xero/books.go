package xero

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// books is all that an organisation has. Its rows are in the order in which they
// were made.
type books struct {
	Currency string
	Accounts []Account
	// LockDate is the day up to which nothing may be entered any more; "" is none.
	LockDate     string
	Transactions []Transaction
	Invoices     []Invoice
	Payments     []Payment
	// Replies are the answers to what came with an Idempotency-Key.
	Replies map[string]reply
	Made    int
}

// reply is what was answered to a key, and to which request.
type reply struct {
	Path, Request string
	Status        int
	Body          json.RawMessage
	At            time.Time
}

// keyLife is how long an answer is kept for its key.
const keyLife = 24 * time.Hour

// Account is one of the chart of accounts.
type Account struct {
	Code, Name, Type, Status string
	EnablePaymentsToAccount  bool
	CurrencyCode             string `json:",omitempty"`
}

// Line is one line of a transaction or an invoice.
type Line struct {
	Description string
	Quantity    cents
	UnitAmount  cents
	AccountCode string
	TaxType     string
	TaxAmount   *cents
	Tracking    []struct{ Name, Option string }
}

// Transaction is a bank transaction; its lines include tax.
type Transaction struct {
	BankTransactionID         string
	Type, Status, Reference   string
	Contact                   struct{ Name string }
	Date                      string
	LineAmountTypes           string
	BankAccount               struct{ Code string }
	CurrencyCode              string
	LineItems                 []Line
	SubTotal, TotalTax, Total cents
}

// Invoice is one to a customer.
type Invoice struct {
	InvoiceID                             string
	Type, Status, InvoiceNumber           string
	Contact                               struct{ Name string }
	Date, DueDate                         string
	LineAmountTypes                       string
	CurrencyCode                          string
	LineItems                             []Line
	SubTotal, TotalTax, Total             cents
	AmountDue, AmountPaid, AmountCredited cents
}

// Payment pays an invoice.
type Payment struct {
	PaymentID string
	Status    string
	Invoice   struct{ InvoiceNumber, InvoiceID string }
	Account   struct{ Code string }
	Date      string
	Amount    cents
	Reference string
}

// newBooks are those of the example organisation: the accounts that a terminal's
// settings begin with.
func newBooks(currency string) books {
	bank := func(code, name string) Account {
		return Account{Code: code, Name: name, Type: "BANK", Status: "ACTIVE", CurrencyCode: currency}
	}
	return books{Currency: currency, Replies: map[string]reply{}, Accounts: []Account{
		{Code: "200", Name: "Sales", Type: "REVENUE", Status: "ACTIVE"}, {Code: "404", Name: "Bank fees", Type: "EXPENSE", Status: "ACTIVE"},
		bank("0910", "Cards clearing"), bank("0911", "Cash drawer"), bank("0912", "PayPal clearing"), bank("0913", "Razorpay clearing")}}
}

func load(path, currency string) (b books, err error) {
	b = newBooks(currency)
	if path == "" {
		return b, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	if err != nil {
		return b, fmt.Errorf("the books of the sandbox %s cannot be read; remove the file: %w", path, err)
	}
	return b, nil
}

// save keeps the books. The file is whole whatever ends the process.
func (b *books) save(path string) error {
	if path == "" {
		return nil
	}
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// invalid is what is wrong with a request, in Xero's form.
func invalid(messages ...string) answer {
	var list []map[string]string
	for _, m := range messages {
		list = append(list, map[string]string{"Message": m})
	}
	return answer{status: http.StatusBadRequest, body: map[string]any{"ErrorNumber": 10, "Type": "ValidationException",
		"Message": "A validation exception occurred", "Elements": []any{map[string]any{"ValidationErrors": list}}}}
}

func ok(name string, rows any) answer {
	return answer{status: http.StatusOK, body: map[string]any{"Status": "OK", name: rows}}
}

// serve answers a call of somebody who is signed in.
func (b *books) serve(r *http.Request, path string, data []byte, now time.Time) answer {
	if r.Header.Get("Accept") != "application/json" {
		return answer{status: http.StatusNotAcceptable} // it would be XML
	}
	switch r.Method + " " + path {
	case "GET Organisation":
		return ok("Organisations", []map[string]string{{"Name": "Corner Shop (training)", "BaseCurrency": b.Currency, "Timezone": "UTC"}})
	case "GET Currencies":
		return ok("Currencies", []map[string]string{{"Code": b.Currency}})
	case "GET Accounts":
		return ok("Accounts", b.Accounts)
	case "GET TaxRates":
		return ok("TaxRates", []map[string]string{{"Name": "Tax on Sales", "TaxType": "OUTPUT", "Status": "ACTIVE"}, {"Name": "Tax Exempt", "TaxType": "NONE", "Status": "ACTIVE"}})
	case "GET BankTransactions":
		return find(path, b.Transactions, r.URL.Query(), func(t Transaction) string { return t.Reference })
	case "GET Payments":
		return find(path, b.Payments, r.URL.Query(), func(p Payment) string { return p.Reference })
	case "GET Invoices":
		numbers := strings.Split(r.URL.Query().Get("InvoiceNumbers"), ",")
		return ok(path, slices.DeleteFunc(slices.Clone(b.Invoices), func(i Invoice) bool { return !slices.Contains(numbers, i.InvoiceNumber) }))
	case "PUT BankTransactions", "PUT Invoices", "PUT Payments":
		return b.once(r, path, data, now)
	}
	if id, found := strings.CutPrefix(path, "BankTransactions/"); found && r.Method == http.MethodPost {
		return b.remove(id)
	}
	return answer{status: http.StatusNotFound}
}

var byReference = regexp.MustCompile(`^Reference=="([^"]*)"$`)

func find[T any](path string, rows []T, query url.Values, reference func(T) string) answer {
	match := byReference.FindStringSubmatch(query.Get("where"))
	if match == nil {
		return answer{status: http.StatusBadRequest, body: map[string]any{"ErrorNumber": 16, "Type": "QueryParseException", "Message": "No property or field exists"}}
	}
	return ok(path, slices.DeleteFunc(slices.Clone(rows), func(row T) bool { return reference(row) != match[1] }))
}

// once enters something, and what comes again with its key not a second time.
func (b *books) once(r *http.Request, path string, data []byte, now time.Time) answer {
	key := r.Header.Get("Idempotency-Key")
	if len(key) > 128 {
		return invalid("The Idempotency-Key is longer than 128 characters")
	}
	if old, known := b.Replies[key]; key != "" && known && now.Sub(old.At) < keyLife {
		if old.Path != path || old.Request != string(data) {
			return answer{status: http.StatusBadRequest, body: map[string]any{"Type": "ValidationException", "Message": "The Idempotency-Key was used with another request"}}
		}
		return answer{status: old.Status, body: old.Body}
	}
	a := b.enter(path, data)
	body, err := json.Marshal(a.body)
	if err == nil && key != "" && a.status == http.StatusOK {
		b.Replies[key] = reply{path, string(data), a.status, body, now}
	}
	return a
}

// enter enters one object.
func (b *books) enter(path string, data []byte) answer {
	var in struct {
		BankTransactions []Transaction
		Invoices         []Invoice
		Payments         []Payment
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return answer{status: http.StatusBadRequest, body: map[string]any{"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": "JSON for post data was invalid"}}
	}
	b.Made++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", b.Made)
	switch {
	case path == "BankTransactions" && len(in.BankTransactions) == 1:
		return b.addTransaction(in.BankTransactions[0], id)
	case path == "Invoices" && len(in.Invoices) == 1:
		return b.addInvoice(in.Invoices[0], id)
	case path == "Payments" && len(in.Payments) == 1:
		return b.addPayment(in.Payments[0], id)
	}
	return invalid("One object is needed")
}

func (b *books) addTransaction(t Transaction, id string) answer {
	wrong := b.check(t.Date, t.CurrencyCode, t.Contact.Name, t.LineAmountTypes, t.LineItems)
	if t.Type != "RECEIVE" && t.Type != "SPEND" {
		wrong = append(wrong, "Type is not valid")
	}
	if !b.account(t.BankAccount.Code, func(a Account) bool { return a.Type == "BANK" }) {
		wrong = append(wrong, fmt.Sprintf("The bank account code '%s' is not valid", t.BankAccount.Code))
	}
	t.Total, t.TotalTax = sum(t.LineItems)
	if t.SubTotal = t.Total - t.TotalTax; t.Total <= 0 {
		wrong = append(wrong, "The total must be above zero")
	}
	if len(wrong) > 0 {
		return invalid(wrong...)
	}
	t.BankTransactionID, t.Status = id, "AUTHORISED"
	b.Transactions = append(b.Transactions, t)
	return ok("BankTransactions", []Transaction{t})
}

func (b *books) addInvoice(i Invoice, id string) answer {
	wrong := b.check(i.Date, i.CurrencyCode, i.Contact.Name, i.LineAmountTypes, i.LineItems)
	if i.Type != "ACCREC" || i.Status != "AUTHORISED" {
		wrong = append(wrong, "Only approved invoices to customers are kept here")
	}
	if slices.ContainsFunc(b.Invoices, func(o Invoice) bool { return o.InvoiceNumber == i.InvoiceNumber }) {
		wrong = append(wrong, "Invoice # must be unique")
	}
	i.Total, i.TotalTax = sum(i.LineItems)
	if i.SubTotal, i.AmountDue = i.Total-i.TotalTax, i.Total; i.Total < 0 {
		wrong = append(wrong, "The invoice total must not be negative")
	}
	if len(wrong) > 0 {
		return invalid(wrong...)
	}
	i.InvoiceID = id
	b.Invoices = append(b.Invoices, i)
	return ok("Invoices", []Invoice{i})
}

func (b *books) addPayment(p Payment, id string) answer {
	at := slices.IndexFunc(b.Invoices, func(i Invoice) bool {
		return i.InvoiceNumber == p.Invoice.InvoiceNumber && (i.Status == "AUTHORISED" || i.Status == "PAID")
	})
	switch {
	case at < 0:
		return invalid("Invoice not found")
	case p.Amount <= 0 || p.Amount > b.Invoices[at].AmountDue:
		return invalid("Payment amount exceeds the amount outstanding on this document")
	case !b.account(p.Account.Code, func(a Account) bool { return a.Type == "BANK" || a.EnablePaymentsToAccount }):
		return invalid("Account type is invalid: payments cannot be made to it")
	case p.Date <= b.LockDate:
		return invalid(locked)
	}
	i := &b.Invoices[at]
	i.AmountDue, i.AmountPaid = i.AmountDue-p.Amount, i.AmountPaid+p.Amount
	if i.AmountDue == 0 {
		i.Status = "PAID"
	}
	p.PaymentID, p.Status, p.Invoice.InvoiceID = id, "AUTHORISED", i.InvoiceID
	b.Payments = append(b.Payments, p)
	return ok("Payments", []Payment{p})
}

const locked = "The document date cannot be before the period lock date"

// check lists what is wrong with what transactions and invoices have in common.
func (b *books) check(date, currency, contact, types string, lines []Line) (wrong []string) {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		wrong = append(wrong, "Date is not valid")
	} else if date <= b.LockDate {
		wrong = append(wrong, locked)
	}
	if currency != b.Currency {
		wrong = append(wrong, fmt.Sprintf("Organisation is not subscribed to currency %s", currency))
	}
	if contact == "" {
		wrong = append(wrong, "A Contact must be specified")
	}
	if types != "Inclusive" {
		wrong = append(wrong, "Only amounts with tax are kept here")
	}
	if len(lines) == 0 {
		wrong = append(wrong, "One or more line items must be specified")
	}
	for _, l := range lines {
		if !b.account(l.AccountCode, func(a Account) bool { return a.Type != "BANK" }) {
			wrong = append(wrong, fmt.Sprintf("Account code '%s' is not a valid code for this document", l.AccountCode))
		}
		if l.TaxType != "" && l.TaxType != "OUTPUT" && l.TaxType != "NONE" {
			wrong = append(wrong, fmt.Sprintf("The TaxType code '%s' does not exist or cannot be used for this type of transaction", l.TaxType))
		}
		if l.Description == "" || l.Quantity != 100 {
			wrong = append(wrong, "Description and a quantity of 1 are kept here")
		}
	}
	return wrong
}

func (b *books) account(code string, fits func(Account) bool) bool {
	return slices.ContainsFunc(b.Accounts, func(a Account) bool { return a.Code == code && a.Status == "ACTIVE" && fits(a) })
}

// sum is what lines come to, tax included, and their tax: what they say of it, or
// a tenth of what is net.
func sum(lines []Line) (total, tax cents) {
	for _, l := range lines {
		total += l.UnitAmount
		switch {
		case l.TaxAmount != nil:
			tax += *l.TaxAmount
		case l.TaxType == "OUTPUT":
			tax += (l.UnitAmount*2 + 11) / 22
		}
	}
	return total, tax
}

// remove deletes a bank transaction, as a person does.
func (b *books) remove(id string) answer {
	for i, t := range b.Transactions {
		if t.BankTransactionID == id {
			b.Transactions[i].Status = "DELETED"
			return ok("BankTransactions", b.Transactions[i:i+1])
		}
	}
	return answer{status: http.StatusNotFound}
}

// oneMore raises the totals of an answer by a cent.
func oneMore(body any) any {
	if all, isMap := body.(map[string]any); isMap {
		switch rows := all["BankTransactions"].(type) {
		case []Transaction:
			for i := range rows {
				rows[i].Total++
			}
		}
	}
	return body
}
