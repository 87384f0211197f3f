package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal/answer"
)

// codes tells what the service's response codes mean, also on a computer
// without a journal.
func (a *app) codes() *cobra.Command {
	return &cobra.Command{
		Use:   "codes [CODE]",
		Short: "Tell what a response code of the bank means, or list all of them",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, said := range answer.All() {
					fmt.Fprintf(a.env.Out, "%s  %-8s  %s\n", said.Code, said.Result, said.Cashier)
				}
				return nil
			}
			said, known := answer.Code(strings.ToUpper(args[0]))
			if !known {
				return fmt.Errorf("%s is no code that the payment service documents: paydesk codes lists them; ask the service about this one", args[0])
			}
			fmt.Fprintf(a.env.Out, "%s  %s\n  settles    %s\n  try again  %s\n  next       %s\n  cashier    %s\n  customer   %s\n",
				said.Code, said.Message, said.Result, said.Again, said.Move, said.Cashier, said.Customer)
			return nil
		},
	}
}
