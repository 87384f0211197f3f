package terminal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
	"paydesk/terminal/vault"
)

// passwordName is where the host's password lies among the secrets.
const passwordName = "host-password"

// hangFor is how long the training host stays silent on the card that gets no
// answer: long enough to see the screen wait.
const hangFor = 12 * time.Second

// connectHost makes the client: of the embedded sandbox in training, of the
// payment service otherwise. Training has no road to any other machine, and
// the service's client has none to the sandbox's faults.
func (t *Terminal) connectHost() error {
	s := t.Settings()
	cfg := connexpay.Config{BaseURL: s.Host.BaseURL, Username: s.Host.Username, MerchantGUID: s.Host.MerchantGUID,
		Currency: s.Money.Currency, SaleTimeout: s.Host.SaleTimeout(), Pins: s.Host.Pins, PurchasesURL: s.Host.PurchasesURL,
		Offer: t.Offer(), Password: t.hostPassword, Clock: t.opt.Clock}
	var box *sandbox.Host
	hint := ""
	if t.opt.Mode == settings.Training {
		cfg.LoopbackOnly = true
		if cfg.BaseURL == "" {
			var err error
			if box, cfg.BaseURL, err = t.startSandbox(); err != nil {
				return err
			}
			cfg.MerchantGUID = sandbox.MerchantGUID
			t.host.boxAt(cfg.BaseURL)
			hint = "Training host: " + cfg.BaseURL + sandbox.Page + " in a browser shows its ledger and lets you disturb it."
		}
	}
	if cfg.BaseURL == "" {
		t.host.set(nil, nil, "") // not set up yet
		return nil
	}
	client, err := connexpay.New(cfg)
	if err != nil {
		if box != nil {
			err = errors.Join(err, box.Close())
		}
		return err
	}
	t.host.set(client, box, hint)
	return nil
}

func (t *Terminal) startSandbox() (*sandbox.Host, string, error) {
	box, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.dir, "sandbox.db"), Clock: t.opt.Clock,
		HangFor: hangFor, Faults: true, Log: t.opt.Log})
	if err != nil {
		return nil, "", err
	}
	server, err := box.Listen("127.0.0.1:0")
	if err != nil {
		return nil, "", errors.Join(err, box.Close())
	}
	return box, server.URL(), nil
}

// passwordKey is where the present host's password lies among the secrets. The
// embedded sandbox has one of its own, which a trainee may change.
func (t *Terminal) passwordKey() string { return t.passwordOf(t.Settings().Host.BaseURL) }

func (t *Terminal) passwordOf(baseURL string) string {
	if t.Training() && baseURL == "" {
		return "sandbox-password"
	}
	return passwordName
}

func (t *Terminal) hostPassword() (string, error) {
	secret, err := t.secrets.Get(t.passwordKey())
	if t.Training() && errors.Is(err, vault.ErrNoSecret) {
		return sandbox.DefaultPassword, nil
	}
	return string(secret), err
}

// hostPort is the acquirer as the engine sees it. The client behind it can be
// replaced when the settings change; without one, nothing is ever sent.
type hostPort struct {
	mu     sync.Mutex
	client *connexpay.Client
	box    *sandbox.Host
	hint   string // tells where the box can be looked at
	boxURL string // where the box answers
	// replaced is closed when another client takes the place of this one.
	replaced chan struct{}
}

func (h *hostPort) set(c *connexpay.Client, box *sandbox.Host, hint string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.client, h.box, h.hint = c, box, hint
	if h.replaced != nil {
		close(h.replaced)
	}
	h.replaced = make(chan struct{})
}

func (h *hostPort) boxAt(address string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.boxURL = address
}

func (h *hostPort) boxAddress() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.box == nil {
		return ""
	}
	return h.boxURL
}

// sandbox is the embedded host of training, nil where there is none.
func (h *hostPort) sandbox() *sandbox.Host {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.box
}

func (h *hostPort) told() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hint
}

func (h *hostPort) get() *connexpay.Client {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.client
}

func (h *hostPort) close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.box == nil {
		return nil
	}
	return h.box.Close()
}

var errNoHost = &connexpay.Problem{Text: "No payment host is set up yet. Run: paydesk setup"}

// unsent is the evidence where there is no client.
func unsent() order.Evidence {
	return order.Evidence{Stage: order.NotConnected, Message: errNoHost.Text}
}

func (h *hostPort) Charge(ctx context.Context, r order.CardRequest, c *card.Card) order.Evidence {
	if client := h.get(); client != nil {
		return client.Charge(ctx, r, c)
	}
	return unsent()
}

func (h *hostPort) Find(ctx context.Context, r order.CardRequest) order.Finding {
	if client := h.get(); client != nil {
		return client.Find(ctx, r)
	}
	return order.Finding{Failed: true}
}

func (h *hostPort) Reverse(ctx context.Context, r order.CardRequest) order.ReversalAnswer {
	if client := h.get(); client != nil {
		return client.Reverse(ctx, r)
	}
	return order.ReversalNoAnswer
}

func (h *hostPort) Follow(ctx context.Context, r order.FollowRequest, c *card.Card) order.Evidence {
	if client := h.get(); client != nil {
		return client.Follow(ctx, r, c)
	}
	return unsent()
}

func (h *hostPort) FindFollow(ctx context.Context, r order.FollowRequest) order.Finding {
	if client := h.get(); client != nil {
		return client.FindFollow(ctx, r)
	}
	return order.Finding{Failed: true}
}

func (h *hostPort) CloseBatch(ctx context.Context, device string) order.BatchAnswer {
	if client := h.get(); client != nil {
		return client.CloseBatch(ctx, device)
	}
	return order.BatchAnswer{Unsent: true}
}

func (h *hostPort) BatchOf(ctx context.Context, w order.Witness) order.BatchAnswer {
	if client := h.get(); client != nil {
		return client.BatchOf(ctx, w)
	}
	return order.BatchAnswer{}
}

func (h *hostPort) Ping(ctx context.Context) error {
	if client := h.get(); client != nil {
		return client.Ping(ctx)
	}
	return errNoHost
}

var _ engine.Acquirer = (*hostPort)(nil)

// connected is the client, or the sentence that there is none.
func (h *hostPort) connected() (*connexpay.Client, error) {
	if client := h.get(); client != nil {
		return client, nil
	}
	return nil, errNoHost
}

// CheckDetails says what is wrong with the details of a charge; the error is a
// sentence.
func CheckDetails(text []byte) error {
	_, err := connexpay.ReadDetails(text)
	return err
}

// CheckClock compares the clock of this computer with the host's, by its newest
// answer.
func (t *Terminal) CheckClock() error {
	client, err := t.host.connected()
	if err != nil {
		return nil // that the host is missing is said elsewhere
	}
	if ahead, known := client.Skew(); known && ahead.Abs() > connexpay.SkewLimit {
		return &connexpay.Problem{Text: fmt.Sprintf("The clocks of this computer and of the payment host differ by %s: set this computer's clock, best by network time.", ahead.Abs())}
	}
	return nil
}

// Device is a terminal of the account at the host.
type Device = connexpay.Device

// Word is a short text of the host's, fit to be kept.
type Word = connexpay.Word

// The codes of problems with a sign-in at the host: nothing that answers is
// there, or it refuses.
const (
	ProblemHostAddress = "host-address"
	ProblemHostSignIn  = "host-sign-in"
)

// SignInHost checks user name and password at a host, stores them, and returns
// the account's devices to choose from; none where it does not list them. In
// training no address is that of the embedded host. The password is overwritten.
func (t *Terminal) SignInHost(ctx context.Context, baseURL, username string, password []byte) ([]Device, error) {
	defer clear(password)
	if err := t.MayManage(ctx, staff.ChangeSettings); err != nil {
		return nil, err
	}
	s := t.Settings()
	address := baseURL
	if address == "" && t.Training() {
		address = t.host.boxAddress()
	}
	client, err := connexpay.New(connexpay.Config{BaseURL: address, Username: username, Currency: s.Money.Currency,
		Password: func() (string, error) { return string(password), nil }, LoopbackOnly: t.opt.Mode == settings.Training,
		Pins: s.Host.Pins, Clock: t.opt.Clock})
	if err != nil {
		return nil, told(ProblemHostAddress, err)
	}
	devices, err := client.Devices(ctx)
	switch {
	case errors.Is(err, connexpay.ErrSilent):
		return nil, told(ProblemHostAddress, err)
	case err != nil && !errors.Is(err, connexpay.ErrNotOffered): // which is said to those only who are signed in
		return nil, told(ProblemHostSignIn, err)
	}
	for key, value := range map[string]string{"host.base_url": baseURL, "host.username": username} {
		if s, err = s.Set(key, value); err != nil {
			return nil, err
		}
	}
	if err := t.secrets.Set(t.passwordOf(baseURL), password); err != nil {
		return nil, told("secrets", err)
	}
	return devices, t.Apply(ctx, s)
}

// UseDevice makes the terminal a device of the account.
func (t *Terminal) UseDevice(ctx context.Context, d Device) error {
	s, err := t.Settings().Set("host.device_guid", string(d.GUID))
	if err == nil {
		s, err = s.Set("host.device_name", string(d.Name))
	}
	if err != nil {
		return err
	}
	return t.Apply(ctx, s)
}
