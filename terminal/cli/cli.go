// Package cli is the command line: everything that the window can do and some
// that it need not, for scripts, for machines without a display, and as an
// independent witness of what the window did.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/redact"
	"paydesk/terminal/settings"
)

// Exit codes, for scripts.
const (
	ExitOK       = 0
	ExitError    = 1 // a sentence on standard error says what to do
	ExitDeclined = 3 // refused or not done: no money moved; of a receipt: not genuine
	ExitUnknown  = 4 // the outcome is not known yet; the terminal goes on
	ExitApproval = 5 // nothing was done: somebody with the right has to approve it
)

// Env is what the commands reach of the world around them.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Version  string
	// Window opens the terminal's window and returns when it is closed; it is
	// what happens without a sub-command. It is nil where there is none.
	Window func(ctx context.Context, o WindowOptions) error
}

// WindowOptions are the flags that the window wants.
type WindowOptions struct {
	Terminal   terminal.Options
	Fullscreen bool
}

// exitError carries an exit code through the command tree. Its text, if any,
// was printed already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// app is one run of the command line.
type app struct {
	env      Env
	dir      string
	training bool
	live     bool
	pin      string
	operator string
	approver string
	log      *slog.Logger
}

// Run carries out the arguments and returns the exit code.
func Run(ctx context.Context, env Env, args []string) int {
	a := &app{env: env}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	err := root.ExecuteContext(ctx)
	var code exitError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &code):
		return int(code)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("stopped before it was done: what is under way is settled when the terminal runs (paydesk settle)")
	}
	fmt.Fprintln(env.Err, redact.Text(sentence(err.Error())))
	if askOf(err) != nil {
		return ExitApproval
	}
	return ExitError
}

// sentence gives an error the form of one. A setting's name at its beginning
// stays as it is written.
func sentence(text string) string {
	if first, _, _ := strings.Cut(text, " "); !strings.Contains(first, ".") {
		r, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(r)) + text[size:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

func (a *app) root() *cobra.Command {
	var fullscreen bool
	root := &cobra.Command{
		Use:   "paydesk",
		Short: "A payment terminal for the counter",
		Long: "Paydesk takes card payments at a counter. Without a sub-command it opens its window.\n\n" +
			"Exit codes: 0 approved or done, 1 an error with a sentence on what to do, 3 not charged or not done, or a receipt is not genuine,\n" +
			"4 not known yet: the terminal settles it by itself when it runs, 5 somebody has to approve it (--approved-by). --json prints amounts as decimal text.",
		Args:          cobra.NoArgs,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return a.prepare()
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if a.env.Window == nil {
				return c.Help()
			}
			return a.env.Window(c.Context(), WindowOptions{Terminal: a.options(), Fullscreen: fullscreen})
		},
	}
	root.Flags().BoolVar(&fullscreen, "fullscreen", false, "fill the screen")
	f := root.PersistentFlags()
	f.StringVar(&a.dir, "data", "", "data folder (default ~/.local/share/paydesk, or $PAYDESK_DATA)")
	f.BoolVar(&a.training, "training", false, "work against the embedded sandbox host; no money moves")
	f.BoolVar(&a.live, "live", false, "work against the payment service")
	f.StringVar(&a.operator, "operator", "", "name of the operator who acts")
	f.StringVar(&a.pin, "pin", "", "the operator's PIN (better: $PAYDESK_PIN, or type it when asked)")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(a.demo(), a.sale(), a.cash(), a.bill(), a.wallet(), a.ipn(), a.customers(), a.payouts(), a.stored(), a.hold(), a.capture(), a.void(), a.giveReturn(), a.checkCard(), a.issueCard(),
		a.shift(), a.batch(), a.reportCommand(), a.export(), a.history(), a.show(), a.lookup(), a.search(), a.devices(), a.users(), a.settle(), a.park(), a.reconcile(),
		a.decide("keep", "Keep a partial approval as it is", func(t *terminal.Terminal, ctx context.Context, n string) error { return t.Keep(ctx, n) }),
		a.approvable(a.decide("give-back", "Take a partial approval back", func(t *terminal.Terminal, ctx context.Context, n string) error { return t.GiveBack(ctx, n) })),
		a.journal(), a.receipt(), a.spool(), a.drawer(), a.mail(), a.codes(), a.settingsCommand(),
		a.setup(), a.operatorCommand(), a.sandboxCommand(), a.drill(), a.doctor(), a.printTest(), a.printer(), a.pole(), a.version())
	explain(root)
	return root
}

// explain makes what is wrong with the words of a command line a sentence that
// says what to do, in a command and all below it.
func explain(c *cobra.Command) {
	if !c.Runnable() { // a group: its name alone shows what is in it
		c.Args, c.RunE = cobra.NoArgs, func(c *cobra.Command, _ []string) error { return c.Help() }
	}
	check := c.Args
	c.Args = func(c *cobra.Command, args []string) error {
		switch err := check(c, args); {
		case err == nil:
			return nil
		case c.HasSubCommands() && len(args) > 0:
			return fmt.Errorf("there is no command %q: %s --help lists the commands", args[0], c.CommandPath())
		}
		return fmt.Errorf("write it as %q: %s --help tells more", c.UseLine(), c.CommandPath())
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("this cannot be read (%w): %s --help lists what can be written", err, c.CommandPath())
	})
	for _, sub := range c.Commands() {
		explain(sub)
	}
}

func (a *app) prepare() error {
	if a.training && a.live {
		return errors.New("a terminal is either for training or live: leave one of --training and --live away")
	}
	if a.dir == "" {
		var err error
		if a.dir, err = terminal.DefaultDir(); err != nil {
			return err
		}
	}
	level := slog.LevelWarn
	if os.Getenv("PAYDESK_DEBUG") != "" {
		level = slog.LevelDebug
	}
	a.log = slog.New(redact.New(slog.NewTextHandler(a.env.Err, &slog.HandlerOptions{Level: level})))
	return nil
}

// mode is what the flags say; without one, live where that was set up.
func (a *app) mode() settings.Mode {
	switch {
	case a.training:
		return settings.Training
	case a.live || terminal.LiveExists(a.dir):
		return settings.Live
	}
	return settings.Training
}

func (a *app) options() terminal.Options {
	return terminal.Options{Dir: a.dir, Mode: a.mode(), Ask: a.askSecret, Log: a.log}
}

// withTerminal opens the terminal for one command.
func (a *app) withTerminal(ctx context.Context, f func(*terminal.Terminal) error) error {
	t, err := terminal.Open(ctx, a.options())
	if err != nil {
		return err
	}
	return errors.Join(f(t), t.Close())
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(a.env.Out, "paydesk", a.env.Version)
			return nil
		}}
}
