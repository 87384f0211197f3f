package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/sandbox"
	"paydesk/terminal/sandbox/gateway"
)

func (a *app) sandboxCommand() *cobra.Command {
	var listen string
	var noFaults, duplicates bool
	var closeHour int
	var opt sandbox.Options
	c := &cobra.Command{
		Use:   "sandbox",
		Short: "Run the sandbox host, PayPal and Razorpay included, for tests and integrations",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			opt.Log, opt.Faults = a.log, !noFaults
			if duplicates {
				opt.DuplicateWindow = time.Minute
			}
			if c.Flags().Changed("auto-close") {
				if closeHour < 0 || closeHour > 23 {
					return errors.New("--auto-close takes an hour from 0 to 23")
				}
				opt.AutoClose = sandbox.AutoClose{Hour: closeHour, Zone: time.Local}
			}
			return a.runSandbox(c.Context(), listen, opt)
		},
	}
	f := c.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:8787", "address on this computer")
	f.StringVar(&opt.FaultFile, "faults", "", "file of a fault plan to begin with")
	f.BoolVar(&noFaults, "no-faults", false, "allow no faults, and show no page")
	f.StringVar((*string)(&opt.Dialect), "dialect", string(sandbox.DialectDocument),
		fmt.Sprintf("form of the API: %s or %s", sandbox.DialectDocument, sandbox.DialectCurrent))
	f.IntVar(&closeHour, "auto-close", -1, "close every open batch at this hour of the day, 0 to 23")
	f.BoolVar(&duplicates, "duplicates", false, "refuse a second sale of the same card and amount within a minute")
	f.StringVar(&opt.Wallets.Notify.IPN, "ipn", "", "address on this computer for PayPal's IPN messages")
	f.StringVar(&opt.Wallets.Notify.Webhook, "webhook", "", "address on this computer for Razorpay's webhooks")
	f.BoolVar(&opt.Wallets.ImageOnly, "upi-pictures", false, "send UPI codes as pictures only, as for most Razorpay accounts")
	f.StringVar(&opt.MailDir, "mail", "", `folder for the host's mails (by default "mail" beside the ledger)`)
	c.PersistentFlags().StringVar(&opt.Path, "ledger", "sandbox.db", "file of the sandbox's ledger")
	c.AddCommand(a.sandboxPrinter(), a.sandboxMail(), &cobra.Command{Use: "ledger", Short: "List what the sandbox's ledger holds", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.listLedger(c.Context(), opt.Path) }})
	return c
}

func (a *app) runSandbox(ctx context.Context, listen string, opt sandbox.Options) (err error) {
	host, err := sandbox.Open(opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	server, err := host.Listen(listen)
	if err != nil {
		return err
	}
	page := ""
	if opt.Faults {
		page = fmt.Sprintf("Ledger, batches and faults on %s%s\n", server.URL(), sandbox.Page)
	}
	fmt.Fprintf(a.env.Out, "Sandbox host on %s\nUser name %s, password %s, device %s\n%s%s",
		server.URL(), sandbox.DefaultUsername, sandbox.DefaultPassword, sandbox.DeviceGUID, page, walletText(server.URL(), opt.Faults))
	<-ctx.Done()
	return nil
}

// walletText says where the sandbox's gateways are, and their keys, which are
// no secrets.
func walletText(base string, page bool) string {
	text := fmt.Sprintf("PayPal on %s/paypal\n  nvp: user name %s, password %s, signature %s\n  rest: client id %s, secret %s, webhook id %s\n  receiver %s\n",
		base, gateway.PayPalUser, gateway.PayPalPassword, gateway.PayPalSignature, gateway.PayPalClientID, gateway.PayPalClientSecret,
		gateway.PayPalWebhookID, gateway.PayPalReceiver)
	text += fmt.Sprintf("Razorpay on %s/razorpay/v1/\n  key id %s, key secret %s, webhook secret %s\n",
		base, gateway.RazorpayKeyID, gateway.RazorpayKeySecret, gateway.RazorpayWebhookSecret)
	if page {
		text += fmt.Sprintf("Wallets' codes, payments, notifications and faults on %s%s\n", base, gateway.Page)
	}
	return text
}

func (a *app) listLedger(ctx context.Context, path string) (err error) {
	l, err := sandbox.OpenLedger(path)
	if err != nil {
		return fmt.Errorf("%w: name the sandbox's file with --ledger; that of the training terminal is sandbox.db in its folder", err)
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	rows, err := l.Transactions(ctx)
	for _, r := range rows {
		fmt.Fprintf(a.env.Out, "%s  %s  %-24s %10s %10s  **** %s\n", r.GUID, r.SequenceNumber, r.Status, r.Amount.Decimal(), r.EffectiveAmount.Decimal(), r.Last4)
	}
	return err
}

func (a *app) doctor() *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check journal, host, printer and operators, in words",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return a.runDoctor(c.Context(), t) })
		},
	}
	c.AddCommand(a.doctorHost())
	return c
}

func (a *app) runDoctor(ctx context.Context, t *terminal.Terminal) error {
	bad := false
	say := func(name string, err error, good string) {
		if err != nil {
			bad = true
			good = "TROUBLE: " + err.Error()
		}
		fmt.Fprintf(a.env.Out, "%-10s %s\n", name, good)
	}
	fmt.Fprintf(a.env.Out, "%-10s %s, data in %s\n", "mode", t.Mode(), t.Dir())
	rep, err := t.Journal().Verify(ctx)
	if err != nil {
		err = broken(err)
	}
	say("journal", err, fmt.Sprintf("%d events, sound", rep.Events))
	room := t.Journal().Room()
	if room != nil {
		room = fmt.Errorf("%w: free some space; until then no sale is taken", room)
	}
	say("disk", room, "room for sales")
	t.CheckHost(ctx)
	say("host", partError(t.Snapshot().Host), "answers and takes the account")
	say("clock", t.CheckClock(), "agrees with the host's, or the host tells none")
	offer := "not asked yet what the account offers: paydesk doctor host"
	if o := t.Offer(); !o.Checked.IsZero() {
		offer = fmt.Sprintf("as found on %s, the %s dialect: paydesk doctor host tells more", o.Checked.Local().Format("2006-01-02"), o.Dialect)
	}
	say("account", nil, offer)
	say("printer", t.CheckPrinter(ctx), "ready, or none is set up")
	all, err := t.Operators(ctx)
	if err == nil && len(all) == 0 {
		err = errors.New("nobody can sign in: paydesk operator add NAME --role owner")
	}
	say("operators", err, fmt.Sprintf("%d can sign in", len(all)))
	say("payments", nil, fmt.Sprintf("%d are being settled", len(t.Snapshot().Live)))
	if bad {
		return exitError(ExitError)
	}
	return nil
}

func partError(p engine.Part) error {
	switch {
	case p.Health == engine.HealthTrouble:
		return errors.New(p.Text)
	case p.Health == engine.HealthUnsure:
		return errors.New("it has not answered yet: run the doctor again")
	}
	return nil
}

func (a *app) printTest() *cobra.Command {
	return &cobra.Command{
		Use:   "print-test",
		Short: "Print a test slip on the receipt printer",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				if err := t.PrintTest(c.Context()); err != nil {
					return err
				}
				fmt.Fprintln(a.env.Out, "The test slip was printed.")
				return nil
			})
		},
	}
}

func (a *app) pole() *cobra.Command {
	test := &cobra.Command{
		Use:   "test",
		Short: "Show a test text on the customer's display",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				if err := t.TestPole(c.Context()); err != nil {
					return err
				}
				fmt.Fprintln(a.env.Out, "The test text was sent: 20 digits above, the time below. If the display shows something else, change display.pole_dialect or the speed.")
				return nil
			})
		},
	}
	c := &cobra.Command{Use: "pole", Short: "The customer's display of two lines"}
	c.AddCommand(test)
	return c
}
