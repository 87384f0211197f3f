package customer

import (
	"paydesk/app/text"
	"paydesk/terminal"
)

// Pole is a view on a display of two short lines. It says less than the window
// in words of its own, and has no room for a tip to choose. Hindi stands in
// Latin letters: these displays have no other.
func Pole(v View) terminal.PoleView {
	t := v.words()
	p := terminal.PoleView{Idle: v.idlePole(t)}
	total := row(t, "pole.total", v.Due.Total.Minor != 0, t.Money(v.Due.Total))
	switch v.Stage {
	case Sum:
		p.Rows = [2]terminal.PoleRow{v.Due.extra(t), total}
	case Card:
		p.Rows = [2]terminal.PoleRow{{Text: t.Get("pole.card")}, total}
	case Scan:
		p.Rows = [2]terminal.PoleRow{{Text: t.Get("pole.scan")}, total}
	case Wait, Checking, Confirm:
		p.Rows = [2]terminal.PoleRow{{Text: t.Get("pole.wait")}, total}
	case Paid:
		p.Over = true
		p.Rows = [2]terminal.PoleRow{row(t, "pole.paid", v.Paid.Minor != 0, t.Money(v.Paid)), {Text: t.Get("pole.thanks")}}
		if v.Change.Minor > 0 {
			p.Rows[1] = terminal.PoleRow{Text: t.Get("pole.change"), Amount: t.Money(v.Change)}
		}
	case Part:
		p.Rows = [2]terminal.PoleRow{row(t, "pole.paid", true, t.Money(v.Paid)), row(t, "pole.rest", true, t.Money(v.Rest))}
	case NotPaid, Lapsed:
		p.Over = true
		p.Rows = [2]terminal.PoleRow{{Text: t.Get("pole.notpaid")}, {Text: t.Get("pole.otherwise")}}
	default:
		p.Rows = p.Idle
	}
	return p
}

// row is a line with an amount, where there is one.
func row(t *text.Words, key string, there bool, amount string) terminal.PoleRow {
	if !there {
		return terminal.PoleRow{}
	}
	return terminal.PoleRow{Text: t.Get(key), Amount: amount}
}

// idlePole is what stands there while nothing is sold.
func (v View) idlePole(t *text.Words) [2]terminal.PoleRow {
	welcome := terminal.PoleRow{Text: t.Get("pole.welcome")}
	if v.Training {
		return [2]terminal.PoleRow{{Text: t.Get("pole.training")}, welcome}
	}
	return [2]terminal.PoleRow{{Text: v.Shop}, welcome}
}

// extra is what comes on top of the goods.
func (d Due) extra(t *text.Words) terminal.PoleRow {
	sum, err := d.Total.Sub(d.Goods)
	if err != nil || sum.Minor == 0 || d.Goods.Minor == 0 {
		return terminal.PoleRow{Text: t.Get("pole.topay")}
	}
	return terminal.PoleRow{Text: t.Get("pole.extra"), Amount: t.Money(sum)}
}
