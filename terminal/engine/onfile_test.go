package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const fileToken = "FfL7exC7Xe2y6624" // ConnexPay API, Create sale

func tokenised(n string, a money.Amount) order.Evidence {
	e := approved(n, a)
	e.Token = fileToken
	return e
}

// filed is a desk with a card on file, left by the payment that it names, and
// away from its host if the owner allows cards on file there.
func filed(t *testing.T, away bool) (*desk, string) {
	t.Helper()
	d := newDesk(t)
	d.host.sale = tokenised
	first := d.mustCharge("o0", order.Approved)
	d.host.card = nil
	if away {
		d.cfg.Offline = order.OfflineLimits{Tokens: true, PerSale: usd(5000), Total: usd(50000), Count: 20, Age: 24 * time.Hour}
		d.Configure(d.cfg)
		d.away()
	}
	d.tape.take()
	return d, first.Number
}

func TestChargeOnFile(t *testing.T) {
	d, first := filed(t, false)
	for i, kind := range []order.Kind{order.KindSale, order.KindAuth} {
		sale, err := d.Charge(background, engine.Charge{Order: fmt.Sprint("o", i+1), Amount: usd(1500), Kind: kind, OnFile: first}, nil)
		if err != nil || sale.State != order.Approved {
			t.Fatalf("%s, %v", sale.State, err)
		}
		if got := d.tape.take(); !slices.Equal(got[:4], []string{"commit order.open", "commit attempt.sending", "sale", "commit attempt.approved"}) {
			t.Errorf("steps %v", got)
		}
		if r := d.host.request; d.host.card != nil || r.Token != fileToken || r.Holder != "Ada Example" || r.Amount != usd(1500) || r.Kind != kind {
			t.Errorf("asked with %v for %+v", d.host.card, r)
		}
		a := d.stored(sale.Number)
		if a.Brand != "Visa" || a.Last4 != "1111" || a.Holder != "Ada Example" || a.Entry != order.EntryOnFile || a.Charged != first || a.Token != fileToken {
			t.Errorf("kept %+v", a)
		}
	}
	// A check leaves a card on file, too.
	d.host.follow = func(r order.FollowRequest) order.Evidence {
		e := did(r)
		e.Token = fileToken
		return e
	}
	check, err := d.CheckCard(background, testCard(t))
	if err != nil {
		t.Fatal(err)
	}
	sale, err := d.Charge(background, engine.Charge{Order: "o9", Amount: usd(1500), OnFile: check.ID}, nil)
	if err != nil || sale.State != order.Approved || sale.Last4 != "1111" || sale.Charged != check.ID {
		t.Errorf("%+v, %v", sale, err)
	}
	if strings.Contains(d.log.String(), fileToken) {
		t.Error("the token lies in the log")
	}
}

// TestOnFileIsChargedOnce: an answer that is lost leads to the same road as
// with a card that was typed, and a second press is refused.
func TestOnFileIsChargedOnce(t *testing.T) {
	d, first := filed(t, false)
	d.host.sale = noAnswer
	again := engine.Charge{Order: "o1", Amount: usd(1500), OnFile: first}
	if sale, err := d.Charge(background, again, nil); err != nil || sale.State != order.Unknown || sale.Token != "" {
		t.Fatalf("%+v, %v", sale, err)
	}
	sent := d.host.sales.Load()
	_, err := d.Charge(background, again, nil)
	wantProblem(t, err, engine.ProblemInProgress)
	if d.host.sales.Load() != sent {
		t.Error("it was sent twice")
	}
}

func TestOnFileIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(d *desk) (number string)
		want string
	}{
		{"no such payment", func(*desk) string { return "NOBODY" }, engine.ProblemNotFound},
		{"no card at all", func(*desk) string { return "" }, engine.ProblemNotAllowed},
		{"declined", func(d *desk) string {
			d.host.sale = func(n string, a money.Amount) order.Evidence {
				e := declined(n, a)
				e.Token = fileToken
				return e
			}
			return d.mustCharge("poor", order.Declined).Number
		}, engine.ProblemNotAllowed},
		{"left none", func(d *desk) string {
			d.host.sale = approved
			return d.mustCharge("none", order.Approved).Number
		}, engine.ProblemNotAllowed},
		{"not offered", func(d *desk) string {
			d.cfg.Offer.Has = map[order.Feature]bool{order.FeatureTokens: false}
			d.Configure(d.cfg)
			return "N000002"
		}, engine.ProblemNotOffered},
		{"another form", func(d *desk) string {
			d.host.sale = func(n string, a money.Amount) order.Evidence {
				e := approved(n, a)
				e.Token = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
				return e
			}
			return d.mustCharge("guid", order.Approved).Number
		}, engine.ProblemNotOffered},
		{"unreadable", func(d *desk) string {
			d.journal.set(func() { d.journal.read = func() error { return errDisk } })
			return "N000002"
		}, engine.ProblemStorage},
		{"nobody", func(d *desk) string { d.SignOut(background); return "N000002" }, engine.ProblemSignIn},
	} {
		for _, away := range []bool{false, true} {
			d, _ := filed(t, away)
			number := tt.set(d)
			sent := d.host.sales.Load()
			d.tape.take()
			c, err := engine.Charge{Order: "o1", Amount: usd(1500), OnFile: number}, error(nil)
			if away {
				_, err = d.StoreSale(background, c, nil)
			} else {
				_, err = d.Charge(background, c, nil)
			}
			wantProblem(t, err, tt.want)
			if got := d.tape.take(); len(got) != 0 || d.host.sales.Load() != sent {
				t.Errorf("%s, away %t: %v", tt.name, away, got)
			}
		}
	}
}

// TestOneCardOnly: what is written of a payment is what is charged for it.
func TestOneCardOnly(t *testing.T) {
	for _, away := range []bool{false, true} {
		d, first := filed(t, away)
		c, both := testCard(t), engine.Charge{Order: "o1", Amount: usd(1500), OnFile: first}
		var err error
		if away {
			_, err = d.StoreSale(background, both, c)
		} else {
			_, err = d.Charge(background, both, c)
		}
		wantProblem(t, err, engine.ProblemNotAllowed)
		if got := d.tape.take(); len(got) != 0 || c.PAN() != nil {
			t.Errorf("%v, card %q", got, c.PAN())
		}
	}
}

func (d *desk) storeFiled(id, first string) (order.Stored, error) {
	return d.StoreSale(background, engine.Charge{Order: id, Amount: usd(2000), OnFile: first}, nil)
}

func TestStoredOnFileIsForwarded(t *testing.T) {
	d, first := filed(t, true)
	if _, err := d.StoreOffer(background, engine.Charge{Order: "o1", Amount: usd(2000), OnFile: first}); err != nil {
		t.Fatal(err)
	}
	// The switches are two.
	_, err := d.store("o1")
	wantProblem(t, err, engine.ProblemOffline)
	d.tape.take()
	s, err := d.storeFiled("o1", first)
	if err != nil || s.Charged != first || s.Key != "" || s.Brand != "Visa" || s.Last4 != "1111" {
		t.Fatalf("%+v, %v", s, err)
	}
	if got := d.tape.take(); !slices.Equal(got, []string{"commit order.open", "commit stored.stored", "commit job.queued", "commit job.queued"}) {
		t.Errorf("steps %v", got)
	}
	if len(d.secrets.values) != 0 {
		t.Error("a key was made for a card that needs none")
	}
	d.unsealed(s.ID, order.StoredWaiting)
	_, err = d.Charge(background, engine.Charge{Order: "o1", Amount: usd(2000), OnFile: first}, nil)
	wantProblem(t, err, engine.ProblemStored)
	d.restart() // everything is in the journal
	d.signIn("sue")
	d.back()
	sent := d.host.sales.Load()
	if !d.forward(s.ID) || d.forward(s.ID) || d.host.sales.Load() != sent+1 {
		t.Errorf("sent %d times", d.host.sales.Load()-sent)
	}
	if d.host.card != nil || d.host.request.Token != fileToken {
		t.Errorf("asked with %v for %+v", d.host.card, d.host.request)
	}
	got := d.unsealed(s.ID, order.StoredApproved)
	o, err := d.journal.Order(background, "o1")
	a := d.stored(got.Number)
	if err != nil || o.State != order.PaidCard || !a.Stored || a.Entry != order.EntryOnFile || a.Charged != first || a.Token != fileToken {
		t.Errorf("%+v of %+v, %v", a, o, err)
	}
	if err := d.ForwardRest(background); err != nil || strings.Contains(d.log.String(), fileToken) {
		t.Errorf("%v, or the token lies in the log", err)
	}
	// The limits count both alike, and the switch of the one is not the other's.
	d.cfg.Offline.Count, d.cfg.Offline.Enabled = 1, true
	d.Configure(d.cfg)
	d.away()
	d.mustStore("o2")
	_, err = d.storeFiled("o3", first)
	wantProblem(t, err, engine.ProblemApproval)
	d.cfg.Offline.Count, d.cfg.Offline.Tokens = 9, false
	d.Configure(d.cfg)
	_, err = d.storeFiled("o3", first)
	wantProblem(t, err, engine.ProblemOffline)
}

// unsealed checks a stored sale of a card on file: no sealed card is ever there.
func (d *desk) unsealed(id string, want order.StoredState) order.Stored {
	d.t.Helper()
	s, err := d.journal.Stored(background, id)
	if err != nil || s.State != want {
		d.t.Errorf("stored sale is %s, %v; want %s", s.State, err, want)
	}
	if _, err := d.journal.SealedCard(background, id); !errors.Is(err, order.ErrNotFound) {
		d.t.Errorf("a sealed card of a card on file: %v", err)
	}
	return s
}

// TestStoredOnFileWaits: where the account lost its tokens the sale waits, says
// why, and is forwarded when they are back.
func TestStoredOnFileWaits(t *testing.T) {
	d, first := filed(t, true)
	s, err := d.storeFiled("o1", first)
	if err != nil {
		t.Fatal(err)
	}
	d.back()
	d.cfg.Offer.Has = map[order.Feature]bool{order.FeatureTokens: false}
	d.Configure(d.cfg)
	if d.forward(s.ID) {
		t.Error("it was sent")
	}
	if got := d.unsealed(s.ID, order.StoredWaiting); got.Cause != order.CauseSealed || !strings.Contains(got.Message, "keeps no cards on file") {
		t.Errorf("%+v", got)
	}
	d.cfg.Offer.Has = nil
	d.Configure(d.cfg)
	d.forward(s.ID)
	d.unsealed(s.ID, order.StoredApproved)
}

// TestOnFileIsAlike: the same card and amount, by token or typed, is held back
// behind its like.
func TestOnFileIsAlike(t *testing.T) {
	d, first := filed(t, true)
	s, err := d.storeFiled("o1", first)
	if err != nil {
		t.Fatal(err)
	}
	d.back()
	d.clock.Advance(10 * time.Minute)
	d.mustCharge("typed", order.Approved)
	seen := func() (at time.Time) {
		for _, at = range d.StoredWaiting() {
		}
		return at
	}
	if at := seen(); !at.Equal(d.clock.Now()) {
		t.Errorf("%s: its card was typed at %v and seen at %v", s.ID, d.clock.Now(), at)
	}
	d.clock.Advance(10 * time.Minute)
	if _, err := d.Charge(background, engine.Charge{Order: "on file", Amount: usd(2000), OnFile: first}, nil); err != nil {
		t.Fatal(err)
	}
	if at := seen(); !at.Equal(d.clock.Now()) {
		t.Errorf("the token was charged at %v and seen at %v", d.clock.Now(), at)
	}
}
