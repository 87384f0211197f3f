package gateway

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// maxRows bounds each table of the ledgers; the oldest rows go first.
const maxRows = 50_000

// The systems of the ledgers.
const (
	PayPal   = "paypal"
	Razorpay = "razorpay"
)

// What a code is.
const (
	kindExpress = "express" // PayPal, NVP
	kindOrder   = "order"   // PayPal, REST
	kindQR      = "qr"
	kindLink    = "link"
)

// What stands of a code.
const (
	CodeOpen      = "open"
	CodeApproved  = "approved" // PayPal: the buyer agreed
	CodePart      = "partly paid"
	CodePaid      = "paid"
	CodeClosed    = "closed" // Razorpay: by the merchant
	CodeExpired   = "expired"
	CodeCancelled = "cancelled"
)

// Code is what a customer pays by: a PayPal checkout or order, a UPI code, or a
// payment link. Amounts are minor units.
type Code struct {
	System, Kind, ID    string
	Short               string // of its short address
	Text                string // what a UPI code holds
	Reference           string // the merchant's: INVNUM, invoice_id, reference_id or notes.sale
	Shop, Description   string
	Amount              int64 // 0: the payer chooses
	Currency            string
	State               string
	Created, Expires    time.Time
	Ended               time.Time
	Approved            time.Time
	Payer               Payer
	Payments            []string
	Single, Fixed, Part bool              // of Razorpay
	Declines, Pends     bool              // PayPal: what the buyer's choice leads to
	Extra               map[string]string // fields that are echoed
	Notes               json.RawMessage   `json:",omitempty"`
}

// Payer is an invented customer.
type Payer struct{ ID, Email, First, Last, Country string }

// What stands of a payment.
const (
	Completed = "completed"
	Pending   = "pending"
	Denied    = "denied"
	Reversed  = "reversed"
)

// Payment is money that a customer paid. Amounts are minor units.
type Payment struct {
	System, ID, Code, Reference string
	Kind                        string // of its code, or "send_money"
	Amount, Fee, Tax            int64
	Currency, State, Reason     string
	At                          time.Time
	Payer                       Payer
	Merchant, Custom, Notify    string
	Memo                        string
	Refunds                     []string
	Notes                       json.RawMessage `json:",omitempty"`
}

// What stands of a refund. One that is Pending counts against its payment, one
// that Failed does not.
const Failed = "failed"

// Refund is money that went back.
type Refund struct {
	System, ID, Payment, Reference string
	Amount                         int64
	Currency, State, Note, Speed   string
	At                             time.Time
	Notes                          json.RawMessage `json:",omitempty"`
}

// table keeps rows by id and in the order they came.
type table[T any] struct {
	rows map[string]*T
	ids  []string
}

func newTable[T any]() table[T] { return table[T]{rows: map[string]*T{}} }

func (t *table[T]) put(id string, row *T) {
	if _, ok := t.rows[id]; !ok {
		t.ids = append(t.ids, id)
	}
	t.rows[id] = row
	if len(t.ids) > maxRows {
		delete(t.rows, t.ids[0])
		t.ids = slices.Delete(t.ids, 0, 1)
	}
}

// newest goes through the rows, the newest first, until f says stop.
func (t *table[T]) newest(f func(*T) bool) {
	for i := len(t.ids) - 1; i >= 0; i-- {
		if !f(t.rows[t.ids[i]]) {
			return
		}
	}
}

func (t *table[T]) oldest() []T {
	list := make([]T, len(t.ids))
	for i, id := range t.ids {
		list[i] = *t.rows[id]
	}
	return list
}

// state is all that the gateways remember.
type state struct {
	codes    table[Code]
	payments table[Payment]
	refunds  table[Refund]
	replies  table[reply]    // by key of repeatable requests
	tokens   table[token]    // of OAuth
	messages table[Delivery] // notifications
	batches  table[Batch]    // of Mass Pay
	running  map[string]bool // keys whose first request is not done
	notify   Addresses
	open     []string // codes that time can end
}

func newState() state {
	return state{codes: newTable[Code](), payments: newTable[Payment](), refunds: newTable[Refund](), replies: newTable[reply](),
		tokens: newTable[token](), messages: newTable[Delivery](), batches: newTable[Batch](), running: map[string]bool{}}
}

// reply is the answer to a request that has a key, for those who repeat it.
type reply struct {
	Key    string
	Digest string // of the request, where another one under the key is refused
	Status int
	Kind   string
	Body   []byte
	Until  time.Time
}

func (s *Server) keep(key, digest string, out answer, until time.Time) {
	r := &reply{key, digest, out.status, out.kind, out.body, until}
	s.state.replies.put(key, r)
	s.save("reply", r)
}

// kept is the answer under a key, while it is remembered.
func (s *Server) kept(key string, now time.Time) (*reply, bool) {
	r, ok := s.state.replies.rows[key]
	return r, ok && now.Before(r.Until)
}

func (s *Server) putCode(c *Code) {
	if _, known := s.state.codes.rows[c.ID]; !known {
		s.state.open = append(s.state.open, c.ID)
	}
	s.state.codes.put(c.ID, c)
	s.save("code", c)
}

func (s *Server) putPayment(p *Payment) {
	s.state.payments.put(p.System+p.ID, p)
	s.save("payment", p)
}

func (s *Server) putRefund(r *Refund) {
	s.state.refunds.put(r.System+r.ID, r)
	s.save("refund", r)
}

func (s *Server) code(system, id string) *Code {
	if c := s.state.codes.rows[id]; c != nil && c.System == system {
		return c
	}
	return nil
}

func (s *Server) payment(system, id string) *Payment { return s.state.payments.rows[system+id] }
func (s *Server) refund(system, id string) *Refund   { return s.state.refunds.rows[system+id] }

// refunded is what went back of a payment or is on its way.
func (s *Server) refunded(p *Payment) (sum int64) {
	for _, id := range p.Refunds {
		if r := s.refund(p.System, id); r != nil && r.State != Failed {
			sum += r.Amount
		}
	}
	return sum
}

// paid is what came in on a code.
func (s *Server) paid(c *Code) (sum int64) {
	for _, id := range c.Payments {
		if p := s.payment(c.System, id); p != nil && p.State == Completed {
			sum += p.Amount
		}
	}
	return sum
}

// lapse ends codes whose time is over.
func (s *Server) lapse(now time.Time) {
	s.state.open = slices.DeleteFunc(s.state.open, func(id string) bool {
		c := s.state.codes.rows[id]
		if c == nil || c.final() {
			return true
		}
		if c.Expires.IsZero() || now.Before(c.Expires) {
			return false
		}
		s.expire(c, c.Expires)
		return true
	})
}

// final reports whether nothing can happen to a code any more.
func (c *Code) final() bool {
	switch c.State {
	case CodeOpen, CodePart, CodeApproved:
		return false
	}
	return true
}

// find is the newest code with that id, reference, address or text.
func (s *Server) find(ref string) (found *Code) {
	ref = strings.TrimSpace(ref)
	s.state.codes.newest(func(c *Code) bool {
		if c.ID == ref || c.Reference == ref || c.Short == ref || c.Text != "" && c.Text == ref ||
			c.Short != "" && strings.HasSuffix(ref, "/rzp/i/"+c.Short) || strings.Contains(ref, "token="+c.ID) {
			found = c
		}
		return ref != "" && found == nil
	})
	if ref == "" {
		return nil
	}
	return found
}
