package gateway

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// kindSendMoney is a payment that a customer made without a code of ours.
const kindSendMoney = "send_money"

// Gift is money that somebody sends to the shop's e-mail address.
type Gift struct {
	Email, First, Last string
	Amount             string // as "12.50"
	Currency           string // "" is USD
	Memo               string
	Pending            bool // it arrives with Settle
}

// SendMoney enters a payment by PayPal's Send Money, and tells of it. It
// returns the id of the transaction.
func (s *Server) SendMoney(g Gift) (string, error) {
	if g.Currency == "" {
		g.Currency = "USD"
	}
	minor, ok := parseDecimal(g.Amount, g.Currency)
	if !ok || minor == 0 || !strings.Contains(g.Email, "@") {
		return "", fmt.Errorf("send an amount such as 12.50 of a currency that PayPal takes, from an e-mail address")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	p := &Payment{System: PayPal, ID: s.name(17, base36), Kind: kindSendMoney, Amount: minor, Fee: paypalFee(minor, g.Currency),
		Currency: g.Currency, State: Completed, At: now, Merchant: PayPalReceiver, Memo: g.Memo,
		Payer: Payer{payerID(g.Email), g.Email, g.First, g.Last, "US"}}
	if g.Pending {
		p.State, p.Reason, p.Fee = Pending, "echeck", 0
	}
	s.putPayment(p)
	s.sendPayment(now, p, "")
	return p.ID, nil
}

// Reverse takes a payment of PayPal's back, for a reason such as "chargeback".
// CancelReversal gives it back to the shop.
func (s *Server) Reverse(payment, reason string) error {
	return s.reversal(payment, Completed, Reversed, "Reversed", reason, -1)
}

// CancelReversal ends a reversal in favour of the shop.
func (s *Server) CancelReversal(payment string) error {
	return s.reversal(payment, Reversed, Completed, "Canceled_Reversal", "other", 1)
}

func (s *Server) reversal(payment, from, to, status, reason string, sign int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.payment(PayPal, payment)
	if p == nil || p.State != from {
		return fmt.Errorf("there is no payment %q of PayPal that is %s", payment, from)
	}
	p.State = to
	s.putPayment(p)
	s.sendBack(s.clock.Now(), p, s.name(17, base36), status, reason, sign*(p.Amount-s.refunded(p)))
	return nil
}

// Payout is one line of a Mass Pay batch.
type Payout struct {
	Email, Amount, Currency string
	UniqueID                string
	Status                  string // "" is Completed; else Unclaimed, Failed …
	Reason                  string // a code, with Failed
	Transaction             string // set by MassPay
}

// Batch is a Mass Pay batch.
type Batch struct {
	ID    string
	At    time.Time
	State string // Processed, Completed or Denied
	Lines []Payout
}

// MassPay enters a batch that the shop uploaded, and sends the Processed
// message, or Denied where nothing was sent. It returns the batch's id, for
// MassPayDone.
func (s *Server) MassPay(lines []Payout, denied bool) (string, error) {
	if len(lines) == 0 || len(lines) > 5000 {
		return "", fmt.Errorf("a batch has 1 to 5000 lines")
	}
	for i, l := range lines {
		if l.Currency == "" {
			lines[i].Currency = "USD"
		}
		if _, ok := parseDecimal(l.Amount, lines[i].Currency); !ok || l.Email == "" || len(l.UniqueID) > 30 || strings.ContainsAny(l.UniqueID, " \t") {
			return "", fmt.Errorf("line %d needs an e-mail address, an amount such as 12.50, and a unique id of at most 30 characters without spaces", i+1)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &Batch{ID: s.name(12, base36), At: s.clock.Now(), State: "Processed", Lines: lines}
	if denied {
		b.State = "Denied"
	}
	for i := range b.Lines {
		b.Lines[i].Transaction = s.name(17, base36)
		if b.Lines[i].Status == "" {
			b.Lines[i].Status = "Completed"
		}
	}
	s.putBatch(b)
	s.sendBatch(b)
	return b.ID, nil
}

// MassPayDone sends the Completed message: the lines have the statuses that are
// given by unique id, and those left out are Completed where they were
// Unclaimed.
func (s *Server) MassPayDone(batch string, statuses map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.state.batches.rows[batch]
	if b == nil || b.State != "Processed" {
		return fmt.Errorf("there is no batch %q that is under way", batch)
	}
	b.State = "Completed"
	for i := range b.Lines {
		if status := statuses[b.Lines[i].UniqueID]; status != "" {
			b.Lines[i].Status = status
		} else if b.Lines[i].Status == "Unclaimed" {
			b.Lines[i].Status = "Completed"
		}
	}
	s.putBatch(b)
	s.sendBatch(b)
	return nil
}

func (s *Server) putBatch(b *Batch) {
	s.state.batches.put(b.ID, b)
	s.save("batch", b)
}

func (s *Server) sendBatch(b *Batch) {
	fields := pairs{{"txn_type", "masspay"}, {"payment_status", b.State}, {"payer_email", PayPalReceiver}, {"payer_id", PayPalMerchantID}, {"payer_status", "verified"}}
	for i, l := range b.Lines {
		n := "_" + strconv.Itoa(i+1)
		minor, _ := parseDecimal(l.Amount, l.Currency) // checked when the batch came
		gross, fee := decimal(minor, l.Currency), decimal(massPayFee(minor, l.Currency), l.Currency)
		usGross, usFee := gross, fee
		if l.Currency != "USD" {
			usGross, usFee = "", ""
		}
		fields = append(fields, pair{"masspay_txn_id" + n, l.Transaction}, pair{"receiver_email" + n, l.Email}, pair{"mc_gross" + n, gross},
			pair{"mc_fee" + n, fee}, pair{"mc_currency" + n, l.Currency}, pair{"payment_gross" + n, usGross}, pair{"payment_fee" + n, usFee},
			pair{"unique_id" + n, l.UniqueID}, pair{"status" + n, l.Status})
		if l.Reason != "" {
			fields.add("reason_code"+n, l.Reason)
		}
	}
	s.ipn(s.clock.Now(), "", fields)
}

// massPayFee is 2 % of a line, at most one unit of the currency.
func massPayFee(minor int64, currency string) int64 {
	one := int64(1)
	for range decimals[currency] {
		one *= 10
	}
	return min((minor*2+50)/100, one)
}
