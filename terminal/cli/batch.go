package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"paydesk/receipts/text"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// batch closes the open batch, and shows earlier ones as the journal and the host
// have them.
func (a *app) batch() *cobra.Command {
	c := &cobra.Command{Use: "batch", Short: "Close the open batch; list, search, show and print closed ones"}
	c.AddCommand(a.closeBatch(), a.batchStatus(), a.listBatches(), a.searchBatches(), a.showBatch(), a.reprintBatch())
	return c
}

func (a *app) closeBatch() *cobra.Command {
	var asJSON bool
	var with engine.Closing
	c := &cobra.Command{Use: "close", Short: "Close the open batch at the host",
		Long: "Closes the open batch at the host. What keeps it open is listed, with what to do about each; a supervisor lets it be\n" +
			"closed without some of it by name, with --carry and --reason. Nothing about these is changed or decided by that.\n" +
			"Exit code 0: closed, or there was nothing to close. 1: not closed. 4: no answer; the terminal asks for the batch when\n" +
			"it runs, and it must not be closed again meanwhile. 5: somebody has to approve it (--approved-by).",
		Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			return a.runClose(ctx, t, with, asJSON)
		})}
	c.Flags().StringArrayVar(&with.Carry, "carry", nil, `id of what it is closed without, as often as needed; "all" is all that may be`)
	c.Flags().StringVar(&with.Reason, "reason", "", "why it is closed without that, for the journal and the report")
	c.Flags().BoolVar(&asJSON, "json", false, "print the batch as JSON, or what keeps it open")
	return a.approvable(c)
}

func (a *app) runClose(ctx context.Context, t *terminal.Terminal, with engine.Closing, asJSON bool) error {
	// What the last command left to be printed is on its way.
	waitUntil(ctx, t, 5*time.Second, func() bool {
		return !slices.ContainsFunc(t.Blockers(), func(b engine.Blocker) bool { return b.Kind == engine.BlockPaper })
	})
	if slices.Contains(with.Carry, "all") {
		with.Carry = nil
		for _, b := range t.Blockers() {
			with.Carry = append(with.Carry, b.ID)
		}
	}
	var b order.Batch
	err := a.withApproval(ctx, t, func(ctx context.Context) (err error) {
		b, err = t.CloseBatchWith(ctx, with)
		return err
	})
	var p *engine.Problem
	if errors.As(err, &p) {
		switch p.Code {
		case engine.ProblemBatchEmpty:
			fmt.Fprintln(a.env.Err, p.Text)
			if asJSON {
				return a.tellBatch(t, order.Batch{}, "EMPTY", p.Text)
			}
			return nil
		case engine.ProblemBatchBusy:
			return errors.Join(a.tellBlockers(t, asJSON, p.Text), err)
		}
	}
	if asJSON && b.ID != "" {
		if err := a.tellBatch(t, b, string(b.State), b.Message); err != nil {
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
	c := &cobra.Command{Use: "show GUID|ID", Short: "List what a batch holds at the host, open or closed",
		Long: "Lists what the host has in a batch, by the host's guid of it, or by the id of a closing in this terminal's journal.",
		Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			guid := args[0]
			if b, err := t.BatchRecord(ctx, guid); err == nil {
				guid = b.GUID
				if !asJSON {
					fmt.Fprintln(a.env.Out, batchLine(t, b))
				}
			}
			list, err := t.HostBatchRows(ctx, guid)
			if err == nil {
				err = a.printTransactions(list, asJSON)
			}
			return err
		})}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line, as the host answered it")
	return c
}

func (a *app) reprintBatch() *cobra.Command {
	return &cobra.Command{Use: "reprint GUID|ID", Short: "Print the slip of a closed batch again, marked as a copy", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			b, err := t.BatchRecord(ctx, args[0])
			if err != nil {
				return err
			}
			if err := t.PrintAgain(ctx, order.DocumentBatch, b.ID, order.CopyMerchant); err != nil {
				return err
			}
			waitForPaper(ctx, t)
			return a.printPaths(ctx, t, b.ID)
		})}
}

func (a *app) printTransactions(list []terminal.HostBatchRow, asJSON bool) error {
	return printList(a, list, asJSON, func(r terminal.HostBatchRow) string {
		return fmt.Sprintf("  %-28s  %-10s %12s  %s **** %s  %s", r.TransactionDatetime, r.TransactionType, r.Amount, r.CardType, r.LastFour, r.TransactionGUID)
	})
}
