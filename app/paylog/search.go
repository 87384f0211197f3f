package paylog

import (
	"time"

	"paydesk/app/form"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// finder is a page that can be searched.
type finder interface{ searched() }

// filter is what was searched for, in whatever folder.
type filter struct {
	text string
	days int // back from today; 0 is all
}

func (f filter) on() bool { return f.text != "" || f.days > 0 }

// spans are the stretches of time that can be chosen. Their names are parts of
// the catalogue's keys.
var spans = []struct {
	name string
	days int
}{{"any", 0}, {"today", 1}, {"week", 7}, {"month", 31}, {"year", 366}}

func (f filter) words() string {
	words := ""
	if f.text != "" {
		words = "“" + f.text + "”"
	}
	for _, s := range spans {
		if s.days == f.days && s.days > 0 {
			if words != "" {
				words += ", "
			}
			words += text.Get("paylog.when." + s.name)
		}
	}
	return text.Get("paylog.found", words)
}

// narrow is a query within the filter.
func (f filter) narrow(q order.NoticeQuery, now time.Time) order.NoticeQuery {
	q.Text = f.text
	if f.days > 0 {
		y, m, d := now.Date()
		q.From = time.Date(y, m, d, 0, 0, 0, 0, now.Location()).AddDate(0, 0, 1-f.days)
	}
	return q
}

// mostText is how many letters are searched for, at most.
const mostText = 80

// Search asks what to search for, or shows everything again.
func (p *Presenter) Search() {
	if _, ok := p.top().(finder); !ok || p.form != nil {
		return
	}
	p.at = 0
	if p.filter.on() {
		p.filter = filter{}
		p.tell("", false)
		p.top().load()
		return
	}
	words := &form.Field{Key: "text", Label: text.Get("paylog.field.text"), Empty: text.Get("paylog.field.text.empty"), Most: mostText}
	when := &form.Field{Key: "when", Label: text.Get("paylog.field.when"), Pad: form.Choice}
	for _, s := range spans {
		when.Options = append(when.Options, form.Option{Value: s.name, Words: text.Get("paylog.when." + s.name)})
	}
	words.Fill("")
	when.Fill(spans[0].name)
	p.fill(text.Get("paylog.search"), func(f *form.Form) {
		p.filter = filter{text: f.Field("text").Value()}
		for _, s := range spans {
			if s.name == f.Field("when").Value() {
				p.filter.days = s.days
			}
		}
		p.form, p.inside = nil, true
		p.Changed()
		p.top().load()
	}, words, when)
	p.main = text.Get("paylog.search")
}
