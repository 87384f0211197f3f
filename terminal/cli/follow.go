package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// followUp is what was done about a payment as scripts see it.
type followUp struct {
	ID        string `json:"id"`
	Act       string `json:"act"`
	State     string `json:"state"`
	Of        string `json:"of,omitempty"`
	Cause     string `json:"cause,omitempty"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	Reason    string `json:"reason,omitempty"`
	Brand     string `json:"brand,omitempty"`
	Last4     string `json:"last4,omitempty"`
	AuthCode  string `json:"auth_code,omitempty"`
	Reference string `json:"reference,omitempty"`
	HostGUID  string `json:"host_guid,omitempty"`
	SaleGUID  string `json:"sale_guid,omitempty"`
	Batch     string `json:"batch,omitempty"`
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`
	OnFile    string `json:"on_file,omitempty"`  // a check's number where --on-file takes it
	Approved  string `json:"approved,omitempty"` // the operator who approved it
	Created   string `json:"created"`
}

func followJSON(f order.FollowUp) followUp {
	return followUp{ID: f.ID, Act: string(f.Act), State: string(f.State), Of: f.Of, Cause: string(f.Cause),
		Amount: f.Amount.Decimal(), Currency: string(f.Amount.Currency), Reason: f.Reason, Brand: f.Brand, Last4: f.Last4,
		AuthCode: f.AuthCode, Reference: f.Reference, HostGUID: f.GUID, SaleGUID: f.Made, Batch: f.Batch,
		Code: f.Code, Message: f.Message, OnFile: onFile(f.ID, f.Token), Approved: f.Approved, Created: f.Created.Format(stampForm)}
}

// capture takes the money of a hold.
func (a *app) capture() *cobra.Command {
	return a.about("capture NUMBER [AMOUNT]", "Take the money of a hold, all of it or less", "",
		func(ctx context.Context, t *terminal.Terminal, number string, amount money.Amount, _ string) (order.FollowUp, error) {
			return t.Capture(ctx, number, amount)
		})
}

// void undoes a sale whose batch is open, or a hold.
func (a *app) void() *cobra.Command {
	c := a.about("void NUMBER", "Undo a payment of the open batch, or release a hold", "why it is undone, for the journal",
		func(ctx context.Context, t *terminal.Terminal, number string, _ money.Amount, reason string) (order.FollowUp, error) {
			return t.Void(ctx, number, reason)
		})
	c.Args = cobra.ExactArgs(1)
	return c
}

// giveReturn pays a settled sale back.
func (a *app) giveReturn() *cobra.Command {
	return a.about("return NUMBER [AMOUNT]", "Pay a settled payment back, what is left of it or less", "why the money is returned, for the journal",
		func(ctx context.Context, t *terminal.Terminal, number string, amount money.Amount, reason string) (order.FollowUp, error) {
			return t.Return(ctx, number, amount, reason)
		})
}

// about makes the command of an act upon a payment of the journal. Without an
// amount it is what is left of the payment.
func (a *app) about(use, short, reasonHelp string, act func(context.Context, *terminal.Terminal, string, money.Amount, string) (order.FollowUp, error)) *cobra.Command {
	var asJSON, nowait bool
	var reason string
	c := &cobra.Command{Use: use, Short: short, Long: short + ".\n" + followCodes, Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				ctx := c.Context()
				if err := a.signIn(ctx, t); err != nil {
					return err
				}
				d, err := t.Detail(ctx, args[0])
				if err != nil {
					return err
				}
				amount := d.Standing.Left
				if len(args) > 1 {
					if amount, err = money.Parse(args[1], d.Asked.Currency); err != nil {
						return amountError(args[1], d.Asked.Currency, err)
					}
				}
				fmt.Fprintln(a.env.Err, "Asking the bank …")
				var f order.FollowUp
				err = a.withApproval(ctx, t, func(ctx context.Context) error {
					f, err = act(ctx, t, args[0], amount, reason)
					return err
				})
				return a.endFollow(ctx, t, f, err, asJSON, nowait)
			})
		}}
	c.Flags().BoolVar(&asJSON, "json", false, "print the outcome as JSON")
	c.Flags().BoolVar(&nowait, "no-wait", false, "do not wait for the recovery of an unknown outcome")
	if reasonHelp != "" {
		c.Flags().StringVar(&reason, "reason", "", reasonHelp)
	}
	return a.approvable(c)
}

const followCodes = "Exit code 0: done. 3: not done. 4: not known yet; the terminal settles it when it runs."

// checkCard asks whether a card is good; no money moves.
func (a *app) checkCard() *cobra.Command {
	var f cardFlags
	var asJSON bool
	c := &cobra.Command{Use: "verify", Short: "Ask the bank whether a card is good; no money moves",
		Long: "Asks the bank whether a card is good. No money moves. The card is asked for, one line each.\n" + followCodes,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				ctx := c.Context()
				if err := a.signIn(ctx, t); err != nil {
					return err
				}
				cd, err := a.readCard(t, f)
				if err != nil {
					return err
				}
				fmt.Fprintln(a.env.Err, "Asking the bank …")
				done, err := t.CheckCard(ctx, cd)
				return a.endFollow(ctx, t, done, err, asJSON, true)
			})
		}}
	f.addTo(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print the outcome as JSON")
	return c
}

// issueCard pays a supplier out of a sale.
func (a *app) issueCard() *cobra.Command {
	var asJSON bool
	terms := order.IssueTerms{}
	c := &cobra.Command{Use: "issue-card NUMBER AMOUNT", Short: "Issue a card that pays a supplier out of a sale",
		Long: "Issues a virtual card that a supplier can charge, paid for by a sale that was made with --payments.\n" + followCodes,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				ctx := c.Context()
				if err := a.signIn(ctx, t); err != nil {
					return err
				}
				currency := t.Settings().Money.Currency
				amount, err := money.Parse(args[1], currency)
				if err != nil {
					return amountError(args[1], currency, err)
				}
				fmt.Fprintln(a.env.Err, "Asking the payment service …")
				var f order.FollowUp
				err = a.withApproval(ctx, t, func(ctx context.Context) error {
					f, err = t.IssueCard(ctx, args[0], amount, terms)
					return err
				})
				return a.endFollow(ctx, t, f, err, asJSON, true)
			})
		}}
	fl := c.Flags()
	fl.StringVar(&terms.FirstName, "first-name", "", "first name of who will hold the card")
	fl.StringVar(&terms.LastName, "last-name", "", "last name of who will hold the card")
	fl.StringVar(&terms.ValidFor, "valid-for", "TRANSACTION", "DAY, WEEK, MONTH, LIFETIME or TRANSACTION")
	fl.IntVar(&terms.UsageLimit, "uses", 0, "how often it may be used in that time; not with TRANSACTION")
	fl.StringVar(&terms.MCC, "mcc", "", "only for suppliers of this merchant category, four digits")
	fl.StringVar(&terms.PurchaseType, "purchase-type", "01", "purchase type, as agreed with the service")
	fl.BoolVar(&asJSON, "json", false, "print the outcome as JSON")
	return a.approvable(c)
}

// endFollow waits for the end of a follow-up and tells it. With an unsaved
// outcome the follow-up comes with the error: it is not known.
func (a *app) endFollow(ctx context.Context, t *terminal.Terminal, f order.FollowUp, err error, asJSON, nowait bool) error {
	if unsaved(err) {
		fmt.Fprintln(a.env.Err, err)
	} else if err != nil {
		return err
	}
	if !nowait {
		f = waitForFollow(ctx, t, f)
	}
	if asJSON {
		if err := json.NewEncoder(a.env.Out).Encode(followJSON(f)); err != nil {
			return err
		}
	} else {
		a.tellFollow(f)
	}
	switch {
	case f.State == order.FollowDone:
		return nil
	case f.State.Final():
		return exitError(ExitDeclined)
	}
	return exitError(ExitUnknown)
}

// tellFollow prints a follow-up as a line.
func (a *app) tellFollow(f order.FollowUp) {
	fmt.Fprintln(a.env.Out, strings.TrimRight(f.ID+"  "+followOutcome(f)+"  "+followWords(f)+parkedMark(f.Parked, f.State.Final()), " "))
}

// waitForFollow waits while the terminal asks the host what became of a
// follow-up; what it returns is in the journal.
func waitForFollow(ctx context.Context, t *terminal.Terminal, f order.FollowUp) order.FollowUp {
	waitUntil(ctx, t, 2*time.Minute, func() bool {
		d, err := t.Detail(ctx, f.Of)
		for _, now := range d.Follows {
			if now.ID == f.ID {
				f = now
			}
		}
		return err != nil || f.State.Final() || f.State == order.FollowReview || f.Tries > 2
	})
	return f
}

// acts are the acts in the past tense, for a line of output.
var acts = map[order.Act]string{order.Void: "VOIDED", order.Return: "RETURNED", order.Capture: "CAPTURED",
	order.Check: "CARD IS GOOD", order.Issue: "CARD ISSUED"}

func followOutcome(f order.FollowUp) string {
	switch {
	case f.State == order.FollowDone && f.Act == order.Check:
		return fmt.Sprintf("%s  %s **** %s", acts[f.Act], f.Brand, f.Last4)
	case f.State == order.FollowDone:
		return acts[f.Act] + " " + f.Amount.Display()
	}
	return string(f.Act) + " " + strings.ReplaceAll(string(f.State), "_", " ")
}

// followWords says what the outcome means for the person at the counter.
func followWords(f order.FollowUp) string {
	if p := engine.FollowProblem(f); p != nil {
		return p.Text
	}
	var words []string
	if f.Of != "" {
		words = append(words, "payment "+f.Of)
	}
	if f.Reference != "" {
		words = append(words, "reference "+f.Reference)
	}
	if f.Token != "" {
		words = append(words, "on file: --on-file "+f.ID+" charges it")
	}
	return strings.Join(words, ", ")
}
