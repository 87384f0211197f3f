package connexpay

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"paydesk/terminal/order"
)

// account is a host whose abilities a probe is to find out.
type account struct {
	t     *testing.T
	life  string
	reads map[string]http.HandlerFunc // by method and path; what is missing is 404
	// How the trial goes.
	whole    bool   // captures take the whole
	twice    string // of a duplicate: "same", "refused" or "new"
	filters  bool   // the search heeds the order number
	returns  bool   // a fresh sale can be returned
	voided   []string
	sold     string // order number of the sale
	numbered map[string]string
	made     int
}

func documentAccount(t *testing.T) *account {
	json200 := func(body string) http.HandlerFunc { return always(200, "application/json", body) }
	return &account{t: t, life: "863999", twice: "refused", filters: true, numbered: map[string]string{}, reads: map[string]http.HandlerFunc{
		"GET devices": json200(sample(t, "devices")), "POST Search/Sales/false/1/1": json200(sample(t, "search_sales")),
		"GET sales/": always(404, "application/json", `{"message":"Unable to reach entity"}`), "GET sales": json200(sample(t, "list_sales")),
		"POST timeoutreversal": always(422, "application/json", `{"message":"Sale not found"}`),
		"POST Batches/search":  always(204, "", ""), "GET UserRoles/Users/myself": json200(sample(t, "my_roles")),
	}}
}

func currentAccount(t *testing.T) *account {
	return &account{t: t, life: "86399", twice: "same", filters: true, whole: true, numbered: map[string]string{}, reads: map[string]http.HandlerFunc{
		"POST Search/Sales/false/1/1": always(200, "application/json", `{"pageTotal":1,"totalResults":1,"searchResultDTO":[{"guid":"a"}]}`)}}
}

func (a *account) serve(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
	key := r.Method + " " + path
	if strings.HasPrefix(key, "GET sales/") {
		key = "GET sales/"
	}
	if h := a.reads[key]; h != nil {
		h(w, r)
		return
	}
	var in struct {
		OrderNumber, SequenceNumber string
		SaleGuid, AuthOnlyGuid      string
		Amount, NewAmount           json.Number
		Card                        struct{ CardNumber string }
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(404)
		return
	}
	approved := func(more string) {
		a.made++
		sendJSON(w, fmt.Sprintf(`{"guid":"g%d","status":"Transaction - Approved","wasProcessed":true%s}`, a.made, more))
	}
	switch path {
	case "sales":
		a.sold = in.OrderNumber
		approved(`,"card":{"cardNumber":"nr959X7eCIXI5439"}`)
	case "AuthOnlys":
		switch old := a.numbered[in.SequenceNumber]; {
		case old != "" && a.twice == "same":
			sendJSON(w, `{"guid":"`+old+`","status":"Transaction - Approved","wasProcessed":true}`)
		case old != "" && a.twice == "refused":
			send(w, 422, "application/json", `{"message":"Error code D0001. Error message: Duplicate"}`)
		default:
			approved("")
			a.numbered[in.SequenceNumber] = fmt.Sprintf("g%d", a.made)
		}
	case "Captures":
		amount := in.NewAmount.String()
		if a.whole {
			amount = "4.00"
		}
		a.made++
		sendJSON(w, fmt.Sprintf(`{"guid":"c","relatedSale":{"guid":"g%d","amount":%s}}`, a.made, amount))
	case "returns":
		if a.returns {
			approved("")
			return
		}
		send(w, 422, "application/json", `{"message":"Sale has not been settled"}`)
	case "void":
		a.voided = append(a.voided, in.SaleGuid+in.AuthOnlyGuid)
		approved("")
	case "Search/Sales/false/1/500":
		if in.OrderNumber == a.sold || !a.filters {
			sendJSON(w, `{"count":1,"ret":[{"guid":"g1"}]}`)
			return
		}
		w.WriteHeader(204)
	default:
		w.WriteHeader(404)
	}
}

// probe runs the probe and writes what it said for a golden file.
func (a *account) probe(try bool) (order.Offer, string, *host) {
	a.t.Helper()
	h := newHost(a.t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", today.Format(http.TimeFormat))
		a.serve(w, r)
	})
	h.token = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", today.Format(http.TimeFormat))
		sendToken(w, "T", a.life)
	}
	c := newClient(a.t, h.URL, func(cfg *Config) { cfg.MerchantGUID = merchant })
	n := 0
	offer, steps, err := c.Probe(context.Background(), ProbeConfig{Device: "80FA8F43-701e-441a-959b-1b597b22a0d5", Try: try,
		NewNumber: func() string { n++; return fmt.Sprintf("PD%015d", n) }})
	if err != nil {
		a.t.Fatal(err)
	}
	var said strings.Builder
	for _, s := range steps {
		mark := " "
		if s.Trouble {
			mark = "!"
		}
		fmt.Fprintf(&said, "%s %s | %s | %s | %s\n", mark, s.Name, s.Asked, s.Got, s.Means)
	}
	return offer, said.String(), h
}

func has(yes bool, features ...order.Feature) map[order.Feature]bool {
	m := map[order.Feature]bool{}
	for _, f := range features {
		m[f] = yes
	}
	return m
}

// TestProbe reads the accounts of both dialects, without and with money.
func TestProbe(t *testing.T) {
	read := []order.Feature{order.FeatureDevices, order.FeatureSearch, order.FeatureGet, order.FeatureList, order.FeatureReversal,
		order.FeatureBatchView, order.FeatureBatchClose, order.FeatureUsers}
	offer, said, h := documentAccount(t).probe(false)
	same(t, "document", offer, order.Offer{Dialect: order.DialectDocument, Has: has(true, read...), Checked: today})
	golden(t, "probe_document.golden", []byte(said))
	for _, s := range h.calls {
		if strings.Contains(s.body, testCard) || slices.Contains([]string{"sales", "AuthOnlys", "Captures", "void", "returns"}, s.path) && s.method == "POST" {
			t.Errorf("money moved: %s", s.path)
		}
	}
	current := has(false, append(read, order.FeatureIssue)...)
	current[order.FeatureSearch] = true
	offer, said, _ = currentAccount(t).probe(false)
	same(t, "current", offer, order.Offer{Dialect: order.DialectCurrent, Has: current, Checked: today})
	golden(t, "probe_current.golden", []byte(said))

	tried := documentAccount(t)
	offer, said, _ = tried.probe(true)
	same(t, "document, tried", offer, order.Offer{Dialect: order.DialectDocument, Has: has(true, append(read,
		order.FeatureTokens, order.FeatureSearchByNumber, order.FeaturePartCapture)...), Checked: today})
	golden(t, "probe_tried.golden", []byte(said))
	if !slices.Equal(tried.voided, []string{"g1", "g3", "g6"}) {
		t.Errorf("voided %v", tried.voided)
	}
}

// TestProbeTrials: what the trial says of hosts that behave in other ways.
func TestProbeTrials(t *testing.T) {
	tests := []struct {
		edit   func(*account)
		want   string
		voided []string
	}{
		{func(a *account) { a.twice = "same" }, "brings the same answer", []string{"g1", "g3", "g6"}},
		{func(a *account) { a.twice = "new" }, "  duplicate | the same hold twice | 200 Transaction - Approved, then 200 Transaction - Approved | Both were taken", []string{"g1", "g4", "g3", "g8"}},
		{func(a *account) { a.whole = true }, "The whole is always captured", []string{"g1", "g3", "g6"}},
		{func(a *account) { a.filters = false }, "does not filter", []string{"g1", "g3", "g6"}},
		{func(a *account) { a.returns = true }, "A fresh sale can be returned", []string{"g3", "g6"}},
		{func(a *account) {
			a.reads["POST void"] = always(422, "application/json", `{"message":"Transaction already settled"}`)
		}, "Void g1 at the payment service", nil},
		{func(a *account) {
			a.reads["POST sales"] = always(200, "application/json", `{"guid":"x","status":"Transaction - Declined","wasProcessed":false}`)
		}, "The test card is not taken", nil},
		{func(a *account) { a.reads["POST sales"] = always(202, "application/json", `{"guid":"x"}`) }, "The test card is not taken", nil},
	}
	for _, tt := range tests {
		a := documentAccount(t)
		tt.edit(a)
		_, said, _ := a.probe(true)
		if !strings.Contains(said, tt.want) || !slices.Equal(a.voided, tt.voided) {
			t.Errorf("voided %v, want %v and %q in\n%s", a.voided, tt.voided, tt.want, said)
		}
	}
}

// TestProbeReadings: only plain words count; what is not clear is not stored.
func TestProbeReadings(t *testing.T) {
	tests := []struct {
		answer http.HandlerFunc
		want   standing
	}{
		{always(200, "application/json", `{}`), there}, {always(204, "", ""), there}, {always(422, "application/json", `{"message":"x"}`), there},
		{always(404, "application/json", `{"message":"Unable to reach entity"}`), there}, {always(404, "application/json", `"not found"`), there},
		{always(200, "text/plain", `Device Guid not found`), there},
		{always(404, "", ""), absent}, {always(405, "", ""), absent}, {always(404, "text/html", "<html>"), absent},
		{always(404, "application/json", `{"message":"No HTTP resource was found that matches the request URI"}`), absent},
		{always(403, "", ""), forbidden}, {always(400, "application/json", `{"message":"The user does not have permission to do this"}`), forbidden},
		{always(500, "application/json", `{"message":"x"}`), unclear}, {always(429, "", ""), unclear}, {always(200, "text/html", "<html>"), unclear},
		{always(302, "", ""), unclear}, {always(400, "", ""), unclear}, {always(408, "", ""), unclear},
	}
	for i, tt := range tests {
		h := newHost(t, tt.answer)
		r := signedIn(newClient(t, h.URL)).authorized(context.Background(), call{method: http.MethodGet, path: "x", timeout: QueryTimeout})
		if got := stands(r); got != tt.want {
			t.Errorf("%d: %d %s %s: got %d, want %d", i, r.status, r.kind, r.body, got, tt.want)
		}
	}
	a := documentAccount(t)
	for key := range a.reads {
		a.reads[key] = always(503, "text/html", "<html>")
	}
	offer, said, _ := a.probe(false)
	if len(offer.Has) != 0 || strings.Count(said, "could not be found out") != 7 {
		t.Errorf("got %v\n%s", offer.Has, said)
	}
}

func TestProbeFails(t *testing.T) {
	h := newHost(t, always(200, "application/json", `{}`))
	h.token = always(400, "application/json", `{"error":"invalid_grant"}`)
	if _, _, err := newClient(t, h.URL).Probe(context.Background(), ProbeConfig{}); err == nil || !strings.Contains(err.Error(), "paydesk setup") {
		t.Errorf("got %v", err)
	}
	// Without a device and a merchant, what needs them is left out.
	h.token = nil
	offer, steps, err := newClient(t, h.URL).Probe(context.Background(), ProbeConfig{Try: true})
	if err != nil || len(h.to("timeoutreversal")) != 0 || len(h.to("sales")) != 1 {
		t.Errorf("got %v, %v, %v", offer, steps, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stopping := newHost(t, func(w http.ResponseWriter, _ *http.Request) { stop(); w.WriteHeader(404) })
	if _, _, err := newClient(t, stopping.URL).Probe(ctx, ProbeConfig{}); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("got %v", err)
	}
}
