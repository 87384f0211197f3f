package terminal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"paydesk/terminal/engine"
	boxxero "paydesk/terminal/sandbox/xero"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
	"paydesk/terminal/vault"
	"paydesk/terminal/xero"
)

// XeroSecret is the name of the client's secret, xeroKey where it lies among the
// secrets.
const (
	XeroSecret = "xero.client_secret"
	xeroKey    = "xero-client-secret"
	// refreshKey is where the refresh token of a person's sign-in lies.
	refreshKey = "xero-refresh"
)

// XeroRedirect is the redirect URI that a standard application at Xero must have.
const XeroRedirect = xero.Redirect

// SetXeroSecret keeps the client's secret; an empty one is removed. It is
// overwritten.
func (t *Terminal) SetXeroSecret(ctx context.Context, secret []byte) error {
	defer clear(secret)
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return err
	}
	secret = bytes.TrimSpace(secret)
	if len(secret) == 0 {
		return told("secrets", t.secrets.Delete(xeroKey))
	}
	return told("secrets", t.secrets.Set(xeroKey, secret))
}

// HasXeroSecret reports that the secret was entered.
func (t *Terminal) HasXeroSecret() bool {
	secret, err := t.secrets.Get(xeroKey)
	clear(secret)
	return err == nil
}

// xeroSecret reads the secret. In training that of the embedded books counts where
// none was entered.
func (t *Terminal) xeroSecret() (string, error) {
	secret, err := t.secrets.Get(xeroKey)
	if t.Training() && errors.Is(err, vault.ErrNoSecret) {
		return boxxero.ClientSecret, nil
	}
	return string(secret), err
}

// CheckXero tries the connection, and whether the books have what is posted into.
// Its error is a *engine.Problem with a sentence.
func (t *Terminal) CheckXero(ctx context.Context) error {
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return err
	}
	if t.Settings().Xero.Mode == settings.WalletOff {
		return errBooksOff
	}
	client, err := t.xeroClient()
	if err != nil {
		return told(ProblemExport, err)
	}
	books, err := t.books(ctx)
	if err != nil {
		return ledgerProblem(err)
	}
	ctx, cancel := context.WithTimeout(ctx, checkWait)
	defer cancel()
	return told(ProblemExport, client.Check(ctx, books))
}

// xeroClient is the connection of the settings.
func (t *Terminal) xeroClient() (*xero.Client, error) {
	x := t.Settings().Xero
	cfg := xero.Config{ClientID: x.ClientID, Tenant: x.Tenant, Scopes: x.Scopes, BaseURL: x.BaseURL, LoginURL: x.LoginURL,
		LoopbackOnly: t.Training(), Secret: t.xeroSecret, Clock: t.opt.Clock,
		Standard: x.Connection == "standard", Kept: t.xeroKept, Keep: func(refresh string) error { return t.secrets.Set(refreshKey, []byte(refresh)) }}
	if t.Training() && x.BaseURL == "" {
		base := t.GatewayURL()
		if base == "" {
			return nil, &engine.Problem{Code: ProblemExport, Text: "The books of training are those of the embedded host. Clear the host's address in the settings, or give xero.base_url."}
		}
		cfg.BaseURL, cfg.LoginURL, cfg.ClientID = base+boxxero.APIPath, base+boxxero.LoginPath, cmp.Or(x.ClientID, boxxero.ClientID)
	}
	return xero.New(cfg)
}

func (t *Terminal) xeroKept() (string, error) {
	kept, err := t.secrets.Get(refreshKey)
	return string(kept), err
}

// SignInXero has a person sign in at Xero with a browser, where xero.connection is
// standard: open is given the address to show there. The organisation becomes that
// of the settings. The error is a sentence.
func (t *Terminal) SignInXero(ctx context.Context, open func(address string) error) error {
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return err
	}
	s := t.Settings()
	if s.Xero.Mode == settings.WalletOff {
		return errBooksOff
	}
	if s.Xero.Connection != "standard" {
		return &engine.Problem{Code: ProblemExport, Text: "This connection needs no sign-in. Enter its client secret, or set xero.connection to standard."}
	}
	client, err := t.xeroClient()
	if err != nil {
		return told(ProblemExport, err)
	}
	list, err := client.SignIn(ctx, open)
	if err != nil {
		return told(ProblemExport, err)
	}
	var names []string
	for _, o := range list {
		if o.Tenant == s.Xero.Tenant {
			return nil
		}
		names = append(names, o.Name+" "+o.Tenant)
	}
	if len(list) > 1 {
		return &engine.Problem{Code: ProblemExport, Text: fmt.Sprintf("Several organisations are open to this terminal: %s. Write the long number of one of them into the setting xero.tenant.", strings.Join(names, ", "))}
	}
	return t.Set(ctx, "xero.tenant", list[0].Tenant)
}
