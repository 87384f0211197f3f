// Package statement writes what moved as files for people and for other programs:
// each movement, what days and months come to, and the two files that Xero
// imports by hand. It is pure: it writes to who asks.
package statement

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strings"
	"time"
	"unicode"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Format is how a statement is written.
type Format string

// The formats: with commas and a head, or one JSON object a line.
const (
	CSV  Format = "csv"
	JSON Format = "json"
)

// ErrFormat is told of any other.
var ErrFormat = errors.New("write csv or json as the format")

// Row is one movement. Amount, Tax and Tip are below zero where money went out;
// Fee is what it cost.
type Row struct {
	Day      string `json:"day"`
	Time     string `json:"time"`
	Kind     string `json:"kind"`
	Tender   string `json:"tender"`
	Brand    string `json:"brand"`
	Last4    string `json:"last4"`
	Number   string `json:"number"`
	GUID     string `json:"guid"`
	Operator string `json:"operator"`
	Amount   string `json:"amount"`
	Tax      string `json:"tax"`
	Tip      string `json:"tip"`
	Fee      string `json:"fee"`
	Currency string `json:"currency"`
	// Test is "test" where a provider's own sandbox was paid.
	Test string `json:"test"`
}

// Movements writes one row for each movement, as they come: nothing is kept. name
// gives the name of an operator by the id.
func Movements(w io.Writer, f Format, days order.Days, name func(id string) string, movements iter.Seq2[order.Movement, error]) error {
	out, err := newTable(w, f, Row{})
	if err != nil {
		return err
	}
	for m, err := range movements {
		if err != nil {
			return err
		}
		if err := out.write(rowOf(m, days, name)); err != nil {
			return err
		}
	}
	return out.end()
}

func rowOf(m order.Movement, days order.Days, name func(string) string) Row {
	sign, test := int64(1), ""
	switch m.Kind {
	case order.MovedVoid, order.MovedReturn, order.MovedOut:
		sign = -1
	}
	if m.Test {
		test = "test"
	}
	at := m.At
	if days.Zone != nil {
		at = at.In(days.Zone)
	}
	return Row{Day: string(days.Of(m.At)), Time: at.Format(time.RFC3339), Kind: string(m.Kind), Tender: string(m.Tender), Brand: m.Brand, Last4: m.Last4,
		Number: m.ID, GUID: m.GUID, Operator: name(m.Operator), Amount: signed(m.Amount, sign), Tax: signed(m.Tax, sign), Tip: signed(m.Tip, sign),
		Fee: signed(m.Fee, 1), Currency: string(m.Amount.Currency), Test: test}
}

// signed is an amount as decimal text; "" for none.
func signed(a money.Amount, sign int64) string {
	if a.Currency == "" {
		return ""
	}
	a.Minor *= sign
	return a.Decimal()
}

// StretchRow is what one day or month comes to in one currency.
type StretchRow struct {
	Period      string `json:"period"`
	Currency    string `json:"currency"`
	Sales       string `json:"sales"`
	SaleCount   string `json:"sale_count"`
	Voids       string `json:"voids"`
	VoidCount   string `json:"void_count"`
	Returns     string `json:"returns"`
	ReturnCount string `json:"return_count"`
	Net         string `json:"net"`
	Tax         string `json:"tax"`
	Tips        string `json:"tips"`
	Fees        string `json:"fees"`
	FeesUnknown string `json:"fees_unknown"`
	CashIn      string `json:"cash_in"`
	CashOut     string `json:"cash_out"`
	Reports     string `json:"z_reports"`
}

// Stretches writes a row for each stretch and currency. Sales, voids and returns
// are above zero, Net is what is left.
func Stretches(w io.Writer, f Format, list []order.Stretch) error {
	out, err := newTable(w, f, StretchRow{})
	if err != nil {
		return err
	}
	for _, s := range list {
		for _, g := range s.Figures {
			if err := out.write(stretchRow(s, g)); err != nil {
				return err
			}
		}
	}
	return out.end()
}

func stretchRow(s order.Stretch, g order.Figures) StretchRow {
	count := func(n int) string { return fmt.Sprint(n) }
	reports := strings.Trim(fmt.Sprint(s.Zs), "[]")
	return StretchRow{Period: string(s.Day), Currency: string(g.Currency), Sales: g.Sales.Amount.Decimal(), SaleCount: count(g.Sales.Count),
		Voids: g.Voids.Amount.Decimal(), VoidCount: count(g.Voids.Count), Returns: g.Returns.Amount.Decimal(), ReturnCount: count(g.Returns.Count),
		Net: g.Net.Decimal(), Tax: g.Tax.Decimal(), Tips: g.Tips.Decimal(), Fees: g.Fees.Decimal(), FeesUnknown: count(g.FeesUnknown),
		CashIn: g.CashIn.Amount.Decimal(), CashOut: g.CashOut.Amount.Decimal(), Reports: reports}
}

// table writes rows that are structs of texts: their JSON names are the head.
type table struct {
	csv  *csv.Writer
	json *json.Encoder
}

func newTable(w io.Writer, f Format, shape any) (table, error) {
	switch f {
	case JSON:
		return table{json: json.NewEncoder(w)}, nil
	case CSV:
		t := table{csv: newCSV(w)}
		var head []string
		for field := range reflect.TypeOf(shape).Fields() {
			head = append(head, field.Tag.Get("json"))
		}
		return t, t.csv.Write(head)
	}
	return table{}, ErrFormat
}

func (t table) write(row any) error {
	if t.json != nil {
		return t.json.Encode(row)
	}
	var cells []string
	for _, v := range reflect.ValueOf(row).Fields() {
		cells = append(cells, Cell(v.String()))
	}
	return t.csv.Write(cells)
}

func (t table) end() error {
	if t.csv == nil {
		return nil
	}
	t.csv.Flush()
	return t.csv.Error()
}

// newCSV ends its lines as RFC 4180 has it.
func newCSV(w io.Writer) *csv.Writer {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return c
}

// Cell is a text that no spreadsheet takes for a formula, on one line. A number
// stays one.
func Cell(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if text != "" && strings.ContainsRune("=+-@", rune(text[0])) && !number(text) {
		return "'" + text
	}
	return text
}

// number reports decimal text as amounts have it.
func number(text string) bool {
	whole, cents, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return whole != "" && strings.Trim(whole+cents, "0123456789") == ""
}
