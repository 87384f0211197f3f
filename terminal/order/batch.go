package order

import (
	"time"

	"paydesk/terminal/money"
)

// BatchState is the state of one closing of the host's batch.
type BatchState string

// The batch states.
const (
	// BatchClosing: the intent is in the journal; the request may be out.
	BatchClosing BatchState = "CLOSING"
	// BatchClosed: the host said so.
	BatchClosed BatchState = "CLOSED"
	// BatchUnknown: no answer came; the host is asked.
	BatchUnknown BatchState = "UNKNOWN"
	// BatchNotClosed: the host refused, or the batch proved to be open still.
	BatchNotClosed BatchState = "NOT_CLOSED"
)

// Totals counts sales and returns. Amounts are not negative.
type Totals struct {
	Sales        int          `json:"sales"`
	SaleAmount   money.Amount `json:"sale_amount"`
	Returns      int          `json:"returns"`
	ReturnAmount money.Amount `json:"return_amount"`
}

// Batch is one closing: what the journal held, and what the host counted.
type Batch struct {
	ID      string     `json:"id"`
	Version int64      `json:"version"`
	State   BatchState `json:"state"`
	Device  string     `json:"device"`
	// GUID is the host's name of the batch, known from its sales.
	GUID     string `json:"guid"`
	Operator string `json:"operator"`
	// Approved is who approved the closing for the operator, where somebody had to.
	Approved string `json:"approved,omitempty"`
	// Witness is a transaction in the batch: its batch status tells whether
	// the batch is closed when the answer to the close was lost.
	Witness Witness `json:"witness,omitzero"`
	Local   Totals  `json:"local"`
	Host    *Totals `json:"host,omitempty"`
	// Opened is when the first transaction of the batch was made.
	Opened  time.Time `json:"opened"`
	Asked   time.Time `json:"asked"`
	Ended   time.Time `json:"ended,omitzero"`
	Message string    `json:"message,omitempty"`
	Tries   int       `json:"tries,omitempty"`
	LastTry time.Time `json:"last_try,omitzero"`
	// Auto: the hour of the settings closed it. Followed: the service settled it by
	// itself, and the terminal found out.
	Auto     bool `json:"auto,omitempty"`
	Followed bool `json:"followed,omitempty"`
	// Carried is what it went on without, by name.
	Carried []Carried `json:"carried,omitempty"`
}

// Matches reports whether terminal and host counted the same.
func (b Batch) Matches() bool { return b.Host != nil && *b.Host == b.Local }

// BatchAnswer is what the host said to a close, or to the question about it.
type BatchAnswer struct {
	// Answered is false where no whole answer came. Unsent: and the request never
	// left, so that nothing can come of it.
	Answered, Unsent bool
	// Closed: the batch is closed. Where Answered and not Closed, it is open.
	Closed  bool
	GUID    string
	Totals  *Totals
	Message string
}

// StepBatch applies an answer to a closing that is not at its end.
func StepBatch(b Batch, answer BatchAnswer, now time.Time) (Batch, error) {
	if b.State != BatchClosing && b.State != BatchUnknown {
		return b, ErrNotAllowed
	}
	b.Version++
	b.Message = answer.Message
	switch {
	case answer.Unsent && b.State == BatchClosing:
		b.State, b.Ended = BatchNotClosed, now
	case !answer.Answered:
		b.State = BatchUnknown
		b.Tries++
		b.LastTry = now
	case answer.Closed:
		b.State, b.Host, b.Ended = BatchClosed, answer.Totals, now
		if answer.GUID != "" {
			b.GUID = answer.GUID
		}
	default:
		b.State, b.Ended = BatchNotClosed, now
	}
	return b, nil
}

// LateClose reports that the request of a closing which came to nothing may still
// be on its way to the host: its answer was lost, and a request lives so long.
func LateClose(b Batch, now time.Time) bool {
	return b.State == BatchNotClosed && b.Tries > 0 && now.Sub(b.Asked).Abs() < HardHorizon
}

// Settled is the record of a batch that the service closed by itself, as the
// terminal found out at now.
func Settled(id string, sum BatchSum, answer BatchAnswer, now time.Time) Batch {
	return Batch{ID: id, Version: 1, State: BatchClosed, Device: sum.Witness.Device, GUID: sum.GUID, Operator: ActorTerminal,
		Witness: sum.Witness, Local: sum.Totals, Host: answer.Totals, Opened: sum.Opened, Asked: now, Ended: now, Followed: true}
}

// NextBatch says when the host is to be asked about a closing, if at all.
func NextBatch(b Batch) (due time.Time, ask bool) {
	switch b.State {
	case BatchClosing:
		return b.Asked, true
	case BatchUnknown:
		return b.LastTry.Add(backOff(max(b.Tries, 1))), true
	}
	return time.Time{}, false
}
