// Package span is for choosing some business days: today, a week, a month, or
// from one day to another. It is a page of a screen of the back office.
package span

import (
	"time"

	"paydesk/app/form"
	"paydesk/app/keys"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// Span is some business days, the first and the last of them.
type Span struct{ From, To order.Day }

// Preset is a span that goes with the day. Its name is a part of the catalogue's
// keys.
type Preset struct {
	Name string
	of   func(today time.Time) (from, to time.Time)
}

// Presets are those that can be chosen, in their order. A week begins with
// Monday (ISO 8601).
var Presets = []Preset{
	{"today", func(t time.Time) (time.Time, time.Time) { return t, t }},
	{"week", func(t time.Time) (time.Time, time.Time) { return monday(t), t }},
	{"month", func(t time.Time) (time.Time, time.Time) { return first(t, 0), t }},
	{"lastmonth", func(t time.Time) (time.Time, time.Time) { return first(t, -1), first(t, 0).AddDate(0, 0, -1) }},
}

func monday(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday())+6)%7) }

func first(t time.Time, months int) time.Time {
	return time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
}

// Of is the preset's span on a day.
func (p Preset) Of(today order.Day) Span {
	from, to := p.of(Date(today))
	return Span{Of(from), Of(to)}
}

// Last is a number of days up to today.
func Last(days int, today order.Day) Span { return Span{Add(today, 1-days), today} }

// Date is midnight of a day; of what is no day, the zero time.
func Date(d order.Day) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// Of is the day of a date.
func Of(t time.Time) order.Day { return order.Day(t.Format(time.DateOnly)) }

// Add is a day some days later.
func Add(d order.Day, days int) order.Day { return Of(Date(d).AddDate(0, 0, days)) }

// Monday is the day on which the week of a day begins.
func Monday(d order.Day) order.Day { return Of(monday(Date(d))) }

// Month is the first day of the month that lies some months after a day's.
func Month(d order.Day, months int) order.Day { return Of(first(Date(d), months)) }

// Moment is a time by the shop's clock.
func Moment(days order.Days, t time.Time) string {
	if days.Zone == nil {
		return text.Moment(t.UTC())
	}
	return text.Moment(t.In(days.Zone))
}

// Words is the span as people read it.
func (s Span) Words() string {
	if s.From == s.To {
		return text.Day(Date(s.From))
	}
	return text.Get("days.words", text.Dated(Date(s.From)), text.Dated(Date(s.To)))
}

// Chooser asks for a span. All methods are for the window's goroutine.
type Chooser struct {
	// Span is what is chosen, Changed is called when the page is to be shown
	// again, Chosen when another span was.
	Span    Span
	Changed func()
	Chosen  func()

	today order.Day
	open  bool
	at    int
	form  *form.Form
}

// NewChooser makes a chooser that is shut.
func NewChooser() *Chooser { return &Chooser{Changed: func() {}, Chosen: func() {}} }

// Open shows what can be chosen on a day.
func (c *Chooser) Open(today order.Day) {
	c.today, c.open, c.at, c.form = today, true, 0, nil
	for i, p := range Presets {
		if p.Of(today) == c.Span {
			c.at = i
		}
	}
	c.Changed()
}

// IsOpen reports whether its page is shown.
func (c *Chooser) IsOpen() bool { return c.open }

// Shut takes the page away.
func (c *Chooser) Shut() { c.open, c.form = false, nil }

// Page is what is shown.
func (c *Chooser) Page() form.Page {
	v := form.Page{Title: text.Get("days.title"), Back: text.Get("days.back"), RightAt: c.at, Inside: true}
	if c.form != nil {
		v.Form, v.Title, v.Main = c.form, text.Get("days.days"), text.Get("days.show")
		return v
	}
	for _, p := range Presets {
		of := p.Of(c.today)
		item := form.Item{Name: text.Get("days." + p.Name), Say: of.Words(), Shape: look.Dot, Tint: look.Line}
		if of == c.Span {
			item.Shape, item.Tint = look.Check, look.Accent
		}
		v.Right = append(v.Right, item)
	}
	v.Right = append(v.Right, form.Item{Name: text.Get("days.days"), Say: text.Get("days.days.say"), Shape: look.Right})
	return v
}

// Pick chooses a row.
func (c *Chooser) Pick(i int) {
	switch {
	case i < 0 || i > len(Presets):
	case i < len(Presets):
		c.choose(Presets[i].Of(c.today))
	default:
		c.at = i
		c.fill()
	}
}

func (c *Chooser) choose(s Span) {
	c.Span = s
	c.Shut()
	c.Chosen()
	c.Changed()
}

// fill asks for the two days. One that is left empty stays as it is.
func (c *Chooser) fill() {
	from := &form.Field{Key: "from", Label: text.Get("days.from"), Empty: string(c.Span.From), Most: 10, Check: wrong}
	to := &form.Field{Key: "to", Label: text.Get("days.to"), Empty: string(c.Span.To), Most: 10, Check: wrong}
	from.Fill("")
	to.Fill("")
	f := form.New(from, to)
	f.Changed, f.Done = func() { c.Changed() }, func() {
		s := Span{dayOf(from.Value(), c.Span.From), dayOf(to.Value(), c.Span.To)}
		if s.To < s.From {
			f.Say("to", text.Get("days.wrong.order"))
			return
		}
		c.choose(s)
	}
	c.form = f
	c.Changed()
}

// dayOf is the day that was typed, with its hyphens or without; nothing is the
// day before.
func dayOf(typed string, before order.Day) order.Day {
	if typed == "" {
		return before
	}
	if len(typed) == 8 {
		typed = typed[:4] + "-" + typed[4:6] + "-" + typed[6:]
	}
	return order.Day(typed)
}

// wrong is what is wrong with a day, or "".
func wrong(typed string) string {
	if Date(dayOf(typed, "2000-01-01")).Year() < 2000 {
		return text.Get("days.wrong.day")
	}
	return ""
}

// Leave goes one step back.
func (c *Chooser) Leave() {
	if c.form != nil {
		c.form = nil
	} else {
		c.Shut()
	}
	c.Changed()
}

// End finishes the form.
func (c *Chooser) End() {
	if c.form != nil {
		c.form.End()
	}
}

// Key handles a key of the keyboard.
func (c *Chooser) Key(k keys.Key) bool {
	switch {
	case k == keys.Escape:
		c.Leave()
	case c.form != nil:
		return c.form.Key(k)
	case k == keys.Up || k == keys.Down || k == keys.Tab:
		by := map[bool]int{true: -1, false: 1}[k == keys.Up]
		c.at = min(max(0, c.at+by), len(Presets))
		c.Changed()
	case k == keys.Enter:
		c.Pick(c.at)
	default:
		return false
	}
	return true
}

// Rune handles a sign of the keyboard, Paste what is pasted.
func (c *Chooser) Rune(r rune) {
	if c.form != nil {
		c.form.Rune(r)
	}
}

// Paste: see Rune.
func (c *Chooser) Paste(words string) {
	if c.form != nil {
		c.form.Paste(words)
	}
}
