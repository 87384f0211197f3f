package terminal

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
	"paydesk/terminal/wallet"
	"paydesk/terminal/wallet/notify"
	"paydesk/terminal/wallet/paypal"
	"paydesk/terminal/wallet/razorpay"
)

// walletPort is the door to the providers as the engine sees it. The door behind
// it is replaced when the settings change.
type walletPort struct {
	mu   sync.Mutex
	door *wallet.Door
}

func (p *walletPort) set(d *wallet.Door) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.door = d
}

func (p *walletPort) get() *wallet.Door {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.door
}

func (p *walletPort) Create(ctx context.Context, r order.CodeRequest) order.CodeAnswer {
	return p.get().Create(ctx, r)
}

func (p *walletPort) Status(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return p.get().Status(ctx, r)
}

func (p *walletPort) Take(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return p.get().Take(ctx, r)
}

func (p *walletPort) Cancel(ctx context.Context, r order.CodeRequest) order.CodeSeen {
	return p.get().Cancel(ctx, r)
}

func (p *walletPort) Refund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	return p.get().Refund(ctx, r)
}

func (p *walletPort) FindRefund(ctx context.Context, r order.RefundRequest) order.RefundAnswer {
	return p.get().FindRefund(ctx, r)
}

func (p *walletPort) List(ctx context.Context, provider string, from, to time.Time, known func(payment string) bool) order.CodeList {
	return p.get().List(ctx, provider, from, to, known)
}

var _ engine.Wallets = (*walletPort)(nil)

// WalletProvider is a provider that is set up, by the name of its offer.
func (t *Terminal) WalletProvider(name string) (wallet.Provider, bool) {
	return t.wallets.get().Provider(name)
}

// GatewayURL is where the providers of training answer; "" for a live terminal,
// and where training has a host of its own.
func (t *Terminal) GatewayURL() string {
	if !t.Training() {
		return ""
	}
	return t.host.boxAddress()
}

// connectWallets makes the providers of the settings. One that cannot be made is
// left out: its settings are told by CheckWallet.
func (t *Terminal) connectWallets() {
	var providers []wallet.Provider
	for _, name := range walletNames {
		p, err := t.makeWallet(name)
		if err != nil {
			t.opt.Log.Warn("a wallet cannot be used as it is set up", "provider", name, "err", err)
		}
		if p != nil {
			providers = append(providers, p)
		}
	}
	t.wallets.set(wallet.NewDoor(providers...))
}

// walletNames are the providers in the order in which they are offered.
var walletNames = []string{"paypal", "razorpay"}

// makeWallet makes a provider by the settings; nil without an error where it is
// off, or would need the gateways of training that are not there.
func (t *Terminal) makeWallet(name string) (wallet.Provider, error) {
	s := t.Settings()
	switch base := t.GatewayURL(); {
	case name == "paypal" && s.Wallets.PayPal.Mode != settings.WalletOff:
		if t.Training() && s.Wallets.PayPal.BaseURL == "" && base == "" {
			return nil, nil
		}
		return paypal.New(t.paypalConfig(s, base))
	case name == "razorpay" && s.Wallets.Razorpay.Mode != settings.WalletOff:
		if t.Training() && s.Wallets.Razorpay.BaseURL == "" && base == "" {
			return nil, nil
		}
		p, err := razorpay.New(t.razorpayConfig(s, base))
		if err != nil {
			return nil, err
		}
		return p, nil
	}
	return nil, nil
}

func (t *Terminal) paypalConfig(s settings.Settings, base string) paypal.Config {
	p := s.Wallets.PayPal
	cfg := paypal.Config{Test: p.Mode == settings.WalletTest, API: p.API, Username: p.Username, ClientID: p.ClientID, Subject: p.Subject,
		Currencies: currencies(p.Currencies), Currency: s.Money.Currency, Deduct: p.DeductFees, BaseURL: p.BaseURL, SiteURL: p.SiteURL,
		ReturnURL: p.ReturnURL, LoopbackOnly: t.Training(), Shop: s.Shop.Name, Secret: t.walletSecrets("paypal"), Clock: t.opt.Clock}
	if w := s.Wallets; w.IPN.Enabled && w.Listen.PublicURL != "" {
		cfg.NotifyURL = w.Listen.PublicURL + notify.PathIPN
	}
	if t.Training() && p.BaseURL == "" {
		cfg.BaseURL, cfg.SiteURL = base+"/paypal", cmp.Or(p.SiteURL, base+"/paypal/cgi-bin/webscr")
		cfg.Username, cfg.ClientID = cmp.Or(p.Username, gateway.PayPalUser), cmp.Or(p.ClientID, gateway.PayPalClientID)
	}
	return cfg
}

func (t *Terminal) razorpayConfig(s settings.Settings, base string) razorpay.Config {
	r := s.Wallets.Razorpay
	cfg := razorpay.Config{Test: r.Mode == settings.WalletTest, KeyID: r.KeyID, Flow: r.Flow, Currencies: currencies(r.Currencies),
		Currency: s.Money.Currency, Deduct: r.DeductFees, BaseURL: r.BaseURL, LoopbackOnly: t.Training(), Shop: s.Shop.Name,
		Secret: t.walletSecrets("razorpay"), Clock: t.opt.Clock}
	if t.Training() && r.BaseURL == "" {
		cfg.BaseURL, cfg.KeyID = base+"/razorpay/v1", cmp.Or(r.KeyID, gateway.RazorpayKeyID)
	}
	return cfg
}

func currencies(codes []string) (all []money.Currency) {
	for _, code := range codes {
		all = append(all, money.Currency(code))
	}
	return all
}

// CheckWallet tries the keys of a provider, without moving money. Its error is a
// *engine.Problem with a sentence.
func (t *Terminal) CheckWallet(ctx context.Context, provider string) error {
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return err
	}
	p, err := t.makeWallet(provider)
	switch {
	case err != nil:
		return told(engine.ProblemWallet, err)
	case p == nil:
		return &engine.Problem{Code: engine.ProblemWallet, Text: "This wallet is switched off. Choose the mode test or live in the settings, then check again."}
	}
	ctx, cancel := context.WithTimeout(ctx, checkWait)
	defer cancel()
	return told(engine.ProblemWallet, p.Check(ctx))
}

// checkWait bounds the check of a provider's keys.
const checkWait = 20 * time.Second

// ReconcileWallets compares the journal with what the providers received since a
// time, now; zero is all that may be missing. The error is a sentence.
func (t *Terminal) ReconcileWallets(ctx context.Context, from time.Time) (found int, err error) {
	if err := t.Engine.May(staff.SeeHistory); err != nil {
		return 0, err
	}
	return t.Engine.ReconcileWallets(ctx, from)
}

// Comparisons with the providers: soon after the start, then every hour, and in a
// while after one that failed. Once a day all is asked for that may be missing,
// and in between only what is new, with time for what a provider lists late.
const (
	walletsSettle = 10 * time.Second
	walletsEvery  = time.Hour
	walletsAgain  = 2 * time.Minute
	walletsWhole  = 24 * time.Hour
	walletsBehind = 6 * time.Hour
)

// watchWallets compares with the providers until ctx ends.
func (t *Terminal) watchWallets(ctx context.Context) {
	pause := walletsSettle
	if t.journal.Restored() {
		pause = 0
	}
	var whole time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.walletsChanged:
			whole = time.Time{}
		case <-t.opt.Clock.After(pause):
		}
		pause = walletsEvery
		if len(t.wallets.get().Offers()) == 0 {
			continue
		}
		began, from := t.Now(), time.Time{}
		if began.Sub(whole) < walletsWhole {
			from = began.Add(-walletsBehind)
		}
		if _, err := t.Engine.ReconcileWallets(ctx, from); err != nil {
			pause = walletsAgain          // what is wrong is logged, and in the snapshot
			t.Configure(t.engineConfig()) // an account that may not list is known by now
		} else if from.IsZero() {
			whole = began
		}
	}
}

// ours tells the references that this installation made, also before its journal
// was put back.
func (t *Terminal) ours(ctx context.Context) (func(reference string) bool, error) {
	nonces, err := t.journal.Nonces(ctx)
	if err != nil {
		return nil, err
	}
	own := t.journal.Nonce()
	return func(reference string) bool {
		return id.Valid(reference) && (id.Nonce(reference) == own || slices.Contains(nonces, id.Nonce(reference)))
	}, nil
}

// mayMoveWallets refuses another account, mode or address of a provider while
// something of it is not at its end: asked there, it would not be found.
func (t *Terminal) mayMoveWallets(s settings.Settings) error {
	old, snapshot := t.Settings().Wallets, t.Snapshot()
	gateways := t.Training() && t.Settings().Host.BaseURL != s.Host.BaseURL // they go with the host
	moves := map[string]bool{"paypal": gateways || paypalAccount(old.PayPal) != paypalAccount(s.Wallets.PayPal),
		"razorpay": gateways || razorpayAccount(old.Razorpay) != razorpayAccount(s.Wallets.Razorpay)}
	open := 0
	for _, c := range snapshot.Codes {
		if moves[c.Provider] && !c.State.Final() && c.Parked == "" {
			open++
		}
	}
	for _, r := range snapshot.Refunds {
		if moves[r.Provider] && r.Parked == "" {
			open++
		}
	}
	if open == 0 {
		return nil
	}
	return &engine.Problem{Code: "wallet-busy", Text: "A QR code or a refund of this wallet is not at its end, and only its present account can tell how it ends. Nothing was changed: cancel the code or wait, then change the settings."}
}

// paypalAccount is what of the settings says which account is asked, and how.
func paypalAccount(p settings.PayPal) [7]string {
	return [...]string{p.Mode, p.API, p.Username, p.ClientID, p.Subject, p.BaseURL, p.SiteURL}
}

func razorpayAccount(r settings.Razorpay) [4]string {
	return [...]string{r.Mode, r.KeyID, r.Flow, r.BaseURL}
}

// walletChanges reports that settings changed which the providers are made of.
func walletChanges(changes []settings.Change) bool {
	return slices.ContainsFunc(changes, func(c settings.Change) bool {
		return strings.HasPrefix(c.Key, "wallets.") || strings.HasPrefix(c.Key, "host.") || strings.HasPrefix(c.Key, "money.") || c.Key == "shop.name"
	})
}

// rewireWallets makes the providers anew after settings or secrets changed.
func (t *Terminal) rewireWallets() {
	t.connectWallets()
	t.Configure(t.engineConfig())
	select {
	case t.walletsChanged <- struct{}{}:
	default:
	}
}
