package staff_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/staff"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestRolesHoldTheirRights(t *testing.T) {
	tests := []struct {
		right                      staff.Right
		cashier, supervisor, owner bool
	}{
		{staff.Sell, true, true, true},
		{staff.Reprint, true, true, true},
		{staff.SeeHistory, true, true, true},
		{staff.Void, false, true, true},
		{staff.Refund, false, true, true},
		{staff.IssueCards, false, true, true},
		{staff.CloseBatch, false, true, true},
		{staff.ParkUnknown, false, true, true},
		{staff.Override, false, true, true},
		{staff.ExceedOffline, false, true, true},
		{staff.Unlinked, false, true, true},
		{staff.OpenDrawer, false, true, true},
		{staff.MoveCash, false, true, true},
		{staff.Unlock, false, true, true},
		{staff.ManageStaff, false, false, true},
		{staff.ChangeSettings, false, false, true},
		{staff.ExportData, false, false, true},
		{"no such right", false, false, false},
	}
	for _, tt := range tests {
		for role, want := range map[staff.Role]bool{staff.Cashier: tt.cashier, staff.Supervisor: tt.supervisor, staff.Owner: tt.owner, "ghost": false} {
			if got := (staff.Operator{Role: role, Active: true}).May(tt.right); got != want {
				t.Errorf("%s may %s = %v, want %v", role, tt.right, got, want)
			}
			if (staff.Operator{Role: role}).May(tt.right) {
				t.Errorf("a retired %s may %s", role, tt.right)
			}
		}
	}
}

func TestParseRole(t *testing.T) {
	if r, err := staff.ParseRole("owner"); err != nil || r != staff.Owner {
		t.Errorf("ParseRole = %q, %v", r, err)
	}
	if _, err := staff.ParseRole("boss"); err == nil || !strings.Contains(err.Error(), "choose") {
		t.Errorf("ParseRole(boss) = %v, want a sentence", err)
	}
}

func TestLockOut(t *testing.T) {
	o, now := staff.Operator{}, noon
	for i := 1; i <= 4; i++ {
		if o = staff.AfterWrong(o, now); o.Failures != i || staff.TriesLeft(o) != 5-i {
			t.Errorf("after %d wrong: %d counted, %d left", i, o.Failures, staff.TriesLeft(o))
		}
		if _, locked := staff.Locked(o, now); locked {
			t.Fatalf("locked after %d wrong PINs", i)
		}
	}
	for i, want := range []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 30 * time.Minute} {
		o = staff.AfterWrong(o, now)
		until, locked := staff.Locked(o, now)
		if !locked || until.Sub(now) != want {
			t.Fatalf("lock-out %d: %v until %v, want %v", i+1, locked, until, want)
		}
		if again := staff.AfterWrong(o, now.Add(want/2)); again != o {
			t.Errorf("a try while locked changed %#v to %#v", o, again)
		}
		if _, locked := staff.Locked(o, now.Add(want-1)); !locked {
			t.Error("free before the time")
		}
		now = now.Add(want)
		if _, locked := staff.Locked(o, now); locked {
			t.Error("locked after the time")
		}
	}
	o = staff.AfterRight(staff.AfterWrong(o, now))
	if _, locked := staff.Locked(o, now); locked || o.Failures != 0 {
		t.Errorf("after the right PIN: %d failures, locked %v", o.Failures, locked)
	}
}

func TestCheckPIN(t *testing.T) {
	tests := []struct {
		pin            string
		live, training error
	}{
		{"4711", nil, nil}, {"40719283", nil, nil}, {"1357", nil, nil}, {"1123", nil, nil},
		{"", staff.ErrPINLength, staff.ErrPINLength}, {"471", staff.ErrPINLength, staff.ErrPINLength},
		{"471147114", staff.ErrPINLength, staff.ErrPINLength},
		{"47a1", staff.ErrPINDigits, staff.ErrPINDigits}, {"٤٧", staff.ErrPINDigits, staff.ErrPINDigits},
		{"0000", staff.ErrPINSimple, nil}, {"99999999", staff.ErrPINSimple, nil},
		{"1234", staff.ErrPINSimple, nil}, {"7890", staff.ErrPINSimple, nil}, {"43210", staff.ErrPINSimple, nil},
		{"1212", staff.ErrPINSimple, nil}, {"909090", staff.ErrPINSimple, nil},
	}
	for _, tt := range tests {
		if got := staff.CheckPIN(tt.pin, false); !errors.Is(got, tt.live) {
			t.Errorf("CheckPIN(%q) = %v, want %v", tt.pin, got, tt.live)
		}
		if got := staff.CheckPIN([]byte(tt.pin), true); !errors.Is(got, tt.training) {
			t.Errorf("CheckPIN(%q, training) = %v, want %v", tt.pin, got, tt.training)
		}
	}
}

func TestHashIsKeptButNotShown(t *testing.T) {
	o := staff.Operator{ID: "1", Name: "Ann", Role: staff.Owner, PINHash: "$argon2id$secret", Failures: 2, LockedUntil: noon, Active: true}
	data, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var back staff.Operator
	if err := json.Unmarshal(data, &back); err != nil || back != o {
		t.Errorf("read back %s, %v, want the same operator", data, err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		if got, want := fmt.Sprintf(verb, o), "Ann (owner)"; got != want {
			t.Errorf("%s gives %q, want %q", verb, got, want)
		}
	}
}
