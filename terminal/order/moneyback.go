package order

import (
	"time"

	"paydesk/terminal/money"
)

// BackReason is why money of a payment goes back in the way that it does, or
// why it cannot. The texts are parts of the catalogue's keys.
type BackReason string

// The reasons.
const (
	BackHeld    BackReason = "held"    // only held: the hold is released
	BackOpen    BackReason = "open"    // the host said that the batch is open: voided, as a whole
	BackSettled BackReason = "settled" // the batch is closed: returned, in whole or in part
	// BackUnsure: nobody could say whether the batch is open. The whole is voided,
	// which a closed batch refuses; a part is returned, which an open one refuses.
	BackUnsure BackReason = "unsure"
	BackCash   BackReason = "cash"   // paid in cash: given back out of the drawer
	BackWallet BackReason = "wallet" // paid by wallet: the provider pays it back

	BackNotPaid  BackReason = "not-paid"  // nothing stands for it
	BackPending  BackReason = "pending"   // the bank is still asked about it
	BackVoided   BackReason = "voided"    // voided already
	BackNothing  BackReason = "nothing"   // all of it went back
	BackNoTarget BackReason = "no-target" // the host never named it
	BackTooLate  BackReason = "too-late"  // the provider pays back for some time only
	BackOff      BackReason = "off"       // the provider is not set up any more
)

// WayBack is how money of a payment can go back.
type WayBack struct {
	// Act is Void or Return; "" where nothing can go back now.
	Act Act
	Why BackReason
	// Part reports that less than what is left may go back.
	Part bool
	// Paid is what was taken, or held; Returned what went back, Pending what is
	// on its way back or perhaps is, and Left what neither is.
	Paid, Returned, Pending, Left money.Amount
}

// By is the act by which an amount goes back; "" where that amount cannot.
func (w WayBack) By(amount money.Amount) Act {
	switch {
	case amount.Currency != w.Left.Currency || amount.Minor <= 0 || amount.Minor > w.Left.Minor:
		return ""
	case amount == w.Left:
		return w.Act
	case w.Part:
		return Return
	}
	return ""
}

// PlanBack decides how money of a payment can go back, by what is known of its
// batch. A part never becomes a whole: of what is not settled only the whole
// can be voided (ConnexPay API, Create void), and a part waits for the closing.
func PlanBack(a Attempt, follows []FollowUp, known Settlement) WayBack {
	s := Stand(a, follows)
	w := WayBack{Paid: a.Approved, Returned: s.Returned, Pending: money.New(0, a.Asked.Currency), Left: s.Left}
	if s.Captured.Minor > 0 {
		w.Paid = s.Captured
	}
	waits := false
	for _, f := range follows {
		switch {
		case f.State.Final():
			if f.Act == Void && f.State == FollowRefused && f.Cause == CauseSettled {
				known = SettleClosed // the host said so
			}
			continue
		case f.Act == Return || f.Act == Void:
			w.Pending.Minor += f.Amount.Minor
		}
		waits = waits || f.Act != Issue || f.State != FollowReview
	}
	switch {
	case a.State != Approved:
		w.Why = BackNotPaid
	case s.As == StandsVoided:
		w.Why = BackVoided
	case waits:
		w.Why = BackPending
	case s.Left.Minor <= 0:
		w.Why = BackNothing
	case s.Target.GUID == "":
		w.Why = BackNoTarget
	case s.As == StandsHeld:
		w.Act, w.Why = Void, BackHeld
	case known == SettleClosed || s.Returned.Minor > 0:
		w.Act, w.Why, w.Part = Return, BackSettled, true
	case known == SettleOpen:
		w.Act, w.Why = Void, BackOpen
	default:
		w.Act, w.Why, w.Part = Void, BackUnsure, true
	}
	return w
}

// PlanCashBack is PlanBack of a payment in cash.
func PlanCashBack(c Cash) WayBack {
	w := WayBack{Paid: c.Amount, Returned: money.New(c.Returned.Minor, c.Amount.Currency), Pending: money.New(0, c.Amount.Currency), Left: c.Left(),
		Act: Return, Why: BackCash, Part: true}
	if w.Left.Minor <= 0 {
		w.Act, w.Why, w.Part = "", BackNothing, false
	}
	return w
}

// PlanRefund is PlanBack of a payment by wallet.
func PlanRefund(p QRPayment, by WalletOffer, now time.Time) WayBack {
	zero := money.New(0, p.Amount.Currency)
	w := WayBack{Paid: p.Amount, Pending: zero, Left: p.Left(), Returned: zero}
	w.Returned.Minor, w.Pending.Minor = p.Back.Minor+p.Elsewhere.Minor, p.Held.Minor-p.Back.Minor
	switch {
	case p.ID == "":
		w.Why = BackNotPaid
	case w.Left.Minor == 0 && w.Pending.Minor > 0:
		w.Why = BackPending
	case w.Left.Minor == 0, !by.Parts && w.Left != w.Paid:
		w.Why = BackNothing
	case by.Name == "":
		w.Why = BackOff
	case by.RefundFor > 0 && now.After(p.At.Add(by.RefundFor)):
		w.Why = BackTooLate
	default:
		w.Act, w.Why, w.Part = Return, BackWallet, by.Parts
	}
	return w
}

// HoldDays is how many working days the service keeps a hold (ConnexPay,
// current reference, Auth only). The API document names no time; the same is
// assumed there. Holidays are not known here, so the true end may be later.
const HoldDays = 5

// HoldUntil is when a hold lapses that was made at a time, in that time's zone.
func HoldUntil(made time.Time) time.Time {
	until := made
	for days := 0; days < HoldDays; {
		until = until.AddDate(0, 0, 1)
		if d := until.Weekday(); d != time.Saturday && d != time.Sunday {
			days++
		}
	}
	return until
}
