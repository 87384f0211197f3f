package paylog

import (
	"cmp"
	"context"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal"
	"paydesk/terminal/order"
)

// payouts are what the shop pays out, newest first.
type payouts struct {
	p    *Presenter
	list []order.Payout
}

func (o *payouts) head() (string, string) {
	return text.Get("paylog.folder.payouts"), text.Get("paylog.folder.payouts.say")
}

func (o *payouts) load() {
	o.p.run(func(ctx context.Context) func() {
		list, err := o.p.desk.Payouts(ctx)
		return func() {
			if err != nil {
				o.p.refused(err)
				return
			}
			o.list = list
			o.p.Changed()
		}
	})
}

// listed are the numbers of those that are in no file yet.
func (o *payouts) listed() (ids []string) {
	for _, p := range o.list {
		if p.State == order.PayoutListed {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (o *payouts) rows() []row {
	rows := []row{{Item: form.Item{Name: text.Get("paylog.payout.add"), Say: text.Get("paylog.payout.add.say"), Shape: look.Up}, do: o.add}}
	if ids := o.listed(); len(ids) > 0 {
		rows = append(rows, row{Item: form.Item{Name: text.Get("paylog.payout.write"), Say: text.Count("paylog.payout.waiting", len(ids)), Shape: look.Printer},
			do: func() { o.p.write(ids, false) }})
	}
	for _, one := range o.list {
		item := form.Item{Name: one.To, Say: strings.Join([]string{payoutWord(one), o.p.when(one.Since)}, " · "), Value: text.Money(one.Amount)}
		item.Shape, item.Tint = payoutLook(one.State)
		rows = append(rows, row{Item: item, do: func() { o.p.enter(&payout{p: o.p, payout: one}) }})
	}
	return rows
}

func payoutWord(p order.Payout) string {
	return text.Get("paylog.payout.state." + strings.ToLower(string(p.State)))
}

func payoutLook(s order.PayoutState) (look.Shape, look.Colour) {
	switch s {
	case order.PayoutListed:
		return look.Tray, look.TintStored
	case order.PayoutPaid:
		return look.Check, look.TintApproved
	case order.PayoutFailed:
		return look.Cross, look.TintDeclined
	case order.PayoutReturned, order.PayoutReversed, order.PayoutCancelled:
		return look.Bar, look.TintNotCharged
	}
	return look.Clock, look.TintChecking
}

// mostNote is how many letters of a note can be entered here; mostTo is the
// longest e-mail address.
const (
	mostNote = 200
	mostTo   = order.MaxEmail
)

// add begins a new payout.
func (o *payouts) add() {
	p := o.p
	to := &form.Field{Key: "to", Label: text.Get("paylog.field.to"), Empty: text.Get("paylog.field.to.empty"), Most: mostTo, Check: needed("paylog.field.to.needed")}
	sum := &form.Field{Key: "amount", Label: text.Get("paylog.field.amount"), Pad: form.Money, Most: 9, Currency: p.snapshot.Unit(), Check: needed("paylog.field.amount.needed")}
	note := &form.Field{Key: "note", Label: text.Get("paylog.field.note"), Empty: text.Get("paylog.field.note.empty"), Most: mostNote}
	for _, f := range []*form.Field{to, sum, note} {
		f.Fill("")
	}
	p.fill(text.Get("paylog.payout.add"), func(f *form.Form) {
		fresh := order.Payout{To: f.Field("to").Value(), Amount: sum.Amount(), Note: f.Field("note").Value()}
		p.do(func(ctx context.Context) error { return p.desk.AddPayouts(ctx, []order.Payout{fresh}) }, func() { p.tell(text.Get("paylog.payout.added", fresh.To), false) })
	}, to, sum, note)
}

// write asks, and writes the file of payouts.
func (p *Presenter) write(ids []string, again bool) {
	words := text.Get("paylog.payout.write.text")
	if again {
		words = text.Get("paylog.payout.again.text")
	}
	p.Ask(text.Count("paylog.payout.write.ask", len(ids)), words, text.Get("paylog.payout.write"), func() {
		var files []terminal.PayoutFile
		p.do(func(ctx context.Context) (err error) {
			files, err = p.desk.PayoutFiles(ctx, ids, again)
			return err
		}, func() { p.Tell(text.Get("paylog.payout.written"), written(files)) })
	})
}

// written says where the files are, and which total PayPal is to show for each.
func written(files []terminal.PayoutFile) string {
	var lines []string
	for _, f := range files {
		lines = append(lines, f.Path+"\n"+text.Count("paylog.payout.file", f.Lines, text.Money(f.Sum)))
	}
	return strings.Join(append(lines, text.Get("paylog.payout.upload")), "\n")
}

// payout is one in full.
type payout struct {
	p      *Presenter
	payout order.Payout
}

func (o *payout) head() (string, string) {
	return text.Money(o.payout.Amount) + "  " + o.payout.To, text.Get("paylog.payout.say." + strings.ToLower(string(o.payout.State)))
}

func (o *payout) load() {
	o.p.run(func(ctx context.Context) func() {
		list, err := o.p.desk.Payouts(ctx)
		return func() {
			for _, one := range list {
				if err == nil && one.ID == o.payout.ID {
					o.payout = one
				}
			}
			o.p.Changed()
		}
	})
}

func (o *payout) rows() []row {
	p, one := o.p, o.payout
	var f facts
	switch one.State {
	case order.PayoutListed:
		f = append(f, row{Item: form.Item{Name: text.Get("paylog.payout.cancel"), Say: text.Get("paylog.payout.cancel.say"), Shape: look.Cross}, do: func() {
			p.do(func(ctx context.Context) error { return p.desk.CancelPayout(ctx, one.ID) }, func() { p.tell(text.Get("paylog.payout.cancelled"), false) })
		}})
	case order.PayoutWritten, order.PayoutFailed:
		f = append(f, row{Item: form.Item{Name: text.Get("paylog.payout.again"), Say: text.Get("paylog.payout.again.say"), Shape: look.Printer}, do: func() { p.write([]string{one.ID}, true) }})
	}
	f.add("paylog.fact.state", payoutWord(one))
	f.add("paylog.fact.to", one.To)
	f.add("paylog.fact.amount", text.Money(one.Amount))
	if one.Fee.Currency != "" {
		f.add("paylog.fact.fee", text.Money(one.Fee))
	}
	f.add("paylog.fact.note", one.Note)
	f.add("paylog.fact.file", one.File)
	f.add("paylog.fact.txn", one.Txn)
	f.add("paylog.fact.says", one.Cause)
	f.add("paylog.fact.number", one.ID)
	f.add("paylog.fact.added", p.when(one.Created))
	f.add("paylog.fact.by", cmp.Or(p.names[one.Operator], one.Operator))
	return f
}
