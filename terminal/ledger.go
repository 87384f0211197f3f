package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"paydesk/terminal/engine"
	"paydesk/terminal/ledger"
	"paydesk/terminal/money"
	"paydesk/terminal/order"
	"paydesk/terminal/staff"
	"paydesk/terminal/wallet/masspay"
)

// The codes of problems with the payment log, customers and payouts.
const (
	ProblemCustomer = "customer"
	ProblemMatch    = "notice-match"
	ProblemPayout   = "payout"
)

// ledgerProblems are what is refused, in a sentence each.
var ledgerProblems = []struct {
	err        error
	code, text string
}{
	{order.ErrCustomerName, ProblemCustomer, "Give the customer a name of at most 80 letters."},
	{order.ErrCustomerEmail, ProblemCustomer, "Write each e-mail address as name@example.com, 20 of them at most."},
	{order.ErrCustomerTaken, ProblemCustomer, "Another customer has this e-mail address already. Take it from that one first."},
	{order.ErrCustomerCard, ProblemCustomer, "A card number does not belong here: give the customer's name and e-mail addresses."},
	{ledger.ErrNotMatchable, ProblemMatch, "This entry is booked already, or nothing can be booked for it. Look at its state."},
	{order.ErrNotice, ProblemMatch, "The amount of this message does not fit what it says. Look the payment up at the provider."},
	{order.ErrPayoutTo, ProblemPayout, "Name the recipient by an e-mail address, a PayPal account id, or a phone number such as +15551234567."},
	{order.ErrPayoutAmount, ProblemPayout, "A payout needs an amount above zero."},
	{order.ErrPayoutNote, ProblemPayout, "A note to the recipient is one line of at most 4000 letters."},
	{order.ErrPayoutAgain, ProblemPayout, "This payout is in a file already, or paid. Written once more, it would be paid twice if both files are uploaded: ask for that on purpose."},
	{masspay.ErrMixed, ProblemPayout, "These payouts do not add up. Write fewer of them at once."},
	{order.ErrNotFound, engine.ProblemNotFound, "There is no such entry, customer or payout. Look at the list again."},
	{order.ErrConflict, ProblemCustomer, "Somebody else changed this just now. Look at it again, then repeat what you did."},
	{order.ErrFull, engine.ProblemDisk, "The disk of this computer is full. Free some space, then go on; what was sold is safe."},
}

func ledgerProblem(err error) error {
	for _, p := range ledgerProblems {
		if errors.Is(err, p.err) {
			return &engine.Problem{Code: p.code, Text: p.text, Err: err}
		}
	}
	if err == nil || errors.As(err, new(*engine.Problem)) {
		return err
	}
	return &engine.Problem{Code: engine.ProblemStorage, Text: "The journal could not be read. Try again; if it happens twice, restart Paydesk.", Err: err}
}

// may asks for a right, and then does something.
func (t *Terminal) may(right staff.Right, do func() error) error {
	if err := t.May(right); err != nil {
		return err
	}
	return ledgerProblem(do())
}

// PaymentLog reads the next part of what providers told, newest first. Messages
// that wait for the provider's word are in NotifyState alone.
func (t *Terminal) PaymentLog(ctx context.Context, q order.NoticeQuery) (page order.NoticePage, err error) {
	err = t.may(staff.SeeHistory, func() (err error) {
		page, err = t.journal.Notices(ctx, q)
		return err
	})
	return page, err
}

// Customers lists those whose name or e-mail address has a text in it, all for
// "", by name.
func (t *Terminal) Customers(ctx context.Context, text string) (found []order.Customer, err error) {
	err = t.may(staff.SeeHistory, func() error {
		all, err := t.journal.Customers(ctx)
		text = strings.ToLower(strings.TrimSpace(text))
		found = slices.DeleteFunc(all, func(c order.Customer) bool {
			return !strings.Contains(strings.ToLower(c.Name+"\n"+strings.Join(c.Emails, "\n")), text)
		})
		slices.SortStableFunc(found, func(a, b order.Customer) int {
			return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
		})
		return err
	})
	return found, err
}

// SaveCustomer keeps a new customer, whose ID is "", or another name and other
// e-mail addresses of one: whoever has an address gets what is paid from it, so
// that takes a supervisor. Balances change by messages alone.
func (t *Terminal) SaveCustomer(ctx context.Context, c order.Customer) error {
	return t.may(staff.Override, func() error {
		_, err := t.incoming.book.SaveCustomer(ctx, t.actor(), c)
		return err
	})
}

// MatchNotice books an entry of the payment log that waits for a person to the
// balance of a customer. It takes a supervisor.
func (t *Terminal) MatchNotice(ctx context.Context, id, customer string) error {
	return t.may(staff.Override, func() error { return t.incoming.book.Match(ctx, t.actor(), id, customer) })
}

// Payouts lists what is paid out, newest first.
func (t *Terminal) Payouts(ctx context.Context) (all []order.Payout, err error) {
	err = t.may(staff.SeeHistory, func() (err error) {
		all, err = t.journal.Payouts(ctx)
		slices.Reverse(all)
		return err
	})
	return all, err
}

// AddPayouts puts payouts on the list, all or none of them. It takes a
// supervisor, as all that gives money away.
func (t *Terminal) AddPayouts(ctx context.Context, list []order.Payout) error {
	return t.may(staff.Unlinked, func() error {
		_, err := t.incoming.book.Payouts(ctx, t.actor(), list)
		return err
	})
}

// CancelPayout takes a payout off the list that is in no file yet.
func (t *Terminal) CancelPayout(ctx context.Context, id string) error {
	return t.may(staff.Unlinked, func() error { return t.incoming.book.Cancel(ctx, t.actor(), id) })
}

// PayoutFile is a file for PayPal's upload.
type PayoutFile struct {
	Path  string
	Lines int
	// Sum is what PayPal is to show as the total, before it is confirmed there.
	Sum money.Amount
}

// WritePayouts is PayoutFiles that tells the paths alone.
func (t *Terminal) WritePayouts(ctx context.Context, ids []string, again bool) (paths string, err error) {
	files, err := t.PayoutFiles(ctx, ids, again)
	for _, f := range files {
		paths += ", " + f.Path
	}
	return strings.TrimPrefix(paths, ", "), err
}

// PayoutFiles writes files for PayPal's upload, one for each currency and kind
// of recipient: of the payouts with the ids, or of all that are in none yet. again
// allows those that were written before. It takes a supervisor.
func (t *Terminal) PayoutFiles(ctx context.Context, ids []string, again bool) (files []PayoutFile, err error) {
	err = t.may(staff.Unlinked, func() (err error) {
		if len(ids) == 0 {
			ids, err = t.listedPayouts(ctx)
		}
		if err != nil || len(ids) == 0 {
			return err
		}
		err = t.incoming.book.Write(ctx, t.actor(), ids, again, func(list []order.Payout) (map[string]string, error) {
			in := map[string]string{}
			files, err = t.preparePayouts(list, in)
			return in, err
		})
		return errors.Join(err, finishPayouts(files, err == nil))
	})
	return files, err
}

func (t *Terminal) listedPayouts(ctx context.Context) (ids []string, err error) {
	all, err := t.journal.Payouts(ctx)
	for _, p := range all {
		if p.State == order.PayoutListed {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}

// half is how a file of payouts is called until the journal has them as written.
const half = ".part"

// preparePayouts writes the files under names that nobody uploads, and notes
// which payout is in which.
func (t *Terminal) preparePayouts(list []order.Payout, in map[string]string) (files []PayoutFile, err error) {
	dir := filepath.Join(t.dir, "payouts")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, part := range masspay.Split(list) {
		data, err := masspay.File(part)
		if err != nil {
			return files, err
		}
		sum, err := masspay.Sum(part)
		if err != nil {
			return files, err
		}
		path, err := writeNew(func(n int) string { return filepath.Join(dir, t.payoutName(part, n)) }, data)
		if err != nil {
			return files, err
		}
		files = append(files, PayoutFile{path, len(part), sum})
		for _, p := range part {
			in[p.ID] = filepath.Base(path)
		}
	}
	return files, nil
}

// payoutName is what a file is called; a trainee's says that it is not to be
// uploaded.
func (t *Terminal) payoutName(part []order.Payout, n int) string {
	name := masspay.Name(part, t.Now().Format("20060102"), n)
	if t.Training() {
		return "TRAINING-" + name
	}
	return name
}

// writeNew writes a file that is not there yet, under its name with half behind.
func writeNew(name func(n int) string, data []byte) (string, error) {
	for n := 1; ; n++ {
		path := name(n)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		f, err := os.OpenFile(path+half, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue // another part of the same, or left by a crash
		}
		if err != nil {
			return "", err
		}
		_, err = f.Write(data)
		if err == nil {
			err = f.Sync()
		}
		return path, errors.Join(err, f.Close())
	}
}

// finishPayouts gives the files their names, or removes them.
func finishPayouts(files []PayoutFile, written bool) error {
	var errs []error
	for _, f := range files {
		if written {
			errs = append(errs, os.Rename(f.Path+half, f.Path))
		} else {
			errs = append(errs, os.Remove(f.Path+half))
		}
	}
	if err := errors.Join(errs...); err != nil && written {
		return &engine.Problem{Code: ProblemPayout, Text: "The file of payouts could not be finished. Write them again on purpose, once the disk is well.", Err: fmt.Errorf("payouts: %w", err)}
	}
	return nil
}
