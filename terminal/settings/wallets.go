package settings

import (
	"iter"
	"maps"
	"net"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"paydesk/terminal/money"
)

// loopbackListen reports whether only this machine reaches an address.
func loopbackListen(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && host != "" && loopback(host) && host != "0.0.0.0" && host != "::"
}

// merchantID is the form of PayPal's own name of an account.
var merchantID = regexp.MustCompile(`^[A-Z0-9]{13}$`)

func emailAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= 254
}

func (c *checker) wallets(w Wallets) {
	c.between(w.Minutes, 1, 60, "wallets.minutes", "minutes")
	c.paypal(w.PayPal)
	r := w.Razorpay
	c.oneOf(r.Mode, "wallets.razorpay.mode", WalletOff, WalletTest, WalletLive)
	c.line(r.KeyID, "wallets.razorpay.key_id", 100)
	c.oneOf(r.Flow, "wallets.razorpay.flow", "qr", "link")
	c.currencies(r.Currencies, "wallets.razorpay.currencies")
	c.listen(w.Listen)
	c.ipn(w)
	for key, address := range sorted(w.addresses()) {
		_, err := parseBase(address)
		c.require(err == nil, key, "write an address such as https://host.example without user name, password, ? or #, or leave it empty.")
	}
}

func (c *checker) paypal(p PayPal) {
	c.oneOf(p.Mode, "wallets.paypal.mode", WalletOff, WalletTest, WalletLive)
	c.oneOf(p.API, "wallets.paypal.api", "nvp", "rest")
	c.line(p.Username, "wallets.paypal.username", 127)
	c.line(p.ClientID, "wallets.paypal.client_id", 200)
	c.require(p.Subject == "" || emailAddress(p.Subject), "wallets.paypal.subject",
		"write the e-mail address of the merchant that payments are for, or leave it empty.")
	c.currencies(p.Currencies, "wallets.paypal.currencies")
}

func (c *checker) currencies(list []string, key string) {
	for _, code := range list {
		c.require(money.Currency(code).Known(), key, "write currency codes that this terminal knows, such as USD | EUR, or leave it empty for the shop's.")
	}
}

func (c *checker) listen(l Listen) {
	_, port, err := net.SplitHostPort(l.Address)
	n, errPort := strconv.Atoi(port)
	c.require(l.Address == "" || err == nil && errPort == nil && n > 0 && n <= 65535, "wallets.listen.address",
		"write host and port, such as 127.0.0.1:8790, or leave it empty.")
	c.line(l.Certificate, "wallets.listen.certificate", 1000)
	c.line(l.Key, "wallets.listen.key", 1000)
	c.require(l.Address == "" || (l.Certificate == "") == (l.Key == ""), "wallets.listen.certificate", "name both files, that of the certificate and that of its key, or none.")
	c.require(l.Address == "" || err != nil || l.Certificate != "" || loopbackListen(l.Address), "wallets.listen.address",
		"write an address of this machine, such as 127.0.0.1:8790, or name the files of a certificate and its key: nothing comes in unencrypted from elsewhere.")
}

func (c *checker) ipn(w Wallets) {
	c.oneOf(w.IPN.Mode, "wallets.ipn.mode", WalletTest, WalletLive)
	c.currencies(w.IPN.Currencies, "wallets.ipn.currencies")
	for _, r := range w.IPN.Receivers {
		c.require(emailAddress(r) || merchantID.MatchString(r), "wallets.ipn.receivers",
			"write the e-mail addresses or merchant ids of your own accounts at PayPal.")
	}
	if w.IPN.Enabled {
		c.require(len(w.IPN.Receivers) > 0, "wallets.ipn.receivers", "write the e-mail address of your account at PayPal: what is for another account is not taken up.")
		c.require(w.Listen.Address != "", "wallets.listen.address", "write where notifications come in, such as 127.0.0.1:8790, or switch wallets.ipn.enabled off.")
	}
}

// addresses are all addresses of Wallets, by key.
func (w Wallets) addresses() map[string]string {
	all := w.providers()
	all["wallets.paypal.return_url"], all["wallets.listen.public_url"] = w.PayPal.ReturnURL, w.Listen.PublicURL
	return all
}

// providers are the addresses that take the place of the providers' own.
func (w Wallets) providers() map[string]string {
	return map[string]string{"wallets.paypal.base_url": w.PayPal.BaseURL, "wallets.paypal.site_url": w.PayPal.SiteURL,
		"wallets.razorpay.base_url": w.Razorpay.BaseURL, "wallets.ipn.base_url": w.IPN.BaseURL}
}

// sorted goes through the addresses that are set, in the order of their keys.
func sorted(all map[string]string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if all[key] != "" && !yield(key, all[key]) {
				return
			}
		}
	}
}

// walletsFor is what a mode asks of the providers: real money goes over TLS to
// another machine, and who has it moved is known; training never leaves this one.
func (c *checker) walletsFor(w Wallets, mode Mode) {
	for key, address := range sorted(w.providers()) {
		u, err := parseBase(address)
		switch {
		case err != nil:
		case mode == Live:
			c.require(u.Scheme == "https" && !loopback(u.Hostname()), key,
				"leave it empty for the provider's own address, or write one that starts with https:// and is not this machine.")
		default:
			c.require(u.Scheme == "http" && loopback(u.Hostname()), key,
				"leave it empty to train with the embedded provider, or write an http address on this machine such as http://127.0.0.1:8787.")
		}
	}
	p, r := w.PayPal, w.Razorpay
	if mode == Training {
		const only = "choose test or off: a training terminal moves no real money."
		c.require(p.Mode != WalletLive, "wallets.paypal.mode", only)
		c.require(r.Mode != WalletLive, "wallets.razorpay.mode", only)
		return
	}
	c.require(p.Mode == WalletOff || p.API != "nvp" || p.Username != "", "wallets.paypal.username", "write the API user name that PayPal shows beside password and signature.")
	c.require(p.Mode == WalletOff || p.API != "rest" || p.ClientID != "", "wallets.paypal.client_id", "write the client id of the app that PayPal shows beside its secret.")
	c.require(r.Mode == WalletOff || r.KeyID != "", "wallets.razorpay.key_id", "write the key id that Razorpay shows beside the key's secret.")
	for key, address := range sorted(map[string]string{"wallets.paypal.return_url": p.ReturnURL, "wallets.listen.public_url": w.Listen.PublicURL}) {
		c.require(strings.HasPrefix(address, "https://"), key, "write an address that starts with https://, or leave it empty.")
	}
}

// normalise gives values the spelling that the rest of the program compares.
func (w *Wallets) normalise() {
	for _, at := range []*string{&w.PayPal.Mode, &w.PayPal.API, &w.Razorpay.Mode, &w.Razorpay.Flow, &w.IPN.Mode} {
		*at = strings.ToLower(strings.TrimSpace(*at))
	}
	for _, at := range []*string{&w.PayPal.Username, &w.PayPal.ClientID, &w.PayPal.Subject, &w.Razorpay.KeyID, &w.Listen.Address, &w.Listen.Certificate, &w.Listen.Key} {
		*at = strings.TrimSpace(*at)
	}
	for _, at := range []*string{&w.PayPal.BaseURL, &w.PayPal.SiteURL, &w.PayPal.ReturnURL, &w.Razorpay.BaseURL, &w.Listen.PublicURL, &w.IPN.BaseURL} {
		*at = strings.TrimRight(strings.TrimSpace(*at), "/")
	}
	for _, list := range [][]string{w.PayPal.Currencies, w.Razorpay.Currencies, w.IPN.Currencies} {
		for i := range list {
			list[i] = strings.ToUpper(strings.TrimSpace(list[i]))
		}
	}
}

// lists are the values that are lists, which a copy must not share.
func (w *Wallets) lists() []*[]string {
	return []*[]string{&w.PayPal.Currencies, &w.Razorpay.Currencies, &w.IPN.Receivers, &w.IPN.Currencies}
}

// entries are the keys of Wallets.
func (w *Wallets) entries() []entry {
	return []entry{
		{"wallets.minutes", &w.Minutes},
		{"wallets.paypal.mode", &w.PayPal.Mode},
		{"wallets.paypal.api", &w.PayPal.API},
		{"wallets.paypal.username", &w.PayPal.Username},
		{"wallets.paypal.client_id", &w.PayPal.ClientID},
		{"wallets.paypal.subject", &w.PayPal.Subject},
		{"wallets.paypal.currencies", &w.PayPal.Currencies},
		{"wallets.paypal.deduct_fees", &w.PayPal.DeductFees},
		{"wallets.paypal.base_url", &w.PayPal.BaseURL},
		{"wallets.paypal.site_url", &w.PayPal.SiteURL},
		{"wallets.paypal.return_url", &w.PayPal.ReturnURL},
		{"wallets.razorpay.mode", &w.Razorpay.Mode},
		{"wallets.razorpay.key_id", &w.Razorpay.KeyID},
		{"wallets.razorpay.flow", &w.Razorpay.Flow},
		{"wallets.razorpay.currencies", &w.Razorpay.Currencies},
		{"wallets.razorpay.deduct_fees", &w.Razorpay.DeductFees},
		{"wallets.razorpay.base_url", &w.Razorpay.BaseURL},
		{"wallets.listen.address", &w.Listen.Address},
		{"wallets.listen.certificate", &w.Listen.Certificate},
		{"wallets.listen.key", &w.Listen.Key},
		{"wallets.listen.public_url", &w.Listen.PublicURL},
		{"wallets.ipn.enabled", &w.IPN.Enabled},
		{"wallets.ipn.mode", &w.IPN.Mode},
		{"wallets.ipn.receivers", &w.IPN.Receivers},
		{"wallets.ipn.send_money", &w.IPN.SendMoney},
		{"wallets.ipn.mass_pay", &w.IPN.MassPay},
		{"wallets.ipn.verify", &w.IPN.Verify},
		{"wallets.ipn.currencies", &w.IPN.Currencies},
		{"wallets.ipn.deduct_fees", &w.IPN.DeductFees},
		{"wallets.ipn.base_url", &w.IPN.BaseURL},
	}
}
