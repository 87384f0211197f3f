package razorpay

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

func TestKeys(t *testing.T) {
	for _, test := range []struct {
		test bool
		key  string
		want error
	}{
		{true, "rzp_test_1", nil}, {false, "rzp_live_1", nil},
		{true, "rzp_live_1", errTestKey}, {false, "rzp_test_1", errLiveKey},
		{true, "", errNoKey}, {false, "sk_live_1", errNoKey},
	} {
		_, err := New(Config{Test: test.test, KeyID: test.key, Currency: money.INR, Secret: secrets})
		if test.want == nil && err != nil || test.want != nil && err != test.want {
			t.Errorf("%v %q: got %v, want %v", test.test, test.key, err, test.want)
		}
	}
	if _, err := New(Config{KeyID: "rzp_live_1", BaseURL: "http://api.razorpay.com/v1"}); err != wallet.ErrPlain {
		t.Errorf("got %v, want the refusal to send keys unprotected", err)
	}
}

// TestFlow: the real service's test codes cannot be scanned, so that tests there
// go by link.
func TestFlow(t *testing.T) {
	for _, test := range []struct {
		test, training bool
		flow           string
		currency       money.Currency
		want           bool
	}{
		{false, false, FlowQR, money.INR, true}, {true, true, FlowQR, money.INR, true},
		{true, false, FlowQR, money.INR, false}, {false, false, FlowLink, money.INR, false}, {false, false, FlowQR, money.USD, false},
	} {
		p := &Provider{cfg: Config{Test: test.test, LoopbackOnly: test.training, Flow: test.flow}}
		if got := p.byCode(test.currency); got != test.want {
			t.Errorf("%+v: got %v", test, got)
		}
	}
}

// TestRequests has every request that is sent for a code and a link.
func TestRequests(t *testing.T) {
	s := newStub(t, map[string]string{"POST /v1/payments/qr_codes": "200 " + wholeCode, "POST /v1/payment_links": "200 " + wholeLink,
		"GET /v1/payments/qr_codes/qr_1": "200 " + wholeCode, "GET /v1/payments/qr_codes/qr_1/payments": "200 " + nobody,
		"POST /v1/payments/qr_codes/qr_1/close": "200 " + strings.Replace(wholeCode, "active", "closed", 1),
		"GET /v1/payment_links/plink_1":         "200 " + wholeLink, "POST /v1/payment_links/plink_1/cancel": "200 " + wholeLink})
	p := newProvider(t, s)
	want := order.CodeAnswer{Made: true, Remote: "qr_1", Text: upi, Until: noon.Add(16 * time.Minute)}
	if got := p.Create(ctx, request("")); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	p.Cancel(ctx, request("qr_1"))
	p = newProvider(t, s, byLink)
	want = order.CodeAnswer{Made: true, Remote: "plink_1", Text: "http://rzp.test/i/x", Until: noon.Add(16 * time.Minute)}
	if got := p.Create(ctx, request("")); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	p.Cancel(ctx, request("plink_1"))
	const notes = `"notes":{"sale":"` + reference + `"}}`
	wants := []string{
		`POST /v1/payments/qr_codes {"type":"upi_qr","usage":"single_use","fixed_amount":true,"payment_amount":30000,"name":"Corner shop","description":"Table 4","close_by":1793621760,` + notes,
		`POST /v1/payments/qr_codes/qr_1/close `,
		`GET /v1/payments/qr_codes/qr_1 `,
		`GET /v1/payments/qr_codes/qr_1/payments?count=100&skip=0 `,
		`POST /v1/payment_links {"amount":30000,"currency":"INR","accept_partial":false,"reference_id":"` + reference + `","description":"Table 4","expire_by":1793621760,"notify":{"email":false,"sms":false},"reminder_enable":false,` + notes,
		`POST /v1/payment_links/plink_1/cancel `,
		`GET /v1/payment_links/plink_1 `,
	}
	if got, want := strings.Join(s.calls, "\n"), strings.Join(wants, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, h := range s.headers {
		if got := h.Get("Authorization"); got != "Basic cnpwX3Rlc3RfMTpyenBfc2VjcmV0X3Rlcm1pbmFsX3Rlc3Q=" {
			t.Errorf("got %q", got)
		}
	}
}

func TestRefusedHere(t *testing.T) {
	p := newProvider(t, newStub(t, nil), func(c *Config) { c.Currencies = []money.Currency{money.INR, "KWD", "JPY"} })
	for _, test := range []struct {
		amount money.Amount
		want   string
	}{
		{money.New(99, money.INR), sayLeast}, {money.New(100, money.INR), ""}, {money.New(0, "JPY"), sayLeast},
		{money.New(1, "JPY"), ""}, {money.New(1000, "USD"), sayCurrency}, {money.New(1001, "KWD"), sayThird}, {money.New(1010, "KWD"), ""},
	} {
		if got := p.refusal(test.amount); got != test.want {
			t.Errorf("%v: got %q, want %q", test.amount, got, test.want)
		}
	}
}

// TestClock: a desk an hour behind learns the time from the refusal.
func TestClock(t *testing.T) {
	s := newStub(t, map[string]string{"POST /v1/payments/qr_codes": `400 {"error":{"code":"BAD_REQUEST_ERROR","description":"close_by should be at least 15 minutes after current time","field":"close_by"}}`})
	p := newProvider(t, s, func(c *Config) { c.Clock = clock.NewVirtual(noon.Add(-time.Hour)) })
	r := request("")
	r.Created, r.Until = noon.Add(-time.Hour), noon.Add(-55*time.Minute)
	if got := p.Create(ctx, r); !got.Refused || len(s.calls) != 2 || !strings.Contains(s.calls[1], `"close_by":1793621760`) {
		t.Errorf("got %+v and %q, want a second try by Razorpay's clock", got, s.calls)
	}
	if err := newProvider(t, newStub(t, map[string]string{"GET /v1/payments/qr_codes": "200 " + nobody}),
		func(c *Config) { c.Clock = clock.NewVirtual(noon.Add(2 * time.Minute)) }).Check(ctx); err != errDrift {
		t.Errorf("got %v, want a word about the clock", err)
	}
}

func TestAnswersOfCreate(t *testing.T) {
	refusal := func(words string) string {
		return `{"error":{"code":"BAD_REQUEST_ERROR","description":"` + words + `"}}`
	}
	tests := map[string]struct {
		answer string
		want   order.CodeAnswer
	}{
		"refused":      {"400 " + refusal("The amount is too high."), order.CodeAnswer{Refused: true, Message: "Razorpay refused this: The amount is too high."}},
		"wrong keys":   {"401 " + refusal("Authentication failed"), order.CodeAnswer{Refused: true, Wrong: true, Message: errKeys.Text}},
		"no feature":   {"400 " + refusal("The requested URL was not found on the server."), order.CodeAnswer{Refused: true, Wrong: true, Message: sayFeature}},
		"busy":         {"429 " + refusal("Too many requests"), order.CodeAnswer{Message: sayBusy}},
		"broken":       {"500 {}", order.CodeAnswer{Message: sayBusy}},
		"broken there": {`400 {"error":{"code":"GATEWAY_ERROR","description":"x"}}`, order.CodeAnswer{Message: sayBusy}},
		"another's":    {"400 <html>", order.CodeAnswer{Message: sayOdd}},
		"no JSON":      {"200 <html>", order.CodeAnswer{Message: sayOdd}},
		"not a code":   {"200 {}", order.CodeAnswer{Message: sayOther}},
		"other amount": {"200 " + strings.Replace(wholeCode, "30000", "3000", 1), order.CodeAnswer{Message: sayOther}},
		"other sale":   {"200 " + strings.Replace(wholeCode, reference, "X", 1), order.CodeAnswer{Message: sayOther}},
		"no notes":     {"200 " + strings.Replace(wholeCode, `{"sale":"`+reference+`"}`, "[]", 1), order.CodeAnswer{Message: sayOther}},
		"other in UPI": {"200 " + strings.Replace(wholeCode, "am=300.00", "am=30000", 1), order.CodeAnswer{Refused: true, Message: sayPicture}},
		"no UPI":       {"200 " + strings.Replace(wholeCode, upi, "javascript:alert(1)?pa=a&am=300.00", 1), order.CodeAnswer{Refused: true, Message: sayPicture}},
		"a page":       {"200 " + strings.Replace(wholeCode, upi, "https://pay.example/?pa=a&am=300.00", 1), order.CodeAnswer{Refused: true, Message: sayPicture}},
		"time as text": {"200 " + strings.Replace(wholeCode, "1793621760", `"1793621760"`, 1),
			order.CodeAnswer{Made: true, Remote: "qr_1", Text: upi, Until: noon.Add(16 * time.Minute)}},
	}
	for name, test := range tests {
		p := newProvider(t, newStub(t, map[string]string{"POST /v1/payments/qr_codes": test.answer}))
		if got := p.Create(ctx, request("")); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

// TestLinkAddress: what customers scan is a page, and in the clear only in
// training.
func TestLinkAddress(t *testing.T) {
	for _, tt := range []struct {
		address        string
		training, live bool
	}{{"https://rzp.io/i/x", true, true}, {"http://127.0.0.1/i/x", true, false}, {"javascript://rzp.io/%0aalert(1)", false, false},
		{"file://rzp.io/etc/passwd", false, false}, {"", false, false}} {
		for training, want := range map[bool]bool{true: tt.training, false: tt.live} {
			f := links{&Provider{cfg: Config{LoopbackOnly: training}}}
			if text, _, s := f.text(ctx, link{Short: tt.address}); s.ok != want || (text != "") != want {
				t.Errorf("%q, training %t: %q %t", tt.address, training, text, s.ok)
			}
		}
	}
}

// TestAlready: a reference that was used before names the link that has it.
func TestAlready(t *testing.T) {
	s := newStub(t, map[string]string{
		"POST /v1/payment_links": `400 {"error":{"code":"BAD_REQUEST_ERROR","description":"payment link creation with reference id: ` + reference + ` already attempted"}}`,
		"GET /v1/payment_links":  `200 {"payment_links":[` + wholeLink + `]}`})
	p := newProvider(t, s, byLink)
	if got := p.Create(ctx, request("")); !got.Made || got.Remote != "plink_1" {
		t.Errorf("got %+v, want the link that is there", got)
	}
	s.set("GET /v1/payment_links", `200 {"payment_links":[]}`)
	if got := p.Create(ctx, request("")); got.Made || got.Refused {
		t.Errorf("got %+v, want neither while it is not found", got)
	}
}

// TestAfterCrash: a code that was written down long ago may have been asked for,
// though nobody noted the try.
func TestAfterCrash(t *testing.T) {
	s := newStub(t, map[string]string{"GET /v1/payments/qr_codes": `200 {"entity":"collection","count":2,"items":[{"id":"qr_0","notes":[]},` + wholeCode + `]}`})
	r := request("")
	r.Created = noon.Add(-time.Minute)
	if got := newProvider(t, s).Create(ctx, r); !got.Made || got.Remote != "qr_1" || !strings.Contains(s.calls[0], "from=1793620440") {
		t.Errorf("got %+v by %q, want the code that is there", got, s.calls)
	}
}

func TestPictures(t *testing.T) {
	poster := poster(t, upi)
	hops := map[string]string{"GET /i/4": "302 /i/3", "GET /i/3": "301 /i/2", "GET /i/2": "307 /i/1", "GET /i/1": "302 /p",
		"GET /loop": "302 /loop", "GET /out": "302 http://192.0.2.1/p", "GET /nowhere": "302 ", "GET /file": "302 file:///etc/passwd",
		"GET /p": "200 " + asPNG(t, poster), "GET /jpeg": "200 " + asJPEG(t, poster), "GET /html": "200 <html>", "GET /down": "503 "}
	for path, want := range map[string]order.CodeAnswer{
		"/p":       {Made: true, Remote: "qr_1", Text: upi, Until: noon.Add(16 * time.Minute)},
		"/jpeg":    {Made: true, Remote: "qr_1", Text: upi, Until: noon.Add(16 * time.Minute)},
		"/i/3":     {Made: true, Remote: "qr_1", Text: upi, Until: noon.Add(16 * time.Minute)},
		"/i/4":     {Refused: true, Message: sayPicture},
		"/loop":    {Refused: true, Message: sayPicture},
		"/nowhere": {Refused: true, Message: sayPicture},
		"/file":    {Refused: true, Message: sayPicture},
		"/html":    {Refused: true, Message: sayPicture},
		"/none":    {Refused: true, Message: sayPicture},
		"/down":    {Message: sayBusy},
		"/out":     {Message: wallet.ErrTraining.Text},
	} {
		s := newStub(t, hops)
		s.set("POST /v1/payments/qr_codes", "200 "+strings.Replace(wholeCode, `"image_content":"`+upi+`"`, `"image_url":"`+s.URL+path+`"`, 1))
		got := newProvider(t, s).Create(ctx, request(""))
		if got != want {
			t.Errorf("%s: got %+v, want %+v", path, got, want)
		}
		for i, h := range s.headers[1:] {
			if h.Get("Authorization") != "" && !strings.Contains(s.calls[i+1], "/close") {
				t.Errorf("%s: the keys went to the picture's host", path)
			}
		}
	}
}

// TestClean: Razorpay's words are shown without anybody's own.
func TestClean(t *testing.T) {
	for words, want := range map[string]string{
		"The amount is too high.":            "The amount is too high",
		"Too high. Try less.":                "Too high; Try less",
		"a\nb":                               "a b",
		"gauri@okbank has no account":        "see the Razorpay dashboard",
		"contact +919000090000 is not valid": "see the Razorpay dashboard",
		"key rzp_live_x is no good":          "see the Razorpay dashboard",
		"":                                   "see the Razorpay dashboard",
		strings.Repeat("x", 300):             "see the Razorpay dashboard",
		"paid \u202e001":                     "see the Razorpay dashboard",
		"a\x1b[2Jb":                          "see the Razorpay dashboard",
	} {
		if got := clean(words); got != want {
			t.Errorf("%q: got %q, want %q", words, got, want)
		}
	}
}

// TestDecode has the first vector of the notes.
func TestDecode(t *testing.T) {
	const body = `{"entity":"event","account_id":"acc_TESTterminal01","event":"qr_code.credited","contains":["payment","qr_code"],"payload":{"payment":{"entity":{"id":"pay_TESTpayment001","amount":30000,"currency":"INR","status":"captured","method":"upi","captured":true}},"qr_code":{"entity":{"id":"qr_TESTqrcode0001","status":"closed","close_reason":"paid","payments_amount_received":30000}}},"created_at":1760000000}`
	const sum = "8907eb5e5b0350b47f5533c4d80569908f738cdf87fb3ddc3f6dc61973686b46"
	h := http.Header{"X-Razorpay-Signature": {sum}, "X-Razorpay-Event-Id": {"ev_1"}}
	want := wallet.Hint{Event: "ev_1", Kind: "qr_code.credited", Remote: "qr_TESTqrcode0001"}
	p := newProvider(t, nil)
	if got, err := p.Decode(h, []byte(body)); err != nil || got != want {
		t.Errorf("got %+v and %v, want %+v", got, err, want)
	}
	old := newProvider(t, nil, func(c *Config) {
		c.Secret = func(name string) (string, error) {
			return map[string]string{"webhook_secret": "new", "webhook_secret_old": "whsec_terminal_test"}[name], nil
		}
	})
	if got, err := old.Decode(h, []byte(body)); err != nil || got != want {
		t.Errorf("by the secret before: got %+v and %v", got, err)
	}
	none := newProvider(t, nil, func(c *Config) { c.Secret = func(string) (string, error) { return "", nil } })
	if got, err := none.Decode(h, []byte(body)); err == nil {
		t.Errorf("without a secret: got %+v", got)
	}
	h.Del("X-Razorpay-Event-Id")
	if got, err := p.Decode(h, []byte(body)); err != nil || len(got.Event) != 64 {
		t.Errorf("without an id: got %+v and %v, want one of its own", got, err)
	}
	for text, want := range map[string]wallet.Hint{
		`{"event":"payment_link.paid","payload":{"payment_link":{"entity":{"id":"plink_1","reference_id":"T01"}},"payment":{"entity":{"notes":[]}}}}`: {Kind: "payment_link.paid", Reference: "T01", Remote: "plink_1"},
		`{"event":"qr_code.closed","payload":{"qr_code":{"entity":{"id":"qr_1","close_by":"1","notes":{"sale":"T02"}}}}}`:                             {Kind: "qr_code.closed", Reference: "T02", Remote: "qr_1"},
		`{"event":"payment.captured","payload":{"payment":{"entity":{"notes":{"sale":"T03","x":1}}}}}`:                                                {Kind: "payment.captured", Reference: "T03"},
		`{"event":"refund.processed","payload":{}}`: {Kind: "refund.processed"},
	} {
		if got, err := decodeNotice([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %+v and %v, want %+v", text, got, err, want)
		}
	}
}
