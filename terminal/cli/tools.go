package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/sandbox"
)

func (a *app) sandboxCommand() *cobra.Command {
	var listen, ledger string
	c := &cobra.Command{
		Use:   "sandbox",
		Short: "Run the sandbox host by itself, for tests and integrations",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.runSandbox(c.Context(), listen, ledger)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8787", "address on this computer")
	c.PersistentFlags().StringVar(&ledger, "ledger", "sandbox.db", "file of the sandbox's ledger")
	c.AddCommand(&cobra.Command{Use: "ledger", Short: "List what the sandbox's ledger holds", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.listLedger(c.Context(), ledger) }})
	return c
}

func (a *app) runSandbox(ctx context.Context, listen, ledger string) (err error) {
	host, err := sandbox.Open(sandbox.Options{Path: ledger, Log: a.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, host.Close()) }()
	server, err := host.Listen(listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.env.Out, "Sandbox host on %s\nUser name %s, password %s, device %s\n",
		server.URL(), sandbox.DefaultUsername, sandbox.DefaultPassword, sandbox.DeviceGUID)
	<-ctx.Done()
	return nil
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
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check journal, host, printer and operators, in words",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return a.runDoctor(c.Context(), t) })
		},
	}
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
		err = fmt.Errorf("the journal does not hold (%w): copy its folder to a safe place and call your support", err)
	}
	say("journal", err, fmt.Sprintf("%d events, sound", rep.Events))
	room := t.Journal().Room()
	if room != nil {
		room = fmt.Errorf("%w: free some space; until then no sale is taken", room)
	}
	say("disk", room, "room for sales")
	t.CheckHost(ctx)
	say("host", partError(t.Snapshot().Host), "answers and takes the account")
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
