package cli

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"paydesk/receipts"
	"paydesk/terminal"
	"paydesk/terminal/engine"
)

// reportProof is what the code of a report says as scripts see it. Result is
// genuine, unknown (to the journal), or a problem's code.
type reportProof struct {
	Result string            `json:"result"`
	Event  int64             `json:"event,omitempty"`
	Head   string            `json:"head,omitempty"`
	Key    string            `json:"key,omitempty"`
	Number int               `json:"number,omitempty"`
	Day    string            `json:"day,omitempty"`
	Net    map[string]string `json:"net,omitempty"` // by currency
}

func (a *app) checkReport() *cobra.Command {
	var key string
	var asJSON bool
	c := &cobra.Command{
		Use:   "check TEXT",
		Short: "Check the code at the foot of a Z report; works beside an open window",
		Long: "Checks the text of a report's code, as a scanner or a phone reads it; - reads it from standard input.\n\n" +
			"Exit codes: 0 genuine, and the journal is the same up to that place, 1 no code of a report, 3 changed, or of another\n" +
			"terminal, 4 genuine and not in this journal. With --key the signature alone is checked, on any computer.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			code, err := a.codeOf(args)
			if err != nil {
				return err
			}
			if key != "" {
				keys, err := namedKeys(key, "")
				if err != nil {
					return err
				}
				check, err := terminal.VerifyReport(code, keys...)
				return a.tellReport(check, proofGenuine, err, asJSON)
			}
			return a.withReader(func(j *terminal.History) error {
				check, err := terminal.CheckReport(c.Context(), j, code)
				result := proofGenuine
				if !check.Known {
					result = proofUnknown
				}
				return a.tellReport(check, result, err, asJSON)
			})
		},
	}
	c.Flags().StringVar(&key, "key", "", "check against this public key, 64 hexadecimal digits, and no journal")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return c
}

// tellReport prints the result of a check, or the problem that ended it.
func (a *app) tellReport(c terminal.ReportCheck, result string, err error, asJSON bool) error {
	var p *engine.Problem
	if err != nil {
		if !errors.As(err, &p) || p.Code == terminal.ProblemReportForm || p.Code == engine.ProblemStorage {
			return err
		}
		result = p.Code
	}
	switch {
	case asJSON:
		if err := json.NewEncoder(a.env.Out).Encode(reportProofOf(c, result)); err != nil {
			return err
		}
	case p != nil:
		fmt.Fprintf(a.env.Out, "NOT GENUINE  %s\n", p.Text)
	default:
		a.printReportProof(c, result)
	}
	switch result {
	case proofGenuine:
		return nil
	case proofUnknown:
		return exitError(ExitUnknown)
	}
	return exitError(ExitDeclined)
}

func reportProofOf(c terminal.ReportCheck, result string) reportProof {
	out := reportProof{Result: result, Event: c.Seq, Head: c.Hash, Key: c.Key}
	if c.Z != nil {
		out.Number, out.Day, out.Net = c.Z.Number, string(c.Z.Day), map[string]string{}
		for _, f := range c.Z.Figures {
			out.Net[string(f.Currency)] = f.Net.Decimal()
		}
	}
	return out
}

func (a *app) printReportProof(c terminal.ReportCheck, result string) {
	fmt.Fprintf(a.env.Out, "GENUINE  event %d, head %s\n  key  %s\n", c.Seq, c.Hash, c.Key)
	if c.Z != nil {
		fmt.Fprintf(a.env.Out, "  %s of %s\n", receipts.ZNumber(c.Z.Number), c.Z.Day)
		for _, f := range c.Z.Figures {
			fmt.Fprintf(a.env.Out, "  net  %s\n", f.Net)
		}
	}
	switch {
	case result == proofUnknown:
		fmt.Fprintln(a.env.Out, "  This journal does not have it: an older backup was put back since, or events were written anew. Keep the report and this journal, and call your support.")
	case c.Known:
		fmt.Fprintln(a.env.Out, "  The journal has this place still: paydesk journal verify checks everything up to it.")
	}
}
