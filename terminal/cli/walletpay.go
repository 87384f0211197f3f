package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"paydesk/receipts/qr"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// walletPay shows a code in the terminal's window of text, and waits until it is
// paid.
func (a *app) walletPay() *cobra.Command {
	var with, note string
	var later, consent, asJSON bool
	var wait time.Duration
	var bill billFlags
	c := a.signedIn("pay AMOUNT", "Show a code to be paid by phone, and wait until it is paid", 1, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		currency := t.Settings().Money.Currency
		amount, err := money.Parse(args[0], currency)
		if err != nil {
			return amountError(args[0], currency, err)
		}
		if with, err = oneWallet(t.Snapshot(), with); err != nil {
			return err
		}
		charge := engine.Charge{Order: t.NewOrderID(), Amount: amount, Note: note, Consent: consent}
		if charge.Bill, charge.Amount, err = bill.of(ctx, t, amount); err != nil {
			return err
		}
		v, err := t.ShowCode(ctx, charge, with, later)
		if err != nil {
			return err
		}
		return errors.Join(a.awaitPaid(ctx, t, v.ID, later, wait, asJSON), a.afterLeg(ctx, t, charge.Bill))
	})
	c.Long = c.Short + ". It is given up after --wait, or with Ctrl-C.\nExit code 0: paid, or with --later shown. 3: not paid. 4: not known yet; the terminal settles it when it runs."
	f := c.Flags()
	f.StringVar(&with, "with", "", "the wallet (wallet list); needed where there are several")
	f.StringVar(&note, "note", "", "the shop's own text")
	f.BoolVar(&later, "later", false, "a code on paper that is paid later: it is not waited for")
	f.BoolVar(&consent, "consent", false, "the customer was told that an earlier payment of the order may yet turn up")
	f.DurationVar(&wait, "wait", 0, "how long to wait, such as 90s; without it, as long as the settings show a code")
	f.BoolVar(&asJSON, "json", false, "print the outcome as JSON; the code is drawn beside it")
	bill.addTo(c)
	return c
}

// oneWallet is the wallet that is meant.
func oneWallet(s engine.Snapshot, name string) (string, error) {
	var names []string
	for _, o := range s.Wallets {
		names = append(names, o.Name)
	}
	switch {
	case name != "":
		return strings.ToLower(name), nil
	case len(names) == 1:
		return names[0], nil
	case len(names) == 0:
		return "", errors.New("no wallet is set up: paydesk settings set wallets.paypal.mode test, or the same of razorpay")
	}
	return "", fmt.Errorf("say which wallet with --with: %s", strings.Join(names, ", "))
}

// awaitPaid draws a code once it is there, and waits for its end. Who ends the
// command gives the code up.
func (a *app) awaitPaid(ctx context.Context, t *terminal.Terminal, id string, later bool, wait time.Duration, asJSON bool) error {
	v := awaitCode(ctx, t, id, closeWait, func(v engine.CodeView) bool { return v.State != order.QRCreating })
	if v.State == order.QRShown {
		if err := a.drawCode(v.Text); err != nil {
			return err
		}
		fmt.Fprintf(a.env.Err, "%s, %s: %s\n", v.Title, v.Asked.Display(), v.Text)
		if later {
			return a.tellCode(v, asJSON)
		}
	}
	if wait == 0 {
		wait = max(v.Patience.Sub(t.Now()), 0) + closeWait
	}
	final := func(v engine.CodeView) bool { return v.State.Final() }
	if v = awaitCode(ctx, t, id, wait, final); !v.State.Final() {
		ctx = context.WithoutCancel(ctx)
		if err := t.GiveUpCode(ctx, id); err != nil {
			fmt.Fprintln(a.env.Err, err)
		}
		v = awaitCode(ctx, t, id, closeWait, final)
	}
	return a.endCode(v, asJSON)
}

// awaitCode waits until a code is as it should be, for a while.
func awaitCode(ctx context.Context, t *terminal.Terminal, id string, patience time.Duration, is func(engine.CodeView) bool) (v engine.CodeView) {
	read := context.WithoutCancel(ctx)
	waitUntil(ctx, t, patience, func() bool {
		now, err := t.Code(read, id)
		if err == nil {
			v = now
		}
		return err == nil && is(v)
	})
	return v
}

// endCode prints a code and turns its state into the exit code.
func (a *app) endCode(v engine.CodeView, asJSON bool) error {
	if err := a.tellCode(v, asJSON); err != nil {
		return err
	}
	switch {
	case v.State == order.QRPaid:
		return nil
	case v.State.Final():
		return exitError(ExitDeclined)
	}
	return exitError(ExitUnknown)
}

// showCode prints a code, drawn where it can be paid.
func (a *app) showCode(ctx context.Context, t *terminal.Terminal, id string, asJSON bool) error {
	v, err := t.Code(ctx, id)
	if err != nil {
		return err
	}
	if v.State == order.QRShown {
		if err := a.drawCode(v.Text); err != nil {
			return err
		}
	}
	return a.tellCode(v, asJSON)
}

// codeJSON is a code as scripts see it.
type codeJSON struct {
	ID       string            `json:"id"`
	Order    string            `json:"order,omitempty"`
	Provider string            `json:"provider"`
	State    string            `json:"state"`
	Test     bool              `json:"test"`
	Amount   string            `json:"amount"`
	Currency string            `json:"currency"`
	Note     string            `json:"note,omitempty"`
	Remote   string            `json:"remote,omitempty"`
	Text     string            `json:"text,omitempty"`
	Until    string            `json:"until,omitempty"`
	Message  string            `json:"message,omitempty"`
	Created  string            `json:"created"`
	Payments []codePaymentJSON `json:"payments"`
	Refunds  []refundJSON      `json:"refunds_under_way,omitempty"`
}

type codePaymentJSON struct {
	ID       string `json:"id"`
	As       string `json:"as"`
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	Fee      string `json:"fee,omitempty"`
	Net      string `json:"net"`
	Left     string `json:"left"`
	At       string `json:"at"`
}

func codeOf(v engine.CodeView) codeJSON {
	j := codeJSON{ID: v.ID, Order: v.Order, Provider: v.Provider, State: string(v.State), Test: v.Test, Amount: v.Asked.Decimal(), Currency: string(v.Asked.Currency),
		Note: v.Note, Remote: v.Remote, Text: v.Text, Message: v.Message, Created: v.Created.Format(stampForm), Payments: []codePaymentJSON{}}
	if !v.Until.IsZero() {
		j.Until = v.Until.Format(stampForm)
	}
	for _, p := range v.Payments {
		one := codePaymentJSON{ID: p.ID, As: string(p.As), Amount: p.Amount.Decimal(), Currency: string(p.Amount.Currency), Net: p.Net().Decimal(),
			Left: p.Left().Decimal(), At: p.At.Format(stampForm)}
		if p.Fee.Currency != "" {
			one.Fee = p.Fee.Decimal()
		}
		j.Payments = append(j.Payments, one)
	}
	for _, r := range v.Refunds {
		j.Refunds = append(j.Refunds, refundOf(r))
	}
	return j
}

func (a *app) tellCode(v engine.CodeView, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(codeOf(v))
	}
	a.codeLines(v)
	return nil
}

func (a *app) codeLines(v engine.CodeView) {
	fmt.Fprintln(a.env.Out, strings.TrimRight(fmt.Sprintf("%s  %s %s  %s  %s  %s", v.ID, v.State, v.Asked.Display(), v.Title, v.Note, v.Message), " "))
	for _, p := range v.Payments {
		fee := ""
		if p.Fee.Currency != "" {
			fee = ", fee " + p.Fee.Display()
		}
		fmt.Fprintf(a.env.Out, "    %s  %s %s%s, %s left\n", p.ID, p.As, p.Amount.Display(), fee, p.Left().Display())
	}
	for _, r := range v.Refunds {
		fmt.Fprintf(a.env.Out, "    %s  refund %s %s\n", r.ID, r.State, r.Amount.Display())
	}
}

// drawCode draws a code beside the output, black on white where that is a screen.
func (a *app) drawCode(content string) error {
	m, err := qr.Encode(content)
	if err != nil {
		return err
	}
	begin, end := "", ""
	if f, ok := a.env.Err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		begin, end = "\x1b[97;40m", "\x1b[0m" // light on dark, whatever the colours are
	}
	return drawBlocks(a.env.Err, m, begin, end)
}

// drawBlocks writes two rows of modules as one line of text: a light module is
// where there is ink, since the ground of a terminal is dark.
func drawBlocks(w io.Writer, m qr.Matrix, begin, end string) error {
	light := func(row, column int) bool {
		return row < 0 || column < 0 || row >= len(m) || column >= len(m) || !m[row][column]
	}
	for row := -qr.QuietZone; row < len(m)+qr.QuietZone; row += 2 {
		var line strings.Builder
		for column := -qr.QuietZone; column < len(m)+qr.QuietZone; column++ {
			switch top, bottom := light(row, column), light(row+1, column); {
			case top && bottom:
				line.WriteRune('█')
			case top:
				line.WriteRune('▀')
			case bottom:
				line.WriteRune('▄')
			default:
				line.WriteRune(' ')
			}
		}
		if _, err := fmt.Fprintln(w, begin+line.String()+end); err != nil {
			return err
		}
	}
	return nil
}
