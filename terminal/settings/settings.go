// Package settings holds what a shop can set at its terminal, with defaults
// and the rules for each value. Settings are plain values: the journal keeps
// them as a map of text with who changed what, people carry them between
// terminals as TOML. Secrets (password, keys) are never among them.
package settings

import (
	"time"

	"paydesk/terminal/money"
)

// Mode says against what the terminal works.
type Mode string

// The two modes. They never share a journal.
const (
	Live     Mode = "live"     // the real service, real money
	Training Mode = "training" // the embedded sandbox host
)

// Settings is everything that can be set.
type Settings struct {
	Shop     Shop     `toml:"shop"`
	Host     Host     `toml:"host"`
	Money    Money    `toml:"money"`
	Printer  Printer  `toml:"printer"`
	Receipts Receipts `toml:"receipts"`
	Window   Window   `toml:"window"`
	Sales    Sales    `toml:"sales"`
	Offline  Offline  `toml:"offline"`
	Display  Display  `toml:"display"`
	Mail     Mail     `toml:"mail"`
	Wallets  Wallets  `toml:"wallets"`
	Day      Day      `toml:"day"`
	Xero     Xero     `toml:"xero"`
}

// Shop is what stands on the receipt's head and foot.
type Shop struct {
	Name          string   `toml:"name"`
	Address       []string `toml:"address"` // one entry per line
	Phone         string   `toml:"phone"`
	ReceiptHeader string   `toml:"receipt_header"` // may have several lines
	ReceiptFooter string   `toml:"receipt_footer"`
	Logo          string   `toml:"logo"` // a PNG or JPEG file; empty: none
}

// Host is where and as whom the terminal asks for payment. The password is
// kept apart, with the secrets.
type Host struct {
	BaseURL            string `toml:"base_url"` // empty in training: the embedded sandbox
	Username           string `toml:"username"`
	DeviceGUID         string `toml:"device_guid"`
	DeviceName         string `toml:"device_name"`
	MerchantGUID       string `toml:"merchant_guid"`
	SaleTimeoutSeconds int    `toml:"sale_timeout_seconds"`
	// Dialect is "document" or "current"; empty: as the host was found.
	Dialect string `toml:"dialect"`
	// PurchasesURL is the address for supplier cards; empty: that of the host.
	PurchasesURL string `toml:"purchases_url"`
	// Pins are the public keys that the host may have, each "sha256/" and the
	// base64 of a key's SHA-256; empty: its certificate alone counts.
	Pins []string `toml:"pins"`
}

// SaleTimeout is how long a sale may take before it is in doubt.
func (h Host) SaleTimeout() time.Duration {
	return time.Duration(h.SaleTimeoutSeconds) * time.Second
}

// Money is the currency of the shop.
type Money struct {
	Currency money.Currency `toml:"currency"`
}

// Printer is the receipt printer.
type Printer struct {
	Target  string `toml:"target"`  // "none", or a device such as /dev/ttyUSB0 or COM3
	Profile string `toml:"profile"` // what the printer can do, such as "generic-80"
	Baud    int    `toml:"baud"`    // speed of a serial line, bits per second
	Columns int    `toml:"columns"` // characters per line; 0 is what the profile has
	Copies  Copies `toml:"copies"`
	Drawer  bool   `toml:"drawer"` // a cash drawer hangs on the printer
	// DrawerLow: the drawer's sensor reads low while it is open; most read high.
	DrawerLow bool `toml:"drawer_low"`
}

// Copies says which receipts are printed without asking.
type Copies struct {
	Customer bool `toml:"customer"`
	Merchant bool `toml:"merchant"`
}

// Receipts says in what language receipts are and whether they are kept as PDF
// files, where and how large.
type Receipts struct {
	PDF       bool   `toml:"pdf"`
	PDFFolder string `toml:"pdf_folder"` // empty: in the data folder
	Paper     string `toml:"paper"`      // 80mm, 58mm, a4 or letter
	Language  string `toml:"language"`   // en, es, fr, de, pt or hi; empty: that of the till
	// Page is the address of the page that checks receipts; with one, the code
	// on a receipt opens it.
	Page string `toml:"page"`
}

// Window is how the terminal looks.
type Window struct {
	Theme      string `toml:"theme"` // light, dark or contrast
	Scale      int    `toml:"scale"` // size of everything in percent
	Fullscreen bool   `toml:"fullscreen"`
	Language   string `toml:"language"`     // en, es, fr, de, pt or hi
	Sound      bool   `toml:"sound"`        // on outcomes
	LockMins   int    `toml:"lock_minutes"` // idle time before the desk locks; 0 is never
}

// Sales limits the amount of one sale and says what may be added to it. Amounts
// are decimal text of the currency, rates percent as decimal text.
type Sales struct {
	Minimum string   `toml:"minimum"`
	Maximum string   `toml:"maximum"`
	Tax     string   `toml:"tax"`      // added to the goods; "0" is none
	TaxName string   `toml:"tax_name"` // as receipts have it
	Tips    []string `toml:"tips"`     // rates offered before payment; empty: no tips
	// ReturnLimit is the most of one payment that a cashier pays back alone;
	// empty: nothing. It does not bind those who have the right to return.
	ReturnLimit string `toml:"return_limit"`
}

// Display is what the customer looks at.
type Display struct {
	Mode string `toml:"mode"` // none or window
	// Monitor is the left upper corner of its screen, as "1280,0"; empty: the
	// one that the till is not on.
	Monitor  string `toml:"monitor"`
	Language string `toml:"language"` // empty: that of the till
	Picture  string `toml:"picture"`  // a PNG or JPEG file for idle times; empty: the shop's name
	// Pole is where a display of two lines is, written as the printer's target;
	// empty: none. PoleDialect is what it understands: cd5220 or escpos.
	Pole        string `toml:"pole"`
	PoleDialect string `toml:"pole_dialect"`
}

// Mail is the shop's own mail server, by which receipts go to customers. The
// password is kept apart, with the secrets.
type Mail struct {
	Server   string `toml:"server"`   // host name; empty: no receipts by mail
	Port     int    `toml:"port"`     // 587, 465 or 25
	Security string `toml:"security"` // starttls, tls or none
	User     string `toml:"user"`     // empty: the server asks for none
	From     string `toml:"from"`     // the shop's address
}

// Wallets are the systems that customers pay by with a phone. Their secrets are
// kept apart (terminal.WalletSecrets).
type Wallets struct {
	// Minutes is how long a code is shown before the desk gives it up.
	Minutes  int      `toml:"minutes"`
	PayPal   PayPal   `toml:"paypal"`
	Razorpay Razorpay `toml:"razorpay"`
	Listen   Listen   `toml:"listen"`
	IPN      IPN      `toml:"ipn"`
}

// The modes of a provider.
const (
	WalletOff  = "off"
	WalletTest = "test" // the provider's own sandbox: no real money
	WalletLive = "live"
)

// PayPal is Express Checkout (API nvp) or Orders v2 (API rest).
type PayPal struct {
	Mode     string `toml:"mode"`
	API      string `toml:"api"`
	Username string `toml:"username"`  // of nvp
	ClientID string `toml:"client_id"` // of rest
	// Subject is the e-mail address of another merchant for whom nvp acts; "": none.
	Subject    string   `toml:"subject"`
	Currencies []string `toml:"currencies"` // empty: the shop's
	DeductFees bool     `toml:"deduct_fees"`
	// BaseURL and SiteURL replace PayPal's own: of the API, and of the page that
	// the code opens. ReturnURL is the page that the customer sees in the end.
	BaseURL   string `toml:"base_url"`
	SiteURL   string `toml:"site_url"`
	ReturnURL string `toml:"return_url"`
}

// Razorpay is UPI codes (Flow qr) or payment links (Flow link); what is not in
// rupees goes by link.
type Razorpay struct {
	Mode       string   `toml:"mode"`
	KeyID      string   `toml:"key_id"`
	Flow       string   `toml:"flow"`
	Currencies []string `toml:"currencies"`
	DeductFees bool     `toml:"deduct_fees"`
	BaseURL    string   `toml:"base_url"`
}

// Listen is where notifications come in.
type Listen struct {
	// Address is host and port, as "127.0.0.1:8790"; empty: none come in.
	Address string `toml:"address"`
	// Certificate and Key are PEM files for TLS; empty: none, which only a
	// loopback address may do.
	Certificate string `toml:"certificate"`
	Key         string `toml:"key"`
	// PublicURL is how the world reaches Address, through a tunnel or proxy.
	PublicURL string `toml:"public_url"`
}

// IPN is what is done with PayPal's instant payment notifications.
type IPN struct {
	Enabled bool   `toml:"enabled"`
	Mode    string `toml:"mode"` // test or live
	// Receivers are our e-mail addresses or merchant ids at PayPal.
	Receivers  []string `toml:"receivers"`
	SendMoney  bool     `toml:"send_money"`
	MassPay    bool     `toml:"mass_pay"`
	Verify     bool     `toml:"verify"` // the transaction is read, too
	Currencies []string `toml:"currencies"`
	DeductFees bool     `toml:"deduct_fees"`
	BaseURL    string   `toml:"base_url"` // replaces PayPal's own for the post-back
}

// Offline says what is taken on cards while the host is away.
type Offline struct {
	Enabled bool     `toml:"enabled"`
	Tokens  bool     `toml:"tokens"`   // cards on file, with the same limits
	PerSale string   `toml:"per_sale"` // largest sale, as decimal text
	Total   string   `toml:"total"`    // of all that wait for the host
	Count   int      `toml:"count"`
	Hours   int      `toml:"hours"`  // age of the oldest at which no more are taken
	Brands  []string `toml:"brands"` // empty: all
}

// OfflineLimits are the two amounts of Offline. They fail only on settings that
// Validate would refuse.
func (s Settings) OfflineLimits() (perSale, total money.Amount, err error) {
	if perSale, err = money.Parse(s.Offline.PerSale, s.Money.Currency); err != nil {
		return perSale, total, err
	}
	total, err = money.Parse(s.Offline.Total, s.Money.Currency)
	return perSale, total, err
}

// Limits are the smallest and the largest sale in the shop's currency. They
// fail only on settings that Validate would refuse.
func (s Settings) Limits() (least, most money.Amount, err error) {
	if least, err = money.Parse(s.Sales.Minimum, s.Money.Currency); err != nil {
		return least, most, err
	}
	most, err = money.Parse(s.Sales.Maximum, s.Money.Currency)
	return least, most, err
}

// Default is what a new terminal starts with: no shop, no host, dollars.
func Default() Settings {
	return Settings{
		Shop:     Shop{ReceiptFooter: "Thank you"},
		Host:     Host{SaleTimeoutSeconds: 45},
		Money:    Money{Currency: money.USD},
		Printer:  Printer{Target: "none", Profile: "generic-80", Baud: 19200, Copies: Copies{Customer: true, Merchant: true}},
		Receipts: Receipts{PDF: true, Paper: "80mm"},
		Window:   Window{Theme: "light", Scale: 100, Language: "en", Sound: true, LockMins: 15},
		// The service refuses sales below half a unit.
		Sales:   Sales{Minimum: "0.50", Maximum: "999999.99", Tax: "0", TaxName: "Tax"},
		Offline: Offline{PerSale: "50", Total: "500", Count: 20, Hours: 24},
		Display: Display{Mode: "none", PoleDialect: "cd5220"},
		Mail:    Mail{Port: 587, Security: "starttls"},
		Wallets: Wallets{Minutes: 5,
			PayPal:   PayPal{Mode: WalletOff, API: "nvp"},
			Razorpay: Razorpay{Mode: WalletOff, Flow: "qr"},
			IPN:      IPN{Mode: WalletLive, SendMoney: true, MassPay: true, Verify: true}},
		Day: Day{Drawer: DrawerCounted, Limit: "5", Cutoff: "04:00"},
		Xero: Xero{Mode: WalletOff, Connection: "custom", Scopes: "granular", Post: "bank", Contact: "Counter sales", Sales: "200", Fees: "404",
			Cards: "0910", Cash: "0911", PayPal: "0912", Razorpay: "0913", TaxType: "OUTPUT", TaxName: "Tax on Sales", ExemptName: "Tax Exempt", DateFormat: "DD/MM/YYYY"},
	}
}
