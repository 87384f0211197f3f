package outcome

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/slip"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

var payment = cardentry.Payment{Charge: engine.Charge{Order: "o", Amount: money.New(1250, money.USD)}, Brand: "Visa", Last4: "1111"}

type record struct {
	desk *apptest.Desk
	*Presenter
	did []string
}

func begin(state order.State, cause order.Cause) *record {
	r := &record{desk: apptest.NewDesk(false)}
	r.Presenter = New(r.desk, bridge.InlineRun, r.desk.Clock)
	note := func(what string) func() { return func() { r.did = append(r.did, what) } }
	r.NewSale = note("new")
	r.TryAgain = func(engine.Charge) { note("again")() }
	r.Rest = func(b order.Bill) { note("rest " + b.ID)() }
	r.Receipt = func(...slip.Paper) { note("receipt")() }
	r.History = note("history")
	r.Tell = func(s string) { note("tell " + s)() }
	r.pay(payment, state, cause)
	return r
}

// pay ends a payment in a state and shows it.
func (r *record) pay(p cardentry.Payment, state order.State, cause order.Cause) {
	if err := r.desk.AddLeg(p.Charge, order.TenderCard); err != nil {
		panic(err)
	}
	s := r.desk.Sale(p.Charge, "Visa", "1111", state)
	s.Cause = cause
	r.desk.Put(s)
	r.Show(p, s)
	r.Apply(r.desk.Snapshot())
}

// part is the payment of a part of a bill.
func part(id, bill string, minor, total int64) cardentry.Payment {
	p := payment
	p.Order, p.Amount, p.Bill = id, money.New(minor, money.USD), &order.Bill{ID: bill, Goods: money.New(total, money.USD)}
	return p
}

func acts(v View) (all []Act) {
	for _, b := range v.Buttons {
		all = append(all, b.Act)
	}
	return all
}

func TestEveryStateHasAWordASentenceAndAWayOn(t *testing.T) {
	for _, state := range order.States {
		for _, cause := range []order.Cause{"", order.CauseNoAnswer, order.CauseLogin, order.CauseCancelled, order.CauseGivenBack, order.CauseNotFound,
			order.CauseRefused, order.CauseRestored} {
			v := begin(state, cause).View()
			if v.Word == "" || text.Has(v.Word) || strings.HasPrefix(v.Word, "outcome.") || strings.HasPrefix(v.Sentence, "outcome.") || text.Has(v.Sentence) || v.Sentence == "" || len(v.Buttons) < 2 || v.Amount == "" {
				t.Errorf("%s %s: %+v", state, cause, v)
			}
		}
	}
}

// TestAnswersAreTold: a refusal has the words of its code, what to tell the
// customer, and a button that says what comes next. An answer that does not
// fit the state says nothing.
func TestAnswersAreTold(t *testing.T) {
	tests := []struct {
		state                         order.State
		code, message                 string
		sentence, bank, button, never string
	}{
		{order.Declined, "D2012", "Insufficient Funds", "Nothing was charged. The card does not cover", "Tell the customer: “Please use another card.” Code D2012", "Try another card", "Insufficient"},
		{order.Declined, "D0006", "Supervisor Override Required", "Let a supervisor sign in on this terminal and charge again.", "D0006", "Charge again", ""},
		{order.Declined, "D2020", "CVV2 verification failed", "The security code does not match.", "D2020", "Enter it again", ""},
		{order.Declined, "D2021", "Issuer or Switch inoperative", "in a few minutes", "pay another way", "Try again", ""},
		{order.Declined, "D9999", "Something new", text.Get("outcome.declined"), "The bank says: Something new", "Try another card", ""},
		// The host's own row says declined, the code speaks of an earlier sale.
		{order.Declined, "D0008", "Possible Duplicate Request", text.Get("outcome.declined"), "The bank says: Possible Duplicate Request", "Try another card", "Do not charge"},
		{order.Refused, "", "Invalid Device GUID", "Nothing was charged. The payment service does not know this terminal.", "Tell the customer: “Please pay another way.”", "Try again", ""},
		{order.Refused, "E0010", "Inactive Device (Terminal)", "This terminal is not active", "E0010", "Try again", ""},
		{order.Unknown, "E0015", "Settlement InProgress", "Do not charge again: the terminal waits for it", "", "New sale", "Nothing was charged"},
		{order.Unknown, "D2012", "Insufficient Funds", text.Get("outcome.checking"), "", "New sale", "Nothing was charged"},
		{order.Approved, "D2012", "Insufficient Funds", text.Get("outcome.approved"), "", "New sale", "Nothing was charged"},
	}
	for _, tt := range tests {
		r := begin(tt.state, "")
		r.sale.Code, r.sale.Message = tt.code, tt.message
		v := r.View()
		if !strings.Contains(v.Sentence, tt.sentence) || !strings.Contains(v.Bank, tt.bank) || v.Buttons[0].Words != tt.button {
			t.Errorf("%s %s: %q, %q, %q", tt.state, tt.code, v.Sentence, v.Bank, v.Buttons[0].Words)
		}
		if tt.never != "" && strings.Contains(v.Sentence+v.Bank, tt.never) {
			t.Errorf("%s %s: %q in %q, %q", tt.state, tt.code, tt.never, v.Sentence, v.Bank)
		}
	}
}

func TestButtons(t *testing.T) {
	tests := []struct {
		state order.State
		want  []Act
	}{
		{order.Approved, []Act{ActNewSale, ActReceipt}},
		{order.Declined, []Act{ActTryAgain, ActNewSale}},
		{order.NotSent, []Act{ActTryAgain, ActNewSale}},
		{order.Reversed, []Act{ActTryAgain, ActNewSale}},
		{order.Absent, []Act{ActTryAgain, ActNewSale}},
		{order.Refused, []Act{ActTryAgain, ActNewSale}},
		{order.PartApproved, []Act{ActKeep, ActGiveBack}},
		// The same order must wait here: no other card for it.
		{order.Reversing, []Act{ActNewSale, ActHistory}},
		{order.Quarantine, []Act{ActNewSale, ActHistory}},
		{order.Review, []Act{ActNewSale, ActHistory}},
		{order.OrphanReturn, []Act{ActNewSale, ActHistory}},
		{order.Returned, []Act{ActTryAgain, ActNewSale}},
		{order.Unknown, []Act{ActNewSale, ActHistory}},
	}
	for _, tt := range tests {
		got := acts(begin(tt.state, "").View())
		if len(got) != len(tt.want) || got[0] != tt.want[0] || got[1] != tt.want[1] {
			t.Errorf("%s: %v, want %v", tt.state, got, tt.want)
		}
	}
}

func TestActs(t *testing.T) {
	tests := []struct {
		state    order.State
		key      keys.Key
		want     string
		abandons int
	}{
		{order.Approved, keys.Sale, "new", 0},
		{order.Approved, keys.Receipt, "receipt", 0},
		{order.Approved, keys.Another, "", 0},
		{order.Declined, keys.Another, "again", 0},
		{order.Declined, keys.Sale, "new", 1},
		{order.Reversing, keys.Sale, "new", 1},
		{order.Reversing, keys.History, "history", 0},
		{order.Reversing, keys.Another, "", 0},
		{order.PartApproved, keys.Keep, "", 0},
		{order.PartApproved, keys.Sale, "", 0},
	}
	for _, tt := range tests {
		r := begin(tt.state, "")
		r.Key(tt.key)
		got := ""
		if len(r.did) > 0 {
			got = r.did[0]
		}
		if got != tt.want || r.desk.Count("AbandonOrder") != tt.abandons {
			t.Errorf("%s %s: did %v, gave up %d times", tt.state, tt.key, r.did, r.desk.Count("AbandonOrder"))
		}
	}
}

// A supervisor takes back what contradicts, and a quiet payment may be followed
// by another: both only after a warning that was there long enough to be read.
func TestWarningsComeFirst(t *testing.T) {
	for _, tt := range []struct {
		state   order.State
		act     Act
		key     keys.Key
		warning string
		calls   int
		did     []string
	}{
		{order.Review, ActUndo, keys.TakeBack, "This cannot be called back.", 1, nil},
		{order.Quarantine, ActConsent, keys.Another, "Charge again only if the customer agrees.", 0, []string{"again"}},
	} {
		r := begin(tt.state, "")
		r.desk.SignInAs(0)
		r.sale.Clean = 2
		var charge engine.Charge
		r.TryAgain = func(c engine.Charge) { charge, r.did = c, append(r.did, "again") }
		r.Apply(r.desk.Snapshot())
		if !slices.Contains(acts(r.View()), tt.act) {
			t.Fatalf("%s: not offered: %v", tt.state, acts(r.View()))
		}
		r.Key(tt.key)
		r.Key(tt.key) // a double press
		r.desk.Clock.Advance(time.Second)
		r.Enter()
		v := r.View()
		if !strings.Contains(v.Sentence, tt.warning) || !v.Decide || len(r.did) != 0 || r.desk.Count("GiveBack") != 0 {
			t.Fatalf("%s: %+v, did %v", tt.state, v, r.did)
		}
		r.Key(keys.Escape)
		if v := r.View(); v.Decide || strings.Contains(v.Sentence, tt.warning) {
			t.Errorf("%s: the warning stays: %+v", tt.state, v)
		}
		r.Key(tt.key)
		r.desk.Clock.Advance(time.Second)
		r.Key(tt.key)
		if r.desk.Count("GiveBack") != tt.calls || !slices.Equal(r.did, tt.did) || charge.Consent != (tt.act == ActConsent) {
			t.Errorf("%s: gave back %d times, did %v, %+v", tt.state, r.desk.Count("GiveBack"), r.did, charge)
		}
	}
}

// Nobody without the right takes anything back, and what moves on meanwhile
// takes its warning with it.
func TestWarningsForTheRightPeopleAndMoments(t *testing.T) {
	r := begin(order.Review, "")
	r.desk.SignInAs(1)
	r.Apply(r.desk.Snapshot())
	if v := r.View(); slices.Contains(acts(v), ActUndo) || !strings.Contains(v.Sentence, "call a supervisor") {
		t.Errorf("a cashier: %+v", v)
	}
	r.desk.SignInAs(0)
	r.Apply(r.desk.Snapshot())
	r.Do(ActUndo)
	gone := r.sale
	gone.State = order.Reversed
	r.desk.Put(gone)
	r.Apply(r.desk.Snapshot())
	if v := r.View(); v.Decide || v.Word != "NOT CHARGED" {
		t.Errorf("%+v", v)
	}
	if r := begin(order.Quarantine, ""); slices.Contains(acts(r.View()), ActConsent) {
		t.Error("charged again while the bank may still find it")
	}
}

// The terminal itself asks for consent: that is the warning.
func TestConsentThatTheTerminalAsksFor(t *testing.T) {
	r := begin(order.Approved, "")
	var again engine.Charge
	r.TryAgain = func(c engine.Charge) { again = c }
	r.ShowProblem(payment, &engine.Problem{Code: engine.ProblemConsent, Text: "Because."})
	v := r.View()
	if v.Word != "CHECKING" || v.Sentence != text.Get("problem.consent") || !v.Decide || acts(v)[1] != ActConsent {
		t.Fatalf("%+v", v)
	}
	r.Key(keys.Another)
	if again.Order != "" {
		t.Fatal("charged again unread")
	}
	r.desk.Clock.Advance(time.Second)
	r.Key(keys.Another)
	if !again.Consent || again.Order != payment.Order {
		t.Errorf("%+v", again)
	}
}

func TestEnterWaitsAMoment(t *testing.T) {
	r := begin(order.Approved, "")
	r.Enter()
	if len(r.did) != 0 {
		t.Fatal("dismissed unread")
	}
	r.desk.Clock.Advance(time.Second)
	r.Enter()
	if len(r.did) != 1 {
		t.Error("Enter does nothing")
	}
	r = begin(order.PartApproved, "")
	r.desk.Clock.Advance(time.Second)
	r.Enter()
	if len(r.did) != 0 || r.desk.Count("Keep") != 0 {
		t.Error("Enter decides about a part payment")
	}
}

// A part of a bill that was kept leads to what is left of the bill.
func TestRestAfterKeeping(t *testing.T) {
	r := begin(order.Declined, "")
	r.pay(part("p1", "b1", 1250, 1250), order.PartApproved, "")
	if v := r.View(); v.Amount != "$7.50 of $12.50" || v.Buttons[0].Words != "Keep $7.50, collect $5.00" {
		t.Errorf("%+v", v)
	}
	if err := r.desk.Keep(context.Background(), r.sale.Number); err != nil {
		t.Fatal(err)
	}
	r.Apply(r.desk.Snapshot())
	if v := r.View(); v.Amount != "$7.50" || acts(v)[0] != ActRest || v.Buttons[0].Words != "Collect $5.00" {
		t.Errorf("%+v", v)
	}
	r.Do(ActRest)
	if len(r.did) != 1 || r.did[0] != "rest b1" {
		t.Errorf("did %v", r.did)
	}
}

// Where no bill waits for the rest, a part is kept or given back, and that is it.
func TestPartOfNoBill(t *testing.T) {
	r := begin(order.PartApproved, "")
	if v := r.View(); v.Buttons[0].Words != "Keep $7.50" {
		t.Errorf("%+v", v.Buttons)
	}
	r.Do(ActKeep)
	r.Apply(r.desk.Snapshot())
	if got := acts(r.View()); len(r.did) != 0 || got[0] != ActNewSale {
		t.Errorf("did %v, offers %v", r.did, got)
	}
}

// What did not come about is given up with its bill, unless other parts of it
// stand: then it leads back to them.
func TestLeavingAPart(t *testing.T) {
	r := begin(order.Approved, "")
	r.pay(part("p1", "b1", 1250, 1250), order.Declined, "")
	r.Do(ActNewSale)
	if r.desk.Count("CancelBill") != 1 || r.desk.Count("AbandonOrder") != 0 || r.did[0] != "new" {
		t.Errorf("did %v, %v", r.did, r.desk.Calls())
	}
	r.pay(part("p2", "b2", 500, 1250), order.Approved, "")
	if v := r.View(); acts(v)[0] != ActRest || v.Buttons[0].Words != "Collect $7.50" || !strings.Contains(v.Sentence, "$7.50") {
		t.Errorf("%+v", v)
	}
	r.pay(part("p3", "b2", 750, 1250), order.Declined, "")
	if got := acts(r.View()); !slices.Equal(got, []Act{ActTryAgain, ActParts}) {
		t.Fatalf("offers %v", got)
	}
	r.Do(ActParts)
	if r.did[len(r.did)-1] != "rest b2" || r.desk.Count("CancelBill") != 1 {
		t.Errorf("did %v, %v", r.did, r.desk.Calls())
	}
	r.pay(part("p4", "b2", 750, 1250), order.Approved, "")
	if got := acts(r.View()); got[0] != ActNewSale {
		t.Errorf("offers %v once all is paid", got)
	}
}

func TestDecisionThatFails(t *testing.T) {
	r := begin(order.PartApproved, "")
	r.desk.Fail = func(string) error { return &engine.Problem{Text: "The disk is full."} }
	r.Do(ActKeep)
	if v := r.View(); v.Problem != "The disk is full." || v.Busy || len(r.did) != 0 {
		t.Errorf("%+v %v", v, r.did)
	}
	r = begin(order.Declined, "")
	r.desk.Fail = func(string) error { return errors.New("x") }
	r.Do(ActNewSale)
	if len(r.did) != 2 || r.did[0] != "tell "+text.Get("problem.other") {
		t.Errorf("did %v", r.did)
	}
}

func TestReceiptsAndTheQuestion(t *testing.T) {
	r := begin(order.Approved, "")
	r.desk.PutJobs(order.Job{ID: "j1", Kind: order.JobPrint, State: order.JobUnsure})
	r.Apply(r.desk.Snapshot())
	if v := r.View(); len(v.Jobs) != 1 || v.Question == nil {
		t.Fatalf("%+v", v)
	}
	r.Answer(true)
	if v := r.View(); v.Question != nil || v.Jobs[0].Shape != look.Check {
		t.Errorf("%+v", v)
	}
	r.Answer(true)
	if r.desk.Count("SettleJob") != 1 {
		t.Error("answered twice")
	}
}

func TestOneQuestionAtATimeForReceipts(t *testing.T) {
	r := begin(order.Approved, "")
	var held []func(context.Context) func()
	r.run = func(work func(context.Context) func()) { held = append(held, work) }
	for range 20 {
		r.desk.Change(func(*engine.Snapshot) {})
		r.Apply(r.desk.Snapshot())
	}
	if len(held) != 1 {
		t.Fatalf("%d questions at once", len(held))
	}
	bridge.InlineRun(held[0])
	if len(held) != 2 {
		t.Errorf("%d questions, want one more for what changed meanwhile", len(held))
	}
}

func TestProblemWithoutASale(t *testing.T) {
	r := begin(order.Approved, "")
	for _, tt := range []struct {
		code, word string
		again      bool
	}{
		{engine.ProblemDisk, "NOT CHARGED", true}, {engine.ProblemOrderClosed, "NOT CHARGED", false},
		// A charge may stand behind these.
		{engine.ProblemInProgress, "CHECKING", false}, {engine.ProblemUnsaved, "CHECKING", false},
	} {
		r.ShowProblem(payment, &engine.Problem{Code: tt.code, Text: "Because."})
		v := r.View()
		if v.Word != tt.word || v.Sentence != "Because." || slices.Contains(acts(v), ActTryAgain) != tt.again {
			t.Errorf("%s: %+v", tt.code, v)
		}
	}
	r.Apply(r.desk.Snapshot())
	r.Do(ActNewSale)
	if r.desk.Count("AbandonOrder") != 0 {
		t.Error("gave up an order of which nobody knows")
	}
}

func TestOlderStateIsDropped(t *testing.T) {
	r := begin(order.Reversing, "")
	old := r.sale
	next := r.sale
	next.State = order.Reversed
	r.desk.Put(next)
	r.Apply(r.desk.Snapshot())
	r.Apply(engine.Snapshot{Live: []engine.Sale{old}})
	if r.Kind() != look.KindNotCharged {
		t.Errorf("outcome %s", r.Kind())
	}
}

// A stored sale is told apart from an approved one, followed while it is shown,
// and never gives its order up.
func TestStored(t *testing.T) {
	r := begin(order.Approved, "")
	stored := order.Stored{ID: "S1", Order: "p", State: order.StoredWaiting, Amount: money.New(1250, money.USD), Brand: "Visa", Last4: "1111"}
	r.ShowStored(stored)
	v := r.View()
	if v.Word != "STORED" || v.Look.Kind != look.KindStored || v.Amount != "$12.50" || !strings.Contains(v.Sentence, "not yet authorised") {
		t.Errorf("%+v", v)
	}
	r.desk.PutJobs(order.Job{ID: "j", Kind: order.JobPrint, Subject: "S1", State: order.JobUnsure}, order.Job{ID: "k", Subject: "other"})
	r.Apply(r.desk.Snapshot())
	if v := r.View(); len(v.Jobs) != 1 || v.Question == nil {
		t.Errorf("%+v", v.Jobs)
	}
	stored.State, stored.Cause, stored.Message = order.Uncollected, order.CauseDeclined, "Insufficient Funds"
	r.desk.PutStored(stored)
	r.Apply(r.desk.Snapshot())
	if v := r.View(); v.Word != "NOT COLLECTED" || v.Bank != "The bank says: Insufficient Funds" || v.Look.Shape == look.Check {
		t.Errorf("%+v", v)
	}
	stored.Approved, stored.Cause = money.New(500, money.USD), order.CausePart
	r.ShowStored(stored)
	if v := r.View(); v.Amount != "$7.50 of $12.50" {
		t.Errorf("%+v", v)
	}
	r.Do(ActNewSale)
	if r.desk.Count("AbandonOrder") != 0 || len(r.did) != 1 {
		t.Errorf("did %v", r.did)
	}
}

// Only the bank's approval makes a stored sale look approved.
func TestStoredThatTheBankPays(t *testing.T) {
	r := begin(order.Declined, "")
	stored := order.Stored{ID: "S1", Order: "p", State: order.StoredForwarding, Amount: money.New(1250, money.USD), Brand: "Visa", Last4: "1111"}
	r.ShowStored(stored)
	if v := r.View(); v.Look.Kind != look.KindStored {
		t.Errorf("%+v", v)
	}
	r.desk.Put(r.desk.Sale(engine.Charge{Order: "p", Amount: stored.Amount}, "Visa", "1111", order.Approved))
	r.Apply(r.desk.Snapshot())
	if v := r.View(); v.Word != "APPROVED" {
		t.Errorf("%+v", v)
	}
}
