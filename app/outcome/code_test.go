package outcome

import (
	"strings"
	"testing"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/customer"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// What became of a code has a word, a sentence, and a way on; its receipt is that
// of a wallet.
func TestCodes(t *testing.T) {
	got := order.QRPayment{ID: "p", As: order.Adopted, Amount: money.New(1250, money.USD), Fee: money.New(66, money.USD)}
	stray := order.QRPayment{ID: "q", As: order.Stray, Amount: money.New(900, money.USD)}
	for _, tt := range []struct {
		code               order.QR
		kind               look.Kind
		word, amount, says string
		acts               []Act
		stage              customer.Stage
	}{
		{order.QR{State: order.QRPaid, Payments: []order.QRPayment{got}}, look.KindApproved, "PAID", "$12.50", "The payment is complete.", []Act{ActNewSale, ActReceipt}, customer.Paid},
		{order.QR{State: order.QRPaid, Payments: []order.QRPayment{got, stray}}, look.KindReview, "NEEDS A LOOK", "$12.50", "money that no sale waits for", []Act{ActNewSale, ActHistory}, customer.Checking},
		{order.QR{State: order.QRCancelled, Payments: []order.QRPayment{stray}}, look.KindReview, "NEEDS A LOOK", "$9.00", "money that no sale waits for", []Act{ActNewSale, ActHistory}, customer.Checking},
		{order.QR{State: order.QRExpired}, look.KindNotCharged, "EXPIRED", "$12.50", "Nothing was paid", []Act{ActNewSale, ActHistory}, customer.NotPaid},
		{order.QR{State: order.QRCancelled}, look.KindNotCharged, "CANCELLED", "$12.50", "Nothing was paid", []Act{ActNewSale, ActHistory}, customer.NotPaid},
		{order.QR{State: order.QRRefused}, look.KindNotCharged, "REFUSED", "$12.50", "Nothing was paid", []Act{ActNewSale, ActHistory}, customer.NotPaid},
		{order.QR{State: order.QRClosing}, look.KindChecking, "CHECKING", "$12.50", "asked once more", []Act{ActNewSale, ActHistory}, customer.Checking},
	} {
		desk := apptest.NewDesk(false)
		p := New(desk, bridge.InlineRun, desk.Clock)
		var papers []slip.Paper
		p.Receipt = func(all ...slip.Paper) { papers = all }
		tt.code.ID, tt.code.Asked, tt.code.Order = "c", money.New(1250, money.USD), "o"
		p.ShowCode(engine.Charge{Order: "o", Amount: tt.code.Asked}, engine.CodeView{QR: tt.code, Title: "PayPal (TEST)"})
		v := p.View()
		if p.Kind() != tt.kind || v.Word != tt.word || v.Amount != tt.amount || !strings.Contains(v.Sentence, tt.says) || v.Card != "PayPal" {
			t.Errorf("%s: %s, %+v", tt.code.State, p.Kind(), v)
		}
		if got := acts(v); len(got) != 2 || got[0] != tt.acts[0] || got[1] != tt.acts[1] {
			t.Errorf("%s: %v", tt.code.State, got)
		}
		if got := p.Customer(); got.Stage != tt.stage {
			t.Errorf("%s: the customer reads %s", tt.code.State, got.Stage)
		}
		p.Do(ActReceipt)
		if (len(papers) == 1) != (tt.kind == look.KindApproved) || len(papers) == 1 && papers[0] != (slip.Paper{Document: order.DocumentWallet, ID: "c"}) {
			t.Errorf("%s: papers %v", tt.code.State, papers)
		}
	}
}

// A code that turns out to be paid while it is shown is told anew, with its fee
// where that counts; a late one is told with its time.
func TestCodeGoesOn(t *testing.T) {
	desk := apptest.NewDesk(false)
	p := New(desk, bridge.InlineRun, desk.Clock)
	code := engine.CodeView{Title: "PayPal", QR: order.QR{ID: "c", Version: 3, State: order.QRClosing, Asked: money.New(1250, money.USD), Deduct: true, Test: true}}
	p.ShowLateCode(code)
	if v := p.View(); !strings.Contains(v.Bank, "This code was made") || v.Card != "PayPal  ·  TEST" {
		t.Errorf("%+v", v)
	}
	p.ShowCode(engine.Charge{}, code)
	code.Version, code.State = 4, order.QRPaid
	code.Payments = []order.QRPayment{{ID: "p", As: order.Adopted, Amount: code.Asked, Fee: money.New(66, money.USD)}}
	p.Apply(engine.Snapshot{Code: &code})
	if v := p.View(); p.Kind() != look.KindApproved || v.Bank != "Fee $0.66, $11.84 for the shop" {
		t.Errorf("%+v", v)
	}
}
