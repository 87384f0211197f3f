package cli

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/order"
)

// journal looks after the journal itself.
func (a *app) journal() *cobra.Command {
	c := &cobra.Command{Use: "journal", Short: "Check, export, back up, restore, salvage or rebuild the journal"}
	c.AddCommand(a.verifyJournal(), a.exportJournal(), a.backupJournal(), a.restoreJournal(), a.salvageJournal(), a.rebuildJournal())
	return c
}

// journalJSON is the result of a check as scripts see it.
type journalJSON struct {
	Events   int64     `json:"events"`
	Head     string    `json:"head"`
	Seals    int       `json:"seals"`
	Sealed   *headJSON `json:"sealed,omitempty"`
	Keys     []string  `json:"keys"`
	Nonces   []string  `json:"nonces"`
	Mode     string    `json:"mode,omitempty"`
	Withheld int64     `json:"withheld,omitempty"`
	// Restored is true until the journal was held against the host.
	Restored bool `json:"restored"`
	// Found is the event of the head that was asked for.
	Found *headJSON `json:"found,omitempty"`
}

type headJSON struct {
	Event int64  `json:"event"`
	At    string `json:"at"`
	Head  string `json:"head"`
}

func headOf(h terminal.JournalHead) *headJSON {
	return &headJSON{Event: h.Seq, At: h.At.Format(stampForm), Head: hex.EncodeToString(h.Hash)}
}

func reportJSON(rep terminal.JournalReport) journalJSON {
	out := journalJSON{Events: rep.Events, Head: hex.EncodeToString(rep.Head), Seals: rep.Seals, Keys: []string{},
		Nonces: rep.Nonces, Mode: string(rep.Mode), Withheld: rep.Withheld, Restored: rep.Restored}
	if rep.Seals > 0 {
		out.Sealed = headOf(rep.Sealed)
	}
	for _, k := range rep.Keys {
		out.Keys = append(out.Keys, hex.EncodeToString(k))
	}
	return out
}

func (a *app) verifyJournal() *cobra.Command {
	var printed, export string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check the journal's whole chain, its seals and its projections; works beside an open window",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if export != "" {
				if printed != "" {
					return errors.New("a printed head is looked for in the journal itself: leave --export or --head away")
				}
				return a.verifyExport(export, asJSON)
			}
			return a.withReader(func(j *terminal.History) error { return a.verify(c.Context(), j, printed, asJSON) })
		},
	}
	c.Flags().StringVar(&printed, "head", "", "also look for a head as it was printed, at least its first 16 digits")
	c.Flags().StringVar(&export, "export", "", "check this exported file instead")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return c
}

func (a *app) verify(ctx context.Context, j *terminal.History, printed string, asJSON bool) error {
	rep, err := j.Verify(ctx)
	if err != nil {
		return broken(err)
	}
	out := reportJSON(rep)
	if printed != "" {
		digits := strings.ToLower(strings.Join(strings.Fields(printed), ""))
		found, err := j.Find(ctx, digits)
		if errors.Is(err, order.ErrNotFound) {
			return fmt.Errorf("no event of this journal has the head %s. Either it was printed by another terminal, or events were taken away or written anew since: keep the slip and this journal, and call your support", digits)
		}
		if err != nil {
			return err
		}
		out.Found = headOf(found)
	}
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(out)
	}
	a.printReport(out)
	return nil
}

// broken says what to do about a journal that does not hold.
func broken(err error) error {
	return fmt.Errorf("the journal does not hold: %w. Save what can be saved with: paydesk journal salvage, or put a backup back with: paydesk journal restore FILE", err)
}

func (a *app) printReport(r journalJSON) {
	w := a.env.Out
	fmt.Fprintf(w, "%d events, sound. Head %s\n", r.Events, r.Head)
	switch {
	case r.Sealed != nil:
		fmt.Fprintf(w, "%d seals; the newest is event %d of %s, head %s\n", r.Seals, r.Sealed.Event, r.Sealed.At, r.Sealed.Head)
	default:
		fmt.Fprintln(w, "Not sealed yet: the next closed batch is.")
	}
	if r.Withheld > 0 {
		fmt.Fprintf(w, "%d events are withheld, since they hold hashes of PINs\n", r.Withheld)
	}
	if len(r.Keys) > 1 {
		fmt.Fprintf(w, "The key that signs was changed %d times. That is right after a restore on another computer or a lost keyring, and else not.\n", len(r.Keys)-1)
	}
	if r.Restored {
		fmt.Fprintln(w, "This journal was restored and has not been held against the host yet.")
	}
	if r.Found != nil {
		fmt.Fprintf(w, "The printed head is that of event %d of %s: everything up to it is as it was then.\n", r.Found.Event, r.Found.At)
	}
}

func (a *app) verifyExport(path string, asJSON bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("the export cannot be read (%w): check its name", err)
	}
	defer f.Close()
	rep, err := terminal.VerifyExport(f)
	if err != nil {
		return fmt.Errorf("the export %s does not hold: %w", path, err)
	}
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(reportJSON(rep))
	}
	a.printReport(reportJSON(rep))
	return nil
}

func (a *app) exportJournal() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "export",
		Short: "Write every event as a line of JSON, without secrets; works beside an open window",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withReader(func(j *terminal.History) error {
				if out == "-" {
					if _, err := j.Export(c.Context(), a.env.Out); err != nil {
						return broken(err)
					}
					return nil
				}
				rep, err := terminal.ExportJournal(c.Context(), j, out)
				if err == nil {
					fmt.Fprintf(a.env.Out, "%d events in %s, %d of them withheld. Head %x\n", rep.Events, out, rep.Withheld, rep.Head)
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&out, "out", "-", "a file that is not there yet; - is the screen")
	return c
}

func (a *app) backupJournal() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "backup FOLDER",
		Short: "Write the journal into a folder, under a new name, and check it; works beside an open window",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withReader(func(j *terminal.History) error {
				s, err := j.Backup(c.Context(), args[0])
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(a.env.Out).Encode(struct {
						File   string `json:"file"`
						Bytes  int64  `json:"bytes"`
						Events int64  `json:"events"`
						Head   string `json:"head"`
					}{s.Path, s.Size, s.Events, hex.EncodeToString(s.Head)})
				}
				fmt.Fprintf(a.env.Out, "%s: %d events, %d bytes, checked. Head %x\n", s.Path, s.Events, s.Size, s.Head)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return c
}

func (a *app) restoreJournal() *cobra.Command {
	var asJSON, leaveStored bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the journal, which is kept in a folder beside",
		Long: "Puts a backup in the place of the journal, which moves into a dated folder beside it.\n" +
			"What was sold since the backup is not in it: the terminal asks the host before it sells again.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := terminal.RestoreJournal(c.Context(), a.dir, a.mode(), args[0], leaveStored)
			if err != nil {
				return err
			}
			return a.putBack(p, asJSON)
		},
	}
	c.Flags().BoolVar(&leaveStored, "leave-stored", false, "give up the stored sales of the journal that is there")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return c
}

func (a *app) salvageJournal() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "salvage",
		Short: "Make a journal of what can be read of a damaged one, which is kept in a folder beside",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := terminal.SalvageJournal(c.Context(), a.dir, a.mode())
			if err != nil {
				return err
			}
			return a.putBack(p, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return c
}

// putBack tells what restore or salvage did.
func (a *app) putBack(p terminal.PutBack, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(struct {
			Events   int64  `json:"events"`
			Head     string `json:"head"`
			Nonce    string `json:"nonce"`
			Aside    string `json:"aside,omitempty"`
			Lost     int64  `json:"lost"`
			Readable int64  `json:"readable"`
			Behind   string `json:"behind,omitempty"`
		}{p.Events, hex.EncodeToString(p.Head), p.Nonce, p.Aside, p.Lost, p.Readable, p.Behind})
	}
	w := a.env.Out
	fmt.Fprintf(w, "%d events are in place again, head %x.\n", p.Events, p.Head)
	if p.Lost > 0 {
		fmt.Fprintf(w, "At least %d events behind them are lost.\n", p.Lost)
	}
	if p.Readable > 0 {
		fmt.Fprintf(w, "%d of those can still be read and are in %s\n", p.Readable, p.Behind)
	}
	if p.Aside != "" {
		fmt.Fprintf(w, "The journal that was there before is in %s\n", p.Aside)
	}
	fmt.Fprintf(w, "Numbers of sales begin with %s from now on. The terminal asks the host about everything before it sells again.\n", p.Nonce)
	return nil
}
