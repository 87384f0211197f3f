package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"paydesk/receipts/text"
	"paydesk/terminal"
)

// reportCommand has the commands about what a day comes to.
func (a *app) reportCommand() *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "Show what was taken so far"}
	c.AddCommand(a.xReport())
	return c
}

func (a *app) xReport() *cobra.Command {
	var paper bool
	c := &cobra.Command{
		Use:   "x",
		Short: "Show what the cards of the open batch come to; nothing is closed by it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				doc, err := t.XReport(c.Context())
				if err != nil {
					return err
				}
				if paper {
					return t.PrintNow(c.Context(), doc)
				}
				fmt.Fprint(a.env.Out, text.Render(doc, 42))
				return nil
			})
		},
	}
	c.Flags().BoolVar(&paper, "print", false, "on the receipt printer")
	return c
}
