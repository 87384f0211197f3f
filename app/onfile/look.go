package onfile

import (
	"context"
	"strings"

	"paydesk/app/entry"
	"paydesk/app/text"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// The bounds of one look: how many cards are shown, and how many pages of the
// journal are read for them.
const (
	mostCards = 50
	mostPages = 6
	pageSize  = 200
)

// look asks the journal for what was typed. One question at a time; what is
// typed meanwhile is asked for afterwards.
func (p *Presenter) look() {
	p.chosen = -1
	if p.again = p.looking; p.again {
		p.Changed()
		return
	}
	p.looking, p.problem = true, ""
	q, offer := query(p.words.Text()), p.offer
	p.Changed()
	p.run(func(ctx context.Context) func() {
		cards, err := find(ctx, p.desk, q, offer)
		return func() {
			if p.looking = false; p.again {
				p.look()
				return
			}
			p.cards, p.problem = cards, text.Of(err)
			p.Changed()
		}
	})
}

// query is what is asked for: four digits are the last of a card, a long word
// with digits in it the number of a payment, anything else words.
func query(words string) order.Query {
	q := order.Query{States: []order.State{order.Approved}, Limit: pageSize}
	digits := 0
	for _, r := range words {
		if entry.Digits(r) {
			digits++
		}
	}
	switch {
	case words == "":
	case len(words) == 4 && digits == 4:
		q.Last4 = words
	case len(words) >= 6 && digits >= 3 && !strings.Contains(words, " "):
		q.Number = strings.ToUpper(words)
	default:
		q.Text = words
	}
	return q
}

// find reads the cards on file that the account can charge, the newest first,
// each once.
func find(ctx context.Context, desk Desk, q order.Query, offer order.Offer) ([]engine.Sale, error) {
	var cards []engine.Sale
	seen := map[[3]string]bool{}
	for range mostPages {
		page, err := desk.Sales(ctx, q)
		if err != nil {
			return cards, err
		}
		for _, s := range page {
			card := [3]string{s.Brand, s.Last4, strings.ToLower(s.Holder)}
			if s.Token == "" || !offer.Takes(s.Token) || seen[card] {
				continue
			}
			seen[card] = true
			if cards = append(cards, s); len(cards) == mostCards {
				return cards, nil
			}
		}
		if len(page) < q.Limit {
			break
		}
		q.Before = page[len(page)-1].Number
	}
	return cards, nil
}
