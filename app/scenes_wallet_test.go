package app

import (
	"time"

	"paydesk/app/apptest"
	"paydesk/app/keys"
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
