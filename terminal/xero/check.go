package xero

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// The sentences about an organisation.
const (
	saidCurrency = "The books of %s at Xero have no %s. Add the currency there, or change that of the shop."
	saidAccounts = "The books of %s at Xero lack these accounts, or they are of another kind: %s. Add them there, clearing accounts as bank accounts, or change the settings."
	saidTax      = "The books of %s at Xero have no tax called %s. Choose another one in the settings."
)

// Check tries the connection and whether the books have what postings need. Its
// error is a sentence.
func (c *Client) Check(ctx context.Context, k order.Books) error {
	var who struct {
		Organisations []struct{ Name, BaseCurrency string }
	}
	if err := c.get(ctx, "Organisation", &who); err != nil {
		return err
	}
	if len(who.Organisations) == 0 {
		return ErrForbidden
	}
	name := clean(who.Organisations[0].Name)
	var money struct{ Currencies []struct{ Code string } }
	if err := c.get(ctx, "Currencies", &money); err != nil {
		return err
	}
	if who.Organisations[0].BaseCurrency != string(k.Unit) && !slices.Contains(money.Currencies, struct{ Code string }{string(k.Unit)}) {
		return problem(saidCurrency, name, k.Unit)
	}
	var accounts struct{ Accounts []account }
	if err := c.get(ctx, "Accounts", &accounts); err != nil {
		return err
	}
	if missing := lacking(accounts.Accounts, k); len(missing) > 0 {
		return problem(saidAccounts, name, strings.Join(missing, ", "))
	}
	var rates struct {
		TaxRates []struct{ TaxType, Status string }
	}
	if err := c.get(ctx, "TaxRates", &rates); err != nil {
		return err
	}
	if k.TaxType != "" && !slices.ContainsFunc(rates.TaxRates, func(r struct{ TaxType, Status string }) bool { return r.TaxType == k.TaxType && r.Status != "DELETED" }) {
		return problem(saidTax, name, k.TaxType)
	}
	return nil
}

type account struct {
	Code, Type, Status      string
	EnablePaymentsToAccount bool
}

// lacking lists the accounts that the books do not have as they are needed.
func lacking(all []account, k order.Books) (missing []string) {
	has := func(code string, fits func(account) bool) bool {
		return slices.ContainsFunc(all, func(a account) bool { return a.Code == code && a.Status != "ARCHIVED" && fits(a) })
	}
	for _, code := range []string{k.Sales, k.Fees} {
		if !has(code, func(a account) bool { return a.Type != "BANK" }) {
			missing = append(missing, code)
		}
	}
	for _, code := range slices.Sorted(maps.Values(k.Clearing)) {
		if !has(code, func(a account) bool { return a.Type == "BANK" }) && !slices.Contains(missing, code) {
			missing = append(missing, code)
		}
	}
	return missing
}

// get reads something about the organisation. Its error is a sentence.
func (c *Client) get(ctx context.Context, path string, into any) error {
	r, _, err := c.call(ctx, http.MethodGet, path, "", nil)
	if err != nil {
		return err
	}
	switch r.Class() {
	case wallet.Lost:
		return lost(r)
	case wallet.Later:
		return ErrBusy
	case wallet.Denied:
		return ErrForbidden
	case wallet.Done:
		if json.Unmarshal(r.Body, into) == nil {
			return nil
		}
	}
	return ErrOdd
}
