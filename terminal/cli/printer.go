package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
)

func (a *app) printer() *cobra.Command {
	c := &cobra.Command{Use: "printer", Short: "The receipt printer: how it is, what it is, a test slip"}
	run := func(use, short string, args cobra.PositionalArgs, do func(c *cobra.Command, t *terminal.Terminal, args []string) error) {
		c.AddCommand(&cobra.Command{Use: use, Short: short, Args: args, RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return do(c, t, args) })
		}})
	}
	run("status", "Ask the printer how it is; nothing is printed", cobra.NoArgs, a.printerStatus)
	run("list", "List what may be a printer of this computer", cobra.NoArgs, a.printerList)
	run("probe TARGET", "Find out the speed of a printer and what it is, such as: probe /dev/ttyUSB0", cobra.ExactArgs(1), a.printerProbe)
	run("profiles", "List the kinds of printers to choose from", cobra.NoArgs, func(_ *cobra.Command, t *terminal.Terminal, _ []string) error {
		for _, p := range t.Profiles() {
			fmt.Fprintf(a.env.Out, "%-20s %s\n", p.Name, p.Title)
		}
		return nil
	})
	test := a.printTest()
	test.Use = "test"
	c.AddCommand(test)
	return c
}

func (a *app) printerStatus(c *cobra.Command, t *terminal.Terminal, _ []string) error {
	if err := t.CheckPrinter(c.Context()); err != nil {
		return err
	}
	s := t.Snapshot()
	if s.Printer.Health == engine.HealthOff {
		return errors.New("no receipt printer is set up: paydesk printer list shows what may be one, paydesk settings set printer.target chooses it")
	}
	fmt.Fprintf(a.env.Out, "%s: %s\n", t.Settings().Printer.Target, t.PrinterText())
	if s.Drawer != "" {
		fmt.Fprintf(a.env.Out, "The cash drawer is %s.\n", s.Drawer)
	}
	return nil
}

func (a *app) printerList(_ *cobra.Command, t *terminal.Terminal, _ []string) error {
	found := t.Printers()
	for _, name := range found {
		fmt.Fprintln(a.env.Out, name)
	}
	if len(found) == 0 {
		return errors.New("nothing here looks like a printer: one in the network is written as tcp:HOST, a serial one as its device")
	}
	return nil
}

func (a *app) printerProbe(c *cobra.Command, t *terminal.Terminal, args []string) error {
	f, err := t.ProbePrinter(c.Context(), args[0])
	if err != nil {
		return err
	}
	if f.Maker == "" && f.Profile == "" {
		return errors.New(f.Text)
	}
	for _, line := range []struct{ name, value string }{{"maker", f.Maker}, {"model", f.Model}, {"profile", f.Profile}} {
		if line.value != "" {
			fmt.Fprintf(a.env.Out, "%-8s %s\n", line.name, line.value)
		}
	}
	if f.Baud != 0 {
		fmt.Fprintf(a.env.Out, "%-8s %d\n", "baud", f.Baud)
	}
	fmt.Fprintln(a.env.Out, f.Text)
	return nil
}
