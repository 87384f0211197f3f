package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/order"
)

// probeFlags say how the host is probed and how it is told.
type probeFlags struct{ try, confirmed, json bool }

func (a *app) doctorHost() *cobra.Command {
	var f probeFlags
	c := &cobra.Command{
		Use:   "host",
		Short: "Find out what the payment account offers, and work by it",
		Long: "Asks the payment host what the account offers, tells it in words, and stores it: what the account can't do is not shown\n" +
			"any more. Without --try it only reads.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return a.probeHost(c.Context(), t, f) })
		},
	}
	c.Flags().BoolVar(&f.try, "try", false, "also sell, hold, capture and void a few units on a test card; for training and test accounts")
	c.Flags().BoolVar(&f.confirmed, "confirm", false, "allow --try at the real payment service")
	c.Flags().BoolVar(&f.json, "json", false, "print what was found as JSON, for scripts")
	return c
}

// probeHost probes and prints. Whatever a person should look at makes the exit
// code 1, though the offer is stored.
func (a *app) probeHost(ctx context.Context, t *terminal.Terminal, f probeFlags) error {
	offer, steps, err := t.ProbeHost(ctx, f.try, f.confirmed, nil)
	if err != nil {
		return err
	}
	if f.json {
		out := json.NewEncoder(a.env.Out)
		out.SetIndent("", "  ")
		err = out.Encode(struct {
			Offer order.Offer       `json:"offer"`
			Can   map[string]bool   `json:"can"`
			Steps []terminal.Probed `json:"steps"`
		}{offer, can(offer), steps})
	} else {
		a.tellProbe(offer, steps)
	}
	if err == nil && slices.ContainsFunc(steps, func(s terminal.Probed) bool { return s.Trouble }) {
		err = exitError(ExitError)
	}
	return err
}

func can(o order.Offer) map[string]bool {
	all := map[string]bool{}
	for _, f := range order.Features {
		all[string(f)] = o.Can(f)
	}
	return all
}

// tellProbe prints the steps and then what follows from them.
func (a *app) tellProbe(offer order.Offer, steps []terminal.Probed) {
	for _, s := range steps {
		mark := ""
		if s.Trouble {
			mark = "TROUBLE: "
		}
		fmt.Fprintf(a.env.Out, "%-13s %s%s (%s: %s)\n", s.Name, mark, s.Means, s.Asked, s.Got)
	}
	fmt.Fprintf(a.env.Out, "\nThe account speaks the %s dialect.\n", offer.Dialect)
	for _, f := range order.Features {
		word, how := "no", ""
		if offer.Can(f) {
			word = "yes"
		}
		if _, known := offer.Has[f]; !known {
			how = "  as the dialect has it; not found out"
		}
		fmt.Fprintf(a.env.Out, "%-18s %-3s%s\n", f, word, how)
	}
}
