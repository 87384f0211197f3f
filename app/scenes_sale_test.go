package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"paydesk/app/keys"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

func init() { scenes = append(scenes, saleScenes...) }

// extra has the shop take tax and tips.
func (w *window) extra() {
	w.signedIn()
	for key, value := range map[string]string{"sales.tax": "8.25", "sales.tips": "10 | 15 | 20"} {
		if err := w.desk.Set(context.Background(), key, value); err != nil {
			panic(err)
		}
	}
}

// onCard pays by a card that is typed, and leaves the outcome.
func (w *window) onCard() {
	w.press(keys.Enter)
	w.typed("41111111111111110928123")
	w.press(keys.Enter)
}

// parts pays three parts of a sale, of which one is declined.
func (w *window) parts() {
	w.signedIn()
	w.typed("10000")
	w.press(keys.Split)
	w.typed("2500")
	w.press(keys.Cash, keys.Cash, keys.Enter)
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.typed("4000")
	w.onCard()
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Enter)
	w.ends(order.Declined, "")
	w.typed("1000")
	w.onCard()
	w.desk.Clock.Advance(time.Second)
	w.press(keys.Sale)
	w.desk.OnCharge = nil
}

// filed has some customers' cards on file.
func (w *window) filed(n int) {
	names := []string{"Ada Lovelace", "Grace Hopper", "Christopher Alexander Montgomery", "", "Katherine Johnson"}
	for i := range n {
		s := w.desk.Sale(engine.Charge{Order: fmt.Sprint("f", i), Amount: money.New(int64(1250+i*731), money.USD)}, "Visa", fmt.Sprintf("%04d", 1111+i), order.Approved)
		s.Holder, s.Token = names[i%len(names)], order.TokenOf("ABCDEFGHIJKLMNOP")
		w.desk.Put(s)
	}
}

// saleScenes are the ways to pay, in the states that people meet.
var saleScenes = []struct {
	name string
	play func(*window)
}{
	{"sale-added", func(w *window) {
		w.extra()
		w.typed("1250")
		w.sale.ChooseTip(15000)
		w.sale.Text(0).Paste("4711")
		w.sale.Text(1).Paste("Ada Lovelace")
		w.sale.Edited()
	}},
	{"sale-added-most", func(w *window) {
		w.extra()
		_ = w.desk.Set(context.Background(), "sales.tax_name", "Mehrwertsteuer (MwSt)")
		w.typed("50000000")
		w.sale.ChooseTip(15000)
		w.sale.Text(2).Paste(strings.Repeat("Without ice and lemon ", 500))
		w.sale.Edited()
		w.away()
	}},
	{"sale-unfinished", func(w *window) { w.parts(); w.press(keys.Escape) }},
	{"extras-tip", func(w *window) { w.extra(); w.typed("1250"); w.press(keys.Extras, keys.Right, keys.Right) }},
	{"extras-tip-high", func(w *window) { w.extra(); w.typed("1250"); w.press(keys.Extras); w.typed("99900") }},
	{"extras-number", func(w *window) { w.signedIn(); w.typed("1250"); w.press(keys.Extras); w.typed("Table 12") }},
	{"extras-full", func(w *window) {
		w.extra()
		w.typed("1250")
		w.press(keys.Extras, keys.Up)
		w.paste(strings.Repeat("x", 10000))
	}},
	{"cash", func(w *window) { w.signedIn(); w.typed("1541"); w.press(keys.Cash) }},
	{"cash-given", func(w *window) { w.signedIn(); w.typed("1541"); w.press(keys.Cash); w.typed("5000") }},
	{"cash-small", func(w *window) { w.signedIn(); w.typed("99999900"); w.press(keys.Cash); w.typed("100") }},
	{"cash-change", func(w *window) {
		w.signedIn()
		w.typed("1541")
		w.press(keys.Cash)
		w.typed("5000")
		w.press(keys.Enter)
	}},
	{"cash-exact", func(w *window) { w.signedIn(); w.typed("1541"); w.press(keys.Cash, keys.Cash, keys.Enter) }},
	{"cash-part", func(w *window) {
		w.signedIn()
		w.typed("10000")
		w.press(keys.Split)
		w.typed("2500")
		w.press(keys.Cash, keys.Right, keys.Right, keys.Enter)
	}},
	{"onfile", func(w *window) { w.signedIn(); w.filed(5); w.typed("1250"); w.press(keys.OnFile, keys.Down) }},
	{"onfile-many", func(w *window) { w.signedIn(); w.filed(14); w.typed("1250"); w.press(keys.OnFile) }},
	{"onfile-none", func(w *window) { w.signedIn(); w.typed("1250"); w.press(keys.OnFile) }},
	{"onfile-ask", func(w *window) {
		w.signedIn()
		w.filed(5)
		w.typed("1250")
		w.press(keys.OnFile, keys.Down, keys.Down, keys.Enter)
	}},
	{"bill-begun", func(w *window) { w.signedIn(); w.typed("10000"); w.press(keys.Split, keys.Right, keys.Right) }},
	{"bill-parts", func(w *window) { w.parts() }},
	{"bill-over", func(w *window) { w.parts(); w.typed("9900") }},
	{"bill-ask", func(w *window) { w.parts(); w.press(keys.GiveBack) }},
	{"bill-cancelling", func(w *window) { w.parts(); w.press(keys.GiveBack, keys.GiveBack) }},
	{"bill-stuck", func(w *window) {
		w.parts()
		w.press(keys.GiveBack, keys.GiveBack)
		w.desk.GiveLegBack(w.desk.Bills()[0].Legs[1].Order, false)
	}},
	{"bill-cancelled", func(w *window) {
		w.parts()
		w.press(keys.GiveBack, keys.GiveBack)
		w.desk.GiveLegBack(w.desk.Bills()[0].Legs[1].Order, true)
	}},
	{"bill-checking", func(w *window) {
		w.parts()
		w.desk.OnCharge = func(c engine.Charge, k *card.Card) (engine.Sale, error) {
			s := w.desk.Sale(c, k.Brand().String(), k.Last4(), order.Reversing)
			w.desk.Put(s)
			return s, nil
		}
		w.typed("1000")
		w.onCard()
		w.press(keys.Sale)
	}},
	{"outcome-part-of-bill", func(w *window) {
		w.signedIn()
		w.typed("10000")
		w.press(keys.Split)
		w.typed("4000")
		w.onCard()
	}},
	{"outcome-declined-part", func(w *window) {
		w.parts()
		w.ends(order.Declined, "")
		w.onCard()
	}},
}
