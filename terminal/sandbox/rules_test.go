package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	reversalNotAllowed = "The Void could not be processed correctly. Error code D0004. Error message: Reversal Not Allowed"
	modifyNotAllowed   = "The Capture could not be processed correctly. Error code D0007. Error message: Modify Transaction Not Allowed"
	missingTarget      = "One of SaleGuid, AuthOnlyGuid, ReturnGuid, SaleReferenceNumber, AuthOnlyReferenceNumber or ReturnReferenceNumber fields is required"
	manyTargets        = "Only one of SaleGuid, AuthOnlyGuid, ReturnGuid, SaleReferenceNumber, AuthOnlyReferenceNumber or ReturnReferenceNumber fields can be accepted"
	otherAccount       = "The referenced %s and this %s devices are not from the same MerchantAccount"
)

// elsewhere moves a body to the device of the second account.
func elsewhere(body string) string {
	return strings.Replace(body, DeviceGUID, OtherAccountDeviceGUID, 1)
}

// settle closes the open batch.
func (b *bench) settle() {
	b.t.Helper()
	b.want(200, "POST", "Batches/close", deviceBody())
}

// captured authorizes and captures all of an amount, and returns the
// authorization and the sale.
func (b *bench) captured(amount string) (auth, sale string) {
	b.t.Helper()
	auth = b.guid("AuthOnlys", pay(amount))
	capture := b.made("Captures", on("AuthOnlyGuid", auth))
	if h := b.host; h.current() {
		return auth, capture["sale"].(map[string]any)["guid"].(string)
	}
	return auth, capture["relatedSale"].(map[string]any)["guid"].(string)
}

// refusal is one case: steps before, and the call that is refused.
type refusal struct {
	name   string
	call   func(*bench) (path, body string)
	status int
	want   string
}

func runRefusals(t *testing.T, opt Options, tests []refusal) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, opt)
			path, body := tt.call(b)
			before := len(b.rows())
			if got := fields(t, b.want(tt.status, "POST", path, body))["message"]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := len(b.rows()); got != before {
				t.Errorf("rows: got %d, want %d: a refusal enters nothing", got, before)
			}
		})
	}
}

func TestVoidRefusals(t *testing.T) {
	runRefusals(t, Options{}, []refusal{
		{"nothing named", func(*bench) (string, string) { return "void", on() }, 400, missingTarget},
		{"two named", func(b *bench) (string, string) {
			return "void", on("SaleGuid", b.guid("sales", pay("5")), "AuthOnlyGuid", b.guid("AuthOnlys", pay("5")))
		}, 400, manyTargets},
		{"unknown sale", func(*bench) (string, string) { return "void", on("SaleGuid", MerchantGUID) }, 400, "Invalid Sale GUID"},
		{"no guid", func(*bench) (string, string) { return "void", on("AuthOnlyGuid", "x") }, 400, "Invalid AuthOnly GUID"},
		{"an authorization as a sale", func(b *bench) (string, string) {
			return "void", on("SaleGuid", b.guid("AuthOnlys", pay("5")))
		}, 400, "Invalid Sale GUID"},
		{"unknown number", func(*bench) (string, string) { return "void", on("SaleReferenceNumber", 1) }, 404, "No Sale could be found for the given Id"},
		{"a number of another kind", func(b *bench) (string, string) {
			return "void", on("AuthOnlyReferenceNumber", b.made("sales", pay("5"))["refNumber"])
		}, 404, "No AuthOnly could be found for the given Id"},
		{"unknown device", func(*bench) (string, string) { return "void", `{"DeviceGuid":"x","SaleGuid":"y"}` }, 400, "Invalid Device GUID"},
		{"unknown reason", func(*bench) (string, string) {
			return "void", on("SaleGuid", MerchantGUID, "VoidReason", "CHANGED_MIND")
		}, 400, "Invalid ModelState"},
		{"a return, which only the newer dialect names", func(*bench) (string, string) {
			return "void", on("ReturnGuid", MerchantGUID)
		}, 400, missingTarget},
		{"declined sale", func(b *bench) (string, string) {
			return "void", on("SaleGuid", b.guid("sales", payWith(cardFor(Declined), "5")))
		}, 422, "Sale cannot be voided because it was not processed"},
		{"declined authorization", func(b *bench) (string, string) {
			return "void", on("AuthOnlyGuid", b.guid("AuthOnlys", payWith(cardFor(Declined), "5")))
		}, 422, "AuthOnly cannot be voided because it was not processed"},
		{"a second time", func(b *bench) (string, string) {
			body := on("SaleGuid", b.guid("sales", pay("5")))
			b.made("void", body)
			return "void", body
		}, 422, reversalNotAllowed},
		{"settled sale", func(b *bench) (string, string) {
			body := on("SaleGuid", b.guid("sales", pay("5")))
			b.settle()
			return "void", body
		}, 422, "Transaction already settled"},
		{"settled authorization", func(b *bench) (string, string) {
			body := on("AuthOnlyGuid", b.guid("AuthOnlys", pay("5")))
			b.settle()
			return "void", body
		}, 422, "Transaction already settled"},
		{"captured authorization", func(b *bench) (string, string) {
			auth, _ := b.captured("5")
			return "void", on("AuthOnlyGuid", auth)
		}, 422, "The AuthOnly cannot be voided because it has been captured already"},
		{"device of another account", func(b *bench) (string, string) {
			return "void", elsewhere(on("SaleGuid", b.guid("sales", pay("5"))))
		}, 422, "No device found for the underlying transaction"},
	})
}

func TestCaptureRefusals(t *testing.T) {
	capture := func(fields ...any) func(*bench) (string, string) {
		return func(b *bench) (string, string) {
			return "Captures", on(append([]any{"AuthOnlyGuid", b.guid("AuthOnlys", pay("90"))}, fields...)...)
		}
	}
	runRefusals(t, Options{}, []refusal{
		{"nothing named", func(*bench) (string, string) { return "Captures", on() }, 400, noMatchingAuth},
		{"unknown", func(*bench) (string, string) { return "Captures", on("AuthOnlyGuid", MerchantGUID) }, 400, "Invalid AuthOnly GUID"},
		{"zero", capture("NewAmount", "0"), 400, "The Capture amount must be greater than zero"},
		{"too little", capture("NewAmount", "0.49"), 400, "The Capture amount must be at least 0.50"},
		{"no amount", capture("NewAmount", "much"), 400, "Invalid ModelState"},
		{"too much", capture("NewAmount", "90.01"), 422,
			"The Capture could not be processed correctly. Error code D9284. Error message: Transaction amount should not be greater than authorized amount"},
		{"payments", func(*bench) (string, string) {
			return "Captures", `{"DeviceGuid":"` + DeviceGUID + `","ConnexPayTransaction":{"ExpectedPayments":"many"}}`
		}, 400, "Invalid ModelState"},
		{"a second time", func(b *bench) (string, string) {
			auth, _ := b.captured("5")
			return "Captures", on("AuthOnlyGuid", auth)
		}, 422, "There is an approved Capture for this AuthOnly already"},
		{"after its sale was voided", func(b *bench) (string, string) {
			auth, sale := b.captured("5")
			b.made("void", on("SaleGuid", sale))
			return "Captures", on("AuthOnlyGuid", auth)
		}, 422, "There is an approved Capture for this AuthOnly already"},
		{"declined", func(b *bench) (string, string) {
			return "Captures", on("AuthOnlyGuid", b.guid("AuthOnlys", payWith(cardFor(Declined), "5")))
		}, 422, modifyNotAllowed},
		{"voided", func(b *bench) (string, string) {
			auth := b.guid("AuthOnlys", pay("5"))
			b.made("void", on("AuthOnlyGuid", auth))
			return "Captures", on("AuthOnlyGuid", auth)
		}, 422, modifyNotAllowed},
		{"more than was partly approved", func(b *bench) (string, string) {
			return "Captures", on("AuthOnlyGuid", b.guid("AuthOnlys", payWith(cardFor(PartlyApproved), "10")), "NewAmount", "5.01")
		}, 422, "The Capture could not be processed correctly. Error code D9284. Error message: Transaction amount should not be greater than authorized amount"},
		{"device of another account", func(b *bench) (string, string) {
			return "Captures", elsewhere(on("AuthOnlyGuid", b.guid("AuthOnlys", pay("5"))))
		}, 422, fmt.Sprintf(otherAccount, "AuthOnly", "Capture")},
	})
}

func TestReturnRefusals(t *testing.T) {
	settled := func(amount string, more ...any) func(*bench) (string, string) {
		return func(b *bench) (string, string) {
			sale := b.guid("sales", pay("20"))
			b.settle()
			return "returns", on(append([]any{"SaleGuid", sale, "Amount", amount}, more...)...)
		}
	}
	runRefusals(t, Options{}, []refusal{
		{"nothing named", func(*bench) (string, string) { return "returns", on("Amount", 5) }, 400, "Either the SaleGuid or SaleReferenceNumber are required"},
		{"both named", settled("5", "SaleReferenceNumber", "16000001"), 400, "Either the SaleGuid or SaleReferenceNumber are required"},
		{"unknown", func(*bench) (string, string) { return "returns", on("SaleGuid", MerchantGUID, "Amount", 5) }, 400, "Invalid Sale GUID"},
		{"unknown number", func(*bench) (string, string) {
			return "returns", on("SaleReferenceNumber", "9223372036854775807", "Amount", 5)
		}, 404, "No Sale could be found for the given Id"},
		{"zero", settled("0"), 400, "The Return Amount must be greater than zero"},
		{"negative", settled("-1"), 400, "The Return Amount must be greater than zero"},
		{"too little", settled("0.49"), 400, "The Return Amount must be at least 0.50"},
		{"too much", settled("20.01"), 422, "Original Amount exceeded"},
		{"too much in two", func(b *bench) (string, string) {
			path, body := settled("12")(b)
			b.made(path, body)
			return path, strings.Replace(body, `"12"`, `"8.01"`, 1)
		}, 422, "Original Amount exceeded"},
		{"not settled", func(b *bench) (string, string) {
			return "returns", on("SaleGuid", b.guid("sales", pay("20")), "Amount", 5)
		}, 422, "Sale has not been settled"},
		{"voided", func(b *bench) (string, string) {
			sale := b.guid("sales", pay("20"))
			b.made("void", on("SaleGuid", sale))
			return "returns", on("SaleGuid", sale, "Amount", 5)
		}, 422, "Sale has been voided"},
		{"declined", func(b *bench) (string, string) {
			return "returns", on("SaleGuid", b.guid("sales", payWith(cardFor(Declined), "5")), "Amount", 5)
		}, 422, "The Return could not be processed correctly. Error code D0005. Error message: Return Not Allowed"},
		{"too old", func(b *bench) (string, string) {
			path, body := settled("5")(b)
			b.clock.Advance(180*24*time.Hour + time.Nanosecond)
			b.token = b.login(DefaultUsername, DefaultPassword)
			return path, body
		}, 422, "You can't return a sale run more than 180 days ago"},
		{"device of another account", func(b *bench) (string, string) {
			path, body := settled("5")(b)
			return path, elsewhere(body)
		}, 422, fmt.Sprintf(otherAccount, "Sale", "Return")},
	})
}

func TestCardCallRefusals(t *testing.T) {
	unknownToken := strings.Replace(pay("5"), "4111111111111111", "FfL7exC7Xe2y6624", 1)
	tests := []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"authorization of nothing", "AuthOnlys", pay("0"), 400, "The AuthOnly amount must be greater than zero"},
		{"authorization under the minimum", "AuthOnlys", pay("0.49"), 400, "The AuthOnly amount must be at least 0.50"},
		{"authorization declined as an error", "AuthOnlys", payWith(cardFor(DeclinedAsError), "5"), 422,
			"The AuthOnly could not be processed correctly. Error code D2026. Error message: Do not honor"},
		{"verification declined as an error", "Verify", payWith(cardFor(DeclinedAsError), "5"), 422,
			"The Verify could not be processed correctly. Error code D2026. Error message: Do not honor"},
		{"token of a sale", "sales", unknownToken, 422, "The Sale could not be processed correctly. Error code D2039. Error message: Could Not Retrieve a Valid Card Number for Token"},
		{"token of a verification", "Verify", unknownToken, 422, "There is no card match for the given Token. B.VB.C01"},
		{"long statement", "sales", strings.Replace(pay("5"), "{", `{"StatementDescription":"12345678901234567890123456",`, 1),
			400, "Invalid ModelState"},
		{"passengers that are none", "sales", strings.Replace(pay("5"), `"RiskData":{}`, `"RiskData":{"FlightPassengers":"two"}`, 1),
			400, "Unable to decode the Model"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, Options{})
			if got := fields(t, b.want(tt.status, "POST", tt.path, tt.body))["message"]; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
