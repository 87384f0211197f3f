package look

import (
	"testing"

	"paydesk/terminal/order"
)

func TestOnlyApprovedLooksApproved(t *testing.T) {
	for _, state := range order.States {
		if got, want := OfState(state) == KindApproved, state == order.Approved; got != want {
			t.Errorf("%s looks approved: %v, want %v", state, got, want)
		}
	}
	// Only what contradicts is for a person: a state that nobody gave a look
	// would be one too.
	for _, state := range order.States {
		if got, want := OfState(state) == KindReview, state == order.Review; got != want {
			t.Errorf("%s looks like a review: %v, want %v", state, got, want)
		}
	}
	if got := OfState("SOMETHING_NEW"); got != KindReview {
		t.Errorf("an unknown state looks like %s, want review", got)
	}
}

// A stored sale looks like nothing that the bank has approved.
func TestStoredLooks(t *testing.T) {
	for _, state := range order.StoredStates {
		if got, want := OfStored(state) == KindApproved, state == order.StoredApproved || state == order.Collected; got != want {
			t.Errorf("%s looks approved: %v, want %v", state, got, want)
		}
		if OfStored(state) == KindReview {
			t.Errorf("%s has no look", state)
		}
	}
	if got := OfStored("SOMETHING_NEW"); got != KindReview {
		t.Errorf("an unknown state looks like %s, want review", got)
	}
}

// No two kinds that a cashier must tell apart share colour and shape.
func TestKindsDiffer(t *testing.T) {
	same := map[Kind]Kind{
		KindProblem: KindNotCharged, KindReturned: KindNotCharged, KindTakingBack: KindChecking, KindReturning: KindChecking,
		KindMissing: KindDeclined,
	}
	group := func(k Kind) Kind {
		if of, ok := same[k]; ok {
			return of
		}
		return k
	}
	for a, la := range looks {
		for b, lb := range looks {
			if group(a) == group(b) {
				continue
			}
			if la.Shape == lb.Shape || la.Fill == lb.Fill {
				t.Errorf("%s and %s share a shape or a colour", a, b)
			}
		}
	}
}
