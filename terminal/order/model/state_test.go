package model

import (
	"time"

	"paydesk/terminal/money"
	"paydesk/terminal/order"
)

// state is one situation of terminal, wire and host together. It is a value
// that can be compared: two situations that the rules cannot tell apart are the
// same state. Objects of the journal are kept as numbers of pools.
type state struct {
	order                   uint16
	lines                   [2]line
	crashes, losses, closes uint8 // how many may still happen
}

// line is one attempt with all that belongs to it.
type line struct {
	core     uint16 // the attempt in the journal; 0 is none
	epoch    uint8  // time since the attempt was quiet
	call     call   // what the program waits for, in its memory alone
	began    uint8  // epoch in which the call began
	answer   answer // what the host said to the call, on its way back
	sale     bool   // the sale request is on the wire
	reversal uint8  // how many reversal requests are on the wire
	row      row    // the host's record
	returned uint8  // how often the host paid it back
	seen     bool   // the customer saw "approved"
	follows  [slots]follow
}

// follow is one follow-up of an attempt: the return of an orphan, or what the
// comparison with the host's records takes back.
type follow struct {
	core   uint16
	epoch  uint8
	call   call
	began  uint8
	answer answer
	wire   bool
	done   uint8 // how often the host did it
}

// maxReversals is how many reversals are told apart that are on the wire at
// once.
const maxReversals = 2

// slots is how many follow-ups of an attempt are told apart. Those that are
// over and left no trace make room.
const slots = 2

// call is what a program waits for.
type call uint8

const (
	idle call = iota
	unsent
	selling
	asking
	reversing
	acting
	early // a mistake: on the wire before it is in the journal
	shown // a mistake: shown before it is in the journal
)

// answer is what the host said, as evidence is made of it.
type answer uint8

const (
	silence answer = iota
	yes
	part
	no
	nothing // no such record
	gone    // voided
	settled
	unsettled
	both // two records answer the question
)

// row is the host's record of a number.
type row uint8

const (
	blank row = iota
	live
	half // partly approved
	refused
	voided
	closed // settled: only a return brings it back
	closedHalf
)

func (r row) standing() bool { return r == live || r == half || r == closed || r == closedHalf }

// charged reports that money stands for the line at the host.
func (l line) charged() bool { return l.row.standing() && l.returned == 0 }

// pool numbers values, so that a state stays small.
type pool[T comparable] struct {
	ids map[T]uint16
	all []T
}

func newPool[T comparable]() *pool[T] {
	var none T
	return &pool[T]{ids: map[T]uint16{none: 0}, all: []T{none}}
}

func (p *pool[T]) id(v T) uint16 {
	if id, known := p.ids[v]; known {
		return id
	}
	id := uint16(len(p.all))
	p.ids[v] = id
	p.all = append(p.all, v)
	return id
}

// Time is three epochs for each attempt and follow-up: before its first
// horizon, before the hard one, behind it. The core gets a moment in each.
var zero = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

func (m *model) lineTime(epoch uint8) time.Time {
	return zero.Add([]time.Duration{0, order.SoftHorizon, order.HardHorizon}[epoch])
}

func followTime(epoch uint8) time.Time {
	return zero.Add([]time.Duration{0, order.SearchLag, order.HardHorizon}[epoch])
}

const lastEpoch = 2

// plainAttempt leaves in an attempt what the rules look at.
func plainAttempt(a order.Attempt) order.Attempt {
	a.Version, a.Created, a.Since, a.LastTry, a.Tries = 1, zero, zero, time.Time{}, 0
	if !a.QuietSince.IsZero() {
		a.QuietSince = zero
	}
	a.Clean = min(a.Clean, 2)
	if a.State != order.OrphanReturn {
		a.Cause, a.Owed, a.Return = "", money.Amount{}, ""
		if a.State.Final() {
			a.QuietSince = zero
		}
	}
	a.Code, a.Message, a.AuthCode, a.Warned = "", "", "", false
	return a
}

// plainFollow does the same for a follow-up.
func plainFollow(f order.FollowUp) order.FollowUp {
	f.Version, f.Created, f.Since, f.LastTry, f.Tries = 1, zero, zero, time.Time{}, 0
	if !f.QuietSince.IsZero() {
		f.QuietSince = zero
	}
	f.Code, f.Message, f.AuthCode = "", "", ""
	return f
}

var (
	numbers = [2]string{"MODEL000000000001", "MODEL000000000002"}
	amount  = money.New(2000, money.USD)
	partly  = money.New(500, money.USD)
	nought  = money.New(0, money.USD)
)

// evidence is what the client makes of the host's words about a number.
func evidence(i int, said answer) order.Evidence {
	right, wrong := true, false
	e := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Number: numbers[i], Device: "dev",
		GUID: "guid-" + numbers[i], Status: "Transaction - Approved", Processed: &right, Code: "A0000", AuthCode: "OK",
		Amount: &amount, Effective: &amount}
	switch said {
	case silence:
		return order.Evidence{Stage: order.NoAnswer}
	case part:
		e.Code, e.Effective = "A0002", &partly
	case no:
		e.Status, e.Processed, e.Code, e.Effective = "Transaction - Declined", &wrong, "D2012", &nought
	case gone:
		e.Effective = &nought
	}
	return e
}

// said is how a row shows itself.
func (r row) said() answer {
	switch r {
	case live, closed:
		return yes
	case half, closedHalf:
		return part
	case refused:
		return no
	case voided:
		return gone
	}
	return nothing
}

// followEvidence is what the client makes of the host's words about a
// follow-up.
func followEvidence(f order.FollowUp, said answer) order.Evidence {
	right := true
	e := order.Evidence{Stage: order.Answered, HTTP: 200, Body: order.BodySale, Device: "dev", GUID: "guid-" + f.ID,
		Target: f.Target.GUID, Status: "Transaction - Approved", Processed: &right, Code: "A0014", Amount: &f.Amount}
	refusal := func(text string) order.Evidence {
		return order.Evidence{Stage: order.Answered, HTTP: 400, Body: order.BodyError, Message: text}
	}
	switch said {
	case silence:
		return order.Evidence{Stage: order.NoAnswer}
	case settled:
		return refusal("Transaction already settled")
	case unsettled:
		return refusal("Sale has not been settled")
	case gone:
		return refusal("The transaction is voided already")
	}
	return e
}
