package connexpay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// TestRequests holds every request against testdata/requests.golden: names,
// letter case and types are those of the API document's samples.
func TestRequests(t *testing.T) {
	h := newHost(t, always(500, "application/json", `{}`))
	ctx := context.Background()
	c := newClient(t, h.URL, func(cfg *Config) { cfg.MerchantGUID = "m-1" })
	c.Charge(ctx, charging(device, number, asked), newCard(t, visa, "037", `ADA "A" O'NEIL & CO`))
	c.Charge(ctx, charging(device, number, money.New(1550, money.USD)), newCard(t, amex, "", ""))
	c.Find(ctx, asking(device, number))
	c.Reverse(ctx, asking(device, number))
	c.CloseBatch(ctx, device)
	c.BatchOf(ctx, order.Witness{GUID: saleGUID})
	_ = c.Ping(ctx)
	list := newClient(t, h.URL)
	signedIn(list).Find(ctx, asking(device, number))
	for _, offer := range []order.Offer{{}, current} {
		c := signedIn(newClient(t, h.URL, offering(offer)))
		paid := charging(device, number, money.New(1550, money.USD))
		paid.Payments = 2
		c.Charge(ctx, paid, newCard(t, visa, "", "JOSÉ"))
		c.Charge(ctx, holding, newCard(t, visa, "", "JOSÉ"))
		for _, f := range []order.FollowRequest{void, followUp(order.Void, theHold), giveBack, take, followUp(order.Check, order.Target{})} {
			f.Reason = string(VoidUserDecline)
			c.Follow(ctx, f, newCard(t, visa, "037", "JOSÉ"))
		}
		// What is looked up in each dialect; the host is in trouble, so that
		// the first question is the only one.
		c.Find(ctx, holding)
		for _, f := range []order.FollowRequest{void, giveBack, take} {
			c.FindFollow(ctx, f)
		}
		c.Reverse(ctx, asking(device, number))
		c.BatchOf(ctx, order.Witness{GUID: saleGUID, Number: number})
	}
	var got bytes.Buffer
	for _, s := range h.calls {
		fmt.Fprintf(&got, "%s %s\n%s %s\n%s\n\n", s.method, s.path, s.auth, s.contentType, s.body)
	}
	golden(t, "requests.golden", got.Bytes())
}

// cardBody is the request for a charge in the document's dialect.
func cardBody(q order.CardRequest, cd *card.Card) ([]byte, error) {
	d := dialects[order.DialectDocument]
	_, request := d.charge(q, cd.Holder(), Details{})
	return d.payment(request, Tender{Card: cd})
}

// TestSaleBody reads the body back as a host would: its types, and amounts
// as plain decimal literals.
func TestSaleBody(t *testing.T) {
	tests := []struct {
		amount money.Amount
		want   string
	}{
		{money.New(50, money.USD), "0.50"}, {money.New(1, money.USD), "0.01"}, {money.New(150000, money.USD), "1500.00"},
		{money.New(99999999, money.USD), "999999.99"}, {money.New(1_000_000_000_00, money.USD), "1000000000.00"},
		{money.New(1500, "JPY"), "1500"}, {money.New(1500, "KWD"), "1.500"},
	}
	for _, tt := range tests {
		body, err := cardBody(charging(device, number, tt.amount), newCard(t, visa, "737", "ADA"))
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Amount         json.RawMessage
			SequenceNumber string
			SendReceipt    *bool
			RiskData       struct{ OrderNumber string }
			Card           struct{ CardNumber, ExpirationDate, Cvv2, CardHolderName string }
		}
		d := json.NewDecoder(bytes.NewReader(body))
		if err := d.Decode(&got); err != nil {
			t.Fatalf("%v in the body of %s", err, tt.want)
		}
		if string(got.Amount) != tt.want {
			t.Errorf("Amount: got %s, want %s", got.Amount, tt.want)
		}
		if got.SendReceipt == nil || *got.SendReceipt {
			t.Error("SendReceipt: want false, and there: left out it means true")
		}
		if got.SequenceNumber != number || got.RiskData.OrderNumber != number {
			t.Errorf("got numbers %s and %s, want %s twice", got.SequenceNumber, got.RiskData.OrderNumber, number)
		}
		if got.Card.ExpirationDate != "2809" {
			t.Errorf("ExpirationDate: got %s, want 2809 (YYMM)", got.Card.ExpirationDate)
		}
		if got.Card.CardNumber != visa || got.Card.Cvv2 != "737" || got.Card.CardHolderName != "ADA" {
			t.Errorf("the card did not arrive whole")
		}
	}
}

// TestSaleBodyGrowsOnce: a buffer that grew would leave a copy of the card
// behind that nobody overwrites.
func TestSaleBodyGrowsOnce(t *testing.T) {
	const longest = "4000000000000000006" // 19 digits
	holder := strings.Repeat("O'NEIL & ", 5)
	cd, err := card.New([]byte(longest), []byte("737"), card.Expiry{Year: 2028, Month: 9}, holder)
	if err != nil {
		t.Fatal(err)
	}
	body, err := cardBody(asking(device, number), cd)
	if err != nil {
		t.Fatal(err)
	}
	if unused := cap(body) - len(body); unused < 0 || unused > 2 {
		t.Errorf("the buffer has room for %d bytes more than it holds: it grew", unused)
	}
}

func TestTokenForm(t *testing.T) {
	h := newHost(t, always(200, "application/json", saleJSON()))
	sell(t, newClient(t, h.URL))
	calls := h.to("token")
	if len(calls) != 1 {
		t.Fatalf("got %d sign-ins, want 1", len(calls))
	}
	got := calls[0]
	if got.contentType != "application/x-www-form-urlencoded" || got.auth != "" || got.method != "POST" {
		t.Errorf("got %s, %q, authorization %q", got.method, got.contentType, got.auth)
	}
	form, err := url.ParseQuery(got.body)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"grant_type": {"password"}, "username": {"paydesk"}, "password": {"pass&word"}}
	if form.Encode() != want.Encode() {
		t.Errorf("got %v, want %v", form, want)
	}
}

// TestNothingSent: a call that names no device, number or card, or another
// currency than the account's, does not leave the machine.
func TestNothingSent(t *testing.T) {
	h := newHost(t, always(200, "application/json", saleJSON()))
	c := newClient(t, h.URL, func(cfg *Config) { cfg.MerchantGUID = "m-1" })
	ctx := context.Background()
	cleared := newCard(t, visa, "737", "")
	cleared.Clear()
	sales := map[string]order.Evidence{
		"no device":        c.Charge(ctx, charging("", number, asked), newCard(t, visa, "737", "")),
		"no number":        c.Charge(ctx, charging(device, "", asked), newCard(t, visa, "737", "")),
		"cleared card":     c.Charge(ctx, charging(device, number, asked), cleared),
		"another currency": c.Charge(ctx, charging(device, number, money.New(150000, money.EUR)), newCard(t, visa, "737", "")),
	}
	for name, e := range sales {
		if got := state(e); got != order.NotSent || e.Message == "" {
			t.Errorf("%s: got %s, %+v", name, got, e)
		}
	}
	if got := c.Reverse(ctx, asking(device, "")); got != order.ReversalNoAnswer {
		t.Errorf("reversal without a number: got %s", got)
	}
	if got := c.Reverse(ctx, asking("", number)); got != order.ReversalNoAnswer {
		t.Errorf("reversal without a device: got %s", got)
	}
	if got := c.CloseBatch(ctx, ""); got != (order.BatchAnswer{Unsent: true}) {
		t.Errorf("close without a device: got %+v", got)
	}
	if got := c.BatchOf(ctx, order.Witness{GUID: ""}); got != (order.BatchAnswer{}) {
		t.Errorf("batch of no sale: got %+v", got)
	}
	if f := c.Find(ctx, asking(device, "")); !f.Failed {
		t.Errorf("find without a number: got %+v", f)
	}
	if f := c.Find(ctx, asking("", number)); !f.Failed {
		t.Errorf("find without a device: got %+v", f)
	}
	if len(h.calls) != 0 {
		t.Errorf("got %d requests, want none: %+v", len(h.calls), h.calls)
	}
}

func TestNew(t *testing.T) {
	tests := []struct {
		url   string
		local bool
		ok    bool
	}{
		{"https://salesapi.connexpay.com", false, true},
		{"https://salesapi.connexpay.com/", false, true},
		{"http://127.0.0.1:8787", true, true},
		{"http://salesapi.connexpay.com", false, false},
		{"salesapi.connexpay.com", false, false},
		{"ftp://salesapi.connexpay.com", false, false},
		{"", false, false}, {"https://", false, false}, {"https://a b", false, false},
		{"https://me:secret@salesapi.connexpay.com", false, false},
		{"https://salesapi.connexpay.com?x=secret", false, false},
		{"https://salesapi.connexpay.com#secret", false, false},
	}
	for _, tt := range tests {
		c, err := New(Config{BaseURL: tt.url, LoopbackOnly: tt.local, Currency: money.USD})
		if ok := err == nil; ok != tt.ok {
			t.Errorf("%q: got %v", tt.url, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "https://") || strings.Contains(fmt.Sprintf("%+v", err), "secret")) {
			t.Errorf("%q: %q does not say what to do, or says too much", tt.url, err)
		}
		if err == nil && (!strings.HasSuffix(c.base, "/api/v1/") || strings.Contains(c.base, "//api")) {
			t.Errorf("%q: got base %s", tt.url, c.base)
		}
	}
}
