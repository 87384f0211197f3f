package terminal

import (
	"context"
	"errors"
	"path/filepath"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/device/serialport"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
)

// loadPrinter makes the printer of the settings. A target that cannot be read
// leaves the terminal without one; the status bar says so.
func (t *Terminal) loadPrinter() {
	s := t.Settings().Printer
	target, err := printer.Parse(s.Target, s.Baud)
	p := printer.New(target, t.openSerial, t.opt.Clock)
	t.mu.Lock()
	t.printer = p
	t.mu.Unlock()
	switch {
	case err != nil:
		t.SetPrinter(engine.Part{Health: engine.HealthTrouble, Text: err.Error()})
	case p.Status().State == printer.None:
		t.SetPrinter(engine.Part{Health: engine.HealthOff})
	default:
		t.SetPrinter(engine.Part{Health: engine.HealthUnsure})
	}
}

func (t *Terminal) openSerial(name string, baud int, flow string) (printer.Port, error) {
	return serialport.Open(serialport.Config{Name: name, Baud: baud, Flow: serialport.Flow(flow)}, t.opt.Clock)
}

func (t *Terminal) currentPrinter() *printer.Printer {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.printer
}

// paperDevice is the printer as the print jobs see it.
type paperDevice struct{ p *printer.Printer }

// Print implements printjob.Device.
func (d paperDevice) Print(ctx context.Context, job []byte) order.JobResult {
	r := d.p.Print(ctx, job)
	return order.JobResult{Done: r.Done(), Touched: r.Proof == printer.Unknown, Trouble: r.Text}
}

func (t *Terminal) printDevice() printjob.Device { return paperDevice{t.currentPrinter()} }

// CheckPrinter asks the printer for its status. Its error says what to do.
func (t *Terminal) CheckPrinter(ctx context.Context) error {
	status := t.currentPrinter().Check(ctx)
	if status.State == printer.Trouble {
		return errors.New(status.Text)
	}
	return nil
}

// printerDevices are the names that printers have on Linux: those on USB, on a
// parallel cable, and serial ones behind USB.
var printerDevices = []string{"/dev/usb/lp*", "/dev/lp*", "/dev/ttyUSB*", "/dev/ttyACM*"}

// Printers lists what may be a printer of this computer, the likeliest first.
func (t *Terminal) Printers() []string {
	var found []string
	for _, pattern := range printerDevices {
		names, _ := filepath.Glob(pattern) // only a wrong pattern fails
		found = append(found, names...)
	}
	return found
}

// PrintTest prints a test slip and waits for it.
func (t *Terminal) PrintTest(ctx context.Context) error {
	cfg := t.paperConfig()
	doc := receipts.SelfTest(receipts.TestFacts{Shop: cfg.Shop, Tongue: cfg.Language, Device: cfg.DeviceName, Printer: t.Settings().Printer.Target,
		Columns: cfg.Profile.Columns, Drawer: t.Settings().Printer.Drawer, At: t.Now()})
	data, err := escpos.Render(doc, cfg.Profile, cfg.PaperFonts)
	if err != nil {
		return err
	}
	if r := t.currentPrinter().Print(ctx, data); !r.Done() {
		return told("printer", errors.New(r.Text))
	}
	return nil
}
