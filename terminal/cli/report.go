package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/receipts"
	"paydesk/receipts/text"
	"paydesk/terminal"
	"paydesk/terminal/order"
	"paydesk/terminal/reportfile"
)

// reportCommand has the commands about what a day comes to.
func (a *app) reportCommand() *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "Show what was taken so far, write the Z report, and show and check earlier ones"}
	c.AddCommand(a.xReport(), a.zReport(), a.listReports(), a.showReport(), a.checkReport())
	return c
}

// reportForm is how a report is wanted: as text where none of these is.
type reportForm struct {
	json, csv, paper bool
	pdf              string
}

func (f *reportForm) flags(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&f.json, "json", false, "as one JSON object; amounts are decimal text")
	c.Flags().BoolVar(&f.csv, "csv", false, "as CSV for a spreadsheet")
	c.Flags().StringVar(&f.pdf, "pdf", "", "as a PDF, into this file")
	c.Flags().BoolVar(&f.paper, "print", false, "on the receipt printer too")
	c.MarkFlagsMutuallyExclusive("json", "csv", "pdf")
	return c
}

// tell shows a report in the form that is wanted.
func (a *app) tell(t *terminal.Terminal, z order.ZReport, f reportForm) error {
	doc, err := t.ReportSlip(z)
	if err != nil {
		return err
	}
	var data []byte
	switch {
	case f.json:
		data, err = reportfile.JSON(z)
	case f.csv:
		data, err = reportfile.CSV(z)
	case f.pdf != "":
		return a.pdfReport(t, doc, f.pdf)
	default:
		data = []byte(text.Render(doc, 42))
	}
	if err == nil {
		_, err = a.env.Out.Write(data)
	}
	return err
}

func (a *app) pdfReport(t *terminal.Terminal, doc receipts.Document, path string) error {
	data, err := t.PDF(doc)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("the PDF cannot be written (%w): choose another file", err)
	}
	fmt.Fprintln(a.env.Out, "PDF:", path)
	return nil
}

func (a *app) xReport() *cobra.Command {
	var f reportForm
	return f.flags(&cobra.Command{
		Use:   "x",
		Short: "Show what there is since the last Z report; nothing is closed by it",
		Args:  cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			x, err := t.X(ctx)
			if err != nil {
				return err
			}
			if f.paper {
				doc, err := t.ReportSlip(x)
				if err == nil {
					err = t.PrintNow(ctx, doc)
				}
				if err != nil {
					return err
				}
			}
			return a.tell(t, x, f)
		}),
	})
}

func (a *app) zReport() *cobra.Command {
	var f reportForm
	return a.approvable(f.flags(&cobra.Command{
		Use:   "z",
		Short: "Write the Z report of all since the last one",
		Long: "Writes the next Z report, and shows it. It is written once and never changes; what is sold meanwhile is in the next one.\n" +
			"Ctrl-C ends it with nothing written.\n\n" +
			"Exit codes: 0 written, 1 not written, with a sentence on what to do first, 4 written, and its paper did not come out yet,\n" +
			"5 somebody has to approve it (--approved-by).",
		Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			if f.paper && t.Settings().Printer.Target == "none" {
				return errors.New("no Z report was written, as no receipt printer is set up: leave --print away, or choose one with paydesk settings set printer.target")
			}
			var z order.ZReport
			err := a.withApproval(ctx, t, func(ctx context.Context) (err error) {
				z, err = t.WriteZ(ctx, a.progress())
				return err
			})
			if errors.Is(err, context.Canceled) {
				return errors.New("stopped: no Z report was written")
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(a.env.Err, "%s is written.\n", receipts.ZNumber(z.Number))
			if err := a.tell(t, z, f); err != nil {
				return err
			}
			return a.zPaper(ctx, t, z, f)
		}),
	}))
}

// progress tells how far a long sum has come, every tenth of it.
func (a *app) progress() func(done, total int64) {
	told := int64(0)
	return func(done, total int64) {
		if total < 1 || done*10/total == told {
			return
		}
		told = done * 10 / total
		fmt.Fprintf(a.env.Err, "%d of %d events\n", done, total)
	}
}

// zPaper waits for the papers that the settings call for, and prints what they do
// not where that is wanted.
func (a *app) zPaper(ctx context.Context, t *terminal.Terminal, z order.ZReport, f reportForm) error {
	if f.paper {
		if err := printMissing(ctx, t, z.ID); err != nil {
			return err
		}
	}
	waitForPaper(ctx, t)
	if !f.json && !f.csv {
		if err := a.printPaths(ctx, t, z.ID); err != nil {
			return err
		}
	}
	jobs, err := t.Journal().Jobs(ctx, z.ID)
	for _, j := range jobs {
		if j.State != order.JobDone && j.State != order.JobDropped {
			fmt.Fprintln(a.env.Err, strings.TrimSpace("The report waits for its paper. "+j.Trouble))
			return exitError(ExitUnknown)
		}
	}
	return err
}

// printMissing has a report printed that the settings do not print by themselves.
func printMissing(ctx context.Context, t *terminal.Terminal, id string) error {
	jobs, err := t.Journal().Jobs(ctx, id)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.Kind == order.JobPrint {
			return nil
		}
	}
	return t.PrintAgain(ctx, order.DocumentZ, id, order.CopyMerchant)
}

func (a *app) listReports() *cobra.Command {
	var from, to string
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "List the Z reports of some business days, oldest first", Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			today := t.Day().Of(t.Now())
			if to == "" {
				to = string(today)
			}
			if from == "" {
				from = string(t.Day().Of(t.Now().AddDate(0, -1, 0)))
			}
			list, err := t.Zs(ctx, order.Day(from), order.Day(to))
			if err != nil {
				return err
			}
			for _, z := range list {
				if asJSON {
					data, err := reportfile.Line(z)
					if err != nil {
						return err
					}
					fmt.Fprintf(a.env.Out, "%s\n", data)
					continue
				}
				fmt.Fprintln(a.env.Out, zLine(z))
			}
			if len(list) == 0 && !asJSON {
				fmt.Fprintf(a.env.Err, "No Z report was written from %s to %s.\n", from, to)
			}
			return nil
		})}
	c.Flags().StringVar(&from, "from", "", "first business day, such as 2026-11-01 (default: a month ago)")
	c.Flags().StringVar(&to, "to", "", "last business day (default: today)")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line, each as report show --json has it")
	return c
}

func zLine(z order.ZReport) string {
	line := fmt.Sprintf("%s  %s  events %d to %d", receipts.ZNumber(z.Number), z.Day, z.From+1, z.To)
	for _, f := range z.Figures {
		line += fmt.Sprintf("  %s (%d sales)", f.Net, f.Sales.Count)
	}
	for _, p := range z.Proofs {
		if !p.Agrees() {
			return line + "  DOES NOT AGREE"
		}
	}
	return line
}

func (a *app) showReport() *cobra.Command {
	var f reportForm
	return f.flags(&cobra.Command{
		Use:   "show NUMBER",
		Short: "Show a Z report; --print prints it again, marked as a copy",
		Args:  cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			number, err := zNumber(args[0])
			if err != nil {
				return err
			}
			z, err := t.Z(ctx, number)
			if err != nil {
				return err
			}
			if f.paper {
				if err := t.PrintAgain(ctx, order.DocumentZ, z.ID, order.CopyMerchant); err != nil {
					return err
				}
				waitForPaper(ctx, t)
			}
			return a.tell(t, z, f)
		}),
	})
}

// zNumber reads the number of a Z report as people and papers write it: 12, 0012,
// Z0012 or Z-000012.
func zNumber(written string) (int, error) {
	digits := strings.TrimLeft(strings.ToUpper(written), "Z- ")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 {
		return 0, errors.New("the number of a Z report is written as 12: paydesk report list shows them")
	}
	return n, nil
}
