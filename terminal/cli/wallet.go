package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// wallet is about payments by phone: a code is shown, the customer pays it.
func (a *app) wallet() *cobra.Command {
	c := &cobra.Command{Use: "wallet", Short: "Payments by phone: list, check, pay, show, cancel, refund, accept, reconcile"}
	var asJSON bool
	list := a.signedIn("list", "List the wallets that are set up, and the codes that are not at their end", 0, func(_ context.Context, t *terminal.Terminal, _ []string) error {
		return a.listWallets(t.Snapshot(), asJSON)
	})
	show := a.signedIn("show CODE", "Ask the provider about a code, and show it with its payments", 1, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		if err := t.LookAtCode(ctx, args[0]); err != nil {
			return err
		}
		return a.showCode(ctx, t, args[0], asJSON)
	})
	cancel := a.signedIn("cancel CODE", "Give a code up: nobody is to pay it any more", 1, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		return a.cancelCode(ctx, t, args[0], asJSON)
	})
	for _, sub := range []*cobra.Command{list, show, cancel} {
		sub.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	}
	c.AddCommand(list, a.checkWallet(), a.walletSecret(), a.walletPay(), show, cancel, a.refundCode(), a.acceptStray(), a.reconcileWallets())
	return c
}

// signedIn makes a command of somebody who signs in.
func (a *app) signedIn(use, short string, n int, do func(ctx context.Context, t *terminal.Terminal, args []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(n), RunE: func(c *cobra.Command, args []string) error {
		return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
			if err := a.signIn(c.Context(), t); err != nil {
				return err
			}
			return do(c.Context(), t, args)
		})
	}}
}

// settleWallets waits until codes and refunds have gone as far as the terminal
// brings them by itself, and prints what is left: a code that is shown waits for
// its customer, and a refund may be on its way for days.
func (a *app) settleWallets(ctx context.Context, t *terminal.Terminal, limit time.Duration) {
	waitUntil(ctx, t, limit, func() bool {
		s := t.Snapshot()
		moves := func(v engine.CodeView) bool { return !v.State.Final() && v.State != order.QRShown && v.Parked == "" }
		asked := func(r order.Refund) bool { return r.State != order.RefundPending && r.Parked == "" }
		return !slices.ContainsFunc(s.Codes, moves) && !slices.ContainsFunc(s.Refunds, asked)
	})
	s := t.Snapshot()
	for _, v := range s.Codes {
		a.codeLines(v)
	}
	for _, r := range s.Refunds {
		fmt.Fprintf(a.env.Out, "%s  refund of %s  %s %s  %s\n", r.ID, r.Of, r.State, r.Amount.Display(), r.Message)
	}
}

type walletJSON struct {
	Name       string           `json:"name"`
	Title      string           `json:"title"`
	Test       bool             `json:"test"`
	Currencies []money.Currency `json:"currencies"`
	Parts      bool             `json:"partial_refunds"`
	Cancels    bool             `json:"cancels"`
}

func (a *app) listWallets(s engine.Snapshot, asJSON bool) error {
	wallets, codes := []walletJSON{}, []codeJSON{}
	for _, o := range s.Wallets {
		wallets = append(wallets, walletJSON{o.Name, o.Title, o.Test, o.Currencies, o.Parts, o.Cancels})
	}
	for _, v := range s.Codes {
		codes = append(codes, codeOf(v))
	}
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(map[string]any{"wallets": wallets, "codes": codes})
	}
	if len(wallets) == 0 {
		fmt.Fprintln(a.env.Err, "No wallet is set up: paydesk settings set wallets.paypal.mode test, or the same of razorpay.")
	}
	for _, w := range wallets {
		mode := "live"
		if w.Test {
			mode = "test"
		}
		fmt.Fprintf(a.env.Out, "%-10s  %-10s  %s  %v\n", w.Name, w.Title, mode, w.Currencies)
	}
	for _, v := range s.Codes {
		a.codeLines(v)
	}
	return nil
}

func (a *app) checkWallet() *cobra.Command {
	return &cobra.Command{Use: "check WALLET", Short: "Try the keys of a wallet; no money moves", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				if err := a.asOwner(c.Context(), t, func() error { return t.CheckWallet(c.Context(), args[0]) }); err != nil {
					return err
				}
				_, err := fmt.Fprintf(a.env.Out, "%s answers and takes the keys.\n", args[0])
				return err
			})
		}}
}

// walletSecret keeps a secret that is asked for: arguments are seen by others.
func (a *app) walletSecret() *cobra.Command {
	var remove bool
	c := &cobra.Command{Use: "secret NAME", Short: "Keep a key of a wallet; it is asked for, or read from the input",
		Long: "Keeps a key of a wallet, which is asked for, or read from the input. NAME is one of " + strings.Join(terminal.WalletSecrets, ", ") + ".",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(terminal.WalletSecrets, args[0]) {
				return fmt.Errorf("there is no key %q of a wallet: write one of %s", args[0], strings.Join(terminal.WalletSecrets, ", "))
			}
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				var secret []byte
				if !remove {
					var err error
					if secret, err = a.askSecret(args[0] + ": "); err != nil {
						return err
					}
					if len(secret) == 0 {
						return errors.New("nothing was entered, and nothing was changed: --remove takes a key away")
					}
				}
				return a.asOwner(c.Context(), t, func() error { return t.SetWalletSecret(c.Context(), args[0], slices.Clone(secret)) })
			})
		}}
	c.Flags().BoolVar(&remove, "remove", false, "take the key away")
	return c
}

func (a *app) cancelCode(ctx context.Context, t *terminal.Terminal, id string, asJSON bool) error {
	if err := t.GiveUpCode(ctx, id); err != nil {
		return err
	}
	v := awaitCode(ctx, t, id, closeWait, func(v engine.CodeView) bool { return v.State.Final() })
	return a.endCode(v, asJSON)
}

// refundCode pays a payment by wallet back.
func (a *app) refundCode() *cobra.Command {
	var payment, reason string
	var asJSON bool
	c := a.signedIn("refund CODE [AMOUNT]", "Pay a payment by wallet back, what is left of it or less", 0, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		v, err := t.Code(ctx, args[0])
		if err != nil {
			return err
		}
		p, err := onePayment(v.QR, payment)
		if err != nil {
			return err
		}
		amount := p.Left()
		if len(args) > 1 {
			if amount, err = money.Parse(args[1], p.Amount.Currency); err != nil {
				return amountError(args[1], p.Amount.Currency, err)
			}
		}
		var r order.Refund
		err = a.withApproval(ctx, t, func(ctx context.Context) error {
			r, err = t.RefundCode(ctx, v.ID, p.ID, amount, reason)
			return err
		})
		if err != nil {
			return err
		}
		return a.tellRefund(r, asJSON)
	})
	c.Long = c.Short + ".\n" + followCodes
	c.Args = cobra.RangeArgs(1, 2)
	c.Flags().StringVar(&payment, "payment", "", "which payment of the code, where it has several (wallet show)")
	c.Flags().StringVar(&reason, "reason", "", "why the money is given back, for the journal")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return a.approvable(c)
}

// onePayment is the payment of a code that is meant.
func onePayment(q order.QR, id string) (order.QRPayment, error) {
	switch {
	case id != "":
		if p, ok := q.Payment(id); ok {
			return p, nil
		}
		return order.QRPayment{}, fmt.Errorf("there is no payment %q of this code: paydesk wallet show %s lists them", id, q.ID)
	case len(q.Payments) == 1:
		return q.Payments[0], nil
	case len(q.Payments) == 0:
		return order.QRPayment{}, fmt.Errorf("nothing was paid by this code: paydesk wallet show %s asks the provider", q.ID)
	}
	return order.QRPayment{}, fmt.Errorf("this code has %d payments: say which one with --payment; paydesk wallet show %s lists them", len(q.Payments), q.ID)
}

// refundJSON is a refund as scripts see it.
type refundJSON struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	Payment  string `json:"payment"`
	Provider string `json:"provider"`
	State    string `json:"state"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	Remote   string `json:"remote,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Approved string `json:"approved,omitempty"`
	Message  string `json:"message,omitempty"`
	Created  string `json:"created"`
}

func refundOf(r order.Refund) refundJSON {
	return refundJSON{ID: r.ID, Code: r.Of, Payment: r.Payment, Provider: r.Provider, State: string(r.State), Amount: r.Amount.Decimal(),
		Currency: string(r.Amount.Currency), Remote: r.Remote, Reason: r.Reason, Approved: r.Approved, Message: r.Message, Created: r.Created.Format(stampForm)}
}

func (a *app) tellRefund(r order.Refund, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(a.env.Out).Encode(refundOf(r)); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.env.Out, "%s  %s %s\n", r.ID, r.State, r.Amount.Display())
	}
	if p := engine.RefundProblem(r); p != nil {
		fmt.Fprintln(a.env.Err, p.Text)
	}
	switch r.State {
	case order.RefundDone, order.RefundPending: // the provider took it
		return nil
	case order.RefundRefused, order.RefundAbsent:
		return exitError(ExitDeclined)
	}
	return exitError(ExitUnknown)
}

func (a *app) acceptStray() *cobra.Command {
	var reason string
	c := a.signedIn("accept CODE PAYMENT", "Keep a payment that no order waited for", 2, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		return a.withApproval(ctx, t, func(ctx context.Context) error { return t.AcceptStray(ctx, args[0], args[1], reason) })
	})
	c.Flags().StringVar(&reason, "reason", "", "why the money is kept, for the journal")
	return a.approvable(c)
}

func (a *app) reconcileWallets() *cobra.Command {
	var since string
	var asJSON bool
	c := a.signedIn("reconcile", "Hold the journal against what the wallets received", 0, func(ctx context.Context, t *terminal.Terminal, _ []string) error {
		from, _, err := moment(since)
		if err != nil {
			return err
		}
		found, err := t.ReconcileWallets(ctx, from)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(a.env.Out).Encode(map[string]int{"found": found})
		}
		_, err = fmt.Fprintf(a.env.Out, "Payments that the journal did not know: %d.\n", found)
		return err
	})
	c.Flags().StringVar(&since, "from", "", "received on this day or later, such as 2026-05-04; without it, all that may be missing")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

// closeWait is how long a code that was given up is waited for.
const closeWait = 30 * time.Second
