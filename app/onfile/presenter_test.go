package onfile

import (
	"context"
	"fmt"
	"testing"
	"time"

	"paydesk/app/apptest"
	"paydesk/app/bridge"
	"paydesk/app/cardentry"
	"paydesk/app/keys"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func TestQuery(t *testing.T) {
	tests := []struct{ words, last4, number, text string }{
		{"", "", "", ""},
		{"1111", "1111", "", ""},
		{"111", "", "", "111"},
		{"Ada Lovelace", "", "", "Ada Lovelace"},
		{"k7p2q00001", "", "K7P2Q00001", ""},
		{"Room 1234567", "", "", "Room 1234567"},
		{"Anna-Lena", "", "", "Anna-Lena"},
	}
	for _, tt := range tests {
		q := query(tt.words)
		if q.Last4 != tt.last4 || q.Number != tt.number || q.Text != tt.text || q.Limit == 0 {
			t.Errorf("%q: %+v", tt.words, q)
		}
	}
}

type record struct {
	*Presenter
	desk *apptest.Desk
	did  []string
}

// begin has some cards on file: one of them twice, one payment without.
func begin() *record {
	r := &record{desk: apptest.NewDesk(false)}
	for i, name := range []string{"Ada Lovelace", "Grace Hopper", "Ada Lovelace", "Nobody"} {
		s := r.desk.Sale(engine.Charge{Order: fmt.Sprint(i), Amount: money.New(500, money.USD)}, "Visa", fmt.Sprintf("%04d", 1000+i%2), order.Approved)
		if s.Holder = name; name != "Nobody" {
			s.Token = order.TokenOf("ABCDEFGHIJKLMNOP")
		}
		r.desk.Put(s)
	}
	r.Presenter = New(r.desk, bridge.InlineRun, r.desk.Clock)
	r.Ask = func() { r.did = append(r.did, "ask") }
	r.Cancel = func() { r.did = append(r.did, "cancel") }
	r.Started = func(p cardentry.Payment) { r.did = append(r.did, "started "+p.Last4) }
	r.Ended = func(_ cardentry.Payment, s engine.Sale, err error) {
		r.did = append(r.did, fmt.Sprint("ended ", s.State, err))
	}
	r.Begin(engine.Charge{Order: "o", Amount: money.New(1250, money.USD)})
	return r
}

func TestCardsOnFile(t *testing.T) {
	r := begin()
	v := r.View()
	if len(v.Rows) != 2 || v.Rows[0].Name != "Ada Lovelace" || v.Rows[1].Card != "Visa •••• 1001" || v.Ready {
		t.Fatalf("%+v", v)
	}
	for _, l := range "grace" {
		r.Rune(l)
	}
	if v := r.View(); len(v.Rows) != 1 || v.Rows[0].Name != "Grace Hopper" {
		t.Errorf("%+v", v)
	}
	r.Paste("\x00" + fmt.Sprint(make([]int, 10000)))
	if v := r.View(); len(v.Rows) != 0 || v.Said == "" || len(v.Words) > mostWords {
		t.Errorf("%+v", v)
	}
	r.Begin(engine.Charge{Amount: money.New(1, money.USD), Bill: &order.Bill{Customer: "Ada"}})
	if v := r.View(); v.Words != "Ada" || len(v.Rows) != 1 {
		t.Errorf("the customer of the sale is not looked for: %+v", v)
	}
}

// The card is charged once, after a question that stood for a moment.
func TestChargeIsConfirmed(t *testing.T) {
	r := begin()
	r.Key(keys.Enter)
	r.Confirm()
	if len(r.did) != 0 {
		t.Fatalf("did %v with nobody chosen", r.did)
	}
	r.Key(keys.Down)
	r.Key(keys.Down)
	if v := r.View(); v.Chosen != 1 || v.Charge != "Charge $12.50: Visa •••• 1001" || !v.Ready {
		t.Fatalf("%+v", v)
	}
	r.Key(keys.Enter)
	r.Confirm()
	if r.desk.Count("Charge") != 0 {
		t.Fatal("charged unread")
	}
	r.desk.Clock.Advance(time.Second)
	for range 50 {
		r.Confirm()
		r.Key(keys.Escape)
		r.Key(keys.Enter)
	}
	if got := fmt.Sprint(r.did); got != "[ask ask started 1001 ended APPROVED<nil>]" || r.desk.Count("Charge") != 1 {
		t.Errorf("did %s", got)
	}
}

// One question at a time; the newest words have the last answer.
func TestOneLookAtATime(t *testing.T) {
	r := begin()
	var held []func(context.Context) func()
	r.run = func(work func(context.Context) func()) { held = append(held, work) }
	for _, l := range "hopper" {
		r.Rune(l)
	}
	if len(held) != 1 {
		t.Fatalf("%d questions at once", len(held))
	}
	bridge.InlineRun(held[0])
	bridge.InlineRun(held[1])
	if v := r.View(); len(held) != 2 || len(v.Rows) != 1 || v.Rows[0].Name != "Grace Hopper" {
		t.Errorf("%d questions, %+v", len(held), v.Rows)
	}
}

func TestJournalThatFails(t *testing.T) {
	r := begin()
	r.desk.Fail = func(string) error { return &engine.Problem{Text: "The journal cannot be read."} }
	r.Rune('a')
	if v := r.View(); v.Problem != "The journal cannot be read." || len(v.Rows) != 0 {
		t.Errorf("%+v", v)
	}
}

// Of a card number that is typed into the search only the end is kept.
func TestNoCardNumberIsLookedFor(t *testing.T) {
	for _, fill := range []func(*record){
		func(r *record) { r.Paste("4111111111111111") },
		func(r *record) {
			for _, digit := range "4111111111111111" {
				r.Rune(digit)
			}
		},
	} {
		r := begin()
		r.words.Clear()
		fill(r)
		if got := r.View().Words; got != "1111" {
			t.Errorf("%q is looked for", got)
		}
	}
}
