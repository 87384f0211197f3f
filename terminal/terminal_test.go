package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/redact"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

var background = context.Background()

// open opens a terminal that is closed with the test. One for training counts no
// drawer, so that a test sells without opening a shift.
func open(t testing.TB, dir string, mode settings.Mode) *terminal.Terminal {
	t.Helper()
	term, err := terminal.Open(background, terminal.Options{Dir: dir, Mode: mode, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	if mode == settings.Training {
		set(t, term, "day.drawer", settings.DrawerNone)
	}
	return term
}

// training is a training terminal where the trainee has signed in.
func training(t testing.TB) *terminal.Terminal {
	t.Helper()
	term := open(t, t.TempDir(), settings.Training)
	signIn(t, term)
	return term
}

func signIn(t testing.TB, term *terminal.Terminal) {
	t.Helper()
	all, err := term.Operators(background)
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	if err := term.SignIn(background, all[0].ID, []byte(terminal.TrainingPIN)); err != nil {
		t.Fatal(err)
	}
}

// charge takes $20 from a card, and waits until the sale is at its end or
// needs a person.
func charge(t testing.TB, term *terminal.Terminal, pan string) engine.Sale {
	t.Helper()
	sale, err := tryCharge(t, term, pan, "999")
	if err != nil {
		t.Fatal(err)
	}
	return settled(t, term, sale.Number)
}

func tryCharge(t testing.TB, term *terminal.Terminal, pan, cvv string) (engine.Sale, error) {
	t.Helper()
	c, err := card.New([]byte(pan), []byte(cvv), card.Expiry{Year: 2031, Month: 12}, "Ada Example")
	if err != nil {
		t.Fatal(err)
	}
	return term.Charge(background, engine.Charge{Order: term.NewOrderID(), Amount: money.New(2000, money.USD), Note: "Table 4"}, c)
}

// until waits for a picture of the terminal.
func until(t testing.TB, term *terminal.Terminal, what string, is func(engine.Snapshot) bool) {
	t.Helper()
	news := make(chan struct{}, 1)
	news <- struct{}{}
	stop := term.Watch(func(engine.Snapshot) {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	defer stop()
	limit := time.After(20 * time.Second)
	for {
		select {
		case <-news:
			if is(term.Snapshot()) {
				return
			}
		case <-limit:
			t.Fatalf("waited too long for: %s", what)
		}
	}
}

func settled(t testing.TB, term *terminal.Terminal, number string) (sale engine.Sale) {
	t.Helper()
	until(t, term, "the end of a sale", func(engine.Snapshot) bool {
		d, err := term.Detail(background, number)
		if err != nil {
			t.Fatal(err)
		}
		sale = d.Sale
		return sale.State != order.Sending && sale.State != order.Unknown && sale.State != order.Reversing
	})
	return sale
}

func onPaper(t testing.TB, term *terminal.Terminal) {
	t.Helper()
	until(t, term, "the receipts", func(s engine.Snapshot) bool { return len(s.Jobs) == 0 })
}

// says checks that an error is there and contains the words.
func says(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one about %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func set(t testing.TB, term *terminal.Terminal, key, value string) {
	t.Helper()
	if err := term.Set(background, key, value); err != nil {
		t.Fatal(err)
	}
}

func TestOpenAndClose(t *testing.T) {
	dir := t.TempDir()
	term := open(t, dir, settings.Training)
	if !term.Training() || term.Mode() != settings.Training || term.Dir() != filepath.Join(dir, "training") || terminal.LiveExists(dir) {
		t.Errorf("mode %s in %s", term.Mode(), term.Dir())
	}
	_, err := terminal.Open(background, terminal.Options{Dir: dir, Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	says(t, err, "already running", "Use the window that is open")
	for range 2 {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	}
	_, err = terminal.Open(background, terminal.Options{Dir: filepath.Join(term.Dir(), "journal.db"), Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	says(t, err, "cannot be made", "--data")
	// What was done is there again, and the trainee is not added twice.
	term = open(t, dir, settings.Training)
	if all, err := term.Operators(background); err != nil || len(all) != 1 || all[0].Name != terminal.TrainingOperator {
		t.Errorf("operators %v, %v", all, err)
	}
	history, err := terminal.OpenHistory(dir, settings.Training)
	if err != nil {
		t.Fatal(err)
	}
	defer history.Close()
	if rep, err := history.Verify(background); err != nil || rep.Events == 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestDefaultDir(t *testing.T) {
	for _, tt := range []struct{ data, xdg, home, want string }{
		{"/d", "/x", "/h", "/d"}, {"", "/x", "/h", "/x/paydesk"}, {"", "relative", "/h", "/h/.local/share/paydesk"}, {"", "", "/h", "/h/.local/share/paydesk"},
	} {
		t.Setenv("PAYDESK_DATA", tt.data)
		t.Setenv("XDG_DATA_HOME", tt.xdg)
		t.Setenv("HOME", tt.home)
		if got, err := terminal.DefaultDir(); err != nil || got != tt.want {
			t.Errorf("%+v: %q, %v", tt, got, err)
		}
	}
	t.Setenv("HOME", "")
	_, err := terminal.DefaultDir()
	says(t, err, "--data")
}

// Training has no road to another machine, whatever the settings ask for.
func TestTrainingStaysOnThisMachine(t *testing.T) {
	term := training(t)
	for _, address := range []string{"https://salesapi.connexpay.com", "http://192.168.1.20:8787", "http://example.com"} {
		says(t, term.Set(background, "host.base_url", address), "host.base_url", "127.0.0.1")
		_, err := term.SignInHost(background, address, "training", []byte("training-password"))
		says(t, err, ".")
	}
	if got := term.Settings().Host.BaseURL; got != "" {
		t.Errorf("base_url is %q", got)
	}
	if sale := charge(t, term, "4111111111111111"); sale.State != order.Approved {
		t.Errorf("%s, want APPROVED by the embedded host", sale.State)
	}
}

func TestSettingsAndWhoChangedThem(t *testing.T) {
	dir := t.TempDir()
	term := open(t, dir, settings.Training)
	set(t, term, "shop.name", "Bakery")
	signIn(t, term)
	set(t, term, "shop.name", "Café")
	set(t, term, "shop.name", "Café") // no change, no line
	if got := term.Snapshot().Shop; got != "Café" {
		t.Errorf("the snapshot has %q", got)
	}
	story, err := term.Journal().Story(background, "shop.name")
	if err != nil || len(story) != 2 {
		t.Fatalf("%d changes, %v; want 2", len(story), err)
	}
	if op := term.Snapshot().Operator.ID; story[0].Actor != "command line" || story[1].Actor != op ||
		!bytes.Contains(story[1].Object, []byte(`"old":"Bakery","new":"Café"`)) {
		t.Errorf("story %s %s, %s %s", story[0].Actor, story[0].Object, story[1].Actor, story[1].Object)
	}
	before := term.Settings()
	for key, value := range map[string]string{"shop.nme": "x", "printer.target": "printer", "printer.profile": "no-such",
		"printer.baud": "7", "sales.minimum": "x", "money.currency": "XXX"} {
		says(t, term.Set(background, key, value), key)
	}
	for _, file := range []string{"nonsense", "[shop]\nname = \"A\"\n[printer]\nbaud = 7\n", "[host]\nbase_url = \"https://example.com\"\n",
		"[shop]\nname = 3\n", strings.Repeat("#", 1<<17)} {
		changes, problems, err := term.Import(background, []byte(file))
		if len(changes) > 0 && err == nil || len(problems) == 0 && err == nil {
			t.Errorf("import of %.20q: %v, %v, %v", file, changes, problems, err)
		}
	}
	if got := settings.Diff(before, term.Settings()); len(got) != 0 {
		t.Errorf("what was refused changed %v", got)
	}
	changes, problems, err := term.Import(background, []byte("[shop]\nname = \"Kiosk\"\nphone = \"555\"\n"))
	if err != nil || len(problems) != 0 || len(changes) != 2 {
		t.Errorf("import: %v, %v, %v", changes, problems, err)
	}
	// A setting that another version knew does not take the others with it.
	stray := settings.Change{Key: "shop.motto", New: "x"}
	if err := term.Journal().Commit(background, order.Entry{Kind: "setting.changed", Subject: stray.Key, Actor: "test", Object: stray}); err != nil {
		t.Fatal(err)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	if got := open(t, dir, settings.Training).Settings().Shop; got.Name != "Kiosk" || got.Phone != "555" {
		t.Errorf("after a restart: %+v", got)
	}
}

// outside is a sandbox of its own, as another program would run it.
func outside(t *testing.T, wrap func(http.Handler) http.Handler) (*sandbox.Host, string) {
	t.Helper()
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db")})
	if err != nil {
		t.Fatal(err)
	}
	handler := host.Handler()
	if wrap != nil {
		handler = wrap(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() { server.Close(); _ = host.Close() })
	return host, server.URL
}

func TestAnotherHostUnderARunningTerminal(t *testing.T) {
	term := training(t)
	host, address := outside(t, nil)
	set(t, term, "host.base_url", address)
	sale := charge(t, term, "4111111111111111")
	ledger, err := host.Ledger(background)
	if err != nil || len(ledger) != 1 || ledger[0].SequenceNumber != sale.Number || sale.State != order.Approved {
		t.Fatalf("%s, ledger %+v, %v", sale.State, ledger, err)
	}
	set(t, term, "host.base_url", "")
	// A sale that is still in doubt there would not be found here, and be
	// taken for never charged.
	if sale := charge(t, term, "3530111333300000"); sale.State != order.Quarantine {
		t.Fatalf("%s, want QUARANTINE", sale.State)
	}
	says(t, term.Set(background, "host.base_url", address), "1 payment", "still being settled", "Nothing was changed")
	says(t, term.Set(background, "host.merchant_guid", sandbox.DeviceGUID), "still being settled")
	set(t, term, "shop.name", "Bakery")
	if got := term.Settings().Host.BaseURL; got != "" {
		t.Errorf("base_url %q", got)
	}
}

func TestSignInHost(t *testing.T) {
	term := training(t)
	_, address := outside(t, nil)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html>Please sign in to the Wi-Fi</html>"))
	}))
	defer page.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, tt := range []struct{ address, password, says string }{
		{address, "wrong", "does not take the user name or password"},
		{page.URL, "training-password", "not as the payment host does"},
		{gone.URL, "training-password", "does not answer"},
		{"nonsense", "training-password", "cannot be used"},
	} {
		_, err := term.SignInHost(background, tt.address, "training", []byte(tt.password))
		says(t, err, tt.says)
	}
	if got := term.Settings().Host.BaseURL; got != "" {
		t.Errorf("base_url %q after sign-ins that failed", got)
	}
	devices, err := term.SignInHost(background, address, "training", []byte("training-password"))
	if err != nil || len(devices) != 3 || devices[0].GUID != sandbox.DeviceGUID || term.Settings().Host.BaseURL != address {
		t.Errorf("%+v, %v, base_url %q", devices, err, term.Settings().Host.BaseURL)
	}
}

// sealed keeps live secrets out of the keyring of whoever runs the tests.
func sealed(t *testing.T) {
	t.Helper()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	t.Setenv("PAYDESK_PASSPHRASE", "a passphrase of the tests")
}

func TestLiveWithoutAHost(t *testing.T) {
	sealed(t)
	dir := t.TempDir()
	term := open(t, dir, settings.Live)
	if !terminal.LiveExists(dir) || term.Training() {
		t.Error("the live terminal is not there")
	}
	for _, tt := range []struct{ name, pin, says string }{
		{"", "4711", "name"}, {"  ", "4711", "name"}, {"Ann", "1234", "harder to guess"}, {"Ann", "12", "4 to 8 digits"}, {"Ann", "12ab", "digits only"},
	} {
		pin := []byte(tt.pin)
		_, err := term.AddOperator(background, tt.name, staff.Owner, pin)
		says(t, err, tt.says)
		if len(bytes.Trim(pin, "\x00")) > 0 {
			t.Errorf("the PIN was left as %q", pin)
		}
	}
	ann, err := term.AddOperator(background, "Ann", staff.Owner, []byte("4711"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = term.AddOperator(background, "Bob", staff.Cashier, []byte("8520"))
	says(t, err, "Sign in")
	if err := term.SignIn(background, ann.ID, []byte("4711")); err != nil {
		t.Fatal(err)
	}
	_, err = term.AddOperator(background, " ann ", staff.Cashier, []byte("8520"))
	says(t, err, "Ann can sign in already", "another name")
	_, err = tryCharge(t, term, "4111111111111111", "999")
	says(t, err, "open one first")
	if _, err := term.OpenShift(background, order.Count{Total: money.New(10000, money.USD)}); err != nil {
		t.Fatal(err)
	}
	_, err = tryCharge(t, term, "4111111111111111", "999")
	says(t, err, "paydesk setup")
	if term.CheckHost(background) || !strings.Contains(term.Snapshot().Host.Text, "paydesk setup") {
		t.Errorf("host %+v", term.Snapshot().Host)
	}
	set(t, term, "host.device_guid", sandbox.DeviceGUID)
	if sale := charge(t, term, "4111111111111111"); sale.State != order.NotSent {
		t.Errorf("%s without a host, want NOT_SENT", sale.State)
	}
	for _, address := range []string{"http://salesapi.connexpay.com", "https://127.0.0.1:8787", "https://"} {
		says(t, term.Set(background, "host.base_url", address), "host.base_url")
	}
	_, err = term.SignInHost(background, "http://salesapi.connexpay.com", "u", []byte("p"))
	says(t, err, "https://")
	_, err = term.SignInHost(background, "https://nowhere.invalid", "u", []byte("p"))
	says(t, err, "does not answer")
}

func TestPrinterAndSlips(t *testing.T) {
	term := training(t)
	says(t, term.PrintTest(background), ".")
	if err := term.CheckPrinter(background); err != nil || term.Snapshot().Printer.Health != engine.HealthOff {
		t.Errorf("no printer: %v, %+v", err, term.Snapshot().Printer)
	}
	paper := filepath.Join(t.TempDir(), "paper.bin")
	set(t, term, "printer.target", "file:"+paper)
	if err := term.PrintTest(background); err != nil {
		t.Error(err)
	}
	sale := charge(t, term, "4111111111111111")
	onPaper(t, term)
	printed, err := os.ReadFile(paper)
	if err != nil || bytes.Count(printed, []byte("APPROVED")) != 2 || term.Snapshot().Printer.Health != engine.HealthGood {
		t.Errorf("%d approved slips of 2, %v, printer %+v", bytes.Count(printed, []byte("APPROVED")), err, term.Snapshot().Printer)
	}
	doc, err := term.Receipt(background, sale.Number, engine.CopyMerchant)
	if err != nil || !strings.Contains(doc.Title, sale.Number) {
		t.Errorf("slip %q, %v", doc.Title, err)
	}
	b, err := term.CloseBatch(background)
	if err != nil || !b.Matches() {
		t.Fatalf("batch %+v, %v", b, err)
	}
	if _, err := term.BatchSlip(background, b.ID); err != nil {
		t.Error(err)
	}
	onPaper(t, term)
	set(t, term, "printer.target", "/dev/no-such-printer")
	if err := term.CheckPrinter(background); err == nil || term.Snapshot().Printer.Health == engine.HealthGood {
		t.Errorf("a printer that is not there: %v, %+v", err, term.Snapshot().Printer)
	}
	says(t, term.PrintTest(background), ".")
}

// No card number and no security code is in any file, at any time.
func TestNoCardOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	log, err := os.Create(filepath.Join(dir, "paydesk.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	term, err := terminal.Open(background, terminal.Options{Dir: dir, Mode: settings.Training,
		Log: slog.New(redact.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))})
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	signIn(t, term)
	set(t, term, "printer.target", "file:"+filepath.Join(dir, "paper.bin"))
	set(t, term, "day.drawer", settings.DrawerNone)
	cards := map[string]order.State{"4111111111111111": order.Approved, "371449635392376": order.Approved,
		"4000000000009995": order.Declined, "5105105105105100": order.Declined, "5555555555554444": order.Approved,
		"4012888888881881": order.PartApproved, "3530111333300000": order.Quarantine}
	for pan, want := range cards {
		cvv := "739"
		if pan[0] == '3' && pan[1] == '7' {
			cvv = "7391"
		}
		sale, err := tryCharge(t, term, pan, cvv)
		if err != nil {
			t.Fatal(err)
		}
		if sale = settled(t, term, sale.Number); sale.State != want {
			t.Errorf("card ending in %s: %s, want %s", pan[len(pan)-4:], sale.State, want)
		}
	}
	onPaper(t, term)
	search := func(when string) {
		files := 0
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			for pan := range cards {
				grouped := pan[:4] + " " + pan[4:8] + " " + pan[8:12]
				for _, trace := range []string{pan, grouped, strings.ReplaceAll(grouped, " ", "-"), pan[:9]} {
					if bytes.Contains(data, []byte(trace)) {
						t.Errorf("%s: a card number is in %s", when, path)
					}
				}
			}
			for _, trace := range []string{"cvv2", `"739"`, `"7391"`, "Cvv2"} {
				if bytes.Contains(data, []byte(trace)) {
					t.Errorf("%s: %q is in %s", when, trace, path)
				}
			}
			return nil
		})
		if err != nil || files < 8 {
			t.Errorf("%s: looked into %d files, %v", when, files, err)
		}
	}
	search("while running")
	if _, err := os.Stat(filepath.Join(term.Dir(), "journal.db-wal")); err != nil {
		t.Errorf("the write-ahead log was not looked at: %v", err)
	}
	if err := term.Close(); err != nil {
		t.Error(err)
	}
	search("after the end")
}

func TestProblemsStayProblems(t *testing.T) {
	term := training(t)
	_, err := term.Receipt(background, "nobody", engine.CopyCustomer)
	if !errors.Is(err, order.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// The currency stays while a batch is open, which could not be closed in two.
func TestCurrencyOfAnOpenBatch(t *testing.T) {
	term := open(t, t.TempDir(), settings.Training)
	signIn(t, term)
	if err := term.Set(background, "day.drawer", "none"); err != nil {
		t.Fatal(err)
	}
	if sale := charge(t, term, "4111111111111111"); sale.State != order.Approved {
		t.Fatal(sale.State)
	}
	if err := term.Set(background, "money.currency", "EUR"); problem(err) != "host-busy" {
		t.Errorf("with an open batch: %v", err)
	}
}
