package cli

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/receipts/proof"
	"paydesk/receipts/text"
	"paydesk/terminal"
	"paydesk/terminal/engine"
)

// proofJSON is what a code says as scripts see it. Result is genuine, unknown
// (to the journal), differs (from it), or a problem's code; only of the first
// three the rest is true.
type proofJSON struct {
	Result   string   `json:"result"`
	Document string   `json:"document,omitempty"`
	Act      string   `json:"act,omitempty"`
	ID       string   `json:"id,omitempty"`
	Amount   string   `json:"amount,omitempty"`
	Currency string   `json:"currency,omitempty"`
	Tender   string   `json:"tender,omitempty"`
	Last4    string   `json:"last4,omitempty"`
	At       string   `json:"at,omitempty"`
	Previous string   `json:"previous,omitempty"`
	Training bool     `json:"training,omitempty"`
	Differs  []string `json:"differs,omitempty"`
	Returned string   `json:"returned,omitempty"`
	Pending  string   `json:"pending,omitempty"`
	Left     string   `json:"left,omitempty"`
}

// The results of a check.
const (
	proofGenuine = "genuine"
	proofUnknown = "unknown"
	proofDiffers = "differs"
)

func (a *app) verifyReceipt() *cobra.Command {
	var key, page string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify TEXT",
		Short: "Check the code of a receipt, and what became of the payment; works beside an open window",
		Long: "Check the text of a receipt's code, as a scanner or a phone reads it; - reads it from standard input.\n\n" +
			"Exit codes: 0 genuine and as the journal has it, 1 no code of a receipt, 3 changed, of another terminal, of training,\n" +
			"or contradicted by the journal, 4 genuine and not in this journal. With --key or --page the signature alone is checked,\n" +
			"on any computer.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			code, err := a.codeOf(args)
			if err != nil {
				return err
			}
			if key != "" || page != "" {
				keys, err := namedKeys(key, page)
				if err != nil {
					return err
				}
				check, err := terminal.VerifyReceipt(code, keys...)
				return a.tellProof(check, proofGenuine, err, asJSON)
			}
			return a.withReader(func(j *terminal.History) error {
				check, err := terminal.CheckReceipt(c.Context(), j, a.mode(), code)
				result := proofGenuine
				switch {
				case !check.Known:
					result = proofUnknown
				case len(check.Differs) > 0:
					result = proofDiffers
				}
				return a.tellProof(check, result, err, asJSON)
			})
		},
	}
	c.Flags().StringVar(&key, "key", "", "check against this public key, 64 hexadecimal digits, and no journal")
	c.Flags().StringVar(&page, "page", "", "check against the keys in this page, and no journal")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return c
}

// codeOf is the text that was asked about; a shell may have parted it.
func (a *app) codeOf(args []string) (string, error) {
	if len(args) != 1 || args[0] != "-" {
		return strings.Join(args, ""), nil
	}
	data, err := io.ReadAll(io.LimitReader(a.env.In, 1<<16))
	return string(data), err
}

func namedKeys(digits, page string) (keys []ed25519.PublicKey, err error) {
	if page != "" {
		data, err := readFile(page)
		if err != nil {
			return nil, fmt.Errorf("the page cannot be read (%w): check its name", err)
		}
		if keys, err = proof.KeysOf(data); err != nil {
			return nil, err
		}
	}
	if digits != "" {
		key, err := hex.DecodeString(digits)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, errors.New("a public key is 64 hexadecimal digits: paydesk journal verify --json lists those of a terminal")
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// tellProof prints the result of a check, or the problem that ended it.
func (a *app) tellProof(c terminal.ReceiptCheck, result string, err error, asJSON bool) error {
	var p *engine.Problem
	if err != nil {
		if !errors.As(err, &p) || p.Code == terminal.ProblemReceiptForm || p.Code == engine.ProblemStorage {
			return err
		}
		c, result = terminal.ReceiptCheck{}, p.Code
	}
	switch {
	case asJSON:
		if err := json.NewEncoder(a.env.Out).Encode(proofOf(c, result)); err != nil {
			return err
		}
	case p != nil:
		fmt.Fprintf(a.env.Out, "NOT GENUINE  %s\n", p.Text)
	default:
		a.printProof(c, result)
	}
	switch result {
	case proofGenuine:
		return nil
	case proofUnknown:
		return exitError(ExitUnknown)
	}
	return exitError(ExitDeclined)
}

func proofOf(c terminal.ReceiptCheck, result string) proofJSON {
	out := proofJSON{Result: result}
	if c.ID == "" {
		return out
	}
	out.Document, out.Act, out.ID, out.Tender, out.Last4, out.Training, out.Differs = c.Document, c.Act, c.ID, c.Tender, c.Last4, c.Training, c.Differs
	out.Amount, out.Currency = c.Amount.Decimal(), string(c.Amount.Currency)
	out.At, out.Previous = c.At.Format(stampForm), hex.EncodeToString(c.Previous)
	if c.Back != nil {
		out.Returned, out.Pending, out.Left = c.Back.Returned.Decimal(), c.Back.Pending.Decimal(), c.Back.Left.Decimal()
	}
	return out
}

func (a *app) printProof(c terminal.ReceiptCheck, result string) {
	w := a.env.Out
	fmt.Fprintf(w, "GENUINE  %s %s  %s", cmp.Or(c.Act, c.Document), c.ID, c.Amount.Display())
	if c.Tender != "" {
		fmt.Fprintf(w, "  %s", c.Tender)
	}
	if c.Last4 != "" {
		fmt.Fprintf(w, " **** %s", c.Last4)
	}
	fmt.Fprintf(w, "  %s\n", c.At.Local().Format("2006-01-02 15:04:05 MST"))
	fmt.Fprintln(w, "  Compare it with the paper: only this was signed, and paper with other words on it was changed.")
	switch {
	case result == proofUnknown:
		fmt.Fprintln(w, "  This journal does not have it: an older backup was put back since. Look for the payment at the bank.")
	case result == proofDiffers:
		fmt.Fprintf(w, "  The journal has it otherwise: %s. Pay nothing back, keep the receipt, and call your support.\n", strings.Join(c.Differs, ", "))
	case c.Known:
		fmt.Fprintln(w, "  The journal agrees, with all that came before.")
	}
	if c.Training {
		fmt.Fprintln(w, "  Training: no money was moved.")
	}
	if c.Back != nil {
		fmt.Fprintf(w, "  Returned since %s, on its way back %s, left to return %s.\n", c.Back.Returned.Display(), c.Back.Pending.Display(), c.Back.Left.Display())
	}
}

func (a *app) receiptPage() *cobra.Command {
	return &cobra.Command{
		Use:   "page FILE.html",
		Short: "Write the page with which customers check receipts: one file for any web server or none",
		Long: "Write a page with the shop's name and public keys in it, which checks the codes of this terminal's receipts in a browser.\n" +
			"It asks no server, and works as a file too. Put it where receipts.page says, and each code on paper opens it.\n" +
			"Write it anew after the shop's name or the terminal's key changed.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withReader(func(j *terminal.History) error { return a.writePage(c.Context(), j, args[0]) })
		},
	}
}

// writePage replaces the page whole or not at all: it may lie where it is read.
func (a *app) writePage(ctx context.Context, j *terminal.History, path string) error {
	page, err := terminal.ReceiptPage(ctx, j, a.mode())
	if err != nil {
		return err
	}
	if old, err := readFile(path); err == nil {
		if _, err := proof.KeysOf(old); err != nil {
			return fmt.Errorf("%s is there already and is no such page: name another file", path)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	part := path + ".part"
	if err = os.WriteFile(part, page, 0o644); err == nil { // for whoever serves it
		err = os.Rename(part, path)
	}
	if err != nil {
		return fmt.Errorf("the page cannot be written (%w): check the folder and the rights on it", err)
	}
	fmt.Fprintf(a.env.Out, "Written: %s\n", path)
	return nil
}

func (a *app) showReceipt() *cobra.Command {
	var copyName string
	c := &cobra.Command{
		Use:   "show DOCUMENT ID",
		Short: "Show a receipt with its code; a document is sale, stored, cash, cash-back, follow, bill or batch",
		Args:  cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withTerminal(c.Context(), func(t *terminal.Terminal) error {
				doc, err := t.Slip(c.Context(), args[0], args[1], copyName)
				if err != nil {
					return fmt.Errorf("there is no receipt of %s %s (%w): paydesk history lists what there is", args[0], args[1], err)
				}
				fmt.Fprint(a.env.Out, text.Render(doc, 42))
				return nil
			})
		},
	}
	c.Flags().StringVar(&copyName, "copy", engine.CopyCustomer, engine.CopyCustomer+" or "+engine.CopyMerchant)
	return c
}
