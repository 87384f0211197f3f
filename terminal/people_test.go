package terminal_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paydesk/terminal"
	"paydesk/terminal/engine"
	"paydesk/terminal/settings"
	"paydesk/terminal/staff"
)

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if p := (*engine.Problem)(nil); !errors.As(err, &p) || p.Code != code {
		t.Errorf("got %v, want the problem %s", err, code)
	}
}

// A live terminal gets its owner while it is set up; from then on only who has
// the right changes people and settings, and one owner stays.
func TestPeople(t *testing.T) {
	sealed(t)
	term := open(t, t.TempDir(), settings.Live)
	_, err := term.AddOperator(background, "Bob", staff.Cashier, []byte("8520"))
	wantCode(t, err, terminal.ProblemFirstOwner)
	set(t, term, "shop.name", "Ann's")
	ann, err := term.AddOperator(background, "Ann", staff.Owner, []byte("4711"))
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, term.Set(background, "shop.name", "Somebody's"), engine.ProblemSignIn)
	as := func(id, pin string) {
		t.Helper()
		if err := term.SignIn(background, id, []byte(pin)); err != nil {
			t.Fatal(err)
		}
	}
	as(ann.ID, "4711")
	bob, err := term.AddOperator(background, "Bob", staff.Supervisor, []byte("8520"))
	if err != nil || bob.PINHash != "" {
		t.Fatal(err, bob.PINHash)
	}
	_, err = term.AddOperator(background, strings.Repeat("n", terminal.MaxName+1), staff.Cashier, []byte("8520"))
	wantCode(t, err, terminal.ProblemNameLong)
	wantCode(t, term.ChangeOperator(background, ann.ID, "Ann", staff.Cashier), engine.ProblemLastOwner)
	wantCode(t, term.RetireOperator(background, ann.ID), engine.ProblemLastOwner)
	wantCode(t, term.ChangeOperator(background, bob.ID, "ANN", staff.Cashier), terminal.ProblemNameTaken)
	wantCode(t, term.ChangeOperator(background, "op-nobody", "Eve", staff.Cashier), engine.ProblemNotFound)
	wantCode(t, term.SetPIN(background, bob.ID, []byte("1111")), "pin-choice")
	if err := term.SetPIN(background, bob.ID, []byte("1593")); err != nil {
		t.Fatal(err)
	}
	as(bob.ID, "1593")
	for what, err := range map[string]error{
		"name": term.ChangeOperator(background, bob.ID, "Bob", staff.Owner), "retire": term.RetireOperator(background, ann.ID),
		"setting": term.Set(background, "shop.name", "Bob's"),
	} {
		if wantCode(t, err, engine.ProblemRight); err == nil {
			t.Errorf("a supervisor may change: %s", what)
		}
	}
	if err := term.Set(background, "window.theme", "dark"); err != nil {
		t.Errorf("how the window looks is everybody's: %v", err)
	}
	if err := term.UnlockOperator(background, ann.ID); err != nil {
		t.Error(err)
	}
}

// The lock-out ends with Unlock, a change of oneself shows at once, and who is
// retired is signed out.
func TestPeopleChangeAtOnce(t *testing.T) {
	term := training(t)
	me := *term.Snapshot().Operator
	eve, err := term.AddOperator(background, "Eve", staff.Owner, []byte("1234"))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		_ = term.SignIn(background, eve.ID, []byte("9999"))
	}
	wantCode(t, term.SignIn(background, eve.ID, []byte("1234")), engine.ProblemLocked)
	if err := term.UnlockOperator(background, eve.ID); err != nil {
		t.Fatal(err)
	}
	if err := term.ChangeOperator(background, me.ID, "Renamed", me.Role); err != nil {
		t.Fatal(err)
	}
	if got := term.Snapshot().Operator; got == nil || got.Name != "Renamed" {
		t.Errorf("the desk shows %v", got)
	}
	if err := term.RetireOperator(background, me.ID); err != nil {
		t.Fatal(err)
	}
	if got := term.Snapshot().Operator; got != nil {
		t.Errorf("%v is retired and signed in", got)
	}
	if err := term.SignIn(background, eve.ID, []byte("1234")); err != nil {
		t.Errorf("the lock-out stands: %v", err)
	}
}

func TestCheckPicture(t *testing.T) {
	dir := t.TempDir()
	words := filepath.Join(dir, "words.png")
	if err := os.WriteFile(words, []byte("no picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, code := range map[string]string{
		filepath.Join(dir, "none.png"): terminal.ProblemNoFile, dir: terminal.ProblemNoFile, words: terminal.ProblemNotPicture,
		strings.Repeat("x", 10_000): terminal.ProblemNoFile,
	} {
		wantCode(t, terminal.CheckPicture(path), code)
	}
	if err := terminal.CheckPicture(""); err != nil {
		t.Error(err)
	}
	if err := terminal.CheckPicture("../build/pictures/sale.png"); err != nil {
		t.Error(err)
	}
}

// A terminal that was never set up says so until somebody has done it.
func TestNeedsSetup(t *testing.T) {
	dir := t.TempDir()
	term := open(t, dir, settings.Training)
	if !term.NeedsSetup() {
		t.Error("a new terminal needs nothing")
	}
	if err := term.FinishSetup(background); err != nil {
		t.Fatal(err)
	}
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	if open(t, dir, settings.Training).NeedsSetup() {
		t.Error("it is forgotten")
	}
	sealed(t)
	live := open(t, dir, settings.Live)
	if err := live.FinishSetup(background); err != nil || !live.NeedsSetup() {
		t.Errorf("%v; a live terminal without a host is ready", err)
	}
}

// A terminal that can't be opened leaves nothing that a later start would take
// for one that was set up.
func TestTryOpen(t *testing.T) {
	dir := t.TempDir()
	opt := terminal.Options{Dir: dir, Mode: settings.Live, Log: slog.New(slog.DiscardHandler)}
	t.Setenv("PAYDESK_PASSPHRASE", "short")
	if err := terminal.TryOpen(background, opt); err == nil || terminal.LiveExists(dir) {
		t.Errorf("%v, there: %v", err, terminal.LiveExists(dir))
	}
	sealed(t)
	if err := terminal.TryOpen(background, opt); err != nil || !terminal.LiveExists(dir) {
		t.Errorf("%v, there: %v", err, terminal.LiveExists(dir))
	}
}

// The embedded host of training is signed in to without an address.
func TestSignInToTheEmbeddedHost(t *testing.T) {
	term := training(t)
	_, err := term.SignInHost(background, "", "training", []byte("wrong"))
	wantCode(t, err, terminal.ProblemHostSignIn)
	password := []byte("training-password")
	devices, err := term.SignInHost(background, "", "training", password)
	if err != nil || len(devices) == 0 || password[0] != 0 {
		t.Fatal(devices, err, password)
	}
	if err := term.UseDevice(background, devices[0]); err != nil || term.Settings().Host.DeviceGUID != string(devices[0].GUID) {
		t.Errorf("%v, device %q", err, term.Settings().Host.DeviceGUID)
	}
	steps := 0
	_, all, err := term.ProbeHost(background, false, false, func(terminal.Probed) { steps++ })
	if err != nil || steps == 0 || steps != len(all) {
		t.Errorf("%d of %d steps told, %v", steps, len(all), err)
	}
}
