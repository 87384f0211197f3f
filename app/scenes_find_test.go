package app

import (
	"time"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// paid is a day with payments of all kinds.
func (w *window) paid() {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	w.signedIn()
	at := w.desk.Clock.Now()
	w.desk.PutBeside(
		engine.Item{Cash: &order.Cash{ID: "K7P2Q00000900AC01", Amount: usd(1250), Tendered: usd(2000), Operator: "op2", At: at.Add(14 * time.Minute)}},
		engine.Item{Cash: &order.Cash{ID: "K7P2Q00000800AC02", Amount: usd(1250), Tendered: usd(1250), Operator: "op2", At: at.AddDate(-1, -2, 0)}},
		engine.Item{Follow: &order.FollowUp{ID: "K7P2Q00000901AF01", Act: order.Return, State: order.FollowDone, Of: "K7P2Q00001001AB01", Amount: usd(500), Brand: "Visa", Last4: "1111", Created: at.Add(20 * time.Minute)}},
		engine.Item{Follow: &order.FollowUp{ID: "K7P2Q00000902AF02", Act: order.Check, State: order.FollowDone, Brand: "Mastercard", Last4: "4444", Operator: "op1", Created: at.Add(25 * time.Minute)}},
	)
	w.day()
}

// unsettled is everything that may need attention.
func (w *window) unsettled() {
	w.day()
	w.storing(3)
	w.told["S-late"] = true
	w.desk.PutStored(w.uncollected())
	w.findings()
	w.desk.Change(func(s *engine.Snapshot) {
		s.Follows = append(s.Follows, order.FollowUp{ID: "K7P2Q00001010AF07", Act: order.Return, State: order.FollowReview, Of: "K7P2Q00001001AB01", Amount: money.New(1999, money.USD),
			Brand: "Visa", Last4: "1111", Operator: "op1", Created: w.desk.Clock.Now().Add(-48 * time.Hour)})
		for i := range s.Live {
			s.Live[i].Next, s.Live[i].NextAt = order.Next(s.Live[i].Attempt)
			s.Live[i].NextAt = w.desk.Clock.Now().Add(20 * time.Second)
		}
	})
	w.press(keys.Attention)
}

// held has the story of a hold of which everything can be done.
func (w *window) heldDetail() {
	w.day()
	w.desk.OnDetail = func(number string) (engine.Detail, error) {
		s := w.desk.Sale(engine.Charge{Order: "o", Amount: money.New(125000, money.USD)}, "American Express", "1005", order.Approved)
		s.Number, s.Kind, s.Holder, s.Token, s.Reference = number, order.KindAuth, "Augusta Ada King", "token", "500010422031"
		s.Standing = order.Stand(s.Attempt, nil)
		return engine.Detail{Sale: s, Acts: []order.Act{order.Void, order.Capture}, Order: order.Order{Note: "Room 214"}, Story: []engine.Line{
			{At: s.Created, Kind: "order.open", Actor: "op1"}, {At: s.Created, Kind: "attempt.sending"}, {At: s.Created.Add(time.Second), Kind: "attempt.approved"},
			{At: s.Created.Add(time.Second), Kind: "order.held"}}}, nil
	}
	w.history.Refund, w.history.Capture, w.history.Again = func(string) {}, func(string) {}, func(engine.Detail) {}
	w.press(keys.Down)
}

var findScenes = []scene{
	{"find-empty", func(w *window) { w.paid(); w.press(keys.Tab, keys.Escape) }},
	{"find-amount", func(w *window) { w.paid(); w.typed("12.50") }},
	{"find-card", func(w *window) { w.paid(); w.typed("1111") }},
	{"find-none", func(w *window) { w.paid(); w.typed("flowers") }},
	{"find-long", func(w *window) {
		w.paid()
		for range 20 {
			w.typed("Christopher ")
		}
	}},
	{"find-cardnumber", func(w *window) { w.paid(); w.typed("4111 1111 1111 1111") }},
	{"find-board", func(w *window) { w.paid(); w.history.ShowBoard(); w.history.Type('4') }},
	{"find-filter", func(w *window) { w.paid(); w.press(keys.Tab, keys.Tab, keys.Down) }},
	{"find-filtered", func(w *window) {
		w.paid()
		w.press(keys.Tab, keys.Down, keys.Enter, keys.Tab, keys.Tab, keys.Down, keys.Enter, keys.Tab, keys.Tab, keys.Tab, keys.Down, keys.Down, keys.Down, keys.Enter)
	}},
	{"find-who", func(w *window) { w.paid(); w.press(keys.Tab, keys.Tab, keys.Tab, keys.Tab) }},
	{"find-detail", func(w *window) { w.paid(); w.typed("12.50"); w.press(keys.Enter) }},
	{"find-stopped", func(w *window) {
		w.paid()
		w.desk.OnList = func(order.Query) (engine.Listing, error) {
			return engine.Listing{Next: "x", Reached: w.desk.Clock.Now().AddDate(-1, 0, 0)}, nil
		}
		w.hold = true
		w.typed("ada")
		for range 3 {
			held := w.held
			w.held = nil
			for _, work := range held {
				if then := work(nil); then != nil {
					then()
				}
			}
		}
		w.press(keys.Escape)
	}},
	{"history-hold", func(w *window) { w.heldDetail() }},
	{"history-cash", func(w *window) {
		w.paid()
		w.press(keys.PageDown, keys.Last, keys.Up, keys.Up, keys.Up, keys.Up, keys.Up)
	}},
	{"attention", func(w *window) { w.unsettled() }},
	{"attention-none", func(w *window) { w.signedIn(); w.goTo(nav.Attention) }},
	{"attention-finding", func(w *window) { w.unsettled(); w.press(keys.Down) }},
	{"attention-review", func(w *window) { w.unsettled(); w.press(keys.Down, keys.Down, keys.Down) }},
	{"attention-takeback", func(w *window) { w.unsettled(); w.press(keys.Down, keys.Down, keys.Down, keys.TakeBack) }},
	{"attention-part", func(w *window) { w.unsettled(); w.press(keys.Down, keys.Down, keys.Down, keys.Down) }},
	{"attention-unknown", func(w *window) { w.day(); w.press(keys.Attention, keys.Last) }},
	{"attention-park", func(w *window) { w.day(); w.press(keys.Attention, keys.Last, keys.Park) }},
	{"attention-parked", func(w *window) { w.day(); w.press(keys.Attention, keys.Last, keys.Park, keys.Park) }},
	{"attention-stored", func(w *window) { w.unsettled(); w.press(keys.Last) }},
	{"attention-withdraw", func(w *window) { w.unsettled(); w.press(keys.Last, keys.TakeBack) }},
	{"attention-writeoff", func(w *window) { w.unsettled(); w.press(keys.Park) }},
	{"attention-collect", func(w *window) { w.unsettled(); w.press(keys.TakeBack) }},
	{"attention-refused", func(w *window) {
		w.unsettled()
		w.desk.Fail = func(string) error {
			return &engine.Problem{Code: engine.ProblemRight, Text: "This needs a supervisor: ask one to sign in."}
		}
		w.press(keys.Park, keys.Park)
	}},
	{"menu-attention", func(w *window) { w.unsettled(); w.press(keys.Menu) }},
}
