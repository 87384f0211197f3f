package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"paydesk/receipts/text"
	"paydesk/terminal"
	"paydesk/terminal/card"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// cardFlags are the card of a command. In live mode it is typed when asked.
type cardFlags struct {
	card, expiry, cvv, holder string
	swipe                     bool
}

func (f *cardFlags) addTo(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.card, "card", "", "card number, in training only: arguments can be seen by other programs")
	fl.StringVar(&f.expiry, "expiry", "", "expiry as MMYY, in training only")
	fl.StringVar(&f.cvv, "cvv", "", "security code, in training only")
	fl.StringVar(&f.holder, "holder", "", "name on the card")
	fl.BoolVar(&f.swipe, "swipe", false, "ask for the line that a magnetic stripe reader types, in place of the card")
}

type saleFlags struct {
	cardFlags
	billFlags
	kind                      order.Kind
	note, details, onFile     string
	payments                  int
	keepPartial, json, nowait bool
	offline                   bool
}

func (a *app) sale() *cobra.Command {
	c := a.charge(order.KindSale, "sale AMOUNT", "Take one card payment")
	c.Aliases = []string{"sell"}
	return c
}

// hold is the sale whose money is taken later, by a capture.
func (a *app) hold() *cobra.Command {
	return a.charge(order.KindAuth, "auth AMOUNT", "Hold money on a card, to be captured or voided later")
}

func (a *app) charge(kind order.Kind, use, short string) *cobra.Command {
	f := saleFlags{kind: kind}
	c := &cobra.Command{
		Use:   use,
		Short: short,
		Long: short + ", and wait for its outcome. Number, expiry and security code are asked for, one per line.\n" +
			"Exit code 0: approved. 3: declined or not charged. 4: not known yet; the terminal settles it when it runs.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return a.runSale(c.Context(), t, args[0], f) })
		},
	}
	f.cardFlags.addTo(c)
	fl := c.Flags()
	fl.StringVar(&f.note, "note", "", "the shop's order number or note")
	fl.StringVar(&f.onFile, "on-file", "", "number of an earlier payment or check: charge the card that it left on file, and ask for none")
	fl.StringVar(&f.details, "details", "", "file with StatementDescription, Customer and RiskData in JSON, as the service's document names them")
	if kind == order.KindSale {
		a.approvable(c)
		f.billFlags.addTo(c)
		fl.BoolVar(&f.offline, "offline", false, "where the bank cannot be reached, store the sale within the owner's limits; it is not authorised then")
		fl.IntVar(&f.payments, "payments", 0, "how many supplier cards the sale will pay for (issue-card)")
	}
	fl.BoolVar(&f.keepPartial, "keep-partial", false, "keep a partial approval instead of giving it back")
	fl.BoolVar(&f.nowait, "no-wait", false, "do not wait for the recovery of an unknown outcome")
	fl.BoolVar(&f.json, "json", false, "print the payment as JSON")
	return c
}

func (a *app) runSale(ctx context.Context, t *terminal.Terminal, amountText string, f saleFlags) error {
	amount, err := money.Parse(amountText, t.Settings().Money.Currency)
	if err != nil {
		return amountError(amountText, t.Settings().Money.Currency, err)
	}
	bill, amount, err := f.billFlags.of(ctx, t, amount)
	if err != nil {
		return err
	}
	if err := t.CheckAmount(amount); err != nil {
		return err
	}
	details, err := readDetails(f.details)
	if err != nil {
		return err
	}
	if err := a.signIn(ctx, t); err != nil {
		return err
	}
	if err := t.MaySell(); err != nil {
		return err
	}
	cd, spare, err := a.readPayer(t, f)
	if err != nil {
		return err
	}
	defer spare.Clear()
	fmt.Fprintln(a.env.Err, "Asking the bank …")
	charge := engine.Charge{Order: t.NewOrderID(), Kind: f.kind, Amount: amount, Note: f.note, Bill: bill, Payments: f.payments, OnFile: f.onFile, Details: string(details)}
	sale, err := t.Charge(ctx, charge, cd)
	if unsaved(err) {
		fmt.Fprintln(a.env.Err, err)
		return a.report(ctx, t, sale, f.json)
	}
	if err != nil {
		return err
	}
	if f.offline && sale.State == order.NotSent {
		return a.storeUnsent(ctx, t, charge, spare, f.json)
	}
	if !f.nowait {
		sale = waitForEnd(ctx, t, sale)
	}
	if sale.State == order.PartApproved {
		fmt.Fprintf(a.env.Err, "The bank approved %s of %s.\n", sale.Approved.Display(), sale.Asked.Display())
		decide := t.GiveBack
		if f.keepPartial {
			decide = t.Keep
		}
		if err := decide(ctx, sale.Number); err != nil {
			return err
		}
		sale = waitForEnd(ctx, t, sale)
	}
	waitForPaper(ctx, t)
	return errors.Join(a.afterLeg(ctx, t, bill), a.report(ctx, t, sale, f.json))
}

// readPayer reads the card, and its twin where the sale may be stored. There is
// neither where a card on file is charged.
func (a *app) readPayer(t *terminal.Terminal, f saleFlags) (cd, spare *card.Card, err error) {
	if f.onFile != "" {
		if f.cardFlags != (cardFlags{}) {
			return nil, nil, errors.New("the card on file is charged as it is: leave --card, --expiry, --cvv and --holder away, or --on-file")
		}
		return nil, nil, nil
	}
	if cd, err = a.readCard(t, f.cardFlags); err == nil && f.offline {
		spare = cd.Copy()
	}
	return cd, spare, err
}

// readDetails reads and checks the file of --details; "" is none.
func readDetails(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("the details cannot be read (%w): name a file that is there; nothing was charged", err)
	}
	return data, terminal.CheckDetails(data)
}

// unsaved reports that the request was sent and its outcome could not be
// saved: it is not known, and comes with what is.
func unsaved(err error) bool {
	var p *engine.Problem
	return errors.As(err, &p) && p.Code == engine.ProblemUnsaved
}

// amountError says how an amount is written.
func amountError(text string, c money.Currency, err error) error {
	example := money.New(1250, c).Decimal()
	switch {
	case errors.Is(err, money.ErrDecimals):
		return fmt.Errorf("%q has too many digits behind the point: %s has %d. Write an amount such as %s", text, c, c.Decimals(), example)
	case errors.Is(err, money.ErrRange):
		return fmt.Errorf("%q is more than any card payment: write an amount such as %s", text, example)
	}
	return fmt.Errorf("%q is not an amount: write digits with a point before the cents, such as %s", text, example)
}

// readCard takes the card from flags, in training, or asks for it.
func (a *app) readCard(t *terminal.Terminal, f cardFlags) (*card.Card, error) {
	if (f.card != "" || f.cvv != "") && t.Mode() != settings.Training {
		return nil, errors.New("a card is not taken from the arguments, where other programs can see it: leave --card and --cvv away and type it when asked")
	}
	if f.swipe {
		return a.readSwipe(t, f)
	}
	pan, expiry, cvv := []byte(f.card), []byte(f.expiry), []byte(f.cvv)
	var err error
	for _, q := range []struct {
		prompt string
		into   *[]byte
		skip   bool
	}{{"Card number: ", &pan, false}, {"Expiry MMYY: ", &expiry, false}, {"Security code: ", &cvv, f.card != ""}} {
		if len(*q.into) == 0 && !q.skip {
			if *q.into, err = a.askSecret(q.prompt); err != nil {
				return nil, err
			}
		}
	}
	pan, expiry = digits(pan), digits(expiry)
	if p := card.CheckExpiry(expiry, t.Now()); p != nil {
		return nil, p
	}
	e, err := card.ParseMMYY(expiry)
	if err != nil {
		return nil, err
	}
	return card.New(pan, digits(cvv), e, f.holder)
}

// readSwipe asks for a swipe. What the reader typed is cleared at once.
func (a *app) readSwipe(t *terminal.Terminal, f cardFlags) (*card.Card, error) {
	if f != (cardFlags{swipe: true}) {
		return nil, errors.New("a card is swiped or typed, not both: leave --card, --expiry, --cvv and --holder away, or --swipe")
	}
	tracks, err := a.askSecret("Swipe the card: ")
	if err != nil {
		return nil, err
	}
	defer clear(tracks)
	c, err := card.ReadStripe(tracks)
	if err != nil {
		return nil, err
	}
	if p := c.Expiry().Check(t.Now()); p != nil {
		c.Clear()
		return nil, p
	}
	return c, nil
}

// digits drops the spaces, dashes and slashes that people type, in place.
func digits(b []byte) []byte {
	kept := b[:0]
	for _, c := range b {
		if c != ' ' && c != '-' && c != '/' {
			kept = append(kept, c)
		}
	}
	clear(b[len(kept):])
	return kept
}

// settling reports whether the terminal is at work on a sale by itself and
// will soon know more. A quarantine outlives a command, and the rest waits for
// a person.
func settling(s order.State) bool {
	return s == order.Sending || s == order.Unknown || s == order.Reversing
}

// waitForEnd follows a sale as long as the terminal is settling it. What it
// returns is in the journal: a picture may be left out on its way to a watcher.
func waitForEnd(ctx context.Context, t *terminal.Terminal, sale engine.Sale) engine.Sale {
	waitUntil(ctx, t, 2*time.Minute, func() bool {
		d, err := t.Detail(ctx, sale.Number)
		if err == nil {
			sale = d.Sale
		}
		return err != nil || !settling(sale.State)
	})
	return sale
}

// waitForPaper lets receipts that are not in trouble come out before the
// command ends.
func waitForPaper(ctx context.Context, t *terminal.Terminal) {
	waitUntil(ctx, t, 20*time.Second, func() bool {
		for _, j := range t.Snapshot().Jobs {
			if j.State == order.JobSending || (j.State == order.JobQueued && j.Tries == 0) {
				return false
			}
		}
		return true
	})
}

// waitUntil looks at every change of the terminal whether it is what is waited
// for, and gives up after a while, or when the journal takes nothing any more:
// then nothing will change.
func waitUntil(ctx context.Context, t *terminal.Terminal, patience time.Duration, is func() bool) {
	news := make(chan struct{}, 1)
	stop := t.Watch(func(engine.Snapshot) {
		select {
		case news <- struct{}{}:
		default:
		}
	})
	defer stop()
	limit := time.After(patience)
	for !is() && t.Snapshot().Journal.Health != engine.HealthTrouble {
		select {
		case <-news:
		case <-limit:
			return
		case <-ctx.Done():
			return
		}
	}
}

// report prints a payment and turns its state into the exit code.
func (a *app) report(ctx context.Context, t *terminal.Terminal, sale engine.Sale, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(a.env.Out).Encode(saleJSON(sale.Attempt, sale.Standing)); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.env.Out, "%s  %s  %s **** %s  %s\n", sale.Number, outcome(sale.Attempt), sale.Brand, sale.Last4, words(sale.Attempt))
		if sale.State == order.Approved {
			doc, err := t.Receipt(ctx, sale.Number, engine.CopyCustomer)
			if err != nil {
				return err
			}
			fmt.Fprint(a.env.Out, "\n", text.Render(doc, 42))
			if err := a.printPaths(ctx, t, sale.Number); err != nil {
				return err
			}
		}
	}
	switch {
	case sale.State == order.Approved:
		return nil
	case sale.State.Dead():
		return exitError(ExitDeclined)
	}
	return exitError(ExitUnknown)
}

func (a *app) printPaths(ctx context.Context, t *terminal.Terminal, subject string) error {
	jobs, err := t.Journal().Jobs(ctx, subject)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		switch {
		case j.Path != "":
			fmt.Fprintln(a.env.Out, "PDF:", j.Path)
		case j.Trouble != "":
			fmt.Fprintln(a.env.Err, "Receipt:", j.Trouble)
		case j.Kind == order.JobPrint && j.State == order.JobDone:
			fmt.Fprintln(a.env.Out, "Printed:", j.Copy, "copy")
		}
	}
	return nil
}

// demo is the whole road in one command, in training mode only.
func (a *app) demo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Sale, receipt and batch close against the embedded sandbox",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a.training, a.live = true, false
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error { return a.runDemo(c.Context(), t) })
		},
	}
}

func (a *app) runDemo(ctx context.Context, t *terminal.Terminal) error {
	if err := a.signIn(ctx, t); err != nil {
		return err
	}
	if t.MaySell() != nil {
		if _, err := t.OpenShift(ctx, order.Count{Total: money.New(10000, t.Settings().Money.Currency)}); err != nil {
			return err
		}
		fmt.Fprintln(a.env.Out, "Training: a shift is opened with a float of 100.")
	}
	fmt.Fprintln(a.env.Out, "Training: a sale of $12.50 with the test card 4111 1111 1111 1111.")
	fmt.Fprintln(a.env.Out)
	expiry := t.Now().AddDate(2, 0, 0).Format("0106")
	err := a.runSale(ctx, t, "12.50", saleFlags{cardFlags: cardFlags{card: "4111111111111111", expiry: expiry, cvv: "999", holder: "Ada Example"}})
	if err != nil {
		return err
	}
	fmt.Fprintln(a.env.Out)
	fmt.Fprintln(a.env.Out, "Closing the batch:")
	return a.runClose(ctx, t, engine.Closing{}, false)
}

// decide answers the question that a partial approval asks.
func (a *app) decide(use, short string, act func(*terminal.Terminal, context.Context, string) error) *cobra.Command {
	return &cobra.Command{Use: use + " NUMBER", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				ctx := c.Context()
				if err := a.signIn(ctx, t); err != nil {
					return err
				}
				if err := a.withApproval(ctx, t, func(ctx context.Context) error { return act(t, ctx, args[0]) }); err != nil {
					return err
				}
				d, err := t.Detail(ctx, args[0])
				if err != nil {
					return err
				}
				sale := waitForEnd(ctx, t, d.Sale)
				waitForPaper(ctx, t)
				fmt.Fprintf(a.env.Out, "%s  %s  %s\n", sale.Number, outcome(sale.Attempt), words(sale.Attempt))
				return nil
			})
		}}
}

// settle lets the terminal finish what an earlier run left open.
func (a *app) settle() *cobra.Command {
	var limit time.Duration
	c := &cobra.Command{
		Use:   "settle",
		Short: "Finish payments whose outcome is open, and print what is left",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				ctx, cancel := context.WithTimeout(c.Context(), limit)
				defer cancel()
				for _, sale := range t.Snapshot().Live {
					sale = waitForEnd(ctx, t, sale)
					fmt.Fprintf(a.env.Out, "%s  %s  %s%s\n", sale.Number, outcome(sale.Attempt), words(sale.Attempt), parkedMark(sale.Parked, sale.State.Final()))
				}
				for _, f := range t.Snapshot().Follows {
					a.tellFollow(waitForFollow(ctx, t, f))
				}
				a.settleWallets(ctx, t, limit)
				waitUntil(ctx, t, limit, func() bool { return !t.Snapshot().Batch.Closing })
				waitForPaper(ctx, t)
				return nil
			})
		},
	}
	c.Flags().DurationVar(&limit, "within", 2*time.Minute, "how long to wait")
	return c
}
