package terminal_test

import (
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/settings"
)

func TestTrainingPrintsOnTheVirtualPrinter(t *testing.T) {
	term := training(t)
	signIn(t, term)
	set(t, term, "printer.target", terminal.VirtualTarget)
	for profile, wide := range map[string]int{"generic-80": 640, "generic-58": 464, "bixolon-srp-350": 640, "epson-tm-t82": 576} {
		set(t, term, "printer.profile", profile)
		if err := term.PrintTest(t.Context()); err != nil {
			t.Fatalf("%s: %v", profile, err)
		}
		picture, state := term.VirtualPaper()
		if picture == nil || picture.Bounds().Dx() != wide || state != (terminal.VirtualState{}) {
			t.Errorf("%s: got a picture %v, %+v; want it %d wide and all well", profile, picture.Bounds(), state, wide)
		}
	}
	for want, state := range map[string]terminal.VirtualState{
		"paper": {PaperOut: true}, "cover": {CoverOpen: true}, "low": {PaperLow: true},
	} {
		term.PlayVirtual(state)
		if _, got := term.VirtualPaper(); got != state {
			t.Errorf("got %+v, want %+v", got, state)
		}
		err := term.PrintTest(t.Context())
		if told := err != nil && strings.Contains(err.Error(), want); told != !state.PaperLow {
			t.Errorf("%+v: got %v", state, err)
		}
		term.PlayVirtual(terminal.VirtualState{})
		if _, got := term.VirtualPaper(); got != (terminal.VirtualState{}) {
			t.Errorf("got %+v, want all well", got)
		}
	}
}

func TestOnlyTrainingHasAVirtualPrinter(t *testing.T) {
	t.Setenv("PAYDESK_PASSPHRASE", "a passphrase of the tests")
	term := open(t, t.TempDir(), settings.Live)
	term.PlayVirtual(terminal.VirtualState{PaperOut: true})
	if picture, state := term.VirtualPaper(); picture != nil || state.PaperOut {
		t.Errorf("got %v and %+v, want none", picture, state)
	}
}
