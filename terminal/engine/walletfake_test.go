package engine_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// fakeWallets is a provider with a memory. Of the two shapes that there are, with
// takes the customer only agrees, and without it can be told to end a code.
type fakeWallets struct {
	desk    *desk
	mu      sync.Mutex
	takes   bool
	codes   map[string]*fakeCode
	refunds map[string]*fakeRefund
	calls   []string
	// fault says what becomes of a call: "" is well, "down" never arrived, "lost"
	// was carried out and the answer was lost.
	fault func(call string) string
	// during is what happens while a call is carried out.
	during func(call string)
	unlist map[string]bool // payments that are left out of lists
	count  int
}

type fakeCode struct {
	remote   string
	asked    money.Amount
	until    time.Time
	agreed   bool
	dead     bool
	payments []order.Received
}

type fakeRefund struct {
	payment string
	amount  money.Amount
	state   order.RefundState
}

// call notes a call and tells its fate. The caller holds no lock.
func (w *fakeWallets) call(name string) string {
	w.mu.Lock()
	w.calls = append(w.calls, name)
	fault, during := w.fault, w.during
	w.mu.Unlock()
	w.desk.tape.add(name)
	if during != nil {
		during(name)
	}
	if fault == nil {
		return ""
	}
	return fault(name)
}

func (w *fakeWallets) did(name string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if c == name {
			n++
		}
	}
	return n
}

func (w *fakeWallets) Create(_ context.Context, r order.CodeRequest) order.CodeAnswer {
	fate := w.call("create")
	w.mu.Lock()
	defer w.mu.Unlock()
	if fate == "down" {
		return order.CodeAnswer{Message: "The provider did not answer."}
	}
	if fate == "refused" {
		return order.CodeAnswer{Refused: true, Message: "The provider does not take this amount."}
	}
	c := w.codes[r.Reference]
	if c == nil {
		c = &fakeCode{remote: "R-" + r.Reference, asked: r.Amount, until: r.Until}
		w.codes[r.Reference] = c
	}
	if fate == "lost" {
		return order.CodeAnswer{Message: "The provider did not answer."}
	}
	return order.CodeAnswer{Made: true, Remote: c.remote, Text: "https://pay.example/" + c.remote, Until: c.until}
}

func (w *fakeWallets) Status(_ context.Context, r order.CodeRequest) order.CodeSeen {
	return w.see("status", r, func(*fakeCode) {})
}

func (w *fakeWallets) Take(_ context.Context, r order.CodeRequest) order.CodeSeen {
	return w.see("take", r, func(c *fakeCode) {
		if c.agreed && len(c.payments) == 0 {
			w.payment(r.Reference, c, c.asked)
		}
	})
}

func (w *fakeWallets) Cancel(_ context.Context, r order.CodeRequest) order.CodeSeen {
	return w.see("cancel", r, func(c *fakeCode) { c.dead = true })
}

func (w *fakeWallets) see(name string, r order.CodeRequest, do func(*fakeCode)) order.CodeSeen {
	fate := w.call(name)
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.codes[r.Reference]
	if fate == "down" {
		return order.CodeSeen{Failed: true, Message: "The provider did not answer."}
	}
	if c == nil {
		return order.CodeSeen{Missing: true}
	}
	do(c)
	if fate == "lost" {
		return order.CodeSeen{Failed: true, Message: "The provider did not answer."}
	}
	return order.CodeSeen{Dead: c.dead || !w.desk.clock.Now().Before(c.until), Approved: c.agreed && len(c.payments) == 0, Payer: "payer",
		Payments: slices.Clone(c.payments)}
}

// payment adds a payment. The caller holds the lock.
func (w *fakeWallets) payment(reference string, c *fakeCode, a money.Amount) string {
	w.count++
	id := fmt.Sprintf("P%d", w.count)
	c.payments = append(c.payments, order.Received{ID: id, Amount: a, Fee: usd(10), At: w.desk.clock.Now(), Reference: reference, Remote: c.remote})
	return id
}

// pay is the customer's press on the phone.
func (w *fakeWallets) pay(reference string, a money.Amount) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.codes[reference]
	if w.takes {
		c.agreed = true
		return ""
	}
	return w.payment(reference, c, a)
}

// received is how much came by all codes, and how much of it was paid back.
func (w *fakeWallets) received() (in, out int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.codes {
		for _, p := range c.payments {
			in += p.Amount.Minor
		}
	}
	for _, r := range w.refunds {
		if r.state == order.RefundDone || r.state == order.RefundPending {
			out += r.amount.Minor
		}
	}
	return in, out
}

func (w *fakeWallets) Refund(_ context.Context, r order.RefundRequest) order.RefundAnswer {
	fate := w.call("refund")
	w.mu.Lock()
	defer w.mu.Unlock()
	switch fate {
	case "unsent":
		return order.RefundAnswer{NotSent: true}
	case "down":
		return order.RefundAnswer{}
	case "refused":
		return order.RefundAnswer{Answered: true, State: order.RefundRefused, Message: "Not enough money."}
	}
	if w.refunds[r.ID] == nil {
		w.refunds[r.ID] = &fakeRefund{r.Payment, r.Amount, order.RefundDone}
		if fate == "pending" {
			w.refunds[r.ID].state = order.RefundPending
		}
	}
	if fate == "lost" {
		return order.RefundAnswer{}
	}
	return order.RefundAnswer{Answered: true, State: w.refunds[r.ID].state, Remote: "B-" + r.ID}
}

func (w *fakeWallets) FindRefund(_ context.Context, r order.RefundRequest) order.RefundAnswer {
	fate := w.call("find-refund")
	w.mu.Lock()
	defer w.mu.Unlock()
	back := w.refunds[r.ID]
	switch {
	case fate != "":
		return order.RefundAnswer{}
	case back == nil:
		return order.RefundAnswer{Answered: true, Missing: true}
	}
	return order.RefundAnswer{Answered: true, State: back.state, Remote: "B-" + r.ID}
}

func (w *fakeWallets) List(_ context.Context, _ string, from, to time.Time, known func(string) bool) order.CodeList {
	if w.call("list") != "" {
		return order.CodeList{Failed: true, Message: "The provider did not answer."}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var l order.CodeList
	for _, c := range w.codes {
		for _, p := range c.payments {
			if !p.At.Before(from) && p.At.Before(to) && !w.unlist[p.ID] && !known(p.ID) {
				l.Payments = append(l.Payments, p)
			}
		}
	}
	return l
}

// newWalletDesk is a desk with one provider, which takes or cancels.
func newWalletDesk(t *testing.T, takes bool) *desk {
	t.Helper()
	d := newDesk(t)
	d.wallets.takes = takes
	d.offer(func(*order.WalletOffer) {})
	return d
}

// offer sets the provider up.
func (d *desk) offer(change func(*order.WalletOffer)) {
	o := order.WalletOffer{Name: "wally", Title: "Wally", Currencies: []money.Currency{money.USD}, Least: usd(100), Most: usd(500000),
		Takes: d.wallets.takes, Cancels: !d.wallets.takes, ShortestLife: 15 * time.Minute, LongestLife: 3 * time.Hour,
		Repeats: true, Parts: true, RefundFor: 180 * 24 * time.Hour, Lists: true}
	change(&o)
	d.cfg.Wallets, d.cfg.Patience = []order.WalletOffer{o}, 5*time.Minute
	d.Configure(d.cfg)
}

func (d *desk) showCode(id string) engine.CodeView {
	d.t.Helper()
	v, err := d.ShowCode(background, engine.Charge{Order: id, Amount: usd(2000)}, "wally", false)
	if err != nil || v.State != order.QRCreating {
		d.t.Fatalf("ShowCode = %s, %v", v.State, err)
	}
	return v
}

// codeDue does the code or refund step that is next, at its time; false where
// there is none.
func (d *desk) codeDue() bool {
	d.t.Helper()
	work := d.PendingCodes()
	if len(work) == 0 {
		return false
	}
	next := slices.MinFunc(work, func(a, b engine.Work) int { return a.Due.Compare(b.Due) })
	if wait := next.Due.Sub(d.clock.Now()); wait > 0 {
		d.clock.Advance(wait)
	}
	_ = d.ResolveCode(background, next.ID) // the journal may be broken: then it is tried again
	return true
}

// until does code steps until the code is in a state.
func (d *desk) until(id string, want order.QRState) order.QR {
	d.t.Helper()
	for range 1000 {
		if q := d.code(id); q.State == want {
			return q
		}
		if !d.codeDue() {
			break
		}
	}
	d.t.Fatalf("the code is %s (%s), want %s", d.code(id).State, d.code(id).Message, want)
	return order.QR{}
}

func (d *desk) code(id string) order.QR {
	d.t.Helper()
	q, err := d.journal.Journal.QR(background, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return q
}

// shown shows a code for an order and brings it to the screen.
func (d *desk) shown(id string) order.QR {
	d.t.Helper()
	return d.until(d.showCode(id).ID, order.QRShown)
}

// paid has a code paid that was shown.
func (d *desk) paid(id string) order.QR {
	d.t.Helper()
	q := d.shown(id)
	d.wallets.pay(q.ID, q.Asked)
	return d.until(q.ID, order.QRPaid)
}
