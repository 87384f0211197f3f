package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/spf13/cobra"

	"paydesk/receipts"
	"paydesk/receipts/text"
	"paydesk/receipts/tongue"
	"paydesk/terminal/drill/day"
)

func (a *app) drillDay() *cobra.Command {
	var o day.Options
	var pdf string
	var jsonOut bool
	c := &cobra.Command{
		Use:   "day",
		Short: "Play a whole working day, with everything that can go wrong, and tell whether the terminal stood it",
		Long: "Plays a working day with payments that are made up: shift, cards, cash, bills, wallets, returns, an hour without the bank,\n" +
			"a restart, the closing, the Z report and the books, while bank, wallets, printer and books misbehave. It takes less than a\n" +
			"minute, in a folder that is thrown away: the shop's journal is only read, for its settings. The sheet is signed with the\n" +
			"key of this installation; --json can be checked later with paydesk drill check. It works beside an open window.\n\n" +
			"Exit codes: 0 the terminal did everything right, 1 it did not, or the drill could not be played or its sheet not printed.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !c.Flags().Changed("seed") {
				o.Seed = 1 + rand.Uint64N(999_999)
			}
			if err := o.Of(c.Context(), a.dir, a.mode(), a.askSecret); err != nil {
				return err
			}
			r, err := day.Run(c.Context(), o)
			if err != nil {
				return err
			}
			return a.tellDay(r, pdf, jsonOut)
		},
	}
	f := c.Flags()
	f.Uint64Var(&o.Seed, "seed", 0, "the drill's number, to play the same day again (default: any)")
	f.StringVar(&pdf, "pdf", "", "write the sheet as a PDF, into this file")
	f.BoolVar(&o.Print, "print", false, "print the sheet on the shop's receipt printer")
	f.BoolVar(&jsonOut, "json", false, "print JSON; amounts are decimal text")
	f.StringVar(&o.Spoil, "spoil", "", "have the bank tell its transactions wrong, to see the drill fail: \"rows 3 5 8\" leaves the third out, adds one behind the fifth, and alters the eighth")
	f.StringVar(&o.Dir, "dir", "", "folder for what is thrown away (default: the system's)")
	return c
}

// tellDay shows the sheet, as JSON or as it is printed.
func (a *app) tellDay(r day.Result, pdf string, jsonOut bool) error {
	if pdf != "" {
		if err := os.WriteFile(pdf, r.PDF, 0o600); err != nil {
			return fmt.Errorf("the PDF cannot be written (%w): choose another file", err)
		}
	}
	if jsonOut {
		enc := json.NewEncoder(a.env.Out)
		if err := enc.Encode(r); err != nil {
			return err
		}
	} else {
		fmt.Fprint(a.env.Out, text.Render(r.Document(receipts.Shop{Name: r.Shop}, tongue.In("en")), 48))
		fmt.Fprintf(a.env.Out, "Played in %v.\n", r.Ended.Sub(r.Began).Round(time.Second))
	}
	if r.Trouble != "" {
		fmt.Fprintln(a.env.Err, sentence("the sheet was not printed: "+r.Trouble))
	}
	if !r.Passed || r.Trouble != "" {
		return exitError(ExitError)
	}
	return nil
}

func (a *app) checkSheet() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Check the signature of a drill's sheet, as --json wrote it",
		Long:  "Exit codes: 0 as it was signed, 1 not.",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := readFile(args[0])
			if err != nil {
				return err
			}
			var s day.Sheet
			if json.Unmarshal(data, &s) != nil {
				return day.ErrSheet
			}
			if err := s.Verify(); err != nil {
				return err
			}
			result := "passed"
			if !s.Passed {
				result = "failed"
			}
			fmt.Fprintf(a.env.Out, "This sheet is as it was signed by the key %s: drill %d of %s %s.\n", s.Key, s.Seed, s.Ended.Format(time.DateTime), result)
			return nil
		},
	}
}
