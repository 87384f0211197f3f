package gateway

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// form posts a form of the desk.
func (b *bench) form(fields ...string) *got {
	b.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.do("POST", "/wallets/do", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

// pageHas looks for texts on the desk.
func (b *bench) pageHas(want ...string) {
	b.Helper()
	page := b.do("GET", Page, "").is(200).body
	for _, text := range want {
		if !strings.Contains(page, text) {
			b.Errorf("the page lacks %q: %s", text, page)
		}
	}
}

func TestDesk(t *testing.T) {
	b, l := newBench(t), listen(t)
	b.pageHas("No codes yet", "Nothing was paid yet", "Nothing went back yet", "Nothing was sent yet", "Nothing is disturbed")
	b.form("do", "notify", "ipn", l.URL+"/ipn", "webhook", l.URL+"/rzp").is(303)
	b.do("POST", qrPath, qrBody).is(200)
	b.form("do", "amount", "id", "T01-000042", "amount", "299.00").is(303)
	b.form("do", "send", "email", "fred@example.org", "amount", "25.00", "currency", "USD", "pending", "on").is(303)
	b.form("do", "masspay", "lines", "fred@example.org,25.99,USD,T01-P0001,Completed\njohn@example.org,9.99").is(303)
	b.form("do", "fault", "ready", readyFaults[0].Name).is(303)
	b.form("do", "fault", "call", "NVP GetBalance", "text", "delay 8s").is(303)
	b.pageHas("T01-000042", "INR 299.00", "send_money", "Money arrives", "masspay Processed", "delay 8s", l.URL+"/ipn")
	payment := b.Payments()[1].ID
	b.form("do", "settle", "id", payment).is(303)
	b.form("do", "reverse", "id", payment).is(303)
	b.form("do", "unreverse", "id", payment).is(303)
	b.form("do", "faults-off").is(303)
	b.pageHas("Nothing is disturbed")
	for _, wrong := range [][]string{{"do", "dance"}, {"do", "settle", "id", payment}, {"do", "pay", "id", "none"}, {"do", "send", "email", "x", "amount", "1"},
		{"do", "masspay", "lines", "fred"}, {"do", "fault", "text", "explode"}, {"do", "amount", "id", "T01-000042", "amount", "1,5"}} {
		if g := b.form(wrong...); g.status != 400 || !strings.Contains(g.body, `role="alert"`) {
			t.Errorf("%v: got status %d", wrong, g.status)
		}
	}
	plan := `{"seed":1,"rules":[{"call":"NVP GetBalance","times":1,"fault":"drop"}]}`
	b.do("PUT", "/wallets/faults", plan, "Content-Type", "application/json").is(200, "counts.0.seen", "0")
	b.do("PUT", "/wallets/faults", plan).is(415)
	b.do("PUT", "/wallets/faults", "{", "Content-Type", "application/json").is(400)
	b.do("GET", "/wallets/faults", "").is(200, "plan.rules.0.fault", "drop")
	b.do("DELETE", "/wallets/faults", "").is(200, "plan.rules", "[]")
}

func TestStrangersAreKeptOut(t *testing.T) {
	b := newBench(t)
	token := b.set()
	for _, path := range []string{"/wallets/do", "/paypal/checkoutnow?token=" + token} {
		g := b.do("POST", path, "do=pay&id="+token, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site")
		if g.status != 403 {
			t.Errorf("%s: got status %d for another site's form, want 403", path, g.status)
		}
	}
	if b.Codes()[0].State != CodeOpen {
		t.Error("another site paid")
	}
	if g := b.do("GET", Page, "", "Host", "rebound.example.com"); g.status != 403 {
		t.Errorf("got status %d for a foreign name of this computer, want 403", g.status)
	}
	closed := newBench(t, func(c *Config) { c.Faults = false })
	if g := closed.do("GET", Page, ""); g.status != 403 {
		t.Errorf("got status %d, want 403", g.status)
	}
	if !loopbackHost("[::1]:80") || !loopbackHost("localhost:1") || loopbackHost("example.com") || loopbackHost("10.0.0.1:80") {
		t.Error("the names of this computer are mixed up")
	}
}

func TestPayPages(t *testing.T) {
	b := newBench(t)
	token := b.set()
	page := "/paypal/checkoutnow?token=" + token
	for button, want := range map[string]string{"cancel": "You have not paid.", "twice": "knows no such thing", "amount": "Write an amount", "x": "Press one of the buttons"} {
		if g := b.press(page, button).is(200); !strings.Contains(g.body, want) {
			t.Errorf("%s: the page lacks %q: %s", button, want, g.body)
		}
	}
	if g := b.press(page, "expire").is(200); !strings.Contains(g.body, "has expired") {
		t.Errorf("got %s", g.body)
	}
	if g := b.press(page, "pay").is(200); !strings.Contains(g.body, "cannot be paid any more") {
		t.Errorf("got %s", g.body)
	}
	b.do("GET", "/paypal/checkoutnow?token=none", "").is(404)
	b.do("GET", "/paypal/checkoutnow", "").is(404)
	b.do("GET", "/paypal/cgi-bin/webscr?cmd=_xclick", "").is(404)
	b.do("GET", "/rzp/i/none", "").is(404)
	b.do("GET", "/rzp/poster/none.png", "").is(404)
	if g := b.do("GET", "/razorpay/upi", "").is(200); !strings.Contains(g.body, "What the code holds") {
		t.Errorf("got %s", g.body)
	}
	if g := b.do("GET", "/wallets/style.css", "").is(200); g.head.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("got %v", g.head)
	}
	evil := b.nvp("SetExpressCheckout", strings.Replace(setFields, "Corner+Shop", "%3Cscript%3E", 1)).fields["TOKEN"]
	if g := b.do("GET", "/paypal/checkoutnow?token="+evil, "").is(200); strings.Contains(g.body, "<script>") {
		t.Error("a name became a script")
	}
	if !Serves("/paypal/nvp") || !Serves("/wallets") || !Serves("/rzp/i/x") || Serves("/api/v1/sales") || Serves("/paypals") {
		t.Error("the paths are mixed up")
	}
}

// TestFileKeepsTheLedgers reads back what was written, also after a line that
// was cut off by the death of the process.
func TestFileKeepsTheLedgers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wallets")
	keep := func(c *Config) { c.Path = path }
	b := newBench(t, keep)
	token, payer := b.agreed()
	id := b.take(token, payer, "&MSGSUBID=m1").fields["PAYMENTINFO_0_TRANSACTIONID"]
	refund := b.nvp("RefundTransaction", "REFUNDTYPE=Partial&AMT=5.00&CURRENCYCODE=USD&TRANSACTIONID="+id).fields["REFUNDTRANSACTIONID"]
	qr := b.do("POST", qrPath, qrBody).at("id")
	sign := b.signIn()
	b.SetNotify(Addresses{IPN: "http://127.0.0.1:9/ipn"})
	text, err := os.ReadFile(path)
	b.must(err)
	b.must(os.WriteFile(path, append(text, `{"kind":"code","val`...), 0o600))
	for i := range 2 { // the second reads what the first wrote anew
		again := newBench(t, keep)
		again.take(token, payer, "&MSGSUBID=m1").has("L_ERRORCODE0", "11607", "PAYMENTINFO_0_PAYMENTSTATUS", "Partially-Refunded")
		again.nvp("GetTransactionDetails", "TRANSACTIONID="+refund).has("PARENTTRANSACTIONID", id)
		again.do("GET", qrPath+"/"+qr, "").is(200, "status", "active", "notes.sale", "T01-000042")
		again.do("GET", ordersPath+"/NONE", "", "Authorization", sign).is(404)
		if again.state.notify.IPN == "" {
			t.Error("the addresses are gone")
		}
		if i == 1 {
			again.clock.Advance(time.Hour)
			again.do("GET", qrPath+"/"+qr, "").is(200, "status", "closed")
		}
		b.must(again.Server.Close())
	}
	b.must(os.WriteFile(path, []byte("{}\n{}\n"), 0o600))
	if _, err := New(Config{Path: path}); err == nil || !strings.Contains(err.Error(), "choose another file") {
		t.Errorf("got %v, want advice", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file: %v %v", info.Mode(), err)
	}
}

func TestDeliveryGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wallets")
	keep := func(c *Config) { c.Path = path }
	b, l := newBench(t, keep), listen(t, 500)
	b.SetNotify(Addresses{IPN: l.URL})
	_, err := b.SendMoney(Gift{Email: "fred@example.org", Amount: "1.00"})
	b.must(err)
	first, _ := l.next(t)
	b.await(func() bool { return len(b.Deliveries()[0].Tries) == 1 })
	b.must(b.Server.Close())
	again := newBench(t, keep)
	if second, _ := l.next(t); second.body != first.body || again.postBack("cmd=_notify-validate&"+second.body) != "VERIFIED" {
		t.Error("the message is another one")
	}
	again.await(func() bool { d := again.Deliveries()[0]; return d.State == Delivered && len(d.Tries) == 2 })
}

func TestTablesAreBounded(t *testing.T) {
	table := newTable[Code]()
	for i := range maxRows + 10 {
		c := &Code{ID: string(rune(0x10000 + i))}
		table.put(c.ID, c)
	}
	if len(table.ids) != maxRows || len(table.rows) != maxRows || table.rows[string(rune(0x10000))] != nil {
		t.Errorf("got %d rows, want %d", len(table.ids), maxRows)
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		text, currency string
		want           int64
		ok             bool
	}{{"12.50", "USD", 1250, true}, {"12.5", "USD", 1250, true}, {"12", "USD", 1200, true}, {"295", "JPY", 295, true}, {"295.0", "JPY", 0, false},
		{"1,250.00", "USD", 0, false}, {"-1.00", "USD", 0, false}, {"1.", "USD", 0, false}, {".50", "USD", 0, false}, {"", "USD", 0, false}, {"1.00", "INR", 0, false}} {
		if got, ok := parseDecimal(c.text, c.currency); got != c.want || ok != c.ok {
			t.Errorf("%s %s: got %d %v, want %d %v", c.text, c.currency, got, ok, c.want, c.ok)
		}
	}
	for _, c := range []struct {
		minor    int64
		currency string
		fee      int64
	}{{1250, "USD", 93}, {2500, "USD", 136}, {1, "USD", 49}, {1000, "JPY", 35}, {2000, "JPY", 70}, {100, "USD", 52}, {14, "USD", 49}, {15, "USD", 50}} {
		if got := paypalFee(c.minor, c.currency); got != c.fee {
			t.Errorf("the fee of %d %s: got %d, want %d", c.minor, c.currency, got, c.fee)
		}
	}
	for _, c := range [][3]int64{{30000, 708, 108}, {100, 2, 0}, {5000, 118, 18}} {
		if fee, tax := razorpayFee(c[0]); fee != c[1] || tax != c[2] {
			t.Errorf("the fee of %d: got %d with %d, want %d with %d", c[0], fee, tax, c[1], c[2])
		}
	}
}
