package cli_test

import (
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

func TestDoctorHost(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(0, "doctor", "host")
	has(t, out, "(a token: one for 240 hours)", "The account speaks the document dialect.", "batch-close        yes", "part-capture       yes  as the dialect has it")
	out, _ = s.run(0, "doctor", "host", "--try", "--json")
	var told struct {
		Offer order.Offer
		Can   map[string]bool
		Steps []struct{ Name, Asked, Got, Means string }
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil || !told.Offer.Has[order.FeaturePartCapture] || !told.Can["tokens"] || len(told.Steps) < 15 {
		t.Errorf("got %+v, %v", told, err)
	}
	out, _ = s.run(0, "settings", "show")
	if strings.Contains(out, "offer") {
		t.Errorf("the offer is no setting:\n%s", out)
	}
	_, errs := s.run(1, "doctor", "host", "now")
	has(t, errs, "paydesk doctor host")
	_, errs = s.run(1, "--live", "doctor", "host", "--try")
	has(t, errs, "Nothing was sent", "--confirm")
}

// TestSetupOfThePresentDialect: the account lists no devices, and has no batch
// to close.
func TestSetupOfThePresentDialect(t *testing.T) {
	s := newShell(t)
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(t.TempDir(), "host.db"), Dialect: sandbox.DialectCurrent})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler())
	t.Cleanup(func() { server.Close(); _ = host.Close() })
	setup := []string{"--training", "setup", "--base-url", server.URL, "--username", "training", "--merchant", sandbox.MerchantGUID}
	out, errs := s.answers("training-password", sandbox.DeviceGUID).run(0, setup...)
	has(t, errs, "Guid of this terminal's device")
	has(t, out, "The account speaks the current dialect.", "batch-close        no")
	s.run(0, append([]string{"sell", "7"}, good...)...)
	_, errs = s.run(1, "batch", "close")
	has(t, errs, "settled by the service each night")
	_, errs = s.answers("training-password", "nonsense").run(1, setup...)
	has(t, errs, "host.device_guid")
}
