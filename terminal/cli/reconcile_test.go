package cli_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/cli"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/settings"
)

// atTheBank makes a sale under a number at the bank itself, by another program.
func (s *shell) atTheBank(number string) {
	s.t.Helper()
	host, err := sandbox.Open(sandbox.Options{Path: s.ledger()})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = host.Close() }()
	server, err := host.Listen("127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	api := server.URL() + "/api/v1/"
	r, err := http.PostForm(api+"token", url.Values{"grant_type": {"password"}, "username": {sandbox.DefaultUsername}, "password": {sandbox.DefaultPassword}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	var token struct {
		Text string `json:"access_token"`
	}
	if err := json.NewDecoder(r.Body).Decode(&token); err != nil {
		s.t.Fatal(err)
	}
	q, err := http.NewRequest(http.MethodPost, api+"sales", strings.NewReader(`{"DeviceGuid":"`+sandbox.DeviceGUID+`","Amount":"7.50",
		"SequenceNumber":"`+number+`","OrderNumber":"`+number+`","ConnexPayTransaction":{"ExpectedPayments":0},"RiskData":{},
		"Card":{"CardNumber":"4111111111111111","Cvv2":"999","ExpirationDate":"2912"}}`))
	if err != nil {
		s.t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+token.Text)
	q.Header.Set("Content-Type", "application/json")
	r2, err := http.DefaultClient.Do(q)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r2.Body.Close()
	if answer, err := io.ReadAll(r2.Body); err != nil || !strings.Contains(string(answer), "Transaction - Approved") {
		s.t.Fatalf("%s, %v", answer, err)
	}
}

// TestReconcile: the exit codes tell agreement, differences, and a comparison
// that came to no end; the last one can be seen beside an open window.
func TestReconcile(t *testing.T) {
	s := newShell(t)
	s.pay("sale", "12.50")
	out, _ := s.run(cli.ExitOK, "reconcile")
	has(t, out, "1 rows at the bank, 1 approved payments here. 1 agree", "0 differ")
	s.atTheBank("ANOTHER-PROGRAM-1")
	out, _ = s.run(cli.ExitDeclined, "reconcile")
	has(t, out, "host-only", "ANOTHER-PROGRAM-1 over $7.50", "Another program uses the same device")
	out, _ = s.run(cli.ExitDeclined, "reconcile", "--json")
	got := object(t, out)
	list := got["differences"].([]any)
	if len(list) != 1 || got["complete"] != true {
		t.Fatalf("%v", got)
	}
	want(t, list[0].(map[string]any), map[string]string{"what": "host-only", "number": "ANOTHER-PROGRAM-1", "there": "7.50", "origin": "other"})
	_, errs := s.run(cli.ExitOK, "batch", "close")
	has(t, errs, "1 payment(s) differ", "paydesk reconcile --last")

	window, err := terminal.Open(context.Background(), terminal.Options{Dir: s.dir, Mode: settings.Training, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	out, _ = s.run(cli.ExitDeclined, "reconcile", "--last")
	has(t, out, "ANOTHER-PROGRAM-1")
	if err := window.Close(); err != nil {
		t.Fatal(err)
	}
	_, errs = s.run(cli.ExitError, "reconcile", "--from", "yesterday")
	has(t, errs, "no day")
	_, errs = s.run(cli.ExitError, "reconcile", "--from", "2026-02-01", "--to", "2026-01-01")
	has(t, errs, "--from and --to in order")
	s.run(0, "settings", "set", "host.base_url", "http://127.0.0.1:1")
	out, errs = s.run(cli.ExitUnknown, "reconcile", "--json")
	has(t, errs, "Not all could be compared")
	if got := object(t, out); got["complete"] != false || len(got["differences"].([]any)) != 1 {
		t.Errorf("%v", got)
	}
}

// TestPark: a payment in doubt can be parked, once, and stays listed.
func TestPark(t *testing.T) {
	s := newShell(t)
	out, _ := s.run(cli.ExitUnknown, "sale", "5", "--no-wait", "--json", "--card", "3530111333300000", "--expiry", "1231", "--cvv", "999")
	number := object(t, out)["number"].(string)
	out, _ = s.run(0, "park", number, "--reason", "the customer left")
	has(t, out, number+" is parked")
	out, _ = s.run(0, "history")
	has(t, out, number, "(parked)")
	out, _ = s.run(0, "show", number)
	has(t, out, "attempt.parked")
	_, errs := s.run(cli.ExitError, "park", number)
	has(t, errs, "Only a payment in doubt")
	_, errs = s.run(cli.ExitError, "park", "NOBODY")
	has(t, errs, "no such payment")
}

// TestReconcileBatch: a closed batch agrees, and one with another program's sale
// does not; what was found can be seen beside an open window.
func TestReconcileBatch(t *testing.T) {
	s := newShell(t)
	s.pay("sale", "12.50")
	out, _ := s.run(cli.ExitOK, "batch", "close", "--json")
	closed := object(t, out)
	id, guid := closed["id"].(string), closed["guid"].(string)
	out, _ = s.run(cli.ExitOK, "reconcile", "batch", id, "--json")
	got := object(t, out)
	want(t, got, map[string]string{"batch": id, "host_guid": guid, "currency": "USD"})
	if got["agrees"] != true || got["matched"] != 1.0 || got["closed"] == nil {
		t.Errorf("%s", out)
	}
	out, _ = s.run(cli.ExitOK, "reconcile", "batch", guid)
	has(t, out, "1 transactions here, 1 at the bank, 1 the same in both; 0 differ", "as closed")
	_, errs := s.run(cli.ExitError, "reconcile", "batch", "no-such")
	has(t, errs, "No closed batch")
	s.pay("sale", "20.00")
	s.atTheBank("ANOTHER-PROGRAM-2")
	out, _ = s.run(cli.ExitOK, "batch", "close", "--json")
	id = object(t, out)["id"].(string)
	out, _ = s.run(cli.ExitDeclined, "reconcile", "batch", id, "--json")
	list := object(t, out)["differences"].([]any)
	if len(list) != 1 {
		t.Fatalf("%s", out)
	}
	want(t, list[0].(map[string]any), map[string]string{"what": "host-only", "number": "ANOTHER-PROGRAM-2", "there": "7.50", "origin": "other", "last4": "1111"})
	out, _ = s.run(cli.ExitDeclined, "reconcile", "batch", id, "--last")
	has(t, out, "ANOTHER-PROGRAM-2 over $7.50", "The host closed the batch with 2 sales over $27.50", "this terminal has 1 over $20.00")
}
