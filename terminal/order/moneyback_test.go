package order

import (
	"testing"
	"time"

	"paydesk/terminal/money"
)

func TestPlanBack(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	sale := Attempt{Number: "N", State: Approved, Asked: usd(2000), Approved: usd(2000), GUID: "g", Batch: "b"}
	hold := sale
	hold.Kind = KindAuth
	back := func(s FollowState, minor int64) FollowUp {
		return FollowUp{ID: "R", Act: Return, State: s, Amount: usd(minor)}
	}
	captured := FollowUp{ID: "C", Act: Capture, State: FollowDone, Amount: usd(900), Made: "m", Batch: "b"}
	refused := FollowUp{ID: "V", Act: Void, State: FollowRefused, Cause: CauseSettled, Amount: usd(2000)}
	tests := []struct {
		name    string
		a       Attempt
		follows []FollowUp
		known   Settlement
		want    WayBack
	}{
		{"open", sale, nil, SettleOpen, WayBack{Void, BackOpen, false, usd(2000), usd(0), usd(0), usd(2000)}},
		{"settled", sale, nil, SettleClosed, WayBack{Return, BackSettled, true, usd(2000), usd(0), usd(0), usd(2000)}},
		{"batch unknown", sale, nil, SettleUnknown, WayBack{Void, BackUnsure, true, usd(2000), usd(0), usd(0), usd(2000)}},
		{"void refused as settled", sale, []FollowUp{refused}, SettleUnknown, WayBack{Return, BackSettled, true, usd(2000), usd(0), usd(0), usd(2000)}},
		{"two returns", sale, []FollowUp{back(FollowDone, 500), back(FollowDone, 700), back(FollowRefused, 100)}, SettleUnknown,
			WayBack{Return, BackSettled, true, usd(2000), usd(1200), usd(0), usd(800)}},
		{"a return is asked about", sale, []FollowUp{back(FollowDone, 500), back(FollowUnknown, 700)}, SettleClosed,
			WayBack{"", BackPending, false, usd(2000), usd(500), usd(700), usd(800)}},
		{"a return is in review", sale, []FollowUp{back(FollowReview, 700)}, SettleClosed, WayBack{"", BackPending, false, usd(2000), usd(0), usd(700), usd(1300)}},
		{"a void is asked about", sale, []FollowUp{{Act: Void, State: FollowSending, Amount: usd(2000)}}, SettleOpen,
			WayBack{"", BackPending, false, usd(2000), usd(0), usd(2000), usd(2000)}},
		{"all back", sale, []FollowUp{back(FollowDone, 2000)}, SettleClosed, WayBack{"", BackNothing, false, usd(2000), usd(2000), usd(0), usd(0)}},
		{"voided", sale, []FollowUp{{Act: Void, State: FollowDone, Amount: usd(2000)}}, SettleUnknown, WayBack{"", BackVoided, false, usd(2000), usd(0), usd(0), usd(0)}},
		{"held", hold, nil, SettleUnknown, WayBack{Void, BackHeld, false, usd(2000), usd(0), usd(0), usd(2000)}},
		{"captured in part", hold, []FollowUp{captured}, SettleOpen, WayBack{Void, BackOpen, false, usd(900), usd(0), usd(0), usd(900)}},
		{"captured and settled", hold, []FollowUp{captured}, SettleClosed, WayBack{Return, BackSettled, true, usd(900), usd(0), usd(0), usd(900)}},
		{"a card in doubt is in nobody's way", sale, []FollowUp{{Act: Issue, State: FollowReview, Amount: usd(100)}}, SettleClosed,
			WayBack{Return, BackSettled, true, usd(2000), usd(0), usd(0), usd(2000)}},
		{"without a name at the host", Attempt{State: Approved, Asked: usd(2000), Approved: usd(2000)}, nil, SettleClosed,
			WayBack{"", BackNoTarget, false, usd(2000), usd(0), usd(0), usd(2000)}},
		{"declined", Attempt{State: Declined, Asked: usd(2000), Approved: usd(0)}, nil, SettleUnknown, WayBack{"", BackNotPaid, false, usd(0), usd(0), usd(0), usd(0)}},
	}
	for _, tt := range tests {
		got := PlanBack(tt.a, tt.follows, tt.known)
		if got != tt.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, tt.want)
		}
		// What the plan offers, the rules allow; they judge anew when it is done.
		for _, amount := range []money.Amount{usd(0), usd(1), got.Left, usd(got.Left.Minor + 1), money.New(1, money.GBP)} {
			act := got.By(amount)
			if act == "" {
				continue
			}
			if amount != got.Left && act != Return {
				t.Errorf("%s: %s of the part %s", tt.name, act, amount.Display())
			}
			if _, err := MayFollow(tt.a, tt.follows, tt.known, act, amount); err != nil {
				t.Errorf("%s: %s of %s is offered and refused: %v", tt.name, act, amount.Display(), err)
			}
		}
	}
}

func TestHoldUntil(t *testing.T) {
	for made, want := range map[string]string{
		"2026-05-11T10:00:00Z": "2026-05-18T10:00:00Z", // Monday to Monday
		"2026-05-15T23:30:00Z": "2026-05-22T23:30:00Z", // Friday to Friday
		"2026-05-16T09:00:00Z": "2026-05-22T09:00:00Z", // Saturday to Friday
	} {
		at, _ := time.Parse(time.RFC3339, made)
		if got := HoldUntil(at).Format(time.RFC3339); got != want {
			t.Errorf("made %s: %s, want %s", made, got, want)
		}
	}
}

func TestIssuable(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	sale := Attempt{State: Approved, Asked: usd(2000), Approved: usd(2000), Payments: 9, TransCode: "C"}
	for name, tt := range map[string]struct {
		follows               []FollowUp
		brought, issued, left int64
	}{
		"none":            {nil, 2000, 0, 2000},
		"two":             {[]FollowUp{{Act: Issue, State: FollowDone, Amount: usd(500)}, {Act: Issue, State: FollowReview, Amount: usd(300)}}, 2000, 800, 1200},
		"refused":         {[]FollowUp{{Act: Issue, State: FollowRefused, Amount: usd(500)}}, 2000, 0, 2000},
		"and a part back": {[]FollowUp{{Act: Issue, State: FollowDone, Amount: usd(1500)}, {Act: Return, State: FollowDone, Amount: usd(700)}}, 1300, 1500, 0},
		"voided":          {[]FollowUp{{Act: Void, State: FollowDone, Amount: usd(2000)}}, 0, 0, 0},
	} {
		brought, issued, left := Issuable(sale, tt.follows)
		if brought != usd(tt.brought) || issued != usd(tt.issued) || left != usd(tt.left) {
			t.Errorf("%s: %v, %v, %v", name, brought, issued, left)
		}
	}
}
