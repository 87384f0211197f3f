package paylog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

// begin is the screen in sight, where every question is answered with yes.
func begin() (*apptest.Desk, *Presenter) {
	desk := apptest.NewDesk(false)
	desk.SignInAs(0)
	p := New(desk, apptest.Plain(bridge.InlineRun), bridge.InlineRun, desk.Clock)
	p.Ask = func(_, _, _ string, yes func()) { yes() }
	p.Apply(desk.Snapshot())
	p.Begin()
	return desk, p
}

func notice(desk *apptest.Desk, txn string, kind order.NoticeKind, state order.NoticeState, minor int64, ago time.Duration) order.Notice {
	return order.Notice{ID: order.NoticeID("paypal", txn, "Completed"), Version: 1, Kind: kind, State: state, Provider: "paypal", Txn: txn, Payer: "ada@example.com", PayerName: "Ada Example",
		Gross: usd(minor), Created: desk.Clock.Now().Add(-ago)}
}

func names(p *Presenter) (all []string) {
	for _, r := range p.View().Right {
		all = append(all, strings.TrimSpace(r.Name+" "+r.Value))
	}
	return all
}

// at finds the row that begins with words.
func at(t *testing.T, p *Presenter, words string) int {
	t.Helper()
	for i, name := range names(p) {
		if strings.HasPrefix(name, words) {
			return i
		}
	}
	t.Fatalf("no row %q in %q", words, names(p))
	return -1
}

// Each folder has its own entries, newest first, and older ones are read when
// they are asked for.
func TestFolders(t *testing.T) {
	desk, p := begin()
	if got := names(p); len(got) != 1 || got[0] != "Nothing here." {
		t.Errorf("an empty log shows %q", got)
	}
	for i := range 20 {
		desk.PutNotices(notice(desk, fmt.Sprint("T", i), order.NoticePayment, order.NoticeCredited, int64(100+i), time.Duration(i)*time.Hour))
	}
	odd := notice(desk, "X", order.NoticePayment, order.NoticeInvalid, 0, 50*time.Hour)
	odd.Gross, odd.PayerName, odd.Payer = money.Amount{}, "", ""
	desk.PutNotices(notice(desk, "R", order.NoticeReversal, order.NoticeCredited, -500, 40*time.Hour), odd)
	for i, want := range []int{9, 1, 9, 1, 1, 1} { // a page has 8, and the row for older ones
		p.Choose(i)
		if got := names(p); len(got) != want {
			t.Errorf("folder %d has %q", i, got)
		}
	}
	if got := names(p)[0]; got != "Payment" {
		t.Errorf("of an entry without anything: %q", got)
	}
	p.Choose(0)
	p.Pick(8)
	p.Pick(16)
	if got := names(p); len(got) != 22 || got[0] != "Ada Example $1.00" || got[20] != "Ada Example -$5.00" {
		t.Errorf("%d: %q", len(got), got)
	}
	desk.PutNotices() // something changed: as many are read again
	p.Apply(desk.Snapshot())
	if got := names(p); len(got) < 22 {
		t.Errorf("only %d are left", len(got))
	}
}

// A payment of nobody's is booked to a customer, once; one that nobody is yet is
// added with the payer's name and address.
func TestMatches(t *testing.T) {
	desk, p := begin()
	desk.PutCustomers(order.Customer{ID: "C1", Name: "Globetrotter", Emails: []string{"pay@globetrotter.example"}})
	n := notice(desk, "T", order.NoticePayment, order.NoticeReview, 4250, time.Minute)
	n.Why = order.WhyNobody
	desk.PutNotices(n)
	p.Choose(Review)
	p.Pick(0)
	if title, say := p.top().head(); !strings.Contains(title, "$42.50  Ada Example") || !strings.Contains(say, "Match it") {
		t.Errorf("%q, %q", title, say)
	}
	p.Pick(at(t, p, "Match"))
	p.Pick(at(t, p, "Add a customer"))
	if f := p.form; f == nil || f.Field("name").Value() != "Ada Example" || f.Field("emails").Value() != "ada@example.com" {
		t.Fatal("the payer is not filled in")
	}
	p.Key(keys.Save)
	var asked string
	p.Ask = func(title, _, _ string, yes func()) { asked = title; yes() }
	p.Pick(at(t, p, "Ada Example"))
	if asked != "Count $42.50 to Ada Example?" || p.View().Note != "It counts to the balance of Ada Example." {
		t.Errorf("asked %q, told %q", asked, p.View().Note)
	}
	for _, name := range names(p) {
		if strings.HasPrefix(name, "Match") {
			t.Error("can be matched again")
		}
	}
	at(t, p, "Booked $42.50")
	at(t, p, "By Maria")
	p.Choose(6)
	at(t, p, "Ada Example $42.50")
	p.Pick(at(t, p, "Ada Example"))
	at(t, p, "Balance $42.50")
	if desk.Count("MatchNotice paypal:T:Completed C2") != 1 {
		t.Errorf("%q", desk.Calls())
	}
}

// What cannot be matched by hand offers it not.
func TestNotMatchable(t *testing.T) {
	desk, p := begin()
	for i, why := range order.NoticeWhys {
		n := notice(desk, fmt.Sprint("T", i), order.NoticePayment, order.NoticeReview, 100, time.Minute)
		n.Why = why
		p.enter(&entry{p: p, notice: n})
		offered := strings.HasPrefix(names(p)[0], "Match")
		if offered != n.Matchable() {
			t.Errorf("%s: offered %v", why, offered)
		}
		p.back()
	}
}

// A search holds in every folder until all is shown again.
func TestSearch(t *testing.T) {
	desk, p := begin()
	bob := notice(desk, "B", order.NoticePayment, order.NoticeCredited, 700, 40*24*time.Hour)
	bob.PayerName, bob.Payer = "Bob", "bob@example.com"
	desk.PutNotices(notice(desk, "A", order.NoticePayment, order.NoticeCredited, 500, time.Hour), bob)
	find := func(words string, when int) {
		p.Choose(0)
		p.Key(keys.Undo)
		for _, r := range words {
			p.Rune(r)
		}
		p.Key(keys.Enter)
		for range when {
			p.Key(keys.Down)
		}
		p.Key(keys.Enter)
	}
	find("bob", 0)
	if v := p.View(); len(v.Right) != 1 || v.Right[0].Name != "Bob" || v.Note != "Only “bob”" || v.Other != "Show all" {
		t.Errorf("%+v", v)
	}
	p.Key(keys.Undo)
	if v := p.View(); len(v.Right) != 2 || v.Note != "" {
		t.Errorf("%d after all was shown", len(v.Right))
	}
	find("", 3)
	if v := p.View(); len(v.Right) != 1 || v.Right[0].Name != "Ada Example" || v.Note != "Only Last 31 days" {
		t.Errorf("%+v", v)
	}
}

// A customer is added and changed; what is wrong is said beside the field.
func TestCustomers(t *testing.T) {
	desk, p := begin()
	p.Choose(6)
	p.Pick(0)
	p.Key(keys.Save)
	if p.form == nil || p.form.Now().Problem != "Enter the customer’s name." {
		t.Fatal("kept without a name")
	}
	p.Paste("Ada Example")
	p.Key(keys.Enter)
	p.Paste("not an address")
	p.Key(keys.Save)
	if p.form == nil || !strings.Contains(p.form.Now().Problem, "name@example.com") {
		t.Fatalf("%+v", p.View())
	}
	for range 20 {
		p.Key(keys.Erase)
	}
	p.Paste("ada@example.com, ada@office.example")
	p.Key(keys.Save)
	if v := p.View(); v.Note != "Ada Example is kept." || len(v.Right) != 2 || v.Right[1].Say != "ada@example.com, ada@office.example" {
		t.Errorf("%+v", v)
	}
	p.Pick(1)
	p.Pick(0)
	p.Paste(" Junior")
	p.Key(keys.Save)
	if title, _ := p.top().head(); title != "Ada Example Junior" || desk.Count("SaveCustomer") != 3 {
		t.Errorf("%q after %q", title, desk.Calls())
	}
}

// Payouts are put on the list, taken off, and written into a file once; again
// only where somebody says so.
func TestPayouts(t *testing.T) {
	desk, p := begin()
	p.Choose(7)
	add := func(to, amount string) {
		p.Pick(0)
		p.Paste(to)
		p.Key(keys.Enter)
		p.Paste(amount)
		p.Key(keys.Save)
	}
	add("ada@example.com", "1250")
	add("+15551234567", "300")
	add("bob@example.com", "100")
	if got := names(p); len(got) != 5 || got[2] != "bob@example.com $1.00" || p.View().Right[1].Say != "3 payouts wait for it" {
		t.Fatalf("%q", got)
	}
	p.Pick(2)
	p.Pick(at(t, p, "Take it off"))
	p.Leave()
	var told string
	p.Tell = func(_, words string) { told = words }
	p.Pick(at(t, p, "Write the file"))
	if desk.Count("PayoutFiles P2 P1") != 1 || !strings.Contains(told, ".csv\n2 payouts, $15.50 in all\nUpload") {
		t.Fatalf("told %q after %q", told, desk.Calls())
	}
	for _, name := range names(p) {
		if strings.HasPrefix(name, "Write the file") {
			t.Error("would be written twice")
		}
	}
	p.Pick(at(t, p, "ada@"))
	var asked string
	p.Ask = func(_, words, _ string, _ func()) { asked = words }
	p.Pick(at(t, p, "Write it into a file again"))
	if !strings.Contains(asked, "paid twice") {
		t.Errorf("asks %q", asked)
	}
	p.Choose(7)
	p.Pick(0)
	p.Paste("nobody")
	p.Key(keys.Enter)
	p.Paste("100")
	p.Key(keys.Save)
	if p.form == nil || !strings.Contains(p.form.Now().Problem, "Name the recipient") {
		t.Error("a payout to nobody is on the list")
	}
}

// What goes wrong is said, and nothing is lost by it.
func TestTrouble(t *testing.T) {
	desk, p := begin()
	desk.Fail = func(string) error { return &engine.Problem{Text: "The journal could not be read."} }
	for i := range folders {
		p.Choose(i)
		if v := p.View(); !v.NoteWrong || v.Note != "The journal could not be read." {
			t.Errorf("folder %d: %+v", i, v)
		}
	}
	desk.Fail = nil
	p.Hide()
	p.Begin()
	if v := p.View(); v.NoteWrong {
		t.Errorf("%+v", v)
	}
}

// Escape leads out step by step, from wherever somebody is.
func TestLeaves(t *testing.T) {
	desk, p := begin()
	desk.PutCustomers(order.Customer{ID: "C1", Name: "Ada"})
	left := 0
	p.Back = func() { left++ }
	p.Choose(6)
	p.Pick(1)
	p.Pick(0)
	for i := range 5 {
		if left != 0 {
			t.Fatalf("left after %d", i)
		}
		if p.Key(keys.Escape); left == 1 && i == 3 {
			return
		}
	}
	t.Errorf("left %d times", left)
}
