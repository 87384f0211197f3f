// Package printjob turns a row of the journal into paper or a file: it builds
// the document from journal data alone, renders it, and hands it to the
// printer or the disk. It reports how far that came and decides nothing.
package printjob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/pdf"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/order"
)

// Source is where the facts are read.
type Source interface {
	Attempt(ctx context.Context, number string) (order.Attempt, error)
	Order(ctx context.Context, id string) (order.Order, error)
	Batch(ctx context.Context, id string) (order.Batch, error)
	Stored(ctx context.Context, id string) (order.Stored, error)
	Cash(ctx context.Context, id string) (order.Cash, error)
}

// Config is what the settings say about receipts.
type Config struct {
	Shop       receipts.Shop
	DeviceName string
	HostName   string
	Training   bool
	Folder     string
	Paper      pdf.Paper
	Profile    escpos.Profile
	PDFFonts   pdf.Fonts
	PaperFonts escpos.Fonts
	// Mail is the language of mails, as its code.
	Mail string
	// Operator gives the name for an operator's id.
	Operator func(id string) string
}

// Device is a printer. Print and Kick return within the device's own deadline,
// and tell whether the paper is certain and whether any byte left.
type Device interface {
	// Form is what Print takes.
	Form() printer.Form
	Print(ctx context.Context, job []byte) order.JobResult
	// Kick opens the cash drawer.
	Kick(ctx context.Context) order.JobResult
}

// Worker carries out jobs. It is safe for many goroutines; a printer is given
// one job at a time by whoever schedules them.
type Worker struct {
	Source Source
	Device func() Device
	Config func() Config
	Mailer Mailer
}

// triedAgain follows what went wrong inside.
const triedAgain = " The terminal tries again by itself; if this stays, restart Paydesk."

// Do carries out one job within its own deadline.
func (w *Worker) Do(ctx context.Context, job order.Job) order.JobResult {
	if job.Kind == order.JobDrawer {
		return w.Device().Kick(ctx)
	}
	cfg := w.Config()
	doc, at, err := w.document(ctx, cfg, job)
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The receipt could not be made (%v)."+triedAgain, err)}
	}
	switch job.Kind {
	case order.JobPDF:
		return writePDF(cfg, doc, at, job)
	case order.JobMail:
		return w.mail(ctx, cfg, doc, at, job)
	}
	device := w.Device()
	data, err := Render(doc, cfg, device.Form())
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The receipt could not be laid out for this printer (%v)."+triedAgain, err)}
	}
	return device.Print(ctx, data)
}

// Render makes what the printer takes: commands, or a page for a print queue.
func Render(doc receipts.Document, cfg Config, form printer.Form) ([]byte, error) {
	if form == printer.PDF {
		return pdf.Render(doc, cfg.Paper, cfg.PDFFonts)
	}
	return escpos.Render(doc, cfg.Profile, cfg.PaperFonts)
}

// Document builds the document of a job, for paper and for the screen.
func (w *Worker) Document(ctx context.Context, job order.Job) (receipts.Document, error) {
	doc, _, err := w.document(ctx, w.Config(), job)
	return doc, err
}

func (w *Worker) document(ctx context.Context, cfg Config, job order.Job) (receipts.Document, time.Time, error) {
	fail := func(err error) (receipts.Document, time.Time, error) { return receipts.Document{}, time.Time{}, err }
	switch job.Document {
	case order.DocumentBatch:
		b, err := w.Source.Batch(ctx, job.Subject)
		if err != nil {
			return fail(err)
		}
		return batchDocument(cfg, b, job), b.Asked, nil
	case order.DocumentStored:
		s, err := w.Source.Stored(ctx, job.Subject)
		if err != nil {
			return fail(err)
		}
		o, err := w.Source.Order(ctx, s.Order)
		return storedDocument(cfg, s, o, job), s.Created, err
	case order.DocumentCash:
		c, err := w.Source.Cash(ctx, job.Subject)
		if err != nil {
			return fail(err)
		}
		o, err := w.Source.Order(ctx, c.Order)
		return cashDocument(cfg, c, o, job), c.At, err
	}
	a, err := w.Source.Attempt(ctx, job.Subject)
	if err != nil {
		return fail(err)
	}
	o, err := w.Source.Order(ctx, a.Order)
	return saleDocument(cfg, a, o, job), a.Created, err
}

// reason says why nothing was approved: to the customer in our words, which
// tell nobody else more than they need; to the shop in the bank's own.
func reason(a order.Attempt, copy string) string {
	if copy == order.CopyMerchant {
		return strings.TrimSpace(a.Code + " " + a.Message)
	}
	if said, known := order.Said(a); known {
		return said.Customer + "."
	}
	return ""
}

// entryMode says how the card came to the sale.
func entryMode(entry string) string {
	switch entry {
	case order.EntryOnFile:
		return "Card on file"
	case order.EntrySwiped:
		return "Swiped"
	}
	return "Keyed"
}

func saleDocument(cfg Config, a order.Attempt, o order.Order, job order.Job) receipts.Document {
	f := receipts.SaleFacts{Shop: cfg.Shop, CopyNumber: job.Reprint, Kind: "SALE",
		Amount: a.Asked, Approved: a.Approved, Reason: reason(a, job.Copy),
		Brand: a.Brand, Last4: a.Last4, EntryMode: entryMode(a.Entry), CardholderName: a.Holder,
		AuthCode: a.AuthCode, Reference: a.Reference, Number: a.Number, Order: o.Note, Batch: short(a.Batch),
		Device: cfg.DeviceName, Host: cfg.HostName, Operator: cfg.Operator(a.Operator),
		At: a.Created.Local(), Training: cfg.Training}
	if a.Kind == order.KindAuth {
		f.Kind = "AUTH ONLY"
	}
	if job.Copy == order.CopyMerchant {
		f.Copy = receipts.Merchant
	}
	switch {
	case a.State == order.Approved && a.Approved.Minor < a.Asked.Minor:
		f.Outcome = receipts.PartApproved
	case a.State == order.Approved:
		f.Outcome = receipts.Approved
	case a.State == order.Declined:
		f.Outcome = receipts.Declined
	}
	return receipts.Sale(f)
}

func batchDocument(cfg Config, b order.Batch, job order.Job) receipts.Document {
	f := receipts.BatchFacts{Shop: cfg.Shop, Batch: short(b.GUID), Device: cfg.DeviceName, Host: cfg.HostName,
		Operator: cfg.Operator(b.Operator), OpenedAt: b.Opened.Local(), ClosedAt: b.Ended.Local(),
		CopyNumber: job.Reprint, Training: cfg.Training,
		AtTerminal: tally(b.Local)}
	if b.Host != nil {
		host := tally(*b.Host)
		f.AtHost = &host
	}
	return receipts.BatchClose(f)
}

func tally(t order.Totals) receipts.Tally {
	return receipts.Tally{Count: t.Sales, Amount: t.SaleAmount, Returns: t.Returns, Returned: t.ReturnAmount}
}

// short is the part of a guid that people can compare.
func short(guid string) string { return guid[:min(len(guid), 8)] }

// writePDF keeps the receipt as a file. Writing it twice gives the same file,
// so a job that was cut short is simply done again.
func writePDF(cfg Config, doc receipts.Document, at time.Time, job order.Job) order.JobResult {
	data, err := pdf.Render(doc, cfg.Paper, cfg.PDFFonts)
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The PDF could not be made (%v)."+triedAgain, err)}
	}
	dir := filepath.Join(cfg.Folder, at.Local().Format("2006-01-02"))
	path := filepath.Join(dir, fileName(job))
	if err := writeFile(dir, path, data); err != nil {
		return order.JobResult{Trouble: fmt.Sprintf("The receipt could not be saved in %s. Check that the folder can be written and the disk is not full.", dir)}
	}
	return order.JobResult{Done: true, Path: path}
}

// fileName is what the PDF of a job is called.
func fileName(job order.Job) string {
	name := job.Subject + "-" + job.Copy
	if job.Document == order.DocumentBatch {
		name = "batch-" + job.Subject
	}
	if job.Reprint > 0 {
		name += fmt.Sprintf("-copy-%d", job.Reprint)
	}
	return name + ".pdf"
}

// writeFile is done when the file is on the disk under its name, whole: the
// journal says so next, and a power cut must not prove it wrong.
func writeFile(dir, path string, data []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp := path + ".part"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil || runtime.GOOS == "windows" {
		return err // there a folder cannot be synced, and need not be
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
