package prefs

import (
	"context"
	"slices"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/settings"
)

// Wallets is what the pages of the wallets need of the terminal.
type Wallets interface {
	// SetWalletSecret keeps a secret of a provider, "<provider>.<name>", and
	// overwrites it; an empty one removes what is kept. HasWalletSecret reports
	// whether one is kept; nobody can see it again.
	SetWalletSecret(ctx context.Context, name string, secret []byte) error
	HasWalletSecret(name string) bool
	// CheckWallet tries the keys of a provider.
	CheckWallet(ctx context.Context, provider string) error
}

// The beginnings of acts that are of many kinds: another page opens, a secret is
// filled in, a wallet is tried.
const (
	actPage   = "page."
	actSecret = "secret."
	actCheck  = "check."
)

// actNotices tells where PayPal sends its notifications.
const actNotices Act = "ipn"

var (
	walletModes = []string{settings.WalletOff, settings.WalletTest, settings.WalletLive}
	currencies  = money.Currencies()
)

func byNVP(s settings.Settings) bool  { return s.Wallets.PayPal.API == "nvp" }
func byREST(s settings.Settings) bool { return s.Wallets.PayPal.API == "rest" }

// walletPages are reached from the page of the wallets; each knows its way back.
var walletPages = []page{
	{"paypal", look.Phone, "wallets", []spec{
		{section: "wallets.paypal", name: "mode", kind: choice, values: walletModes},
		{section: "wallets.paypal", name: "api", kind: choice, values: []string{"nvp", "rest"}},
		{section: "wallets.paypal", name: "username", kind: line, most: 127, only: byNVP},
		{act: actSecret + "paypal.password", only: byNVP}, {act: actSecret + "paypal.signature", only: byNVP},
		{section: "wallets.paypal", name: "client_id", kind: line, most: 200, only: byREST},
		{act: actSecret + "paypal.client_secret", only: byREST},
		{act: actCheck + "paypal"},
		{section: "wallets.paypal", name: "currencies", kind: many, values: currencies},
		{section: "wallets.paypal", name: "deduct_fees"},
		{act: actPage + "paypal-more"},
	}},
	{"razorpay", look.Phone, "wallets", []spec{
		{section: "wallets.razorpay", name: "mode", kind: choice, values: walletModes},
		{section: "wallets.razorpay", name: "key_id", kind: line, most: 100},
		{act: actSecret + "razorpay.key_secret"},
		{act: actCheck + "razorpay"},
		{section: "wallets.razorpay", name: "flow", kind: choice, values: []string{"qr", "link"}},
		{section: "wallets.razorpay", name: "currencies", kind: many, values: currencies},
		{section: "wallets.razorpay", name: "deduct_fees"},
		{act: actPage + "razorpay-more"},
	}},
	{"ipn", look.Tray, "wallets", []spec{
		{section: "wallets.ipn", name: "enabled"},
		{section: "wallets.listen", name: "address", kind: line, most: 100},
		{section: "wallets.listen", name: "public_url", kind: line, most: 300},
		{act: actNotices},
		{section: "wallets.ipn", name: "receivers", kind: lines, most: form.MaxFields},
		{section: "wallets.ipn", name: "mode", kind: choice, values: walletModes[1:]},
		{section: "wallets.ipn", name: "send_money"}, {section: "wallets.ipn", name: "mass_pay"}, {section: "wallets.ipn", name: "verify"},
		{section: "wallets.ipn", name: "currencies", kind: many, values: currencies},
		{section: "wallets.ipn", name: "deduct_fees"},
		{act: actPage + "ipn-more"},
	}},
	{"paypal-more", look.Phone, "paypal", []spec{
		{section: "wallets.paypal", name: "subject", kind: line, most: 254, only: byNVP},
		{act: actSecret + "paypal.webhook_id"},
		{section: "wallets.paypal", name: "return_url", kind: line, most: 300},
		{section: "wallets.paypal", name: "base_url", kind: line, most: 300}, {section: "wallets.paypal", name: "site_url", kind: line, most: 300},
	}},
	{"razorpay-more", look.Phone, "razorpay", []spec{
		{act: actSecret + "razorpay.webhook_secret"}, {act: actSecret + "razorpay.webhook_secret_old"},
		{section: "wallets.razorpay", name: "base_url", kind: line, most: 300},
	}},
	{"ipn-more", look.Tray, "ipn", []spec{
		{section: "wallets.listen", name: "certificate", kind: line, most: 1000}, {section: "wallets.listen", name: "key", kind: line, most: 1000},
		{section: "wallets.ipn", name: "base_url", kind: line, most: 300},
	}},
}

// walletItem is the row of an act of the wallets' pages.
func (p *Presenter) walletItem(a Act) (form.Item, bool) {
	now := p.desk.Settings()
	if name, ok := strings.CutPrefix(string(a), actPage); ok {
		item := form.Item{Name: text.Get("prefs.page." + name), Say: text.Get("prefs.page." + name + ".say"), Shape: look.Right}
		switch name {
		case "paypal", "razorpay":
			item.Value = Shown(now, "wallets."+name+".mode")
		case "ipn":
			item.Value = Shown(now, "wallets.ipn.enabled")
		}
		return item, true
	}
	if name, ok := strings.CutPrefix(string(a), actSecret); ok {
		item := form.Item{Name: Name("act." + string(a)), Say: text.Get("prefs.say.act." + string(a)), Shape: look.Board, Value: text.Get("prefs.secret.unset")}
		if p.hasSecret(name) {
			item.Value = text.Get("prefs.secret.set")
		}
		return item, true
	}
	if name, ok := strings.CutPrefix(string(a), actCheck); ok {
		return form.Item{Name: text.Get("prefs.act.check"), Say: text.Get("prefs.act.check.say", text.Get("prefs.page."+name)), Shape: look.Clock}, true
	}
	if a == actRounding {
		return form.Item{Name: text.Get("prefs.act.rounding"), Say: text.Get("prefs.act.rounding.say"), Shape: look.Dot}, true
	}
	if a == actNotices {
		return form.Item{Name: text.Get("prefs.act.ipn"), Say: notices(now), Shape: look.Dot}, true
	}
	return form.Item{}, false
}

// notices is the address that PayPal is told to send its notifications to.
func notices(s settings.Settings) string {
	const path = "/paypal/ipn"
	switch l := s.Wallets.Listen; {
	case l.PublicURL != "":
		return strings.TrimSuffix(l.PublicURL, "/") + path
	case l.Address != "" && l.Certificate != "":
		return "https://" + l.Address + path
	case l.Address != "":
		return text.Get("prefs.act.ipn.tunnel", "http://"+l.Address+path)
	}
	return text.Get("prefs.act.ipn.none")
}

// walletAct does an act of the wallets' pages; it reports whether it is one.
func (p *Presenter) walletAct(a Act) bool {
	if name, ok := strings.CutPrefix(string(a), actPage); ok {
		p.page, p.row = pageAt(name), 0
		p.tell("", false)
		return true
	}
	if name, ok := strings.CutPrefix(string(a), actSecret); ok {
		p.fillSecret(a, name)
		return true
	}
	if name, ok := strings.CutPrefix(string(a), actCheck); ok {
		p.task.Start(func(ctx context.Context, _ func(func())) error { return p.check(ctx, name) }, func(err error) {
			if err != nil {
				p.tell(text.Of(err), true)
				return
			}
			p.tell(text.Get("prefs.done.check", text.Get("prefs.page."+name)), false)
		})
		p.working()
		return true
	}
	return a == actNotices || a == actRounding
}

// fillSecret asks for a secret. It is overwritten once it is kept, and an empty
// one takes away what was.
func (p *Presenter) fillSecret(a Act, name string) {
	key := "act." + string(a)
	f := &form.Field{Key: key, Label: Name(key), Pad: form.Secret, Most: 300}
	f.Fill("")
	p.editing, p.form = key, form.New(f)
	p.form.Changed = func() { p.Changed() }
	p.form.Done = func() {
		if p.task.Busy() {
			return
		}
		secret := f.Take()
		done := map[bool]string{false: "prefs.done.secret", true: "prefs.done.nosecret"}[len(secret) == 0]
		p.task.Start(func(ctx context.Context, _ func(func())) error {
			return p.setSecret(ctx, name, slices.Clone(secret))
		}, func(err error) {
			if err != nil {
				p.tell("", false)
				f.Problem = text.Of(err)
				p.Changed()
				return
			}
			p.editing = ""
			p.tell(text.Get(done, Name(key)), false)
		}, secret)
		p.working()
	}
	p.tell("", false)
}

// pageAt finds a page by its name.
func pageAt(name string) int {
	return slices.IndexFunc(pages, func(p page) bool { return p.name == name })
}

// top is the page of the list at the left that a page belongs to.
func top(i int) int {
	for pages[i].up != "" {
		i = pageAt(pages[i].up)
	}
	return i
}

// tops is how many pages the list at the left has; they come first.
func tops() int {
	return slices.IndexFunc(pages, func(p page) bool { return p.up != "" })
}
