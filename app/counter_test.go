package app

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"paydesk/app/apptest"
	"paydesk/app/keys"
	"paydesk/app/nav"
	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
)

// The code of a receipt is read off the screen, in each size and theme: large,
// and on the paper.
func TestTheCodeIsReadOffTheScreen(t *testing.T) {
	zbar, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed: install zbar-tools to read codes")
	}
	read := func(w *window) string {
		file := filepath.Join(t.TempDir(), "screen.png")
		shoot(t, w, file)
		said, _ := exec.CommandContext(t.Context(), zbar, "-q", "--raw", file).Output()
		return strings.TrimSpace(string(said))
	}
	for _, size := range []fyne.Size{sizes[0], sizes[3], sizes[4]} {
		for _, look := range []string{"light", "dark", "contrast"} {
			w := newWindow(t, size, look == "light")
			w.useTheme(look)
			outcomeScene(order.Approved, "")(w)
			w.press(keys.Receipt)
			for range 5 {
				w.press(keys.PageDown)
			}
			// In the smallest window the paper is smaller than its dots.
			if got := read(w); size != sizes[0] && got != apptest.Code {
				t.Errorf("%v %s: the paper says %q", size, look, got)
			}
			w.press(keys.Code)
			if got := read(w); got != apptest.Code {
				t.Errorf("%v %s: the code says %q", size, look, got)
			}
		}
	}
}

// A receipt goes out by mail with fingers alone.
func TestMailByFinger(t *testing.T) {
	w := newWindow(t, least, true)
	outcomeScene(order.Approved, "")(w)
	w.calm()
	w.tap(t, "Receipt", "E-mail", "a", "n", "n", "@", "s", "h", "o", "p", ".com", "Send")
	if w.desk.Count("SendMail sale ann@shop.com") != 1 || !w.slip.IsOpen() {
		t.Errorf("%v", w.desk.Calls())
	}
	w.tap(t, "Close")
	if w.slip.IsOpen() {
		t.Error("still open")
	}
}

// The drawer opens from the sale with two keys, and the sale goes on.
func TestDrawerFromTheSale(t *testing.T) {
	w := newWindow(t, least, false)
	w.signedIn()
	w.typed("12")
	w.press(keys.Drawer)
	w.want(t, nav.Sale) // no drawer is set up
	w.withDrawer()
	w.press(keys.Drawer)
	w.want(t, nav.Counter)
	w.typed("1")
	w.want(t, nav.Sale)
	if v := w.sale.View(); v.Amount != "$0.12" || v.Notice != "The drawer was opened." || w.desk.Count("OpenDrawer To give change") != 1 {
		t.Errorf("%+v, %v", v, w.desk.Calls())
	}
	w.press(keys.Menu, keys.Drawer)
	w.want(t, nav.Counter)
	w.press(keys.Escape, keys.Escape)
	w.want(t, nav.Menu)
	w.goTo(nav.Counter)
	w.counter.AskDrawer()
	w.typed("2")
	w.want(t, nav.Counter) // nobody waits for it elsewhere
}

// Who touches the printer in the bar comes to the printer, but not out of a
// payment.
func TestPrinterInTheBar(t *testing.T) {
	w := newWindow(t, usual, false)
	w.cardFilled("1250")
	w.printer(engine.HealthTrouble, paperOut)
	w.calm()
	w.tap(t, "Printer")
	if !w.overlay.Open() || !strings.Contains(w.overlay.Asked().Text, paperOut) {
		t.Fatal("the printer is not told of")
	}
	w.press(keys.Enter)
	w.want(t, nav.Card)
	w.press(keys.Enter)
	w.want(t, nav.Outcome) // no sale waits for paper
	w.calm()
	w.press(keys.Enter)
	w.want(t, nav.Sale)
	w.tap(t, "Printer")
	w.want(t, nav.Counter)
	w.press(keys.Escape)
	w.want(t, nav.Menu)
}

// Another address for a mail that no server takes leads to the receipt.
func TestOtherAddress(t *testing.T) {
	w := newWindow(t, usual, true)
	w.atCounter(spooled[5])
	w.tap(t, "Printer") // it is there
	w.typed("21")
	w.tap(t, "Other address")
	if v := w.slip.View(); !v.Open || v.Mode != 2 || w.desk.Count("DropJob s7") != 1 {
		t.Fatalf("%+v, %v", v, w.desk.Calls())
	}
	w.typed("ann@shop.example")
	w.press(keys.Enter)
	if w.desk.Count("SendMail sale ann@shop.example") != 1 {
		t.Errorf("%v", w.desk.Calls())
	}
}

// Paper runs out at a sale, which does not wait for it; the receipt comes as
// soon as there is paper again, by itself and once.
func TestPaperComesBack(t *testing.T) {
	r := newReal(t)
	if err := r.desk.Set(t.Context(), "printer.target", terminal.VirtualTarget); err != nil {
		t.Fatal(err)
	}
	r.until(t, "somebody to sign in", func() bool { return len(r.signin.View().Tiles) > 0 })
	r.typed(terminal.TrainingPIN)
	r.press(keys.Enter)
	r.arrive(t, nav.Sale)
	r.desk.PlayVirtual(terminal.VirtualState{PaperOut: true})
	r.typed("1250")
	r.press(keys.Enter)
	r.typed("41111111111111111231123")
	r.press(keys.Enter)
	r.until(t, "approval", func() bool { return r.at == nav.Outcome && r.outcome.View().Word == "APPROVED" })
	r.until(t, "the printer's trouble", func() bool { return r.snapshot.Printer.Health == engine.HealthTrouble })
	r.press(keys.Receipt)
	r.until(t, "the receipt", func() bool { return r.slip.View().Picture != nil })
	if v := r.slip.View(); v.Code == "" || !v.HasMail {
		t.Errorf("no way without paper: %+v", v)
	}
	r.press(keys.Escape)
	waits := func(j order.Job) bool { return j.Kind == order.JobPrint && j.State != order.JobDone }
	if !slices.ContainsFunc(r.snapshot.Jobs, waits) {
		t.Errorf("nothing waits for paper: %+v", r.snapshot.Jobs)
	}
	r.desk.PlayVirtual(terminal.VirtualState{})
	r.until(t, "the paper", func() bool {
		return r.snapshot.Printer.Health == engine.HealthGood && !slices.ContainsFunc(r.snapshot.Jobs, waits)
	})
	if paper, _ := r.desk.VirtualPaper(); paper == nil {
		t.Error("nothing is on the paper")
	}
}
