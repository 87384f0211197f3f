package terminal_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/receipts"
	"paydesk/receipts/text"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
)

// TestCardOnFile charges a card by what its first sale left at the service, in
// both dialects; then the host goes away, a sale on it is stored, the program
// ends, and the next one forwards the sale when the host is back, once. The
// token is in no log and on no slip.
func TestCardOnFile(t *testing.T) {
	for _, dialect := range []sandbox.Dialect{sandbox.DialectDocument, sandbox.DialectCurrent} {
		t.Run(string(dialect), func(t *testing.T) { chargeOnFile(t, dialect) })
	}
}

func chargeOnFile(t *testing.T, dialect sandbox.Dialect) {
	box, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db"), Dialect: dialect})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	host := serveAt(t, "127.0.0.1:0", box.Handler())
	address := host.Listener.Addr().String()
	var log bytes.Buffer
	dir := t.TempDir()
	start := func() *terminal.Terminal {
		term, err := terminal.Open(background, terminal.Options{Dir: dir, Mode: settings.Training,
			Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = term.Close() })
		return term
	}
	term := start()
	signIn(t, term)
	for key, value := range map[string]string{"host.base_url": "http://" + address, "host.device_guid": sandbox.DeviceGUID,
		"host.merchant_guid": sandbox.MerchantGUID, "host.dialect": string(dialect), "day.drawer": "none", "offline.tokens": "true"} {
		set(t, term, key, value)
	}
	await(t, term, "there", online)
	first := charge(t, term, "4111111111111111")
	if first.State != order.Approved || first.Token == "" || first.Token.GUID() != (dialect == sandbox.DialectCurrent) {
		t.Fatalf("%s, token %v", first.State, first.Token)
	}
	onFile := func(minor int64, kind order.Kind) engine.Charge {
		return engine.Charge{Order: term.NewOrderID(), Amount: money.New(minor, money.USD), Kind: kind, OnFile: first.Number}
	}
	for minor, kind := range map[int64]order.Kind{2100: order.KindSale, 2200: order.KindAuth} {
		sale, err := term.Charge(background, onFile(minor, kind), nil)
		if err != nil || sale.State != order.Approved || sale.Last4 != "1111" || sale.Token != first.Token {
			t.Errorf("on file: %+v, %v", sale, err)
		}
	}
	stored := storeAway(t, term, host, onFile(2300, order.KindSale))
	onPaper(t, term)
	if got, err := term.Scanned(background, receipts.StoredPrefix+stored.ID); err != nil || got.Document != order.DocumentStored || got.ID != stored.ID || got.Proven {
		t.Errorf("scanned: %+v, %v", got, err)
	}
	if got := proofOf(t, term, order.DocumentStored, stored.ID); got != "" {
		t.Errorf("a stored sale has the code %s of a payment", got)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	term = start()
	if n := term.Snapshot().Stored.Room.Unsent.Count; n != 1 {
		t.Errorf("%d stored sales behind the restart", n)
	}
	serveAt(t, address, box.Handler())
	until(t, term, "the forwarding", func(s engine.Snapshot) bool { return s.Stored.Room.Unsent.Count == 0 })
	onPaper(t, term)
	stored, err = term.Journal().Stored(background, stored.ID)
	if err != nil || stored.State != order.StoredApproved {
		t.Errorf("%+v, %v", stored, err)
	}
	slip, err := term.Receipt(background, stored.Number, engine.CopyMerchant)
	slips := text.Render(slip, 42)
	slip, err2 := term.Slip(background, order.DocumentStored, stored.ID, engine.CopyCustomer)
	slips += text.Render(slip, 42)
	if err != nil || err2 != nil || !strings.Contains(slips, "Card on file") {
		t.Errorf("%s, %v, %v", slips, err, err2)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	for where, said := range map[string]string{"log": log.String(), "slips": slips} {
		if strings.Contains(said, string(first.Token)) || said == "" {
			t.Errorf("the token is in the %s, or that is empty", where)
		}
	}
	chargedOnce(t, box, 2000, 2100, 2200, 2300)
}

// storeAway stores a sale behind the loss of the host.
func storeAway(t *testing.T, term *terminal.Terminal, host *httptest.Server, c engine.Charge) order.Stored {
	t.Helper()
	host.CloseClientConnections()
	host.Close()
	await(t, term, "lost", offline)
	if sale, err := term.Charge(background, c, nil); err != nil || sale.State != order.NotSent {
		t.Errorf("without the host: %s, %v", sale.State, err)
	}
	s, err := term.StoreSale(background, c, nil)
	if err != nil || s.State != order.StoredWaiting || s.Charged != c.OnFile {
		t.Fatalf("%+v, %v", s, err)
	}
	return s
}

// chargedOnce checks that the host has exactly these amounts.
func chargedOnce(t *testing.T, box *sandbox.Host, want ...int64) {
	t.Helper()
	rows, err := box.Ledger(background)
	if err != nil {
		t.Fatal(err)
	}
	count := map[int64]int{}
	for _, r := range rows {
		count[r.Amount.Minor]++
	}
	for _, minor := range want {
		if count[minor] != 1 {
			t.Errorf("%d charges of %d", count[minor], minor)
		}
	}
	if len(rows) != len(want) {
		t.Errorf("%d rows, want %d", len(rows), len(want))
	}
}
