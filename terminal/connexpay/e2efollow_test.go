package connexpay_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// counter is a client in front of a sandbox host of one dialect, whose batches
// close at midnight.
type counter struct {
	*testing.T
	c      *connexpay.Client
	now    *clock.Virtual
	number int
}

func newCounter(t *testing.T, dialect sandbox.Dialect) *counter {
	t.Helper()
	now := clock.NewVirtual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "ledger.db"), Clock: now, Dialect: dialect,
		AutoClose: sandbox.AutoClose{Zone: time.UTC}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(host.Handler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(func() { _ = host.Close(); server.Close() })
	c, err := connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername, MerchantGUID: sandbox.MerchantGUID,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, LoopbackOnly: true, Clock: now,
		SaleTimeout: 2 * time.Second, Offer: order.Offer{Dialect: order.Dialect(dialect)}})
	if err != nil {
		t.Fatal(err)
	}
	return &counter{T: t, c: c, now: now}
}

func (d *counter) card(o sandbox.Outcome) *card.Card {
	d.Helper()
	cd, err := card.New([]byte(cardFor(d.T, o)), nil, card.Expiry{Year: 2028, Month: 9}, "ADA LOVELACE")
	if err != nil {
		d.Fatal(err)
	}
	return cd
}

func (d *counter) next() string {
	d.number++
	return fmt.Sprintf("TEST0000000%06d", d.number)
}

// charge sends one, and names what was made as a target.
func (d *counter) charge(kind order.Kind, minor int64, o sandbox.Outcome) (order.CardRequest, order.Target, order.Evidence) {
	d.Helper()
	cd := d.card(o)
	q := order.CardRequest{Kind: kind, Number: d.next(), Device: sandbox.DeviceGUID, Amount: money.New(minor, money.USD),
		Last4: cd.Last4(), Created: d.now.Now()}
	e := d.c.Charge(context.Background(), q, cd)
	return q, order.Target{Kind: kind, GUID: e.GUID, Number: q.Number, Device: q.Device}, e
}

// follow sends a follow-up; want is what its row must have been found as.
func (d *counter) follow(act order.Act, of order.Target, minor int64, known ...string) (order.FollowRequest, order.Evidence) {
	d.Helper()
	f := order.FollowRequest{Act: act, Number: d.next(), Device: sandbox.DeviceGUID, Amount: money.New(minor, money.USD), Target: of, Known: known}
	return f, d.c.Follow(context.Background(), f, nil)
}

func (d *counter) granted(what string, e order.Evidence) {
	d.Helper()
	if e.Body != order.BodySale || e.Status != "Transaction - Approved" || e.Processed == nil || !*e.Processed || e.GUID == "" || e.Device != sandbox.DeviceGUID {
		d.Errorf("%s: got %+v", what, e)
	}
}

// looks checks how many rows of a follow-up are found.
func (d *counter) looks(what string, f order.FollowRequest, want int) order.Finding {
	d.Helper()
	got := d.c.FindFollow(context.Background(), f)
	if got.Failed || got.Impossible || len(got.Hits) != want {
		d.Errorf("%s: got %+v, want %d rows", what, got, want)
	}
	return got
}

func bothDialects(t *testing.T, run func(*counter)) {
	for _, dialect := range []sandbox.Dialect{sandbox.DialectDocument, sandbox.DialectCurrent} {
		t.Run(string(dialect), func(t *testing.T) { run(newCounter(t, dialect)) })
	}
}

// TestSandboxVoid voids a sale: once it is found, twice it is refused.
func TestSandboxVoid(t *testing.T) {
	bothDialects(t, func(d *counter) {
		_, sale, e := d.charge(order.KindSale, 1000, sandbox.Approved)
		d.granted("sale", e)
		d.looks("void that was not asked for", order.FollowRequest{Act: order.Void, Number: d.next(), Device: sandbox.DeviceGUID, Target: sale}, 0)
		f, e := d.follow(order.Void, sale, 1000)
		d.granted("void", e)
		if e.Target != sale.GUID || e.Effective == nil || !e.Effective.IsZero() {
			d.Errorf("void: got %+v", e)
		}
		if found := d.looks("void", f, 1); len(found.Hits) == 1 && (found.Hits[0].GUID != e.GUID || found.Hits[0].Target != sale.GUID) {
			d.Errorf("got %+v, want %s", found, e.GUID)
		}
		if _, again := d.follow(order.Void, sale, 1000); again.Body != order.BodyError || again.Message == "" {
			d.Errorf("second void: got %+v", again)
		}
	})
}

// TestSandboxReturn returns twice the same amount of a settled sale: each is
// told from the other by what the journal knows.
func TestSandboxReturn(t *testing.T) {
	bothDialects(t, func(d *counter) {
		_, sale, _ := d.charge(order.KindSale, 1000, sandbox.Approved)
		early, e := d.follow(order.Return, sale, 400)
		if e.Body != order.BodyError {
			d.Errorf("return before settlement: got %+v", e)
		}
		d.looks("return before settlement", early, 0)
		if got := d.c.BatchOf(context.Background(), order.Witness{GUID: sale.GUID, Number: sale.Number}); !got.Answered || got.Closed {
			d.Errorf("open batch: got %+v", got)
		}
		d.now.Advance(24 * time.Hour)
		if got := d.c.BatchOf(context.Background(), order.Witness{GUID: sale.GUID, Number: sale.Number}); !got.Closed {
			d.Errorf("closed batch: got %+v", got)
		}
		f, first := d.follow(order.Return, sale, 400)
		d.granted("return", first)
		if first.Target != sale.GUID || first.Amount == nil || first.Amount.Minor != 400 {
			d.Errorf("return: got %+v", first)
		}
		d.looks("return", f, 1)
		f.Known = []string{first.GUID}
		d.looks("no other return", f, 0)
		d.now.Advance(2 * time.Minute)
		f, second := d.follow(order.Return, sale, 400, first.GUID)
		d.granted("second return", second)
		if found := d.looks("second return", f, 1); len(found.Hits) == 1 && found.Hits[0].GUID != second.GUID {
			d.Errorf("second return: got %+v, want %s", found.Hits, second.GUID)
		}
		if _, over := d.follow(order.Return, sale, 400, first.GUID, second.GUID); over.Body != order.BodyError {
			d.Errorf("more than the sale: got %+v", over)
		}
	})
}

// TestSandboxCapture captures a hold; where the account takes less than was
// held, less.
func TestSandboxCapture(t *testing.T) {
	bothDialects(t, func(d *counter) {
		_, hold, e := d.charge(order.KindAuth, 1000, sandbox.Approved)
		d.granted("hold", e)
		d.looks("capture that was not asked for", order.FollowRequest{Act: order.Capture, Number: d.next(), Device: sandbox.DeviceGUID, Target: hold}, 0)
		f, e := d.follow(order.Capture, hold, 600)
		d.granted("capture", e)
		want := int64(600)
		if d.Name() == "TestSandboxCapture/current" {
			want = 1000
		}
		if e.Made == "" || e.Made == e.GUID || e.Amount == nil || e.Amount.Minor != want {
			d.Errorf("capture: got %+v, want %d", e, want)
		}
		found := d.looks("capture", f, 1)
		for _, hit := range found.Hits {
			if hit.Made != e.Made || hit.GUID != e.GUID || hit.Target != hold.GUID {
				d.Errorf("capture: got %+v, want %s that made %s", hit, e.GUID, e.Made)
			}
		}
		if _, again := d.follow(order.Capture, hold, 600); again.Body != order.BodyError {
			d.Errorf("second capture: got %+v", again)
		}
		_, undone := d.follow(order.Void, order.Target{GUID: e.Made, Device: sandbox.DeviceGUID}, want)
		d.granted("void of what it made", undone)
	})
}

// TestSandboxReverse takes back charges whose answers were lost.
func TestSandboxReverse(t *testing.T) {
	ctx := context.Background()
	bothDialects(t, func(d *counter) {
		q, _, e := d.charge(order.KindSale, 1000, sandbox.AnswerLost)
		if e.Stage != order.NoAnswer {
			d.Fatalf("got %+v", e)
		}
		for range 2 { // it may be sent any number of times
			if got := d.c.Reverse(ctx, q); got != order.ReversalDone {
				d.Errorf("reversal: got %s", got)
			}
		}
		if f := d.c.Find(ctx, q); len(f.Hits) != 1 || !order.Voided(f.Hits[0]) {
			d.Errorf("after the reversal: got %+v", f)
		}
		q.Number = d.next()
		if got := d.c.Reverse(ctx, q); got != order.ReversalNothing {
			d.Errorf("reversal of nothing: got %s", got)
		}
		q, hold, _ := d.charge(order.KindAuth, 2000, sandbox.Approved)
		q.GUID = hold.GUID
		if got := d.c.Reverse(ctx, q); got != order.ReversalDone {
			d.Errorf("reversal of a hold: got %s", got)
		}
		q, sale, _ := d.charge(order.KindSale, 3000, sandbox.Approved)
		q.GUID = sale.GUID
		d.now.Advance(24 * time.Hour)
		if got := d.c.Reverse(ctx, q); got != order.ReversalSettled {
			d.Errorf("reversal of a settled sale: got %s", got)
		}
	})
}

// TestSandboxHold finds a hold whose answer was lost, in the dialect that can.
func TestSandboxHold(t *testing.T) {
	ctx := context.Background()
	d := newCounter(t, sandbox.DialectDocument)
	d.charge(order.KindAuth, 1000, sandbox.Approved)
	q, _, _ := d.charge(order.KindAuth, 1000, sandbox.AnswerLost)
	if f := d.c.Find(ctx, q); f.Failed || f.Impossible || len(f.Hits) != 1 {
		t.Errorf("got %+v", f)
	}
	if got := d.c.Reverse(ctx, q); got != order.ReversalDone {
		t.Errorf("reversal: got %s", got)
	}
	q.Number, q.Last4 = d.next(), "0000"
	if f := d.c.Find(ctx, q); f.Failed || f.Impossible || len(f.Hits) != 0 {
		t.Errorf("none: got %+v", f)
	}
	d = newCounter(t, sandbox.DialectCurrent)
	q, _, _ = d.charge(order.KindAuth, 1000, sandbox.AnswerLost)
	if f := d.c.Find(ctx, q); !f.Impossible {
		t.Errorf("current: got %+v", f)
	}
}

// TestSandboxCheck checks cards, and charges one by its token.
func TestSandboxCheck(t *testing.T) {
	ctx := context.Background()
	bothDialects(t, func(d *counter) {
		f := order.FollowRequest{Act: order.Check, Number: d.next(), Device: sandbox.DeviceGUID}
		d.granted("check", d.c.Follow(ctx, f, d.card(sandbox.Approved)))
		if e := d.c.Follow(ctx, f, d.card(sandbox.Declined)); e.Processed == nil || *e.Processed && e.Status == "Transaction - Approved" {
			d.Errorf("a bad card: got %+v", e)
		}
		verified, err := d.c.CreateVerify(ctx, connexpay.VerifyRequest{DeviceGuid: sandbox.DeviceGUID}, connexpay.Tender{Card: d.card(sandbox.Approved)})
		if err != nil || verified.Card == nil {
			d.Fatalf("got %+v, %v", verified, err)
		}
		token := connexpay.Tender{Token: string(verified.Card.CardNumber), GUID: string(verified.Card.GUID)}
		sale, err := d.c.CreateSale(ctx, connexpay.SaleRequest{DeviceGuid: sandbox.DeviceGUID, Amount: "10.00", SequenceNumber: d.next(),
			RiskProcessingOnly: new(bool), RiskData: connexpay.RiskData{Gender: "M", ProductType: "Retail", ProductItem: "x"}}, token)
		if err != nil || sale.Status != "Transaction - Approved" || sale.Card.Last4 != verified.Card.Last4 {
			d.Errorf("by token: got %+v, %v", sale, err)
		}
	})
}
