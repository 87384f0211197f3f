package gateway

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// What a customer can do with a code. A code is named by its id, by the
// merchant's reference, by its address, or by what it holds.

// Errors of the acts; each says what to do instead.
var (
	ErrNoCode  = errors.New("there is no such code: name its id, its reference, or what it holds")
	ErrEnded   = errors.New("this code cannot be paid any more: make another one")
	ErrNotHere = errors.New("this kind of code knows no such thing")
)

// Pay pays a code: a Razorpay code or link at once; at PayPal the buyer agrees,
// and the money moves when the merchant asks for it.
func (s *Server) Pay(ref string) error { return s.act(ref, payAct{}) }

// PayAmount pays another amount, in minor units, than the code asks for, even
// where the real system would not let a customer. PayPal's buyers cannot.
func (s *Server) PayAmount(ref string, minor int64) error { return s.act(ref, payAct{amount: minor}) }

// PayLate pays a code that has ended, as one whose payment was on its way.
// At PayPal nobody can.
func (s *Server) PayLate(ref string) error { return s.act(ref, payAct{late: true}) }

// PayTwice pays a code two times, as two phones at one moment do. At PayPal
// nobody can.
func (s *Server) PayTwice(ref string) error { return s.act(ref, payAct{twice: true}) }

// PayPending pays, but the money does not arrive until Settle.
func (s *Server) PayPending(ref string) error { return s.act(ref, payAct{pending: true}) }

// Decline lets the buyer's bank refuse: at PayPal once the merchant asks for
// the money, at Razorpay at once.
func (s *Server) Decline(ref string) error { return s.act(ref, payAct{decline: true}) }

// Cancel is the customer who turns back. The code stays as it is; PayPal
// forgets that the buyer agreed.
func (s *Server) Cancel(ref string) error { return s.act(ref, payAct{cancel: true}) }

// Expire ends the life of a code now.
func (s *Server) Expire(ref string) error { return s.act(ref, payAct{expire: true}) }

type payAct struct {
	amount                                        int64
	late, twice, pending, decline, cancel, expire bool
}

func (s *Server) act(ref string, a payAct) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	s.lapse(now)
	c := s.find(ref)
	if c == nil {
		return ErrNoCode
	}
	f := s.faults.next(&route{method: "PAY", path: c.System}, &call{body: []byte(c.ID + " " + c.Reference + " " + ref)})
	a.pending = a.pending || f.Kind == FaultPending
	switch {
	case f.Kind == FaultExpired && !c.final():
		s.expire(c, now)
		return ErrEnded
	case a.late && c.System == Razorpay:
	case c.final():
		return ErrEnded
	}
	switch {
	case a.cancel && c.System == PayPal:
		c.State, c.Payer, c.Approved, c.Pends, c.Declines = CodeOpen, Payer{}, time.Time{}, false, false
		s.putCode(c)
	case a.cancel:
	case a.expire:
		s.expire(c, now)
	case c.System == PayPal:
		return s.approve(c, now, a)
	default:
		return s.receive(c, now, a)
	}
	return nil
}

// expire ends a code at a moment.
func (s *Server) expire(c *Code, at time.Time) {
	if c.Kind == kindOrder && c.State == CodeApproved {
		c.State = CodeCancelled // the order is void
	} else {
		c.State = CodeExpired
	}
	if c.Expires.IsZero() || at.Before(c.Expires) {
		c.Expires = at
	}
	c.Ended = at
	s.putCode(c)
	switch c.Kind {
	case kindQR:
		s.hook(at, "qr_code.closed", []string{"qr_code"}, object{"qr_code": object{"entity": s.showQR(c)}})
	case kindLink:
		s.hook(at, "payment_link.expired", []string{"payment_link"}, object{"payment_link": object{"entity": s.showLink(c)}})
	}
}

// buyers are invented.
var buyers = []Payer{
	{"", "ana.becker@example.org", "Ana", "Becker", "US"},
	{"", "joao.pereira@example.org", "João", "Pereira", "PT"},
	{"", "meera.iyer@example.org", "Meera", "Iyer", "IN"},
	{"", "luc.moreau@example.org", "Luc", "Moreau", "FR"},
}

// payerID is the id of a buyer, the same every time.
func payerID(email string) string {
	var n uint64 = 14695981039346656037 // FNV-1a
	for _, b := range []byte(email) {
		n = (n ^ uint64(b)) * 1099511628211
	}
	id := make([]byte, 13)
	for i := range id {
		id[i] = base36[n%36]
		n = n/36 ^ n<<7
	}
	return string(id)
}

// approve is PayPal's buyer who agrees.
func (s *Server) approve(c *Code, now time.Time, a payAct) error {
	if a.amount != 0 || a.twice || a.late {
		return ErrNotHere
	}
	if c.Payer.ID == "" {
		c.Payer = buyers[s.dice.IntN(len(buyers))]
		c.Payer.ID = payerID(c.Payer.Email)
	}
	c.State, c.Approved, c.Pends, c.Declines = CodeApproved, now, a.pending, a.decline
	if c.Kind == kindOrder {
		c.Expires = now.Add(tokenLife)
	}
	s.putCode(c)
	if c.Kind == kindOrder {
		s.orderEvent(now, "CHECKOUT.ORDER.APPROVED", c)
	}
	return nil
}

// receive is money that comes in on a code of Razorpay's.
func (s *Server) receive(c *Code, now time.Time, a payAct) error {
	amount := a.amount
	if amount == 0 {
		amount = c.Amount - s.paid(c)*boolInt(c.Part)
	}
	if amount < 1 {
		return fmt.Errorf("%w: say how much", ErrNotHere)
	}
	for range 1 + boolInt(a.twice) {
		p := &Payment{System: Razorpay, ID: "pay_" + s.name(14, base62), Code: c.ID, Reference: c.Reference, Kind: c.Kind, Amount: amount,
			Currency: c.Currency, State: Completed, At: now, Payer: Payer{Email: "training.customer@okbank"}, Memo: c.Description,
			Notes: c.Notes, Reason: s.name(12, digits)}
		p.Fee, p.Tax = razorpayFee(amount)
		switch {
		case a.pending:
			p.State = Pending
		case a.decline:
			p.State = Denied
		}
		c.Payments = append(c.Payments, p.ID)
		s.putPayment(p)
		if a.decline {
			s.hook(now, "payment.failed", []string{"payment"}, object{"payment": object{"entity": s.showPayment(p)}})
		} else {
			s.credit(c, p, now)
		}
	}
	s.putCode(c)
	return nil
}

// credit is what a payment does to its code.
func (s *Server) credit(c *Code, p *Payment, now time.Time) {
	switch {
	case c.final() || p.State != Completed:
	case c.Kind == kindQR && c.Single || c.Kind == kindLink && s.paid(c) >= c.Amount:
		c.State, c.Ended = CodePaid, now
	case c.Kind == kindLink && c.Part:
		c.State = CodePart
	}
	s.paidEvents(now, c, p)
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Settle ends a payment that is pending: the money arrives, or is denied.
func (s *Server) Settle(payment string, arrives bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	p := s.anyPayment(payment)
	if p == nil || p.State != Pending {
		return fmt.Errorf("there is no pending payment %q", payment)
	}
	p.State = Denied
	if arrives {
		p.State = Completed
	}
	if p.System == PayPal {
		p.Fee = 0
		if arrives {
			p.Fee = paypalFee(p.Amount, p.Currency)
		}
		s.putPayment(p)
		s.sendPayment(now, p, "")
		return nil
	}
	s.putPayment(p)
	if c := s.code(Razorpay, p.Code); c != nil && arrives {
		s.credit(c, p, now)
		s.putCode(c)
	}
	return nil
}

func (s *Server) anyPayment(id string) *Payment {
	if p := s.payment(PayPal, id); p != nil {
		return p
	}
	return s.payment(Razorpay, id)
}

// SettleRefund ends a refund that is pending: it is done, or fails.
func (s *Server) SettleRefund(refund string, done bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.refund(PayPal, refund)
	if r == nil {
		r = s.refund(Razorpay, refund)
	}
	if r == nil || r.State != Pending {
		return fmt.Errorf("there is no pending refund %q", refund)
	}
	r.State = Failed
	if done {
		r.State = Completed
	}
	s.putRefund(r)
	if p := s.payment(r.System, r.Payment); p != nil && (done || r.System == Razorpay) {
		s.sendRefund(s.clock.Now(), p, r)
	}
	return nil
}

// Codes, Payments and Refunds list the ledgers, oldest first.
func (s *Server) Codes() []Code {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse(s.clock.Now())
	return s.state.codes.oldest()
}

// Payments lists what customers paid, oldest first.
func (s *Server) Payments() []Payment {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.state.payments.oldest()
	for i := range list {
		list[i].Refunds = slices.Clone(list[i].Refunds)
	}
	return list
}

// Refunds lists what went back, oldest first.
func (s *Server) Refunds() []Refund {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.refunds.oldest()
}
