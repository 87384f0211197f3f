package terminal_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
)

// present is a host of the service's present dialect.
func present(t *testing.T) string {
	t.Helper()
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db"), Dialect: sandbox.DialectCurrent})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler())
	t.Cleanup(func() { server.Close(); _ = host.Close() })
	return server.URL
}

func problem(err error) string {
	if p, ok := err.(*engine.Problem); ok {
		return p.Code
	}
	return ""
}

// TestOffer: what the account offers is found out, kept over a restart, worked
// by, and forgotten with the account.
func TestOffer(t *testing.T) {
	dir, address := t.TempDir(), present(t)
	term := open(t, dir, settings.Training)
	signIn(t, term)
	if !term.Offer().Can(order.FeatureBatchClose) || !term.Snapshot().Offer.Can(order.FeatureDevices) {
		t.Errorf("before: got %+v", term.Offer())
	}
	devices, err := term.SignInHost(background, address, "training", []byte("training-password"))
	if err != nil || len(devices) != 0 {
		t.Fatalf("got %v, %v", devices, err)
	}
	offer, steps, err := term.ProbeHost(background, false, false, nil)
	if err != nil || len(steps) == 0 || offer.Dialect != order.DialectCurrent || offer.Checked.IsZero() {
		t.Fatalf("got %+v, %v, %v", offer, steps, err)
	}
	closed := func(term *terminal.Terminal) {
		t.Helper()
		if term.Snapshot().Offer.Can(order.FeatureBatchClose) {
			t.Error("the window shows what the account can't do")
		}
		if _, err := term.CloseBatch(background); problem(err) != engine.ProblemNotOffered || !strings.Contains(err.Error(), "each night") {
			t.Errorf("got %v", err)
		}
	}
	closed(term)
	if !term.CheckHost(background) {
		t.Errorf("the host without a device list is taken for broken: %+v", term.Snapshot().Host)
	}
	if sale := charge(t, term, "4111111111111111"); sale.State != order.Approved {
		t.Errorf("%s in the present dialect", sale.State)
	}
	// A trial adds to what is known, and a look without it takes nothing away.
	tried, _, err := term.ProbeHost(background, true, false, nil)
	if _, known := tried.Has[order.FeaturePartCapture]; err != nil || !known {
		t.Fatalf("got %+v, %v", tried, err)
	}
	again, _, err := term.ProbeHost(background, false, false, nil)
	if _, known := again.Has[order.FeaturePartCapture]; err != nil || !known {
		t.Errorf("got %+v, %v", again, err)
	}
	if data, err := term.Settings().Export(); err != nil || strings.Contains(string(data), "offer") {
		t.Errorf("the offer is in the export: %v", err)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}

	term = open(t, dir, settings.Training)
	signIn(t, term)
	closed(term)
	set(t, term, "host.dialect", "document")
	if o := term.Offer(); o.Dialect != order.DialectDocument || o.Can(order.FeatureBatchClose) {
		t.Errorf("the dialect by force: got %+v", o)
	}
	set(t, term, "host.dialect", "")
	set(t, term, "shop.name", "Bakery")
	closed(term)
	set(t, term, "host.username", "somebody")
	if o := term.Offer(); o.Dialect != "" || len(o.Has) != 0 || !term.Snapshot().Offer.Can(order.FeatureBatchClose) {
		t.Errorf("of another account: got %+v", o)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	if o := open(t, dir, settings.Training).Offer(); len(o.Has) != 0 {
		t.Errorf("of another account, after a restart: got %+v", o)
	}
}

// TestTrialNeedsAWord: nothing is sold on trial at the real service unless
// somebody says so.
func TestTrialNeedsAWord(t *testing.T) {
	sealed(t)
	term := open(t, t.TempDir(), settings.Live)
	_, _, err := term.ProbeHost(background, true, false, nil)
	says(t, err, "real payment service", "Nothing was sent", "--confirm")
	_, _, err = term.ProbeHost(background, true, true, nil)
	says(t, err, "paydesk setup")
	_, _, err = term.ProbeHost(background, false, false, nil)
	says(t, err, "paydesk setup")
}

func TestProbeThatFails(t *testing.T) {
	term := training(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	set(t, term, "host.base_url", gone.URL)
	_, _, err := term.ProbeHost(background, false, false, nil)
	says(t, err, "does not answer")
	if o := term.Offer(); !o.Checked.IsZero() {
		t.Errorf("stored %+v", o)
	}
}

// dated answers with a time of its own.
type dated struct {
	http.ResponseWriter
	at time.Time
}

func (d dated) WriteHeader(status int) {
	d.Header().Set("Date", d.at.UTC().Format(http.TimeFormat))
	d.ResponseWriter.WriteHeader(status)
}

// TestClocks: a host of another time is told in a sentence.
func TestClocks(t *testing.T) {
	term := training(t)
	term.CheckHost(background)
	if err := term.CheckClock(); err != nil {
		t.Error(err)
	}
	_, address := outside(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(dated{w, term.Now().Add(3 * time.Minute)}, r)
		})
	})
	set(t, term, "host.base_url", address)
	if !term.CheckHost(background) {
		t.Fatal("no answer")
	}
	says(t, term.CheckClock(), "differ by", "set this computer's clock")
}
