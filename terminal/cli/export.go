package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/order"
)

// export takes what moved out of the terminal: as a statement, as often as somebody
// likes, or into the books, once.
func (a *app) export() *cobra.Command {
	c := &cobra.Command{Use: "export", Short: "Take what was sold out of the terminal: csv, json, statement, or into the books: bank-csv, xero-csv, xero",
		Long: "Writes statements of what moved, or takes Z reports into the books, each of them once.\n" +
			"Days are business days such as 2026-11-21; without any it is the present one.\n\n" +
			"Exit codes: 0 done, 1 refused with a sentence on what to do, 4 not known yet: the terminal looks it up by itself when it runs."}
	c.AddCommand(a.statement("csv", "Write each movement of the shop's money as CSV", "csv", ""),
		a.statement("json", "Write each movement of the shop's money as lines of JSON", "json", ""),
		a.statement("statement", "Write what each day or month came to", "csv", "day"),
		a.exportTo(order.ExportBankCSV, "Write bank statements for an import into Xero by hand, a file for each clearing account"),
		a.exportTo(order.ExportXeroCSV, "Write invoices for an import into Xero by hand"),
		a.exportTo(order.ExportXero, "Post the days into the books at Xero"),
		a.exportList(), a.exportCheck(), a.exportSecret(), a.exportSignIn())
	return c
}

// span are two flags for business days.
type span struct{ from, to string }

func (s *span) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.from, "from", "", "the first business day, such as 2026-11-21")
	c.Flags().StringVar(&s.to, "to", "", "the last business day; without it the first")
}

// days are those of the flags; the present one without any.
func (s *span) days(t *terminal.Terminal) (from, to order.Day) {
	from, to = order.Day(s.from), order.Day(s.to)
	switch {
	case from == "" && to == "":
		from = t.Day().Of(t.Now())
		to = from
	case to == "":
		to = from
	case from == "":
		from = to
	}
	return from, to
}

func (a *app) statement(use, short, format, by string) *cobra.Command {
	var s span
	var out string
	var asJSON bool
	c := a.signedIn(use, short, 0, func(ctx context.Context, t *terminal.Terminal, _ []string) (err error) {
		r := terminal.StatementRequest{By: by, Format: format}
		if r.From, r.To = s.days(t); asJSON {
			r.Format = "json"
		}
		if out == "" {
			return t.WriteStatement(ctx, r, a.env.Out)
		}
		return writeWhole(out, func(w io.Writer) error { return t.WriteStatement(ctx, r, w) })
	})
	s.flags(c)
	c.Flags().StringVar(&by, "by", by, "day or month: what each comes to")
	c.Flags().StringVar(&out, "out", "", "into this file and not to the screen")
	if format != "json" {
		c.Flags().BoolVar(&asJSON, "json", false, "as lines of JSON")
	}
	return c
}

// writeWhole writes a file that is whole or as it was before. What is no file, such
// as a pipe, is written as it is.
func writeWhole(path string, write func(io.Writer) error) error {
	part := path + ".part"
	if at, err := os.Stat(path); err == nil && !at.Mode().IsRegular() {
		part = path
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("the file cannot be written; name another one: %w", err)
	}
	err = write(f)
	if shut := f.Close(); err == nil {
		err = shut
	}
	if errors.As(err, new(*os.PathError)) {
		err = fmt.Errorf("the file could not be finished; name another one, or free some space: %w", err)
	}
	switch {
	case part == path:
		return err
	case err == nil:
		return os.Rename(part, path)
	}
	return errors.Join(err, os.Remove(part))
}

func (a *app) exportTo(target order.ExportTarget, short string) *cobra.Command {
	var s span
	var r terminal.ExportRequest
	var preview, asJSON bool
	c := a.signedIn(string(target), short, 0, func(ctx context.Context, t *terminal.Terminal, _ []string) error {
		r.Target = target
		r.From, r.To = s.days(t)
		do := t.ExportPeriod
		if preview {
			do = t.ExportPreview
		}
		list, err := do(ctx, r)
		if err == nil || len(list) > 0 { // what was done before something failed is told, too
			err = errors.Join(err, a.printExports(list, asJSON))
		}
		if err != nil || preview {
			return err
		}
		return exportCode(list)
	})
	c.Long = short + ".\nWhat went there before is not taken there again; what was rejected is sent once more, as the settings are now."
	s.flags(c)
	c.Flags().BoolVar(&preview, "preview", false, "show what would be entered, and enter nothing")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	if target == order.ExportXero {
		c.Flags().BoolVar(&r.Today, "today", false, "date the entries today, where the books are locked for the day itself")
		c.Flags().BoolVar(&r.Again, "again", false, "post days whose file for Xero was written, and was not imported. For the owner")
	} else {
		c.Flags().StringVar(&r.Folder, "out", "", "folder for the files (default: exports, among the terminal's data)")
		c.Flags().BoolVar(&r.Again, "again", false, "write days again that were written before; the file's name says COPY. For the owner")
	}
	return c
}

// exportCode is the exit code of what was exported: unknown goes before rejected.
func exportCode(list []order.Export) error {
	refused := false
	for _, e := range list {
		if e.Waits() {
			return exitError(ExitUnknown)
		}
		refused = refused || !e.Done
		for _, p := range e.Postings {
			refused = refused || p.There.Currency != ""
		}
	}
	if refused {
		return exitError(ExitError)
	}
	return nil
}

func (a *app) exportList() *cobra.Command {
	var s span
	var asJSON bool
	c := a.signedIn("list", "List what went into the books", 0, func(ctx context.Context, t *terminal.Terminal, _ []string) error {
		from, to := s.days(t)
		list, err := t.Exports(ctx, from, to)
		return errors.Join(err, a.printExports(list, asJSON))
	})
	s.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func (a *app) exportCheck() *cobra.Command {
	return &cobra.Command{Use: "check", Short: "Try the connection to Xero, and whether the books have what is needed; nothing is entered", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				if err := a.asOwner(c.Context(), t, func() error { return t.CheckXero(c.Context()) }); err != nil {
					return err
				}
				_, err := fmt.Fprintln(a.env.Out, "Xero answers, and its books have all that is needed.")
				return err
			})
		}}
}

// exportSecret keeps the client's secret, which is asked for: arguments are seen by
// others.
func (a *app) exportSecret() *cobra.Command {
	var remove bool
	c := &cobra.Command{Use: "secret", Short: "Keep Xero's client secret; it is asked for, or read from the input", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				var secret []byte
				if !remove {
					var err error
					if secret, err = a.askSecret(terminal.XeroSecret + ": "); err != nil {
						return err
					}
					if len(secret) == 0 {
						return errors.New("nothing was entered, and nothing was changed: --remove takes the secret away")
					}
				}
				return a.asOwner(c.Context(), t, func() error { return t.SetXeroSecret(c.Context(), append([]byte(nil), secret...)) })
			})
		}}
	c.Flags().BoolVar(&remove, "remove", false, "take the secret away")
	return c
}

func (a *app) exportSignIn() *cobra.Command {
	return &cobra.Command{Use: "sign-in", Short: "Sign in at Xero with a browser on this computer, where xero.connection is standard", Args: cobra.NoArgs,
		Long: "Prints an address to open in a browser on this computer, and waits for up to five minutes until somebody signed in at Xero there.\n" +
			"The application at Xero needs the redirect URI " + terminal.XeroRedirect + ".",
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				return a.asOwner(c.Context(), t, func() error {
					return t.SignInXero(c.Context(), func(address string) error {
						_, err := fmt.Fprintln(a.env.Out, address)
						return err
					})
				})
			})
		}}
}

// exportJSON is an export as scripts see it: amounts are decimal text.
type exportJSON struct {
	ID       string        `json:"id"`
	Target   string        `json:"target"`
	Z        int           `json:"z"`
	Day      string        `json:"day"`
	Done     bool          `json:"done"`
	Files    []string      `json:"files,omitempty"`
	Copies   int           `json:"copies,omitempty"`
	At       string        `json:"at"`
	Postings []postingJSON `json:"postings"`
}

type postingJSON struct {
	Reference string `json:"reference"`
	Kind      string `json:"kind"`
	Account   string `json:"account,omitempty"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	State     string `json:"state"`
	Remote    string `json:"remote,omitempty"`
	There     string `json:"there,omitempty"`
	Message   string `json:"message,omitempty"`
}

func exportOf(e order.Export) exportJSON {
	x := exportJSON{ID: e.ID, Target: string(e.Target), Z: e.Z, Day: string(e.Day), Done: e.Done, Files: e.Files, Copies: e.Copies, At: stamp(e.At), Postings: []postingJSON{}}
	for _, p := range e.Postings {
		j := postingJSON{Reference: p.Reference, Kind: p.Kind, Account: p.Account, Amount: p.Amount.Decimal(), Currency: string(p.Amount.Currency),
			State: string(p.State), Remote: p.Remote, Message: p.Message}
		if p.There.Currency != "" {
			j.There = p.There.Decimal()
		}
		x.Postings = append(x.Postings, j)
	}
	return x
}

func (a *app) printExports(list []order.Export, asJSON bool) error {
	if asJSON {
		all := []exportJSON{}
		for _, e := range list {
			all = append(all, exportOf(e))
		}
		return json.NewEncoder(a.env.Out).Encode(all)
	}
	for _, e := range list {
		state := "not done"
		if e.Done {
			state = "done"
		}
		fmt.Fprintf(a.env.Out, "%s  Z %d  %s  %s  %s\n", e.Day, e.Z, e.Target, state, strings.Join(e.Files, " "))
		for _, p := range e.Postings {
			fmt.Fprintf(a.env.Out, "  %-8s  %-8s  %-40s  %s\n", p.State, p.Kind, p.Reference, p.Amount.Display())
			if p.Message != "" {
				fmt.Fprintf(a.env.Out, "            %s\n", p.Message)
			}
		}
	}
	return nil
}
