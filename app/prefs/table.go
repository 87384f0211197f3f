package prefs

import (
	"slices"
	"strconv"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/receipts/escpos"
	"paydesk/terminal/money"
	"paydesk/terminal/settings"
)

// kind is the control of a setting.
type kind int

const (
	toggle   kind = iota
	choice        // one of its values
	many          // any of its values
	line          // a text of one line
	lines         // a list of texts
	block         // a text of several lines
	number        // a whole number
	percent       // a rate
	percents      // some rates
	amount        // of the shop's currency
	picture       // a file
)

// spec is how a setting is filled in. A spec without a section is a page's act.
type spec struct {
	section, name string
	kind          kind
	most          int // letters of a text, digits of a number, or lines
	values        []string
	unit          string
	act           Act
	// only tells where it counts; nil: always.
	only func(settings.Settings) bool
}

func (s spec) key() string { return s.section + "." + s.name }

// Act is something that a page does, beside its settings.
type Act string

// The acts. Their texts are parts of the catalogue's keys.
const (
	ActFind   Act = "find"   // a printer of this computer
	ActPrint  Act = "print"  // a test slip
	ActProbe  Act = "probe"  // what the account offers
	ActSignIn Act = "signin" // at the host, with the assistant
	ActStaff  Act = "staff"  // who may sign in here
	// ActPassword and ActMail fill in what is no setting: the mail server's
	// password, and where a test goes.
	ActPassword Act = "password"
	ActMail     Act = "mail"
)

// page is some settings that belong together. Its name is a part of the
// catalogue's keys. One with a page above it is reached from that; the others
// are listed, and come first.
type page struct {
	name  string
	shape look.Shape
	up    string
	specs []spec
}

// speeds are those of printers.
var (
	speeds = []string{"1200", "2400", "4800", "9600", "19200", "38400", "57600", "115200"}
	brands = []string{"Visa", "Mastercard", "American Express", "Discover", "JCB", "Diners Club", "UnionPay", "RuPay", "Maestro"}
)

// pages is every setting, in the order in which a shop fills them in.
var pages = append([]page{
	{"shop", look.Tray, "", []spec{
		{section: "shop", name: "name", kind: line, most: 60}, {section: "shop", name: "address", kind: lines, most: 6},
		{section: "shop", name: "phone", kind: line, most: 40}, {section: "shop", name: "logo", kind: picture, most: 1000},
		{section: "money", name: "currency", kind: choice, values: money.Currencies()},
	}},
	{"sales", look.Card, "", []spec{
		{section: "sales", name: "minimum", kind: amount, most: 9}, {section: "sales", name: "maximum", kind: amount, most: 9},
		{section: "sales", name: "tax", kind: percent, most: 7, unit: "%"}, {section: "sales", name: "tax_name", kind: line, most: 20},
		{section: "sales", name: "tips", kind: percents, most: 4, unit: "%"}, {section: "sales", name: "return_limit", kind: amount, most: 9},
	}},
	{"receipts", look.Half, "", []spec{
		{section: "shop", name: "receipt_header", kind: block, most: form.MaxFields}, {section: "shop", name: "receipt_footer", kind: block, most: form.MaxFields},
		{section: "receipts", name: "pdf"}, {section: "receipts", name: "pdf_folder", kind: line, most: 1000},
		{section: "receipts", name: "paper", kind: choice, values: []string{"80mm", "58mm", "a4", "letter"}},
		{section: "receipts", name: "language", kind: choice, values: append([]string{""}, settings.Languages...)},
		{section: "receipts", name: "page", kind: line, most: 80},
	}},
	{"printer", look.Tray, "", []spec{
		{act: ActFind},
		{section: "printer", name: "target", kind: line, most: 200}, {section: "printer", name: "profile", kind: choice, values: profiles()},
		{act: ActPrint},
		{section: "printer", name: "copies.customer"}, {section: "printer", name: "copies.merchant"},
		{section: "printer", name: "baud", kind: choice, values: speeds}, {section: "printer", name: "columns", kind: number, most: 2},
		{section: "printer", name: "drawer"}, {section: "printer", name: "drawer_low"},
	}},
	{"host", look.Bar, "", []spec{
		{act: ActSignIn}, {act: ActProbe},
		{section: "host", name: "device_name", kind: line, most: 100},
		{section: "host", name: "device_guid", kind: line, most: 36}, {section: "host", name: "merchant_guid", kind: line, most: 36},
		{section: "host", name: "base_url", kind: line, most: 300}, {section: "host", name: "username", kind: line, most: 200},
		{section: "host", name: "sale_timeout_seconds", kind: number, most: 3, unit: "s"},
		{section: "host", name: "dialect", kind: choice, values: []string{"", "document", "current"}},
		{section: "host", name: "purchases_url", kind: line, most: 300},
	}},
	{"offline", look.Clock, "", []spec{
		{section: "offline", name: "enabled"}, {section: "offline", name: "tokens"},
		{section: "offline", name: "per_sale", kind: amount, most: 9}, {section: "offline", name: "total", kind: amount, most: 9},
		{section: "offline", name: "count", kind: number, most: 5}, {section: "offline", name: "hours", kind: number, most: 3, unit: "h"},
		{section: "offline", name: "brands", kind: many, values: brands},
	}},
	{"display", look.Sun, "", []spec{
		{section: "window", name: "language", kind: choice, values: settings.Languages},
		{section: "window", name: "theme", kind: choice, values: []string{"light", "dark", "contrast"}}, {section: "window", name: "sound"},
		{section: "window", name: "scale", kind: choice, values: []string{"75", "90", "100", "110", "125", "150", "175", "200"}, unit: "%"},
		{section: "window", name: "fullscreen"},
		{section: "display", name: "mode", kind: choice, values: []string{"none", "window"}},
		{section: "display", name: "language", kind: choice, values: append([]string{""}, settings.Languages...)},
		{section: "display", name: "picture", kind: picture, most: 1000}, {section: "display", name: "monitor", kind: line, most: 12},
		{section: "display", name: "pole", kind: line, most: 200}, {section: "display", name: "pole_dialect", kind: choice, values: []string{"cd5220", "escpos"}},
	}},
	{"security", look.Person, "", []spec{
		{act: ActStaff},
		{section: "window", name: "lock_minutes", kind: choice, values: []string{"0", "1", "2", "5", "10", "15", "30", "60"}, unit: "min"},
		{section: "host", name: "pins", kind: lines, most: form.MaxFields},
	}},
	{"mail", look.Right, "", []spec{
		{section: "mail", name: "from", kind: line, most: 254}, {section: "mail", name: "server", kind: line, most: 254},
		{section: "mail", name: "port", kind: number, most: 5},
		{section: "mail", name: "security", kind: choice, values: []string{"starttls", "tls", "none"}},
		{section: "mail", name: "user", kind: line, most: 200}, {act: ActPassword}, {act: ActMail},
	}},
	{"wallets", look.Phone, "", []spec{
		{act: actPage + "paypal"}, {act: actPage + "razorpay"}, {act: actPage + "ipn"},
		{section: "wallets", name: "minutes", kind: number, most: 2, unit: "min"},
	}},
	dayPage, xeroPage,
}, slices.Concat(walletPages, xeroPages)...)

// profiles are the kinds of printer.
func profiles() (names []string) {
	for _, p := range escpos.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// of finds the spec of a key.
func of(key string) (spec, bool) {
	for _, p := range pages {
		for _, s := range p.specs {
			if s.section != "" && s.key() == key {
				return s, true
			}
		}
	}
	return spec{}, false
}

// Name is what a setting is called.
func Name(key string) string { return text.Get("prefs.name." + key) }

// options are the values of a choice with their words, and the present one if
// it is another.
func (s spec) options(value string) []form.Option {
	values := slices.Clone(s.values)
	if s.kind == choice && !slices.Contains(values, value) {
		values = append(values, value)
	}
	out := make([]form.Option, len(values))
	for i, v := range values {
		out[i] = form.Option{Value: v, Words: s.words(v)}
	}
	return out
}

// words are those of a value.
func (s spec) words(value string) string {
	name := value
	if value == "" {
		name = "none"
	}
	for _, key := range []string{"prefs.option." + s.key() + "." + name, "prefs.option." + s.name + "." + name} {
		if text.Has(key) {
			return text.Get(key)
		}
	}
	for _, p := range escpos.Profiles() {
		if s.name == "profile" && p.Name == value {
			return p.Title
		}
	}
	if s.section == "money" {
		return value + "  " + money.Currency(value).Symbol()
	}
	if s.unit != "" && value != "" {
		return value + " " + s.unit
	}
	return value
}

// Shown is a setting's value, as a row has room for it.
func Shown(s settings.Settings, key string) string {
	sp, _ := of(key)
	value, _ := s.Get(key)
	switch sp.kind {
	case toggle:
		return text.Get("prefs.switch." + value)
	case choice:
		return sp.words(value)
	case amount:
		if a, err := money.Parse(value, s.Money.Currency); err == nil {
			return text.Money(a)
		}
	case percents:
		if value != "" {
			value = strings.ReplaceAll(value, " | ", "%, ") + "%"
		}
	case lines, many:
		value = strings.ReplaceAll(value, " | ", ", ")
	case block:
		value = strings.ReplaceAll(value, "\n", " / ")
	case number, percent:
		if value != "" && sp.unit != "" {
			value += " " + sp.unit
		}
	}
	if value == "" {
		return text.Get("prefs.empty")
	}
	return short(value)
}

// short cuts what has no room in a row.
func short(value string) string {
	const most = 26
	if r := []rune(value); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return value
}

// Fields are those that fill in a setting; Join puts together what is in them.
func Fields(s settings.Settings, key string) []*form.Field {
	sp, _ := of(key)
	value, _ := s.Get(key)
	pads := map[kind]form.Pad{choice: form.Choice, many: form.Many, number: form.Digits, percent: form.Decimal, percents: form.Decimal, amount: form.Money}
	f := form.Field{Key: key, Label: Name(key), Pad: pads[sp.kind], Most: sp.most, Unit: sp.unit, Currency: s.Money.Currency, Empty: text.Get("prefs.empty")}
	switch sp.kind {
	case choice, many:
		f.Options = sp.options(value)
	case lines, block, percents:
		return sp.several(f, value)
	case toggle: // a row does that by itself
	}
	f.Check = func(value string) string {
		_, err := s.Set(key, value)
		return Wrong(key, err)
	}
	f.Fill(value)
	return []*form.Field{&f}
}

// split and join are the two ways between a value and its lines.
func (s spec) split(value string) []string {
	if s.kind == block {
		return strings.Split(value, "\n")
	}
	return strings.Split(value, " | ")
}

// several makes a field for each line.
func (s spec) several(one form.Field, value string) []*form.Field {
	parts := s.split(value)
	var out []*form.Field
	for i := range s.most {
		f := one
		f.Label, f.Most = text.Get("prefs.line", one.Label, strconv.Itoa(i+1)), 100
		if s.kind == percents {
			f.Most = 7
		}
		f.Fill("")
		if i < len(parts) {
			f.Fill(parts[i])
		}
		out = append(out, &f)
	}
	return out
}

// Join is the value of the fields of a setting. Lines that had no field stay.
func Join(s settings.Settings, key string, fields []*form.Field) string {
	sp, _ := of(key)
	if len(fields) == 1 && sp.kind != lines && sp.kind != block && sp.kind != percents {
		return fields[0].Value()
	}
	var parts []string
	for _, f := range fields {
		if f.Value() != "" || sp.kind == block {
			parts = append(parts, f.Value())
		}
	}
	if sp.kind != block {
		return strings.Join(parts, "|")
	}
	old, _ := s.Get(key)
	if before := sp.split(old); len(before) > len(fields) {
		parts = append(parts, before[len(fields):]...)
	}
	return strings.Trim(strings.Join(parts, "\n"), "\n")
}
