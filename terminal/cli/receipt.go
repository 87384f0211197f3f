package cli

import "github.com/spf13/cobra"

// receipt are the commands about paper.
func (a *app) receipt() *cobra.Command {
	c := &cobra.Command{Use: "receipt", Short: "Check receipts by their code, show them, and see what every paper looks like"}
	c.AddCommand(a.verifyReceipt(), a.receiptPage(), a.showReceipt(), a.receiptSamples(), a.printReceipt(), a.mailReceipt())
	return c
}
