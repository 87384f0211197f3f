package connexpay_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"paydesk/terminal/clock"
	"paydesk/terminal/connexpay"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox"
)

// office is a client in front of a sandbox host, with the folder of its mails.
func office(t *testing.T, dialect sandbox.Dialect) (*connexpay.Client, string) {
	t.Helper()
	now, dir := clock.NewVirtual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), t.TempDir()
	host, err := sandbox.Open(sandbox.Options{Path: filepath.Join(dir, "ledger.db"), Clock: now, Dialect: dialect,
		MailDir: filepath.Join(dir, "mail"), DuplicateWindow: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(host.Handler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(func() { _ = host.Close(); server.Close() })
	c, err := connexpay.New(connexpay.Config{BaseURL: server.URL, Username: sandbox.DefaultUsername, MerchantGUID: sandbox.MerchantGUID,
		Password: func() (string, error) { return sandbox.DefaultPassword, nil }, Currency: money.USD, LoopbackOnly: true, Clock: now,
		Offer: order.Offer{Dialect: order.Dialect(dialect)}})
	if err != nil {
		t.Fatal(err)
	}
	return c, filepath.Join(dir, "mail")
}

// TestSandboxProbe: the sandbox of each dialect offers what its reference says.
func TestSandboxProbe(t *testing.T) {
	everything := map[order.Feature]bool{}
	for _, f := range order.Features {
		if f != order.FeatureIssue { // which no question finds out without making a card
			everything[f] = true
		}
	}
	present := maps.Clone(everything)
	for _, f := range []order.Feature{order.FeatureDevices, order.FeatureGet, order.FeatureList, order.FeatureReversal,
		order.FeatureBatchView, order.FeatureBatchClose, order.FeatureUsers, order.FeaturePartCapture, order.FeatureIssue} {
		present[f] = false
	}
	for dialect, want := range map[sandbox.Dialect]map[order.Feature]bool{sandbox.DialectDocument: everything, sandbox.DialectCurrent: present} {
		c, _ := office(t, dialect)
		n := 0
		offer, steps, err := c.Probe(context.Background(), connexpay.ProbeConfig{Device: sandbox.DeviceGUID, Try: true,
			NewNumber: func() string { n++; return fmt.Sprintf("PROBE%012d", n) }})
		if err != nil {
			t.Fatal(err)
		}
		if offer.Dialect != order.Dialect(dialect) || !maps.Equal(offer.Has, want) {
			t.Errorf("%s: got %s %v, want %v", dialect, offer.Dialect, offer.Has, want)
		}
		for _, s := range steps {
			if s.Trouble && s.Name != "clock" { // the sandbox keeps the test's time, HTTP the real one
				t.Errorf("%s: %+v", dialect, s)
			}
		}
		open := 0
		for r, err := range c.SearchSales(context.Background(), connexpay.SaleFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			if r.EffectiveAmount != "0" && r.EffectiveAmount != "0.00" {
				open++
			}
		}
		if open != 0 {
			t.Errorf("%s: %d sales of the trial were not taken back", dialect, open)
		}
	}
}

// TestSandboxAccounts lets a user in, change the password, forget it, and set
// it anew with the key of the mail.
func TestSandboxAccounts(t *testing.T) {
	c, mail := office(t, sandbox.DialectDocument)
	ctx := context.Background()
	made, err := c.Register(ctx, connexpay.NewUser{Username: "JohnDoe", Password: []byte("123456"), IsoNumber: "1000", FirstName: "John", LastName: "Doe",
		Email: "johndoe@gmail.com", Phone: "9177563046", Address1: "151 E 33rd ST", City: "Dallas", State: "TX", Zipcode: "76092"})
	if err != nil || made.UserName != "JohnDoe" {
		t.Fatalf("got %+v, %v", made, err)
	}
	if err := c.ChangePassword(ctx, "JohnDoe", []byte("123456"), []byte("qwerty")); err != nil {
		t.Error(err)
	}
	if err := c.ChangePassword(ctx, "JohnDoe", []byte("123456"), []byte("qwerty")); err == nil {
		t.Error("the old password was taken again")
	}
	if err := c.RequestReset(ctx, "JohnDoe"); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(mail)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	text, err := os.ReadFile(filepath.Join(mail, files[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`[0-9a-f]{64}`).Find(text)
	if err := c.ResetPassword(ctx, key, []byte("123457")); err != nil {
		t.Error(err)
	}
	if err := c.ResetPassword(ctx, key, []byte("123458")); err == nil {
		t.Error("the key was taken twice")
	}
	users, err := c.SearchUsers(ctx, connexpay.UserFilter{Username: "JohnDoe"})
	if err != nil || len(users) != 1 {
		t.Fatalf("got %+v, %v", users, err)
	}
	roles, err := c.RolesOf(ctx, string(users[0].GUID))
	if err != nil || roles.UserName != "JohnDoe" {
		t.Errorf("got %+v, %v", roles, err)
	}
	if mine, err := c.MyRoles(ctx); err != nil || len(mine.Roles) == 0 {
		t.Errorf("got %+v, %v", mine, err)
	}
}

// TestSandboxSearches makes one transaction of each kind and finds it, as rows
// and as CSV.
func TestSandboxSearches(t *testing.T) {
	for _, dialect := range []sandbox.Dialect{sandbox.DialectDocument, sandbox.DialectCurrent} {
		c, _ := office(t, dialect)
		n := 0
		if _, _, err := c.Probe(context.Background(), connexpay.ProbeConfig{Device: sandbox.DeviceGUID, Try: true,
			NewNumber: func() string { n++; return fmt.Sprintf("PROBE%012d", n) }}); err != nil {
			t.Fatal(err)
		}
		kinds := map[string]connexpay.Filter{"sales": &connexpay.SaleFilter{}, "voids": &connexpay.VoidFilter{}, "returns": &connexpay.ReturnFilter{},
			"verifies": &connexpay.VerifyFilter{}}
		if dialect == sandbox.DialectDocument {
			kinds["auths"], kinds["captures"], kinds["billings"] = &connexpay.AuthFilter{}, &connexpay.CaptureFilter{}, &connexpay.BillingFilter{}
		}
		for kind, filter := range kinds {
			var out bytes.Buffer
			if err := c.ExportCSV(context.Background(), filter, &out); err != nil {
				t.Errorf("%s %s: %v", dialect, kind, err)
				continue
			}
			table, err := csv.NewReader(&out).ReadAll()
			none := kind == "returns" || kind == "verifies" || kind == "billings"
			if err != nil || len(table) < 1 || !none && len(table) < 2 {
				t.Errorf("%s %s: %d lines, %v", dialect, kind, len(table), err)
			}
		}
		rows := 0
		for r, err := range c.SearchVoids(context.Background(), connexpay.VoidFilter{}) {
			if err != nil || r.GUID == "" {
				t.Errorf("%s: %+v, %v", dialect, r, err)
			}
			rows++
		}
		if rows < 3 {
			t.Errorf("%s: %d voids", dialect, rows)
		}
	}
}

// TestSandboxBatch closes a batch and finds it again.
func TestSandboxBatch(t *testing.T) {
	d := newDesk(t, sandbox.MerchantGUID, sandbox.DefaultPassword)
	if _, e, state := d.sell(cardFor(t, sandbox.Approved), 1250); state != order.Approved {
		t.Fatalf("got %+v", e)
	} else if all, err := d.client.BatchTransactions(context.Background(), e.Batch); err != nil || len(all) != 1 || all[0].Amount != "12.5" && all[0].Amount != "12.50" {
		t.Errorf("got %+v, %v", all, err)
	}
	closed, err := d.client.BatchClose(context.Background(), sandbox.DeviceGUID)
	if err != nil || closed.BatchInfo.SaleCount != 1 {
		t.Errorf("got %+v, %v", closed, err)
	}
	found, err := d.client.SearchBatches(context.Background(), connexpay.BatchFilter{DeviceGUID: sandbox.DeviceGUID, StartDate: "2026-02-28", EndDate: "2026-03-02"})
	if err != nil || len(found) != 1 || len(found[0].Transactions) != 1 {
		t.Errorf("got %+v, %v", found, err)
	}
}

// TestSandboxIssue makes a card out of a sale that expects one payment.
func TestSandboxIssue(t *testing.T) {
	c, _ := office(t, sandbox.DialectDocument)
	d := &counter{T: t, c: c}
	e := c.Charge(context.Background(), order.CardRequest{Number: "ISSUE000000000001", Device: sandbox.DeviceGUID, Amount: money.New(5000, money.USD),
		Payments: 2}, d.card(sandbox.Approved))
	if e.TransCode == "" {
		t.Fatalf("got %+v", e)
	}
	issue := order.FollowRequest{Act: order.Issue, Number: "ISSUE000000000002", Device: sandbox.DeviceGUID, Amount: money.New(2000, money.USD),
		Terms: &order.IssueTerms{Code: e.TransCode, FirstName: "Adam", LastName: "Smith", UsageLimit: 10, ValidFor: "WEEK", PurchaseType: "01"}}
	made := c.Issue(context.Background(), issue)
	if made.Body != order.BodyCard || made.Status != order.CardActive || made.Target != e.TransCode || made.Amount == nil || made.Amount.Minor != 2000 {
		t.Errorf("got %+v", made)
	}
	issue.Amount = money.New(900000, money.USD)
	if refused := c.Issue(context.Background(), issue); refused.Body != order.BodyError || refused.Message == "" {
		t.Errorf("got %+v", refused)
	}
}
