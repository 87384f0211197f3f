package wallettest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Run checks a provider against all that the rules rely on.
func Run(t *testing.T, s Subject) {
	tests := []struct {
		name string
		run  func(*Desk)
		skip bool
	}{
		{"Offer", offer, false},
		{"Create", created, false},
		{"CreateTwice", createdTwice, false},
		{"CreateRefused", createRefused, false},
		{"Paid", paid, false},
		{"PaidOther", paidOther, s.PayOther == nil},
		{"PaidTwice", paidTwice, s.PayTwice == nil},
		{"PaidLate", paidLate, s.PayLate == nil},
		{"Pending", pending, s.PayPending == nil},
		{"TurnedDown", turnedDown, s.TurnDown == nil},
		{"Take", taken, false},
		{"Cancel", cancelled, false},
		{"Expired", expired, false},
		{"Others", others, false},
		{"Clock", clocks, false},
		{"Trouble", troubles, false},
		{"Silence", silence, false},
		{"WrongKeys", wrongKeys, false},
		{"OtherMode", otherMode, false},
		{"Refund", refunded, false},
		{"RefundLost", refundLost, false},
		{"List", listed, false},
		{"Notice", noticed, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.skip {
				t.Skip("cannot happen here")
			}
			test.run(s.desk(t))
		})
	}
}

var ctx = context.Background()

func offer(d *Desk) {
	o := d.Offer()
	if o.Name == "" || o.Title == "" || !o.In(d.s.Amount.Currency) || o.In(d.s.Strange) {
		d.t.Errorf("got %+v", o)
	}
	if err := d.Check(ctx); err != nil {
		d.t.Errorf("check: got %v", err)
	}
}

func created(d *Desk) {
	r, _ := d.shown()
	if !r.Until.IsZero() && r.Until.Before(d.Clock.Now().Add(d.Offer().ShortestLife-time.Minute)) {
		d.t.Errorf("got a life until %v, less than the offer's shortest", r.Until)
	}
	d.open(r)
	other, _ := d.shown()
	if other.Remote == r.Remote {
		d.t.Error("two codes are one")
	}
}

// open checks that nothing is said to have happened to a code.
func (d *Desk) open(r order.CodeRequest) {
	d.t.Helper()
	if seen := d.look(r); seen.Dead || seen.Approved || len(seen.Payments) > 0 {
		d.t.Errorf("got %+v, want an open code", seen)
	}
}

// each runs a test once for every request that a call makes, whose answer is
// lost or cut.
func (d *Desk) each(call func(), run func(n int, x trouble)) {
	d.line.suffer(nil)
	call()
	total := d.line.count()
	for n := 1; n <= total; n++ {
		run(n, lose)
		run(n, cut)
	}
	if total == 0 {
		d.t.Error("nobody was asked")
	}
}

// createdTwice: whatever answer is lost, the second request finds the code of
// the first, or makes one that alone can be paid.
func createdTwice(d *Desk) {
	d.each(func() { d.shown() }, func(n int, x trouble) {
		r := d.request()
		d.line.suffer(nth(n, x))
		if a := d.Create(ctx, r); a.Refused {
			d.t.Fatalf("answer %d lost: got %+v, want no refusal", n, a)
		}
		d.line.suffer(nil)
		d.Clock.Advance(2 * time.Second)
		r.Again = true
		first, text := d.show(r)
		if again, _ := d.show(r); again.Remote != first.Remote && !d.Offer().Takes {
			d.t.Errorf("answer %d lost: got another code by asking once more", n)
		}
		d.s.Pay(d.t, d, first, text)
		d.settle(first)
	})
}

func createRefused(d *Desk) {
	small, strange := d.request(), d.request()
	small.Amount = d.s.Small
	strange.Amount = money.New(d.s.Amount.Minor, d.s.Strange)
	for _, r := range []order.CodeRequest{small, strange} {
		if r.Amount.Currency == "" {
			continue
		}
		if a := d.Create(ctx, r); !a.Refused || a.Made || a.Wrong {
			d.t.Errorf("%v: got %+v, want a refusal", r.Amount, a)
		}
	}
}

func paid(d *Desk) {
	r, text := d.shown()
	d.s.Pay(d.t, d, r, text)
	if d.Offer().Takes {
		if seen := d.look(r); !seen.Approved || len(seen.Payments) > 0 {
			d.t.Errorf("agreed: got %+v, want a word and no money", seen)
		}
	}
	r, p := d.settle(r)
	if p.ID == "" || p.At.IsZero() || !p.Refunded.IsZero() || p.Fee.Currency != "" && p.Fee.Currency != p.Amount.Currency {
		d.t.Errorf("got %+v", p)
	}
	if again := d.look(r); len(again.Payments) != 1 || again.Payments[0].ID != p.ID || again.Approved {
		d.t.Errorf("looked again: got %+v", again)
	}
}

func paidOther(d *Desk) {
	r, text := d.shown()
	other := money.New(d.s.Amount.Minor-1, d.s.Amount.Currency)
	d.s.PayOther(d.t, d, r, text, other)
	seen := d.Status(ctx, r)
	if !seen.Failed && (len(seen.Payments) != 1 || seen.Payments[0].Amount != other) {
		d.t.Errorf("got %+v, want what was paid, or doubt", seen)
	}
}

func paidTwice(d *Desk) {
	r, text := d.shown()
	d.s.PayTwice(d.t, d, r, text)
	if seen := d.look(r); len(seen.Payments) != 2 || seen.Payments[0].ID == seen.Payments[1].ID {
		d.t.Errorf("got %+v, want two payments", seen)
	}
}

// paidLate: money that comes after the end is told.
func paidLate(d *Desk) {
	r, text := d.shown()
	if d.Offer().Cancels {
		d.Cancel(ctx, r)
	} else {
		d.Clock.Advance(r.Until.Sub(d.Clock.Now()) + time.Second)
	}
	d.s.PayLate(d.t, d, r, text)
	if seen := d.look(r); len(seen.Payments) != 1 || seen.Payments[0].Amount != d.s.Amount {
		d.t.Errorf("got %+v, want the payment", seen)
	}
}

// pending: what the system is still deciding is no money, and no end.
func pending(d *Desk) {
	r, text := d.shown()
	d.s.PayPending(d.t, d, r, text)
	if d.Offer().Takes {
		r.Payer, r.Sends = d.look(r).Payer, 1
		d.Take(ctx, r)
	}
	if seen := d.look(r); !seen.Pending || seen.Dead || len(seen.Payments) > 0 {
		d.t.Errorf("got %+v, want it pending", seen)
	}
}

func turnedDown(d *Desk) {
	r, text := d.shown()
	d.s.TurnDown(d.t, d, r, text)
	if seen := d.look(r); seen.Approved || len(seen.Payments) > 0 {
		d.t.Errorf("got %+v, want no payment", seen)
	}
}

// taken: the requests to move the money are one, whatever answer is lost.
func taken(d *Desk) {
	if !d.Offer().Takes {
		d.t.Skip("the customer's word moves the money")
	}
	r, _ := d.shown()
	if seen := d.Take(ctx, r); len(seen.Payments) > 0 {
		d.t.Errorf("nobody agreed: got %+v", seen)
	}
	agreed := func() order.CodeRequest {
		r, text := d.shown()
		d.s.Pay(d.t, d, r, text)
		r.Payer, r.Sends = d.look(r).Payer, 1
		return r
	}
	first := agreed()
	d.each(func() { d.Take(ctx, first) }, func(n int, x trouble) {
		r := agreed()
		d.line.suffer(nth(n, x))
		d.Take(ctx, r)
		d.line.suffer(nil)
		for r.Sends = 2; r.Sends < 4; r.Sends++ {
			if seen := d.Take(ctx, r); seen.Failed || len(seen.Payments) != 1 || seen.Payments[0].Amount != d.s.Amount {
				d.t.Errorf("answer %d lost, asked %d times: got %+v, want one payment", n, r.Sends, seen)
			}
		}
		if seen := d.look(r); len(seen.Payments) != 1 {
			d.t.Errorf("answer %d lost: got %+v, want one payment", n, seen)
		}
	})
}

func cancelled(d *Desk) {
	if !d.Offer().Cancels {
		d.t.Skip("codes lapse")
	}
	over := func(r order.CodeRequest) {
		d.t.Helper()
		if seen := d.Cancel(ctx, r); seen.Failed || !seen.Dead || len(seen.Payments) > 0 {
			d.t.Errorf("got %+v, want a dead code", seen)
		}
	}
	first, _ := d.shown()
	d.each(func() { over(first) }, func(n int, x trouble) {
		r, _ := d.shown()
		d.line.suffer(nth(n, x))
		d.Cancel(ctx, r)
		d.line.suffer(nil)
		over(r)
		over(r)
	})
	r, p := d.paid()
	if seen := d.Cancel(ctx, r); seen.Failed || len(seen.Payments) != 1 || seen.Payments[0].ID != p.ID {
		d.t.Errorf("cancel of a paid one: got %+v, want its payment", seen)
	}
}

func expired(d *Desk) {
	r, _ := d.shown()
	if r.Until.IsZero() {
		d.t.Fatal("nothing says how long the code lives")
	}
	d.Clock.Advance(r.Until.Sub(d.Clock.Now()) + order.QRMargin)
	seen := d.Status(ctx, r)
	if len(seen.Payments) > 0 || seen.Approved || seen.Failed {
		d.t.Errorf("got %+v, want no payment", seen)
	}
	if !seen.Dead && !seen.At.IsZero() && seen.At.Before(r.Until) {
		d.t.Errorf("got %+v: a life until %v never ends", seen, r.Until)
	}
}

// others: what is not about our code is in doubt, and no money of ours.
func others(d *Desk) {
	r, p := d.paid()
	mine, _ := d.shown()
	for name, change := range map[string]func(*order.CodeRequest){
		"another's code":   func(q *order.CodeRequest) { q.Remote = r.Remote },
		"no code of ours":  func(q *order.CodeRequest) { q.Remote += "X" },
		"a changed number": func(q *order.CodeRequest) { *q = r; q.Reference += "X" },
	} {
		q := mine
		change(&q)
		if seen := d.Status(ctx, q); !seen.Failed && !seen.Missing {
			d.t.Errorf("%s: got %+v, want doubt", name, seen)
		}
	}
	q := d.refund(r, p, p.Amount.Minor)
	q.Payment += "X"
	if a := d.Refund(ctx, q); a.Answered && a.State != order.RefundRefused {
		d.t.Errorf("refund of no payment: got %+v", a)
	}
}

// clocks: a desk whose clock is off by an hour gets a code, and its life by the
// system's clock.
func clocks(d *Desk) {
	for _, off := range []time.Duration{-time.Hour, time.Hour} {
		d.Provider = d.setUp(Setup{Clock: clock.NewVirtual(d.Clock.Now().Add(off))})
		r := d.request()
		r.Created, r.Until = r.Created.Add(off), r.Until.Add(off)
		r, text := d.show(r)
		if !r.Until.IsZero() && r.Until.Before(d.Clock.Now().Add(d.Offer().ShortestLife-time.Minute)) {
			d.t.Errorf("%v off: got a life until %v", off, r.Until)
		}
		if seen := d.look(r); !seen.At.IsZero() && seen.At.Sub(d.Clock.Now()).Abs() > 2*time.Second {
			d.t.Errorf("%v off: got %v as the system's clock, want %v", off, seen.At, d.Clock.Now())
		}
		d.s.Pay(d.t, d, r, text)
		d.settle(r)
	}
}

// nothing checks that no call says that anything happened.
func (d *Desk) nothing(what string, r order.CodeRequest, p order.Received, prepare func() context.Context) {
	d.t.Helper()
	if a := d.Create(prepare(), d.request()); a.Made || a.Refused {
		d.t.Errorf("%s: create: got %+v, want neither", what, a)
	}
	looks := map[string]func(context.Context, order.CodeRequest) order.CodeSeen{"status": d.Status}
	if d.Offer().Takes {
		looks["take"] = d.Take
	}
	if d.Offer().Cancels {
		looks["cancel"] = d.Cancel
	}
	for name, look := range looks {
		if seen := look(prepare(), r); !seen.Failed {
			d.t.Errorf("%s: %s: got %+v, want doubt", what, name, seen)
		}
	}
	refund := d.refund(r, p, 1)
	if a := d.Refund(prepare(), refund); a.Answered || a.NotSent {
		d.t.Errorf("%s: refund: got %+v, want no answer", what, a)
	}
	if a := d.FindRefund(prepare(), refund); a.Answered {
		d.t.Errorf("%s: look for a refund: got %+v, want no answer", what, a)
	}
	if d.Offer().Lists {
		if l := d.List(prepare(), noon, noon.Add(time.Hour), func(string) bool { return false }); !l.Failed {
			d.t.Errorf("%s: list: got %+v, want none", what, l)
		}
	}
	if d.Check(prepare()) == nil {
		d.t.Errorf("%s: check: got no error", what)
	}
}

func troubles(d *Desk) {
	r, p := d.paid()
	for x, name := range map[trouble]string{lose: "lost", cut: "cut", down: "down", stolen: "somebody else"} {
		d.line.suffer(all(x))
		d.nothing(name, r, p, func() context.Context { return ctx })
	}
}

// silence: a call ends with its context.
func silence(d *Desk) {
	r, p := d.paid()
	d.line.suffer(all(silent))
	d.nothing("silence", r, p, func() context.Context {
		short, cancel := context.WithCancel(ctx)
		go func() {
			<-d.line.heard
			cancel()
		}()
		for len(d.line.heard) > 0 {
			<-d.line.heard
		}
		return short
	})
}

func wrongKeys(d *Desk) {
	r, p := d.paid()
	d.Provider = d.setUp(Setup{WrongKeys: true})
	if a := d.Create(ctx, d.request()); !a.Refused || !a.Wrong {
		d.t.Errorf("create: got %+v, want a refusal for the keys", a)
	}
	if seen := d.Status(ctx, r); !seen.Failed {
		d.t.Errorf("status: got %+v, want doubt", seen)
	}
	if a := d.Refund(ctx, d.refund(r, p, 1)); a.Answered && a.State != order.RefundRefused {
		d.t.Errorf("refund: got %+v", a)
	}
	if d.Check(ctx) == nil {
		d.t.Error("check: got no error")
	}
}

// otherMode: keys of the other mode are refused when they are set up, or by the
// first call.
func otherMode(d *Desk) {
	p, err := d.s.New(d.t, Setup{Base: d.Base, Clock: d.Clock, OtherMode: true})
	if err != nil {
		ear{t: d.t, hidden: d.s.Hidden}.hear(err.Error())
		return
	}
	if a := p.Create(ctx, d.request()); a.Made || p.Check(ctx) == nil {
		d.t.Errorf("got %+v, want nothing made in the wrong mode", a)
	}
}

func noticed(d *Desk) {
	forged := func(name string, h map[string][]string, body []byte) {
		d.t.Helper()
		if hint, err := d.Decode(h, body); err == nil {
			d.t.Errorf("%s: got %+v, want an error", name, hint)
		}
	}
	forged("nothing", nil, nil)
	forged("no signature", nil, []byte(`{"event":"paid"}`))
	if d.s.Notice == nil {
		return
	}
	r, _ := d.paid()
	h, body := d.s.Notice(d.t, d, r)
	hint, err := d.Decode(h, body)
	if err != nil || hint.Event == "" || hint.Reference != r.Reference && hint.Remote != r.Remote {
		d.t.Errorf("got %+v and %v, want a word about %s", hint, err, r.Reference)
	}
	if again, err := d.Decode(h, body); err != nil || again != hint {
		d.t.Errorf("replayed: got %+v and %v, want the same event", again, err)
	}
	for i := 0; i < len(body); i += 1 + len(body)/20 {
		changed := append([]byte{}, body...)
		changed[i] ^= 1
		forged(fmt.Sprintf("byte %d changed", i), h, changed)
	}
	forged("no signature", nil, body)
	// A notification proves nothing: the code of which it tells is as it was.
	unpaid, _ := d.shown()
	_, _ = d.Decode(h, body)
	d.open(unpaid)
}
