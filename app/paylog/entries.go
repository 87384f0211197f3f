package paylog

import (
	"cmp"
	"context"
	"strings"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// entries are those of a query, newest first.
type entries struct {
	p     *Presenter
	query order.NoticeQuery
	title string // "" is that of the folder
	found []order.Notice
	next  string // where older ones go on
	read  bool
	turn  int // the newest question; answers to older ones are dropped
}

func (e *entries) searched() {}

func (e *entries) head() (string, string) {
	if e.title != "" {
		return e.title, ""
	}
	key := "paylog.folder." + folders[e.p.folder].name
	return text.Get(key), text.Get(key + ".say")
}

// load reads as many as are in sight.
func (e *entries) load() { e.ask("", len(e.found)) }

func (e *entries) ask(before string, least int) {
	e.turn++
	mine, q := e.turn, e.p.filter.narrow(e.query, e.p.clock.Now())
	q.Before = before
	e.p.run(func(ctx context.Context) func() {
		found, next, err := read(ctx, e.p.desk, q, least)
		return func() {
			if mine != e.turn {
				return
			}
			if err != nil {
				e.p.refused(err)
				return
			}
			if e.read, e.next = true, next; before == "" {
				e.found = nil
			}
			e.found = append(e.found, found...)
			e.p.Changed()
		}
	})
}

// pages bounds how often the terminal is asked on for one question: a page may
// be empty and not the last.
const pages = 20

// read reads entries until there are some, and least of them.
func read(ctx context.Context, desk Desk, q order.NoticeQuery, least int) (found []order.Notice, next string, err error) {
	for range pages {
		page, err := desk.PaymentLog(ctx, q)
		if err != nil {
			return nil, "", err
		}
		found, q.Before = append(found, page.Notices...), page.Next
		if q.Before == "" || len(found) >= max(1, least) {
			break
		}
	}
	return found, q.Before, nil
}

func (e *entries) rows() (rows []row) {
	for _, n := range e.found {
		rows = append(rows, row{Item: e.p.item(n), do: func() { e.p.enter(&entry{p: e.p, notice: n}) }})
	}
	switch {
	case e.next != "":
		rows = append(rows, row{Item: form.Item{Name: text.Get("paylog.older"), Shape: look.Down}, do: func() { e.ask(e.next, 0) }})
	case len(rows) == 0 && e.read:
		rows = []row{{Item: form.Item{Name: text.Get("paylog.none"), Shape: look.Bar, Tint: look.Soft}}}
	case len(rows) == 0:
		rows = []row{{Item: form.Item{Name: text.Get("paylog.loading"), Shape: look.Clock, Tint: look.Soft}}}
	}
	return rows
}

// item is an entry as a row.
func (p *Presenter) item(n order.Notice) form.Item {
	i := form.Item{Name: cmp.Or(n.PayerName, n.Payer, text.Get(kindKey(n))), Value: amount(n)}
	i.Shape, i.Tint = stateLook(n.State)
	said := []string{text.Get(kindKey(n)), p.stateWord(n), p.when(n.Created)}
	if n.Test {
		said = append(said, text.Get("paylog.test"))
	}
	i.Say = strings.Join(said, " · ")
	return i
}

func kindKey(n order.Notice) string { return "paylog.kind." + strings.ToLower(string(n.Kind)) }

// stateWord is what became of an entry: whose balance it changed, where it did.
func (p *Presenter) stateWord(n order.Notice) string {
	if c, ok := p.people[n.Customer]; ok && n.State == order.NoticeCredited {
		return text.Get("paylog.creditedto", c.Name)
	}
	return text.Get("paylog.state." + strings.ToLower(string(n.State)))
}

func stateLook(s order.NoticeState) (look.Shape, look.Colour) {
	switch s {
	case order.NoticeCredited:
		return look.Check, look.TintApproved
	case order.NoticeRecorded:
		return look.Dot, look.TintNotCharged
	case order.NoticeReview:
		return look.Alert, look.TintReview
	case order.NoticeInvalid:
		return look.Cross, look.TintDeclined
	}
	return look.Clock, look.TintChecking
}

// amount is what moved; "" where it could not be read.
func amount(n order.Notice) string {
	if n.Gross.Currency == "" {
		return ""
	}
	return text.Money(n.Gross)
}

// entry is one in full.
type entry struct {
	p      *Presenter
	notice order.Notice
}

func (e *entry) head() (string, string) {
	n := e.notice
	title := strings.TrimSpace(amount(n) + "  " + cmp.Or(n.PayerName, n.Payer, text.Get(kindKey(n))))
	if say := n.Why.Text(); say != "" {
		return title, text.Say(say)
	}
	return title, e.p.stateWord(n)
}

// load reads the entry anew: it may be booked by now.
func (e *entry) load() {
	q := order.NoticeQuery{Text: e.notice.Txn}
	e.p.run(func(ctx context.Context) func() {
		found, _, err := read(ctx, e.p.desk, q, 1)
		return func() {
			for _, n := range found {
				if err == nil && n.ID == e.notice.ID {
					e.notice = n
				}
			}
			e.p.Changed()
		}
	})
}

func (e *entry) rows() []row {
	p, n := e.p, e.notice
	var f facts
	if n.Matchable() {
		f = append(f, row{Item: form.Item{Name: text.Get("paylog.match"), Say: text.Get("paylog.match.say"), Shape: look.Person},
			do: func() { p.enter(&customers{p: p, match: &n}) }})
	}
	if n.Code != "" {
		f = append(f, row{Item: form.Item{Name: text.Get("paylog.story"), Say: n.Code, Shape: look.Glass}, do: func() { p.Open(n.Code) }})
	}
	f.add("paylog.fact.state", p.stateWord(n))
	f.add("paylog.fact.kind", text.Get(kindKey(n)))
	f.add("paylog.fact.payer", n.Payer)
	f.add("paylog.fact.name", n.PayerName)
	f.add("paylog.fact.amount", amount(n))
	if n.Fee.Currency != "" {
		f.add("paylog.fact.fee", text.Money(n.Fee))
	}
	if n.Booked.Currency != "" {
		f.add("paylog.fact.booked", text.Money(n.Booked))
	}
	f.add("paylog.fact.item", n.Item)
	f.add("paylog.fact.memo", n.Memo)
	if !n.At.IsZero() {
		f.add("paylog.fact.at", p.when(n.At))
	}
	f.add("paylog.fact.created", p.when(n.Created))
	f.add("paylog.fact.txn", n.Txn)
	f.add("paylog.fact.parent", n.Parent)
	f.add("paylog.fact.says", strings.TrimSpace(n.Type+" "+n.Status+" "+n.Cause))
	f.add("paylog.fact.receiver", n.Receiver)
	f.add("paylog.fact.payout", n.Payout)
	f.add("paylog.fact.by", cmp.Or(p.names[n.By], n.By))
	return f
}
