package settings_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"flag"

	"paydesk/terminal/settings"
)

var update = flag.Bool("update", false, "write the golden files")

// full is a setting that differs from the default in every value.
func full() settings.Settings {
	return settings.Settings{
		Shop: settings.Shop{Name: "Corner \"Café\"", Address: []string{"1 Main St", "Springfield"}, Phone: "555-0100",
			ReceiptHeader: "Welcome\nto us", ReceiptFooter: "Bye", Logo: "/srv/logo.png"},
		Host: settings.Host{BaseURL: "https://pay.example/api", Username: "ann@shop.example",
			DeviceGUID: "01234567-89ab-cdef-0123-456789abcdef", DeviceName: "Till 1",
			MerchantGUID: "11234567-89ab-cdef-0123-456789abcdef", SaleTimeoutSeconds: 60,
			Dialect: "current", PurchasesURL: "https://cards.example",
			Pins: []string{"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="}},
		Money:    settings.Money{Currency: "JPY"},
		Printer:  settings.Printer{Target: "/dev/ttyUSB0", Profile: "generic-58", Baud: 9600, Columns: 32, Drawer: true, DrawerLow: true},
		Receipts: settings.Receipts{PDF: false, PDFFolder: "/srv/receipts", Paper: "a4", Language: "fr", Page: "https://shop.example/r.html"},
		Window:   settings.Window{Theme: "dark", Scale: 150, Fullscreen: true, Language: "hi", LockMins: 5},
		Sales: settings.Sales{Minimum: "50", Maximum: "100000", Tax: "8.25", TaxName: "Sales tax", Tips: []string{"10", "15", "20"},
			ReturnLimit: "2000"},
		Display: settings.Display{Mode: "window", Monitor: "1280,0", Language: "es", Picture: "/srv/idle.png", Pole: "/dev/ttyUSB1", PoleDialect: "escpos"},
		Mail:    settings.Mail{Server: "smtp.example", Port: 465, Security: "tls", User: "till", From: "till@shop.example"},
		Offline: settings.Offline{Enabled: true, Tokens: true, PerSale: "25", Total: "250", Count: 10, Hours: 12, Brands: []string{"Visa", "Mastercard"}},
		Wallets: settings.Wallets{Minutes: 3,
			PayPal: settings.PayPal{Mode: "live", API: "rest", Username: "shop_api1.example", ClientID: "AbC", Subject: "other@shop.example",
				Currencies: []string{"USD", "EUR"}, DeductFees: true, BaseURL: "https://api.example/paypal", SiteURL: "https://site.example",
				ReturnURL: "https://shop.example/thanks"},
			Razorpay: settings.Razorpay{Mode: "test", KeyID: "rzp_test_1", Flow: "link", Currencies: []string{"INR"}, DeductFees: true, BaseURL: "https://api.example/razorpay"},
			Listen:   settings.Listen{Address: "0.0.0.0:8790", Certificate: "/srv/cert.pem", Key: "/srv/key.pem", PublicURL: "https://shop.example/pay"},
			IPN: settings.IPN{Enabled: true, Mode: "test", Receivers: []string{"pay@shop.example", "ABCDEFGHJKLM2"},
				Currencies: []string{"USD"}, DeductFees: true, BaseURL: "https://ipn.example"}},
		Day: settings.Day{Drawer: "none", Limit: "500", Cutoff: "05:30", CloseAt: "23:30", Zone: "Asia/Tokyo"},
		Xero: settings.Xero{Mode: "live", Connection: "standard", ClientID: "ABC", Tenant: "31234567-89ab-cdef-0123-456789abcdef", Scopes: "broad", Post: "invoice",
			Contact: "Till sales", Sales: "201", Fees: "405", Cards: "1", Cash: "2", PayPal: "3", Razorpay: "4", TaxType: "OUTPUT2", TaxName: "20% (VAT on Income)", ExemptName: "No VAT", Tracking: "Store: T01",
			DateFormat: "YYYY-MM-DD", BaseURL: "https://api.example/xero", LoginURL: "https://login.example/xero"},
	}
}

func TestDefaultIsRight(t *testing.T) {
	d := settings.Default()
	if got := d.Validate(); got != nil {
		t.Errorf("Validate = %v, want nothing", got)
	}
	if got := d.ValidateFor(settings.Training); got != nil {
		t.Errorf("ValidateFor(training) = %v, want nothing", got)
	}
	if got, want := d.Host.SaleTimeout(), 45*time.Second; got != want {
		t.Errorf("sale timeout = %v, want %v", got, want)
	}
	least, most, err := d.Limits()
	if err != nil || least.String() != "USD 0.50" || most.String() != "USD 999999.99" {
		t.Errorf("Limits = %v, %v, %v", least, most, err)
	}
	for _, c := range settings.Diff(d, full()) {
		delete(d.Flatten(), c.Key)
	}
	if got, want := len(settings.Diff(d, full())), len(settings.Keys()); got != want {
		t.Errorf("full differs from the default in %d keys, want all %d: a key is not tied to its value", got, want)
	}
}

func TestValidateNamesEachWrongKey(t *testing.T) {
	wrong := map[string][]string{
		"day.drawer":                {"", "maybe"},
		"day.limit":                 {"-1", "x", "1.001", ""},
		"day.cutoff":                {"", "4:00", "24:00", "04:00:00"},
		"day.close_at":              {"25:00", "noon"},
		"day.zone":                  {"Nowhere/Else", "Local", "../etc"},
		"xero.mode":                 {"", "on"},
		"xero.sales":                {"", "a b", "12345678901"},
		"xero.tracking":             {"Store", "a:b"},
		"xero.date_format":          {"", "DD.MM.YYYY"},
		"xero.base_url":             {"shop", "https://u:p@x.example"},
		"shop.name":                 {"a\nb", strings.Repeat("x", 61), "50\u202e01", "\u2066a"},
		"shop.receipt_footer":       {"a\tb", strings.Repeat("x", 601), "a\u202eb"},
		"mail.server":               {"https://smtp.example", "a b", "smtp.example/"},
		"mail.port":                 {"0", "65536"},
		"mail.security":             {"ssl", ""},
		"mail.from":                 {"x", "Ann <ann@shop.example>", "a@b\r\nBcc: c@d"},
		"receipts.page":             {"http://shop.example/r.html", "shop.example", "https://shop.example/?x", "https://" + strings.Repeat("x", 80)},
		"receipts.language":         {"xx"},
		"display.pole_dialect":      {"", "star"},
		"host.base_url":             {"pay.example", "ftp://pay.example", "https://", "https://u:p@pay.example", "https://pay.example/?x", "https://pay.example/#", "::"},
		"host.device_guid":          {"123", "01234567-89ab-cdef-0123-456789abcdeg"},
		"host.merchant_guid":        {"x"},
		"host.dialect":              {"legacy"},
		"host.purchases_url":        {"pay.example", "https://u:p@pay.example"},
		"host.pins":                 {"sha256/AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", strings.Repeat("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|", 9)},
		"host.sale_timeout_seconds": {"9", "151", "-1", "4.5", "", "99999999999999999999"},
		"money.currency":            {"XXX", "", "dollar"},
		"printer.target":            {"", "a\x00b"},
		"printer.profile":           {"", "Generic 80", "../x"},
		"printer.baud":              {"0", "12345"},
		"printer.columns":           {"23", "97"},
		"printer.copies.customer":   {"maybe", ""},
		"receipts.paper":            {"", "a5"},
		"window.theme":              {"blue"},
		"window.scale":              {"49", "301"},
		"sales.minimum":             {"", "0", "-1", "0.505", "1e3", "0,50", "9999999"},
		"sales.maximum":             {"", "0.49", "1,000", "99999999999999999999"},
		"sales.tax":                 {"", "-1", "8,25", "101"},
		"sales.tax_name":            {"a\nb", strings.Repeat("x", 21)},
		"sales.tips":                {"0", "x", "10 | 15 | 18 | 20 | 25"},
		"sales.return_limit":        {"-1", "many", "0.505"},
		"window.language":           {"", "xx"},
		"window.sound":              {"loud"},
		"window.lock_minutes":       {"-1", "241"},
		"display.mode":              {"", "tv"},
		"display.monitor":           {"left", "1,2,3"},
		"display.language":          {"xx"},
		"shop.logo":                 {"a\nb"},

		"wallets.minutes":             {"0", "61"},
		"wallets.paypal.mode":         {"", "sandbox"},
		"wallets.paypal.api":          {"", "soap"},
		"wallets.paypal.username":     {"a\nb"},
		"wallets.paypal.subject":      {"Ann <ann@shop.example>", "x"},
		"wallets.paypal.currencies":   {"USD | XXX"},
		"wallets.paypal.base_url":     {"api.example", "https://u:p@api.example"},
		"wallets.paypal.return_url":   {"shop.example"},
		"wallets.razorpay.mode":       {"on"},
		"wallets.razorpay.flow":       {"", "card"},
		"wallets.razorpay.currencies": {"rupees"},
		"wallets.listen.address":      {"8790", "127.0.0.1:0", "0.0.0.0:8790", ":8790", "192.0.2.1:8790"},
		"wallets.ipn.mode":            {"", "off"},
		"wallets.ipn.receivers":       {"x"},
		"wallets.ipn.enabled":         {"true"}, // nobody to receive for, and nowhere
	}
	for key, texts := range wrong {
		for _, text := range texts {
			before := settings.Default()
			after, err := before.Set(key, text)
			if err == nil || !strings.Contains(err.Error(), ".") {
				t.Errorf("Set(%s, %q) = %v, want a sentence", key, text, err)
			}
			if !reflect.DeepEqual(after, before) {
				t.Errorf("Set(%s, %q) changed something though it failed", key, text)
			}
		}
	}
}

func TestSetAndGet(t *testing.T) {
	tests := []struct{ key, text, want string }{
		{"shop.address", "1 Main St\n Springfield |", "1 Main St | Springfield"},
		{"host.base_url", " https://pay.example/api/ ", "https://pay.example/api"},
		{"host.purchases_url", "https://cards.example/", "https://cards.example"},
		{"host.dialect", "Current", "current"},
		{"host.pins", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		{"money.currency", "eur", "EUR"},
		{"printer.columns", " 42 ", "42"},
		{"receipts.pdf", "TRUE", "true"},
		{"receipts.paper", "A4", "a4"},
		{"window.fullscreen", "1", "true"},
		{"sales.minimum", "2.00", "2.00"},
	}
	for _, tt := range tests {
		s, err := settings.Default().Set(tt.key, tt.text)
		if err != nil {
			t.Errorf("Set(%s): %v", tt.key, err)
			continue
		}
		if got, err := s.Get(tt.key); err != nil || got != tt.want {
			t.Errorf("Get(%s) = %q, %v, want %q", tt.key, got, err, tt.want)
		}
	}
	if _, err := settings.Default().Set("host.password", "x"); err == nil {
		t.Error("Set took a key that does not exist")
	}
	if _, err := settings.Default().Get("host"); err == nil {
		t.Error("Get took a section")
	}
}

// What is wrong already does not keep another value from being put right.
func TestSetRepairsOneAtATime(t *testing.T) {
	s := settings.Default()
	s.Window.Theme, s.Receipts.Paper = "blue", "a5"
	s, err := s.Set("window.theme", "dark")
	if err != nil || s.Window.Theme != "dark" {
		t.Errorf("Set = %v", err)
	}
	// Changing the currency makes the smallest sale wrong: it is named.
	if _, err := settings.Default().Set("money.currency", "JPY"); err == nil || !strings.Contains(err.Error(), "sales.minimum") {
		t.Errorf("Set(money.currency, JPY) = %v, want sales.minimum named", err)
	}
}

func TestSetSharesNothing(t *testing.T) {
	a := full()
	b, err := a.Set("shop.name", "Other")
	if err != nil {
		t.Fatal(err)
	}
	b.Shop.Address[0] = "changed"
	if a.Shop.Address[0] != "1 Main St" {
		t.Error("two settings share the lines of the address")
	}
}

func TestFlattenReadsBack(t *testing.T) {
	for _, s := range []settings.Settings{settings.Default(), full()} {
		back, problems := settings.FromMap(s.Flatten())
		if problems != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("FromMap(Flatten) = %+v, %v, want %+v", back, problems, s)
		}
	}
	flat := full().Flatten()
	delete(flat, "window.theme")
	if s, problems := settings.FromMap(flat); problems != nil || s.Window.Theme != "light" {
		t.Errorf("a missing key: theme %q, %v, want the default", s.Window.Theme, problems)
	}
	bad := maps.Clone(flat)
	bad["no.such"], bad["printer.columns"], bad["window.scale"] = "1", "wide", "7"
	s, problems := settings.FromMap(bad)
	if len(problems) != 3 || !reflect.DeepEqual(s, settings.Default()) {
		t.Errorf("FromMap of a bad map = %v, want three problems and the default", problems)
	}
}

func TestDiff(t *testing.T) {
	a := settings.Default()
	b := a
	b.Window.Theme, b.Shop.Name = "dark", "Shop"
	got := settings.Diff(a, b)
	want := []settings.Change{{"shop.name", "", "Shop"}, {"window.theme", "light", "dark"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Diff = %v, want %v", got, want)
	}
	if got := settings.Diff(b, b); got != nil {
		t.Errorf("Diff of the same = %v", got)
	}
}

func TestValidateFor(t *testing.T) {
	tests := []struct {
		url            string
		live, training bool
	}{
		{"", false, true},
		{"https://pay.example", true, false},
		{"http://pay.example", false, false},
		{"http://127.0.0.1:8787", false, true},
		{"http://[::1]:8787", false, true},
		{"http://localhost:8787", false, true},
		{"https://localhost", false, false},
		{"https://LOCALHOST.", false, false},
		{"https://127.8.8.8", false, false},
		{"https://[::ffff:127.0.0.1]", false, false},
		{"https://0.0.0.0", false, false},
		{"https://localhost.example", true, false},
	}
	for _, tt := range tests {
		s := settings.Default()
		s.Host.BaseURL = tt.url
		if got := s.ValidateFor(settings.Live); (got == nil) != tt.live {
			t.Errorf("live %q: %v, want right = %v", tt.url, got, tt.live)
		}
		if got := s.ValidateFor(settings.Training); (got == nil) != tt.training {
			t.Errorf("training %q: %v, want right = %v", tt.url, got, tt.training)
		}
	}
	if got := settings.Default().ValidateFor("other"); len(got) != 1 {
		t.Errorf("another mode: %v, want one problem", got)
	}
}

func TestValidateWalletsFor(t *testing.T) {
	tests := []struct {
		name           string
		change         func(*settings.Wallets)
		live, training bool
	}{
		{"nothing", func(*settings.Wallets) {}, true, true},
		{"test without a name", func(w *settings.Wallets) { w.PayPal.Mode = "test" }, false, true},
		{"test", func(w *settings.Wallets) { w.PayPal.Mode, w.PayPal.Username = "test", "a" }, true, true},
		{"live", func(w *settings.Wallets) { w.PayPal.Mode, w.PayPal.Username = "live", "a" }, true, false},
		{"rest without an id", func(w *settings.Wallets) { w.PayPal.Mode, w.PayPal.API, w.PayPal.Username = "live", "rest", "a" }, false, false},
		{"told in the clear", func(w *settings.Wallets) { w.Listen.PublicURL = "http://shop.example" }, false, true},
		{"told by TLS", func(w *settings.Wallets) { w.Listen.PublicURL = "https://shop.example" }, true, true},
		{"razorpay without a key", func(w *settings.Wallets) { w.Razorpay.Mode = "test" }, false, true},
		{"razorpay live", func(w *settings.Wallets) { w.Razorpay.Mode, w.Razorpay.KeyID = "live", "rzp_live_1" }, true, false},
		{"elsewhere", func(w *settings.Wallets) { w.PayPal.BaseURL = "https://api.example" }, true, false},
		{"here", func(w *settings.Wallets) { w.Razorpay.BaseURL = "http://127.0.0.1:9" }, false, true},
		{"here, encrypted", func(w *settings.Wallets) { w.IPN.BaseURL = "https://localhost" }, false, false},
		{"open", func(w *settings.Wallets) { w.PayPal.SiteURL = "http://site.example" }, false, false},
	}
	for _, tt := range tests {
		s := settings.Default()
		s.Host.BaseURL = "https://pay.example"
		tt.change(&s.Wallets)
		if got := s.ValidateFor(settings.Live); (got == nil) != tt.live {
			t.Errorf("live, %s: %v, want right = %v", tt.name, got, tt.live)
		}
		s.Host.BaseURL = ""
		if got := s.ValidateFor(settings.Training); (got == nil) != tt.training {
			t.Errorf("training, %s: %v, want right = %v", tt.name, got, tt.training)
		}
	}
}

// Notifications come in unencrypted from this machine alone.
func TestListen(t *testing.T) {
	for _, tt := range []struct {
		address, certificate, key string
		right                     bool
	}{
		{"127.0.0.1:8790", "", "", true}, {"localhost:8790", "", "", true}, {"[::1]:8790", "", "", true},
		{"0.0.0.0:8790", "c", "k", true}, {"[::]:8790", "", "", false}, {"shop.example:443", "c", "k", true},
		{"127.0.0.1:8790", "c", "", false}, {"", "c", "", true},
	} {
		s := settings.Default()
		s.Wallets.Listen = settings.Listen{Address: tt.address, Certificate: tt.certificate, Key: tt.key}
		if got := s.Validate(); (got == nil) != tt.right {
			t.Errorf("%+v: %v, want right = %v", tt, got, tt.right)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs, got:\n%s", path, got)
	}
}

func TestExportAndImport(t *testing.T) {
	data, err := full().Export()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "full.toml", data)
	back, problems := settings.Import(settings.Default(), data)
	if problems != nil || !reflect.DeepEqual(back, full()) {
		t.Errorf("Import(Export) = %+v, %v", back, problems)
	}
	part, problems := settings.Import(full(), []byte("[window]\ntheme = \"light\"\n"))
	if problems != nil || part.Window.Theme != "light" || part.Shop.Name != full().Shop.Name {
		t.Errorf("a part: %v, %v; what is left out must stay", part.Window, problems)
	}
}

func TestImportListsEverything(t *testing.T) {
	const file = `# settings
colour = "red"

[shop]
name = "Corner"
adress = ["1 Main St"]
receipt_header = """
name = "not a key"
"""

[host]
password = "x"
sale_timeout_seconds = "60"

[sales]
minimum = 0.50
maximum = "1"

[window]
scale = 5
theme.colour = "dark"

[printer.copies]
customer = "yes"

[kitchen]
lamp = true
`
	s, problems := settings.Import(settings.Default(), []byte(file))
	if !reflect.DeepEqual(s, settings.Default()) {
		t.Error("something was applied though the file is wrong")
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Error())
	}
	golden(t, "problems.txt", []byte(strings.Join(got, "\n")+"\n"))
}

func TestImportOfOtherFiles(t *testing.T) {
	tests := map[string]string{
		"broken":   "[shop\nname = 1",
		"binary":   "\x00\xff\xfe",
		"twice":    "[shop]\nname = \"a\"\nname = \"b\"",
		"html":     "<!DOCTYPE html><html></html>",
		"large":    strings.Repeat("#", 70_000),
		"no table": "shop = 7",
		"dates":    "[shop]\nname = 1979-05-27",
		"inf":      "[window]\nscale = inf",
	}
	for name, data := range tests {
		s, problems := settings.Import(settings.Default(), []byte(data))
		if len(problems) == 0 || !reflect.DeepEqual(s, settings.Default()) {
			t.Errorf("%s: problems = %v, want some and nothing applied", name, problems)
		}
	}
}

// FuzzImport: no file breaks the reader, and what it takes is right and
// survives export and journal.
func FuzzImport(f *testing.F) {
	data, err := full().Export()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("[shop]\naddress = [\"a\", 1]\n[shop.name]\nx=1"))
	f.Add([]byte("a.b.c = {d = [{e = 1}]}\n'\"' = 2"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, problems := settings.Import(settings.Default(), data)
		if problems != nil {
			if !reflect.DeepEqual(s, settings.Default()) {
				t.Error("applied a wrong file")
			}
			return
		}
		if wrong := s.Validate(); wrong != nil {
			t.Errorf("took what is wrong: %v", wrong)
		}
		if back, p := settings.FromMap(s.Flatten()); p != nil || len(settings.Diff(back, s)) > 0 {
			t.Errorf("the journal's form reads back otherwise: %v, %v", settings.Diff(back, s), p)
		}
		out, err := s.Export()
		if err != nil {
			t.Fatal(err)
		}
		if back, p := settings.Import(settings.Default(), out); p != nil || len(settings.Diff(back, s)) > 0 {
			t.Errorf("the export reads back otherwise: %v, %v\n%s", settings.Diff(back, s), p, out)
		}
	})
}

// Training enters nothing into real books, and a live terminal nothing into those
// of training.
func TestXeroModes(t *testing.T) {
	for _, tt := range []struct {
		name string
		mode settings.Mode
		x    settings.Xero
		key  string // that is wrong; "" is none
	}{
		{"training", settings.Training, settings.Xero{Mode: "test"}, ""},
		{"training, off", settings.Training, settings.Xero{Mode: "off"}, ""},
		{"training, real", settings.Training, settings.Xero{Mode: "live", ClientID: "A"}, "xero.mode"},
		{"training, elsewhere", settings.Training, settings.Xero{Mode: "test", BaseURL: "https://api.example"}, "xero.base_url"},
		{"training, signed in elsewhere", settings.Training, settings.Xero{Mode: "test", LoginURL: "http://192.0.2.1"}, "xero.login_url"},
		{"training, another sandbox", settings.Training, settings.Xero{Mode: "test", BaseURL: "http://127.0.0.1:8787/xero/api.xro/2.0"}, ""},
		{"live", settings.Live, settings.Xero{Mode: "live", ClientID: "A"}, ""},
		{"live, no client", settings.Live, settings.Xero{Mode: "live"}, "xero.client_id"},
		{"live, off", settings.Live, settings.Xero{Mode: "off"}, ""},
		{"live, test", settings.Live, settings.Xero{Mode: "test", ClientID: "A"}, "xero.mode"},
		{"live, unprotected", settings.Live, settings.Xero{Mode: "live", ClientID: "A", BaseURL: "http://api.example"}, "xero.base_url"},
		{"live, this machine", settings.Live, settings.Xero{Mode: "live", ClientID: "A", LoginURL: "https://127.0.0.1"}, "xero.login_url"},
	} {
		s := settings.Default()
		s.Xero.Mode, s.Xero.ClientID, s.Xero.BaseURL, s.Xero.LoginURL = tt.x.Mode, tt.x.ClientID, tt.x.BaseURL, tt.x.LoginURL
		var wrong []string
		for _, p := range s.ValidateFor(tt.mode) {
			if strings.HasPrefix(p.Key, "xero.") {
				wrong = append(wrong, p.Key)
			}
		}
		if got := strings.Join(wrong, " "); got != tt.key {
			t.Errorf("%s: %q is wrong, want %q", tt.name, got, tt.key)
		}
	}
}
