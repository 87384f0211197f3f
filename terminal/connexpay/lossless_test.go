package connexpay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/big"
	"net/http"
	"os"
	"reflect"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// tree is JSON for comparison. A member that is null is one that is not there.
func tree(t testing.TB, text string) any {
	t.Helper()
	return plain(parse(t, text))
}

// parse reads JSON with its literal numbers.
func parse(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// plain writes numbers in one form, keeping them apart from strings, and drops
// what is null.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil {
				delete(v, name)
			} else {
				v[name] = plain(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case json.Number:
		r, _ := new(big.Rat).SetString(v.String())
		return r.RatString() + " as a number"
	}
	return v
}

func sameTree(t *testing.T, what string, got any, want string) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if g, w := tree(t, string(text)), tree(t, want); !reflect.DeepEqual(g, w) {
		t.Errorf("%s: got\n%v\nwant\n%v", what, g, w)
	}
}

// TestLosslessAnswers decodes each example answer into its type and encodes it
// again: nothing is lost.
func TestLosslessAnswers(t *testing.T) {
	tests := map[string]any{
		"register": &RegisteredUser{}, "user_roles": &UserRoles{}, "my_roles": &UserRoles{}, "search_users": &envelope[UserRow]{},
		"devices": &envelope[Device]{}, "close_batch": &ClosedBatch{}, "search_batches": &envelope[BatchRow]{},
		"batch_transactions": &[]BatchTransaction{}, "issue_card": &IssuedCard{},
		"search_sales": &envelope[SaleRow]{}, "search_voids": &envelope[VoidRow]{}, "search_returns": &envelope[ReturnRow]{},
		"search_authonlys": &envelope[AuthRow]{}, "search_captures": &envelope[CaptureRow]{}, "search_verify": &envelope[VerifyRow]{},
		"search_recurring": &envelope[BillingRow]{},
	}
	for name, into := range tests {
		if err := strict([]byte(sample(t, name)), into); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		sameTree(t, name, into, sample(t, name))
	}
}

const (
	merchant = "19344275-985e-4dff-81ee-cb84b8ad356c"
	issuer   = "41b4b6e1-03bc-45cf-9568-3da832930fb3"
)

// count drains a search.
func count[R any](t *testing.T, rows iter.Seq2[R, error]) (all []R) {
	t.Helper()
	for r, err := range rows {
		if err != nil {
			t.Error(err)
		}
		all = append(all, r)
	}
	return all
}

// typedCalls makes every call of the document's samples with their values.
func typedCalls(t *testing.T, c *Client) {
	ctx := context.Background()
	where := func(guid string) Where { return Where{MerchantGUID: merchant, GUID: guid} }
	check := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := c.Register(ctx, NewUser{Username: "JohnDoe", Password: []byte("123456"), IsoNumber: "5000", FirstName: "John", LastName: "Doe",
		Email: "johndoe@gmail.com", Phone: "9177563046", Address1: "151 E 33rd ST", Address2: "Second Floor", City: "Dallas", State: "TX", Zipcode: "76092"})
	check("register", err)
	check("change password", c.ChangePassword(ctx, "JohnDoe", []byte("123456"), []byte("qwerty")))
	check("reset request", c.RequestReset(ctx, "JohnDoe"))
	check("reset", c.ResetPassword(ctx, []byte("db92b207a57a48989924788199fbc104e3034780e4904df49d857320bce0e7de"), []byte("123457")))
	_, err = c.BatchClose(ctx, "8257dde1-ded6-4c38-ab71-4338c4aa87ac")
	check("close", err)
	_, err = c.SearchBatches(ctx, BatchFilter{"58ccf5a4-1d5d-4546-8202-da5c7ad10711", "1/1/1900", "12/31/2017"})
	check("batches", err)
	_, err = c.BatchTransactions(ctx, "44b06564-3e6d-4077-a466-e367a1a3f68b")
	check("transactions", err)
	_, err = c.RolesOf(ctx, "2182dba6-73d0-41ed-9025-1db46534b0ff")
	check("roles", err)
	_, err = c.MyRoles(ctx)
	check("my roles", err)
	_, err = c.SearchUsers(ctx, UserFilter{Status: "User - Active", City: "New York"})
	check("users", err)
	_, err = c.IssueCard(ctx, IssueRequest{MerchantGUID: issuer, FirstName: "Adam", LastName: "Smith", Phone: "7411237489",
		Address1: "345 Main Road", City: "Miami Beach", State: "MI", Zipcode: "33109", UsageLimit: 10, AmountLimit: "20", ValidFor: "WEEK",
		PurchaseType: "01", IncomingTransactionCode: "09ZZZTAS28908231800002000"})
	check("issue", err)
	count(t, c.SearchSales(ctx, SaleFilter{Where: where("26613acb-7b7f-4b42-ae3d-1f8eb113729d")}))
	count(t, c.SearchVoids(ctx, VoidFilter{Where: where(""), SaleGUID: "26613acb-7b7f-4b42-ae3d-1f8eb113729d"}))
	count(t, c.SearchReturns(ctx, ReturnFilter{Where: where("83d99c39-abec-4be5-8d4b-6e8bbc38f948")}))
	count(t, c.SearchAuths(ctx, AuthFilter{Where: where("a8e44a60-5d82-4a57-91a8-994e1ec7fcad")}))
	count(t, c.SearchCaptures(ctx, CaptureFilter{Where: where("b0a55643-37e9-4ce2-ab70-4294fbcb9fd8")}))
	count(t, c.SearchVerifies(ctx, VerifyFilter{Where: where("9b3213d5-1a95-4d7f-a1c4-c88cf022d88c")}))
	count(t, c.SearchBillings(ctx, BillingFilter{Where: where("962e9aa9-6106-4596-9603-e88228b290bc")}))
}

// sampleOf names the samples of a path.
var sampleOf = map[string]string{
	"accounts/register": "register", "accounts/ChangePassword": "change_password", "accounts/ResetPasswordRequest": "reset_request",
	"accounts/ResetPassword": "reset_password", "Batches/close": "close_batch", "Batches/search": "search_batches",
	"Batches/44b06564-3e6d-4077-a466-e367a1a3f68b/Transactions/": "batch_transactions",
	"UserRoles/Users/2182dba6-73d0-41ed-9025-1db46534b0ff":       "user_roles", "UserRoles/Users/myself": "my_roles",
	"Search/Users": "search_users", "IssueCard": "issue_card",
	"Search/Sales/false/1/500": "search_sales", "Search/Voids/false/1/500": "search_voids", "Search/Returns/false/1/500": "search_returns",
	"Search/AuthOnlys/false/1/500": "search_authonlys", "Search/Captures/false/1/500": "search_captures",
	"Search/Verify/false/1/500": "search_verify", "Search/RecurringBillings/false/1/500": "search_recurring",
}

// TestSampleRequests: what goes out is the document's example request, member
// by member.
func TestSampleRequests(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		sendJSON(w, sample(t, sampleOf[r.URL.Path[len("/api/v1/"):]]))
	})
	typedCalls(t, newClient(t, h.URL))
	checked := 0
	for _, s := range h.calls {
		name := sampleOf[s.path]
		_, err := os.Stat(sampleFolder + "/" + name + ".request.json")
		switch {
		case s.path == "token":
			continue
		case name == "":
			t.Errorf("%s is no path of the document", s.path)
		case err != nil:
			if s.method != http.MethodGet || s.body != "" {
				t.Errorf("%s %s has a body: %s", s.method, s.path, s.body)
			}
		default:
			if s.method != http.MethodPost || s.contentType != "application/json" {
				t.Errorf("%s: %s %s", s.path, s.method, s.contentType)
			}
			sameTree(t, s.path, json.RawMessage(s.body), sample(t, name+".request"))
		}
		if open := name == "reset_request" || name == "reset_password"; open != (s.auth == "") {
			t.Errorf("%s: authorization %q", s.path, s.auth)
		}
		checked++
	}
	if checked != len(sampleOf) {
		t.Errorf("%d calls, want %d", checked, len(sampleOf))
	}
}

// TestIssueEvidence: the example answer is a card that was made, and nothing
// else is.
func TestIssueEvidence(t *testing.T) {
	h := newHost(t, always(200, "application/json", sample(t, "issue_card")))
	c := newClient(t, h.URL, func(cfg *Config) { cfg.MerchantGUID = issuer })
	request := order.FollowRequest{Act: order.Issue, Amount: money.New(2000, money.USD), Terms: &order.IssueTerms{
		Code: "09ZZZTAS28908231800002000", FirstName: "Adam", LastName: "Smith", UsageLimit: 10, ValidFor: "WEEK", PurchaseType: "01"}}
	same(t, "issue", c.Issue(context.Background(), request), order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodyCard,
		Status: order.CardActive, GUID: "8a7069a8-db0e-40f4-abf4-09c35ee1ad29", Amount: usd(2000),
		Target: "09ZZZTAS28908231800002000", Reference: "09ZZZTAS28908231800002000USD01ZZZ00000000"})
	sameTree(t, "request", json.RawMessage(h.to("IssueCard")[0].body), `{"MerchantGuid":"41b4b6e1-03bc-45cf-9568-3da832930fb3","FirstName":"Adam",
		"LastName":"Smith","Address2":"","UsageLimit":10,"AmountLimit":20.00,"ValidFor":"WEEK","Mcc":"","PurchaseType":"01",
		"IncomingTransactionCode":"09ZZZTAS28908231800002000"}`)
	request.Terms.ValidFor = "TRANSACTION"
	c.Issue(context.Background(), request)
	if body := h.to("IssueCard")[1].body; bytes.Contains([]byte(body), []byte("UsageLimit")) {
		t.Errorf("a card for one transaction has no usage limit: %s", body)
	}
	before := len(h.calls)
	for name, bad := range map[string]order.FollowRequest{
		"no terms": {Amount: request.Amount}, "no code": {Amount: request.Amount, Terms: &order.IssueTerms{}},
		"yen": {Amount: money.New(20, "JPY"), Terms: request.Terms}} {
		if e := c.Issue(context.Background(), bad); e.Stage != order.NotConnected || e.Message == "" {
			t.Errorf("%s: got %+v", name, e)
		}
	}
	if len(h.calls) != before {
		t.Error("something was sent")
	}
}

// TestPurchasesHost: cards are asked for at their own host, with a token of it.
func TestPurchasesHost(t *testing.T) {
	sales := newHost(t, always(500, "", ""))
	purchases := newHost(t, always(200, "application/json", sample(t, "issue_card")))
	c := newClient(t, sales.URL, func(cfg *Config) { cfg.PurchasesURL, cfg.MerchantGUID = purchases.URL, issuer })
	made, err := c.IssueCard(context.Background(), IssueRequest{AmountLimit: "20"})
	if err != nil || made.Card.Status != order.CardActive || len(purchases.to("token")) != 1 || len(sales.calls) != 0 {
		t.Errorf("got %+v, %v; %d tokens, %d calls of the other host", made.Card, err, len(purchases.to("token")), len(sales.calls))
	}
}

// TestEchoedCard: a card number that the host echoes is in no answer and no
// error, wherever it stands.
func TestEchoedCard(t *testing.T) {
	for name, into := range map[string]any{"search_sales": &envelope[SaleRow]{}, "search_users": &envelope[UserRow]{}, "devices": &envelope[Device]{},
		"search_batches": &envelope[BatchRow]{}, "issue_card": &IssuedCard{}, "register": &RegisteredUser{}, "search_voids": &envelope[VoidRow]{},
		"search_recurring": &envelope[BillingRow]{}} {
		read := 0
		for _, echoed := range echoes(t, parse(t, sample(t, name))) {
			reflect.ValueOf(into).Elem().SetZero()
			if err := strict([]byte(echoed), into); err != nil {
				continue // unreadable, and kept nowhere
			}
			read++
			if kept := fmt.Sprintf("%+v", into); bytes.Contains([]byte(kept), []byte(visa)) {
				t.Errorf("%s: kept %s", name, kept)
			}
		}
		if read == 0 {
			t.Errorf("%s: no echo was read", name)
		}
	}
}

// echoes is a tree with a card number in place of each text in turn.
func echoes(t testing.TB, v any) (all []string) {
	t.Helper()
	root := v
	var walk func(v any, set func(any))
	walk = func(v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for name, member := range v {
				walk(member, func(to any) { v[name] = to })
			}
		case []any:
			for i := range v {
				walk(v[i], func(to any) { v[i] = to })
			}
		case string:
			for _, echo := range []any{visa, json.Number(visa), "x " + visa} {
				set(echo)
				text, err := json.Marshal(root)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, string(text))
			}
			set(v)
		}
	}
	walk(v, nil)
	return all
}
