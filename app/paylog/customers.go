package paylog

import (
	"context"
	"strings"
	"unicode"

	"paydesk/app/form"
	"paydesk/app/look"
	"paydesk/app/text"
	"paydesk/terminal/order"
)

// customers are those whose payments become a balance. With match, one is chosen
// for it.
type customers struct {
	p     *Presenter
	match *order.Notice
	found []order.Customer
	read  bool
}

func (c *customers) searched() {}

func (c *customers) head() (string, string) {
	if c.match != nil {
		return text.Get("paylog.match.title", amount(*c.match)), text.Get("paylog.match.from", payer(*c.match))
	}
	return text.Get("paylog.folder.customers"), text.Get("paylog.folder.customers.say")
}

// payer is who paid, as the provider says.
func payer(n order.Notice) string {
	if n.PayerName == "" || n.Payer == "" {
		return n.PayerName + n.Payer
	}
	return n.PayerName + ", " + n.Payer
}

func (c *customers) load() {
	words := c.p.filter.text
	c.p.run(func(ctx context.Context) func() {
		found, err := c.p.desk.Customers(ctx, words)
		return func() {
			if err != nil {
				c.p.refused(err)
				return
			}
			c.found, c.read = found, true
			c.p.Changed()
		}
	})
}

func (c *customers) rows() []row {
	add := row{Item: form.Item{Name: text.Get("paylog.customer.add"), Say: text.Get("paylog.customer.add.say"), Shape: look.Up}, do: c.add}
	if c.match != nil {
		add.Say = text.Get("paylog.customer.add.match")
	}
	rows := []row{add}
	for _, o := range c.found {
		rows = append(rows, row{Item: form.Item{Name: o.Name, Say: strings.Join(o.Emails, ", "), Value: balances(o), Shape: look.Person}, do: func() { c.choose(o) }})
	}
	return rows
}

// balances are what a customer has, in each currency.
func balances(c order.Customer) string {
	var all []string
	for _, b := range c.Balances {
		all = append(all, text.Money(b))
	}
	return strings.Join(all, "\n")
}

func (c *customers) choose(o order.Customer) {
	if c.match == nil {
		c.p.enter(&customer{p: c.p, customer: o})
		return
	}
	c.p.Ask(text.Get("paylog.match.ask", amount(*c.match), o.Name), text.Get("paylog.match.text", payer(*c.match)), text.Get("paylog.match.yes"), func() {
		c.p.do(func(ctx context.Context) error { return c.p.desk.MatchNotice(ctx, c.match.ID, o.ID) }, func() {
			c.p.back()
			c.p.tell(text.Get("paylog.match.done", o.Name), false)
		})
	})
}

// add begins a new customer: the payer of what is to be matched.
func (c *customers) add() {
	fresh := order.Customer{}
	if c.match != nil {
		fresh.Name, fresh.Emails = c.match.PayerName, []string{c.match.Payer}
	}
	c.p.fillCustomer(text.Get("paylog.customer.add"), fresh)
}

// mostEmails is how many letters the addresses of a customer have, at most.
const mostEmails = 400

// fillCustomer begins the form of a customer.
func (p *Presenter) fillCustomer(title string, c order.Customer) {
	name := &form.Field{Key: "name", Label: text.Get("paylog.field.name"), Most: order.MaxCustomer, Check: needed("paylog.field.name.needed")}
	emails := &form.Field{Key: "emails", Label: text.Get("paylog.field.emails"), Empty: text.Get("paylog.field.emails.empty"), Most: mostEmails}
	name.Fill(c.Name)
	emails.Fill(strings.Join(c.Emails, " "))
	p.fill(title, func(f *form.Form) {
		c.Name = f.Field("name").Value()
		c.Emails = strings.FieldsFunc(f.Field("emails").Value(), func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' })
		p.do(func(ctx context.Context) error { return p.desk.SaveCustomer(ctx, c) }, func() { p.tell(text.Get("paylog.customer.saved", c.Name), false) })
	}, name, emails)
}

// needed wants something to be entered.
func needed(key string) func(string) string {
	return func(value string) string {
		if value == "" {
			return text.Get(key)
		}
		return ""
	}
}

// customer is one with the balances and what changed them.
type customer struct {
	p        *Presenter
	customer order.Customer
	log      *entries
}

func (c *customer) head() (string, string) {
	return c.customer.Name, strings.Join(c.customer.Emails, ", ")
}

func (c *customer) load() {
	id := c.customer.ID
	if c.log == nil {
		c.log = &entries{p: c.p, query: order.NoticeQuery{Customer: id}, title: c.customer.Name}
	}
	c.log.load()
	c.p.run(func(ctx context.Context) func() {
		all, err := c.p.desk.Customers(ctx, "")
		return func() {
			for _, o := range all {
				if err == nil && o.ID == id {
					c.customer = o
				}
			}
			c.p.Changed()
		}
	})
}

func (c *customer) rows() []row {
	rows := []row{{Item: form.Item{Name: text.Get("paylog.customer.change"), Say: text.Get("paylog.customer.change.say"), Shape: look.Person},
		do: func() { c.p.fillCustomer(text.Get("paylog.customer.change"), c.customer) }}}
	for _, b := range c.customer.Balances {
		rows = append(rows, row{Item: form.Item{Name: text.Get("paylog.balance"), Value: text.Money(b), Shape: look.Tray}})
	}
	if c.log != nil {
		rows = append(rows, c.log.rows()...)
	}
	return rows
}
