package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/clock"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/post"
)

// spool lists the receipts that wait, and settles them.
func (a *app) spool() *cobra.Command {
	c := &cobra.Command{Use: "spool", Short: "Show and settle the receipts that wait for printer, folder or mail server"}
	var asJSON bool
	list := &cobra.Command{Use: "list", Short: "List the receipts that are not done, oldest first", Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			jobs, err := t.Spool(ctx)
			if err != nil {
				return err
			}
			enc := json.NewEncoder(a.env.Out)
			for _, j := range jobs {
				if asJSON {
					err = errors.Join(err, enc.Encode(j))
					continue
				}
				fmt.Fprintln(a.env.Out, jobLine(j))
			}
			if len(jobs) == 0 && !asJSON {
				fmt.Fprintln(a.env.Err, "No receipt waits.")
			}
			return err
		})}
	list.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	act := func(use, short string, do func(*terminal.Terminal, context.Context, string) error) *cobra.Command {
		return &cobra.Command{Use: use + " ID", Short: short, Args: cobra.ExactArgs(1),
			RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
				if err := do(t, ctx, args[0]); err != nil {
					return err
				}
				waitForPaper(ctx, t)
				return nil
			})}
	}
	settle := func(printed bool) func(*terminal.Terminal, context.Context, string) error {
		return func(t *terminal.Terminal, ctx context.Context, id string) error { return t.SettleJob(ctx, id, printed) }
	}
	c.AddCommand(list,
		act("printed", "Say that a receipt came out, or that a mail arrived", settle(true)),
		act("again", "Say that one did not come out: it is sent again, marked as a copy", settle(false)),
		act("drop", "Say that one is not needed", (*terminal.Terminal).DropJob))
	return c
}

func jobLine(j order.Job) string {
	what := strings.TrimSpace(j.Kind + " " + j.Document + " " + j.Copy)
	if j.Reprint > 0 {
		what += fmt.Sprintf(" COPY %d", j.Reprint)
	}
	return strings.TrimRight(fmt.Sprintf("%s  %-8s  %s of %s  %s  %s", j.ID, j.State, what, j.Subject, j.To, j.Trouble), " ")
}

// drawer opens the cash drawer.
func (a *app) drawer() *cobra.Command {
	c := &cobra.Command{Use: "drawer", Short: "Open the cash drawer"}
	c.AddCommand(a.noSale("open"))
	return c
}

// noSale opens the cash drawer without a payment, by whatever name.
func (a *app) noSale(name string) *cobra.Command {
	var reason string
	c := a.approvable(&cobra.Command{Use: name, Short: "Open the cash drawer without a payment", Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			return a.withApproval(ctx, t, func(ctx context.Context) error { return t.OpenDrawer(ctx, reason) })
		})})
	c.Flags().StringVar(&reason, "reason", "", "why; it is kept in the journal")
	return c
}

// documents are what a receipt may be of, as people write it.
var documents = []string{order.DocumentSale, order.DocumentBatch, order.DocumentStored, order.DocumentCash, order.DocumentCashBack, order.DocumentWallet, order.DocumentRefund, order.DocumentCode,
	order.DocumentFollow, order.DocumentBill, order.DocumentApproval, order.DocumentPayLater, order.DocumentShift, order.DocumentMove, order.DocumentZ}

// printReceipt and mailReceipt are of the receipt commands.
func (a *app) printReceipt() *cobra.Command {
	var document, copyName string
	c := &cobra.Command{Use: "print NUMBER", Short: "Print a receipt again, marked as a copy", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if !slices.Contains([]string{engine.CopyCustomer, engine.CopyMerchant, order.CopyOpen}, copyName) {
				return errors.New("--copy takes customer or merchant, and open for the opening of a shift")
			}
			if err := oneOf(document); err != nil {
				return err
			}
			if err := t.PrintAgain(ctx, document, args[0], copyName); err != nil {
				return err
			}
			waitForPaper(ctx, t)
			return a.printPaths(ctx, t, args[0])
		})}
	c.Flags().StringVar(&document, "document", order.DocumentSale, "what it is of: "+strings.Join(documents, ", "))
	c.Flags().StringVar(&copyName, "copy", engine.CopyCustomer, "customer or merchant, and open for the opening of a shift")
	return c
}

func (a *app) mailReceipt() *cobra.Command {
	var document, to string
	c := &cobra.Command{Use: "mail NUMBER", Short: "Send the customer's receipt by mail", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			if err := oneOf(document); err != nil {
				return err
			}
			if err := t.SendMail(ctx, document, args[0], to); err != nil {
				return err
			}
			waitForPaper(ctx, t)
			jobs, err := t.Journal().Jobs(ctx, args[0])
			if err != nil {
				return err
			}
			return a.tellMail(t, jobs[len(jobs)-1])
		})}
	c.Flags().StringVar(&document, "document", order.DocumentSale, "what it is of: "+strings.Join(documents, ", "))
	c.Flags().StringVar(&to, "to", "", "the customer's address")
	return c
}

// tellMail says how far a mail came.
func (a *app) tellMail(t *terminal.Terminal, j order.Job) error {
	switch {
	case j.State != order.JobDone:
		fmt.Fprintln(a.env.Err, j.Trouble)
		return exitError(ExitUnknown)
	case t.MailFolder() != "":
		fmt.Fprintf(a.env.Out, "In training no mail leaves this computer: it is in the folder %s.\n", t.MailFolder())
	default:
		fmt.Fprintln(a.env.Out, "The mail server took it.")
	}
	return nil
}

func oneOf(document string) error {
	if !slices.Contains(documents, document) {
		return fmt.Errorf("--document takes one of %s", strings.Join(documents, ", "))
	}
	return nil
}

// mail is about the shop's mail server.
func (a *app) mail() *cobra.Command {
	password := &cobra.Command{Use: "password", Short: "Enter the mail server's password", Args: cobra.NoArgs,
		Long: "Asks for the password of the mail server (mail.server, mail.user) and stores it in the system's keyring, or in a\n" +
			"sealed file where there is none.",
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			secret, err := a.askSecret("Password of the mail server: ")
			if err != nil {
				return err
			}
			return t.SetMailPassword(ctx, secret)
		})}
	test := &cobra.Command{Use: "test ADDRESS", Short: "Send a mail without a receipt, and say what came of it", Args: cobra.ExactArgs(1),
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
			err := t.TestMail(ctx, args[0])
			var p *engine.Problem
			if errors.As(err, &p) && p.Err != nil {
				fmt.Fprintln(a.env.Err, "The cause:", p.Err)
			}
			if err != nil {
				return err
			}
			return a.tellMail(t, order.Job{State: order.JobDone})
		})}
	c := &cobra.Command{Use: "mail", Short: "Set up and test the mail server for receipts"}
	c.AddCommand(password, test)
	return c
}

// sandboxMail runs the sandbox's mail server.
func (a *app) sandboxMail() *cobra.Command {
	var listen, fault string
	opt := post.Options{}
	names := make([]string, len(post.Faults))
	for i, f := range post.Faults {
		names[i] = string(f)
	}
	c := &cobra.Command{Use: "mail", Short: "Run the sandbox's mail server, which puts every mail into a folder", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			opt.Fault, opt.Clock = post.Fault(fault), clock.Real{}
			s, err := post.Listen(listen, opt)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.env.Out, "Mails to port %d go to the folder %s. Ctrl-C ends it.\n", s.Port(), opt.Dir)
			<-c.Context().Done()
			return s.Close()
		}}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:2525", "address on this computer")
	c.Flags().StringVar(&opt.Dir, "dir", "mails", "folder for the mails")
	c.Flags().StringVar(&fault, "fault", "", "what it does wrong: "+strings.Join(names, ", "))
	return c
}
