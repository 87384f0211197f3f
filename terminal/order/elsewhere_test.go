package order

import (
	"testing"

	"paydesk/terminal/money"
)

// TestElsewhere: what is gone is told by the row of what would be returned, and
// by no other.
func TestElsewhere(t *testing.T) {
	row := func(guid, status string, effective int64) Evidence {
		left := dollars(effective)
		return Evidence{GUID: guid, Status: status, Effective: &left}
	}
	const yes = "Transaction - Approved"
	foreign := row("g", yes, 0)
	foreign.Effective.Currency = "CAD"
	for _, tt := range []struct {
		name string
		rows []Evidence
		gone int64
		told bool
	}{
		{"none", nil, 0, false},
		{"all there", []Evidence{row("G", yes, 40)}, 0, true},
		{"more than here", []Evidence{row("g", yes, 50)}, 0, true},
		{"some gone", []Evidence{row("g", yes, 30)}, 10, true},
		{"all gone", []Evidence{row("other", yes, 40), row("g", yes, 0)}, 40, true},
		{"another's", []Evidence{row("other", yes, 0)}, 0, false},
		{"declined", []Evidence{row("g", "Transaction - Declined", 0)}, 0, false},
		{"does not say", []Evidence{{GUID: "g", Status: yes}}, 0, false},
		{"another currency", []Evidence{foreign}, 0, false},
	} {
		gone, told := Elsewhere(dollars(40), Target{GUID: "g"}, tt.rows)
		if gone != dollars(tt.gone) || told != tt.told {
			t.Errorf("%s: %v, %t", tt.name, gone, told)
		}
	}
}

// TestTakeUp: what is taken up is done, and is left out of what is left.
func TestTakeUp(t *testing.T) {
	a := paidBy(Approved).Attempts[0]
	f := TakeBack(a, Return, "F", "g", dollars(40), billed)
	f.Operator, f.Approved, f.Bill = "ann", "sue", "B"
	up := TakeUp(f, Return, "U", dollars(15), Evidence{GUID: "r", Batch: "b"}, billed)
	if up.ID != "U" || up.Version != 1 || up.State != FollowDone || up.GUID != "r" || up.Batch != "b" || up.Operator != ActorTerminal || up.Approved != "" || up.Bill != "B" {
		t.Errorf("taken up: %+v", up)
	}
	if s := Stand(a, []FollowUp{up}); s.As != StandsPart || s.Left != money.New(2500, money.USD) {
		t.Errorf("it stands as %+v", s)
	}
}
