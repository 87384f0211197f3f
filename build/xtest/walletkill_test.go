package xtest

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal/sandbox/gateway"
)

// gateways is a process that runs PayPal's and Razorpay's stand-ins.
type gateways struct {
	t       *testing.T
	process *exec.Cmd
	url     string
}

func startGateways(t *testing.T, ledger, ipn string) *gateways {
	t.Helper()
	g := &gateways{t: t, process: exec.Command(program(t), "sandbox", "--listen", "127.0.0.1:0", "--ledger", ledger, "--ipn", ipn)}
	out, err := g.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	g.process.Stderr = os.Stderr
	if err := g.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	g.url = strings.TrimSpace(strings.TrimPrefix(line, "Sandbox host on "))
	return g
}

func (g *gateways) kill() {
	_ = g.process.Process.Kill() // a second time there is nothing to kill
	_ = g.process.Wait()
}

// ask makes a request and returns the answer's body.
func (g *gateways) ask(method, path, body string) string {
	g.t.Helper()
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/razorpay/v1/") {
		req.Header.Set("Content-Type", "application/json")
		req.SetBasicAuth(gateway.RazorpayKeyID, gateway.RazorpayKeySecret)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		g.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	return string(text)
}

// TestGatewaysSurviveKill kills the stand-ins of PayPal and Razorpay and starts
// them again: what was paid is still paid, and a message that nobody took before
// is sent again and is known as theirs.
func TestGatewaysSurviveKill(t *testing.T) {
	t.Parallel()
	messages := make(chan string, 16)
	refuse := make(chan bool, 1)
	refuse <- true
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is cut off is no message that anybody knows
		select {
		case <-refuse:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
		}
		messages <- string(body)
	}))
	t.Cleanup(listener.Close)
	ledger := filepath.Join(t.TempDir(), "host.db")

	g := startGateways(t, ledger, listener.URL)
	const codes = "/razorpay/v1/payments/qr_codes"
	var code struct {
		ID   string `json:"id"`
		Text string `json:"image_content"`
	}
	made := g.ask("POST", codes, `{"type":"upi_qr","usage":"single_use","fixed_amount":true,"payment_amount":30000,"notes":{"sale":"T01-000042"}}`)
	if err := json.Unmarshal([]byte(made), &code); err != nil {
		t.Fatalf("%s: %v", made, err)
	}
	g.ask("POST", "/razorpay/upi", url.Values{"text": {code.Text}, "do": {"pay"}}.Encode())
	g.ask("POST", gateway.Page+"do", "do=send&email=fred@example.org&amount=25.00&currency=USD")
	first := <-messages
	g.kill()

	g = startGateways(t, ledger, listener.URL)
	var paid struct {
		Items []struct {
			Amount json.Number `json:"amount"`
			Status string      `json:"status"`
		} `json:"items"`
	}
	said := g.ask("GET", codes+"/"+code.ID+"/payments", "")
	if err := json.Unmarshal([]byte(said), &paid); err != nil || len(paid.Items) != 1 || paid.Items[0].Amount != "30000" || paid.Items[0].Status != "captured" {
		t.Errorf("after the kill the code's payments are %s: %v", said, err)
	}
	if again := <-messages; again != first {
		t.Errorf("the message was\n%s\nand is\n%s", first, again)
	}
	if said := g.ask("POST", "/paypal/cgi-bin/webscr", "cmd=_notify-validate&"+first); said != "VERIFIED" {
		t.Errorf("got %q, want VERIFIED", said)
	}
}
