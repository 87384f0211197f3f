package xero

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// The sentences about one entry.
const (
	saidRefused = "Xero refuses this entry: %s Correct it in the settings or at Xero, then export the period again."
	saidTotal   = "Xero has %s where the terminal has %s. Look at this entry at Xero."
	saidTwice   = "Xero has this entry %d times. Delete all but one at Xero."
)

func problem(format string, args ...any) *wallet.Problem {
	return &wallet.Problem{Text: fmt.Sprintf(format, args...)}
}

type named struct {
	Name string `json:"Name"`
}

type coded struct {
	Code string `json:"Code"`
}

type track struct {
	Name   string `json:"Name"`
	Option string `json:"Option"`
}

// Amounts are JSON numbers whose text is made of whole minor units.
type lineItem struct {
	Description string      `json:"Description"`
	Quantity    json.Number `json:"Quantity"`
	UnitAmount  json.Number `json:"UnitAmount"`
	AccountCode string      `json:"AccountCode"`
	TaxType     string      `json:"TaxType,omitempty"`
	// TaxAmount is the terminal's own, so that Xero reckons none that is a cent off.
	TaxAmount json.Number `json:"TaxAmount,omitempty"`
	Tracking  []track     `json:"Tracking,omitempty"`
}

type bankTransaction struct {
	Type            string     `json:"Type"`
	Contact         named      `json:"Contact"`
	Date            order.Day  `json:"Date"`
	Reference       string     `json:"Reference"`
	LineAmountTypes string     `json:"LineAmountTypes"` // Exclusive unless it is said
	BankAccount     coded      `json:"BankAccount"`
	CurrencyCode    string     `json:"CurrencyCode"`
	LineItems       []lineItem `json:"LineItems"`
}

type invoice struct {
	Type            string     `json:"Type"`
	Status          string     `json:"Status"`
	Contact         named      `json:"Contact"`
	Date            order.Day  `json:"Date"`
	DueDate         order.Day  `json:"DueDate"`
	InvoiceNumber   string     `json:"InvoiceNumber"`
	LineAmountTypes string     `json:"LineAmountTypes"`
	CurrencyCode    string     `json:"CurrencyCode"`
	LineItems       []lineItem `json:"LineItems"`
}

type payment struct {
	Invoice struct {
		InvoiceNumber string `json:"InvoiceNumber"`
	} `json:"Invoice"`
	Account   coded       `json:"Account"`
	Date      order.Day   `json:"Date"`
	Amount    json.Number `json:"Amount"`
	Reference string      `json:"Reference"`
}

func lineItems(p order.Posting) (list []lineItem) {
	category, option := p.Track()
	for _, l := range p.Lines {
		item := lineItem{Description: l.Text, Quantity: "1", UnitAmount: json.Number(l.Amount.Decimal()), AccountCode: l.Account, TaxType: l.TaxType}
		if l.Tax.Currency != "" && l.TaxType != "" {
			item.TaxAmount = json.Number(l.Tax.Decimal())
		}
		if category != "" {
			item.Tracking = []track{{category, option}}
		}
		list = append(list, item)
	}
	return list
}

// body is a posting as Xero takes it, and where.
func body(p order.Posting) (path string, data []byte, err error) {
	var object any
	switch p.Kind {
	case order.PostInvoice:
		path, object = "Invoices", invoice{"ACCREC", "AUTHORISED", named{p.Contact}, p.Date, p.Date, p.Reference, "Inclusive", string(p.Amount.Currency), lineItems(p)}
	case order.PostPayment:
		pay := payment{Account: coded{p.Account}, Date: p.Date, Amount: json.Number(p.Amount.Decimal()), Reference: p.Reference}
		pay.Invoice.InvoiceNumber = p.Invoice
		path, object = "Payments", pay
	default:
		path, object = "BankTransactions", bankTransaction{p.Kind, named{p.Contact}, p.Date, p.Reference, "Inclusive", coded{p.Account}, string(p.Amount.Currency), lineItems(p)}
	}
	data, err = json.Marshal(map[string][]any{path: {object}})
	return path, data, err
}

// Post asks Xero to take a posting, once. Its Hash is the key under which Xero
// takes it no second time.
func (c *Client) Post(ctx context.Context, p order.Posting) order.PostAnswer {
	path, data, err := body(p)
	if err != nil {
		return refused(err)
	}
	r, a, err := c.call(ctx, http.MethodPut, path, p.Hash, data)
	if err != nil {
		return a
	}
	switch class := r.Class(); {
	case class == wallet.Lost && !r.Sent, r.Status == http.StatusTooManyRequests:
		return notNow(r)
	case class == wallet.Lost, class == wallet.Later:
		return order.PostAnswer{Is: order.PostNoAnswer, Wait: r.Wait, Message: ErrNoAnswer.Error()}
	case class == wallet.Denied:
		return refused(ErrForbidden)
	case class == wallet.Refused:
		return refused(problem(saidRefused, complaint(r.Body, path)))
	case class == wallet.Done:
		if said, err := read(r.Body, path); err == nil && len(said) == 1 {
			return said[0].answer(p)
		}
	}
	return order.PostAnswer{Is: order.PostNoAnswer, Message: ErrNoAnswer.Error()}
}

// Find looks a posting up by its reference. What was deleted at Xero is not there.
// Where that fails the answer is about the look alone.
func (c *Client) Find(ctx context.Context, p order.Posting) order.PostAnswer {
	path, query := "BankTransactions", url.Values{"where": {`Reference=="` + p.Reference + `"`}}
	switch p.Kind {
	case order.PostInvoice:
		path, query = "Invoices", url.Values{"InvoiceNumbers": {p.Reference}}
	case order.PostPayment:
		path = "Payments"
	}
	r, a, err := c.call(ctx, http.MethodGet, path+"?"+query.Encode(), "", nil)
	switch {
	case err != nil:
		return a
	case r.Class() == wallet.Lost, r.Class() == wallet.Later:
		return notNow(r)
	case r.Class() == wallet.Denied:
		return refused(ErrForbidden)
	}
	found, err := read(r.Body, path)
	if r.Class() != wallet.Done || err != nil {
		return refused(ErrOdd)
	}
	var mine []entry
	for _, e := range found {
		if e.is(p) {
			mine = append(mine, e)
		}
	}
	if len(mine) == 0 {
		return order.PostAnswer{Is: order.PostAbsent}
	}
	a = mine[0].answer(p)
	if len(mine) > 1 {
		a.Message = fmt.Sprintf(saidTwice, len(mine))
	}
	return a
}

// entry is what Xero says of one entry in the books.
type entry struct {
	BankTransactionID string
	InvoiceID         string
	PaymentID         string
	Type              string
	Status            string
	Reference         string
	InvoiceNumber     string
	Total             json.Number
	Amount            json.Number
	HasErrors         bool
	StatusAttribute   string `json:"StatusAttributeString"`
	ValidationErrors  []complaintText
}

type complaintText struct{ Message string }

// read reads the entries of an answer.
func read(data []byte, path string) ([]entry, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	var list []entry
	if err := json.Unmarshal(all[path], &list); err != nil {
		return nil, err
	}
	return list, nil
}

// is reports that an entry is the posting, and in the books.
func (e entry) is(p order.Posting) bool {
	if e.Status == "DELETED" || e.Status == "VOIDED" {
		return false
	}
	switch p.Kind {
	case order.PostInvoice:
		return e.InvoiceNumber == p.Reference
	case order.PostPayment:
		return e.Reference == p.Reference
	}
	return e.Reference == p.Reference && e.Type == p.Kind
}

// answer is what an entry means for the posting: taken is what has an id and no
// errors.
func (e entry) answer(p order.Posting) order.PostAnswer {
	if e.HasErrors || e.StatusAttribute == "ERROR" || len(e.ValidationErrors) > 0 {
		return refused(problem(saidRefused, texts(e.ValidationErrors)))
	}
	remote, total := e.BankTransactionID, e.Total
	switch p.Kind {
	case order.PostInvoice:
		remote = e.InvoiceID
	case order.PostPayment:
		remote, total = e.PaymentID, e.Amount
	}
	there, err := money.Parse(total.String(), p.Amount.Currency)
	if err != nil || remote == "" {
		return order.PostAnswer{Is: order.PostNoAnswer, Message: ErrNoAnswer.Error()}
	}
	a := order.PostAnswer{Is: order.PostTaken, Remote: clean(remote), Total: there}
	if there != p.Amount {
		a.Message = fmt.Sprintf(saidTotal, there.Display(), p.Amount.Display())
	}
	return a
}

// complaint is what Xero finds wrong with an entry, in its own words.
func complaint(data []byte, path string) string {
	var said struct {
		Message  string
		Detail   string
		Elements []struct{ ValidationErrors []complaintText }
	}
	if err := json.Unmarshal(data, &said); err != nil {
		return "no reason was given."
	}
	for _, e := range said.Elements {
		if len(e.ValidationErrors) > 0 {
			return texts(e.ValidationErrors)
		}
	}
	if list, err := read(data, path); err == nil && len(list) > 0 && len(list[0].ValidationErrors) > 0 {
		return texts(list[0].ValidationErrors)
	}
	return texts([]complaintText{{said.Message + said.Detail}})
}

// maxSaid bounds how much of Xero's words is kept.
const maxSaid = 300

func texts(list []complaintText) string {
	var all []string
	for _, c := range list {
		if text := strings.TrimSpace(clean(c.Message)); text != "" {
			all = append(all, strings.TrimSuffix(text, ".")+".")
		}
	}
	if len(all) == 0 {
		return "no reason was given."
	}
	text := []rune(strings.Join(all, " "))
	return string(text[:min(len(text), maxSaid)])
}

// clean leaves out what is no text for a line.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
