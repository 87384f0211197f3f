package gateway

import (
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestFaultsOfTheWire(t *testing.T) {
	for _, c := range []struct {
		fault   string
		answers bool
		made    int // codes
		check   func(*got) bool
	}{
		{"drop after", false, 1, nil},
		{"drop before", false, 0, nil},
		{"reset after", false, 1, nil},
		{"reset before", false, 0, nil},
		{"truncate 20", false, 1, nil},
		{"status 429 7s", true, 0, func(g *got) bool { return g.status == 429 && g.head.Get("Retry-After") == "7" }},
		{"status 503", true, 0, func(g *got) bool { return g.status == 503 && g.at("error.code") == "SERVER_ERROR" }},
		{"status 500 after", true, 1, func(g *got) bool { return g.status == 500 }},
		{"html after", true, 1, func(g *got) bool { return g.status == 502 && strings.Contains(g.body, "<html>") }},
		{"html", true, 0, func(g *got) bool { return g.status == 502 }},
		{"error GATEWAY_ERROR", true, 0, func(g *got) bool { return g.status == 400 && g.at("error.code") == "GATEWAY_ERROR" }},
		{"duplicate", true, 1, func(g *got) bool { return strings.Count(g.body, `"image_url"`) == 2 }},
		{"types", true, 1, func(g *got) bool { return strings.Contains(g.body, `"payment_amount":[30000]`) }},
		{"echo payment_amount", true, 1, func(g *got) bool { return g.at("payment_amount") == "30001" }},
		{"echo status", true, 1, func(g *got) bool { return g.at("status") == "activex" }},
		{"replay", true, 2, func(g *got) bool { return g.status == 200 }},
		{"mode", true, 0, func(g *got) bool { return g.status == 401 }},
		{"skew -1h", true, 1, func(g *got) bool {
			return g.head.Get("Date") == "Mon, 21 Dec 2026 16:01:16 GMT" && g.at("created_at") == "1797868876"
		}},
	} {
		b := newBench(t)
		b.faulty(FaultRule{Call: "POST razorpay/v1/payments/*", Times: 1, Fault: c.fault})
		g, err := b.try("POST", qrPath, qrBody)
		if (err == nil) != c.answers {
			t.Errorf("%s: got error %v", c.fault, err)
		}
		if strings.HasPrefix(c.fault, "reset") && !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
			var closed *net.OpError
			if !errors.As(err, &closed) {
				t.Errorf("%s: got %v, want a reset", c.fault, err)
			}
		}
		if c.check != nil && err == nil && !c.check(g) {
			t.Errorf("%s: got status %d, %v: %s", c.fault, g.status, g.head, g.body)
		}
		if n := len(b.Codes()); n != c.made {
			t.Errorf("%s: got %d codes, want %d", c.fault, n, c.made)
		}
		if r := b.Faults(); r.Counts[0] != (FaultCount{1, 1}) {
			t.Errorf("%s: got %+v", c.fault, r.Counts)
		}
		b.do("POST", qrPath, qrBody).is(200) // the plan is over
	}
}

func TestFaultsThatWait(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		fault string
		first int // codes while it waits
	}{{"delay 8s", 1}, {"delay 8s before", 0}, {"slow 10s", 1}} {
		before := len(b.Codes())
		b.faulty(FaultRule{Call: "POST razorpay/v1/payments/qr_codes", Times: 1, Fault: c.fault})
		done := make(chan error, 1)
		go func() {
			_, err := b.try("POST", qrPath, qrBody)
			done <- err
		}()
		b.await(func() bool { return b.Faults().Counts[0].Fired == 1 && len(b.Codes()) == before+c.first })
		b.await(func() bool {
			b.clock.Advance(time.Second)
			select {
			case err := <-done:
				b.must(err)
				return true
			default:
				return false
			}
		})
		if n := len(b.Codes()); n != before+1 {
			t.Errorf("%s: got %d codes, want %d", c.fault, n, before+1)
		}
	}
}

func TestFaultsOfTheMeaning(t *testing.T) {
	b := newBench(t)
	b.faulty(FaultRule{Call: "NVP DoExpressCheckoutPayment", Times: 1, Fault: "pending"})
	token, payer := b.agreed()
	b.take(token, payer, "").has("PAYMENTINFO_0_PAYMENTSTATUS", "Pending")

	b.faulty(FaultRule{Call: "NVP *", Times: 1, Fault: "error 10001"})
	b.nvp("GetBalance", "").has("ACK", "Failure", "L_ERRORCODE0", "10001")
	b.faulty(FaultRule{Call: "NVP *", Times: 1, Fault: "mode"})
	b.nvp("GetBalance", "").has("ACK", "Failure", "L_ERRORCODE0", "10002")
	b.faulty(FaultRule{Call: "NVP GetExpressCheckoutDetails", Times: 1, Fault: "expired"})
	b.nvp("GetExpressCheckoutDetails", "TOKEN="+token).has("L_ERRORCODE0", "10411")
	b.faulty(FaultRule{Call: "NVP GetBalance", Times: 1, Fault: "echo L_AMT0"})
	b.nvp("GetBalance", "").has("L_AMT0", "0.01")
	b.faulty(FaultRule{Call: "NVP GetBalance", Times: 1, Fault: "types"})
	if g := b.nvp("GetBalance", ""); strings.Contains(g.body, "=") {
		t.Errorf("got %s", g.body)
	}
	b.faulty(FaultRule{Call: "NVP GetBalance", Times: 1, Fault: "status 429 3s"})
	if g := b.nvp("GetBalance", ""); g.status != 429 || g.head.Get("Retry-After") != "3" {
		t.Errorf("got status %d", g.status)
	}
	b.faulty(FaultRule{Call: "NVP TransactionSearch", Times: 1, Fault: "lag 5m"})
	b.nvp("TransactionSearch", "STARTDATE=2026-12-21T00:00:00Z").has("ACK", "Success", "L_AMT0", "")
	b.nvp("TransactionSearch", "STARTDATE=2026-12-21T00:00:00Z").has("L_AMT0", "12.50")

	b.faulty(FaultRule{Call: "POST paypal/v1/oauth2/token", Times: 1, Fault: "expired"})
	b.rest("GET", ordersPath+"/NONE", "").is(401)
	b.faulty(FaultRule{Call: "PAY razorpay", Times: 1, Fault: "pending"})
	b.do("POST", qrPath, qrBody).is(200)
	b.must(b.Pay("T01-000042"))
	b.do("GET", qrPath, "").is(200, "items.0.status", "active", "items.0.payments_amount_received", "0")
	id := b.paidBy("T01-000042")
	b.faulty(FaultRule{Call: "GET razorpay/v1/payments/{id}", Match: FaultMatch{Text: id, Nth: 2}, Fault: "status 500"})
	b.do("GET", "/razorpay/v1/payments/"+id, "").is(200, "status", "authorized")
	b.do("GET", "/razorpay/v1/payments/pay_none", "").is(400)
	b.do("GET", "/razorpay/v1/payments/"+id, "").is(500)
	b.do("GET", "/razorpay/v1/payments/"+id, "").is(200)
}

// paidBy is the id of Razorpay's payment with a reference.
func (b *bench) paidBy(reference string) string {
	for _, p := range b.Payments() {
		if p.System == Razorpay && p.Reference == reference {
			return p.ID
		}
	}
	return ""
}

func TestFaultPlans(t *testing.T) {
	for _, c := range []struct{ plan, want string }{
		{`{"rules":[{"fault":"drop"}]}`, ""},
		{`{"seed":1,"rules":[{"call":"NVP RefundTransaction","match":{"text":"T01","nth":2},"fault":"delay 8s before"},{"call":"* razorpay/*","chance":"25%","times":3,"fault":"reset"}]}`, ""},
		{`{"rules":[{"fault":"explode"}]}`, "no kind of fault"},
		{`{"rules":[{"fault":"delay"}]}`, "not complete"},
		{`{"rules":[{"fault":"delay 1000h"}]}`, "not complete"},
		{`{"rules":[{"fault":"delay -1s"}]}`, "not complete"},
		{`{"rules":[{"fault":"drop sometimes"}]}`, "too much"},
		{`{"rules":[{"fault":"status 200"}]}`, "400 to 599"},
		{`{"rules":[{"fault":"refund maybe"}]}`, "not complete"},
		{`{"rules":[{"fault":"drop","chance":"0%"}]}`, "percentage"},
		{`{"rules":[{"fault":"drop","times":-1}]}`, "counted from 1"},
		{`{"rules":[{"fault":"drop","call":"GET sales"}]}`, "no call"},
		{`{"rules":[{"fault":"drop","often":1}]}`, "unknown field"},
		{`{"rules":[]} x`, "cannot be read"},
	} {
		_, err := ParseFaultPlan([]byte(c.plan))
		if got := c.want == "" && err == nil || err != nil && c.want != "" && strings.Contains(err.Error(), c.want); !got {
			t.Errorf("%s: got %v, want %q", c.plan, err, c.want)
		}
	}
	for _, k := range faultKinds {
		if _, err := ParseFault(k.example); err != nil {
			t.Errorf("the example of %s: %v", k.name, err)
		}
	}
	for _, f := range readyFaults {
		if err := (FaultPlan{Rules: []FaultRule{f.Rule}}).check(); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
	b := newBench(t, func(c *Config) { c.Faults = false })
	if err := b.SetFaults(FaultPlan{Rules: []FaultRule{{Fault: "drop"}}}); err == nil {
		t.Error("a server without faults took a plan")
	}
}

func FuzzFaultPlan(f *testing.F) {
	f.Add(`{"seed":1,"rules":[{"call":"NVP RefundTransaction","match":{"text":"T01","nth":2},"fault":"delay 8s before"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseFaultPlan([]byte(text))
		if err == nil && len(p.Rules) > 0 {
			if _, err := ParseFault(p.Rules[0].Fault); err != nil {
				t.Errorf("a plan was taken with a wrong fault: %v", err)
			}
		}
	})
}
