package xero_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	sandbox "paydesk/terminal/sandbox/xero"
	"paydesk/terminal/xero"
)

var noon = time.Date(2026, 10, 10, 12, 0, 0, 0, time.UTC)

// desk is a client with the organisation that it posts to.
type desk struct {
	there *sandbox.Server
	clock *clock.Virtual
	cfg   xero.Config
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{clock: clock.NewVirtual(noon)}
	var err error
	if d.there, err = sandbox.New(sandbox.Config{Clock: d.clock, Faults: true}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(d.there)
	t.Cleanup(server.Close)
	d.cfg = xero.Config{ClientID: sandbox.ClientID, Scopes: "granular", BaseURL: server.URL + sandbox.APIPath, LoginURL: server.URL + sandbox.LoginPath,
		LoopbackOnly: true, Clock: d.clock, Secret: func() (string, error) { return sandbox.ClientSecret, nil }}
	return d
}

// client is a new one, as after a start.
func (d *desk) client(t *testing.T) *xero.Client {
	t.Helper()
	c, err := xero.New(d.cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

var books = order.Books{Contact: "Counter sales", Sales: "200", Fees: "404", TaxType: "OUTPUT", Tracking: "Store: T01", Origin: "K3F9A", Unit: money.USD, Test: true,
	Clearing: map[string]string{order.BookCards: "0910", order.BookCash: "0911", order.BookPayPal: "0912", order.BookRazorpay: "0913"}}

var day = []order.Movement{
	{Kind: order.MovedSale, Tender: order.TenderCard, Amount: usd(1190), Tax: usd(90), Tip: usd(100)},
	{Kind: order.MovedSale, Tender: order.TenderCash, Amount: usd(500), Tax: usd(41)},
	{Kind: order.MovedReturn, Tender: order.TenderCash, Amount: usd(200), Tax: usd(16)},
	{Kind: order.MovedVoid, Tender: order.TenderCard, Amount: usd(90)},
	{Kind: order.MovedSale, Tender: order.TenderWallet, Brand: "paypal", Amount: usd(700), Fee: usd(30)},
}

// export is a day as it is to be posted.
func export(t *testing.T, invoices bool) order.Export {
	t.Helper()
	movements := func(yield func(order.Movement, error) bool) {
		for _, m := range day {
			if !yield(m, nil) {
				return
			}
		}
	}
	figures, err := order.SumUp(money.USD, order.Days{}, movements)
	if err != nil {
		t.Fatal(err)
	}
	z := order.ZReport{ID: order.ZID(12), Number: 12, Day: "2026-10-09", Figures: figures}
	k := books
	k.Invoices = invoices
	postings, err := k.Postings(order.ExportXero, z, z.Day, movements)
	if err != nil {
		t.Fatal(err)
	}
	return order.Export{ID: order.ExportID(order.ExportXero, 12), Version: 1, Target: order.ExportXero, Z: 12, Day: z.Day, Postings: postings}
}

var errCrash = errors.New("the machine lost its power")

// memory is the journal of one export. From the commit numbered dies on it is out,
// before or after that one became durable.
type memory struct {
	kept    order.Export
	n, dies int
	before  bool
	kinds   []string
}

func (m *memory) keep(what string, e order.Export) error {
	m.n++
	if m.n == m.dies && m.before {
		return errCrash
	}
	if e.Version <= m.kept.Version {
		return fmt.Errorf("version %d behind %d", e.Version, m.kept.Version)
	}
	m.kept = e
	m.kinds = append(m.kinds, what)
	if m.n == m.dies {
		return errCrash
	}
	return nil
}

// finish runs an export, with a new client each time as after a start, until it
// does not go on by itself.
func (d *desk) finish(t *testing.T, m *memory) {
	t.Helper()
	for range 20 {
		_, _, err := d.client(t).Run(context.Background(), m.kept, m.keep)
		if err != nil && !errors.Is(err, errCrash) {
			t.Fatal(err)
		}
		if !m.kept.Waits() {
			return
		}
		d.clock.Advance(time.Minute)
	}
	t.Fatalf("it does not come to its end: %+v", m.kept)
}

// agree holds the organisation's books against the day, each entry once.
func (d *desk) agree(t *testing.T, e order.Export) {
	t.Helper()
	if !e.Done {
		t.Errorf("not done: %+v", e.Postings)
	}
	seen := map[string]int{}
	net := map[string]int64{}
	for _, tr := range d.there.Transactions() {
		seen[tr.Reference]++
		sign := int64(1)
		if tr.Type == "SPEND" {
			sign = -1
		}
		net[tr.BankAccount.Code] += sign * int64(tr.Total)
	}
	for _, i := range d.there.Invoices() {
		seen[i.InvoiceNumber]++
		if i.AmountDue != 0 || i.Status != "PAID" {
			t.Errorf("invoice %s has %d left to pay", i.InvoiceNumber, i.AmountDue)
		}
	}
	for _, p := range d.there.Payments() {
		seen[p.Reference]++
		net[p.Account.Code] += int64(p.Amount)
	}
	for _, p := range e.Postings {
		if seen[p.Reference] != 1 {
			t.Errorf("%s is there %d times", p.Reference, seen[p.Reference])
		}
	}
	want := map[string]int64{"0910": 1100, "0911": 300, "0912": 670}
	if len(seen) != len(e.Postings) || fmt.Sprint(net) != fmt.Sprint(want) {
		t.Errorf("the books have %v in %d entries, want %v in %d", net, len(seen), want, len(e.Postings))
	}
}

// Whatever is lost at whichever call, and however often the machine loses its power
// at whichever commit, a day is posted once, and the books have what it came to.
func TestPostedOnce(t *testing.T) {
	kinds := []sandbox.FaultKind{"", sandbox.LostBefore, sandbox.LostAfter, sandbox.Late, sandbox.Busy, sandbox.Broken, sandbox.BrokenLate, sandbox.Expired}
	for _, invoices := range []bool{false, true} {
		calls := []string{"PUT ", "GET ", "POST token"}
		for _, call := range calls {
			for nth := 1; nth <= 6; nth++ {
				for _, kind := range kinds {
					d := newDesk(t)
					if err := d.there.Disturb(sandbox.Fault{Kind: kind, Call: call, Nth: nth}); err != nil {
						t.Fatal(err)
					}
					m := &memory{kept: export(t, invoices)}
					d.finish(t, m)
					d.agree(t, m.kept)
					if t.Failed() {
						t.Fatalf("invoices %v, %s %s %d", invoices, kind, call, nth)
					}
				}
			}
		}
		for _, before := range []bool{true, false} {
			for dies := 1; dies <= 12; dies++ {
				for _, kind := range kinds {
					d := newDesk(t)
					if err := d.there.Disturb(sandbox.Fault{Kind: kind, Call: "PUT ", Nth: 1 + dies/2}); err != nil {
						t.Fatal(err)
					}
					m := &memory{kept: export(t, invoices), dies: dies, before: before}
					d.finish(t, m)
					d.agree(t, m.kept)
					if t.Failed() {
						t.Fatalf("invoices %v, dies %d before %v, %s", invoices, dies, before, kind)
					}
				}
			}
		}
	}
}

// A journal that was put back does not know what was posted, and finds it.
func TestPostedBeforeTheJournalWasPutBack(t *testing.T) {
	d := newDesk(t)
	first := &memory{kept: export(t, false)}
	d.finish(t, first)
	again := &memory{kept: export(t, false)}
	d.finish(t, again)
	d.agree(t, again.kept)
	if slices.Contains(again.kinds, "export.sending") {
		t.Errorf("it was sent again: %v", again.kinds)
	}
}

// What Xero finds wrong is said, holds up nothing else, and is posted once it was
// corrected.
func TestRejectedAndCorrected(t *testing.T) {
	d := newDesk(t)
	wrong := export(t, true)
	wrong.Postings[0].Lines[0].Account = "999"
	m := &memory{kept: wrong}
	d.finish(t, m)
	p := m.kept.Postings[0]
	if p.State != order.PostRejected || !strings.Contains(p.Message, "Account code '999' is not a valid code") || m.kept.Done {
		t.Fatalf("%+v", p)
	}
	if got := len(d.there.Payments()); got != 0 {
		t.Errorf("%d payments of no invoice", got)
	}
	if got := len(d.there.Transactions()); got != 3 {
		t.Errorf("%d other entries, want 3", got)
	}
	fixed, err := m.kept.Correct(export(t, true).Postings, noon)
	if err != nil {
		t.Fatal(err)
	}
	m.kept = fixed
	d.finish(t, m)
	d.agree(t, m.kept)
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(d *desk)
		want string
		is   order.PostState
	}{
		{"locked", func(d *desk) { d.there.Lock("2026-10-31") }, "period lock date", order.PostRejected},
		{"secret", func(d *desk) { d.cfg.Secret = func() (string, error) { return "other", nil } }, xero.ErrSignIn.Error(), order.PostRejected},
		{"no secret", func(d *desk) { d.cfg.Secret = func() (string, error) { return "", errors.New("no") } }, xero.ErrNoSecret.Error(), order.PostRejected},
		{"scopes", func(d *desk) { d.cfg.Scopes = "broad" }, xero.ErrScope.Error(), order.PostRejected},
		{"another machine", func(d *desk) { d.cfg.BaseURL = "https://api.example/x" }, "", order.PostBuilt},
	} {
		d := newDesk(t)
		tt.do(d)
		m := &memory{kept: export(t, false)}
		_, _, err := d.client(t).Run(context.Background(), m.kept, m.keep)
		p := m.kept.Postings[0]
		if err != nil || p.State != tt.is || !strings.Contains(p.Message, tt.want) || p.Message == "" {
			t.Errorf("%s: %s %q, %v; want %s %q", tt.name, p.State, p.Message, err, tt.is, tt.want)
		}
		if strings.Contains(fmt.Sprint(m.kept, err), sandbox.ClientSecret) {
			t.Errorf("%s: the secret is told", tt.name)
		}
	}
}

// A total that is a cent off is in the books, and told.
func TestAnotherTotal(t *testing.T) {
	d := newDesk(t)
	if err := d.there.Disturb(sandbox.Fault{Kind: sandbox.OneMore, Call: "PUT BankTransactions", Nth: 1}); err != nil {
		t.Fatal(err)
	}
	m := &memory{kept: export(t, false)}
	d.finish(t, m)
	p := m.kept.Postings[0]
	if p.State != order.PostDone || p.There != usd(1191) || !strings.Contains(p.Message, "11.91") {
		t.Errorf("%+v", p)
	}
}

// The limit of calls is kept to: what comes too soon waits as long as Xero says.
func TestLimit(t *testing.T) {
	d := newDesk(t)
	c := d.client(t)
	for range 60 {
		if err := c.Check(context.Background(), books); err != nil {
			if err.Error() != xero.ErrBusy.Error() {
				t.Fatal(err)
			}
			break
		}
	}
	m := &memory{kept: export(t, false)}
	_, wait, err := c.Run(context.Background(), m.kept, m.keep)
	if err != nil || wait != 7*time.Second || m.kept.Postings[0].State != order.PostBuilt {
		t.Errorf("wait %s, %s, %v", wait, m.kept.Postings[0].State, err)
	}
}

// A look that fails settles nothing about what may be there.
func TestUnknownStaysUnknown(t *testing.T) {
	d := newDesk(t)
	m := &memory{kept: export(t, false)}
	if err := d.there.Disturb(sandbox.Fault{Kind: sandbox.LostAfter, Call: "PUT ", Nth: 1}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.client(t).Run(context.Background(), m.kept, m.keep); err != nil {
		t.Fatal(err)
	}
	secret := d.cfg.Secret
	d.cfg.Secret = func() (string, error) { return "other", nil }
	if _, _, err := d.client(t).Run(context.Background(), m.kept, m.keep); err != nil || m.kept.Postings[0].State != order.PostUnknown {
		t.Errorf("%s, %v; want %s", m.kept.Postings[0].State, err, order.PostUnknown)
	}
	d.cfg.Secret = secret
	d.finish(t, m)
	d.agree(t, m.kept)
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(k *order.Books)
		want string
	}{
		{"right", func(*order.Books) {}, ""},
		{"currency", func(k *order.Books) { k.Unit = "EUR" }, "have no EUR"},
		{"accounts", func(k *order.Books) { k.Sales, k.Fees = "0910", "77" }, "0910, 77"},
		{"clearing", func(k *order.Books) { k.Clearing = map[string]string{order.BookCards: "200"} }, "kind: 200"},
		{"tax", func(k *order.Books) { k.TaxType = "INPUT" }, "no tax called INPUT"},
	} {
		d := newDesk(t)
		k := books
		tt.do(&k)
		err := d.client(t).Check(context.Background(), k)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// A person signs in once; from then on each token is asked for with what came with
// the last one, also after a start.
func TestSignIn(t *testing.T) {
	d := newDesk(t)
	kept := ""
	d.cfg.Standard, d.cfg.Listen = true, "127.0.0.1:0"
	d.cfg.Kept = func() (string, error) { return kept, nil }
	d.cfg.Keep = func(refresh string) error { kept = refresh; return nil }
	m := &memory{kept: export(t, false)}
	if _, _, err := d.client(t).Run(context.Background(), m.kept, m.keep); err != nil || m.kept.Postings[0].Message != xero.ErrSignedOut.Error() {
		t.Errorf("nobody is signed in: %q, %v", m.kept.Postings[0].Message, err)
	}
	browser := func(address string) error {
		r, err := http.Get(address)
		if err == nil {
			_ = r.Body.Close()
		}
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	who, err := d.client(t).SignIn(ctx, browser)
	if err != nil || len(who) != 1 || who[0].Tenant != sandbox.Tenant || kept == "" {
		t.Fatalf("%+v, %v", who, err)
	}
	d.cfg.Tenant = who[0].Tenant
	first := kept
	m = &memory{kept: export(t, false)}
	d.finish(t, m)
	d.agree(t, m.kept)
	if kept == first {
		t.Error("a refresh token is used twice")
	}
}

// Only the answer to this sign-in is taken.
func TestSignInTakesItsOwnAnswer(t *testing.T) {
	d := newDesk(t)
	d.cfg.Standard, d.cfg.Listen = true, "127.0.0.1:0"
	d.cfg.Keep = func(string) error { return nil }
	_, err := d.client(t).SignIn(context.Background(), func(address string) error {
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		back := strings.Replace(u.Query().Get("redirect_uri"), "localhost", "127.0.0.1", 1)
		for address, want := range map[string]int{back + "?code=x&state=other": http.StatusNotFound, back + "?state=" + u.Query().Get("state"): http.StatusOK} {
			r, err := http.Get(address)
			if err != nil {
				return err
			}
			_ = r.Body.Close()
			if r.StatusCode != want {
				t.Errorf("%s: %d, want %d", address, r.StatusCode, want)
			}
		}
		return nil
	})
	if !errors.Is(err, xero.ErrNotSigned) {
		t.Errorf("%v, want %v", err, xero.ErrNotSigned)
	}
}
