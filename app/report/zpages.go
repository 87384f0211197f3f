package report

import (
	"cmp"
	"strconv"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/proofs"
	"paydesk/app/span"
	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// showZs lists the Z reports of the days that were chosen.
func showZs(p *Presenter, v *View) {
	if len(p.zs) == 0 && p.read["zs"] {
		v.Empty = text.Get("report.nozs", p.days.Span.Words())
	}
	for _, z := range p.zs {
		word, shape, tint := verdict(z)
		net := money.New(0, p.currency())
		if len(z.Figures) > 0 {
			net = z.Figures[0].Net
		}
		v.List = append(v.List, form.Item{Name: text.Get("report.z", strconv.Itoa(z.Number)) + "   " + text.Day(span.Date(z.Day)), Say: word + " · " + p.who(z.Operator),
			Value: text.Money(net), Shape: shape, Tint: tint})
	}
}

// verdict says whether all that a report held against others agrees.
func verdict(z order.ZReport) (word string, shape look.Shape, tint look.Colour) {
	compared := 0
	for _, proof := range z.Proofs {
		if compared++; !proof.Agrees() {
			return proofs.Verdict(proof)
		}
	}
	if compared == 0 {
		return text.Get("report.uncompared"), look.Bar, look.TintNotCharged
	}
	return proofs.Verdict(z.Proofs[0])
}

// facts are rows that only tell.
type facts []form.Item

func (f *facts) add(key, value string) {
	if value != "" {
		*f = append(*f, form.Item{Name: text.Get(key), Value: value})
	}
}

// showDrawer is the cash of each shift.
func showDrawer(p *Presenter, v *View) {
	z := p.report()
	if len(z.Shifts) == 0 {
		v.Empty = text.Get("report.noshift")
	}
	for _, s := range z.Shifts {
		v.List = append(v.List, p.shiftHead(s))
		if s.Uncounted {
			continue
		}
		var f facts
		f.add("report.drawer.float", text.Money(s.Drawer.Float))
		f.add("report.drawer.sales", text.Money(s.Drawer.Sales))
		f.add("report.drawer.back", text.Money(s.Drawer.Back))
		f.add("report.drawer.in", text.Money(s.Drawer.In))
		f.add("report.drawer.out", text.Money(s.Drawer.Out))
		if s.Drawer.NoSales > 0 {
			f.add("report.drawer.nosales", text.Number(s.Drawer.NoSales))
		}
		f.add("report.drawer.expected", text.Money(s.Drawer.Expected))
		if n := len(s.Counts); n > 0 {
			f.add("report.drawer.counted", text.Money(s.Counts[n-1].Total))
		}
		f.add("report.drawer.reason", s.Reason)
		if s.Approved != "" {
			f.add("report.drawer.approved", p.who(s.Approved))
		}
		v.List = append(v.List, f...)
	}
}

// shiftHead is a shift with what was missing in its drawer.
func (p *Presenter) shiftHead(s order.Shift) form.Item {
	item := form.Item{Name: text.Get("report.shift", strconv.Itoa(s.Number)), Shape: look.Check, Tint: look.TintApproved, Value: text.Get("report.drawer.right")}
	item.Say = text.Get("report.shift.say", p.who(cmp.Or(s.Holder, s.OpenedBy)), p.when(s.Opened))
	if !s.Closed.IsZero() {
		item.Say = text.Get("report.shift.closed", p.who(cmp.Or(s.Holder, s.OpenedBy)), p.when(s.Opened), p.when(s.Closed))
	}
	switch {
	case s.Uncounted:
		item.Shape, item.Tint, item.Value = look.Bar, look.TintNotCharged, text.Get("report.drawer.uncounted")
	case s.State != order.ShiftClosed:
		item.Shape, item.Tint, item.Value = look.Clock, look.TintChecking, text.Get("report.drawer.open")
	case s.Off.Minor < 0:
		item.Shape, item.Tint, item.Value = look.Alert, look.TintDeclined, text.Get("report.drawer.missing", text.Money(money.New(-s.Off.Minor, s.Off.Currency)))
	case s.Off.Minor > 0:
		item.Shape, item.Tint, item.Value = look.Alert, look.TintDeclined, text.Get("report.drawer.over", text.Money(s.Off))
	}
	return item
}

// showProof is every batch with what was held against it, each difference by
// name.
func showProof(p *Presenter, v *View) {
	z := p.report()
	v.Tall = true
	proved := map[string]order.Proof{}
	for _, proof := range z.Proofs {
		proved[proof.Batch] = proof
	}
	for _, b := range z.Batches {
		item := form.Item{Name: text.Get("report.batch", p.when(cmp.Or(b.Ended, b.Asked))), Shape: look.Bar, Tint: look.TintNotCharged, Value: text.Get("report.uncompared"), Say: proofs.Counts(b.Local)}
		proof, ok := proved[b.ID]
		if ok {
			item.Value, item.Shape, item.Tint = proofs.Verdict(proof)
		}
		v.List = append(v.List, item)
		if delete(proved, b.ID); ok {
			v.List = append(v.List, proofs.Rows(proof, p.snapshot.Wallets)...)
		}
	}
	for _, proof := range z.Proofs { // of a batch that is not among these
		if _, left := proved[proof.Batch]; left {
			item := form.Item{Name: text.Get("report.batch", p.when(proof.At)), Say: proofs.Counts(proof.Journal)}
			item.Value, item.Shape, item.Tint = proofs.Verdict(proof)
			v.List = append(append(v.List, item), proofs.Rows(proof, p.snapshot.Wallets)...)
		}
	}
	if len(v.List) == 0 {
		v.Empty = text.Get("report.nobatch")
	}
}

// showOpen is what has no end yet, by name.
func showOpen(p *Presenter, v *View) {
	z := p.report()
	v.Tall = true
	named := func(list []order.Named, key string, shape look.Shape, tint look.Colour) {
		for _, n := range list {
			v.List = append(v.List, form.Item{Name: n.Text, Say: text.Get("report.open."+key) + " · " + n.ID, Value: text.Money(n.Amount), Shape: shape, Tint: tint})
		}
	}
	named(z.Uncollected, "uncollected", look.Cross, look.TintDeclined)
	for _, c := range z.Carried {
		item := form.Item{Name: c.Text, Say: text.Get("report.open.carried", p.who(c.By), c.Reason), Shape: look.Right, Tint: look.TintReview}
		if c.Amount.Currency != "" {
			item.Value = text.Money(c.Amount)
		}
		v.List = append(v.List, item)
	}
	named(z.Stored, "stored", look.Tray, look.TintStored)
	named(z.Open, "open", look.Clock, look.TintChecking)
	if len(v.List) == 0 {
		v.Empty = text.Get("report.noopen")
	}
}

// showChain is where in the journal the report stands, for those who check it.
func showChain(p *Presenter, v *View) {
	z := p.report()
	v.Tall = true
	fact := func(key, say, value string) {
		if say != "" || value != "" {
			v.List = append(v.List, form.Item{Name: text.Get("report.chain." + key), Say: say, Value: value})
		}
	}
	fact("events", "", text.Get("report.chain.fromto", strconv.FormatInt(z.From, 10), strconv.FormatInt(z.To, 10)))
	fact("written", "", p.when(z.At))
	fact("day", "", strings.TrimSpace(text.Get("report.chain.zone", cmp.Or(z.Cutoff, "00:00"), z.Zone)))
	if z.Rounding != "" {
		fact("rounding", text.Get("prefs.act.rounding.say"), "")
	}
	fact("hash", z.Head.Hash, "")
	fact("key", z.Head.Key, "")
	fact("signature", grouped(z.Head.Signature), "")
}

// grouped parts a long hexadecimal number, so that it has lines.
func grouped(hex string) string {
	const part = 32
	var parts []string
	for len(hex) > part {
		parts, hex = append(parts, hex[:part]), hex[part:]
	}
	return strings.Join(append(parts, hex), " ")
}
