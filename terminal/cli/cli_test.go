package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"paydesk/terminal/cli"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/sandbox/gateway"
)

// shell runs the program in process, on a data folder of its own.
type shell struct {
	t   *testing.T
	dir string
	in  string
	as  string // operator, "" is the only one
}

func newShell(t *testing.T) *shell {
	t.Helper()
	t.Setenv("PAYDESK_PIN", "")
	t.Setenv("PAYDESK_DATA", "")
	t.Setenv("PAYDESK_DEBUG", "")
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere") // no keyring
	t.Setenv("PAYDESK_PASSPHRASE", "a passphrase of the tests")
	s := &shell{t: t, dir: t.TempDir()}
	s.run(0, "--training", "settings", "set", "day.drawer", "none") // a test sells without opening a shift
	return s
}

// run carries out a command line and returns what it wrote. Lines of input are
// given with answers.
func (s *shell) run(wantCode int, args ...string) (out, errs string) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	env := cli.Env{In: strings.NewReader(s.in), Out: &stdout, Err: &stderr, Version: "1.2.3"}
	s.in = ""
	if code := cli.Run(context.Background(), env, append([]string{"--data", s.dir, "--operator", s.as}, args...)); code != wantCode {
		s.t.Errorf("paydesk %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, wantCode, &stdout, &stderr)
	}
	for _, pan := range []string{"4111111111111111", "4012888888881881"} {
		if strings.Contains(stdout.String()+stderr.String(), pan) {
			s.t.Errorf("paydesk %s shows a card number", strings.Join(args, " "))
		}
	}
	return stdout.String(), stderr.String()
}

func (s *shell) answers(lines ...string) *shell {
	s.in = strings.Join(lines, "\n") + "\n"
	return s
}

func (s *shell) ledger() string { return filepath.Join(s.dir, "training", "sandbox.db") }

// has checks that a text contains all of the words.
func has(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in\n%s", w, text)
		}
	}
}

var (
	saleNumber = regexp.MustCompile(`\b[0-9A-Z]{17}\b`)
	good       = []string{"--card", "4111111111111111", "--expiry", "1231", "--cvv", "999"}
)

// The whole road in one command, and the witnesses of it.
func TestDemoAndItsWitnesses(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, "demo")
	has(t, out, "APPROVED $12.50", "TRAINING - NO MONEY MOVED", "CUSTOMER COPY", "Closing the batch", "PDF: ")
	number := saleNumber.FindString(out)
	for _, line := range strings.Split(out, "\n") {
		if path, ok := strings.CutPrefix(line, "PDF: "); ok {
			if data, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	out, _ = s.run(0, "history")
	has(t, out, number, "APPROVED $12.50", "Visa **** 1111")
	out, _ = s.run(0, "show", number)
	has(t, out, number, "order.open", "attempt.sending", "attempt.approved", "job.confirmed", "authorisation ")
	if strings.Index(out, "attempt.sending") > strings.Index(out, "attempt.approved") {
		t.Errorf("the story goes backwards\n%s", out)
	}
	out, _ = s.run(0, "journal", "verify")
	has(t, out, "events, sound")
	out, _ = s.run(0, "sandbox", "ledger", "--ledger", s.ledger())
	has(t, out, number, "Transaction - Approved", "12.50", "1111")
	_, errs := s.run(0, "batch", "close")
	has(t, errs, "nothing to close")
	_, errs = s.run(1, "show", "NOBODY")
	has(t, errs, "There is no payment NOBODY", "paydesk history")
}

// What the bank said is told in words, with its code in brackets.
func TestAnswersAreTold(t *testing.T) {
	s := newShell(t)
	for _, tt := range []struct {
		pan  string
		code int
		want string
	}{
		{"4000000000009995", cli.ExitDeclined, "not charged. The card does not cover this amount just now. Ask for another card, or charge a smaller part to this one. [D2012 Insufficient Funds]"},
		{"5105105105105100", cli.ExitDeclined, "not charged. The bank declined this card without a reason."},
		{"3530111333300000", cli.ExitUnknown, "not known yet; not charged again until the bank has been asked"},
	} {
		out, _ := s.run(tt.code, "sale", "5", "--no-wait", "--card", tt.pan, "--expiry", "1231", "--cvv", "999")
		has(t, out, tt.want)
		out, _ = s.run(0, "show", saleNumber.FindString(out))
		has(t, out, tt.want)
	}
	out, _ := s.run(0, "codes", "d0006")
	has(t, out, "D0006  Supervisor Override Required", "Let a supervisor sign in", "One moment, help is coming")
	out, _ = s.run(0, "codes")
	if n := strings.Count(out, "\n"); n != 527 {
		t.Errorf("%d codes, want 527", n)
	}
	_, errs := s.run(1, "codes", "D9999")
	has(t, errs, "paydesk codes lists them")
}

func TestSellTellsTheOutcomeByItsCode(t *testing.T) {
	s := newShell(t)
	for _, tt := range []struct {
		pan, state, approved string
		code                 int
		more                 []string
	}{
		{"4111111111111111", "APPROVED", "12.50", cli.ExitOK, nil},
		{"5555555555554444", "APPROVED", "12.50", cli.ExitOK, nil}, // its answer is lost, and found
		{"4000000000009995", "DECLINED", "0.00", cli.ExitDeclined, nil},
		{"4012888888881881", "APPROVED", "6.25", cli.ExitOK, []string{"--keep-partial"}},
		{"4012888888881881", "REVERSED", "6.25", cli.ExitDeclined, nil},
		{"3530111333300000", "UNKNOWN", "0.00", cli.ExitUnknown, []string{"--no-wait"}},
	} {
		args := append([]string{"sale", "12.50", "--json", "--note", "Table 4", "--card", tt.pan, "--expiry", "12/31", "--cvv", "999"}, tt.more...)
		out, _ := s.run(tt.code, args...)
		var got map[string]string // every value is text, amounts too
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Errorf("%s: %v in %s", tt.state, err, out)
			continue
		}
		if got["state"] != tt.state || got["amount"] != "12.50" || got["currency"] != "USD" || got["last4"] != tt.pan[12:] || !saleNumber.MatchString(got["number"]) {
			t.Errorf("%v, want %s", got, tt.state)
		}
		if tt.state == "APPROVED" && (got["approved"] != tt.approved || got["auth_code"] == "" || got["host_guid"] == "" || got["batch"] == "") {
			t.Errorf("%v, want %s approved", got, tt.approved)
		}
	}
	out, _ := s.run(0, "history", "--json", "--limit", "3")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 3 || !strings.Contains(lines[0], `"UNKNOWN"`) {
		t.Errorf("history %s", out)
	}
	out, _ = s.run(0, "settle", "--within", "20s")
	has(t, out, "QUARANTINE $12.50", "the terminal keeps looking")
	_, errs := s.run(1, "batch", "close")
	has(t, errs, "asks the bank what became of it", "--carry")
}

func TestTheCardIsTypedLineByLine(t *testing.T) {
	s := newShell(t)
	out, errs := s.answers("4111 1111-1111 1111", "12/31", "999").run(0, "sale", "20")
	has(t, out, "APPROVED $20.00", "**** 1111")
	has(t, errs, "Card number:", "Expiry MMYY:", "Security code:")
	_, errs = s.answers("4111111111111111").run(1, "sale", "20")
	has(t, errs, "one line for each question")
	_, errs = s.answers(strings.Repeat("4", 300)).run(1, "sale", "20")
	has(t, errs, "longer than any")
}

// Each kind of bad input gets a sentence that says what to do, and nothing is
// charged.
func TestBadInput(t *testing.T) {
	s := newShell(t)
	s.run(0, "operator", "list") // makes the terminal
	for _, tt := range []struct {
		name string
		args []string
		says string
	}{
		{"too many decimals", append([]string{"sale", "12.505"}, good...), `"12.505" has too many digits behind the point: USD has 2. Write an amount such as 12.50.`},
		{"not an amount", append([]string{"sale", "12,50"}, good...), `"12,50" is not an amount: write digits with a point before the cents, such as 12.50.`},
		{"huge", append([]string{"sale", "99999999999999999999"}, good...), "is more than any card payment"},
		{"too little", append([]string{"sale", "0.49"}, good...), "The smallest card payment is $0.50. Enter a larger amount."},
		{"too much", append([]string{"sale", "1000000"}, good...), "The largest card payment is $999,999.99."},
		{"below zero", []string{"sale", "--", "-5"}, "The smallest card payment"},
		{"wrong PIN", append([]string{"--pin", "9999", "sale", "5"}, good...), "That PIN is not right. Try again."},
		{"no such operator", append([]string{"--operator", "Bob", "sale", "5"}, good...), `There is no operator named "Bob": paydesk operator list shows the names.`},
		{"bad number", []string{"sale", "5", "--card", "4111111111111112", "--expiry", "1231", "--cvv", "999"}, "Check the card number: one of the digits is wrong."},
		{"letters", []string{"sale", "5", "--card", "4111x", "--expiry", "1231", "--cvv", "999"}, "digits only"},
		{"expired", []string{"sale", "5", "--card", "4111111111111111", "--expiry", "0120", "--cvv", "999"}, "This card has expired: ask for another card."},
		{"bad month", []string{"sale", "5", "--card", "4111111111111111", "--expiry", "1331", "--cvv", "999"}, "between 01 and 12"},
		{"bad code", []string{"sale", "5", "--card", "4111111111111111", "--expiry", "1231", "--cvv", "9"}, "security code"},
		{"unknown command", []string{"sel"}, `There is no command "sel": paydesk --help lists the commands.`},
		{"unknown in a group", []string{"settings", "imprt"}, `There is no command "imprt": paydesk settings --help lists the commands.`},
		{"no amount", []string{"sale"}, `Write it as "paydesk sale AMOUNT [flags]": paydesk sale --help tells more.`},
		{"unknown flag", []string{"sale", "--amount", "5"}, "unknown flag: --amount): paydesk sale --help lists"},
		{"both modes", []string{"--live", "--training", "history"}, "leave one of --training and --live away"},
		{"no such setting", []string{"settings", "set", "shop.nme", "x"}, "shop.nme: there is no such setting"},
		{"bad setting", []string{"settings", "set", "sales.minimum", "x"}, "sales.minimum: write an amount in USD"},
		{"bad printer", []string{"settings", "set", "printer.target", "printer"}, "is not a printer: write none"},
		{"real host in training", []string{"settings", "set", "host.base_url", "https://salesapi.connexpay.com"}, "leave it empty to train"},
		{"no settings file", []string{"settings", "import", filepath.Join(s.dir, "none.toml")}, "Check the name of the file; nothing was changed."},
		{"nowhere to export", []string{"settings", "export", filepath.Join(s.dir, "none", "x.toml")}, "choose a file in a folder"},
		{"bad role", []string{"operator", "add", "Bob", "--role", "boss"}, "choose cashier, supervisor or owner"},
		{"no ledger", []string{"sandbox", "ledger", "--ledger", filepath.Join(s.dir, "none.db")}, "name the sandbox's file with --ledger"},
		{"sandbox for others", []string{"sandbox", "--listen", "0.0.0.0:0", "--ledger", filepath.Join(s.dir, "box.db")}, "this computer only"},
		{"plan without faults", []string{"sandbox", "--no-faults", "--faults", "x.json", "--ledger", filepath.Join(s.dir, "box.db")}, "leave the plan out"},
		{"no plan", []string{"sandbox", "--faults", filepath.Join(s.dir, "none.json")}, "name a file that is there"},
		{"no such hour", []string{"sandbox", "--auto-close", "24"}, "an hour from 0 to 23"},
		{"no such dialect", []string{"sandbox", "--dialect", "old", "--ledger", filepath.Join(s.dir, "box.db")}, "choose document or current"},
		{"live is not set up", []string{"--live", "history"}, "Start paydesk once, or name another folder with --data."},
		{"no printer", []string{"print-test"}, "."},
	} {
		out, errs := s.run(1, tt.args...)
		if !strings.Contains(errs, tt.says) {
			t.Errorf("%s: %q does not say %q", tt.name, errs, tt.says)
		}
		if strings.Contains(out+errs, "Usage:") || !strings.HasSuffix(strings.TrimSpace(errs), ".") {
			t.Errorf("%s: %q is not a sentence", tt.name, errs)
		}
	}
	if out, _ := s.run(0, "sandbox", "ledger", "--ledger", s.ledger()); out != "" {
		t.Errorf("something reached the host:\n%s", out)
	}
	if out, _ := s.run(0, "history"); out != "" {
		t.Errorf("something is in the journal:\n%s", out)
	}
}

func TestHelpAndVersion(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, "version")
	has(t, out, "paydesk 1.2.3")
	for _, args := range [][]string{{}, {"--help"}, {"settings"}, {"operator"}, {"sale", "--help"}} {
		out, _ = s.run(0, args...)
		has(t, out, "Usage:")
	}
	opened := false
	code := cli.Run(context.Background(), cli.Env{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &bytes.Buffer{},
		Window: func(_ context.Context, o cli.WindowOptions) error {
			opened = o.Fullscreen && o.Terminal.Dir == s.dir
			return nil
		}}, []string{"--data", s.dir, "--fullscreen"})
	if code != 0 || !opened {
		t.Errorf("the window: code %d, opened %v", code, opened)
	}
}

func TestSettingsTravel(t *testing.T) {
	s, other := newShell(t), newShell(t)
	s.run(0, "settings", "set", "shop.name", "Café \"Zum Löwen\"")
	s.run(0, "settings", "set", "sales.minimum", "2.00")
	file := filepath.Join(s.dir, "settings.toml")
	s.run(0, "settings", "export", file)
	out, _ := other.run(0, "settings", "import", file)
	has(t, out, "shop.name", "sales.minimum", "Settings changed: 2.")
	first, _ := s.run(0, "settings", "show")
	second, _ := other.run(0, "settings", "show")
	if first != second {
		t.Errorf("the settings differ:\n%s\n%s", first, second)
	}
	out, _ = s.run(0, "settings", "export", "-")
	has(t, out, "[shop]", "minimum = \"2.00\"")
	out, _ = other.answers("[shop]", "phone = \"555\"").run(0, "settings", "import", "-")
	has(t, out, "Settings changed: 1.")
	before, _ := other.run(0, "settings", "show")
	for _, bad := range []string{"not toml at all", "[shop]\nname = 3", "[printer]\nbaud = 7", "[shop]\nnme = \"x\"", "\x00\xff\xfe"} {
		_, errs := other.answers(bad).run(1, "settings", "import", "-")
		has(t, errs, "Nothing was changed: correct the lines above and import again.")
	}
	if after, _ := other.run(0, "settings", "show"); after != before {
		t.Errorf("what was refused changed something:\n%s", after)
	}
}

func TestDoctor(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, "doctor")
	has(t, out, "training, data in", "events, sound", "room for sales", "answers and takes the account", "1 can sign in", "0 are being settled")
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	defer page.Close()
	s.run(0, "settings", "set", "host.base_url", page.URL)
	out, _ = s.run(1, "doctor")
	has(t, out, "TROUBLE", "not as the payment host does")
	s.run(0, "settings", "set", "printer.target", "file:"+filepath.Join(s.dir, "paper.bin"))
	out, _ = s.run(0, "print-test")
	has(t, out, "The test slip was printed.")
	// A sale against that page: nothing can have been charged.
	out, _ = s.run(cli.ExitDeclined, append([]string{"sale", "5"}, good...)...)
	has(t, out, "NOT_SENT", "could not be reached")
}

// A live terminal is set up, gets its owner, and takes no card from flags.
func TestLive(t *testing.T) {
	s := newShell(t)
	_, errs := s.answers("4711", "4711").run(1, "--live", "operator", "add", "Bob")
	has(t, errs, "The first operator must be the owner.")
	_, errs = s.answers("4711", "4712").run(1, "--live", "operator", "add", "Ann", "--role", "owner")
	has(t, errs, "The two PINs differ")
	_, errs = s.answers("1111", "1111").run(1, "--live", "operator", "add", "Ann", "--role", "owner")
	has(t, errs, "harder to guess")
	_, errs = s.run(1, "--live", "sale", "5")
	has(t, errs, "Nobody can sign in yet: add an operator with: paydesk operator add NAME --role owner.")
	out, _ := s.answers("4711", "4711").run(0, "--live", "operator", "add", "Ann", "--role", "owner")
	has(t, out, "Ann (owner) can sign in.")
	// Live is what a terminal is from then on, without the flag.
	_, errs = s.run(1, "--pin", "4711", "sale", "5")
	has(t, errs, "No shift is open.")
	s.run(0, "--pin", "4711", "shift", "open", "100")
	_, errs = s.run(1, append([]string{"--pin", "4711", "sale", "5"}, good...)...)
	has(t, errs, "A card is not taken from the arguments", "leave --card and --cvv away")
	_, errs = s.answers("4111111111111111", "1231", "999").run(1, "--pin", "4711", "sale", "5")
	has(t, errs, "paydesk setup")
	t.Setenv("PAYDESK_PIN", "4711")
	s.answers("8520", "8520").run(0, "operator", "add", "Bob", "--role", "cashier")
	_, errs = s.run(1, "sale", "5")
	has(t, errs, "Say who you are with --operator NAME.")
	t.Setenv("PAYDESK_PIN", "")
	_, errs = s.answers("8520").run(1, "--operator", "bob", "operator", "add", "Eve")
	has(t, errs, "Your role does not allow this")
	t.Setenv("PAYDESK_PIN", "4711")
	ann := []string{"--operator", "ann", "operator"}
	s.run(0, append(ann, "change", "bob", "--name", "Robert", "--role", "supervisor")...)
	s.answers("1593", "1593").run(0, append(ann, "pin", "Robert")...)
	s.run(0, append(ann, "unlock", "Robert")...)
	out, _ = s.run(0, "operator", "list")
	has(t, out, "Ann (owner)", "Robert (supervisor)")
	_, errs = s.run(1, append(ann, "retire", "Ann")...)
	has(t, errs, "One owner has to stay.")
	s.run(0, append(ann, "retire", "Robert")...)
	_, errs = s.run(1, append(ann, "retire", "Robert")...)
	has(t, errs, "no operator named")
	out, _ = s.run(1, "doctor")
	has(t, out, "TROUBLE: No payment host is set up yet. Run: paydesk setup")
	_, errs = s.answers("https://nowhere.invalid", "user", "password").run(1, "setup")
	has(t, errs, "Address of the payment service:", "does not answer")
	_, errs = s.answers("password").run(1, "setup", "--base-url", "http://salesapi.connexpay.com", "--username", "user")
	has(t, errs, "https://")
}

func TestSetup(t *testing.T) {
	s := newShell(t)
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db")})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler())
	t.Cleanup(func() { server.Close(); _ = host.Close() })
	setup := []string{"--training", "setup", "--base-url", server.URL, "--username", "training"}
	_, errs := s.answers("wrong").run(1, setup...)
	has(t, errs, "does not take the user name or password")
	_, errs = s.answers("training-password").run(1, append(setup, "--device", "nobody")...)
	has(t, errs, "The account has no device nobody")
	out, errs := s.answers("training-password", "9").run(1, setup...)
	has(t, out, "1  "+sandbox.DeviceGUID, "2  "+sandbox.SecondDeviceGUID)
	has(t, errs, `"9" is not one of the numbers above`)
	out, _ = s.answers("training-password", "2").run(0, append(setup, "--merchant", sandbox.MerchantGUID)...)
	has(t, out, "This terminal is", sandbox.SecondDeviceGUID)
	out, _ = s.answers("training-password").run(0, append(setup, "--device", sandbox.DeviceGUID)...)
	has(t, out, sandbox.DeviceGUID)
	s.run(0, append([]string{"sale", "7"}, good...)...)
	if ledger, err := host.Ledger(context.Background()); err != nil || len(ledger) != 1 || ledger[0].DeviceGUID != sandbox.DeviceGUID {
		t.Errorf("ledger %+v, %v", ledger, err)
	}
}

// watched tells when something was written.
type watched struct {
	mu   sync.Mutex
	text strings.Builder
	news chan struct{}
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case w.news <- struct{}{}:
	default:
	}
	return w.text.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func TestSandboxByItself(t *testing.T) {
	s := newShell(t)
	plan := filepath.Join(s.dir, "plan.json")
	if err := os.WriteFile(plan, []byte(`{"rules":[{"call":"GET devices","fault":"lag 5m"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out := &watched{news: make(chan struct{}, 1)}
	done := make(chan int, 1)
	go func() {
		done <- cli.Run(ctx, cli.Env{In: strings.NewReader(""), Out: out, Err: &bytes.Buffer{}},
			[]string{"--data", s.dir, "sandbox", "--listen", "127.0.0.1:0", "--ledger", filepath.Join(s.dir, "box.db"),
				"--faults", plan, "--auto-close", "3", "--duplicates"})
	}()
	<-out.news
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(out.String())
	has(t, out.String(), "User name training", sandbox.DeviceGUID, "faults on "+address+"/sandbox/",
		"PayPal on "+address+"/paypal", gateway.PayPalUser, "Razorpay on "+address+"/razorpay/v1/", gateway.RazorpayKeyID, address+gateway.Page)
	resp, err := http.Get(address + "/sandbox/faults")
	if err != nil {
		t.Fatal(err)
	}
	faults, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	has(t, string(faults), `{"kind":"lag","for":"5m"}`)
	s.run(0, "settings", "set", "host.base_url", address)
	s.run(0, append([]string{"sale", "9.99"}, good...)...)
	rows, _ := s.run(0, "sandbox", "ledger", "--ledger", filepath.Join(s.dir, "box.db"))
	has(t, rows, "9.99", "Transaction - Approved")
	stop()
	if code := <-done; code != 0 {
		t.Errorf("exit code %d", code)
	}
}
