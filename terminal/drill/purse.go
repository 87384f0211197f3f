package drill

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// The providers of codes. By the one, customers agree and the terminal takes the
// money; by the other they pay, and the terminal hears of it.
const (
	agrees = "agrees"
	pulls  = "pulls"
)

// purse is both providers of codes, with what they know, at the mercy of the
// host's plan. Like the host it is kinder than a real one: it pays back whatever
// it is asked to, unless somebody pays back at its own desk, too.
type purse struct {
	w      *world
	offers []order.WalletOffer
	skew   time.Duration // of its clock
	tells  bool          // it tells its time
	codes  []*code
	pays   []*payment
	backs  []*payback
}

// code is a code at a provider. There may be two of one reference, of which one
// was asked for in vain.
type code struct {
	provider, reference, remote string
	amount                      money.Amount
	until                       time.Time // by the time that really passes
	approved, pending, ended    bool
	seen                        bool // somebody was shown it
}

// payment is money that came by a code.
type payment struct {
	code   *code
	id     string
	amount money.Amount
	at     time.Time
	desk   bool // some of it was paid back at the provider's own desk
}

// payback is money of a payment on its way back.
type payback struct {
	of           *payment
	id, remote   string // id is the terminal's, "" at the provider's own desk
	amount       money.Amount
	at           time.Time
	done, failed bool
}

// newPurse decides what the providers of a history can do.
func newPurse(w *world) *purse {
	usd := []money.Currency{money.USD}
	flip := func() bool { return w.rnd.IntN(2) == 0 }
	p := &purse{w: w, skew: []time.Duration{0, 0, time.Hour, -time.Hour}[w.rnd.IntN(4)], tells: flip()}
	p.offers = []order.WalletOffer{
		{Name: agrees, Title: "Agrees", Currencies: usd, Takes: true, Repeats: flip(), Parts: true, Lists: flip(), ShortestLife: 3 * time.Hour, LongestLife: 3 * time.Hour},
		{Name: pulls, Title: "Pulls", Currencies: usd, Cancels: flip(), Repeats: flip(), Parts: true, Lists: flip(), ShortestLife: 15 * time.Minute, LongestLife: 2 * time.Hour}}
	return p
}

func (p *purse) offer(name string) order.WalletOffer {
	return p.offers[slices.IndexFunc(p.offers, func(o order.WalletOffer) bool { return o.Name == name })]
}

func (p *purse) now() time.Time { return p.w.host.now() }

// clock is a time by the clock of the provider.
func (p *purse) clock(t time.Time) time.Time { return t.Add(p.skew) }

// find is the code that is asked about.
func (p *purse) find(r order.CodeRequest) *code {
	for _, c := range p.codes {
		if c.provider == r.Provider && (c.remote == r.Remote || r.Remote == "" && c.reference == r.Reference) {
			return c
		}
	}
	return nil
}

// meanwhile is what somebody at the counter may do while a provider is asked.
func (p *purse) meanwhile(reference string) {
	if p.w.host.fault("given up while the provider is asked", 4) {
		_ = p.w.engine.GiveUpCode(context.Background(), reference)
	}
}

// lost reports that a request did not arrive, or not with an answer that is one.
func (p *purse) lost() bool {
	return p.w.host.one(8, "provider: no connection", "provider: request lost", "provider: 503", "provider: 429")
}

func (p *purse) answerLost() bool {
	return p.w.host.one(10, "provider's answer lost", "provider's answer truncated")
}

// Create implements engine.Wallets.
func (p *purse) Create(_ context.Context, r order.CodeRequest) order.CodeAnswer {
	p.w.host.tick()
	p.w.asked(r)
	p.meanwhile(r.Reference)
	switch {
	case p.lost():
		return order.CodeAnswer{Message: "no answer"}
	case p.w.host.fault("code refused", 3) && p.find(r) == nil:
		return order.CodeAnswer{Refused: true, Message: "the amount is too small"}
	case p.w.host.fault("code made late", 5):
		p.w.host.later(time.Second, order.QRMargin-time.Minute, func(time.Time) { p.make(r) })
		return order.CodeAnswer{}
	}
	c := p.find(r)
	if c == nil || !r.Again {
		c = p.make(r)
	}
	if p.answerLost() {
		return order.CodeAnswer{}
	}
	return order.CodeAnswer{Made: true, Remote: c.remote, Text: "https://pay.example/" + c.remote, Until: p.clock(c.until)}
}

func (p *purse) make(r order.CodeRequest) *code {
	offer := p.offer(r.Provider)
	life := min(max(r.Until.Sub(p.w.clock.Now()), offer.ShortestLife), offer.LongestLife)
	c := &code{provider: r.Provider, reference: r.Reference, remote: fmt.Sprintf("code-%d", len(p.codes)), amount: r.Amount, until: p.now().Add(life)}
	p.codes = append(p.codes, c)
	return c
}

// Status implements engine.Wallets.
func (p *purse) Status(_ context.Context, r order.CodeRequest) order.CodeSeen {
	p.w.host.tick()
	p.meanwhile(r.Reference)
	if p.lost() {
		return order.CodeSeen{Failed: true}
	}
	return p.answer(r)
}

// answer is what a provider says of a code. What happened a moment ago may not be
// there yet.
func (p *purse) answer(r order.CodeRequest) (s order.CodeSeen) {
	if p.tells {
		s.At = p.clock(p.now())
	}
	c := p.find(r)
	if c == nil || p.w.host.fault("code missing from the list", 2) {
		s.Missing = true
		return s
	}
	for _, pay := range p.of(c) {
		if !p.w.host.lags(pay.at) {
			s.Payments = append(s.Payments, p.received(pay, ""))
		}
	}
	s.Pending = c.pending
	s.Approved = c.approved && len(p.of(c)) == 0
	if s.Approved {
		s.Payer = "payer"
	}
	s.Dead = !c.pending && len(p.of(c)) == len(s.Payments) && (c.ended || p.now().After(c.until) && p.w.rnd.IntN(2) == 0)
	return s
}

func (p *purse) of(c *code) (all []*payment) {
	for _, pay := range p.pays {
		if pay.code == c {
			all = append(all, pay)
		}
	}
	return all
}

// received is a payment as it is told. Fees are made up late.
func (p *purse) received(pay *payment, reference string) order.Received {
	r := order.Received{ID: pay.id, Amount: pay.amount, At: p.clock(pay.at), Refunded: money.New(p.returned(pay), money.USD), Reference: reference}
	if reference != "" {
		r.Remote = pay.code.remote
	}
	if p.now().Sub(pay.at) > time.Hour || p.w.rnd.IntN(2) == 0 {
		r.Fee = money.New(pay.amount.Minor/50, money.USD)
	}
	return r
}

// returned is what went back of a payment, or is on its way.
func (p *purse) returned(pay *payment) (sum int64) {
	for _, b := range p.backs {
		if b.of == pay && !b.failed {
			sum += b.amount.Minor
		}
	}
	return sum
}

// Take implements engine.Wallets.
func (p *purse) Take(_ context.Context, r order.CodeRequest) order.CodeSeen {
	p.w.host.tick()
	p.w.taking(r)
	p.meanwhile(r.Reference)
	if p.lost() {
		return order.CodeSeen{Failed: true}
	}
	if p.w.host.fault("taken late", 6) {
		p.w.host.later(time.Second, order.QRMargin-time.Minute, func(time.Time) { p.take(r) })
		return order.CodeSeen{Failed: true}
	}
	p.take(r)
	if p.answerLost() {
		return order.CodeSeen{Failed: true}
	}
	return p.answer(r)
}

// take moves the money of a code once, whatever number of requests there are.
func (p *purse) take(r order.CodeRequest) {
	c := p.find(r)
	switch {
	case c == nil, !c.approved, len(p.of(c)) > 0, c.pending, p.now().After(c.until):
	case p.w.host.fault("wallet declined", 10):
		c.approved = false
	case p.w.host.fault("wallet pending", 10):
		c.pending = true
		p.w.host.later(time.Second, 50*time.Minute, func(at time.Time) {
			if c.pending = false; p.w.rnd.IntN(3) > 0 {
				p.pay(c, c.amount, at)
			}
			c.approved = false
		})
	default:
		p.pay(c, c.amount, p.now())
	}
}

func (p *purse) pay(c *code, amount money.Amount, at time.Time) {
	p.pays = append(p.pays, &payment{code: c, id: fmt.Sprintf("pay-%d", len(p.pays)), amount: amount, at: at})
	p.w.tell("  %s: %v by %s", c.provider, amount, c.reference)
}

// Cancel implements engine.Wallets.
func (p *purse) Cancel(_ context.Context, r order.CodeRequest) order.CodeSeen {
	p.w.host.tick()
	if p.lost() {
		return order.CodeSeen{Failed: true}
	}
	if c := p.find(r); c != nil {
		if !c.pending && p.w.host.fault("paid while it is ended", 4) {
			p.late(c, c.amount)
		}
		c.ended = true
	}
	if p.answerLost() {
		return order.CodeSeen{Failed: true}
	}
	return p.answer(r)
}

// late is a payment that was begun in time and comes in a while.
func (p *purse) late(c *code, amount money.Amount) {
	c.pending = p.w.rnd.IntN(2) == 0 // or nobody says so
	p.w.host.later(time.Second, 20*time.Minute, func(at time.Time) {
		c.pending = false
		p.pay(c, amount, at)
	})
}

// scan is what a customer does with a code that somebody was shown.
func (p *purse) scan(c *code) {
	if p.now().After(c.until) || c.ended {
		return
	}
	amount := c.amount
	switch {
	case c.provider == agrees:
		c.approved = true
	case p.w.host.fault("paid late", 15):
		p.late(c, amount)
	case p.w.host.fault("another amount", 8):
		amount.Minor = amount.Minor/2 + 1
		fallthrough
	default:
		p.pay(c, amount, p.now())
	}
}

// Refund implements engine.Wallets.
func (p *purse) Refund(_ context.Context, r order.RefundRequest) order.RefundAnswer {
	p.w.host.tick()
	p.w.payingBack(r)
	switch {
	case p.w.host.fault("refund: no connection", 4):
		return order.RefundAnswer{NotSent: true}
	case p.w.host.one(5, "refund lost", "refund: 503"):
		return order.RefundAnswer{}
	case p.w.host.fault("refund refused", 6):
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: "not now"}
	case p.w.host.fault("refund late", 5):
		p.w.host.later(time.Second, order.QRMargin-time.Minute, func(time.Time) { p.back(r) })
		return order.RefundAnswer{}
	}
	b := p.back(r)
	switch {
	case b == nil:
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: "more than is left"}
	case p.answerLost():
		return order.RefundAnswer{}
	}
	return b.answer()
}

// back pays back, once for each request, or for each number where the provider
// knows repeats.
func (p *purse) back(r order.RefundRequest) *payback {
	i := slices.IndexFunc(p.backs, func(b *payback) bool { return b.id == r.ID })
	if i >= 0 && p.offer(r.Provider).Repeats {
		return p.backs[i]
	}
	at := slices.IndexFunc(p.pays, func(pay *payment) bool { return pay.id == r.Payment })
	if at < 0 {
		return nil
	}
	pay := p.pays[at]
	if (pay.desk || p.w.restored) && p.returned(pay)+r.Amount.Minor > pay.amount.Minor {
		return nil
	}
	return p.begin(pay, r.ID, r.Amount)
}

// begin begins to pay back, and perhaps fails later.
func (p *purse) begin(pay *payment, id string, amount money.Amount) *payback {
	b := &payback{of: pay, id: id, remote: fmt.Sprintf("back-%d", len(p.backs)), amount: amount, at: p.now(), done: true}
	p.backs = append(p.backs, b)
	if id != "" && p.w.host.fault("refund pending", 15) {
		b.done = false
		fails := p.w.host.fault("refund failed at last", 30)
		p.w.host.later(time.Second, 60*time.Minute, func(time.Time) { b.failed, b.done = fails, !fails })
	}
	return b
}

func (b *payback) answer() order.RefundAnswer {
	state := order.RefundPending
	if b.done {
		state = order.RefundDone
	}
	if b.failed {
		state = order.RefundRefused
	}
	return order.RefundAnswer{Answered: true, State: state, Remote: b.remote}
}

// FindRefund implements engine.Wallets. A provider that does not know our number
// is asked for one of the amount that nothing else in the journal is.
func (p *purse) FindRefund(_ context.Context, r order.RefundRequest) order.RefundAnswer {
	p.w.host.tick()
	if p.lost() {
		return order.RefundAnswer{}
	}
	for _, b := range p.backs {
		named := b.remote == r.Remote || r.Remote == "" && b.id == r.ID && p.offer(r.Provider).Repeats
		alike := r.Remote == "" && !p.offer(r.Provider).Repeats && b.of.id == r.Payment && b.amount == r.Amount && !slices.Contains(r.Known, b.remote)
		if (named || alike) && !p.w.host.lags(b.at) {
			return b.answer()
		}
	}
	return order.RefundAnswer{Answered: true, Missing: true}
}

// List implements engine.Wallets. It is behind by some minutes.
func (p *purse) List(_ context.Context, provider string, from, to time.Time, _ func(string) bool) (l order.CodeList) {
	p.w.host.tick()
	if p.lost() {
		return order.CodeList{Failed: true, Message: "no answer"}
	}
	for _, pay := range p.pays {
		if pay.code.provider == provider && !pay.at.Before(from) && pay.at.Before(to) && !p.w.host.lags(pay.at) {
			l.Payments = append(l.Payments, p.received(pay, pay.code.reference))
		}
	}
	return l
}
