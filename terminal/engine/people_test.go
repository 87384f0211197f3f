package engine_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paydesk/terminal/engine"
	"paydesk/terminal/staff"
)

func (d *desk) operator(id string) staff.Operator {
	d.t.Helper()
	all, err := d.journal.Journal.Operators(background)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, op := range all {
		if op.ID == id {
			return op
		}
	}
	d.t.Fatalf("no operator %s", id)
	return staff.Operator{}
}

// The failure is durable before the PIN is looked at.
func TestSignInCountsBeforeItLooks(t *testing.T) {
	d := newDesk(t)
	d.SignOut(background)
	d.tape.take()
	pin := []byte("0000")
	wantProblem(t, d.SignIn(background, "cas", pin), engine.ProblemPIN)
	if !zero(pin) {
		t.Errorf("the PIN was left as %q", pin)
	}
	if got, want := d.tape.take(), []string{"commit operator.pin-tried", "verify"}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	if got := d.operator("cas"); got.Failures != 1 || d.Snapshot().Operator != nil {
		t.Errorf("%d failures, operator %v", got.Failures, d.Snapshot().Operator)
	}
	pin = []byte("4711")
	if err := d.SignIn(background, "cas", pin); err != nil || !zero(pin) {
		t.Errorf("right PIN: %v, left as %q", err, pin)
	}
	if got := d.operator("cas"); got.Failures != 0 || d.Snapshot().Operator.ID != "cas" {
		t.Errorf("after the right PIN: %d failures", got.Failures)
	}
}

func TestLockOutSurvivesARestart(t *testing.T) {
	d := newDesk(t)
	for i := range 5 {
		want := engine.ProblemPIN
		if i == 4 {
			want = engine.ProblemLocked
		}
		wantProblem(t, d.SignIn(background, "cas", []byte("0000")), want)
	}
	d.restart()
	d.tape.take()
	err := d.SignIn(background, "cas", []byte("4711"))
	wantProblem(t, err, engine.ProblemLocked)
	if !strings.Contains(err.Error(), "1m0s") {
		t.Errorf("%v does not say how long", err)
	}
	if lines := d.tape.take(); len(lines) != 0 {
		t.Errorf("tried while locked: %v", lines)
	}
	d.clock.Advance(time.Minute)
	d.signIn("cas")
}

func TestGuessesAtOnceAreCountedOneByOne(t *testing.T) {
	d := newDesk(t)
	var guesses sync.WaitGroup
	for range 5 {
		guesses.Go(func() { _ = d.SignIn(background, "cas", []byte("0000")) })
	}
	guesses.Wait()
	if got := d.operator("cas"); got.Failures != 5 {
		t.Errorf("%d failures, want 5", got.Failures)
	}
	wantProblem(t, d.SignIn(background, "cas", []byte("4711")), engine.ProblemLocked)
}

func TestSignInRefused(t *testing.T) {
	d := newDesk(t)
	d.SignOut(background)
	gone := d.operator("cas")
	gone.Active = false
	if err := d.journal.Commit(background, entryOf(gone)); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, d.SignIn(background, "cas", []byte("4711")), engine.ProblemNotFound)
	d.pins.err = errDisk
	wantProblem(t, d.SignIn(background, "sue", []byte("4711")), engine.ProblemStorage)
	d.pins.err = nil
	for _, kind := range []string{"operator.pin-tried", "operator.signed-in"} {
		d.journal.before = failOn(kind, errDisk)
		wantProblem(t, d.SignIn(background, "sue", []byte("4711")), engine.ProblemStorage)
		if d.Snapshot().Operator != nil {
			t.Errorf("signed in although %s was not saved", kind)
		}
	}
	d.journal.before, d.journal.read = nil, func() error { return errDisk }
	wantProblem(t, d.SignIn(background, "sue", []byte("4711")), engine.ProblemStorage)
	_, err := d.Operators(background)
	wantProblem(t, err, engine.ProblemStorage)
}

func TestOperatorsWithoutSecrets(t *testing.T) {
	d := newDesk(t)
	gone := d.operator("cas")
	gone.Active = false
	if err := d.journal.Commit(background, entryOf(gone)); err != nil {
		t.Fatal(err)
	}
	all, err := d.Operators(background)
	if err != nil || len(all) != 1 || all[0].ID != "sue" || all[0].PINHash != "" {
		t.Errorf("%v, %v", all, err)
	}
	if op := d.Snapshot().Operator; op.PINHash != "" {
		t.Error("the snapshot holds the hash of a PIN")
	}
}

// Names stand in their order, however the ids fell.
func TestOperatorsByName(t *testing.T) {
	d := newDesk(t)
	for id, name := range map[string]string{"1": "Zoe", "2": "amy", "3": "Bob"} {
		if err := d.journal.Commit(background, entryOf(staff.Operator{ID: id, Name: name, Role: staff.Cashier, Active: true})); err != nil {
			t.Fatal(err)
		}
	}
	all, err := d.Operators(background)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, op := range all {
		names = append(names, strings.ToLower(op.Name))
	}
	if len(names) != 5 || !slices.IsSorted(names) {
		t.Errorf("%v", names)
	}
}

func TestSignOut(t *testing.T) {
	d := newDesk(t)
	d.SignOut(background)
	d.SignOut(background) // nobody there
	if got := d.tape.take(); !slices.Equal(got, []string{"commit operator.signed-out"}) {
		t.Errorf("steps %v", got)
	}
	d.signIn("sue")
	d.journal.before = failOn("operator.signed-out", errDisk)
	d.SignOut(background)
	if d.Snapshot().Operator != nil || !strings.Contains(d.log.String(), "sign-out not recorded") {
		t.Errorf("operator %v, log %s", d.Snapshot().Operator, d.log)
	}
}
