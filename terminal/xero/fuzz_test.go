package xero

import (
	"strings"
	"testing"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Whatever Xero answers, only what has an id, no errors and a total that can be
// read counts as taken, and what is told of it is one line.
func FuzzAnswers(f *testing.F) {
	for _, text := range []string{
		`{"BankTransactions":[{"BankTransactionID":"1","Type":"RECEIVE","Reference":"R","Total":12.5,"HasErrors":false,"Date":"\/Date(1760000000000+0000)\/"}]}`,
		`{"BankTransactions":[{"BankTransactionID":"1","Type":"RECEIVE","Reference":"R","Total":12.5,"StatusAttributeString":"ERROR","ValidationErrors":[{"Message":"no"}]}]}`,
		`{"BankTransactions":[{"BankTransactionID":"1","Total":1e3}]}`, `{"BankTransactions":null}`, `[]`, ``, `{"BankTransactions":{}}`,
		`{"ErrorNumber":10,"Elements":[{"ValidationErrors":[{"Message":"a\nb"}]}]}`,
	} {
		f.Add([]byte(text))
	}
	p := order.Posting{Reference: "R", Kind: order.PostReceive, Amount: money.New(1250, money.USD), State: order.PostSending}
	f.Fuzz(func(t *testing.T, data []byte) {
		if said := complaint(data, "BankTransactions"); said == "" || strings.ContainsAny(said, "\r\n") {
			t.Errorf("%q is no line", said)
		}
		list, err := read(data, "BankTransactions")
		if err != nil {
			return
		}
		for _, e := range list {
			a := e.answer(p)
			if a.Is == order.PostTaken && (a.Remote == "" || e.HasErrors || len(e.ValidationErrors) > 0 || a.Total.Currency != money.USD) {
				t.Errorf("%+v counts as taken: %+v", e, a)
			}
			if a.Is == order.PostTaken && a.Total != p.Amount && a.Message == "" {
				t.Errorf("another total is not told: %+v", a)
			}
		}
	})
}
