package order

import (
	"fmt"
	"slices"
	"time"

	"paydesk/terminal/money"
)

// QREvent is something that happened to a code: one of the types below, or
// Restarted, Restored or ClockMoved. The set is closed.
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
func (Restarted) qrEvent()  {}
func (Restored) qrEvent()   {}
func (ClockMoved) qrEvent() {}

// QRMargin is added to the life of a code before it counts as over: clocks
// differ, and providers are late (gateway notes, rule 4). A request to move
// money that is older than that is not carried out any more.
const QRMargin = 10 * time.Minute

// BeginQR makes a code that is about to be asked for. It must be in the journal
// before the provider hears of it.
func BeginQR(q QR, now time.Time) QR {
	q.Version, q.State = 1, QRCreating
	q.Created, q.Since, q.QuietSince = now, now, now
	return q
}

// MayPay decides whether the order may be paid by whatever tender: when no
// earlier attempt and no earlier code of it can take money any more. With
// consent, the word of somebody who was warned, a code that was given up does
// not stand in the way: what comes by it is stray once something else has paid.
// Nor does one that was given up before anybody saw it. Whatever tender begins
// asks this first, under the same lock as what begins a code.
func MayPay(o Order, earlier []Attempt, codes []QR, consent bool) error {
	err := MayStart(o, earlier, consent)
	for _, q := range codes {
		switch {
		case err != nil && err != ErrConsent, q.State.Final(), q.State == QRClosing && (consent || q.unseen()):
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

// unseen reports that nobody was shown the code.
func (q QR) unseen() bool { return q.Text == "" && !q.Restored }

// takeable reports that a payment may pay the order.
func (o Order) takeable() bool { return o.State == Open && o.Stored == "" }

type qrMachine struct {
	o   Order
	q   QR
	now time.Time
}

func (m *qrMachine) to(s QRState) bool {
	m.q.State, m.q.Since, m.q.Tries, m.q.LastTry, m.q.Fails, m.q.Pending = s, m.now, 0, time.Time{}, 0, false
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
		if i < 0 || m.q.Payments[i].Left().Minor == 0 {
			return false
		}
		p := &m.q.Payments[i]
		p.As, p.By, p.Reason, p.Kept = Accepted, ev.By, ev.Reason, m.now
		return true
	case QRParked:
		m.q.Parked = ev.By
		return !m.q.Settled()
	case Restarted:
		return m.anew(false)
	case Restored:
		if m.q.Restored = true; m.q.Takes {
			m.q.Lost = max(m.q.Lost, 1)
		}
		return m.anew(false)
	case ClockMoved:
		return m.anew(true)
	}
	return false
}

// anew begins every wait again: the program was not there to measure it, or
// measured it by a clock that was set. Until now a request may have left. Where the
// clock was moved, how long somebody waits in front of the code is counted from
// here.
func (m *qrMachine) anew(moved bool) bool {
	if m.q.State.Final() {
		return false
	}
	if wait := m.q.Patience.Sub(m.q.Since); !m.q.Patience.IsZero() && (moved || m.q.Patience.Sub(m.now) > wait) {
		m.q.Patience = m.now.Add(wait)
	}
	m.q.Since, m.q.QuietSince, m.q.LastTry, m.q.Tries, m.q.Fails = m.now, m.now, m.now, 1, 0
	return true
}

// answered takes up the answer to the request for the code. One that was given
// up meanwhile is named, so that the provider can be told to end it.
func (m *qrMachine) answered(a CodeAnswer) bool {
	waits := m.q.State == QRCreating || m.q.State == QRClosing && m.q.Remote == ""
	if !waits {
		return false
	}
	m.q.Message, m.q.QuietSince = a.Message, m.now
	switch {
	case a.Refused && !m.q.Restored:
		return m.to(QRRefused)
	case a.Refused && m.q.State == QRCreating:
		return m.to(QRClosing) // there may be one all the same, of the journal that is lost
	case !a.Made, a.Remote == "", a.Text == "":
		m.q.Tries++
		m.q.LastTry = m.now
		return true
	}
	if m.q.Remote = a.Remote; !a.Until.IsZero() {
		m.q.Until = a.Until
	}
	if m.q.State == QRCreating {
		m.q.Text = a.Text
		return m.to(QRShown)
	}
	return true
}

func (m *qrMachine) givenUp() bool {
	switch {
	case m.q.Takes && m.q.Lost == 0 && (m.q.State == QRCreating || m.q.State == QRShown):
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
		m.q.Fails++
		m.q.Message = s.Message
		return true
	}
	m.q.Fails, m.q.Told = 0, m.q.Told || ev.Ended
	m.q.Pending, m.q.Message = s.Pending, s.Message
	if ev.Took && !s.Pending {
		m.q.Lost = max(0, m.q.Lost-1)
	}
	m.receive(s.Payments)
	if m.q.State == QRPaid {
		return true
	}
	switch ended := m.ended(ev); {
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
func (m *qrMachine) ended(ev QRSeen) bool {
	s := ev.Seen
	quiet := !s.Started.Before(m.q.QuietSince.Add(QRMargin))
	switch {
	case s.Dead:
		return m.q.Lost == 0 || ev.Took || !s.Started.Before(m.q.QuietSince)
	case s.Pending, m.q.Lost > 0 && !quiet:
		return false // it may still be carried out
	case !m.q.Until.IsZero() && !s.clock().Before(m.q.Until.Add(QRMargin)):
		return true
	case m.q.Takes && m.q.Remote != "" && (m.q.State == QRClosing || !m.o.takeable()):
		return true // its money moves by this terminal alone, and did not
	}
	// It was never made.
	return m.q.State == QRClosing && s.Missing && m.q.Remote == "" && quiet
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
// are one to the provider. Of a journal that was put back nothing is taken: the
// customer may have paid otherwise since.
func (m *qrMachine) approved(s CodeSeen) {
	switch {
	case !m.q.Takes || m.q.State != QRShown && m.q.State != QRTaking || !m.o.takeable() || m.q.Restored:
		return
	case m.q.Sends > 0 && s.Started.Before(m.q.QuietSince.Add(backOff(m.q.Sends))):
		return
	case m.q.State == QRShown:
		m.to(QRTaking)
	}
	m.q.Payer = s.Payer
	m.q.Sends++
	m.q.Lost++
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
		if by := p.elsewhere(r.Refunded); by != p.Elsewhere.Minor {
			p.Elsewhere = money.New(by, p.Amount.Currency)
		}
		news = news || *p != before
	}
	return news
}

// elsewhere is what was paid back without this terminal, by what the provider has
// paid back in all. Of refunds that are on their way nobody knows whether it
// counts them; once none is, its word is followed also where it takes back an
// earlier one, unless it is behind what it told of refunds itself.
func (p QRPayment) elsewhere(all money.Amount) int64 {
	switch {
	case all.Currency != p.Amount.Currency, all.Minor < p.Back.Minor:
		return p.Elsewhere.Minor
	case p.Held.Minor == p.Back.Minor:
		return all.Minor - p.Back.Minor
	}
	return max(p.Elsewhere.Minor, all.Minor-p.Held.Minor)
}

// adopt decides what a new payment counts as. It pays the order where that
// waits for just that; at its end a code adopts nothing any more.
func (m *qrMachine) adopt(r Received) QRPayment {
	p := QRPayment{ID: r.ID, As: Stray, Amount: r.Amount, Fee: r.Fee, At: r.At}
	if p.At.IsZero() { // the provider does not tell
		p.At = m.now
	}
	if m.o.takeable() && m.o.ID == m.q.Order && r.Amount == m.q.Asked && !m.q.State.Final() && r.Refunded.Minor == 0 {
		p.As, p.Kept = Adopted, m.now
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
// it may be paid (gateway notes, rule 9). It goes by the times of the code: after
// the clock was set it is right once ClockMoved was applied.
func NextQR(q QR) (QRAction, time.Time) {
	at, end := pace(q), q.Patience
	if q.State == QRCreating && end.IsZero() {
		end = q.Until
	}
	switch {
	case q.State.Final():
		return QRDoNothing, time.Time{}
	case q.State == QRClosing && q.Cancels && q.Remote != "" && !q.Told:
		return QRDoEnd, at
	case q.State == QRClosing:
		return QRDoLook, at
	case q.Restored && q.Takes:
		return QRDoGiveUp, q.Since // it is not going to be taken
	case q.State == QRTaking:
		return QRDoLook, at
	case !end.IsZero() && !at.Before(end):
		return QRDoGiveUp, end
	case q.State == QRCreating:
		return QRDoCreate, at
	}
	return QRDoLook, at
}

// pace is when the provider is asked next.
func pace(q QR) time.Time {
	if q.Tries == 0 {
		if q.State == QRTaking {
			return q.Since.Add(2 * time.Second) // the request to move the money is under way
		}
		return q.Since
	}
	pause := 1500 * time.Millisecond // so that it is known within two seconds, with the way there
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
	if q.Fails > 0 {
		pause = max(pause, min(backOff(q.Fails), time.Minute))
	}
	return q.LastTry.Add(pause)
}

// AlarmingQR reports whether a person should be told: money came that nobody
// waits for, or the provider does not say what became of the code.
func AlarmingQR(q QR) bool {
	return len(q.Strays()) > 0 || q.Fails >= AlarmTries || q.State == QRCreating && q.Tries >= AlarmTries
}
