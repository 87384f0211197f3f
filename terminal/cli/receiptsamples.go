package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"paydesk/terminal"
)

func (a *app) receiptSamples() *cobra.Command {
	var o terminal.SampleOptions
	c := &cobra.Command{
		Use:   "samples FOLDER",
		Short: "Write one of each paper into a folder, with this shop's head and made-up figures",
		Long: "Write one of each paper that this terminal prints into a folder as PDF, so that it can be looked at before the shop opens.\n" +
			"The head, logo and language are those of the settings; the figures are made up, and every paper says so.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				files, err := t.Samples(args[0], o)
				if err != nil {
					return err
				}
				fmt.Fprintf(a.env.Out, "%d files were written to %s.\n", len(files), args[0])
				return nil
			})
		},
	}
	f := c.Flags()
	f.StringVar(&o.Paper, "paper", "", "58mm, 80mm, a4 or letter (default: that of the settings)")
	f.StringVar(&o.Language, "language", "", "en, es, fr, de, pt or hi (default: that of the settings)")
	f.BoolVar(&o.Text, "text", false, "also as plain text")
	f.BoolVar(&o.Printer, "printer", false, "also as the bytes that the receipt printer gets")
	return c
}
