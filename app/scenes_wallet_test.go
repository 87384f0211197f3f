package app

import (
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// withWallets has the shop take both wallets.
func (w *window) withWallets() {
	w.signedIn()
	w.desk.SetWallets(apptest.PayPal, apptest.Razorpay)
}

// byCode shows the code of the wallet with a digit.
func (w *window) byCode(amount, digit string) {
	w.withWallets()
	w.typed(amount)
	w.press(keys.Wallet)
	w.typed(digit)
}

// silent is what the terminal notes where a wallet does not answer.
const silent = "The sandbox of PayPal did not answer within 10 seconds."

// walletScenes are payments by phone in the states that people meet.
var walletScenes = []scene{
	{"sale-wallet", func(w *window) { w.withWallets(); w.typed("1250") }},
	{"sale-wallet-low", func(w *window) { w.withWallets(); w.typed("12") }},
	{"bill-wallet", func(w *window) { w.parts(); w.withWallets() }},
	{"bill-wallet-paid", func(w *window) {
		w.withWallets()
		w.typed("10000")
		w.press(keys.Split)
		w.typed("4000")
		w.press(keys.Wallet)
		w.typed("1")
		w.desk.PayCode()
	}},
	{"wallet", func(w *window) { w.withWallets(); w.typed("1250"); w.press(keys.Wallet) }},
	{"wallet-unfit", func(w *window) { w.withWallets(); w.typed("80"); w.press(keys.Wallet) }},
	{"wallet-many", func(w *window) {
		w.signedIn()
		offers := []order.WalletOffer{apptest.PayPal, apptest.Razorpay}
		for _, title := range []string{"Stripe", "Paystack", "PayMongo", "Windcave", "IntegraPay"} {
			o := apptest.PayPal
			o.Name, o.Title, o.Test, o.Currencies = title, title, false, []money.Currency{"NGN"}
			offers = append(offers, o)
		}
		w.desk.SetWallets(offers...)
		w.typed("1250")
		w.press(keys.Wallet)
	}},
	{"code-making", func(w *window) { w.desk.Codes.Slow = true; w.byCode("1250", "1") }},
	{"code-making-silent", func(w *window) {
		w.desk.Codes.Slow = true
		w.byCode("1250", "1")
		w.desk.StepCode(order.QRAnswered{Answer: order.CodeAnswer{Message: silent}})
	}},
	{"code-scan", func(w *window) { w.byCode("1250", "1"); w.desk.Clock.Advance(68 * time.Second); w.tick() }},
	{"code-scan-large", func(w *window) { w.byCode("999999", "2") }},
	{"code-scan-silent", func(w *window) { w.byCode("1250", "1"); w.desk.Seen(order.CodeSeen{Failed: true, Message: silent}) }},
	{"code-scan-ask", func(w *window) {
		w.byCode("1250", "1")
		w.desk.Seen(order.CodeSeen{Failed: true, Message: silent})
		w.press(keys.Escape)
	}},
	{"code-taking", func(w *window) { w.byCode("1250", "1"); w.desk.Seen(order.CodeSeen{Approved: true, Payer: "P"}) }},
	{"code-deciding", func(w *window) { w.byCode("1250", "1"); w.desk.Seen(order.CodeSeen{Pending: true}) }},
	{"code-closing", func(w *window) { w.byCode("1250", "2"); w.desk.Clock.Advance(time.Second); w.press(keys.Another) }},
	{"code-closing-ask", func(w *window) {
		w.byCode("1250", "2")
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Another)
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Enter)
	}},
	{"code-cancelled", func(w *window) { w.byCode("1250", "1"); w.desk.Clock.Advance(time.Second); w.press(keys.Another) }},
	{"code-expired", func(w *window) { w.byCode("1250", "1"); w.desk.Seen(order.CodeSeen{Dead: true}) }},
	{"code-refused", func(w *window) {
		w.desk.Codes.Refuse = "PayPal does not know the API user name, password or signature: check them under Settings."
		w.byCode("1250", "1")
	}},
	{"code-failed", func(w *window) {
		w.desk.Fail = func(method string) error {
			if method == "ShowCode paypal" {
				return &engine.Problem{Code: engine.ProblemDisk, Text: "The disk is full, so no payment can be taken: free some space, then try again."}
			}
			return nil
		}
		w.byCode("1250", "1")
	}},
	{"code-paper", func(w *window) { w.byCode("1250", "1"); w.desk.Clock.Advance(time.Second); w.press(keys.Later) }},
	{"code-paid", func(w *window) {
		offer := apptest.PayPal
		offer.Deduct = true
		w.signedIn()
		w.desk.SetWallets(offer)
		w.typed("1250")
		w.press(keys.Wallet)
		w.desk.PayCode()
		code := w.outcome.Code().ID
		w.desk.PutJobs(order.Job{ID: "j1", Kind: order.JobPrint, State: order.JobDone, Copy: "customer", Document: order.DocumentWallet, Subject: code})
	}},
	{"code-stray", func(w *window) {
		w.byCode("1250", "1")
		w.press(keys.Escape)
		w.desk.PayCode()
		code := *w.desk.Snapshot().Code
		w.press(keys.Escape)
		w.desk.Change(func(s *engine.Snapshot) { s.CodeNews = []engine.CodeView{code} })
		w.tick()
	}},
	{"code-late-expired", func(w *window) {
		w.byCode("1250", "1")
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Later)
		w.press(keys.Enter)
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Enter)
		w.desk.Seen(order.CodeSeen{Dead: true})
		code := *w.desk.Snapshot().Code
		w.desk.Change(func(s *engine.Snapshot) { s.CodeNews = []engine.CodeView{code} })
		w.tick()
	}},
	{"code-resume", func(w *window) {
		w.byCode("1250", "1")
		code := *w.desk.Snapshot().Code
		w.wallets.code.Resume(engine.Charge{}, engine.CodeView{})
		w.goTo("sale")
		w.sale.Clear()
		w.wallets.offered = code.ID
		w.tick()
	}},
}

// walletPage opens a page of the wallets' settings, -1 for the one above them,
// and a row of it.
func (w *window) walletPage(page int, rows ...int) {
	w.office(nav.Settings)
	for range 9 {
		w.press(keys.Down)
	}
	w.press(keys.Enter)
	if page < 0 {
		return
	}
	for _, row := range append([]int{page}, rows...) {
		for range row {
			w.press(keys.Down)
		}
		w.press(keys.Enter)
	}
}

// walletMessages are the longest sentences that wallets and the terminal say of a
// code, with what to do added to them on the screen.
var walletMessages = []string{
	"PayPal refused the API user name, password or signature. Copy all three from PayPal again: those of test mode for test, those of live mode for live.",
	"The picture of Razorpay's UPI code cannot be read. Choose payment links in the settings, or ask Razorpay to enable image_content for the account.",
	"PayPal could not take the money this way. Let the customer scan the same code again and choose another way to pay.",
	"PayPal has not released this payment yet (PAYMENT_REVIEW). Do not hand over the goods before it has.",
}

// TestEveryMessageOfAWalletFits shows the longest of what wallets say in each
// stage that shows it, in the smallest window and in every language.
func TestEveryMessageOfAWalletFits(t *testing.T) {
	defer text.Use(text.English)
	for _, l := range text.Languages {
		text.Use(l.Code)
		for _, message := range walletMessages {
			for name, play := range map[string]func(*window){
				"making": func(w *window) {
					w.desk.Codes.Slow = true
					w.byCode("99999999", "2")
					w.desk.StepCode(order.QRAnswered{Answer: order.CodeAnswer{Message: message}})
				},
				"scan":     func(w *window) { w.byCode("1250", "1"); w.desk.Seen(order.CodeSeen{Failed: true, Message: message}) },
				"deciding": func(w *window) { w.byCode("1250", "1"); w.desk.Seen(order.CodeSeen{Pending: true, Message: message}) },
				"refused":  func(w *window) { w.desk.Codes.Refuse = message; w.byCode("1250", "1") },
			} {
				laidOut(t, scene{name, play}, true, sizes[0])
				if t.Failed() {
					t.Fatalf("%s, %s: %q", l.Code, name, message)
				}
			}
		}
	}
}
