package reconcile

import (
	"testing"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

const (
	ours   = "AAAAA"
	before = "BBBBB"
	device = "dev-1"
)

var began = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func usd(minor int64) money.Amount { return money.New(minor, money.USD) }

func num(nonce string, n int) string {
	const digits = "0123456789"
	text := []byte("000000000000")
	for i := len(text) - 1; n > 0; i-- {
		text[i], n = digits[n%10], n/10
	}
	return nonce + string(text)
}

// row is an approved row, changed by f.
func row(shelf order.Shelf, number string, minor int64, f ...func(*order.HostRow)) order.HostRow {
	amount, effective := usd(minor), usd(minor)
	r := order.HostRow{Shelf: shelf, At: began.Add(-time.Hour), Evidence: order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale,
		Status: "Transaction - Approved", GUID: "guid-" + number, Device: device, Number: number, Amount: &amount, Effective: &effective,
		BatchStatus: "Batch - Open"}}
	for _, change := range f {
		change(&r)
	}
	return r
}

func sale(f ...func(*order.HostRow)) order.HostRow {
	return row(order.ShelfSales, num(ours, 1), 2000, f...)
}

func worth(minor int64) func(*order.HostRow) {
	return func(r *order.HostRow) { a := usd(minor); r.Effective = &a }
}

func silent(r *order.HostRow) { r.Effective = nil }

func charged(minor int64) func(*order.HostRow) {
	return func(r *order.HostRow) { a := usd(minor); r.Amount = &a }
}

func settled(r *order.HostRow) { r.BatchStatus = "Batch - Closed" }

func refused(r *order.HostRow) { r.Status = "Transaction - Declined"; a := usd(0); r.Effective = &a }

func paid(state order.State) order.Attempt {
	a := order.Attempt{Number: num(ours, 1), State: state, Asked: usd(2000), Device: device, Created: began.Add(-time.Hour), Since: began.Add(-time.Hour)}
	if state == order.Approved {
		a.Approved = usd(2000)
	}
	return a
}

func follow(act order.Act, state order.FollowState, minor int64) order.FollowUp {
	return order.FollowUp{ID: num(ours, 2), Act: act, State: state, Of: num(ours, 1), Amount: usd(minor), Device: device,
		Created: began.Add(-time.Hour), Since: began.Add(-time.Hour)}
}

// TestMatchSale goes through all outcomes of a sale or hold.
func TestMatchSale(t *testing.T) {
	hold := paid(order.Approved)
	hold.Kind = order.KindAuth
	kept := paid(order.Approved)
	kept.Approved = usd(1000)
	held := func(f ...func(*order.HostRow)) order.HostRow {
		return row(order.ShelfHolds, num(ours, 1), 2000, f...)
	}
	fresh := follow(order.Return, order.FollowDone, 500)
	fresh.Since = began.Add(-time.Minute)
	many := func(f ...order.FollowUp) []order.FollowUp { return f }
	voided := many(follow(order.Void, order.FollowDone, 2000))
	returned := many(follow(order.Return, order.FollowDone, 500))
	captured := many(follow(order.Capture, order.FollowDone, 1500))
	tests := []struct {
		name    string
		row     order.HostRow
		have    order.Attempt
		follows []order.FollowUp
		want    order.Difference
		pending bool
	}{
		{name: "paid", row: sale(), have: paid(order.Approved)},
		{name: "paid, settled", row: sale(settled), have: paid(order.Approved)},
		{name: "paid, and the row does not say what stands", row: sale(silent), have: paid(order.Approved)},
		{name: "kept in part", row: sale(worth(1000)), have: kept},
		{name: "voided here and there", row: sale(worth(0)), have: paid(order.Approved), follows: voided},
		{name: "voided here only", row: sale(), have: paid(order.Approved), follows: voided, want: order.AmountDiffers},
		{name: "voided there only", row: sale(worth(0)), have: paid(order.Approved), want: order.VoidedThere},
		{name: "voided there only, named", row: sale(silent, func(r *order.HostRow) { r.Undone = true }), have: paid(order.Approved), want: order.VoidedThere},
		{name: "returned in part, here and there", row: sale(worth(1500), settled), have: paid(order.Approved), follows: returned},
		{name: "returned here, and the row does not say what stands", row: sale(silent), have: paid(order.Approved), follows: returned},
		{name: "returned there only", row: sale(worth(1500), settled), have: paid(order.Approved), want: order.ReturnedThere},
		{name: "voided there only, and the batch closed since", row: sale(worth(0), settled), have: paid(order.Approved), want: order.VoidedThere},
		{name: "returned here only", row: sale(settled), have: paid(order.Approved), follows: returned, want: order.AmountDiffers},
		{name: "returned a minute ago", row: sale(settled), have: paid(order.Approved), follows: many(fresh), pending: true},
		{name: "a return is under way", row: sale(worth(1500)), have: paid(order.Approved), follows: many(follow(order.Return, order.FollowUnknown, 500)), pending: true},
		{name: "a refused void", row: sale(), have: paid(order.Approved), follows: many(follow(order.Void, order.FollowRefused, 2000))},
		{name: "a card that was perhaps issued", row: sale(), have: paid(order.Approved), follows: many(follow(order.Issue, order.FollowReview, 500))},
		{name: "another amount", row: sale(charged(2100), worth(2100)), have: paid(order.Approved), want: order.AmountDiffers},
		{name: "another device", row: sale(func(r *order.HostRow) { r.Device = "dev-2" }), have: paid(order.Approved), want: order.AmountDiffers},
		{name: "the same device in capitals", row: sale(func(r *order.HostRow) { r.Device = "DEV-1" }), have: paid(order.Approved)},
		{name: "declined there", row: sale(refused), have: paid(order.Approved), want: order.NotCharged},
		{name: "without an outcome there", row: sale(func(r *order.HostRow) { r.Status = "Transaction - Created - Local" }), have: paid(order.Approved), want: order.NotCharged},
		{name: "not processed there", row: sale(func(r *order.HostRow) { no := false; r.Processed = &no }), have: paid(order.Approved), want: order.NotCharged},
		{name: "unreadable", row: sale(func(r *order.HostRow) { r.Body = order.BodyOther }), have: paid(order.Approved), want: order.Unreadable},

		{name: "declined on both sides", row: sale(refused), have: paid(order.Declined)},
		{name: "taken back", row: sale(worth(0)), have: paid(order.Reversed)},
		{name: "without an outcome, and absent", row: sale(func(r *order.HostRow) { r.Status = "Transaction - Created - Local" }), have: paid(order.Absent)},
		{name: "late after absent", row: sale(), have: paid(order.Absent), want: order.LateCharge},
		{name: "late after declined", row: sale(silent), have: paid(order.Declined), want: order.LateCharge},
		{name: "late after not sent", row: sale(settled), have: paid(order.NotSent), want: order.LateCharge},
		{name: "late, and half of it returned", row: sale(worth(1500)), have: paid(order.Reversed), follows: returned, want: order.LateCharge},
		{name: "late, and returned where the row does not show it", row: sale(silent), have: paid(order.Absent), follows: many(follow(order.Return, order.FollowDone, 2000))},
		{name: "late, and voided where the row does not show it", row: sale(silent), have: paid(order.Absent), follows: voided},
		{name: "late, and being taken back", row: sale(), have: paid(order.Absent), follows: many(follow(order.Void, order.FollowUnknown, 2000)), pending: true},

		{name: "held", row: held(), have: hold},
		{name: "held, told by its amount", row: held(silent), have: hold},
		{name: "a hold that was voided there", row: held(worth(0)), have: hold, want: order.VoidedThere},
		{name: "a hold that was voided here only", row: held(), have: hold, follows: voided, want: order.AmountDiffers},
		{name: "a hold voided here, the row silent", row: held(silent), have: hold, follows: voided},
		{name: "a captured hold", row: held(worth(1500)), have: hold, follows: captured},
		{name: "a hold over another amount", row: held(charged(90)), have: hold, want: order.AmountDiffers},
		{name: "a hold that is declined there", row: held(refused), have: hold, want: order.NotCharged},
		{name: "the sale of a capture", row: row(order.ShelfSales, num(ours, 1), 1500), have: hold, follows: captured},
		{name: "the sale of a capture, another amount", row: sale(), have: hold, follows: captured, want: order.AmountDiffers},
		{name: "a capture that was not made here", row: sale(), have: hold, want: order.CapturedThere},
		{name: "a capture that was declined", row: sale(refused), have: hold},
	}
	for _, state := range order.States {
		if !state.Final() {
			tests = append(tests, struct {
				name    string
				row     order.HostRow
				have    order.Attempt
				follows []order.FollowUp
				want    order.Difference
				pending bool
			}{name: string(state), row: sale(), have: paid(state), pending: true})
		}
	}
	for _, tt := range tests {
		got := matchSale(tt.row, tt.have, tt.follows, began)
		if got.what != tt.want || got.pending != tt.pending {
			t.Errorf("%s: %q (pending %t), want %q (%t)", tt.name, got.what, got.pending, tt.want, tt.pending)
		}
	}
}

func TestMatchFollow(t *testing.T) {
	done := row(order.ShelfReturns, num(ours, 2), 500)
	for _, tt := range []struct {
		name    string
		row     order.HostRow
		have    order.FollowUp
		want    order.Difference
		pending bool
	}{
		{name: "done", row: done, have: follow(order.Return, order.FollowDone, 500)},
		{name: "another amount", row: done, have: follow(order.Return, order.FollowDone, 700), want: order.AmountDiffers},
		{name: "a void shows the whole", row: row(order.ShelfVoids, "", 2000), have: follow(order.Void, order.FollowDone, 500)},
		{name: "done here, refused there", row: row(order.ShelfReturns, "", 500, refused), have: follow(order.Return, order.FollowDone, 500), want: order.NotDone},
		{name: "absent here, done there", row: done, have: follow(order.Return, order.FollowAbsent, 500), want: order.ReturnedThere},
		{name: "refused on both sides", row: row(order.ShelfReturns, "", 500, refused), have: follow(order.Return, order.FollowRefused, 500)},
		{name: "refused here, void done there", row: row(order.ShelfVoids, "", 500), have: follow(order.Void, order.FollowRefused, 500), want: order.VoidedThere},
		{name: "not sent, captured there", row: row(order.ShelfCaptures, "", 500), have: follow(order.Capture, order.FollowNotSent, 500), want: order.CapturedThere},
		{name: "being looked for", row: done, have: follow(order.Return, order.FollowUnknown, 500), pending: true},
		{name: "unreadable", row: row(order.ShelfReturns, "", 500, func(r *order.HostRow) { r.Body = order.BodyOther }), have: follow(order.Return, order.FollowDone, 500), want: order.Unreadable},
	} {
		if got := matchFollow(tt.row, tt.have); got.what != tt.want || got.pending != tt.pending {
			t.Errorf("%s: %q (pending %t), want %q (%t)", tt.name, got.what, got.pending, tt.want, tt.pending)
		}
	}
}

func TestSince(t *testing.T) {
	day := 24 * time.Hour
	ago := func(d time.Duration) time.Time { return began.Add(-d) }
	none := time.Time{}
	for _, tt := range []struct {
		name                  string
		reached, open, oldest time.Time
		restored              bool
		want                  time.Time
	}{
		{"a new terminal", none, none, none, false, ago(day)},
		{"the first time", none, none, ago(90 * day), false, ago(31 * day)},
		{"the first time, opened last week", none, none, ago(7 * day), false, ago(7 * day).Add(-margin)},
		{"an empty journal that was put back", none, none, none, true, ago(31 * day)},
		{"put back, and made last week", none, none, ago(7 * day), true, ago(31 * day)},
		{"an hour ago", ago(time.Hour), none, ago(90 * day), false, ago(day)},
		{"after a holiday", ago(40 * day), none, ago(90 * day), false, ago(40 * day).Add(-margin)},
		{"a batch of two days", ago(time.Hour), ago(2 * day), ago(90 * day), false, ago(2 * day).Add(-margin)},
		{"the first time, with something older than a month", none, ago(50 * day), ago(90 * day), false, ago(31 * day)},
		{"something open since a moment ago", ago(time.Hour), ago(time.Minute), none, false, ago(day)},
	} {
		if got := since(began, tt.reached, tt.open, tt.oldest, tt.restored); !got.Equal(tt.want) {
			t.Errorf("%s: from %v before, want %v", tt.name, began.Sub(got), began.Sub(tt.want))
		}
	}
}
