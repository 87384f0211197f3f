package terminal

import (
	"bytes"
	"cmp"
	"context"
	"errors"

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
)

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
		LoopbackOnly: t.Training(), Secret: t.xeroSecret, Clock: t.opt.Clock}
	if t.Training() && x.BaseURL == "" {
		base := t.GatewayURL()
		if base == "" {
			return nil, &engine.Problem{Code: ProblemExport, Text: "The books of training are those of the embedded host. Clear the host's address in the settings, or give xero.base_url."}
		}
		cfg.BaseURL, cfg.LoginURL, cfg.ClientID = base+boxxero.APIPath, base+boxxero.LoginPath, cmp.Or(x.ClientID, boxxero.ClientID)
	}
	return xero.New(cfg)
}
