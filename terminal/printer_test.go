package terminal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/order"
	"paydesk/terminal/sandbox/paper"
	"paydesk/terminal/settings"
)

// withPaper opens a training terminal that prints on the virtual printer.
func withPaper(t *testing.T, profile string) *terminal.Terminal {
	t.Helper()
	term := training(t)
	set(t, term, "printer.profile", profile)
	set(t, term, "printer.target", terminal.VirtualTarget)
	until(t, term, "the printer's status", func(s engine.Snapshot) bool { return s.Printer.Health == engine.HealthGood })
	return term
}

// TestPrinterTroubleIsSeenBeforeASale: without a sale the screen says what is
// wrong; what is sold meanwhile is printed by itself when it is mended.
func TestPrinterTroubleIsSeenBeforeASale(t *testing.T) {
	t.Parallel()
	term := withPaper(t, "epson-tm-t88")
	term.PlayVirtual(terminal.VirtualState{PaperOut: true})
	until(t, term, "paper out", func(s engine.Snapshot) bool {
		return s.Printer.Health == engine.HealthTrouble && s.Printer.Text == "The receipt printer is out of paper. Put in a new roll."
	})
	charge(t, term, "4111111111111111")
	until(t, term, "receipts that wait", func(s engine.Snapshot) bool {
		return len(s.Jobs) == 2 && s.Jobs[0].State == order.JobQueued && s.Jobs[0].Trouble != ""
	})
	term.PlayVirtual(terminal.VirtualState{})
	onPaper(t, term)
	until(t, term, "the trouble's end", func(s engine.Snapshot) bool { return s.Printer.Health == engine.HealthGood })
	if picture, _ := term.VirtualPaper(); picture == nil {
		t.Error("nothing is on the paper")
	}
}

// TestNextSlipAfterAnUnknownOneStandsAlone: the printer stops taking data within
// a receipt, and the program ends and begins anew.
func TestNextSlipAfterAnUnknownOneStandsAlone(t *testing.T) {
	t.Parallel()
	model, err := paper.Named("epson-80")
	if err != nil {
		t.Fatal(err)
	}
	p, err := paper.New(paper.Options{Model: model, Faults: []paper.Fault{{Do: "stall", At: 500}}})
	if err != nil {
		t.Fatal(err)
	}
	line, err := p.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	dir := t.TempDir()
	term := open(t, dir, settings.Training)
	signIn(t, term)
	set(t, term, "printer.copies.merchant", "false")
	set(t, term, "printer.target", "tcp:"+line.Addr().String())
	charge(t, term, "4111111111111111")
	for changed := p.Changed(); p.Status().Received < 500; changed = p.Changed() {
		<-changed
	}
	if err := term.Close(); err != nil { // while the receipt is under way
		t.Fatal(err)
	}
	if err := p.Do("go"); err != nil {
		t.Fatal(err)
	}
	term = open(t, dir, settings.Training)
	signIn(t, term)
	var unsure string
	until(t, term, "the unknown receipt", func(s engine.Snapshot) bool {
		for _, j := range s.Jobs {
			if j.State == order.JobUnsure {
				unsure = j.ID
			}
		}
		return unsure != ""
	})
	if err := term.SettleJob(background, unsure, true); err != nil {
		t.Fatal(err)
	}
	charge(t, term, "4111111111111111")
	onPaper(t, term)
	slips := p.Slips()
	if last := slips[len(slips)-1].String(); len(slips) < 2 || strings.Count(last, "APPROVED") != 1 {
		t.Errorf("%d slips; the last one does not stand alone:\n%s", len(slips), last)
	}
}

// TestProbeProposesAProfile: by what the printer says of itself.
func TestProbeProposesAProfile(t *testing.T) {
	t.Parallel()
	term := withPaper(t, "epson-tm-t88")
	f, err := term.ProbePrinter(background, "virtual")
	if err != nil || f.Maker != "EPSON" || !strings.HasPrefix(f.Profile, "epson-") || f.Text == "" {
		t.Errorf("got %+v, %v", f, err)
	}
	if _, err := term.ProbePrinter(background, "nonsense"); err == nil || !strings.Contains(err.Error(), "is not a printer") {
		t.Errorf("got %v", err)
	}
	if len(term.Profiles()) < 5 || term.Profiles()[0].Title == "" {
		t.Errorf("profiles %v", term.Profiles())
	}
}

// TestDrawerIsWatched: the printer says how it stands.
func TestDrawerIsWatched(t *testing.T) {
	t.Parallel()
	term := withPaper(t, "epson-tm-t88")
	set(t, term, "printer.drawer", "true")
	until(t, term, "a closed drawer", func(s engine.Snapshot) bool { return s.Drawer == engine.DrawerClosed })
	if err := term.OpenDrawer(background, "change"); err != nil {
		t.Fatal(err)
	}
	until(t, term, "an open drawer", func(s engine.Snapshot) bool { return s.Drawer == engine.DrawerOpen })
	term.PlayVirtual(terminal.VirtualState{})
	until(t, term, "a closed drawer", func(s engine.Snapshot) bool { return s.Drawer == engine.DrawerClosed })
}

func TestVirtualPrinterIsForTraining(t *testing.T) {
	sealed(t)
	term := open(t, t.TempDir(), settings.Live)
	says(t, term.Set(background, "printer.target", terminal.VirtualTarget), "training only")
}

// TestPrinterIsNoFileOfOthers: what is printed is put behind what a file has, so
// no file that has anything else is a printer, nor is a disk.
func TestPrinterIsNoFileOfOthers(t *testing.T) {
	t.Parallel()
	term, dir := training(t), t.TempDir()
	letter, paper := filepath.Join(dir, "letter.txt"), filepath.Join(dir, "paper.bin")
	if err := errors.Join(os.WriteFile(letter, []byte("Dear Ann"), 0o600), os.Symlink(letter, filepath.Join(dir, "link"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{letter, filepath.Join(dir, "link"), filepath.Join(term.Dir(), "journal.db"), dir} {
		says(t, term.Set(background, "printer.target", "file:"+name), "something else")
		says(t, term.Set(background, "display.pole", " file:"+name), "something else")
	}
	for range 2 { // a file that is not there yet, and one with paper on it
		set(t, term, "printer.target", "file:"+paper)
		if err := term.PrintTest(background); err != nil {
			t.Fatal(err)
		}
		set(t, term, "printer.target", "none")
	}
	set(t, term, "printer.target", "file:/dev/null")
}
