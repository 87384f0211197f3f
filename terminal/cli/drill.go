package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal/drill"
	"paydesk/terminal/drill/spool"
)

func (a *app) drill() *cobra.Command {
	c := &cobra.Command{Use: "drill", Short: "Try the terminal's rules against what can go wrong, without touching its data"}
	c.AddCommand(a.drillDay(), a.checkSheet(), a.drillDays(), a.simulate(), a.drillSpool())
	return c
}

func (a *app) simulate() *cobra.Command {
	var o drill.Options
	var jsonOut, story bool
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Play histories of sales while host, network, disk and clock fail",
		Long: "Plays histories of sales with the program's own engine and journal, in a folder that is thrown away, while\n" +
			"host, network, disk and clock fail and the program dies. It prints which faults were fired how often, and\n" +
			"every rule about the money that did not hold. The same seed gives the same log hash. To see one history\n" +
			"again: --first NUMBER --histories 1 --story.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Histories < 1 || o.First < 0 || o.Jobs < 1 {
				return errors.New("--histories and --jobs take 1 or more, --first 0 or more")
			}
			if story {
				if o.Histories > 1 || jsonOut {
					return errors.New("--story tells one history, in words: give --histories 1, and leave --json away")
				}
				o.Story = a.env.Out
			}
			r, err := drill.Run(c.Context(), o)
			if err != nil {
				return err
			}
			if jsonOut {
				err = json.NewEncoder(a.env.Out).Encode(r)
			} else {
				a.tellDrill(r)
			}
			if err == nil && len(r.Violations) > 0 {
				return exitError(ExitError)
			}
			return err
		},
	}
	f := c.Flags()
	f.Uint64Var(&o.Seed, "seed", 1, "what chance begins with")
	f.IntVar(&o.Histories, "histories", 1000, "how many are played")
	f.IntVar(&o.First, "first", 0, "number of the first one")
	f.IntVar(&o.Jobs, "jobs", runtime.NumCPU(), "how many are played at once; the result does not depend on it")
	f.StringVar(&o.Dir, "dir", "", "folder for the journals that are thrown away (default: memory, or the system's folder)")
	f.BoolVar(&story, "story", false, "tell what happens, line by line")
	f.BoolVar(&jsonOut, "json", false, "print JSON")
	return c
}

func (a *app) drillSpool() *cobra.Command {
	var o spool.Options
	var jsonOut bool
	c := &cobra.Command{
		Use:   "spool",
		Short: "Pull the receipt printer's cable and kill the program, and look at the paper",
		Long: "Plays shops whose receipt printer, on a pseudo-terminal, loses cable, power and paper at random bytes while\n" +
			"the program is killed, and holds the paper against the journal: no receipt lost, and no second one that does\n" +
			"not say COPY. It takes real time: some 1000 troubles in ten minutes.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Pulls < 1 || o.Shops < 1 {
				return errors.New("--pulls and --shops take 1 or more")
			}
			r, err := spool.Run(c.Context(), o)
			if err != nil {
				return err
			}
			if jsonOut {
				err = json.NewEncoder(a.env.Out).Encode(r)
			} else {
				for _, what := range slices.Sorted(maps.Keys(r.Pulls)) {
					fmt.Fprintf(a.env.Out, "%9d × %s\n", r.Pulls[what], what)
				}
				for _, v := range r.Violations {
					fmt.Fprintln(a.env.Out, "VIOLATION:", v)
				}
				fmt.Fprintf(a.env.Out, "%d troubles of seed %d with %d sales: %d slips, a person asked %d times, %d copies; %d violations in %v\n",
					r.Fired, r.Seed, r.Sales, r.Slips, r.Asked, r.Copies, len(r.Violations), r.Took.Round(time.Second))
			}
			if err == nil && len(r.Violations) > 0 {
				return exitError(ExitError)
			}
			return err
		},
	}
	f := c.Flags()
	f.Uint64Var(&o.Seed, "seed", 1, "what chance begins with")
	f.IntVar(&o.Pulls, "pulls", 1000, "how often something happens to cable, printer or program")
	f.IntVar(&o.Shops, "shops", 8, "how many shops are played at once")
	f.StringVar(&o.Dir, "dir", "", "folder for what is thrown away (default: the system's)")
	f.BoolVar(&jsonOut, "json", false, "print JSON")
	return c
}

func (a *app) tellDrill(r drill.Report) {
	for _, name := range slices.Sorted(maps.Keys(r.Faults)) {
		fmt.Fprintf(a.env.Out, "%9d × %s\n", r.Faults[name], name)
	}
	for _, v := range r.Violations {
		fmt.Fprintf(a.env.Out, "VIOLATION of invariant %d in history %d of seed %d: %s\n", v.Invariant, v.History, v.Seed, v.Text)
	}
	fmt.Fprintf(a.env.Out, "%d histories of seed %d with %d orders, %d commits, %d approvals shown, %d faults\n",
		r.Histories, r.Seed, r.Orders, r.Commits, r.Shown, r.Fired)
	fmt.Fprintln(a.env.Out, r.Stored)
	fmt.Fprintln(a.env.Out, r.Bills)
	fmt.Fprintln(a.env.Out, r.Wallets)
	fmt.Fprintf(a.env.Out, "%d violations; %d histories a second; log hash %s\n", len(r.Violations), r.PerSecond(), r.Hash)
}
