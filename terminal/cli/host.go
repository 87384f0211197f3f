package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
)

// asked runs a question to the host: somebody signs in, nothing is changed.
func (a *app) asked(f func(context.Context, *terminal.Terminal, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
			if err := a.signIn(c.Context(), t); err != nil {
				return err
			}
			return f(c.Context(), t, args)
		})
	}
}

// lookup shows what the host has of one transaction, or of all of a kind.
func (a *app) lookup() *cobra.Command {
	var asJSON bool
	var batch string
	c := &cobra.Command{Use: "lookup KIND [GUID]", Short: "Show transactions as the host has them: one by its guid, or all of a kind",
		Long: "Shows " + terminal.HostKinds + " as the host has them: one by its guid, or all of a kind that the host lists.",
		Args: cobra.RangeArgs(1, 2),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if len(args) == 1 {
				return a.printRows(t.HostList(ctx, args[0], batch), asJSON)
			}
			row, err := t.HostGet(ctx, args[0], args[1])
			if err != nil {
				return err
			}
			enc := json.NewEncoder(a.env.Out)
			enc.SetEscapeHTML(false)
			if !asJSON {
				enc.SetIndent("", "  ")
			}
			return enc.Encode(row.Full)
		})}
	c.Flags().StringVar(&batch, "batch", "", "only the sales of the batch with this guid")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line, as the host answered it")
	return c
}

// search finds transactions at the host.
func (a *app) search() *cobra.Command {
	var q terminal.HostQuery
	var asJSON bool
	var csv string
	c := &cobra.Command{Use: "search KIND", Short: "Search transactions at the host",
		Long: "Searches " + terminal.HostKinds + " at the host, oldest first, page by page.\n\n" +
			"Every kind has --from, --to, --guid and --status. Sales and auths also have --least, --most,\n" +
			"--last4, --brand, --holder and --order; captures, returns and billings --least and --most;\n" +
			"verifies --last4, --brand and --holder; voids --of and --reason.",
		Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if csv == "" {
				return a.printRows(t.HostSearch(ctx, args[0], q), asJSON)
			}
			return a.exportRows(ctx, t, args[0], q, csv)
		})}
	f := c.Flags()
	f.StringVar(&q.From, "from", "", "first day or time, such as 2026-11-21")
	f.StringVar(&q.To, "to", "", "last day or time")
	f.StringVar(&q.Least, "least", "", "smallest amount, such as 12.50")
	f.StringVar(&q.Most, "most", "", "largest amount")
	f.StringVar(&q.Last4, "last4", "", "last four digits of the card")
	f.StringVar(&q.Brand, "brand", "", "brand of the card, such as Visa")
	f.StringVar(&q.Holder, "holder", "", "name on the card")
	f.StringVar(&q.Order, "order", "", "order number: the terminal's number of the payment")
	f.StringVar(&q.Status, "status", "", `status, such as "Transaction - Approved"`)
	f.StringVar(&q.GUID, "guid", "", "the host's name of the transaction")
	f.StringVar(&q.Of, "of", "", "guid of the sale that was voided")
	f.StringVar(&q.Reason, "reason", "", "reason of the void, such as DEVICE_TIMEOUT")
	f.StringVar(&csv, "csv", "", "write a CSV file instead; - is the screen")
	f.BoolVar(&asJSON, "json", false, "one JSON object per line, as the host answered it")
	return c
}

func (a *app) exportRows(ctx context.Context, t *terminal.Terminal, kind string, q terminal.HostQuery, path string) (err error) {
	if path == "-" {
		return t.HostExport(ctx, kind, q, a.env.Out)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("the list cannot be written (%w): choose a file in a folder that you may write to", err)
	}
	return errors.Join(t.HostExport(ctx, kind, q, f), f.Close())
}

// printRows prints a list as it comes.
func (a *app) printRows(rows iter.Seq2[terminal.HostRow, error], asJSON bool) error {
	enc := json.NewEncoder(a.env.Out)
	enc.SetEscapeHTML(false)
	count := 0
	for row, err := range rows {
		if err != nil {
			return err
		}
		count++
		if asJSON {
			if err := enc.Encode(row.Full); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(a.env.Out, rowLine(row))
	}
	if count == 0 && !asJSON {
		fmt.Fprintln(a.env.Err, "The host has nothing of that kind.")
	}
	return nil
}

func rowLine(r terminal.HostRow) string {
	status := strings.TrimPrefix(r.Status, "Transaction - ")
	if batch := strings.TrimPrefix(r.BatchStatus, "Batch - "); batch != "" {
		status += ", " + strings.ToLower(batch)
	}
	amount := string(r.Amount)
	if r.Effective != "" && r.Effective != r.Amount {
		amount += " → " + string(r.Effective)
	}
	if r.Detail == "Success" {
		r.Detail = "" // the status said so
	}
	line := fmt.Sprintf("%-28s  %-36s  %-22s %14s  %s **** %s  %s", r.Time, r.GUID, status, amount,
		cmp.Or(r.Brand, "card"), cmp.Or(r.Last4, "????"), r.Order)
	return strings.TrimRight(line+"  "+r.Detail, " ")
}

// devices lists the account's devices.
func (a *app) devices() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "devices", Short: "List the devices of the payment account", Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			list, err := t.HostDevices(ctx)
			if err != nil {
				return err
			}
			mine := t.Settings().Host.DeviceGUID
			return printList(a, list, asJSON, func(d terminal.Device) string {
				mark := " "
				if strings.EqualFold(string(d.GUID), mine) {
					mark = "*" // the one that this terminal is
				}
				return fmt.Sprintf("%s %s  %-20s %s", mark, d.GUID, d.Name, d.Status)
			})
		})}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line, as the host answered it")
	return c
}

// printList prints a short list that came whole.
func printList[T any](a *app, list []T, asJSON bool, line func(T) string) error {
	enc := json.NewEncoder(a.env.Out)
	enc.SetEscapeHTML(false)
	for _, row := range list {
		if asJSON {
			if err := enc.Encode(row); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(a.env.Out, line(row))
	}
	if len(list) == 0 && !asJSON {
		fmt.Fprintln(a.env.Err, "The host answered with an empty list.")
	}
	return nil
}
