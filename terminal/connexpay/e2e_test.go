package connexpay_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// desk is a client in front of a sandbox host.
type desk struct {
	t      *testing.T
	client *connexpay.Client
	host   *sandbox.Host
	number int
}

func newDesk(t *testing.T, merchant, password string) *desk {
	t.Helper()
	now := clock.NewVirtual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "ledger.db"), Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(host.Handler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(func() { _ = host.Close(); server.Close() })
	client, err := connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername, MerchantGUID: merchant,
		Password: func() (string, error) { return password, nil }, Currency: money.USD, LoopbackOnly: true, Clock: now,
		SaleTimeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t: t, client: client, host: host}
}

// sell sends one sale under the next number and judges the answer.
func (d *desk) sell(pan string, minor int64) (string, order.Evidence, order.State) {
	d.t.Helper()
	d.number++
	number := fmt.Sprintf("TEST0000000%06d", d.number)
	cd, err := card.New([]byte(pan), nil, card.Expiry{Year: 2028, Month: 9}, "ADA LOVELACE")
	if err != nil {
		d.t.Fatal(err)
	}
	amount := money.New(minor, money.USD)
	e := d.client.Charge(context.Background(), order.CardRequest{Device: sandbox.DeviceGUID, Number: number, Amount: amount}, cd)
	a := order.Attempt{Number: number, Device: sandbox.DeviceGUID, Asked: amount, State: order.Sending}
	return number, e, order.Classify(a, e).State
}

func (d *desk) find(number string) order.Finding {
	return d.client.Find(context.Background(), order.CardRequest{Device: sandbox.DeviceGUID, Number: number})
}

// TestSandbox sells every kind of test card, looks each sale up afterwards,
// takes back what was lost, and closes the batch; by search and by list.
func TestSandbox(t *testing.T) {
	for road, merchant := range map[string]string{"search": sandbox.MerchantGUID, "list": ""} {
		t.Run(road, func(t *testing.T) {
			d := newDesk(t, merchant, sandbox.DefaultPassword)
			ctx := context.Background()
			if f := d.find("TEST0000000999999"); f.Failed || f.Impossible || f.Hits != nil {
				t.Errorf("an empty ledger: got %+v", f)
			}
			tests := []struct {
				outcome sandbox.Outcome
				want    order.State
				found   int
			}{
				{sandbox.Approved, order.Approved, 1}, {sandbox.PartlyApproved, order.PartApproved, 1},
				{sandbox.Declined, order.Declined, 1}, {sandbox.DeclinedAsError, order.Declined, 1},
				{sandbox.AnswerLost, order.Unknown, 1}, {sandbox.BadGateway, order.Unknown, 0},
				{sandbox.CreatedLocal, order.Unknown, 1}, {sandbox.NotReached, order.Unknown, 1},
			}
			for i, tt := range tests {
				number, e, got := d.sell(cardFor(t, tt.outcome), int64(1000+i))
				if got != tt.want {
					t.Errorf("%s: got %s, %+v, want %s", tt.outcome, got, e, tt.want)
				}
				f := d.find(number)
				if f.Failed || f.Impossible || len(f.Hits) != tt.found || tt.found == 1 && f.Hits[0].Number != number {
					t.Errorf("%s: find got %+v", tt.outcome, f)
				}
			}
			d.takeBack()
			_, kept, _ := d.sell(cardFor(t, sandbox.Approved), 2500)
			if got := d.client.BatchOf(ctx, order.Witness{GUID: kept.GUID}); !got.Answered || got.Closed || got.GUID != kept.Batch {
				t.Errorf("open batch: got %+v", got)
			}
			closed := d.client.CloseBatch(ctx, sandbox.DeviceGUID)
			if !closed.Closed || closed.Totals == nil || closed.GUID != kept.Batch {
				t.Fatalf("close: got %+v", closed)
			}
			if got := d.client.BatchOf(ctx, order.Witness{GUID: kept.GUID}); !got.Closed || got.Totals == nil || *got.Totals != *closed.Totals {
				t.Errorf("closed batch: got %+v, want the totals %+v", got, *closed.Totals)
			}
			if got := d.client.CloseBatch(ctx, sandbox.DeviceGUID); !got.Answered || got.Closed || got.Message != "No open batch" {
				t.Errorf("second close: got %+v", got)
			}
			if got := d.client.Reverse(ctx, order.CardRequest{Device: sandbox.DeviceGUID, Number: kept.Number}); got != order.ReversalSettled {
				t.Errorf("reversal of a settled sale: got %s", got)
			}
		})
	}
}

// takeBack loses an answer, reverses the sale, and finds it void.
func (d *desk) takeBack() {
	d.t.Helper()
	ctx := context.Background()
	number, _, _ := d.sell(cardFor(d.t, sandbox.AnswerLost), 3000)
	for range 2 { // it may be sent any number of times
		if got := d.client.Reverse(ctx, order.CardRequest{Device: sandbox.DeviceGUID, Number: number}); got != order.ReversalDone {
			d.t.Errorf("reversal: got %s", got)
		}
	}
	if f := d.find(number); len(f.Hits) != 1 || !order.Voided(f.Hits[0]) {
		d.t.Errorf("after the reversal: got %+v", f)
	}
	if got := d.client.Reverse(ctx, order.CardRequest{Device: sandbox.DeviceGUID, Number: "TEST0000000999999"}); got != order.ReversalNothing {
		d.t.Errorf("reversal of nothing: got %s", got)
	}
}

func cardFor(t *testing.T, o sandbox.Outcome) string {
	for _, c := range sandbox.Cards {
		if c.Outcome == o {
			return c.Number
		}
	}
	t.Fatalf("no card for %s", o)
	return ""
}

func TestSandboxSilence(t *testing.T) {
	d := newDesk(t, sandbox.MerchantGUID, sandbox.DefaultPassword)
	if _, e, got := d.sell(cardFor(t, sandbox.NoAnswer), 1000); got != order.Unknown || e.Stage != order.NoAnswer {
		t.Errorf("got %s, %+v", got, e)
	}
}

func TestSandboxAccount(t *testing.T) {
	ctx := context.Background()
	devices, err := newDesk(t, "", sandbox.DefaultPassword).client.Devices(ctx)
	if err != nil || len(devices) != 3 || devices[0].GUID != sandbox.DeviceGUID {
		t.Errorf("got %v, %v", devices, err)
	}
	d := newDesk(t, sandbox.MerchantGUID, "wrong")
	problem := new(connexpay.Problem)
	if err := d.client.Ping(ctx); !errors.As(err, &problem) || !strings.Contains(problem.Text, "paydesk setup") {
		t.Errorf("wrong password: got %v", err)
	}
	if _, e, got := d.sell(cardFor(t, sandbox.Approved), 1000); got != order.Refused {
		t.Errorf("wrong password: got %s, %+v", got, e)
	}
	if rows, err := d.host.Ledger(ctx); err != nil || len(rows) != 0 {
		t.Errorf("wrong password: the ledger has %d rows, %v", len(rows), err)
	}
	wrong := newDesk(t, "no-such-merchant", sandbox.DefaultPassword)
	number, _, _ := wrong.sell(cardFor(t, sandbox.Approved), 1000)
	if f := wrong.find(number); len(f.Hits) != 1 {
		t.Errorf("wrong merchant: got %+v, want the list to answer", f)
	}
}
