package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"paydesk/terminal/drill"
)

func (a *app) drillDays() *cobra.Command {
	var o drill.Options
	var jsonOut bool
	c := &cobra.Command{
		Use:   "days",
		Short: "Play many days while host, network, disk and clock fail, and hold all sums of each day against each other",
		Long: "Plays days with the program's own engine and journal, in a folder that is thrown away. After each, the sums of the\n" +
			"journal, the X and Z reports, the statement, the entries for the books and the host's transactions have to be the same,\n" +
			"or each difference has to be named. The same seed gives the same log hash.\n\n" +
			"Exit codes: 0 nothing differs without a name for it, 1 something does.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Histories < 1 || o.First < 0 || o.Jobs < 1 {
				return errors.New("--days and --jobs take 1 or more, --first 0 or more")
			}
			d, err := drill.RunDays(c.Context(), o)
			if err != nil {
				return err
			}
			if jsonOut {
				err = json.NewEncoder(a.env.Out).Encode(d)
			} else {
				a.tellDays(d)
			}
			if err == nil && len(d.Unexplained) > 0 {
				return exitError(ExitError)
			}
			return err
		},
	}
	f := c.Flags()
	f.Uint64Var(&o.Seed, "seed", 1, "what chance begins with")
	f.IntVar(&o.Histories, "days", 1000, "how many are played")
	f.IntVar(&o.First, "first", 0, "number of the first one")
	f.IntVar(&o.Jobs, "jobs", runtime.NumCPU(), "how many are played at once; the result does not depend on it")
	f.StringVar(&o.Dir, "dir", "", "folder for the journals that are thrown away (default: memory, or the system's folder)")
	f.BoolVar(&jsonOut, "json", false, "print JSON")
	return c
}

func (a *app) tellDays(d drill.Days) {
	for _, name := range slices.Sorted(maps.Keys(d.Faults)) {
		fmt.Fprintf(a.env.Out, "%9d × %s\n", d.Faults[name], name)
	}
	fmt.Fprintln(a.env.Out, "Differences with the host, each named with its transaction and its cents:")
	for _, name := range slices.Sorted(maps.Keys(d.Named)) {
		fmt.Fprintf(a.env.Out, "%9d × %s\n", d.Named[name], name)
	}
	for _, v := range d.Unexplained {
		fmt.Fprintf(a.env.Out, "NOT EXPLAINED on day %d of seed %d: %s\n", v.History, v.Seed, v.Text)
	}
	fmt.Fprintf(a.env.Out, "%9d days of seed %d, %d faults, %d orders, %d commits\n", d.Days, d.Seed, d.Fired, d.Orders, d.Commits)
	fmt.Fprintf(a.env.Out, "%9d movements in %d Z reports and %d closed batches, %d items carried forward, %s in all\n", d.Movements, d.Zs, d.Batches, d.Carried, d.Net)
	fmt.Fprintf(a.env.Out, "%9d days on which journal = X = Z = statement = books = host\n", d.Agreed)
	fmt.Fprintf(a.env.Out, "%9d days on which the host differs, and each difference is named\n", d.Days-d.Agreed-len(d.Unexplained))
	fmt.Fprintf(a.env.Out, "%9d days on which anything is not explained\n", len(d.Unexplained))
	fmt.Fprintf(a.env.Out, "%d.%d days a second; log hash %s\n", d.PerSecond()/10, d.PerSecond()%10, d.Hash)
}
