package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// closing is a batch as scripts see it: amounts are decimal text.
type closing struct {
	ID           string `json:"id"`
	GUID         string `json:"guid"`
	State        string `json:"state"`
	Sales        int    `json:"sales"`
	SaleAmount   string `json:"sale_amount"`
	Returns      int    `json:"returns"`
	ReturnAmount string `json:"return_amount"`
	Currency     string `json:"currency"`
	// Matches: the host counted the same.
	Matches bool `json:"matches"`
	// Auto: closed by the hour of the settings. Followed: the service closed it.
	Auto     bool          `json:"auto,omitempty"`
	Followed bool          `json:"followed,omitempty"`
	Device   string        `json:"device,omitempty"`
	Operator string        `json:"operator,omitempty"`
	Approved string        `json:"approved,omitempty"`
	Opened   string        `json:"opened,omitempty"`
	Asked    string        `json:"asked,omitempty"`
	Ended    string        `json:"ended,omitempty"`
	Host     *hostTotals   `json:"host,omitempty"`
	Carried  []carriedAway `json:"carried,omitempty"`
	Message  string        `json:"message,omitempty"`
	Blockers []blocker     `json:"blockers,omitempty"`
}

type hostTotals struct {
	Sales        int    `json:"sales"`
	SaleAmount   string `json:"sale_amount"`
	Returns      int    `json:"returns"`
	ReturnAmount string `json:"return_amount"`
}

// carriedAway is what a closing went on without.
type carriedAway struct {
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Amount string `json:"amount,omitempty"`
	By     string `json:"by"`
	Reason string `json:"reason,omitempty"`
}

// blocker is what keeps the batch open.
type blocker struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Name     string `json:"name"`
	Amount   string `json:"amount,omitempty"`
	Do       string `json:"do"`
	MayCarry bool   `json:"may_carry"`
}

func closingJSON(t *terminal.Terminal, b order.Batch) closing {
	l := b.Local
	unit := t.Settings().Money.Currency
	l.SaleAmount.Currency, l.ReturnAmount.Currency = unit, unit
	c := closing{ID: b.ID, GUID: b.GUID, State: string(b.State), Sales: l.Sales, SaleAmount: l.SaleAmount.Decimal(),
		Returns: l.Returns, ReturnAmount: l.ReturnAmount.Decimal(), Currency: string(unit), Matches: b.Matches(),
		Auto: b.Auto, Followed: b.Followed, Device: b.Device, Operator: b.Operator, Approved: b.Approved,
		Opened: stamp(b.Opened), Asked: stamp(b.Asked), Ended: stamp(b.Ended), Message: b.Message}
	if h := b.Host; h != nil {
		c.Host = &hostTotals{h.Sales, h.SaleAmount.Decimal(), h.Returns, h.ReturnAmount.Decimal()}
	}
	for _, i := range b.Carried {
		one := carriedAway{Kind: i.Kind, ID: i.ID, Name: i.Text, By: i.By, Reason: i.Reason}
		if i.Amount.Currency != "" {
			one.Amount = i.Amount.Decimal()
		}
		c.Carried = append(c.Carried, one)
	}
	return c
}

func blockersJSON(list []engine.Blocker) []blocker {
	all := make([]blocker, len(list))
	for i, b := range list {
		all[i] = blocker{Kind: string(b.Kind), ID: b.ID, Name: b.Name, Do: b.Do.String(), MayCarry: b.MayCarry}
		if b.Amount.Currency != "" {
			all[i].Amount = b.Amount.Decimal()
		}
	}
	return all
}

// tellBatch prints a closing as JSON, under a state of its own.
func (a *app) tellBatch(t *terminal.Terminal, b order.Batch, state, message string) error {
	c := closingJSON(t, b)
	c.State, c.Message = state, message
	return json.NewEncoder(a.env.Out).Encode(c)
}

// tellBlockers prints what keeps the batch open.
func (a *app) tellBlockers(t *terminal.Terminal, asJSON bool, message string) error {
	if asJSON {
		c := closingJSON(t, order.Batch{})
		c.State, c.Message, c.Blockers = "BUSY", message, blockersJSON(t.Blockers())
		return json.NewEncoder(a.env.Out).Encode(c)
	}
	for _, b := range t.Blockers() {
		fmt.Fprintln(a.env.Err, blockerLine(b))
	}
	return nil
}

func blockerLine(b engine.Blocker) string {
	amount := ""
	if b.Amount.Currency != "" {
		amount = b.Amount.Display()
	}
	carry := ""
	if b.MayCarry {
		carry = "  (--carry " + b.ID + ")"
	}
	return fmt.Sprintf("%-9s %-24s %12s  %s%s", b.Kind, b.Name, amount, b.Do, carry)
}

// batchStatus shows the open batch, and what keeps it open.
func (a *app) batchStatus() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{Use: "status", Short: "Show what the open batch comes to, what keeps it from being closed, and when it is closed by itself",
		Long: "Shows the open batch. Exit code 0: it can be closed, or there is nothing to close. 1: something keeps it open.\n" +
			"4: a closing has no answer yet.", Args: cobra.NoArgs,
		RunE: a.asked(func(_ context.Context, t *terminal.Terminal, _ []string) error { return a.tellStatus(t, asJSON) })}
	c.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return c
}

// openBatch is the open batch as scripts see it.
type openBatch struct {
	GUID         string    `json:"guid"`
	Sales        int       `json:"sales"`
	SaleAmount   string    `json:"sale_amount"`
	Returns      int       `json:"returns"`
	ReturnAmount string    `json:"return_amount"`
	Currency     string    `json:"currency"`
	Closing      bool      `json:"closing"`
	Due          string    `json:"due,omitempty"`
	Trouble      string    `json:"trouble,omitempty"`
	Blockers     []blocker `json:"blockers"`
}

func (a *app) tellStatus(t *terminal.Terminal, asJSON bool) error {
	s, list := t.Snapshot(), t.Blockers()
	b := s.Batch
	if asJSON {
		err := json.NewEncoder(a.env.Out).Encode(openBatch{b.GUID, b.Sales, b.Total.Decimal(), b.Returns, b.Returned.Decimal(),
			string(b.Total.Currency), b.Closing, stamp(s.Closing.Due), s.Closing.Trouble, blockersJSON(list)})
		if err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.env.Out, "Open batch: %d sales %s, %d returns %s\n", b.Sales, b.Total.Display(), b.Returns, b.Returned.Display())
		if due := s.Closing.Due; !due.IsZero() {
			fmt.Fprintf(a.env.Out, "Closed by itself: %s\n", due.Local().Format("2006-01-02 15:04"))
		}
		if s.Closing.Trouble != "" {
			fmt.Fprintln(a.env.Out, s.Closing.Trouble)
		}
		for _, one := range list {
			fmt.Fprintln(a.env.Out, blockerLine(one))
		}
	}
	switch {
	case b.Closing:
		return exitError(ExitUnknown)
	case len(list) > 0:
		return exitError(ExitError)
	}
	return nil
}

// listBatches lists the closings that the journal has.
func (a *app) listBatches() *cobra.Command {
	var from, to string
	var asJSON bool
	c := &cobra.Command{Use: "list", Short: "List the closings in this terminal's journal, by business day", Args: cobra.NoArgs,
		RunE: a.asked(func(ctx context.Context, t *terminal.Terminal, _ []string) error {
			list, err := t.BatchHistory(ctx, order.Day(from), order.Day(to))
			if err != nil {
				return err
			}
			enc := json.NewEncoder(a.env.Out)
			for _, b := range list {
				if !asJSON {
					fmt.Fprintln(a.env.Out, batchLine(t, b))
				} else if err := enc.Encode(closingJSON(t, b)); err != nil {
					return err
				}
			}
			if len(list) == 0 && !asJSON {
				fmt.Fprintln(a.env.Err, "There is no closing of these days.")
			}
			return nil
		})}
	c.Flags().StringVar(&from, "from", "", "first business day, such as 2026-11-01")
	c.Flags().StringVar(&to, "to", "", "last business day")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	return c
}

// batchLine is a closing in a line.
func batchLine(t *terminal.Terminal, b order.Batch) string {
	how := "by the desk"
	switch {
	case b.Followed:
		how = "by the service"
	case b.Auto:
		how = "at its hour"
	}
	match := "host gave no totals"
	switch {
	case b.State != order.BatchClosed:
		match = b.Message
	case b.Matches():
		match = "host counted the same"
	case b.Host != nil:
		match = "HOST COUNTED " + fmt.Sprintf("%d sales %s, %d returns %s", b.Host.Sales, b.Host.SaleAmount.Display(), b.Host.Returns, b.Host.ReturnAmount.Display())
	}
	at := b.Ended
	if at.IsZero() {
		at = b.Asked
	}
	line := fmt.Sprintf("%s  %s  %-10s %s  %d sales %s, %d returns %s  %s", at.Local().Format(time.DateTime), b.ID, b.State, how,
		b.Local.Sales, b.Local.SaleAmount.Display(), b.Local.Returns, b.Local.ReturnAmount.Display(), match)
	for _, c := range b.Carried {
		line += fmt.Sprintf("\n    without %s %s (%s): %s", c.Kind, c.Text, c.By, c.Reason)
	}
	return line
}
