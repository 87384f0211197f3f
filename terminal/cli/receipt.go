package cli

import "github.com/spf13/cobra"

// receipt are the commands about paper.
func (a *app) receipt() *cobra.Command {
	c := &cobra.Command{Use: "receipt", Short: "Check receipts by their code, show them, and write the page that checks them"}
	c.AddCommand(a.verifyReceipt(), a.receiptPage(), a.showReceipt(), a.printReceipt(), a.mailReceipt())
	return c
}
