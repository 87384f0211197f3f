package prefs

import (
	"context"

	"paydesk/app/look"
	"paydesk/terminal/settings"
)

// Xero is what the pages of the books need of the terminal.
type Xero interface {
	// SetXeroSecret keeps the client's secret among the secrets, and overwrites it;
	// an empty one removes what is kept. HasXeroSecret reports whether one is kept;
	// nobody can see it again.
	SetXeroSecret(ctx context.Context, secret []byte) error
	HasXeroSecret() bool
	// CheckXero tries the account.
	CheckXero(ctx context.Context) error
}

// actRounding tells the one rule of rounding, which nobody can change.
const actRounding Act = "rounding"

// xero names the page, the secret and the check of the books.
const xero = "xero"

// dayPage is when a business day ends, and how its cash is counted.
var dayPage = page{"day", look.Clock, "", []spec{
	{section: "day", name: "drawer", kind: choice, values: []string{settings.DrawerCounted, settings.DrawerNone}},
	{section: "day", name: "limit", kind: amount, most: 9},
	{section: "day", name: "cutoff", kind: line, most: 5}, {section: "day", name: "close_at", kind: line, most: 5},
	{section: "day", name: "zone", kind: line, most: 60},
	{act: actRounding},
}}

// xeroPage is where the books are kept; the others are reached from it.
var xeroPage = page{xero, look.Bars, "", []spec{
	{section: xero, name: "mode", kind: choice, values: walletModes},
	{section: xero, name: "connection", kind: choice, values: []string{"custom", "standard"}},
	{section: xero, name: "client_id", kind: line, most: 100},
	{act: actSecret + xero},
	{section: xero, name: "tenant", kind: line, most: 100, only: func(s settings.Settings) bool { return s.Xero.Connection == "standard" }},
	{act: actCheck + xero},
	{section: xero, name: "post", kind: choice, values: []string{"bank", "invoice"}},
	{section: xero, name: "contact", kind: line, most: 100},
	{act: actPage + "xero-accounts"}, {act: actPage + "xero-more"},
}}

var xeroPages = []page{
	{"xero-accounts", look.Bars, xero, []spec{
		{section: xero, name: "sales", kind: line, most: 10}, {section: xero, name: "fees", kind: line, most: 10},
		{section: xero, name: "cards", kind: line, most: 10}, {section: xero, name: "cash", kind: line, most: 10},
		{section: xero, name: "paypal", kind: line, most: 10}, {section: xero, name: "razorpay", kind: line, most: 10},
		{section: xero, name: "tax_type", kind: line, most: 50}, {section: xero, name: "tax_name", kind: line, most: 100},
		{section: xero, name: "exempt_name", kind: line, most: 100}, {section: xero, name: "tracking", kind: line, most: 202},
	}},
	{"xero-more", look.Bars, xero, []spec{
		{section: xero, name: "date_format", kind: choice, values: []string{"DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD"}},
		{section: xero, name: "scopes", kind: choice, values: []string{"granular", "broad"}},
		{section: xero, name: "base_url", kind: line, most: 300}, {section: xero, name: "login_url", kind: line, most: 300},
	}},
}

// setSecret keeps a secret of a provider, or of the books; hasSecret reports
// whether one is kept.
func (p *Presenter) setSecret(ctx context.Context, name string, secret []byte) error {
	if name == xero {
		return p.desk.SetXeroSecret(ctx, secret)
	}
	return p.desk.SetWalletSecret(ctx, name, secret)
}

func (p *Presenter) hasSecret(name string) bool {
	if name == xero {
		return p.desk.HasXeroSecret()
	}
	return p.desk.HasWalletSecret(name)
}

// check tries the keys of a provider, or the account of the books.
func (p *Presenter) check(ctx context.Context, name string) error {
	if name == xero {
		return p.desk.CheckXero(ctx)
	}
	return p.desk.CheckWallet(ctx, name)
}
