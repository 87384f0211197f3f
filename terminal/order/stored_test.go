package order

import (
	"errors"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/money"
)

// storedIn is a stored sale in a state, with its order as it is then.
func storedIn(s StoredState) (Order, Stored) {
	o := Order{ID: "O", Version: 3, State: Open, Amount: asked}
	st := Stored{ID: "S", Order: "O", Version: 4, State: s, Amount: asked, Device: "dev", Created: t0, Since: t0}
	if s.Sealed() {
		o.Stored = "S"
	}
	if s == StoredForwarding {
		st.Number = number
	}
	return o, st
}

// ended is the attempt of a stored sale at an end.
func ended(s State, c Cause) Attempt {
	_, a := inState(s)
	a.Stored, a.Cause, a.Approved = true, c, money.Amount{}
	if s == Approved {
		a.Approved = asked
	}
	return a
}

func endedPart() Attempt {
	a := ended(Approved, "")
	a.Approved = half
	return a
}

// TestEveryStoredPair decides each pair of state and event on purpose: what is
// not in the table is refused and changes nothing.
func TestEveryStoredPair(t *testing.T) {
	other := ended(Approved, "")
	other.Number = "another"
	paid := Order{ID: "P", State: PaidOther, Amount: asked, PaidBy: "cash"}
	events := map[string]StoredEvent{
		"begun":            ForwardBegun{Number: "N2", Earlier: []Attempt{ended(NotSent, ""), ended(Reversed, "")}},
		"begun, no number": ForwardBegun{},
		"begun beside one": ForwardBegun{Number: "N2", Earlier: []Attempt{ended(Quarantine, "")}},
		"begun, approved":  ForwardBegun{Number: "N2", Earlier: []Attempt{ended(Approved, "")}},
		"approved":         ForwardEnded{ended(Approved, "")},
		"part":             ForwardEnded{endedPart()},
		"another's end":    ForwardEnded{other},
		"declined":         ForwardEnded{ended(Declined, CauseDeclined)},
		"bad request":      ForwardEnded{ended(Refused, CauseBadRequest)},
		"login":            ForwardEnded{ended(Refused, CauseLogin)},
		"not sent":         ForwardEnded{ended(NotSent, CauseNoConnect)},
		"reversed":         ForwardEnded{ended(Reversed, CauseWaitOver)},
		"absent":           ForwardEnded{ended(Absent, CauseNotFound)},
		"returned":         ForwardEnded{ended(Returned, CauseSettled)},
		"given back":       ForwardEnded{ended(Reversed, CauseGivenBack)},
		"in doubt":         ForwardEnded{ended(Unknown, CauseNoAnswer)},
		"in review":        ForwardEnded{ended(Review, CauseMismatch)},
		"not opened":       NotOpened{"why"},
		"withdrawn":        StoredWithdrawn{By: "sup"},
		"withdrawn by 0":   StoredWithdrawn{},
		"written off":      StoredWrittenOff{By: "sup", Reason: "gone"},
		"no reason":        StoredWrittenOff{By: "sup"},
		"collected":        StoredCollected{By: "sup", Paid: paid},
		"collected by 0":   StoredCollected{Paid: paid},
		"restored":         Restored{},
	}
	allowed := map[StoredState]map[string]StoredState{
		StoredWaiting: {"begun": StoredForwarding, "not opened": StoredWaiting, "withdrawn": Withdrawn, "written off": WrittenOff,
			"restored": Uncollected},
		StoredForwarding: {"approved": StoredApproved, "part": Uncollected, "declined": Uncollected, "bad request": Uncollected,
			"given back": Uncollected, "login": StoredWaiting, "not sent": StoredWaiting, "reversed": StoredWaiting, "absent": StoredWaiting, "returned": StoredWaiting,
			"restored": StoredForwarding},
		Uncollected: {"written off": WrittenOff, "collected": Collected},
	}
	for _, state := range StoredStates {
		for name, ev := range events {
			o, s := storedIn(state)
			now := t0.Add(time.Hour)
			o2, s2, err := StepStored(o, s, ev, now)
			want, ok := allowed[state][name]
			if !ok {
				if !errors.Is(err, ErrNotAllowed) || s2 != s || o2 != o {
					t.Errorf("%s × %s: got %s, %v; want it refused", state, name, s2.State, err)
				}
				continue
			}
			if err != nil || s2.State != want || s2.Version != s.Version+1 {
				t.Errorf("%s × %s: got %s, %v; want %s", state, name, s2.State, err, want)
			}
			if (o2.Stored == s.ID) != want.Sealed() || (o2 != o) != (state.Sealed() && !want.Sealed()) || (o2 != o && o2.Version != o.Version+1) {
				t.Errorf("%s × %s: the order is %+v", state, name, o2)
			}
			if _, due := NextStored(s2); due != (want == StoredWaiting) {
				t.Errorf("%s × %s: due is %t", state, name, due)
			}
		}
	}
}

// TestShopRefused: that the terminal or the account is not served is put right by
// somebody, and no stored sale is given up for it.
func TestShopRefused(t *testing.T) {
	for _, tt := range []struct {
		state         State
		code, message string
		want          StoredState
	}{
		{Declined, "D2012", "", Uncollected},
		{Declined, "D0050", "Inactive terminal", StoredWaiting},
		{Declined, "D0060", "Inactive account", StoredWaiting},
		{Refused, "E0010", "", StoredWaiting},
		{Refused, "", "No Devices were found for the given User/Merchant relationship", StoredWaiting},
		{Refused, "", "something else", Uncollected},
	} {
		o, s := storedIn(StoredForwarding)
		a := ended(tt.state, CauseBadRequest)
		a.Code, a.Message = tt.code, tt.message
		if _, s, err := StepStored(o, s, ForwardEnded{a}, t0); err != nil || s.State != tt.want {
			t.Errorf("%s %q %q: %s, %v; want %s", tt.state, tt.code, tt.message, s.State, err, tt.want)
		}
		if _, s, _ := StepStored(o, Stored{ID: s.ID, Order: "O", State: StoredForwarding, Number: s.Number, Restored: true}, ForwardEnded{a}, t0); s.State != Uncollected {
			t.Errorf("%q behind a journal that was put back: %s", tt.code, s.State)
		}
	}
}

func TestPartIsUncollected(t *testing.T) {
	o, s := storedIn(StoredForwarding)
	_, s, err := StepStored(o, s, ForwardEnded{endedPart()}, t0)
	if err != nil || s.Owed() != half || s.Approved != half || s.Cause != CausePart {
		t.Errorf("got %+v, %v", s, err)
	}
	own := Order{ID: "O", State: PaidCard, Amount: asked, PaidBy: s.Number}
	for name, tt := range map[string]struct {
		paid Order
		want bool
	}{
		"its own part": {own, false},
		"enough":       {Order{ID: "P", State: PaidCard, Amount: half, PaidBy: "N9"}, true},
		"too little":   {Order{ID: "P", State: PaidCard, Amount: money.New(624, money.USD)}, false},
		"not paid":     {Order{ID: "P", State: Open, Amount: asked}, false},
		"held":         {Order{ID: "P", State: Held, Amount: asked}, false},
		"euros":        {Order{ID: "P", State: PaidOther, Amount: money.New(625, money.EUR)}, false},
		"used already": {Collect(Order{ID: "P", State: PaidOther, Amount: asked}, "another"), false},
	} {
		_, got, err := StepStored(own, s, StoredCollected{By: "sup", Paid: tt.paid}, t0)
		if (err == nil) != tt.want || tt.want && (got.CollectedBy != "P" || got.Owed().Minor != 0) {
			t.Errorf("%s: got %s, %v", name, got.State, err)
		}
	}
}

// TestRestoredIsNotForwardedAgain: what an older journal does not know of might
// have been charged.
func TestRestoredIsNotForwardedAgain(t *testing.T) {
	o, s := storedIn(StoredForwarding)
	o, s, err := StepStored(o, s, Restored{}, t0)
	if err != nil || s.State != StoredForwarding {
		t.Fatal(s.State, err)
	}
	if _, got, _ := StepStored(o, s, ForwardEnded{ended(Approved, "")}, t0); got.State != StoredApproved {
		t.Errorf("found approved: %s", got.State)
	}
	if _, got, _ := StepStored(o, s, ForwardEnded{ended(Absent, "")}, t0); got.State != Uncollected || got.Cause != CauseRestored {
		t.Errorf("not there: %s", got.State)
	}
}

func TestStore(t *testing.T) {
	open := Order{ID: "O", Version: 1, State: Open, Amount: asked}
	held, gone := open, open
	held.Stored, gone.State = "other", Abandoned
	for _, tt := range []struct {
		name    string
		o       Order
		earlier []Attempt
		want    error
	}{
		{"new", open, nil, nil},
		{"not sent", open, []Attempt{ended(NotSent, ""), ended(NotSent, "")}, nil},
		{"declined", open, []Attempt{ended(Declined, "")}, ErrNotAllowed},
		{"in doubt", open, []Attempt{ended(NotSent, ""), ended(Unknown, "")}, ErrNotAllowed},
		{"taken back", open, []Attempt{ended(Reversed, "")}, ErrNotAllowed},
		{"stored", held, nil, ErrStored},
		{"given up", gone, nil, ErrOrderClosed},
	} {
		o, s, err := Store(tt.o, tt.earlier, Stored{ID: "S"}, t0)
		if !errors.Is(err, tt.want) || (err == nil) != (s.State == StoredWaiting) || (err == nil) != (o != tt.o) {
			t.Errorf("%s: got %s, %v; want %v", tt.name, s.State, err, tt.want)
		}
		if err != nil {
			continue
		}
		if o.Stored != "S" || s.Order != "O" || s.Amount != asked || o.Version != tt.o.Version+1 {
			t.Errorf("%s: %+v of %+v", tt.name, s, o)
		}
		if err := MayStart(o, nil, true); !errors.Is(err, ErrStored) {
			t.Errorf("%s: charged otherwise: %v", tt.name, err)
		}
		if _, err := Abandon(o); !errors.Is(err, ErrStored) {
			t.Errorf("%s: given up: %v", tt.name, err)
		}
		if _, _, err := PayCash(o, nil, Cash{ID: "C", Tendered: asked}); !errors.Is(err, ErrStored) {
			t.Errorf("%s: paid in cash: %v", tt.name, err)
		}
	}
}

// TestStoredIsPaidByItsAttempt: adopting lets go of the order in the same step.
func TestStoredIsPaidByItsAttempt(t *testing.T) {
	o, a := inState(Sending)
	o.Stored, a.Stored = "S", true
	o, a = must(t, o, a, Replied{approval()}, t0)
	if a.State != Approved || o.State != PaidCard || o.Stored != "" {
		t.Errorf("got %s of %+v", a.State, o)
	}
}

func TestNextStored(t *testing.T) {
	last := t0.Add(time.Hour)
	for _, tt := range []struct {
		tries int
		cause Cause
		want  time.Time
	}{
		{0, "", t0}, {1, CauseNoConnect, last.Add(time.Second)}, {4, CauseLogin, last.Add(8 * time.Second)},
		{50, CauseNotFound, last.Add(5 * time.Minute)}, {1, CauseSealed, last.Add(time.Hour)},
	} {
		got, ok := NextStored(Stored{State: StoredWaiting, Created: t0, LastTry: last, Tries: tt.tries, Cause: tt.cause})
		if !ok || !got.Equal(tt.want) {
			t.Errorf("%d tries, %q: got %v", tt.tries, tt.cause, got)
		}
	}
}

func TestAlike(t *testing.T) {
	a := Alike("Visa", "1111", asked)
	if Alike("Visa", "1111", asked) != a {
		t.Error("one card and amount are not alike")
	}
	for _, b := range []string{Alike("Visa", "1112", asked), Alike("JCB", "1111", asked), Alike("Visa", "1111", half),
		Alike("Visa", "1111", money.New(1250, money.EUR))} {
		if a == b {
			t.Errorf("%q is alike", b)
		}
	}
}

func TestOfflineLimits(t *testing.T) {
	usd := func(minor int64) money.Amount { return money.New(minor, money.USD) }
	limits := OfflineLimits{Enabled: true, PerSale: usd(5000), Total: usd(50000), Count: 20, Age: 24 * time.Hour, Brands: []string{"visa"}}
	off := limits
	off.Enabled = false
	any := limits
	any.Brands = nil
	now := t0.Add(24 * time.Hour)
	none := Unsent{Total: usd(0)}
	for _, tt := range []struct {
		name   string
		l      OfflineLimits
		u      Unsent
		amount int64
		brand  string
		want   string // part of the sentence, "" is yes
	}{
		{"off", off, none, 100, "Visa", "offline.enabled"},
		{"zero value", OfflineLimits{}, none, 100, "Visa", "offline.enabled"},
		{"the largest", limits, none, 5000, "Visa", ""},
		{"too large", limits, none, 5001, "Visa", "at most $50.00"},
		{"the last one", limits, Unsent{19, usd(45000), now.Add(-time.Hour)}, 5000, "Visa", ""},
		{"one too many", limits, Unsent{20, usd(2000), now.Add(-time.Hour)}, 100, "Visa", "20 card sales"},
		{"in total", limits, Unsent{3, usd(45001), now.Add(-time.Hour)}, 5000, "Visa", "no more than $500.00"},
		{"just in time", limits, Unsent{1, usd(100), now.Add(-24*time.Hour + 1)}, 100, "Visa", ""},
		{"too late", limits, Unsent{1, usd(100), now.Add(-24 * time.Hour)}, 100, "Visa", "24 h 0 m"},
		{"clock set back", limits, Unsent{1, usd(100), now.Add(time.Hour)}, 100, "Visa", ""},
		{"brand", limits, none, 100, "JCB", "JCB is not taken"},
		{"brand not known yet", limits, none, 100, "", ""},
		{"any brand", any, none, 100, "JCB", ""},
	} {
		err := tt.l.Accept(tt.u, usd(tt.amount), tt.brand, now)
		var r *OfflineRefusal
		if (err == nil) != (tt.want == "") || err != nil && (!errors.As(err, &r) || !strings.Contains(err.Error(), tt.want) || !strings.HasSuffix(err.Error(), ".")) {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
	for _, tt := range []struct {
		u    Unsent
		l    OfflineLimits
		want string
	}{
		{none, limits, "0 of 20, $0.00 of $500.00"},
		{Unsent{3, usd(11250), now.Add(-130 * time.Minute)}, limits, "3 of 20, $112.50 of $500.00, oldest 2 h 10 m, accepting for 21 h 50 m"},
		{Unsent{3, usd(11250), now.Add(-25 * time.Hour)}, limits, "3 of 20, $112.50 of $500.00, oldest 25 h 0 m, accepting no more"},
		{Unsent{1, usd(100), now.Add(-5 * time.Minute)}, off, "1 of 20, $1.00 of $500.00, oldest 5 m, accepting no more"},
	} {
		if got := tt.l.Room(tt.u, now); got.Text != tt.want || got.Left != 20-tt.u.Count || got.LeftTotal.Minor != 50000-tt.u.Total.Minor {
			t.Errorf("got %+v, want %q", got, tt.want)
		}
	}
}

func TestPayCash(t *testing.T) {
	open := Order{ID: "O", Version: 1, State: Open, Amount: asked}
	for _, tt := range []struct {
		name     string
		o        Order
		earlier  []Attempt
		tendered money.Amount
		want     error
	}{
		{"exact", open, nil, asked, nil},
		{"more", open, []Attempt{ended(Declined, ""), ended(NotSent, "")}, money.New(2000, money.USD), nil},
		{"less", open, nil, half, ErrNotAllowed},
		{"euros", open, nil, money.New(2000, money.EUR), ErrNotAllowed},
		{"nothing", Order{ID: "O", State: Open, Amount: zero}, nil, asked, ErrNotAllowed},
		{"in doubt", open, []Attempt{ended(Unknown, "")}, asked, ErrInProgress},
		{"paid", Order{ID: "O", State: PaidCard, Amount: asked}, nil, asked, ErrOrderClosed},
	} {
		o, c, err := PayCash(tt.o, tt.earlier, Cash{ID: "C", Tendered: tt.tendered})
		if !errors.Is(err, tt.want) || (err == nil) != (o.State == PaidOther && o.PaidBy == "C" && o.Version == tt.o.Version+1) {
			t.Errorf("%s: got %+v, %v", tt.name, o, err)
		}
		if err == nil && (c.Order != "O" || c.Amount != asked || c.Change().Minor != tt.tendered.Minor-asked.Minor) {
			t.Errorf("%s: %+v", tt.name, c)
		}
	}
}
