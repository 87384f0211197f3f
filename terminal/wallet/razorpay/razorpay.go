// Package razorpay is the client of Razorpay, by UPI codes and by payment links.
// It sends what it is told and returns what came back: it judges nothing.
// Numbers of sections in comments are those of the Razorpay notes.
package razorpay

import (
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/wallet"
)

// Name is what journal and settings call the provider.
const Name = "razorpay"

// The flows.
const (
	FlowQR   = "qr"   // UPI codes for rupees, links for the rest
	FlowLink = "link" // links for all
)

const (
	host = "https://api.razorpay.com/v1"
	// shortest is the least life of a code that is asked for: 15 minutes
	// (sections 4 and 5), and one for the way there.
	shortest = 16 * time.Minute
	// longest is the life of a link, and how long after it a payment is paid
	// back in the usual way (sections 5 and 9): six months.
	longest = 180 * 24 * time.Hour
	// least is the smallest payment in paise (section 12).
	least = 100
	// drift is how far the clocks may be apart before somebody is told (rule 8 of
	// the gateway notes).
	drift = time.Minute
)

// pictures are the hosts that a picture of a code may come from (section 4).
var pictures = []string{"rzp.io", "razorpay.com", "*.razorpay.com"}

// Config says which account is spoken for.
type Config struct {
	// Test is the mode that the key must be of.
	Test  bool
	KeyID string
	// Flow is FlowQR or FlowLink. With a test key the real service makes links
	// in either case, since its test codes cannot be scanned.
	Flow string
	// Currencies are taken here; empty: Currency alone, which is the shop's.
	Currencies []money.Currency
	Currency   money.Currency
	// Deduct: fees count against what was paid.
	Deduct bool
	// BaseURL replaces the address of the API, with its "/v1"; "" is Razorpay's.
	BaseURL string
	// LoopbackOnly keeps training inside this machine.
	LoopbackOnly bool
	// Shop is the shop's name where a request has none.
	Shop string
	// Secret reads "key_secret", "webhook_secret" and "webhook_secret_old" when
	// they are needed. They are not kept.
	Secret func(name string) (string, error)
	Clock  clock.Clock
}

// Provider is one account. It is safe for many goroutines.
type Provider struct {
	cfg    Config
	client *wallet.Client
}

var _ wallet.Provider = (*Provider)(nil)

// What is wrong with the settings, or with the account.
var (
	errTestKey = &wallet.Problem{Text: "This is a Razorpay key for live payments, and test mode is set. Enter the key that begins with rzp_test_, or set the mode to live."}
	errLiveKey = &wallet.Problem{Text: "This is a Razorpay key for tests, and live mode is set. Enter the key that begins with rzp_live_, or set the mode to test."}
	errNoKey   = &wallet.Problem{Text: "The Razorpay key is missing. Enter the key id that begins with rzp_test_ or rzp_live_, from API keys in the Razorpay dashboard."}
	errKeys    = &wallet.Problem{Text: "Razorpay does not accept the keys. Enter key id and key secret anew in the settings; only the newest pair of the Razorpay dashboard counts."}
	errDrift   = &wallet.Problem{Text: "The keys are right, but the clock of this computer differs from Razorpay's by more than a minute. Set date and time."}
)

// New makes the provider. It makes no connection.
func New(cfg Config) (*Provider, error) {
	switch {
	case !strings.HasPrefix(cfg.KeyID, "rzp_"):
		return nil, errNoKey
	case cfg.Test && !strings.HasPrefix(cfg.KeyID, "rzp_test_"):
		return nil, errTestKey
	case !cfg.Test && !strings.HasPrefix(cfg.KeyID, "rzp_live_"):
		return nil, errLiveKey
	}
	if cfg.BaseURL == "" {
		cfg.BaseURL = host
	}
	if len(cfg.Currencies) == 0 {
		cfg.Currencies = []money.Currency{cfg.Currency}
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	client, err := wallet.NewClient(wallet.ClientConfig{BaseURL: cfg.BaseURL, Hosts: pictures, LoopbackOnly: cfg.LoopbackOnly, Clock: cfg.Clock})
	if err != nil {
		return nil, err
	}
	return &Provider{cfg, client}, nil
}

// Offer implements wallet.Provider.
func (p *Provider) Offer() order.WalletOffer {
	o := order.WalletOffer{Name: Name, Title: order.WalletTitle(Name), Test: p.cfg.Test, Currencies: slices.Clone(p.cfg.Currencies),
		Cancels: true, Deduct: p.cfg.Deduct, ShortestLife: shortest, LongestLife: longest,
		Repeats: true, Parts: true, RefundFor: longest, Lists: true}
	if p.cfg.Currency == money.INR {
		o.Least = money.New(least, money.INR)
	}
	return o
}

// byCode reports whether a payment in the currency is asked for by UPI code.
func (p *Provider) byCode(c money.Currency) bool {
	return p.cfg.Flow != FlowLink && c == money.INR && (!p.cfg.Test || p.cfg.LoopbackOnly)
}

// flow is how codes of one kind are made, read and ended.
type flow interface {
	// find looks for the code by our reference; none is nil.
	find(ctx context.Context, r order.CodeRequest) (code, said)
	create(ctx context.Context, r order.CodeRequest) (code, said)
	// read reads a code by the provider's name of it.
	read(ctx context.Context, remote string) (code, said)
	end(ctx context.Context, remote string) said
	// payments are those of a code that was read before.
	payments(ctx context.Context, c code) ([]payment, said)
	// text is what the QR holds, or why there is none: a refusal where that will
	// not change.
	text(ctx context.Context, c code) (text, refused string, s said)
}

// code is a UPI code or a link.
type code interface {
	// about are the names of it, and what it asks for.
	about() (reference, remote string, amount money.Amount, until time.Time)
	// over reports that it takes no more payments, paid that one was its end.
	over() (over, paid bool)
}

// flowOf finds the flow of a code by its name, and of one that has none yet by
// the settings.
func (p *Provider) flowOf(r order.CodeRequest) flow {
	switch {
	case strings.HasPrefix(r.Remote, "plink_"), r.Remote == "" && !p.byCode(r.Amount.Currency):
		return links{p}
	}
	return codes{p}
}

// Check implements wallet.Provider.
func (p *Provider) Check(ctx context.Context) error {
	path := "payments/qr_codes?count=1"
	if !p.byCode(p.cfg.Currency) {
		path = "payment_links?count=1"
	}
	var page struct{}
	if s := p.ask(ctx, "GET", path, nil, &page); !s.ok {
		return &wallet.Problem{Text: s.message}
	}
	if p.client.Skew().Abs() > drift {
		return errDrift
	}
	return nil
}
