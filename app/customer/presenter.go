package customer

import (
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/money"
)

// Line is one line of what is to be paid.
type Line struct{ Name, Amount string }

// Tip is one share to choose.
type Tip struct {
	Rate   money.Rate
	Words  string
	Chosen bool
}

// Words is a view as it is read.
type Words struct {
	Shape look.Shape
	Tint  look.Colour
	// Title says what is going on, Say what to do; Amount is the one that
	// counts, with its Label.
	Title, Say    string
	Label, Amount string
	Lines         []Line
	Tips          []Tip
	// Code is what the code to scan holds, "" for none.
	Code string
}

// marks are the shapes of the stages, beside their words.
var marks = map[Stage]struct {
	shape look.Shape
	tint  look.Colour
}{
	Card: {look.Card, look.Accent}, Wait: {look.Clock, look.Accent}, Paid: {look.Check, look.TintApproved},
	Part: {look.Half, look.TintPart}, NotPaid: {look.Bar, look.TintNotCharged}, Checking: {look.Clock, look.TintChecking},
	Scan: {look.Phone, look.Accent}, Confirm: {look.Clock, look.Accent}, Lapsed: {look.Bar, look.TintNotCharged},
}

// words are those of the customer's language.
func (v View) words() *text.Words {
	if v.Language == "" {
		return text.Current()
	}
	return text.In(v.Language)
}

// Of is a view in words.
func Of(v View) Words {
	stage := v.Stage
	if stage == "" {
		stage = Idle
	}
	t := v.words()
	w := Words{Shape: marks[stage].shape, Tint: marks[stage].tint, Title: v.Shop, Say: t.Get("customer.say." + string(stage))}
	if stage != Idle {
		w.Title = t.Get("customer.title." + string(stage))
	} else if v.Shop == "" {
		w.Title = t.Get("app.name")
	}
	switch stage {
	case Sum:
		w.Lines, w.Tips = v.Due.lines(t), v.Due.tips(t)
		if len(w.Tips) == 0 {
			w.Say = ""
		}
		w.Label, w.Amount = t.Get("customer.total"), t.Money(v.Due.Total)
	case Card, Wait:
		w.Label, w.Amount = t.Get("customer.total"), t.Money(v.Due.Total)
	case Scan, Confirm:
		w.Say = t.Get("customer.say."+string(stage), v.Wallet)
		w.Label, w.Amount = t.Get("customer.total"), t.Money(v.Due.Total)
		if stage == Scan {
			w.Code = v.Code
		}
	case Paid:
		w.Label, w.Amount = t.Get("customer.paid"), t.Money(v.Paid)
		if v.Change.Minor > 0 {
			w.Say = t.Get("customer.change", t.Money(v.Change))
		}
	case Part:
		w.Lines = []Line{{t.Get("customer.paid"), t.Money(v.Paid)}}
		w.Label, w.Amount = t.Get("customer.rest"), t.Money(v.Rest)
	}
	return w
}

// lines are the parts of the sum, where there is more than one.
func (d Due) lines(t *text.Words) []Line {
	if d.Tax.Minor == 0 && d.Tip.Minor == 0 {
		return nil
	}
	lines := []Line{{t.Get("customer.goods"), t.Money(d.Goods)}}
	if d.Tax.Minor != 0 {
		name := d.TaxName
		if name == "" {
			name = t.Get("customer.tax")
		}
		lines = append(lines, Line{name, t.Money(d.Tax)})
	}
	if d.Tip.Minor != 0 {
		lines = append(lines, Line{t.Get("customer.tip"), t.Money(d.Tip)})
	}
	return lines
}

// tips are the choices: none first, then the shares with their amounts.
func (d Due) tips(t *text.Words) []Tip {
	if len(d.Tips) == 0 {
		return nil
	}
	tips := []Tip{{Words: t.Get("customer.notip"), Chosen: d.Tip.Minor == 0}}
	for _, r := range d.Tips {
		tips = append(tips, Tip{Rate: r, Words: t.Get("customer.share", r.String(), t.Money(r.Of(d.Goods))), Chosen: r == d.Chosen && d.Tip.Minor != 0})
	}
	return tips
}
