package order

import (
	"strings"
	"time"

	"paydesk/terminal/money"
)

// Elsewhere is how much of a payment the host has given back without the
// journal's knowing of it, by the host's rows of that payment: an older journal
// was put back since, or somebody did it at the payment service. left is what
// the journal has of the payment. It is not told where no row of the target
// shows what stands of it.
func Elsewhere(left money.Amount, target Target, rows []Evidence) (gone money.Amount, told bool) {
	gone = money.New(0, left.Currency)
	for _, row := range rows {
		if !strings.EqualFold(row.GUID, target.GUID) || !approvedStatus(normalStatus(row.Status)) ||
			row.Effective == nil || row.Effective.Currency != left.Currency {
			continue
		}
		gone.Minor = max(0, left.Minor-row.Effective.Minor)
		return gone, true
	}
	return gone, false
}

// TakeUp is the follow-up that takes up what was done elsewhere about the
// payment that f was to be done about: it is done already. row is the host's row
// of it, without a guid where the host does not name one. What is taken up is
// never done again.
func TakeUp(f FollowUp, act Act, id string, amount money.Amount, row Evidence, now time.Time) FollowUp {
	f.ID, f.Act, f.Amount, f.Approved, f.Operator = id, act, amount, "", ActorTerminal
	f.Reason = "found at the bank, and not done by this journal"
	m := followMachine{f: BeginFollow(f, now), now: now}
	m.note(row)
	m.to(FollowDone, CauseNone)
	return m.f
}
