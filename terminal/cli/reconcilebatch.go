package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// batchProof is the proof of a closed batch as scripts see it: amounts are decimal
// text.
type batchProof struct {
	Proof       string            `json:"proof"`
	Batch       string            `json:"batch"`
	GUID        string            `json:"host_guid"`
	At          string            `json:"at"`
	Agrees      bool              `json:"agrees"`
	Complete    bool              `json:"complete"`
	Trouble     string            `json:"trouble,omitempty"`
	Currency    string            `json:"currency"`
	Journal     batchTotals       `json:"journal"`
	Host        batchTotals       `json:"host"`
	Closed      *batchTotals      `json:"closed,omitempty"`
	Local       int               `json:"local"`
	Rows        int               `json:"rows"`
	Matched     int               `json:"matched"`
	Differences []batchDifference `json:"differences"`
	More        int               `json:"more,omitempty"`
	Digest      string            `json:"digest,omitempty"`
	Wallets     []walletTotals    `json:"wallets,omitempty"`
}

type batchTotals struct {
	Sales        int    `json:"sales"`
	SaleAmount   string `json:"sale_amount"`
	Returns      int    `json:"returns"`
	ReturnAmount string `json:"return_amount"`
}

type batchDifference struct {
	difference
	Last4 string `json:"last4,omitempty"`
	At    string `json:"at,omitempty"`
}

type walletTotals struct {
	Provider    string             `json:"provider"`
	Currency    string             `json:"currency"`
	Test        bool               `json:"test,omitempty"`
	Agrees      bool               `json:"agrees"`
	Complete    bool               `json:"complete"`
	Trouble     string             `json:"trouble,omitempty"`
	Payments    int                `json:"payments"`
	Amount      string             `json:"amount"`
	There       int                `json:"payments_there"`
	AmountThere string             `json:"amount_there"`
	Back        string             `json:"back"`
	BackThere   string             `json:"back_there"`
	Fees        string             `json:"fees"`
	Net         string             `json:"net"`
	Matched     int                `json:"matched"`
	Differences []walletDifference `json:"differences,omitempty"`
	More        int                `json:"more,omitempty"`
}

type walletDifference struct {
	What    order.Difference `json:"what"`
	Code    string           `json:"code,omitempty"`
	Payment string           `json:"payment"`
	Here    string           `json:"here,omitempty"`
	There   string           `json:"there,omitempty"`
}

func (a *app) reconcileBatch() *cobra.Command {
	var asJSON, last bool
	c := &cobra.Command{Use: "batch ID|GUID", Short: "Hold a closed batch against the bank's own transactions of it, line by line",
		Long: "Compares a closed batch three ways: this terminal's journal, the bank's own transactions of the batch, and the totals of\n" +
			"the closing; and the wallets of its time with their providers. Each difference is listed. Nothing is changed at the bank.\n" +
			"A running terminal does this by itself behind each closing. --last shows the newest comparison, also beside an open window.\n" +
			"Exit code 0: all agree. 3: there are differences. 4: not all could be compared.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if last {
				return a.withReader(func(j *terminal.History) error {
					b, err := closedBatch(c.Context(), j, args[0])
					if err != nil {
						return err
					}
					all, err := j.ProofsOf(c.Context(), b.ID)
					if err == nil && len(all) == 0 {
						err = fmt.Errorf("this batch was not compared yet: run paydesk reconcile batch %s", b.ID)
					}
					if err != nil {
						return err
					}
					return a.tellBatchProof(all[len(all)-1], asJSON)
				})
			}
			return a.asked(func(ctx context.Context, t *terminal.Terminal, args []string) error {
				b, err := closedBatch(ctx, t.Journal(), args[0])
				if err != nil {
					return err
				}
				p, err := t.Prove(ctx, b.ID, nil)
				if err != nil {
					return err
				}
				return a.tellBatchProof(p, asJSON)
			})(c, args)
		}}
	c.Flags().BoolVar(&last, "last", false, "show the newest comparison instead of making one")
	c.Flags().BoolVar(&asJSON, "json", false, "print the comparison as JSON")
	return c
}

// closedBatch finds a closing by its own id or by the host's guid.
func closedBatch(ctx context.Context, j *terminal.History, name string) (order.Batch, error) {
	b, err := j.Batch(ctx, name)
	if errors.Is(err, order.ErrNotFound) {
		b, err = j.ClosedBatch(ctx, name)
	}
	if errors.Is(err, order.ErrNotFound) {
		err = fmt.Errorf("no closed batch has the number or guid %q: paydesk batch list shows them", name)
	}
	return b, err
}

// tellBatchProof prints a proof and gives the exit code.
func (a *app) tellBatchProof(p order.Proof, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(a.env.Out).Encode(batchProofJSON(p)); err != nil {
			return err
		}
	} else {
		a.printBatchProof(p)
	}
	complete, trouble := p.Complete, p.Trouble
	for _, w := range p.Wallets {
		complete, trouble = complete && w.Complete, cmp.Or(trouble, w.Trouble)
	}
	switch differ := len(p.Found)+p.More > 0; {
	case !complete:
		fmt.Fprintln(a.env.Err, sentence("not all could be compared: "+trouble))
		return exitError(ExitUnknown)
	case differ || !p.Agrees():
		return exitError(ExitDeclined)
	}
	return nil
}

func (a *app) printBatchProof(p order.Proof) {
	out := a.env.Out
	view := engine.NewProofView(p)
	fmt.Fprintf(out, "Batch %s (%s), compared %s:\n", p.Batch, p.GUID, p.At.Local().Format("2006-01-02 15:04"))
	side := func(name string, t order.Totals) {
		fmt.Fprintf(out, "  %-12s %6d sales %14s  %6d returns %14s\n", name, t.Sales, t.SaleAmount.Decimal(), t.Returns, t.ReturnAmount.Decimal())
	}
	side("here", p.Journal)
	side("at the bank", p.Host)
	if p.Closed != nil {
		side("as closed", *p.Closed)
	}
	fmt.Fprintf(out, "%d transactions here, %d at the bank, %d the same in both; %d differ.\n", p.Local, p.Rows, p.Matched, len(p.Found)+p.More)
	if text := view.Sums.String(); text != "" {
		fmt.Fprintf(out, "! %s\n", text)
	}
	for _, f := range view.Findings {
		mark := " "
		if f.Alarm {
			mark = "!"
		}
		card := ""
		if f.Last4 != "" {
			card = " (card " + f.Last4 + ", " + f.GUID + ")"
		}
		fmt.Fprintf(out, "%s %-16s %s%s\n", mark, f.What, f.Text, card)
	}
	if p.More > 0 {
		fmt.Fprintf(out, "  and %d more\n", p.More)
	}
	for _, w := range p.Wallets {
		a.printWalletProof(w)
	}
}

func (a *app) printWalletProof(w order.WalletProof) {
	fmt.Fprintf(a.env.Out, "%s %s: %d payments over %s here, %d over %s there; %s and %s went back; fees %s, net %s.\n", order.WalletTitle(w.Provider), w.Currency,
		w.Here.Count, w.Here.Amount.Decimal(), w.There.Count, w.There.Amount.Decimal(), w.Back.Amount.Decimal(), w.BackThere.Amount.Decimal(),
		w.Fees.Decimal(), w.Net.Decimal())
	for _, m := range w.Found {
		fmt.Fprintf(a.env.Out, "! %-16s payment %s: %s here, %s there\n", m.What, m.Payment, cmp.Or(known(m.Here), "nothing"), cmp.Or(known(m.There), "nothing"))
	}
	if w.More > 0 {
		fmt.Fprintf(a.env.Out, "  and %d more\n", w.More)
	}
}

// known is an amount as text, "" where there is none.
func known(a money.Amount) string {
	if a.Currency == "" {
		return ""
	}
	return a.Decimal()
}

func totalsJSON(t order.Totals) batchTotals {
	return batchTotals{t.Sales, t.SaleAmount.Decimal(), t.Returns, t.ReturnAmount.Decimal()}
}

func batchProofJSON(p order.Proof) batchProof {
	out := batchProof{Proof: p.ID, Batch: p.Batch, GUID: p.GUID, At: p.At.Format(time.RFC3339), Agrees: p.Agrees(), Complete: p.Complete, Trouble: p.Trouble,
		Currency: string(p.Journal.SaleAmount.Currency), Journal: totalsJSON(p.Journal), Host: totalsJSON(p.Host), Local: p.Local, Rows: p.Rows,
		Matched: p.Matched, Differences: []batchDifference{}, More: p.More, Digest: p.Digest}
	if p.Closed != nil {
		closed := totalsJSON(*p.Closed)
		out.Closed = &closed
	}
	for _, f := range engine.NewProofView(p).Findings {
		out.Differences = append(out.Differences, batchDifference{difference{What: f.What, Shelf: f.Shelf, Number: f.Number, GUID: f.GUID, Of: f.Of,
			Origin: f.Origin, Here: decimal(f.Here), There: decimal(f.There), Alarm: f.Alarm, Text: f.Text}, f.Last4, stamp(f.At)})
	}
	for _, w := range p.Wallets {
		line := walletTotals{Provider: w.Provider, Currency: string(w.Currency), Test: w.Test, Agrees: w.Agrees(), Complete: w.Complete, Trouble: w.Trouble,
			Payments: w.Here.Count, Amount: w.Here.Amount.Decimal(), There: w.There.Count, AmountThere: w.There.Amount.Decimal(),
			Back: w.Back.Amount.Decimal(), BackThere: w.BackThere.Amount.Decimal(), Fees: w.Fees.Decimal(), Net: w.Net.Decimal(),
			Matched: w.Matched, More: w.More}
		for _, m := range w.Found {
			line.Differences = append(line.Differences, walletDifference{m.What, m.ID, m.Payment, known(m.Here), known(m.There)})
		}
		out.Wallets = append(out.Wallets, line)
	}
	return out
}
