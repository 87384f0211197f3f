package app

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"paydesk/app/closeday"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/nav"
	"paydesk/terminal/clock"
	"paydesk/terminal/order"
)

// day is a whole day at the desk, by keys alone or by a finger alone.
type day struct {
	*stand
	byKeys bool
	// real is a program at which all is done that is done here; nil: none.
	real *program
}

// press presses keys.
func (d *day) press(names ...keys.Key) {
	if d.real != nil {
		d.real.key(1, names...)
	}
	d.stand.press(names...)
}

func (d *day) typed(signs string) {
	if d.real != nil {
		d.real.typed(signs)
	}
	d.stand.typed(signs)
}

// choose presses what stands on a button, or its key.
func (d *day) choose(k keys.Key, words string) {
	d.t.Helper()
	if d.byKeys {
		d.press(k)
		return
	}
	d.touch(words)
}

// touch presses where words stand, as a finger does.
func (d *day) touch(words ...string) {
	d.t.Helper()
	for _, w := range words {
		at := d.spot(w)
		if d.real != nil {
			d.real.click(1, at)
		}
		d.tapAt(at)
	}
}

// digits types on the keyboard or on the pad that is in sight.
func (d *day) digits(signs string) {
	d.t.Helper()
	if d.byKeys {
		d.typed(signs)
		return
	}
	d.touch(strings.Split(signs, "")...)
}

// until waits until something is so at the desk.
func (d *day) until(what string, is func() bool) {
	d.t.Helper()
	if d.real != nil {
		d.real.act()
	}
	d.await(what, is)
	if d.real != nil {
		d.real.follow(d.dir, what)
	}
}

func (d *day) arrive(place nav.Place) {
	d.t.Helper()
	d.until("the "+string(place)+" screen", func() bool { return d.at == place })
}

// read lets the moment pass in which a new outcome takes no press.
func (d *day) read() {
	d.t.Helper()
	over := false
	d.after(800*time.Millisecond, func() { over = true })
	d.until("a moment to read", func() bool { return over })
}

// signIn signs somebody in, wherever that person stands in the list.
func (d *day) signIn(name, role, pin string) {
	d.t.Helper()
	at := -1
	d.until(name+" to choose", func() bool {
		for i, tile := range d.signin.View().Tiles {
			if tile.Name == name {
				at = i
			}
		}
		return d.at == nav.SignIn && at >= 0
	})
	d.person(at-d.signin.View().Chosen, name+"\n"+role)
	d.digits(pin)
	d.choose(keys.Enter, "Sign in")
	d.until(name+" at the desk", func() bool {
		return d.snapshot.Operator != nil && d.snapshot.Operator.Name == name && d.at != nav.SignIn
	})
}

// person goes to a name that stands so far below the chosen one.
func (d *day) person(below int, tile string) {
	d.t.Helper()
	if !d.byKeys {
		d.touch(tile)
		return
	}
	for range max(below, 0) {
		d.press(keys.Down)
	}
	for range max(-below, 0) {
		d.press(keys.Up)
	}
}

// signOut leaves the desk; the name in the bar does it by finger.
func (d *day) signOut(name string) {
	d.t.Helper()
	d.choose(keys.SignOut, name)
	d.arrive(nav.SignIn)
}

// menuItem goes to an item of the menu.
func (d *day) menuItem(name string, to nav.Place) {
	d.t.Helper()
	d.choose(keys.Menu, "Menu")
	d.arrive(nav.Menu)
	for _, tile := range d.menu.Tiles() {
		if d.byKeys && tile.Name == name {
			d.digits(tile.Cap)
		}
	}
	if !d.byKeys {
		d.touch(name)
	}
	d.arrive(to)
}

// onCard fills the card form and charges.
func (d *day) onCard(pan, code, button string) {
	d.t.Helper()
	d.arrive(nav.Card)
	d.digits(pan + "1231" + code)
	d.choose(keys.Enter, button)
}

// outcome waits for the end of a payment.
func (d *day) outcomeIs(kind look.Kind, amount string) {
	d.t.Helper()
	d.until("a payment that is "+string(kind), func() bool { return d.at == nav.Outcome && d.outcome.Kind() == kind })
	if got := d.outcome.View().Amount; got != amount {
		d.t.Fatalf("the outcome is of %s, want %s", got, amount)
	}
}

// newSale leaves whatever was told, for the next sale.
func (d *day) newSale() {
	d.t.Helper()
	d.choose(keys.Sale, "New sale")
	d.until("the next sale", func() bool { return d.at == nav.Sale && d.sale.Idle() })
}

// cashFor gives an amount in notes.
func (d *day) cashFor(given, next string) {
	d.t.Helper()
	d.choose(keys.Cash, "Cash")
	d.arrive(nav.Cash)
	if given == "" {
		d.choose(keys.Cash, "Exact")
	} else {
		d.digits(given)
	}
	d.choose(keys.Enter, "Taken")
	d.until("the change", func() bool { return d.cash.View().Taken })
	d.choose(keys.Sale, next)
}

// cardSale is a sale by card, approved.
func (d *day) cardSale(goods, pan, code, amount string) {
	d.t.Helper()
	d.digits(goods)
	d.choose(keys.Enter, "Card")
	d.onCard(pan, code, "Charge "+amount)
	d.outcomeIs(look.KindApproved, amount)
	d.newSale()
}

const (
	visa       = "4111111111111111"
	mastercard = "5499740000000057"
	poor       = "4000000000009995" // declined: not enough money
	half       = "4012888888881881" // half is approved
	slow       = "378282246310005"  // charged at once, answered after 8 seconds
)

func (d *day) cashWithChange() {
	d.digits("7000")
	d.choose(keys.Cash, "Cash")
	d.arrive(nav.Cash)
	d.digits("10000")
	d.choose(keys.Enter, "Taken")
	d.until("the change", func() bool { return d.cash.View().Taken })
	if got := d.cash.View().Change; got != "$23.00" {
		d.t.Errorf("change %s of $100.00 for $77.00", got)
	}
	d.choose(keys.Sale, "New sale")
	d.until("the next sale", func() bool { return d.at == nav.Sale && d.sale.Idle() })
}

// tipAndFiftyPresses: $50.00, 10 % tax, 20 % tip, and a hand that trembles.
func (d *day) tipAndFiftyPresses() {
	d.digits("5000")
	d.choose(keys.Extras, "Tip, number, note, customer")
	d.arrive(nav.Extras)
	if d.byKeys {
		d.press(keys.Right, keys.Right, keys.Right)
	} else {
		d.touch("20%\n$10.00")
	}
	d.choose(keys.Enter, "Done")
	d.arrive(nav.Sale)
	d.choose(keys.Enter, "Card")
	d.arrive(nav.Card)
	d.digits(visa + "1231" + "999")
	d.fifty(keys.Enter, "Charge $65.00")
	d.outcomeIs(look.KindApproved, "$65.00")
	d.newSale()
}

const presses = 50

// fifty presses the same place fifty times.
func (d *day) fifty(k keys.Key, words string) {
	d.t.Helper()
	at := fyne.Position{}
	if !d.byKeys {
		at = d.spot(words)
	}
	switch {
	case d.real != nil && d.byKeys:
		d.real.key(presses, k)
	case d.real != nil:
		d.real.click(presses, at)
	}
	for range presses {
		if d.byKeys {
			d.stand.press(k)
		} else {
			d.tapAt(at)
		}
	}
}

// fourParts: $110.00 by card, in cash, by a card that is declined, by another
// and the rest in cash.
func (d *day) fourParts() {
	d.digits("10000")
	d.choose(keys.Split, "Split")
	d.arrive(nav.Bill)
	d.digits("2500")
	d.choose(keys.Enter, "Card")
	d.onCard(visa, "999", "Charge $25.00")
	d.outcomeIs(look.KindApproved, "$25.00")
	d.choose(keys.Another, "Collect $85.00")
	d.arrive(nav.Bill)
	d.digits("3000")
	d.cashFor("", "Next part")
	d.arrive(nav.Bill)
	d.digits("2000")
	d.choose(keys.Enter, "Card")
	d.onCard(poor, "999", "Charge $20.00")
	d.outcomeIs(look.KindDeclined, "$20.00")
	d.choose(keys.Another, "Try another card")
	d.onCard(mastercard, "999", "Charge $20.00")
	d.outcomeIs(look.KindApproved, "$20.00")
	d.choose(keys.Another, "Collect $35.00")
	d.arrive(nav.Bill)
	d.cashFor("", "New sale")
	d.until("the next sale", func() bool { return d.at == nav.Sale && d.sale.Idle() })
}

// partApproval: the bank approves half of $22.00; the rest is paid in cash.
func (d *day) partApproval() {
	d.digits("2000")
	d.choose(keys.Enter, "Card")
	d.onCard(half, "999", "Charge $22.00")
	d.outcomeIs(look.KindPart, "$11.00 of $22.00")
	d.choose(keys.Keep, "Keep $11.00, collect $11.00")
	d.arrive(nav.Bill)
	d.cashFor("2000", "New sale")
	d.until("the next sale", func() bool { return d.at == nav.Sale && d.sale.Idle() })
}

// holdAndCapture holds $90.00 and takes $60.00 of it.
func (d *day) holdAndCapture() {
	d.menuItem("Hold", nav.Holds)
	d.digits("9000")
	d.choose(keys.Enter, "Card")
	d.onCard(mastercard, "999", "Hold $90.00")
	d.outcomeIs(look.KindApproved, "$90.00")
	d.newSale()
	d.menuItem("Open holds", nav.Holds)
	d.until("the hold", func() bool { return len(d.follow.holds.View().List.Rows) == 1 })
	if d.byKeys {
		d.press(keys.Down, keys.Enter)
	} else {
		d.touch("$90.00")
	}
	d.digits("6000")
	d.choose(keys.Enter, "Capture $60.00")
	d.doneIs(look.KindApproved, "$60.00")
}

// doneIs waits for the end of what was done about a payment, and leaves it.
func (d *day) doneIs(kind look.Kind, amount string) {
	d.t.Helper()
	d.arrive(nav.Done)
	v := d.follow.done.View()
	if v.Look.Kind != kind || v.Amount != amount {
		d.t.Fatalf("%+v, want %s of %s", v, kind, amount)
	}
	d.newSale()
}

// payBack finds the one payment of an amount, and goes to how it goes back.
func (d *day) payBack(search, amount string) {
	d.t.Helper()
	d.menuItem("Give money back", nav.MoneyBack)
	if !d.byKeys {
		d.touch("Find a payment")
	}
	d.digits(search)
	d.until("the payment of "+amount, func() bool {
		rows := d.follow.back.View().List.Rows
		return len(rows) == 1 && strings.HasSuffix(rows[0].Amount, amount)
	})
	d.choose(keys.Enter, "check")
	if !d.byKeys {
		d.touch(amount)
	}
	d.until("how the money goes back", func() bool { return d.follow.back.View().Amount.Main.Ready })
}

// giveBack gives the amount back that is entered, for the first reason.
func (d *day) giveBackFor(button string) {
	d.t.Helper()
	d.choose(keys.Enter, "Go on")
	if d.byKeys {
		d.typed("1")
	} else {
		d.touch("Goods returned")
	}
	d.choose(keys.Enter, button)
}

func (d *day) voidASale() {
	d.cardSale("3000", visa, "999", "$33.00")
	d.payBack("33", "$33.00")
	d.giveBackFor("Void $33.00")
	d.doneIs(look.KindApproved, "$33.00")
}

// closeBatch closes the batch, whose counts are the bank's as well.
func (d *day) closeBatch() {
	d.choose(keys.History, "Transactions")
	d.arrive(nav.History)
	d.choose(keys.Batch, "Close the day")
	d.arrive(nav.CloseDay)
	batch := func() closeday.Step { return d.screens[nav.CloseDay].(*closeday.Screen).View().Steps[closeday.Batch] }
	d.until("the batch can be closed", func() bool {
		all := d.screens[nav.CloseDay].(*closeday.Screen).View().Buttons
		return len(all) > 0 && all[0].Words == "Close batch" && !all[0].Off
	})
	d.choose(keys.Enter, "Close batch")
	d.until("the closing", func() bool { return batch().State == closeday.Done })
	d.choose(keys.Escape, "Back")
	d.arrive(nav.Menu)
	d.choose(keys.Escape, "Back to sale")
	d.arrive(nav.Sale)
}

// threeReturns gives back $60.00 of $65.00; for a fourth there is too little.
// Cash goes back out of the drawer.
func (d *day) threeReturns() {
	for _, part := range []string{"20", "25", "15"} {
		d.payBack("65", "$65.00")
		d.digits(part + "00")
		d.giveBackFor("Return $" + part + ".00")
		d.doneIs(look.KindApproved, "$"+part+".00")
	}
	d.payBack("65", "$65.00")
	d.digits("600")
	d.until("the refusal", func() bool {
		v := d.follow.back.View().Amount
		return v.Wrong && !v.Main.Ready && v.Say == "Only $5.00 is left of this payment. Enter less."
	})
	d.choose(keys.Enter, "Go on")
	if d.byKeys {
		d.press(keys.Sale)
	} else {
		d.touch("Back", "Back", "Back") // to the list, out of what was searched for, and away
		d.arrive(nav.Menu)
		d.touch("Back to sale")
	}
	d.arrive(nav.Sale)
	d.payBack("77", "$77.00")
	d.digits("700")
	d.giveBackFor("Give $7.00 in cash")
	d.doneIs(look.KindApproved, "$7.00")
}

// lostAnswer: the program ends while the bank has charged and not answered.
func (d *day) lostAnswer() {
	d.digits("4200")
	d.choose(keys.Enter, "Card")
	d.onCard(slow, "9997", "Charge $46.20")
	d.until("the charge at the bank", func() bool {
		return d.at == nav.Waiting && d.bank.charged("0005", "46.20") && (d.real == nil || d.real.bank.charged("0005", "46.20"))
	})
	d.crash()
	d.signIn("Sue", "Supervisor", "1357")
	d.outcomeIs(look.KindApproved, "$46.20")
	if bank := d.outcome.View().Bank; !strings.Contains(bank, "interrupted") {
		d.t.Errorf("the story of the sale: %q", bank)
	}
	d.newSale()
}

// crash ends the program and starts it again.
func (d *day) crash() {
	d.t.Helper()
	if d.real != nil {
		d.real.kill()
		d.real.open()
	}
	d.close()
	d.open()
}

// bankAway and bankBack take the bank away, and bring it back.
func (d *day) bankAway() {
	d.bank.leave()
	if d.real != nil {
		d.real.bank.leave()
	}
}

func (d *day) bankBack() {
	d.bank.back()
	if d.real != nil {
		d.real.bank.back()
	}
}

// offlineHour: the bank is away. Cash goes on, two sales are stored; the bank is
// back and pays one of them. The other is collected in cash.
func (d *day) offlineHour() {
	d.bankAway()
	d.until("the bank to be away", func() bool { return !d.snapshot.OfflineSince.IsZero() })
	d.digits("800")
	d.cashFor("", "New sale")
	d.until("the next sale", func() bool { return d.at == nav.Sale && d.sale.Idle() })
	d.stored("1000", visa, "$11.00")
	d.stored("1200", poor, "$13.20")
	d.bankBack()
	d.until("the word of the stored sales", func() bool {
		return d.at == nav.Outcome && d.outcome.Kind() == look.KindMissing && d.snapshot.Stored.Room.Unsent.Count == 0
	})
	d.newSale()
	d.collectLate()
}

// stored stores a sale while the bank is away.
func (d *day) stored(goods, pan, amount string) {
	d.t.Helper()
	d.digits(goods)
	d.choose(keys.Enter, "Card")
	d.arrive(nav.Card)
	d.digits(pan + "1231" + "999")
	d.until("the offer to store it", func() bool { return d.card.View().Store })
	d.read()
	d.choose(keys.Enter, "Store "+amount+", charge later")
	d.outcomeIs(look.KindStored, amount)
	d.newSale()
}

// collectLate has what the bank declined late paid in cash.
func (d *day) collectLate() {
	d.menuItem("Needs attention", nav.Attention)
	d.until("what is owed", func() bool { return len(d.attention.View().Acts) > 0 })
	if d.byKeys {
		d.press(keys.TakeBack) // the first act
	} else {
		d.touch("Collect now")
	}
	d.until("what is owed, as a sale", func() bool { return d.at == nav.Sale && d.sale.View().Amount == "$13.20" })
	d.cashFor("", "New sale")
	d.until("nothing to be owed", func() bool { return d.at == nav.Sale && d.sale.Idle() && d.snapshot.Stored.MissingCount == 0 })
}

// approval: a cashier may not void; a supervisor approves it on the spot.
func (d *day) approval() {
	d.signOut("Sue")
	d.signIn("Ben", "Cashier", "2468")
	d.cardSale("6000", visa, "999", "$66.00")
	d.payBack("66", "$66.00")
	d.giveBackFor("Void $66.00")
	at := -1
	d.until("the question for an approval", func() bool {
		for i, tile := range d.approve.View().Tiles {
			if tile.Name == "Sue" {
				at = i
			}
		}
		return d.approve.IsOpen() && at >= 0
	})
	d.person(at-d.approve.View().Chosen, "Sue\nSupervisor")
	d.digits("1357")
	d.choose(keys.Enter, "Approve")
	d.doneIs(look.KindApproved, "$66.00")
	if got := d.snapshot.Operator.Name; got != "Ben" {
		d.t.Errorf("%s is at the desk after the approval", got)
	}
	d.signOut("Ben")
	d.signIn("Sue", "Supervisor", "1357")
}

// play is the whole day.
func (d *day) play() {
	d.arrive(nav.Setup)
	d.choose(keys.Escape, "Later")
	d.arrive(nav.SignIn)
	d.signIn("Sue", "Supervisor", "1357")
	for _, part := range []func(){d.cashWithChange, d.tipAndFiftyPresses, d.fourParts, d.partApproval, d.holdAndCapture, d.voidASale, d.closeBatch,
		d.threeReturns, d.lostAnswer, d.offlineHour, d.approval, d.closeBatch} {
		part()
	}
}

// What the day comes to: in the drawer 77 less 7, 30 and 35, 11, 8.80 and 13.20;
// on cards 65 less 60, 25 and 20, 11, 60, 46.20 and 11.
const (
	wantDrawer = 16800
	wantCards  = 17820
)

// wantBooks holds journal, bank and drawer against each other.
func wantBooks(t *testing.T, dir string, b *bank) {
	t.Helper()
	got := readBooks(t, dir, b)
	if got.drawer != wantDrawer || got.journal != wantCards || got.host != wantCards || len(got.differ) > 0 {
		t.Errorf("%+v, want %d in the drawer and %d on cards", got, wantDrawer, wantCards)
	}
	rows, _ := journalOf(t, dir)
	count := func(is func(order.Row) bool) (n int) {
		for _, r := range rows {
			if is(r) {
				n++
			}
		}
		return n
	}
	asked := func(minor int64) int {
		return count(func(r order.Row) bool { return r.Attempt != nil && r.Attempt.Asked.Minor == minor })
	}
	if got := asked(6500); got != 1 {
		t.Errorf("fifty presses made %d payments", got)
	}
	if got := count(func(r order.Row) bool { return r.Follow != nil && r.Follow.Act == order.Return }); got != 3 {
		t.Errorf("%d returns went out, want 3", got)
	}
	if got := count(func(r order.Row) bool {
		return r.Follow != nil && r.Follow.Act == order.Void && r.Follow.Approved != ""
	}); got != 1 {
		t.Errorf("%d voids were approved by a supervisor, want 1", got)
	}
	open := slices.DeleteFunc(rows, func(r order.Row) bool {
		return r.Cash != nil || r.Attempt != nil && (r.Attempt.State == order.Approved || r.Attempt.State == order.Declined) ||
			r.Follow != nil && r.Follow.State.Final() || r.Stored != nil && r.Stored.State.Final()
	})
	for _, r := range open {
		t.Errorf("not at its end: %+v", r.Facts())
	}
}

func TestDayByKeyboardAlone(t *testing.T) { playDay(t, true) }
func TestDayByPointerAlone(t *testing.T)  { playDay(t, false) }

func playDay(t *testing.T, byKeys bool) {
	d := &day{stand: newStand(t, fyne.NewSize(800, 480)), byKeys: byKeys}
	began := clock.Real{}.Now()
	d.play()
	t.Logf("the day took %v", clock.Real{}.Now().Sub(began).Round(time.Second))
	found, err := d.term.Reconcile(context.Background(), time.Time{}, time.Time{})
	if err != nil || !found.Complete || len(found.Found) > 0 {
		t.Errorf("journal and bank compared: %v, %+v", err, found)
	}
	wantBooks(t, d.dir, d.bank)
}
