package closeday

import (
	"cmp"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// View is what the screen shows.
type View struct {
	Steps [places]Step
	// Title and Text are of the step that is looked at, Items what is in it.
	Title, Text string
	Items       []form.Item
	ItemAt      int
	// Share is how far what is under way is, in hundredths; below zero it is not
	// told.
	Share int
	// Buttons are what can be done, the main thing first.
	Buttons []Button
	// Said is what the last act came to, Wrong that it did not work.
	Said  string
	Wrong bool
	// Fill asks why the closing is to go on, nil where it does not.
	Fill *form.Form
}

// Button is something to do.
type Button struct {
	Words string
	Key   keys.Key
	Off   bool
	Do    func()
}

// View is the present view.
func (p *Presenter) View() View {
	v := View{Steps: p.states(), ItemAt: -1, Share: -1, Said: p.said, Wrong: p.wrong, Fill: p.fill}
	step := v.Steps[p.at]
	v.Title, v.Text = step.Name, text.Get("closeday."+names[p.at]+".say")
	switch p.at {
	case Open:
		p.viewOpen(&v)
	case Drawer:
		p.viewDrawer(&v, step)
	case Batch:
		p.viewBatch(&v, step)
	case Proof:
		p.viewProof(&v, step)
	case Z:
		p.viewZ(&v, step)
	}
	if next := step.State == Done || step.State == Differ; next && !p.over() && p.at != Z && (len(v.Buttons) == 0 || v.Buttons[0].Key != keys.Enter) {
		v.Buttons = append([]Button{{Words: text.Get("shift.next.step"), Key: keys.Enter, Do: p.next}}, v.Buttons...)
	}
	if p.task.Busy() && p.doing == p.at && p.total > 0 {
		v.Share = int(p.done * 100 / p.total)
	}
	for i := range v.Buttons {
		v.Buttons[i].Off = v.Buttons[i].Off || p.task.Busy() && v.Buttons[i].Key != keys.Escape
	}
	return v
}

// shapes are those of what is open.
var shapes = map[engine.BlockerKind]look.Shape{engine.BlockReversal: look.Left, engine.BlockFollow: look.Left, engine.BlockCode: look.Phone,
	engine.BlockRefund: look.Phone, engine.BlockBill: look.Half, engine.BlockPaper: look.Printer, engine.BlockStored: look.Tray}

func (p *Presenter) viewOpen(v *View) {
	if p.over() {
		v.Text = v.Steps[Open].Say
		for _, c := range p.z.Carried {
			v.Items = append(v.Items, form.Item{Name: c.Text, Say: text.Get("closeday.carried", c.Reason), Value: worth(c.Amount), Shape: look.Tray, Tint: look.TintStored})
		}
		return
	}
	for _, b := range p.rows() {
		i := form.Item{Name: text.Say(b.Name), Say: text.Say(b.Do.Format, b.Do.Args...), Value: worth(b.Amount), Shape: shapes[b.Kind], Tint: look.TintChecking}
		if i.Shape == look.NoShape {
			i.Shape = look.Card
		}
		if _, carried := p.carry[b.ID]; carried {
			i.Say, i.Tint, i.Shape = text.Get("closeday.carried", p.reason), look.TintStored, look.Tray
		}
		v.Items = append(v.Items, i)
	}
	b, ok := p.marked()
	if !ok {
		v.Text = text.Get("closeday.open.good")
		return
	}
	v.ItemAt = p.row
	v.Buttons = []Button{{Words: text.Get("closeday.go"), Key: keys.Enter, Do: func() { p.Go(b) }}}
	if b.MayCarry {
		words := "closeday.carry"
		if _, carried := p.carry[b.ID]; carried {
			words = "closeday.carry.not"
		}
		v.Buttons = append(v.Buttons, Button{Words: text.Get(words), Key: keys.Keep, Do: p.Carry})
	}
}

// worth is an amount, or nothing.
func worth(a money.Amount) string {
	if a.Minor == 0 {
		return ""
	}
	return text.Money(a)
}

func (p *Presenter) viewDrawer(v *View, s Step) {
	v.Text = s.Say
	for _, shift := range p.book().Shifts {
		if shift.State == order.ShiftClosed {
			v.Items = append(v.Items, shiftItem(shift))
		}
	}
	if s.State == Todo {
		v.Text = text.Get("closeday.drawer.say")
		v.Buttons = []Button{{Words: text.Get("closeday.drawer.count"), Key: keys.Enter, Do: func() { p.Count() }}}
	}
}

// shiftItem is a shift that was closed, as a row.
func shiftItem(s order.Shift) form.Item {
	i := form.Item{Name: text.Get("shift.number", text.Number(s.Number)), Shape: look.Check, Tint: look.TintApproved, Say: text.Get("shift.agrees")}
	if n := len(s.Counts); n > 0 {
		i.Value = text.Money(s.Counts[n-1].Total)
	}
	if s.Off.Minor != 0 {
		key := "shift.off.over"
		if s.Off.Minor < 0 {
			key = "shift.off.missing"
		}
		i.Shape, i.Tint = look.Alert, look.TintReview
		i.Say = text.Get("closeday.off", text.Get(key, text.Money(money.New(max(s.Off.Minor, -s.Off.Minor), s.Off.Currency))), s.Reason)
	}
	return i
}

func (p *Presenter) viewBatch(v *View, s Step) {
	for _, b := range p.closed() {
		v.Items = append(v.Items, batchItem(b))
	}
	switch {
	case p.task.Busy() && p.doing == Batch:
		v.Text = text.Get("batch.busy.text")
	case s.State == Busy:
		v.Text = text.Get("batch.unknown.text")
	case s.State != Todo:
		v.Text = s.Say
	default:
		off := len(p.blockers()) > 0
		v.Text = text.Get("closeday.batch.say", s.Say)
		if off {
			v.Text = text.Get("closeday.batch.blocked")
		}
		v.Buttons = []Button{{Words: text.Get("batch.yes"), Key: keys.Enter, Off: off, Do: p.Close}}
	}
}

// batchItem is a closed batch, as a row.
func batchItem(b order.Batch) form.Item {
	i := form.Item{Name: text.Get("closeday.batch.closed", text.Clock(b.Ended)), Say: counts(b.Local), Value: text.Money(b.Local.SaleAmount),
		Shape: look.Check, Tint: look.TintApproved}
	if b.Host != nil && !b.Matches() {
		i.Shape, i.Tint, i.Problem = look.Alert, look.TintReview, text.Get("closeday.batch.differs", counts(b.Local), counts(*b.Host))
	}
	return i
}

// counts are totals in words.
func counts(t order.Totals) string {
	words := text.Get("batch.counts", text.Count("status.sales", t.Sales), text.Money(t.SaleAmount))
	if t.Returns > 0 {
		words = text.Get("batch.returns", words, text.Count("batch.refunds", t.Returns), text.Money(t.ReturnAmount))
	}
	return words
}

func (p *Presenter) viewProof(v *View, s Step) {
	closed := p.closed()
	for _, b := range closed {
		if proof, ok := p.proofOf(b.ID); ok {
			v.Items = append(v.Items, found(proof)...)
		}
	}
	if s.State != Todo {
		v.Text = s.Say
	}
	switch {
	case p.task.Busy() && p.doing == Proof:
		v.Text = text.Get("closeday.proof.busy")
		if p.total > 0 {
			v.Text = text.Get("closeday.proof.far", text.Number(int(p.done)), text.Number(int(p.total)))
		}
		v.Buttons = []Button{{Words: text.Get("closeday.proof.stop"), Key: keys.Escape, Do: p.Stop}}
	case p.over() || len(closed) == 0:
	case s.State == Todo:
		v.Buttons = []Button{{Words: text.Get("closeday.proof.now"), Key: keys.Enter, Do: p.Compare}}
	case s.State == Differ:
		v.Text = text.Get("closeday.proof.differ.say")
		v.Buttons = []Button{{Words: text.Get("closeday.proof.again"), Key: keys.Keep, Do: p.Compare}}
	}
}

// found are the differences of a comparison, each by name; or that it agrees.
func found(p order.Proof) []form.Item {
	if p.Agrees() {
		items := []form.Item{{Name: text.Count("closeday.proof.agree", p.Matched), Say: counts(p.Journal), Value: text.Money(p.Journal.SaleAmount), Shape: look.Check, Tint: look.TintApproved}}
		for _, w := range p.Wallets {
			items = append(items, form.Item{Name: text.Get("closeday.wallet", w.Provider), Say: text.Count("closeday.proof.agree", w.Matched), Value: text.Money(w.Here.Amount), Shape: look.Check, Tint: look.TintApproved})
		}
		return items
	}
	var items []form.Item
	if !p.Complete {
		items = append(items, form.Item{Name: text.Get("closeday.proof.part"), Problem: text.Say(p.Trouble), Shape: look.Alert, Tint: look.TintReview})
	}
	for _, f := range p.Found {
		items = append(items, difference(f.What, cmp.Or(f.Number, f.GUID), f.Here, f.There))
	}
	if p.More > 0 {
		items = append(items, form.Item{Name: text.Count("closeday.proof.more", p.More), Shape: look.Alert, Tint: look.TintReview})
	}
	if c := p.Closed; c != nil && *c != p.Journal {
		items = append(items, form.Item{Name: text.Get("closeday.proof.totals"), Problem: text.Get("closeday.batch.differs", counts(p.Journal), counts(*c)), Shape: look.Alert, Tint: look.TintReview})
	}
	for _, w := range p.Wallets {
		items = append(items, walletFound(w)...)
	}
	return items
}

// walletFound are the differences of one provider.
func walletFound(w order.WalletProof) []form.Item {
	if w.Agrees() {
		return nil
	}
	var items []form.Item
	if !w.Complete {
		items = append(items, form.Item{Name: text.Get("closeday.wallet", w.Provider), Problem: text.Say(w.Trouble), Shape: look.Alert, Tint: look.TintReview})
	}
	for _, f := range w.Found {
		i := difference(f.What, cmp.Or(f.Payment, f.ID), &f.Here, &f.There)
		i.Name = text.Get("closeday.wallet.found", w.Provider, i.Name)
		items = append(items, i)
	}
	if w.More > 0 {
		items = append(items, form.Item{Name: text.Count("closeday.proof.more", w.More), Shape: look.Alert, Tint: look.TintReview})
	}
	return items
}

// difference is one transaction that is not the same on both sides: what, which,
// what each has, and by how much they differ.
func difference(what order.Difference, id string, here, there *money.Amount) form.Item {
	i := form.Item{Name: text.Get("closeday.diff.other"), Shape: look.Alert, Tint: look.TintReview}
	if key := "closeday.diff." + string(what); text.Has(key) {
		i.Name = text.Get(key)
	}
	by, words := int64(0), [2]string{text.Get("closeday.nothing"), text.Get("closeday.nothing")}
	unit := money.Currency("")
	for side, a := range [2]*money.Amount{here, there} {
		if a != nil && a.Currency != "" {
			unit, words[side] = a.Currency, text.Money(*a)
			by += int64(side*2-1) * a.Minor
		}
	}
	switch {
	case by > 0:
		i.Value = "+ " + text.Money(money.New(by, unit))
	case by < 0:
		i.Value = "− " + text.Money(money.New(-by, unit))
	}
	i.Say = text.Get("closeday.here", id, words[0], words[1])
	return i
}

func (p *Presenter) viewZ(v *View, s Step) {
	switch {
	case p.task.Busy() && p.doing == Z:
		v.Text = text.Get("closeday.z.busy")
		return
	case p.x == nil:
		v.Text = text.Get("closeday.reading")
		return
	case p.over():
		z := *p.z
		v.Text = text.Get("closeday.z.done", text.Number(z.Number), text.Whole(z.At))
		v.Items = sums(z)
		v.Buttons = []Button{
			{Words: text.Get("closeday.z.show"), Key: keys.Enter, Do: func() { p.ZReport(z) }},
			{Words: text.Get("closeday.z.print"), Key: keys.Print, Do: p.Print},
			{Words: text.Get("closeday.z.pdf"), Key: keys.Keep, Do: p.Save},
		}
		return
	}
	v.Items = sums(*p.x)
	may := v.Steps[Drawer].State != Todo && v.Steps[Batch].State != Busy
	if !may {
		v.Text = text.Get("closeday.z.blocked")
	} else if v.Steps[Open].State == Todo || v.Steps[Batch].State == Todo || v.Steps[Proof].State == Todo {
		v.Text = text.Get("closeday.z.early")
	}
	v.Buttons = []Button{{Words: text.Get("closeday.z.write"), Key: keys.Enter, Off: !may, Do: p.Write}}
}

// sums are the day in a few lines, by currency.
func sums(z order.ZReport) (items []form.Item) {
	for _, f := range z.Figures {
		items = append(items, form.Item{Name: text.Count("status.sales", f.Sales.Count), Value: text.Money(f.Sales.Amount), Shape: look.Check, Tint: look.Soft})
		if n := f.Voids.Count + f.Returns.Count; n > 0 {
			back := money.New(f.Voids.Amount.Minor+f.Returns.Amount.Minor, f.Currency)
			items = append(items, form.Item{Name: text.Count("closeday.back", n), Value: "− " + text.Money(back), Shape: look.Left, Tint: look.Soft})
		}
		items = append(items, form.Item{Name: text.Get("closeday.net"), Value: text.Money(f.Net), Shape: look.Dot, Tint: look.Accent})
	}
	return items
}
