package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// billFlags make a payment a leg of a bill: of one that is open, or of a new one
// of which it pays all.
type billFlags struct{ bill, tax, tip, number, customer string }

func (f *billFlags) addTo(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.bill, "bill", "", "pay a part of a bill that is open (bill list)")
	fl.StringVar(&f.tax, "tax", "", "tax on top of AMOUNT")
	fl.StringVar(&f.tip, "tip", "", "tip on top of AMOUNT")
	fl.StringVar(&f.number, "number", "", "the shop's order number")
	fl.StringVar(&f.customer, "customer", "", "the customer's name")
}

// of is the bill, and how much of it is paid now; nil and the amount where no
// flag asks for a bill.
func (f billFlags) of(ctx context.Context, t *terminal.Terminal, amount money.Amount) (*order.Bill, money.Amount, error) {
	switch {
	case f == billFlags{}:
		return nil, amount, nil
	case f.bill != "" && f != billFlags{bill: f.bill}:
		return nil, amount, errors.New("tax, tip, number and customer are those of the bill: leave them away, or --bill")
	case f.bill != "":
		v, err := t.Bill(ctx, f.bill)
		return &v.Bill, amount, err
	}
	b := order.Bill{ID: t.NewOrderID(), Goods: amount, Number: f.number, Customer: f.customer}
	for text, to := range map[string]*money.Amount{f.tax: &b.Tax, f.tip: &b.Tip} {
		if text == "" {
			continue
		}
		var err error
		if *to, err = money.Parse(text, amount.Currency); err != nil {
			return nil, amount, amountError(text, amount.Currency, err)
		}
	}
	return &b, b.Total(), nil
}

// afterLeg tells what is left of a bill. One of which nothing was paid has
// nobody to go on with it.
func (a *app) afterLeg(ctx context.Context, t *terminal.Terminal, b *order.Bill) error {
	if b == nil {
		return nil
	}
	v, err := t.Bill(ctx, b.ID)
	switch {
	case err != nil || v.State != order.BillOpen:
		return err
	case v.Paid.IsZero() && v.Pending.IsZero():
		return t.CancelBill(ctx, b.ID, "")
	}
	_, err = fmt.Fprintf(a.env.Err, "%s is left of bill %s. Take it with --bill, or give the bill up: paydesk bill cancel %[2]s\n", v.Left.Display(), v.ID)
	return err
}

// bill is about bills that are paid in several parts.
func (a *app) bill() *cobra.Command {
	c := &cobra.Command{Use: "bill", Short: "Bills that are paid in several parts: list, show, cancel"}
	var asJSON bool
	list := &cobra.Command{Use: "list", Short: "List the bills that are open or being cancelled", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				for _, v := range t.Snapshot().Bills {
					if err := a.tellBill(v, asJSON); err != nil {
						return err
					}
				}
				return nil
			})
		}}
	show := &cobra.Command{Use: "show ID", Short: "Show a bill with its payments", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				v, err := t.Bill(c.Context(), args[0])
				if err != nil {
					return err
				}
				return a.tellBill(v, asJSON)
			})
		}}
	for _, sub := range []*cobra.Command{list, show} {
		sub.Flags().BoolVar(&asJSON, "json", false, "print as JSON, a bill a line")
		c.AddCommand(sub)
	}
	var reason string
	cancel := &cobra.Command{Use: "cancel ID", Short: "Give a bill up that is not paid: what was paid of it goes back", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return a.cancelBill(c.Context(), t, args[0], reason) })
		}}
	cancel.Flags().StringVar(&reason, "reason", "", "why")
	c.AddCommand(cancel)
	return c
}

func (a *app) cancelBill(ctx context.Context, t *terminal.Terminal, id, reason string) error {
	if err := a.signIn(ctx, t); err != nil {
		return err
	}
	if _, err := t.Bill(ctx, id); err != nil {
		return err
	}
	if err := t.CancelBill(ctx, id, reason); err != nil {
		return err
	}
	var v engine.BillView
	waitUntil(ctx, t, 2*time.Minute, func() bool {
		var err error
		v, err = t.Bill(ctx, id)
		return err != nil || v.State.Final() || stuck(v)
	})
	if err := a.tellBill(v, false); err != nil || v.State == order.BillCancelled {
		return err
	}
	return exitError(ExitUnknown)
}

// stuck reports that no part of a bill is being worked at, and one needs a
// person.
func stuck(v engine.BillView) (yes bool) {
	for _, p := range v.Parts {
		switch p.State {
		case order.LegStuck:
			yes = true
		case order.LegBacking, order.LegPending:
			return false
		}
	}
	return yes
}

// billJSON is a bill as scripts see it.
type billJSON struct {
	ID       string    `json:"id"`
	State    string    `json:"state"`
	Total    string    `json:"total"`
	Goods    string    `json:"goods"`
	Tax      string    `json:"tax"`
	Tip      string    `json:"tip"`
	Paid     string    `json:"paid"`
	Pending  string    `json:"pending"`
	Left     string    `json:"left"`
	Currency string    `json:"currency"`
	Number   string    `json:"number,omitempty"`
	Note     string    `json:"note,omitempty"`
	Customer string    `json:"customer,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Legs     []legJSON `json:"legs"`
}

type legJSON struct {
	Order  string `json:"order"`
	Tender string `json:"tender"`
	Amount string `json:"amount"`
	State  string `json:"state"`
	Number string `json:"number,omitempty"` // of the payment by card, or the cash
}

func (a *app) tellBill(v engine.BillView, asJSON bool) error {
	j := billJSON{ID: v.ID, State: string(v.State), Total: v.Total().Decimal(), Goods: v.Goods.Decimal(), Tax: v.Tax.Decimal(), Tip: v.Tip.Decimal(),
		Paid: v.Paid.Decimal(), Pending: v.Pending.Decimal(), Left: v.Left.Decimal(), Currency: string(v.Goods.Currency),
		Number: v.Number, Note: v.Note, Customer: v.Customer, Reason: v.Reason}
	for _, p := range v.Parts {
		l := legJSON{Order: p.Order, Tender: string(p.Tender), Amount: p.Amount.Decimal(), State: string(p.State)}
		switch {
		case p.Cash != nil:
			l.Number = p.Cash.ID
		case p.Sale != nil:
			l.Number = p.Sale.Number
		case p.Stored != nil:
			l.Number = p.Stored.ID
		}
		j.Legs = append(j.Legs, l)
	}
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(j)
	}
	fmt.Fprintf(a.env.Out, "%s  %s  %s: %s paid, %s under way, %s left  %s %s\n", v.ID, v.State, v.Total().Display(),
		v.Paid.Display(), v.Pending.Display(), v.Left.Display(), v.Number, v.Customer)
	for i, l := range j.Legs {
		fmt.Fprintf(a.env.Out, "    %s  %-7s  %s  %s\n", l.Number, l.Tender, v.Parts[i].Amount.Display(), l.State)
	}
	return nil
}
