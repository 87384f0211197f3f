package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"paydesk/receipts/text"
	"paydesk/terminal"
	"paydesk/terminal/order"
)

// batch closes the open batch, and shows earlier ones as the host has them.
func (a *app) batch() *cobra.Command {
	c := &cobra.Command{Use: "batch", Short: "Close the open batch; search and show closed ones"}
	c.AddCommand(a.closeBatch(), a.searchBatches(), a.showBatch())
	return c
}

func (a *app) closeBatch() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "close", Short: "Close the open batch at the host",
		Long: "Closes the open batch at the host.\nExit code 0: closed. 1: not closed. 4: no answer; the terminal asks for the batch when it runs.",
		Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error { return a.runClose(ctx, t, asJSON) })}
	c.Flags().BoolVar(&asJSON, "json", false, "print the batch as JSON")
	return a.approvable(c)
}

// closing is a batch as scripts see it: amounts are decimal text.
type closing struct {
	ID           string `json:"id"`
	GUID         string `json:"guid"`
	State        string `json:"state"`
	Sales        int    `json:"sales"`
	SaleAmount   string `json:"sale_amount"`
	Returns      int    `json:"returns"`
	ReturnAmount string `json:"return_amount"`
	Currency     string `json:"currency"`
	// Matches: the host counted the same.
	Matches bool   `json:"matches"`
	Message string `json:"message,omitempty"`
}

func (a *app) runClose(ctx context.Context, t *terminal.Terminal, asJSON bool) error {
	var b order.Batch
	err := a.withApproval(ctx, t, func(ctx context.Context) (err error) {
		b, err = t.CloseBatch(ctx)
		return err
	})
	if asJSON && b.ID != "" {
		l := b.Local
		if err := json.NewEncoder(a.env.Out).Encode(closing{b.ID, b.GUID, string(b.State), l.Sales, l.SaleAmount.Decimal(),
			l.Returns, l.ReturnAmount.Decimal(), string(l.SaleAmount.Currency), b.Matches(), b.Message}); err != nil {
			return err
		}
	}
	if b.State == order.BatchUnknown {
		fmt.Fprintln(a.env.Err, err)
		return exitError(ExitUnknown)
	}
	if err != nil {
		return err
	}
	waitForPaper(ctx, t)
	a.compareClosed(ctx, t)
	if asJSON {
		return nil
	}
	doc, err := t.BatchSlip(ctx, b.ID)
	if err != nil {
		return err
	}
	fmt.Fprint(a.env.Out, "\n", text.Render(doc, 42))
	return a.printPaths(ctx, t, b.ID)
}

// compareClosed compares with the bank behind a closing: this process does not
// live long enough to do so by itself.
func (a *app) compareClosed(ctx context.Context, t *terminal.Terminal) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := t.Reconcile(ctx, time.Time{}, time.Time{})
	if err == nil && r.Counts.Differences > 0 {
		fmt.Fprintf(a.env.Err, "%d payment(s) differ from what the bank has. paydesk reconcile --last lists them.\n", r.Counts.Differences)
	}
}

func (a *app) searchBatches() *cobra.Command {
	var from, to string
	var asJSON bool
	c := &cobra.Command{Use: "search", Short: "List the batches that were closed, with what was in them", Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			now := t.Now()
			if from == "" {
				from = now.AddDate(0, -1, 0).Format("2006-01-02")
			}
			if to == "" {
				to = now.AddDate(0, 0, 1).Format("2006-01-02") // the host's day may be ahead
			}
			list, err := t.HostBatches(ctx, from, to)
			if err != nil {
				return err
			}
			if asJSON {
				return printList(a, list, true, nil)
			}
			for _, b := range list {
				fmt.Fprintf(a.env.Out, "%s  closed %s  %d transactions, %s\n", b.BatchNumber, b.ClosureDate, len(b.Transactions), b.BatchTotalAmount)
				if err := a.printTransactions(b.Transactions, false); err != nil {
					return err
				}
			}
			if len(list) == 0 {
				fmt.Fprintf(a.env.Err, "No batch was closed from %s to %s.\n", from, to)
			}
			return nil
		})}
	c.Flags().StringVar(&from, "from", "", "first day, such as 2026-11-01 (default: a month ago)")
	c.Flags().StringVar(&to, "to", "", "last day (default: today)")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line, as the host answered it")
	return c
}

func (a *app) showBatch() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "show GUID", Short: "List what a batch holds, open or closed", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			list, err := t.HostBatchRows(ctx, args[0])
			if err == nil {
				err = a.printTransactions(list, asJSON)
			}
			return err
		})}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line, as the host answered it")
	return c
}

func (a *app) printTransactions(list []terminal.HostBatchRow, asJSON bool) error {
	return printList(a, list, asJSON, func(r terminal.HostBatchRow) string {
		return fmt.Sprintf("  %-28s  %-10s %12s  %s **** %s  %s", r.TransactionDatetime, r.TransactionType, r.Amount, r.CardType, r.LastFour, r.TransactionGUID)
	})
}
