package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"paydesk/terminal"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
)

// payment is a sale as scripts see it: amounts are decimal text.
type payment struct {
	Number    string `json:"number"`
	Order     string `json:"order"`
	State     string `json:"state"`
	Cause     string `json:"cause,omitempty"`
	Asked     string `json:"amount"`
	Approved  string `json:"approved"`
	Currency  string `json:"currency"`
	Brand     string `json:"brand"`
	Last4     string `json:"last4"`
	AuthCode  string `json:"auth_code,omitempty"`
	Reference string `json:"reference,omitempty"`
	HostGUID  string `json:"host_guid,omitempty"`
	Batch     string `json:"batch,omitempty"`
	Code      string `json:"code,omitempty"`
	// OnFile is this payment's number where --on-file takes it. Charged is the
	// payment or check whose card on file this one charged.
	OnFile  string `json:"on_file,omitempty"`
	Charged string `json:"charged,omitempty"`
	// Standing is what became of an approved payment: paid, held, captured,
	// voided, part-returned or returned; Left is what can still be captured
	// of a hold, and otherwise returned.
	Standing string `json:"standing,omitempty"`
	Left     string `json:"left,omitempty"`
	Created  string `json:"created"`
	// Parked is the supervisor who lets the day go on without it.
	Parked string `json:"parked,omitempty"`
}

func saleJSON(a order.Attempt, s order.Standing) payment {
	approved := a.Approved
	approved.Currency = a.Asked.Currency
	p := payment{Number: a.Number, Order: a.Order, State: string(a.State), Cause: string(a.Cause),
		Asked: a.Asked.Decimal(), Approved: approved.Decimal(), Currency: string(a.Asked.Currency), Brand: a.Brand, Last4: a.Last4,
		AuthCode: a.AuthCode, Reference: a.Reference, HostGUID: a.GUID, Batch: a.Batch, Code: a.Code,
		OnFile: onFile(a.Number, a.Token), Charged: a.Charged,
		Standing: string(s.As), Created: a.Created.Format(stampForm), Parked: a.Parked}
	if s.As != order.StandsNot {
		p.Left = s.Left.Decimal()
	}
	return p
}

// onFile is the number under which a card is on file, if it is. The token
// itself is shown nowhere.
func onFile(number string, t order.Token) string {
	if t == "" {
		return ""
	}
	return number
}

// stampForm is how scripts get a time.
const stampForm = "2006-01-02T15:04:05.000Z07:00"

// standing is what an approved payment has become, in a word or two; of any
// other its outcome.
func standing(a order.Attempt, s order.Standing) string {
	switch s.As {
	case order.StandsCaptured:
		return "CAPTURED " + s.Captured.Display() + " of " + a.Approved.Display()
	case order.StandsVoided:
		return "VOIDED " + a.Approved.Display()
	case order.StandsPart, order.StandsReturned:
		return "RETURNED " + s.Returned.Display() + " of " + a.Approved.Display()
	}
	return outcome(a)
}

// outcome is a state in a word or two, with its amount.
func outcome(a order.Attempt) string {
	switch a.State {
	case order.Approved:
		if a.Kind == order.KindAuth {
			return "HELD " + a.Approved.Display()
		}
		return "APPROVED " + a.Approved.Display()
	case order.PartApproved:
		return "PARTLY APPROVED " + a.Approved.Display()
	}
	return string(a.State) + " " + a.Asked.Display()
}

// words says what a state means for the person at the counter.
func words(a order.Attempt) string {
	switch a.State {
	case order.Approved:
		return "authorisation " + a.AuthCode
	case order.Declined, order.Refused:
		if said, known := order.Said(a); known {
			return "not charged. " + said.Cashier + inBrackets(a)
		}
		if a.Cause == order.CauseLogin {
			return "not charged; the host does not take this terminal's account: enter it again with: paydesk setup" + inBrackets(a)
		}
		return "not charged; ask for another card or another way to pay" + inBrackets(a)
	case order.NotSent:
		return "not charged; the host could not be reached"
	case order.Reversed:
		return "not charged; the host confirmed that it was taken back"
	case order.OrphanReturn:
		return "the bank had settled it before it could be taken back; the money is being returned"
	case order.Returned:
		return "not charged; the money was returned"
	case order.Absent:
		return "not charged; the host never had it"
	case order.Quarantine:
		return "not charged as far as the host knows; the terminal keeps looking"
	case order.PartApproved:
		return "decide with: paydesk keep, or paydesk give-back"
	case order.Review:
		return "the host's answer does not fit; ask a supervisor"
	}
	if said, known := order.Said(a); known {
		return "not known yet. " + said.Cashier + inBrackets(a)
	}
	return "not known yet; not charged again until the bank has been asked"
}

// inBrackets is the host's own answer, for whoever asks the payment service.
func inBrackets(a order.Attempt) string {
	if words := strings.TrimSpace(a.Code + " " + a.Message); words != "" {
		return " [" + words + "]"
	}
	return ""
}

// reader opens the journal beside a running window.
func (a *app) reader() (*terminal.History, error) {
	return terminal.OpenHistory(a.dir, a.mode())
}

func (a *app) withReader(f func(*terminal.History) error) error {
	j, err := a.reader()
	if err != nil {
		return err
	}
	return errors.Join(f(j), j.Close())
}

func (a *app) history() *cobra.Command {
	var limit int
	var asJSON bool
	var w wanted
	c := &cobra.Command{
		Use:   "history",
		Short: "List payments, newest first, or those that are asked for; works beside an open window",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withReader(func(j *terminal.History) error {
				stored, err := j.Settings(c.Context())
				if err != nil {
					return err
				}
				q, err := w.query(cmp.Or(money.Currency(stored["money.currency"]), settings.Default().Money.Currency))
				if err != nil {
					return err
				}
				return a.list(c.Context(), j, q, limit, asJSON)
			})
		},
	}
	c.Flags().IntVar(&limit, "limit", 50, "how many")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object per line")
	w.flags(c)
	return c
}

// list prints up to limit of the payments that are asked for, page by page.
func (a *app) list(ctx context.Context, j *terminal.History, q order.Query, limit int, asJSON bool) error {
	for limit > 0 {
		q.Limit = min(limit, 500)
		page, err := j.Search(ctx, q)
		if errors.Is(err, order.ErrNotFound) {
			return fmt.Errorf("there is no payment %s to go on behind: paydesk history lists them", q.Before)
		}
		if err != nil {
			return err
		}
		if err := a.printSales(ctx, j, page.Sales, asJSON); err != nil || page.Next == "" {
			return err
		}
		limit, q.Before = limit-len(page.Sales), page.Next
	}
	return nil
}

func (a *app) printSales(ctx context.Context, j *terminal.History, sales []order.Attempt, asJSON bool) error {
	numbers := make([]string, len(sales))
	for i, s := range sales {
		numbers[i] = s.Number
	}
	follows, err := j.FollowsOf(ctx, numbers...)
	if err != nil {
		return err
	}
	of := order.ByAttempt(follows)
	enc := json.NewEncoder(a.env.Out)
	for _, s := range sales {
		stands := order.Stand(s, of[s.Number])
		if asJSON {
			if err := enc.Encode(saleJSON(s, stands)); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.env.Out, "%s  %s  %-28s %s **** %s%s\n", s.Created.Local().Format("2006-01-02 15:04:05"), s.Number, standing(s, stands), s.Brand, s.Last4,
			parkedMark(s.Parked, s.State.Final()))
	}
	return nil
}

func (a *app) show() *cobra.Command {
	return &cobra.Command{
		Use:   "show NUMBER",
		Short: "Tell the story of one payment or stored sale; works beside an open window",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.withReader(func(j *terminal.History) error {
				s, err := j.Attempt(c.Context(), args[0])
				if errors.Is(err, order.ErrNotFound) {
					return a.showStored(c.Context(), j, args[0])
				}
				if err != nil {
					return err
				}
				follows, err := j.FollowsOf(c.Context(), s.Number)
				if err != nil {
					return err
				}
				fmt.Fprintf(a.env.Out, "%s  %s  %s **** %s  %s\n", s.Number, standing(s, order.Stand(s, follows)), s.Brand, s.Last4, words(s))
				if s.Charged != "" {
					fmt.Fprintf(a.env.Out, "  It charged the card on file of %s.\n", s.Charged)
				}
				if s.Token != "" {
					fmt.Fprintf(a.env.Out, "  The card is on file: paydesk sale AMOUNT --on-file %s charges it again.\n", s.Number)
				}
				return a.tellStory(c.Context(), j, args[0])
			})
		},
	}
}

func (a *app) showStored(ctx context.Context, j *terminal.History, id string) error {
	s, err := j.Stored(ctx, id)
	if errors.Is(err, order.ErrNotFound) {
		return fmt.Errorf("there is no payment %s in this journal: paydesk history lists them", id)
	}
	if err != nil {
		return err
	}
	if err := a.tellStored(s, false); err != nil {
		return err
	}
	if s.Number != "" {
		fmt.Fprintf(a.env.Out, "  It was forwarded as payment %s.\n", s.Number)
	}
	return a.tellStory(ctx, j, id)
}

func (a *app) tellStory(ctx context.Context, j *terminal.History, id string) error {
	story, err := j.Story(ctx, id)
	for _, e := range story {
		by := e.Actor
		if approver := e.ApprovedBy(); approver != "" {
			by += ", approved by " + approver
		}
		fmt.Fprintf(a.env.Out, "  %s  %-22s %s\n", e.At.Local().Format("15:04:05.000"), e.Kind, by)
	}
	return err
}
