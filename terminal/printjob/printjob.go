// Package printjob turns a row of the journal into paper or a file: it builds
// the document from journal data alone, renders it, and hands it to the
// printer or the disk. It reports how far that came and decides nothing.
package printjob

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"runtime"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/pdf"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/order"
)

// Source is where the facts are read: each method reads one object, or fails
// with order.ErrNotFound, or lists those of others, oldest first.
type Source interface {
	Attempt(ctx context.Context, number string) (order.Attempt, error)
	Order(ctx context.Context, id string) (order.Order, error)
	Batch(ctx context.Context, id string) (order.Batch, error)
	Stored(ctx context.Context, id string) (order.Stored, error)
	Cash(ctx context.Context, id string) (order.Cash, error)
	CashBack(ctx context.Context, id string) (order.CashBack, error)
	FollowUp(ctx context.Context, id string) (order.FollowUp, error)
	QR(ctx context.Context, id string) (order.QR, error)
	Refund(ctx context.Context, id string) (order.Refund, error)
	Bill(ctx context.Context, id string) (order.Bill, error)
	Shift(ctx context.Context, id string) (order.Shift, error)
	Move(ctx context.Context, id string) (order.Move, error)
	Z(ctx context.Context, id string) (order.ZReport, error)
	AttemptsOf(ctx context.Context, orderID string) ([]order.Attempt, error)
	FollowsOf(ctx context.Context, numbers ...string) ([]order.FollowUp, error)
	StoredOf(ctx context.Context, orderID string) ([]order.Stored, error)
	QRsOf(ctx context.Context, orderID string) ([]order.QR, error)
}

// Config is what the settings say about receipts.
type Config struct {
	Shop       receipts.Shop
	Logo       *image.Gray // at the head of what customers get; nil is none
	Language   receipts.Tongue
	TaxName    string
	DeviceName string
	HostName   string
	Training   bool
	Folder     string
	Paper      pdf.Paper
	Profile    escpos.Profile
	PDFFonts   pdf.Fonts
	PaperFonts escpos.Fonts
	// Operator gives the name for an operator's id.
	Operator func(id string) string
	// Wallet gives the name that people know a wallet's provider by.
	Wallet func(provider string) string
	// Proof gives the text of the code by which a document proves itself, or ""
	// for one that no code tells of; nil is none for all.
	Proof func(ctx context.Context, document, id string) (string, error)
}

// Device is a printer. Print and Kick return within the device's own deadline,
// and tell whether the paper is certain and whether any byte left.
type Device interface {
	// Form is what Print takes.
	Form() printer.Form
	// Keeps reports whether it holds a picture, and has it stored if need be.
	Keeps(ctx context.Context, key string, store []byte) bool
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
	doc, err := w.document(ctx, cfg, job)
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The receipt could not be made (%v)."+triedAgain, err)}
	}
	switch job.Kind {
	case order.JobPDF:
		return writePDF(cfg, doc, job)
	case order.JobMail:
		return w.mail(ctx, cfg, doc, job)
	}
	device := w.Device()
	data, err := Render(ctx, doc, cfg, device)
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The receipt could not be laid out for this printer (%v)."+triedAgain, err)}
	}
	return device.Print(ctx, data)
}

// Render makes what the printer takes: a page for a print queue, or commands,
// without the logo where the printer keeps it.
func Render(ctx context.Context, doc receipts.Document, cfg Config, device Device) ([]byte, error) {
	if device.Form() == printer.PDF {
		return pdf.Render(doc, cfg.Paper, cfg.PDFFonts)
	}
	job, err := escpos.Encode(doc, cfg.Profile, cfg.PaperFonts)
	if err != nil {
		return nil, err
	}
	return job.Bytes(job.Key != "" && device.Keeps(ctx, job.Key, job.Store)), nil
}

// Document builds the document of a job, for paper and for the screen.
func (w *Worker) Document(ctx context.Context, job order.Job) (receipts.Document, error) {
	return w.document(ctx, w.Config(), job)
}

// writePDF keeps the receipt as a file. Writing it twice gives the same file,
// so a job that was cut short is simply done again.
func writePDF(cfg Config, doc receipts.Document, job order.Job) order.JobResult {
	data, err := pdf.Render(doc, cfg.Paper, cfg.PDFFonts)
	if err != nil {
		return order.JobResult{Own: true, Trouble: fmt.Sprintf("The PDF could not be made (%v)."+triedAgain, err)}
	}
	dir := filepath.Join(cfg.Folder, doc.At.Local().Format("2006-01-02"))
	path := filepath.Join(dir, fileName(job))
	if err := writeFile(dir, path, data); err != nil {
		return order.JobResult{Trouble: fmt.Sprintf("The receipt could not be saved in %s. Check that the folder can be written and the disk is not full.", dir)}
	}
	return order.JobResult{Done: true, Path: path}
}

// fileName is what the PDF of a job is called.
func fileName(job order.Job) string {
	name := job.Subject + "-" + job.Copy
	switch job.Document {
	case "", order.DocumentSale, order.DocumentStored, order.DocumentCash:
	case order.DocumentBatch:
		name = "batch-" + job.Subject
	default: // several documents are about one subject
		name = job.Document + "-" + name
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
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp)) // a full disk needs the room
	}
	if runtime.GOOS == "windows" {
		return nil // there a folder cannot be synced, and need not be
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
