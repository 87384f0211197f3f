package order

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"paydesk/terminal/money"
)

// Tally adds movements up, one by one and in their order, to the figures that every
// report, screen and export shows. It is for one goroutine.
type Tally struct {
	unit money.Currency
	days Days
	by   map[money.Currency]*figures
}

// figures are those of one currency while they grow.
type figures struct {
	Figures
	tenders, brands, operators map[string]*Part
	hours                      [24]*Part
	// feeless are the payments by wallet whose fee is not known.
	feeless map[string]bool
}

// NewTally begins the figures of a shop, whose currency is unit.
func NewTally(unit money.Currency, days Days) *Tally {
	t := &Tally{unit: unit, days: days, by: map[money.Currency]*figures{}}
	t.of(unit)
	return t
}

// SumUp is the figures of movements by currency, the shop's first: one function for
// all that shows totals.
func SumUp(unit money.Currency, days Days, movements iter.Seq2[Movement, error]) ([]Figures, error) {
	t := NewTally(unit, days)
	for m, err := range movements {
		if err == nil {
			err = t.Add(m)
		}
		if err != nil {
			return nil, err
		}
	}
	return t.Figures(), nil
}

func (t *Tally) of(c money.Currency) *figures {
	f := t.by[c]
	if f == nil {
		none := money.New(0, c)
		zero := Sum{Amount: none}
		f = &figures{Figures: Figures{Currency: c, Sales: zero, Voids: zero, Returns: zero, Net: none, Tax: none, Tips: none,
			Fees: none, CashIn: zero, CashOut: zero},
			tenders: map[string]*Part{}, brands: map[string]*Part{}, operators: map[string]*Part{}, feeless: map[string]bool{}}
		t.by[c] = f
	}
	return f
}

// Add takes the next movement. It fails where a total would not fit.
func (t *Tally) Add(m Movement) error {
	if m.Kind == MovedNoSale {
		t.of(t.unit).NoSales++
		return nil
	}
	f := t.of(m.Amount.Currency)
	var err error
	switch m.Kind {
	case MovedIn:
		err = f.CashIn.add(m.Amount)
	case MovedOut:
		err = f.CashOut.add(m.Amount)
	case MovedFee:
		err = f.fee(m)
	default:
		hour := t.days.Hour(m.At)
		if f.hours[hour] == nil {
			f.hours[hour] = newPart(fmt.Sprintf("%02d", hour), f.Currency)
		}
		err = cmp.Or(f.trade(m), f.hours[hour].add(m))
	}
	if err != nil {
		return fmt.Errorf("event %d of the journal cannot be added up: %w", m.Seq, err)
	}
	return nil
}

// trade takes a sale, void or return.
func (f *figures) trade(m Movement) error {
	whole := Part{Sales: f.Sales, Voids: f.Voids, Returns: f.Returns, Net: f.Net}
	err := whole.add(m)
	f.Sales, f.Voids, f.Returns, f.Net = whole.Sales, whole.Voids, whole.Returns, whole.Net
	sign := m.sign()
	err = cmp.Or(err, grow(&f.Tax, sign*m.Tax.Minor), grow(&f.Tips, sign*m.Tip.Minor), f.fee(m),
		part(f.tenders, string(m.Tender), f.Currency).add(m), part(f.operators, m.Operator, f.Currency).add(m))
	if m.Brand != "" {
		err = cmp.Or(err, part(f.brands, m.Brand, f.Currency).add(m))
	}
	return err
}

// fee takes what a provider keeps, or gives back.
func (f *figures) fee(m Movement) error {
	switch known := m.Fee.Currency != ""; {
	case m.Tender == TenderWallet && m.Kind == MovedSale && m.Of == "" && !known:
		f.feeless[m.GUID] = true
	case m.Kind == MovedFee:
		delete(f.feeless, m.GUID)
	}
	return grow(&f.Fees, m.Fee.Minor)
}

// Figures are those of all movements so far. The shop's currency is there without
// any.
func (t *Tally) Figures() []Figures {
	var all []Figures
	for _, f := range t.by {
		sum := f.Figures
		sum.FeesUnknown = len(f.feeless)
		sum.ByTender, sum.ByBrand, sum.ByOperator = parts(f.tenders), parts(f.brands), parts(f.operators)
		for _, p := range f.hours {
			if p != nil {
				sum.ByHour = append(sum.ByHour, *p)
			}
		}
		all = append(all, sum)
	}
	slices.SortFunc(all, func(a, b Figures) int {
		switch t.unit {
		case a.Currency:
			return -1
		case b.Currency:
			return 1
		}
		return cmp.Compare(a.Currency, b.Currency)
	})
	return all
}

// sign is how a movement counts in what is net.
func (m Movement) sign() int64 {
	switch m.Kind {
	case MovedSale:
		return 1
	case MovedVoid, MovedReturn:
		return -1
	}
	return 0
}

func (p *Part) add(m Movement) error {
	sum := &p.Sales
	switch m.Kind {
	case MovedVoid:
		sum = &p.Voids
	case MovedReturn:
		sum = &p.Returns
	}
	return cmp.Or(sum.add(m.Amount), grow(&p.Net, m.sign()*m.Amount.Minor))
}

func (s *Sum) add(a money.Amount) error {
	s.Count++
	return grow(&s.Amount, a.Minor)
}

// grow adds minor units to a total. What is no amount of its own, such as a share
// of tax that there is none of, adds nothing.
func grow(total *money.Amount, minor int64) error {
	grown, err := total.Add(money.New(minor, total.Currency))
	if err == nil {
		*total = grown
	}
	return err
}

func newPart(name string, c money.Currency) *Part {
	none := Sum{Amount: money.New(0, c)}
	return &Part{Name: name, Sales: none, Voids: none, Returns: none, Net: none.Amount}
}

func part(of map[string]*Part, name string, c money.Currency) *Part {
	p := of[name]
	if p == nil {
		p = newPart(name, c)
		of[name] = p
	}
	return p
}

func parts(of map[string]*Part) (all []Part) {
	for _, name := range slices.Sorted(maps.Keys(of)) {
		all = append(all, *of[name])
	}
	return all
}
