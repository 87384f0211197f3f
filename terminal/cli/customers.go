package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// customers is about those whose payments by notification become a balance.
func (a *app) customers() *cobra.Command {
	c := &cobra.Command{Use: "customers", Short: "Customers with a balance: list, add, edit"}
	var asJSON bool
	list := a.signedIn("list [TEXT]", "List the customers, or those with a text in name or e-mail address", 0, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		all, err := t.Customers(ctx, strings.Join(args, " "))
		for _, one := range all {
			if err := a.tellCustomer(one, asJSON); err != nil {
				return err
			}
		}
		return err
	})
	list.Args = cobra.ArbitraryArgs
	list.Flags().BoolVar(&asJSON, "json", false, "print as JSON, a customer a line")
	var emails []string
	var name string
	add := a.signedIn("add NAME", "Add a customer", 1, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		return t.SaveCustomer(ctx, order.Customer{Name: args[0], Emails: emails})
	})
	edit := a.signedIn("edit ID", "Give a customer another name, or other e-mail addresses in place of the old ones", 1, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		one, err := customerByID(ctx, t, args[0])
		if err != nil {
			return err
		}
		if name != "" {
			one.Name = name
		}
		if len(emails) > 0 {
			one.Emails = emails
		}
		return t.SaveCustomer(ctx, one)
	})
	edit.Flags().StringVar(&name, "name", "", "the new name")
	for _, sub := range []*cobra.Command{add, edit} {
		sub.Flags().StringSliceVar(&emails, "email", nil, "an address that the customer pays from; several with commas")
	}
	c.AddCommand(list, add, edit)
	return c
}

func customerByID(ctx context.Context, t *terminal.Terminal, id string) (order.Customer, error) {
	all, err := t.Customers(ctx, "")
	for _, one := range all {
		if one.ID == id {
			return one, err
		}
	}
	if err == nil {
		err = fmt.Errorf("there is no customer %q: paydesk customers list shows the ids", id)
	}
	return order.Customer{}, err
}

// customerJSON is a customer as scripts see it; balances are by currency.
type customerJSON struct {
	ID       string                    `json:"id"`
	Name     string                    `json:"name"`
	Emails   []string                  `json:"emails"`
	Balances map[money.Currency]string `json:"balances"`
}

func (a *app) tellCustomer(c order.Customer, asJSON bool) error {
	j := customerJSON{c.ID, c.Name, append([]string{}, c.Emails...), map[money.Currency]string{}}
	var balances []string
	for _, b := range c.Balances {
		j.Balances[b.Currency] = b.Decimal()
		balances = append(balances, b.Display())
	}
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(j)
	}
	_, err := fmt.Fprintf(a.env.Out, "%s  %s  %s  %s\n", c.ID, c.Name, strings.Join(c.Emails, ", "), strings.Join(balances, " "))
	return err
}

// payouts is about money that the shop pays to many at once.
func (a *app) payouts() *cobra.Command {
	c := &cobra.Command{Use: "payouts", Short: "Money that the shop pays out: add, list, csv, cancel"}
	var currency, note string
	var asJSON, again bool
	add := a.signedIn("add RECIPIENT AMOUNT", "Put a payout on the list; the recipient is an e-mail address, a PayPal account id or a phone number", 2,
		func(ctx context.Context, t *terminal.Terminal, args []string) error {
			in := t.Settings().Money.Currency
			if currency != "" {
				var err error
				if in, err = money.ParseCurrency(currency); err != nil {
					return err
				}
			}
			amount, err := money.Parse(args[1], in)
			if err != nil {
				return amountError(args[1], in, err)
			}
			return t.AddPayouts(ctx, []order.Payout{{To: args[0], Amount: amount, Note: note}})
		})
	add.Flags().StringVar(&currency, "currency", "", "the currency; without it, the shop's")
	add.Flags().StringVar(&note, "note", "", "what the recipient reads")
	list := a.signedIn("list", "List the payouts, newest first, and what became of them", 0, func(ctx context.Context, t *terminal.Terminal, _ []string) error {
		all, err := t.Payouts(ctx)
		for _, p := range all {
			if err := a.tellPayout(p, asJSON); err != nil {
				return err
			}
		}
		return err
	})
	csv := a.signedIn("csv [ID...]", "Write files for PayPal's upload: of the payouts with the ids, or of all that are in no file yet", 0,
		func(ctx context.Context, t *terminal.Terminal, args []string) error {
			files, err := t.PayoutFiles(ctx, args, again)
			if err != nil {
				return err
			}
			return a.tellPayoutFiles(files, asJSON)
		})
	csv.Args = cobra.ArbitraryArgs
	csv.Flags().BoolVar(&again, "again", false, "also what is in a file already: it is paid twice if both files are uploaded")
	for _, sub := range []*cobra.Command{list, csv} {
		sub.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	}
	c.AddCommand(add, list, csv, a.signedIn("cancel ID", "Take a payout off the list that is in no file yet", 1,
		func(ctx context.Context, t *terminal.Terminal, args []string) error {
			return t.CancelPayout(ctx, args[0])
		}))
	return c
}

// payoutJSON is a payout as scripts see it.
type payoutJSON struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	To       string `json:"to"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	Note     string `json:"note,omitempty"`
	File     string `json:"file,omitempty"`
	Written  int    `json:"written"`
	Txn      string `json:"txn,omitempty"`
	Cause    string `json:"cause,omitempty"`
	Created  string `json:"created"`
}

func (a *app) tellPayout(p order.Payout, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(payoutJSON{p.ID, string(p.State), p.To, p.Amount.Decimal(), string(p.Amount.Currency), p.Note, p.File, p.Written,
			p.Txn, p.Cause, p.Created.Format(stampForm)})
	}
	_, err := fmt.Fprintln(a.env.Out, strings.TrimRight(fmt.Sprintf("%s  %-9s  %10s  %s  %s  %s", p.ID, p.State, p.Amount.Display(), p.To, p.File, p.Cause), " "))
	return err
}

func (a *app) tellPayoutFiles(files []terminal.PayoutFile, asJSON bool) error {
	type fileJSON struct {
		Path     string `json:"path"`
		Lines    int    `json:"lines"`
		Sum      string `json:"sum"`
		Currency string `json:"currency"`
	}
	if len(files) == 0 {
		fmt.Fprintln(a.env.Err, "No payout waits to be written: paydesk payouts add puts one on the list.")
	}
	for _, f := range files {
		if asJSON {
			if err := json.NewEncoder(a.env.Out).Encode(fileJSON{f.Path, f.Lines, f.Sum.Decimal(), string(f.Sum.Currency)}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.env.Out, "%s: %d line(s), %s in all. Compare the sum at PayPal before you confirm.\n", f.Path, f.Lines, f.Sum.Display())
	}
	return nil
}
