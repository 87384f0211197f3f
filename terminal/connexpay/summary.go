package connexpay

import "cmp"

// Summary is a row of any kind as one line of a list.
type Summary struct {
	GUID, Time, Status string
	Amount, Effective  Decimal
	Brand, Last4       string
	Order, BatchStatus string
	// Related names the transactions that it belongs to; Detail is the rest
	// that matters, such as the reason of a void.
	Related, Detail string
}

// Row is a transaction that the host answered, of whatever kind.
type Row interface{ Summary() Summary }

func (l line) summary() Summary {
	return Summary{GUID: l.guid, Time: l.stamp, Status: l.status, Amount: l.amount, Effective: l.effective,
		Brand: l.cardType, Last4: l.last4, Order: l.order, BatchStatus: l.batch, Related: l.related,
		Detail: cmp.Or(l.detail, l.message)}
}

// Summary is the row as a line.
func (r SaleRow) Summary() Summary { return r.line().summary() }

// Summary is the row as a line.
func (r VoidRow) Summary() Summary { return r.line().summary() }

// Summary is the row as a line.
func (r ReturnRow) Summary() Summary { return r.line().summary() }

// Summary is the row as a line.
func (r AuthRow) Summary() Summary { return r.line().summary() }

// Summary is the row as a line.
func (r CaptureRow) Summary() Summary { return r.line().summary() }

// Summary is the row as a line.
func (r VerifyRow) Summary() Summary { return r.line().summary() }

// Summary is the row as a line.
func (r BillingRow) Summary() Summary { return r.line().summary() }

func (t Transaction) summary(amount, effective Decimal, card *CardAnswer) Summary {
	s := Summary{GUID: string(t.GUID), Time: string(t.TimeStamp), Status: string(t.Status), Amount: amount, Effective: effective,
		Order: cmp.Or(string(t.OrderNumber), string(t.SequenceNumber)), BatchStatus: string(t.BatchStatus),
		Detail: string(t.ProcessorResponseMessage)}
	if card != nil {
		s.Brand, s.Last4 = string(card.CardType), string(card.Last4)
	}
	return s
}

// Summary is the answer as a line.
func (s Sale) Summary() Summary {
	return s.Transaction.summary(s.Amount, s.EffectiveAmount, s.Card)
}

// Summary is the answer as a line.
func (a AuthOnly) Summary() Summary {
	return a.Transaction.summary(a.Amount, a.EffectiveAmount, a.Card)
}

// Summary is the answer as a line; related are the hold and the sale made.
func (c Capture) Summary() Summary {
	var card *CardAnswer
	if c.AuthOnly != nil {
		card = c.AuthOnly.Card
	}
	s := c.Transaction.summary(c.NewAmount, c.EffectiveAmount, card)
	s.Related = string(c.AuthOnlyGUID)
	for _, made := range []*Sale{c.RelatedSale, c.Sale} {
		if made != nil {
			s.Related += " " + string(made.GUID)
		}
	}
	return s
}

// Summary is the answer as a line; related is what was undone.
func (v Void) Summary() Summary {
	s := v.Transaction.summary(v.Amount, "", nil)
	if v.Sale != nil {
		s = v.Transaction.summary(cmp.Or(v.Amount, v.Sale.Amount), v.Sale.EffectiveAmount, v.Sale.Card)
	} else if v.AuthOnly != nil {
		s = v.Transaction.summary(cmp.Or(v.Amount, v.AuthOnly.Amount), v.AuthOnly.EffectiveAmount, v.AuthOnly.Card)
	}
	s.Related, s.Detail = cmp.Or(string(v.SaleGUID), string(v.AuthOnlyGUID)), string(v.VoidReason)
	return s
}

// Summary is the answer as a line; related is the sale.
func (r Return) Summary() Summary {
	card := r.Card
	if r.Sale != nil {
		card = r.Sale.Card
	}
	s := r.Transaction.summary(r.Amount, "", card)
	s.Related = string(r.SaleGUID)
	return s
}

// Summary is the answer as a line.
func (v Verify) Summary() Summary { return v.Transaction.summary("", "", v.Card) }
