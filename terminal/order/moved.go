package order

import (
	"cmp"
	"slices"

	"paydesk/terminal/money"
)

// Moved is what one event did to the shop's money, by the object before and after
// it; before is nil for a new one. Seq and At are the event's and not told here,
// nor is what other objects know: the order of a follow-up, the share of tax.
//
// A hold moves nothing before it is captured, nor does its void. What came by a
// code moves once it is the shop's, and what goes back of it from then on.
func Moved(before, after any) []Movement {
	switch o := after.(type) {
	case Attempt:
		was, _ := before.(Attempt)
		if o.State != Approved || was.State == Approved || o.Kind != KindSale {
			return nil
		}
		return []Movement{o.sale(o.Approved)}
	case FollowUp:
		if was, _ := before.(FollowUp); o.State != FollowDone || was.State == FollowDone {
			return nil
		}
		return o.moved()
	case Cash:
		if before != nil {
			return nil // what is given back of it is told by itself
		}
		return []Movement{{Kind: MovedSale, Tender: TenderCash, ID: o.ID, Order: o.Order, Operator: o.Operator, Amount: o.Amount}}
	case CashBack:
		if before != nil {
			return nil
		}
		return []Movement{{Kind: MovedReturn, Tender: TenderCash, ID: o.ID, Of: o.Of, Order: o.Order, Operator: o.Operator,
			Amount: o.Amount, Reason: o.Reason}}
	case QR:
		was, _ := before.(QR)
		return o.moved(was)
	case Refund:
		if was, _ := before.(Refund); o.State != RefundDone || was.State == RefundDone {
			return nil
		}
		m := Movement{Kind: MovedReturn, Tender: TenderWallet, Brand: o.Provider, Test: o.Test, ID: o.ID, Of: o.Of, Order: o.Order,
			Operator: o.Operator, GUID: o.Remote, Amount: o.Amount, Reason: o.Reason}
		if o.Fee.Currency == o.Amount.Currency {
			m.Fee = money.New(-o.Fee.Minor, o.Fee.Currency)
		}
		return []Movement{m}
	case Move:
		if before != nil {
			return nil
		}
		kind := MovedIn
		if o.Kind == MoveOut {
			kind = MovedOut
		}
		return []Movement{{Kind: kind, Tender: TenderCash, ID: o.ID, Of: o.Shift, Operator: o.Operator, Amount: o.Amount, Reason: o.Reason}}
	case Job:
		// One that is perhaps open counts, too.
		if was, _ := before.(Job); o.Kind != JobDrawer || o.Document != DocumentDrawer || !o.Touched || was.Touched {
			return nil
		}
		return []Movement{{Kind: MovedNoSale, ID: o.ID, Operator: o.Subject, Reason: o.Reason}}
	}
	return nil
}

// sale is the attempt as a sale of an amount.
func (a Attempt) sale(amount money.Amount) Movement {
	return Movement{Kind: MovedSale, Tender: a.tender(), Brand: a.Brand, Last4: a.Last4, ID: a.Number, Order: a.Order,
		Operator: a.Operator, GUID: a.GUID, Batch: a.Batch, Amount: amount}
}

func (a Attempt) tender() Tender {
	if a.Entry == EntryOnFile {
		return TenderOnFile
	}
	return TenderCard
}

// moved is what a follow-up did that is done.
func (f FollowUp) moved() []Movement {
	m := Movement{Tender: TenderCard, Brand: f.Brand, Last4: f.Last4, ID: f.ID, Of: f.Of, Operator: f.Operator, GUID: f.GUID,
		Batch: f.Batch, Amount: f.Amount, Reason: f.Reason}
	switch {
	case f.Act == Capture:
		m.Kind, m.GUID = MovedSale, cmp.Or(f.Made, f.GUID) // the host lists the sale that it made
	case f.Act == Void && f.Target.Kind != KindAuth:
		m.Kind = MovedVoid
	case f.Act == Return:
		m.Kind = MovedReturn
	default:
		return nil
	}
	return []Movement{m}
}

// About is a movement of a follow-up, completed by the attempt that it is about and
// all follow-ups of that.
//
// What takes back a charge that was never adopted is told as the host's batches
// have it: a void leaves nothing in its batch, so that neither counts; a return
// comes behind a batch that was closed with the charge, so that both do. The charge
// counts then and not before, so that no report has the one without the other.
func About(a Attempt, follows []FollowUp, m Movement) (all []Movement) {
	if a.State != Approved {
		if m.Kind != MovedReturn {
			return nil
		}
		sale := a.sale(m.Amount)
		if i := slices.IndexFunc(follows, func(f FollowUp) bool { return f.ID == m.ID }); i >= 0 {
			sale.GUID = follows[i].Target.GUID // the charge itself may have come too late to be noted
		}
		all = append(all, sale)
	}
	m.Tender, m.Order = a.tender(), a.Order
	m.Brand, m.Last4 = cmp.Or(m.Brand, a.Brand), cmp.Or(m.Last4, a.Last4)
	if m.Kind == MovedVoid {
		m.Batch = cmp.Or(m.Batch, Stand(a, follows).Batch)
	}
	return append(all, m)
}

// moved is what an event did to the payments of a code.
func (q QR) moved(was QR) (all []Movement) {
	for _, p := range q.Payments {
		if p.As == Stray {
			continue
		}
		m := Movement{Tender: TenderWallet, Brand: q.Provider, Test: q.Test, ID: q.ID, Order: q.Order,
			Operator: cmp.Or(p.By, q.Operator), GUID: p.ID}
		old, _ := was.Payment(p.ID)
		if old.As == Stray || old.As == "" {
			old = QRPayment{} // what went back before it was the shop's goes back now
			sale := m
			sale.Kind, sale.Amount, sale.Fee = MovedSale, p.Amount, p.knownFee()
			all = append(all, sale)
		} else if fee := p.knownFee(); fee != old.knownFee() {
			m := m
			m.Kind, m.Amount, m.Fee = MovedFee, money.New(0, p.Amount.Currency), money.New(fee.Minor-old.knownFee().Minor, p.Amount.Currency)
			all = append(all, m)
		}
		m.Amount = money.New(p.Elsewhere.Minor-old.Elsewhere.Minor, p.Amount.Currency)
		switch m.Of = q.ID; {
		case m.Amount.Minor > 0:
			m.Kind = MovedReturn
			all = append(all, m)
		case m.Amount.Minor < 0: // what had gone back stands again
			m.Kind, m.Amount.Minor = MovedSale, -m.Amount.Minor
			all = append(all, m)
		}
	}
	return all
}

// knownFee is the provider's fee in the payment's currency, or nothing.
func (p QRPayment) knownFee() money.Amount {
	if p.Fee.Currency != p.Amount.Currency {
		return money.Amount{}
	}
	return p.Fee
}

// Accepted are the payments of a code that an event made the shop's without their
// paying its order, by the code before and after it.
func (q QR) Accepted(was QR) (payments []string) {
	for _, p := range q.Payments {
		if old, _ := was.Payment(p.ID); p.As == Accepted && old.As != Accepted {
			payments = append(payments, p.ID)
		}
	}
	return payments
}
