package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"paydesk/receipts/text"
	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// storedSale is a stored sale as scripts see it.
type storedSale struct {
	ID       string `json:"id"`
	Order    string `json:"order"`
	State    string `json:"state"`
	Amount   string `json:"amount"`
	Approved string `json:"approved"`
	Owed     string `json:"owed"`
	Currency string `json:"currency"`
	Brand    string `json:"brand,omitempty"`
	Last4    string `json:"last4,omitempty"`
	Charged  string `json:"charged,omitempty"` // the payment or check whose card on file it is
	Number   string `json:"number,omitempty"`
	Cause    string `json:"cause,omitempty"`
	Code     string `json:"code,omitempty"`
	Message  string `json:"message,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Created  string `json:"created"`
}

func storedJSON(s order.Stored) storedSale {
	approved := s.Approved
	approved.Currency = s.Amount.Currency
	return storedSale{ID: s.ID, Order: s.Order, State: string(s.State), Amount: s.Amount.Decimal(), Approved: approved.Decimal(),
		Owed: s.Owed().Decimal(), Currency: string(s.Amount.Currency), Brand: s.Brand, Last4: s.Last4, Charged: s.Charged, Number: s.Number,
		Cause: string(s.Cause), Code: s.Code, Message: s.Message, Reason: s.Reason, Created: s.Created.Format(stampForm)}
}

// storedWords says what a state means for the person at the counter.
func storedWords(s order.Stored) string {
	switch s.State {
	case order.StoredWaiting:
		if s.Cause == order.CauseSealed {
			return s.Message
		}
		return "waits for the bank"
	case order.StoredForwarding:
		return "is with the bank; not known yet"
	case order.StoredApproved:
		return "paid by the bank"
	case order.Uncollected:
		return "NOT PAID: " + s.Owed().Display() + " is missing. Collect it from the customer, or write it off" + inBrackets(order.Attempt{Code: s.Code, Message: s.Message})
	case order.Collected:
		return "paid by another order"
	case order.WrittenOff:
		return "given up: " + s.Reason
	}
	return "taken back before the bank was asked"
}

func (a *app) tellStored(s order.Stored, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(storedJSON(s))
	}
	_, err := fmt.Fprintf(a.env.Out, "%s  %s %s  %s **** %s  %s\n", s.ID, s.State, s.Amount.Display(), s.Brand, s.Last4, storedWords(s))
	return err
}

// storeUnsent stores the sale whose charge did not leave this machine, on the
// word that --offline is. What the bank may have seen is reported as it is.
func (a *app) storeUnsent(ctx context.Context, t *terminal.Terminal, c engine.Charge, cd *card.Card, asJSON bool) error {
	_, err := t.StoreOffer(ctx, c)
	if ctx, err = a.approved(ctx, t, err); err != nil { // found out before the card is taken
		return fmt.Errorf("not charged, and not stored: %w", err)
	}
	s, err := t.StoreSale(ctx, c, cd)
	if err != nil {
		return fmt.Errorf("not charged, and not stored: %w", err)
	}
	waitForPaper(ctx, t)
	if err := a.tellStored(s, asJSON); err != nil {
		return err
	}
	if asJSON {
		return exitError(ExitUnknown)
	}
	doc, err := t.Slip(ctx, order.DocumentStored, s.ID, engine.CopyCustomer)
	if err != nil {
		return err
	}
	fmt.Fprint(a.env.Out, "\n", text.Render(doc, 42))
	return errors.Join(a.printPaths(ctx, t, s.ID), exitError(ExitUnknown))
}

// twin is the same card without its security code, for a second use behind the
// first. Both are cleared by whoever they are given to.
func twin(cd *card.Card) (*card.Card, error) {
	return card.New(slices.Clone(cd.PAN()), nil, cd.Expiry(), cd.Holder())
}

// stored are the commands about sales that were taken while the bank was away.
func (a *app) stored() *cobra.Command {
	c := &cobra.Command{Use: "stored", Short: "Sales that were taken while the bank was away"}
	var asJSON bool
	run := func(use, short string, n int, f func(ctx context.Context, t *terminal.Terminal, args []string) error) *cobra.Command {
		sub := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(n), RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return f(c.Context(), t, args) })
		}}
		sub.Flags().BoolVar(&asJSON, "json", false, "print as JSON, one line each")
		return sub
	}
	var within time.Duration
	var reason string
	forward := run("forward", "Wait until the bank has decided about them; exit code 4 if some are left", 0,
		func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			return a.awaitForwarding(ctx, t, within, asJSON)
		})
	forward.Flags().DurationVar(&within, "within", 2*time.Minute, "how long to wait")
	decide := func(use, short string, n int, act func(ctx context.Context, t *terminal.Terminal, args []string) (order.Stored, error)) *cobra.Command {
		return a.approvable(run(use, short, n, func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if err := a.signIn(ctx, t); err != nil {
				return err
			}
			var s order.Stored
			err := a.withApproval(ctx, t, func(ctx context.Context) (err error) {
				s, err = act(ctx, t, args)
				return err
			})
			if err != nil {
				return err
			}
			return a.tellStored(s, asJSON)
		}))
	}
	withdraw := decide("withdraw ID", "Take one back before it is forwarded; its order can be paid otherwise then", 1,
		func(ctx context.Context, t *terminal.Terminal, args []string) (order.Stored, error) {
			return t.WithdrawStored(ctx, args[0], reason)
		})
	writeOff := decide("write-off ID", "Give up what is missing of one", 1,
		func(ctx context.Context, t *terminal.Terminal, args []string) (order.Stored, error) {
			return t.WriteOffStored(ctx, args[0], reason)
		})
	for _, sub := range []*cobra.Command{withdraw, writeOff} {
		sub.Flags().StringVar(&reason, "reason", "", "why, for the journal")
	}
	c.AddCommand(run("list", "List those that are not at their end, and what may yet be taken", 0,
		func(_ context.Context, t *terminal.Terminal, _ []string) error { return a.listStored(t, asJSON) }),
		forward, withdraw, writeOff,
		decide("collect ID ORDER", "Say that a later order paid what was missing of one", 2,
			func(ctx context.Context, t *terminal.Terminal, args []string) (order.Stored, error) {
				return t.CollectStored(ctx, args[0], args[1])
			}))
	return c
}

func (a *app) listStored(t *terminal.Terminal, asJSON bool) error {
	waiting, missing := t.StoredSales()
	for _, s := range append(waiting, missing...) {
		if err := a.tellStored(s, asJSON); err != nil {
			return err
		}
	}
	if !asJSON {
		v := t.Snapshot().Stored
		room := v.Room.Limits.Room(v.Room.Unsent, t.Now())
		fmt.Fprintf(a.env.Out, "Stored: %s. Not paid: %d, %s.\n", room.Text, v.MissingCount, v.MissingTotal.Display())
	}
	return nil
}

// awaitForwarding waits while the terminal forwards, and prints what became of
// each.
func (a *app) awaitForwarding(ctx context.Context, t *terminal.Terminal, within time.Duration, asJSON bool) error {
	before, _ := t.StoredSales()
	waitUntil(ctx, t, within, func() bool { return t.Snapshot().Stored.Room.Unsent.Count == 0 })
	waitForPaper(ctx, t)
	left := false
	for _, s := range before {
		s, err := t.Journal().Stored(ctx, s.ID)
		if err != nil {
			return err
		}
		left = left || s.State.Sealed()
		if err := a.tellStored(s, asJSON); err != nil {
			return err
		}
	}
	if left {
		return exitError(ExitUnknown)
	}
	return nil
}

// cash takes a payment in notes and coins.
func (a *app) cash() *cobra.Command {
	var tendered string
	var asJSON bool
	var f billFlags
	c := &cobra.Command{Use: "cash AMOUNT", Short: "Take one payment in cash", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				return a.runCash(c.Context(), t, args[0], tendered, f, asJSON)
			})
		}}
	f.addTo(c)
	c.Flags().StringVar(&tendered, "tendered", "", "what the customer gives; without it, the exact amount")
	c.Flags().BoolVar(&asJSON, "json", false, "print the payment as JSON")
	return c
}

func (a *app) runCash(ctx context.Context, t *terminal.Terminal, amountText, tenderedText string, f billFlags, asJSON bool) error {
	currency := t.Settings().Money.Currency
	amount, err := money.Parse(amountText, currency)
	if err != nil {
		return amountError(amountText, currency, err)
	}
	bill, amount, err := f.of(ctx, t, amount)
	if err != nil {
		return err
	}
	tendered := amount
	if tenderedText != "" {
		if tendered, err = money.Parse(tenderedText, currency); err != nil {
			return amountError(tenderedText, currency, err)
		}
	}
	if err := a.signIn(ctx, t); err != nil {
		return err
	}
	take := t.TakeCash
	if bill != nil {
		take = func(ctx context.Context, id string, amount, tendered money.Amount) (order.Cash, error) {
			return t.TakeCashFor(ctx, *bill, id, amount, tendered)
		}
	}
	c, err := take(ctx, t.NewOrderID(), amount, tendered)
	if err != nil {
		return err
	}
	if err := a.afterLeg(ctx, t, bill); err != nil {
		return err
	}
	waitForPaper(ctx, t)
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(map[string]string{"id": c.ID, "order": c.Order, "amount": c.Amount.Decimal(),
			"tendered": c.Tendered.Decimal(), "change": c.Change().Decimal(), "currency": string(c.Amount.Currency)})
	}
	fmt.Fprintf(a.env.Out, "%s  CASH %s  change %s\n", c.ID, c.Amount.Display(), c.Change().Display())
	return a.printPaths(ctx, t, c.ID)
}

// asOwner does what only the owner may; where nobody is signed in, somebody is
// asked first.
func (a *app) asOwner(ctx context.Context, t *terminal.Terminal, do func() error) error {
	err := do()
	var p *engine.Problem
	if errors.As(err, &p) && p.Code == engine.ProblemSignIn {
		if err = a.signIn(ctx, t); err == nil {
			err = do()
		}
	}
	return err
}
