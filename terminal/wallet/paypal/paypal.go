// Package paypal is PayPal as a provider of codes: Express Checkout over the
// classic interface of names and values, and Orders v2 for accounts that have
// only keys of the modern one. In both the customer agrees on the phone first,
// and money moves when the desk takes it. Section numbers in comments are those
// of the gateway notes on PayPal.
package paypal

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// Config says which account is used, and how.
type Config struct {
	// Test: PayPal's sandbox, where no real money moves.
	Test bool
	// API is "nvp" or "rest".
	API string
	// Username is of nvp, ClientID of rest. Subject is the e-mail address of
	// another merchant for whom nvp acts; "": none.
	Username, ClientID, Subject string
	// Currencies are those that are taken; empty: Currency, the shop's.
	Currencies []money.Currency
	Currency   money.Currency
	Deduct     bool
	// BaseURL and SiteURL replace PayPal's own: of the interface, and of the page
	// that a code of nvp opens. ReturnURL is the page that the customer sees in
	// the end; "": the front page of the site. NotifyURL is where PayPal sends
	// notifications of these payments; "": where the account says.
	BaseURL, SiteURL, ReturnURL, NotifyURL string
	// LoopbackOnly keeps training inside this machine.
	LoopbackOnly bool
	// Shop is the name that the customer reads.
	Shop string
	// Secret finds password and signature (nvp), client_secret and webhook_id
	// (rest). It is asked at each use, and what it gives is not kept.
	Secret func(name string) (string, error)
	Clock  clock.Clock
}

// PayPal's own addresses (section 3).
const (
	nvpTest, nvpLive   = "https://api-3t.sandbox.paypal.com", "https://api-3t.paypal.com"
	restTest, restLive = "https://api-m.sandbox.paypal.com", "https://api-m.paypal.com"
	siteTest, siteLive = "https://www.sandbox.paypal.com/cgi-bin/webscr", "https://www.paypal.com/cgi-bin/webscr"
)

const (
	// life is how long a token or an order can be agreed to.
	life = 3 * time.Hour
	// refundFor is how long after a sale it can be paid back.
	refundFor = 180 * 24 * time.Hour
	// maxDescription, maxNote and maxBrand are the lengths that PayPal takes.
	maxDescription, maxNote, maxBrand = 127, 255, 127
)

// account is what both interfaces have in common.
type account struct {
	cfg    Config
	client *wallet.Client
	offer  order.WalletOffer
}

// New makes the provider. It makes no connection.
func New(cfg Config) (wallet.Provider, error) {
	if cfg.API != "nvp" && cfg.API != "rest" {
		return nil, problem(sayAPI)
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if err := cfg.address(); err != nil {
		return nil, err
	}
	client, err := wallet.NewClient(wallet.ClientConfig{BaseURL: cfg.BaseURL, LoopbackOnly: cfg.LoopbackOnly, Clock: cfg.Clock})
	if err != nil {
		return nil, err
	}
	a := account{cfg: cfg, client: client, offer: cfg.offer()}
	if cfg.API == "rest" {
		return newREST(a), nil
	}
	return &nvp{account: a}, nil
}

// address puts PayPal's own addresses where there are no others.
func (c *Config) address() error {
	site, base := siteLive, nvpLive
	if c.API == "rest" {
		base = restLive
	}
	if c.Test {
		site, base = siteTest, nvpTest
		if c.API == "rest" {
			base = restTest
		}
	}
	if c.SiteURL == "" {
		c.SiteURL = site
		if c.BaseURL != "" && c.LoopbackOnly {
			c.SiteURL = strings.TrimRight(c.BaseURL, "/") + "/cgi-bin/webscr"
		}
	}
	if c.BaseURL == "" {
		c.BaseURL = base
	}
	u, err := url.Parse(c.SiteURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && c.LoopbackOnly) || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return problem(saySite)
	}
	if c.ReturnURL == "" {
		c.ReturnURL = u.Scheme + "://" + u.Host + "/"
	}
	return nil
}

// offer leaves out the currencies that PayPal does not take: there nobody can
// choose it, and Check says why.
func (c *Config) offer() order.WalletOffer {
	if len(c.Currencies) == 0 {
		c.Currencies = []money.Currency{c.Currency}
	}
	o := order.WalletOffer{Name: "paypal", Title: order.WalletTitle("paypal"), Test: c.Test, Least: least(c.Currency), Takes: true, Deduct: c.Deduct,
		ShortestLife: life, LongestLife: life, Repeats: true, Parts: true, RefundFor: refundFor, Lists: true}
	for _, cur := range c.Currencies {
		if slices.Contains(supported, cur) {
			o.Currencies = append(o.Currencies, cur)
		}
	}
	if c.Currency == money.USD {
		o.Most = money.New(10_000_00, money.USD) // section 9; of other currencies it is the equivalent, which nobody knows here
	}
	return o
}

// Offer implements wallet.Provider.
func (a *account) Offer() order.WalletOffer {
	o := a.offer
	o.Currencies = slices.Clone(o.Currencies)
	return o
}

// asked is the amount of a request as PayPal wants it, or a sentence.
func (a *account) asked(m money.Amount) (string, error) {
	if !a.offer.In(m.Currency) {
		return "", currencyProblem(m.Currency)
	}
	return decimal(m)
}

// currencies is a sentence where a currency was set up that PayPal does not
// take.
func (a *account) currencies() error {
	for _, c := range a.cfg.Currencies {
		if !a.offer.In(c) {
			return currencyProblem(c)
		}
	}
	return nil
}

// secrets finds all of some secrets.
func (a *account) secrets(names ...string) ([]string, error) {
	found := make([]string, len(names))
	for i, name := range names {
		s, err := a.cfg.Secret(name)
		if err != nil || s == "" {
			return nil, problem(sayNoKeys) // the error's own words may quote what was found
		}
		found[i] = s
	}
	return found, nil
}

// label is what the customer reads about a code.
func label(r order.CodeRequest) string {
	if r.Label != "" {
		return cut(r.Label, maxDescription)
	}
	return r.Reference
}

// shop is the name that the customer reads above it.
func (a *account) shop(r order.CodeRequest) string {
	if r.Shop != "" {
		return cut(r.Shop, maxBrand)
	}
	return cut(a.cfg.Shop, maxBrand)
}

// cut shortens a text to a number of bytes, at the end of a letter.
func cut(text string, most int) string {
	text = strings.ToValidUTF8(text, "")
	for len(text) > most {
		runes := []rune(text)
		text = string(runes[:len(runes)-1])
	}
	return text
}

// codeName is the form of PayPal's names of codes, which stand in addresses.
var codeName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// failed is a look that told nothing.
func failed(message string, at time.Time, wait time.Duration) order.CodeSeen {
	return order.CodeSeen{Failed: true, Message: message, At: at, Wait: wait}
}
