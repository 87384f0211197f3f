package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"paydesk/terminal"
)

func (a *app) rebuildJournal() *cobra.Command {
	return &cobra.Command{
		Use:   "rebuild",
		Short: "Make anew from the events what the journal is read by; close the window first",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := terminal.RebuildJournal(c.Context(), a.dir, a.mode()); err != nil {
				return err
			}
			fmt.Fprintln(a.env.Out, "Made anew, and nothing in it was lost: paydesk journal verify checks it")
			return nil
		},
	}
}
