package order

import (
	"iter"

	"paydesk/terminal/money"
)

// DrawerOf is what should be in a drawer that began with a float, after movements:
// those in cash count, of the float's currency. What goes back of a sale in another
// one, from before the shop's currency was changed, came out of no drawer of this.
func DrawerOf(float money.Amount, movements iter.Seq2[Movement, error]) (Drawer, error) {
	none := money.New(0, float.Currency)
	d := Drawer{Float: float, Sales: none, Back: none, In: none, Out: none, Expected: float}
	for m, err := range movements {
		if err != nil {
			return d, err
		}
		if m.Kind == MovedNoSale {
			d.NoSales++
		}
		if m.Tender != TenderCash || m.Amount.Currency != float.Currency {
			continue
		}
		sum, sign := &d.Sales, int64(1)
		switch m.Kind {
		case MovedSale:
		case MovedReturn:
			sum, sign = &d.Back, -1
		case MovedIn:
			sum = &d.In
		case MovedOut:
			sum, sign = &d.Out, -1
		}
		if *sum, err = sum.Add(m.Amount); err != nil {
			return d, err
		}
		if d.Expected, err = d.Expected.Add(money.New(sign*m.Amount.Minor, m.Amount.Currency)); err != nil {
			return d, err
		}
	}
	return d, nil
}
