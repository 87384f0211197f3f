package terminal

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
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
		Currency: s.Money.Currency, SaleTimeout: s.Host.SaleTimeout(), Clock: t.opt.Clock}
	var box *sandbox.Host
	if t.opt.Mode == settings.Training {
		cfg.LoopbackOnly = true
		cfg.Password = func() (string, error) { return sandbox.DefaultPassword, nil }
		if cfg.BaseURL == "" {
			var err error
			if box, cfg.BaseURL, err = t.startSandbox(); err != nil {
				return err
			}
		}
	} else {
		cfg.Password = t.hostPassword
	}
	if cfg.BaseURL == "" {
		t.host.set(nil, nil) // not set up yet
		return nil
	}
	client, err := connexpay.New(cfg)
	if err != nil {
		if box != nil {
			err = errors.Join(err, box.Close())
		}
		return err
	}
	t.host.set(client, box)
	return nil
}

func (t *Terminal) startSandbox() (*sandbox.Host, string, error) {
	box, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.dir, "sandbox.db"), Clock: t.opt.Clock,
		HangFor: hangFor, Log: t.opt.Log})
	if err != nil {
		return nil, "", err
	}
	server, err := box.Listen("127.0.0.1:0")
	if err != nil {
		return nil, "", errors.Join(err, box.Close())
	}
	return box, server.URL(), nil
}

func (t *Terminal) hostPassword() (string, error) {
	secret, err := t.secrets.Get(passwordName)
	return string(secret), err
}

// hostPort is the acquirer as the engine sees it. The client behind it can be
// replaced when the settings change; without one, nothing is ever sent.
type hostPort struct {
	mu     sync.Mutex
	client *connexpay.Client
	box    *sandbox.Host
}

func (h *hostPort) set(c *connexpay.Client, box *sandbox.Host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.client, h.box = c, box
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

func (h *hostPort) Sale(ctx context.Context, device, number string, amount money.Amount, c *card.Card) order.Evidence {
	if client := h.get(); client != nil {
		return client.Sale(ctx, device, number, amount, c)
	}
	return order.Evidence{Stage: order.NotConnected, Message: errNoHost.Text}
}

func (h *hostPort) Find(ctx context.Context, device, number string) order.Finding {
	if client := h.get(); client != nil {
		return client.Find(ctx, device, number)
	}
	return order.Finding{Failed: true}
}

func (h *hostPort) Reverse(ctx context.Context, device, number string) order.ReversalAnswer {
	if client := h.get(); client != nil {
		return client.Reverse(ctx, device, number)
	}
	return order.ReversalNoAnswer
}

func (h *hostPort) CloseBatch(ctx context.Context, device string) order.BatchAnswer {
	if client := h.get(); client != nil {
		return client.CloseBatch(ctx, device)
	}
	return order.BatchAnswer{}
}

func (h *hostPort) BatchOf(ctx context.Context, saleGUID string) order.BatchAnswer {
	if client := h.get(); client != nil {
		return client.BatchOf(ctx, saleGUID)
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

// Device is a terminal of the account at the host.
type Device = connexpay.Device

// SignInHost checks user name and password at a host, stores them, and returns
// the account's devices to choose from.
func (t *Terminal) SignInHost(ctx context.Context, baseURL, username, password string) ([]Device, error) {
	s := t.Settings()
	client, err := connexpay.New(connexpay.Config{BaseURL: baseURL, Username: username, Currency: s.Money.Currency,
		Password: func() (string, error) { return password, nil }, LoopbackOnly: t.opt.Mode == settings.Training, Clock: t.opt.Clock})
	if err != nil {
		return nil, err
	}
	devices, err := client.Devices(ctx)
	if err != nil {
		return nil, err
	}
	if err := t.secrets.Set(passwordName, []byte(password)); err != nil {
		return nil, err
	}
	for key, value := range map[string]string{"host.base_url": baseURL, "host.username": username} {
		if s, err = s.Set(key, value); err != nil {
			return nil, err
		}
	}
	return devices, t.Apply(ctx, s)
}
