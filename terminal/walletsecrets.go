package terminal

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"paydesk/terminal/engine"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/staff"
	"paydesk/terminal/vault"
)

// WalletSecrets are the names of the providers' secrets, each "<provider>.<name>".
var WalletSecrets = []string{"paypal.password", "paypal.signature", "paypal.client_secret", "paypal.webhook_id",
	"razorpay.key_secret", "razorpay.webhook_secret", "razorpay.webhook_secret_old"}

// trainingSecrets are those of the embedded gateways.
var trainingSecrets = map[string]string{"paypal.password": gateway.PayPalPassword, "paypal.signature": gateway.PayPalSignature,
	"paypal.client_secret": gateway.PayPalClientSecret, "paypal.webhook_id": gateway.PayPalWebhookID,
	"razorpay.key_secret": gateway.RazorpayKeySecret, "razorpay.webhook_secret": gateway.RazorpayWebhookSecret}

// walletKey is where a provider's secret lies among the secrets.
func walletKey(name string) string { return "wallet-" + name }

// SetWalletSecret keeps a secret of a provider, by one of the names of
// WalletSecrets; an empty one is removed. It is overwritten. The secret of a
// webhook that was there before goes on to be good for what is on its way, until
// razorpay.webhook_secret_old is removed.
func (t *Terminal) SetWalletSecret(ctx context.Context, name string, secret []byte) error {
	defer clear(secret)
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return err
	}
	if !slices.Contains(WalletSecrets, name) {
		return &engine.Problem{Code: engine.ProblemNotFound, Text: "There is no such secret of a wallet. Its name is one of " + strings.Join(WalletSecrets, ", ") + "."}
	}
	secret = bytes.TrimSpace(secret)
	var err error
	switch {
	case len(secret) == 0:
		err = t.secrets.Delete(walletKey(name))
	default:
		err = errors.Join(t.keepOld(name, secret), t.secrets.Set(walletKey(name), secret))
	}
	if err != nil {
		return told("secrets", err)
	}
	t.rewireWallets()
	return nil
}

// keepOld keeps the present secret of a webhook as the old one.
func (t *Terminal) keepOld(name string, secret []byte) error {
	if name != "razorpay.webhook_secret" {
		return nil
	}
	old, err := t.secrets.Get(walletKey(name))
	if errors.Is(err, vault.ErrNoSecret) || err == nil && bytes.Equal(old, secret) {
		return nil
	}
	if err != nil {
		return err
	}
	defer clear(old)
	return t.secrets.Set(walletKey(name+"_old"), old)
}

// HasWalletSecret reports that a secret was entered.
func (t *Terminal) HasWalletSecret(name string) bool {
	secret, err := t.secrets.Get(walletKey(name))
	clear(secret)
	return err == nil
}

// walletSecrets reads the secrets of a provider. In training those of the embedded
// gateways count where none was entered.
func (t *Terminal) walletSecrets(provider string) func(name string) (string, error) {
	return func(name string) (string, error) {
		full := provider + "." + name
		secret, err := t.secrets.Get(walletKey(full))
		if known := trainingSecrets[full]; t.Training() && known != "" && errors.Is(err, vault.ErrNoSecret) {
			return known, nil
		}
		return string(secret), err
	}
}
