package reconcile

import (
	"strings"
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// verdict is what a row and the journal have to say to each other.
type verdict struct {
	what        order.Difference // "" where they agree
	here, there money.Amount
	// pending: it is being settled, and says nothing yet.
	pending bool
}

// matchSale compares the host's row of a sale or hold with what the journal has
// of it. What changed within the search's lag is not judged: the row may be
// older than the change.
func matchSale(row order.HostRow, a order.Attempt, follows []order.FollowUp, began time.Time) verdict {
	there, live := row.Stands()
	switch {
	case row.Body != order.BodySale:
		return verdict{what: order.Unreadable, here: a.Asked}
	case !a.State.Final(), moving(follows, began):
		return verdict{pending: true}
	case row.Device != "" && !strings.EqualFold(row.Device, a.Device):
		return verdict{what: order.AmountDiffers, here: a.Asked, there: there}
	case a.State.Dead():
		return matchDead(row, follows, there, live)
	case row.Shelf == order.ShelfHolds:
		return matchHold(row, a, follows, there, live)
	}
	return matchPaid(row, a, follows, there, live)
}

// moving reports a follow-up that is under way, or so young that the host's
// search may not show it yet.
func moving(follows []order.FollowUp, began time.Time) bool {
	for _, f := range follows {
		if !f.State.Final() && (f.Act != order.Issue || f.State != order.FollowReview) ||
			f.State == order.FollowDone && f.Since.After(began.Add(-order.SearchLag)) {
			return true
		}
	}
	return false
}

// matchDead: nothing may stand at the host for a dead attempt, but for what was
// taken back where the row does not show it.
func matchDead(row order.HostRow, follows []order.FollowUp, there money.Amount, live bool) verdict {
	for _, f := range follows {
		switch {
		case f.State != order.FollowDone || row.Effective != nil:
		case f.Act == order.Void:
			live = false
		case f.Act == order.Return:
			there.Minor -= f.Amount.Minor
		}
	}
	if !live || there.Minor <= 0 {
		return verdict{}
	}
	return verdict{what: order.LateCharge, here: money.New(0, there.Currency), there: there}
}

// matchPaid compares an approved sale, or the sale that the capture of a hold
// made: its amount, and what stands of it after all that was done about it.
func matchPaid(row order.HostRow, a order.Attempt, follows []order.FollowUp, there money.Amount, live bool) verdict {
	stands := order.Stand(a, follows)
	here, whole := stands.Left, a.Asked
	if a.Kind == order.KindAuth {
		whole = stands.Captured
	}
	switch {
	case a.Kind == order.KindAuth && whole.IsZero():
		if !live {
			return verdict{} // the shadow of a capture that was not done
		}
		return verdict{what: order.CapturedThere, here: whole, there: there}
	case !live && !order.Voided(row.Evidence) && !row.Undone:
		return verdict{what: order.NotCharged, here: here, there: there}
	case row.Amount != nil && *row.Amount != whole:
		return verdict{what: order.AmountDiffers, here: whole, there: *row.Amount}
	}
	return whatStands(row, here, there)
}

// matchHold compares a hold. Once it is captured its money is the sale's, and
// once it is voided a row without its effect tells nothing more.
func matchHold(row order.HostRow, a order.Attempt, follows []order.FollowUp, there money.Amount, live bool) verdict {
	stands := order.Stand(a, follows)
	switch {
	case !live && !order.Voided(row.Evidence) && !row.Undone:
		return verdict{what: order.NotCharged, here: stands.Left, there: there}
	case row.Amount != nil && *row.Amount != a.Asked:
		return verdict{what: order.AmountDiffers, here: a.Asked, there: *row.Amount}
	case stands.As == order.StandsHeld:
		return whatStands(row, stands.Left, there)
	case stands.As == order.StandsVoided && stands.Captured.IsZero() && row.Effective != nil:
		return whatStands(row, stands.Left, there)
	}
	return verdict{}
}

// whatStands compares what stands here with what stands there.
func whatStands(row order.HostRow, here, there money.Amount) verdict {
	there.Currency = here.Currency
	v := verdict{here: here, there: there}
	switch {
	case row.Effective == nil && !row.Undone, here == there:
		// Without its effect a row tells only that it was charged.
	case there.Minor > here.Minor:
		v.what = order.AmountDiffers
	case there.IsZero():
		v.what = order.VoidedThere // unless the row of a return turns up
	default:
		v.what = order.ReturnedThere
	}
	return v
}

// matchFollow compares the host's row of a void, return or capture with the
// follow-up that it is.
func matchFollow(row order.HostRow, f order.FollowUp) verdict {
	switch {
	case row.Body != order.BodySale:
		return verdict{what: order.Unreadable, here: f.Amount}
	case !f.State.Final():
		return verdict{pending: true}
	case f.State == order.FollowDone && !row.Done():
		return verdict{what: order.NotDone, here: f.Amount}
	case f.State == order.FollowDone && f.Act != order.Void && row.Amount != nil && *row.Amount != f.Amount:
		return verdict{what: order.AmountDiffers, here: f.Amount, there: *row.Amount}
	case f.State != order.FollowDone && row.Done():
		return undoneBy(row, money.New(0, f.Amount.Currency))
	}
	return verdict{}
}

// undoneBy is a void, return or capture at the host that the journal does not
// have as done.
func undoneBy(row order.HostRow, here money.Amount) verdict {
	v := verdict{here: here}
	if row.Amount != nil {
		v.there = *row.Amount
	}
	switch row.Shelf {
	case order.ShelfVoids:
		v.what = order.VoidedThere
	case order.ShelfReturns:
		v.what = order.ReturnedThere
	default:
		v.what = order.CapturedThere
	}
	return v
}
