package terminal

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"paydesk/sync/due"
	"paydesk/terminal/engine"
	"paydesk/terminal/ledger"
	"paydesk/terminal/money"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/settings"
	"paydesk/terminal/wallet"
	"paydesk/terminal/wallet/ipn"
	"paydesk/terminal/wallet/notify"
)

// incoming is what takes the providers' notifications, and books them.
type incoming struct {
	book   *ledger.Book
	worker *ipn.Worker

	mu       sync.Mutex
	running  bool
	listener *notify.Listener
	trouble  error // why there is none that should be
}

// messages are the notifications that wait, as the scheduler sees them.
type messages struct{ *ipn.Worker }

func (m messages) Pending() []due.Item {
	waiting := m.Worker.Pending()
	list := make([]due.Item, len(waiting))
	for i, w := range waiting {
		list[i] = due.Item{ID: w.ID, Due: w.Due}
	}
	return list
}

// openLedger makes what books the notifications. The journal is open.
func (t *Terminal) openLedger() {
	t.incoming.book = &ledger.Book{Journal: t.journal, Clock: t.opt.Clock, NewID: t.newNumber}
	t.incoming.worker = &ipn.Worker{Spool: &ipn.Spool{Dir: filepath.Join(t.dir, "ipn"), Clock: t.opt.Clock}, Book: t.incoming.book, Setup: t.ipnSetup,
		Hint: func(reference string) { t.HintCode(ipn.Provider, reference, "") }, Clock: t.opt.Clock, Log: t.opt.Log}
}

// startNotify deals with the notifications that wait, and takes new ones, until
// ctx ends.
func (t *Terminal) startNotify(ctx context.Context) {
	t.workers.Go(func() {
		due.Runner{Worker: messages{t.incoming.worker}, Clock: t.opt.Clock, Log: t.opt.Log, Limit: 1}.Run(ctx)
	})
	t.incoming.mu.Lock()
	t.incoming.running = true
	t.incoming.mu.Unlock()
	t.listen()
	t.workers.Go(func() {
		<-ctx.Done()
		t.incoming.mu.Lock()
		defer t.incoming.mu.Unlock()
		t.incoming.running = false
		t.hangUp()
	})
}

// relisten makes changed settings count: of where is listened, and of what is
// done with messages.
func (t *Terminal) relisten(changes []settings.Change) {
	if slices.ContainsFunc(changes, func(c settings.Change) bool {
		return strings.HasPrefix(c.Key, "wallets.listen.") || c.Key == "wallets.ipn.enabled" || strings.HasPrefix(c.Key, "host.")
	}) {
		t.listen()
	}
	t.incoming.worker.Hurry()
}

// listen takes notifications where the settings say so, and no more where they
// said so before.
func (t *Terminal) listen() {
	w := t.Settings().Wallets
	t.incoming.mu.Lock()
	defer t.incoming.mu.Unlock()
	t.hangUp()
	if !t.incoming.running || w.Listen.Address == "" {
		return
	}
	cfg := notify.Config{Address: w.Listen.Address, Certificate: w.Listen.Certificate, Key: w.Listen.Key, Provider: t.WalletProvider,
		Hint: t.HintCode, Clock: t.opt.Clock, Log: t.opt.Log}
	if w.IPN.Enabled {
		cfg.IPN = t.takeIPN
	}
	t.incoming.listener, t.incoming.trouble = notify.Start(cfg)
	if t.incoming.trouble != nil {
		t.opt.Log.Warn("notifications are not listened for", "err", t.incoming.trouble)
		return
	}
	t.tellGateways(t.localURL(t.incoming.listener.Address()))
}

// takeIPN stores a notification, as long as the disk has room for sales: they come
// first, and PayPal sends again what is not taken.
func (t *Terminal) takeIPN(body []byte) error {
	if err := t.journal.Room(); err != nil {
		return err
	}
	return t.incoming.worker.Take(body)
}

// hangUp ends listening. The lock is held.
func (t *Terminal) hangUp() {
	if l := t.incoming.listener; l != nil {
		if err := l.Close(); err != nil {
			t.opt.Log.Warn("listening for notifications did not end well", "err", err)
		}
		t.tellGateways("")
	}
	t.incoming.listener, t.incoming.trouble = nil, nil
}

// tellGateways has the gateways of training send their notifications here, as
// somebody enters the address at a provider; "" sends none.
func (t *Terminal) tellGateways(base string) {
	box := t.host.sandbox()
	if box == nil {
		return
	}
	var to gateway.Addresses
	if base != "" {
		to = gateway.Addresses{IPN: base + notify.PathIPN, Webhook: base + notify.PathWebhook("razorpay"), PayPalWebhook: base + notify.PathWebhook("paypal")}
	}
	box.Wallets().SetNotify(to)
}

func (t *Terminal) localURL(address string) string {
	if t.Settings().Wallets.Listen.Certificate != "" {
		return "https://" + address
	}
	return "http://" + address
}

// ipnSetup is how notifications are dealt with, by the settings. Training asks
// its own gateway, and reaches no other machine.
func (t *Terminal) ipnSetup() ipn.Setup {
	s := t.Settings()
	w := s.Wallets.IPN
	set := ipn.Setup{Verify: w.Verify, Rules: ipn.Rules{Test: w.Mode == settings.WalletTest || t.Training(), Receivers: w.Receivers,
		SendMoney: w.SendMoney, MassPay: w.MassPay, Deduct: w.DeductFees, Currencies: []money.Currency{s.Money.Currency}}}
	if len(w.Currencies) > 0 {
		set.Currencies = currencies(w.Currencies)
	}
	base := cmp.Or(w.BaseURL, ipn.LiveURL)
	switch {
	case t.Training() && w.BaseURL == "":
		base = t.GatewayURL() + "/paypal"
		set.Receivers = append(slices.Clone(w.Receivers), gateway.PayPalReceiver)
	case w.BaseURL == "" && set.Test:
		base = ipn.TestURL
	}
	// An address that cannot be used leaves no client, and the messages wait.
	set.Client, _ = wallet.NewClient(wallet.ClientConfig{BaseURL: base, LoopbackOnly: t.Training(), Clock: t.opt.Clock})
	if p, ok := t.WalletProvider(ipn.Provider); ok {
		set.Transactions, _ = p.(ipn.Transactions)
	}
	return set
}

// NotifyState is how notifications come in, for the screen of the settings.
type NotifyState struct {
	// Address is where is listened; "" where nothing is.
	Address string
	// IPN, PayPal and Razorpay are the addresses to enter at the providers. They
	// are read-only: the settings' public URL, or where is listened, makes them.
	IPN, PayPal, Razorpay string
	// Waiting is how many messages wait for PayPal's word.
	Waiting int
	// Counts are what came since the listening began.
	Counts notify.Counts
	// Trouble is a sentence, "" where all is well.
	Trouble string
}

// NotifyState tells how notifications come in.
func (t *Terminal) NotifyState() NotifyState {
	t.incoming.mu.Lock()
	l, trouble := t.incoming.listener, t.incoming.trouble
	t.incoming.mu.Unlock()
	state := NotifyState{Waiting: len(t.incoming.worker.Pending())}
	base := strings.TrimRight(t.Settings().Wallets.Listen.PublicURL, "/")
	if l != nil {
		state.Address, state.Counts = l.Address(), l.Counts()
		base = cmp.Or(base, t.localURL(state.Address))
	}
	if base != "" {
		state.IPN, state.PayPal, state.Razorpay = base+notify.PathIPN, base+notify.PathWebhook("paypal"), base+notify.PathWebhook("razorpay")
	}
	if trouble == nil && state.Waiting > 0 {
		trouble = ipnTrouble(t.incoming.worker.Trouble())
	}
	if trouble != nil {
		state.Trouble = trouble.Error()
	}
	return state
}

// ipnTrouble is why messages wait, as a sentence; nil while their turn comes.
func ipnTrouble(err error) error {
	switch {
	case err == nil:
		return nil
	case ipn.NoKeys(err):
		return &engine.Problem{Code: engine.ProblemWallet, Text: "Payments are to be verified at PayPal, and its keys are not set up. Set up PayPal, or switch the verifying of transactions off."}
	}
	return &engine.Problem{Code: engine.ProblemWallet, Text: "PayPal does not say yet whether it sent some messages. They wait, and it is asked again.", Err: err}
}
