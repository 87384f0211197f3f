package qrshow

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/customer"
	"paydesk/app/keys"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// record is the screen over a desk in memory, with what it led to.
type record struct {
	*Presenter
	desk   *apptest.Desk
	did    []string
	asked  []Question
	paid   engine.CodeView
	charge engine.Charge
	held   []func()
	hold   bool
}

var charge = engine.Charge{Order: "o", Amount: money.New(1250, money.USD), Bill: &order.Bill{ID: "b", Goods: money.New(1250, money.USD)}}

func begin(o order.WalletOffer, prepare ...func(*record)) *record {
	r := &record{desk: apptest.NewDesk(false)}
	r.desk.SetWallets(apptest.PayPal, apptest.Razorpay)
	run := func(work func()) {
		if r.hold {
			r.held = append(r.held, work)
			return
		}
		work()
	}
	inline := bridge.Run(bridge.InlineRun)
	r.Presenter = New(r.desk, func(work func(context.Context) func()) { run(func() { inline(work) }) }, r.desk.Clock)
	note := func(what string) func(engine.Charge) {
		return func(c engine.Charge) { r.did, r.charge = append(r.did, what), c }
	}
	r.Card, r.Cash, r.Back, r.Leave, r.Done, r.Started = note("card"), note("cash"), note("back"), note("leave"), note("done"), note("started")
	r.Failed = func(c engine.Charge, _ error) { note("failed")(c) }
	r.Paid = func(c engine.Charge, code engine.CodeView) { note("paid")(c); r.paid = code }
	r.Ask = func(q Question) { r.asked = append(r.asked, q) }
	r.Receipt = func(papers ...slip.Paper) { r.did = append(r.did, "slip "+papers[0].Document) }
	r.desk.Watch(r.Apply)
	for _, f := range prepare {
		f(r)
	}
	r.Begin(charge, o)
	r.did = slices.DeleteFunc(r.did, func(s string) bool { return s == "started" })
	return r
}

func (r *record) calm() *record {
	r.desk.Clock.Advance(time.Second)
	return r
}

func (r *record) want(t *testing.T, stage Stage, did ...string) {
	t.Helper()
	if r.Stage() != stage || !slices.Equal(r.did, did) {
		t.Fatalf("at %s, did %q; want %s, %q", r.Stage(), r.did, stage, did)
	}
}

func slow(r *record) { r.desk.Codes.Slow = true }

// Every stage says what is going on and what to do, and has a way on.
func TestEveryStageHasWordsAndAWayOn(t *testing.T) {
	for stage, r := range map[Stage]*record{
		Making:    begin(apptest.PayPal, slow),
		Scan:      begin(apptest.PayPal),
		Paper:     begin(apptest.PayPal).calm().press(keys.Later),
		Taking:    begin(apptest.PayPal).seen(order.CodeSeen{Approved: true}),
		Deciding:  begin(apptest.PayPal).seen(order.CodeSeen{Pending: true}),
		Closing:   begin(apptest.Razorpay).calm().press(keys.Another),
		Expired:   begin(apptest.PayPal).seen(order.CodeSeen{Dead: true}),
		Cancelled: begin(apptest.PayPal).calm().press(keys.Another),
		Refused:   begin(apptest.PayPal, func(r *record) { r.desk.Codes.Refuse = "The amount is too small." }),
		Failed:    begin(apptest.PayPal, fails("ShowCode paypal")),
	} {
		v := r.View()
		if v.Stage != stage {
			t.Errorf("%s: at %s", stage, v.Stage)
			continue
		}
		for _, words := range []string{v.Word, v.Title, v.Say} {
			if words == "" || text.Has(words) || strings.Contains(words, "wallet.") || strings.Contains(words, "{") {
				t.Errorf("%s: says %q", stage, words)
			}
		}
		if len(v.Buttons) == 0 || v.Wallet == "" || v.Amount != "$12.50" {
			t.Errorf("%s: %+v", stage, v)
		}
		if scan := stage == Scan || stage == Paper; scan != (v.Code == apptest.WalletText) || scan == (v.Look.Kind != "") && stage != Making {
			t.Errorf("%s: code %q, look %+v", stage, v.Code, v.Look)
		}
		seen := map[keys.Key]bool{}
		for _, b := range v.Buttons {
			if seen[b.Key] || b.Key == "" || text.Has(b.Words) {
				t.Errorf("%s: %+v", stage, b)
			}
			seen[b.Key] = true
		}
	}
	for _, stage := range Stages {
		if _, ok := acts[stage]; !ok && stage != Paid {
			t.Errorf("no way on from %s", stage)
		}
	}
}

func fails(method string) func(*record) {
	return func(r *record) {
		r.desk.Fail = func(called string) error {
			if called == method {
				return &engine.Problem{Code: "x", Text: "The disk is full: free some space."}
			}
			return nil
		}
	}
}

func (r *record) press(names ...keys.Key) *record {
	for _, k := range names {
		r.Key(k)
	}
	return r
}

func (r *record) seen(s order.CodeSeen) *record {
	r.desk.Seen(s)
	return r
}

// A payment is told once, however often the snapshot says so.
func TestPaid(t *testing.T) {
	r := begin(apptest.PayPal)
	r.want(t, Scan)
	r.seen(order.CodeSeen{Approved: true})
	r.want(t, Taking)
	r.desk.PayCode()
	r.Apply(r.desk.Snapshot())
	r.want(t, Paid, "paid")
	if paid, ok := r.paid.Paid(); !ok || paid.Amount != charge.Amount || r.charge.Order != "o" {
		t.Errorf("%+v of %+v", paid, r.charge)
	}
}

// The code counts down by the terminal's clock.
func TestCountdown(t *testing.T) {
	r := begin(apptest.PayPal)
	r.desk.Clock.Advance(68 * time.Second)
	if v := r.View(); v.Left != "3:52" || v.Share != 773 {
		t.Errorf("%s left, %d of 1000", v.Left, v.Share)
	}
	r.desk.Clock.Advance(time.Hour)
	if v := r.View(); v.Left != "0:00" || v.Share != 0 {
		t.Errorf("%s left, %d of 1000", v.Left, v.Share)
	}
}

// Cancelling leads back once nothing can come of the code any more: at once where
// the terminal alone takes the money, else when the wallet said so.
func TestCancel(t *testing.T) {
	r := begin(apptest.PayPal).press(keys.Escape)
	r.want(t, Cancelled, "back")
	r = begin(apptest.Razorpay).press(keys.Escape)
	r.want(t, Closing)
	r.seen(order.CodeSeen{Dead: true})
	r.want(t, Cancelled, "back")
	// Paid in the last moment: that is what it is.
	r = begin(apptest.Razorpay).press(keys.Escape)
	r.desk.PayCode()
	r.want(t, Paid, "paid")
	// Before the code is there.
	r = begin(apptest.Razorpay, slow).press(keys.Escape)
	r.want(t, Closing)
}

// While the journal writes the intent, the wish to cancel is kept.
func TestCancelBeforeItIsThere(t *testing.T) {
	r := begin(apptest.PayPal, func(r *record) { r.hold = true }).press(keys.Escape)
	if v := r.View(); v.Stage != Making || len(v.Buttons) != 0 {
		t.Fatalf("%+v", v)
	}
	r.hold = false
	r.held[0]()
	r.want(t, Cancelled, "back")
}

// A code that may be paid already is given up after a question only.
func TestAskBeforeGivingUp(t *testing.T) {
	for name, seen := range map[string]order.CodeSeen{"taking": {Approved: true}, "deciding": {Pending: true}, "silent": {Failed: true, Message: "No answer."}} {
		r := begin(apptest.PayPal).seen(seen).press(keys.Escape)
		if len(r.asked) != 1 || r.asked[0].Kind != "giveup" || r.desk.Count("GiveUpCode") != 0 {
			t.Fatalf("%s: asked %+v", name, r.asked)
		}
		r.asked[0].Yes()
		if r.desk.Count("GiveUpCode") != 1 {
			t.Errorf("%s: not given up", name)
		}
		// It was paid while the question was read.
		r = begin(apptest.PayPal).seen(seen).press(keys.Escape)
		r.desk.PayCode()
		r.asked[0].Yes()
		if r.Stage() != Paid || r.desk.Count("GiveUpCode") != 0 {
			t.Errorf("%s: given up though it is paid", name)
		}
	}
}

// Another way to pay takes the same order: freely once the code is dead, and with
// the word of somebody who was warned before.
func TestOtherWays(t *testing.T) {
	r := begin(apptest.PayPal).calm().press(keys.Another).calm().press(keys.Cash)
	r.want(t, Cancelled, "cash")
	if r.charge != charge {
		t.Errorf("pays %+v", r.charge)
	}
	r = begin(apptest.Razorpay).calm().press(keys.Another).calm().press(keys.Cash)
	r.want(t, Closing)
	if len(r.asked) != 1 || r.asked[0].Kind != "consent" || len(r.did) != 0 {
		t.Fatalf("asked %+v, did %v", r.asked, r.did)
	}
	r.asked[0].Yes()
	want := charge
	want.Consent = true
	if r.want(t, Closing, "cash"); r.charge != want {
		t.Errorf("pays %+v", r.charge)
	}
	// The end of the code leads nowhere then: somebody counts the cash.
	r.seen(order.CodeSeen{Dead: true})
	r.want(t, Cancelled, "cash")
}

// A key that is pressed twice does not pay.
func TestCalm(t *testing.T) {
	r := begin(apptest.PayPal).calm().press(keys.Another, keys.Enter, keys.Cash, keys.Another)
	r.want(t, Cancelled)
	r.calm().press(keys.Enter)
	r.want(t, Cancelled, "card")
}

func TestNewCode(t *testing.T) {
	r := begin(apptest.PayPal).seen(order.CodeSeen{Dead: true}).calm()
	first := r.Code().ID
	r.press(keys.Another)
	if r.want(t, Scan, "started"); r.Code().ID == first || r.Code().Order != "o" {
		t.Errorf("%s after %s", r.Code().ID, first)
	}
}

// A code on paper takes the place of the one on the screen, and the desk goes on.
func TestPaper(t *testing.T) {
	r := begin(apptest.Razorpay).calm().press(keys.Later)
	r.want(t, Closing)
	r.seen(order.CodeSeen{Dead: true})
	r.want(t, Paper, "started")
	if !r.Code().Patience.IsZero() || r.UnderWay() {
		t.Errorf("%+v", r.Code())
	}
	r.calm().press(keys.Receipt, keys.Enter)
	r.want(t, Paper, "started", "slip code", "done")
	r.press(keys.GiveBack)
	if len(r.asked) != 1 {
		t.Fatal("ended without a question")
	}
}

// What the terminal or the wallet says is said, and nothing is lost of what was
// to be paid.
func TestRefusals(t *testing.T) {
	r := begin(apptest.PayPal, func(r *record) { r.desk.Codes.Refuse = "The amount is too small." })
	if v := r.View(); v.Say != "The amount is too small." {
		t.Errorf("%+v", v)
	}
	r = begin(apptest.PayPal, fails("ShowCode paypal"))
	if v := r.View(); v.Say != "The disk is full: free some space." || !v.Wrong || r.did[0] != "failed" {
		t.Errorf("%+v, did %v", v, r.did)
	}
	r.calm().press(keys.Enter)
	if r.charge.Order != "o" {
		t.Errorf("pays %+v", r.charge)
	}
	r = begin(apptest.PayPal, fails("GiveUpCode")).press(keys.Escape)
	if v := r.View(); v.Problem != "The disk is full: free some space." || v.Stage != Scan || !v.Buttons[0].Works {
		t.Errorf("%+v", v)
	}
}

// The terminal itself asks for consent, where the earlier code of the order is
// not dead: a new one is made with it.
func TestConsentForANewCode(t *testing.T) {
	r := begin(apptest.Razorpay).press(keys.Escape)
	r.Begin(charge, apptest.Razorpay)
	r.want(t, Failed, "started", "failed")
	if got := r.View().Buttons; len(got) != 4 {
		t.Fatalf("%+v", got)
	}
	r.calm().press(keys.Another)
	r.asked[0].Yes()
	r.want(t, Scan, "started", "failed", "started")
}

// A code that comes to its end while another one is news is read.
func TestEndWhileAnotherIsNews(t *testing.T) {
	r := begin(apptest.PayPal)
	r.desk.Watch(func(engine.Snapshot) {})
	r.seen(order.CodeSeen{Dead: true})
	s := r.desk.Snapshot()
	s.Code, s.Codes = &engine.CodeView{QR: order.QR{ID: "other"}}, nil
	r.Apply(s)
	r.want(t, Expired)
}

func TestLook(t *testing.T) {
	r := begin(apptest.PayPal)
	r.hold = true
	r.press(keys.Look, keys.Look)
	if v := r.View(); len(r.held) != 1 || v.Buttons[3].Works || !v.Buttons[0].Works {
		t.Fatalf("%d looks, %+v", len(r.held), v.Buttons)
	}
	r.hold = false
	r.held[0]()
	if r.desk.Count("LookAtCode") != 1 || !r.View().Buttons[3].Works {
		t.Errorf("%v", r.desk.Calls())
	}
}

// The customer reads what is to be done with the phone, and no reasons.
func TestCustomer(t *testing.T) {
	for want, r := range map[customer.Stage]*record{
		customer.Confirm:  begin(apptest.PayPal, slow),
		customer.Scan:     begin(apptest.PayPal),
		customer.Checking: begin(apptest.Razorpay).press(keys.Escape),
		customer.Lapsed:   begin(apptest.PayPal).seen(order.CodeSeen{Dead: true}),
	} {
		v := r.Presenter.Customer()
		if v.Stage != want || (v.Code != "") != (want == customer.Scan) || v.Due.Total != charge.Amount || v.Wallet == "" {
			t.Errorf("%s: %+v", want, v)
		}
	}
	r := begin(apptest.PayPal)
	r.desk.PayCode()
	if v := r.Presenter.Customer(); v.Stage != customer.Paid || v.Paid != charge.Amount {
		t.Errorf("%+v", v)
	}
}

// Back to a code of an earlier run: its end is told like that of any other.
func TestResume(t *testing.T) {
	r := begin(apptest.PayPal)
	code := r.Code()
	r.Presenter.Begin(engine.Charge{Order: "p", Amount: money.New(100, money.USD)}, apptest.Razorpay)
	r.did = nil
	r.Resume(charge, code)
	r.want(t, Scan)
	if v := r.View(); v.Wallet != "PayPal" || v.Amount != "$12.50" || !v.Test {
		t.Errorf("%+v", v)
	}
}
