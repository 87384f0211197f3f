package reportfile

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// header names the columns. Each row is one figure: its section, what it is of
// (a tender, a shift, a batch), which figure it is, and the figure itself.
var header = []string{"report", "day", "section", "of", "figure", "currency", "count", "amount", "text"}

// sheet gathers the rows of one report.
type sheet struct {
	report, day string
	rows        [][]string
}

// CSV is a report for a spreadsheet, as RFC 4180 has it: UTF-8, a header, one
// figure in each row. What somebody wrote cannot be taken for a formula.
func CSV(z order.ZReport) ([]byte, error) {
	s := &sheet{report: kind(z), day: string(z.Day)}
	if z.Number > 0 {
		s.report = z.ID
	}
	s.text("report", "", "at", stamp(z.At))
	s.text("report", "", "since", stamp(z.Since))
	s.text("report", "", "from_event", strconv.FormatInt(z.From, 10))
	s.text("report", "", "to_event", strconv.FormatInt(z.To, 10))
	s.text("report", "", "operator", z.Operator)
	s.text("report", "", "approved_by", z.Approved)
	s.text("report", "", "zone", z.Zone)
	s.text("report", "", "cutoff", z.Cutoff)
	s.text("report", "", "rounding", z.Rounding)
	for _, f := range z.Figures {
		s.figures(f)
	}
	for _, shift := range z.Shifts {
		s.shift(shiftOf(shift))
	}
	for _, b := range z.Batches {
		s.totals("batch", b.GUID, "", b.Local)
		s.text("batch", b.GUID, "closed", stamp(b.Ended))
	}
	s.named("uncollected", z.Uncollected)
	s.named("stored", z.Stored)
	for _, c := range z.Carried {
		s.row("carried", c.ID, "amount", c.Amount, -1, c.Text+" ("+c.By+": "+c.Reason+")")
	}
	s.named("open", z.Open)
	for _, p := range z.Proofs {
		s.proof(p)
	}
	s.text("journal", "", "event", strconv.FormatInt(z.Head.Seq, 10))
	s.text("journal", "", "head", z.Head.Hash)
	s.text("journal", "", "key", z.Head.Key)
	s.text("journal", "", "signature", z.Head.Signature)
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	err := w.WriteAll(append([][]string{header}, s.rows...))
	return out.Bytes(), err
}

// row adds a figure; a count below zero is none.
func (s *sheet) row(section, of, figure string, a money.Amount, count int, text string) {
	counted := ""
	if count >= 0 {
		counted = strconv.Itoa(count)
	}
	s.rows = append(s.rows, []string{s.report, s.day, section, safe(of), figure, string(a.Currency), counted, decimal(a), safe(text)})
}

// text adds what is no figure, where it is there.
func (s *sheet) text(section, of, figure, text string) {
	if text != "" {
		s.row(section, of, figure, money.Amount{}, -1, text)
	}
}

// count adds a number of things of a currency, which come to no amount.
func (s *sheet) count(section, figure string, c money.Currency, n int) {
	s.rows = append(s.rows, []string{s.report, s.day, section, "", figure, string(c), strconv.Itoa(n), "", ""})
}

func (s *sheet) sum(section, of, figure string, sum order.Sum) {
	s.row(section, of, figure, sum.Amount, sum.Count, "")
}

func (s *sheet) amount(section, of, figure string, a money.Amount) {
	s.row(section, of, figure, a, -1, "")
}

func (s *sheet) figures(f order.Figures) {
	s.sum("total", "", "sales", f.Sales)
	s.sum("total", "", "voids", f.Voids)
	s.sum("total", "", "returns", f.Returns)
	s.amount("total", "", "net", f.Net)
	s.amount("total", "", "tax", f.Tax)
	s.amount("total", "", "tips", f.Tips)
	s.amount("total", "", "fees", f.Fees)
	s.count("total", "fees_unknown", f.Currency, f.FeesUnknown)
	s.sum("total", "", "cash_in", f.CashIn)
	s.sum("total", "", "cash_out", f.CashOut)
	s.count("total", "no_sales", f.Currency, f.NoSales)
	for _, t := range []struct {
		section string
		parts   []order.Part
	}{{"tender", f.ByTender}, {"brand", f.ByBrand}, {"operator", f.ByOperator}, {"hour", f.ByHour}} {
		for _, p := range t.parts {
			s.sum(t.section, p.Name, "sales", p.Sales)
			s.sum(t.section, p.Name, "voids", p.Voids)
			s.sum(t.section, p.Name, "returns", p.Returns)
			s.amount(t.section, p.Name, "net", p.Net)
		}
	}
}

func (s *sheet) shift(v jsonShift) {
	number := strconv.Itoa(v.Number)
	for _, f := range []struct{ name, amount string }{{"float", v.Float}, {"sales", v.Sales}, {"back", v.Back}, {"in", v.In}, {"out", v.Out},
		{"expected", v.Expected}, {"counted", v.Counted}, {"off", v.Off}} {
		if f.amount != "" {
			s.rows = append(s.rows, []string{s.report, s.day, "shift", number, f.name, string(v.Currency), "", f.amount, ""})
		}
	}
	s.text("shift", number, "reason", v.Reason)
	s.text("shift", number, "approved_by", v.Approved)
}

func (s *sheet) totals(section, of, before string, t order.Totals) {
	s.row(section, of, before+"sales", t.SaleAmount, t.Sales, "")
	s.row(section, of, before+"returns", t.ReturnAmount, t.Returns, "")
}

func (s *sheet) named(section string, list []order.Named) {
	for _, n := range list {
		s.row(section, n.ID, "amount", n.Amount, -1, n.Text)
	}
}

func (s *sheet) proof(p order.Proof) {
	s.totals("proof", p.GUID, "journal_", p.Journal)
	s.totals("proof", p.GUID, "host_", p.Host)
	if p.Closed != nil {
		s.totals("proof", p.GUID, "closing_", *p.Closed)
	}
	s.row("proof", p.GUID, "matched", money.Amount{}, p.Matched, "")
	s.text("proof", p.GUID, "agrees", strconv.FormatBool(p.Agrees()))
	s.text("proof", p.GUID, "trouble", p.Trouble)
	s.text("proof", p.GUID, "digest", p.Digest)
	for _, m := range p.Found {
		s.difference(p.GUID, mismatchOf(m))
	}
	s.more(p.GUID, p.More)
	for _, w := range p.Wallets {
		v := walletOf(w)
		s.sum("wallet", w.Provider, "journal_sales", w.Here)
		s.sum("wallet", w.Provider, "provider_sales", w.There)
		s.sum("wallet", w.Provider, "journal_refunds", w.Back)
		s.sum("wallet", w.Provider, "provider_refunds", w.BackThere)
		s.amount("wallet", w.Provider, "fees", w.Fees)
		s.amount("wallet", w.Provider, "net", w.Net)
		s.text("wallet", w.Provider, "agrees", strconv.FormatBool(v.Agrees))
		s.text("wallet", w.Provider, "trouble", w.Trouble)
		for _, d := range v.Found {
			s.difference(w.Provider, d)
		}
		s.more(w.Provider, w.More)
	}
}

// difference has two rows: what is here, and what is there.
func (s *sheet) difference(of string, d jsonDifference) {
	name := strings.TrimSpace(d.Number + " " + d.GUID)
	for _, side := range []struct{ figure, amount string }{{"here", d.Here}, {"there", d.There}} {
		currency := ""
		if side.amount != "" {
			currency = string(d.Currency)
		}
		s.rows = append(s.rows, []string{s.report, s.day, "difference", safe(of), side.figure, currency, "", side.amount, safe(string(d.What) + " " + name)})
	}
}

func (s *sheet) more(of string, n int) {
	if n > 0 {
		s.row("difference", of, "more", money.Amount{}, n, "")
	}
}

// safe keeps a spreadsheet from taking a text for a formula (OWASP, CSV
// injection). Amounts are not texts, and may begin with a minus sign.
func safe(text string) string {
	if strings.ContainsRune("=+-@\t\r\n", rune((text + " ")[0])) {
		return "'" + text
	}
	return text
}
