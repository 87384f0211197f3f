package engine_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/vault"
)

// fakeSecrets are secrets in memory, which may be out of reach.
type fakeSecrets struct {
	mu     sync.Mutex
	values map[string][]byte
	broken error
}

func (s *fakeSecrets) Get(name string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	v, found := s.values[name]
	if !found {
		return nil, vault.ErrNoSecret
	}
	return bytes.Clone(v), nil
}

func (s *fakeSecrets) Set(name string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.values[name] = bytes.Clone(value)
	}
	return s.broken
}

func (s *fakeSecrets) Delete(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		delete(s.values, name)
	}
	return s.broken
}

// awayDesk is a desk whose owner allows stored sales, and whose host is lost.
func awayDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.cfg.Offline = order.OfflineLimits{Enabled: true, PerSale: usd(5000), Total: usd(50000), Count: 20, Age: 24 * time.Hour}
	d.Configure(d.cfg)
	d.away()
	d.tape.take()
	return d
}

func (d *desk) away() { d.SetHost(d.clock.Now(), "The bank cannot be reached.") }
func (d *desk) back() { d.SetHost(time.Time{}, "") }

func (d *desk) store(id string) (order.Stored, error) {
	d.t.Helper()
	c := testCard(d.t)
	pan, cvv := c.PAN(), c.CVV()
	s, err := d.StoreSale(background, engine.Charge{Order: id, Amount: usd(2000)}, c)
	if c.PAN() != nil || !zero(pan) || !zero(cvv) {
		d.t.Errorf("the card outlived the storing: %q %q", pan, cvv)
	}
	return s, err
}

func (d *desk) mustStore(id string) order.Stored {
	d.t.Helper()
	s, err := d.store(id)
	if err != nil || s.State != order.StoredWaiting {
		d.t.Fatalf("stored: %s, %v", s.State, err)
	}
	return s
}

// forward takes a stored sale to the host and back.
func (d *desk) forward(id string) bool {
	d.t.Helper()
	ready, err := d.Forward(background, nil, []string{id})
	if err != nil {
		d.t.Fatal(err)
	}
	if len(ready) == 0 {
		return false
	}
	d.ForwardSend(id)
	if _, err := d.Forward(background, []string{id}, nil); err != nil {
		d.t.Fatal(err)
	}
	return true
}

// kept checks a stored sale: its state in the journal, and that its sealed card
// is there exactly as long as it may be forwarded.
func (d *desk) kept(id string, want order.StoredState) order.Stored {
	d.t.Helper()
	s, err := d.journal.Stored(background, id)
	if err != nil || s.State != want {
		d.t.Errorf("stored sale is %s, %v; want %s", s.State, err, want)
	}
	_, err = d.journal.SealedCard(background, id)
	if errors.Is(err, order.ErrNotFound) == s.State.Sealed() {
		d.t.Errorf("the sealed card of a sale that is %s: %v", s.State, err)
	}
	return s
}

// traces searches the journal's files and the log for the card.
func (d *desk) traces() {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.journal.Dir(), "*"))
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err == nil && bytes.Contains(data, []byte("4111111111111111")) {
			d.t.Errorf("the card number lies in %s", f)
		}
	}
	if strings.Contains(d.log.String(), "4111111111111111") {
		d.t.Error("the card number lies in the log")
	}
}

func TestStoredSaleIsForwarded(t *testing.T) {
	d := awayDesk(t)
	s := d.mustStore("o1")
	if got := d.tape.take(); !slices.Equal(got, []string{"commit key.begun", "commit key.made",
		"commit order.open", "commit stored.stored", "commit job.queued", "commit job.queued"}) {
		t.Errorf("steps %v", got)
	}
	d.kept(s.ID, order.StoredWaiting)
	d.traces()
	snap := d.Snapshot().Stored
	if snap.Room.Unsent.Count != 1 || snap.Room.Unsent.Total != usd(2000) || len(snap.Waiting) != 1 || !strings.HasPrefix(snap.Room.Text, "1 of 20, $20.00 of $500.00") {
		t.Errorf("snapshot %+v", snap)
	}
	_, err := d.charge("o1")
	wantProblem(t, err, engine.ProblemStored)
	wantProblem(t, d.AbandonOrder(background, "o1"), engine.ProblemStored)
	_, err = d.TakeCash(background, "o1", usd(2000), usd(2000))
	wantProblem(t, err, engine.ProblemStored)
	if d.ForwardFree() {
		t.Error("forwarding is free while the host is away")
	}
	d.restart() // everything is in the journal
	d.back()
	if !d.ForwardFree() {
		t.Error("forwarding is not free")
	}
	var pan []byte
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		pan = bytes.Clone(d.host.card.PAN())
		if len(d.host.card.CVV()) != 0 || d.host.card.Expiry() != (card.Expiry{Year: 2030, Month: 12}) {
			t.Errorf("the card came back as %q, %v", d.host.card.CVV(), d.host.card.Expiry())
		}
		d.kept(s.ID, order.StoredForwarding)
		return approved(n, a)
	}
	d.tape.take()
	if !d.forward(s.ID) {
		t.Fatal("not ready")
	}
	if got := d.tape.take(); !slices.Equal(got, []string{"commit attempt.sending", "commit stored.forwarding", "sale",
		"commit attempt.approved", "commit stored.approved", "commit order.paid-card", "commit job.queued"}) {
		t.Errorf("steps %v", got)
	}
	got := d.kept(s.ID, order.StoredApproved)
	o, err := d.journal.Order(background, "o1")
	if string(pan) != "4111111111111111" || got.Approved != usd(2000) || err != nil || o.State != order.PaidCard || o.PaidBy != got.Number || o.Stored != "" {
		t.Errorf("%q: %+v of %+v, %v", pan, got, o, err)
	}
	if a := d.Snapshot(); len(a.Stored.Waiting)+len(a.News)+len(a.Live) != 0 || a.Last != nil {
		t.Errorf("left over: %+v", a)
	}
	if len(d.secrets.values) != 1 {
		t.Errorf("%d keys, want the one", len(d.secrets.values))
	}
	if err := d.ForwardRest(background); err != nil || len(d.secrets.values) != 0 {
		t.Errorf("%d keys outlived the last stored sale, %v", len(d.secrets.values), err)
	}
	d.traces()
	d.clock.Advance(time.Hour)
	d.signIn("sue")
	d.away()
	if next := d.mustStore("o2"); next.Key == s.Key {
		t.Error("a destroyed key is used again")
	}
}

func TestStoreIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(d *desk)
		c    engine.Charge
		want string
	}{
		{"switched off", func(d *desk) { d.cfg.Offline.Enabled = false; d.Configure(d.cfg) }, engine.Charge{}, engine.ProblemOffline},
		{"too much", nil, engine.Charge{Amount: usd(5001)}, engine.ProblemApproval},
		{"too little", nil, engine.Charge{Amount: usd(1)}, engine.ProblemAmountLow},
		{"the host is there", func(d *desk) { d.back() }, engine.Charge{}, engine.ProblemOnline},
		{"a hold", nil, engine.Charge{Kind: order.KindAuth}, engine.ProblemOffline},
		{"supplier cards", nil, engine.Charge{Payments: 1}, engine.ProblemOffline},
		{"details", nil, engine.Charge{Details: "{}"}, engine.ProblemOffline},
		{"nobody", func(d *desk) { d.SignOut(background) }, engine.Charge{}, engine.ProblemSignIn},
		{"no device", func(d *desk) { d.cfg.Device = ""; d.Configure(d.cfg) }, engine.Charge{}, engine.ProblemNoDevice},
		{"no more", func(d *desk) { d.cfg.Offline.Count = 1; d.Configure(d.cfg); d.mustStore("o0") }, engine.Charge{}, engine.ProblemApproval},
		{"in doubt", func(d *desk) { d.back(); d.host.sale = noAnswer; d.mustCharge("o1", order.Unknown); d.away() }, engine.Charge{Amount: usd(2000)}, engine.ProblemNotAllowed},
		{"declined", func(d *desk) { d.back(); d.host.sale = declined; d.mustCharge("o1", order.Declined); d.away() }, engine.Charge{Amount: usd(2000)}, engine.ProblemNotAllowed},
		{"approved", func(d *desk) { d.back(); d.mustCharge("o1", order.Approved); d.away() }, engine.Charge{Amount: usd(2000)}, engine.ProblemOrderClosed},
		{"another amount", func(d *desk) { notSent(d); d.mustCharge("o1", order.NotSent) }, engine.Charge{Amount: usd(1000)}, engine.ProblemNotAllowed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := awayDesk(t)
			if tt.set != nil {
				tt.set(d)
			}
			tt.c.Order = "o1"
			if tt.c.Amount == (money.Amount{}) {
				tt.c.Amount = usd(100)
			}
			_, err := d.StoreOffer(background, tt.c)
			wantProblem(t, err, tt.want)
			_, err = d.StoreSale(background, tt.c, testCard(t))
			wantProblem(t, err, tt.want)
			if waiting, _ := d.StoredSales(); len(waiting) > 1 {
				t.Errorf("stored %v", waiting)
			}
		})
	}
	d := awayDesk(t)
	old, err := card.New([]byte("4111111111111111"), nil, card.Expiry{Year: 2026, Month: 4}, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.StoreSale(background, engine.Charge{Order: "o1", Amount: usd(100)}, old)
	wantProblem(t, err, engine.ProblemOffline)
	d.secrets.broken = errors.New("the keyring is locked: unlock it and try again.")
	_, err = d.store("o1")
	wantProblem(t, err, engine.ProblemSealing)
	d.secrets.broken = nil
	d.mustStore("o1")
	if err := d.ForwardRest(background); err != nil || len(d.secrets.values) != 1 {
		t.Errorf("%d keys, %v: the one that could not be made is to go, the other to stay", len(d.secrets.values), err)
	}
}

func notSent(d *desk) {
	d.host.sale = func(string, money.Amount) order.Evidence { return order.Evidence{Stage: order.NotConnected} }
}

// A charge that did not leave this machine may be stored, although nobody has
// noticed yet that the host is away.
func TestStoreAfterNotSent(t *testing.T) {
	d := awayDesk(t)
	d.back()
	notSent(d)
	d.mustCharge("o1", order.NotSent)
	if room, err := d.StoreOffer(background, engine.Charge{Order: "o1", Amount: usd(2000)}); err != nil || room.Left != 20 {
		t.Fatalf("offer %+v, %v", room, err)
	}
	s := d.mustStore("o1")
	d.host.sale = approved
	d.forward(s.ID)
	d.kept(s.ID, order.StoredApproved)
	if n := d.host.sales.Load(); n != 2 {
		t.Errorf("%d charges sent", n)
	}
}

func TestForwardingEnds(t *testing.T) {
	for _, tt := range []struct {
		name    string
		sale    func(string, money.Amount) order.Evidence
		attempt order.State
		want    order.StoredState
		missing int64
	}{
		{"approved", approved, order.Approved, order.StoredApproved, 0},
		{"part", partly, order.Approved, order.Uncollected, 1000},
		{"declined", declined, order.Declined, order.Uncollected, 2000},
		{"silence", noAnswer, order.Unknown, order.StoredForwarding, 0},
		{"not connected", func(string, money.Amount) order.Evidence { return order.Evidence{Stage: order.NotConnected} }, order.NotSent, order.StoredWaiting, 0},
		{"login", func(string, money.Amount) order.Evidence {
			return order.Evidence{Stage: order.Answered, HTTP: 401, Body: order.BodyError, Message: "no"}
		}, order.Refused, order.StoredWaiting, 0},
		{"no authorisation", func(n string, a money.Amount) order.Evidence {
			e := approved(n, a)
			e.AuthCode = ""
			return e
		}, order.Unknown, order.StoredForwarding, 0},
		{"mismatch", func(_ string, a money.Amount) order.Evidence { return approved("another", a) }, order.Review, order.StoredForwarding, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := awayDesk(t)
			s := d.mustStore("o1")
			d.back()
			d.host.sale = tt.sale
			d.forward(s.ID)
			s = d.kept(s.ID, tt.want)
			if a := d.stored(s.Number); a.State != tt.attempt {
				t.Errorf("attempt %s, want %s", a.State, tt.attempt)
			}
			if v := d.Snapshot().Stored; v.MissingTotal.Minor != tt.missing || v.MissingCount != len(v.Missing) || (tt.missing > 0) != (v.MissingCount == 1) ||
				(v.Room.Unsent.Count == 1) != tt.want.Sealed() {
				t.Errorf("snapshot %+v", v)
			}
			o, err := d.journal.Order(background, "o1")
			if err != nil || (o.Stored != "") != tt.want.Sealed() || (o.State == order.PaidCard) != (tt.attempt == order.Approved) {
				t.Errorf("order %+v, %v", o, err)
			}
			d.traces()
		})
	}
}

// What cannot be opened is kept and listed, and the others go on.
func TestCardsThatDoNotOpen(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, d *desk, s, other order.Stored)
		cure  func(d *desk)
		want  string
	}{
		{"key lost", func(_ *testing.T, d *desk, _, _ order.Stored) { clear(d.secrets.values) }, nil, "no longer on this computer"},
		{"keyring locked", func(_ *testing.T, d *desk, _, _ order.Stored) { d.secrets.broken = errors.New("locked") },
			func(d *desk) { d.secrets.broken = nil }, "unlock this computer's keyring"},
		{"key changed", func(_ *testing.T, d *desk, _, _ order.Stored) {
			for name := range d.secrets.values {
				d.secrets.values[name] = []byte("short")
			}
		}, nil, "cannot be used"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := awayDesk(t)
			s, other := d.mustStore("o1"), d.mustStore("o2")
			d.restart()
			d.back()
			tt.spoil(t, d, s, other)
			if d.forward(s.ID) {
				t.Fatal("it was sent")
			}
			got := d.kept(s.ID, order.StoredWaiting)
			if got.Cause != order.CauseSealed || !strings.Contains(got.Message, tt.want) || d.host.sales.Load() != 0 {
				t.Errorf("%q: %q, %d sent", got.Cause, got.Message, d.host.sales.Load())
			}
			if v := d.Snapshot().Stored; len(v.Waiting) != 2 {
				t.Errorf("listed %+v", v.Waiting)
			}
			if tt.cure == nil {
				d.signIn("sue")
				if got, err := d.WriteOffStored(background, s.ID, "the key is lost"); err != nil || got.State != order.WrittenOff {
					t.Errorf("%s, %v", got.State, err)
				}
				d.kept(s.ID, order.WrittenOff)
				return
			}
			tt.cure(d)
			d.forward(s.ID)
			d.kept(s.ID, order.StoredApproved)
		})
	}
}

// A journal that was put back may not know of a later attempt, so that nothing
// it has as stored is forwarded; one that was on its way is looked for.
func TestPutBackIsNotForwarded(t *testing.T) {
	d := awayDesk(t)
	a, b := d.mustStore("o1"), d.mustStore("o2")
	d.back()
	d.host.sale = noAnswer
	d.forward(b.ID)
	sent := d.host.sales.Load()
	d.journal.set(func() { d.journal.old = true })
	d.restart()
	if d.ForwardFree() {
		t.Error("forwarding is free before the comparison")
	}
	if s := d.kept(a.ID, order.Uncollected); s.Cause != order.CauseRestored {
		t.Errorf("cause %q", s.Cause)
	}
	d.kept(b.ID, order.StoredForwarding)
	d.signIn("sue")
	d.away()
	_, err := d.store("o3")
	wantProblem(t, err, engine.ProblemRestored)
	d.journal.set(func() { d.journal.old = false })
	d.host.find = func(string) order.Finding { return order.Finding{} }
	d.host.reverse = func(string) order.ReversalAnswer { return order.ReversalNothing }
	for range 20 {
		if len(d.PendingPayments()) > 0 {
			d.due()
		}
	}
	if s := d.kept(b.ID, order.Uncollected); s.Cause != order.CauseRestored || d.host.sales.Load() != sent {
		t.Errorf("cause %q, %d sent", s.Cause, d.host.sales.Load())
	}
}

// A host that does not serve the terminal or the account just now refuses no
// sale: the card is kept, and the others are not tried for now.
func TestForwardToARefusingAccount(t *testing.T) {
	d := awayDesk(t)
	s := d.mustStore("o1")
	d.back()
	d.host.sale = func(n string, a money.Amount) order.Evidence {
		e := declined(n, a)
		e.Code, e.Message = "D0060", "Inactive account"
		return e
	}
	if ready, err := d.Forward(background, nil, []string{s.ID}); len(ready) != 1 || err != nil {
		t.Fatal(ready, err)
	}
	if d.ForwardSend(s.ID) {
		t.Error("the others would be sent, too")
	}
	if _, err := d.Forward(background, []string{s.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if got := d.kept(s.ID, order.StoredWaiting); got.Code != "D0060" {
		t.Errorf("it does not say why: %+v", got)
	}
	d.host.sale = approved
	d.finish(s.ID)
	d.kept(s.ID, order.StoredApproved)
}
