package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// wanted is what a person asks of the payments, as it was typed.
type wanted struct {
	from, to, amount, least, most, last4, operator, number, text, kind, before string
	states                                                                     []string
}

func (w *wanted) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&w.from, "from", "", "made on this day or later, such as 2026-05-04 or \"2026-05-04 17:30\"")
	f.StringVar(&w.to, "to", "", "made on this day or earlier, or before this minute")
	f.StringVar(&w.amount, "amount", "", "exactly this amount asked, such as 12.50")
	f.StringVar(&w.least, "least", "", "this amount or more")
	f.StringVar(&w.most, "most", "", "this amount or less")
	f.StringVar(&w.last4, "last4", "", "the last four digits of the card")
	f.StringSliceVar(&w.states, "state", nil, "in this state, such as approved or unknown; several with commas")
	f.StringVar(&w.kind, "kind", "", "sale or hold")
	f.StringVar(&w.operator, "operator", "", "made by the person with this id: paydesk users lists them")
	f.StringVar(&w.number, "number", "", "with a number that begins so")
	f.StringVar(&w.text, "text", "", "with these words, or their beginnings, in the holder's name, the note, the order's id, the authorisation code or the reference")
	f.StringVar(&w.before, "before", "", "go on behind this number, the last one of an earlier list")
}

// query turns the words into a query, with amounts in the currency.
func (w wanted) query(c money.Currency) (q order.Query, err error) {
	q = order.Query{Before: w.before, Last4: w.last4, Operator: w.operator, Number: strings.ToUpper(w.number), Text: w.text}
	if w.amount != "" && (w.least != "" || w.most != "") {
		return q, fmt.Errorf("--amount is the exact amount: leave it, or --least and --most, away")
	}
	for _, a := range []struct {
		text string
		to   []*money.Amount
	}{{w.amount, []*money.Amount{&q.Least, &q.Most}}, {w.least, []*money.Amount{&q.Least}}, {w.most, []*money.Amount{&q.Most}}} {
		if a.text == "" {
			continue
		}
		parsed, err := money.Parse(a.text, c)
		if err != nil {
			return q, amountError(a.text, c, err)
		}
		for _, to := range a.to {
			*to = parsed
		}
	}
	if q.From, _, err = moment(w.from); err != nil {
		return q, err
	}
	var day bool
	if q.To, day, err = moment(w.to); err != nil {
		return q, err
	}
	if day {
		q.To = q.To.AddDate(0, 0, 1)
	}
	switch w.kind {
	case "":
	case "sale":
		q.Kinds = []order.Kind{order.KindSale}
	case "hold":
		q.Kinds = []order.Kind{order.KindAuth}
	default:
		return q, fmt.Errorf("%q is no kind of payment: write sale or hold", w.kind)
	}
	for _, text := range w.states {
		state := order.State(strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(text), "-", "_")))
		if !slices.Contains(order.States, state) {
			return q, fmt.Errorf("%q is no state: write one of %s", text, stateNames())
		}
		q.States = append(q.States, state)
	}
	return q, nil
}

func stateNames() string {
	var names []string
	for _, s := range order.States {
		names = append(names, strings.ToLower(strings.ReplaceAll(string(s), "_", "-")))
	}
	return strings.Join(names, ", ")
}

// moment reads a day or a minute in the computer's zone.
func moment(text string) (at time.Time, day bool, err error) {
	if text == "" {
		return time.Time{}, false, nil
	}
	if at, err = time.ParseInLocation("2006-01-02", text, time.Local); err == nil {
		return at, true, nil
	}
	if at, err = time.ParseInLocation("2006-01-02 15:04", text, time.Local); err != nil {
		err = fmt.Errorf("%q is no day: write it as 2026-05-04, or with a time as \"2026-05-04 17:30\"", text)
	}
	return at, false, err
}
