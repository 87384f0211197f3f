package terminal

import (
	"context"
	"errors"

	"paydesk/receipts"
	"paydesk/receipts/pdf"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
)

// ShiftSlip builds the slip of a shift for the screen: of its closing, and as long
// as it is not closed, of its opening.
func (t *Terminal) ShiftSlip(ctx context.Context, id string) (receipts.Document, error) {
	return t.papers.Document(ctx, order.Job{Subject: id, Document: order.DocumentShift, Copy: order.CopyMerchant})
}

// ZSlip builds a Z report as it is printed. It fails with order.ErrNotFound where
// there is no such number.
func (t *Terminal) ZSlip(ctx context.Context, number int) (receipts.Document, error) {
	return t.papers.Document(ctx, order.Job{Subject: order.ZID(number), Document: order.DocumentZ, Copy: order.CopyMerchant})
}

// ReportSlip builds an X or a Z report.
func (t *Terminal) ReportSlip(z order.ZReport) (receipts.Document, error) {
	return printjob.Report(t.paperConfig(), z), nil
}

// ZPDF is a Z report as a PDF on the paper of the settings.
func (t *Terminal) ZPDF(ctx context.Context, number int) ([]byte, error) {
	doc, err := t.ZSlip(ctx, number)
	if err != nil {
		return nil, err
	}
	return t.PDF(doc)
}

// PDF is a document on the paper of the settings.
func (t *Terminal) PDF(doc receipts.Document) ([]byte, error) {
	cfg := t.paperConfig()
	return pdf.Render(doc, cfg.Paper, cfg.PDFFonts)
}

// PrintNow prints a document that no journal has, and waits for it. Its error
// says what to do.
func (t *Terminal) PrintNow(ctx context.Context, doc receipts.Document) error {
	device := t.printDevice()
	data, err := printjob.Render(ctx, doc, t.paperConfig(), device)
	if err != nil {
		return err
	}
	if r := device.Print(ctx, data); !r.Done {
		return told("printer", errors.New(r.Trouble))
	}
	return nil
}
