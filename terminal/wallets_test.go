package terminal_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// codeIn waits until a code is in a state.
func codeIn(t *testing.T, term *terminal.Terminal, id string, want order.QRState) (v engine.CodeView) {
	t.Helper()
	until(t, term, "a code that is "+string(want), func(engine.Snapshot) bool {
		var err error
		if v, err = term.Code(background, id); err != nil {
			t.Fatal(err)
		}
		return v.State == want
	})
	return v
}

// press is a press on the page that a code opens.
func press(t *testing.T, term *terminal.Terminal, code engine.CodeView, button string) {
	t.Helper()
	address := code.Text
	if strings.HasPrefix(address, "upi:") {
		address = term.GatewayURL() + "/razorpay/upi?text=" + url.QueryEscape(address)
	}
	page, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	answer, err := http.PostForm(page.Request.URL.String(), url.Values{"do": {button}})
	if err != nil || page.StatusCode != http.StatusOK || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", address, page.StatusCode, err)
	}
	_ = answer.Body.Close()
}

// In training every wallet can be paid, paid back and given up, without any
// set-up.
func TestTrainingWallets(t *testing.T) {
	for _, tt := range []struct {
		name, provider string
		change         map[string]string
		amount         money.Amount
	}{
		{"paypal", "paypal", nil, usd(2000)},
		{"paypal orders", "paypal", map[string]string{"wallets.paypal.api": "rest"}, usd(2000)},
		{"razorpay links", "razorpay", nil, usd(2000)},
		{"razorpay codes", "razorpay", map[string]string{"money.currency": "INR"}, money.New(2000, money.INR)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			term := training(t)
			for key, value := range tt.change {
				if err := term.Set(background, key, value); err != nil {
					t.Fatal(err)
				}
			}
			if err := term.CheckWallet(background, tt.provider); err != nil {
				t.Fatal(err)
			}
			v, err := term.ShowCode(background, engine.Charge{Order: term.NewOrderID(), Amount: tt.amount}, tt.provider, false)
			if err != nil {
				t.Fatal(err)
			}
			v = codeIn(t, term, v.ID, order.QRShown)
			press(t, term, v, "pay")
			pressed := clock.Real{}.Steady()
			v = codeIn(t, term, v.ID, order.QRPaid)
			t.Logf("paid %s after the press", (clock.Real{}.Steady() - pressed).Round(10*time.Millisecond))
			p, ok := v.Paid()
			if !ok || p.Amount != tt.amount || !v.Test {
				t.Fatalf("%+v", v.QR)
			}
			part := money.New(500, tt.amount.Currency)
			if r, err := term.RefundCode(background, v.ID, p.ID, part, "a part"); err != nil || r.State != order.RefundDone && r.State != order.RefundPending {
				t.Errorf("%s (%s), %v", r.State, r.Message, err)
			}
			if found, err := term.ReconcileWallets(background, time.Time{}); err != nil || found != 0 || len(term.Snapshot().WalletCheck.Missing) != 0 {
				t.Errorf("found %d, %v, %+v", found, err, term.Snapshot().WalletCheck)
			}
			other, err := term.ShowCode(background, engine.Charge{Order: term.NewOrderID(), Amount: tt.amount}, tt.provider, false)
			if err != nil {
				t.Fatal(err)
			}
			codeIn(t, term, other.ID, order.QRShown)
			if err := term.GiveUpCode(background, other.ID); err != nil {
				t.Fatal(err)
			}
			codeIn(t, term, other.ID, order.QRCancelled)
		})
	}
}

// While a code may be paid, the account that can tell stays as it is.
func TestWalletSettingsInUse(t *testing.T) {
	term := training(t)
	if got := term.Snapshot().Wallets; len(got) != 2 || got[0].Name != "paypal" || got[1].Name != "razorpay" || strings.Contains(got[0].Title, "TEST") {
		t.Fatalf("%+v", got)
	}
	v, err := term.ShowCode(background, engine.Charge{Order: term.NewOrderID(), Amount: usd(2000)}, "paypal", false)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{"wallets.paypal.mode": "off", "wallets.paypal.api": "rest", "wallets.paypal.username": "other"} {
		var p *engine.Problem
		if err := term.Set(background, key, value); !errors.As(err, &p) || p.Code != "wallet-busy" {
			t.Errorf("%s: %v", key, err)
		}
	}
	if err := term.Set(background, "wallets.razorpay.mode", "off"); err != nil {
		t.Error(err)
	}
	if err := term.GiveUpCode(background, v.ID); err != nil {
		t.Fatal(err)
	}
	codeIn(t, term, v.ID, order.QRCancelled)
	if err := term.Set(background, "wallets.paypal.mode", "off"); err != nil {
		t.Error(err)
	}
	if got := term.Snapshot().Wallets; len(got) != 0 {
		t.Errorf("%+v", got)
	}
	var p *engine.Problem
	if err := term.CheckWallet(background, "paypal"); !errors.As(err, &p) || !strings.HasSuffix(p.Text, ".") {
		t.Error(err)
	}
}

// A secret is kept apart from the settings, and never found in the journal or the
// log; the one of a webhook goes on to be good for a while.
func TestWalletSecrets(t *testing.T) {
	dir, log := t.TempDir(), &strings.Builder{}
	term, err := terminal.Open(background, terminal.Options{Dir: dir, Mode: settings.Training, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	signIn(t, term)
	if term.HasWalletSecret("paypal.password") {
		t.Error("there is a password")
	}
	secret := []byte(" hush-1 \n")
	if err := term.SetWalletSecret(background, "paypal.password", secret); err != nil || !zeroed(secret) {
		t.Error(err, secret)
	}
	var p *engine.Problem
	if err := term.CheckWallet(background, "paypal"); !errors.As(err, &p) || strings.Contains(p.Text, "hush") {
		t.Errorf("a wrong password: %v", err)
	}
	for _, s := range []string{"hush-2", "hush-3"} {
		if err := term.SetWalletSecret(background, "razorpay.webhook_secret", []byte(s)); err != nil {
			t.Error(err)
		}
	}
	if !term.HasWalletSecret("razorpay.webhook_secret_old") {
		t.Error("the old secret is gone")
	}
	if err := term.SetWalletSecret(background, "paypal.password", nil); err != nil || term.HasWalletSecret("paypal.password") {
		t.Error("not removed", err)
	}
	if err := term.CheckWallet(background, "paypal"); err != nil {
		t.Error(err)
	}
	if err := term.SetWalletSecret(background, "paypal.pin", []byte("x")); !errors.As(err, &p) {
		t.Error(err)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "training", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil && strings.Contains(string(data), "hush-") {
			t.Errorf("%s has a secret", f)
		}
	}
	if strings.Contains(log.String(), "hush-") {
		t.Error("the log has a secret")
	}
}

func zeroed(b []byte) bool { return len(strings.Trim(string(b), "\x00")) == 0 }

// A live terminal needs real addresses, and says TEST of what moves no money.
func TestLiveWallets(t *testing.T) {
	sealed(t)
	term := open(t, t.TempDir(), settings.Live)
	for _, bad := range []map[string]string{
		{"wallets.paypal.mode": "live"}, {"wallets.razorpay.mode": "test"},
		{"wallets.paypal.base_url": "http://127.0.0.1:8787"}, {"wallets.ipn.base_url": "http://ipn.example"},
	} {
		for key, value := range bad {
			if err := term.Set(background, key, value); err == nil {
				t.Errorf("%s = %q was taken", key, value)
			}
		}
	}
	for _, kv := range [][2]string{{"wallets.razorpay.key_id", "rzp_test_1"}, {"wallets.razorpay.mode", "test"}} {
		if err := term.Set(background, kv[0], kv[1]); err != nil {
			t.Fatal(err)
		}
	}
	if got := term.Snapshot().Wallets; len(got) != 1 || !strings.Contains(got[0].Title, "TEST") || term.GatewayURL() != "" {
		t.Errorf("%+v, %q", got, term.GatewayURL())
	}
	if _, ok := term.WalletProvider("razorpay"); !ok {
		t.Error("no provider")
	}
	// A key of the other mode is told by the check, and offered to nobody.
	if err := term.Set(background, "wallets.razorpay.mode", "live"); err != nil {
		t.Fatal(err)
	}
	var p *engine.Problem
	if err := term.CheckWallet(background, "razorpay"); !errors.As(err, &p) || len(term.Snapshot().Wallets) != 0 {
		t.Errorf("%v, %+v", err, term.Snapshot().Wallets)
	}
}
