package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/clock"
)

// documentDay is the time of the document's sample sale, so that its sample
// card has not expired.
var documentDay = time.Date(2018, 9, 10, 13, 36, 13, 770_000_000, time.UTC)

// bench is a host under test on a real port, with a client that has logged in.
type bench struct {
	t     testing.TB
	host  *Host
	clock *clock.Virtual
	url   string
	path  string
	token string
}

func newBench(t testing.TB, opt Options) *bench {
	t.Helper()
	b := &bench{t: t, clock: clock.NewVirtual(documentDay), path: filepath.Join(t.TempDir(), "ledger.db")}
	opt.Path = b.path
	if opt.Clock == nil {
		opt.Clock = b.clock
	}
	host, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(host.Handler())
	b.host, b.url = host, server.URL
	t.Cleanup(func() {
		if err := host.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	b.token = b.login(DefaultUsername, DefaultPassword)
	return b
}

// login posts the form of the token call and returns the token.
func (b *bench) login(user, password string) string {
	b.t.Helper()
	resp, err := http.PostForm(b.url+"/api/v1/token",
		url.Values{"grant_type": {"password"}, "username": {user}, "password": {password}})
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		b.t.Fatal(err)
	}
	return out.AccessToken
}

// do sends one call and returns status and body.
func (b *bench) do(method, path, body string) (int, string, error) {
	req, err := http.NewRequest(method, b.url+"/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Authorization", "Bearer "+b.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// want sends one call whose answer has a status, and returns the body.
func (b *bench) want(status int, method, path, body string) string {
	b.t.Helper()
	got, text, err := b.do(method, path, body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	if got != status {
		b.t.Fatalf("%s %s: got %d %s, want %d", method, path, got, text, status)
	}
	return text
}

// saleBody is a small sale.
func saleBody(number, amount, sequence string) string {
	return fmt.Sprintf(`{"DeviceGuid":%q,"Amount":%s,"SequenceNumber":%q,"OrderNumber":%q,
		"ConnexPayTransaction":{"ExpectedPayments":0},"RiskData":{},
		"Card":{"CardNumber":%q,"Cvv2":"7391","ExpirationDate":"2912"}}`, DeviceGUID, amount, sequence, sequence, number)
}

func reversalBody(sequence string) string {
	return fmt.Sprintf(`{"DeviceGuid":%q,"SequenceNumber":%q}`, DeviceGUID, sequence)
}

// made sends one call that makes something and returns the answer.
func (b *bench) made(path, body string) map[string]any {
	b.t.Helper()
	status, text, err := b.do("POST", path, body)
	if err != nil || (status != http.StatusOK && status != http.StatusCreated) {
		b.t.Fatalf("POST %s %s: got %d %s, %v", path, body, status, text, err)
	}
	return fields(b.t, text)
}

// guid sends one call that makes something and returns its guid.
func (b *bench) guid(path, body string) string {
	b.t.Helper()
	return b.made(path, body)["guid"].(string)
}

// pay is a body with an amount and the card that is approved.
func pay(amount string) string { return payWith("4111111111111111", amount) }

// payWith is a body with a card, without a sequence number.
func payWith(number, amount string) string {
	return strings.Replace(saleBody(number, amount, ""), `"Cvv2":"7391",`, "", 1)
}

// on is a body for the first device; fields are names and values in turn.
func on(fields ...any) string {
	body := fmt.Sprintf(`{"DeviceGuid":%q`, DeviceGUID)
	for i := 0; i < len(fields); i += 2 {
		body += fmt.Sprintf(`,%q:%q`, fields[i], fmt.Sprint(fields[i+1]))
	}
	return body + "}"
}

func deviceBody() string { return fmt.Sprintf(`{"DeviceGuid":%q}`, DeviceGUID) }

// fields decodes a JSON object, numbers as they are written.
func fields(t testing.TB, body string) map[string]any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader([]byte(body)))
	dec.UseNumber()
	var out map[string]any
	if err := dec.Decode(&out); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return out
}

// rows is the ledger as it stands.
func (b *bench) rows() []Transaction {
	b.t.Helper()
	list, err := b.host.Ledger(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// charged counts the sales that the cardholder pays.
func (b *bench) charged() int {
	b.t.Helper()
	n := 0
	for _, r := range b.rows() {
		if r.Kind == kindSale && !r.EffectiveAmount.IsZero() {
			n++
		}
	}
	return n
}

// words is the values with a space between them.
func words(values ...any) string { return strings.TrimSpace(fmt.Sprintln(values...)) }
