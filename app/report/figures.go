package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"paydesk/app/payment"
	"paydesk/app/span"
	"paydesk/app/text"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// figures are those of the report in the currency in sight; false where there
// are none.
func (p *Presenter) figures(v *View) (order.Figures, bool) {
	z := p.report()
	switch {
	case z == nil:
		if v.Note == "" {
			v.Empty = text.Get("report.none")
		}
		return order.Figures{}, false
	case len(z.Figures) == 0:
		v.Empty = text.Get("report.nothing")
		return order.Figures{}, false
	}
	return z.Figures[p.unit%len(z.Figures)], true
}

// showFigures is the page with the numbers.
func showFigures(p *Presenter, v *View) {
	f, ok := p.figures(v)
	if !ok {
		return
	}
	z := p.report()
	v.Sheet = Sheet{Name: text.Get("report.net"), Net: text.Money(f.Net)}
	fees := Cell{Name: text.Get("report.fees"), Value: text.Money(f.Fees)}
	if f.FeesUnknown > 0 {
		fees.Say = text.Count("report.fees.unknown", f.FeesUnknown)
	}
	v.Sheet.Cells = []Cell{counted("sales", f.Sales), counted("returns", f.Returns), counted("voids", f.Voids),
		{Name: text.Get("report.tips"), Value: text.Money(f.Tips)}, {Name: text.Get("report.tax"), Value: text.Money(f.Tax)}, fees,
		counted("in", f.CashIn), counted("out", f.CashOut)}
	v.Sheet.Foot, v.Sheet.Alarm = p.foot(*z)
}

func counted(name string, s order.Sum) Cell {
	return Cell{Name: text.Get("report." + name), Value: text.Money(s.Amount), Say: text.Get("report.times", text.Number(s.Count))}
}

// foot says what the report begins with, or what of it has no end.
func (p *Presenter) foot(z order.ZReport) (words string, alarm bool) {
	var open []string
	for key, n := range map[string]int{"uncollected": len(z.Uncollected), "carried": len(z.Carried), "stored": len(z.Stored), "open": len(z.Open)} {
		if n > 0 {
			open = append(open, text.Get("report.open."+key+".count", text.Number(n)))
		}
	}
	if slices.Sort(open); len(open) > 0 {
		return text.Get("report.foot.open", strings.Join(open, ", ")), true
	}
	if z.Since.IsZero() {
		return "", false
	}
	return text.Get("report.foot.since", p.when(z.Since), p.when(z.At)), false
}

// hours is how many bars the chart of hours has at least.
const hours = 8

// showHours is the chart of the net of each hour, in the order of the business
// day.
func showHours(p *Presenter, v *View) {
	f, ok := p.figures(v)
	if !ok {
		return
	}
	begin := int(p.desk.Day().Cutoff.Hours())
	if z := p.report(); len(z.Cutoff) == 5 {
		if h, err := strconv.Atoi(z.Cutoff[:2]); err == nil {
			begin = h
		}
	}
	var day [24]*order.Part // from the hour at which the day begins
	first, last := len(day), -1
	for i := range f.ByHour {
		if h, err := strconv.Atoi(f.ByHour[i].Name); err == nil && h >= 0 && h < len(day) {
			at := (h - begin + len(day)) % len(day)
			day[at], first, last = &f.ByHour[i], min(first, at), max(last, at)
		}
	}
	if last < 0 {
		v.Empty = text.Get("report.nothing")
		return
	}
	for last-first+1 < hours {
		first, last = max(0, first-1), min(len(day)-1, last+1)
	}
	var read []string
	for at := first; at <= last; at++ {
		h := (begin + at) % len(day)
		bar := Bar{Name: two(h)}
		says := text.Get("report.read.nothing")
		if part := day[at]; part != nil {
			bar.Value, bar.Words = part.Net.Minor, text.Money(part.Net)
			says = text.Count("report.read.sales", part.Sales.Count, text.Money(part.Net))
		}
		v.Chart.Bars = append(v.Chart.Bars, bar)
		read = append(read, text.Get("report.read.hour", two(h), two((h+1)%len(day)))+"   "+says)
	}
	p.read1(v, read)
}

func two(hour int) string {
	if hour < 10 {
		return "0" + strconv.Itoa(hour)
	}
	return strconv.Itoa(hour)
}

// read1 chooses a bar, the highest where nobody did, and reads it.
func (p *Presenter) read1(v *View, read []string) {
	c := &v.Chart
	if c.Chosen = p.top().row; c.Chosen < 0 || c.Chosen >= len(c.Bars) {
		c.Chosen = 0
		for i, b := range c.Bars {
			if b.Value > c.Bars[c.Chosen].Value {
				c.Chosen = i
			}
		}
	}
	c.Read = read[c.Chosen]
}

// showParts is what came by which way of paying, brand and operator.
func showParts(p *Presenter, v *View) {
	f, ok := p.figures(v)
	if !ok {
		return
	}
	if len(f.ByTender) == 0 {
		v.Empty = text.Get("report.nothing")
		return
	}
	p.parts(v, "tender", f.ByTender, func(name string) string { return text.Get("report.tender." + strings.ToLower(name)) })
	p.parts(v, "brand", f.ByBrand, p.brand)
	p.parts(v, "operator", f.ByOperator, p.who)
}

// brand is a card's, or the name of a wallet.
func (p *Presenter) brand(name string) string {
	if name == strings.ToLower(name) {
		return payment.Provider(p.snapshot.Wallets, name)
	}
	return name
}

// parts are lying bars, the longest first.
func (p *Presenter) parts(v *View, kind string, parts []order.Part, word func(string) string) {
	if len(parts) == 0 {
		return
	}
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b order.Part) int { return cmp.Compare(b.Net.Minor, a.Net.Minor) })
	whole := int64(1)
	for _, part := range parts {
		whole = max(whole, part.Net.Minor, -part.Net.Minor)
	}
	v.Parts = append(v.Parts, Part{Head: true, Name: text.Get("report.by." + kind)})
	for _, part := range parts {
		v.Parts = append(v.Parts, Part{Name: word(part.Name), Say: text.Get("report.times", text.Number(part.Sales.Count)), Words: text.Money(part.Net), Value: part.Net.Minor, Whole: whole})
	}
}

// of is what a stretch has in a currency.
func of(s order.Stretch, unit money.Currency) (order.Figures, bool) {
	i := slices.IndexFunc(s.Figures, func(f order.Figures) bool { return f.Currency == unit })
	if i < 0 {
		return order.Figures{Currency: unit, Net: money.New(0, unit)}, false
	}
	return s.Figures[i], true
}

// showWeek holds the days of this week against those of the last.
func showWeek(p *Presenter, v *View) {
	if !p.read["week"] {
		return
	}
	unit, monday := p.currency(), span.Monday(p.today())
	net := map[order.Day]order.Figures{}
	var now, before money.Amount
	now, before = money.New(0, unit), money.New(0, unit)
	for _, s := range p.weeks {
		f, _ := of(s, unit)
		if net[s.Day] = f; s.Day >= monday {
			now.Minor += f.Net.Minor
		} else {
			before.Minor += f.Net.Minor
		}
	}
	var read []string
	for i := range 7 {
		day := span.Add(monday, i)
		this, last := net[day], net[span.Add(day, -7)]
		this.Net.Currency, last.Net.Currency = unit, unit
		words := text.Current().Language().Weekday(span.Date(day))
		v.Chart.Bars = append(v.Chart.Bars, Bar{Name: words, Value: this.Net.Minor, Before: last.Net.Minor, Words: text.Money(this.Net)})
		read = append(read, text.Get("report.read.week", text.Near(span.Date(day)), text.Money(this.Net), text.Money(last.Net)))
	}
	v.Chart.Now, v.Chart.Before = text.Get("report.thisweek", text.Money(now)), text.Get("report.lastweek", text.Money(before))
	p.read1(v, read)
}

// months is how many months are shown.
const months = 12

// showMonths is the net of each of the last months.
func showMonths(p *Presenter, v *View) {
	if !p.read["months"] {
		return
	}
	unit, today := p.currency(), p.today()
	net := map[string]order.Figures{}
	for _, s := range p.years {
		f, _ := of(s, unit)
		net[s.Day.Month()] = f
	}
	var read []string
	for i := range months {
		month := span.Month(today, i+1-months)
		f := net[month.Month()]
		f.Net.Currency = unit
		date := span.Date(month)
		name, _, _ := strings.Cut(text.Month(date), " ")
		v.Chart.Bars = append(v.Chart.Bars, Bar{Name: name, Value: f.Net.Minor, Words: text.Money(f.Net)})
		read = append(read, text.Month(date)+"   "+text.Count("report.read.sales", f.Sales.Count, text.Money(f.Net)))
	}
	p.read1(v, read)
}
