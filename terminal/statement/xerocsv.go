package statement

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/order"
)

// MaxLines is how many lines a file for Xero has at most, its head among them.
const MaxLines = 1000

// File is one file of an import. Name says what is in it, without an ending.
type File struct {
	Name  string
	Lines int
	Data  []byte
}

// Import says how files for Xero are written.
type Import struct {
	// Date is DD/MM/YYYY, MM/DD/YYYY or YYYY-MM-DD.
	Date string
	// Tax and Exempt are the names of the two rates as Xero shows them, which an
	// import of invoices wants in place of their types.
	Tax, Exempt string
}

var dateForms = map[string]string{"DD/MM/YYYY": "02/01/2006", "MM/DD/YYYY": "01/02/2006", "YYYY-MM-DD": time.DateOnly}

func (m Import) date(d order.Day) (string, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	form := dateForms[m.Date]
	if err != nil || form == "" {
		return "", errors.Join(fmt.Errorf("the day %q cannot be written as %q", d, m.Date), err)
	}
	return t.Format(form), nil
}

// bankHead is the template's, with stars at what is required.
var bankHead = []string{"*Date", "*Amount", "Payee", "Description", "Reference", "Cheque Number"}

// Bank writes postings as bank statements: files for each clearing account and
// currency, one line a posting.
func (m Import) Bank(list []order.Posting) ([]File, error) {
	keys, parts := sorted(list, func(p order.Posting) string { return p.Account + " " + string(p.Amount.Currency) })
	var files []File
	for _, key := range keys {
		var rows [][][]string
		for _, p := range parts[key] {
			if p.Kind == order.PostSpend {
				p.Amount.Minor = -p.Amount.Minor
			}
			date, err := m.date(p.Date)
			if err != nil {
				return nil, err
			}
			rows = append(rows, [][]string{{date, p.Amount.Decimal(), Cell(payee(p)), Cell(description(p)), Cell(p.Reference), ""}})
		}
		some, err := split(key, bankHead, rows)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	return files, nil
}

// payee is who pays in: the provider, or whoever stands for the shop's customers.
func payee(p order.Posting) string {
	if p.Tender == order.BookCards || p.Tender == order.BookCash {
		return p.Contact
	}
	return order.BookTitle(p.Tender)
}

func description(p order.Posting) (text string) {
	for i, l := range p.Lines {
		if i > 0 {
			text += "; "
		}
		text += l.Text
	}
	return text
}

// invoiceHead is the template's for invoices to customers.
var invoiceHead = []string{"*ContactName", "EmailAddress", "POAddressLine1", "POAddressLine2", "POAddressLine3", "POAddressLine4", "POCity", "PORegion",
	"POPostalCode", "POCountry", "*InvoiceNumber", "Reference", "*InvoiceDate", "*DueDate", "InventoryItemCode", "*Description", "*Quantity",
	"*UnitAmount", "Discount", "*AccountCode", "*TaxType", "TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2", "Currency", "BrandingTheme"}

// Invoices writes postings as invoices for an import; amounts include tax. One
// whose total is below zero is taken for a credit note.
func (m Import) Invoices(list []order.Posting) ([]File, error) {
	keys, parts := sorted(list, func(p order.Posting) string { return string(p.Amount.Currency) })
	var files []File
	for _, key := range keys {
		var groups [][][]string
		for _, p := range parts[key] {
			date, err := m.date(p.Date)
			if err != nil {
				return nil, err
			}
			var rows [][]string
			for _, l := range p.Lines {
				rows = append(rows, m.invoiceRow(p, l, date))
			}
			groups = append(groups, rows)
		}
		some, err := split("invoices "+key, invoiceHead, groups)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	return files, nil
}

func (m Import) invoiceRow(p order.Posting, l order.PostLine, date string) []string {
	row := make([]string, len(invoiceHead))
	put := func(column, text string) { row[slices.Index(invoiceHead, column)] = text }
	tax := m.Tax
	if l.TaxType == order.TaxNone {
		tax = m.Exempt
	}
	category, option := p.Track()
	for column, text := range map[string]string{"*ContactName": p.Contact, "*InvoiceNumber": p.Reference, "Reference": p.Reference, "*Description": l.Text,
		"*AccountCode": l.Account, "*TaxType": tax, "TrackingName1": category, "TrackingOption1": option} {
		put(column, Cell(text))
	}
	put("*InvoiceDate", date)
	put("*DueDate", date)
	put("*Quantity", "1")
	put("*UnitAmount", l.Amount.Decimal())
	put("Currency", string(l.Amount.Currency))
	return row
}

// sorted groups postings by a key; the keys are in order, and so are the postings
// of each.
func sorted(list []order.Posting, by func(order.Posting) string) (keys []string, parts map[string][]order.Posting) {
	parts = map[string][]order.Posting{}
	for _, p := range list {
		if parts[by(p)] == nil {
			keys = append(keys, by(p))
		}
		parts[by(p)] = append(parts[by(p)], p)
	}
	slices.Sort(keys)
	return keys, parts
}

// split writes groups of rows that belong together into files of MaxLines.
func split(name string, head []string, groups [][][]string) (files []File, err error) {
	for len(groups) > 0 {
		var out bytes.Buffer
		w := newCSV(&out)
		lines := 1
		if err := w.Write(head); err != nil {
			return nil, err
		}
		for len(groups) > 0 && lines+len(groups[0]) <= MaxLines {
			if err := w.WriteAll(groups[0]); err != nil {
				return nil, err
			}
			lines += len(groups[0])
			groups = groups[1:]
		}
		if lines == 1 && len(groups) > 0 {
			return nil, fmt.Errorf("an invoice of %d lines does not fit into one file", len(groups[0]))
		}
		w.Flush()
		if err := w.Error(); err != nil {
			return nil, err
		}
		files = append(files, File{Name: name, Lines: lines, Data: out.Bytes()})
	}
	return files, nil
}
