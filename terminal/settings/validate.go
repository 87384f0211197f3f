package settings

import (
	"fmt"
	"iter"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"paydesk/terminal/money"
)

// Problem says what is wrong with one setting and what to do about it.
type Problem struct {
	Key  string
	Text string // a sentence, without the key
	Line int    // in the imported file, counted from 1; 0 is unknown
}

// Error is the problem in one line, with its place.
func (p Problem) Error() string {
	text := p.Text
	if p.Key != "" {
		text = p.Key + ": " + text
	}
	if p.Line > 0 {
		text = fmt.Sprintf("line %d: %s", p.Line, text)
	}
	return text
}

// checker collects problems.
type checker struct{ problems []Problem }

func (c *checker) require(ok bool, key, text string) {
	if !ok {
		c.problems = append(c.problems, Problem{Key: key, Text: text})
	}
}

func (c *checker) oneOf(value, key string, allowed ...string) {
	c.require(slices.Contains(allowed, value), key, "choose one of "+strings.Join(allowed, ", ")+".")
}

func (c *checker) between(n, low, high int, key, unit string) {
	c.require(n >= low && n <= high, key, fmt.Sprintf("choose between %d and %d %s.", low, high, unit))
}

// line checks a text of one line that may be empty.
func (c *checker) line(text, key string, longest int) {
	c.require(printable(text, ""), key, "use letters, digits and signs on one line only.")
	c.require(utf8.RuneCountInString(text) <= longest, key, fmt.Sprintf("shorten it to %d letters.", longest))
}

func printable(text, also string) bool {
	for _, r := range text {
		if (unicode.IsControl(r) && !strings.ContainsRune(also, r)) || r == utf8.RuneError || turns(r) {
			return false
		}
	}
	return true
}

// turns reports whether a sign, itself unseen, changes the direction in which
// what follows it is read (Unicode UAX 9, 2.1 to 2.4): a mail or a page with one
// in the shop's name would show other words than it has.
func turns(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// Validate lists everything that is wrong in any mode; nothing is right.
func (s Settings) Validate() []Problem {
	c := &checker{}
	c.shop(s.Shop)
	c.host(s.Host)
	c.printer(s.Printer)
	c.oneOf(s.Receipts.Paper, "receipts.paper", "80mm", "58mm", "a4", "letter")
	c.line(s.Receipts.PDFFolder, "receipts.pdf_folder", 1000)
	c.oneOf(s.Receipts.Language, "receipts.language", append([]string{""}, Languages...)...)
	c.page(s.Receipts.Page)
	c.oneOf(s.Window.Theme, "window.theme", "light", "dark", "contrast")
	c.oneOf(s.Window.Language, "window.language", Languages...)
	c.between(s.Window.LockMins, 0, 240, "window.lock_minutes", "minutes; 0 is never")
	c.between(s.Window.Scale, 50, 300, "window.scale", "percent")
	c.sales(s)
	c.extras(s)
	c.offline(s)
	c.display(s.Display)
	c.mail(s.Mail)
	c.wallets(s.Wallets)
	c.day(s.Day, s.Money.Currency)
	c.xero(s.Xero)
	return c.problems
}

func (c *checker) shop(s Shop) {
	c.line(s.Name, "shop.name", 60)
	c.line(s.Phone, "shop.phone", 40)
	c.require(len(s.Address) <= 6, "shop.address", "use six lines at most.")
	for _, l := range s.Address {
		c.line(l, "shop.address", 60)
		c.require(strings.TrimSpace(l) == l && l != "" && !strings.Contains(l, "|"), "shop.address",
			"leave out empty lines, bars and spaces at the ends.")
	}
	c.line(s.Logo, "shop.logo", 1000)
	const long = "shorten it to 600 letters, without tabs or other control characters."
	c.require(printable(s.ReceiptHeader, "\n") && len(s.ReceiptHeader) <= 600, "shop.receipt_header", long)
	c.require(printable(s.ReceiptFooter, "\n") && len(s.ReceiptFooter) <= 600, "shop.receipt_footer", long)
}

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// Languages are those that the screens can be shown in, the usual one first.
var Languages = []string{"en", "es", "fr", "de", "pt", "hi"}

// mostTips is how many tips are offered.
const mostTips = 4

// extras checks what is added to a sale, and from when somebody else is asked.
func (c *checker) extras(s Settings) {
	const rate = "write a rate in percent from 0 to 100 with at most three digits behind the point, such as 8.25."
	_, err := money.ParseRate(s.Sales.Tax)
	c.require(err == nil, "sales.tax", rate)
	c.line(s.Sales.TaxName, "sales.tax_name", 20)
	c.require(len(s.Sales.Tips) <= mostTips, "sales.tips", "offer four rates at most.")
	for _, tip := range s.Sales.Tips {
		r, err := money.ParseRate(tip)
		c.require(err == nil && r > 0, "sales.tips", rate)
	}
	if s.Sales.ReturnLimit != "" && s.Money.Currency.Known() {
		limit, err := money.Parse(s.Sales.ReturnLimit, s.Money.Currency)
		c.require(err == nil && limit.Minor >= 0, "sales.return_limit", "write an amount such as 50, or leave it empty: then a supervisor approves each return.")
	}
}

var corner = regexp.MustCompile(`^-?[0-9]{1,5},-?[0-9]{1,5}$`)

func (c *checker) display(d Display) {
	c.oneOf(d.Mode, "display.mode", "none", "window")
	c.require(d.Monitor == "" || corner.MatchString(d.Monitor), "display.monitor",
		"write the left upper corner of the screen in pixels, such as 1280,0, or leave it empty.")
	c.oneOf(d.Language, "display.language", append([]string{""}, Languages...)...)
	c.line(d.Picture, "display.picture", 1000)
	c.line(d.Pole, "display.pole", 200)
	c.oneOf(d.PoleDialect, "display.pole_dialect", "cd5220", "escpos")
}

// longestPage leaves room for the proof in the code on a receipt.
const longestPage = 80

func (c *checker) page(address string) {
	u, err := parseBase(address)
	c.require(address == "" || err == nil && u.Scheme == "https" && len(address) <= longestPage, "receipts.page",
		"write an address such as https://shop.example/receipt.html of 80 letters at most, without ? or #, or leave it empty.")
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$`)

func (c *checker) mail(m Mail) {
	c.require(m.Server == "" || hostName.MatchString(m.Server), "mail.server", "write the name of the mail server alone, such as smtp.example.com, or leave it empty.")
	c.between(m.Port, 1, 65535, "mail.port", "(587 is usual, 465 with tls)")
	c.oneOf(m.Security, "mail.security", "starttls", "tls", "none")
	c.line(m.User, "mail.user", 200)
	from, err := mail.ParseAddress(m.From)
	c.require(m.From == "" && m.Server == "" || err == nil && from.Address == m.From && len(m.From) <= 254, "mail.from",
		"write the shop's address, such as shop@example.com.")
}

func (c *checker) host(h Host) {
	for key, address := range h.addresses() {
		_, err := parseBase(address)
		c.require(err == nil, key, "write an address such as https://host.example without user name, password, ? or #.")
	}
	c.line(h.Username, "host.username", 200)
	c.line(h.DeviceName, "host.device_name", 100)
	const copyIt = "copy it as the service gives it: 32 digits and letters a to f in five groups with dashes."
	c.require(h.DeviceGUID == "" || guid.MatchString(h.DeviceGUID), "host.device_guid", copyIt)
	c.require(h.MerchantGUID == "" || guid.MatchString(h.MerchantGUID), "host.merchant_guid", copyIt)
	c.between(h.SaleTimeoutSeconds, 10, 150, "host.sale_timeout_seconds", "seconds")
	c.require(slices.Contains([]string{"", "document", "current"}, h.Dialect), "host.dialect",
		"leave it empty, so that what paydesk doctor host found counts, or write document or current.")
	c.require(len(h.Pins) <= 8, "host.pins", "use eight pins at most.")
	for _, p := range h.Pins {
		c.require(pin.MatchString(p), "host.pins", `write each pin as "sha256/" and the 44 letters of the key's hash.`)
	}
}

// pin is the form of RFC 7469, 2.4.
var pin = regexp.MustCompile(`^sha256/[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$`)

// addresses are those that are set, by key and in order.
func (h Host) addresses() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if h.BaseURL != "" && !yield("host.base_url", h.BaseURL) {
			return
		}
		if h.PurchasesURL != "" {
			yield("host.purchases_url", h.PurchasesURL)
		}
	}
}

var profile = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

func (c *checker) printer(p Printer) {
	c.require(p.Target != "", "printer.target", `write the printer's device, such as /dev/ttyUSB0 or COM3, or "none".`)
	c.line(p.Target, "printer.target", 200)
	c.require(profile.MatchString(p.Profile), "printer.profile",
		`write the name of a printer profile, such as "generic-80".`)
	c.require(slices.Contains([]int{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200}, p.Baud), "printer.baud",
		"choose the speed set at the printer: 9600, 19200, 38400 or 115200 are usual.")
	if p.Columns != 0 { // as the profile has it
		c.between(p.Columns, 24, 96, "printer.columns", "characters")
	}
}

func (c *checker) sales(s Settings) {
	if !s.Money.Currency.Known() {
		c.require(false, "money.currency", "write a currency code that this terminal knows, such as USD.")
		return
	}
	amount := fmt.Sprintf("write an amount in %s with %d digits behind the point at most, without sign or commas.",
		s.Money.Currency, s.Money.Currency.Decimals())
	least, most, err := s.Limits()
	switch {
	case err == nil:
		c.require(least.Minor > 0, "sales.minimum", "choose a minimum above zero.")
		c.require(most.Minor >= least.Minor, "sales.maximum", "choose a maximum that is not below the minimum.")
	case !least.Currency.Known():
		c.require(false, "sales.minimum", amount)
	default:
		c.require(false, "sales.maximum", amount)
	}
}

// offlineBrands are those that a card's number tells, as card.Brand names them.
var offlineBrands = []string{"visa", "mastercard", "american express", "discover", "jcb", "diners club", "unionpay", "rupay", "maestro"}

func (c *checker) offline(s Settings) {
	if s.Money.Currency.Known() {
		perSale, total, err := s.OfflineLimits()
		const amount = "write an amount above zero, such as 50, that the total is not below."
		if err == nil {
			c.require(perSale.Minor > 0 && total.Minor >= perSale.Minor, "offline.per_sale", amount)
		} else {
			key := "offline.total"
			if !perSale.Currency.Known() {
				key = "offline.per_sale"
			}
			c.require(false, key, amount)
		}
	}
	c.between(s.Offline.Count, 1, 10000, "offline.count", "sales")
	c.between(s.Offline.Hours, 1, 168, "offline.hours", "hours")
	for _, b := range s.Offline.Brands {
		c.require(slices.Contains(offlineBrands, strings.ToLower(b)), "offline.brands",
			"write brands as slips have them, such as Visa | Mastercard, or leave it empty for all.")
	}
}

func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(text, "#") {
		return nil, fmt.Errorf("%q is not the address of a host", text)
	}
	return u, nil
}

func loopback(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && (address.IsLoopback() || address.IsUnspecified())
}

// ValidateFor adds to Validate what a mode asks: real money goes over TLS to
// another machine (PCI DSS 4.2.1), training never leaves this one.
func (s Settings) ValidateFor(mode Mode) []Problem {
	problems := s.Validate()
	if mode != Live && mode != Training {
		return append(problems, Problem{Text: "choose live or training as mode."})
	}
	if mode == Live && s.Host.BaseURL == "" {
		problems = append(problems, Problem{Key: "host.base_url",
			Text: "write the address of the payment service, which starts with https://, or start in training mode."})
	}
	for key, address := range s.Host.addresses() {
		u, err := parseBase(address)
		switch {
		case err != nil:
		case mode == Live && (u.Scheme != "https" || loopback(u.Hostname())):
			problems = append(problems, Problem{Key: key,
				Text: "write the address of the payment service: it starts with https:// and is not this machine."})
		case mode == Training && (u.Scheme != "http" || !loopback(u.Hostname())):
			problems = append(problems, Problem{Key: key,
				Text: "leave it empty to train with the embedded host, or write an http address on this machine such as http://127.0.0.1:8787."})
		}
	}
	c := checker{problems: problems}
	c.walletsFor(s.Wallets, mode)
	c.xeroFor(s.Xero, mode)
	return c.problems
}
