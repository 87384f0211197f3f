package app

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/app/qrshow"
	"paydesk/terminal"
	"paydesk/terminal/order"
)

// phone opens what a code holds and presses a button of the page.
func phone(t *testing.T, code, button string) {
	t.Helper()
	open, err := http.Get(code)
	if err != nil {
		t.Fatal(err)
	}
	if err := open.Body.Close(); err != nil {
		t.Fatal(err)
	}
	done, err := http.PostForm(open.Request.URL.String(), url.Values{"do": {button}})
	if err != nil {
		t.Fatal(err)
	}
	if err := done.Body.Close(); err != nil || open.StatusCode != http.StatusOK || done.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %s, %v", code, open.Status, done.Status, err)
	}
}

// atCode shows the code of the wallet with a digit.
func (r *real) atCode(t *testing.T, amount, digit string) {
	t.Helper()
	r.typed(amount)
	r.press(keys.Wallet)
	r.arrive(t, nav.Wallet)
	r.typed(digit)
	r.until(t, "a code", func() bool { return r.wallets.code.View().Code != "" })
}

// Payments by phone through the window, the terminal and the wallets of the
// training: paid, cancelled on this side, and paid in cash in place of a code.
func TestPayByPhoneAtTheTerminal(t *testing.T) {
	r := newReal(t)
	r.until(t, "somebody to sign in", func() bool { return len(r.signin.View().Tiles) > 0 })
	r.typed(terminal.TrainingPIN)
	r.press(keys.Enter)
	r.arrive(t, nav.Sale)
	r.until(t, "two wallets", func() bool { return len(r.shell.snapshot.Wallets) == 2 })
	for digit, name := range map[string]string{"1": "paypal", "2": "razorpay"} {
		r.atCode(t, "1250", digit)
		code := r.wallets.code.Code()
		if code.Provider != name {
			t.Errorf("key %s is %s", digit, code.Provider)
		}
		phone(t, code.Text, "pay")
		r.arrive(t, nav.Outcome)
		if v := r.outcome.View(); v.Word != "PAID" || v.Amount != "$12.50" {
			t.Errorf("%s: %+v", name, v)
		}
		if told, err := r.desk.Code(t.Context(), code.ID); err != nil || told.State != order.QRPaid {
			t.Errorf("%s: the journal has %+v, %v", name, told, err)
		}
		r.clock.Advance(time.Second)
		r.press(keys.Enter)
		r.arrive(t, nav.Sale)

		r.atCode(t, "700", digit)
		r.clock.Advance(time.Second)
		r.press(keys.Another)
		r.until(t, "the end of the code", func() bool {
			v := r.wallets.code.View()
			return v.Stage == qrshow.Cancelled && v.Buttons[0].Works
		})
		r.clock.Advance(time.Second)
		r.press(keys.Cash)
		r.arrive(t, nav.Cash)
		r.press(keys.Cash, keys.Enter)
		r.until(t, "cash", func() bool { return r.cash.View().Taken })
		r.press(keys.Sale)
		r.arrive(t, nav.Sale)
	}
	if s := r.desk.Snapshot(); len(s.Bills) != 0 || len(s.Codes) != 0 {
		t.Errorf("left over: %+v, %+v", s.Bills, s.Codes)
	}
}
