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
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// ipn is about what providers tell of their own accord.
func (a *app) ipn() *cobra.Command {
	c := &cobra.Command{Use: "ipn", Short: "What providers told of payments: log, match, listen, status"}
	c.AddCommand(a.ipnLog(), a.ipnMatch(), a.ipnListen(), a.ipnStatus())
	return c
}

// noticeJSON is an entry of the payment log as scripts see it.
type noticeJSON struct {
	ID        string `json:"id"`
	State     string `json:"state"`
	Why       string `json:"why,omitempty"`
	Kind      string `json:"kind"`
	Test      bool   `json:"test"`
	Txn       string `json:"txn,omitempty"`
	Parent    string `json:"parent,omitempty"`
	Type      string `json:"type,omitempty"`
	Status    string `json:"status,omitempty"`
	Cause     string `json:"cause,omitempty"`
	Payer     string `json:"payer,omitempty"`
	PayerName string `json:"payer_name,omitempty"`
	Receiver  string `json:"receiver,omitempty"`
	Gross     string `json:"gross,omitempty"`
	Fee       string `json:"fee,omitempty"`
	Booked    string `json:"booked,omitempty"`
	Currency  string `json:"currency,omitempty"`
	Customer  string `json:"customer,omitempty"`
	By        string `json:"by,omitempty"`
	Code      string `json:"code,omitempty"`
	Payout    string `json:"payout,omitempty"`
	Memo      string `json:"memo,omitempty"`
	At        string `json:"at,omitempty"`
	Received  string `json:"received"`
}

func noticeOf(n order.Notice) noticeJSON {
	j := noticeJSON{ID: n.ID, State: string(n.State), Why: string(n.Why), Kind: string(n.Kind), Test: n.Test, Txn: n.Txn, Parent: n.Parent, Type: n.Type,
		Status: n.Status, Cause: n.Cause, Payer: n.Payer, PayerName: n.PayerName, Receiver: n.Receiver, Customer: n.Customer, By: n.By, Code: n.Code,
		Payout: n.Payout, Memo: n.Memo, Received: n.Created.Format(stampForm), Currency: string(n.Gross.Currency)}
	for _, m := range []struct {
		amount money.Amount
		to     *string
	}{{n.Gross, &j.Gross}, {n.Fee, &j.Fee}, {n.Booked, &j.Booked}} {
		if m.amount.Currency != "" {
			*m.to = m.amount.Decimal()
		}
	}
	if !n.At.IsZero() {
		j.At = n.At.Format(stampForm)
	}
	return j
}

// sought is what a person asks of the payment log, as it was typed.
type sought struct {
	from, to, least, most, customer, before string
	states, kinds                           []string
	limit                                   int
}

func (s *sought) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.from, "from", "", "received on this day or later, such as 2026-05-04 or \"2026-05-04 17:30\"")
	f.StringVar(&s.to, "to", "", "received on this day or earlier, or before this minute")
	f.StringVar(&s.least, "least", "", "this amount or more, whichever way it moved")
	f.StringVar(&s.most, "most", "", "this amount or less")
	f.StringVar(&s.customer, "customer", "", "booked to the customer with this id (customers list)")
	f.StringSliceVar(&s.states, "state", nil, "in this state: "+lowered(order.NoticeStates[1:])+"; several with commas")
	f.StringSliceVar(&s.kinds, "kind", nil, "of this kind: "+lowered(order.NoticeKinds)+"; several with commas")
	f.StringVar(&s.before, "before", "", "go on behind the entry with this id, the last one of an earlier list")
	f.IntVar(&s.limit, "limit", 50, "how many entries")
}

func lowered[T ~string](all []T) string {
	var names []string
	for _, one := range all {
		names = append(names, strings.ToLower(string(one)))
	}
	return strings.Join(names, ", ")
}

// named are the values that names mean, in any letter case.
func named[T ~string](names []string, all []T, what string) (values []T, err error) {
	for _, name := range names {
		i := slices.IndexFunc(all, func(v T) bool { return strings.EqualFold(string(v), name) })
		if i < 0 {
			return nil, fmt.Errorf("%q is no %s: write one of %s", name, what, lowered(all))
		}
		values = append(values, all[i])
	}
	return values, nil
}

func (s sought) query(c money.Currency, words []string) (q order.NoticeQuery, err error) {
	q = order.NoticeQuery{Text: strings.Join(words, " "), Customer: s.customer, Before: s.before, Limit: s.limit}
	if q.States, err = named(s.states, order.NoticeStates, "state"); err != nil {
		return q, err
	}
	if q.Kinds, err = named(s.kinds, order.NoticeKinds, "kind"); err != nil {
		return q, err
	}
	for _, a := range []struct {
		text string
		to   *money.Amount
	}{{s.least, &q.Least}, {s.most, &q.Most}} {
		if a.text == "" {
			continue
		}
		if *a.to, err = money.Parse(a.text, c); err != nil {
			return q, amountError(a.text, c, err)
		}
	}
	if q.From, _, err = moment(s.from); err != nil {
		return q, err
	}
	to, day, err := moment(s.to)
	if day {
		to = to.AddDate(0, 0, 1)
	}
	if !to.IsZero() {
		q.To = to.Add(-time.Millisecond)
	}
	return q, err
}

func (a *app) ipnLog() *cobra.Command {
	var s sought
	var asJSON bool
	c := a.signedIn("log [TEXT]", "List the payment log, newest first", 0, func(ctx context.Context, t *terminal.Terminal, args []string) error {
		q, err := s.query(t.Settings().Money.Currency, args)
		if err != nil {
			return err
		}
		var page order.NoticePage
		for shown := 0; ; {
			if page, err = t.PaymentLog(ctx, q); err != nil {
				return err
			}
			for _, n := range page.Notices {
				if err := a.tellNotice(n, asJSON); err != nil {
					return err
				}
			}
			shown += len(page.Notices)
			if page.Next == "" || shown >= s.limit {
				break
			}
			q.Before, q.Limit = page.Next, s.limit-shown
		}
		if page.Next != "" && !asJSON {
			fmt.Fprintf(a.env.Err, "There are more: --before %s\n", page.Next)
		}
		return nil
	})
	c.Args = cobra.ArbitraryArgs
	s.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON, an entry a line")
	return c
}

func (a *app) tellNotice(n order.Notice, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.env.Out).Encode(noticeOf(n))
	}
	amount := ""
	if n.Gross.Currency != "" {
		amount = n.Gross.Display()
	}
	who := strings.TrimSpace(n.PayerName + " " + n.Payer)
	if n.Kind == order.NoticePayout {
		who = n.Receiver
	}
	fmt.Fprintf(a.env.Out, "%s  %-8s  %-8s  %10s  %s  %s  %s\n", n.Created.Local().Format("2006-01-02 15:04:05"), n.State, n.Kind, amount, n.Status, who, n.ID)
	if n.Why != "" {
		fmt.Fprintf(a.env.Out, "    %s\n", n.Why.Text())
	}
	if n.State == order.NoticeCredited {
		fmt.Fprintf(a.env.Out, "    %s to customer %s\n", n.Booked.Display(), n.Customer)
	}
	return nil
}

func (a *app) ipnMatch() *cobra.Command {
	return a.signedIn("match ENTRY CUSTOMER", "Book an entry that waits for a person to the balance of a customer, by their ids", 2,
		func(ctx context.Context, t *terminal.Terminal, args []string) error {
			return t.MatchNotice(ctx, args[0], args[1])
		})
}

// ipnListen takes notifications where there is no window.
func (a *app) ipnListen() *cobra.Command {
	var last time.Duration
	c := a.signedIn("listen", "Take notifications until Ctrl-C, where no window does", 0, func(ctx context.Context, t *terminal.Terminal, _ []string) error {
		state := t.NotifyState()
		switch {
		case state.Trouble != "" && state.Address == "":
			return errors.New(state.Trouble)
		case state.Address == "":
			return errors.New("nothing is set up to listen at: paydesk settings set wallets.listen.address 127.0.0.1:8790")
		}
		a.tellListening(state)
		if last > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, last)
			defer cancel()
		}
		<-ctx.Done()
		return nil
	})
	c.Flags().DurationVar(&last, "for", 0, "end after this time, such as 8h")
	return c
}

func (a *app) ipnStatus() *cobra.Command {
	var asJSON bool
	c := a.signedIn("status", "Show where notifications come in, and what waits", 0, func(_ context.Context, t *terminal.Terminal, _ []string) error {
		state := t.NotifyState()
		if asJSON {
			return json.NewEncoder(a.env.Out).Encode(map[string]any{"address": state.Address, "ipn_url": state.IPN, "paypal_webhook_url": state.PayPal,
				"razorpay_webhook_url": state.Razorpay, "waiting": state.Waiting, "trouble": state.Trouble})
		}
		a.tellListening(state)
		return nil
	})
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func (a *app) tellListening(s terminal.NotifyState) {
	at := s.Address
	if at == "" {
		at = "nowhere"
	}
	fmt.Fprintf(a.env.Out, "listens at         %s\n", at)
	for _, l := range []struct{ name, url string }{{"IPN URL", s.IPN}, {"PayPal webhook", s.PayPal}, {"Razorpay webhook", s.Razorpay}} {
		if l.url != "" {
			fmt.Fprintf(a.env.Out, "%-17s  %s\n", l.name, l.url)
		}
	}
	fmt.Fprintf(a.env.Out, "messages waiting   %d\n", s.Waiting)
	if s.Trouble != "" {
		fmt.Fprintf(a.env.Out, "TROUBLE            %s\n", s.Trouble)
	}
}
