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
}

// marks are the shapes of the stages, beside their words.
var marks = map[Stage]struct {
	shape look.Shape
	tint  look.Colour
}{
	Card: {look.Card, look.Accent}, Wait: {look.Clock, look.Accent}, Paid: {look.Check, look.TintApproved},
	Part: {look.Half, look.TintPart}, NotPaid: {look.Bar, look.TintNotCharged}, Checking: {look.Clock, look.TintChecking},
}

// Of is a view in words.
func Of(v View) Words {
	stage := v.Stage
	if stage == "" {
		stage = Idle
	}
	w := Words{Shape: marks[stage].shape, Tint: marks[stage].tint, Title: v.Shop, Say: text.Get("customer.say." + string(stage))}
	if stage != Idle {
		w.Title = text.Get("customer.title." + string(stage))
	} else if v.Shop == "" {
		w.Title = text.Get("app.name")
	}
	switch stage {
	case Sum:
		w.Lines, w.Tips = v.Due.lines(), v.Due.tips()
		if len(w.Tips) == 0 {
			w.Say = ""
		}
		w.Label, w.Amount = text.Get("customer.total"), v.Due.Total.Display()
	case Card, Wait:
		w.Label, w.Amount = text.Get("customer.total"), v.Due.Total.Display()
	case Paid:
		w.Label, w.Amount = text.Get("customer.paid"), v.Paid.Display()
		if v.Change.Minor > 0 {
			w.Say = text.Get("customer.change", v.Change.Display())
		}
	case Part:
		w.Lines = []Line{{text.Get("customer.paid"), v.Paid.Display()}}
		w.Label, w.Amount = text.Get("customer.rest"), v.Rest.Display()
	}
	return w
}

// lines are the parts of the sum, where there is more than one.
func (d Due) lines() []Line {
	if d.Tax.Minor == 0 && d.Tip.Minor == 0 {
		return nil
	}
	lines := []Line{{text.Get("customer.goods"), d.Goods.Display()}}
	if d.Tax.Minor != 0 {
		name := d.TaxName
		if name == "" {
			name = text.Get("customer.tax")
		}
		lines = append(lines, Line{name, d.Tax.Display()})
	}
	if d.Tip.Minor != 0 {
		lines = append(lines, Line{text.Get("customer.tip"), d.Tip.Display()})
	}
	return lines
}

// tips are the choices: none first, then the shares with their amounts.
func (d Due) tips() []Tip {
	if len(d.Tips) == 0 {
		return nil
	}
	tips := []Tip{{Words: text.Get("customer.notip"), Chosen: d.Tip.Minor == 0}}
	for _, r := range d.Tips {
		tips = append(tips, Tip{Rate: r, Words: text.Get("customer.share", r.String(), r.Of(d.Goods).Display()), Chosen: r == d.Chosen && d.Tip.Minor != 0})
	}
	return tips
}
