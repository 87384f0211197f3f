// Package extras is the screen for what goes with a sale beside its amount: tip,
// order number, customer and note. It keeps nothing itself: what is entered is
// in the sale at once.
package extras

import (
	"strconv"

	"paydesk/app/entry"
	"paydesk/app/keys"
	"paydesk/app/sale"
	"paydesk/app/text"
	"paydesk/app/widgets/caps"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Field is a field of the screen.
type Field int

// The fields, in their order.
const (
	Tip Field = iota
	Number
	Customer
	Note
	fields
)

var names = [fields]string{"tip", "number", "customer", "note"}

// Presenter is the screen without its looks. All methods are for the window's
// goroutine.
type Presenter struct {
	sale *sale.Presenter
	// Changed is called when View is to be shown again, Back to leave.
	Changed func()
	Back    func()

	chosen Field
}

// New makes a presenter of what goes with a sale.
func New(s *sale.Presenter) *Presenter {
	return &Presenter{sale: s, Changed: func() {}, Back: func() {}}
}

// View is what the screen shows.
type View struct {
	Fields [fields]FieldView
	Chosen Field
	// Shares are the tips to choose from, the first of them none at all.
	Shares []Share
	Total  string
}

// FieldView is one field.
type FieldView struct {
	Label, Words, Empty, Problem string
	Shown                        bool
}

// Share is a tip to choose.
type Share struct {
	Words, Amount string
	Chosen        bool
}

// View is the present view.
func (p *Presenter) View() View {
	sums, tips := p.sale.Sums(), p.tips()
	v := View{Chosen: p.chosen, Total: text.Get("sale.total", text.Money(sums.Total))}
	for f := range fields {
		v.Fields[f] = FieldView{Label: text.Get("extras." + names[f]), Empty: text.Get("extras.empty"), Shown: f != Tip || len(tips) > 0}
		if line := p.line(f); line != nil {
			v.Fields[f].Words = line.Raw()
			switch {
			case order.HasCard(line.Text()):
				v.Fields[f].Problem = text.Get("extras.card")
			case line.Full:
				v.Fields[f].Problem = text.Get("extras.full", strconv.Itoa(line.Most()))
			}
		}
	}
	tip := &v.Fields[Tip]
	if sums.Tip.Minor > 0 {
		tip.Words = text.Money(sums.Tip)
	}
	if sums.Tip.Minor > sums.Goods.Minor {
		tip.Problem = text.Get("extras.tip.high")
	}
	for _, rate := range tips {
		share := Share{Words: text.Get("extras.none"), Chosen: p.sale.Tip() == sale.Tip{Rate: rate}}
		if rate != 0 {
			share.Words, share.Amount = rate.String(), text.Money(rate.Of(sums.Goods))
		}
		v.Shares = append(v.Shares, share)
	}
	return v
}

// tips are the shares to choose from; none where no tip is taken.
func (p *Presenter) tips() []money.Rate {
	if offered := p.sale.Tips(); len(offered) > 0 {
		return append([]money.Rate{0}, offered...)
	}
	return nil
}

// line is the text of a field; nil for the tip.
func (p *Presenter) line(f Field) *entry.Line {
	switch f {
	case Number:
		return p.sale.Text(sale.Number)
	case Customer:
		return p.sale.Text(sale.Customer)
	case Note:
		return p.sale.Text(sale.Note)
	}
	return nil
}

// Show begins with the first field.
func (p *Presenter) Show() {
	if p.chosen = Tip; len(p.tips()) == 0 {
		p.chosen = Number
	}
	p.Changed()
}

// Choose goes to a field.
func (p *Presenter) Choose(f Field) {
	if f >= 0 && f < fields && (f != Tip || len(p.tips()) > 0) {
		p.chosen = f
		p.Changed()
	}
}

// move goes to the next field that is there, or the one before.
func (p *Presenter) move(by Field) {
	next := (p.chosen + by + fields) % fields
	if next == Tip && len(p.tips()) == 0 {
		next = (next + by + fields) % fields
	}
	p.Choose(next)
}

// Press takes a key of the pad: a tip is entered as an amount.
func (p *Presenter) Press(c caps.Cap) {
	tip := p.sale.Tip()
	if tip.Rate != 0 {
		tip = sale.Tip{}
	}
	p.sale.SetTip(sale.Tip{Minor: entry.Roll(tip.Minor, c)})
	p.Changed()
}

// Share chooses one of the shares.
func (p *Presenter) Share(i int) {
	if tips := p.tips(); i >= 0 && i < len(tips) {
		p.sale.ChooseTip(tips[i])
		p.Changed()
	}
}

// next goes to the next share, or the one before.
func (p *Presenter) next(by int) {
	for i, share := range p.View().Shares {
		if share.Chosen {
			p.Share(i + by)
			return
		}
	}
	p.Share(0)
}

// Rune takes a sign of the keyboard.
func (p *Presenter) Rune(r rune) {
	if line := p.line(p.chosen); line != nil {
		line.Type(r)
		p.edited()
	} else if digit, ok := keys.Digit(r); ok {
		p.Press(caps.Of(digit))
	}
}

// Scan makes ready for a bar code: it is the order's number, in place of what was
// there.
func (p *Presenter) Scan() {
	p.line(Number).Clear()
	p.chosen = Number
	p.edited()
}

// Paste takes text of any length into a field of text.
func (p *Presenter) Paste(words string) {
	if line := p.line(p.chosen); line != nil {
		line.Paste(words)
		p.edited()
	}
}

func (p *Presenter) edited() {
	p.sale.Edited()
	p.Changed()
}

// Key handles a key of the keyboard.
func (p *Presenter) Key(k keys.Key) bool {
	switch k {
	case keys.Enter, keys.Escape, keys.Extras, keys.Sale:
		p.Back()
	case keys.Tab, keys.Down:
		p.move(1)
	case keys.Up:
		p.move(-1)
	case keys.Left, keys.Right:
		if p.chosen == Tip {
			p.next(map[keys.Key]int{keys.Left: -1, keys.Right: 1}[k])
		}
	case keys.Erase:
		if line := p.line(p.chosen); line != nil {
			line.Erase()
			p.edited()
		} else {
			p.Press(caps.Erase)
		}
	default:
		return false
	}
	return true
}
