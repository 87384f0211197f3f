package statement_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/statement"
)

var update = flag.Bool("update", false, "write the golden files")

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
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

func each(list []order.Movement) iter.Seq2[order.Movement, error] {
	return func(yield func(order.Movement, error) bool) {
		for _, m := range list {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func names(id string) string { return map[string]string{"op1": "Ann", "op2": "=Bob"}[id] }

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return time.FixedZone("CEST", 2*60*60)
	}
	return zone
}()

var days = order.Days{Zone: berlin, Cutoff: 4 * time.Hour}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

var example = []order.Movement{
	{Seq: 1, At: time.Date(2026, 10, 9, 10, 0, 0, 0, time.UTC), Kind: order.MovedSale, Tender: order.TenderCard, Brand: "Visa", Last4: "1111", ID: "K3F9A1", GUID: "g-1",
		Operator: "op1", Amount: usd(1190), Tax: usd(90), Tip: usd(100)},
	{Seq: 2, At: time.Date(2026, 10, 9, 23, 30, 0, 0, time.UTC), Kind: order.MovedReturn, Tender: order.TenderCash, ID: "K3F9A2", Operator: "op2", Amount: usd(200)},
	{Seq: 3, At: time.Date(2026, 10, 10, 9, 0, 0, 0, time.UTC), Kind: order.MovedSale, Tender: order.TenderWallet, Brand: "paypal", Test: true, ID: "K3F9A3", GUID: "P\n1",
		Operator: "op1", Amount: usd(700), Fee: usd(30)},
	{Seq: 4, At: time.Date(2026, 10, 10, 9, 1, 0, 0, time.UTC), Kind: order.MovedOut, Tender: order.TenderCash, ID: "K3F9A4", Operator: "op1", Amount: usd(5000)},
	{Seq: 5, At: time.Date(2026, 10, 10, 9, 2, 0, 0, time.UTC), Kind: order.MovedNoSale, ID: "K3F9A5", Operator: "op1"},
}

func TestMovements(t *testing.T) {
	for _, f := range []statement.Format{statement.CSV, statement.JSON} {
		var out bytes.Buffer
		if err := statement.Movements(&out, f, days, names, each(example)); err != nil {
			t.Fatal(err)
		}
		golden(t, "movements."+string(f), out.Bytes())
	}
	if err := statement.Movements(io.Discard, "pdf", days, names, each(nil)); !errors.Is(err, statement.ErrFormat) {
		t.Errorf("pdf: %v", err)
	}
}

func TestStretches(t *testing.T) {
	figures, err := order.SumUp(money.USD, days, each(example))
	if err != nil {
		t.Fatal(err)
	}
	list := []order.Stretch{{Day: "2026-10", Figures: figures, Zs: []int{11, 12}}}
	for _, f := range []statement.Format{statement.CSV, statement.JSON} {
		var out bytes.Buffer
		if err := statement.Stretches(&out, f, list); err != nil {
			t.Fatal(err)
		}
		golden(t, "stretches."+string(f), out.Bytes())
	}
}

// The sum of a file is the sum of what moved, in both formats.
func TestFilesComeToTheMovements(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	kinds := []order.MovementKind{order.MovedSale, order.MovedVoid, order.MovedReturn, order.MovedIn, order.MovedOut}
	for range 200 {
		var list []order.Movement
		want := map[string]int64{}
		for i := range dice.IntN(50) {
			c := []money.Currency{money.USD, "JPY", money.INR}[dice.IntN(3)]
			m := order.Movement{Seq: int64(i), Kind: kinds[dice.IntN(len(kinds))], Amount: money.New(dice.Int64N(1_000_000), c)}
			list = append(list, m)
			if m.Kind == order.MovedSale || m.Kind == order.MovedIn {
				want[string(c)] += m.Amount.Minor
			} else {
				want[string(c)] -= m.Amount.Minor
			}
		}
		for _, f := range []statement.Format{statement.CSV, statement.JSON} {
			var out bytes.Buffer
			if err := statement.Movements(&out, f, days, names, each(list)); err != nil {
				t.Fatal(err)
			}
			got := map[string]int64{}
			rows := 0
			for amount, currency := range amounts(t, f, &out) {
				a, err := money.Parse(amount, money.Currency(currency))
				if err != nil {
					t.Fatal(err)
				}
				got[currency] += a.Minor
				rows++
			}
			if rows != len(list) || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%s: %d rows of %v, want %d of %v", f, rows, got, len(list), want)
			}
		}
	}
}

func amounts(t *testing.T, f statement.Format, in io.Reader) iter.Seq2[string, string] {
	t.Helper()
	return func(yield func(string, string) bool) {
		if f == statement.JSON {
			for d := json.NewDecoder(in); d.More(); {
				var row statement.Row
				if err := d.Decode(&row); err != nil {
					t.Fatal(err)
				}
				if !yield(row.Amount, row.Currency) {
					return
				}
			}
			return
		}
		rows, err := csv.NewReader(in).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			if !yield(row[9], row[13]) {
				return
			}
		}
	}
}

// A statement takes no more memory for a hundred times as many movements.
func TestMovementsAreStreamed(t *testing.T) {
	held := func(n int) uint64 {
		var most uint64
		endless := func(yield func(order.Movement, error) bool) {
			for i := range n {
				if i%(n/10) == 0 {
					runtime.GC()
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
				if !yield(example[0], nil) {
					return
				}
			}
		}
		if err := statement.Movements(io.Discard, statement.CSV, days, names, endless); err != nil {
			t.Fatal(err)
		}
		return most
	}
	few, many := held(1000), held(100_000)
	if many > few+1<<20 {
		t.Errorf("%d bytes for 1,000 movements, %d for 100,000", few, many)
	}
}

var postings = []order.Posting{
	{Reference: "K3F9A-2026-10-09-Z12-CARDS", Kind: order.PostReceive, Amount: usd(1190), Date: "2026-10-09", Account: "0910", Tender: order.BookCards, Contact: "Counter sales",
		Tracking: "Store: T01", Lines: []order.PostLine{{Text: "Card sales, 1 payment", Account: "200", TaxType: "OUTPUT", Amount: usd(1090), Tax: usd(90)},
			{Text: "Card sales, what is without tax", Account: "200", TaxType: order.TaxNone, Amount: usd(100)}}},
	{Reference: "K3F9A-2026-10-09-Z12-PAYPAL", Kind: order.PostReceive, Amount: usd(700), Date: "2026-10-09", Account: "0912", Tender: order.BookPayPal, Contact: "=cmd()",
		Lines: []order.PostLine{{Text: "@sum", Account: "200", TaxType: order.TaxNone, Amount: usd(700)}}},
	{Reference: "K3F9A-2026-10-09-Z12-CARDS-REF", Kind: order.PostSpend, Amount: usd(200), Date: "2026-10-09", Account: "0910", Tender: order.BookCards, Contact: "Counter sales",
		Lines: []order.PostLine{{Text: "Card returns, 1 payment", Account: "200", TaxType: order.TaxNone, Amount: usd(-200)}}},
}

var form = statement.Import{Date: "DD/MM/YYYY", Tax: "Tax on Sales", Exempt: "Tax Exempt"}

func TestImports(t *testing.T) {
	bank, err := form.Bank(postings)
	if err != nil {
		t.Fatal(err)
	}
	invoices, err := form.Invoices(postings)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(bank, invoices...) {
		golden(t, strings.ReplaceAll(f.Name, " ", "-")+".csv", f.Data)
	}
	for date, want := range map[string]string{"MM/DD/YYYY": "10/09/2026", "YYYY-MM-DD": "2026-10-09"} {
		files, err := statement.Import{Date: date}.Bank(postings[:1])
		if err != nil || !strings.Contains(string(files[0].Data), "\r\n"+want+",11.90,") {
			t.Errorf("%s: %v", date, err)
		}
	}
	if _, err := (statement.Import{Date: "DD.MM"}).Bank(postings); err == nil {
		t.Error("a form of dates that nobody knows is taken")
	}
}

// Files have a thousand lines at most, with their head, and lose nothing.
func TestImportsAreSplit(t *testing.T) {
	var many []order.Posting
	for i := range 2500 {
		p := postings[0]
		p.Reference, p.Amount = fmt.Sprint("R", i), usd(int64(i+1))
		many = append(many, p)
	}
	for name, write := range map[string]func([]order.Posting) ([]statement.File, error){"bank": form.Bank, "invoices": form.Invoices} {
		files, err := write(many)
		if err != nil {
			t.Fatal(err)
		}
		references := map[string]bool{}
		for _, f := range files {
			rows, err := csv.NewReader(bytes.NewReader(f.Data)).ReadAll()
			if err != nil || len(rows) > 1000 || len(rows) != f.Lines {
				t.Fatalf("%s: %d lines, said %d, %v", name, len(rows), f.Lines, err)
			}
			column := map[string]int{"bank": 4, "invoices": 10}[name]
			for _, row := range rows[1:] {
				references[row[column]] = true
			}
		}
		if len(references) != len(many) {
			t.Errorf("%s: %d of %d are in the files", name, len(references), len(many))
		}
	}
}

func FuzzCell(f *testing.F) {
	for _, text := range []string{"", "=1+1", "-5.00", "-", "-x", "@a", "+1", "a\r\nb", "1,5", "\t=x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := statement.Cell(text)
		if strings.ContainsAny(got, "\r\n\t") {
			t.Errorf("%q has more than one line", got)
		}
		if got != "" && strings.ContainsRune("=+@", rune(got[0])) {
			t.Errorf("%q is a formula", got)
		}
		if strings.HasPrefix(got, "-") && strings.Trim(got, "-.0123456789") != "" {
			t.Errorf("%q is a formula", got)
		}
	})
}
