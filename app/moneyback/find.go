package moneyback

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"paydesk/app/entry"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	// page is how many payments are listed; recent how far back they are listed
	// where nothing is searched for.
	page   = 60
	recent = 14 * 24 * time.Hour
	// numberFrom is how many letters of a number tell it from a word.
	numberFrom = 6
)

// queries are what somebody may mean who types something: the last digits of a
// card, an amount, the number of a receipt, a name.
func queries(typed string, c money.Currency, now time.Time) []order.Query {
	base := order.Query{States: []order.State{order.Approved, order.State(order.QRPaid)},
		Kinds: []order.Kind{order.KindSale, order.KindAuth, order.KindCash, order.KindQR}, Limit: page}
	if typed == "" {
		base.From = now.Add(-recent)
		return []order.Query{base}
	}
	var all []order.Query
	add := func(change func(*order.Query)) {
		q := base
		change(&q)
		all = append(all, q)
	}
	if len(typed) == 4 && strings.IndexFunc(typed, func(r rune) bool { return !entry.Digits(r) }) < 0 {
		add(func(q *order.Query) { q.Last4 = typed })
	}
	if a, err := money.Parse(strings.NewReplacer("$", "", "€", "", "£", "", ",", "", " ", "").Replace(typed), c); err == nil && a.Minor > 0 {
		add(func(q *order.Query) { q.Least, q.Most = a, a })
	}
	if len(typed) >= numberFrom && strings.IndexFunc(typed, func(r rune) bool { return r > 'z' || r == ' ' }) < 0 {
		add(func(q *order.Query) { q.Number = strings.ToUpper(typed) })
	}
	if len(order.Words(typed)) > 0 {
		add(func(q *order.Query) { q.Text = typed })
	}
	return all
}

// parts bounds how often the terminal is asked on for one question.
const parts = 20

// find reads the payments that somebody may mean, newest first.
func find(ctx context.Context, desk Desk, typed string, c money.Currency, now time.Time) ([]engine.Item, error) {
	var found []engine.Item
	for _, q := range queries(typed, c, now) {
		some := 0
		for range parts {
			list, err := desk.List(ctx, q)
			if err != nil {
				return nil, err
			}
			for _, i := range list.Items {
				if !slices.ContainsFunc(found, func(o engine.Item) bool { return o.ID() == i.ID() }) {
					found = append(found, i)
				}
			}
			some += len(list.Items)
			if q.Before = list.Next; q.Before == "" || some >= page {
				break
			}
		}
	}
	slices.SortFunc(found, func(a, b engine.Item) int {
		return cmp.Or(b.Created().Compare(a.Created()), cmp.Compare(b.ID(), a.ID()))
	})
	return found[:min(page, len(found))], nil
}
