package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// entry ties a dotted key to its place in a Settings: a pointer to string,
// int, bool or []string.
type entry struct {
	key string
	at  any
}

// entries is the one list of keys: everything that goes by key uses it.
func (s *Settings) entries() []entry {
	return slices.Concat([]entry{
		{"shop.name", &s.Shop.Name},
		{"shop.address", &s.Shop.Address},
		{"shop.phone", &s.Shop.Phone},
		{"shop.receipt_header", &s.Shop.ReceiptHeader},
		{"shop.receipt_footer", &s.Shop.ReceiptFooter},
		{"shop.logo", &s.Shop.Logo},
		{"host.base_url", &s.Host.BaseURL},
		{"host.username", &s.Host.Username},
		{"host.device_guid", &s.Host.DeviceGUID},
		{"host.device_name", &s.Host.DeviceName},
		{"host.merchant_guid", &s.Host.MerchantGUID},
		{"host.sale_timeout_seconds", &s.Host.SaleTimeoutSeconds},
		{"host.dialect", &s.Host.Dialect},
		{"host.purchases_url", &s.Host.PurchasesURL},
		{"host.pins", &s.Host.Pins},
		{"money.currency", (*string)(&s.Money.Currency)},
		{"printer.target", &s.Printer.Target},
		{"printer.profile", &s.Printer.Profile},
		{"printer.baud", &s.Printer.Baud},
		{"printer.columns", &s.Printer.Columns},
		{"printer.copies.customer", &s.Printer.Copies.Customer},
		{"printer.copies.merchant", &s.Printer.Copies.Merchant},
		{"printer.drawer", &s.Printer.Drawer},
		{"printer.drawer_low", &s.Printer.DrawerLow},
		{"receipts.pdf", &s.Receipts.PDF},
		{"receipts.pdf_folder", &s.Receipts.PDFFolder},
		{"receipts.paper", &s.Receipts.Paper},
		{"receipts.language", &s.Receipts.Language},
		{"receipts.page", &s.Receipts.Page},
		{"window.theme", &s.Window.Theme},
		{"window.scale", &s.Window.Scale},
		{"window.fullscreen", &s.Window.Fullscreen},
		{"window.language", &s.Window.Language},
		{"window.sound", &s.Window.Sound},
		{"window.lock_minutes", &s.Window.LockMins},
		{"sales.minimum", &s.Sales.Minimum},
		{"sales.maximum", &s.Sales.Maximum},
		{"sales.tax", &s.Sales.Tax},
		{"sales.tax_name", &s.Sales.TaxName},
		{"sales.tips", &s.Sales.Tips},
		{"sales.return_limit", &s.Sales.ReturnLimit},
		{"offline.enabled", &s.Offline.Enabled},
		{"offline.tokens", &s.Offline.Tokens},
		{"offline.per_sale", &s.Offline.PerSale},
		{"offline.total", &s.Offline.Total},
		{"offline.count", &s.Offline.Count},
		{"offline.hours", &s.Offline.Hours},
		{"offline.brands", &s.Offline.Brands},
		{"display.mode", &s.Display.Mode},
		{"display.monitor", &s.Display.Monitor},
		{"display.language", &s.Display.Language},
		{"display.picture", &s.Display.Picture},
		{"display.pole", &s.Display.Pole},
		{"display.pole_dialect", &s.Display.PoleDialect},
		{"mail.server", &s.Mail.Server},
		{"mail.port", &s.Mail.Port},
		{"mail.security", &s.Mail.Security},
		{"mail.user", &s.Mail.User},
		{"mail.from", &s.Mail.From},
	}, s.Wallets.entries(), s.Day.entries(), s.Xero.entries())
}

func (s *Settings) find(key string) (entry, bool) {
	for _, e := range s.entries() {
		if e.key == key {
			return e, true
		}
	}
	return entry{}, false
}

// Keys lists every dotted key, in the order of the sections.
func Keys() []string {
	var s Settings
	var keys []string
	for _, e := range s.entries() {
		keys = append(keys, e.key)
	}
	return keys
}

// lineMark parts the lines of an address where it has to be one text.
const lineMark = " | "

func (e entry) text() string {
	switch at := e.at.(type) {
	case *int:
		return strconv.Itoa(*at)
	case *bool:
		return strconv.FormatBool(*at)
	case *[]string:
		return strings.Join(*at, lineMark)
	case *string:
		return *at
	}
	return ""
}

// setText reads the form that text gives.
func (e entry) setText(text string) *Problem {
	switch at := e.at.(type) {
	case *int:
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return &Problem{Key: e.key, Text: "write a whole number."}
		}
		*at = n
	case *bool:
		on, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(text)))
		if err != nil {
			return &Problem{Key: e.key, Text: "write true or false."}
		}
		*at = on
	case *[]string:
		*at = nil
		for line := range strings.SplitSeq(strings.ReplaceAll(text, "\n", "|"), "|") {
			if line = strings.TrimSpace(line); line != "" {
				*at = append(*at, line)
			}
		}
	case *string:
		*at = text
	}
	return nil
}

func unknownKey(key string) Problem {
	return Problem{Key: key, Text: "there is no such setting: remove it, or correct its name."}
}

// Get is the value under a dotted key as text; the lines of the address stand
// between bars.
func (s Settings) Get(key string) (string, error) {
	e, ok := s.find(key)
	if !ok {
		return "", unknownKey(key)
	}
	return e.text(), nil
}

// Set is the settings with one value changed by its dotted key. The error
// names everything that would be wrong afterwards and was not before.
func (s Settings) Set(key, text string) (Settings, error) {
	before := s.Validate()
	after := s.clone()
	e, ok := after.find(key)
	if !ok {
		return s, unknownKey(key)
	}
	if p := e.setText(text); p != nil {
		return s, *p
	}
	after.normalise()
	var wrong []error
	for _, p := range after.Validate() {
		if p.Key == key || !slices.Contains(before, p) {
			wrong = append(wrong, p)
		}
	}
	if len(wrong) > 0 {
		return s, errors.Join(wrong...)
	}
	return after, nil
}

// Flatten is every value as text under its dotted key: the form that the
// journal keeps.
func (s Settings) Flatten() map[string]string {
	flat := make(map[string]string)
	for _, e := range s.entries() {
		flat[e.key] = e.text()
	}
	return flat
}

// FromMap reads the form of Flatten. Keys that are missing keep their
// default: a newer program reads what an older one wrote. With problems,
// none of the map is taken and the result is the default.
func FromMap(flat map[string]string) (Settings, []Problem) {
	s := Default()
	var problems []Problem
	for _, key := range slices.Sorted(maps.Keys(flat)) {
		e, ok := s.find(key)
		if !ok {
			problems = append(problems, unknownKey(key))
			continue
		}
		if p := e.setText(flat[key]); p != nil {
			problems = append(problems, *p)
		}
	}
	s.normalise()
	problems = append(problems, s.Validate()...)
	if len(problems) > 0 {
		return Default(), problems
	}
	return s, nil
}

// Change is one value that differs between two settings.
type Change struct {
	Key string `json:"key"`
	Old string `json:"old"`
	New string `json:"new"`
}

// String is the change for people.
func (c Change) String() string { return fmt.Sprintf("%s: %q → %q", c.Key, c.Old, c.New) }

// Diff lists what changes from a to b, in the order of the sections.
func Diff(a, b Settings) []Change {
	var changes []Change
	from, to := a.entries(), b.entries()
	for i := range from {
		if was, is := from[i].text(), to[i].text(); was != is {
			changes = append(changes, Change{Key: from[i].key, Old: was, New: is})
		}
	}
	return changes
}

// clone gives settings that share no memory with s.
func (s Settings) clone() Settings {
	s.Shop.Address, s.Host.Pins = slices.Clone(s.Shop.Address), slices.Clone(s.Host.Pins)
	s.Offline.Brands, s.Sales.Tips = slices.Clone(s.Offline.Brands), slices.Clone(s.Sales.Tips)
	for _, list := range s.Wallets.lists() {
		*list = slices.Clone(*list)
	}
	return s
}

// normalise gives values the spelling that the rest of the program compares.
func (s *Settings) normalise() {
	for _, at := range []*string{
		&s.Host.BaseURL, &s.Host.PurchasesURL, &s.Host.Dialect, &s.Host.Username, &s.Host.DeviceGUID, &s.Host.MerchantGUID,
		(*string)(&s.Money.Currency), &s.Printer.Target, &s.Printer.Profile,
		&s.Receipts.Paper, &s.Window.Theme, &s.Sales.Minimum, &s.Sales.Maximum,
		&s.Offline.PerSale, &s.Offline.Total, &s.Sales.Tax, &s.Sales.TaxName, &s.Sales.ReturnLimit,
		&s.Window.Language, &s.Display.Mode, &s.Display.Monitor, &s.Display.Language,
	} {
		*at = strings.TrimSpace(*at)
	}
	for _, at := range []*string{&s.Host.BaseURL, &s.Host.PurchasesURL} {
		*at = strings.TrimRight(*at, "/")
	}
	for _, at := range []*string{&s.Host.Dialect, &s.Receipts.Paper, &s.Window.Theme, &s.Printer.Profile,
		&s.Window.Language, &s.Display.Mode, &s.Display.Language} {
		*at = strings.ToLower(*at)
	}
	upper := strings.ToUpper(string(s.Money.Currency))
	*(*string)(&s.Money.Currency) = upper
	s.Wallets.normalise()
	s.Xero.normalise()
}
