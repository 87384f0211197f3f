package terminal

import (
	"bytes"
	"context"
	"encoding/csv"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/gateway"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// listening is a training terminal that takes notifications of its own gateways,
// where a role has signed in.
func listening(t *testing.T, dir string, log *bytes.Buffer) *Terminal {
	t.Helper()
	ctx := context.Background()
	term, err := Open(ctx, Options{Dir: dir, Mode: settings.Training, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	})
	all, err := term.Operators(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := term.SignIn(ctx, all[0].ID, []byte(TrainingPIN)); err != nil {
		t.Fatal(err)
	}
	set := term.Settings()
	set.Wallets.Listen.Address = freeAddress(t)
	set.Wallets.IPN.Enabled, set.Wallets.IPN.DeductFees, set.Wallets.IPN.Receivers = true, true, []string{"shop@example.com"}
	if err := term.Apply(ctx, set); err != nil {
		t.Fatal(err)
	}
	return term
}

// freeAddress is one of this computer's that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// entry waits until the log has a payment in a state.
func entry(t *testing.T, term *Terminal, txn string, is func(order.Notice) bool) order.Notice {
	t.Helper()
	tick, limit := time.NewTicker(5*time.Millisecond), time.After(10*time.Second)
	defer tick.Stop()
	for {
		page, err := term.PaymentLog(context.Background(), order.NoticeQuery{Text: txn})
		if err != nil {
			t.Fatal(err)
		}
		if i := slices.IndexFunc(page.Notices, is); i >= 0 {
			return page.Notices[i]
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%s: the log has %+v; %+v", txn, page.Notices, term.NotifyState())
		}
	}
}

func isA(kind order.NoticeKind, s order.NoticeState) func(order.Notice) bool {
	return func(n order.Notice) bool { return n.Kind == kind && n.State == s }
}

// TestSendMoney: what a customer sends to the shop's address is in the log and in
// the balance within moments, what is taken back too, and a restart counts
// nothing twice.
func TestSendMoney(t *testing.T) {
	ctx, dir, log := context.Background(), t.TempDir(), &bytes.Buffer{}
	term := listening(t, dir, log)
	box := term.host.sandbox().Wallets()
	if err := term.SaveCustomer(ctx, order.Customer{Name: "Zoë Flood", Emails: []string{"zoe@example.org"}}); err != nil {
		t.Fatal(err)
	}
	txn, err := box.SendMoney(gateway.Gift{Email: "Zoe@Example.org", First: "Zoë", Last: "Flood", Amount: "50.00", Memo: "für den Tisch"})
	if err != nil {
		t.Fatal(err)
	}
	n := entry(t, term, txn, isA(order.NoticePayment, order.NoticeCredited))
	if n.Gross != money.New(5000, money.USD) || n.Fee.Minor <= 0 || n.Booked.Minor != 5000-n.Fee.Minor || n.PayerName != "Zoë Flood" || n.Memo != "für den Tisch" {
		t.Errorf("%+v", n)
	}
	stranger, err := box.SendMoney(gateway.Gift{Email: "eve@example.org", Amount: "7.00"})
	if err != nil {
		t.Fatal(err)
	}
	waits := entry(t, term, stranger, isA(order.NoticePayment, order.NoticeReview))
	zoe, err := term.Customers(ctx, "ZOE@")
	if err != nil || len(zoe) != 1 {
		t.Fatal(zoe, err)
	}
	if err := term.MatchNotice(ctx, waits.ID, zoe[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := term.MatchNotice(ctx, waits.ID, zoe[0].ID); err == nil || !strings.Contains(err.Error(), "booked already") {
		t.Errorf("matched twice: %v", err)
	}
	if err := box.Reverse(txn, "chargeback"); err != nil {
		t.Fatal(err)
	}
	entry(t, term, txn, isA(order.NoticeReversal, order.NoticeCredited))
	if err := box.CancelReversal(txn); err != nil {
		t.Fatal(err)
	}
	entry(t, term, txn, isA(order.NoticeRestored, order.NoticeCredited))
	for _, d := range box.Deliveries() {
		if err := box.Resend(d.ID); err != nil {
			t.Fatal(err)
		}
	}
	want := 5000 - n.Fee.Minor + waits.Net().Minor
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	term = listening(t, dir, log)
	if zoe, err = term.Customers(ctx, ""); err != nil || zoe[0].Balance(money.USD).Minor != want {
		t.Errorf("%+v, %v, want %d", zoe, err, want)
	}
	if left, _ := filepath.Glob(filepath.Join(term.Dir(), "ipn", "*")); len(left) > 0 && term.NotifyState().Waiting == 0 {
		t.Errorf("left in the folder: %v", left)
	}
	for _, private := range []string{"zoe@", "Flood", "eve@", "Tisch"} {
		if strings.Contains(strings.ToLower(log.String()), strings.ToLower(private)) {
			t.Errorf("the program's log has %q", private)
		}
	}
}

// TestForgedMessages: what PayPal does not call its own is kept as invalid, what
// is for another merchant or another amount is kept for a person, and none is
// booked.
func TestForgedMessages(t *testing.T) {
	ctx := context.Background()
	term := listening(t, t.TempDir(), &bytes.Buffer{})
	if err := term.SaveCustomer(ctx, order.Customer{Name: "Ann", Emails: []string{"ann@example.org"}}); err != nil {
		t.Fatal(err)
	}
	post := func(body string) {
		t.Helper()
		res, err := http.Post(term.NotifyState().IPN, "application/x-www-form-urlencoded", strings.NewReader(body))
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res, err)
		}
	}
	post("txn_id=FORGED0000000001&txn_type=send_money&payment_status=Completed&mc_gross=1000.00&mc_currency=USD&test_ipn=1&payer_email=ann%40example.org&receiver_email=" + gateway.PayPalReceiver)
	entry(t, term, "FORGED0000000001", isA(order.NoticeOther, order.NoticeInvalid))
	post("txn_id=FORGED0000000002&txn_type=moon_landing")
	entry(t, term, "FORGED0000000002", isA(order.NoticeOther, order.NoticeInvalid))
	box := term.host.sandbox().Wallets()
	for fault, why := range map[string]order.NoticeWhy{"forge merchant": order.WhyReceiver, "forge amount": order.WhyTransaction, "mode": order.WhyMode} {
		plan := gateway.FaultPlan{Rules: []gateway.FaultRule{{Call: "SEND ipn", Times: 1, Fault: fault}}}
		if err := box.SetFaults(plan); err != nil {
			t.Fatal(err)
		}
		txn, err := box.SendMoney(gateway.Gift{Email: "ann@example.org", Amount: "9.00"})
		if err != nil {
			t.Fatal(err)
		}
		if n := entry(t, term, txn, isA(order.NoticePayment, order.NoticeReview)); n.Why != why || n.Matchable() {
			t.Errorf("%s: %+v", fault, n)
		}
	}
	all, err := term.Customers(ctx, "")
	if err != nil || len(all) != 1 || len(all[0].Balances) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if err := term.MatchNotice(ctx, "none", all[0].ID); err == nil || err.(*engine.Problem).Code != engine.ProblemNotFound {
		t.Errorf("no entry: %v", err)
	}
}

// TestPayoutFiles: payouts go into files once, and what PayPal tells of them is
// followed.
func TestPayoutFiles(t *testing.T) {
	ctx := context.Background()
	term := listening(t, t.TempDir(), &bytes.Buffer{})
	err := term.AddPayouts(ctx, []order.Payout{{To: "fred@example.org", Amount: money.New(2599, money.USD), Note: "Thank you, Fred"},
		{To: "john@example.org", Amount: money.New(999, money.USD)}, {To: "eva@example.org", Amount: money.New(500, money.EUR)}})
	if err != nil {
		t.Fatal(err)
	}
	files, err := term.PayoutFiles(ctx, nil, false)
	if err != nil || len(files) != 2 || files[0].Lines != 2 || files[0].Sum != money.New(3598, money.USD) || files[1].Sum != money.New(500, money.EUR) {
		t.Fatalf("%+v, %v", files, err)
	}
	data, err := os.ReadFile(files[0].Path)
	if err != nil || !strings.HasPrefix(filepath.Base(files[0].Path), "TRAINING-masspay-") {
		t.Fatal(files[0].Path, err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(rows) != 2 || rows[0][0] != "fred@example.org" || rows[0][1] != "25.99" || rows[0][4] != "Thank you, Fred" {
		t.Fatalf("%v, %v", rows, err)
	}
	if files, err := term.PayoutFiles(ctx, nil, false); err != nil || len(files) != 0 {
		t.Errorf("once more: %+v, %v", files, err)
	}
	if _, err := term.PayoutFiles(ctx, []string{rows[0][3]}, false); err == nil || !strings.Contains(err.Error(), "paid twice") {
		t.Errorf("one of them once more: %v", err)
	}
	paths, err := term.WritePayouts(ctx, []string{rows[0][3]}, true)
	if err != nil || paths == files[0].Path {
		t.Errorf("on purpose: %s, %v", paths, err)
	}
	if left, _ := filepath.Glob(filepath.Join(term.Dir(), "payouts", "*"+half)); len(left) > 0 {
		t.Errorf("halves: %v", left)
	}
	box := term.host.sandbox().Wallets()
	batch, err := box.MassPay([]gateway.Payout{{Email: "fred@example.org", Amount: "25.99", UniqueID: rows[0][3]},
		{Email: "john@example.org", Amount: "9.99", UniqueID: rows[1][3], Status: "Unclaimed"}}, false)
	if err != nil {
		t.Fatal(err)
	}
	entry(t, term, rows[1][3], isA(order.NoticePayout, order.NoticeRecorded))
	if err := box.MassPayDone(batch, map[string]string{rows[1][3]: "Returned"}); err != nil {
		t.Fatal(err)
	}
	entry(t, term, rows[1][3], func(n order.Notice) bool { return n.Status == "Returned" })
	list, err := term.Payouts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]order.PayoutState{}
	for _, p := range list {
		got[p.To] = p.State
	}
	if got["fred@example.org"] != order.PayoutPaid || got["john@example.org"] != order.PayoutReturned || got["eva@example.org"] != order.PayoutWritten {
		t.Errorf("got %v", got)
	}
}

// TestNotifyState: what the screen of the settings shows, and why nothing comes.
func TestNotifyState(t *testing.T) {
	ctx := context.Background()
	term := listening(t, t.TempDir(), &bytes.Buffer{})
	at := term.NotifyState()
	if at.Address == "" || at.IPN != "http://"+at.Address+"/paypal/ipn" || at.Razorpay != "http://"+at.Address+"/razorpay/webhook" || at.Trouble != "" {
		t.Errorf("%+v", at)
	}
	if err := term.Set(ctx, "wallets.listen.public_url", "https://pay.example.org/till/"); err != nil {
		t.Fatal(err)
	}
	if at := term.NotifyState(); at.IPN != "https://pay.example.org/till/paypal/ipn" {
		t.Errorf("%+v", at)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := term.Set(ctx, "wallets.listen.address", taken.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if at := term.NotifyState(); at.Address != "" || !strings.Contains(at.Trouble, "cannot be used") {
		t.Errorf("somebody else's: %+v", at)
	}
	off := term.Settings()
	off.Wallets.Listen.Address, off.Wallets.IPN.Enabled = "", false
	if err := term.Apply(ctx, off); err != nil {
		t.Fatal(err)
	}
	if at := term.NotifyState(); at.Address != "" || at.Trouble != "" {
		t.Errorf("off: %+v", at)
	}
}

// TestLedgerRights: a cashier reads; who may credit and pay out is a supervisor.
func TestLedgerRights(t *testing.T) {
	ctx := context.Background()
	term := listening(t, t.TempDir(), &bytes.Buffer{})
	op, err := term.AddOperator(ctx, "Bob", staff.Cashier, []byte("8520"))
	if err != nil {
		t.Fatal(err)
	}
	if err := term.SignIn(ctx, op.ID, []byte("8520")); err != nil {
		t.Fatal(err)
	}
	if _, err := term.PaymentLog(ctx, order.NoticeQuery{}); err != nil {
		t.Error(err)
	}
	for name, do := range map[string]func() error{
		"customer": func() error { return term.SaveCustomer(ctx, order.Customer{Name: "X"}) },
		"match":    func() error { return term.MatchNotice(ctx, "x", "y") },
		"payouts": func() error {
			return term.AddPayouts(ctx, []order.Payout{{To: "a@example.org", Amount: money.New(1, money.USD)}})
		},
		"file":   func() error { _, err := term.PayoutFiles(ctx, nil, false); return err },
		"cancel": func() error { return term.CancelPayout(ctx, "x") },
	} {
		if err := do(); err == nil || !strings.Contains(err.Error(), "Your role does not allow this") {
			t.Errorf("%s: %v", name, err)
		}
	}
	term.SignOut(ctx)
	if _, err := term.Customers(ctx, ""); err == nil || !strings.Contains(err.Error(), "Sign in") {
		t.Errorf("nobody: %v", err)
	}
}
