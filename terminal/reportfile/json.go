// Package reportfile writes X and Z reports for other programs: as JSON, as CSV for
// a spreadsheet, and as the text of the code by which a report's place in the
// journal can be checked. It is pure. Amounts are decimal text in their currency,
// times RFC 3339 in UTC, people their ids; lists keep the report's order, so that
// one report always gives the same bytes.
package reportfile

import (
	"encoding/json"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

type (
	jsonReport struct {
		// Report is "X" or "Z".
		Report      string           `json:"report"`
		Number      int              `json:"number,omitempty"`
		ID          string           `json:"id,omitempty"`
		Day         order.Day        `json:"day"`
		From        int64            `json:"from_event"`
		To          int64            `json:"to_event"`
		Since       string           `json:"since,omitempty"`
		At          string           `json:"at"`
		Operator    string           `json:"operator,omitempty"`
		Approved    string           `json:"approved_by,omitempty"`
		Zone        string           `json:"zone"`
		Cutoff      string           `json:"cutoff"`
		Rounding    string           `json:"rounding"`
		Figures     []jsonFigures    `json:"figures"`
		Shifts      []jsonShift      `json:"shifts"`
		Batches     []jsonBatch      `json:"batches"`
		Uncollected []jsonNamed      `json:"uncollected"`
		Stored      []jsonNamed      `json:"stored"`
		Carried     []jsonNamed      `json:"carried"`
		Open        []jsonNamed      `json:"open"`
		Proofs      []jsonProof      `json:"proofs"`
		Head        order.SignedHead `json:"head"`
		// Code is Head as the code on the paper has it.
		Code string `json:"code,omitempty"`
	}
	jsonSum struct {
		Count  int    `json:"count"`
		Amount string `json:"amount"`
	}
	jsonPart struct {
		Name    string  `json:"name"`
		Sales   jsonSum `json:"sales"`
		Voids   jsonSum `json:"voids"`
		Returns jsonSum `json:"returns"`
		Net     string  `json:"net"`
	}
	jsonFigures struct {
		Currency    money.Currency `json:"currency"`
		Sales       jsonSum        `json:"sales"`
		Voids       jsonSum        `json:"voids"`
		Returns     jsonSum        `json:"returns"`
		Net         string         `json:"net"`
		Tax         string         `json:"tax"`
		Tips        string         `json:"tips"`
		Fees        string         `json:"fees"`
		FeesUnknown int            `json:"fees_unknown"`
		CashIn      jsonSum        `json:"cash_in"`
		CashOut     jsonSum        `json:"cash_out"`
		NoSales     int            `json:"no_sales"`
		ByTender    []jsonPart     `json:"by_tender"`
		ByBrand     []jsonPart     `json:"by_brand"`
		ByOperator  []jsonPart     `json:"by_operator"`
		ByHour      []jsonPart     `json:"by_hour"`
	}
	jsonShift struct {
		Number   int              `json:"number"`
		ID       string           `json:"id"`
		State    order.ShiftState `json:"state"`
		Opened   string           `json:"opened"`
		Closed   string           `json:"closed,omitempty"`
		OpenedBy string           `json:"opened_by"`
		ClosedBy string           `json:"closed_by,omitempty"`
		Approved string           `json:"approved_by,omitempty"`
		Reason   string           `json:"reason,omitempty"`
		Currency money.Currency   `json:"currency"`
		Float    string           `json:"float"`
		Sales    string           `json:"sales,omitempty"`
		Back     string           `json:"back,omitempty"`
		In       string           `json:"in,omitempty"`
		Out      string           `json:"out,omitempty"`
		Expected string           `json:"expected,omitempty"`
		Counted  string           `json:"counted,omitempty"`
		Off      string           `json:"off,omitempty"`
		NoSales  int              `json:"no_sales"`
	}
	jsonBatch struct {
		GUID     string     `json:"guid"`
		ID       string     `json:"id"`
		Closed   string     `json:"closed,omitempty"`
		Auto     bool       `json:"auto"`
		Followed bool       `json:"followed"`
		Here     jsonTotals `json:"here"`
		// Host is what the host said at the closing, null where it gave nothing.
		Host *jsonTotals `json:"host"`
	}
	jsonTotals struct {
		Currency     money.Currency `json:"currency"`
		Sales        int            `json:"sales"`
		SaleAmount   string         `json:"sale_amount"`
		Returns      int            `json:"returns"`
		ReturnAmount string         `json:"return_amount"`
	}
	jsonNamed struct {
		ID       string         `json:"id"`
		Text     string         `json:"text"`
		Amount   string         `json:"amount,omitempty"`
		Currency money.Currency `json:"currency,omitempty"`
		By       string         `json:"by,omitempty"`
		Reason   string         `json:"reason,omitempty"`
	}
	jsonProof struct {
		GUID     string           `json:"guid"`
		At       string           `json:"at"`
		Agrees   bool             `json:"agrees"`
		Complete bool             `json:"complete"`
		Trouble  string           `json:"trouble,omitempty"`
		Journal  jsonTotals       `json:"journal"`
		Host     jsonTotals       `json:"host"`
		Closing  *jsonTotals      `json:"closing"`
		Matched  int              `json:"matched"`
		Found    []jsonDifference `json:"differences"`
		More     int              `json:"more"`
		Digest   string           `json:"digest"`
		Wallets  []jsonWallet     `json:"wallets"`
	}
	jsonDifference struct {
		What     order.Difference `json:"what"`
		Number   string           `json:"number,omitempty"`
		GUID     string           `json:"guid,omitempty"`
		Here     string           `json:"here,omitempty"`
		There    string           `json:"there,omitempty"`
		Currency money.Currency   `json:"currency,omitempty"`
	}
	jsonWallet struct {
		Provider  string           `json:"provider"`
		Currency  money.Currency   `json:"currency"`
		Test      bool             `json:"test"`
		Agrees    bool             `json:"agrees"`
		Complete  bool             `json:"complete"`
		Trouble   string           `json:"trouble,omitempty"`
		Here      jsonSum          `json:"here"`
		There     jsonSum          `json:"there"`
		Back      jsonSum          `json:"back"`
		BackThere jsonSum          `json:"back_there"`
		Fees      string           `json:"fees"`
		Net       string           `json:"net"`
		Matched   int              `json:"matched"`
		Found     []jsonDifference `json:"differences"`
		More      int              `json:"more"`
	}
)

// JSON is a report as indented JSON with a line end behind it. Lists are never
// null.
func JSON(z order.ZReport) ([]byte, error) {
	data, err := json.MarshalIndent(reportOf(z), "", " ")
	return append(data, '\n'), err
}

// Line is a report as JSON in one line, without a line end.
func Line(z order.ZReport) ([]byte, error) { return json.Marshal(reportOf(z)) }

func reportOf(z order.ZReport) jsonReport {
	carried := func(c order.Carried) jsonNamed {
		return jsonNamed{c.ID, c.Text, decimal(c.Amount), c.Amount.Currency, c.By, c.Reason}
	}
	return jsonReport{kind(z), z.Number, z.ID, z.Day, z.From, z.To, stamp(z.Since), stamp(z.At), z.Operator, z.Approved, z.Zone, z.Cutoff, z.Rounding,
		each(z.Figures, figuresOf), each(z.Shifts, shiftOf), each(z.Batches, batchOf), each(z.Uncollected, namedOf), each(z.Stored, namedOf),
		each(z.Carried, carried), each(z.Open, namedOf), each(z.Proofs, proofOf), z.Head, Code(z.Head)}
}

func kind(z order.ZReport) string {
	if z.Number > 0 {
		return "Z"
	}
	return "X"
}

func each[T, V any](list []T, of func(T) V) []V {
	views := make([]V, len(list))
	for i, v := range list {
		views[i] = of(v)
	}
	return views
}

// decimal is an amount that there is; "" for any other.
func decimal(a money.Amount) string {
	if a.Currency == "" {
		return ""
	}
	return a.Decimal()
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func sumOf(s order.Sum) jsonSum { return jsonSum{s.Count, decimal(s.Amount)} }

func partOf(p order.Part) jsonPart {
	return jsonPart{p.Name, sumOf(p.Sales), sumOf(p.Voids), sumOf(p.Returns), decimal(p.Net)}
}

func figuresOf(f order.Figures) jsonFigures {
	return jsonFigures{f.Currency, sumOf(f.Sales), sumOf(f.Voids), sumOf(f.Returns), decimal(f.Net), decimal(f.Tax), decimal(f.Tips), decimal(f.Fees),
		f.FeesUnknown, sumOf(f.CashIn), sumOf(f.CashOut), f.NoSales, each(f.ByTender, partOf), each(f.ByBrand, partOf), each(f.ByOperator, partOf),
		each(f.ByHour, partOf)}
}

// shiftOf tells of a shift that is not closed only what everybody may know: its
// drawer is counted blind.
func shiftOf(s order.Shift) jsonShift {
	v := jsonShift{Number: s.Number, ID: s.ID, State: s.State, Opened: stamp(s.Opened), OpenedBy: s.OpenedBy, Currency: s.Float.Total.Currency,
		Float: decimal(s.Float.Total)}
	if s.State != order.ShiftClosed {
		return v
	}
	d := s.Drawer
	v.Closed, v.ClosedBy, v.Approved, v.Reason = stamp(s.Closed), s.ClosedBy, s.Approved, s.Reason
	v.Sales, v.Back, v.In, v.Out, v.Expected, v.NoSales = decimal(d.Sales), decimal(d.Back), decimal(d.In), decimal(d.Out), decimal(d.Expected), d.NoSales
	if n := len(s.Counts); n > 0 {
		v.Counted, v.Off = decimal(s.Counts[n-1].Total), decimal(s.Off)
	}
	return v
}

func batchOf(b order.Batch) jsonBatch {
	return jsonBatch{b.GUID, b.ID, stamp(b.Ended), b.Auto, b.Followed, totalsOf(b.Local), maybe(b.Host)}
}

func totalsOf(t order.Totals) jsonTotals {
	return jsonTotals{t.SaleAmount.Currency, t.Sales, decimal(t.SaleAmount), t.Returns, decimal(t.ReturnAmount)}
}

func maybe(t *order.Totals) *jsonTotals {
	if t == nil {
		return nil
	}
	v := totalsOf(*t)
	return &v
}

func namedOf(n order.Named) jsonNamed {
	return jsonNamed{ID: n.ID, Text: n.Text, Amount: decimal(n.Amount), Currency: n.Amount.Currency}
}

func proofOf(p order.Proof) jsonProof {
	return jsonProof{p.GUID, stamp(p.At), p.Agrees(), p.Complete, p.Trouble, totalsOf(p.Journal), totalsOf(p.Host), maybe(p.Closed), p.Matched,
		each(p.Found, mismatchOf), p.More, p.Digest, each(p.Wallets, walletOf)}
}

func mismatchOf(m order.Mismatch) jsonDifference {
	d := jsonDifference{What: m.What, Number: m.Number, GUID: m.GUID}
	if m.Here != nil {
		d.Here, d.Currency = decimal(*m.Here), m.Here.Currency
	}
	if m.There != nil {
		d.There, d.Currency = decimal(*m.There), m.There.Currency
	}
	return d
}

func walletOf(w order.WalletProof) jsonWallet {
	return jsonWallet{w.Provider, w.Currency, w.Test, w.Agrees(), w.Complete, w.Trouble, sumOf(w.Here), sumOf(w.There), sumOf(w.Back), sumOf(w.BackThere),
		decimal(w.Fees), decimal(w.Net), w.Matched, each(w.Found, func(m order.WalletMismatch) jsonDifference {
			return jsonDifference{m.What, m.ID, m.Payment, decimal(m.Here), decimal(m.There), w.Currency}
		}), w.More}
}
