package apptest

import (
	"context"
	"image"
	"slices"
	"strings"

	"paydesk/assets"
	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/receipts/glyphs"
	"paydesk/receipts/preview"
	"paydesk/terminal"
	"paydesk/terminal/order"
)

// Counter is how the things on the counter of a Desk behave.
type Counter struct {
	// Found are the printers that answer, by their target; at the others none does.
	Found map[string]terminal.PrinterFinding
	// Paper and Virtual are those of the printer of the training.
	Paper   image.Image
	Virtual terminal.VirtualState
}

// NewCounter has one printer.
func NewCounter() Counter {
	return Counter{Found: map[string]terminal.PrinterFinding{"/dev/usb/lp0": {Target: "/dev/usb/lp0", Maker: "EPSON", Model: "TM-T88V", Profile: "generic-80"}}}
}

// Slip implements app.Desk.
func (d *Desk) Slip(_ context.Context, document, id, copy string) (receipts.Document, error) {
	if err := d.called("Slip " + document); err != nil {
		return receipts.Document{}, err
	}
	blocks := []receipts.Block{
		receipts.Heading{Text: d.now.Shop}, receipts.Line{Text: "1 Pier Road", Align: receipts.Centre}, receipts.Rule{},
		receipts.Row{Left: document, Right: id}, receipts.Row{Left: "Card", Right: "Visa **** 1111"},
		receipts.Row{Left: "Approval code", Right: "A04217"}, receipts.Rule{}, receipts.Total{Label: "TOTAL", Amount: "$12.50"},
		receipts.Blank{}, receipts.Line{Text: "APPROVED", Align: receipts.Centre, Bold: true},
		receipts.Line{Text: copy + " copy", Align: receipts.Centre}, receipts.Blank{}, receipts.Line{Text: "Thank you", Align: receipts.Centre},
	}
	if copy == order.CopyCustomer {
		blocks = append(blocks, receipts.QR{Text: Code})
	}
	return receipts.Document{Title: "Receipt", At: Start, Blocks: blocks}, nil
}

// Code is what the code on a customer's receipt holds: as much as a signature
// with what it signs.
var Code = "https://shop.example/r.html#" + strings.Repeat("K7P2Q00001000AB00-", 10)

// Picture implements app.Desk with paper of 80 mm.
func (d *Desk) Picture(ctx context.Context, document, id, copy string) (image.Image, error) {
	if err := d.called("Picture " + document + " " + copy); err != nil {
		return nil, err
	}
	doc, err := d.Slip(ctx, document, id, copy)
	if err != nil {
		return nil, err
	}
	var fonts glyphs.Fonts
	for name, into := range map[string]*[]byte{assets.MonoRegular: &fonts.Regular, assets.MonoBold: &fonts.Bold} {
		if *into, err = assets.Fonts.ReadFile(name); err != nil {
			return nil, err
		}
	}
	roll, err := escpos.Named("generic-80", 0)
	if err != nil {
		return nil, err
	}
	return preview.Image(doc, roll.Columns, roll.Dots, fonts)
}

// PrintAgain implements app.Desk.
func (d *Desk) PrintAgain(_ context.Context, document, _, copy string) error {
	return d.called("PrintAgain " + document + " " + copy)
}

// SendMail implements app.Desk.
func (d *Desk) SendMail(_ context.Context, document, id, to string) error {
	if err := d.called("SendMail " + document + " " + to); err != nil {
		return err
	}
	d.addJob(order.Job{ID: "mail-" + to, Kind: order.JobMail, State: order.JobQueued, Document: document, Subject: id, To: to, Due: d.Clock.Now()})
	return nil
}

func (d *Desk) addJob(j order.Job) {
	d.mu.Lock()
	jobs := append(slices.Clone(d.jobs), j)
	d.mu.Unlock()
	d.PutJobs(jobs...)
}

// OpenDrawer implements app.Desk.
func (d *Desk) OpenDrawer(_ context.Context, reason string) error {
	return d.called("OpenDrawer " + reason)
}

// Spool implements app.Desk.
func (d *Desk) Spool(context.Context) ([]order.Job, error) {
	if err := d.called("Spool"); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(d.jobs), func(j order.Job) bool { return j.State == order.JobDone || j.State == order.JobDropped }), nil
}

// DropJob implements app.Desk.
func (d *Desk) DropJob(_ context.Context, id string) error {
	if err := d.called("DropJob " + id); err != nil {
		return err
	}
	d.mu.Lock()
	jobs := slices.Clone(d.jobs)
	d.mu.Unlock()
	for i := range jobs {
		if jobs[i].ID == id {
			jobs[i].State = order.JobDropped
		}
	}
	d.PutJobs(jobs...)
	return nil
}

// CheckPrinter implements app.Desk.
func (d *Desk) CheckPrinter(context.Context) error { return d.called("CheckPrinter") }

// ProbePrinter implements app.Desk.
func (d *Desk) ProbePrinter(_ context.Context, target string) (terminal.PrinterFinding, error) {
	if err := d.called("ProbePrinter " + target); err != nil {
		return terminal.PrinterFinding{}, err
	}
	if f, ok := d.Counter.Found[target]; ok {
		return f, nil
	}
	return terminal.PrinterFinding{Target: target, Text: "No printer answers there: check the cable and the power."}, nil
}

// Profiles implements app.Desk.
func (d *Desk) Profiles() []terminal.PrinterProfile {
	return []terminal.PrinterProfile{{Name: "generic-80", Title: "80 mm, cuts"}, {Name: "generic-58", Title: "58 mm"}, {Name: "plain-80", Title: "80 mm, text only"}}
}

// SetMailPassword implements app.Desk.
func (d *Desk) SetMailPassword(_ context.Context, password []byte) error {
	defer clear(password)
	return d.called("SetMailPassword " + string(password))
}

// TestMail implements app.Desk.
func (d *Desk) TestMail(_ context.Context, to string) error { return d.called("TestMail " + to) }

// VirtualPaper implements app.Desk.
func (d *Desk) VirtualPaper() (image.Image, terminal.VirtualState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.Counter.Paper, d.Counter.Virtual
}

// PlayVirtual implements app.Desk.
func (d *Desk) PlayVirtual(s terminal.VirtualState) {
	_ = d.called("PlayVirtual")
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Counter.Virtual = s
}
