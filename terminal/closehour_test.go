package terminal_test

import (
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
)

// Two terminals with a device each share an account: closing at one touches
// nothing at the other.
func TestTwoDevices(t *testing.T) {
	host, address := outside(t, nil)
	one, two := training(t), training(t)
	for term, device := range map[*terminal.Terminal]string{one: sandbox.DeviceGUID, two: sandbox.SecondDeviceGUID} {
		set(t, term, "host.base_url", address)
		set(t, term, "host.device_guid", device)
	}
	charge(t, one, "4111111111111111")
	charge(t, two, "4111111111111111")
	charge(t, two, "4111111111111111")
	before := two.Snapshot().Batch
	b, err := one.CloseBatch(background)
	if err != nil || !b.Matches() || b.Local.Sales != 1 || b.Device != sandbox.DeviceGUID {
		t.Fatalf("%+v, %v", b, err)
	}
	if closed, err := two.FollowSettlement(background); err != nil || len(closed) != 0 || two.Snapshot().Batch != before {
		t.Errorf("the other terminal found %+v, %v", closed, err)
	}
	sale := charge(t, two, "4111111111111111")
	if sale.Batch != before.GUID {
		t.Errorf("the other terminal's batch is %s, was %s", sale.Batch, before.GUID)
	}
	b, err = two.CloseBatch(background)
	if err != nil || !b.Matches() || b.Local.Sales != 3 || b.GUID != before.GUID {
		t.Errorf("%+v, %v", b, err)
	}
	if rows, err := host.Ledger(background); err != nil || len(rows) != 4 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	for _, term := range []*terminal.Terminal{one, two} {
		if all, err := term.BatchHistory(background, "", ""); err != nil || len(all) != 1 {
			t.Errorf("%d closings of a terminal, %v", len(all), err)
		}
	}
}

// What the service settles at night is found out, with and without batch calls.
func TestServiceSettles(t *testing.T) {
	for _, dialect := range []sandbox.Dialect{sandbox.DialectDocument, sandbox.DialectCurrent} {
		night := clock.NewVirtual(clock.Real{}.Now())
		host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db"), Dialect: dialect, Clock: night,
			AutoClose: sandbox.AutoClose{Hour: 2, Zone: time.UTC}})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(host.Handler())
		t.Cleanup(func() { server.Close(); _ = host.Close() })
		term := training(t)
		if _, err := term.SignInHost(background, server.URL, sandbox.DefaultUsername, []byte(sandbox.DefaultPassword)); err != nil {
			t.Fatal(err)
		}
		set(t, term, "host.merchant_guid", sandbox.MerchantGUID)
		if _, _, err := term.ProbeHost(background, false, false, nil); err != nil {
			t.Fatal(err)
		}
		sale := charge(t, term, "4111111111111111")
		onPaper(t, term)
		night.Advance(25 * time.Hour)
		closed, err := term.FollowSettlement(background)
		if err != nil || len(closed) != 1 || !closed[0].Followed || closed[0].GUID != sale.Batch || closed[0].Local.Sales != 1 {
			t.Fatalf("%s: %+v, %v", dialect, closed, err)
		}
		if closed[0].Matches() != (dialect == sandbox.DialectDocument) {
			t.Errorf("%s: the host counted %+v", dialect, closed[0].Host)
		}
		onPaper(t, term)
		if _, err := term.BatchSlip(background, closed[0].ID); err != nil {
			t.Error(err)
		}
		if b, err := term.BatchRecord(background, sale.Batch[:6]); err != nil || b.ID != closed[0].ID {
			t.Errorf("%s: %+v, %v", dialect, b, err)
		}
		if s := term.Snapshot().Batch; s.Sales != 0 {
			t.Errorf("%s: still open: %+v", dialect, s)
		}
	}
}

// The terminal closes at its hour with nobody at the desk.
func TestClosesAtItsHour(t *testing.T) {
	at := clock.NewVirtual(time.Date(2026, 10, 24, 21, 0, 0, 0, time.UTC)) // the night in which Berlin's clock goes back
	term, err := terminal.Open(background, terminal.Options{Dir: t.TempDir(), Mode: settings.Training, Clock: at, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	signIn(t, term)
	set(t, term, "day.drawer", settings.DrawerNone)
	set(t, term, "day.zone", "Europe/Berlin")
	set(t, term, "day.close_at", "02:30") // which comes twice in that night
	charge(t, term, "4111111111111111")
	onPaper(t, term)
	term.SignOut(background)
	due := term.Snapshot().Closing.Due
	if due.Sub(at.Now()) < 3*time.Hour || due.Sub(at.Now()) > 5*time.Hour {
		t.Fatalf("due %s", due)
	}
	at.Advance(due.Sub(at.Now()))
	stop, pace := make(chan struct{}), time.NewTicker(20*time.Millisecond)
	defer close(stop)
	defer pace.Stop()
	go func() { // time passes
		for {
			select {
			case <-stop:
				return
			case <-pace.C:
				at.Advance(5 * time.Second)
			}
		}
	}()
	until(t, term, "the closing", func(s engine.Snapshot) bool { return s.Batch.Sales == 0 && !s.Batch.Closing })
	signIn(t, term)
	all, err := term.BatchHistory(background, "2026-10-24", "2026-10-24")
	if err != nil || len(all) != 1 || !all[0].Auto || all[0].State != order.BatchClosed || all[0].Asked.Before(due) {
		t.Errorf("due %s, closed %+v, %v", due, all, err)
	}
}
