package cli_test

import (
	"net"
	"net/http"
	"testing"

	"paydesk/terminal/cli"
	"paydesk/terminal/sandbox"
)

// While the bank is away cash is taken, and cards within the owner's limits;
// once it is back, they are forwarded.
func TestOffline(t *testing.T) {
	s := newShell(t)
	line, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := line.Addr().String()
	_ = line.Close() // nobody is there
	s.run(0, "settings", "set", "host.base_url", "http://"+address)
	s.run(0, "settings", "set", "receipts.pdf", "false")
	sell := func(code int, amount string, card ...string) (string, string) {
		t.Helper()
		return s.run(code, append([]string{"sale", amount, "--offline"}, card...)...)
	}
	_, errs := sell(1, "12.50", good...)
	has(t, errs, "Not charged, and not stored", "offline.enabled")
	s.run(0, "settings", "set", "offline.enabled", "true")
	out, _ := sell(4, "12.50", good...)
	has(t, out, "STORED $12.50", "waits for the bank", "NOT YET AUTHORISED")
	id := saleNumber.FindString(out)
	_, errs = sell(cli.ExitApproval, "50.01", good...)
	has(t, errs, "at most $50.00", "Take cash", "A supervisor may approve this one", "--approved-by")
	t.Setenv("PAYDESK_APPROVER_PIN", "1234")
	out, _ = sell(4, "50.01", append(good, "--approved-by", "Trainee")...)
	has(t, out, "STORED $50.01")
	s.run(0, "stored", "withdraw", saleNumber.FindString(out))
	out, _ = sell(4, "7.50", "--card", "4000000000009995", "--expiry", "1231", "--json")
	has(t, out, `"state":"STORED"`, `"amount":"7.50"`, `"last4":"9995"`)
	out, _ = sell(4, "3", good...)
	withdrawn := saleNumber.FindString(out)
	out, _ = s.run(0, "stored", "list")
	has(t, out, id, "3 of 20, $23.00 of $500.00", "Not paid: 0")
	_, errs = s.run(1, "settings", "set", "host.base_url", "")
	has(t, errs, "3 payment(s)", "Nothing was changed")
	out, _ = s.run(0, "stored", "withdraw", withdrawn, "--reason", "paid in cash")
	has(t, out, "WITHDRAWN $3.00")
	s.run(1, "stored", "withdraw", withdrawn)
	out, _ = s.run(0, "cash", "12.50", "--tendered", "20")
	has(t, out, "CASH $12.50", "change $7.50")
	out, _ = s.run(0, "cash", "7.50", "--json")
	has(t, out, `"change":"0.00"`)
	s.run(1, "cash", "12.50", "--tendered", "12.49")
	out, _ = s.run(4, "stored", "forward", "--within", "1ms")
	has(t, out, id, "STORED")

	host, err := sandbox.Open(sandbox.Options{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	if line, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: host.Handler()}
	go func() { _ = server.Serve(line) }()
	t.Cleanup(func() { _ = server.Close(); _ = host.Close() })
	out, _ = s.run(0, "stored", "forward")
	has(t, out, "APPROVED $12.50", "paid by the bank", "UNCOLLECTED $7.50", "NOT PAID: $7.50", "D2012")
	missing := saleNumber.FindAllString(out, -1)[1]
	out, _ = s.run(0, "show", id)
	has(t, out, "It was forwarded as payment", "stored.stored", "stored.approved")
	out, _ = s.run(0, "stored", "list", "--json")
	has(t, out, missing, `"owed":"7.50"`)
	s.run(1, "stored", "write-off", missing)
	out, _ = s.run(0, "stored", "write-off", missing, "--reason", "not seen again")
	has(t, out, "WRITTEN_OFF $7.50", "not seen again")
	s.run(1, "stored", "collect", missing, "nothing")
	out, _ = s.run(0, "stored", "list")
	has(t, out, "0 of 20", "Not paid: 0, $0.00")
	s.run(0, "journal", "verify")
}
