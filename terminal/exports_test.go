package terminal_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	boxxero "paydesk/terminal/sandbox/xero"
	"paydesk/terminal/settings"
)

// soldDay is a training terminal with a Z report: a card, cash, some of it back.
func soldDay(t *testing.T, dir string) (*terminal.Terminal, order.ZReport) {
	t.Helper()
	term := open(t, dir, settings.Training)
	signIn(t, term)
	for key, value := range map[string]string{"day.drawer": "none", "sales.tax": "10"} {
		if err := term.Set(background, key, value); err != nil {
			t.Fatal(err)
		}
	}
	if sale := charge(t, term, "4111111111111111"); sale.State != order.Approved {
		t.Fatal(sale.State)
	}
	cash, err := term.TakeCash(background, term.NewOrderID(), usd(1250), usd(2000))
	if err == nil {
		_, err = term.ReturnCash(background, cash.ID, usd(250), "broken")
	}
	if err != nil {
		t.Fatal(err)
	}
	z, err := term.WriteZ(background, nil)
	if err != nil {
		t.Fatal(err)
	}
	return term, z
}

func ask(target order.ExportTarget, z order.ZReport) terminal.ExportRequest {
	return terminal.ExportRequest{Target: target, From: z.Day, To: z.Day}
}

// atXero is what the books there have, by reference, with its sign.
func atXero(t *testing.T, term *terminal.Terminal) map[string]string {
	t.Helper()
	r, err := http.Get(term.GatewayURL() + boxxero.BooksPath)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var books struct {
		BankTransactions []struct {
			Reference, Type string
			Total           json.Number
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&books); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, b := range books.BankTransactions {
		if all[b.Reference] != "" {
			t.Errorf("%s is there twice", b.Reference)
		}
		all[b.Reference] = b.Type + " " + b.Total.String()
	}
	return all
}

func disturb(t *testing.T, term *terminal.Terminal, faults ...boxxero.Fault) {
	t.Helper()
	text, err := json.Marshal(faults)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPut, term.GatewayURL()+boxxero.FaultsPath, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	_ = answer.Body.Close()
}

// In training a day goes into the books without any set-up, once, whatever is asked
// again and whatever restarts.
func TestTrainingBooks(t *testing.T) {
	dir := t.TempDir()
	term, z := soldDay(t, dir)
	if err := term.CheckXero(background); err != nil {
		t.Fatal(err)
	}
	preview, err := term.ExportPreview(background, ask(order.ExportXero, z))
	if err != nil || len(preview) != 1 || len(preview[0].Postings) != 3 || len(atXero(t, term)) != 0 {
		t.Fatalf("preview %+v, %v", preview, err)
	}
	done, err := term.ExportPeriod(background, ask(order.ExportXero, z))
	if err != nil || len(done) != 1 || !done[0].Done {
		t.Fatalf("%+v, %v", done, err)
	}
	want := map[string]string{}
	for reference, entry := range map[string]string{"CARDS": "RECEIVE 20.00", "CASH": "RECEIVE 12.50", "CASH-REF": "SPEND 2.50"} {
		want[strings.TrimSuffix(preview[0].Postings[0].Reference, "CARDS")+reference] = entry
	}
	for range 2 {
		if got := atXero(t, term); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the books have %v, want %v", got, want)
		}
		if again, err := term.ExportPeriod(background, ask(order.ExportXero, z)); err != nil || again[0].Version != done[0].Version {
			t.Errorf("again: %+v, %v", again, err)
		}
		if err := term.Close(); err != nil {
			t.Fatal(err)
		}
		term = open(t, dir, settings.Training)
		signIn(t, term)
	}
	if list, err := term.Exports(background, z.Day, z.Day); err != nil || len(list) != 1 || !list[0].Done {
		t.Errorf("Exports = %+v, %v", list, err)
	}
}

// A day whose answer was lost is looked up; one that was rejected goes there once
// the settings are right, and until then nothing is said to be done.
func TestBooksUnderFaults(t *testing.T) {
	term, z := soldDay(t, t.TempDir())
	disturb(t, term, boxxero.Fault{Kind: boxxero.LostAfter, Call: "PUT BankTransactions", Nth: 1})
	if err := term.Set(background, "xero.cash", "0999"); err != nil {
		t.Fatal(err)
	}
	if err := term.CheckXero(background); err == nil || !strings.Contains(err.Error(), "0999") {
		t.Errorf("CheckXero = %v, want the account that is missing", err)
	}
	done, err := term.ExportPeriod(background, ask(order.ExportXero, z))
	if err != nil || done[0].Done || len(done[0].Rejected()) != 2 || done[0].Waits() {
		t.Fatalf("%+v, %v; want two rejected", done, err)
	}
	if err := term.Set(background, "xero.cash", "0911"); err != nil {
		t.Fatal(err)
	}
	if done, err = term.ExportPeriod(background, ask(order.ExportXero, z)); err != nil || !done[0].Done || len(atXero(t, term)) != 3 {
		t.Errorf("corrected: %+v, %v", done, err)
	}
}

func TestExportFiles(t *testing.T) {
	term, z := soldDay(t, t.TempDir())
	folder := filepath.Join(t.TempDir(), "new")
	for target, want := range map[order.ExportTarget]int64{order.ExportBankCSV: 3000, order.ExportXeroCSV: 3000} {
		r := ask(target, z)
		r.Folder = folder
		done, err := term.ExportPeriod(background, r)
		if err != nil || !done[0].Done || len(done[0].Files) == 0 {
			t.Fatalf("%s: %+v, %v", target, done, err)
		}
		if got := sumOf(t, done[0].Files, map[order.ExportTarget]int{order.ExportBankCSV: 1, order.ExportXeroCSV: 17}[target]); got != want {
			t.Errorf("%s: the files come to %d, want %d", target, got, want)
		}
		if _, err := term.ExportPeriod(background, r); problem(err) != terminal.ProblemExport {
			t.Errorf("%s: again %v", target, err)
		}
		r.Again = true
		again, err := term.ExportPeriod(background, r)
		if err != nil || again[0].Copies != 1 || !strings.Contains(filepath.Base(again[0].Files[0]), "COPY") {
			t.Errorf("%s: a copy %+v, %v", target, again, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(folder, "*.part"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A day goes to Xero in one way only, unless somebody means it.
func TestOneWayToXero(t *testing.T) {
	for _, ways := range [][]order.ExportTarget{{order.ExportXero, order.ExportXeroCSV}, {order.ExportXeroCSV, order.ExportXero}} {
		term, z := soldDay(t, t.TempDir())
		if _, err := term.ExportPeriod(background, ask(ways[0], z)); err != nil {
			t.Fatal(err)
		}
		r := ask(ways[1], z)
		if done, err := term.ExportPeriod(background, r); problem(err) != terminal.ProblemExport {
			t.Errorf("%s behind %s: %+v, %v", ways[1], ways[0], done, err)
		}
		if _, err := term.ExportPeriod(background, ask(order.ExportBankCSV, z)); err != nil {
			t.Errorf("a bank statement beside %s: %v", ways[0], err)
		}
		r.Again = true
		if done, err := term.ExportPeriod(background, r); err != nil || !done[0].Done {
			t.Errorf("on purpose: %+v, %v", done, err)
		}
	}
}

func sumOf(t *testing.T, files []string, column int) (sum int64) {
	t.Helper()
	for _, path := range files {
		if !strings.HasPrefix(filepath.Base(path), "TRAINING-") {
			t.Errorf("%s does not say that it is for training", path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			a, err := money.Parse(row[column], money.USD)
			if err != nil {
				t.Fatal(err)
			}
			sum += a.Minor
		}
	}
	return sum
}

func TestWriteStatement(t *testing.T) {
	term, z := soldDay(t, t.TempDir())
	for _, tt := range []struct {
		by, format string
		lines      int
		has        string
	}{{"", "csv", 4, ",20.00,"}, {"", "json", 3, `"amount":"-2.50"`}, {"day", "csv", 2, "30.00"}, {"month", "json", 1, `"period":"` + z.Day.Month() + `"`}} {
		var out bytes.Buffer
		r := terminal.StatementRequest{From: z.Day, To: z.Day, By: tt.by, Format: tt.format}
		if err := term.WriteStatement(background, r, &out); err != nil || strings.Count(out.String(), "\n") != tt.lines || !strings.Contains(out.String(), tt.has) {
			t.Errorf("%+v: %v\n%s", tt, err, out.String())
		}
	}
	if err := term.WriteStatement(background, terminal.StatementRequest{From: "x", To: "x", Format: "csv"}, &bytes.Buffer{}); err == nil {
		t.Error("a day that is none is taken")
	}
}

func TestExportIsRefused(t *testing.T) {
	term, z := soldDay(t, t.TempDir())
	far := terminal.ExportRequest{Target: order.ExportXero, From: "2020-01-01", To: "2020-01-01"}
	for name, r := range map[string]terminal.ExportRequest{"no report": far, "no target": ask("paper", z)} {
		if _, err := term.ExportPeriod(background, r); problem(err) != terminal.ProblemExport {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := term.Set(background, "xero.mode", "live"); err == nil {
		t.Error("a training terminal enters something into real books")
	}
	if err := term.SetXeroSecret(background, []byte("other")); err != nil || !term.HasXeroSecret() {
		t.Fatal(err)
	}
	if err := term.CheckXero(background); problem(err) != terminal.ProblemExport || strings.Contains(err.Error(), "other") {
		t.Errorf("another secret: %v", err)
	}
	if err := term.SetXeroSecret(background, nil); err != nil || term.HasXeroSecret() {
		t.Errorf("the secret is still there: %v", err)
	}
	if err := term.Set(background, "xero.mode", "off"); err != nil {
		t.Fatal(err)
	}
	if _, err := term.ExportPeriod(background, ask(order.ExportXero, z)); problem(err) != terminal.ProblemExport {
		t.Errorf("off: %v", err)
	}
}
