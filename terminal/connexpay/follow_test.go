package connexpay

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"paydesk/terminal/card"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	followNumber = "PDFOLLOW000000001"
	holdGUID     = "539e87eb-54a2-44da-8980-62667d81d95c"
)

var (
	current  = order.Offer{Dialect: order.DialectCurrent}
	theSale  = order.Target{GUID: saleGUID, Number: number, Device: device}
	theHold  = order.Target{Kind: order.KindAuth, GUID: holdGUID, Number: number, Device: device}
	holding  = order.CardRequest{Kind: order.KindAuth, Device: device, Number: number, Amount: asked}
	void     = followUp(order.Void, theSale)
	giveBack = followUp(order.Return, theSale)
	take     = followUp(order.Capture, theHold)
)

func followUp(act order.Act, of order.Target) order.FollowRequest {
	return order.FollowRequest{Act: act, Number: followNumber, Device: device, Amount: asked, Target: of}
}

func offering(o order.Offer) func(*Config) {
	return func(cfg *Config) { cfg.Offer, cfg.MerchantGUID = o, "m-1" }
}

// TestFollowExamples reads the document's examples of follow-ups as evidence.
func TestFollowExamples(t *testing.T) {
	const dev = "8f65764d-72c1-4dee-ac9f-4cd4c98e8c35"
	approved := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved",
		Processed: &yes, Code: "A0000", Device: dev, BatchStatus: "Batch - Open"}
	voided, returned, captured, verified := approved, approved, approved, approved
	voided.GUID, voided.Target = "7a4ef786-8288-404d-9340-e837d06784af", "bfff1a26-4207-4871-9597-48282e3fcfea"
	voided.Amount, voided.Effective, voided.AuthCode, voided.Reference = usd(1974), usd(0), "VTLMC1", "13283644"
	voided.Batch = "1564cb1b-eddb-4747-9565-61a7d7d225f9"
	returned.GUID, returned.Target = "4f31b350-edd1-49fd-a1ad-4b065f78d7b9", "ded98ad3-0553-4607-b84c-1bbd85f474d5"
	returned.Code, returned.Amount, returned.AuthCode, returned.Reference = "A0014", usd(1974), "VTLMC1", "13283670"
	returned.Batch = "450463e0-5050-4c33-8c2f-4e39a2dd8614"
	captured.GUID, captured.Target, captured.Made = "cf05ed0a-f9df-4e62-b613-61323a37c14e", holdGUID, "34f87b4e-3345-4c01-96de-c4257c38e822"
	captured.Message, captured.Amount, captured.Effective, captured.Reference = "Success", usd(9000), usd(9000), "13283616"
	captured.Batch = "1564cb1b-eddb-4747-9565-61a7d7d225f9"
	verified.GUID, verified.BatchStatus = "6b71517b-5972-47f3-aa3d-dcf3eef4bd70", ""
	tests := []struct {
		sample string
		act    order.Act
		want   order.Evidence
	}{{"create_void", order.Void, voided}, {"create_return", order.Return, returned},
		{"create_capture", order.Capture, captured}, {"create_verify", order.Check, verified}}
	for _, tt := range tests {
		h := newHost(t, always(200, js, sample(t, tt.sample)))
		same(t, tt.sample, newClient(t, h.URL).Follow(context.Background(), followUp(tt.act, theHold), newCard(t, visa, "737", "")), tt.want)
	}
}

// TestCaptureForms: the current service answers a capture with the sale that
// it made and without a status of its own; a mix is no answer at all.
func TestCaptureForms(t *testing.T) {
	nested := saleJSON(member{"sequenceNumber", `"other"`})
	want := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Status: "Transaction - Approved", Processed: &yes,
		Code: "A0000", Message: "Success", GUID: "c-1", Device: device, Amount: usd(150000), Effective: usd(150000),
		AuthCode: "TAS356", Reference: "16286858", Batch: "b-1", BatchStatus: "Batch - Open", Made: saleGUID}
	numbered, other := want, want
	numbered.Number, other.Target = followNumber, holdGUID
	unreadable, mixed := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodyOther}, order.BodyOther
	tests := []struct {
		name, body string
		want       order.Evidence
		body2      order.Body
	}{
		{"nested", `{"guid":"c-1","sale":` + nested + `}`, want, ""},
		{"with its number", `{"guid":"c-1","sequenceNumber":"` + followNumber + `","sale":` + nested + `}`, numbered, ""},
		{"with its hold", `{"guid":"c-1","authOnlyGuid":"` + holdGUID + `","sale":` + nested + `}`, other, ""},
		{"an empty guid", `{"guid":"c-1","authOnlyGuid":"` + none + `","sale":` + nested + `}`, want, ""},
		{"no sale", `{"guid":"c-1"}`, unreadable, ""},
		{"a sale of another type", `{"guid":"c-1","sale":[]}`, unreadable, ""},
		{"processed and not", `{"guid":"c-1","wasProcessed":false,"sale":` + nested + `}`, want, mixed},
		{"approved and declined", `{"guid":"c-1","status":"Transaction - Approved","sale":` + declinedJSON("D2012") + `}`, want, mixed},
		{"declined and approved", `{"guid":"c-1","status":"Transaction - Declined","wasProcessed":false,"relatedSale":` + nested + `}`, want, mixed},
		{"two holds", `{"guid":"c-1","authOnlyGuid":"x","authOnly":{"guid":"y"},"sale":` + nested + `}`, want, mixed},
		{"sale twice", `{"guid":"c-1","sale":` + nested + `,"sale":` + nested + `}`, unreadable, ""},
		{"an odd amount", `{"guid":"c-1","newAmount":"odd","sale":` + nested + `}`, want, mixed},
	}
	for _, tt := range tests {
		h := newHost(t, always(200, js, tt.body))
		got := newClient(t, h.URL, offering(current)).Follow(context.Background(), take, nil)
		if tt.body2 != "" {
			if got.Body != tt.body2 {
				t.Errorf("%s: got %+v", tt.name, got)
			}
			continue
		}
		same(t, tt.name, got, tt.want)
	}
}

// TestVoidForms: what is voided is named in one of two places, or in both.
func TestVoidForms(t *testing.T) {
	row := func(more string) string {
		return `{"guid":"v-1","status":"Transaction - Approved","wasProcessed":true,"processorStatusCode":"A0000",` + more + `}`
	}
	tests := []struct {
		name, body, target string
		body2              order.Body
		amount, effective  *money.Amount
	}{
		{"by sale", row(`"saleGuid":"s"`), "s", order.BodySale, nil, nil},
		{"by nested sale", row(`"sale":{"guid":"s","amount":15,"effectiveAmount":0}`), "s", order.BodySale, usd(1500), usd(0)},
		{"of a hold", row(`"authOnlyGuid":"a","authOnly":{"guid":"A","amount":15}`), "a", order.BodySale, usd(1500), nil},
		{"by nested hold", row(`"saleGuid":"` + none + `","authOnly":{"guid":"a"}`), "a", order.BodySale, nil, nil},
		{"with an amount", row(`"saleGuid":"s","amount":"7.50","sale":{"guid":"s","amount":15}`), "s", order.BodySale, usd(750), nil},
		{"two sales", row(`"saleGuid":"s","sale":{"guid":"other"}`), "s", order.BodyOther, nil, nil},
		{"none", row(`"voidReason":"DEVICE_TIMEOUT"`), "", order.BodySale, nil, nil},
	}
	for _, tt := range tests {
		h := newHost(t, always(200, js, tt.body))
		got := newClient(t, h.URL).Follow(context.Background(), void, nil)
		if got.Target != tt.target || got.Body != tt.body2 {
			t.Errorf("%s: got %+v", tt.name, got)
		}
		same(t, tt.name, []*money.Amount{got.Amount, got.Effective}, []*money.Amount{tt.amount, tt.effective})
	}
}

// TestFollowNotSent: what cannot be right does not leave the machine.
func TestFollowNotSent(t *testing.T) {
	h := newHost(t, always(200, js, saleJSON()))
	c, ctx := newClient(t, h.URL), context.Background()
	change := func(edit func(*order.FollowRequest)) order.FollowRequest {
		f := giveBack
		edit(&f)
		return f
	}
	cleared := newCard(t, visa, "737", "")
	cleared.Clear()
	for name, e := range map[string]order.Evidence{
		"no device":         c.Follow(ctx, change(func(f *order.FollowRequest) { f.Device = "" }), nil),
		"no number":         c.Follow(ctx, change(func(f *order.FollowRequest) { f.Number = "" }), nil),
		"no target":         c.Follow(ctx, change(func(f *order.FollowRequest) { f.Target.GUID = "" }), nil),
		"another currency":  c.Follow(ctx, change(func(f *order.FollowRequest) { f.Amount.Currency = money.EUR }), nil),
		"an unknown act":    c.Follow(ctx, followUp("TIP", theSale), nil),
		"a check, no card":  c.Follow(ctx, followUp(order.Check, order.Target{}), nil),
		"a check, cleared":  c.Follow(ctx, followUp(order.Check, order.Target{}), cleared),
		"a charge, no card": c.Charge(ctx, holding, nil),
	} {
		if e.Stage != order.NotConnected || e.Message == "" {
			t.Errorf("%s: got %+v", name, e)
		}
	}
	if len(h.calls) != 0 {
		t.Errorf("got %+v", h.calls)
	}
}

// TestFollowOnce: whatever happens to its answer, a follow-up is sent once.
func TestFollowOnce(t *testing.T) {
	for _, f := range []order.FollowRequest{void, giveBack, take} {
		h := newRaw(t, func(net.Conn) {})
		if e := signedIn(newClient(t, h.url)).Follow(context.Background(), f, nil); e.Stage != order.NoAnswer || len(h.requests) != 1 {
			t.Errorf("%s: got %+v after %d requests", f.Act, e, len(h.requests))
		}
		for status, body := range map[int]order.Body{202: order.BodySale, 400: order.BodyOther, 422: order.BodyOther, 500: order.BodyOther} {
			h := newHost(t, always(status, js, saleJSON()))
			if e := newClient(t, h.URL).Follow(context.Background(), f, nil); e.HTTP != status || e.Body != body || len(h.calls) != 2 {
				t.Errorf("%s, %d: got %+v", f.Act, status, e)
			}
		}
	}
}

// TestCheckEcho: a check withholds the card from what came back.
func TestCheckEcho(t *testing.T) {
	body := saleJSON(member{"authCode", `"` + amex + `"`}, member{"processorResponseMessage", `"code ` + amexCVV + ` of 3714 496353 92376"`})
	h := newHost(t, always(200, js, body))
	e := newClient(t, h.URL).Follow(context.Background(), followUp(order.Check, order.Target{}), newCard(t, amex, amexCVV, ""))
	if text := everything(e); strings.Contains(text, amex) || strings.Contains(text, "code "+amexCVV) || strings.Contains(text, "3714 4") || e.AuthCode != "****" {
		t.Errorf("got %s", text)
	}
}

// TestPending: an answer that asks for the cardholder's proof is no approval
// and no decline.
func TestPending(t *testing.T) {
	for _, status := range []string{"3DS - Pending Fingerprint", "3DS - Pending User Challenge", "Transaction - Approved"} {
		for _, http := range []int{200, 202} {
			body := saleJSON(member{"status", fmt.Sprintf("%q", status)}, member{"wasProcessed", ""}, member{"processorStatusCode", ""})
			e := sell(t, newClient(t, newHost(t, always(http, js, body)).URL))
			if e.Status != status || e.Processed != nil || e.HTTP != http || state(e) != order.Unknown {
				t.Errorf("%s, %d: got %+v, %s", status, http, e, state(e))
			}
		}
	}
	e := sell(t, newClient(t, newHost(t, always(202, js, saleJSON())).URL))
	if state(e) != order.Unknown {
		t.Errorf("approved, 202: got %s", state(e))
	}
}

// TestTender: what a card may go out as, in either dialect.
func TestTender(t *testing.T) {
	pan := func(digits string) *card.Card { return newCard(t, digits, "", "") }
	tests := []struct {
		name    string
		dialect order.Dialect
		tender  Tender
		want    string
	}{
		{"13 digits", order.DialectDocument, Tender{Card: pan("4222222222222")}, `"CardNumber":"4222222222222","ExpirationDate":"2809"`},
		{"19 digits", order.DialectDocument, Tender{Card: pan("4000000000000000006")}, `"CardNumber":"4000000000000000006","ExpirationDate":"2809"`},
		{"12 digits", order.DialectDocument, Tender{Card: pan("501800000009")}, ""},
		{"a token", order.DialectDocument, Tender{Token: "nr959X7eCIXI0473"}, `"CardNumber":"nr959X7eCIXI0473"`},
		{"a token, guid unused", order.DialectDocument, Tender{Token: "nr959X7eCIXI0473", GUID: "g"}, `"CardNumber":"nr959X7eCIXI0473"`},
		{"a guid alone", order.DialectDocument, Tender{GUID: "g"}, ""},
		{"a guid", order.DialectCurrent, Tender{Token: "nr959X7eCIXI0473", GUID: "g"}, `"Guid":"g"`},
		{"a token, no guid", order.DialectCurrent, Tender{Token: "nr959X7eCIXI0473"}, `"CardNumber":"nr959X7eCIXI0473"`},
		{"a number as a token", order.DialectDocument, Tender{Token: visa}, ""},
		{"a short token", order.DialectDocument, Tender{Token: "nr959X7eCIXI047"}, ""},
		{"a token with a quote", order.DialectDocument, Tender{Token: `nr959X7eCIXI04"3`}, ""},
		{"nothing", order.DialectDocument, Tender{}, ""},
		{"a customer", order.DialectCurrent, Tender{GUID: "g", Customer: &Customer{FirstName: "Zoë", LastName: "Łukasz-Ñandú 李", City: "Köln"}},
			`"Guid":"g","Customer":{"FirstName":"Zoe","LastName":"Lukasz-Nandu","City":"Koeln","Address2":""}`},
		{"a customer as he is", order.DialectDocument, Tender{Token: "nr959X7eCIXI0473", Customer: &Customer{FirstName: "Zoë"}},
			`"CardNumber":"nr959X7eCIXI0473","Customer":{"FirstName":"Zoë","Address2":""}`},
	}
	for _, tt := range tests {
		body, err := dialects[tt.dialect].payment(VerifyRequest{"d"}, tt.tender)
		if want := `{"DeviceGuid":"d","Card":{` + tt.want + `}}`; tt.want != "" && string(body) != want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: got %s, %v", tt.name, body, err)
		}
	}
	h := newHost(t, always(200, js, sample(t, "create_verify")))
	if _, err := newClient(t, h.URL).CreateVerify(context.Background(), VerifyRequest{"d"}, Tender{}); err == nil || len(h.calls) != 0 {
		t.Errorf("no card: got %v after %d requests", err, len(h.calls))
	}
}

// TestUse changes the offer while calls go on, as the race detector sees.
func TestUse(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, saleJSON()) })
	c, done := newClient(t, h.URL), make(chan bool)
	go func() {
		defer close(done)
		for range 100 {
			c.Use(current)
			c.Use(order.Offer{})
		}
	}()
	for range 5 {
		c.Follow(context.Background(), giveBack, nil)
	}
	<-done
	c.Use(current)
	c.Follow(context.Background(), giveBack, nil)
	last := h.to("returns")
	if body := last[len(last)-1].body; !strings.Contains(body, `"SequenceNumber":"`+followNumber+`"`) {
		t.Errorf("got %s", body)
	}
}

func TestASCII(t *testing.T) {
	tests := map[string]string{"ADA LOVELACE": "ADA LOVELACE", "José Müller-Groß": "Jose Mueller-Gross", "Žižek Ærø": "Zizek AEro",
		"李 小龙": "", "O’Neil – Co": "O'Neil - Co", "a\tb\x00c": "a bc", "": "", "  ": "", "Nguyễn": "Nguyn"}
	for text, want := range tests {
		if got := ascii(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
