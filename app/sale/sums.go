package sale

import (
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// Tip is what the customer adds: a share of the goods, or, where there is no
// share, an amount in minor units.
type Tip struct {
	Rate  money.Rate
	Minor int64
}

// Of is the tip on goods.
func (t Tip) Of(goods money.Amount) money.Amount {
	if t.Rate != 0 {
		return t.Rate.Of(goods)
	}
	return money.New(t.Minor, goods.Currency)
}

// Sums are the parts of what is to be paid, and all of it.
type Sums struct{ Goods, Tax, Tip, Total money.Amount }

// Add adds up a sale. The tip is on the goods alone, not on their tax.
func Add(goods money.Amount, tax money.Rate, tip Tip) Sums {
	s := Sums{Goods: goods, Tax: tax.Of(goods), Tip: tip.Of(goods)}
	s.Total = order.Bill{Goods: s.Goods, Tax: s.Tax, Tip: s.Tip}.Total()
	return s
}

// Plain reports that nothing was added to the goods.
func (s Sums) Plain() bool { return s.Tax.Minor == 0 && s.Tip.Minor == 0 }
