package terminal_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/sandbox"
)

// serveAt serves a host at an address.
func serveAt(t *testing.T, address string, h http.Handler) *httptest.Server {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	_ = s.Listener.Close()
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// await waits for a snapshot of a kind, and tells how long that took.
func await(t *testing.T, term *terminal.Terminal, what string, is func(engine.Snapshot) bool) time.Duration {
	t.Helper()
	begun, come := now(), make(chan struct{}, 1)
	look := func(s engine.Snapshot) {
		if is(s) {
			select {
			case come <- struct{}{}:
			default:
			}
		}
	}
	defer term.Watch(look)()
	look(term.Snapshot())
	select {
	case <-come:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s: host %+v", what, term.Snapshot().Host)
	}
	return now().Sub(begun)
}

func online(s engine.Snapshot) bool {
	return s.Online && s.OfflineSince.IsZero() && s.Host.Health == engine.HealthGood
}

func offline(s engine.Snapshot) bool {
	return !s.Online && !s.OfflineSince.IsZero() && s.Host.Health == engine.HealthTrouble &&
		strings.HasPrefix(s.Host.Text, "No connection to the bank since "+s.OfflineSince.Format("15:04")+". ")
}

// TestHostLostAndBack: both are in the snapshot within 3 s, and sales go on.
func TestHostLostAndBack(t *testing.T) {
	box, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	term := training(t)
	first := serveAt(t, "127.0.0.1:0", box.Handler())
	address := first.Listener.Addr().String()
	set(t, term, "host.base_url", "http://"+address)
	set(t, term, "host.device_guid", sandbox.DeviceGUID)
	await(t, term, "there", online)
	first.CloseClientConnections()
	first.Close()
	if took := await(t, term, "lost", offline); took > 3*time.Second {
		t.Errorf("the loss was shown after %s", took)
	}
	since := term.Snapshot().OfflineSince
	if sale := charge(t, term, "4111111111111111"); sale.State != "NOT_SENT" {
		t.Errorf("a sale without the host is %s", sale.State)
	}
	if s := term.Snapshot(); !offline(s) || !s.OfflineSince.Equal(since) {
		t.Errorf("a sale changed what is said of the host: %+v since %s, was %s", s.Host, s.OfflineSince, since)
	}
	serveAt(t, address, box.Handler())
	if took := await(t, term, "back", online); took > 3*time.Second {
		t.Errorf("the return was shown after %s", took)
	}
	if sale := charge(t, term, "4111111111111111"); sale.State != "APPROVED" {
		t.Errorf("a sale after it is %s", sale.State)
	}
}
