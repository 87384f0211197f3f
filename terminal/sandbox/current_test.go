package sandbox

import (
	"strings"
	"testing"
	"time"
)

func newCurrent(t *testing.T) *bench {
	t.Helper()
	return newBench(t, Options{Dialect: DialectCurrent})
}

// nextDay settles what is open: the newer dialect has no call for it.
func (b *bench) nextDay() {
	b.t.Helper()
	b.clock.Advance(24 * time.Hour)
	b.token = b.login(DefaultUsername, DefaultPassword)
}

// nightly is a host of the newer dialect that closes its batches at night.
func nightly(t *testing.T) *bench {
	t.Helper()
	return newBench(t, Options{Dialect: DialectCurrent, AutoClose: AutoClose{Hour: 2, Zone: receiptZone}})
}

func TestDialects(t *testing.T) {
	document, current := newBench(t, Options{}), newCurrent(t)
	for _, rt := range transactionRoutes {
		path := strings.ReplaceAll(rt.path, "{guid}", MerchantGUID)
		for _, one := range []struct {
			b  *bench
			in bool
		}{{document, rt.in.has(DialectDocument)}, {current, rt.in.has(DialectCurrent)}} {
			status, body, err := one.b.do(rt.method, path, "{}")
			if gone := status == 404 && body == ""; err != nil || gone == one.in {
				t.Errorf("%s: %s %s: got %d %q, %v; the call exists: %t", one.b.host.opt.Dialect, rt.method, path, status, body, err, one.in)
			}
		}
	}
	for _, path := range []string{"devices", "batches/" + MerchantGUID + "/transactions"} {
		current.want(404, "GET", path, "")
	}
	if _, err := Open(Options{Path: ":memory:", Dialect: "newest"}); err == nil {
		t.Error("a dialect that is none was accepted")
	}
	current.clock.Advance((currentTokenSeconds - 1) * time.Second)
	current.want(200, "POST", "Search/Sales/false/1/1", `{"MerchantGuid":"`+MerchantGUID+`"}`)
	current.clock.Advance(time.Second)
	current.want(401, "POST", "sales", pay("5"))
}

// TestCurrentAnswers: the fields that the newer dialect adds.
func TestCurrentAnswers(t *testing.T) {
	b := newCurrent(t)
	with := func(customer string) string {
		return strings.Replace(saleBody("4111111111111111", "5", ""), `"Card":{`, `"Card":{"Customer":{`+customer+`},`, 1)
	}
	sale := b.made("sales", with(`"Zip":"85284","Email":"a@example.com"`))
	card := sale["card"].(map[string]any)
	if got, want := words(sale["type"], sale["remainingAmount"], sale["addressVerificationCode"], sale["addressVerificationResult"],
		sale["cvvVerificationCode"], sale["cvvVerificationResult"], card["first6"]), "Default 5 Z Postal code matches M Match 411111"; got != want {
		t.Errorf("sale: got %s, want %s", got, want)
	}
	for zip, want := range map[string]string{"8320": "N", "m4p 1z2": "Y", "99999": "U", "10007": "Y", "": "0"} {
		if got := b.made("AuthOnlys", with(`"Zip":"`+zip+`"`))["addressVerificationCode"]; got != want {
			t.Errorf("postal code %q: got %v, want %s", zip, got, want)
		}
	}
	if got := b.made("sales", strings.Replace(with(""), "4111111111111111", "4000000000000127", 1))["cvvVerificationCode"]; got != "N" {
		t.Errorf("declined for its code: got %v, want N", got)
	}
	verify := fields(t, b.want(201, "POST", "verify", with(`"Zip":"99998"`)))
	if got, want := words(verify["addressVerificationCode"], verify["addressVerificationResult"], verify["cvvVerificationCode"],
		verify["card"].(map[string]any)["guid"]), words("G", nil, "M", card["guid"]); got != want {
		t.Errorf("verify: got %s, want %s", got, want)
	}
	auth := b.made("AuthOnlys", with(""))
	if auth["riskResponse"] == nil || auth["connexPayTransaction"] != nil {
		t.Errorf("authorization: got %v, want a risk answer and no transaction code", auth)
	}
	capture := b.made("Captures", on("AuthOnlyGuid", auth["guid"], "NewAmount", "1", "Amount", "1"))
	if nested := capture["sale"].(map[string]any); capture["status"] != nil || words(nested["amount"], nested["status"]) != "5 Transaction - Approved" {
		t.Errorf("capture: got %v, want no status and a sale of the whole 5", capture)
	}
	void := fields(t, b.want(201, "POST", "void", on("SaleGuid", sale["guid"])))
	if got := words(void["amount"], void["saleGuid"], void["sale"].(map[string]any)["effectiveAmount"]); got != words("5", sale["guid"], "0") {
		t.Errorf("void: got %s", got)
	}
	only := b.made("sales", strings.Replace(with(""), `"RiskData":{}`, `"RiskData":{},"RiskProcessingOnly":true`, 1))
	if got := only["type"]; got != "RiskOnly" {
		t.Errorf("type: got %v, want RiskOnly", got)
	}
}

func TestCurrentRefusals(t *testing.T) {
	b := newCurrent(t)
	card := b.made("sales", pay("5"))["card"].(map[string]any)
	byGUID := strings.Replace(pay("5"), `"CardNumber":"4111111111111111"`, `"Guid":"`+card["guid"].(string)+`"`, 1)
	if got := b.made("sales", strings.Replace(byGUID, `,"ExpirationDate":"2912"`, "", 1))["card"].(map[string]any)["last4"]; got != "1111" {
		t.Errorf("sale by the card's guid: got a card that ends in %v", got)
	}
	sale := b.guid("sales", pay("20"))
	_, captured := b.captured("20")
	twice := b.guid("sales", pay("20"))
	b.made("void", on("SaleGuid", twice, "Amount", "5"))
	for _, tt := range []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"no risk data", "sales", strings.Replace(pay("5"), "RiskData", "Risk", 1), 400, "Invalid ModelState"},
		{"no risk data on an authorization", "AuthOnlys", strings.Replace(pay("5"), "RiskData", "Risk", 1), 400, "Invalid ModelState"},
		{"number and guid", "sales", strings.Replace(pay("5"), `"Card":{`, `"Card":{"Guid":"x",`, 1), 400, "Invalid ModelState"},
		{"unknown guid", "sales", strings.Replace(byGUID, `"Guid":"`, `"Guid":"0`, 1), 422, "The Sale could not be processed correctly. Error code D2039. Error message: Could Not Retrieve a Valid Card Number for Token"},
		{"bank account", "sales", strings.Replace(pay("5"), "{", `{"TenderType":"ach",`, 1), 400, "Invalid ModelState"},
		{"letters beyond ASCII", "sales", strings.Replace(pay("5"), `"Card":{`, `"Card":{"Customer":{"LastName":"Núñez"},`, 1), 400, "Invalid ModelState"},
		{"void by a number that is gone", "void", on("AuthOnlyReferenceNumber", 16000001), 400, missingTarget},
		{"part of nothing", "void", on("SaleGuid", sale, "Amount", "0"), 400, "The Void amount must be greater than zero"},
		{"part that is more", "void", on("SaleGuid", sale, "Amount", "20.01"), 422, "Original Amount exceeded"},
		{"part of a captured sale", "void", on("SaleGuid", captured, "Amount", "5"), 422, reversalNotAllowed},
		{"part of an authorization", "void", on("AuthOnlyGuid", b.guid("AuthOnlys", pay("20")), "Amount", "5"), 422, reversalNotAllowed},
		{"a second part", "void", on("SaleGuid", twice, "Amount", "5"), 422, reversalNotAllowed},
		{"cancel of nothing", "cancel", on(), 404, "No Sale could be found for the given Id"},
		{"cancel for no reason", "cancel", on("SaleGuid", sale, "VoidReason", "x"), 400, "Invalid ModelState"},
		{"credit of nothing", "returns/CreateCredit", pay("0"), 400, "The Return Amount must be greater than zero"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fields(t, b.want(tt.status, "POST", tt.path, tt.body))["message"]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	b.made("void", on("SaleGuid", twice)) // the rest, whole
	if got := b.effective(twice); got != "0.00" {
		t.Errorf("part and rest voided: effective %s, want 0.00", got)
	}
}

func TestCancel(t *testing.T) {
	b := nightly(t)
	open, settled := b.guid("sales", pay("20")), ""
	if got := fields(t, b.want(200, "POST", "cancel", on("SaleGuid", open))); got["voidReason"] != nil || got["amount"] == nil || b.effective(open) != "0.00" {
		t.Errorf("cancel of an open sale: got %v", got)
	}
	b.want(422, "POST", "cancel", on("SaleGuid", open))
	settled = b.guid("sales", pay("20"))
	b.nextDay()
	b.made("returns", on("SaleGuid", settled, "Amount", "5"))
	b.want(200, "POST", "cancel", on("SaleGuid", settled, "SequenceNumber", "c"))
	b.want(200, "POST", "cancel", on("SaleGuid", settled, "SequenceNumber", "c")) // the same answer
	rows := b.rows()
	if last := rows[len(rows)-1]; last.Kind != kindReturn || last.Amount.Decimal() != "15.00" || b.effective(settled) != "0.00" || len(rows) != 5 {
		t.Errorf("cancel of a settled sale: got %+v of %d rows, want a return of 15.00", last, len(rows))
	}
	b.want(422, "POST", "cancel", on("SaleGuid", settled))
}

func TestVoidOfReturns(t *testing.T) {
	b := nightly(t)
	sale := b.guid("sales", pay("20"))
	b.nextDay()
	back := b.guid("returns", on("SaleGuid", sale, "Amount", "5"))
	void := b.made("void", on("ReturnGuid", back))
	if got := words(b.effective(sale), b.effective(back), void["returnGuid"]); got != words("20.00", "0.00", back) {
		t.Errorf("return that was voided: got %s, want all of the sale again", got)
	}
	b.want(422, "POST", "void", on("ReturnGuid", back))
	late := b.guid("returns", on("SaleGuid", sale, "Amount", "20"))
	b.clock.Advance(15 * time.Hour) // past midnight, and not yet two: its batch is open
	b.want(422, "POST", "void", on("ReturnGuid", late))

	credit := b.made("returns/CreateCredit", strings.Replace(pay("2.03"), DeviceGUID, "", 1))
	if got := words(credit["amount"], credit["status"], credit["sale"], credit["card"].(map[string]any)["last4"]); got != "2.03 Transaction - Approved <nil> 1111" {
		t.Errorf("credit: got %s", got)
	}
	b.made("void", on("ReturnGuid", credit["guid"]))
	if declined := b.made("returns/CreateCredit", payWith(cardFor(Declined), "2")); declined["status"] != statusDeclined {
		t.Errorf("credit to a card that is declined: got %v", declined["status"])
	}
}

// TestReplay: the very same request gets the first transaction back; another
// one with its number is refused; what was declined is tried again.
func TestReplay(t *testing.T) {
	b := newCurrent(t)
	sale := saleBody("4111111111111111", "20", "s")
	first := b.made("sales", sale)
	if again := b.made("sales", sale); words(again["guid"], again["connexPayTransaction"], again["riskResponse"]) !=
		words(first["guid"], first["connexPayTransaction"], first["riskResponse"]) {
		t.Errorf("again: got %v, want %v", again, first)
	}
	if _, _, err := b.do("POST", "sales", saleBody(cardFor(AnswerLost), "20", "lost")); err == nil {
		t.Error("the lost answer came")
	}
	if got := b.made("sales", saleBody(cardFor(AnswerLost), "20", "lost"))["status"]; got != statusApproved {
		t.Errorf("after a lost answer: got %v, want the sale that was charged", got)
	}
	auth := b.guid("AuthOnlys", saleBody("4111111111111111", "20", "a"))
	for _, follow := range [][2]string{{"Captures", on("AuthOnlyGuid", auth, "SequenceNumber", "c")},
		{"void", on("SaleGuid", first["guid"], "SequenceNumber", "v")}} {
		if one, two := b.made(follow[0], follow[1]), b.made(follow[0], follow[1]); one["guid"] != two["guid"] {
			t.Errorf("%s twice: got two", follow[0])
		}
	}
	refused := func(path, body, code string) {
		t.Helper()
		if got := b.want(422, "POST", path, body); !strings.Contains(got, "Error code "+code+". ") {
			t.Errorf("%s: got %s, want %s", path, got, code)
		}
	}
	refused("sales", sale, "D0009") // it is voided now
	refused("sales", saleBody("4111111111111111", "21", "lost"), "D0001")
	refused("AuthOnlys", saleBody("4111111111111111", "20", "lost"), "D0001")
	refused("void", on("SaleGuid", first["guid"], "SequenceNumber", "a"), "D0001")
	b.made("verify", saleBody("4111111111111111", "0", "a")) // has no number of its own
	declined := saleBody(cardFor(Declined), "20", "d")
	if one, two := b.made("sales", declined), b.made("sales", declined); one["guid"] == two["guid"] {
		t.Error("a declined sale was not tried again")
	}
	refused("sales", saleBody("4111111111111111", "20", "d"), "D0003")
	b.clock.Advance(sameNumberWindow)
	if got := b.guid("sales", saleBody("4111111111111111", "20", "lost")); got == "" {
		t.Error("after the window the number is free")
	}
}

// TestReceiptMail: a customer with a mail address gets a second receipt from
// the host, unless the client says not to.
func TestReceiptMail(t *testing.T) {
	with := func(fields, number string) string {
		return strings.Replace(payWith(number, "5"), `"Card":{`, fields+`"Card":{"Customer":{"Email":"a@example.com"},`, 1)
	}
	for _, tt := range []struct {
		name, body string
		dialect    Dialect
		want       bool
	}{
		{"by default", with("", "4111111111111111"), DialectCurrent, true},
		{"asked for", with(`"SendReceipt":true,`, "4111111111111111"), DialectCurrent, true},
		{"refused", with(`"SendReceipt":false,`, "4111111111111111"), DialectCurrent, false},
		{"declined", with("", cardFor(Declined)), DialectCurrent, false},
		{"no address", pay("5"), DialectCurrent, false},
		{"the document has none", with("", "4111111111111111"), DialectDocument, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, Options{Dialect: tt.dialect})
			b.made("sales", tt.body)
			if got := b.rows()[0].Mailed; got != tt.want {
				t.Errorf("mailed: got %t, want %t", got, tt.want)
			}
		})
	}
}
