package reconcile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"paydesk/terminal/order"
)

// made is an attempt with a number, made some time ago.
func made(nonce string, n int, state order.State, ago time.Duration) order.Attempt {
	a := paid(state)
	a.Number, a.Created, a.Since = num(nonce, n), began.Add(-ago), began.Add(-ago)
	return a
}

// TestRandomLedgers makes ledgers that agree, puts differences of all kinds into
// some of them, and wants these found and nothing else.
func TestRandomLedgers(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		w := newWorld(t)
		var want, taken []string
		differs := func(what order.Difference, number string) { want = append(want, fmt.Sprint(what, " ", number)) }
		for n := range 1 + rng.IntN(170) {
			nonce := []string{ours, ours, ours, before}[rng.IntN(4)]
			a := made(nonce, n, order.Approved, time.Hour+time.Duration(rng.IntN(3600*20))*time.Second)
			r := row(order.ShelfSales, a.Number, 2000)
			f := order.FollowUp{ID: num(ours, 100000+n), Of: a.Number, Device: device, GUID: "follow-" + a.Number, Amount: usd(500),
				Created: a.Created, Since: a.Created, Target: order.Target{GUID: r.GUID}}
			fr := row(order.ShelfReturns, "", 500, func(r *order.HostRow) { r.GUID, r.Target = f.GUID, f.Target.GUID })
			switch rng.IntN(19) {
			case 0: // declined on both sides
				a.State, a.Approved = order.Declined, usd(0)
				refused(&r)
			case 1: // returned on both sides
				f.Act, f.State = order.Return, order.FollowDone
				worth(1500)(&r)
				w.follow(f)
				w.row(fr)
			case 2: // voided on both sides
				f.Act, f.State, f.Amount, fr.Shelf = order.Void, order.FollowDone, usd(2000), order.ShelfVoids
				worth(0)(&r)
				w.follow(f)
				w.row(fr)
			case 3: // taken back by a reversal, which the host shows as a void
				a.State, a.Approved, fr.Shelf = order.Reversed, usd(0), order.ShelfVoids
				worth(0)(&r)
				w.row(fr)
			case 4: // never there
				a.State, a.Approved = order.Absent, usd(0)
				r.GUID = ""
			case 5:
				a.State, a.Approved = order.Absent, usd(0)
				differs(order.LateCharge, a.Number)
				if nonce == ours {
					taken = append(taken, "VOID 20.00 "+a.Number)
				}
			case 6:
				differs(order.LocalOnly, a.Number)
				r.GUID = ""
			case 7:
				differs(order.HostOnly, r.Number)
				w.row(r)
				continue
			case 8:
				differs(order.AmountDiffers, a.Number)
				charged(2100)(&r)
			case 9:
				differs(order.VoidedThere, a.Number)
				worth(0)(&r)
				fr.Shelf = order.ShelfVoids
				w.row(fr)
			case 10:
				differs(order.ReturnedThere, a.Number)
				worth(1500)(&r)
				settled(&r)
				fr.Target = []string{fr.Target, ""}[rng.IntN(2)]
				w.row(fr)
			case 18:
				differs(order.ReturnedThere, a.Number)
				worth(0)(&r)
				settled(&r)
				w.row(fr)
			case 11:
				differs(order.NotCharged, a.Number)
				refused(&r)
			case 12:
				differs(order.Twice, a.Number)
				again := r
				again.GUID += "-again"
				w.row(again)
			case 13: // done here, and nowhere at the host; the sale's row says so
				differs(order.AmountDiffers, a.Number)
				differs(order.NotDone, f.ID)
				f.Act, f.State = order.Return, order.FollowDone
				w.follow(f)
			}
			w.attempt(a)
			if r.GUID != "" {
				w.row(r)
			}
		}
		for _, rows := range w.rows {
			rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
		if missing := strings.Count(strings.Join(want, " "), "local-only"); missing+len(taken) > most || len(want) > order.MaxMismatches {
			continue // bounds have a test of their own
		}
		got := w.compare()
		sort.Strings(want)
		if list := found(got); !slices.Equal(list, want) || !got.Complete || got.Counts.Differences != len(want) {
			t.Fatalf("seed %d (%s): got\n%s\nwant\n%s", seed, got.Trouble, strings.Join(list, "\n"), strings.Join(want, "\n"))
		}
		sort.Strings(taken)
		sort.Strings(w.taken)
		if !slices.Equal(taken, w.taken) || got.Counts.TakenBack != len(taken) {
			t.Fatalf("seed %d: took back %v, want %v", seed, w.taken, taken)
		}
		again := w.compare()
		if again.Digest != got.Digest || again.Digest == "" {
			t.Fatalf("seed %d: the same rows have the digests %s and %s", seed, got.Digest, again.Digest)
		}
	}
}

// TestPagesShift: rows that come in between two pages push others to the next
// page, where they come again, and into no gap.
func TestPagesShift(t *testing.T) {
	w := newWorld(t)
	for n := range 1000 {
		a := made(ours, n, order.Approved, time.Hour)
		w.attempt(a)
		w.row(row(order.ShelfSales, a.Number, 2000))
	}
	w.pages = func(s order.Shelf, rows []order.HostRow) (seen []order.HostRow) {
		const page = 100
		for at := 0; at < len(rows); at += page {
			seen = append(seen, rows[at:min(at+page, len(rows))]...)
			if at > 0 && at < 500 { // seven rows come in at the front
				var more []order.HostRow
				for i := range 7 {
					n := 5000 + at + i
					w.attempt(made(ours, n, order.Approved, time.Second))
					more = append(more, row(s, num(ours, n), 2000))
				}
				rows = append(more, rows...)
			}
		}
		return seen
	}
	got := w.compare()
	if len(got.Found) != 0 || got.Counts.Host != 1000 || got.Counts.Matched != 1000 || w.finds != 0 {
		t.Errorf("%+v, found %v, %d looks", got.Counts, found(got), w.finds)
	}
}

// TestLag: what is younger than the search's lag is not missed, what is older
// only after a second look.
func TestLag(t *testing.T) {
	w := newWorld(t)
	young, old, hidden := made(ours, 1, order.Approved, time.Minute), made(ours, 2, order.Approved, 10*time.Minute), made(ours, 3, order.Approved, 10*time.Minute)
	late := made(ours, 4, order.Approved, time.Hour) // begun long ago, approved just now
	late.Since = began.Add(-time.Minute)
	other := made(ours, 5, order.Approved, time.Hour)
	other.Device = "dev-2"
	for _, a := range []order.Attempt{young, old, hidden, late, other} {
		w.attempt(a)
	}
	w.row(row(order.ShelfSales, hidden.Number, 2000))
	w.pages = func(order.Shelf, []order.HostRow) []order.HostRow { return nil }
	if got := found(w.compare()); !slices.Equal(got, []string{"local-only " + old.Number}) || w.finds != 2 {
		t.Errorf("found %v after %d looks", got, w.finds)
	}
	if !w.recorded[0].Found[0].Alarm() {
		t.Error("a payment that the host lost is not loud")
	}
}

// TestOnlyOwnNumbers: nothing is taken back but what carries the present nonce
// and is dead in the journal, and that after a second look.
func TestOnlyOwnNumbers(t *testing.T) {
	w := newWorld(t)
	dead := func(nonce string, n int) string {
		a := made(nonce, n, order.Absent, time.Hour)
		w.attempt(a)
		w.row(row(order.ShelfSales, a.Number, 2000))
		return a.Number
	}
	mine, earlier := dead(ours, 1), dead(before, 2)
	w.row(row(order.ShelfSales, num(ours, 3), 2000))   // the journal lost it
	w.row(row(order.ShelfSales, num(before, 4), 2000)) // the backup did not have it
	w.row(row(order.ShelfSales, num("CCCCC", 5), 2000))
	w.row(row(order.ShelfSales, "order-6", 2000))
	w.row(row(order.ShelfSales, "order-7", 2000, refused))
	stale := made(ours, 8, order.Absent, time.Hour)
	w.attempt(stale)
	w.pages = func(s order.Shelf, rows []order.HostRow) []order.HostRow {
		if s == order.ShelfSales {
			return append(slices.Clone(rows), row(s, stale.Number, 2000)) // gone from the host since
		}
		return rows
	}
	got := w.compare()
	if !slices.Equal(w.taken, []string{"VOID 20.00 " + mine}) {
		t.Errorf("took back %v", w.taken)
	}
	alarms := map[string]bool{}
	for _, m := range got.Found {
		alarms[m.Number] = m.Alarm()
	}
	want := map[string]bool{mine: false, earlier: true, num(ours, 3): true, num(before, 4): true, num("CCCCC", 5): false, "order-6": false, stale.Number: true}
	if fmt.Sprint(alarms) != fmt.Sprint(want) || got.Counts.Others != 3 {
		t.Errorf("alarms %v, want %v; %d of others", alarms, want, got.Counts.Others)
	}
}

// TestSettledIsReturned: a void that comes too late is followed by a return in
// the same comparison; what is settled is returned at once.
func TestSettledIsReturned(t *testing.T) {
	w := newWorld(t)
	a, b := made(ours, 1, order.Declined, time.Hour), made(ours, 2, order.Reversed, time.Hour)
	w.attempt(a)
	w.attempt(b)
	w.row(row(order.ShelfSales, a.Number, 2000))
	w.row(row(order.ShelfSales, b.Number, 2000, settled))
	plain := w.take
	w.take = func(number string, row order.Evidence, closed bool) error {
		if number == a.Number && len(w.of[number]) == 0 {
			f := order.FollowUp{ID: num(ours, 77), Of: number, Act: order.Void, State: order.FollowRefused, Cause: order.CauseSettled}
			w.follow(f)
			return nil
		}
		return plain(number, row, closed)
	}
	got := w.compare()
	sort.Strings(w.taken)
	if !slices.Equal(w.taken, []string{"RETURN 20.00 " + a.Number, "RETURN 20.00 " + b.Number}) || got.Counts.TakenBack != 2 || got.Found[0].Act != order.Return {
		t.Errorf("took back %v: %+v", w.taken, got)
	}
}

// TestBesideTheApproved: a row of the same number under which nothing stands is
// no contradiction, and no stand-in for the one that was approved.
func TestBesideTheApproved(t *testing.T) {
	w := newWorld(t)
	a := made(ours, 1, order.Approved, time.Hour)
	a.GUID = "guid-" + a.Number
	w.attempt(a)
	w.row(row(order.ShelfSales, a.Number, 2000, refused, func(r *order.HostRow) { r.GUID = "first-try" }))
	w.row(row(order.ShelfSales, a.Number, 2000))
	if got := found(w.compare()); len(got) != 0 {
		t.Errorf("found %v", got)
	}
	w.rows[order.ShelfSales] = w.rows[order.ShelfSales][:1]
	if got := found(w.compare()); !slices.Equal(got, []string{"local-only " + a.Number}) {
		t.Errorf("found %v", got)
	}
}

// TestReturnsOfOlderSales: what was done to a sale from before the period is
// told by its own row alone.
func TestReturnsOfOlderSales(t *testing.T) {
	w := newWorld(t)
	returned := func(n int, of string, f ...func(*order.HostRow)) order.FollowUp {
		up := follow(order.Return, order.FollowDone, 500)
		up.ID, up.Of, up.GUID, up.Target = num(ours, n), num(ours, n+100), fmt.Sprint("return-", n), order.Target{GUID: of}
		w.row(row(order.ShelfReturns, "", 500, append(f, func(r *order.HostRow) { r.GUID, r.Target = up.GUID, of })...))
		return up
	}
	w.follow(returned(1, "old-1"))
	w.follow(returned(2, "old-2", charged(700)))
	unknown := returned(3, "old-3")
	gone := returned(4, "old-4")
	w.follow(gone)
	w.rows[order.ShelfReturns] = w.rows[order.ShelfReturns][:3]
	absent := returned(5, "old-5", func(r *order.HostRow) { r.Number = num(ours, 5) })
	absent.State, absent.GUID = order.FollowAbsent, ""
	w.follow(absent)
	theirs := row(order.ShelfSales, "order-6", 2000, refused)
	w.row(theirs)
	returned(6, theirs.GUID)
	w.row(row(order.ShelfVoids, "", 500, func(r *order.HostRow) { r.GUID, r.Device = "a void of nobody knows what", "" }))
	got := w.compare()
	want := []string{"amount-differs " + num(ours, 2), "not-done " + gone.ID, "returned-at-host ", "returned-at-host " + absent.ID}
	sort.Strings(want)
	if list := found(got); !slices.Equal(list, want) || w.finds != 1 || got.Counts.Others != 3 {
		t.Errorf("got %v after %d looks (%+v), want %v", list, w.finds, got.Counts, want)
	}
	w.blind = true
	if list := found(w.compare()); len(list) != 3 {
		t.Errorf("where no second look is possible: %v", list)
	}
	w.lost = true
	if got := w.compare(); got.Complete {
		t.Error("complete without the second look")
	}
	for _, m := range got.Found {
		if m.Number == "" && m.GUID != unknown.GUID {
			t.Errorf("listed %+v", m)
		}
	}
}

// TestUnsettledIsLookedAt: what the journal is still settling is left to it.
func TestUnsettledIsLookedAt(t *testing.T) {
	w := newWorld(t)
	a := made(ours, 1, order.Quarantine, time.Hour)
	w.attempt(a)
	w.row(row(order.ShelfSales, a.Number, 2000))
	got := w.compare()
	if len(got.Found) != 0 || got.Counts.Pending != 1 || !slices.Equal(w.looked, []string{a.Number}) || len(w.taken) != 0 {
		t.Errorf("%+v, looked at %v, took back %v", got, w.looked, w.taken)
	}
}

// TestNotComplete: a comparison that came to no end says why, keeps what the
// last one found, reaches no further and is recorded once.
func TestNotComplete(t *testing.T) {
	w := newWorld(t)
	a := made(ours, 1, order.Approved, time.Hour)
	w.attempt(a)
	first := w.compare()
	w.clock.Advance(time.Hour)
	cut := errors.New("the list broke off")
	w.row(row(order.ShelfSales, a.Number, 2000))
	for range 3 {
		w.broken[order.ShelfReturns] = cut
		got := w.compare()
		if got.Complete || got.Trouble != cut.Error() || !got.Reached.Equal(first.Reached) || !slices.Equal(found(got), found(first)) {
			t.Errorf("%+v", got)
		}
	}
	if len(w.recorded) != 2 {
		t.Errorf("recorded %d times", len(w.recorded))
	}
	w.broken = map[order.Shelf]error{}
	if got := w.compare(); !got.Complete || len(got.Found) != 0 || !got.Reached.Equal(w.clock.Now()) {
		t.Errorf("%+v", got)
	}
	w.rows[order.ShelfSales], w.lost = nil, true
	if got := w.compare(); got.Complete {
		t.Error("complete without the second look")
	}
	w.lost, w.blind = false, true
	if got := w.compare(); !got.Complete || len(got.Found) != 1 {
		t.Errorf("where no second look is possible: %+v", got)
	}
	w.blind, w.unlisted = false, []order.Shelf{order.ShelfSales}
	if got := w.compare(); got.Complete || got.Trouble != errNoLook.Error() {
		t.Errorf("nothing is listed: %+v", got)
	}
	w.unlisted = []order.Shelf{order.ShelfHolds, order.ShelfCaptures}
	hold := made(ours, 2, order.Approved, time.Hour)
	hold.Kind = order.KindAuth
	w.attempt(hold)
	w.row(row(order.ShelfSales, a.Number, 2000))
	if got := w.compare(); !got.Complete || len(got.Found) != 0 || !slices.Equal(got.Unlisted, w.unlisted) {
		t.Errorf("holds are not listed: %+v", got)
	}
}

// TestShortPeriod: a comparison of some days says nothing about the others.
func TestShortPeriod(t *testing.T) {
	w := newWorld(t)
	first := w.compare()
	w.clock.Advance(30 * time.Hour)
	got, err := w.runner.Compare(background, order.WhyAsked, w.clock.Now().Add(-time.Hour), time.Time{})
	if err != nil || !got.Complete || !got.Reached.Equal(first.Reached) {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestAnotherDevice: what was compared of one device says nothing about another.
func TestAnotherDevice(t *testing.T) {
	w := newWorld(t)
	w.attempt(made(ours, 1, order.Declined, 90*24*time.Hour))
	first := w.compare()
	w.recorded[0].Device = "dev-0"
	if got := w.compare(); !got.From.Equal(first.From) || !got.From.Equal(began.Add(-longest)) {
		t.Errorf("from %v", got.From)
	}
}

// TestBounds: of too many differences the alarming ones are listed, and a host
// that has none of this terminal's payments is not asked for each.
func TestBounds(t *testing.T) {
	w := newWorld(t)
	for n := range 3 * order.MaxMismatches {
		w.row(row(order.ShelfSales, fmt.Sprint("order-", n), 2000))
	}
	a := made(ours, 1, order.Approved, time.Hour)
	w.attempt(a)
	got := w.compare()
	if len(got.Found) != order.MaxMismatches || got.Counts.Differences != 3*order.MaxMismatches+1 ||
		!slices.Contains(found(got), "local-only "+a.Number) {
		t.Errorf("%d listed of %d", len(got.Found), got.Counts.Differences)
	}
	w.rows = map[order.Shelf][]order.HostRow{}
	for n := range most + 1 {
		w.attempt(made(ours, n, order.Approved, time.Hour))
	}
	if got := w.compare(); got.Complete || got.Trouble != errMany.Error() {
		t.Errorf("%+v", got)
	}
}
