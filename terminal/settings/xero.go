package settings

import (
	"regexp"
	"strings"
)

// Xero is where and how the books are kept. The client's secret is kept apart,
// with the secrets.
type Xero struct {
	Mode string `toml:"mode"` // off, test (the embedded sandbox, in training only) or live
	// Connection is "custom" (one organisation, client credentials) or "standard"
	// (signed in by hand, with a Tenant).
	Connection string `toml:"connection"`
	ClientID   string `toml:"client_id"`
	Tenant     string `toml:"tenant"`
	// Scopes is "granular", as applications since March 2026 need it, or "broad".
	Scopes string `toml:"scopes"`
	// Post is "bank" (bank transactions in clearing accounts) or "invoice" (one
	// invoice a day with a payment for each tender).
	Post    string `toml:"post"`
	Contact string `toml:"contact"`
	// Sales and Fees are codes of accounts, Cards, Cash, PayPal and Razorpay those
	// of the clearing account of each tender. TaxType is Xero's name of the tax.
	Sales    string `toml:"sales"`
	Fees     string `toml:"fees"`
	Cards    string `toml:"cards"`
	Cash     string `toml:"cash"`
	PayPal   string `toml:"paypal"`
	Razorpay string `toml:"razorpay"`
	TaxType  string `toml:"tax_type"`
	// TaxName and ExemptName are the names of that tax and of none as Xero shows
	// them: an import of invoices by hand goes by those.
	TaxName    string `toml:"tax_name"`
	ExemptName string `toml:"exempt_name"`
	// Tracking is category and option, as "Store: T01"; empty: none.
	Tracking string `toml:"tracking"`
	// DateFormat is that of the bank statement: DD/MM/YYYY, MM/DD/YYYY or YYYY-MM-DD.
	DateFormat string `toml:"date_format"`
	// BaseURL and LoginURL replace Xero's own.
	BaseURL  string `toml:"base_url"`
	LoginURL string `toml:"login_url"`
}

func (x *Xero) entries() []entry {
	return []entry{
		{"xero.mode", &x.Mode},
		{"xero.connection", &x.Connection},
		{"xero.client_id", &x.ClientID},
		{"xero.tenant", &x.Tenant},
		{"xero.scopes", &x.Scopes},
		{"xero.post", &x.Post},
		{"xero.contact", &x.Contact},
		{"xero.sales", &x.Sales},
		{"xero.fees", &x.Fees},
		{"xero.cards", &x.Cards},
		{"xero.cash", &x.Cash},
		{"xero.paypal", &x.PayPal},
		{"xero.razorpay", &x.Razorpay},
		{"xero.tax_type", &x.TaxType},
		{"xero.tax_name", &x.TaxName},
		{"xero.exempt_name", &x.ExemptName},
		{"xero.tracking", &x.Tracking},
		{"xero.date_format", &x.DateFormat},
		{"xero.base_url", &x.BaseURL},
		{"xero.login_url", &x.LoginURL},
	}
}

var (
	accountCode   = regexp.MustCompile(`^[A-Za-z0-9.-]{1,10}$`)
	trackingPair  = regexp.MustCompile(`^[^:]{1,100}: [^:]{1,100}$`)
	xeroWordSmall = regexp.MustCompile(`^[A-Z0-9]{0,50}$`)
)

func (c *checker) xero(x Xero) {
	c.oneOf(x.Mode, "xero.mode", WalletOff, WalletTest, WalletLive)
	c.oneOf(x.Connection, "xero.connection", "custom", "standard")
	c.oneOf(x.Scopes, "xero.scopes", "granular", "broad")
	c.oneOf(x.Post, "xero.post", "bank", "invoice")
	c.oneOf(x.DateFormat, "xero.date_format", "DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD")
	for key, text := range map[string]string{"client_id": x.ClientID, "tenant": x.Tenant, "contact": x.Contact, "tax_name": x.TaxName, "exempt_name": x.ExemptName} {
		c.line(text, "xero."+key, 100)
	}
	for key, code := range map[string]string{"sales": x.Sales, "fees": x.Fees, "cards": x.Cards, "cash": x.Cash, "paypal": x.PayPal, "razorpay": x.Razorpay} {
		c.require(accountCode.MatchString(code), "xero."+key, "write the code of an account, up to ten letters and digits, such as 200.")
	}
	c.require(x.Contact != "", "xero.contact", "write whom the sales of a day are booked to, such as Counter sales.")
	c.require(xeroWordSmall.MatchString(x.TaxType), "xero.tax_type", "write Xero's name of the tax in capital letters, such as OUTPUT, or leave it empty.")
	c.require(x.Tracking == "" || trackingPair.MatchString(x.Tracking), "xero.tracking", "write category and option as Store: T01, or leave it empty.")
	for key, address := range map[string]string{"base_url": x.BaseURL, "login_url": x.LoginURL} {
		if address != "" {
			_, err := parseBase(address)
			c.require(err == nil, "xero."+key, "write an address such as https://host.example without user name, password, ? or #, or leave it empty.")
		}
	}
}

// xeroFor is what a mode asks of the books: real ones are kept over TLS on another
// machine, by who has them; training never leaves this one.
func (c *checker) xeroFor(x Xero, mode Mode) {
	for key, address := range sorted(map[string]string{"xero.base_url": x.BaseURL, "xero.login_url": x.LoginURL}) {
		u, err := parseBase(address)
		switch {
		case err != nil:
		case mode == Live:
			c.require(u.Scheme == "https" && !loopback(u.Hostname()), key, "leave it empty for Xero's own address, or write one that starts with https:// and is not this machine.")
		default:
			c.require(u.Scheme == "http" && loopback(u.Hostname()), key, "leave it empty to train with the embedded books, or write an http address on this machine such as http://127.0.0.1:8787.")
		}
	}
	if mode == Training {
		c.require(x.Mode != WalletLive, "xero.mode", "choose test or off: a training terminal enters nothing into real books.")
		return
	}
	c.require(x.Mode != WalletTest, "xero.mode", "choose live or off: the books of training are for a training terminal.")
	c.require(x.Mode == WalletOff || x.ClientID != "", "xero.client_id", "write the client id that Xero shows beside the client secret.")
}

// normalise gives values the spelling that the rest of the program compares.
func (x *Xero) normalise() {
	for _, at := range []*string{&x.Mode, &x.Connection, &x.Scopes, &x.Post} {
		*at = strings.ToLower(strings.TrimSpace(*at))
	}
	for _, at := range []*string{&x.ClientID, &x.Tenant, &x.Contact, &x.Sales, &x.Fees, &x.Cards, &x.Cash, &x.PayPal, &x.Razorpay, &x.TaxType, &x.TaxName,
		&x.ExemptName, &x.Tracking, &x.DateFormat} {
		*at = strings.TrimSpace(*at)
	}
	for _, at := range []*string{&x.BaseURL, &x.LoginURL} {
		*at = strings.TrimRight(strings.TrimSpace(*at), "/")
	}
}
