package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// A payment of last year is found by its amount, and its story and receipt are
// opened, by keys alone.
func TestFindByKeys(t *testing.T) {
	w := newWindow(t, usual, false)
	w.paid()
	w.typed("12.50")
	if v := w.history.View(); len(v.Rows) != 3 || !v.Find.On || v.Rows[2].Time != "Mar 2025" {
		t.Fatalf("%+v", v.Rows)
	}
	w.press(keys.Last)
	if d := w.history.View().Detail; d == nil || d.Word != "Paid in cash" {
		t.Fatalf("%+v", d)
	}
	w.press(keys.Up, keys.Enter)
	if !w.slip.IsOpen() {
		t.Fatal("Enter shows no receipt of the sale by card")
	}
	w.press(keys.Escape, keys.Erase, keys.Erase)
	w.press(keys.Tab, keys.Tab, keys.Tab, keys.Down, keys.Down, keys.Down, keys.Enter)
	if v := w.history.View(); v.Find.Filters[2] != "Cash" || v.Find.Typed != "12." {
		t.Fatalf("%+v", v.Find)
	}
	w.press(keys.Escape, keys.Escape)
	if w.want(t, nav.History); w.history.View().Find.On {
		t.Error("Escape does not lead out of the search")
	}
	w.press(keys.Escape)
	w.want(t, nav.Sale)
}

// The same by finger alone, on the smallest screen: with the keyboard on it, the
// rows follow a drag and the pager.
func TestFindByFinger(t *testing.T) {
	w := newWindow(t, fyne.NewSize(800, 480), true)
	w.paid()
	w.tap(t, "glass", "1", "2", ".", "5", "0")
	if v := w.history.View(); len(v.Rows) != 3 || v.Find.Typed != "12.50" {
		t.Fatalf("%+v", v.Find)
	}
	w.tap(t, "check", "Any kind")
	test.TapCanvas(w.w.Canvas(), w.row(3))
	if v := w.history.View(); v.Find.Filters[2] != "Cash" || len(v.Rows) != 2 {
		t.Fatalf("%+v", v.Find)
	}
	test.TapCanvas(w.w.Canvas(), w.row(0))
	if d := w.history.View().Detail; d == nil || d.Amount != "$12.50" {
		t.Fatalf("%+v", d)
	}
	w.tap(t, "Back", "cross", "down", "up")
	test.Drag(w.w.Canvas(), w.row(2), 0, -200)
	w.tap(t, "cross")
	if w.history.View().Find.On {
		t.Error("still searching")
	}
	w.tap(t, "Back")
	w.want(t, nav.Sale)
}

// row is the middle of a row of the list of payments.
func (w *window) row(i int) fyne.Position {
	list := w.history.List()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(list)
	return at.Add(fyne.NewPos(list.Size().Width/2, list.Height*(float32(i)+0.5)-list.Offset()))
}

// Rows that somebody looks at stay where they are while sales arrive.
func TestRowsKeepSteady(t *testing.T) {
	w := newWindow(t, fyne.NewSize(800, 480), false)
	w.signedIn()
	sell := func(minor int64) {
		w.desk.Clock.Advance(time.Second)
		w.desk.Put(w.desk.Sale(engine.Charge{Order: "o", Amount: money.New(minor, money.USD)}, "Visa", "1111", order.Approved))
	}
	for i := range int64(40) {
		sell(i)
	}
	w.press(keys.History, keys.PageDown)
	key := func() string { return w.history.View().Rows[w.history.List().First()].Key }
	before, part := key(), w.history.List().Offset()
	for i := range int64(7) {
		sell(100 + i)
	}
	if key() != before {
		t.Error("the rows moved under the eye")
	}
	if got := w.history.List().Offset() - 7*w.history.List().Height; got != part {
		t.Errorf("moved by %v", got-part)
	}
	w.press(keys.First)
	w.history.Shut()
	w.history.List().Top()
	sell(7777)
	if got := w.history.View().Rows[w.history.List().First()].Amount; got != "$77.77" {
		t.Errorf("a list at its top does not show the newest: %s", got)
	}
}

// What is owed is paid by the sale that was begun with it alone, whichever way
// that is paid in the end, and by no other that comes to the same.
func TestCollectOnlyByItsSale(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.told["S-late"] = true
	w.desk.PutStored(w.uncollected())
	owed := func() bool { return len(w.desk.Snapshot().Stored.Missing) == 1 }
	w.tap(t, w.sale.View().Strip, "Collect now")
	w.press(keys.Escape)
	w.typed("4200")
	w.press(keys.Cash, keys.Cash, keys.Enter)
	if !owed() {
		t.Fatal("collected by the sale of somebody else")
	}
	w.press(keys.Sale)
	w.tap(t, w.sale.View().Strip, "Collect now", "Card")
	w.ends(order.Declined, "")
	w.typed("41111111111111110928123")
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter, keys.Escape, keys.Cash, keys.Cash, keys.Enter)
	if owed() {
		t.Errorf("paid in cash, and owed still: %q", w.desk.Calls())
	}
}

// From the transactions a payment in doubt leads to where it is settled, and back
// to its story. A supervisor parks it and takes back what contradicts by keys
// alone; the key that asks and Enter leave everything as it is.
func TestDoubtByKeys(t *testing.T) {
	w := newWindow(t, usual, false)
	w.day()
	w.press(keys.First, keys.Attention)
	w.want(t, nav.Attention)
	v := w.attention.View()
	if len(v.Rows) != 4 || v.Chosen != 3 || v.Rows[3].Word != "Checking" {
		t.Fatalf("%d rows, chosen %d", len(v.Rows), v.Chosen)
	}
	w.press(keys.Enter)
	w.want(t, nav.History)
	if d := w.history.View().Detail; d == nil || d.Key != v.Rows[3].Number {
		t.Errorf("the story of %+v", d)
	}
	w.press(keys.Attention, keys.First, keys.Down)
	w.press(keys.TakeBack, keys.Enter, keys.TakeBack, keys.Escape)
	if w.overlay.Open() || w.desk.Count("GiveBack") != 0 {
		t.Fatal("not left alone")
	}
	w.press(keys.TakeBack, keys.TakeBack)
	if v := w.attention.View(); w.desk.Count("GiveBack") != 1 || strings.Contains(v.Rows[1].Word, "look") {
		t.Errorf("%+v", v.Rows[1])
	}
	w.press(keys.Last)
	w.tap(t, "Park it", "Leave it", "Park it", "Park it")
	if v := w.attention.View(); w.overlay.Open() || v.Rows[3].Word != "Checking, parked" || !strings.Contains(v.Say, "Parked by Maria") || len(v.Acts) != 0 {
		t.Fatalf("%+v", v.Rows[3])
	}
	w.press(keys.Escape)
	w.want(t, nav.Sale)
}

// What is owed of a stored sale is collected by a new one, by finger alone, and
// the stored one is over then; another sale between collects nothing.
func TestCollectByFinger(t *testing.T) {
	w := newWindow(t, usual, false)
	w.signedIn()
	w.told["S-late"] = true
	w.desk.PutStored(w.uncollected())
	w.tap(t, w.sale.View().Strip)
	w.want(t, nav.Attention)
	w.tap(t, "Collect now")
	w.want(t, nav.Sale)
	if v := w.sale.View(); v.Amount != "$42.00" || !strings.Contains(v.Notice, "stored sale") {
		t.Fatalf("%+v", v)
	}
	pay := func() {
		w.press(keys.Enter)
		w.typed("41111111111111110928123")
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Enter)
		w.want(t, nav.Outcome)
		w.desk.Clock.Advance(time.Second)
		w.press(keys.Sale)
	}
	w.typed("0") // another amount
	pay()
	collected := func() bool {
		return slices.ContainsFunc(w.desk.Calls(), func(call string) bool { return strings.HasPrefix(call, "CollectStored S-late by ") })
	}
	if w.collects.stored.ID != "" || collected() {
		t.Error("a sale of another amount collects")
	}
	w.goTo(nav.Attention)
	w.tap(t, "Collect now", "Card")
	w.ends(order.Declined, "")
	w.typed("41111111111111110928123")
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.want(t, nav.Outcome)
	if len(w.desk.Snapshot().Stored.Missing) != 1 {
		t.Fatal("collected by a declined card")
	}
	w.desk.OnCharge = func(c engine.Charge, k *card.Card) (engine.Sale, error) {
		s := w.desk.Sale(c, k.Brand().String(), k.Last4(), order.Approved)
		w.desk.Put(s)
		return s, nil
	}
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Another)
	w.typed("41111111111111110928123")
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	if !collected() || len(w.desk.Snapshot().Stored.Missing) != 0 {
		t.Errorf("%q", w.desk.Calls())
	}
}

// What waits for the next step is told again each second.
func TestCountdown(t *testing.T) {
	w := newWindow(t, usual, false)
	w.unsettled()
	row := func() string { return w.attention.View().Rows[4].Doing }
	before := row()
	w.desk.Clock.Advance(7 * time.Second)
	w.tick()
	if before != "Asks the bank in 20 s" || row() != "Asks the bank in 13 s" {
		t.Errorf("%q, then %q", before, row())
	}
}

// A thousand letters into the window cost no more than a moment each.
func BenchmarkSearchKey(b *testing.B) {
	w := newWindow(b, usual, true)
	w.paid()
	for b.Loop() {
		w.typed("1")
		w.press(keys.Erase)
	}
}
