package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// comparison is a comparison with the host as scripts see it: amounts are
// decimal text.
type comparison struct {
	From        string               `json:"from,omitempty"`
	To          string               `json:"to,omitempty"`
	Complete    bool                 `json:"complete"`
	Trouble     string               `json:"trouble,omitempty"`
	Reached     string               `json:"reached,omitempty"`
	Counts      order.ReconciledRows `json:"counts"`
	Unlisted    []order.Shelf        `json:"unlisted,omitempty"`
	Differences []difference         `json:"differences"`
	Digest      string               `json:"digest,omitempty"`
}

type difference struct {
	What   order.Difference `json:"what"`
	Shelf  order.Shelf      `json:"shelf"`
	Number string           `json:"number,omitempty"`
	GUID   string           `json:"host_guid,omitempty"`
	Of     string           `json:"of,omitempty"`
	Origin order.Origin     `json:"origin"`
	Here   string           `json:"here,omitempty"`
	There  string           `json:"there,omitempty"`
	Act    order.Act        `json:"act,omitempty"`
	Alarm  bool             `json:"alarm,omitempty"`
	Text   string           `json:"text"`
}

func (a *app) reconcile() *cobra.Command {
	var from, to string
	var asJSON, last bool
	c := &cobra.Command{
		Use:   "reconcile",
		Short: "Hold the journal against the bank's own rows of this terminal",
		Long: "Compares every sale, hold, capture, void and return of this terminal with what the bank has, takes back what stands there\n" +
			"for a payment that ended here without one, and lists what differs. A running terminal does this by itself, every hour.\n" +
			"--last shows the newest comparison, also beside an open window.\n" +
			"Exit code 0: all agree. 3: there are differences. 4: not all could be compared.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if last {
				return a.withReader(func(j *terminal.History) error {
					r, err := j.Reconciliation(c.Context())
					if errors.Is(err, order.ErrNotFound) {
						return errors.New("nothing was compared yet: run paydesk reconcile")
					}
					if err != nil {
						return err
					}
					return a.tellComparison(r, asJSON)
				})
			}
			begin, end, err := period(from, to)
			if err != nil {
				return err
			}
			return a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
				r, err := t.Reconcile(ctx, begin, end)
				if err != nil {
					return err
				}
				return a.tellComparison(r, asJSON)
			})(c, nil)
		},
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", "first day, such as 2026-11-01 (default: all that is not known to agree)")
	f.StringVar(&to, "to", "", "last day (default: now)")
	f.BoolVar(&last, "last", false, "show the newest comparison instead of making one")
	f.BoolVar(&asJSON, "json", false, "print the comparison as JSON")
	c.AddCommand(a.reconcileBatch())
	return c
}

// period reads two days of this computer's zone, the last with all its hours.
func period(from, to string) (begin, end time.Time, err error) {
	for _, day := range []struct {
		text string
		to   *time.Time
	}{{from, &begin}, {to, &end}} {
		if day.text == "" {
			continue
		}
		if *day.to, err = time.ParseInLocation(time.DateOnly, day.text, time.Local); err != nil {
			return begin, end, fmt.Errorf("%q is no day: write one such as 2026-11-21", day.text)
		}
	}
	if !end.IsZero() {
		end = end.AddDate(0, 0, 1)
	}
	if !end.IsZero() && !begin.Before(end) {
		return begin, end, errors.New("the last day lies before the first: write --from and --to in order")
	}
	return begin, end, nil
}

// tellComparison prints a comparison and gives the exit code.
func (a *app) tellComparison(r order.Reconciliation, asJSON bool) error {
	view := engine.NewReconView(r)
	if asJSON {
		if err := json.NewEncoder(a.env.Out).Encode(comparisonJSON(r, view)); err != nil {
			return err
		}
	} else {
		a.printComparison(r, view)
	}
	switch {
	case !r.Complete:
		fmt.Fprintln(a.env.Err, sentence("not all could be compared: "+r.Trouble))
		return exitError(ExitUnknown)
	case r.Counts.Differences > 0:
		return exitError(ExitDeclined)
	}
	return nil
}

func (a *app) printComparison(r order.Reconciliation, view engine.ReconView) {
	n := r.Counts
	form := "2006-01-02 15:04"
	fmt.Fprintf(a.env.Out, "From %s to %s: %d rows at the bank, %d approved payments here. %d agree, %d are being settled, %d are of other programs, %d differ, %d are taken back.\n",
		r.From.Local().Format(form), r.To.Local().Format(form), n.Host, n.Local, n.Matched, n.Pending, n.Others, n.Differences, n.TakenBack)
	if len(r.Unlisted) > 0 {
		words := make([]string, len(r.Unlisted))
		for i, s := range r.Unlisted {
			words[i] = string(s) + "s"
		}
		fmt.Fprintf(a.env.Out, "Not compared, since this account does not list them: %s.\n", strings.Join(words, ", "))
	}
	for _, f := range view.Findings {
		mark := " "
		if f.Alarm {
			mark = "!"
		}
		fmt.Fprintf(a.env.Out, "%s %-16s %s\n", mark, f.What, f.Text)
	}
	if rest := view.Differences - len(view.Findings); rest > 0 {
		fmt.Fprintf(a.env.Out, "  and %d more: compare in shorter periods with --from and --to\n", rest)
	}
}

func comparisonJSON(r order.Reconciliation, view engine.ReconView) comparison {
	c := comparison{From: stamp(r.From), To: stamp(r.To), Complete: r.Complete, Trouble: r.Trouble, Reached: stamp(r.Reached),
		Counts: r.Counts, Unlisted: r.Unlisted, Differences: []difference{}, Digest: r.Digest}
	for _, f := range view.Findings {
		c.Differences = append(c.Differences, difference{What: f.What, Shelf: f.Shelf, Number: f.Number, GUID: f.GUID, Of: f.Of,
			Origin: f.Origin, Here: decimal(f.Here), There: decimal(f.There), Act: f.Act, Alarm: f.Alarm, Text: f.Text})
	}
	return c
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(stampForm)
}

func decimal(a *money.Amount) string {
	if a == nil {
		return ""
	}
	return a.Decimal()
}

// park lets the day go on without a payment in doubt.
func (a *app) park() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:   "park NUMBER",
		Short: "Let the batch be closed while a payment is in doubt",
		Long: "Parks a payment, or a void or return, that is in doubt: it no longer keeps the batch open. It stays listed, and the\n" +
			"terminal goes on settling it; its outcome does not change by this. For supervisors and the owner.",
		Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if err := a.withApproval(ctx, t, func(ctx context.Context) error { return t.Park(ctx, args[0], reason) }); err != nil {
				return err
			}
			fmt.Fprintf(a.env.Out, "%s is parked. It stays listed until it is settled.\n", args[0])
			return nil
		})}
	c.Flags().StringVar(&reason, "reason", "", "why, for the journal")
	return a.approvable(c)
}

// parkedMark is behind what a supervisor has parked.
func parkedMark(by string, final bool) string {
	if by == "" || final {
		return ""
	}
	return "  (parked)"
}
