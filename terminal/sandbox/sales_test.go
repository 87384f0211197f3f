package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSaleRefusals(t *testing.T) {
	good := saleBody("4111111111111111", "5.00", "a")
	tests := []struct{ name, old, new, want string }{
		{"no JSON", good, "<sale/>", "Unable to decode the Model"},
		{"nothing", good, "", "Unable to decode the Model"},
		{"two values", good, good + "{}", "Unable to decode the Model"},
		{"too long", good, `{"x":"` + strings.Repeat("y", maxBody) + `"}`, "Unable to decode the Model"},
		{"amount is a list", "5.00", "[5]", "Unable to decode the Model"},
		{"escaped card number", `"4111111111111111"`, `"\u0034111111111111111"`, "Unable to decode the Model"},
		{"unknown device", DeviceGUID, MerchantGUID, "Invalid Device GUID"},
		{"no device", "DeviceGuid", "Device", "Invalid Device GUID"},
		{"zero", "5.00", "0", "The Sale amount must be greater than zero"},
		{"negative", "5.00", "-5.00", "The Sale amount must be greater than zero"},
		{"under the minimum", "5.00", "0.49", "The Sale amount must be at least 0.50"},
		{"over the maximum", "5.00", `"1000000.00"`, "The Sale amount must not exceed 999999.99"},
		{"three decimals", "5.00", "5.001", "Invalid ModelState"},
		{"exponent", "5.00", "5e2", "Invalid ModelState"},
		{"no amount", "5.00", "null", "Invalid ModelState"},
		{"no expected payments", "ExpectedPayments", "Payments", "Invalid ModelState"},
		{"long number", `"a"`, `"` + strings.Repeat("a", 101) + `"`, "Invalid ModelState"},
		{"no card number", "CardNumber", "Number", "Card number, track1data or track2data missing"},
		{"no expiry", "ExpirationDate", "Expiry", "Expiration date is required if the Card number is being sent. B.CB.GS01"},
	}
	b := newBench(t, Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, body, err := b.do("POST", "sales", strings.Replace(good, tt.old, tt.new, 1))
			if err != nil {
				t.Fatal(err)
			}
			if got := fields(t, body)["message"]; got != tt.want || status < 400 || status > 499 {
				t.Errorf("got %d %v, want 4xx %q", status, got, tt.want)
			}
		})
	}
	if got := len(b.rows()); got != 0 {
		t.Errorf("rows: got %d, want none from refused requests", got)
	}
}

func TestLogin(t *testing.T) {
	b := newBench(t, Options{})
	tests := []struct{ name, grant, user, password, want string }{
		{"wrong password", "password", DefaultUsername, "x", `{"error":"invalid_grant","error_description":"The user name or password is incorrect."}`},
		{"wrong user", "password", "x", DefaultPassword, `{"error":"invalid_grant","error_description":"The user name or password is incorrect."}`},
		{"other grant", "client_credentials", "", "", `{"error":"unsupported_grant_type"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			form := url.Values{"grant_type": {tt.grant}, "username": {tt.user}, "password": {tt.password}}
			w := httptest.NewRecorder()
			r := httptest.NewRequest("POST", "/api/v1/Token", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			b.host.Handler().ServeHTTP(w, r)
			if got := w.Body.String(); w.Code != 400 || got != tt.want {
				t.Errorf("got %d %s, want 400 %s", w.Code, got, tt.want)
			}
		})
	}
	denied := `{"message":"Authorization has been denied for this request."}`
	b.clock.Advance((tokenSeconds - 1) * time.Second)
	b.want(200, "GET", "devices", "")
	b.clock.Advance(time.Second)
	if got := b.want(401, "GET", "devices", ""); got != denied {
		t.Errorf("expired: got %s, want %s", got, denied)
	}
	fresh := b.login(DefaultUsername, DefaultPassword)
	last := map[byte]string{'A': "B"}[fresh[0]]
	if last == "" {
		last = "A"
	}
	for _, token := range []string{"", "x", last + fresh[1:], fresh[:len(fresh)-4]} {
		b.token = token
		if got := b.want(401, "GET", "devices", ""); got != denied {
			t.Errorf("token %.9q: got %s, want %s", token, got, denied)
		}
	}
}

func TestPaths(t *testing.T) {
	b := newBench(t, Options{})
	b.want(404, "GET", "nothing", "")
	b.want(405, "GET", "timeoutreversal", "")
	b.want(400, "GET", "sales/not-a-guid", "")
	b.want(404, "GET", "sales/"+MerchantGUID, "")
	b.want(404, "GET", "sales/batch/"+MerchantGUID, "")
	b.want(404, "GET", "batches/"+MerchantGUID+"/transactions", "")
	b.want(204, "GET", "sales", "")
}

// TestSameNumber: a number that was used is refused for half an hour, with a
// code that tells what became of the first sale.
func TestSameNumber(t *testing.T) {
	b := newBench(t, Options{})
	refused := func(sequence, code string) {
		t.Helper()
		got := b.want(422, "POST", "sales", saleBody("4111111111111111", "7", sequence))
		if want := "The Sale could not be processed correctly. Error code " + code + ". Error message: Duplicate Request ("; !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "approved"))
	b.want(200, "POST", "sales", saleBody("4000000000009995", "5", "declined"))
	refused("approved", "D0001")
	refused("declined", "D0003")
	b.want(200, "POST", "timeoutreversal", reversalBody("approved"))
	refused("approved", "D0009")
	other := strings.Replace(saleBody("4111111111111111", "5", "approved"), DeviceGUID, SecondDeviceGUID, 1)
	b.want(200, "POST", "sales", other)
	b.clock.Advance(sameNumberWindow - time.Nanosecond)
	refused("declined", "D0003")
	b.clock.Advance(time.Nanosecond)
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "declined"))
	none := strings.Replace(saleBody("4111111111111111", "5", "x"), "SequenceNumber", "Unnumbered", 1)
	b.want(200, "POST", "sales", none)
	b.want(200, "POST", "sales", none)
}

// TestHangUp: a client that has gone before the host begins is charged all the
// same, as by a bank.
func TestHangUp(t *testing.T) {
	b := newBench(t, Options{})
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	r := httptest.NewRequest("POST", "/api/v1/sales", strings.NewReader(saleBody("4111111111111111", "5", "a")))
	r.Header.Set("Authorization", "Bearer "+b.token)
	b.host.Handler().ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	if got := b.charged(); got != 1 {
		t.Errorf("charged: got %d, want 1", got)
	}
}

func TestDuplicateWindow(t *testing.T) {
	b := newBench(t, Options{DuplicateWindow: time.Minute})
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "a"))
	if got, want := b.want(422, "POST", "sales", saleBody("4111111111111111", "5.00", "b")), "D0008"; !strings.Contains(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5.01", "c"))
	b.want(200, "POST", "sales", saleBody("4012000098765439", "5", "d"))
	b.clock.Advance(time.Minute)
	b.want(200, "POST", "sales", saleBody("4111111111111111", "5", "e"))
}

func TestParallelSales(t *testing.T) {
	const many = 50
	tests := []struct {
		name     string
		sequence func(int) string
		want     int
	}{
		{"distinct numbers", func(i int) string { return fmt.Sprint("n", i) }, many},
		{"one number", func(int) string { return "same" }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, Options{})
			var wg sync.WaitGroup
			for i := range many {
				wg.Go(func() {
					if _, _, err := b.do("POST", "sales", saleBody("4111111111111111", "5", tt.sequence(i))); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			batches := map[string]bool{}
			for _, r := range b.rows() {
				batches[r.BatchGUID] = true
			}
			if got, want := fmt.Sprint(len(b.rows()), b.charged(), len(batches)), fmt.Sprint(tt.want, tt.want, 1); got != want {
				t.Errorf("rows, charged, batches: got %s, want %s", got, want)
			}
		})
	}
}

// TestTwoHostsOneLedger: two processes may serve one file; between them, too, a
// number is charged once, and neither fails because the other is writing.
func TestTwoHostsOneLedger(t *testing.T) {
	b := newBench(t, Options{})
	second, err := Open(Options{Path: b.path, Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			host := []*Host{b.host, second}[i%2]
			r := httptest.NewRequest("POST", "/api/v1/sales", strings.NewReader(saleBody("4111111111111111", "5", fmt.Sprint("n", i/2))))
			if out := create(kindSale)(host, &call{r: r}); out.status != 200 && out.status != 422 {
				t.Errorf("sale %d: got %d %v", i, out.status, out.body)
			}
		})
	}
	wg.Wait()
	if got, want := b.charged(), 50; got != want {
		t.Errorf("charged: got %d, want %d", got, want)
	}
}

func TestWipe(t *testing.T) {
	var in paymentRequest
	if err := decode(strings.NewReader(saleBody("4111111111111111", "5", "a")), &in); err != nil {
		t.Fatal(err)
	}
	number, code := in.Card.CardNumber, in.Card.Cvv2
	in.wipe()
	if got := string(number) + string(code); strings.Trim(got, "\x00") != "" || len(got) != 20 {
		t.Errorf("after wiping: got %q, want 20 zero bytes", got)
	}
}

// TestNoCardDataOnDisk pays with every card, and with one that is not a test
// card, with the number typed into text fields too, and searches the files.
func TestNoCardDataOnDisk(t *testing.T) {
	for _, dialect := range []Dialect{DialectDocument, DialectCurrent} {
		t.Run(string(dialect), func(t *testing.T) { searchDisk(t, dialect) })
	}
}

func searchDisk(t *testing.T, dialect Dialect) {
	t.Helper()
	c := newWaitClock()
	b := newBench(t, Options{Clock: c, Dialect: dialect})
	go func() {
		for {
			select {
			case d := <-c.waiting:
				c.Advance(d)
			case <-t.Context().Done():
				return
			}
		}
	}()
	numbers := []string{"4532538795426624"}
	for _, card := range Cards {
		numbers = append(numbers, card.Number)
	}
	const code = "73917391739173917391"
	for i, n := range numbers {
		for j, cvv := range []string{"7391", code} {
			body := strings.Replace(saleBody(n, "5", fmt.Sprintf("s%d-%d", i, j)), "7391", cvv, 1)
			spaced := n[:4] + " " + n[4:]
			body = strings.Replace(body, `"Card":{`, fmt.Sprintf(`"StatementDescription":"pay %s","CustomData":"%s",
				"OrderDate":"%s","CustomerID":"%s","Card":{"CardHolderName":%q,"Customer":{"FirstName":"Ann","Address1":"%s"},`,
				n, n, spaced, n, n, spaced), 1)
			for _, path := range []string{"sales", "AuthOnlys", "Verify"} {
				_, _, _ = b.do("POST", path, body) // some have no answer
			}
		}
	}
	if len(b.rows()) < len(numbers) {
		t.Fatal("too few sales were recorded")
	}
	if _, err := b.host.ledger.db.Exec(`PRAGMA wal_checkpoint(PASSIVE)`); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(b.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range append(numbers, code) {
			for _, form := range []string{secret, secret[:4] + " " + secret[4:]} {
				if strings.Contains(string(data), form) {
					t.Errorf("%s contains %s", file, form)
				}
			}
		}
	}
	var found int
	err = b.host.ledger.db.QueryRow(`SELECT count(*) FROM transactions
		WHERE instr(holder || statement || status || message || expiry, '7391') > 0`).Scan(&found)
	if err != nil || found != 0 {
		t.Errorf("rows with a security code: got %d, want none (%v)", found, err)
	}
}

func TestListenStaysOnThisComputer(t *testing.T) {
	b := newBench(t, Options{})
	for _, addr := range []string{"0.0.0.0:0", ":8787", "[::]:0", "192.168.1.4:80", "example.com:80", "8787"} {
		if s, err := b.host.Listen(addr); err == nil {
			t.Errorf("%s was accepted as %s", addr, s.URL())
		}
	}
	s, err := b.host.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(s.URL() + "/api/v1/devices")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %d, want 401 without a token", resp.StatusCode)
	}
}
