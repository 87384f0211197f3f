package reconcile_test

import (
	"fmt"
	"log"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"testing"
	"time"

	"paydesk/sync/journal"
	"paydesk/sync/reconcile"
	"paydesk/terminal/card"
	"paydesk/terminal/clock"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/id"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
)

// shop is a journal and a sandbox host that have the same closed batch.
type shop struct {
	t       *testing.T
	bank    *sandbox.Host
	client  *connexpay.Client
	journal *journal.Journal
	prover  reconcile.Prover
	batch   order.Batch
}

// newShop charges n sales over HTTP, keeps them in the journal, and closes the
// batch. at is a fault on the closing, or "".
func newShop(t *testing.T, n int, at string) *shop {
	t.Helper()
	s := &shop{t: t}
	now := clock.NewVirtual(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC))
	var err error
	if s.bank, err = sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "ledger.db"), Clock: now, Faults: true}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(s.bank.Handler())
	server.Config.ErrorLog = log.New(t.Output(), "", 0)
	server.Start()
	t.Cleanup(func() { _ = s.bank.Close(); server.Close() })
	if s.client, err = connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername, LoopbackOnly: true, Clock: now,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, SaleTimeout: 30 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if s.journal, err = journal.Open(journal.Options{Dir: t.TempDir(), Clock: now, Mode: settings.Training}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.journal.Close() })
	numbers := &id.Source{Nonce: s.journal.Nonce(), Clock: now}
	s.charge(n, numbers, now)
	if at != "" {
		s.fault("POST batches/close", at)
	}
	sum, err := s.journal.OpenBatch(background)
	if err != nil || sum.Totals.Sales != n {
		t.Fatalf("%+v, %v", sum, err)
	}
	now.Advance(time.Hour)
	answer := s.client.CloseBatch(background, sandbox.DeviceGUID)
	s.batch = order.Batch{ID: numbers.New(), Version: 1, State: order.BatchClosing, Device: sandbox.DeviceGUID, GUID: sum.GUID, Local: sum.Totals,
		Opened: sum.Opened, Asked: now.Now()}
	if s.batch, err = order.StepBatch(s.batch, answer, now.Now()); err != nil || s.batch.State != order.BatchClosed {
		t.Fatalf("%+v, %v", answer, err)
	}
	s.prover = reconcile.Prover{Journal: s.journal, Host: s.client, Clock: now, Nonce: s.journal.Nonce()}
	return s
}

func (s *shop) fault(call, fault string) {
	s.t.Helper()
	f, err := sandbox.ParseFault(fault)
	if err == nil {
		err = s.bank.SetFaults(sandbox.FaultPlan{Rules: []sandbox.FaultRule{{Call: call, Fault: f}}})
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) charge(n int, numbers *id.Source, now clock.Clock) {
	s.t.Helper()
	made := make([]order.Entry, n)
	var workers sync.WaitGroup
	for w := range 4 {
		workers.Go(func() {
			for i := w; i < n; i += 4 {
				a := order.Attempt{Number: numbers.New(), Order: fmt.Sprint("order-", i), Version: 1, State: order.Approved, Asked: usd(int64(100 + i%900)),
					Device: sandbox.DeviceGUID, Brand: "Visa", Last4: "1111", Entry: "keyed", Operator: "op", Created: now.Now(), Since: now.Now()}
				a.Approved = a.Asked
				c, err := card.New([]byte("4111111111111111"), []byte("999"), card.Expiry{Year: 2031, Month: 12}, "Ada Example")
				if err != nil {
					s.t.Error(err)
					return
				}
				e := s.client.Charge(background, a.Request(), c)
				if a.GUID, a.Batch = e.GUID, e.Batch; e.GUID == "" || e.Batch == "" {
					s.t.Errorf("%+v", e)
					return
				}
				made[i] = order.Entry{Kind: "attempt.approved", Subject: a.Number, Actor: "op", Object: a}
			}
		})
	}
	workers.Wait()
	if s.t.Failed() {
		s.t.FailNow()
	}
	for part := range slices.Chunk(made, 1000) {
		if err := s.journal.Commit(background, part...); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *shop) prove() order.Proof {
	s.t.Helper()
	p, err := s.prover.Prove(background, s.batch, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// TestThreeAmongTenThousand: of one missing, one extra and one altered transaction
// among 10,000 all three are named, to the cent and to the transaction.
func TestThreeAmongTenThousand(t *testing.T) {
	const n = 10_000
	s := newShop(t, n, "")
	if p := s.prove(); !p.Agrees() || p.Rows != n || p.Matched != n || p.Closed == nil {
		t.Fatalf("undisturbed: %+v", p)
	}
	rows, err := s.bank.Ledger(background)
	if err != nil {
		t.Fatal(err)
	}
	s.fault("GET batches/*", "rows 3210 6543 9876")
	p := s.prove()
	if !p.Complete || p.Agrees() || len(p.Found) != 3 || p.More != 0 || p.Rows != n || p.Local != n || p.Matched != n-2 {
		t.Fatalf("%+v", p)
	}
	var got []string
	for _, m := range p.Found {
		here, there := "", ""
		if m.Here != nil {
			here = m.Here.Decimal()
		}
		if m.There != nil {
			there = m.There.Decimal()
		}
		guid := m.GUID
		if m.What == order.HostOnly {
			guid = ""
		}
		got = append(got, fmt.Sprint(m.What, " ", guid, " ", m.Number, " ", here, " ", there))
	}
	sort.Strings(got)
	missing, extra, altered := rows[3209], rows[6542], rows[9875]
	dearer := func(a money.Amount, by int64) string { return money.New(a.Minor+by, a.Currency).Decimal() }
	want := []string{
		fmt.Sprint("amount-differs ", altered.GUID, " ", altered.SequenceNumber, " ", altered.Amount.Decimal(), " ", dearer(altered.Amount, 1)),
		fmt.Sprint("host-only    ", dearer(extra.Amount, 100)),
		fmt.Sprint("local-only ", missing.GUID, " ", missing.SequenceNumber, " ", missing.Amount.Decimal(), " "),
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestProofOverHTTP: a list that is cut, a row that cannot be read and totals of
// the closing that are another sum: none of them is a success.
func TestProofOverHTTP(t *testing.T) {
	s := newShop(t, 40, "echo saleAmount")
	if p := s.prove(); !p.Complete || p.Agrees() || p.Journal != p.Host || p.Closed.SaleAmount.Minor != p.Journal.SaleAmount.Minor+100 {
		t.Errorf("other totals: %+v", p)
	}
	for _, fault := range []string{"truncate 2000", "status 503", "reset after", "drop", "types numbers amount", "echo transactionType", "types lists", "html portal"} {
		s.fault("GET batches/*", fault)
		p := s.prove()
		lenient := fault == "types numbers amount" // an amount as text is read
		if p.Complete != lenient || p.Agrees() || (p.Trouble == "") != lenient {
			t.Errorf("%s: %+v", fault, p)
		}
	}
	// Without a list of the batch, sales by their batch and the lists of all serve.
	s.client.Use(order.Offer{Dialect: order.DialectDocument, Has: map[order.Feature]bool{order.FeatureBatchView: false}})
	if p := s.prove(); !p.Complete || p.Rows != 40 || p.Matched != 40 || len(p.Found) != 0 {
		t.Errorf("by lists: %+v", p)
	}
	s.fault("GET sales/*", "rows 3 5 8")
	if p := s.prove(); !p.Complete || len(p.Found) != 3 {
		t.Errorf("by lists: %+v", p)
	}
}
