package terminal

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"paydesk/receipts"
	"paydesk/receipts/escpos"
	"paydesk/terminal/device/printer"
	"paydesk/terminal/device/queue"
	"paydesk/terminal/device/serialport"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/printjob"
	"paydesk/terminal/settings"
)

// loadPrinter makes the printer of the settings. A target that cannot be read
// leaves the terminal without one; the status bar says so.
func (t *Terminal) loadPrinter() {
	s := t.Settings().Printer
	target, err := printer.Parse(s.Target, s.Baud)
	p := printer.New(target, t.printerTraits(s), t.printerOpeners(), t.opt.Clock)
	t.mu.Lock()
	if t.replaced != nil {
		close(t.replaced)
	}
	t.printer, t.replaced = p, make(chan struct{})
	t.mu.Unlock()
	t.SetDrawer("")
	switch {
	case err != nil:
		t.SetPrinter(engine.Part{Health: engine.HealthTrouble, Text: err.Error()})
	case p.Status().State == printer.None:
		t.SetPrinter(engine.Part{Health: engine.HealthOff})
	default:
		t.SetPrinter(engine.Part{Health: engine.HealthUnsure})
	}
}

// printerTraits says what is known of the printer.
func (t *Terminal) printerTraits(s settings.Printer) printer.Traits {
	profile, _ := escpos.Named(s.Profile, s.Columns) // Validate has refused others
	traits := printjob.Traits(profile, t.Snapshot().Jobs)
	traits.Drawer, traits.DrawerLow = s.Drawer, s.DrawerLow
	return traits
}

func (t *Terminal) printerOpeners() printer.Openers {
	return printer.Openers{Serial: t.openSerial, Virtual: t.virtualOpener(), Queue: queue.System()}
}

// takesPaper reports whether a target is no file, or one to which print can be
// put: one that is not there yet, or has print in it, which begins with a
// control byte. The journal is no such file, nor is a disk.
func takesPaper(target string) bool {
	name, is := strings.CutPrefix(strings.TrimSpace(target), "file:")
	name, _, _ = strings.Cut(name, "?")
	info, err := os.Stat(name)
	switch {
	case !is, err != nil, info.Mode()&(fs.ModeCharDevice|fs.ModeNamedPipe) != 0:
		return true // what else is wrong with it is told at the first slip
	case !info.Mode().IsRegular():
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return true // as above
	}
	head := make([]byte, 1)
	n, err := f.Read(head)
	_ = f.Close() // it was only read
	return n == 0 && err == io.EOF || n == 1 && head[0] < ' '
}

func (t *Terminal) openSerial(name string, baud int, flow string) (printer.Port, error) {
	return serialport.Open(serialport.Config{Name: name, Baud: baud, Flow: serialport.Flow(flow)}, t.opt.Clock)
}

func (t *Terminal) currentPrinter() *printer.Printer {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.printer
}

// watchPrinter keeps the status bar at how the printer of the settings is.
func (t *Terminal) watchPrinter(ctx context.Context) {
	for ctx.Err() == nil {
		t.mu.Lock()
		p, replaced := t.printer, t.replaced
		t.mu.Unlock()
		watch, stop := context.WithCancel(ctx)
		go func() {
			select {
			case <-replaced:
			case <-watch.Done():
			}
			stop()
		}()
		p.Watch(watch, func(s printer.Status) { t.showPrinter(p, s) })
		stop()
	}
}

// showPrinter tells how a printer is, if it is still that of the settings. What
// waited for it goes on as soon as it is well.
func (t *Terminal) showPrinter(p *printer.Printer, s printer.Status) {
	if p != t.currentPrinter() {
		return
	}
	part := engine.Part{Health: engine.HealthGood, Text: s.Text}
	switch s.State {
	case printer.Trouble:
		part.Health = engine.HealthTrouble
	case printer.Unseen:
		part = engine.Part{Health: engine.HealthUnsure}
	}
	well := part.Health == engine.HealthGood && t.Snapshot().Printer.Health != engine.HealthGood
	t.SetPrinter(part)
	t.SetDrawer(engine.DrawerState(s.Drawer))
	if well {
		t.PrinterReady()
	}
}

// paperDevice is the printer as the print jobs see it.
type paperDevice struct{ p *printer.Printer }

// Form implements printjob.Device.
func (d paperDevice) Form() printer.Form { return d.p.Form() }

// Keeps implements printjob.Device.
func (d paperDevice) Keeps(ctx context.Context, key string, store []byte) bool {
	return d.p.Keeps(ctx, key, store)
}

// Print implements printjob.Device.
func (d paperDevice) Print(ctx context.Context, job []byte) order.JobResult {
	return jobResult(d.p.Print(ctx, job))
}

// Kick implements printjob.Device.
func (d paperDevice) Kick(ctx context.Context) order.JobResult { return jobResult(d.p.Kick(ctx)) }

func jobResult(r printer.Result) order.JobResult {
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

// PrinterText is how the printer was when it was asked last, as a sentence.
func (t *Terminal) PrinterText() string { return t.currentPrinter().Status().Text }

// printerDevices are the names that printers have on Linux: those on USB, on a
// parallel cable, and serial ones behind USB, first by names that stay.
var printerDevices = []string{"/dev/usb/lp*", "/dev/lp*", "/dev/serial/by-id/*", "/dev/ttyUSB*", "/dev/ttyACM*"}

// Printers lists what may be a printer of this computer, the likeliest first,
// and the system's print queues.
func (t *Terminal) Printers() []string {
	var found []string
	for _, pattern := range printerDevices {
		names, _ := filepath.Glob(pattern) // only a wrong pattern fails
		found = append(found, names...)
	}
	for _, name := range queue.System().Names() {
		found = append(found, "queue:"+name)
	}
	if t.Training() {
		found = append(found, "virtual")
	}
	return found
}

// PrintTest prints a test slip and waits for it.
func (t *Terminal) PrintTest(ctx context.Context) error {
	cfg := t.paperConfig()
	shop := cfg.Shop
	shop.Logo = cfg.Logo
	return t.PrintNow(ctx, receipts.SelfTest(receipts.TestFacts{Shop: shop, Tongue: cfg.Language, Device: cfg.DeviceName,
		Printer: t.Settings().Printer.Target, Columns: cfg.Profile.Columns, Drawer: t.Settings().Printer.Drawer, At: t.Now()}))
}
