package order

import (
	"fmt"
	"time"

	"paydesk/terminal/money"
)

// QRState is the state of a code that a customer pays by with a phone.
type QRState string

// The states of a code.
const (
	// QRCreating: the reference is in the journal; the provider may have it. The
	// request may be repeated, since providers know it by our reference.
	QRCreating QRState = "CREATING"
	// QRShown: it is on a screen or paper, and may be paid at any moment.
	QRShown QRState = "SHOWN"
	// QRClosing: nobody is to pay it any more; the provider has not said yet
	// that nobody can.
	QRClosing QRState = "CLOSING"
	// QRPaid: the provider has the money, and the order is paid by it.
	QRPaid QRState = "PAID"
	// QRLate: the provider has money that no open order waits for, or another
	// amount than was asked. It goes back.
	QRLate QRState = "LATE"
	// QRRefunded: it went back.
	QRRefunded QRState = "REFUNDED"
	// QRExpired, QRCancelled: it can be paid no more, by the provider's word or
	// since its life there is over.
	QRExpired   QRState = "EXPIRED"
	QRCancelled QRState = "CANCELLED"
	// QRRefused: the provider would not make it.
	QRRefused QRState = "REFUSED"
)

// QRStates lists all states, for tables and tests.
var QRStates = []QRState{QRCreating, QRShown, QRClosing, QRPaid, QRLate, QRRefunded, QRExpired, QRCancelled, QRRefused}

// Final reports whether the state never changes again.
func (s QRState) Final() bool {
	switch s {
	case QRCreating, QRShown, QRClosing, QRLate:
		return false
	}
	return true
}

// QR is one code at a provider. It is a value; StepQR returns the changed copy.
type QR struct {
	// ID is our reference at the provider, made as an attempt's number is.
	ID       string       `json:"id"`
	Order    string       `json:"order"`
	Version  int64        `json:"version"`
	State    QRState      `json:"state"`
	Provider string       `json:"provider"`
	Asked    money.Amount `json:"asked"`
	Paid     money.Amount `json:"paid,omitzero"`
	// Remote is the provider's own name of the code, Text what it holds.
	Remote string `json:"remote,omitempty"`
	Text   string `json:"text,omitempty"`
	// Until is when its life at the provider ends.
	Until    time.Time `json:"until"`
	Operator string    `json:"operator"`
	Created  time.Time `json:"created"`
	Since    time.Time `json:"since"`
	LastTry  time.Time `json:"last_try,omitzero"`
	Tries    int       `json:"tries,omitempty"`
	Message  string    `json:"message,omitempty"`
}

// QREvent is something that happened to a code. The set is closed.
type QREvent interface{ qrEvent() }

// The events of codes.
type (
	// QRMade: the provider made it, or told of the one with our reference.
	QRMade struct {
		Remote, Text string
		Until        time.Time
	}
	// QRNotMade: the provider said that it made none, and never will under this
	// reference.
	QRNotMade struct{ Message string }
	// QRSeen: the provider was asked for it. Failed: no whole answer came, and
	// Dead: it can be paid no more. Paid has no currency while nobody paid.
	QRSeen struct {
		Started      time.Time
		Failed, Dead bool
		Paid         money.Amount
	}
	// QRGivenUp: it is not to be paid any more.
	QRGivenUp struct{}
	// QRMoneyBack: the provider paid it back.
	QRMoneyBack struct{}
)

func (QRMade) qrEvent()      {}
func (QRNotMade) qrEvent()   {}
func (QRSeen) qrEvent()      {}
func (QRGivenUp) qrEvent()   {}
func (QRMoneyBack) qrEvent() {}

// QRMargin is added to the life of a code before it counts as over: clocks
// differ, and providers are late.
const QRMargin = 10 * time.Minute

// BeginQR makes a code that is about to be asked for. It must be in the journal
// before the provider hears of it.
func BeginQR(q QR, now time.Time) QR {
	q.Version, q.State = 1, QRCreating
	q.Created, q.Since = now, now
	return q
}

// StepQR applies an event that happened at now. It returns the changed copies,
// or ErrNotAllowed and the arguments as they were. Only the provider's word
// makes a code paid, and only that or the end of its life makes it dead: that
// somebody gave it up does neither.
func StepQR(o Order, q QR, ev QREvent, now time.Time) (Order, QR, error) {
	m := qrMachine{o: o, q: q, now: now}
	if !m.apply(ev) {
		return o, q, fmt.Errorf("%w (%T while %s)", ErrNotAllowed, ev, q.State)
	}
	m.q.Version++
	if m.o != o {
		m.o.Version++
	}
	return m.o, m.q, nil
}

type qrMachine struct {
	o   Order
	q   QR
	now time.Time
}

func (m *qrMachine) to(s QRState) bool {
	m.q.State, m.q.Since, m.q.Tries, m.q.LastTry = s, m.now, 0, time.Time{}
	return true
}

func (m *qrMachine) apply(ev QREvent) bool {
	s := m.q.State
	switch ev := ev.(type) {
	case QRMade:
		if s != QRCreating && (s != QRClosing || m.q.Remote != "") {
			return false
		}
		m.q.Remote, m.q.Text, m.q.Until = ev.Remote, ev.Text, ev.Until
		if s == QRCreating {
			return m.to(QRShown)
		}
		return true
	case QRNotMade:
		m.q.Message = ev.Message
		return (s == QRCreating || s == QRClosing && m.q.Remote == "") && m.to(QRRefused)
	case QRSeen:
		return m.seen(ev)
	case QRGivenUp:
		return (s == QRCreating || s == QRShown) && m.to(QRClosing)
	case QRMoneyBack:
		return s == QRLate && m.to(QRRefunded)
	}
	return false
}

func (m *qrMachine) seen(ev QRSeen) bool {
	if m.q.State.Final() || m.q.State == QRLate {
		return false
	}
	m.q.Tries++
	m.q.LastTry = m.now
	over := !m.q.Until.IsZero() && !ev.Started.Before(m.q.Until.Add(QRMargin))
	switch {
	case ev.Failed:
		return true
	case ev.Paid.Currency != "":
		return m.paid(ev.Paid)
	case !ev.Dead && !over:
		return true
	case m.q.State == QRClosing:
		return m.to(QRCancelled)
	}
	return m.to(QRExpired)
}

// paid adopts the money for an order that waits for just that.
func (m *qrMachine) paid(amount money.Amount) bool {
	m.q.Paid = amount
	if m.o.State != Open || amount != m.q.Asked {
		return m.to(QRLate)
	}
	m.o.State, m.o.PaidBy = PaidOther, m.q.ID
	return m.to(QRPaid)
}

// NextQR says when the provider is to be asked about a code: seconds apart at
// first, then less often, and for as long as it may be paid. While Creating
// that means to ask for it to be made, and while Closing to be taken away.
func NextQR(q QR) (due time.Time, ask bool) {
	if q.State.Final() || q.State == QRLate {
		return time.Time{}, false
	}
	if q.Tries == 0 {
		return q.Since, true
	}
	pause := 5 * time.Second
	switch watched := q.LastTry.Sub(q.Since); {
	case q.State == QRCreating:
		pause = backOff(q.Tries)
	case watched < time.Minute:
		pause = 2 * time.Second
	case watched > 10*time.Minute:
		pause = time.Minute
	}
	return q.LastTry.Add(pause), true
}
