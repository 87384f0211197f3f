package cli

import "github.com/spf13/cobra"

// reportCommand has the commands about what a day comes to.
func (a *app) reportCommand() *cobra.Command {
	c := &cobra.Command{Use: "report", Short: "Show what was taken so far"}
	c.AddCommand(a.checkReport())
	return c
}
