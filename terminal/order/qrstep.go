package order

import (
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/money"
)

// QREvent is something that happened to a code. The set is closed.
type QREvent interface{ qrEvent() }

// The events of codes.
type (
	// QRAnswered: the provider answered the request for the code, or did not.
	QRAnswered struct{ Answer CodeAnswer }
	// QRSeen: the provider was asked about it. Took and Ended: it was asked to
	// move the money, or told to end the code, and this is its answer.
	QRSeen struct {
		Seen        CodeSeen
		Took, Ended bool
	}
	// QRGivenUp: it is not to be paid any more.
	QRGivenUp struct{}
	// QRFound: payments of it were found among all that the provider received.
	QRFound struct{ Payments []Received }
	// QRAccepted: somebody keeps a stray payment.
	QRAccepted struct{ Payment, By, Reason string }
	// QRParked: a supervisor lets the day go on without it.
	QRParked struct{ By string }
)

func (QRAnswered) qrEvent() {}
func (QRSeen) qrEvent()     {}
func (QRGivenUp) qrEvent()  {}
func (QRFound) qrEvent()    {}
func (QRAccepted) qrEvent() {}
func (QRParked) qrEvent()   {}

// QRMargin is added to the life of a code before it counts as over: clocks
// differ, and providers are late (gateway notes, rule 4). A request to move
// money that is older than that is not carried out any more.
const QRMargin = 10 * time.Minute

// BeginQR makes a code that is about to be asked for. It must be in the journal
// before the provider hears of it.
func BeginQR(q QR, now time.Time) QR {
	q.Version, q.State = 1, QRCreating
	q.Created, q.Since = now, now
	return q
}

// MayPay decides whether the order may be paid by whatever tender: when no
// earlier attempt and no earlier code of it can take money any more. With
// consent, the word of somebody who was warned, a code that was given up does
// not stand in the way: what comes by it is stray then. Nor does one that was
// given up before anybody saw it.
func MayPay(o Order, earlier []Attempt, codes []QR, consent bool) error {
	err := MayStart(o, earlier, consent)
	for _, q := range codes {
		switch {
		case err != nil && err != ErrConsent, q.State.Final(), q.State == QRClosing && (consent || q.Text == ""):
		case q.State == QRClosing:
			err = ErrConsent
		default:
			err = ErrInProgress
		}
	}
	return err
}

// StepQR applies an event that happened at now. It returns the changed copies,
// or ErrNotAllowed and the arguments as they were. Only the provider's word
// makes a code paid, and only that or the end of its life makes it dead: that
// somebody gave it up does neither, unless the money moves by the terminal's
// word alone and that was never given. Where Sends grew, the provider is to be
// asked to move the money, once the result is in the journal.
func StepQR(o Order, q QR, ev QREvent, now time.Time) (Order, QR, error) {
	m := qrMachine{o: o, q: q, now: now}
	m.q.Payments = slices.Clone(q.Payments)
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
	m.q.State, m.q.Since, m.q.Tries, m.q.LastTry, m.q.Pending = s, m.now, 0, time.Time{}, false
	return true
}

func (m *qrMachine) apply(ev QREvent) bool {
	switch ev := ev.(type) {
	case QRAnswered:
		return m.answered(ev.Answer)
	case QRSeen:
		return m.seen(ev)
	case QRGivenUp:
		return m.givenUp()
	case QRFound:
		return m.receive(ev.Payments)
	case QRAccepted:
		i := slices.IndexFunc(m.q.Payments, func(p QRPayment) bool { return p.ID == ev.Payment && p.As == Stray })
		if i < 0 {
			return false
		}
		p := &m.q.Payments[i]
		p.As, p.By, p.Reason = Accepted, ev.By, ev.Reason
		return true
	case QRParked:
		m.q.Parked = ev.By
		return !m.q.State.Final()
	}
	return false
}

// answered takes up the answer to the request for the code. One that was given
// up meanwhile is named, so that the provider can be told to end it.
func (m *qrMachine) answered(a CodeAnswer) bool {
	waits := m.q.State == QRCreating || m.q.State == QRClosing && m.q.Remote == ""
	if !waits {
		return false
	}
	m.q.Message = a.Message
	switch {
	case a.Refused:
		return m.to(QRRefused)
	case !a.Made:
		m.q.Tries++
		m.q.LastTry = m.now
		return true
	}
	m.q.Remote, m.q.Until = a.Remote, a.Until
	if m.q.State == QRCreating {
		m.q.Text = a.Text
		return m.to(QRShown)
	}
	return true
}

func (m *qrMachine) givenUp() bool {
	switch {
	case m.q.Takes && (m.q.State == QRCreating || m.q.State == QRShown):
		return m.to(QRCancelled) // nobody but this terminal moves its money, and it never will
	case m.q.State == QRCreating, m.q.State == QRShown, m.q.State == QRTaking:
		return m.to(QRClosing)
	}
	return false
}

func (m *qrMachine) seen(ev QRSeen) bool {
	s := ev.Seen
	if m.q.State.Final() {
		return m.receive(s.Payments)
	}
	m.q.Tries++
	m.q.LastTry = m.now
	if ev.Took {
		m.q.QuietSince = m.now
	}
	if s.Failed {
		m.q.Message = s.Message
		return true
	}
	m.q.Told = m.q.Told || ev.Ended
	m.q.Pending, m.q.Message = s.Pending, s.Message
	m.receive(s.Payments)
	if m.q.State == QRPaid {
		return true
	}
	switch ended := m.ended(s); {
	case ended && m.q.State == QRClosing:
		return m.to(QRCancelled)
	case ended:
		return m.to(QRExpired)
	case ev.Took && m.q.State == QRTaking && !s.Pending:
		m.to(QRShown) // the money did not move: the customer chooses another way there
	case s.Approved:
		m.approved(s)
	}
	return true
}

// ended reports that what the provider said, begun when it was, proves that the
// code can be paid no more.
func (m *qrMachine) ended(s CodeSeen) bool {
	sent := m.q.Sends > 0 && s.Started.Before(m.q.QuietSince.Add(QRMargin)) // it may still be carried out
	switch {
	case s.Dead:
		return true
	case s.Pending:
		return false
	case !m.q.Until.IsZero() && !s.clock().Before(m.q.Until.Add(QRMargin)):
		return true
	case m.q.State != QRClosing:
		return false
	case m.q.Takes && m.q.Remote != "":
		return !sent // it was given up while the money was asked for, and did not move
	}
	// It was never shown to anybody.
	return s.Missing && m.q.Remote == "" && !s.Started.Before(m.q.Created.Add(QRMargin))
}

// clock is the time of what was seen, by the provider's clock where it tells:
// the life of a code ends by that one.
func (s CodeSeen) clock() time.Time {
	if !s.At.IsZero() && s.At.Before(s.Started) {
		return s.At
	}
	return s.Started
}

// approved decides to take the money, or to ask for it once more, after a pause
// that grows, where an earlier request is over and did not move it. The requests
// are one to the provider.
func (m *qrMachine) approved(s CodeSeen) {
	switch {
	case !m.q.Takes || m.q.State == QRClosing || m.o.State != Open:
		return
	case m.q.Sends > 0 && s.Started.Before(m.q.QuietSince.Add(backOff(m.q.Sends))):
		return
	case m.q.State == QRShown:
		m.to(QRTaking)
	}
	m.q.Payer = s.Payer
	m.q.Sends++
	m.q.QuietSince = m.now
}

// receive takes up what the provider has received. It reports whether that is
// news.
func (m *qrMachine) receive(payments []Received) (news bool) {
	for _, r := range payments {
		i := slices.IndexFunc(m.q.Payments, func(p QRPayment) bool { return p.ID == r.ID })
		if i < 0 {
			i, news = len(m.q.Payments), true
			m.q.Payments = append(m.q.Payments, m.adopt(r))
		}
		p := &m.q.Payments[i]
		before := *p
		if p.Fee.Currency == "" {
			p.Fee = r.Fee
		}
		if by := r.Refunded.Minor - p.Held.Minor; r.Refunded.Currency == p.Amount.Currency && by > p.Elsewhere.Minor {
			p.Elsewhere = money.New(by, p.Amount.Currency)
		}
		news = news || *p != before
	}
	return news
}

// adopt decides what a new payment counts as. It pays the order where that
// waits for just that; at its end a code adopts nothing any more.
func (m *qrMachine) adopt(r Received) QRPayment {
	p := QRPayment{ID: r.ID, As: Stray, Amount: r.Amount, Fee: r.Fee, At: r.At}
	if m.o.State == Open && m.o.ID == m.q.Order && r.Amount == m.q.Asked && !m.q.State.Final() && r.Refunded.Minor == 0 {
		p.As = Adopted
		m.o.State, m.o.PaidBy = PaidOther, m.q.ID
		m.to(QRPaid)
	}
	return p
}

// QRAction is what the engine does next for a code.
type QRAction string

// The actions.
const (
	QRDoNothing QRAction = "nothing"
	QRDoCreate  QRAction = "create"
	QRDoLook    QRAction = "look"
	QRDoEnd     QRAction = "end"
	QRDoGiveUp  QRAction = "give-up"
)

// NextQR says what is to be done for a code and from when on: it is looked at
// seconds apart while somebody waits for it, then less often, and for as long as
// it may be paid (gateway notes, rule 9).
func NextQR(q QR) (QRAction, time.Time) {
	switch q.State {
	case QRCreating:
		if !q.Patience.IsZero() && !pace(q).Before(q.Patience) {
			return QRDoGiveUp, q.Patience
		}
		return QRDoCreate, pace(q)
	case QRShown:
		if at := pace(q); q.Patience.IsZero() || at.Before(q.Patience) {
			return QRDoLook, at
		}
		return QRDoGiveUp, q.Patience
	case QRTaking:
		return QRDoLook, pace(q)
	case QRClosing:
		if q.Cancels && q.Remote != "" && !q.Told {
			return QRDoEnd, pace(q)
		}
		return QRDoLook, pace(q)
	}
	return QRDoNothing, time.Time{}
}

// pace is when the provider is asked next.
func pace(q QR) time.Time {
	if q.Tries == 0 {
		if q.State == QRTaking {
			return q.Since.Add(2 * time.Second) // the request to move the money is under way
		}
		return q.Since
	}
	pause := 2 * time.Second
	switch watched := q.LastTry.Sub(q.Since); {
	case q.State == QRCreating, q.State == QRClosing && q.Cancels && !q.Told:
		pause = backOff(q.Tries)
	case watched > time.Hour:
		pause = 5 * time.Minute
	case watched > 10*time.Minute:
		pause = time.Minute
	case watched > 3*time.Minute:
		pause = 5 * time.Second
	}
	return q.LastTry.Add(pause)
}
