package connexpay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"paydesk/terminal/order"
)

// ProbeConfig says how an account is probed.
type ProbeConfig struct {
	// Device is the guid of the terminal. Without it, steps that need one are
	// left out.
	Device string
	// NewNumber makes a number that no sale has had and none will have.
	NewNumber func() string
	// Try allows the steps that move money on a test card. It is for sandboxes
	// and training hosts.
	Try bool
	// Step is told each step when it is done; nil tells nobody.
	Step func(Probed)
}

// Probed is one step of a probe, in words.
type Probed struct {
	Name  string `json:"name"`
	Asked string `json:"asked"`
	Got   string `json:"got"`
	Means string `json:"means"`
	// Trouble marks what a person should look at.
	Trouble bool `json:"trouble,omitempty"`
}

// prober is a probe under way.
type prober struct {
	c     *Client
	cfg   ProbeConfig
	offer order.Offer
	steps []Probed
}

// Probe finds out what the account can do. Without Try it only reads, but for
// a reversal of a number that no sale has. Its error is that the host could not
// be asked at all; what one step could not find out stays as the dialect has it.
func (c *Client) Probe(ctx context.Context, cfg ProbeConfig) (order.Offer, []Probed, error) {
	p := &prober{c: c, cfg: cfg, offer: order.Offer{Dialect: order.DialectDocument, Has: map[order.Feature]bool{}}}
	if err := p.token(ctx); err != nil {
		return order.Offer{}, p.steps, err
	}
	p.devices(ctx)
	p.search(ctx)
	p.get(ctx)
	p.list(ctx)
	p.reversal(ctx)
	p.batches(ctx)
	p.users(ctx)
	p.cards()
	if cfg.Try {
		p.try(ctx)
	}
	p.clock()
	p.offer.Checked = c.cfg.Clock.Now()
	if err := ctx.Err(); err != nil {
		return order.Offer{}, p.steps, &Problem{"The check was stopped before its end; nothing was stored. Run it again.", err}
	}
	return p.offer, p.steps, nil
}

func (p *prober) say(name, asked, got, means string) {
	p.done(Probed{Name: name, Asked: asked, Got: got, Means: means})
}

func (p *prober) trouble(name, asked, got, means string) {
	p.done(Probed{Name: name, Asked: asked, Got: got, Means: means, Trouble: true})
}

func (p *prober) done(step Probed) {
	p.steps = append(p.steps, step)
	if p.cfg.Step != nil {
		p.cfg.Step(step)
	}
}

// has stores what was found out about a feature.
func (p *prober) has(yes bool, features ...order.Feature) {
	for _, f := range features {
		p.offer.Has[f] = yes
	}
}

// post and read are calls of a probe. The word says what came.
func (p *prober) post(ctx context.Context, path string, in any) (reply, string) {
	body, err := json.Marshal(in)
	if err != nil {
		return reply{stage: order.NotConnected, err: err}, "nothing was sent"
	}
	return p.call(ctx, call{method: http.MethodPost, path: path, body: body, contentType: "application/json", timeout: ReverseTimeout})
}

func (p *prober) read(ctx context.Context, path string) (reply, string) {
	return p.call(ctx, call{method: http.MethodGet, path: path, timeout: QueryTimeout})
}

func (p *prober) call(ctx context.Context, k call) (reply, string) {
	r := p.c.authorized(ctx, k)
	if r.stage != order.Answered {
		return r, "no answer"
	}
	word := strconv.Itoa(r.status)
	if text, said := errorText(r.body); said && !r.ok() {
		word += ": " + scrub(text)
	}
	return r, word
}

// standing is what an answer tells about the call itself.
type standing int

const (
	unclear standing = iota
	there
	absent
	forbidden
)

// stands judges an answer to a question that has no right answer: the
// service's own words say that the call is there, a bare 404 or 405 that it is
// not.
func stands(r reply) standing {
	text, said := errorText(r.body)
	switch {
	case r.stage != order.Answered || r.status >= 500 || r.status/100 == 3 || r.status == http.StatusUnauthorized ||
		r.status == http.StatusRequestTimeout || r.status == http.StatusTooManyRequests:
		return unclear
	case r.status == http.StatusForbidden || said && strings.Contains(strings.ToLower(text), "permission"):
		return forbidden
	case r.ok() || r.status == http.StatusNoContent || r.json() && said && !noRoute(text):
		return there
	case r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed:
		return absent
	case r.kind == "text/plain" && r.status < 300 && len(r.body) > 0:
		return there
	}
	return unclear
}

// settle stores and says what a plain question found out.
func (p *prober) settle(name, asked string, r reply, got, yes, no string, features ...order.Feature) {
	switch stands(r) {
	case there:
		p.has(true, features...)
		p.say(name, asked, got, yes)
	case absent:
		p.has(false, features...)
		p.say(name, asked, got, no)
	case forbidden:
		p.has(false, features...)
		p.say(name, asked, got, "The role of this user does not allow it. "+no)
	default:
		p.trouble(name, asked, got, "This could not be found out. Run the check again later.")
	}
}

// Lifetimes of a token by which the dialects are told apart.
const (
	documentToken = 863999 * time.Second
	currentToken  = 86399 * time.Second
)

func (p *prober) token(ctx context.Context) error {
	p.c.token.forget()
	token, _, refused := p.c.token.get(ctx, p.c)
	if token == "" {
		return p.c.trouble(refused)
	}
	life := p.c.token.lifetime()
	means := "This is the lifetime of the API document."
	if life <= 2*currentToken {
		p.offer.Dialect = order.DialectCurrent
		means = "This is the lifetime of the service's present dialect."
	}
	p.say("sign-in", "a token", "one for "+hours(life), means)
	return nil
}

func hours(d time.Duration) string {
	return strconv.Itoa(int(d.Round(time.Hour)/time.Hour)) + " hours"
}

func (p *prober) devices(ctx context.Context) {
	const asked = "the list of devices"
	r, got := p.read(ctx, "devices")
	if stands(r) != there {
		p.settle("devices", asked, r, got, "", "Type the guid of the device by hand; the payment service tells it.", order.FeatureDevices)
		return
	}
	var found envelope[Device]
	if r.status != http.StatusNoContent && (strict(r.body, &found) != nil || found.Ret == nil) {
		p.trouble("devices", asked, got, "The list cannot be read. Check host.base_url in the settings.")
		return
	}
	p.has(true, order.FeatureDevices)
	got = "a list of " + strconv.Itoa(len(found.Ret))
	for _, d := range found.Ret {
		if p.cfg.Device == "" || strings.EqualFold(string(d.GUID), p.cfg.Device) {
			p.say("devices", asked, got, "The account lists its devices.")
			return
		}
	}
	p.trouble("devices", asked, got, "The device of this terminal is not among them. Run paydesk setup to choose one.")
}

func (p *prober) search(ctx context.Context) {
	const name, asked = "search", "one sale of the merchant"
	if p.c.cfg.MerchantGUID == "" {
		p.trouble(name, "nothing", "no merchant is set", "Put the merchant's guid into host.merchant_guid and run the check again: look-ups are quicker with it.")
		return
	}
	r, got := p.post(ctx, "Search/Sales/false/1/1", map[string]string{"merchantGuid": p.c.cfg.MerchantGUID})
	switch s := stands(r); {
	case s == there && (r.status == http.StatusNoContent || nothing(r)):
		p.has(true, order.FeatureSearch)
		p.say(name, asked, got, "The search works; there is no sale yet by which to tell the dialect.")
	case s == there && r.ok():
		p.envelope(name, asked, got, r)
	case s == there || s == forbidden:
		p.trouble(name, asked, got, "The search is there and refuses this merchant. Correct host.merchant_guid in the settings.")
	default:
		p.settle(name, asked, r, got, "", "Lost answers are looked up in the list of sales instead.", order.FeatureSearch)
	}
}

// envelope tells the dialect by the form of a page of results.
func (p *prober) envelope(name, asked, got string, r reply) {
	var form struct {
		Ret    json.RawMessage `json:"ret"`
		Result json.RawMessage `json:"searchResultDTO"`
	}
	switch err := strict(r.body, &form); {
	case err == nil && form.Result != nil:
		p.offer.Dialect = order.DialectCurrent
		p.say(name, asked, got+" with searchResultDTO", "The account speaks the service's present dialect.")
	case err == nil && form.Ret != nil:
		p.offer.Dialect = order.DialectDocument
		p.say(name, asked, got+" with count and ret", "The account speaks the dialect of the API document.")
	default:
		p.trouble(name, asked, got, "The results cannot be read, so that the search is not used.")
		p.has(false, order.FeatureSearch)
		return
	}
	p.has(true, order.FeatureSearch)
}

func (p *prober) get(ctx context.Context) {
	// A random guid of version 4 is nobody's.
	r, got := p.read(ctx, "sales/"+randomGUID())
	p.settle("read", "a sale under a guid that no sale has", r, got, "One transaction can be read by its guid.",
		"Transactions are found by search only.", order.FeatureGet)
}

// errEnough ends the reading of a list that nobody wants the rest of.
var errEnough = errors.New("enough was read")

func (p *prober) list(ctx context.Context) {
	// The list may be long: its first byte tells.
	begun := false
	r, got := p.call(ctx, call{method: http.MethodGet, path: "sales", timeout: ReverseTimeout, stream: func(body io.Reader) error {
		var first [1]byte
		n, _ := io.ReadFull(body, first[:])
		begun = n == 1 && first[0] == '['
		return errEnough
	}})
	if r.ok() && !begun {
		p.trouble("list", "the list of all sales", got, "The list cannot be read. Check host.base_url in the settings.")
		return
	}
	p.settle("list", "the list of all sales", r, got, "All transactions can be listed.", "Transactions are found by search only.", order.FeatureList)
}

func (p *prober) reversal(ctx context.Context) {
	if p.cfg.Device == "" {
		p.trouble("reversal", "nothing", "no device is set", "Choose the device with paydesk setup and run the check again.")
		return
	}
	r, got := p.post(ctx, "timeoutreversal", struct{ DeviceGuid, SequenceNumber string }{p.cfg.Device, p.cfg.NewNumber()})
	p.settle("reversal", "the reversal of a number that no sale has", r, got, "A sale whose answer was lost can be taken back by its number.",
		"A sale whose answer was lost is searched for and voided.", order.FeatureReversal)
}

func (p *prober) batches(ctx context.Context) {
	if p.cfg.Device == "" {
		p.trouble("batches", "nothing", "no device is set", "Choose the device with paydesk setup and run the check again.")
		return
	}
	day := Stamp(p.c.cfg.Clock.Now().AddDate(0, 0, -1).Format(time.DateOnly))
	r, got := p.post(ctx, "Batches/search", BatchFilter{p.cfg.Device, day, day})
	p.settle("batches", "the batches of yesterday", r, got, "Batches can be looked at and closed by hand.",
		"The service settles by itself each night; there is no batch to close.", order.FeatureBatchView, order.FeatureBatchClose)
}

func (p *prober) users(ctx context.Context) {
	r, got := p.read(ctx, "UserRoles/Users/myself")
	p.settle("users", "the roles of this user", r, got, "Users and their roles can be looked at.",
		"Users are managed at the payment service itself.", order.FeatureUsers)
}

// cards tells whether there is a place to ask for supplier cards: the present
// dialect has them at another host. Whether they are given shows the first one.
func (p *prober) cards() {
	if p.offer.Dialect == order.DialectCurrent && p.c.purchases == p.c {
		p.has(false, order.FeatureIssue)
		p.say("cards", "nothing", "no other host is set", "Where suppliers are paid by card: put the address for it into host.purchases_url.")
	}
}

func (p *prober) clock() {
	ahead, known := p.c.Skew()
	switch {
	case !known:
		p.say("clock", "the time of its answers", "none", "The host does not tell its time.")
	case ahead.Abs() > SkewLimit:
		p.trouble("clock", "the time of its answers", "a difference of "+ahead.Abs().String(),
			"The clocks differ by more than two minutes. Set the clock of this computer, best by network time.")
	default:
		p.say("clock", "the time of its answers", "a difference of "+ahead.Abs().String(), "The clocks agree.")
	}
}
