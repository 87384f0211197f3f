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
	all, whole                                                                 bool
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
	f.StringVar(&w.kind, "kind", "", "sale, hold, cash, stored, return, void, capture, check or card; several with commas")
	f.BoolVar(&w.all, "all", false, "whatever its kind; without it and --kind, sales and holds alone")
	f.StringVar(&w.operator, "operator", "", "made by the person with this id: paydesk users lists them")
	f.StringVar(&w.number, "number", "", "with a number that begins so")
	f.StringVar(&w.text, "text", "", "with these words, or their beginnings, in the holder's name, the note, the order's id, the authorisation code or the reference")
	f.BoolVar(&w.whole, "whole", false, "--text is whole words, not their beginnings")
	f.StringVar(&w.before, "before", "", "go on behind this number, the last one of an earlier list")
}

// query turns the words into a query, with amounts in the currency.
func (w wanted) query(c money.Currency) (q order.Query, err error) {
	q = order.Query{Before: w.before, Last4: w.last4, Operator: w.operator, Number: strings.ToUpper(w.number), Text: w.text, Whole: w.whole}
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
	if q.Kinds, err = w.kinds(); err != nil {
		return q, err
	}
	for _, text := range w.states {
		state := order.State(strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(text), "-", "_")))
		if !slices.Contains(order.States, state) && !slices.Contains(order.StoredStates, order.StoredState(state)) && !slices.Contains(order.FollowStates, order.FollowState(state)) {
			return q, fmt.Errorf("%q is no state: write one of %s", text, stateNames())
		}
		q.States = append(q.States, state)
	}
	return q, nil
}

// kindNames are the kinds as people write them.
var kindNames = map[string]order.Kind{"sale": order.KindSale, "hold": order.KindAuth, "cash": order.KindCash, "stored": order.KindStored,
	"return": order.KindReturn, "void": order.KindVoid, "capture": order.KindTaken, "check": order.KindCheck, "card": order.KindIssue}

// kinds are those that are asked for; none is all.
func (w wanted) kinds() (kinds []order.Kind, err error) {
	switch {
	case w.all && w.kind != "":
		return nil, fmt.Errorf("--all is every kind: leave it, or --kind, away")
	case w.all:
		return nil, nil
	case w.kind == "":
		return order.AttemptKinds, nil
	}
	for _, name := range strings.Split(w.kind, ",") {
		kind, ok := kindNames[strings.TrimSpace(name)]
		if !ok {
			return nil, fmt.Errorf("%q is no kind of payment: write sale, hold, cash, stored, return, void, capture, check or card", name)
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
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
