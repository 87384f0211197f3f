package connexpay

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	fileToken = "FfL7exC7Xe2y6624" // ConnexPay API, Create sale
	fileGUID  = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
)

// TestOnFileRequests holds the whole request of a card on file, in either
// dialect: what stands for the number, the name for the risk check, and neither
// an expiry nor a security code.
func TestOnFileRequests(t *testing.T) {
	risk := `{"Name":"JOSE","Gender":"M","ProductType":"Retail","ProductItem":"Counter sale","OrderNumber":"` + number + `"}`
	sale := `{"DeviceGuid":"` + device + `","Amount":15.50,"SequenceNumber":"` + number + `"%s,"RiskProcessingOnly":false,"SendReceipt":false,` +
		`"ConnexPayTransaction":{"ExpectedPayments":0},"RiskData":` + risk + `,"Card":{%s}}`
	hold := `{"DeviceGuid":"` + device + `","Amount":15.50,"SequenceNumber":"` + number + `","OrderNumber":"` + number + `","SendReceipt":false%s,"Card":{%s}}`
	numbered, risky := `,"OrderNumber":"`+number+`"`, `,"RiskData":`+risk
	byToken, byGUID := `"CardNumber":"`+fileToken+`"`, `"Guid":"`+fileGUID+`"`
	for _, tt := range []struct {
		name  string
		offer order.Offer
		kind  order.Kind
		token order.Token
		want  string
	}{
		{"sale, document", order.Offer{}, order.KindSale, fileToken, fmt.Sprintf(sale, "", byToken)},
		{"hold, document", order.Offer{}, order.KindAuth, fileToken, fmt.Sprintf(hold, "", byToken)},
		{"sale, current", current, order.KindSale, fileGUID, fmt.Sprintf(sale, numbered, byGUID)},
		{"hold, current", current, order.KindAuth, fileGUID, fmt.Sprintf(hold, risky, byGUID)},
		{"an older token, current", current, order.KindSale, fileToken, fmt.Sprintf(sale, numbered, byToken)},
		{"a guid, document", order.Offer{}, order.KindSale, fileGUID, ""},
		{"no token", order.Offer{}, order.KindSale, "", ""},
		{"a number", order.Offer{}, order.KindSale, visa, ""},
	} {
		h := newHost(t, always(200, js, saleJSON()))
		q := charging(device, number, money.New(1550, money.USD))
		q.Kind, q.Token, q.Holder = tt.kind, tt.token, "JOSE"
		e := newClient(t, h.URL, offering(tt.offer)).Charge(context.Background(), q, nil)
		var sent []seen
		for _, path := range []string{"sales", "AuthOnlys"} {
			sent = append(sent, h.to(path)...)
		}
		switch {
		case tt.want == "" && (e.Stage != order.NotConnected || len(sent) != 0 || e.Message == ""):
			t.Errorf("%s: got %+v after %d requests", tt.name, e, len(sent))
		case tt.want != "" && (len(sent) != 1 || !sameJSON(t, sent[0].body, tt.want)):
			t.Errorf("%s: got\n%+v\nwant\n%s", tt.name, sent, tt.want)
		}
	}
}

// sameJSON compares trees: names with their case, numbers with their digits.
func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	return fmt.Sprint(tree(t, got)) == fmt.Sprint(tree(t, want))
}

// TestTokenOfAnswer: what is kept of a card in an answer; never its number, and
// nothing where the account has no tokens.
func TestTokenOfAnswer(t *testing.T) {
	without := map[order.Feature]bool{order.FeatureTokens: false}
	hidden := visa[:8] + "-" + visa[8:12] + "-" + visa[12:] + "-abcd-0123456789ab"
	for _, tt := range []struct {
		name  string
		offer order.Offer
		card  string
		want  order.Token
	}{
		{"document", order.Offer{}, `{"last4":"6624","cardNumber":"` + fileToken + `"}`, fileToken},
		{"document, a guid beside it", order.Offer{}, `{"guid":"` + fileGUID + `","cardNumber":"` + fileToken + `"}`, fileToken},
		{"document, a guid alone", order.Offer{}, `{"guid":"` + fileGUID + `"}`, ""},
		{"current", current, `{"guid":"` + fileGUID + `","cardNumber":"CARD NOT TOKENIZED"}`, fileGUID},
		{"current, both", current, `{"guid":"` + fileGUID + `","cardNumber":"` + fileToken + `"}`, fileGUID},
		{"current, no guid", current, `{"cardNumber":"` + fileToken + `"}`, fileToken},
		{"current, the guid of none", current, `{"guid":"` + none + `"}`, ""},
		{"the number", order.Offer{}, `{"cardNumber":"` + visa + `"}`, ""},
		{"the number as a number", order.Offer{}, `{"cardNumber":` + visa + `}`, ""},
		{"another number", order.Offer{}, `{"cardNumber":"378282246310005"}`, ""},
		{"the number as the guid", current, `{"guid":"` + visa + `"}`, ""},
		{"the number in the guid", current, `{"guid":"` + hidden + `"}`, ""},
		{"masked", order.Offer{}, `{"cardNumber":"************1111"}`, ""},
		{"not tokenized", order.Offer{}, `{"cardNumber":"CARD NOT TOKENIZED"}`, ""},
		{"no tokens", order.Offer{Has: without}, `{"cardNumber":"` + fileToken + `"}`, ""},
		{"no tokens, current", order.Offer{Dialect: order.DialectCurrent, Has: without}, `{"guid":"` + fileGUID + `"}`, ""},
		{"two numbers", order.Offer{}, `{"cardNumber":"` + fileToken + `","cardNumber":"` + fileToken + `"}`, ""},
		{"no card", order.Offer{}, `null`, ""},
		{"another type", order.Offer{}, `{"cardNumber":{"x":1}}`, ""},
	} {
		row := with(saleJSON(), `"card":`+tt.card)
		h := newHost(t, always(200, js, row))
		c := newClient(t, h.URL, offering(tt.offer))
		e := sell(t, c)
		if e.Token != tt.want || state(e) != order.Approved {
			t.Errorf("%s: %s, got %q, want %q", tt.name, state(e), string(e.Token), string(tt.want))
		}
		if kept, err := json.Marshal(e); err != nil || strings.Contains(string(kept)+string(e.Token), visa) {
			t.Errorf("%s: kept %s, %v", tt.name, kept, err)
		}
		if e := c.Follow(context.Background(), followUp(order.Check, order.Target{}), newCard(t, visa, "037", "")); e.Token != tt.want {
			t.Errorf("%s, checked: got %q", tt.name, string(e.Token))
		}
		if e := c.Follow(context.Background(), giveBack, nil); e.Token != "" {
			t.Errorf("%s: a return leaves a card on file", tt.name)
		}
	}
}

// TestTokenIsWithheld: a host that repeats the token in its words does not have
// it kept there.
func TestTokenIsWithheld(t *testing.T) {
	h := newHost(t, always(422, js, `{"message":"There is no card match for the given Token `+fileToken+`."}`))
	q := asking(device, number)
	q.Token = fileToken
	e := newClient(t, h.URL).Charge(context.Background(), q, nil)
	if e.Stage != order.Answered || strings.Contains(fmt.Sprintf("%+v", e), fileToken) || !strings.Contains(e.Message, "Token ****.") {
		t.Errorf("got %+v", e)
	}
}
