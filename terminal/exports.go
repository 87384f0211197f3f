package terminal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

// ProblemExport is the code of problems with the books.
const ProblemExport = "export"

// ExportRequest asks for the Z reports of some business days, the last among them,
// to go to a target.
type ExportRequest struct {
	Target   order.ExportTarget
	From, To order.Day
	// Folder takes the files; "" is "exports" among the terminal's data.
	Folder string
	// Again writes files once more that were written before, and takes to Xero what
	// went there in the other way. What was posted is never posted again.
	Again bool
	// Today: what is posted is dated today, where the books are locked for the day
	// itself.
	Today bool
}

var (
	errNoTarget   = &engine.Problem{Code: ProblemExport, Text: "There is no such way into the books. Choose xero, xero-csv or bank-csv."}
	errNoZ        = &engine.Problem{Code: ProblemExport, Text: "There is no Z report of these days. Write one, or choose other days."}
	errExported   = &engine.Problem{Code: ProblemExport, Text: "A file with one of these days was written before, and imported twice it counts twice. Write it again only on purpose, and import one of the two."}
	errEntered    = &engine.Problem{Code: ProblemExport, Text: "One of these days went to Xero in another way already: posted, or as a file. In both ways it counts twice there. Go on only on purpose, where the first one was not imported or was deleted."}
	errUnbalanced = &engine.Problem{Code: ProblemExport, Text: "The entries for the books do not come to the totals of the Z report. Nothing was exported: check the journal."}
	errHalfPosted = &engine.Problem{Code: ProblemExport, Text: "Part of this day is at Xero already, entered in another way. Set xero.post and the shop's currency back to what they were, then export the day again."}
	errBooksOff   = &engine.Problem{Code: ProblemExport, Text: "Xero is switched off. Switch it on in the settings, or write a file to import by hand."}
)

// exportProblem makes what fails on the way into the books a sentence.
func exportProblem(err error) error {
	switch {
	case errors.Is(err, order.ErrUnbalanced):
		return &engine.Problem{Code: errUnbalanced.Code, Text: errUnbalanced.Text, Err: err}
	case errors.Is(err, order.ErrBooksChanged):
		return errHalfPosted
	}
	return ledgerProblem(err)
}

// ExportPeriod takes the Z reports of a period to a target, each once and for all,
// and returns what became of each. What could not be settled goes on by itself;
// what was rejected waits until the settings, or the books, were corrected and it
// is asked for again. It takes somebody who may close the batch; files are written
// again by who may export data.
func (t *Terminal) ExportPeriod(ctx context.Context, r ExportRequest) (done []order.Export, err error) {
	if err := t.May(staff.CloseBatch); err != nil {
		return nil, err
	}
	if r.Again {
		if err := t.May(staff.ExportData); err != nil {
			return nil, err
		}
	}
	t.exporting.Lock()
	defer t.exporting.Unlock()
	zs, err := t.exported(ctx, r)
	switch {
	case err != nil:
		return nil, exportProblem(err)
	case r.Target == order.ExportXero:
		done, err = t.postPeriod(ctx, zs, r.Today)
	default:
		done, err = t.writePeriod(ctx, zs, r)
	}
	return done, exportProblem(err)
}

// ExportPreview is what ExportPeriod would take to the target; what went there
// before is as it is. Nothing is written.
func (t *Terminal) ExportPreview(ctx context.Context, r ExportRequest) (list []order.Export, err error) {
	err = t.may(staff.SeeHistory, func() error {
		zs, err := t.exported(ctx, r)
		if err != nil {
			return exportProblem(err)
		}
		for _, z := range zs {
			e, err := t.prepare(ctx, z, r.Target, r.Today)
			if err != nil {
				return exportProblem(err)
			}
			list = append(list, e)
		}
		return nil
	})
	return list, err
}

// Exports lists what went into the books of some business days, oldest first.
func (t *Terminal) Exports(ctx context.Context, from, to order.Day) (list []order.Export, err error) {
	err = t.may(staff.SeeHistory, func() error {
		begin, _, err := t.bounds(from, to)
		if err != nil {
			return err
		}
		all, err := t.journal.Exports(ctx, begin, t.Now().AddDate(1, 0, 0)) // it is exported later than it was
		list = slices.DeleteFunc(all, func(e order.Export) bool { return e.Day < from || e.Day > to })
		return err
	})
	return list, err
}

// exported are the Z reports of a request, oldest first.
func (t *Terminal) exported(ctx context.Context, r ExportRequest) ([]order.ZReport, error) {
	if !slices.Contains(order.ExportTargets, r.Target) {
		return nil, errNoTarget
	}
	if r.Target == order.ExportXero && t.Settings().Xero.Mode == settings.WalletOff {
		return nil, errBooksOff
	}
	zs, err := t.Zs(ctx, r.From, r.To)
	if err == nil && len(zs) == 0 {
		err = errNoZ
	}
	for _, z := range zs {
		if err == nil && !r.Again {
			err = t.enteredOnce(ctx, z, r.Target)
		}
	}
	return zs, err
}

// enteredOnce refuses to take the sales of a Z report to Xero in one way where they
// went there, or are about to, in the other. A bank statement is beside either.
func (t *Terminal) enteredOnce(ctx context.Context, z order.ZReport, target order.ExportTarget) error {
	other, twice := map[order.ExportTarget]order.ExportTarget{order.ExportXero: order.ExportXeroCSV, order.ExportXeroCSV: order.ExportXero}[target]
	if !twice {
		return nil
	}
	e, err := t.journal.ExportOf(ctx, order.ExportID(other, z.Number))
	switch {
	case errors.Is(err, order.ErrNotFound):
		return nil
	case err == nil && len(e.Postings) > len(e.Rejected()):
		return errEntered
	}
	return err
}

// prepare is the export of a Z report as it was kept, or as it would be now.
func (t *Terminal) prepare(ctx context.Context, z order.ZReport, target order.ExportTarget, today bool) (order.Export, error) {
	e, err := t.journal.ExportOf(ctx, order.ExportID(target, z.Number))
	switch {
	case errors.Is(err, order.ErrNotFound):
		e = order.Export{ID: order.ExportID(target, z.Number), Target: target, Z: z.Number, Day: z.Day, Operator: t.actor(), At: t.Now()}
	case err != nil || e.Done || len(e.Rejected()) == 0:
		return e, err
	}
	books, err := t.books(ctx)
	if err != nil {
		return e, err
	}
	dated := z
	if today {
		dated.Day = t.Day().Of(t.Now())
	}
	fresh, err := books.Postings(target, z, dated.Day, t.journal.Movements(ctx, z.From, z.To))
	if err != nil {
		return e, err
	}
	return e.Correct(fresh, t.Now())
}

// books is how the books are kept.
func (t *Terminal) books(ctx context.Context) (order.Books, error) {
	nonces, err := t.journal.Nonces(ctx)
	if err != nil {
		return order.Books{}, err
	}
	s := t.Settings()
	x := s.Xero
	return order.Books{Invoices: x.Post == "invoice", Contact: x.Contact, Sales: x.Sales, Fees: x.Fees, TaxType: x.TaxType, Tracking: x.Tracking,
		Clearing: map[string]string{order.BookCards: x.Cards, order.BookCash: x.Cash, order.BookPayPal: x.PayPal, order.BookRazorpay: x.Razorpay},
		// The first one stays when the journal is put back.
		Origin: nonces[0], Unit: s.Money.Currency, Test: t.Training()}, nil
}

// keep makes an export durable.
func (t *Terminal) keep(ctx context.Context, what, actor string, list ...order.Export) error {
	var entries []order.Entry
	for _, e := range list {
		entries = append(entries, order.Entry{Kind: what, Subject: e.ID, Actor: actor, Object: e})
	}
	return t.journal.Commit(ctx, entries...)
}

// Pauses between looks at what is not settled: the first soon after the start, then
// longer and longer.
const (
	exportsSettle = 10 * time.Second
	exportsAgain  = time.Minute
	exportsRarest = time.Hour
)

// watchExports goes on with what was not settled at Xero until ctx ends.
func (t *Terminal) watchExports(ctx context.Context) {
	pause := exportsSettle
	for again := exportsAgain; ; {
		select {
		case <-ctx.Done():
			return
		case <-t.exportsLeft:
			again = exportsAgain
			pause = again
			continue
		case <-t.opt.Clock.After(pause):
		}
		if left, err := t.settleExports(ctx); err == nil && left == 0 {
			pause, again = exportsRarest, exportsAgain
			continue
		} else if err != nil {
			t.opt.Log.Warn("the books", "err", err)
		}
		pause, again = again, min(2*again, exportsRarest)
	}
}

// settleExports goes on with what is not settled, and says how much still is not.
func (t *Terminal) settleExports(ctx context.Context) (left int, err error) {
	t.exporting.Lock()
	defer t.exporting.Unlock()
	open, err := t.journal.OpenExports(ctx)
	if err != nil {
		return 0, err
	}
	for _, e := range open {
		if e.Target != order.ExportXero || !e.Waits() {
			continue
		}
		client, err := t.xeroClient()
		if err != nil {
			return left, err
		}
		e, _, err = t.post(ctx, client, e)
		if err != nil {
			return left, err
		}
		if e.Waits() {
			left++
		}
	}
	return left, nil
}

// mayMoveBooks refuses another organisation while something may be on its way into
// the books of the present one: looked up elsewhere, it would not be found.
func (t *Terminal) mayMoveBooks(ctx context.Context, s settings.Settings) error {
	if booksAt(t.Settings()) == booksAt(s) {
		return nil
	}
	open, err := t.journal.OpenExports(ctx)
	if err != nil {
		return ledgerProblem(err)
	}
	for _, e := range open {
		if slices.ContainsFunc(e.Postings, func(p order.Posting) bool { return p.State == order.PostSending || p.State == order.PostUnknown }) {
			return &engine.Problem{Code: "books-busy", Text: fmt.Sprintf("An entry of %s may be on its way into the present books at Xero, and only they can tell. Nothing was changed: wait until it was looked up, then change the settings.", e.Day)}
		}
	}
	return nil
}

// booksAt is what of the settings says whose books are kept.
func booksAt(s settings.Settings) [5]string {
	host := ""
	if s.Xero.Mode == settings.WalletTest { // they go with it
		host = s.Host.BaseURL
	}
	return [...]string{s.Xero.Mode, s.Xero.ClientID, s.Xero.Tenant, s.Xero.BaseURL, host}
}
